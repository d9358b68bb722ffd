"""The ring of one lane that this process writes: fixed in size, overwrites the oldest record, counts exactly.

It is composed: slots that C or Python writes, the names they use, and what instants carry. The parts lie in memory of
this process, or in a lane file (:mod:`aero_nb.recorder.folders.shared_lane`).
"""

from __future__ import annotations

import itertools
import math
import mmap
import sys
import time
from collections import deque
from collections.abc import Callable
from itertools import chain, repeat, starmap
from operator import length_hint
from typing import Any, Protocol

from aero_nb import _native
from aero_nb.recorder.lanes.names import REPRS, NameTable
from aero_nb.recorder.lanes.records import (
    INSTANT,
    SLOT,
    SLOT_BYTES,
    WITH_FLOAT,
    WITH_INTEGER,
    Instants,
    Record,
    SlotRecords,
    slots_between,
)
from aero_nb.recorder.lanes.values import encode_args

_USUAL = 1 << 20  # bytes
_UNDER_WAY = 64  # instants whose payload is kept and whose slot is not yet: calls within calls, of signal handlers


def native_rings(clock_ns: Callable[[], int]) -> Any:
    """Return the core if it can write the rings of a recorder with this clock, None: they are written in Python.

    Raises ImportError where AERO_NB_NATIVE asks for a core that is not there.
    """
    is_its_clock = clock_ns is time.perf_counter_ns and _clock_is_monotonic()
    return _native.core() if is_its_clock and sys.byteorder == "little" else None


def _clock_is_monotonic() -> bool:
    return time.get_clock_info("perf_counter").implementation == "clock_gettime(CLOCK_MONOTONIC)"


class PythonSlots:
    """Slots that Python writes: the twin of the core's ``Ring``, simple and slower."""

    def __init__(self, capacity: int, memory: Any, offset: int, written: int) -> None:
        laps, place = divmod(written, capacity)
        places = range(offset, offset + capacity * SLOT_BYTES, SLOT_BYTES)

        def numbers() -> itertools.chain[int]:
            later = map(repeat, itertools.count(laps + 2), repeat(capacity))
            return chain(repeat(laps + 1, capacity - place), chain.from_iterable(later))

        offsets = chain(places[place:], chain.from_iterable(repeat(places)))
        given: deque[bytes] = deque()
        taken = starmap(given.pop, repeat(()))  # the last one: a signal handler's, while one before still waits
        self._give = given.append
        self._ahead = repeat(memory, sys.maxsize - written)
        self._store = map(SLOT.pack_into, self._ahead, offsets, numbers(), taken, numbers())

    def write(self, code: int, now: int, value: float = 0) -> None:
        """Write one record; an int is kept as such. Raises struct.error where one does not fit 64 bits."""
        self._give((WITH_FLOAT if type(value) is float else WITH_INTEGER).pack(code, now, value))
        next(self._store)  # one step: nobody sees a record counted that is missing

    @property
    def recorded(self) -> int:
        """How many records were ever written."""
        return sys.maxsize - length_hint(self._ahead)


class Payloads(Protocol):
    """What instants carry, kept beside the slots."""

    def keep(self, scope: str, args: bytes | None) -> int:
        """Keep it, and return the value by which a slot shows it."""

    def all(self) -> Instants:
        """Return those that are kept at this moment."""


class MemoryPayloads:
    """What instants carry, in memory of this process."""

    def __init__(self, capacity: int) -> None:
        self._numbers = itertools.count()
        self._kept: deque[tuple[int, Record]] = deque(maxlen=capacity + _UNDER_WAY)

    def keep(self, scope: str, args: bytes | None) -> int:
        """Keep it, and return the value by which a slot shows it."""
        number = next(self._numbers)
        self._kept.append((number, (scope, args)))
        return number

    def all(self) -> Instants:
        """Return those that are kept at this moment."""
        return dict(self._kept)  # one step under the GIL


class Ring:
    """The last ``capacity`` records of one lane. Only one thread writes; any thread may read it meanwhile."""

    def __init__(
        self, slots: tuple[int, Any, int], names: NameTable, payloads: Payloads, core: Any, written: int = 0
    ) -> None:
        """Compose it. ``slots``: capacity, where they lie, offset there; ``written``: how many there have been."""
        self.capacity, self._memory, self._offset = slots
        self.names = names
        self._payloads = payloads
        self.native: Any = None if core is None else core.Ring(self.capacity, names.begins, *slots[1:], written)
        self._slots: Any = PythonSlots(*slots, written) if core is None else self.native

    @classmethod
    def in_memory(cls, records: int, strings: int, core: Any = None) -> Ring:
        """Make an empty ring in memory: where there is none for so many records, of as many as there is room for."""
        names = NameTable(strings)
        while True:
            try:
                memory = _memory(records * SLOT_BYTES)
                return cls((records, memory, 0), names, MemoryPayloads(records), core)
            except (MemoryError, OverflowError, OSError, ValueError):
                if records == 1:
                    raise
                records //= 2

    def record(self, kind: int, name: object, now: int, payload: Record = (), reprs: int = 0) -> None:
        """Store one record, over the oldest if the ring is full. It is in the ring when this returns."""
        code = self.names.code(kind, name)
        if reprs:
            self.names.counts[REPRS] += reprs
        value: float = 0
        if kind == INSTANT:
            value = self._payloads.keep(*payload)
        elif payload:
            value = math.nan if payload[0] is None else payload[0]
        self._slots.write(code, now, value)

    def mark_start(self, now: int, start_epoch_us: int) -> None:
        """Record that the recording began, and when by the wall clock."""
        args, _ = encode_args({"startTimeEpochUs": start_epoch_us})
        self.record(INSTANT, "traceStart", now, ("p", args))

    @property
    def recorded(self) -> int:
        """How many records were ever written."""
        recorded: int = self._slots.recorded
        return recorded

    def between(self, first: int, stop: int) -> SlotRecords:
        """Return the records that were written as number ``first`` to ``stop``, oldest first: those that still are."""
        slots = slots_between(self._memory, self._offset, self.capacity, first, stop)
        instants = self._payloads.all()
        first = stop - len(slots) // SLOT_BYTES
        overwritten = max(self.recorded - self.capacity - first, 0)  # since: what they carry may be gone
        return SlotRecords(slots[overwritten * SLOT_BYTES :], instants)


def _memory(size: int) -> mmap.mmap:
    """Return so many bytes; raises OSError where there are none.

    Those of a usual ring are there at once, as its first lap would be slower than the others by a tenth; those of a
    larger one take no room before they are used.
    """
    if sys.platform == "win32":
        return mmap.mmap(-1, size)
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS  # a forked child has its own
    if size <= _USUAL:
        flags |= getattr(mmap, "MAP_POPULATE", 0)
    return mmap.mmap(-1, size, flags=flags)
