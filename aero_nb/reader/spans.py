"""Spans of the threads: which E ends which B, and what lies within what.

The rules are those of the Trace Event Format as real files need them: an E with a name closes the innermost open B of
that name, spans that cross are both kept whole, ``depth`` is one more than the deepest span open at the begin,
``parent`` the innermost open span that contains the whole span. Lanes whose spans nest properly are done in a few
NumPy passes; any other lane goes through ``exact``, event by event, in O(n log n) whatever the depth.
"""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from aero_nb import _native
from aero_nb.reader import exact
from aero_nb.reader.lane_events import Lanes, Nest
from aero_nb.tables.columns import Bools, Codes, Ints

_B, _E, _X = ord("B"), ord("E"), ord("X")
_SMALL = 40  # events: below this the plain loop is quicker than NumPy's calls
_LONG = 1_000  # events: a lane of so many is worth NumPy's calls by itself
_FEW = 16  # lanes: so few are not worth another try


def nest(lanes: Lanes) -> Nest:
    """Match and nest the events of each lane: with the native core those that nest properly, else all in NumPy."""
    core = _native.core()
    if core is None:
        return nest_in_python(lanes)
    quick, left = _nest_native(lanes, core)
    if not len(left):
        return quick
    rest, positions = lanes.pick(left)
    return _interleaved(quick, nest_in_python(rest), positions)


def _nest_native(lanes: Lanes, core: Any) -> tuple[Nest, Ints]:
    """Return the spans of the lanes that the core does, and the other lanes."""
    size = len(lanes.phase)
    left_out = np.zeros(len(lanes), np.uint8)
    left_out[list(lanes.gaps)] = 1
    begin, finish, end, parent, self_time, orphans = (np.empty(size, np.int64) for _ in range(6))
    depth, unfinished = np.empty(size, np.int32), np.empty(size, np.uint8)
    given = [np.ascontiguousarray(one) for one in (lanes.phase, lanes.ts, lanes.end, lanes.name, lanes.edges)]
    made = [begin, finish, end, parent, self_time, orphans, depth, unfinished]
    spans, lost = core.nest(*given, left_out, *made, lanes.trace_end)
    quick = Nest(
        begin[:spans],
        finish[:spans],
        end[:spans],
        depth[:spans],
        parent[:spans],
        self_time[:spans],
        unfinished[:spans].view(np.bool_),
        np.zeros(spans, np.bool_),
        orphans[:lost].copy(),
    )
    return quick, np.flatnonzero(left_out)


def _interleaved(quick: Nest, rest: Nest, positions: Ints) -> Nest:
    """Return the spans of both, lane after lane; ``positions``: of the rest's events among all."""
    begins = np.concatenate([quick.begin, positions[rest.begin]])
    order = np.argsort(begins, kind="stable")
    place = np.empty(len(order) + 1, np.int64)
    place[order], place[-1] = np.arange(len(order)), -1
    parents = np.concatenate([quick.parent, np.where(rest.parent < 0, -1, rest.parent + len(quick.begin))])
    found = {
        "begin": begins,
        "finish": np.concatenate([quick.finish, np.where(rest.finish < 0, -1, positions[rest.finish])]),
        "parent": place[parents],
    }
    for name in ("end", "depth", "self_time", "unfinished", "crossing"):
        found[name] = np.concatenate([getattr(quick, name), getattr(rest, name)])
    orphans = np.sort(np.concatenate([quick.orphans, positions[rest.orphans]]))
    return Nest(**{name: column[order] for name, column in found.items()}, orphans=orphans)


def nest_in_python(lanes: Lanes) -> Nest:
    """Match and nest the events of each lane in NumPy: long lanes one by one, short ones many at once."""
    stretches = _stretches(lanes)
    if len(stretches) == 1:
        return _nest_stretch(lanes)
    return _joined([(_nest_stretch(lanes.part(*ends)), int(lanes.edges[ends[0]])) for ends in stretches])


def _stretches(lanes: Lanes) -> list[tuple[int, int]]:
    """Cut the lanes into stretches (first, last): a long lane is one by itself."""
    long = np.flatnonzero(np.diff(lanes.edges) >= _LONG)
    bounds = np.unique(np.concatenate([[0], long, long + 1, [len(lanes)]])).tolist()
    return list(pairwise(bounds)) or [(0, 0)]


def _nest_stretch(lanes: Lanes) -> Nest:
    if len(lanes.phase) > _SMALL and not lanes.gaps:
        quick = _nest_proper(lanes)
        if quick is not None:
            return quick
        if len(lanes) > _FEW:  # most of them may still nest properly
            middle = len(lanes) // 2
            halves = lanes.part(0, middle), lanes.part(middle, len(lanes))
            return _joined([(_nest_stretch(halves[0]), 0), (_nest_stretch(halves[1]), int(lanes.edges[middle]))])
    return exact.nest(lanes)


def _joined(parts: list[tuple[Nest, int]]) -> Nest:
    """Return the spans of all parts; each comes with how many events there are before its own."""
    counts = [len(part.begin) for part, _ in parts]
    events_before = [before for _, before in parts]
    spans_before = [0, *accumulate(counts[:-1])]
    first_of = dict.fromkeys(("begin", "finish", "orphans"), events_before) | {"parent": spans_before}
    nests = [part for part, _ in parts]
    columns = {}
    for column in fields(Nest):
        pieces = [getattr(one, column.name) for one in nests]
        if column.name in first_of:  # positions, counted from the beginning of their part; -1: none
            starts = zip(pieces, first_of[column.name], strict=True)
            pieces = [np.where(piece >= 0, piece + start, piece) for piece, start in starts]
        columns[column.name] = np.concatenate(pieces)
    return Nest(**columns)


def _nest_proper(lanes: Lanes) -> Nest | None:
    """Do the lanes in NumPy; None where the spans of one do not nest properly.

    Several lanes are done as if they were one, moved apart in time: that takes lanes without orphans and leaks.
    """
    matched = _match_proper(lanes)
    if matched is None:
        return None
    finish, orphans = matched
    begin = np.flatnonzero(lanes.phase != _E)
    finish = finish[begin]
    whole = lanes.phase[begin] == _X
    unfinished = ~whole & (finish < 0)
    if unfinished.any() and whole.any():
        return None  # an X around an unfinished B would end it
    shift: Ints | None = None
    if len(lanes) > 1:
        if len(orphans) or unfinished.any() or not _within_lanes(lanes, begin[~whole], finish[~whole]):
            return None
        shift = _shift_apart(lanes)
        if shift is None:
            return None
        lanes = replace(lanes, ts=lanes.ts + shift, end=lanes.end + shift)
    start = lanes.ts[begin]
    end = np.where(whole, lanes.end[begin], np.where(unfinished, lanes.trace_end, lanes.ts[finish]))
    close = _close_positions(lanes, begin, finish, whole, unfinished, end)
    if close is None:
        return None
    depth, parent = _levels(begin, close)
    inner = np.flatnonzero(parent >= 0)
    outer = parent[inner]
    if (close[outer] < close[inner]).any() or (end[outer] < end[inner]).any():
        return None
    covered = np.zeros(len(begin), np.int64)
    np.add.at(covered, outer, (end - start)[inner])
    self_time = end - start - covered
    if shift is not None:
        end -= shift[begin]
    return Nest(begin, finish, end, depth, parent, self_time, unfinished, np.zeros(len(begin), np.bool_), orphans)


def _within_lanes(lanes: Lanes, begin: Ints, finish: Ints) -> bool:
    """Return whether each E is of the lane of its B."""
    lane = np.repeat(np.arange(len(lanes)), np.diff(lanes.edges))
    return bool((lane[begin] == lane[finish]).all())


def _shift_apart(lanes: Lanes) -> Ints | None:
    """Return how far to move each event so that every lane ends before the next one begins; None: too far."""
    first = lanes.ts[lanes.edges[:-1]]
    last = np.maximum.reduceat(np.maximum(lanes.end, lanes.ts), lanes.edges[:-1])
    length = last - first + 1
    if length.min() < 0 or length.sum(dtype=np.float64) > 2.0**62:
        return None
    return np.repeat(length.cumsum() - length - first, np.diff(lanes.edges))


def _match_proper(lanes: Lanes) -> tuple[Ints, Ints] | None:
    """Return (for each event the position of its E or -1, orphan ends) where every E ends the innermost open B."""
    finish = np.full(len(lanes.phase), -1, np.int64)
    pairs = np.flatnonzero(lanes.phase != _X)
    if not len(pairs):
        return finish, pairs
    ends = lanes.phase[pairs] == _E
    # How many are open behind each event. Begin and end of a span are neighbours among the events of one level:
    #   B B E B E E    level behind: 1 2 1 2 1 0    own level: 1 2 2 2 2 1
    level = np.where(ends, np.int32(-1), np.int32(1)).cumsum(dtype=np.int32)
    orphans = pairs[:0]
    if level.min() < 0:
        lowest = np.minimum.accumulate(np.minimum(level, 0))
        orphan = np.diff(lowest, prepend=0) < 0  # an E while nothing is open
        orphans = pairs[orphan]
        level, pairs, ends = (level - lowest)[~orphan], pairs[~orphan], ends[~orphan]
    level += ends  # an E belongs to the level that it leaves
    order = np.argsort(level.astype(np.uint32 if level.max(initial=0) > 65535 else np.uint16), kind="stable")
    position, is_end = pairs[order], ends[order]
    # Within a level, each B is followed by its E; a last B may have none.
    closed = np.flatnonzero(is_end)
    first, last = position[closed - 1], position[closed]
    named = lanes.name[last]
    if ((named != -1) & (named != lanes.name[first])).any():
        return None
    finish[first] = last
    return finish, orphans


def _close_positions(
    lanes: Lanes, begin: Ints, finish: Ints, whole: Bools, unfinished: Bools, end: Ints
) -> Ints | None:
    """Return the place at which each span closes, on the scale of :mod:`aero_nb.reader.exact`: event p is at 2p + 1.

    An X closes before the first event at or after its end, a zero-length X behind the zero-length X that follow it
    directly, a B at its E. None where a span begins at the ts of an earlier zero-length X that is no longer open.
    """
    close = _on_event(finish)
    close[unfinished] = _on_event(np.array(len(lanes.ts)))
    if not whole.any():
        return close
    start = lanes.ts[begin]
    rows = np.flatnonzero(whole)
    close[rows] = _before_event(np.searchsorted(lanes.ts, end[rows], "left"))
    empty = whole & (end == start)
    if not empty.any():
        return close
    # Zero-length X at one ts, directly one behind the other, are a run, each in the one before it:
    #   X X X      all three close behind the last of them
    at_one_ts = np.diff(start) == 0
    neighbours = np.diff(begin) == 1
    in_a_run = empty[:-1] & empty[1:] & at_one_ts & neighbours
    begins_at_a_closed_one = empty[:-1] & at_one_ts & ~in_a_run
    if begins_at_a_closed_one.any():
        return None
    last_of_run = np.flatnonzero(empty & ~np.append(in_a_run, False))
    rows = np.flatnonzero(empty)
    own_last = last_of_run[np.searchsorted(last_of_run, rows)]
    close[rows] = _before_event(begin[own_last] + 1)
    return close


def _on_event(position: Ints) -> Ints:
    return 2 * position + 1


def _before_event(position: Ints) -> Ints:
    return 2 * position


def _levels(begin: Ints, close: Ints) -> tuple[Codes, Ints]:
    """Return (how many spans are open at each begin, the last earlier span one level up).

    depth 0    a[                 ] e[   ]        begins so far, less closes so far
    depth 1      b[    ]  d[   ]      f[]         parent of d: of level 0 the last before d, a
    depth 2        c[]
    """
    if not len(begin):
        return np.zeros(0, np.int32), np.zeros(0, np.int64)
    # Counting beats sorting here: a place closes few spans, and there are two places per event.
    closed_by = np.bincount(close, minlength=2 * int(begin[-1]) + 1).cumsum()
    depth = (np.arange(len(begin)) - closed_by[2 * begin]).astype(np.int32)
    deepest = int(depth.max())
    by_depth = np.argsort(depth.astype(np.uint16) if deepest < 65536 else depth, kind="stable")  # 16 bits: radix sort
    edges = np.searchsorted(depth[by_depth], np.arange(deepest + 2))
    parent = np.full(len(begin), -1, np.int64)
    for above, here, below in zip(edges[:-2], edges[1:-1], edges[2:], strict=True):
        upper, lower = by_depth[above:here], by_depth[here:below]
        last_before = np.searchsorted(upper, lower) - 1
        parent[lower] = upper[last_before]
    return depth, parent
