"""Function tracing of worker processes that begin anew (spawn, fork server): each carries it along at its start."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from aero_nb.recorder.functions.tracing import FunctionTracing


class _Recorder(Protocol):
    """A recorder that is joined where it is unpickled."""

    @property
    def trace_enabled(self) -> bool: ...
    def trace_functions(self, include: tuple[str, ...], exclude: tuple[str, ...], min_us: float) -> FunctionTracing: ...


@dataclass(frozen=True, eq=False)
class _Ticket:
    """What a process carries: unpickled in the worker, it traces the same functions there."""

    recorder: _Recorder
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    min_us: float

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return _trace_here, (self.recorder, self.include, self.exclude, self.min_us)


_tickets: list[_Ticket] = []


def carry_to_workers(
    recorder: _Recorder, include: tuple[str, ...], exclude: tuple[str, ...], min_us: float
) -> Callable[[], None]:
    """Let the processes of ``multiprocessing`` that start from now on trace functions too; return what ends that.

    A forked one does so anyway, as it is a copy of this process.
    """
    _let_processes_carry()
    ticket = _Ticket(recorder, include, exclude, min_us)
    _tickets.append(ticket)
    return functools.partial(_tickets.remove, ticket)


@functools.cache
def _let_processes_carry() -> None:
    from multiprocessing.process import BaseProcess

    start_plainly = BaseProcess.start

    @functools.wraps(start_plainly)
    def start(self: BaseProcess) -> None:
        carried = tuple(ticket for ticket in _tickets if ticket.recorder.trace_enabled)
        with suppress(Exception):  # a class of the user's may refuse attributes; its start must not fail
            if carried:
                self._aero_nb_functions = carried  # type: ignore[attr-defined]  # pickled with it
        start_plainly(self)

    BaseProcess.start = start  # type: ignore[method-assign]


def _trace_here(
    recorder: _Recorder, include: tuple[str, ...], exclude: tuple[str, ...], min_us: float
) -> FunctionTracing:
    return recorder.trace_functions(include, exclude, min_us)
