"""The numbers of a live view: frames of the last minute, counters as levels or rates."""

from collections import Counter, deque
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from aero_nb.analysis.frame_times import BUDGET_US, LATE
from aero_nb.analysis.percentiles import percentiles
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
        self._intervals: dict[int, deque[Rows]] = {}  # lane -> (began, ns to the next) of the last minute and a bit

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
        self._intervals.setdefault(lane, deque()).append(found)
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
        for kept in self._intervals.values():
            while kept and (not len(kept[0]) or kept[0][-1, 0] < now_ns - MINUTE_NS):
                kept.popleft()
        began, lengths = np.concatenate([_NONE, *self._intervals.get(self._main, ())]).T
        every = lengths[began >= now_ns - MINUTE_NS] / 1e6
        latest = lengths[began + lengths >= now_ns - SECOND_NS] / 1e6
        frame_ms = float(latest.mean()) if len(latest) else None
        (p99,) = percentiles(every, [0.99])
        return {
            "fps": _per_second(frame_ms) if len(latest) else 0.0,
            "frame_ms": frame_ms,
            "low": _per_second(float(p99)) if len(every) else None,
            "late": int(np.count_nonzero(every * 1000 > BUDGET_US * LATE)),
            "frames": len(every),
        }


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
