"""Matching and nesting event by event: the rule itself, for lanes whose spans cross, leak or have gaps."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from aero_nb.reader.columns import NO_TIME, Ints

if TYPE_CHECKING:
    from aero_nb.reader.spans import Lane, Nest

_B, _E, _X = ord("B"), ord("E"), ord("X")

Cuts = dict[int, tuple[int, int]]
"""Position of a B that a gap ended -> (ns at which it did, position of the first event behind the cut)."""


class _OpenBegins:
    """The open B of a lane, found by name or as the innermost; closing is lazy, so every step is O(1) on average."""

    def __init__(self) -> None:
        self._all: list[int] = []
        self._by_name: dict[int, list[int]] = {}
        self._closed: set[int] = set()

    def push(self, position: int, name: int) -> None:
        self._all.append(position)
        self._by_name.setdefault(name, []).append(position)

    def pop(self, name: int | None) -> int | None:
        """Close and return the innermost open B of the name (None: of any), or None."""
        stack = self._all if name is None else self._by_name.get(name, [])
        while stack:
            position = stack.pop()
            if position not in self._closed:
                self._closed.add(position)
                return position
        return None

    def clear(self) -> list[int]:
        """Close all; returns what was open, in order."""
        left = [position for position in self._all if position not in self._closed]
        self.__init__()  # type: ignore[misc]
        return left


def match(
    phases: list[int], names: list[int], times: list[int], empty_name: int, gaps: tuple[tuple[int, int], ...]
) -> tuple[Ints, Ints, Cuts]:
    """Return (position of each event's E or -1, positions of orphan ends, which B a gap ended)."""
    finish = np.full(len(phases), -1, np.int64)
    orphans: list[int] = []
    cut: Cuts = {}
    open_begins = _OpenBegins()
    left: list[int] = []  # open, but behind the end of a gap: only the start of the next one can end them
    # What is open at a gap's start ends there; what begins within it can still end within it, but no later.
    # Records at the start's own ts came before the gap, unless its end has that ts too: those edges are exclusive.
    edges = [(start, start != end, False) for start, end in gaps] + [(end, False, True) for _, end in gaps]
    edges.sort(reverse=True)
    for position, (phase, name, ts) in enumerate(zip(phases, names, times, strict=True)):
        while edges and (ts > edges[-1][0] or (ts == edges[-1][0] and not edges[-1][1])):
            edge, _, is_end = edges.pop()
            left += open_begins.clear()
            if not is_end:
                cut.update(dict.fromkeys(left, (edge, position)))
                left = []
        if phase == _B:
            open_begins.push(position, name)
        elif phase == _E:
            begin = open_begins.pop(None if name == -1 else name)
            if begin is None and name == empty_name:
                begin = open_begins.pop(None)
            if begin is None:
                orphans.append(position)
            else:
                finish[begin] = position
    for edge, _, is_end in reversed(edges):
        left += open_begins.clear()
        if not is_end:
            cut.update(dict.fromkeys(left, (edge, len(phases))))
            left = []
    return finish, np.array(orphans, np.int64), cut


def arrange(lane: Lane, finish: Ints, orphans: Ints, cut: Cuts) -> Nest:
    """Return depth, parent, self time of the spans, each B with its E known."""
    from aero_nb.reader.spans import Nest

    begin = np.flatnonzero(lane.phase != _E)
    spans = _ends(lane, begin.tolist(), finish, cut)
    depth, parent, crossing = _place(lane.ts.tolist(), begin.tolist(), *spans)
    start, end = lane.ts[begin], np.array(spans[0], np.int64)
    return Nest(
        begin,
        finish[begin],
        end,
        np.array(depth, np.int32),
        np.array(parent, np.int64),
        end - start - _covered(parent, start.tolist(), spans[0]),
        (lane.phase[begin] == _B) & (finish[begin] < 0),
        np.array(crossing, np.bool_),
        orphans,
    )


def _ends(lane: Lane, begin: list[int], finish: Ints, cut: Cuts) -> tuple[list[int], list[int]]:
    """Return (end in ns, close position) of every span; on that scale event p of the lane stands at 2p + 1."""
    ends: list[int] = []
    closes: list[int] = []
    ended: list[int] = []  # spans with an end of their own that may still be open, in order
    phases, times, durations, finishes = lane.phase.tolist(), lane.ts.tolist(), lane.dur.tolist(), finish.tolist()
    for row, position in enumerate(begin):
        own = phases[position] == _X or finishes[position] >= 0
        if phases[position] == _X:
            end = times[position] + durations[position]
            close = 2 * int(np.searchsorted(lane.ts, end, "left"))
        elif position in cut:
            end, close = cut[position][0], 2 * cut[position][1]
        elif own:
            end, close = times[finishes[position]], 2 * finishes[position] + 1
        else:
            while ended and closes[ended[-1]] <= 2 * position + 1:
                ended.pop()
            end, close = (ends[ended[-1]], closes[ended[-1]]) if ended else (lane.trace_end, 2 * len(times) + 1)
        ends.append(end)
        closes.append(close)
        if own:
            ended.append(row)
    return ends, closes


def _place(
    times: list[int], begin: list[int], ends: list[int], closes: list[int]
) -> tuple[list[int], list[int], list[bool]]:
    """Return (depth, parent, whether it crosses) of every span.

    Three views of the open spans, each pruned lazily: the deepest, the one that ends first, and the chain of those that
    can still be a parent (each ends no later than the one below it).
    """
    depths: list[int] = []
    parents: list[int] = []
    crossing: list[bool] = []
    deepest: list[tuple[int, int]] = []
    earliest: list[tuple[int, int]] = []
    chain: list[int] = []
    empties: list[int] = []  # zero-length X at the present ts: open to zero-length spans only
    for row, (position, end, close) in enumerate(zip(begin, ends, closes, strict=True)):
        now, ts = 2 * position + 1, times[position]
        while deepest and deepest[0][1] <= now:
            heapq.heappop(deepest)
        while earliest and earliest[0][1] <= now:
            heapq.heappop(earliest)
        while chain and (closes[chain[-1]] <= now or ends[chain[-1]] < end):
            chain.pop()
        if empties and times[begin[empties[-1]]] != ts:
            empties.clear()
        depth, parent = (1 - deepest[0][0] if deepest else 0), (chain[-1] if chain else -1)
        if empties and end == ts:
            depth, parent = max(depth, depths[empties[-1]] + 1), max(parent, empties[-1])
        depths.append(depth)
        parents.append(parent)
        crossing.append(bool(earliest) and earliest[0][0] < end)
        if close <= now:  # a zero-length X closes where it begins
            empties.append(row)
            continue
        heapq.heappush(deepest, (-depth, close))
        heapq.heappush(earliest, (end, close))
        while chain and (ends[chain[-1]], closes[chain[-1]]) <= (end, close):
            chain.pop()
        chain.append(row)
    return depths, parents, crossing


def _covered(parents: list[int], starts: list[int], ends: list[int]) -> Ints:
    """Return how much of each span the union of its direct children covers."""
    covered, reached = [0] * len(parents), [NO_TIME] * len(parents)
    for parent, start, end in zip(parents, starts, ends, strict=True):
        if parent >= 0:
            covered[parent] += max(0, end - max(start, reached[parent]))
            reached[parent] = max(end, reached[parent])
    return np.array(covered, np.int64)
