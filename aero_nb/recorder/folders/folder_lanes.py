"""The lanes of this process as files of a folder: of a worker, and of a process that is traced from its boot."""

from __future__ import annotations

import itertools
import os
import sys
import threading
from collections.abc import Callable
from weakref import WeakKeyDictionary

from aero_nb.recorder.folders.shared_folder import REFUSED, START_EPOCH_US, START_NS, STATE, STOP_NS, SharedFolder
from aero_nb.recorder.folders.shared_lane import SharedLane
from aero_nb.recorder.lanes.lane import MAIN, LaneIdentity, this_process, thread_name
from aero_nb.recorder.lanes.names import as_text
from aero_nb.recorder.lanes.own import OwnLanes


class Refusal:
    """Takes the place of a lane when there is no room for one: counts what it cannot keep."""

    def __init__(self, control: memoryview[int]) -> None:
        self._control = control

    def record(self, *_: object) -> None:
        """Count it."""
        self._control[REFUSED] += 1


class _Lease:
    """Lies among the locals of a thread as long as it lives; when it ends, others may use its lane."""

    def __init__(self, lane: SharedLane, idle: list[SharedLane]) -> None:
        self._lane = lane
        self._idle = idle

    def __del__(self) -> None:
        if self._lane.finish():
            self._idle.append(self._lane)


class FolderLanes(OwnLanes):
    """Lanes in files of a folder that says when to record: this process's, or (``joined``) that of who started it."""

    state: memoryview[int]

    def __init__(self, folder: SharedFolder, clock_ns: Callable[[], int], *, joined: bool) -> None:
        self.state = folder.control
        self._folder = folder
        self._joined = joined
        self._clock_ns = clock_ns
        self._seen = 0
        self._serials = itertools.count(1)
        self._serial_of: WeakKeyDictionary[threading.Thread, dict[int, int]] = WeakKeyDictionary()
        self._given_names: WeakKeyDictionary[threading.Thread, str] = WeakKeyDictionary()
        self._forget()

    def _forget(self) -> None:
        self._idle: list[SharedLane] = []  # lanes of the present start whose threads have ended
        self._leases = threading.local()

    @property
    def has_news(self) -> bool:  # type: ignore[override]
        """Whether the folder's owner wants something else by now."""
        return self.state[STATE] != self._seen

    @property
    def times(self) -> tuple[int, int, int | None]:
        """When the owner started and stopped it."""
        return self.state[START_NS], self.state[START_EPOCH_US], self.state[STOP_NS] or None

    def follow(self) -> bool:
        """Know what the owner wants; return whether that is to record, and it has not taken its folder away."""
        self._seen = self.state[STATE]
        if self._seen & 1:
            self._forget()
        return bool(self._seen & 1) and self._folder.path.exists()

    def open(self, thread: threading.Thread, task: int = 0) -> SharedLane | Refusal:
        """Return a lane for the calling thread or a task of it.

        Raises FileNotFoundError when a new start has begun meanwhile, or the owner is gone.
        """
        serials = self._serial_of.setdefault(thread, {})
        if task not in serials:
            is_main = thread is threading.main_thread() and not task
            serials[task] = MAIN if is_main else next(self._serials)
        name = self.name_of(thread, task)
        identity = LaneIdentity(self._folder.key, serials[task], name, self._clock_ns(), process=this_process())
        try:
            lane = self._folder.open_lane(identity, self._idle)
        except FileNotFoundError:
            raise
        except OSError:  # not even room to count in a file
            return Refusal(self.state)
        if not lane.ring.recorded:
            lane.ring.mark_start(self._clock_ns(), self.state[START_EPOCH_US])
        self._leases.__dict__.setdefault("all", []).append(_Lease(lane, self._idle))
        return lane

    def name_of(self, thread: threading.Thread, task: int = 0) -> str:
        """Return what the lane of a thread or a task of it is called."""
        name = self._given_names.get(thread)
        if name is None:
            name = thread_name(thread, 0)
            if self._joined:
                process = _process_name()
                name = process if name == "Main" else f"{process}: {name}"
        return f"{name} task {task}" if task else name

    def register(self, thread: threading.Thread, name: str | None) -> None:
        """Know under which name a thread will record."""
        if name is not None:
            self._given_names[thread] = name


def _process_name() -> str:
    process = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is not None:
        return as_text(process.current_process().name)[0]
    return f"process {os.getpid()}"
