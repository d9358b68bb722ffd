"""Spans of the user's own functions without touching them: Python's monitoring hooks, into the same rings."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import get_ident
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import Any, Protocol

from aero_nb.errors import CaptureError
from aero_nb.recorder.memory_ring import BEGIN, END

OURS = "aero_nb.recorder"
_TOOL_IDS = (4, 3, 5, 2)  # free ones first: debuggers, coverage, profilers and optimizers have theirs by convention

Modules = str | ModuleType | Iterable[str | ModuleType]
"""Modules and packages, as objects or by name: one, or several."""


class _Recorder(Protocol):
    def span_begin(self, name: str) -> None: ...
    def span_end(self, name: str) -> None: ...
    def record_at(self, kind: int, name: str, at_ns: int) -> None: ...
    def clock_ns(self) -> int: ...


class FunctionTracing:
    """Records calls of Python functions until :meth:`stop`; also a context manager.

    Uses ``sys.monitoring`` on Python 3.12+, in every thread; on 3.11 ``sys.setprofile``, in the calling thread and in
    threads that start later. Calls of functions written in C are not seen. Should it ever fail, it stops, says so on
    standard error, and leaves the traced code alone.
    """

    def __init__(self, recorder: _Recorder, include: Modules, exclude: Modules, min_us: float) -> None:
        self._include = module_names(include)
        self._exclude = (*module_names(exclude), OURS)
        self._seen: set[str] = set()  # those of include that had a function called
        self._span_names: dict[int, str | None] = {}
        self._codes: list[CodeType] = []  # keeps them alive: their ids are the keys
        self._enter: Callable[[str], None] = recorder.span_begin
        self._leave: Callable[[str], None] = recorder.span_end
        self._record_at = recorder.record_at
        self._clock_ns = recorder.clock_ns
        if min_us > 0:
            long_calls = _LongCalls(recorder, int(min_us * 1000))
            self._enter, self._leave = long_calls.enter, long_calls.leave
            self._record_at = long_calls.record_at
        # Per thread, calls and returns that happened where the stack had no room left to record them.
        self._late: dict[int, list[tuple[int, CodeType, dict[str, Any], int]]] = {}
        self._stopped = False
        self._thread = get_ident()
        self._hook: Callable[..., None] | None = None  # what sys.setprofile() was given
        self.at_stop: list[Callable[[], None]] = []  # what else ends with it
        self._uninstall = self._monitor() if sys.version_info >= (3, 12) else self._profile()

    @property
    def modules(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names of the modules that are included, and of those that are left out."""
        return self._include, self._exclude

    @property
    def unseen(self) -> tuple[str, ...]:
        """The names of ``include`` of which no function was called so far: misspelt, perhaps."""
        return tuple(name for name in self._include if name not in self._seen)

    def stop(self) -> None:
        """Stop recording calls; harmless the second time."""
        if self._stopped:
            return
        self.resume()
        self._stopped = True
        self._uninstall()
        for end in self.at_stop:
            end()
        self._span_names.clear()  # together: an id may come again once its code is gone
        self._codes.clear()

    def resume(self) -> None:
        """Go on where Python 3.11 gave up: it takes a hook away that had no room on the stack, or was interrupted.

        Says so, as calls since then are missing. Does something only in the thread that began the tracing.
        """
        if self._stopped or self._hook is None or get_ident() != self._thread or sys.getprofile() is not None:
            return
        _complain("was interrupted, or met the recursion limit: Python 3.11 then ends it, calls since are missing")
        self._record_late()
        sys.setprofile(self._hook)

    def __enter__(self) -> FunctionTracing:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _name(self, code: CodeType, namespace: dict[str, Any]) -> str | None:
        """Return the name of this function's spans, None if it is not to be recorded; asked once per function."""
        module = namespace.get("__name__")
        module = module if isinstance(module, str) else "?"
        if module == "__mp_main__":  # multiprocessing's name, in a worker, of the program's own module
            module = "__main__"
        including = [package for package in self._include if _is_in(module, package)]
        self._seen.update(including)
        chosen = (including or not self._include) and not any(_is_in(module, package) for package in self._exclude)
        name = f"{module}.{code.co_qualname}" if chosen else None
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

    def _fail(self, error: Exception) -> None:
        """Stop for good rather than raise within the user's functions."""
        self.stop()
        _complain(f"failed and was stopped: {type(error).__name__}: {error}")

    def _profile(self) -> Callable[[], None]:
        names, enter, leave, name_of = self._span_names, self._enter, self._leave, self._name
        late, record_late, clock_ns = self._late, self._record_late, self._clock_ns

        def on_event(frame: FrameType, event: str, _: object) -> None:
            try:
                if event == "call":
                    if late:
                        record_late()
                    code = frame.f_code
                    try:
                        name = names[id(code)]
                    except KeyError:
                        if self._stopped:  # in stop() itself, or it reached no other thread
                            sys.setprofile(earlier())
                            return
                        name = name_of(code, frame.f_globals)
                    if name is not None:
                        enter(name)
                elif event == "return":
                    if late:
                        record_late()
                    name = names.get(id(frame.f_code))
                    if name is not None:
                        leave(name)
            except RecursionError:  # nothing of ours can be called here
                kind = BEGIN if event == "call" else END
                late.setdefault(get_ident(), []).append((kind, frame.f_code, frame.f_globals, clock_ns()))
            except Exception as error:
                self._fail(error)

        def earlier() -> Any:
            """Return this thread's own profiler; one written in C cannot be put back."""
            return before if callable(before) and get_ident() == self._thread else None

        before, before_threads = sys.getprofile(), threading.getprofile()
        self._hook = on_event
        threading.setprofile(on_event)
        sys.setprofile(on_event)

        def uninstall() -> None:
            if sys.getprofile() is on_event:
                sys.setprofile(earlier())
            if threading.getprofile() is on_event:
                threading.setprofile(before_threads)

        return uninstall

    def _monitor(self) -> Callable[[], None]:
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        names, enter, leave, name_of = self._span_names, self._enter, self._leave, self._name
        late, record_late, clock_ns = self._late, self._record_late, self._clock_ns
        disable, get_frame = monitoring.DISABLE, sys._getframe  # noqa: SLF001 (the way to the running module)

        def on_enter(code: CodeType, *_: object) -> object:
            try:
                if late:
                    record_late()
                try:
                    name = names[id(code)]
                except KeyError:
                    name = name_of(code, get_frame(1).f_globals)
                return disable if name is None else enter(name)
            except RecursionError:  # nothing of ours can be called here
                late.setdefault(get_ident(), []).append((BEGIN, code, get_frame(1).f_globals, clock_ns()))
            except Exception as error:
                self._fail(error)
            return None

        def on_leave(code: CodeType, *_: object) -> object:
            try:
                if late:
                    record_late()
                try:
                    name = names[id(code)]
                except KeyError:  # it ran already when the tracing began: nobody knows yet whether it is wanted
                    return None
                return disable if name is None else leave(name)
            except RecursionError:
                late.setdefault(get_ident(), []).append((END, code, get_frame(1).f_globals, clock_ns()))
            except Exception as error:
                self._fail(error)
            return None

        def without_disabling(callback: Callable[[CodeType], object], kind: int) -> Callable[..., None]:
            def on_event(code: CodeType, *_: object) -> None:
                if names.get(id(code)) is not None:
                    try:
                        callback(code)
                    except RecursionError:
                        late.setdefault(get_ident(), []).append((kind, code, get_frame(1).f_globals, clock_ns()))

            return on_event

        events = monitoring.events
        callbacks = {
            events.PY_START: on_enter,
            events.PY_RESUME: on_enter,
            events.PY_THROW: without_disabling(on_enter, BEGIN),  # Python refuses DISABLE for this one
            events.PY_RETURN: on_leave,
            events.PY_YIELD: on_leave,
            events.PY_UNWIND: without_disabling(on_leave, END),  # and for this
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
        self.record_at(BEGIN, name, self._recorder.clock_ns())

    def leave(self, name: str) -> None:
        self.record_at(END, name, self._recorder.clock_ns())

    def record_at(self, kind: int, name: str, at_ns: int) -> None:
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


def _take_tool_id(monitoring: Any) -> int:
    for tool in _TOOL_IDS:
        if monitoring.get_tool(tool) is None:
            monitoring.use_tool_id(tool, "aero_nb")
            return tool
    taken = {tool: monitoring.get_tool(tool) for tool in _TOOL_IDS}
    raise CaptureError(f"expected a free tool id of sys.monitoring, found {taken}: stop one of these tools first")


def module_names(modules: Modules) -> tuple[str, ...]:
    """Return the names of modules and packages that were given by name, or as modules.

    Raises TypeError for anything else.
    """
    several: Any = (modules,) if isinstance(modules, (str, ModuleType)) else modules
    if isinstance(several, bytes) or not isinstance(several, Iterable):
        raise _no_module(several)
    return tuple(_module_name(module) for module in several)


def _module_name(module: str | ModuleType) -> str:
    if isinstance(module, str):
        return str(module)
    if isinstance(module, ModuleType) and isinstance(module.__name__, str):
        return module.__name__
    raise _no_module(module)


def _no_module(found: object) -> TypeError:
    return TypeError(
        f"expected modules or packages, or their names, found {type(found).__name__}: "
        "give include and exclude what you would import"
    )


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def _complain(what: str) -> None:
    with suppress(Exception):  # a process may have no stderr, or have closed it
        sys.stderr.write(f"aero_nb: function tracing {what}\n")
