"""``perf``: the recorder of a process whose worker processes record beside it, into rings that it can always read."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Collection, Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aero_nb.recorder.export import LaneSnapshot
from aero_nb.recorder.file_locks import require_locks
from aero_nb.recorder.functions import FunctionTracing, Modules
from aero_nb.recorder.memory_ring import as_text
from aero_nb.recorder.older_workers import OlderWorkers
from aero_nb.recorder.recorder import Recorder
from aero_nb.recorder.shared_folder import JOIN_VARIABLE, REFUSED, SharedFolder
from aero_nb.recorder.shared_ring import Layout

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from aero_nb.recorder.live_reader import ReadableLane


@dataclass
class _Worker:
    """A process that the user gave a lane."""

    process: BaseProcess
    name: str
    tid: int
    since_ns: int  # its lane is no older than this
    key: int = 0  # of its lane, once that was seen

    @property
    def pid(self) -> int | None:
        try:
            return self.process.pid
        except ValueError:  # closed
            return None

    def main_lane(self, lanes: list[LaneSnapshot]) -> LaneSnapshot | None:
        """Return the lane of its main thread, if it has one already."""
        mains = [lane for lane in lanes if lane.key and lane.serial == 0]
        if not self.key and self.pid is not None:
            here = (self.pid, this_process()[1])
            found = [lane.key for lane in mains if lane.process == here and lane.created_ns >= self.since_ns]
            self.key = found[-1] if found else 0
        return next((lane for lane in mains if self.key and lane.key == self.key), None)

    @property
    def finished(self) -> bool:
        try:
            return self.process.pid is not None and not self.process.is_alive()
        except (ValueError, AssertionError):  # closed, or another process's child
            return True


def this_process() -> tuple[int, int]:
    """Return this process's pid, and the namespace in which it is that: other containers have their own."""
    try:
        return os.getpid(), os.stat("/proc/self/ns/pid").st_ino  # noqa: PTH116 (as quick as can be)
    except OSError:
        return os.getpid(), 0


class _Ticket:
    """What a registered process carries: unpickled in the worker, it joins the recorder there."""

    def __init__(self, recorder: ProcessRecorder) -> None:
        self.recorder = recorder


class ProcessRecorder(Recorder):
    """The recorder of this process and its workers: ``aero_nb.perf``.

    Threads of this process record into rings in memory; worker processes into files in a private folder
    (:class:`SharedFolder`), which this process exports without asking them. Every process reads the same clock of the
    machine (``perf_counter_ns``), so their lanes agree.
    """

    label = "this process"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._folder: SharedFolder | None = None
        self._workers: list[_Worker] = []
        self._older_workers: OlderWorkers | None = None  # than the folder

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
            since_ns = 0
            if worker.pid is None:
                since_ns = self._clock_ns()
                worker._aero_nb = _Ticket(self)  # type: ignore[attr-defined]  # noqa: SLF001 (pickled with it)
            self._lane_snapshots()  # numbers the lanes that came earlier
            name, _ = as_text(worker.name if thread_name is None else thread_name)
            self._workers.append(_Worker(worker, name, next(self._new_tids), since_ns))

    def trace_functions(self, include: Modules = (), exclude: Modules = (), min_us: float = 0) -> FunctionTracing:
        """Record calls of Python functions as :meth:`Recorder.trace_functions` does, in new workers as well.

        Those are the processes that ``multiprocessing`` and ``ProcessPoolExecutor`` start meanwhile, in whatever way.
        """
        from aero_nb.recorder.spawned_functions import carry_to_workers

        tracing = super().trace_functions(include, exclude, min_us)
        tracing.at_stop.append(carry_to_workers(self, *tracing.modules, min_us))
        return tracing

    def _prepare(self) -> None:
        from aero_nb.recorder.abandoned import recover_and_report

        require_locks()
        super()._prepare()
        recover_and_report()
        self._open_folder().prepare(Layout(self._records, self._strings))
        if self._older_workers is not None:
            self._older_workers.report()

    def _begin(self, start_ns: int, start_epoch_us: int) -> None:
        self._open_folder().start(start_ns, start_epoch_us)
        self._workers = [worker for worker in self._workers if not worker.finished]
        super()._begin(start_ns, start_epoch_us)

    def _lane_snapshots(self) -> list[LaneSnapshot]:
        """Return the lanes of this process, and those of its workers whether they live or not."""
        lanes = [lane.snapshot() for lane in self._lanes]
        if self._folder is not None:
            lanes += self._folder.lanes()
        silent = []
        for worker in self._workers:
            lane = worker.main_lane(lanes)
            if lane is None:
                silent.append(LaneSnapshot(worker.name, worker.tid, finished=True))
            else:
                lane.name = worker.name if len(lane.users) <= 1 else lane.name
                self._tids[lane.key, lane.serial] = worker.tid
        return self._numbered(lanes) + silent

    def _live_lanes(self, known: Collection[Hashable]) -> dict[Hashable, ReadableLane]:
        from aero_nb.recorder.live_reader import FileLane

        lanes = super()._live_lanes(known)
        for path in self._folder.lane_paths() if self._folder is not None else ():
            if path.name not in known:
                with suppress(FileNotFoundError, ValueError):  # a new start removed it; it is being made
                    lanes[path.name] = FileLane(path)
        return lanes

    def _failed_calls(self) -> int:
        return self._failures + (self._folder.control[REFUSED] if self._folder is not None else 0)

    def _open_folder(self) -> SharedFolder:
        with self._lock:
            if self._folder is None:
                self._older_workers = OlderWorkers()
                self._folder = SharedFolder.create()
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
                if not self._folder.is_kept:
                    self._folder.remove()
                self._folder = None
