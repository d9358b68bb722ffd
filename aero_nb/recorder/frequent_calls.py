"""The recording calls that are made most: methods of the native core where it is there, else these."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aero_nb import _native
from aero_nb.recorder.lanes.records import BEGIN, COUNTER, END
from aero_nb.recorder.spans import PythonSpan, Span, native_span


class PythonCalls:
    """The base of a recorder in pure Python."""

    _spans: dict[str, Span]
    _record_usual: Callable[[int, Any, Any], None]  # of the recorder
    _new_span: Callable[[str], Span]

    def __new__(cls, *_: Any, **__: Any) -> PythonCalls:
        """Make one that keeps no span yet."""
        calls = super().__new__(cls)
        calls._spans = {}
        return calls

    def span_begin(self, name: str) -> None:
        """Begin a span named ``name`` on the lane of the running thread or task."""
        self._record_usual(BEGIN, name, None)

    def span_end(self, name: str | None = None) -> None:
        """End the innermost open span named ``name`` (without a name: the innermost open span)."""
        self._record_usual(END, name, None)

    def counter(self, name: str, value: float) -> None:
        """Record one sample of the series ``name``. NaN and infinities become ``null``, as in the page."""
        self._record_usual(COUNTER, name, value)

    def span(self, name: str) -> Span:
        """Return a span named ``name``: ``with perf.span("render"): ...`` or ``@perf.span("render")``."""
        if type(name) is str and name in self._spans:
            return self._spans[name]
        return self._new_span(name)

    def _watch(self, state: object, tasks: object) -> None:
        """Do nothing: in Python it is looked up at each call where it records."""


if TYPE_CHECKING:
    FrequentCalls = PythonCalls
    _core: Any = None
else:
    _core = None
    with suppress(ImportError):  # the start of a recording says it
        _core = _native.core()
    FrequentCalls = PythonCalls if _core is None else _core.RecordingCalls


def make_span(calls: FrequentCalls, name: str) -> Span:
    """Return a new span of these calls."""
    return PythonSpan(calls, name) if _core is None else native_span(_core)(calls, name)
