"""Spans of the threads: which E ends which B, and what lies within what.

The rules are those of the Trace Event Format as real files need them: an E with a name closes the innermost open B of
that name, spans that cross are both kept whole, ``depth`` is one more than the deepest span open at the begin,
``parent`` the innermost open span that contains the whole span. A track whose spans nest properly is done in a few
NumPy passes; any other track goes through ``exact``, event by event, in O(n log n) whatever the depth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aero_nb.reader import exact
from aero_nb.reader.columns import Bools, Codes, Ints

_B, _E, _X = ord("B"), ord("E"), ord("X")
_SMALL = 40  # events: below this the plain loop is quicker than NumPy's calls


@dataclass(frozen=True)
class Lane:
    """The B, E and X events of one thread in order: by (ts, index), the longer X first within a run of equal ts."""

    phase: npt.NDArray[np.uint8]
    ts: Ints
    dur: Ints  # of X
    name: Codes
    empty_name: int  # code of "", which an E may carry without meaning a name
    trace_end: int  # where what never ended ends
    gaps: tuple[tuple[int, int], ...] = ()  # (start, end) in ns, in order


@dataclass(frozen=True)
class Nest:
    """The spans of one lane, in order of their begin. ``begin``/``finish`` are positions in the lane, -1: no E."""

    begin: Ints
    finish: Ints
    end: Ints  # ns
    depth: Codes
    parent: Ints  # position in this Nest, -1: none
    self_time: Ints
    unfinished: Bools
    crossing: Bools
    orphans: Ints  # positions of E that end nothing


def nest(lane: Lane) -> Nest:
    """Match and nest the events of one lane."""
    if len(lane.phase) > _SMALL and not lane.gaps:
        quick = _nest_proper(lane)
        if quick is not None:
            return quick
    return _nest_any(lane)


def _nest_any(lane: Lane) -> Nest:
    finish, orphans, cut = exact.match(
        lane.phase.tolist(), lane.name.tolist(), lane.ts.tolist(), lane.empty_name, lane.gaps
    )
    return exact.arrange(lane, finish, orphans, cut)


def _nest_proper(lane: Lane) -> Nest | None:
    """Do the whole lane in NumPy; None where its spans do not nest properly."""
    matched = _match_proper(lane)
    if matched is None:
        return None
    finish, orphans = matched
    begin = np.flatnonzero(lane.phase != _E)
    finish = finish[begin]
    whole = lane.phase[begin] == _X
    unfinished = ~whole & (finish < 0)
    if unfinished.any() and whole.any():
        return None  # an X around an unfinished B would end it
    start = lane.ts[begin]
    end = np.where(whole, start + lane.dur[begin], np.where(unfinished, lane.trace_end, lane.ts[finish]))
    close = _close_positions(lane, begin, finish, whole, unfinished, end)
    if close is None:
        return None
    depth, parent = _levels(begin, close)
    inner = np.flatnonzero(parent >= 0)
    outer = parent[inner]
    if (close[outer] < close[inner]).any() or (end[outer] < end[inner]).any():
        return None
    covered = np.zeros(len(begin), np.int64)
    np.add.at(covered, outer, (end - start)[inner])
    return Nest(
        begin, finish, end, depth, parent, end - start - covered, unfinished, np.zeros(len(begin), np.bool_), orphans
    )


def _match_proper(lane: Lane) -> tuple[Ints, Ints] | None:
    """Return (for each event the position of its E or -1, orphan ends) where every E ends the innermost open B."""
    finish = np.full(len(lane.phase), -1, np.int64)
    pairs = np.flatnonzero(lane.phase != _X)
    if not len(pairs):
        return finish, pairs
    ends = lane.phase[pairs] == _E
    level = np.where(ends, np.int32(-1), np.int32(1)).cumsum(dtype=np.int32)
    orphans = pairs[:0]
    if level.min() < 0:
        lowest = np.minimum.accumulate(np.minimum(level, 0))
        orphan = np.diff(lowest, prepend=0) < 0  # an E while nothing is open
        orphans = pairs[orphan]
        level, pairs, ends = (level - lowest)[~orphan], pairs[~orphan], ends[~orphan]
    level += ends
    order = np.argsort(level.astype(np.uint32 if level.max(initial=0) > 65535 else np.uint16), kind="stable")
    position, is_end = pairs[order], ends[order]
    # Within a level, each B is followed by its E; a last B may have none.
    closed = np.flatnonzero(is_end)
    first, last = position[closed - 1], position[closed]
    named = lane.name[last]
    if ((named != -1) & (named != lane.name[first])).any():
        return None
    finish[first] = last
    return finish, orphans


def _close_positions(lane: Lane, begin: Ints, finish: Ints, whole: Bools, unfinished: Bools, end: Ints) -> Ints | None:
    """Return where each span closes, on a scale on which event p of the lane stands at 2p + 1.

    An X closes before the first event at or after its end, a zero-length X behind the zero-length X that follow it
    directly, a B at its E. None where a span begins at the ts of an earlier zero-length X that is no longer open.
    """
    close = 2 * finish + 1
    close[unfinished] = 2 * len(lane.ts) + 1
    if not whole.any():
        return close
    start = lane.ts[begin]
    rows = np.flatnonzero(whole)
    close[rows] = 2 * np.searchsorted(lane.ts, end[rows], "left")
    empty = whole & (end == start)
    if empty.any():
        together = np.diff(start) == 0
        joined = empty[:-1] & empty[1:] & together & (np.diff(begin) == 1)
        if (empty[:-1] & together & ~joined).any():
            return None
        tails = np.flatnonzero(empty & ~np.append(joined, False))
        rows = np.flatnonzero(empty)
        close[rows] = 2 * begin[tails[np.searchsorted(tails, rows)]] + 2
    return close


def _levels(begin: Ints, close: Ints) -> tuple[Codes, Ints]:
    """Return (how many spans are open at each begin, the last earlier span one level up)."""
    # Counting beats sorting here: a position closes few spans, and there are two positions an event.
    closed = np.bincount(close, minlength=2 * int(begin[-1]) + 1).cumsum() if len(begin) else close
    depth = (np.arange(len(begin)) - closed[2 * begin]).astype(np.int32)
    by_depth = np.argsort(depth.astype(np.uint16) if len(depth) and depth.max() < 65536 else depth, kind="stable")
    edges = np.searchsorted(depth[by_depth], np.arange(depth.max() + 2)) if len(depth) else np.zeros(1, np.int64)
    parent = np.full(len(begin), -1, np.int64)
    for above, here, below in zip(edges[:-2], edges[1:-1], edges[2:], strict=True):
        upper, lower = by_depth[above:here], by_depth[here:below]
        parent[lower] = upper[np.searchsorted(upper, lower) - 1]
    return depth, parent
