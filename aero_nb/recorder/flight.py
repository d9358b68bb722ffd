"""A flight recorder: records for hours, and keeps only the seconds around what was worth it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from aero_nb.recorder.export import (
    PID,
    Event,
    Snapshot,
    describe,
    gap,
    lane_metadata,
    name_ends,
    start_metadata,
    to_json,
)
from aero_nb.recorder.lanes.snapshot import LaneSnapshot
from aero_nb.recorder.recorder import Recorder
from aero_nb.recorder.this_process import perf
from aero_nb.sources.conditions import FRAME, Condition
from aero_nb.sources.live import LaneNews, LiveEvent, LiveReader
from aero_nb.sources.repeating import Repeated

LOOK_S = 0.05
MOST_RECORDS = 10_000_000  # a look: all there are
MOST_HELD = 500_000  # records of a lane whose fate is open
LONGEST_FRAME_US = 60e6  # what comes later than this is no next frame, and nothing waits for it


class KeptTimes:
    """Intervals (µs) of the recording, apart from each other and in order."""

    def __init__(self) -> None:
        self.starts: list[float] = []
        self.ends: list[float] = []

    def add(self, start_us: float, end_us: float) -> None:
        """Add an interval; those that it touches become one with it."""
        first = bisect_left(self.ends, start_us)
        last = bisect_right(self.starts, end_us)
        if first < last:
            start_us, end_us = min(start_us, self.starts[first]), max(end_us, self.ends[last - 1])
        self.starts[first:last], self.ends[first:last] = [start_us], [end_us]

    def at(self, ts_us: float) -> int:
        """Return the place of the interval that holds a moment, -1 for none."""
        place = bisect_right(self.starts, ts_us) - 1
        return place if place >= 0 and ts_us <= self.ends[place] else -1

    def before(self, ts_us: float) -> float:
        """Return the end of the last interval before a moment; 0: the start of the recording."""
        place = bisect_left(self.ends, ts_us) - 1
        return self.ends[place] if place >= 0 else 0.0


@dataclass
class _Lane:
    """A lane: what is kept of it, and what may be yet."""

    tid: int
    name: str = ""
    kept: list[Event] = field(default_factory=list)
    gaps: list[dict[str, Any]] = field(default_factory=list)
    held: deque[Event | int] = field(default_factory=deque)  # a number: so many records were lost there
    open_names: list[str] = field(default_factory=list)
    frame_us: float | None = None  # when the last frame began
    dropped: int = 0  # since the last kept record
    all_dropped: int = 0
    was_lost: bool = False  # some of them by the ring, within what is kept

    def drop(self, count: int, *, by_ring: bool) -> None:
        """Count records that are not kept."""
        self.dropped += count
        self.all_dropped += count
        self.was_lost |= by_ring

    def keep(self, event: Event, times: KeptTimes) -> None:
        """Keep a record, behind a gap where there were others before it."""
        if self.dropped:
            since = self.kept[-1]["ts"] if self.kept else 0.0
            if not self.was_lost:  # nothing is missing in the times that are kept
                since = max(since, times.before(event["ts"]))
            start = event["ts"] if self.was_lost else max(times.starts[times.at(event["ts"])], since)
            self.gaps.append(gap(self.tid, since, start, self.dropped))
            self.dropped, self.was_lost = 0, False
        self.kept.append(event)


class FlightRecorder:
    """Records this process, and keeps only what lies around the moments at which something was the matter.

    A Source, to capture in place of ``aero_nb.perf``: ``aero_nb.capture(FlightRecorder("frame_ms > 33", around=2))``.
    The rings are read twenty times a second; what lies farther than ``around`` seconds from every such moment is
    dropped and counted, and the time between is a row of ``gaps`` of the Trace. So memory grows with what is kept and
    not with the time it runs. Spans that are open where a gap begins end there, unfinished.

    Args:
        keep_when: ``NAME OP NUMBER``, as in ``"frame_ms > 33"``: ``frame_ms`` is the interval between frames (spans
            named ``frame``; all of it is kept, and the seconds before and behind), another name a counter's samples.
        around: seconds to keep before and behind.
        recorder: what records.

    Raises ValueError for a condition that cannot be read, or ``around`` that is not positive.
    """

    start_options = ("records",)
    label = "this process"

    def __init__(self, keep_when: str, around: float = 2.0, *, recorder: Recorder = perf) -> None:
        if not 0 < around < float("inf"):
            raise ValueError(f"expected seconds around a moment, more than 0, found {around!r}")
        self.keep_when = Condition.of(keep_when)
        self.around = around
        self._recorder = recorder
        self._reader: LiveReader | None = None
        self._timer: Repeated | None = None
        self._lock = Lock()

    @property
    def is_recording(self) -> bool:
        """Whether the recorder records at this moment."""
        return self._recorder.is_recording

    @property
    def recording(self) -> int | None:
        """The number of the running recording; None while none runs."""
        return self._recorder.recording

    def live(self) -> LiveReader:
        """Return a reader of what is recorded, kept or not."""
        return self._recorder.live()

    def start(self, *, records: int | None = None) -> None:
        """Record from now on; ``records``: that each lane's ring holds, which must last for a tenth of a second."""
        self._end()
        self._recorder.trace_start(records=records)
        self._reader = self._recorder.live()
        self._lanes: dict[int, _Lane] = {}
        self._times = KeptTimes()
        self._start_ns = self._now_ns = 0
        self._settled_us = 0.0  # what was recorded before is kept or dropped for good
        self._timer = Repeated("aero_nb flight recorder", LOOK_S, self._look)

    def export(self) -> bytes:
        """Return what is kept so far, up to the moments whose seconds are not over."""
        self._look()
        with self._lock:
            return to_json(self._document())

    def stop(self) -> bytes:
        """Stop recording and return what is kept."""
        self._recorder.trace_stop()
        self._end()
        with self._lock:
            self._keep_what_hangs()
            for lane in self._lanes.values():
                self._settle(lane, float("inf"))
            return to_json(self._document())

    def _end(self) -> None:
        """Look a last time and read no more."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.join()
            self._look()
        if self._reader is not None:
            self._reader.close()

    def _look(self) -> None:
        """Take what is new in, and settle the fate of what is old."""
        with self._lock:
            if self._reader is None:
                return
            news = self._reader.read(MOST_RECORDS)
            if self._start_ns not in (0, news.start_ns):
                return  # started anew by hand: the capture will say so
            self._start_ns, self._now_ns = news.start_ns, news.now_ns
            for one in news.lanes:
                self._take(one)
            now_us = self._us(self._now_ns)
            frames = [lane.frame_us for lane in self._lanes.values() if lane.frame_us is not None]
            running = [began_us for began_us in frames if began_us > now_us - LONGEST_FRAME_US]
            self._settled_us = max(self._settled_us, min([now_us, *running]) - self.around * 1e6)
            for lane in self._lanes.values():
                self._settle(lane, self._settled_us)

    def _keep_what_hangs(self) -> None:
        """Keep the time around a frame that runs since too long, though it had no end yet."""
        now_us = self._us(self._now_ns)
        for lane in self._lanes.values():
            if lane.frame_us is not None and self.keep_when.comparison.startswith(">"):
                self._watch_frame(lane.frame_us, now_us)

    def _us(self, at_ns: int) -> float:
        return (at_ns - self._start_ns) / 1000

    def _take(self, news: LaneNews) -> None:
        lane = self._lanes.setdefault(news.lane, _Lane(news.lane + 1))
        lane.name = news.name
        if news.missed:
            lane.held.append(news.missed)
            lane.open_names.clear()
            lane.frame_us = None
        for one in news.events:
            event = self._event(one, lane.tid)
            self._watch(lane, event)
            name_ends([event], lane.open_names)
            lane.held.append(event)

    def _event(self, event: LiveEvent, tid: int) -> Event:
        """Return it as an export has it."""
        ph, name, at_ns, value = event
        common: Event = {"name": name, "cat": "aero", "ph": ph, "ts": self._us(at_ns), "pid": PID, "tid": tid}
        if ph == "C":
            return common | {"name": "counters", "args": {name: value}}
        if ph == "i":
            import orjson

            scope, args = value
            return common | {"s": scope} | ({} if args is None else {"args": orjson.loads(args)})
        return common

    def _watch(self, lane: _Lane, event: Event) -> None:
        """Keep the time around a record at which the condition holds."""
        at_us = event["ts"]
        if not self.keep_when.is_of_frames:
            value = event["args"].get(self.keep_when.name) if event["ph"] == "C" else None
            if value is not None and self.keep_when.holds(value):
                self._keep(at_us, at_us)
        elif event["ph"] == "B" and event["name"] == FRAME and FRAME not in lane.open_names:
            if lane.frame_us is not None:
                self._watch_frame(lane.frame_us, at_us)
            lane.frame_us = at_us

    def _watch_frame(self, began_us: float, ended_us: float) -> None:
        if self.keep_when.holds((ended_us - began_us) / 1000):
            self._keep(began_us, ended_us)

    def _keep(self, start_us: float, end_us: float) -> None:
        around_us = self.around * 1e6
        self._times.add(max(start_us - around_us, self._settled_us), end_us + around_us)

    def _settle(self, lane: _Lane, until_us: float) -> None:
        """Keep or drop what was recorded before ``until_us``."""
        held, times = lane.held, self._times
        while held:
            first = held[0]
            if isinstance(first, int):
                follows = held[1] if len(held) > 1 else None
                if isinstance(follows, dict) and follows["ts"] >= until_us:
                    return
                lane.drop(first, by_ring=True)
            elif times.at(first["ts"]) >= 0:
                lane.keep(first, times)
            elif first["ts"] < until_us:
                lane.drop(1, by_ring=False)
            elif len(held) > MOST_HELD:
                lane.drop(1, by_ring=True)  # it might have been kept
            else:
                return
            held.popleft()

    def _document(self) -> dict[str, Any]:
        lanes = sorted(self._lanes.values(), key=lambda lane: lane.tid)
        shown = [LaneSnapshot(lane.name, lane.tid, recorded=lane.all_dropped) for lane in lanes]
        snapshot = Snapshot(shown, enabled=self.is_recording, start_epoch_us=self._start_ns // 1000)
        gaps = [one for lane in lanes for one in [*lane.gaps, *self._last_gap(lane)]]
        events = sorted((event for lane in lanes for event in lane.kept), key=lambda event: event["ts"])
        other = describe(snapshot)
        kept = [list(one) for one in zip(self._times.starts, self._times.ends, strict=True)]
        other["aero_nb"] |= {"gaps": gaps, "kept": {"when": str(self.keep_when), "around_s": self.around, "us": kept}}
        return {"traceEvents": [*start_metadata(snapshot), *lane_metadata(snapshot), *events], "otherData": other}

    def _last_gap(self, lane: _Lane) -> list[dict[str, Any]]:
        """Return the gap behind the last record that is kept, if there is one."""
        end_us = self._us(self._now_ns)
        since_us = max(self._times.before(end_us), lane.kept[-1]["ts"] if lane.kept else 0.0)
        return [gap(lane.tid, since_us, max(end_us, since_us), lane.dropped)] if lane.dropped else []
