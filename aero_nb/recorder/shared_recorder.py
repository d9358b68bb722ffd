"""The recorder whose own rings are shared files: of a worker process, and of a process traced from its boot."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from aero_nb.recorder.export import LaneSnapshot
from aero_nb.recorder.memory_ring import as_text
from aero_nb.recorder.process_recorder import ProcessRecorder, this_process
from aero_nb.recorder.shared_folder import (
    JOIN_VARIABLE,
    OWNER,
    REFUSED,
    START_EPOCH_US,
    START_NS,
    STATE,
    STOP_NS,
    SharedFolder,
)
from aero_nb.recorder.shared_ring import LaneIdentity, SharedRing
from aero_nb.recorder.thread_lanes import TaskLanes


class _Refusal:
    """Takes the place of a ring when there is no room for one: counts what it cannot keep."""

    def __init__(self, control: memoryview[int]) -> None:
        self._control = control

    def record(self, *_: object) -> None:
        self._control[REFUSED] += 1


class _Lease:
    """Lies among the locals of a thread as long as it lives; when it ends, others may use its lane."""

    def __init__(self, ring: SharedRing, idle: list[SharedRing]) -> None:
        self._ring = ring
        self._idle = idle

    def __del__(self) -> None:
        if self._ring.finish():
            self._idle.append(self._ring)


class SharedRecorder(ProcessRecorder):
    """Records into lane files of a folder that belongs to this process (traced from boot) or to its owner's.

    A worker follows its owner: recording starts and stops in it when the owner's does. A worker that calls
    ``trace_start()`` itself leaves the owner and records for itself from then on.
    """

    _state: memoryview[int]

    def __init__(self, folder: SharedFolder, *, is_worker: bool, **options: Any) -> None:
        super().__init__(**options)
        self._is_worker = is_worker
        self._folder: SharedFolder | None = folder
        self._state = folder.control
        self._seen = 0
        self._idle: list[SharedRing] = []  # lanes of the present start whose threads have ended
        self._serial_of: WeakKeyDictionary[threading.Thread, dict[int, int]] = WeakKeyDictionary()
        self._given_names: WeakKeyDictionary[threading.Thread, str] = WeakKeyDictionary()

    # Recording

    @property
    def trace_enabled(self) -> bool:
        """Whether the recorder records at this moment."""
        if self._state[STATE] != self._seen:
            self._follow()
        return self._recording

    def _follow(self) -> None:
        """Do what the owner wants by now."""
        with self._lock:
            control = self._state
            self._seen = control[STATE]
            self._start_ns, self._start_epoch_us = control[START_NS], control[START_EPOCH_US]
            self._stop_ns = control[STOP_NS] or None
            if self._seen & 1:
                self._local, self._idle = threading.local(), []
            self._set_recording(bool(self._seen & 1))

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, FileNotFoundError):
            super()._fail(error)
            return
        self._follow()  # a new start took the place of the one we know, or the owner is gone
        if self._folder_is_gone():
            self._set_recording(False)

    def _enter_thread(self) -> TaskLanes[Any]:
        try:
            return super()._enter_thread()
        except FileNotFoundError:
            raise
        except OSError:  # not even room to count in a file
            refusal = _Refusal(self._state)
            self._local.lanes = lanes = TaskLanes(refusal, lambda _: refusal)
            return lanes

    # Lanes

    def _open_ring(self, thread: threading.Thread, task: int) -> SharedRing:
        with self._lock:
            serials = self._serial_of.setdefault(thread, {})
            if task not in serials:
                is_main = thread is threading.main_thread() and not task
                serials[task] = 0 if is_main else next(self._serials)
            folder, name = self._open_folder(), self._name_of(thread, task)
            identity = LaneIdentity(folder.key, serials[task], name, self._clock_ns(), process=this_process())
            ring = folder.open_ring(identity, self._idle)
            if not ring.recorded:
                self._mark_start(ring)
            self._local.__dict__.setdefault("leases", []).append(_Lease(ring, self._idle))
            return ring

    def _name_of(self, thread: threading.Thread, task: int) -> str:
        name = self._given_names.get(thread)
        if name is None:
            name = super()._name_of(thread, 0)
            if self._is_worker:
                process = _process_name()
                name = process if name == "Main" else f"{process}: {name}"
        return f"{name} task {task}" if task else name

    def register_worker(self, worker: Any, *, thread_name: str | None = None) -> None:
        """Give a thread or process a lane, named ``thread_name`` (else its own name)."""
        if not isinstance(worker, threading.Thread):
            super().register_worker(worker, thread_name=thread_name)
            return
        if thread_name is not None:
            self._given_names[worker] = as_text(thread_name)[0]
        if worker is threading.current_thread() and self.trace_enabled:
            with contextlib.suppress(Exception):
                lanes = getattr(self._local, "lanes", None) or self._enter_thread()
                lanes.own.rename(self._name_of(worker, 0))

    # Control

    def trace_start(self, stream: Any = None, *, records: int | None = None, strings: int | None = None) -> None:
        """Start recording; a worker leaves its owner's recording first and records for itself from then on."""
        if self._is_worker:
            os.environ.pop(JOIN_VARIABLE, None)
            _become(self, ProcessRecorder(records=self._records, strings=self._strings))
        ProcessRecorder.trace_start(self, stream, records=records, strings=strings)

    def _begin(self, start_ns: int, start_epoch_us: int) -> None:
        self._open_folder().start(start_ns, start_epoch_us)
        self._follow()
        self._enter_thread().claim_own()

    def trace_stop(self) -> None:
        """Stop recording; in a worker this is up to its owner, and nothing happens."""
        if not self._is_worker:
            super().trace_stop()
            self._follow()

    def _folder_is_gone(self) -> bool:
        return self._folder is None or not self._folder.path.exists()

    def _lane_snapshots(self) -> list[LaneSnapshot]:
        lanes = super()._lane_snapshots()
        return [lane for lane in lanes if lane.writer == self._open_folder().key] if self._is_worker else lanes

    def _tid(self, key: int, serial: int) -> int:
        own = self._open_folder().key if self._is_worker else self._state[OWNER]
        return super()._tid(0 if key == own else key, serial)

    def _close_folder(self) -> None:
        if not self._is_worker:
            super()._close_folder()


def _process_name() -> str:
    process = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is not None:
        return as_text(process.current_process().name)[0]
    return f"process {os.getpid()}"


def become_worker(perf: ProcessRecorder, path: Path) -> None:
    """Turn ``perf`` into a recorder that records for the owner of the folder at ``path``."""
    try:
        _become(perf, SharedRecorder(SharedFolder(path), is_worker=True))
        perf.trace_enabled  # noqa: B018 (follows the owner now, for methods of the old class that are still about)
    except OSError:  # the owner is gone
        _become(perf, ProcessRecorder())


def become_shared_owner(perf: ProcessRecorder, folder: SharedFolder | None = None) -> None:
    """Turn ``perf`` into a recorder whose own records outlive a crash of this process, in ``folder`` if that is given.

    Raises CaptureError when there is no room on disk.
    """
    # A worker's folder is its owner's: who records for itself makes one of its own, and removes that alone at exit.
    joined = isinstance(perf, SharedRecorder) and perf._is_worker  # noqa: SLF001 (as below)
    folder = folder or (None if joined else perf._folder) or SharedFolder.create()  # noqa: SLF001
    os.environ[JOIN_VARIABLE] = str(folder.path)
    bounds = {"records": perf._records, "strings": perf._strings}  # noqa: SLF001
    _become(perf, SharedRecorder(folder, is_worker=False, **bounds))


def _become(perf: ProcessRecorder, other: ProcessRecorder) -> None:
    """Turn ``perf`` into ``other`` in place, as modules all over the process hold on to it and to its spans."""
    lasting = ("_spans", "_listeners")  # `perf` is what they hold on to
    kept = {name: perf.__dict__[name] for name in lasting if name in perf.__dict__}
    perf.__class__ = type(other)
    perf.__dict__.clear()
    perf.__dict__.update({name: value for name, value in other.__dict__.items() if name not in lasting} | kept)
    perf._set_tasks(perf._tasks)  # noqa: SLF001 (tells the listeners)
