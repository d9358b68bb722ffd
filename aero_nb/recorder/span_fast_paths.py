"""Spans that spell out what span_begin and span_end do: the call they save is a third of a span's cost."""
# ruff: noqa: SLF001 (they are part of their recorder, in a file of their own)

from __future__ import annotations

from types import TracebackType

from aero_nb.recorder.memory_ring import BEGIN, END
from aero_nb.recorder.spans import Span

STOPPED = True
"""Value of ``Recorder._bypass`` while nothing is recorded; the fast paths spell it True, which is quicker to load."""


class IdleSpan(Span):
    """A span of a recorder that records nothing now; at the start it becomes a RingSpan, at the stop this again."""

    __slots__ = ()

    def __enter__(self) -> Span:
        return self

    __exit__ = memoryview(b"").__exit__  # does nothing, and does it in C


class RingSpan(Span):
    """A span of a recorder whose rings are in memory."""

    __slots__ = ()

    def __enter__(self) -> Span:
        recorder = self.recorder
        if recorder._bypass and (recorder._bypass is True or recorder._recorded_elsewhere(BEGIN, self.name)):
            return self
        try:
            next(recorder._local.begins[self.name])
        except Exception:
            recorder._record(BEGIN, self.name)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        recorder = self.recorder
        if recorder._bypass and (recorder._bypass is True or recorder._recorded_elsewhere(END, self.name)):
            return
        try:
            next(recorder._local.ends[self.name])
        except Exception:
            recorder._record(END, self.name)


class SharedSpan(Span):
    """A span of a recorder whose rings are shared files."""

    __slots__ = ()

    def __enter__(self) -> Span:
        recorder = self.recorder
        if recorder._state[0] != recorder._seen:
            recorder._follow()
        bypass = recorder._bypass
        if bypass and (bypass is True or recorder._recorded_elsewhere(BEGIN, self.name)):
            return self
        try:
            next(recorder._local.begins[self.name])
        except Exception:
            recorder._record(BEGIN, self.name)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        recorder = self.recorder
        if recorder._state[0] != recorder._seen:
            recorder._follow()
        bypass = recorder._bypass
        if bypass and (bypass is True or recorder._recorded_elsewhere(END, self.name)):
            return
        try:
            next(recorder._local.ends[self.name])
        except Exception:
            recorder._record(END, self.name)
