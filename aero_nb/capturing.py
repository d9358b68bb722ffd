"""One start-to-stop run of Sources: bytes from the capture wing in, a Trace out."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from aero_nb.errors import CaptureError
from aero_nb.recorder import Recorder, perf
from aero_nb.sources import Source

if TYPE_CHECKING:
    from aero_nb.trace import Trace

_recorded: list[Source] = []  # the Sources of all running captures: starting one twice would wipe its recording


def capture(*sources: Source) -> "Capture":
    """Record ``sources`` while a ``with`` block runs; no source means this Python process (``aero_nb.perf``).

    ::

        with aero_nb.capture() as run:
            machine.run(frames=60)
        run.trace.timeline()

    What the block raises goes on to the caller, and the capture is kept. Several sources become one Trace on one
    clock. Raises CaptureError if a source cannot start, or is being recorded already.
    """
    return Capture(*(sources or (perf,)))


@dataclass(eq=False)
class Part:
    """What one Source gave to a capture."""

    source: Source
    begin: Callable[[], None] | None = None  # starts the source where its plain start() is not what is wanted
    finish: Callable[[], None] | None = None  # called once its stop() has answered
    recording: bool = False
    data: bytes | None = None  # the last export, verbatim; after a stop without error the final one
    error: Exception | None = None  # what the source raised when it was stopped
    clock_offset_us: float = 0.0  # the source's clock minus this process's
    clock_uncertainty_us: float = 0.0
    number: object = None  # by which a source that can be started by hand as well knows this recording
    earlier_export: bytes | None = None  # which a source that keeps its last one still has of an earlier recording

    def start(self) -> None:
        """Start the source, unless that would wipe a recording in the making."""
        by_hand = isinstance(self.source, Recorder) and self.source.trace_enabled
        if by_hand or any(self.source is other for other in _recorded):
            name = "this process" if self.source is perf else repr(self.source)
            raise CaptureError(
                f"{name} is being recorded already, and starting again would wipe that: stop the other capture "
                "(or trace_start) first"
            )
        _recorded.append(self.source)
        self.earlier_export = self._last_export()
        try:
            (self.begin or self.source.start)()
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
                    f"{self.source!r} was stopped or started again by hand while it was captured: what it recorded "
                    "in the end is there, and nothing else"
                )
            if self.finish is not None:
                self.finish()
        except Exception as error:
            self.error = error
            if (last := self._last_export()) is not self.earlier_export:
                self.data = last
        self.recording = False
        _recorded.remove(self.source)

    def _number(self) -> object:
        return getattr(self.source, "recording", None)

    def _last_export(self) -> bytes | None:
        exported: bytes | None = getattr(self.source, "last_export", None)
        return exported

    def _measure_clock(self) -> None:
        """Ask a Source that has a clock of its own (a page) how far it is from this process's."""
        measure = getattr(self.source, "clock_offset_us", None)
        if measure is not None:
            with suppress(CaptureError):  # a page that is gone: stopping it will say so
                self.clock_offset_us = measure()
                self.clock_uncertainty_us = getattr(self.source, "clock_uncertainty_us", 0.0)


class Capture:
    """One start-to-stop run of one or more Sources; afterwards ``trace`` is what they recorded.

    A context manager; ``start()`` and ``stop()`` do the same by hand. ``parts`` holds, per source, the bytes as they
    arrived and the error if it failed.
    """

    def __init__(self, *sources: Source) -> None:
        if not sources:
            raise ValueError("Capture needs at least one Source; aero_nb.capture() records this process")
        self.parts = [Part(source) for source in sources]
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
        for part in reversed(self.parts):
            if part.recording:
                part.stop()
        self._stopped_s = time.monotonic()

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
        from aero_nb.trace import Trace

        arrived = [part for part in self.parts if part.data is not None]
        if not arrived:
            raise CaptureError("nothing was recorded: no source has answered with a trace")
        first, *others = [Trace.from_bytes(part.data) for part in arrived if part.data is not None]
        if not others:
            return first
        return first.merge(*others, clock_offsets_us=[-part.clock_offset_us for part in arrived])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()


def _with_note(error: Exception) -> Exception:
    note = "What arrived is kept: Capture.partial_trace(), %aero_trace show, %aero_trace save FILE."
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)
    return error
