"""The most asked questions as methods of a Trace: one line each, answered by ``aero_nb.analysis``, which has more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

    from aero_nb.analysis.cadence import FrameNames
    from aero_nb.trace import Trace


class TraceQuestions:
    """What a Trace answers about itself."""

    if TYPE_CHECKING:

        @property
        def spans(self) -> pd.DataFrame: ...  # noqa: D102
        @property
        def async_spans(self) -> pd.DataFrame: ...  # noqa: D102
        @property
        def tracks(self) -> pd.DataFrame: ...  # noqa: D102
        @property
        def counters(self) -> pd.DataFrame: ...  # noqa: D102
        @property
        def instants(self) -> pd.DataFrame: ...  # noqa: D102
        @property
        def losses(self) -> pd.DataFrame: ...  # noqa: D102
        @property
        def gaps(self) -> pd.DataFrame: ...  # noqa: D102
        def window(self, t0_us: float, t1_us: float, clip: bool = False) -> Trace: ...  # noqa: D102

    @property
    def _affected(self) -> pd.Series[bool]:
        from aero_nb.analysis import affected

        return affected(self.spans, self.losses, self.gaps)

    @property
    def _affected_times(self) -> pd.DataFrame:
        from aero_nb.analysis import affected_times

        return affected_times(self.spans, self.losses, self.gaps)

    def summary(
        self, by: str | Sequence[str] = "name", table: Literal["spans", "async_spans"] = "spans"
    ) -> pd.DataFrame:
        """Count, total, self and mean time, percentiles by name (or other columns); see ``analysis.summary``."""
        from aero_nb.analysis import affected_async, summary

        if table == "async_spans":
            own = self.async_spans
            return summary(own, by, affected_async(own, self.tracks, self.losses, self.gaps))
        return summary(self.spans, by, self._affected)

    def top_spans(self, n: int = 10, by: str = "self_us") -> pd.DataFrame:
        """Return the ``n`` spans with the most self time (or ``dur_us``)."""
        from aero_nb.analysis import top_spans

        return top_spans(self.spans, n, by, self._affected)

    def call_tree(self, by: str | None = None) -> pd.DataFrame:
        """Merge spans by their path of names, top-down; see ``analysis.call_tree``."""
        from aero_nb.analysis import call_tree

        return call_tree(self.spans, by, self._affected)

    def bottom_up(self) -> pd.DataFrame:
        """Merge spans by name and callers, bottom-up; see ``analysis.bottom_up``."""
        from aero_nb.analysis import bottom_up

        return bottom_up(self.spans, affected=self._affected)

    def flatten(self) -> pd.DataFrame:
        """Return exclusive slices: at each moment the innermost span; see ``analysis.flatten``."""
        from aero_nb.analysis import flatten

        return flatten(self.spans, self._affected)

    def frames(self, span: FrameNames = "frame", **options: Any) -> pd.DataFrame:
        """Return a row a display frame: its interval, work, parts, counters, late or dropped; see ``analysis.frames``.

        ``span``: what the frames are called (a name, several, or a compiled pattern); spans, or instants where no span
        is called so.
        """
        from aero_nb.analysis import frames

        told = {"instants": self.instants, "gaps": self.gaps, "affected_times": self._affected_times, **options}
        return frames(self.spans, self.counters, span=span, **told)

    def explain(self, frame: int, span: FrameNames = "frame") -> pd.DataFrame:
        """Tell how one frame differs from the median frame of its lane; see ``analysis.explain``."""
        from aero_nb.analysis import explain

        return explain(self.spans, frame, span=span, instants=self.instants, gaps=self.gaps)

    def milestones(self, **options: Any) -> pd.DataFrame:
        """List instants with the time since the start and since the one before; see ``analysis.milestones``."""
        from aero_nb.analysis import milestones

        return milestones(self.instants, **options)

    def between(self, a: str, b: str, clip: bool = False) -> Trace:
        """Return the window from the first instant named ``a`` to the first one named ``b`` after it."""
        from aero_nb.analysis.moments import moment_of

        start = moment_of(self.instants, a)
        return self.window(start, moment_of(self.instants, b, after_us=start), clip)

    def busy_times(self) -> pd.DataFrame:
        """Return how long each thread was busy, and how long it alone was; see ``analysis.busy_times``."""
        from aero_nb.analysis import busy_times

        return busy_times(self.spans)

    def utilisation(self, bins: int = 100) -> pd.DataFrame:
        """Return the busy share of each thread over time, bin by bin; see ``analysis.utilisation``."""
        from aero_nb.analysis import utilisation

        return utilisation(self.spans, bins, affected_times=self._affected_times)
