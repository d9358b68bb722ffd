"""The hooks of function tracing, in Python: what the interpreter calls at each begin and end of a Python function."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from threading import get_ident
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Protocol

from aero_nb.errors import CaptureError
from aero_nb.recorder.lanes.records import BEGIN, END

if TYPE_CHECKING:
    from aero_nb.recorder.calls import RecordingCalls

NOW = -1
_TOOL_IDS = (4, 3, 5, 2)  # free ones first: debuggers, coverage, profilers and optimizers have theirs by convention


class Choice(Protocol):
    """What is to be traced, and who is told when it cannot be."""

    def name(self, code: CodeType, namespace: dict[str, Any]) -> str | None:
        """Return the name of this function's spans, None if it is not to be recorded; asked once per function."""

    def fail(self, error: Exception) -> None:
        """Stop for good rather than raise within the user's functions."""


class PythonHooks:
    """Records begins and ends through the recorder's own calls: the reference, and the fallback."""

    def __init__(self, recorder: RecordingCalls, choice: Choice, least_ns: int) -> None:
        self._span_names: dict[int, str | None] = {}
        self._codes: list[CodeType] = []  # keeps them alive: their ids are the keys
        self._choice = choice
        self._record_at = recorder.record_at
        self._clock_ns = recorder.clock_ns
        if least_ns > 0:
            self._record_at = _LongCalls(recorder, least_ns).record_at
        # Per thread, calls and returns that happened where the stack had no room left to record them.
        self._late: dict[int, list[tuple[int, CodeType, dict[str, Any], int]]] = {}
        self._stopped = False
        self._thread = get_ident()
        self._hook: Callable[..., None] | None = None  # what sys.setprofile() was given
        self._uninstall = self._monitor() if sys.version_info >= (3, 12) else self._profile()

    def uninstall(self) -> None:
        """Take the hooks away."""
        self._stopped = True
        self._uninstall()
        self._span_names.clear()  # together: an id may come again once its code is gone
        self._codes.clear()

    def resume(self) -> bool:
        """Go on where Python 3.11 took the hook of the thread that installed it away; return whether it had."""
        if self._stopped or self._hook is None or get_ident() != self._thread or sys.getprofile() is not None:
            return False
        self._record_late()
        sys.setprofile(self._hook)
        return True

    def _name(self, code: CodeType, namespace: dict[str, Any]) -> str | None:
        name = self._choice.name(code, namespace)
        self._codes.append(code)
        self._span_names[id(code)] = name
        return name

    def _record_late(self) -> None:
        """Record what happened in this thread while the stack was full; RecursionError: it still is."""
        waiting = self._late.get(get_ident(), [])
        while waiting:
            kind, code, namespace, at_ns = waiting[0]
            if kind == BEGIN and id(code) not in self._span_names:
                self._name(code, namespace)
            name = self._span_names.get(id(code))
            if name is not None:
                self._record_at(kind, name, at_ns)
            del waiting[0]
        self._late.pop(get_ident(), None)

    def _happened(self, kind: int, code: CodeType, namespace: dict[str, Any]) -> bool:
        """Record that a function began or ended; return whether nobody wants to know of it."""
        try:
            if self._late:
                self._record_late()
            try:
                name = self._span_names[id(code)]
            except KeyError:
                if kind == END or self._stopped:  # it ran already when the tracing began, or runs on behind its end
                    return False
                name = self._name(code, namespace)
            if name is not None:
                self._record_at(kind, name, NOW)
        except RecursionError:
            raise
        except Exception as error:
            self._choice.fail(error)
            return False
        return name is None

    def _profile(self) -> Callable[[], None]:
        happened, late, clock_ns = self._happened, self._late, self._clock_ns
        kinds = {"call": BEGIN, "return": END}

        def on_event(frame: FrameType, event: str, _: object) -> None:
            if self._stopped:  # in stop() itself, or it reached no other thread
                put_back()
            elif event in kinds:
                try:
                    happened(kinds[event], frame.f_code, frame.f_globals)
                except RecursionError:  # nothing of ours can be called here
                    late.setdefault(get_ident(), []).append((kinds[event], frame.f_code, frame.f_globals, clock_ns()))

        put_back, uninstall = profilers_before(on_event)
        threading.setprofile(on_event)
        sys.setprofile(on_event)
        self._hook = on_event
        return uninstall

    def _monitor(self) -> Callable[[], None]:
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        happened, late, clock_ns = self._happened, self._late, self._clock_ns
        get_frame = sys._getframe  # noqa: SLF001 (the way to the running module)

        def noting(kind: int, unwanted: object) -> Callable[..., object]:
            def on_event(code: CodeType, *_: object) -> object:
                try:
                    return unwanted if happened(kind, code, get_frame(1).f_globals) else None
                except RecursionError:  # nothing of ours can be called here
                    late.setdefault(get_ident(), []).append((kind, code, get_frame(1).f_globals, clock_ns()))
                    return None

            return on_event

        events = monitoring.events
        enter, leave = noting(BEGIN, monitoring.DISABLE), noting(END, monitoring.DISABLE)
        callbacks = {
            events.PY_START: enter,
            events.PY_RESUME: enter,
            events.PY_THROW: noting(BEGIN, None),  # Python refuses DISABLE for this one
            events.PY_RETURN: leave,
            events.PY_YIELD: leave,
            events.PY_UNWIND: noting(END, None),  # and for this
        }
        return monitor(callbacks)


class _LongCalls:
    """Records a call when it is over, if it took long enough."""

    def __init__(self, recorder: RecordingCalls, least_ns: int) -> None:
        self._recorder = recorder
        self._least_ns = least_ns
        self._local = threading.local()

    def record_at(self, kind: int, name: str, at_ns: int) -> None:
        at_ns = self._recorder.clock_ns() if at_ns == NOW else at_ns
        try:
            open_calls = self._local.open
        except AttributeError:
            open_calls = self._local.open = []
        if kind == BEGIN:
            open_calls.append((name, at_ns))
            return
        while open_calls:  # an entry of another name was left unseen
            entered, begin_ns = open_calls.pop()
            if entered == name:
                if at_ns - begin_ns >= self._least_ns:
                    try:
                        self._recorder.record_at(BEGIN, name, begin_ns)
                        self._recorder.record_at(END, name, at_ns)
                    except RecursionError:  # it ends once more when the stack has room
                        open_calls.append((entered, begin_ns))
                        raise
                return


def profilers_before(hook: object) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return what puts the calling thread's present profiler back, to be called there, and what takes ``hook`` away."""
    before, before_threads, thread = sys.getprofile(), threading.getprofile(), get_ident()

    def put_back() -> None:  # one written in C cannot be
        sys.setprofile(before if callable(before) and get_ident() == thread else None)

    def uninstall() -> None:
        if sys.getprofile() is hook:
            put_back()
        if threading.getprofile() is hook:
            threading.setprofile(before_threads)

    return put_back, uninstall


def monitor(callbacks: dict[int, Callable[..., object]]) -> Callable[[], None]:
    """Let ``sys.monitoring`` (Python 3.12+) call these at its events; return what ends that.

    Raises CaptureError when no tool id is free.
    """
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    tool = _take_tool_id(monitoring)
    for event, callback in callbacks.items():
        monitoring.register_callback(tool, event, callback)
    monitoring.set_events(tool, sum(callbacks))
    monitoring.restart_events()  # of functions that an earlier tracing did not want

    def uninstall() -> None:
        monitoring.set_events(tool, 0)
        for event in callbacks:
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)

    return uninstall


def _take_tool_id(monitoring: Any) -> int:
    for tool in _TOOL_IDS:
        if monitoring.get_tool(tool) is None:
            monitoring.use_tool_id(tool, "aero_nb")
            return tool
    taken = {tool: monitoring.get_tool(tool) for tool in _TOOL_IDS}
    raise CaptureError(f"expected a free tool id of sys.monitoring, found {taken}: stop one of these tools first")
