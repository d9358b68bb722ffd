"""Matching and nesting event by event: the rule itself, for lanes whose spans cross, leak or have gaps.

Where a span closes is a place on a scale on which event p of the lane stands at 2p + 1: there is one between any two
events (an X closes there) and one on each of them (a B closes on its E):

    event          0: B a      1: X b      2: E a
    place     0      1     2     3     4     5     6
    a                [-----------------------]             closes at 5, on its E
    b                            [-----]                   closes at 4, before the first event at or after its end

At equal times it is this place, not the time, that says what is still open.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from aero_nb.reader.lane_events import Gaps, Lanes, Nest
from aero_nb.tables.columns import NO_TIME

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
        for positions in (self._all, self._by_name, self._closed):
            positions.clear()
        return left


def nest(lanes: Lanes) -> Nest:
    """Match and nest the events of each lane."""
    phases, names = lanes.phase.tolist(), lanes.name.tolist()
    times, whole_ends = lanes.ts.tolist(), lanes.end.tolist()
    found = _Spans()
    for number, (start, stop) in enumerate(pairwise(lanes.edges.tolist())):
        lane = _Lane(phases[start:stop], names[start:stop], times[start:stop], whole_ends[start:stop])
        _nest_lane(lane, lanes.empty_name, lanes.trace_end, lanes.gaps.get(number, ()), start, found)
    begin, finish = np.array(found.begin, np.int64), np.array(found.finish, np.int64)
    return Nest(
        begin,
        finish,
        np.array(found.end, np.int64),
        np.array(found.depth, np.int32),
        np.array(found.parent, np.int64),
        np.array(found.self_time, np.int64),
        (lanes.phase[begin] == _B) & (finish < 0),
        np.array(found.crossing, np.bool_),
        np.array(found.orphans, np.int64),
    )


@dataclass
class _Spans:
    """The columns of a Nest as lists."""

    begin: list[int] = field(default_factory=list)
    finish: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    depth: list[int] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    self_time: list[int] = field(default_factory=list)
    crossing: list[bool] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Lane:
    """The events of one lane."""

    phases: list[int]
    names: list[int]
    times: list[int]
    ends: list[int]  # of X


def _nest_lane(lane: _Lane, empty_name: int, trace_end: int, gaps: Gaps, before: int, found: _Spans) -> None:
    """Add the spans of one lane to ``found``; ``before``: how many events there are before its own."""
    finish, orphans, cut = _match(lane, empty_name, gaps)
    begin = [position for position, phase in enumerate(lane.phases) if phase != _E]
    ends, closes = _ends(lane, begin, finish, cut, trace_end)
    depth, parent, crossing = _place(lane.times, begin, ends, closes)
    starts = [lane.times[position] for position in begin]
    covered = _covered(parent, starts, ends)
    spans_before = len(found.begin)
    found.begin += [position + before for position in begin]
    found.finish += [finish[position] + before if finish[position] >= 0 else -1 for position in begin]
    found.end += ends
    found.depth += depth
    found.parent += [row + spans_before if row >= 0 else -1 for row in parent]
    found.self_time += [end - start - under for start, end, under in zip(starts, ends, covered, strict=True)]
    found.crossing += crossing
    found.orphans += [position + before for position in orphans]


def _match(lane: _Lane, empty_name: int, gaps: Gaps) -> tuple[list[int], list[int], Cuts]:
    """Return (position of each event's E or -1, positions of orphan ends, which B a gap ended)."""
    finish = [-1] * len(lane.phases)
    orphans: list[int] = []
    cut: Cuts = {}
    open_begins = _OpenBegins()
    left: list[int] = []  # open, but behind the end of a gap: only the start of the next one can end them
    # What is open at a gap's start ends there; what begins within it can still end within it, but no later.
    # Records at the start's own ts came before the gap, unless its end has that ts too: those edges are exclusive.
    starts = [(start, start != end, False) for start, end in gaps]
    edges = sorted([*starts, *((end, False, True) for _, end in gaps)], reverse=True)
    for position, (phase, name, ts) in enumerate(zip(lane.phases, lane.names, lane.times, strict=True)):
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
            cut.update(dict.fromkeys(left, (edge, len(lane.phases))))
            left = []
    return finish, orphans, cut


def _ends(lane: _Lane, begin: list[int], finish: list[int], cut: Cuts, trace_end: int) -> tuple[list[int], list[int]]:
    """Return (end in ns, place at which it closes) of every span.

    A B without an E ends with the innermost span around it that has an end of its own, else with the trace.
    """
    ends: list[int] = []
    closes: list[int] = []
    ended: list[int] = []  # spans with an end of their own that may still be open, in order
    phases, times = lane.phases, lane.times
    for row, position in enumerate(begin):
        own = phases[position] == _X or finish[position] >= 0
        if phases[position] == _X:
            end = lane.ends[position]
            close = 2 * bisect_left(times, end)
        elif position in cut:
            end, close = cut[position][0], 2 * cut[position][1]
        elif own:
            end, close = times[finish[position]], 2 * finish[position] + 1
        else:
            while ended and closes[ended[-1]] <= 2 * position + 1:
                ended.pop()
            around = ended[-1] if ended else None
            end = trace_end if around is None else ends[around]
            close = 2 * len(times) + 1 if around is None else closes[around]
        ends.append(end)
        closes.append(close)
        if own:
            ended.append(row)
    return ends, closes


def _place(
    times: list[int], begin: list[int], ends: list[int], closes: list[int]
) -> tuple[list[int], list[int], list[bool]]:
    """Return (depth, parent, whether it crosses) of every span.

    Three views of the open spans, each without those that have closed as far as one looks at it::

        a [                ]           by_depth  the deepest open span: one above it is the depth of the next one
          b [          ]               by_end    the open span that ends first: who ends after it crosses it
              c [          ]           chain     those that can still be a parent, each ends no later than the last
                d [ ]

        c crosses b. At d: by_depth c (depth 2), by_end b, chain [a, c], for whatever b can still hold lies in c, too;
        so d has depth 3 and parent c.
    """
    depths: list[int] = []
    parents: list[int] = []
    crossing: list[bool] = []
    by_depth: list[tuple[int, int]] = []  # heap of (-depth, close)
    by_end: list[tuple[int, int]] = []  # heap of (end, close)
    chain: list[int] = []
    empties: list[int] = []  # zero-length X at the present ts: open to zero-length spans only
    for row, (position, end, close) in enumerate(zip(begin, ends, closes, strict=True)):
        now, ts = 2 * position + 1, times[position]
        while by_depth and by_depth[0][1] <= now:
            heapq.heappop(by_depth)
        while by_end and by_end[0][1] <= now:
            heapq.heappop(by_end)
        while chain and (closes[chain[-1]] <= now or ends[chain[-1]] < end):
            chain.pop()  # closed, or too short for this span and for all that this span can hold
        if empties and times[begin[empties[-1]]] != ts:
            empties.clear()
        depth = 1 - by_depth[0][0] if by_depth else 0
        parent = chain[-1] if chain else -1
        if empties and end == ts:
            depth = max(depth, depths[empties[-1]] + 1)
            parent = max(parent, empties[-1])
        depths.append(depth)
        parents.append(parent)
        crossing.append(bool(by_end) and by_end[0][0] < end)
        closes_where_it_begins = close <= now  # a zero-length X
        if closes_where_it_begins:
            empties.append(row)
            continue
        heapq.heappush(by_depth, (-depth, close))
        heapq.heappush(by_end, (end, close))
        while chain and (ends[chain[-1]], closes[chain[-1]]) <= (end, close):
            chain.pop()  # whatever it could still hold, this one holds more closely
        chain.append(row)
    return depths, parents, crossing


def _covered(parents: list[int], starts: list[int], ends: list[int]) -> list[int]:
    """Return how much of each span the union of its direct children covers."""
    covered, reached = [0] * len(parents), [NO_TIME] * len(parents)
    for parent, start, end in zip(parents, starts, ends, strict=True):
        if parent >= 0:
            covered[parent] += max(0, end - max(start, reached[parent]))
            reached[parent] = max(end, reached[parent])
    return covered
