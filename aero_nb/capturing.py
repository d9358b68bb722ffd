"""One start-to-stop run of Sources: bytes from the capture wing in, a Trace out."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack, cast

from aero_nb.errors import CaptureError
from aero_nb.recorder import perf
from aero_nb.sources.base import (
    BringsOthers,
    ClocksOthers,
    KeepsLastExport,
    Numbered,
    OwnClock,
    Source,
    StartOptions,
    TakesOptions,
    UncertainClock,
    Wipeable,
    label_of,
)

if TYPE_CHECKING:
    from aero_nb.live import LiveView
    from aero_nb.trace import Trace

_recorded: list[Source] = []  # the Sources of all running captures: starting one twice would wipe its recording


def capture(*sources: Source, live: "bool | LiveView" = False, **options: Unpack[StartOptions]) -> "Capture":
    """Record ``sources`` while a ``with`` block runs; no source means this Python process (``aero_nb.perf``).

    ::

        with aero_nb.capture() as run:
            machine.run(frames=60)
        run.trace.timeline()

    What the block raises goes on to the caller, and the capture is kept. Several sources become one Trace on one
    clock. ``options`` are how the sources are started (:class:`~aero_nb.sources.StartOptions`: ``stream``,
    ``autosave``, ``records``, ``boot``); each goes to the sources that take it. ``live``: show in the notebook what is
    recorded while it is (True, or a :class:`~aero_nb.live.LiveView`), and the timeline in the same place in the end.

    Raises CaptureError if a source cannot start, or is being recorded already, TypeError for an option that none of
    the sources takes.
    """
    return Capture(*(sources or (perf,)), live=live, **options)


@dataclass(eq=False)
class Part:
    """What one Source gave to a capture."""

    source: Source
    options: StartOptions = field(default_factory=StartOptions)  # how it is started
    recording: bool = False
    data: bytes | None = None  # the last export, verbatim; after a stop without error the final one
    error: Exception | None = None  # what the source raised when it was stopped
    clock_offset_us: float = 0.0  # the source's clock minus this process's
    clock_uncertainty_us: float = 0.0
    number: int | None = None  # by which a source that can be started by hand as well knows this recording
    earlier_export: bytes | None = None  # which a source that keeps its last one still has of an earlier recording

    def start(self) -> None:
        """Start the source, unless that would wipe a recording in the making."""
        by_hand = isinstance(self.source, Wipeable) and self.source.is_recording
        if by_hand or any(self.source is other for other in _recorded):
            raise CaptureError(
                f"{label_of(self.source)} is being recorded already, and starting again would wipe that: stop the "
                "other capture (or trace_start) first"
            )
        _recorded.append(self.source)
        self.earlier_export = self._last_export()
        try:
            if isinstance(self.source, TakesOptions):
                self.source.start(**self.options)
            else:
                self.source.start()
        except BaseException:
            _recorded.remove(self.source)
            with suppress(Exception):  # interrupted half-way it may record all the same; why it failed is raised
                self.source.stop()
            raise
        self.number = self._number()
        self.recording = True

    def stop(self) -> None:
        """Stop the source; an error is kept, beside the bytes that arrived before."""
        try:
            self._measure_clock()
            now = self._number()
            self.data = self.source.stop()
            if now != self.number:
                raise CaptureError(
                    f"{label_of(self.source)} was stopped or started again by hand while it was captured: what it "
                    "recorded in the end is there, and nothing else"
                )
        except Exception as error:
            self.error = error
            if (last := self._last_export()) is not self.earlier_export:
                self.data = last
        self.recording = False
        _recorded.remove(self.source)

    def _number(self) -> int | None:
        return self.source.recording if isinstance(self.source, Numbered) else None

    def _last_export(self) -> bytes | None:
        return self.source.last_export if isinstance(self.source, KeepsLastExport) else None

    def _measure_clock(self) -> None:
        """Ask a Source that has a clock of its own (a page) how far it is from this process's."""
        if isinstance(self.source, OwnClock):
            with suppress(CaptureError):  # a page that is gone: stopping it will say so
                self.clock_offset_us = self.source.clock_offset_us()
                if isinstance(self.source, UncertainClock):
                    self.clock_uncertainty_us = self.source.clock_uncertainty_us


class Capture:
    """One start-to-stop run of one or more Sources; afterwards ``trace`` is what they recorded.

    A context manager; ``start()`` and ``stop()`` do the same by hand. ``parts`` holds, per source, the bytes as they
    arrived and the error if it failed. Each of ``options`` goes to the sources that take it; ``live`` is as for
    :func:`capture`.

    Raises ValueError without a source, TypeError for an option that none of the sources takes.
    """

    def __init__(self, *sources: Source, live: "bool | LiveView" = False, **options: Unpack[StartOptions]) -> None:
        if not sources:
            raise ValueError("Capture needs at least one Source; aero_nb.capture() records this process")
        self.parts = [Part(source, _options_for(source, options)) for source in _with_others(sources)]
        _check_taken(options, self.parts)
        self._live = _view_of(live)
        self._started_s = self._stopped_s = 0.0
        self._trace: Trace | None = None

    @property
    def running(self) -> bool:
        """Whether a source is recording."""
        return any(part.recording for part in self.parts)

    @property
    def duration_s(self) -> float:
        """Seconds from start to stop; to now while running."""
        return (time.monotonic() if self.running else self._stopped_s) - self._started_s

    def start(self) -> None:
        """Start every source, or none: where one fails, those before it are stopped again."""
        if self._started_s:
            raise CaptureError("a Capture runs once: make another one with aero_nb.capture()")
        self._started_s = time.monotonic()
        try:
            for part in self.parts:
                part.start()
            if self._live is not None:
                self._live.begin([part.source for part in self.parts])
        except BaseException:
            self.stop()
            raise

    def export(self) -> "Trace":
        """Return what is recorded so far while the recording goes on; raises what a failing source raises."""
        for part in self.parts:
            if part.recording:
                part.data = part.source.export()
        return self._load()

    def stop(self) -> None:
        """Stop every source, the last one first; what one raises is kept for ``trace``, and the others go on stopping.

        A KeyboardInterrupt goes through at once and loses nothing: ``stop()`` again stops what is left.
        """
        if self._live is not None:
            self._live.pause()
        for part in reversed(self.parts):
            if part.recording:
                part.stop()
        self._stopped_s = time.monotonic()
        if self._live is not None:
            self._live.end(self.partial_trace)

    @property
    def trace(self) -> "Trace":
        """The Trace of all sources.

        Raises CaptureError while running or before the start, what a source raised when it was stopped (see
        ``partial_trace()``), TraceFormatError where a source answered with something that is no trace.
        """
        if self.running:
            raise CaptureError("the capture is still running: stop() it, or export() what there is so far")
        for part in self.parts:
            if part.error is not None:
                raise _with_note(part.error)
        return self.partial_trace()

    def partial_trace(self) -> "Trace":
        """The Trace of what arrived: all sources that answered, and the last export of those that failed.

        Raises CaptureError if nothing arrived.
        """
        if self.running:
            raise CaptureError("the capture is still running: stop() it, or export() what there is so far")
        if self._trace is None:
            self._trace = self._load()
        return self._trace

    def _load(self) -> "Trace":
        trace = self._read()
        marks = [] if self._live is None else self._live.notes(trace.start)
        if not marks:
            return trace
        from aero_nb.timeline.notes import saved_notes, with_notes

        return cast("Trace", with_notes(trace, [*saved_notes(trace), *marks]))

    def _read(self) -> "Trace":
        from aero_nb.trace import Trace

        arrived = [part for part in self.parts if part.data is not None]
        if not arrived:
            raise CaptureError("nothing was recorded: no source has answered with a trace")
        arrived.sort(key=lambda part: isinstance(part.source, ClocksOthers))  # what tells of others comes after them
        first, *others = [Trace.from_bytes(part.data) for part in arrived if part.data is not None]
        if not others:
            return first
        clocks = [self._clock_of(part) for part in arrived]
        return first.merge(
            *others,
            clock_offsets_us=[-offset for offset, _ in clocks],
            clock_uncertainties_us=[uncertainty for _, uncertainty in clocks],
        )

    def _clock_of(self, part: Part) -> tuple[float, float]:
        """Return a part's clock minus this process's and how far that can be off, by whoever knows it best."""
        knowing = (other.source for other in self.parts if isinstance(other.source, ClocksOthers))
        better = (source.clock_of(part.source) for source in knowing)
        return next((told for told in better if told), (part.clock_offset_us, part.clock_uncertainty_us))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()


def _view_of(live: "bool | LiveView") -> "LiveView | None":
    if live is True:
        from aero_nb.live import LiveView

        return LiveView()
    return live or None


def _with_note(error: Exception) -> Exception:
    note = "What arrived is kept: Capture.partial_trace(), %aero_trace show, %aero_trace save FILE."
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)
    return error


def _with_others(sources: Sequence[Source]) -> list[Source]:
    """Return the sources, before each those that are recorded beside it."""
    found: list[Source] = []
    for source in sources:
        found += [*(source.beside() if isinstance(source, BringsOthers) else ()), source]
    return found


def _options_for(source: Source, options: StartOptions) -> StartOptions:
    """Return those of ``options`` that are given (None and False are not) and that ``source`` takes."""
    taken = source.start_options if isinstance(source, TakesOptions) else ()
    chosen = {name: value for name, value in options.items() if name in taken and _is_given(value)}
    return cast(StartOptions, chosen)


def _check_taken(options: StartOptions, parts: list[Part]) -> None:
    for name, value in options.items():
        if _is_given(value) and not any(name in part.options for part in parts):
            sources = " and ".join(label_of(part.source) for part in parts)
            raise TypeError(f"expected an option that a source takes, found {name}={value!r}: not for {sources}")


def _is_given(value: object) -> bool:
    return value is not None and value is not False
