"""Display frames: how long each took, what it was made of, which came late, and why one was slow."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from aero_nb.analysis.affected_lanes import affected_part
from aero_nb.analysis.counter_values import Kind, counter_kinds
from aero_nb.analysis.intervals import Intervals, bounds_ns
from aero_nb.analysis.slices import flatten

BUDGET_US = 1e6 / 60
"""Time of one frame at 60 frames a second."""


def frames(
    spans: pd.DataFrame,
    counters: pd.DataFrame | None = None,
    *,
    span: str = "frame",
    budget_us: float = BUDGET_US,
    kinds: Mapping[str, Kind] | None = None,
    affected_times: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Describe every frame: a span of the given name.

    Args:
        spans: a Trace's ``spans``.
        counters: its ``counters``; None leaves the counter columns out.
        span: the name of the spans that are frames.
        budget_us: the time that a frame may take (µs).
        kinds: which counter series are levels and which are cumulative; guessed where not told.
        affected_times: when lost or repaired data can affect what the lanes show (``affected_times()``); None leaves
            ``affected_share`` out.

    Returns:
        One row a frame by time (index ``frame``): ``span`` (its index), ``thread``, ``ts_us``, ``dur_us``, ``self_us``;
        ``late`` (longer than the budget); ``dropped`` (budgets that passed without a frame since the one before
        began); ``affected_share`` (of the frame's time, the share in such times of its lane); ``<child>_us`` for each
        name of its direct children (their time in it); for each counter series its increase over the frame
        (cumulative) or its value at the frame's end (level); and, where there is a cumulative series
        ``instructions``, ``mips`` (millions a second of the frame).

    """
    chosen = spans[spans["name"] == span].sort_values("ts_us", kind="stable")
    table = chosen[["thread", "ts_us", "dur_us", "self_us"]].reset_index(names="span").rename_axis("frame")
    table["late"] = table["dur_us"] > budget_us
    interval = table.groupby("thread", observed=True)["ts_us"].diff()
    missed = np.floor(interval / budget_us + 0.5) - 1
    table["dropped"] = missed.clip(lower=0).fillna(0).astype("int64")
    if affected_times is not None:
        table["affected_share"] = affected_part(chosen, affected_times)
    table = table.join(_child_times(spans, table["span"]))
    return table if counters is None else _with_counters(table, counters, kinds)


def frame_statistics(frame_us: "pd.Series[float]") -> "pd.Series[float]":
    """Frame rates and times by Aero's formulas.

    ``fps`` is 1000 / mean frame ms, ``fps_1pct_low`` 1000 / p99, ``fps_01pct_low`` 1000 / p99.9; ``mean_ms``,
    ``p50_ms``, ``p95_ms``, ``p99_ms`` and ``max_ms`` are of the frame time (linear interpolation).
    All NaN without frames.
    """
    ms = frame_us.dropna() / 1000
    p50, p95, p99, p999 = (float(ms.quantile(q)) for q in (0.5, 0.95, 0.99, 0.999))
    mean = float(ms.mean())
    figures = {
        "fps": _per_second(mean),
        "fps_1pct_low": _per_second(p99),
        "fps_01pct_low": _per_second(p999),
        "mean_ms": mean,
        "p50_ms": p50,
        "p95_ms": p95,
        "p99_ms": p99,
        "max_ms": ms.max(),
    }
    return pd.Series(figures, dtype="float64", name="frames")


def explain(spans: pd.DataFrame, frame: int, *, span: str = "frame") -> pd.DataFrame:
    """Tell how one frame differs from the median frame, the largest contributors first.

    While a frame is open, every thread works: the time of each thread's innermost spans is compared, name by name,
    with the median over all frames of the same.

    Args:
        spans: a Trace's ``spans``.
        frame: the frame's number: its row in :func:`frames`.
        span: the name of the spans that are frames.

    Returns:
        One row a thread and name: ``thread``, ``name``, ``frame_us`` (in this frame), ``median_us`` (over all frames),
        ``difference_us``; largest difference (in size) first.

    Raises:
        IndexError: there is no such frame.

    """
    chosen = spans[spans["name"] == span].sort_values("ts_us", kind="stable")
    if not 0 <= frame < len(chosen):
        raise IndexError(f"frame {frame}: expected 0 to {len(chosen) - 1}, the trace has {len(chosen)} {span!r} spans")
    parts = _slices_by_frame(chosen, flatten(spans))
    keys = ["thread", "name"]
    by_frame = parts.groupby([*keys, "frame"], observed=True)["us"].sum().unstack("frame", fill_value=0)
    by_frame = by_frame.reindex(columns=range(len(chosen)), fill_value=0.0)
    table = pd.DataFrame({"frame_us": by_frame[frame], "median_us": by_frame.median(axis=1)})
    table["difference_us"] = table["frame_us"] - table["median_us"]
    order = table["difference_us"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index()


def _per_second(ms: float) -> float:
    return 1000 / ms if ms > 0 else float("nan")


def _child_times(spans: pd.DataFrame, parents: "pd.Series[int]") -> pd.DataFrame:
    """Return the time of the direct children of each of ``parents``, a column a name, indexed as ``parents``."""
    children = spans[spans["parent"].isin(parents)]
    frame = pd.Series(parents.index, index=parents)[children["parent"]].to_numpy()
    times = children.groupby([frame, children["name"].astype("str")])["dur_us"].sum().unstack(fill_value=0)
    return times.reindex(parents.index, fill_value=0.0).add_suffix("_us")


def _with_counters(table: pd.DataFrame, counters: pd.DataFrame, kinds: Mapping[str, Kind] | None) -> pd.DataFrame:
    ends = table["ts_us"] + table["dur_us"]
    told = counter_kinds(counters, kinds)
    measured: dict[str, np.ndarray | pd.Series[float]] = {}
    for series, kind in zip(map(str, told.index), told, strict=True):
        samples = counters[counters["series"] == series].dropna(subset=["value"])
        at_end = _summed_at(samples, ends.to_numpy())
        measured[series] = at_end - _summed_at(samples, table["ts_us"].to_numpy()) if kind == "cumulative" else at_end
        if series == "instructions" and kind == "cumulative":
            measured["mips"] = measured[series] / table["dur_us"].where(table["dur_us"] > 0)
    # A series may bear the name of a column that is there already.
    columns = {f"counter:{name}" if name in table else name: values for name, values in measured.items()}
    return table.assign(**columns)


def _summed_at(samples: pd.DataFrame, moments: np.ndarray) -> np.ndarray:
    """Value of a series (the sum of its tracks) at the given moments; before its first sample that sample's value."""
    total = np.zeros(len(moments))
    for _, lane in samples.groupby("track", observed=True):
        ordered = lane.sort_values("ts_us", kind="stable")
        row = np.searchsorted(ordered["ts_us"].to_numpy(), moments, side="right") - 1
        total += ordered["value"].to_numpy()[np.maximum(row, 0)]
    return total


def _slices_by_frame(chosen: pd.DataFrame, slices: pd.DataFrame) -> pd.DataFrame:
    """Return what each frame and slice share: ``frame thread name us``. Frames may overlap each other."""
    start, end = bounds_ns(chosen)
    parts = []
    for _, lane in slices.groupby("track", observed=True):
        pieces = Intervals(*bounds_ns(lane))
        frame, piece = Intervals(start, end).pairs(pieces)
        shared = np.minimum(end[frame], pieces.end[piece]) - np.maximum(start[frame], pieces.start[piece])
        names = lane["name"].astype("str").to_numpy()[piece]
        thread = str(lane["thread"].iloc[0])
        parts.append(pd.DataFrame({"frame": frame, "thread": thread, "name": names, "us": shared / 1000}))
    if not parts:
        return pd.DataFrame({"frame": [], "thread": [], "name": [], "us": []})
    return pd.concat(parts, ignore_index=True)
