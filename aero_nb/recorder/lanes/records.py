"""Records as rings keep them: in slots of 32 bytes, whoever writes them, in memory or in a lane file.

A slot carries the number of its lap before and behind its data (laps count from 1): where the two differ, the writer
was in the middle of it. Stores become visible in program order on x86-64, which this relies on between processes;
elsewhere a torn slot could pass for a whole one while its writer runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from struct import Struct
from typing import Any, Protocol, overload

BEGIN, END, INSTANT, COUNTER, INTEGER = range(5)  # INTEGER: a counter's sample that is an int
KINDS = 8
UNKNOWN_CODE = -KINDS  # + kind
NAMELESS_END = END - 2 * KINDS

Record = tuple[Any, ...]
"""``(code, time_ns)`` of a span's begin or end, with payload behind it for the other kinds.

``code`` is ``KINDS * name index + kind``; the payload of an instant is its scope and its args as JSON (or None), of a
counter its value.
"""

SLOT_BYTES = 32
SLOT = Struct("<I20sI4x")  # lap, what is recorded, lap: as aero_nb/_native/ring.h has it
WITH_INTEGER = Struct("<iqq")  # code, time_ns, value
WITH_FLOAT = Struct("<iqd")
LAP_BEHIND = 24  # offset in a slot of the lap behind its data
_READ = Struct("<4xiqq8x")
_READ_FLOAT = Struct("<4xiqd8x")
_LAP = Struct("<I")


class Instants(Protocol):
    """The payloads of instants, by the value in their slot."""

    def __getitem__(self, value: int, /) -> Record:
        """Return scope and args."""


class SlotRecords(Sequence[Record]):
    """Records of consecutive slots, unpacked where they are looked at."""

    def __init__(self, slots: bytes | memoryview, instants: Instants) -> None:
        self._slots = memoryview(slots)
        self._instants = instants

    @property
    def slots(self) -> memoryview:
        """The records as they are kept, 32 bytes each."""
        return self._slots

    def __len__(self) -> int:
        return len(self._slots) // SLOT_BYTES

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> SlotRecords: ...
    def __getitem__(self, index: int | slice) -> Record | SlotRecords:
        """Return one record, or those of a slice, which are consecutive."""
        places = range(len(self))[index]
        if isinstance(places, int):
            return next(iter(self[places : places + 1]))
        if places.step != 1:
            raise ValueError(f"expected consecutive records, found a step of {places.step}")
        start, stop = places.start * SLOT_BYTES, max(places.start, places.stop) * SLOT_BYTES
        return SlotRecords(self._slots[start:stop], self._instants)

    def __iter__(self) -> Iterator[Record]:
        for place, (code, now, value) in enumerate(_READ.iter_unpack(self._slots)):
            kind = code % KINDS
            if kind <= END:
                yield code, now
            elif kind == INTEGER:
                yield code, now, value
            elif kind == COUNTER:
                number = _READ_FLOAT.unpack_from(self._slots, place * SLOT_BYTES)[2]
                yield code, now, number if number == number else None  # NaN is how a missing value is stored
            else:
                yield code, now, *self._instants[value]


def slots_between(memory: Any, offset: int, capacity: int, first: int, stop: int) -> bytes:
    """Return the slots of the records that were written as number ``first`` to ``stop``, oldest first.

    Those that still are: behind one that is being overwritten while it is copied, or whose writer was killed in the
    middle of it. ``memory`` has ``capacity`` slots behind ``offset``.
    """
    first = max(first, stop - capacity, 0)
    pieces = []  # all copied before any is looked at, as their writer goes on
    while first < stop:
        laps, place = divmod(first, capacity)
        count = min(stop - first, capacity - place)
        at = offset + place * SLOT_BYTES
        pieces.append((bytes(memory[at : at + count * SLOT_BYTES]), laps + 1))
        first += count
    found = b""
    for slots, lap in pieces:
        torn = _torn(slots, lap)
        found = slots[torn * SLOT_BYTES :] if torn else found + slots
    return found


def _torn(slots: bytes, lap: int) -> int:
    """Return how many slots there are up to the last one that is not wholly of this lap."""
    wanted = _LAP.pack(lap)
    columns = [(at + i, wanted[i : i + 1]) for at in (0, LAP_BEHIND) for i in range(_LAP.size)]
    return max(len(slots[at::SLOT_BYTES].rstrip(byte)) for at, byte in columns)


def count_records(memory: Any, offset: int, capacity: int) -> int:
    """Return how many records were ever written, by the laps in the slots; a torn one does not count.

    Every record that was written before it was asked counts, whatever its writer does meanwhile.
    """

    def lap_of(place: int) -> int:
        lap: int = _LAP.unpack_from(memory, offset + place * SLOT_BYTES + LAP_BEHIND)[0]
        return lap

    while True:
        start = lap_of(0)
        lap = start or lap_of(capacity - 1)  # the first one is being written, or nothing was
        written, blank = 1, capacity  # slots of this lap come before those of the one before
        while written < blank:
            middle = (written + blank) // 2
            written, blank = (middle + 1, blank) if lap_of(middle) == lap else (written, middle)
        if lap_of(0) == start:
            return (lap - 1) * capacity + written if lap else 0
