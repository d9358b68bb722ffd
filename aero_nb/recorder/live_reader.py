"""Reading a recorder while it records: what is new in each lane, at the cost of what is new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from typing import NamedTuple

from aero_nb.recorder.lanes.snapshot import ReadableLane
from aero_nb.recorder.live_events import RecordedEvents
from aero_nb.sources.live import LaneNews, News


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
