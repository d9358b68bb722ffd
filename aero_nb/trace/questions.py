"""The most asked questions as methods of a Trace: one line each, answered by ``aero_nb.analysis``, which has more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from aero_nb.tables.trace_tables import TraceTables

if TYPE_CHECKING:
    import pandas as pd

    from aero_nb.analysis.cadence import FrameNames
    from aero_nb.reports import Differences, Explanation, Report

SpansOrSamples = Literal["spans", "samples"]
"""Whether a question is about spans, or about the functions that a profiler sampled (``Trace.sample_spans``)."""

Tables = TypeVar("Tables", bound=TraceTables)


class TraceQuestions:
    """What a Trace answers about itself."""

    def summary(
        self: TraceTables, by: str | Sequence[str] = "name", table: Literal["spans", "async_spans", "samples"] = "spans"
    ) -> pd.DataFrame:
        """Count, total, self and mean time, percentiles by name (or other columns); see ``analysis.summary``.

        ``by`` may also be or name ``activity``: what Chrome was doing (``activities()``). ``table="samples"``: of the
        functions that a profiler sampled, as ``sample_spans()`` says.
        """
        from aero_nb.analysis import affected_async, summary

        if table == "async_spans":
            own = self.async_spans
            return summary(own, by, affected_async(own, self.tracks, self.losses, self.gaps))
        trace = self.sample_spans() if table == "samples" else self
        spans = trace.spans
        if "activity" in ([by] if isinstance(by, str) else by):
            from aero_nb.analysis import activities

            spans = spans.assign(activity=activities(spans))
        return summary(spans, by, _affected(trace))

    def activities(self: TraceTables) -> pd.Series[str]:
        """Say of each span of Chrome's own trace what the browser was doing; see ``analysis.activities``."""
        from aero_nb.analysis import activities

        return activities(self.spans)

    def top_spans(self: TraceTables, n: int = 10, by: str = "self_us") -> pd.DataFrame:
        """Return the ``n`` spans with the most self time (or ``dur_us``)."""
        from aero_nb.analysis import top_spans

        return top_spans(self.spans, n, by, _affected(self))

    def call_tree(self: TraceTables, by: str | None = None, table: SpansOrSamples = "spans") -> pd.DataFrame:
        """Merge spans (or sampled functions) by their path of names, top-down; see ``analysis.call_tree``."""
        from aero_nb.analysis import call_tree

        trace = self.sample_spans() if table == "samples" else self
        return call_tree(trace.spans, by, _affected(trace))

    def bottom_up(self: TraceTables, table: SpansOrSamples = "spans") -> pd.DataFrame:
        """Merge spans (or sampled functions) by name and callers, bottom-up; see ``analysis.bottom_up``."""
        from aero_nb.analysis import bottom_up

        trace = self.sample_spans() if table == "samples" else self
        return bottom_up(trace.spans, affected=_affected(trace))

    def flatten(self: TraceTables) -> pd.DataFrame:
        """Return exclusive slices: at each moment the innermost span; see ``analysis.flatten``."""
        from aero_nb.analysis import flatten

        return flatten(self.spans, _affected(self))

    def frames(self: TraceTables, span: FrameNames = "frame", **options: Any) -> pd.DataFrame:
        """Return one row per display frame: interval, work, parts, counters, late or dropped; see ``analysis.frames``.

        ``span``: what the frames are called (a name, several, or a compiled pattern); spans, or instants where no span
        is called so.
        """
        from aero_nb.analysis import frames

        told = {"instants": self.instants, "gaps": self.gaps, "affected_times": _affected_times(self), **options}
        return frames(self.spans, self.counters, span=span, **told)

    def explain(self: TraceTables, frame: int, span: FrameNames = "frame") -> pd.DataFrame:
        """Tell how one frame differs from the median frame of its lane; see ``analysis.explain``."""
        from aero_nb.analysis import explain

        return explain(self.spans, frame, span=span, instants=self.instants, gaps=self.gaps)

    def why(self: TraceTables, frame: int | None = None, span: FrameNames = "frame") -> Explanation:
        """Say in words why a frame (None: the longest one) was slow; see ``reports.why``."""
        from aero_nb.reports import why

        return why(self, frame, span)

    def report(
        self: TraceTables,
        *,
        against: Differences | None = None,
        frame: FrameNames = "frame",
        title: str = "Trace report",
    ) -> Report:
        """Write one page about the trace: what it is, what it lacks, where time went, frames; see ``aero_nb.reports``.

        ``against``: what ``aero_nb.compare(base, trace)`` found; adds what changed.
        """
        from aero_nb.reports import trace_report

        return trace_report(self, against=against, frame=frame, title=title)

    def milestones(self: TraceTables, **options: Any) -> pd.DataFrame:
        """List instants with the time since the start and since the one before; see ``analysis.milestones``."""
        from aero_nb.analysis import milestones

        return milestones(self.instants, **options)

    def between(self: Tables, a: str, b: str, clip: bool = False) -> Tables:
        """Return the window from the first instant named ``a`` to the first one named ``b`` after it."""
        from aero_nb.analysis.milestone_times import milestone_at

        start = milestone_at(self.instants, a)
        return self.window(start, milestone_at(self.instants, b, after_us=start), clip)

    def busy_times(self: TraceTables) -> pd.DataFrame:
        """Return how long each thread was busy, and how long it alone was; see ``analysis.busy_times``."""
        from aero_nb.analysis import busy_times

        return busy_times(self.spans)

    def utilisation(self: TraceTables, bins: int = 100) -> pd.DataFrame:
        """Return the utilisation of each thread over time, bin by bin; see ``analysis.utilisation``."""
        from aero_nb.analysis import utilisation

        return utilisation(self.spans, bins, affected_times=_affected_times(self))


def _affected(trace: TraceTables) -> pd.Series[bool]:
    from aero_nb.analysis import affected

    return affected(trace.spans, trace.losses, trace.gaps)


def _affected_times(trace: TraceTables) -> pd.DataFrame:
    from aero_nb.analysis import affected_times

    return affected_times(trace.spans, trace.losses, trace.gaps)
