"""The ring of one thread of this process where the native core is there: the same records, written in C."""

from __future__ import annotations

import itertools
import math
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from struct import Struct
from typing import Any, Protocol, overload

from aero_nb import _native
from aero_nb.recorder.memory_ring import COUNTER, END, INSTANT, INTEGER, KINDS, NameTable, Record, Ring

SLOT = Struct("<4xiqq8x")  # code, time_ns, value, as aero_nb/_native/ring.h has it; the laps are left out
SLOT_WITH_FLOAT = Struct("<4xiqd8x")


def native_rings(clock_ns: Callable[[], int]) -> Any:
    """Return the core if it can write the rings of a recorder with this clock, None: they are written in Python.

    Raises ImportError where AERO_NB_NATIVE asks for a core that is not there.
    """
    is_its_clock = clock_ns is time.perf_counter_ns and _clock_is_monotonic()
    return _native.core() if is_its_clock and sys.byteorder == "little" else None


def _clock_is_monotonic() -> bool:
    return time.get_clock_info("perf_counter").implementation == "clock_gettime(CLOCK_MONOTONIC)"


class NativeRing(Ring):
    """A ring whose slots are written by the core; the payload of instants stays beside them."""

    __slots__ = ("_instants", "_numbers", "native")

    def __init__(self, core: Any, capacity: int, names: NameTable) -> None:
        """Make an empty ring; raises MemoryError (OverflowError, ValueError) where there is no room for it."""
        self.native = core.Ring(capacity, names.begins)
        self.names = names
        self.capacity = capacity
        self._numbers = itertools.count()  # of instants
        self._instants: deque[tuple[int, Record]] = deque(maxlen=capacity)  # by number: no more can be in the ring

    def _store_record(self, code: int, now: int, payload: Record) -> None:
        if code % KINDS == INSTANT:
            number = next(self._numbers)
            self._instants.append((number, payload))
            self.native.write(code, now, number)
        else:
            self.native.write(code, now, *(math.nan if value is None else value for value in payload))

    @property
    def recorded(self) -> int:
        """How many records were ever written."""
        recorded: int = self.native.recorded
        return recorded

    def snapshot(self) -> tuple[int, Sequence[Record]]:
        """Return how many records were ever written, and those that survive, oldest first."""
        while True:
            recorded, slots = self.native.copy()
            instants = dict(self._instants)  # one step under the GIL
            if self.native.recorded == recorded:
                return recorded, SlotRecords(slots, instants)


class Instants(Protocol):
    """The payloads of instants, by the value in their slot."""

    def __getitem__(self, value: int, /) -> Record:
        """Return scope and args."""


class SlotRecords(Sequence[Record]):
    """Records as the core keeps them, unpacked where they are looked at."""

    def __init__(self, slots: bytes | memoryview, instants: Instants) -> None:
        self._slots = memoryview(slots)
        self._instants = instants

    @property
    def slots(self) -> memoryview:
        """The records as they are kept, 32 bytes each (:data:`SLOT`)."""
        return self._slots

    def __len__(self) -> int:
        return len(self._slots) // SLOT.size

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
        start, stop = places.start * SLOT.size, max(places.start, places.stop) * SLOT.size
        return SlotRecords(self._slots[start:stop], self._instants)

    def __iter__(self) -> Iterator[Record]:
        for place, (code, now, value) in enumerate(SLOT.iter_unpack(self._slots)):
            kind = code % KINDS
            if kind <= END:
                yield code, now
            elif kind == INTEGER:
                yield code, now, value
            elif kind == COUNTER:
                number = SLOT_WITH_FLOAT.unpack_from(self._slots, place * SLOT.size)[2]
                yield code, now, number if number == number else None  # NaN is how a missing value is stored
            else:
                yield code, now, *self._instants[value]
