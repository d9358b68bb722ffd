"""Spans of the user's own functions without touching them: Python's monitoring hooks, into the same rings."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from types import CodeType, FrameType, TracebackType
from typing import Any, Protocol

from aero_nb.errors import CaptureError
from aero_nb.recorder.ring import BEGIN, END

OURS = "aero_nb.recorder"
_TOOL_IDS = (4, 3, 5, 2)  # free ones first: debuggers, coverage, profilers and optimizers have theirs by convention


class _Recorder(Protocol):
    def span_begin(self, name: str) -> None: ...
    def span_end(self, name: str) -> None: ...
    def record_at(self, kind: int, name: str, at_ns: int) -> None: ...
    def clock_ns(self) -> int: ...


class FunctionTracing:
    """Records calls of Python functions until :meth:`stop`; also a context manager.

    Uses ``sys.monitoring`` on Python 3.12+, in every thread; on 3.11 ``sys.setprofile``, in the calling thread and in
    threads that start later. Calls of functions written in C are not seen.
    """

    def __init__(self, recorder: _Recorder, include: Iterable[str], exclude: Iterable[str], min_us: float) -> None:
        self._include = _names(include)
        self._exclude = (*_names(exclude), OURS)
        self._span_names: dict[int, str | None] = {}
        self._codes: list[CodeType] = []  # keeps them alive: their ids are the keys
        self._enter: Callable[[str], None] = recorder.span_begin
        self._leave: Callable[[str], None] = recorder.span_end
        if min_us > 0:
            long_calls = _LongCalls(recorder, int(min_us * 1000))
            self._enter, self._leave = long_calls.enter, long_calls.leave
        self._uninstall = self._monitor() if sys.version_info >= (3, 12) else self._profile()

    def stop(self) -> None:
        """Stop recording calls; harmless the second time."""
        self._uninstall()
        self._uninstall = _nothing
        self._codes.clear()

    def __enter__(self) -> FunctionTracing:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _name(self, code: CodeType, frame: FrameType) -> str | None:
        """Return the name of this function's spans, None if it is not to be recorded; asked once per function."""
        module = frame.f_globals.get("__name__")
        module = module if isinstance(module, str) else "?"
        chosen = (not self._include or _is_in(module, self._include)) and not _is_in(module, self._exclude)
        name = f"{module}.{code.co_qualname}" if chosen else None
        self._codes.append(code)
        self._span_names[id(code)] = name
        return name

    def _profile(self) -> Callable[[], None]:
        names, enter, leave, name_of = self._span_names, self._enter, self._leave, self._name

        def on_event(frame: FrameType, event: str, _: object) -> None:
            if event != "call" and event != "return":
                return
            code = frame.f_code
            try:
                name = names[id(code)]
            except KeyError:
                name = name_of(code, frame)
            if name is not None:
                (enter if event == "call" else leave)(name)

        before, before_threads = sys.getprofile(), threading.getprofile()
        threading.setprofile(on_event)
        sys.setprofile(on_event)

        def uninstall() -> None:
            sys.setprofile(before if callable(before) else None)  # a profiler written in C cannot be put back
            threading.setprofile(before_threads)

        return uninstall

    def _monitor(self) -> Callable[[], None]:
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        names, enter, leave, name_of = self._span_names, self._enter, self._leave, self._name
        disable, get_frame = monitoring.DISABLE, sys._getframe  # noqa: SLF001 (the way to the running module)

        def on_enter(code: CodeType, *_: object) -> object:
            try:
                name = names[id(code)]
            except KeyError:
                name = name_of(code, get_frame(1))
            return disable if name is None else enter(name)

        def on_leave(code: CodeType, *_: object) -> object:
            name = names.get(id(code))
            return disable if name is None else leave(name)

        def on_throw(code: CodeType, *_: object) -> None:  # these two events cannot be disabled
            if names.get(id(code)) is not None:
                on_enter(code)

        def on_unwind(code: CodeType, *_: object) -> None:
            if names.get(id(code)) is not None:
                on_leave(code)

        events = monitoring.events
        callbacks = {
            events.PY_START: on_enter,
            events.PY_RESUME: on_enter,
            events.PY_THROW: on_throw,
            events.PY_RETURN: on_leave,
            events.PY_YIELD: on_leave,
            events.PY_UNWIND: on_unwind,
        }
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


class _LongCalls:
    """Records a call when it is over, if it took long enough."""

    def __init__(self, recorder: _Recorder, least_ns: int) -> None:
        self._recorder = recorder
        self._least_ns = least_ns
        self._local = threading.local()

    def enter(self, name: str) -> None:
        now = self._recorder.clock_ns()
        try:
            self._local.open.append((name, now))
        except AttributeError:
            self._local.open = [(name, now)]

    def leave(self, name: str) -> None:
        open_calls = getattr(self._local, "open", None)
        while open_calls:  # an entry of another name was left unseen
            entered, begin_ns = open_calls.pop()
            if entered == name:
                now = self._recorder.clock_ns()
                if now - begin_ns >= self._least_ns:
                    self._recorder.record_at(BEGIN, name, begin_ns)
                    self._recorder.record_at(END, name, now)
                return


def _take_tool_id(monitoring: Any) -> int:
    for tool in _TOOL_IDS:
        if monitoring.get_tool(tool) is None:
            monitoring.use_tool_id(tool, "aero_nb")
            return tool
    taken = {tool: monitoring.get_tool(tool) for tool in _TOOL_IDS}
    raise CaptureError(f"expected a free tool id of sys.monitoring, found {taken}: stop one of these tools first")


def _names(modules: Iterable[str]) -> tuple[str, ...]:
    return (modules,) if isinstance(modules, str) else tuple(modules)


def _is_in(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)


def _nothing() -> None:
    pass
