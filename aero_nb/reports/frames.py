"""The section about frames: how regular they are, and why the worst three took long."""

from typing import TYPE_CHECKING

from aero_nb.analysis.cadence import FrameNames, frames_called, main_lane, usable
from aero_nb.analysis.frame_times import BUDGET_US, frame_statistics, frames
from aero_nb.analysis.lane_names import lane_names
from aero_nb.figures.units import format_duration
from aero_nb.reports.markdown import named
from aero_nb.reports.parts import Quantity, Section
from aero_nb.reports.why import why
from aero_nb.tables.trace_tables import TraceTables

if TYPE_CHECKING:
    import pandas as pd

_WORST = 3
STATISTICS = {
    "fps": ("Frames a second", "fps"),
    "fps_1pct_low": ("Frames a second, slowest 1% (1 / p99)", "fps"),
    "mean_ms": ("Mean frame time", "ms"),
    "p50_ms": ("Median frame time", "ms"),
    "p95_ms": ("95th percentile", "ms"),
    "p99_ms": ("99th percentile", "ms"),
    "max_ms": ("Longest frame", "ms"),
}
_FEW = 100  # of fewer frames the 99th percentile is hardly more than the longest


def frames_section(trace: TraceTables, affected_times: "pd.DataFrame", span: FrameNames) -> tuple[Section, str]:
    """Return the section, and its finding for the headline (empty where there are no frames)."""
    heading = "Frames"
    table = frames(trace.spans, span=span, instants=trace.instants, gaps=trace.gaps, affected_times=affected_times)
    lane = main_lane(table)
    known = lane[usable(lane)]
    if known.empty:
        found = "has no interval between frames" if len(lane) else "has no frames"
        hint = "say what they are called: report(frame=NAME), --frame NAME"
        return Section("frames", heading, (f"The trace {found} called {named(frames_called(span))}; {hint}.",)), ""
    late = int(known["late"].sum())
    finding = f"{late:,} of {len(known):,} frames were late"
    sentences = [_of_what(lane, table)]
    sentences += _worst(trace, known, span)
    quantities = [*_statistics(known), Quantity("Late frames", late, "", _late_caveat())]
    quantities.append(Quantity("Refreshes without a frame", int(known["dropped"].sum()), "", "at 60 a second"))
    caveats = _caveats(known)
    return Section("frames", heading, tuple(sentences), tuple(quantities), (), caveats), finding


def _of_what(lane: "pd.DataFrame", table: "pd.DataFrame") -> str:
    """Say how many frames the numbers are of, on which lane, and what was left out."""
    others = f", the one of {table['track'].nunique()} lanes that has most" if len(lane) < len(table) else ""
    on = f"Of {len(lane):,} frames on {named(lane_names(lane.head(1))[0])}{others}"
    left_out = int(lane["left_out"].notna().sum())
    without = f" ({left_out:,} intervals with a gap or a stop of the recording are left out)" if left_out else ""
    return f"{on}{without}: the time of a frame is the interval to the next one's start."


def _late_caveat() -> str:
    return f"more than a tenth beyond {format_duration(BUDGET_US)}, the budget at 60 a second"


def _statistics(known: "pd.DataFrame") -> list[Quantity]:
    values = frame_statistics(known["interval_us"])
    few = f"of {len(known)} frames only" if len(known) < _FEW else ""
    return [
        Quantity(label, float(values[key]), unit, few if "99" in label or "1%" in label else "")
        for key, (label, unit) in STATISTICS.items()
        if values[key] == values[key] and abs(values[key]) != float("inf")
    ]


def _caveats(known: "pd.DataFrame") -> tuple[str, ...]:
    share = float((known["affected_share"] * known["interval_us"]).sum() / (known["interval_us"].sum() or 1))
    if share <= 0:
        return ()
    return (f"{share:.1%} of the frames' time is affected by lost or repaired data: a frame may hide in a gap.",)


def _worst(trace: TraceTables, known: "pd.DataFrame", span: FrameNames) -> list[str]:
    """Return a sentence for each of the longest frames: when, how long, and what made it so."""
    worst = known.sort_values("interval_us", ascending=False, kind="stable").head(_WORST)
    return [why(trace, frame, span).text for frame in worst.index.tolist()]
