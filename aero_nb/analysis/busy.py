"""How busy each thread is over time."""

import numpy as np
import pandas as pd

from aero_nb.analysis.affected_lanes import affected_part
from aero_nb.analysis.intervals import Intervals

_COLUMNS = ["track", "process", "thread", "ts_us", "dur_us", "busy_us", "busy_share"]


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
        One row a track and bin: ``track process thread``, ``ts_us`` (the bin's begin), ``dur_us`` (its width),
        ``busy_us``, ``busy_share`` (0 to 1), ``affected_share`` (of the bin's time, the share in such times of its
        lane).

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
                    "busy_share": np.divide(busy_us, width, out=np.zeros(bins), where=width > 0),
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
