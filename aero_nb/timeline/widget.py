"""The timeline widget: Python's end of it."""

import os
import warnings
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
from aero_nb.timeline import assets, static, view_state
from aero_nb.timeline.added import AddedTrack, AddedTracks, FrameReader
from aero_nb.timeline.answers import answer
from aero_nb.timeline.arguments import arguments_text, places_with
from aero_nb.timeline.axes import Axes, drawn_by
from aero_nb.timeline.first_sight import strays_of
from aero_nb.timeline.notes import with_kept
from aero_nb.timeline.packing import pack
from aero_nb.timeline.page import to_html
from aero_nb.timeline.scene import Scene
from aero_nb.timeline.still import still_png
from aero_nb.timeline.view_traits import OF_VIEW, ViewTraits

SMALL = 40_000  # events; beyond it the packed trace cannot fit a saved notebook, so it is not even tried


class Timeline(ViewTraits, anywidget.AnyWidget):  # type: ignore[misc]
    """The interactive timeline of a Trace: zoom, pan, search, select; the spans live in the browser.

    Python sees where the view comes to rest and what is selected, and can set both. All times are µs on the clock
    of the tables' ``ts_us``. ``observe`` works on every attribute below that is marked *observable*.

    - ``window`` (observable): ``[t0_us, t1_us]`` in sight; assign to move the view.
    - ``selection_range`` (observable): the selected ``[t0_us, t1_us]``, or None; assign to select.
    - ``selection_tracks`` (observable): numbers of the tracks that range is on, or None: all.
    - ``selection`` (observable): a Trace of that range, or None. ``w.selection.spans`` are the selected rows.
    - ``selected_span`` (observable): the row of ``trace.spans`` (or ``async_spans``) last clicked as a Series, or None.
    - ``search`` (observable): text or ``/regular expression/`` to highlight.
    - ``color_by`` (observable): ``name``, ``cat``, ``thread`` or ``self`` (share of self time).
    - ``counter_mode`` (observable): ``level``, ``rate`` or ``delta``.
    - ``scale_fit``, ``scale_log`` (observable): numbers of counter tracks whose scale fits what is in sight, or is
      logarithmic; that of all others begins at zero.
    - ``notes`` (observable): list of ``{"ts_us", "dur_us", "text"}``; starts with those of a saved trace.
    - ``axis`` (observable): the name of the axis by which it is drawn, ``""`` for host time; what there is besides
      says who made it (:meth:`aero_nb.Trace.timeline`, :func:`aero_nb.align`). Attributes in µs are host time always.
    - ``shown``, ``pinned``, ``collapsed`` (observable): numbers of tracks (of ``trace.tracks``): which are shown and in
      which order (None: all), which stay on top, which are a line only. :meth:`show_tracks` takes names, too.
    - ``wheel``: ``scroll`` (the wheel scrolls the tracks, at their end the notebook; Ctrl+wheel zooms) or ``zoom``.
    - ``height``: of the widget in pixels, or None for what the tracks need.
    """

    _esm = assets.bundle_source("loader")

    _still = traitlets.Bytes().tag(sync=True)
    _alt = traitlets.Unicode().tag(sync=True)
    _version = traitlets.Unicode().tag(sync=True)
    _revision = traitlets.Int(0).tag(sync=True)  # of the packed trace: a page asks for each new one

    def __init__(
        self,
        trace: TraceTables,
        *,
        axes: Axes | None = None,
        state: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        """Make a timeline of ``trace``; ``axes`` it can be drawn by besides time, ``options`` are the attributes above.

        ``state`` is how it is looked at, as :attr:`state` of this or another timeline tells; by default as the trace
        was saved. ``options`` win over it.

        Raises:
            ValueError: the trace has more spans than a browser can hold, there is no such axis, or the state is wrong.
            TypeError: an option that is none.

        Warns:
            UserWarning: ``state`` names what the trace lacks.

        """
        unknown = sorted(set(options) - set(ViewTraits.class_own_traits()) | {k for k in options if k[0] == "_"})
        if unknown:
            raise TypeError(f"timeline(): expected options of Timeline, found {', '.join(unknown)}")
        self.trace = trace
        self._axes = axes or Axes()
        self._added = AddedTracks()
        self._scene = Scene(trace, self._axes.part_of)
        values, problem = view_state.opened(self._scene, self._axes, state, options)
        if problem:
            warnings.warn(problem, stacklevel=3)  # Trace.timeline is between
        drawn = drawn_by(self._scene, self._axes.named(values.get("axis", "")))
        super().__init__(_still=still_png(drawn), _alt=self._description(), _version=assets.module_version(), **values)
        self.on_msg(self._answer)

    # ---- what Python can ask and tell

    @property
    def state(self) -> dict[str, Any]:
        """How it is looked at, as a small plain dict (JSON): what differs from a timeline that was just opened.

        Its keys are those attributes above that say so, ``window`` to ``wheel``, and ``selected``, ``[name, ts_us]`` of
        the selected span. Tracks are ``[process, track]``, by name, so that it fits another trace, too. Assign it, give
        it to ``trace.timeline(state=...)`` or ``to_html``; :meth:`save` keeps it with the trace.
        """
        return view_state.state_of(self._scene, {key: getattr(self, key) for key in OF_VIEW}, self._axes)

    @state.setter
    def state(self, state: Mapping[str, Any]) -> None:
        values, problem = view_state.whole_view(self._scene, self._axes, state)
        if problem:
            warnings.warn(problem, stacklevel=2)
        for key in OF_VIEW:
            setattr(self, key, values.get(key, getattr(self, key)))

    @property
    def selection(self) -> Any:
        """A Trace of the selected range (spans that touch it, whole), or None."""
        if self.selection_range is None:
            return None
        key = tuple(self.selection_range)
        if self._cut is None or self._cut[0] != key:
            self._cut = (key, self._whole.window(*key))
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

    @traitlets.validate("axis")  # type: ignore[untyped-decorator]
    def _known_axis(self, proposal: dict[str, Any]) -> str:
        name = str(proposal["value"])
        self._axes.named(name)
        return name

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
        event = -1 if rows.asynchronous[place] else int(self._scene.trace.columns.spans.event[rows.index[place]])
        if len(self._added) and event >= self.trace.columns.events:
            return self._added.row(event - self.trace.columns.events)
        table = self.trace.async_spans if rows.asynchronous[place] else self._scene.trace.spans
        row: pd.Series[Any] = table.iloc[int(rows.index[place])]
        return row

    # ---- tracks from data

    def add_spans(
        self,
        frame: pd.DataFrame,
        *,
        name: str = "spans",
        start: str = "ts_us",
        duration: str = "dur_us",
        label: str | None = None,
    ) -> None:
        """Draw the rows of a DataFrame (a query's result, a log, samples of a GPU) as spans of a track of their own.

        The track is called ``name`` and lies in a process ``added``, above all others; one of that name that was added
        before is replaced. A timeline that is displayed shows it at once and keeps its view. Columns that are not
        named here are the spans' args. ``selection`` and ``save`` have the added rows too (a page of it:
        ``aero_nb.load(w.save(path)).to_html(...)``); ``trace`` is the trace as it was; ``selected_span`` of an added
        one is the row of ``frame``.

        Args:
            frame: any DataFrame.
            name: what the track is called.
            start: the column of the starts: µs on the clock of ``trace.spans.ts_us``, or datetimes (of no time
                zone: UTC), which need a trace that tells its own wall clock (``trace.start``).
            duration: the column of the durations: µs, or timedeltas.
            label: the column of the spans' names; by default ``name`` if there is one, else the track's.

        Raises:
            TypeError: ``frame`` is no DataFrame.
            ValueError: there is no such column, or it holds something else; or the trace has no wall clock.

        Warns:
            UserWarning: rows without a time, or of a negative duration, are not drawn: how many; or no row lies within
                the trace.

        """
        self._add("spans", FrameReader(self.trace, frame, "add_spans()").spans(name, start, duration, label))

    def add_ranges(
        self,
        frame: pd.DataFrame,
        *,
        name: str = "ranges",
        start: str = "start_us",
        end: str = "end_us",
        label: str | None = None,
    ) -> None:
        """Draw the rows of a DataFrame that say when something began and ended; all else is as in :meth:`add_spans`."""
        self._add("spans", FrameReader(self.trace, frame, "add_ranges()").ranges(name, start, end, label))

    def add_markers(
        self, frame: pd.DataFrame, *, name: str = "markers", at: str = "ts_us", label: str | None = None
    ) -> None:
        """Draw the rows of a DataFrame as instants at ``at``; all else is as in :meth:`add_spans`."""
        self._add("markers", FrameReader(self.trace, frame, "add_markers()").markers(name, at, label))

    def add_counter(
        self, frame: pd.DataFrame, *, name: str | None = None, at: str = "ts_us", value: str = "value"
    ) -> None:
        """Draw the column ``value`` of a DataFrame as a counter, called after it if there is no ``name``.

        NaN is a missing value. All else is as in :meth:`add_spans`.
        """
        self._add("counter", FrameReader(self.trace, frame, "add_counter()").counter(name or value, at, value))

    def _add(self, kind: str, track: AddedTrack) -> None:
        for problem in track.problems(self.trace):
            warnings.warn(problem, stacklevel=3)
        self._added.put(kind, track)
        selected = self._own_row(self._selected)
        marked = [key for key in view_state.TRACKS if key != "shown" and getattr(self, key) is not None]
        names = {key: view_state.names_of_tracks(self._scene, getattr(self, key)) for key in marked}
        self._scene = Scene(self._drawn_with_added(), self._axes.part_of)
        self._cut = None
        self.__dict__.pop("_packed", None)
        own = len(self.trace.tracks)
        with self.hold_sync():
            if self.shown is not None:
                added = [band.track for band in self._scene.bands if band.track >= own]
                self.shown = [*(number for number in self.shown if number < own), *added]
            for key, of_key in names.items():
                setattr(self, key, view_state.numbers_of_tracks(self._scene, of_key))
            self._still = still_png(drawn_by(self._scene, self._axes.named(self.axis)))
            self._alt = self._description()
            if selected is None or self._scene.spans.place[selected] != self._selected:
                self._selected = -1
            self._revision += 1

    def _drawn_with_added(self) -> TraceTables:
        return self.trace.with_events(self._added.to_bytes(self.trace), in_time_order=False)

    def _own_row(self, place: int) -> int | None:
        """Return which row of the trace's own spans is drawn at a place, None: not one of these."""
        rows = self._scene.spans
        if place < 0 or rows.asynchronous[place] or rows.index[place] >= len(self.trace.columns.spans):
            return None
        return int(rows.index[place])

    @property
    def _whole(self) -> Any:
        """The trace with what was added, as a trace of its own."""
        return self.trace.with_events(self._added.to_bytes(self.trace)) if len(self._added) else self.trace

    # ---- what the browser asks

    def _answer(self, _widget: Any, request: Any, _buffers: Any) -> None:
        """Answer a request of the page: the module, plotly.js, the packed trace, a span's args, the trace's bytes."""
        answer(
            self,
            request,
            {
                "data": lambda: ({}, [self._packed]),
                "args": lambda: ({"text": arguments_text(self._scene, int(request["span"]))}, []),
                "find_args": lambda: ({}, [self._found_args(request)]),
                "trace": lambda: ({"title": self._alt}, [self._whole.to_bytes()]),
            },
        )

    def _found_args(self, request: Mapping[str, Any]) -> bytes:
        places = places_with(self._scene, str(request["key"]), str(request["text"]))
        return places.astype("<i4").tobytes()

    @cached_property
    def _packed(self) -> bytes:
        return pack(self._scene, axes=self._axes)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Save the trace, what was added, this timeline's notes and its state; return the path.

        ``otherData.aero_nb`` has them (``notes``, ``view``): a timeline of the saved trace opens as this one is.
        """
        view = {key: value for key, value in self.state.items() if key != "notes"}
        return with_kept(self._whole, notes=self.notes, view=view).save(path)

    def to_html(self, path: str | os.PathLike[str], *, title: str | None = None) -> Path:
        """Write this timeline as it is now, with what was added, as one page; see ``Trace.to_html``."""
        drawn = self._drawn_with_added() if len(self._added) else self.trace
        return to_html(drawn, path, title=title, axes=self._axes, state=self.state)

    # ---- what a saved notebook keeps

    def _description(self) -> str:
        scene = self._scene
        return (
            f"timeline of {format_duration(scene.duration_ns / 1000)}: {format_count(scene.span_count)} spans, "
            f"{format_count(len(self.trace.columns.instants))} instants, {len(scene.bands)} tracks"
            f"{scene.note}{strays_of(scene)}{self._added.note}"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        events = len(self._scene.spans) + len(self.trace.columns.counters) + len(self.trace.columns.instants)
        packed = self._packed if events <= SMALL else None
        values = {key: getattr(self, key) for key in OF_VIEW if getattr(self, key) is not None}
        still = {
            "image/png": static.encoded(self._still),
            "text/html": static.notebook_html(self._still, self._alt, packed, values),
            "text/plain": f"<{self._alt}>",
        }
        return {**data, **still}, metadata
