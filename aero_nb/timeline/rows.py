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

Ints = npt.NDArray[np.int64]
NAME_LENGTH = 4096  # characters of a name that reach the browser; its colour needs 256 bytes


@dataclass(frozen=True)
class SpanRows:
    """Spans sorted by (row, start), one array element each; times in ns since the timeline's zero.

    ``parent`` is a position in these arrays, -1 at a root; ``index`` is the row's place in ``trace.spans``, or in
    ``trace.async_spans`` where ``asynchronous``. ``row_start`` (rows + 1 long) says where each row begins;
    ``row_track``, ``row_depth`` and ``row_lane`` tell what it shows.
    """

    start: Ints
    duration: Ints
    self_time: Ints
    name: npt.NDArray[np.int32]
    cat: npt.NDArray[np.int32]
    parent: Ints
    unfinished: npt.NDArray[np.bool_]
    index: Ints
    asynchronous: npt.NDArray[np.bool_]
    row_start: Ints
    row_track: Ints
    row_depth: Ints
    row_lane: Ints

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

    def codes(self, column: "pd.Series[Any]") -> npt.NDArray[np.int32]:
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
    lane = _lanes(columns["track"], columns["depth"], columns["start"], columns["duration"])
    order = np.lexsort((columns["start"], lane, columns["depth"], columns["track"]))
    place = np.empty(len(order) + 1, np.int64)
    place[order], place[-1] = np.arange(len(order)), -1
    keys = np.stack([columns["track"], columns["depth"], lane])[:, order]
    first = np.flatnonzero(np.any(np.diff(keys, axis=1, prepend=-2) != 0, axis=0))
    return SpanRows(
        **{
            key: columns[key][order]
            for key in ("start", "duration", "self_time", "name", "cat", "unfinished", "index", "asynchronous")
        },
        parent=place[inside[order]],
        row_start=np.append(first, len(order)).astype(np.int64),
        row_track=keys[0, first],
        row_depth=keys[1, first],
        row_lane=keys[2, first],
    )


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


def _lanes(track: Ints, depth: Ints, start: Ints, duration: Ints) -> Ints:
    """Return 0 for each span, or a lane of its own where it overlaps another of its track and depth."""
    lane = np.zeros(len(start), np.int64)
    order = np.lexsort((-duration, start, depth, track))
    begin, end = start[order], (start + duration)[order]
    key = np.stack([track[order], depth[order]])
    same = ~np.any(np.diff(key, axis=1, prepend=-2) != 0, axis=0)
    crossed = same & (begin < np.append(0, end[:-1]))
    group = np.cumsum(~same) - 1
    bounds = np.append(np.flatnonzero(~same), len(order))
    for number in np.unique(group[crossed]):
        part = slice(bounds[number], bounds[number + 1])
        lane[order[part]] = _first_free_lane(begin[part].tolist(), end[part].tolist())
    return lane


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
