"""The numbers of a live view: frames of the last minute, counters as levels or rates."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from aero_nb.analysis.frame_times import BUDGET_US, LATE
from aero_nb.live.wire import Rows

MINUTE_NS = 60_000_000_000
SECOND_NS = 1_000_000_000
_CLEARLY_MORE = 1.5
_NONE = np.empty((0, 2), np.int64)
_TO_BE_CUMULATIVE = 2  # rises without a fall, as analysis.counter_kinds has it


class Frames:
    """The intervals between frames, of the lane that has most of them."""

    def __init__(self) -> None:
        self._last: dict[int, int] = {}  # lane -> when its last frame began
        self._seen: Counter[int] = Counter()
        self._taken = -1
        self._minutes: dict[int, _Minute] = {}  # by lane

    def add(self, lane: int, starts: list[int], *, after_loss: bool) -> Rows:
        """Add frames of a lane by when they began; return (began, ns to the next one) where the lane is the main one.

        ``after_loss``: records are missing before them, and the interval that holds those says nothing.
        """
        last = None if after_loss else self._last.get(lane)
        if not starts:
            if after_loss:
                self._last.pop(lane, None)
            return _NONE
        began = np.array(starts if last is None else [last, *starts], np.int64)
        found = np.column_stack([began[:-1], np.diff(began)])
        found = found[found[:, 1] >= 0]  # of a clock that was set back
        self._last[lane] = starts[-1]
        self._seen[lane] += len(starts)
        self._minutes.setdefault(lane, _Minute()).add(found)
        return found if lane == self._main else _NONE

    @property
    def _main(self) -> int:
        """The lane that has most frames; of two that keep the same pace, one for good."""
        most = max(self._seen, key=lambda lane: self._seen[lane])
        if self._taken not in self._seen or self._seen[most] > _CLEARLY_MORE * self._seen[self._taken]:
            self._taken = most
        return self._taken

    def numbers(self, now_ns: int) -> dict[str, float | None]:
        """Return ``fps`` and ``frame_ms`` of the last second, ``low``, ``late`` and ``frames`` of the last minute."""
        if not self._seen:
            return {"fps": None, "frame_ms": None, "low": None, "late": 0, "frames": 0}
        for minute in self._minutes.values():
            minute.forget(now_ns - MINUTE_NS)
        last = self._minutes[self._main]
        latest = last.ending_since(now_ns - SECOND_NS)
        frame_ms = float(latest.mean()) if len(latest) else None
        return {
            "fps": _per_second(frame_ms) if len(latest) else 0.0,
            "frame_ms": frame_ms,
            "low": _per_second(last.p99_ms()),
            "late": last.late,
            "frames": len(last),
        }


class _Minute:
    """The intervals between frames of a lane in the last minute, in blocks of about a second.

    A tight loop makes a million a minute, and a push is to cost what is new: each block is sorted and counted once.
    """

    def __init__(self) -> None:
        self._blocks: deque[_Block] = deque()

    def __len__(self) -> int:
        return sum(len(block.ms) for block in self._blocks)

    @property
    def late(self) -> int:
        """How many frames were late."""
        return sum(block.late for block in self._blocks)

    def add(self, intervals: Rows) -> None:
        """Add what is new: when each frame began, and the ns to the next one."""
        if not len(intervals):
            return
        if self._blocks and intervals[-1, 0] - self._blocks[-1].intervals[0, 0] < SECOND_NS:
            intervals = np.concatenate([self._blocks.pop().intervals, intervals])
        self._blocks.append(_Block.of(intervals))

    def forget(self, before_ns: int) -> None:
        """Forget the frames that began before."""
        while self._blocks and self._blocks[0].intervals[-1, 0] < before_ns:
            self._blocks.popleft()
        if self._blocks and self._blocks[0].intervals[0, 0] < before_ns:
            oldest = self._blocks[0].intervals
            self._blocks[0] = _Block.of(oldest[oldest[:, 0] >= before_ns])

    def ending_since(self, since_ns: int) -> npt.NDArray[np.float64]:
        """Return the intervals (ms) that end then or later."""
        found = [np.empty(0)]
        for block in reversed(self._blocks):
            began, lengths = block.intervals.T
            recent = lengths[began + lengths >= since_ns]
            if not len(recent):
                break
            found.append(recent / 1e6)
        return np.concatenate(found[::-1])

    def p99_ms(self) -> float | None:
        """Return the interval below which 99% of them lie, as ``percentiles`` has it; None of none."""
        count = len(self)
        if not count:
            return None
        place = 0.99 * (count - 1)
        above = count - int(place)  # so many are at that place or behind it
        # The longest 3% of half of the seconds hold as many as are wanted, unless few seconds had all the long ones.
        floors = sorted(float(block.ms[int(0.97 * len(block.ms))]) for block in self._blocks)
        for floor in (floors[len(floors) // 2], floors[0], 0.0):
            longest = np.concatenate([block.ms[np.searchsorted(block.ms, floor) :] for block in self._blocks])
            if len(longest) >= above:
                break
        first = len(longest) - above
        ends = first, min(first + 1, len(longest) - 1)
        low, high = np.partition(longest, ends)[[*ends]].tolist()
        return float(low + (high - low) * (place - int(place)))


class _Block(NamedTuple):
    intervals: Rows
    ms: npt.NDArray[np.float64]  # sorted
    late: int

    @classmethod
    def of(cls, intervals: Rows) -> "_Block":
        """Sort and count the intervals."""
        ms = np.sort(intervals[:, 1] / 1e6)
        return cls(intervals, ms, int(np.count_nonzero(ms * 1000 > BUDGET_US * LATE)))


def _per_second(ms: float | None) -> float | None:
    return 1000 / ms if ms else None


@dataclass
class Series:
    """A counter's samples of the last second or so."""

    name: str
    value: float | None = None
    rises: int = 0
    falls: int = 0
    recent: deque[tuple[int, float]] = field(default_factory=deque)  # its last sample, as of each push

    def add(self, values: npt.NDArray[np.float64]) -> None:
        """Add samples."""
        steps = np.diff(values, prepend=values[:1] if self.value is None else self.value)
        self.rises += int(np.count_nonzero(steps > 0))
        self.falls += int(np.count_nonzero(steps < 0))
        self.value = float(values[-1])

    def pushed(self, now_ns: int) -> tuple[float, bool]:
        """Return its value, or how much it rises a second where it only ever rose, and which of both that is."""
        value = self.value or 0.0
        while len(self.recent) > 1 and self.recent[1][0] <= now_ns - SECOND_NS:
            self.recent.popleft()
        self.recent.append((now_ns, value))
        (then_ns, before), is_rate = self.recent[0], not self.falls and self.rises >= _TO_BE_CUMULATIVE
        if is_rate and now_ns > then_ns:
            return (value - before) * SECOND_NS / (now_ns - then_ns), True
        return value, False
