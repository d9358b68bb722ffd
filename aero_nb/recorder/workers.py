"""``perf``: the recorder of a process whose worker processes record beside it, into rings that it can always read."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aero_nb.recorder.export import LaneSnapshot
from aero_nb.recorder.folder import JOIN_VARIABLE, REFUSED, Folder
from aero_nb.recorder.recorder import Recorder
from aero_nb.recorder.ring import as_text
from aero_nb.recorder.shared_ring import Layout

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess


@dataclass
class _Worker:
    """A process that the user gave a lane."""

    process: BaseProcess
    name: str
    tid: int

    @property
    def pid(self) -> int | None:
        try:
            return self.process.pid
        except ValueError:  # closed
            return None

    @property
    def finished(self) -> bool:
        try:
            return self.process.pid is not None and not self.process.is_alive()
        except (ValueError, AssertionError):  # closed, or another process's child
            return True


class _Ticket:
    """What a registered process carries: unpickled in the worker, it joins the recorder there."""

    def __init__(self, recorder: ProcessRecorder) -> None:
        self.recorder = recorder


class ProcessRecorder(Recorder):
    """The recorder of this process and its workers: ``aero_nb.perf``.

    Threads of this process record into rings in memory; worker processes into files in a private folder
    (:class:`Folder`), which this process exports without asking them. Every process reads the same clock of the
    machine (``perf_counter_ns``), so their lanes agree.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._folder: Folder | None = None
        self._workers: list[_Worker] = []

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        """Pickle as "the ``perf`` of the process that unpickles me, joined to my folder": for pool initializers."""
        from aero_nb.recorder.shared import join

        return join, (str(self._open_folder().path),)

    def trace_stop(self) -> None:
        """Stop recording, in the workers too; what was recorded stays for :meth:`export_trace`."""
        with self._lock:
            if self.trace_enabled and self._folder is not None:
                self._folder.stop(self._clock_ns())
            super().trace_stop()

    def register_worker(self, worker: threading.Thread | BaseProcess, *, thread_name: str | None = None) -> None:
        """Give a thread or a ``multiprocessing`` process a lane of its own, named ``thread_name`` (else its own name).

        Lanes are numbered in order of registration. A process need not be registered to record; registered before its
        start, it joins this recorder under every start method and whatever was started first.
        """
        if isinstance(worker, threading.Thread):
            super().register_worker(worker, thread_name=thread_name)
            return
        if not hasattr(worker, "pid") or not hasattr(worker, "is_alive"):
            raise TypeError(
                f"expected a threading.Thread or a multiprocessing Process, found {worker!r}: "
                "give a pool initializer=perf.install_worker_perf_handlers"
            )
        with self._lock:
            if worker.pid is None:
                worker._aero_nb = _Ticket(self)  # type: ignore[attr-defined]  # noqa: SLF001 (pickled with it)
            self._lane_snapshots()  # numbers the lanes that came earlier
            name, _ = as_text(worker.name if thread_name is None else thread_name)
            self._workers.append(_Worker(worker, name, next(self._new_tids)))

    def _prepare(self) -> None:
        self._open_folder().prepare(Layout(self._records, self._strings))

    def _begin(self, start_ns: int, start_epoch_us: int) -> None:
        self._open_folder().start(start_ns, start_epoch_us)
        self._workers = [worker for worker in self._workers if not worker.finished]
        super()._begin(start_ns, start_epoch_us)

    def _lane_snapshots(self) -> list[LaneSnapshot]:
        """Return the lanes of this process, and those of its workers whether they live or not."""
        lanes = [lane.snapshot() for lane in self._lanes]
        if self._folder is not None:
            lanes += self._folder.lanes()
        mains = {lane.pid: lane for lane in lanes if lane.pid and lane.serial == 0}
        silent = []
        for worker in self._workers:
            lane = mains.get(worker.pid or 0)
            if lane is None:
                silent.append(LaneSnapshot(worker.name, worker.tid, finished=True))
            else:
                lane.name = worker.name
                self._tids[lane.pid, lane.serial] = worker.tid
        return self._numbered(lanes) + silent

    def _folded_lanes(self) -> list[tuple[str, int, int]]:
        return list(self._folder.folded()) if self._folder is not None else []

    def _failed_calls(self) -> int:
        return self._failures + (self._folder.control[REFUSED] if self._folder is not None else 0)

    def _open_folder(self) -> Folder:
        with self._lock:
            if self._folder is None:
                from aero_nb.recorder.boot import recover_abandoned

                recover_abandoned()
                self._folder = Folder.create()
                os.environ[JOIN_VARIABLE] = str(self._folder.path)
                util = sys.modules.get("multiprocessing.util")
                if util is not None and sys.modules["multiprocessing.process"].parent_process() is not None:
                    util.Finalize(None, self._close_folder, exitpriority=0)  # such children end without atexit
            return self._folder

    def _close_folder(self) -> None:
        """Leave nothing behind."""
        with self._lock:
            if self._folder is not None:
                os.environ.pop(JOIN_VARIABLE, None)
                self._folder.remove()
                self._folder = None
