"""The lanes of this process in its own memory: one for each thread, and for each asyncio task that needs one."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Collection, Hashable

from aero_nb.recorder.lanes.lane import MAIN, LaneIdentity, MemoryLane
from aero_nb.recorder.lanes.own import OwnLanes
from aero_nb.recorder.lanes.ring import Ring, native_rings
from aero_nb.recorder.lanes.snapshot import MOST_LANES, LaneSnapshot, ReadableLane, ReadFrom, all_records
from aero_nb.recorder.lanes.users import FINISHED_THREADS

COUNTED_ONLY = 16  # records in the ring of a lane beyond the most: its counts are what matters


class MemoryLanes(OwnLanes):
    """Lanes in memory, of a process that decides by itself when it records."""

    def __init__(self, records: int, strings: int, clock_ns: Callable[[], int]) -> None:
        self._records, self._strings = records, strings
        self._clock_ns = clock_ns
        self._start_epoch_us = 0
        self._recording = False
        self._lanes: list[MemoryLane] = []
        self._serials = itertools.count(1)

    def begin(self, records: int, strings: int, start_epoch_us: int) -> None:
        """Give every lane that still lives an empty ring."""
        self._records, self._strings, self._start_epoch_us = records, strings, start_epoch_us
        living = [lane for lane in self._lanes if not lane.task and not lane.finished]
        self._lanes = [lane.renewed(self._new_ring(lane.identity.counted_only)) for lane in living]
        self._recording = True

    def follow(self) -> bool:
        """Return whether to record: nobody else decides it."""
        return self._recording

    def end(self) -> None:
        """Let what was recorded stay as it is."""
        self._recording = False

    def open(self, thread: threading.Thread, task: int = 0, name: str | None = None) -> MemoryLane:
        """Return the lane of a thread or of a task of it; a new one uses that of a finished thread if one will do.

        With a ``name`` the lane has that one from now on.
        """
        for lane in self._lanes:
            if lane.thread is thread and lane.task == task:
                if name is not None:
                    lane.rename(name)
                return lane
        name = self.name_of(thread, task) if name is None else name
        found = self._lane_to_use_again(name)
        if found is not None:
            found.take(name)
            found.thread, found.task = thread, task
            return found
        is_main = thread is threading.main_thread() and not task
        serial = MAIN if is_main else next(self._serials)
        counted_only = len(self._lanes) >= MOST_LANES
        identity = LaneIdentity(0, serial, name, self._clock_ns(), counted_only)
        lane = MemoryLane(identity, self._new_ring(counted_only), thread, task)
        self._lanes.append(lane)
        return lane

    def _lane_to_use_again(self, name: str) -> MemoryLane | None:
        """Return a lane of a finished thread: one of the same kind with room, at the most lanes any, room first."""
        if not self._recording:
            return None
        finished = [lane for lane in self._lanes if lane.finished]
        if len(self._lanes) < MOST_LANES:
            finished = [lane for lane in finished if lane.has_room and lane.is_of_kind(name)]

        def unfitness(lane: MemoryLane) -> tuple[bool, bool, bool, bool]:  # of equals the oldest
            is_shared = lane.name == FINISHED_THREADS
            return lane.identity.counted_only, not lane.has_room, not lane.is_of_kind(name), not is_shared

        return min(finished, key=unfitness, default=None)

    def _new_ring(self, counted_only: bool) -> Ring:
        core = native_rings(self._clock_ns)
        ring = Ring.in_memory(COUNTED_ONLY if counted_only else self._records, self._strings, core)
        if self._start_epoch_us:
            ring.mark_start(self._clock_ns(), self._start_epoch_us)
        return ring

    def register(self, thread: threading.Thread, name: str | None) -> MemoryLane:
        """Give a thread a lane now."""
        return self.open(thread, name=name)

    def snapshots(self, wanted: ReadFrom = all_records) -> list[LaneSnapshot]:
        """Return what the lanes hold at this moment."""
        return [lane.snapshot(wanted(0, lane.identity.serial)) for lane in self._lanes]

    def readable(self, known: Collection[Hashable]) -> dict[Hashable, ReadableLane]:
        """Return the lanes that are not known yet, each under a key for good."""
        return {lane.identity.serial: lane for lane in self._lanes if lane.identity.serial not in known}
