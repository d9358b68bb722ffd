"""Moments at which a condition begins to hold."""

from aero_nb.live.lanes import Names
from aero_nb.live.wire import Batch
from aero_nb.sources.conditions import Condition

MOST_MARKS = 1000


class Marker:
    """Marks where ``condition`` begins to hold, from frame to frame or from sample to sample of each lane."""

    def __init__(self, condition: Condition) -> None:
        self._condition = condition
        self._held: dict[int, bool] = {}  # by lane
        self.marks: list[tuple[int, str]] = []  # ns since the Unix epoch, text; the first of them, at most so many

    def look(self, batch: Batch, names: Names) -> None:
        """Look at what was recorded since the last look."""
        condition = self._condition
        if condition.is_of_frames:
            for frames in batch.frames:
                for began, length in frames.tolist():
                    self._see(-1, began, length / 1e6, " ms")
            return
        code = names[condition.name]
        for samples, values in zip(batch.samples, batch.values, strict=True):
            wanted = samples[:, 1] == code
            for (lane, _, at), value in zip(samples[wanted].tolist(), values[wanted].tolist(), strict=True):
                self._see(lane, at, value)

    def _see(self, lane: int, at: int, value: float, unit: str = "") -> None:
        holds = self._condition.holds(value)
        if holds and not self._held.get(lane) and len(self.marks) < MOST_MARKS:
            self.marks.append((at, f"{self._condition.name} {value:.4g}{unit}"))
        self._held[lane] = holds
