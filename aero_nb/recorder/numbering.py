"""The numbers by which an export tells lanes apart, and what it says of all of them at one moment."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

from aero_nb.recorder.export import MAIN_TID, Snapshot
from aero_nb.recorder.lanes.lane import MAIN
from aero_nb.recorder.lanes.snapshot import MOST_LANES, LaneSnapshot, ReadFrom

NOT_KEPT = (-1, 0)  # the lane of those that were not kept


@dataclass
class LaneNumbers:
    """The tid of each lane, for good: 1 is the main thread's, the others are numbered as they come."""

    _tids: dict[tuple[int, int], int] = field(default_factory=lambda: {(0, MAIN): MAIN_TID})
    _new: itertools.count[int] = field(default_factory=lambda: itertools.count(MAIN_TID + 1))

    def new(self) -> int:
        """Return a number for a lane that is to come."""
        return next(self._new)

    def of(self, process: int, serial: int) -> int:
        """Return the number of a lane."""
        tid = self._tids.get((process, serial))
        if tid is None:
            tid = self._tids[process, serial] = self.new()
        return tid

    def wanted(self, known: Mapping[int, int], own_key: int) -> ReadFrom:
        """Return that of lanes with these numbers the records behind so many are wanted, of others all."""

        def first(process: int, serial: int) -> int:
            return known.get(self._tids.get((0 if process == own_key else process, serial), 0), 0)

        return first

    def give(self, process: int, serial: int, tid: int) -> None:
        """Let a lane have this number."""
        self._tids[process, serial] = tid

    def number(self, lanes: list[LaneSnapshot], own_key: int) -> list[LaneSnapshot]:
        """Give each lane its number, in order of creation; ``own_key`` is that of the recorder's own process."""
        lanes.sort(key=lambda lane: lane.created_ns)
        for lane in lanes:
            lane.tid = self.of(0 if lane.key == own_key else lane.key, lane.serial)
        return lanes

    def arrange(self, snapshot: Snapshot) -> Snapshot:
        """Put the lanes in order; those that only count are told of as one if there are too many."""
        if len(snapshot.lanes) > MOST_LANES:
            folded = [lane for lane in snapshot.lanes if lane.counted_only]
            snapshot.folded = [(lane.name, lane.recorded, lane.dropped_strings) for lane in folded]
            snapshot.lanes = [lane for lane in snapshot.lanes if not lane.counted_only]
            snapshot.folded_tid = self.of(*NOT_KEPT) if folded else 0
        if all(lane.tid != MAIN_TID for lane in snapshot.lanes):
            snapshot.lanes.append(LaneSnapshot("Main", MAIN_TID))
        snapshot.lanes.sort(key=lambda lane: lane.tid)
        return snapshot
