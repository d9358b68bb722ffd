"""The events of some lanes as matching takes them, and the spans that it finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from aero_nb.tables.columns import Bools, Codes, Ints

Gaps = tuple[tuple[int, int], ...]
"""(start, end) of each gap of a lane in ns, in order."""


def edges_of(key: npt.NDArray[Any]) -> Ints:
    """Return where each run of equal keys (none of them -1) begins, one longer: ``[4 4 7 7 7]`` gives ``[0 2 5]``."""
    if not len(key):
        return np.zeros(1, np.int64)
    return np.flatnonzero(np.diff(key, prepend=-1, append=-1))


@dataclass(frozen=True)
class Lanes:
    """The B, E and X events of some lanes (threads or async ids), lane after lane, none of them empty.

    Within a lane by (ts, index), the X that ends last first within a run of X at equal ts.
    """

    phase: npt.NDArray[np.uint8]
    ts: Ints
    end: Ints  # of X; the ts of the others
    name: Codes
    edges: Ints  # where each lane begins, one longer
    empty_name: int  # code of "", which an E may carry without meaning a name
    trace_end: int  # where what never ended ends
    gaps: dict[int, Gaps] = field(default_factory=dict)  # by lane

    def part(self, first: int, last: int) -> Lanes:
        """Return the lanes ``first`` to ``last`` (exclusive)."""
        edges = self.edges[first : last + 1]
        here = slice(int(edges[0]), int(edges[-1]))
        return Lanes(
            self.phase[here],
            self.ts[here],
            self.end[here],
            self.name[here],
            edges - edges[0],
            self.empty_name,
            self.trace_end,
            {lane - first: gaps for lane, gaps in self.gaps.items() if first <= lane < last} if self.gaps else {},
        )

    def pick(self, chosen: Ints) -> tuple[Lanes, Ints]:
        """Return some of the lanes, and the positions of their events among all."""
        lengths = np.diff(self.edges)[chosen]
        edges = np.concatenate([np.zeros(1, np.int64), lengths.cumsum()])
        moved = self.edges[chosen] - edges[:-1]  # how far each lane is from where it will be
        here = np.arange(edges[-1]) + np.repeat(moved, lengths)
        gaps = {number: self.gaps[lane] for number, lane in enumerate(chosen.tolist()) if lane in self.gaps}
        columns = (self.phase[here], self.ts[here], self.end[here], self.name[here])
        return Lanes(*columns, edges, self.empty_name, self.trace_end, gaps), here

    def __len__(self) -> int:
        return len(self.edges) - 1


@dataclass(frozen=True)
class Nest:
    """The spans of some lanes, lane after lane in order of their begin.

    ``begin``/``finish`` are positions among the lanes' events, -1: no E.
    """

    begin: Ints
    finish: Ints
    end: Ints  # ns
    depth: Codes
    parent: Ints  # position in this Nest, -1: none
    self_time: Ints
    unfinished: Bools
    crossing: Bools
    orphans: Ints  # positions of E that end nothing
