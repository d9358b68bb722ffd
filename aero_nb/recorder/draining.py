"""Long captures: the rings are drained into a file while they fill, so that disk is the limit."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import Any

from aero_nb.recorder.export import (
    Event,
    Place,
    Snapshot,
    describe,
    events_of,
    gap,
    lane_metadata,
    start_metadata,
    stop_event,
)
from aero_nb.recorder.lanes.snapshot import LaneSnapshot
from aero_nb.recorder.native_lines import parts_of
from aero_nb.sources.repeating import Repeated
from aero_nb.sources.streaming import TraceFile

DRAIN_S = 0.05
BUSY = 4  # a ring of which so large a part is new within DRAIN_S is drained as often as that part can be new
LEAST_PACE, FASTEST_PACE = 20_000, 4_000_000  # records a second of a lane: none that is slower is busy, none is faster
LOOK_S = 0.002  # between the looks at the start, where no pace is known yet, and those below
CALM = 20  # looks that must find no ring busy: its writer may only have waited for the processor


@dataclass
class _Written:
    """How far one lane has been written."""

    name: str
    records: int = 0  # of the lane's records: written, or lost
    lost: int = 0
    place: Place = field(default_factory=Place)


@dataclass
class _Batch:
    """What one drain writes, and how far the lanes are then."""

    data: list[bytes] = field(default_factory=list)
    lanes: dict[int, _Written] = field(default_factory=dict)
    gaps: list[dict[str, Any]] = field(default_factory=list)
    rest_s: float = DRAIN_S  # for so long no ring can be full


class Drain:
    """Writes what is recorded to ``path``, as one valid trace once it is finished.

    A write that fails (the disk is full) is tried again at the next drain; what the rings overwrite until then is
    lost, counted, and rows of ``gaps``.

    Raises OSError when ``path`` cannot be written.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._file = TraceFile(path)
        self._lock = threading.Lock()
        self._finished = False
        self._timer: Repeated | None = None
        self._lanes: dict[int, _Written] = {}
        self._gaps: list[dict[str, Any]] = []
        self._error: str | None = None
        self._looked_s = 0.0  # when the rings were looked at, by time.monotonic()
        self._elapsed_s = 0.0  # between the last two looks
        self._is_new = True

    def run(self, take: Callable[[Mapping[int, int]], Snapshot]) -> None:
        """Drain what ``take`` shows from now until :meth:`finish`; it is told how many records are known, by tid."""
        self._take = take
        self._looked_s = time.monotonic()
        self._timer = Repeated("aero_nb stream", DRAIN_S, self._drain_while_busy, first=LOOK_S)

    def document(self) -> bytes:
        """Return the trace so far, whole."""
        if not self._finished:
            snapshot = self._look()
            self._drain_if_possible(snapshot)
            with self._lock:
                return (self._file.events() or self._opening(snapshot)) + self._ending(snapshot)
        return self._file.path.read_bytes()

    def finish(self) -> None:
        """Write the rest and close the file; harmless the second time."""
        if self._finished:
            return
        snapshot = self._look()
        self._drain_if_possible(snapshot)
        with self._lock:
            self._file.spend_reserve()
            try:
                self._file.append(self._opening(snapshot), self._ending(snapshot))
            except OSError as error:  # more gaps than the reserve holds: keep what the counts say
                self._error = str(error)
                self._gaps = []
                with contextlib.suppress(OSError):
                    self._file.append(self._opening(snapshot), self._ending(snapshot))
            self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._finished = True
        if self._timer is not None:
            self._timer.end()
        self._file.close()

    def _look(self) -> Snapshot:
        with self._lock:  # a write that fails gives back what it took
            known = {tid: written.records for tid, written in self._lanes.items()}
        return self._take(known)

    def _drain_while_busy(self) -> None:
        calm = 0 if self._is_new else CALM - 1
        self._is_new = False
        while calm < CALM and not self._finished:
            now_s = time.monotonic()
            self._elapsed_s, self._looked_s = now_s - self._looked_s, now_s
            batch = self._drain_if_possible(self._look())
            is_busy = batch.rest_s < DRAIN_S
            rest_s, calm = (batch.rest_s, 0) if is_busy else (LOOK_S, calm + 1)
            if rest_s and calm < CALM:
                time.sleep(rest_s)

    def _drain_if_possible(self, snapshot: Snapshot) -> _Batch:
        with contextlib.suppress(OSError):  # the next one tries again
            return self._drain(snapshot)
        return _Batch()

    def _drain(self, snapshot: Snapshot) -> _Batch:
        """Append what is new, wholly or (OSError) not at all. The file is one valid trace then."""
        batch = _Batch()
        with self._lock:
            if self._finished:
                return batch
            for lane in snapshot.lanes:
                self._read_lane(lane, snapshot.start_ns, batch)
            if not batch.data:
                return batch
            if not self._file.written:
                batch.data.insert(0, self._opening(snapshot))
            before = self._lanes, self._gaps
            self._lanes, self._gaps = self._lanes | batch.lanes, self._gaps + batch.gaps
            try:
                self._file.append(b",\n".join(batch.data), self._ending(snapshot))
            except OSError as error:
                self._lanes, self._gaps = before
                self._error = str(error)
                with contextlib.suppress(OSError):  # the file stays a whole trace
                    self._file.append(self._opening(snapshot), self._ending(snapshot))
                raise
            return batch

    def _opening(self, snapshot: Snapshot) -> bytes:
        """Return how the file begins, as long as it is empty."""
        return b"" if self._file.written else b'{"traceEvents":[\n' + _lines(list(start_metadata(snapshot)))

    def _read_lane(self, lane: LaneSnapshot, start_ns: int, batch: _Batch) -> None:
        written = self._lanes.get(lane.tid) or _Written(lane.name)
        new = lane.recorded - written.records
        if new <= 0:
            return
        records = lane.records[-new:]
        pace = len(records) / self._elapsed_s if self._elapsed_s else 0
        if pace > max(LEAST_PACE, lane.capacity / (BUSY * DRAIN_S)):
            left = max(lane.capacity / BUSY - len(records), 0)
            batch.rest_s = min(batch.rest_s, left / FASTEST_PACE)
        lost = new - len(records)
        if not records:
            return
        place = Place() if lost else replace(written.place, open_names=written.place.open_names.copy())
        if lost:
            first_us = (records[0][1] - start_ns) / 1000
            batch.gaps.append(gap(lane.tid, min(written.place.last_us, first_us), first_us, lost))
        for part, first in parts_of(lane, records, start_ns, place, batch.data):
            stretch = replace(lane, records=part, recorded=lane.recorded - len(records) + first + len(part))
            events = events_of(stretch, start_ns)
            ends = place.attribute(stretch, events)
            batch.gaps += [gap(lane.tid, start_us, end_us, 0) for start_us, end_us in ends]
            batch.data.append(_lines(events))
        batch.lanes[lane.tid] = _Written(lane.name, lane.recorded, written.lost + lost, place)

    def _ending(self, snapshot: Snapshot) -> bytes:
        """Return the end of the file: the lanes' names, their last moment, and what is known to be lost."""
        import orjson

        gaps = list(self._gaps)
        stop_us = None if snapshot.stop_ns is None else (snapshot.stop_ns - snapshot.start_ns) / 1000
        lanes: list[LaneSnapshot] = []
        for lane in snapshot.lanes:
            written = self._lanes.get(lane.tid) or _Written(lane.name)
            rest = lane.recorded - written.records  # could not be written
            last_us = written.place.last_us
            if rest > 0 or (lane.finished and written.place.open_names):
                gaps.append(gap(lane.tid, last_us, max(last_us, stop_us or self._last_us()), max(rest, 0)))
            lost = written.lost + max(rest, 0)
            lanes.append(replace(lane, records=(), recorded=lost))
        unwritten = replace(snapshot, lanes=lanes, folded=self._unwritten(snapshot))
        events: list[Event] = list(lane_metadata(unwritten))
        if stop_us is not None:
            events += [stop_event(lane.tid, stop_us) for lane in snapshot.lanes if not lane.finished]
        other: dict[str, Any] = describe(unwritten)
        other["aero_nb"] |= {"gaps": gaps, "stream_error": self._error}
        return b",\n" + _lines(events) + b'\n],\n"otherData":' + orjson.dumps(other) + b"}\n"

    def _last_us(self) -> float:
        return max((written.place.last_us for written in self._lanes.values()), default=0.0)

    def _unwritten(self, snapshot: Snapshot) -> Sequence[tuple[str, int, int]]:
        """Return the folded lanes less the records of theirs that are in the file."""
        shown = {lane.tid for lane in snapshot.lanes}
        in_file: Counter[str] = Counter()
        for tid, written in self._lanes.items():
            if tid not in shown:
                in_file[written.name] += written.records - written.lost
        folded = []
        for name, records, strings in snapshot.folded:
            known = min(records, in_file[name])
            in_file[name] -= known
            folded.append((name, records - known, strings))
        return folded


def _lines(events: list[Event]) -> bytes:
    import orjson

    return b",\n".join(orjson.dumps(event) for event in events)
