"""The tables of a Trace as the timeline draws them: sorted rows of spans in whole nanoseconds.

A row holds spans that do not overlap: those of one track at one depth, or one of several lanes where spans of
equal depth overlap (crossed spans, asynchronous work). Within a row spans are in time order.
"""

import heapq
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from aero_nb.tables.columns import Bools, Codes, Ints

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
        self._codes: dict[Hashable, int] = {}

    def code(self, name: Any) -> int:
        """Return the number of ``name``, a new one at first sight; a missing name is empty."""
        text = "" if name is None or name is pd.NA or name != name else str(name)[:NAME_LENGTH]
        if text not in self._codes:
            self._codes[text] = len(self.texts)
            self.texts.append(text)
        return self._codes[text]

    def codes(self, column: "pd.Series[Any]") -> Codes:
        """Return the numbers of a column of names."""
        numbers, values = pd.factorize(column, use_na_sentinel=False)
        table = np.array([self.code(value) for value in values], dtype=np.int32)
        return table[numbers] if len(numbers) else np.empty(0, np.int32)


def nanoseconds(column: "pd.Series[Any]", zero_us: float, missing: int = 0) -> Ints:
    """Return times in µs as whole ns since ``zero_us``; what is not a number becomes ``missing``."""
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    # Two steps: a large clock would lose its nanoseconds in one product.
    ns = np.rint((values - zero_us) * 1000.0)
    return np.where(np.isfinite(ns), ns, missing).astype(np.int64)


def span_rows(
    spans: pd.DataFrame, async_spans: pd.DataFrame, zero_us: float, end_ns: int, names: Names, cats: Names
) -> SpanRows:
    """Sort spans and async spans into rows; an unfinished span without a duration reaches ``end_ns``."""
    both = [_columns(table, zero_us, end_ns, names, cats) for table in (spans, async_spans)]
    columns = {key: np.concatenate([part[key] for part in both]) for key in both[0]}
    columns["asynchronous"] = np.arange(len(columns["start"])) >= len(spans)
    inside = np.where(columns["parent"] >= 0, columns["parent"] + len(spans) * columns["asynchronous"], -1)
    order, first, lane = _rows(columns["track"], columns["depth"], columns["start"], columns["duration"])
    drawn = _drawn(columns["track"][order], first)
    below = np.unique(columns["track"][order[~drawn]], return_counts=True)
    drawn_before: Ints = np.cumsum(drawn) - drawn
    first = drawn_before[first[drawn[first]]]
    order, lane = order[drawn], lane[drawn]
    place = np.full(len(inside) + 1, -1, np.int64)
    place[order] = np.arange(len(order))
    own = place[_nearest(inside, place[:-1] >= 0)]
    return SpanRows(
        **{
            key: columns[key][order]
            for key in ("start", "duration", "self_time", "name", "cat", "unfinished", "index", "asynchronous")
        },
        parent=place[inside[order]],
        row_start=np.append(first, len(order)).astype(np.int64),
        row_track=columns["track"][order[first]],
        row_depth=columns["depth"][order[first]],
        row_lane=lane[first],
        place=own,
        folded=dict(zip(below[0].tolist(), below[1].tolist(), strict=True)),
    )


def _drawn(track: Ints, first: Ints) -> Bools:
    """Return which spans (in rows, each row beginning at ``first``) lie in the first ``MOST_ROWS`` of their track."""
    heads = track[first]
    rows = np.arange(len(first)) - np.searchsorted(heads, heads)
    return np.repeat(rows < MOST_ROWS, np.diff(np.append(first, len(track))))


def _nearest(parent: Ints, drawn: Bools) -> Ints:
    """Return for each span itself if it is drawn, else the innermost one around it that is, else -1."""
    if drawn.all():
        return np.arange(len(parent))
    up = np.append(np.where(drawn, np.arange(len(parent)), parent), -1)
    while True:  # each step doubles how far it looks
        further = up[up]
        if (further == up).all():
            return up[:-1]
        up = further


def _columns(
    table: pd.DataFrame, zero_us: float, end_ns: int, names: Names, cats: Names
) -> dict[str, npt.NDArray[Any]]:
    start = nanoseconds(table["ts_us"], zero_us)
    open_for = np.maximum(end_ns - start, 0)
    missing = table["dur_us"].isna().to_numpy()
    duration = np.where(missing, open_for, nanoseconds(table["dur_us"], 0.0))
    self_time = nanoseconds(table["self_us"], 0.0, missing=-1) if "self_us" in table else duration
    return {
        "start": start,
        "duration": np.maximum(duration, 0),
        "self_time": np.where(self_time < 0, duration, self_time),
        "name": names.codes(table["name"]),
        "cat": cats.codes(table["cat"]),
        "parent": table["parent"].to_numpy(dtype=np.int64, na_value=-1),
        "unfinished": table["unfinished"].to_numpy(dtype=np.bool_),
        "index": np.arange(len(table), dtype=np.int64),
        "track": table["track"].to_numpy(dtype=np.int64),
        "depth": table["depth"].to_numpy(dtype=np.int64, na_value=0),
    }


def _rows(track: Ints, depth: Ints, start: Ints, duration: Ints) -> tuple[Ints, Ints, Ints]:
    """Sort spans into rows: their order, where each row begins in it, and the lane of each span in that order.

    Where spans of one track and depth overlap, all but one at a time get a lane of their own.
    """
    key = track * (int(depth.max(initial=0)) + 1) + depth
    order = _by_key_and_start(key, start)
    key = key[order]
    begin, end = start[order], (start + duration)[order]
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


def _by_key_and_start(key: Ints, start: Ints) -> Ints:
    """Sort by key, then start; tables are in time order, so that most often only the key is left to sort by."""
    small = key.astype(np.uint16) if int(key.max(initial=0)) < 1 << 16 else key  # 16 bits: NumPy's radix sort
    order = np.argsort(small, kind="stable")
    backwards = (np.diff(start[order]) < 0) & (np.diff(key[order]) == 0)
    return np.lexsort((start, key)) if backwards.any() else order


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
