"""The processes that record beside this one, each into files that this one can always read."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Collection, Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aero_nb.recorder.folders.file_locks import require_locks
from aero_nb.recorder.folders.lane_format import Layout
from aero_nb.recorder.folders.shared_folder import JOIN_VARIABLE, OWNER, REFUSED, SharedFolder
from aero_nb.recorder.lanes.lane import this_process
from aero_nb.recorder.lanes.snapshot import LaneSnapshot, ReadFrom
from aero_nb.recorder.numbering import LaneNumbers
from aero_nb.recorder.older_workers import OlderWorkers

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from aero_nb.recorder.lanes.snapshot import ReadableLane, ReadFrom


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


class Workers:
    """The worker processes of a recorder, and the folder that it shares with them.

    Every process reads the same clock of the machine (``perf_counter_ns``), so that their lanes agree. A process whose
    recorder has ``joined`` its owner's folder is a worker itself: it exports its own lanes only.
    """

    def __init__(self, folder: SharedFolder | None = None, *, joined: bool = False) -> None:
        self.folder = folder
        self.joined = joined
        self._lock = threading.RLock()
        self._registered: list[_Worker] = []
        self._older: OlderWorkers | None = None  # than the folder

    @property
    def own_key(self) -> int:
        """The key of the lane files that this process's own threads write."""
        if self.folder is None:
            return 0
        return self.folder.key if self.joined else self.folder.control[OWNER]

    @property
    def refused(self) -> int:
        """How many calls found no room to be recorded."""
        return 0 if self.folder is None else self.folder.control[REFUSED]

    def open_folder(self) -> SharedFolder:
        """Return the folder, made if there is none yet; raises CaptureError where there is no room for it."""
        with self._lock:
            if self.folder is None:
                self._older = OlderWorkers()
                self.folder = SharedFolder.create()
                os.environ[JOIN_VARIABLE] = str(self.folder.path)
                util = sys.modules.get("multiprocessing.util")
                if util is not None and sys.modules["multiprocessing.process"].parent_process() is not None:
                    util.Finalize(None, self.close_folder, exitpriority=0)  # such children end without atexit
            return self.folder

    def close_folder(self) -> None:
        """Leave nothing behind; a worker leaves that to its owner."""
        with self._lock:
            if self.folder is not None and not self.joined:
                os.environ.pop(JOIN_VARIABLE, None)
                if not self.folder.is_kept:
                    self.folder.remove()
                self.folder = None

    def prepare(self, layout: Layout) -> None:
        """Do what takes time or may fail before a start; raises CaptureError where there is no room for lanes."""
        from aero_nb.recorder.abandoned import recover_and_report

        require_locks()
        recover_and_report()
        self.open_folder().prepare(layout)
        if self._older is not None:
            self._older.report()

    def begin(self, start_ns: int, start_epoch_us: int) -> None:
        """Let the workers record, into new lanes."""
        self.open_folder().start(start_ns, start_epoch_us)
        self._registered = [worker for worker in self._registered if not worker.finished]

    def end(self, stop_ns: int) -> None:
        """Let the workers stop."""
        if self.folder is not None:
            self.folder.stop(stop_ns)

    def register(self, process: BaseProcess, name: str, tid: int, since_ns: int) -> None:
        """Give a process a lane, which is no older than ``since_ns``."""
        self._registered.append(_Worker(process, name, tid, since_ns))

    def snapshots(self, wanted: ReadFrom) -> list[LaneSnapshot]:
        """Return what the lanes in the folder hold at this moment, whether their writers live or not."""
        lanes = [] if self.folder is None else list(self.folder.lanes(wanted))
        return [lane for lane in lanes if lane.writer == self.own_key] if self.joined else lanes

    def name(self, lanes: list[LaneSnapshot], numbers: LaneNumbers) -> list[LaneSnapshot]:
        """Let the lanes of registered processes have their names and numbers; return lanes of those without one."""
        silent = []
        for worker in self._registered:
            lane = worker.main_lane(lanes)
            if lane is None:
                silent.append(LaneSnapshot(worker.name, worker.tid, finished=True))
            else:
                lane.name = worker.name if len(lane.users) <= 1 else lane.name
                numbers.give(lane.key, lane.serial, worker.tid)
        return silent

    def readable(self, known: Collection[Hashable]) -> dict[Hashable, ReadableLane]:
        """Return the lanes in the folder that are not known yet, each under a key for good."""
        from aero_nb.recorder.folders.lane_files import LaneFile

        lanes: dict[Hashable, ReadableLane] = {}
        for path in self.folder.lane_paths() if self.folder is not None else ():
            if path.name not in known:
                with suppress(FileNotFoundError, ValueError):  # a new start removed it; it is being made
                    lanes[path.name] = LaneFile(path)
        return lanes
