"""Spans of the user's own functions without touching them: the interpreter's hooks, into the same rings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import CodeType, ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

from aero_nb.recorder.functions.native_hooks import NativeHooks
from aero_nb.recorder.functions.python_hooks import PythonHooks

if TYPE_CHECKING:
    from aero_nb.recorder.calls import RecordingCalls

OURS = ("aero_nb.recorder", "aero_nb._native")

Modules = str | ModuleType | Iterable[str | ModuleType]
"""Modules and packages, as objects or by name: one, or several."""


class FunctionTracing:
    """Records calls of Python functions until :meth:`stop`; also a context manager.

    Uses ``sys.monitoring`` on Python 3.12+, in every thread; on 3.11 a profile function: with the native core in every
    thread that has none yet, without it (``sys.setprofile``) in the calling thread and in threads that start later.
    Calls of functions written in C are not seen. Should it ever fail, it stops, says so on standard error, and leaves
    the traced code alone.
    """

    def __init__(self, recorder: RecordingCalls, include: Modules, exclude: Modules, min_us: float) -> None:
        self._include = module_names(include)
        self._exclude = (*module_names(exclude), *OURS)
        self._seen: set[str] = set()  # those of include that had a function called
        self._stopped = False
        self.at_stop: list[Callable[[], None]] = []  # what else ends with it
        self._hooks = self._install(recorder, int(min_us * 1000) if min_us > 0 else 0)

    def _install(self, recorder: RecordingCalls, least_ns: int) -> NativeHooks | PythonHooks:
        core = recorder.native_core()
        if core is not None:
            with suppress(RuntimeError):  # in a subinterpreter
                return NativeHooks(core, recorder, self, least_ns)
        return PythonHooks(recorder, self, least_ns)

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
        self._hooks.uninstall()
        for end in self.at_stop:
            end()

    def resume(self) -> None:
        """Go on where Python 3.11 gave up: it takes a hook in Python away that had no room, or was interrupted.

        Says so, as calls since then are missing. Does something only in the thread that began the tracing.
        """
        if self._hooks.resume():
            _complain("was interrupted, or met the recursion limit: Python 3.11 then ends it, calls since are missing")

    def __enter__(self) -> FunctionTracing:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def name(self, code: CodeType, namespace: dict[str, Any]) -> str | None:
        """Return the name of this function's spans, None if it is not to be recorded; asked once per function."""
        module = namespace.get("__name__")
        module = module if isinstance(module, str) else "?"
        if module == "__mp_main__":  # multiprocessing's name, in a worker, of the program's own module
            module = "__main__"
        including = [package for package in self._include if _is_in(module, package)]
        self._seen.update(including)
        chosen = (including or not self._include) and not any(_is_in(module, package) for package in self._exclude)
        return f"{module}.{code.co_qualname}" if chosen else None

    def fail(self, error: Exception) -> None:
        """Stop for good rather than raise within the user's functions."""
        self.stop()
        _complain(f"failed and was stopped: {type(error).__name__}: {error}")


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
