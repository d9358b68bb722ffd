"""The tables of a Trace as the timeline draws them: sorted rows of spans in whole nanoseconds.

A row holds spans that do not overlap: those of one track at one depth, or one of several lanes where spans of
equal depth overlap (crossed spans, asynchronous work). Within a row spans are in time order.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from aero_nb.tables.columns import NO_TIME, AsyncSpans, Bools, Codes, Columns, Ints, Spans

MOST_ROWS = 512  # of a track: nobody scrolls through more, and every row costs memory here and in the browser
NAME_LENGTH = 4096  # characters of a name that reach the browser; its colour needs 256 bytes


@dataclass(frozen=True)
class SpanRows:
    """Spans sorted by (row, start), one array element each; times in ns since the timeline's zero.

    ``parent`` is a position in these arrays, -1 at a root; ``index`` is the row's place in ``trace.spans``, or in
    ``trace.async_spans`` where ``asynchronous``. ``row_start`` (rows + 1 long) says where each row begins;
    ``row_track``, ``row_depth`` and ``row_lane`` tell what it shows.

    A track has at most ``MOST_ROWS`` rows; what lies deeper is folded: not in the arrays, but counted by track in
    ``folded``. ``place`` of each row of ``trace.spans``, then of ``trace.async_spans``, is its position here, of a
    folded one that of the innermost span around it that is drawn, -1 if there is none.
    """

    start: Ints
    duration: Ints
    self_time: Ints
    name: Codes
    cat: Codes
    parent: Ints
    unfinished: Bools
    index: Ints
    asynchronous: Bools
    row_start: Ints
    row_track: Ints
    row_depth: Ints
    row_lane: Ints
    place: Ints
    folded: dict[int, int]

    def __len__(self) -> int:
        return len(self.start)


class Names:
    """Distinct strings in order of first use."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, name: str | None) -> int:
        """Return the number of ``name``, a new one at first sight; a missing name is empty."""
        text = "" if name is None else name[:NAME_LENGTH]
        if text not in self._codes:
            self._codes[text] = len(self.texts)
            self.texts.append(text)
        return self._codes[text]

    def codes(self, texts: Codes, strings: Sequence[str]) -> Codes:
        """Return the numbers of coded texts; -1 is a missing one."""
        first = np.full(len(strings) + 1, len(texts))  # the last one is of -1
        first[texts[::-1]] = np.arange(len(texts) - 1, -1, -1)  # of several, the one assigned last stays
        used = np.flatnonzero(first < len(texts))
        numbers = np.zeros(len(strings) + 1, np.int32)
        for text in used[np.argsort(first[used])].tolist():
            numbers[text] = self.code(strings[text] if text < len(strings) else None)
        return numbers[texts]


def nanoseconds(ts: Ints, zero_ns: int) -> Ints:
    """Return times as ns since ``zero_ns``; what has none is at 0."""
    return np.where(ts == NO_TIME, 0, ts - zero_ns)


def span_rows(tables: Columns, zero_ns: int, names: Names, cats: Names) -> SpanRows:
    """Sort spans and async spans into rows."""
    own = len(tables.spans)
    both = [_columns(table, tables.strings, zero_ns, names, cats) for table in (tables.spans, tables.async_spans)]
    columns = (
        both[0] if not len(tables.async_spans) else {k: np.concatenate([part[k] for part in both]) for k in both[0]}
    )
    asynchronous = np.arange(len(columns["start"])) >= own
    inside = columns["parent"]
    if len(tables.async_spans):
        inside = np.where(inside >= 0, inside + own * asynchronous, -1)
    order, first, lane = _rows(columns["track"], columns["depth"], columns["start"], columns["duration"])
    track = columns["track"]
    kept = _rows_kept(track[order[first]])
    folded: dict[int, int] = {}
    if not kept.all():
        size = np.diff(np.append(first, len(order)))
        drawn = np.repeat(kept, size)
        below = np.unique(track[order[~drawn]], return_counts=True)
        folded = dict(zip(below[0].tolist(), below[1].tolist(), strict=True))
        first = np.cumsum(size[kept]) - size[kept]
        order, lane = order[drawn], lane[drawn]
    place = np.full(len(inside) + 1, -1, np.int64)
    place[order] = np.arange(len(order))
    return SpanRows(
        **{key: columns[key][order] for key in ("start", "duration", "self_time", "name", "cat", "unfinished")},
        index=order - own * asynchronous[order],
        asynchronous=asynchronous[order],
        parent=place[inside[order]],
        row_start=np.append(first, len(order)).astype(np.int64),
        row_track=track[order[first]],
        row_depth=columns["depth"][order[first]],
        row_lane=lane[first],
        place=place[_nearest(inside, place[:-1] >= 0)] if folded else place[:-1],
        folded=folded,
    )


def _rows_kept(track: Ints) -> Bools:
    """Return which rows, of these tracks in order, are among the first ``MOST_ROWS`` of their track."""
    kept: Bools = np.arange(len(track)) - np.searchsorted(track, track) < MOST_ROWS
    return kept


def _nearest(parent: Ints, drawn: Bools) -> Ints:
    """Return for each span itself if it is drawn, else the innermost one around it that is, else -1."""
    up = np.append(np.where(drawn, np.arange(len(parent)), parent), -1)
    while True:  # each step doubles how far it looks
        further = up[up]
        if (further == up).all():
            return up[:-1]
        up = further


def _columns(
    table: Spans | AsyncSpans, strings: Sequence[str], zero_ns: int, names: Names, cats: Names
) -> dict[str, npt.NDArray[Any]]:
    duration = np.maximum(table.dur, 0)
    self_time = table.self_time if isinstance(table, Spans) else duration
    return {
        "start": nanoseconds(table.ts, zero_ns),
        "duration": duration,
        "self_time": np.where(self_time < 0, duration, self_time),
        "name": names.codes(table.name, strings),
        "cat": cats.codes(table.cat, strings),
        "parent": table.parent,
        "unfinished": table.unfinished,
        "track": table.track.astype(np.int64),
        "depth": table.depth.astype(np.int64),
    }


def _rows(track: Ints, depth: Ints, start: Ints, duration: Ints) -> tuple[Ints, Ints, Ints]:
    """Sort spans into rows: their order, where each row begins in it, and the lane of each span in that order.

    Where spans of one track and depth overlap, all but one at a time get a lane of their own.
    """
    key = track * (int(depth.max(initial=0)) + 1) + depth
    order, begin = by_key_and_start(key, start)
    key, end = key[order], begin + duration[order]
    heads = _changes(key)
    lane = np.zeros(len(order), np.int64)
    crossed = begin[1:] < end[:-1] - 1  # start and duration are rounded apart: a nanosecond is none
    crossed &= key[1:] == key[:-1]
    if crossed.any():
        bounds = np.append(heads, len(order))
        for number in np.unique(np.searchsorted(heads, np.flatnonzero(crossed), side="right") - 1).tolist():
            part = slice(int(bounds[number]), int(bounds[number + 1]))
            lane[part] = _first_free_lane(begin[part].tolist(), end[part].tolist())
        again = np.lexsort((lane, key))
        order, key, lane = order[again], key[again], lane[again]
        heads = _changes(key * (int(lane.max()) + 1) + lane)
    return order, heads, lane


def by_key_and_start(key: Ints, start: Ints) -> tuple[Ints, Ints]:
    """Sort by key, then start: the order, and the starts in it.

    Tables are in time order, so that most often only the key is left to sort by.
    """
    small = key.astype(np.uint16) if int(key.max(initial=0)) < 1 << 16 else key  # 16 bits: NumPy's radix sort
    order = np.argsort(small, kind="stable")
    begin = start[order]
    falls = np.flatnonzero(begin[1:] < begin[:-1])
    if (key[order[falls]] == key[order[falls + 1]]).any():
        order = np.lexsort((start, key))
        begin = start[order]
    return order, begin


def _changes(key: Ints) -> Ints:
    """Return where a sorted key takes a new value."""
    return np.flatnonzero(np.diff(key, prepend=-1) != 0)


def _first_free_lane(begin: list[int], end: list[int]) -> list[int]:
    """Give each interval (sorted by its begin) the lowest lane that is free by then."""
    busy: list[tuple[int, int]] = []  # (end, lane)
    free: list[int] = []
    lanes, opened = [], 0
    for left, right in zip(begin, end, strict=True):
        while busy and busy[0][0] <= left:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if free:
            lane = heapq.heappop(free)
        else:
            lane, opened = opened, opened + 1
        heapq.heappush(busy, (right, lane))
        lanes.append(lane)
    return lanes
