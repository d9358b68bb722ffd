"""Display frames: how long it is from each to the next, what they were made of, which came late."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from aero_nb.analysis.affected_lanes import affected_part
from aero_nb.analysis.cadence import FrameNames, cadence, main_lane, usable
from aero_nb.analysis.counter_values import Kind, counter_kinds
from aero_nb.analysis.frame_activities import activities_in_frames
from aero_nb.analysis.frame_counters import counters_in_frames
from aero_nb.analysis.percentiles import percentiles

BUDGET_US = 1e6 / 60
"""Time of one frame at 60 frames a second."""
LATE = 1.1
"""A frame is late that takes a tenth more than the budget: on a 60 Hz display half of all intervals exceed 1/60 s."""


def frames(
    spans: pd.DataFrame,
    counters: pd.DataFrame | None = None,
    *,
    span: FrameNames = "frame",
    instants: pd.DataFrame | None = None,
    gaps: pd.DataFrame | None = None,
    budget_us: float = BUDGET_US,
    kinds: Mapping[str, Kind] | None = None,
    affected_times: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Describe every display frame.

    The time of a frame is the interval from its start to the start of the next frame on its lane; what its span lasts
    is only its work. Frames are the spans of these names (of spans inside each other the outermost) or, where no span
    is called so, the instants (Chrome's ``DrawFrame``).

    Args:
        spans: a Trace's ``spans``.
        counters: its ``counters``; None leaves the counter columns out.
        span: what the frames are called: a name, several, or a compiled pattern that is searched in the names.
        instants: a Trace's ``instants``: frames that are instants, and where recording stopped and started again.
        gaps: its ``gaps``: where records are missing.
        budget_us: the time that a frame may take (µs).
        kinds: which counter series are levels and which are cumulative; guessed where not given.
        affected_times: when lost or repaired data can have changed what the lanes show (``affected_times()``); None
            leaves ``affected_share`` out.

    Returns:
        One row per frame by time (index ``frame``): ``span`` (its index; -1: an instant), ``name``, its lane (``track
        pid tid process thread``), ``ts_us``; ``interval_us`` (to the lane's next frame; NaN for its last), ``work_us``
        (the span's duration; NaN for an instant), ``self_us``; ``left_out`` (a category: what lies in the interval, so
        that statistics leave it out: ``gap``, ``traceStop`` or ``traceStart`` of its lane); ``late`` (the interval
        exceeds the budget by more than a tenth) and ``dropped`` (budgets that passed in it without a frame), False and
        0 where the interval is unknown or left out; ``affected_share`` (of the frame's time, the share in such times
        of its lane); ``<child>_us`` for each name of its direct children (their time in it); where Chrome's own trace
        of the thread is there, ``<activity>_us`` for each of ``ACTIVITIES`` (:func:`~aero_nb.analysis.activities`; what
        Chrome did in the interval, ``idle_us`` with the rest; NaN for the last frame); for each counter series
        its increase over the interval (cumulative; NaN for the last frame) or its value at the interval's end (level);
        and, where there is a cumulative series ``instructions``, ``mips`` (millions per second of the interval). A
        series is of the frame's own thread, else of its process, else of any; where several counters are equally near,
        each has a column ``<series>@<track>``. A child, activity or series of a name that is taken has ``child:``,
        ``activity:`` or ``counter:`` before it.

    """
    intervals = cadence(spans, instants, gaps, span)
    table = intervals.copy()
    known = table["interval_us"].where(usable(table))
    table["late"] = known > budget_us * LATE
    missed = np.floor(known / budget_us + 0.5) - 1
    table["dropped"] = missed.clip(lower=0).fillna(0).astype("int64")
    if affected_times is not None:
        table["affected_share"] = affected_part(_as_spans(intervals), affected_times)
    table = _with(table, "child", _child_times(spans, table["span"]).items())
    table = _with(table, "activity", activities_in_frames(intervals, spans).items())
    if counters is None:
        return table
    counted = counters_in_frames(intervals, counters, kinds)
    if "instructions" in counted and _is_cumulative(counters, kinds, "instructions"):
        counted["mips"] = (counted["instructions"] / table["interval_us"].where(table["interval_us"] > 0)).to_numpy()
    return _with(table, "counter", counted.items())


def frame_statistics(frames: "pd.DataFrame | pd.Series[float]") -> "pd.Series[float]":
    """Frame rates and times by Aero's formulas.

    Args:
        frames: a table of :func:`frames`, of which the intervals of the lane with most frames are taken, but those
            ``left_out``; or the frame times themselves (µs).

    Returns:
        ``fps`` is 1000 / mean frame ms, ``fps_1pct_low`` 1000 / p99, ``fps_01pct_low`` 1000 / p99.9; ``mean_ms``,
        ``p50_ms``, ``p95_ms``, ``p99_ms`` and ``max_ms`` are of the frame time (linear interpolation). All NaN without
        any.

    """
    if isinstance(frames, pd.DataFrame):
        taken = main_lane(frames)
        frames = taken.loc[usable(taken), "interval_us"]
    ms = frames.dropna() / 1000
    p50, p95, p99, p999 = percentiles(ms, (0.5, 0.95, 0.99, 0.999))
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


def _per_second(ms: float) -> float:
    return 1000 / ms if ms > 0 else float("nan")


def _as_spans(intervals: pd.DataFrame) -> pd.DataFrame:
    """Return when each frame was: to the next one's start, of a lane's last one the time of its work."""
    length = intervals["interval_us"].fillna(intervals["work_us"]).fillna(0.0)
    return intervals[["track", "ts_us"]].assign(dur_us=length)


def _is_cumulative(counters: pd.DataFrame, kinds: Mapping[str, Kind] | None, series: str) -> bool:
    return bool(counter_kinds(counters[counters["series"] == series], kinds).get(series) == "cumulative")


def _child_times(spans: pd.DataFrame, parents: "pd.Series[int]") -> pd.DataFrame:
    """Return the time of the direct children of each of ``parents``, one column per name, indexed as ``parents``."""
    children = spans[spans["parent"].isin(parents[parents >= 0])]
    frame = pd.Series(parents.index, index=parents)[children["parent"]].to_numpy()
    times = children.groupby([frame, children["name"].astype("str")])["dur_us"].sum().unstack(fill_value=0)
    return times.reindex(parents.index, fill_value=0.0).add_suffix("_us")


def _with(table: pd.DataFrame, kind: str, columns: Iterable[tuple[Hashable, Any]]) -> pd.DataFrame:
    """Add columns, under other names where theirs are taken."""
    added: dict[str, Any] = {}
    for label, values in columns:
        name = str(label)
        while name in table or name in added:
            name = f"{kind}:{name}"
        added[name] = values
    return pd.concat([table, pd.DataFrame(added, index=table.index)], axis=1) if added else table
