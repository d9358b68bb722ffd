"""Begins and ends of one lane paired all at once, where each end closes the innermost span."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Spans in the order of their ends, and what is open behind them."""

    names: Numbers
    depths: Numbers
    began: Numbers
    ended: Numbers
    open: list[tuple[int, int]]  # name and begin, outermost first
    _begins: tuple[Numbers, Numbers]  # name and time of each new begin
    _within: Numbers  # for each event its name with the sign of a begin or end: names count from 1 here
    _new: npt.NDArray[np.bool_]  # which of the events are new begins

    def outermost(self, name: int) -> list[int]:
        """Return when the new spans of a name began that are in no other of that name."""
        steps = np.sign(self._within) * (np.abs(self._within) == name + 1)
        if name < 0 or not steps.any():
            return []
        first = (steps == 1) & (np.cumsum(steps) == 1)
        found: list[int] = self._begins[1][first[self._new]].tolist()
        return found

    def busy_ns(self, since_ns: int) -> int:
        """Return the ns since then that lie in the spans that have ended."""
        outer = self.depths == 0
        return int(np.maximum(self.ended[outer] - np.maximum(self.began[outer], since_ns), 0).sum())


def paired(
    kinds: npt.NDArray[np.uint8], names: Numbers, ns: Numbers, opened: list[tuple[int, int]], most: int
) -> Pairs | None:
    """Pair begins (kind 0) and ends (1); None where an end has no begin, another name, or more than ``most`` are open.

    Args:
        kinds: of the events.
        names: of the events; below 0: an end that tells none.
        ns: when they were.
        opened: spans that were open before, name and begin, outermost first.
        most: spans open in each other.
    """
    before = np.array(opened, np.int64).reshape(len(opened), 2)
    is_end = np.concatenate([np.zeros(len(opened), np.bool_), kinds == 1])
    names = np.concatenate([before[:, 0], names])
    ns = np.concatenate([before[:, 1], ns])
    depth = np.cumsum(np.where(is_end, -1, 1)) - ~is_end  # of the span that an event begins or ends
    if len(depth) and (depth.min() < 0 or depth.max() >= most):
        return None
    order = np.argsort(depth.astype(np.int16), kind="stable")  # on each depth begins and ends take turns
    places = np.flatnonzero(is_end[order])
    ends, begins = order[places], order[places - 1]
    by_end = np.argsort(ends)
    ends, begins = ends[by_end], begins[by_end]
    if not ((names[ends] == names[begins]) | (names[ends] < 0)).all():
        return None
    names[ends] = names[begins]
    is_open = ~is_end
    is_open[begins] = False
    new = ~is_end
    new[: len(opened)] = False
    left = list(zip(names[is_open].tolist(), ns[is_open].tolist(), strict=True))
    ended = np.maximum(ns[ends], ns[begins])
    within = np.where(is_end, -1, 1) * (names + 1)
    return Pairs(names[begins], depth[begins], ns[begins], ended, left, (names[new], ns[new]), within, new)
