"""Reading a lane file: also while it is being written, and after its writer was killed in the middle of a record."""

from __future__ import annotations

import mmap
from pathlib import Path

from aero_nb.recorder.folders.lane_format import (
    HEADER_BYTES,
    LOST,
    FileInstants,
    LaneHeader,
    counts_of,
    read_names,
    read_users,
)
from aero_nb.recorder.lanes.names import ARGS_LOST, FINISHED, REPRS, STRINGS_DROPPED, STRINGS_KEPT, WRITER
from aero_nb.recorder.lanes.records import SlotRecords, count_records, slots_between
from aero_nb.recorder.lanes.snapshot import LaneSnapshot

_TRIES = 10


class LaneFile:
    """A lane file, which another process may be writing, or may have died writing.

    Raises FileNotFoundError where there is no file (a new start removed it), ValueError where it is no lane file (yet).
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._layout = _header(path, file.read(HEADER_BYTES)).layout
            self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._path = path
        self._counts = counts_of(self._memory)
        self._names: list[str] = []
        self._recorded = 0

    @property
    def name(self) -> str:
        """The lane's name at this moment."""
        return LaneHeader.of(self._memory).identity.name

    @property
    def recorded(self) -> int:
        """How many records were ever written; a torn one does not count."""
        self._recorded = count_records(self._memory, HEADER_BYTES, self._layout.records)
        return self._recorded

    @property
    def overwritten(self) -> int:
        """How many of them are lost."""
        return max(self._recorded - self._layout.records, 0)

    def between(self, first: int, stop: int) -> SlotRecords:
        """Return the records that were written as number ``first`` to ``stop``, oldest first: those that still are."""
        slots = slots_between(self._memory, HEADER_BYTES, self._layout.records, first, stop)
        return SlotRecords(slots, FileInstants(self._memory, self._layout, self._counts, self._layout.args_at))

    def names(self) -> list[str]:
        """Return the interned names so far, by index."""
        kept = self._counts[STRINGS_KEPT]
        if kept > len(self._names):
            self._names = read_names(self._memory, self._layout, kept)[0]
        return self._names

    def close(self) -> None:
        """Let go of the file."""
        self._counts.release()
        self._memory.close()

    def snapshot(self, first: int = 0) -> LaneSnapshot:
        """Return what the lane holds at this moment, of its records those from number ``first`` on.

        Every record whose call returned before is found, or counted as overwritten.
        """
        layout = self._layout
        recorded, slots = self._newest(first)
        args = self._memory[layout.args_at : layout.file_bytes]
        header = self._memory[:HEADER_BYTES]  # after the args, as it says which of them are overwritten
        identity, counts = LaneHeader.of(header).identity, counts_of(header)
        records = SlotRecords(slots.slots, FileInstants(args, layout, counts))
        return LaneSnapshot(
            name=identity.name,
            key=identity.key,
            serial=identity.serial,
            process=identity.process,
            writer=counts[WRITER],
            created_ns=identity.created_ns,
            finished=bool(counts[FINISHED]),
            counted_only=identity.counted_only,
            records=records,
            recorded=recorded,
            capacity=layout.records,
            names=read_names(self._memory, layout, counts[STRINGS_KEPT])[0],
            dropped_strings=counts[STRINGS_DROPPED],
            reprs=counts[REPRS],
            args_lost=counts[ARGS_LOST] + sum(record[-1] is LOST for record in records),
            users=read_users(self._path),  # last: it may name later ones, and names all whose records are here
        )

    def _newest(self, first: int) -> tuple[int, SlotRecords]:
        """Return how many records there were, and those that survive: most of them, as far as the writer lets us."""
        for _ in range(_TRIES):
            recorded = self.recorded
            records = self.between(max(first, recorded - self._layout.records), recorded)
            if 2 * len(records) >= min(recorded - first, self._layout.records):
                break
        return recorded, records


def read_lane(path: Path, first: int = 0) -> LaneSnapshot:
    """Return what a lane file holds at this moment, from a record on; raises as :class:`LaneFile` does."""
    lane = LaneFile(path)
    try:
        return lane.snapshot(first)
    finally:
        lane.close()


def look_into(path: Path) -> tuple[LaneHeader, int]:
    """Return the header of a lane file and the key of the process that writes it; raises as :class:`LaneFile` does."""
    with path.open("rb") as file:
        data = file.read(HEADER_BYTES)
    return _header(path, data), counts_of(data)[WRITER]


def _header(path: Path, data: bytes) -> LaneHeader:
    try:
        return LaneHeader.of(data)
    except ValueError as error:
        raise ValueError(f"{error} ({path})") from None
