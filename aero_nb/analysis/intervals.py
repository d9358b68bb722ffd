"""Sets of half-open time intervals as sorted NumPy arrays of int64 nanoseconds: union, intersection, complement."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from aero_nb.tables.arrays import ranges, whole_ns
from aero_nb.tables.columns import Ints

Nanoseconds = Ints


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
        reached = np.maximum.accumulate(end)  # by this interval and all before it
        # [---]                an interval that begins after all that was reached begins a new one
        #   [-----]   [--]
        begins = np.append(0, np.flatnonzero(start[1:] > reached[:-1]) + 1)
        ends = np.append(begins[1:], len(reached)) - 1
        start, end = start[begins], reached[ends]
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

    def pairs(self, other: "Intervals") -> tuple[Ints, Ints]:
        """Return the indices (of these, of the other's) of all pairs that overlap."""
        first = np.searchsorted(other.end, self.start, side="right")  # that ends after this one begins
        behind = np.searchsorted(other.start, self.end, side="left")  # that begins when this one has ended
        return ranges(first, np.maximum(behind - first, 0))

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
        """Return how much time of these intervals is before each moment: all that have begun, less what is to come."""
        length_so_far = np.append(0, np.cumsum(self.end - self.start))
        begun = np.searchsorted(self.start, moment, side="right")
        end_of_last_begun = np.append(moment.min(initial=0), self.end)[begun]
        to_come = np.maximum(end_of_last_begun - moment, 0)
        return length_so_far[begun] - to_come

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with ``ts_us`` and ``dur_us`` (float64 µs)."""
        return pd.DataFrame({"ts_us": self.start / 1000, "dur_us": (self.end - self.start) / 1000}, copy=False)


def bounds_ns(spans: pd.DataFrame) -> tuple[Nanoseconds, Nanoseconds]:
    """Return begins and ends of spans in exact nanoseconds (float µs below 2^42 hold them, their sums do not)."""
    start = whole_ns(spans["ts_us"])
    return start, start + whole_ns(spans["dur_us"])
