"""Sets of half-open time intervals as sorted NumPy arrays of int64 nanoseconds: union, intersection, complement."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Nanoseconds = npt.NDArray[np.int64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Intervals:
    """Sorted half-open intervals ``[start, end)`` that do not touch each other, in ns."""

    start: Nanoseconds
    end: Nanoseconds

    @classmethod
    def covered_by(cls, spans: pd.DataFrame) -> "Intervals":
        """Return the union of the spans' intervals; spans without length cover nothing."""
        return cls.union(*bounds_ns(spans))

    @classmethod
    def union(cls, start: Nanoseconds, end: Nanoseconds) -> "Intervals":
        """Join overlapping and touching intervals, given in any order; those without length vanish."""
        if not len(start):
            return cls(start, end)
        if (start[1:] < start[:-1]).any():  # spans of a Trace are in time order
            order = np.argsort(start, kind="stable")
            start, end = start[order], end[order]
        end = np.maximum.accumulate(end)
        first = np.append(0, np.flatnonzero(start[1:] > end[:-1]) + 1)
        start, end = start[first], end[np.append(first[1:], len(end)) - 1]
        long = end > start
        return cls(start[long], end[long])

    @property
    def length(self) -> int:
        """The time in them, in ns."""
        return int((self.end - self.start).sum())

    def complement(self, start: int, end: int) -> "Intervals":
        """Return what of ``[start, end)`` these intervals leave free."""
        edges = np.concatenate([[start], np.column_stack([self.start, self.end]).ravel(), [end]]).clip(start, end)
        free_start, free_end = edges[::2], edges[1::2]
        free = free_end > free_start
        return Intervals(free_start[free], free_end[free])

    def pairs(self, other: "Intervals") -> tuple[Indices, Indices]:
        """Return the indices (of these, of the other's) of all pairs that overlap."""
        first = np.searchsorted(other.end, self.start, side="right")
        count = np.maximum(np.searchsorted(other.start, self.end, side="left") - first, 0)
        mine = np.repeat(np.arange(len(self.start)), count)
        offsets = np.arange(len(mine)) - np.repeat(np.cumsum(count) - count, count)
        return mine, np.repeat(first, count) + offsets

    def intersection(self, other: "Intervals") -> "Intervals":
        """Return the time that lies in both."""
        mine, theirs = self.pairs(other)
        return Intervals(
            np.maximum(self.start[mine], other.start[theirs]), np.minimum(self.end[mine], other.end[theirs])
        )

    def within(self, start: Nanoseconds, end: Nanoseconds) -> Nanoseconds:
        """Return how much of each ``[start, end)`` lies in these intervals."""
        return self._before(end) - self._before(start)

    def _before(self, moment: Nanoseconds) -> Nanoseconds:
        """Return how much time of these intervals is before each moment."""
        done = np.append(0, np.cumsum(self.end - self.start))
        begun = np.searchsorted(self.start, moment, side="right")
        still_open = np.append(moment.min(initial=0), self.end)[begun] - moment
        return done[begun] - np.maximum(still_open, 0)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with ``ts_us`` and ``dur_us`` (float64 µs)."""
        return pd.DataFrame({"ts_us": self.start / 1000, "dur_us": (self.end - self.start) / 1000}, copy=False)


def bounds_ns(spans: pd.DataFrame) -> tuple[Nanoseconds, Nanoseconds]:
    """Return begins and ends of spans in exact nanoseconds (float µs below 2^42 hold them, their sums do not)."""
    start = np.rint(spans["ts_us"].to_numpy() * 1000).astype(np.int64)
    return start, start + np.rint(spans["dur_us"].to_numpy() * 1000).astype(np.int64)
