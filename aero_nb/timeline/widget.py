"""The timeline widget: Python's end of it."""

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import pandas as pd
import traitlets

from aero_nb.figures.units import format_count, format_duration
from aero_nb.tables.trace_tables import TraceTables
from aero_nb.timeline import assets, static
from aero_nb.timeline.answers import answer
from aero_nb.timeline.arguments import arguments_text
from aero_nb.timeline.axes import Axes, drawn_by
from aero_nb.timeline.notes import saved_notes, valid_notes, with_notes
from aero_nb.timeline.packing import pack
from aero_nb.timeline.scene import Scene
from aero_nb.timeline.still import still_png

SMALL = 40_000  # events; beyond it the packed trace cannot fit a saved notebook, so it is not even tried


def _interval() -> Any:
    """Return a trait of ``[t0_us, t1_us]`` or None."""
    pair = traitlets.List(traitlets.Float(), minlen=2, maxlen=2, allow_none=True, default_value=None)
    return pair.tag(sync=True)


class Timeline(anywidget.AnyWidget):  # type: ignore[misc]
    """The interactive timeline of a Trace: zoom, pan, search, select; the spans live in the browser.

    Python sees where the view comes to rest and what is selected, and can set both. All times are µs on the clock
    of the tables' ``ts_us``. ``observe`` works on every attribute below that is marked *observable*.

    - ``window`` (observable): ``[t0_us, t1_us]`` in sight; assign to move the view.
    - ``selection_range`` (observable): the selected ``[t0_us, t1_us]``, or None; assign to select.
    - ``selection`` (observable): a Trace of that range, or None. ``w.selection.spans`` are the selected rows.
    - ``selected_span`` (observable): the row of ``trace.spans`` (or ``async_spans``) last clicked as a Series, or None.
    - ``search`` (observable): text or ``/regular expression/`` to highlight.
    - ``color_by`` (observable): ``name``, ``cat``, ``thread`` or ``self`` (share of self time).
    - ``counter_mode`` (observable): ``level``, ``rate`` or ``delta``.
    - ``notes`` (observable): list of ``{"ts_us", "dur_us", "text"}``; starts with those of a saved trace.
    - ``axis`` (observable): the name of the axis by which it is drawn, ``""`` for host time; what there is besides
      says who made it (:meth:`aero_nb.Trace.timeline`, :func:`aero_nb.align`). Attributes in µs are host time always.
    - ``wheel``: ``scroll`` (the wheel scrolls the tracks, at their end the notebook; Ctrl+wheel zooms) or ``zoom``.
    - ``height``: of the widget in pixels, or None for what the tracks need.
    """

    _esm = assets.bundle_source("loader")

    window = _interval()
    selection_range = _interval()
    selected_span = traitlets.Any(None)
    search = traitlets.Unicode("").tag(sync=True)
    color_by = traitlets.Enum(("name", "cat", "thread", "self"), "name").tag(sync=True)
    counter_mode = traitlets.Enum(("level", "rate", "delta"), "level").tag(sync=True)
    notes = traitlets.List(traitlets.Dict()).tag(sync=True)
    axis = traitlets.Unicode("").tag(sync=True)
    shown = traitlets.List(traitlets.Int(), allow_none=True, default_value=None).tag(sync=True)
    wheel = traitlets.Enum(("scroll", "zoom"), "scroll").tag(sync=True)
    height = traitlets.Int(None, allow_none=True, min=150).tag(sync=True)
    _selected = traitlets.Int(-1).tag(sync=True)
    _still = traitlets.Bytes().tag(sync=True)
    _alt = traitlets.Unicode().tag(sync=True)
    _version = traitlets.Unicode().tag(sync=True)

    def __init__(self, trace: TraceTables, *, axes: Axes | None = None, **options: Any) -> None:
        """Make a timeline of ``trace``; ``axes`` it can be drawn by besides time, ``options`` are the attributes above.

        Raises:
            ValueError: the trace has more spans than a browser can hold, or there is no such axis.
            TypeError: an option that is none.

        """
        unknown = sorted(set(options) - set(self.class_own_traits()) | {k for k in options if k[0] == "_"})
        if unknown:
            raise TypeError(f"timeline(): expected options of Timeline, found {', '.join(unknown)}")
        self.trace = trace
        self._axes = axes or Axes()
        self._scene = Scene(trace, self._axes.part_of)
        drawn = drawn_by(self._scene, self._axes.named(options.get("axis", "")))
        options.setdefault("notes", saved_notes(trace))
        super().__init__(_still=still_png(drawn), _alt=self._description(), _version=assets.module_version(), **options)
        self.on_msg(self._answer)

    # ---- what Python can ask and tell

    @property
    def selection(self) -> Any:
        """A Trace of the selected range (spans that touch it, whole), or None."""
        if self.selection_range is None:
            return None
        key = tuple(self.selection_range)
        if self._cut is None or self._cut[0] != key:
            self._cut = (key, self.trace.window(*key))
        return self._cut[1]

    _cut: tuple[tuple[float, ...], Any] | None = None

    def zoom_to(self, span: Any) -> None:
        """Select a span and bring it into sight: its index in ``trace.spans``, or a row of that table.

        Of a span too deep to be drawn, the innermost drawn one around it is selected.
        """
        index = int(str(span.name)) if isinstance(span, pd.Series) else int(span)
        spans = self.trace.spans
        if not 0 <= index < len(spans):
            raise IndexError(f"expected a span 0 to {len(spans) - 1}, found {index}")
        start, duration = float(spans["ts_us"].iloc[index]), float(spans["dur_us"].iloc[index])
        length = max(duration if np.isfinite(duration) else 0.0, 0.1)
        self.window = [start - 0.2 * length, start + 1.2 * length]
        self._selected = int(self._scene.spans.place[index])

    def show_tracks(self, tracks: Iterable[Any] | None) -> None:
        """Show just these tracks, in this order: numbers (of ``trace.tracks``) or names; None shows all.

        A name is that of a thread, an async track or a counter series; every track of that name is shown.

        Raises:
            KeyError: no shown track has that number or name.

        """
        if tracks is None:
            self.shown = None
            return
        wanted = [tracks] if isinstance(tracks, str) else list(tracks)
        chosen: list[int] = []
        for one in wanted:
            named = [b.track for b in self._scene.bands if one in (b.title, b.label, b.track)]
            if not named:
                names = sorted({band.title for band in self._scene.bands})
                raise KeyError(f"expected a track's number or one of {names}, found {one!r}")
            chosen += [track for track in named if track not in chosen]
        self.shown = chosen

    @traitlets.validate("window", "selection_range")  # type: ignore[untyped-decorator]
    def _in_order(self, proposal: dict[str, Any]) -> list[float] | None:
        pair = proposal["value"]
        if pair is None:
            return None
        if not all(np.isfinite(pair)) or pair[1] < pair[0]:
            raise traitlets.TraitError(f"expected [t0_us, t1_us] with t0_us <= t1_us, found {pair}")
        return list(pair)

    @traitlets.validate("axis")  # type: ignore[untyped-decorator]
    def _known_axis(self, proposal: dict[str, Any]) -> str:
        name = str(proposal["value"])
        self._axes.named(name)
        return name

    @traitlets.validate("notes")  # type: ignore[untyped-decorator]
    def _checked_notes(self, proposal: dict[str, Any]) -> list[dict[str, Any]]:
        return valid_notes(proposal["value"])

    @traitlets.observe("selection_range")  # type: ignore[untyped-decorator]
    def _tell_selection(self, _change: Mapping[str, Any]) -> None:
        if self._trait_notifiers.get("selection"):  # cutting a Trace is work: only for who asked
            self.notify_change(
                traitlets.Bunch(name="selection", old=None, new=self.selection, owner=self, type="change")
            )

    @traitlets.observe("_selected")  # type: ignore[untyped-decorator]
    def _tell_span(self, change: Mapping[str, Any]) -> None:
        place = change["new"]
        self.selected_span = None if place < 0 else self._row(place)

    def _row(self, place: int) -> "pd.Series[Any]":
        rows = self._scene.spans
        table = self.trace.async_spans if rows.asynchronous[place] else self._scene.trace.spans
        row: pd.Series[Any] = table.iloc[int(rows.index[place])]
        return row

    # ---- what the browser asks

    def _answer(self, _widget: Any, request: Any, _buffers: Any) -> None:
        """Answer a request of the page: the module, plotly.js, the packed trace, a span's args, the trace's bytes."""
        answer(
            self,
            request,
            {
                "data": lambda: ({}, [self._packed]),
                "args": lambda: ({"text": arguments_text(self._scene, int(request["span"]))}, []),
                "trace": lambda: ({"title": self._alt}, [self.trace.to_bytes()]),
            },
        )

    @cached_property
    def _packed(self) -> bytes:
        return pack(self._scene, axes=self._axes)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Save the trace with this timeline's notes (``otherData.aero_nb.notes``) and return the path."""
        return with_notes(self.trace, self.notes).save(path)

    # ---- what a saved notebook keeps

    def _description(self) -> str:
        scene = self._scene
        return (
            f"timeline of {format_duration(scene.duration_ns / 1000)}: {format_count(scene.span_count)} spans, "
            f"{format_count(len(self.trace.instants))} instants, {len(scene.bands)} tracks"
            f"{scene.note}"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        events = len(self._scene.spans) + len(self.trace.counters) + len(self.trace.instants)
        packed = self._packed if events <= SMALL else None
        values = {"color_by": self.color_by, "counter_mode": self.counter_mode, "wheel": self.wheel, "axis": self.axis}
        values |= {"notes": self.notes}
        still = {
            "image/png": static.encoded(self._still),
            "text/html": static.notebook_html(self._still, self._alt, packed, values),
            "text/plain": f"<{self._alt}>",
        }
        return {**data, **still}, metadata
