"""The hooks of function tracing in C: a call of a known function on a known lane is recorded without Python."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import CodeType
from typing import TYPE_CHECKING, Any

from aero_nb.recorder.functions.python_hooks import Choice, monitor, profilers_before

if TYPE_CHECKING:
    from aero_nb.recorder.calls import RecordingCalls

UNWANTED = -1
_numbers: dict[str, int] = {}  # of the names of functions, in this process for good: the rings know them by these


class NativeHooks:
    """Records begins and ends through the core; asks the recorder for what the core does not know.

    Raises RuntimeError in a subinterpreter.
    """

    def __init__(self, core: Any, recorder: RecordingCalls, choice: Choice, least_ns: int) -> None:
        self._recorder = recorder
        self._choice = choice
        self._names: dict[int, str] = {}
        self._stopped = False
        has_monitoring = sys.version_info >= (3, 12)
        disable = sys.monitoring.DISABLE if has_monitoring else None  # type: ignore[attr-defined,unused-ignore]
        self._hooks = core.FunctionHooks(self._look_up, self._record, choice.fail, least_ns, disable)
        self._watch()
        self._uninstall = self._monitor() if has_monitoring else self._evaluate() or self._profile()
        self._forget = recorder.on_change(self._watch)

    def uninstall(self) -> None:
        """Take the hooks away, in every thread."""
        self._stopped = True
        self._forget()
        self._watch()
        self._uninstall()

    def resume(self) -> bool:
        """Return that nothing had to be done: nobody takes hooks in C away."""
        return False

    def _watch(self) -> None:
        self._hooks.watch(*self._recorder.lanes_change_with)

    def _look_up(self, code: CodeType, namespace: dict[str, Any]) -> int:
        """Return the number of the name of this function's spans."""
        name = self._choice.name(code, namespace)
        if name is None:
            return UNWANTED
        number = _numbers.setdefault(name, len(_numbers))
        self._names[number] = name
        return number

    def _record(self, kind: int, number: int, at_ns: int) -> object:
        """Record one by the long way; return the ring for the next, False: none is recorded, None: ask again."""
        if self._stopped:
            return False
        name = self._names[number]
        self._recorder.record_at(kind, name, at_ns)
        found = self._recorder.native_ring(name)
        if isinstance(found, bool):
            return None if found else False
        ring, code = found
        ring.learn(number, code)
        return ring

    def _evaluate(self) -> Callable[[], None] | None:
        """Let the core evaluate the frames of Python 3.11; None: it cannot, because another tool does, say."""

        def without_stack() -> None:
            self._uninstall = self._profile()

        return self._hooks.uninstall if self._hooks.evaluate(without_stack) else None

    def _profile(self) -> Callable[[], None]:
        hooks = self._hooks
        put_back, take_away = profilers_before(hooks)
        threading.setprofile(hooks)
        hooks.install(put_back)

        def uninstall() -> None:
            hooks.uninstall()
            take_away()

        return uninstall

    def _monitor(self) -> Callable[[], None]:
        events: Any = sys.monitoring.events  # type: ignore[attr-defined,unused-ignore]
        hooks = self._hooks
        return monitor(
            {
                events.PY_START: hooks.enter,
                events.PY_RESUME: hooks.enter,
                events.PY_THROW: hooks.throw,
                events.PY_RETURN: hooks.leave,
                events.PY_YIELD: hooks.leave,
                events.PY_UNWIND: hooks.unwind,
            }
        )
