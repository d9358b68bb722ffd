"""Worker processes that are older than the recorder's folder: they cannot know of it, and that is said."""
# ruff: noqa: SLF001 (multiprocessing has its children's start method nowhere else)

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess


class OlderWorkers:
    """The workers, and the fork server, that run at this moment and know nothing of a recorder.

    A worker learns of the recorder's folder through its environment, or through what it is sent at its start; one that
    is forked once this package was imported always knows.
    """

    def __init__(self) -> None:
        self._workers = [child for child in _children() if _start_method(child) != "fork" or child in _forked_before_us]
        self._fork_server = _fork_server_pid()

    def report(self) -> None:
        """Say on standard error which of them are not recorded, and how they would be."""
        names = sorted(child.name for child in self._workers if _is_alive(child))
        if names:
            shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            _write(
                f"not recorded, as older than the recorder: {shown}; start recording before the pool, or give it "
                "initializer=perf.install_worker_perf_handlers"
            )
        if self._fork_server is not None and self._fork_server == _fork_server_pid():
            _write(
                "the fork server is older than the recorder: of the processes that it starts only those are recorded "
                "that were given to perf.register_worker, or a pool's initializer=perf.install_worker_perf_handlers"
            )


def _children() -> list[BaseProcess]:
    process = sys.modules.get("multiprocessing.process")
    return [] if process is None else list(process._children)


def _start_method(child: BaseProcess) -> str:
    return str(getattr(getattr(child, "_popen", None), "method", "fork"))


def _fork_server_pid() -> int | None:
    module = sys.modules.get("multiprocessing.forkserver")
    pid: int | None = None if module is None else module._forkserver._forkserver_pid
    return pid


_forked_before_us = WeakSet(_children())


def _is_alive(child: BaseProcess) -> bool:
    try:
        return child.is_alive()
    except (ValueError, AssertionError):  # closed, or of another process
        return False


def _write(what: str) -> None:
    with suppress(Exception):  # a process may have no stderr, or have closed it
        sys.stderr.write(f"aero_nb: {what}\n")
