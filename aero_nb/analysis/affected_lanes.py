"""When lost or repaired data can affect what a lane shows, and what share of an interval that is."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from aero_nb.analysis.affected import affected, incomplete_tracks, share_of
from aero_nb.analysis.intervals import Intervals, Nanoseconds, bounds_ns
from aero_nb.analysis.slices import flatten
from aero_nb.tables.columns import Floats

_COLUMNS = {"track": "int64", "start_us": "float64", "end_us": "float64"}
_FAR_NS = 2**61  # stands for infinity: a sum or difference of two still fits int64


def affected_times(spans: pd.DataFrame, losses: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """Return when lost or repaired data can affect what the lanes show.

    That is always in a lane that is known to have lost records, or whose export timed out; elsewhere in its gaps, and
    while its innermost span is an affected one (:func:`aero_nb.analysis.affected`).

    Args:
        spans: a Trace's ``spans``.
        losses: its ``losses`` (index ``track``).
        gaps: its ``gaps``.

    Returns:
        One row per interval: ``track``, ``start_us end_us`` (float64 µs, infinite where it is the whole lane);
        intervals of a track may overlap each other.

    """
    lossy = incomplete_tracks(losses)
    rest = spans[~spans["track"].isin(lossy)]
    is_affected = affected(rest, losses, gaps)
    slices = flatten(rest[rest["track"].isin(rest.loc[is_affected, "track"].unique())])
    slices = slices[is_affected.loc[slices["span"]].to_numpy()]
    start, end = bounds_ns(slices)
    parts = [
        pd.DataFrame({"track": lossy, "start_us": -np.inf, "end_us": np.inf}),
        gaps[list(_COLUMNS)],
        pd.DataFrame({"track": slices["track"].to_numpy(), "start_us": start / 1000, "end_us": end / 1000}),
    ]
    some = [part for part in parts if len(part)] or parts[-1:]
    return pd.concat(some, ignore_index=True).astype(_COLUMNS)


def affected_part(intervals: pd.DataFrame, times: pd.DataFrame, tracks: Iterable[int] | None = None) -> Floats:
    """Return the share of each interval (``ts_us dur_us``, on its ``track``) that lies in affected times.

    With ``tracks``, an interval is affected while any of these lanes is.
    """
    start, end = bounds_ns(intervals)
    lanes = _lanes(times)
    lost = np.zeros(len(start), np.int64)
    if tracks is not None:
        lost += _union([lanes[one] for one in tracks if one in lanes]).within(start, end)
    else:
        track = intervals["track"].to_numpy()
        for one in np.unique(track):
            if one in lanes:
                here = np.flatnonzero(track == one)
                lost[here] = lanes[one].within(start[here], end[here])
    return share_of(lost, end - start)


def _lanes(times: pd.DataFrame) -> dict[int, Intervals]:
    start, end = _in_ns(times["start_us"]), _in_ns(times["end_us"])
    track = times["track"].to_numpy()
    return {int(one): Intervals.union(start[track == one], end[track == one]) for one in np.unique(track)}


def _in_ns(us: "pd.Series[float]") -> Nanoseconds:
    ns: Floats = (us.to_numpy(np.float64) * 1000).clip(-_FAR_NS, _FAR_NS)
    return np.rint(ns).astype(np.int64)


def _union(lanes: list[Intervals]) -> Intervals:
    none = np.zeros(0, np.int64)
    return Intervals.union(
        np.concatenate([none, *(lane.start for lane in lanes)]), np.concatenate([none, *(lane.end for lane in lanes)])
    )
