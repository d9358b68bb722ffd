"""Which numbers can lost or repaired data affect? Every result that shows a sum says what share of it is affected."""

from bisect import bisect_right, insort

import numpy as np
import numpy.typing as npt
import pandas as pd

from aero_nb.analysis.intervals import bounds_ns
from aero_nb.analysis.lane_names import named_by_lane
from aero_nb.tables.arrays import whole_ns
from aero_nb.tables.columns import Bools, Floats, Ints


def affected(spans: pd.DataFrame, losses: pd.DataFrame, gaps: pd.DataFrame) -> "pd.Series[bool]":
    """Return for each span whether lost or repaired data can have affected it.

    A span is affected when its lane is known to have lost records, when its lane's export timed out, when it overlaps a
    gap, when it never ended (``unfinished``), or when it crosses another span instead of nesting in it. That a lane
    does not say whether it lost records affects nothing: most formats never say, and the Trace's summary says so.

    Args:
        spans: a Trace's ``spans``.
        losses: its ``losses`` (index ``track``).
        gaps: its ``gaps``.

    Returns:
        A bool Series with the index of ``spans``.

    """
    in_lossy_lane = spans["track"].isin(incomplete_tracks(losses))
    return in_lossy_lane | spans["unfinished"].astype(bool) | crossing(spans) | in_gap(spans, gaps)


def tells_losses(losses: pd.DataFrame) -> bool:
    """Return whether the file says of any lane how many records it lost (``losses``: a Trace's)."""
    return bool(losses["dropped_records"].notna().any())


def affected_async(
    async_spans: pd.DataFrame, tracks: pd.DataFrame, losses: pd.DataFrame, gaps: pd.DataFrame
) -> "pd.Series[bool]":
    """Return for each async span whether lost or repaired data can have affected it.

    It is where it never ended, or where the thread that began it lost records or overwrote some while it was open.
    Async spans may cross each other.

    Args:
        async_spans: a Trace's ``async_spans``.
        tracks: its ``tracks``, which give the lane of each thread.
        losses: its ``losses``.
        gaps: its ``gaps``.

    Returns:
        A bool Series with the index of ``async_spans``.

    """
    threads = tracks[tracks["kind"] == "thread"]
    lane_of = pd.Series(threads.index, index=pd.MultiIndex.from_frame(threads[["pid", "tid"]]))
    lane_of = lane_of[~lane_of.index.duplicated(keep="last")]
    own = lane_of.reindex(pd.MultiIndex.from_frame(async_spans[["pid", "tid"]])).fillna(-1).to_numpy(np.int64)
    began_on = async_spans.assign(track=own)
    in_lossy_lane = began_on["track"].isin(incomplete_tracks(losses))
    return in_lossy_lane | async_spans["unfinished"].astype(bool) | in_gap(began_on, gaps)


def incomplete_tracks(losses: pd.DataFrame) -> Ints:
    """Return the lanes that are known to have lost records, or whose export timed out."""
    incomplete = losses["dropped_records"].fillna(0).astype("int64").gt(0) | losses["export_timed_out"].astype(bool)
    return losses.index[incomplete].to_numpy(np.int64)


def affected_share(spans: pd.DataFrame, affected: pd.Series, by: str) -> pd.Series:
    """Share of the self time of each ``by`` value (0 to 1) that lies in affected spans; 0 where there is no time.

    Threads and processes of one name are kept apart (:func:`aero_nb.analysis.summary`).
    """
    key = named_by_lane(spans, by)
    total = spans["self_us"].groupby(key, observed=True).sum()
    lost = spans["self_us"].where(affected, 0.0).groupby(key, observed=True).sum()
    return (lost / total.where(total > 0)).fillna(0.0).rename("affected_share")


def share_of(lost: npt.ArrayLike, time: npt.ArrayLike) -> Floats:
    """Return lost / time as a share, 0 where there is no time."""
    whole: Floats = np.asarray(time, np.float64)
    shares: Floats = np.divide(lost, whole, out=np.zeros(len(whole)), where=whole > 0)
    return shares


def affected_us(spans: pd.DataFrame, affected: "pd.Series[bool]") -> Floats:
    """Return the self time of each span that is affected, 0 for the others."""
    return np.where(affected_rows(spans, affected), spans["self_us"].to_numpy(np.float64), 0.0)


def affected_rows(spans: pd.DataFrame, affected: "pd.Series[bool]") -> Bools:
    """Return ``affected`` of the rows of ``spans``, which may be a selection of the spans it was made for."""
    return (affected if affected.index.equals(spans.index) else affected.loc[spans.index]).to_numpy(np.bool_)


def crossing(spans: pd.DataFrame) -> "pd.Series[bool]":
    """Return for each span whether it crosses an earlier one: begins inside it and ends after it.

    The rows may be in any order: earlier is who began earlier, or at the same moment and lies less deep.
    A span that nests properly lies exactly one level below its parent, so only tracks with one that does not are
    walked; a span whose parent a window cut away need not cross anything.
    """
    parent = spans["parent"].to_numpy()
    depth = spans["depth"].to_numpy()
    level_of_parent = pd.Series(depth, index=spans.index).reindex(parent)
    expected = np.where(parent >= 0, level_of_parent.fillna(-1).to_numpy() + 1, 0)
    misplaced = depth != expected
    track = spans["track"].to_numpy()
    crosses = np.zeros(len(spans), dtype=bool)
    start, end = bounds_ns(spans)
    for one in np.unique(track[misplaced]):
        lane = np.flatnonzero(track == one)
        lane = lane[np.lexsort((depth[lane], start[lane]))]
        crosses[lane] = _ends_after_an_open_one(start[lane].tolist(), end[lane].tolist())
    return pd.Series(crosses, index=spans.index, dtype=bool)


def _ends_after_an_open_one(starts: list[int], ends: list[int]) -> list[bool]:
    """Walk one track in time order: does any span that is open at a begin end before that span does?"""
    open_ends: list[int] = []
    crosses = []
    for start, end in zip(starts, ends, strict=True):
        del open_ends[: bisect_right(open_ends, start)]
        crosses.append(bool(open_ends) and open_ends[0] < end)
        insort(open_ends, end)
    return crosses


def in_gap(spans: pd.DataFrame, gaps: pd.DataFrame) -> "pd.Series[bool]":
    """Return for each span whether records were lost in its lane while it was open."""
    inside = np.zeros(len(spans), dtype=bool)
    start, end = bounds_ns(spans)
    track = spans["track"].to_numpy()
    for one, own in gaps.sort_values("start_us").groupby("track"):
        lane = np.flatnonzero(track == one)
        gap_start, gap_end = (whole_ns(own[name]) for name in ("start_us", "end_us"))
        first = np.searchsorted(np.maximum.accumulate(gap_end), start[lane], side="right")  # that ends after the begin
        inside[lane] = np.append(gap_start, np.iinfo(np.int64).max)[first] < end[lane]
    return pd.Series(inside, index=spans.index, dtype=bool)
