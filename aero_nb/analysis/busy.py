"""When each thread is busy: over time, in all, and alone."""

import numpy as np
import pandas as pd

from aero_nb.analysis.affected_lanes import affected_part
from aero_nb.analysis.intervals import Intervals

_TIMES = {"process": "category", "thread": "category", "busy_us": "float64", "alone_us": "float64"}
_COLUMNS = ["track", "process", "thread", "ts_us", "dur_us", "busy_us", "utilisation"]


def busy_intervals(spans: pd.DataFrame) -> pd.DataFrame:
    """Return when at least one of the spans is open: the union of their intervals.

    Args:
        spans: spans of any kind and any lanes, for example ``trace.spans.query("name == 'read'")`` or
            ``trace.async_spans``.

    Returns:
        One row per interval, by time, none of which touch each other: ``ts_us dur_us`` (float64 µs);
        ``dur_us.sum()`` is the busy time, in which nothing counts twice.

    """
    return Intervals.covered_by(spans).to_frame()


def alone(a: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return when a span of ``a`` is open and none of ``others``: for example, when only this thread ran.

    Args:
        a: spans, for example ``trace.spans.query("track == 3")``.
        others: other spans, for example ``trace.spans.query("track != 3")``.

    Returns:
        One row per interval, by time: ``ts_us dur_us`` (float64 µs).

    """
    return _alone(Intervals.covered_by(a), Intervals.covered_by(others)).to_frame()


def busy_times(spans: pd.DataFrame) -> pd.DataFrame:
    """Sum up how long each thread was busy, and how long it alone was.

    Args:
        spans: a Trace's ``spans`` (or a selection of its rows).

    Returns:
        One row per thread (index ``track``): ``process thread``, ``busy_us`` (time in which it has a span open) and
        ``alone_us`` (that in which no other thread has one), float64 µs; the busiest first.

    """
    lanes = [(track, lane) for track, lane in spans.groupby("track", observed=True, sort=True)]
    busy = [Intervals.covered_by(lane) for _, lane in lanes]
    once = _covered_once(busy)
    rows = [
        (
            lane["process"].iloc[0],
            lane["thread"].iloc[0],
            covered.length / 1000,
            covered.intersection(once).length / 1000,
        )
        for (_, lane), covered in zip(lanes, busy, strict=True)
    ]
    table = pd.DataFrame(rows, columns=list(_TIMES), index=pd.Index([track for track, _ in lanes], name="track"))
    return table.astype(_TIMES).sort_values("busy_us", ascending=False, kind="stable")


def _alone(a: Intervals, others: Intervals) -> Intervals:
    if not len(a.start):
        return a
    return a.intersection(others.complement(int(a.start[0]), int(a.end[-1])))


def _covered_once(lanes: list[Intervals]) -> Intervals:
    """Return the time in which exactly one of the lanes is busy: one pass over all their begins and ends."""
    none = np.zeros(0, np.int64)
    start = np.concatenate([none, *(lane.start for lane in lanes)])
    end = np.concatenate([none, *(lane.end for lane in lanes)])
    moments = np.concatenate([start, end])
    steps = np.repeat([1, -1], len(start))
    order = np.argsort(moments, kind="stable")
    moments, running = moments[order], np.cumsum(steps[order])
    one = np.flatnonzero(running[:-1] == 1)  # after the last moment nothing runs
    return Intervals.union(moments[one], moments[one + 1])


def utilisation(
    spans: pd.DataFrame,
    bins: int = 100,
    window: tuple[float, float] | None = None,
    affected_times: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Share of the time in which each thread has a span open, bin by bin.

    Args:
        spans: a Trace's ``spans`` (or a selection of its rows).
        bins: number of equal bins.
        window: begin and end in µs; None: from the first span's begin to the last one's end.
        affected_times: when lost or repaired data can affect what the lanes show (``affected_times()``); None leaves
            ``affected_share`` out.

    Returns:
        One row per track and bin: ``track process thread``, ``ts_us`` (the bin's begin), ``dur_us`` (its width),
        ``busy_us``, ``utilisation`` (busy time / width, 0 to 1), ``affected_share`` (of the bin's time, the share in
        such times of its lane).

    """
    table = _binned(spans, bins, window)
    if affected_times is not None:
        table["affected_share"] = affected_part(table, affected_times)
    return table


def _binned(spans: pd.DataFrame, bins: int, window: tuple[float, float] | None) -> pd.DataFrame:
    if spans.empty:
        return pd.DataFrame({column: pd.Series(dtype="float64") for column in _COLUMNS})
    begin, end = window or (spans["ts_us"].min(), (spans["ts_us"] + spans["dur_us"]).max())
    edges = np.linspace(begin, end, bins + 1)
    width = np.diff(edges)
    parts = []
    for track, lane in spans.groupby("track", observed=True, sort=True):
        busy_us = np.diff(_busy_before(Intervals.covered_by(lane), edges))
        parts.append(
            pd.DataFrame(
                {
                    "track": track,
                    "process": lane["process"].iloc[0],
                    "thread": lane["thread"].iloc[0],
                    "ts_us": edges[:-1],
                    "dur_us": width,
                    "busy_us": busy_us,
                    "utilisation": np.divide(busy_us, width, out=np.zeros(bins), where=width > 0),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _busy_before(busy: Intervals, moments: np.ndarray) -> np.ndarray:
    """Busy time before each moment (µs): a piecewise linear function with a knot at every begin and end."""
    if not len(busy.start):
        return np.zeros(len(moments))
    knots = np.column_stack([busy.start, busy.end]).ravel() / 1000
    done = np.cumsum(busy.end - busy.start) / 1000
    levels = np.column_stack([np.append(0.0, done[:-1]), done]).ravel()
    before: np.ndarray = np.interp(moments, knots, levels)
    return before
