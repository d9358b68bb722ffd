"""The pictures of a Trace as methods: one line each, drawn by ``aero_nb.figures``, and by ``aero_nb.timeline``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aero_nb.tables.time_map import Anchors
from aero_nb.tables.trace_tables import TraceTables

if TYPE_CHECKING:
    import pandas as pd

    from aero_nb.analysis.cadence import FrameNames
    from aero_nb.figures import Figure
    from aero_nb.timeline import PerfettoButton, Timeline
    from aero_nb.trace.on_axis import OnAxis
    from aero_nb.trace.questions import SpansOrSamples


class TracePictures:
    """What a Trace draws. Times on the axes count from its first event, as the timeline's do."""

    def on_axis(self: TraceTables, axis: str | Anchors, *, name: str = "progress") -> OnAxis:
        """Return the trace by the guest's progress: tables with ``x`` beside ``ts_us``, stalls, pictures drawn by it.

        ``axis``: the name of a cumulative counter (``instructions``), or pairs of (host time in µs, progress), which
        ``name`` says what they count. A count that begins anew or wraps around counts on, and ``note`` says so.

        Raises:
            ValueError: there is no such counter, it never grows, or the pairs do not rise together.
        """
        return _on_axis(self, axis, name)

    def timeline(self: TraceTables, **options: Any) -> Timeline:
        """Return the interactive timeline, a widget; ``options`` are the attributes of ``timeline.Timeline``.

        It opens on the whole trace, that of a ``window()`` on the window, whatever spans reach out of it. ``axis``, the
        name of a cumulative counter, draws it by the guest's progress (:meth:`on_axis`); its control switches back.
        ``state`` is how another timeline was looked at (its ``state``), by default as the trace was saved.
        """
        from aero_nb.timeline import Timeline

        on_axis = _drawn_by(self, options)
        return on_axis.timeline(**_opened(self, options)) if on_axis else Timeline(self, **_opened(self, options))

    def to_html(self: TraceTables, path: str | os.PathLike[str], *, title: str | None = None, **options: Any) -> Path:
        """Write the interactive timeline as one page that needs no kernel and no network; see ``timeline.page``."""
        from aero_nb.timeline.page import to_html

        on_axis = _drawn_by(self, options)
        if on_axis:
            return on_axis.to_html(path, title=title, **_opened(self, options))
        return to_html(self, path, title=title, **_opened(self, options))

    def open_in_perfetto(self: TraceTables) -> PerfettoButton:
        """Return a button that hands the trace to the Perfetto UI in a new tab; nothing is uploaded."""
        from aero_nb.timeline import PerfettoButton

        return PerfettoButton(self)

    def flame_chart(
        self: TraceTables,
        *,
        window: tuple[float, float] | None = None,
        tracks: Sequence[int | str] | None = None,
        min_width_px: float = 2.0,
    ) -> Figure:
        """Draw spans over time: one band per track, rows by depth, colour by name; see ``figures.flame_chart``."""
        from aero_nb.figures import flame_chart

        return flame_chart(self.spans, self.tracks, window=window, only=tracks, min_width_px=min_width_px)

    def flame_graph(
        self: TraceTables,
        *,
        by: str | None = "thread",
        inverted: bool = False,
        around: str | None = None,
        table: SpansOrSamples = "spans",
    ) -> Figure:
        """Draw the aggregated tree: top-down, bottom-up or around one name; see ``figures.flame_graph``.

        ``table="samples"``: of the functions that a profiler sampled.
        """
        from aero_nb.figures import flame_graph

        spans = self.sample_spans().spans if table == "samples" else self.spans
        return flame_graph(spans, by=by, inverted=inverted, around=around)

    def counter_timeline(
        self: TraceTables,
        *,
        series: Sequence[str | Sequence[str]] | str | None = None,
        mode: Literal["level", "rate", "delta"] = "level",
        scale: Literal["zero", "fit", "log"] = "zero",
        window: tuple[float, float] | None = None,
    ) -> Figure:
        """Draw counters in steps, one row per series; see ``figures.counter_timeline``."""
        from aero_nb.figures import counter_timeline

        whole, start_us = _extent_us(self.tracks)
        return counter_timeline(
            self.counters, series=series, mode=mode, scale=scale, window=window or whole, start_us=start_us
        )

    def duration_histogram(
        self: TraceTables, name: str, *, bins: int = 60, table: Literal["spans", "async_spans"] = "spans"
    ) -> Figure:
        """Draw how long the spans of one name took; see ``figures.duration_histogram``."""
        from aero_nb.figures import duration_histogram

        return duration_histogram(self.spans if table == "spans" else self.async_spans, name, bins=bins)

    def frames_chart(self: TraceTables, *, span: FrameNames = "frame", budget_us: float | None = None) -> Figure:
        """Draw the intervals between frames with p50, p95 and p99, long frames marked; see ``figures.frames_chart``."""
        from aero_nb.figures import frames_chart

        _, start_us = _extent_us(self.tracks)
        return frames_chart(
            self.spans, span=span, instants=self.instants, gaps=self.gaps, budget_us=budget_us, start_us=start_us
        )

    def utilisation_chart(self: TraceTables, *, bins: int = 200, window: tuple[float, float] | None = None) -> Figure:
        """Draw the utilisation of each thread over time; see ``figures.utilisation_chart``."""
        from aero_nb.figures import utilisation_chart

        whole, start_us = _extent_us(self.tracks)
        return utilisation_chart(self.spans, bins=bins, window=window or whole, start_us=start_us)


def _on_axis(trace: TraceTables, axis: str | Anchors, name: str = "progress") -> OnAxis:
    from aero_nb.analysis.guest_time import progress, progress_of_anchors
    from aero_nb.trace.on_axis import OnAxis

    found = progress(trace.counters, axis) if isinstance(axis, str) else progress_of_anchors(axis, name)
    return OnAxis(trace, found)


def _drawn_by(trace: TraceTables, options: dict[str, Any]) -> OnAxis | None:
    """Return the trace on the axis that the options ask for, or their state where the trace has it."""
    from aero_nb.timeline.view_state import axis_of

    if "axis" in options:
        return _on_axis(trace, options["axis"]) if options["axis"] else None
    name = axis_of(trace, options.get("state"))
    try:
        return _on_axis(trace, name) if name else None
    except ValueError:  # who gave the state is told that it cannot be drawn by that
        return None


def _opened(trace: TraceTables, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a timeline, with the window that a trace was cut to as far as it holds anything."""
    whole, _ = _extent_us(trace.tracks)
    if trace.cut_us is None or whole is None or "window" in (options.get("state") or {}):
        return options
    start, end = max(whole[0], trace.cut_us[0]), min(whole[1], trace.cut_us[1])
    return {"window": [start, end], **options} if start < end else options


def _extent_us(tracks: pd.DataFrame) -> tuple[tuple[float, float] | None, float | None]:
    """Return the moments of the first and the last event of all and the first by itself, None where there is none."""
    first, last = float(tracks["first_ts_us"].min()), float(tracks["last_ts_us"].max())
    return ((first, last), first) if first <= last else (None, None)
