"""Long captures: the rings are drained into a file while they fill, so that disk is the limit."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

from aero_nb.recorder.export import (
    Event,
    LaneSnapshot,
    Place,
    Snapshot,
    describe,
    events_of,
    gap,
    lane_metadata,
    start_metadata,
    stop_event,
)

DRAIN_S = 0.05
RESERVE_BYTES = 256 * 1024  # kept on disk for the end of the file, so that a full disk leaves a whole trace


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


class Stream:
    """Writes what is recorded to ``path``, as one valid trace once it is finished.

    A write that fails (the disk is full) is tried again at the next drain; what the rings overwrite until then is
    lost, counted, and rows of ``gaps``.

    Raises OSError when ``path`` cannot be written.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path).absolute()
        self._file = self.path.open("wb", buffering=0)
        self._reserve: int | None = _reserve(self.path.parent)
        self._lock = threading.Lock()
        self._finished = threading.Event()
        self._lanes: dict[int, _Written] = {}
        self._gaps: list[dict[str, Any]] = []
        self._written = 0  # bytes that are whole events
        self._error: str | None = None

    def run(self, take: Callable[[], Snapshot]) -> None:
        """Drain what ``take`` shows from now until :meth:`finish`."""
        self._take = take
        threading.Thread(target=self._drain_until_finished, name="aero_nb stream", daemon=True).start()

    def _drain_until_finished(self) -> None:
        while not self._finished.wait(DRAIN_S):
            with contextlib.suppress(OSError):
                self._drain(self._take())

    def document(self) -> bytes:
        """Return the trace so far, whole."""
        if not self._finished.is_set():
            snapshot = self._take()
            with contextlib.suppress(OSError):
                self._drain(snapshot)
            with self._lock:
                written = self.path.read_bytes()[: self._written]
                return (written or self._opening(snapshot)) + self._closing(snapshot)
        return self.path.read_bytes()

    def finish(self) -> None:
        """Write the rest and close the file; harmless the second time."""
        if self._finished.is_set():
            return
        snapshot = self._take()
        with contextlib.suppress(OSError):
            self._drain(snapshot)
        with self._lock:
            self._give_reserve_back()
            try:
                self._write(self._opening(snapshot), self._closing(snapshot))
            except OSError as error:  # more gaps than the reserve holds: keep what the counts say
                self._error = str(error)
                self._gaps = []
                with contextlib.suppress(OSError):
                    self._write(self._opening(snapshot), self._closing(snapshot))
            self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._finished.set()
        self._give_reserve_back()
        self._file.close()

    def _give_reserve_back(self) -> None:
        if self._reserve is not None:
            os.close(self._reserve)
            self._reserve = None

    def _drain(self, snapshot: Snapshot) -> None:
        """Append what is new, wholly or (OSError) not at all. The file is one valid trace then."""
        with self._lock:
            if self._finished.is_set():
                return
            batch = _Batch()
            for lane in snapshot.lanes:
                self._read_lane(lane, snapshot.start_ns, batch)
            if not batch.data:
                return
            if not self._written:
                batch.data.insert(0, self._opening(snapshot))
            before = self._lanes, self._gaps
            self._lanes, self._gaps = self._lanes | batch.lanes, self._gaps + batch.gaps
            try:
                self._write(b",\n".join(batch.data), self._closing(snapshot))
            except OSError as error:
                self._lanes, self._gaps = before
                self._error = str(error)
                with contextlib.suppress(OSError):  # the file stays a whole trace
                    self._write(self._opening(snapshot), self._closing(snapshot))
                raise

    def _opening(self, snapshot: Snapshot) -> bytes:
        """Return how the file begins, as long as it is empty."""
        return b"" if self._written else b'{"traceEvents":[\n' + _lines(list(start_metadata(snapshot)))

    def _read_lane(self, lane: LaneSnapshot, start_ns: int, batch: _Batch) -> None:
        written = self._lanes.get(lane.tid) or _Written(lane.name)
        new = lane.recorded - written.records
        if new <= 0:
            return
        events = events_of(replace(lane, records=lane.records[-new:]), start_ns)
        lost = new - len(events)
        if not events:
            return
        place = Place() if lost else replace(written.place, open_names=written.place.open_names.copy())
        if lost:
            start_us = min(written.place.last_us, events[0]["ts"])
            batch.gaps.append(gap(lane.tid, start_us, events[0]["ts"], lost))
        ends = place.attribute(lane, events)
        batch.gaps += [gap(lane.tid, start_us, end_us, 0) for start_us, end_us in ends]
        batch.data.append(_lines(events))
        batch.lanes[lane.tid] = _Written(lane.name, lane.recorded, written.lost + lost, place)

    def _write(self, events: bytes, closing: bytes) -> None:
        """Append events and, behind them, the end of a whole trace, which the next ones take the place of."""
        separated = b",\n" + events if events and self._written else events
        try:
            self._file.seek(self._written)
            rest = memoryview(separated + closing)
            while rest:
                rest = rest[self._file.write(rest) or 0 :]
            self._file.truncate()  # the end may be shorter than the one before
        except OSError:
            self._file.truncate(self._written)
            raise
        self._written += len(separated)

    def _closing(self, snapshot: Snapshot) -> bytes:
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


def _reserve(folder: Path) -> int | None:
    """Take blocks on the disk of ``folder`` in a file without a name: gone when closed, and after a crash."""
    if not hasattr(os, "posix_fallocate"):
        return None
    import tempfile

    descriptor, name = tempfile.mkstemp(dir=folder)
    Path(name).unlink()
    try:
        os.posix_fallocate(descriptor, 0, RESERVE_BYTES)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
