"""Reading a lane by a cursor: only what is new since a position, at a cost of what is new."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import NamedTuple

from aero_nb.recorder.lane_files import read_record
from aero_nb.recorder.memory_ring import Record, Ring
from aero_nb.recorder.shared_ring import (
    ARGS_RESERVED,
    COUNTERS_AT,
    HEADER_BYTES,
    SLOT_BYTES,
    STRINGS_KEPT,
    WITH_INTEGER,
    LaneHeader,
    read_names,
)


class Since(NamedTuple):
    """What a lane recorded since a position: ``position`` = the one asked for + ``lost`` + the number of records."""

    records: list[Record]
    lost: int  # overwritten before they were read
    position: int  # to ask for next


class MemoryLane:
    """The reading end of a ring of this process."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring

    def since(self, position: int) -> Since:
        """Return the records from ``position`` on (0: the first ever), oldest first."""
        recorded, records = self._ring.newest(position)
        return Since(records, recorded - position - len(records), recorded)

    def names(self) -> list[str]:
        """Return the interned names so far, by index."""
        return self._ring.names.strings.copy()


class FileLane:
    """The reading end of a lane file, which another process may be writing, or may have died writing.

    Raises FileNotFoundError where there is no file, ValueError where it is no lane file (yet).
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            LaneHeader.of(file.read(HEADER_BYTES))
            self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._layout = LaneHeader.of(self._memory).layout
        self._counters = memoryview(self._memory)[COUNTERS_AT:HEADER_BYTES].cast("Q")

    def since(self, position: int) -> Since:
        """Return the records from ``position`` on (0: the first ever), oldest first."""
        records: list[Record] = []
        at = position
        for _ in range(2 * self._layout.records + 2):  # all there can be: a quick writer must not keep us here
            lap, record = self._slot(at)
            wanted = at // self._layout.records + 1
            if lap == wanted and record is not None:
                records.append(record)
                at += 1
            elif lap > wanted:  # its writer is past it: the oldest that can be left is behind that slot's last lap
                at += (lap - wanted - 1) * self._layout.records + 1
            elif self._is_written(at + 1):  # torn, as it is being overwritten
                at += 1
            else:
                break
        return Since(records, at - position - len(records), at)

    def names(self) -> list[str]:
        """Return the interned names so far, by index."""
        return read_names(self._memory, self._layout, self._counters[STRINGS_KEPT])[0]

    def close(self) -> None:
        """Let go of the file."""
        self._counters.release()
        self._memory.close()

    def _slot(self, at: int) -> tuple[int, Record | None]:
        """Return the lap of the slot of record ``at`` and what it holds; (0, None) for a torn or an empty one."""
        offset = HEADER_BYTES + at % self._layout.records * SLOT_BYTES
        slot = WITH_INTEGER.unpack_from(self._memory, offset)
        if not slot[0] == slot[4] != 0:
            return 0, None
        record = read_record(slot, self._memory, self._layout, lambda: self._counters[ARGS_RESERVED])
        if WITH_INTEGER.unpack_from(self._memory, offset) != slot:
            return 0, None
        return slot[0], record

    def _is_written(self, at: int) -> bool:
        return self._layout.records > 1 and self._slot(at)[0] >= at // self._layout.records + 1
