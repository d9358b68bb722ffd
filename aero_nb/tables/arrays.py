"""Small steps on arrays that have no name in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from aero_nb.tables.columns import Ints


def whole_ns(us: Any) -> Ints:
    """Return microseconds as whole nanoseconds: float64 µs below 2^42 hold them exactly, their sums do not."""
    return np.rint(np.asarray(us, np.float64) * 1000).astype(np.int64)


def ranges(first: Ints, length: Ints) -> tuple[Ints, Ints]:
    """Spell ranges out: return (which range each number is of, the number).

    ``first`` [7, 2], ``length`` [3, 2]:  [0, 0, 0, 1, 1], [7, 8, 9, 2, 3]
    """
    owner = np.repeat(np.arange(len(first)), length)
    before = np.cumsum(length) - length  # numbers of earlier ranges
    return owner, first[owner] + np.arange(len(owner)) - before[owner]


def places_of(order: Ints, start: int = 0) -> Ints:
    """Return where each element of a sorted array now stands, counted from ``start``: the inverse of ``argsort``."""
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(start, start + len(order))
    return places
