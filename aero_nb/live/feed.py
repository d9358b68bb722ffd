"""What the Sources of a capture recorded since the last look, as the next push to the page."""

import time
from collections.abc import Sequence
from typing import cast

import numpy as np

from aero_nb.live.lanes import LiveLane, Names
from aero_nb.live.marks import Marker
from aero_nb.live.numbers import Frames, Series
from aero_nb.live.wire import Batch, CounterHead, LaneHead, Numbers, Push, columns
from aero_nb.sources.conditions import Condition
from aero_nb.sources.live import LaneNews, LiveReader

MOST_RECORDS = 20_000  # a push: more than a screen can show, and what bounds the view's own cost
KEYFRAME = 8  # pushes: every so many bears all names, for a page that was not there before; the first ones too
MOST_COUNTERS = 12  # in the row of numbers
MARKS_SHOWN = 100


class Feed:
    """Makes pushes of what ``readers`` (each with what its Source is called) have read.

    Every push has all that is needed to draw what it brings: a page that missed one lacks that one's spans and no more.
    ``mark_when``: mark where this begins to hold.
    """

    def __init__(self, readers: Sequence[tuple[str, LiveReader]], mark_when: Condition | None = None) -> None:
        self._readers = readers
        self._mark_when = mark_when
        self._recording = -1
        self._starts: list[int] = []
        self._number = 0
        self._bytes = 0
        self._pushed_s = time.monotonic()
        self.start_ns = 0  # of what is pushed, since the Unix epoch
        self._last_read_ns = 0
        self._marker: Marker | None = None

    def push(self, spent_s: float = 0.0) -> tuple[Push, bytes]:
        """Read what is new; return the JSON and the columns to send. ``spent_s``: what the last one took, of the CPU.

        Call it from one thread at a time.
        """
        news = [reader.read(MOST_RECORDS // len(self._readers)) for _, reader in self._readers]
        starts = [one.start_ns for one in news]
        if starts != self._starts:
            self._begin(starts)
        batch = Batch()
        for source, one in enumerate(news):
            for lane in one.lanes:
                self._add(source, lane, batch)
        now_ns = max(one.now_ns for one in news)
        if self._marker is not None:
            self._marker.look(batch, self._names)
        data = columns(batch, self.start_ns)
        push = self._push(now_ns, batch, spent_s)
        self._last_read_ns = now_ns
        self._number += 1
        self._bytes = len(data)
        return push, data

    def _begin(self, starts: list[int]) -> None:
        """Forget what was recorded before."""
        self._recording += 1
        self._starts = starts
        self.start_ns = self._last_read_ns = min(starts)
        self._names = Names()
        self._names_sent = 0
        self._lanes: dict[tuple[int, int], LiveLane] = {}
        self._frames = Frames()
        self._series: dict[tuple[int, int], Series] = {}
        self._marker = None if self._mark_when is None else Marker(self._mark_when)

    @property
    def marks(self) -> list[tuple[int, str]]:
        """What was marked so far: ns since the start of the recording, and why."""
        marks = [] if self._marker is None else self._marker.marks
        return [(at - self.start_ns, text) for at, text in marks]

    def _add(self, source: int, news: LaneNews, batch: Batch) -> None:
        lane = self._lanes.setdefault((source, news.lane), LiveLane(len(self._lanes)))
        known = len(batch.samples)  # blocks
        starts = lane.add(news, self._names, self._last_read_ns, batch)
        batch.frames.append(self._frames.add(lane.number, starts, after_loss=news.missed > 0))
        for samples, values in zip(batch.samples[known:], batch.values[known:], strict=True):
            for name in np.unique(samples[:, 1]).tolist():
                series = self._series.setdefault((lane.number, name), Series(self._names.texts[name]))
                series.add(values[samples[:, 1] == name])

    def _push(self, now_ns: int, batch: Batch, spent_s: float) -> Push:
        lanes = list(self._lanes.items())
        opened: list[tuple[int, int, int, float]] = [
            (lane.number, name, depth, began_ns - self.start_ns)
            for _, lane in lanes
            for depth, (name, began_ns) in enumerate(lane.open)
        ]
        first = 0 if self._number < KEYFRAME or self._number % KEYFRAME == 0 else self._names_sent
        self._names_sent = len(self._names.texts)
        return {
            "number": self._number,
            "recording": self._recording,
            "now": now_ns - self.start_ns,
            "first": first,
            "names": self._names.texts[first:],
            "lanes": [self._head(source, lane, now_ns) for (source, _), lane in lanes],
            "open": opened,
            "numbers": self._numbers(now_ns, spent_s),
            "counts": batch.counts,
            "marks": self.marks[-MARKS_SHOWN:],
        }

    def _head(self, source: int, lane: LiveLane, now_ns: int) -> LaneHead:
        passed = max(now_ns - self._last_read_ns, 1)
        busy = min(lane.busy_until(now_ns, self._last_read_ns) / passed, 1.0)
        return {"name": lane.name, "source": self._readers[source][0], "busy": busy, "missed": lane.missed}

    def _numbers(self, now_ns: int, spent_s: float) -> Numbers:
        before_s, self._pushed_s = self._pushed_s, time.monotonic()
        passed_s = max(self._pushed_s - before_s, 1e-9)
        cost = {"cpu": spent_s / passed_s, "bytes_per_s": self._bytes / passed_s}
        lanes = self._lanes.values()
        lost = {
            "overwritten": sum(lane.overwritten for lane in lanes),
            "missed": sum(lane.missed for lane in lanes),
        }
        counters = self._counters(now_ns)
        return cast(Numbers, {**self._frames.numbers(now_ns), **lost, **cost, "counters": counters})

    def _counters(self, now_ns: int) -> list[CounterHead]:
        heads: list[CounterHead] = []
        for series in [*self._series.values()][:MOST_COUNTERS]:
            value, rate = series.pushed(now_ns)
            heads.append({"name": series.name, "value": value, "rate": rate})
        return heads

    def close(self) -> None:
        """Let go of what the readers opened."""
        for _, reader in self._readers:
            reader.close()
