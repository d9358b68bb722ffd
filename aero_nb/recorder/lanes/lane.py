"""The lanes that this process writes: of whom each is, and the threads that use it one after another."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, replace

from aero_nb.recorder.lanes.names import as_text
from aero_nb.recorder.lanes.records import SlotRecords
from aero_nb.recorder.lanes.ring import Ring
from aero_nb.recorder.lanes.snapshot import LaneSnapshot
from aero_nb.recorder.lanes.users import LaneUser, add_user, common_part, lane_name

MAIN = 0  # the serial of the main thread's lane in its process


@dataclass(frozen=True)
class LaneIdentity:
    """Who writes a lane first; its name may change, the rest tells the lane from all others for good."""

    key: int  # of the process; 0: this one, in memory
    serial: int  # of the lane within its process; 0: its main thread's
    name: str
    created_ns: int
    counted_only: bool = False  # beyond the most lanes that an export shows
    process: tuple[int, int] = (0, 0)  # its pid, and the namespace in which it is that


class Lane:
    """One lane and its ring."""

    def __init__(self, identity: LaneIdentity, ring: Ring) -> None:
        self.identity = identity
        self.ring = ring
        self.record = ring.record
        self.name = identity.name
        self.users: list[LaneUser] = [(0, self.name)]
        self.largest = 0  # records of the user that wrote most

    @property
    def has_room(self) -> bool:
        """Whether another user as large as the largest so far would overwrite nothing."""
        return self.ring.recorded + max(self.largest, self._own_records) <= self.ring.capacity

    @property
    def _own_records(self) -> int:
        return self.ring.recorded - self.users[-1][0]

    def is_of_kind(self, name: str) -> bool:
        """Whether its thread and one of this name differ in numbers only."""
        return common_part(self.users[-1][1]) == common_part(name)

    def take(self, name: str) -> None:
        """Let another thread use it from now on: the one before has ended."""
        self.largest = max(self.largest, self._own_records)
        self._note_user(self.ring.recorded, name)

    def rename(self, name: str) -> None:
        """Show its thread under another name."""
        self._note_user(self.users[-1][0], name)

    def _note_user(self, first: int, name: str) -> None:
        add_user(self.users, first, name, self.ring.recorded - self.ring.capacity)
        self.name = name if len(self.users) == 1 else lane_name([self.name, name])


class MemoryLane(Lane):
    """A lane of a thread, or of a task of one, in memory of this process."""

    def __init__(self, identity: LaneIdentity, ring: Ring, thread: threading.Thread, task: int) -> None:
        super().__init__(identity, ring)
        self.thread = thread  # that uses it now
        self.task = task  # 0: the thread's own lane

    @property
    def finished(self) -> bool:
        """Whether its thread has ended."""
        return self.thread.ident is not None and not self.thread.is_alive()

    def renewed(self, ring: Ring) -> MemoryLane:
        """Return the lane of its thread in another recording."""
        return MemoryLane(replace(self.identity, name=self.users[-1][1]), ring, self.thread, self.task)

    def snapshot(self, first: int = 0) -> LaneSnapshot:
        """Return what the lane holds at this moment, of its records those from number ``first`` on."""
        recorded = self.recorded
        records = self.between(max(first, recorded - self.ring.capacity), recorded)
        names = self.ring.names
        return LaneSnapshot(
            name=self.name,
            serial=self.identity.serial,
            created_ns=self.identity.created_ns,
            finished=self.finished,
            counted_only=self.identity.counted_only,
            records=records,
            recorded=recorded,
            capacity=self.ring.capacity,
            names=list(names.strings),
            dropped_strings=names.dropped,
            reprs=names.reprs,
            users=tuple(self.users),
        )

    # For who watches it: see :class:`aero_nb.recorder.live_reader.ReadableLane`

    @property
    def recorded(self) -> int:
        """How many records were ever written."""
        return self.ring.recorded

    @property
    def overwritten(self) -> int:
        """How many of them are lost."""
        return max(self.recorded - self.ring.capacity, 0)

    def between(self, first: int, stop: int) -> SlotRecords:
        """Return the records that were written as number ``first`` to ``stop``, oldest first: those that still are."""
        return self.ring.between(first, stop)

    def names(self) -> list[str]:
        """Return the interned names so far, by index."""
        return self.ring.names.strings

    def close(self) -> None:
        """Let go of it."""


def this_process() -> tuple[int, int]:
    """Return this process's pid, and the namespace in which it is that: other containers have their own."""
    try:
        return os.getpid(), os.stat("/proc/self/ns/pid").st_ino  # noqa: PTH116 (as quick as can be)
    except OSError:
        return os.getpid(), 0


def thread_name(thread: threading.Thread, task: int) -> str:
    """Return what a lane of this thread is called by itself."""
    name = "Main" if thread is threading.main_thread() else as_text(thread.name)[0]
    return f"{name} task {task}" if task else name
