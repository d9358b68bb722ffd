"""One run as numbers that can be compared with another run's: spans, frames, milestones, counters."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aero_nb.analysis.affected import affected, affected_async, affected_share, tells_losses
from aero_nb.analysis.cadence import FrameNames, cadence, frames_called, lane_taken, main_lane, usable
from aero_nb.analysis.counter_values import counter_kinds
from aero_nb.analysis.frame_times import frame_statistics, frames
from aero_nb.analysis.lane_names import lane_names
from aero_nb.analysis.milestone_times import milestones
from aero_nb.analysis.self_time import summary
from aero_nb.comparing.perf_capture import PerfCapture
from aero_nb.tables.trace_tables import TraceTables

_KEYS = ["kind", "name", "statistic"]
_COLUMNS = [*_KEYS, "value", "unit", "share", "affected_share"]
# The lows of the frame rate are 1000 / p99 and 1000 / p99.9 of the frame time: they would only be told twice.
_FRAME_STATISTICS = ("fps", "mean_ms", "p50_ms", "p95_ms", "p99_ms")
# What is asked of requests that overlap: how much there was, how long one took, and the slow ones.
_ASYNC_STATISTICS = ("total", "p50", "p95")
_SPAN_METRIC = re.compile(r"span\.(?P<name>.+)\.(?P<statistic>total|self|mean|p50|p95|p99|min|max)_ms")
_ASYNC_METRIC = re.compile(r"async\.(?P<name>.+)\.(?P<statistic>total|mean|p50|p95|p99|min|max)_ms")
_FRAME_METRIC = re.compile(r"frame_time\.(?P<statistic>mean|p50|p95|p99|max)_ms")
_MILESTONE_METRIC = re.compile(r"milestone\.(?P<name>.+)_ms")
_METRICS = {"span": _SPAN_METRIC, "async": _ASYNC_METRIC, "frame_time": _FRAME_METRIC, "milestone": _MILESTONE_METRIC}


@dataclass(frozen=True, eq=False)
class MeasuredRun:
    """A run as a comparison takes it: small, so that it can be measured elsewhere and sent.

    Attributes:
        quantities: as of :func:`measure_run`.
        start: when it was made, where the file tells.
        tells_losses: whether its format says how many records were lost.
        frame_lane: the lane that its frames were taken of, where several lanes have frames; else empty.

    """

    quantities: pd.DataFrame
    start: pd.Timestamp | None = None
    tells_losses: bool = True
    frame_lane: str = ""

    @classmethod
    def of(cls, trace: TraceTables, *, frame: FrameNames = "frame") -> "MeasuredRun":
        """Measure a trace; ``frame`` as in :func:`measure_run`."""
        return cls(measure_run(trace, frame=frame), trace.start, tells_losses(trace.losses), frame_lane(trace, frame))


def measure_run(trace: TraceTables, *, frame: FrameNames = "frame") -> pd.DataFrame:
    """Return every quantity of a run that :func:`aero_nb.compare` compares.

    Args:
        trace: the run.
        frame: what the frames are called (:func:`aero_nb.analysis.frames`).

    Returns:
        Indexed by ``kind`` (frame, span, async, milestone, counter), ``name`` and ``statistic``: ``value``; its
        ``unit``; ``share`` (of the run's busy time; of async spans, of all their time; else NaN) and
        ``affected_share``.

    """
    spans = trace.spans
    is_affected = affected(spans, trace.losses, trace.gaps)
    of_all = float(spans["self_us"].where(is_affected, 0.0).sum() / (spans["self_us"].sum() or 1.0))
    rows = [
        *_frame_rows(trace, frame, is_affected, of_all),
        *_span_rows(spans, is_affected),
        *_async_rows(trace),
        *_milestone_rows(trace.instants, of_all),
        *_counter_rows(trace.counters, trace.tracks, of_all),
    ]
    return pd.DataFrame(rows, columns=_COLUMNS).set_index(_KEYS)


def frame_lane(trace: TraceTables, frame: FrameNames) -> str:
    """Return the lane that the frames of a run are taken of, where several lanes have frames; else an empty text."""
    return lane_taken(cadence(trace.spans, trace.instants, trace.gaps, frame))


Row = tuple[str, str, str, float, str, float, float]


def _frame_rows(trace: TraceTables, frame: FrameNames, affected: "pd.Series[bool]", of_all: float) -> Iterable[Row]:
    table = main_lane(cadence(trace.spans, trace.instants, trace.gaps, frame))
    if table.empty:
        return
    are_spans = bool((table["span"] >= 0).all())
    share = float(affected[table["span"]].mean()) if are_spans else of_all
    for statistic, value in frame_statistics(table).items():
        name = str(statistic)
        if name in _FRAME_STATISTICS and not np.isnan(value):  # a lane with one frame has no interval
            yield (
                "frame",
                frames_called(frame),
                name.removesuffix("_ms"),
                value,
                "ms" if name.endswith("_ms") else "1/s",
                np.nan,
                share,
            )


def _span_rows(spans: pd.DataFrame, affected: "pd.Series[bool]") -> Iterable[Row]:
    self_ms = spans.groupby("name", observed=True)["self_us"].sum() / 1000
    busy = self_ms.sum() or 1.0
    shares = affected_share(spans, affected, "name")
    for name, value, share in zip(self_ms.index, self_ms.tolist(), shares.reindex(self_ms.index).tolist(), strict=True):
        yield "span", str(name), "self", value, "ms", value / busy, share


def _async_rows(trace: TraceTables) -> Iterable[Row]:
    spans = trace.async_spans
    table = summary(spans, "name", affected_async(spans, trace.tracks, trace.losses, trace.gaps))
    shares = table["total_us"] / (table["total_us"].sum() or 1.0)
    for statistic in _ASYNC_STATISTICS:
        values = table[f"{statistic}_us"] / 1000
        for name, value, share, lost in zip(table.index, values, shares, table["affected_share"], strict=True):
            yield "async", str(name), statistic, value, "ms", share, lost


def _milestone_rows(instants: pd.DataFrame, of_all: float) -> Iterable[Row]:
    reached = milestones(instants)
    for name, since_us in zip(reached["name"], reached["since_start_us"].tolist(), strict=True):
        yield "milestone", str(name), "reached", since_us / 1000, "ms", np.nan, of_all


def _counter_rows(counters: pd.DataFrame, tracks: pd.DataFrame, of_all: float) -> Iterable[Row]:
    kinds = counter_kinds(counters)
    known = counters.dropna(subset=["value"]).sort_values("ts_us", kind="stable")
    names = _counter_names(known, tracks)
    for track, lane in known.groupby("track", sort=False):
        kind = kinds[lane["series"].iloc[0]]
        for statistic, value, unit in _cumulative(lane) if kind == "cumulative" else _level(lane):
            yield "counter", names[track], statistic, value, unit, np.nan, of_all


def _counter_names(counters: pd.DataFrame, tracks: pd.DataFrame) -> dict[Any, str]:
    """Return the name of each counter track: its series, with its lane where several tracks are of that series.

    Pids and tids differ from run to run, so a lane without a name of its own is told by its place among the others.
    """
    lanes = counters.drop_duplicates("track")[["series", "track"]].join(tracks[["process", "thread"]], on="track")
    names: dict[Any, str] = {}
    for series, own in lanes.sort_values("track").groupby("series", observed=True, sort=False):
        for track, lane in zip(own["track"], lane_names(own[["process", "thread"]]), strict=True):
            names[track] = str(series) if len(own) == 1 else f"{series} [{lane.strip()}]"
    return names


def _cumulative(lane: pd.DataFrame) -> Iterable[tuple[str, float, str]]:
    """Yield how much a cumulative counter grew in the run, and how fast."""
    increase = float(lane["value"].iloc[-1] - lane["value"].iloc[0])
    seconds = float(lane["ts_us"].iloc[-1] - lane["ts_us"].iloc[0]) / 1e6
    yield "increase", increase, ""
    yield "rate", increase / seconds if seconds else np.nan, "1/s"


def _level(lane: pd.DataFrame) -> Iterable[tuple[str, float, str]]:
    """Yield the mean of a level over time."""
    yield "mean", _mean_over_time(lane["ts_us"].to_numpy(), lane["value"].to_numpy()), ""


def _mean_over_time(ts: np.ndarray, value: np.ndarray) -> float:
    """Mean of a step function from its first to its last sample; of samples at one moment the last one's value."""
    held = np.diff(ts)
    return float((value[:-1] * held).sum() / held.sum()) if held.sum() > 0 else float(value[-1])


def run_metrics(
    run: TraceTables | PerfCapture, metrics: Iterable[str], *, frame: FrameNames = "frame"
) -> dict[str, float]:
    """Return the named metrics of a trace or a perf capture; NaN where the data lacks one.

    The names are those that :func:`aero_nb.check` documents; ``frame``: what a trace's frames are called.
    """
    values = _capture_metrics(run) if isinstance(run, PerfCapture) else _trace_metrics(run, frame)
    return {metric: values.get(_canonical(metric), np.nan) for metric in metrics}


def of_frames(metric: str) -> bool:
    """Tell whether a metric is of frames: their time, their rate, or what they executed."""
    return _canonical(metric)[0] in ("frame_time", "fps", "mips")


def _canonical(metric: str) -> tuple[str, str, str]:
    for kind, pattern in _METRICS.items():
        if match := pattern.fullmatch(metric):
            parts = match.groupdict()
            return kind, parts.get("name", ""), parts.get("statistic", "")
    return metric, "", ""


def _capture_metrics(capture: PerfCapture) -> dict[tuple[str, str, str], float]:
    statistics = frame_statistics(capture.records["frame_ms"] * 1000)
    return {**_frame_metrics(statistics), ("mips", "", ""): float(capture.summary["mips_mean"])}


def _trace_metrics(trace: TraceTables, frame: FrameNames) -> dict[tuple[str, str, str], float]:
    spans = trace.spans
    table = main_lane(frames(spans, trace.counters, span=frame, instants=trace.instants, gaps=trace.gaps))
    values = _frame_metrics(frame_statistics(table))
    if "mips" in table:
        values["mips", "", ""] = _mips(table[usable(table)])
    for kind, rows in (("span", spans), ("async", trace.async_spans)):
        by_name = summary(rows).filter(regex=r"^(?!count).*_us$") / 1000
        for column in by_name:
            statistic = str(column).removesuffix("_us")
            values.update({(kind, str(name), statistic): value for name, value in by_name[column].items()})
    reached = milestones(trace.instants)
    for name, since_us in zip(reached["name"], reached["since_start_us"].tolist(), strict=True):
        values["milestone", str(name), ""] = since_us / 1000
    return values


def _mips(table: pd.DataFrame) -> float:
    """Return the millions of instructions a second of frame time, of the frames that have both."""
    known = table.loc[table["mips"].notna(), ["mips", "interval_us"]]
    return float((known["mips"] * known["interval_us"]).sum() / known["interval_us"].sum()) if len(known) else np.nan


def _frame_metrics(statistics: "pd.Series[float]") -> dict[tuple[str, str, str], float]:
    values = {("frame_time", "", str(name).removesuffix("_ms")): value for name, value in statistics.items()}
    values["fps", "", ""] = float(statistics["fps"])
    return values
