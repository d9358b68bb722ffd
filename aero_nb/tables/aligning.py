"""How far apart the clocks of two traces are, by moments that both of them recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from aero_nb.tables.columns import NO_TIME, Columns, Ints


@dataclass(frozen=True)
class MarkedOffset:
    """What has to be added to a trace's times (ns) to put it on the other's clock; how far single marks are off it."""

    offset_ns: int
    marks: int
    uncertainty_us: float

    def as_metadata(self) -> dict[str, Any]:
        """Return it as ``Trace.metadata`` has it, under ``clock``."""
        return {"aligned_by": "marks", "marks": self.marks, "uncertainty_us": self.uncertainty_us}


def offset_by_marks(base: Columns, other: Columns) -> MarkedOffset:
    """Align ``other`` with ``base`` by the instants of the same names: the first of one with the first of the other.

    A name counts that both have equally often. The offset is the median over all pairs, the uncertainty the largest
    distance from it.

    Raises ValueError where no name does.
    """
    ours, theirs = _moments(base), _moments(other)
    shared = [name for name in ours if name in theirs and len(ours[name]) == len(theirs[name])]
    if not shared:
        known = ", ".join(repr(name) for name in sorted(ours)[:5]) or "none"
        raise ValueError(
            f"expected instants (marks) of the same name, equally often, in both traces; found no such name. This one "
            f"has {known}: performance.mark() the same moments in both, or pass clock_offsets_us"
        )
    apart = np.concatenate([ours[name] - theirs[name] for name in shared])
    middle = int(np.sort(apart)[(len(apart) - 1) // 2])
    return MarkedOffset(middle, len(apart), float(np.abs(apart - middle).max()) / 1000)


def aligned_by_marks(parts: Sequence[Columns]) -> tuple[list[Columns], list[float]]:
    """Return the parts with a wall-clock start that puts all on the first one's clock, and what is to be added (µs).

    The start is the first one that is known; where none is, the additions alone align them.
    """
    base, *others = parts
    found = [offset_by_marks(base, other) for other in others]
    offsets = [0, *(one.offset_ns for one in found)]
    starts = [part.start_ns - offset for part, offset in zip(parts, offsets, strict=True) if part.start_ns is not None]
    aligned = [base] + [
        replace(other, metadata={**other.metadata, "clock": one.as_metadata()})
        for other, one in zip(others, found, strict=True)
    ]
    if not starts:
        return aligned, [offset / 1000 for offset in offsets]
    told = [replace(part, start_ns=starts[0] + offset) for part, offset in zip(aligned, offsets, strict=True)]
    return told, [0.0] * len(parts)


def _moments(columns: Columns) -> dict[str, Ints]:
    instants = columns.instants
    placed = instants.ts != NO_TIME
    rows: dict[str, list[int]] = defaultdict(list)
    for name, ts in zip(instants.name[placed].tolist(), instants.ts[placed].tolist(), strict=True):
        if name >= 0:
            rows[columns.strings[name]].append(ts)
    return {name: np.sort(np.array(moments, np.int64)) for name, moments in rows.items()}
