"""When a thread waits, and what the others do meanwhile; when two run together."""

import numpy as np
import pandas as pd

from aero_nb.analysis.affected_lanes import affected_part
from aero_nb.analysis.intervals import Intervals, bounds_ns
from aero_nb.analysis.lane_names import lane_names
from aero_nb.analysis.slices import flatten

_DONE = {
    "gap": "int64",
    "track": "Int64",
    "process": "object",
    "thread": "object",
    "busy_us": "float64",
    "top_name": "object",
    "top_us": "float64",
}


def overlaps(a: pd.DataFrame, b: pd.DataFrame, *, affected_times: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the time in which a span of ``a`` and a span of ``b`` are open together.

    Args:
        a: spans, for example ``trace.spans.query("thread == 'cpu'")``.
        b: other spans, for example all of one name.
        affected_times: when lost or repaired data can affect what the lanes show (``affected_times()``); None leaves
            ``affected_share`` out.

    Returns:
        One row per interval, by time: ``ts_us dur_us`` (float64 µs); ``dur_us.sum()`` is the time in common;
        ``affected_share``: the share in which a lane of ``a`` or ``b`` is affected.

    """
    table = Intervals.covered_by(a).intersection(Intervals.covered_by(b)).to_frame()
    if affected_times is not None:
        table["affected_share"] = affected_part(table, affected_times, {*a["track"], *b["track"]})
    return table


def gaps_between(
    spans: pd.DataFrame, thread: str | int, *, min_us: float = 0.0, affected_times: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the idle intervals of a thread, and what every other thread did in them.

    A thread is idle while none of its spans is open, from its first span's begin to its last one's end.

    Args:
        spans: a Trace's ``spans``.
        thread: the idle thread: its track, or its name where only one track has that name.
        min_us: leave out shorter gaps (µs).
        affected_times: when lost or repaired data can affect what the lanes show (``affected_times()``); None leaves
            ``affected_share`` out.

    Returns:
        One row per gap and other track: ``gap`` (0, 1, ... by time), ``ts_us dur_us`` (of the gap, float64 µs),
        ``track process thread`` (the other's), ``busy_us`` (time in which it had a span open), ``top_name`` (the name
        it spent most self time in, ``<NA>`` where it was idle too) and ``top_us``. With no other track: one row per
        gap, its ``thread`` ``<NA>``. ``affected_share``: the share of the gap in which a lane of either is affected.

    Raises:
        ValueError: several tracks have that name.

    """
    chosen = spans["track"] == _track_of(spans, thread)
    gaps = _idle(spans[chosen], min_us)
    frame = gaps.to_frame().rename_axis("gap").reset_index()
    others = flatten(spans[~chosen])
    lanes = [slices for _, slices in others.groupby("track", observed=True, sort=True)] or [others]
    answers = pd.concat([_done_in(gaps, slices) for slices in lanes])
    table = frame.merge(answers, on="gap", how="left").sort_values(["gap", "track"], ignore_index=True)
    if affected_times is not None:
        table["affected_share"] = 0.0
        own = set(spans.loc[chosen, "track"])
        for other, rows in table.groupby("track", dropna=False):
            both = own if pd.isna(other) else {*own, other}
            table.loc[rows.index, "affected_share"] = affected_part(rows, affected_times, both)
    return table


def _track_of(spans: pd.DataFrame, thread: str | int) -> int:
    """Return the one track that ``thread`` means; -1: there is none of that name."""
    if not isinstance(thread, str):
        return thread
    lanes = spans.drop_duplicates("track")
    named = lanes[lanes["thread"] == thread]
    if len(named) > 1:
        several = [f"{track} ({name})" for track, name in zip(named["track"], lane_names(named), strict=True)]
        raise ValueError(
            f"expected one thread named {thread!r}, found {len(several)}; pass a track's number: {', '.join(several)}"
        )
    return int(named["track"].iloc[0]) if len(named) else -1


def _idle(spans: pd.DataFrame, min_us: float) -> Intervals:
    busy = Intervals.covered_by(spans)
    if not len(busy.start):
        return busy
    gaps = busy.complement(int(busy.start[0]), int(busy.end[-1]))
    long = gaps.end - gaps.start >= min_us * 1000
    return Intervals(gaps.start[long], gaps.end[long])


def _done_in(gaps: Intervals, slices: pd.DataFrame) -> pd.DataFrame:
    """Return of one track, for each gap: how long it was busy, and with what mostly."""
    if slices.empty:
        return pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in _DONE.items()})
    start, end = bounds_ns(slices)
    gap, piece = gaps.pairs(Intervals(start, end))
    shared = np.minimum(gaps.end[gap], end[piece]) - np.maximum(gaps.start[gap], start[piece])
    parts = pd.DataFrame({"gap": gap, "name": slices["name"].astype("str").to_numpy()[piece], "us": shared / 1000})
    by_name = parts.groupby(["gap", "name"], sort=False)["us"].sum().reset_index()
    top = by_name.loc[by_name.groupby("gap")["us"].idxmax()].set_index("gap")
    every_gap = pd.RangeIndex(len(gaps.start), name="gap")
    done = pd.DataFrame(
        {
            "busy_us": by_name.groupby("gap")["us"].sum().reindex(every_gap, fill_value=0.0),
            "top_name": top["name"].reindex(every_gap),
            "top_us": top["us"].reindex(every_gap, fill_value=0.0),
        }
    ).reset_index()
    for column in ("track", "process", "thread"):
        done[column] = slices[column].iloc[0]
    return done[list(_DONE)]
