"""Reading a recorder while it records: what is new in each lane, at the cost of what is new."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from aero_nb.recorder.lane_files import instant_payload
from aero_nb.recorder.live_events import RecordedEvents, whole_slots
from aero_nb.recorder.memory_ring import Record, Ring
from aero_nb.recorder.native_ring import SlotRecords
from aero_nb.recorder.shared_ring import (
    ARGS_RESERVED,
    COUNTERS_AT,
    HEADER_BYTES,
    SLOT_BYTES,
    STRINGS_KEPT,
    LaneHeader,
    LaneIdentity,
    count_records,
    read_names,
)
from aero_nb.recorder.thread_lanes import Lane
from aero_nb.sources.live import LaneNews, News


class ReadableLane(Protocol):
    """A ring that can be read from a position on."""

    @property
    def name(self) -> str:
        """The lane's name at this moment."""

    @property
    def recorded(self) -> int:
        """How many records were ever written."""

    @property
    def overwritten(self) -> int:
        """How many of them are lost."""

    def between(self, first: int, stop: int) -> Sequence[Record]:
        """Return the records that were written as number ``first`` to ``stop``, oldest first: those that still are."""

    def names(self) -> list[str]:
        """Return the interned names so far, by index."""

    def close(self) -> None:
        """Let go of it."""


class MemoryLane:
    """A lane of this process."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._ring: Ring = lane.ring  # a new start gives the lane another one

    @property
    def name(self) -> str:
        """The lane's name at this moment."""
        return self._lane.name

    @property
    def recorded(self) -> int:
        """How many records were ever written."""
        return self._ring.recorded

    @property
    def overwritten(self) -> int:
        """How many of them are lost."""
        return max(self.recorded - self._ring.capacity, 0)

    def between(self, first: int, stop: int) -> Sequence[Record]:
        """Return the records that were written as number ``first`` to ``stop``, oldest first: those that still are."""
        if first >= stop:
            return []
        # Whole: its thread writes on, and a part cannot be copied in one step.
        recorded, records = self._ring.snapshot()
        oldest = recorded - len(records)
        return records[max(first - oldest, 0) : max(stop - oldest, 0)]

    def names(self) -> list[str]:
        """Return the interned names so far, by index."""
        return self._ring.names.strings

    def close(self) -> None:
        """Let go of it."""


class FileLane:
    """A lane file, which another process may be writing, or may have died writing.

    Raises FileNotFoundError where there is no file, ValueError where it is no lane file (yet).
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            header = LaneHeader.of(file.read(HEADER_BYTES))
            self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._layout = header.layout
        self._counters = memoryview(self._memory)[COUNTERS_AT:HEADER_BYTES].cast("Q")
        self._names: list[str] = []
        self._recorded = 0

    @staticmethod
    def identity_of(path: Path) -> LaneIdentity:
        """Return who made a lane file; raises as making one of these does."""
        with path.open("rb") as file:
            return LaneHeader.of(file.read(HEADER_BYTES)).identity

    @property
    def name(self) -> str:
        """The lane's name at this moment."""
        return LaneHeader.of(self._memory).identity.name

    @property
    def recorded(self) -> int:
        """How many records were ever written; a torn one does not count."""
        # Counted while its writer begins another lap it may be too few, so it never falls.
        self._recorded = max(self._recorded, count_records(self._memory, self._layout))
        return self._recorded

    @property
    def overwritten(self) -> int:
        """How many of them are lost."""
        return max(self._recorded - self._layout.records, 0)

    def between(self, first: int, stop: int) -> Sequence[Record]:
        """Return the records that were written as number ``first`` to ``stop``, oldest first: those that still are.

        One that is being overwritten while it is copied, or whose writer was killed in the middle of it, is left out.
        """
        capacity = self._layout.records
        first = max(first, stop - capacity)
        found = b""
        while first < stop:
            lap, place = divmod(first, capacity)
            count = min(stop - first, capacity - place)
            at = HEADER_BYTES + place * SLOT_BYTES
            found += whole_slots(self._memory[at : at + count * SLOT_BYTES], lap + 1)
            first += count
        return SlotRecords(found, self)

    def __getitem__(self, value: int) -> Record:
        """Return scope and args of an instant, by the value in its slot."""
        return instant_payload(value, self._memory, self._layout, lambda: self._counters[ARGS_RESERVED])

    def names(self) -> list[str]:
        """Return the interned names so far, by index."""
        kept = self._counters[STRINGS_KEPT]
        if kept > len(self._names):
            self._names = read_names(self._memory, self._layout, kept)[0]
        return self._names

    def close(self) -> None:
        """Let go of the file."""
        self._counters.release()
        self._memory.close()


class Look(NamedTuple):
    """What a recorder says of itself at one moment."""

    start_ns: int  # by its own clock, when the recording began
    now_ns: int
    start_epoch_ns: int  # by the wall clock, when the recording began
    streamed: bool  # into a file: what a ring overwrites is not lost
    lanes: Mapping[Hashable, ReadableLane]  # those that are not known yet, each under a key for good


class _Place(NamedTuple):
    """How far a lane has been read."""

    number: int
    lane: ReadableLane
    position: int


class RecorderReader:
    """The :class:`~aero_nb.sources.live.LiveReader` of a recorder: its threads, and its workers through their files.

    A thread's ring is copied in one step and looked at afterwards, so that nobody waits for it.
    ``look`` is asked with the keys of the lanes that are known, and the start that they are of.
    """

    def __init__(self, look: Callable[[Collection[Hashable], int], Look]) -> None:
        self._look = look
        self._start_ns = -1
        self._places: dict[Hashable, _Place] = {}

    def read(self, most: int) -> News:
        """Return what is new since the last call, ``most`` records at most."""
        look = self._look(self._places, self._start_ns)
        if look.start_ns != self._start_ns:  # another recording
            self.close()
            self._start_ns = look.start_ns
        for key, lane in look.lanes.items():
            self._places[key] = _Place(len(self._places), lane, 0)
        recorded = {key: place.lane.recorded for key, place in self._places.items()}  # what is later is read next time
        new = sum(recorded.values()) - sum(place.position for place in self._places.values())
        share = min(most / max(new, 1), 1)
        shift_ns = look.start_epoch_ns - look.start_ns
        news = [self._lane_news(key, stop, share, shift_ns, look) for key, stop in recorded.items()]
        latest = max((lane.events[-1][2] for lane in news if lane.events), default=0)
        return News(look.start_epoch_ns, max(look.now_ns + shift_ns, latest), news)

    def close(self) -> None:
        """Let go of all lanes."""
        for place in self._places.values():
            place.lane.close()
        self._places = {}

    def _lane_news(self, key: Hashable, stop: int, share: float, shift_ns: int, look: Look) -> LaneNews:
        number, lane, position = self._places[key]
        records = lane.between(stop - int((stop - position) * share), stop)
        events = RecordedEvents(records, lane.names(), shift_ns)  # after the records: the names of all of them
        self._places[key] = _Place(number, lane, stop)
        missed = stop - position - len(records)
        return LaneNews(number, lane.name, events, missed, 0 if look.streamed else lane.overwritten)
