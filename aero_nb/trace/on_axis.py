"""A Trace by the guest's progress: tables with places on the axis beside host time, pictures drawn by it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aero_nb.analysis.guest_time import Progress
from aero_nb.tables.trace_tables import TraceTables

if TYPE_CHECKING:
    from aero_nb.figures import Figure
    from aero_nb.timeline import Timeline
    from aero_nb.timeline.axes import Axes


@dataclass(frozen=True, eq=False)
class OnAxis:
    """A Trace by the progress of its guest (:meth:`aero_nb.Trace.on_axis`).

    Between two samples of the counter the guest is taken to go on evenly; before the first and after the last nothing
    is known: NaN in the tables, at the ends of the axis in pictures.

    Attributes:
        trace: the Trace.
        progress: how far the guest was when, with what lets one doubt it (``note``).
    """

    trace: TraceTables
    progress: Progress

    @property
    def spans(self) -> pd.DataFrame:
        """``trace.spans`` with ``x`` and ``x_end`` (float64, the counter's unit) after ``ts_us``."""
        return self._with_ends(self.trace.spans)

    @property
    def async_spans(self) -> pd.DataFrame:
        """``trace.async_spans`` with ``x`` and ``x_end`` after ``ts_us``."""
        return self._with_ends(self.trace.async_spans)

    @property
    def instants(self) -> pd.DataFrame:
        """``trace.instants`` with ``x`` after ``ts_us``."""
        return self._with_places(self.trace.instants)

    @property
    def counters(self) -> pd.DataFrame:
        """``trace.counters`` with ``x`` after ``ts_us``."""
        return self._with_places(self.trace.counters)

    @property
    def stalls(self) -> pd.DataFrame:
        """Where host time passes and the guest makes no progress, the longest first.

        Columns ``start_us end_us dur_us`` (float64, host time) and ``x`` (where the guest stood). On the axis each is
        a step: what lies in it has no length there.
        """
        return self.progress.stalls

    @property
    def note(self) -> str:
        """Say in sentences what lets one doubt the axis, and what lies outside of it; empty for nothing."""
        spans = self.spans
        outside = int((spans["x"].isna() & spans["x_end"].isna()).sum())
        what = "span has" if outside == 1 else "spans have"
        told = f"{outside:,} {what} no place: before the first or after the last sample." if outside else ""
        return " ".join(filter(None, [self.progress.note, told]))

    def at(self, x: float) -> float:
        """Return when (host time, µs) the guest reached ``x``; NaN where it is not known to have."""
        return float(self.progress.map.back(x))

    def window(self, x0: float, x1: float) -> Any:
        """Return the Trace while the guest went from ``x0`` to ``x1``.

        Raises:
            ValueError: it is not known when it was there.
        """
        places = self.progress.map.to
        start, end = self.at(x0), float(self.progress.map.back(x1, first=False))
        if pd.isna(start) or pd.isna(end):
            raise ValueError(
                f"expected a window within {places[0]:,.10g} to {places[-1]:,.10g}, found {x0!r} to {x1!r}"
            )
        return self.trace.window(start, end)

    def timeline(self, **options: Any) -> Timeline:
        """Return the timeline drawn by this axis; its control switches to host time and back."""
        from aero_nb.timeline import Timeline
        from aero_nb.timeline.view_state import with_axis

        return Timeline(self._drawn, axes=self._axes(), **with_axis(options, self.progress.name))

    def to_html(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write the timeline drawn by this axis as one page; see ``timeline.page``."""
        from aero_nb.timeline.page import to_html
        from aero_nb.timeline.view_state import with_axis

        return to_html(self._drawn, path, axes=self._axes(), **with_axis(options, self.progress.name))

    def flame_chart(
        self,
        *,
        window: tuple[float, float] | None = None,
        tracks: Sequence[int | str] | None = None,
        min_width_px: float = 2.0,
    ) -> Figure:
        """Draw the spans by this axis, ``window`` in what it counts; see ``figures.flame_chart``.

        A span that begins before the guest's first known place, or ends after its last, reaches to that end of the
        axis. One that lies beyond it altogether has no place; the title counts them.
        """
        from aero_nb.figures import flame_chart

        spans, known = self.trace.spans, self.progress.map
        ends = spans["ts_us"] + spans["dur_us"].fillna(0)
        nowhere = ((ends < known.at[0]) | (spans["ts_us"] > known.at[-1])).to_numpy()
        places = [np.where(nowhere, np.nan, known(times.clip(*known.at[[0, -1]]))) for times in (spans["ts_us"], ends)]
        return flame_chart(
            spans.assign(x=places[0], x_end=places[1]),
            self.trace.tracks,
            window=window,
            only=tracks,
            min_width_px=min_width_px,
            axis=self.progress.name,
        )

    @property
    def _drawn(self) -> TraceTables:
        """The trace with one more counter where the guest stalls: how long it has waited, which steps at each stall."""
        waited = self.progress.waited
        if len(waited) == 1:
            return self.trace
        name = self.progress.name
        beside = name if (self.trace.counters["series"] == name).any() else None
        return self.trace.with_counter(f"{name} waited_ms", waited["ts_us"], waited["waited_ms"], beside=beside)

    def _axes(self) -> Axes:
        from aero_nb.timeline.axes import Axes, Axis

        return Axes([Axis(self.progress.name, [self.progress.map], unit=self.progress.name)])

    def _with_ends(self, table: pd.DataFrame) -> pd.DataFrame:
        placed = self._with_places(table)
        placed.insert(list(placed).index("x") + 1, "x_end", self.progress.map(table["ts_us"] + table["dur_us"]))
        return placed

    def _with_places(self, table: pd.DataFrame) -> pd.DataFrame:
        placed = table.copy(deep=False)
        placed.insert(list(placed).index("ts_us") + 1, "x", self.progress.map(table["ts_us"]))
        return placed

    def __repr__(self) -> str:
        first, last = self.progress.map.to[[0, -1]].tolist()
        stalls = self.stalls
        waited = f"{len(stalls):,} stalls, {stalls['dur_us'].sum() / 1000:,.4g} ms in all"
        note = f". {self.note}" if self.note else ""
        return f"<{self.progress.name} {first:,.10g} to {last:,.10g}: {waited}{note}>"
