"""Reading a lane file: also while it is being written, and after its writer was killed in the middle of a record."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from pathlib import Path
from struct import Struct

from aero_nb.recorder.export import LaneSnapshot
from aero_nb.recorder.memory_ring import COUNTER, INSTANT, INTEGER, KINDS, Record
from aero_nb.recorder.shared_ring import (
    ARGS_LOST,
    ARGS_RESERVED,
    COUNTERS_AT,
    FINISHED,
    HEADER_BYTES,
    LENGTH,
    REPRS,
    SCOPES,
    STRINGS_DROPPED,
    STRINGS_KEPT,
    WITH_INTEGER,
    WRITER,
    LaneHeader,
    Layout,
    read_names,
    read_users,
)

_AS_FLOAT = Struct("<d")
_AS_INTEGER = Struct("<q")
_LOST = b"{}"  # args that are gone; counted


def _counters(header: bytes) -> memoryview:
    return memoryview(header)[COUNTERS_AT:HEADER_BYTES].cast("Q")


def read_lane(path: Path) -> LaneSnapshot:
    """Read a lane file that may be being written at this moment, or whose writer was killed in the middle of it.

    Every record whose call returned before this one began is found or counted as overwritten. The file is copied
    twice: what the second copy shows as newer than the first was overwritten meanwhile is taken from the first.
    Raises FileNotFoundError when a new start removed the file, ValueError when it is no lane file (yet).
    """
    first, second = path.read_bytes(), path.read_bytes()
    with path.open("rb") as file:
        header = file.read(HEADER_BYTES)
    try:
        LaneHeader.of(first)
        lane_header = LaneHeader.of(header)
    except ValueError as error:
        raise ValueError(f"{error} ({path})") from None
    layout, identity = lane_header.layout, lane_header.identity
    counters = _counters(header)
    recorded, slots = _newest_slots(first, second, layout)
    found = [read_record(slot, data, layout, lambda: counters[ARGS_RESERVED]) for slot, data in slots]
    names, _ = read_names(second, layout, counters[STRINGS_KEPT])
    return LaneSnapshot(
        name=identity.name,
        key=identity.key,
        serial=identity.serial,
        process=identity.process,
        writer=counters[WRITER],
        created_ns=identity.created_ns,
        finished=bool(counters[FINISHED]),
        counted_only=identity.counted_only,
        records=found,
        recorded=recorded,
        names=names,
        dropped_strings=counters[STRINGS_DROPPED],
        reprs=counters[REPRS],
        args_lost=counters[ARGS_LOST] + sum(record[-1] is _LOST for record in found),
        users=read_users(path),  # last: it may name later ones, and names all whose records are here
    )


Slot = tuple[int, int, int, int, int]


def _newest_slots(first: bytes, second: bytes, layout: Layout) -> tuple[int, list[tuple[Slot, bytes]]]:
    """Return how many records had been written when ``first`` was copied, and those that survive, oldest first."""
    area = slice(HEADER_BYTES, layout.strings_at)
    old = list(WITH_INTEGER.iter_unpack(memoryview(first)[area]))
    new = list(WITH_INTEGER.iter_unpack(memoryview(second)[area])) if second != first else old
    capacity = layout.records
    recorded = max(0, *((lap - 1) * capacity + at + 1 for at, (lap, *_, end) in enumerate(old) if lap == end))
    last_lap, position = divmod(recorded, capacity)
    survivors: list[tuple[Slot, bytes]] = []
    for at in (*range(position, capacity), *range(position)):
        wanted = last_lap + (at < position)  # the lap of this slot's newest record among the first `recorded`
        for slot, data in ((new[at], second), (old[at], first)):
            if wanted and slot[0] == slot[4] == wanted:
                survivors.append((slot, data))
                break
    return recorded, survivors


def read_record(slot: Slot, data: bytes | mmap.mmap, layout: Layout, reserved: Callable[[], int]) -> Record:
    """Return the record in ``slot``; ``reserved`` says, after its args were read, which of them are overwritten."""
    _, code, now, value, _ = slot
    kind = code % KINDS
    if kind == INSTANT:
        return code, now, *instant_payload(value, data, layout, reserved)
    if kind == INTEGER:
        return code, now, value
    if kind == COUNTER:
        (number,) = _AS_FLOAT.unpack(_AS_INTEGER.pack(value))
        return code, now, number if number == number else None  # NaN is how a missing value is stored
    return code, now


def instant_payload(value: int, data: bytes | mmap.mmap, layout: Layout, reserved: Callable[[], int]) -> Record:
    """Return scope and args of an instant, by the value in its slot; the rest is as in :func:`read_record`."""
    mark = value & 3 if value >= 0 else -1 - value
    return SCOPES[mark], None if value < 0 else _args(value >> 2, data, layout, reserved)


def _args(start: int, data: bytes | mmap.mmap, layout: Layout, reserved: Callable[[], int]) -> bytes:
    at = layout.args_at + start % layout.args_bytes
    (length,) = LENGTH.unpack_from(data, at)
    args = data[at + LENGTH.size : at + LENGTH.size + length]
    return _LOST if start + layout.args_bytes < reserved() else args  # overwritten before its record was
