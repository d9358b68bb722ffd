"""Several Traces on one clock: columns in, columns out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from aero_nb.tables.columns import NO_TIME, Codes, Columns, Id, Ints, Problem, RawJson, Tracks

# What the numbers of a column mean, and so how they move; a column that is not named here is copied.
_TIMES = {"ts", "from_ts", "to_ts", "start", "end", "first", "last"}
_TEXTS = {"name", "cat", "series", "id", "scope", "kind", "ph"}
_EVENTS = {"event", "end_event", "from_event", "to_event"}
_ROWS = {"parent", "from_span", "to_span"}
_ON_TRACKS = ("spans", "instants", "counters", "async_spans", "leftovers", "gaps")
_LATEST = np.iinfo(np.int64).max


def merge_columns(parts: Sequence[Columns], clock_offsets_us: Sequence[float] | None = None) -> Columns:
    """Put traces beside each other on one clock.

    Traces that tell their wall-clock start are aligned by it, after ``clock_offsets_us`` (one per trace) are added
    to their clocks; time 0 is then the earliest start. Where none tells it, the clocks are taken to be one. Where
    only some do, the others are made to begin at that earliest start (counted as ``clock_unknown``). Each trace
    keeps its own processes: a pid that an earlier one has becomes the next free integer.
    """
    shifts, origin_ns, start_ns = _clocks(parts, clock_offsets_us)
    strings: dict[str, int] = {}
    moves: list[_Move] = []
    for part, shift in zip(parts, shifts, strict=True):
        moves.append(_Move.after(moves[-1] if moves else None, part, shift, strings))
    tables = {
        name: _joined([move.table(getattr(move.part, name)) for move in moves])
        for name in ("tracks", "spans", "instants", "counters", "async_spans", "flows", "leftovers", "gaps")
    }
    pids = _free_pids(parts)
    threads = replace(
        _joined_tuples([part.threads for part in parts]),
        pid=tuple(new[pid] for new, part in zip(pids, parts, strict=True) for pid in part.threads.pid),
    )
    merged = Columns(
        strings=tuple(strings),
        threads=threads,
        **tables,
        problems=_problems(moves),
        metadata={"sources": [part.metadata for part in parts]},
        args=_joined_json([part.args for part in parts], moves),
        extras=_joined_json([part.extras for part in parts], moves),
        origin_ns=origin_ns,
        start_ns=start_ns,
        events=sum(part.events for part in parts),
    )
    return _in_time_order(_threads_first(merged))


def _clocks(parts: Sequence[Columns], offsets_us: Sequence[float] | None) -> tuple[list[int], int, int | None]:
    """By how much each clock moves; then the merged trace's origin and start."""
    offsets = [0] * len(parts) if offsets_us is None else [round(offset * 1000) for offset in offsets_us]
    if len(offsets) != len(parts):
        raise ValueError(
            f"expected a clock offset for each of the {len(parts)} traces (the first one included), "
            f"found {len(offsets)}"
        )
    starts = [None if p.start_ns is None else p.start_ns + o for p, o in zip(parts, offsets, strict=True)]
    known = [start + part.origin_ns for start, part in zip(starts, parts, strict=True) if start is not None]
    if not known:
        return offsets, min(part.origin_ns for part in parts), None
    zero = min(known)
    shifts = [
        (start - zero) if start is not None else (offset - _earliest(part.tracks))
        for start, part, offset in zip(starts, parts, offsets, strict=True)
    ]
    return shifts, 0, zero


def _earliest(tracks: Tracks) -> int:
    placed = tracks.first[tracks.first != NO_TIME]
    return int(placed.min()) if len(placed) else 0


@dataclass(frozen=True, eq=False)
class _Move:
    """Where the numbers of one part go in the merged columns."""

    part: Columns
    shift: int
    texts: Codes  # new code by old one; the last entry answers for -1
    thread: int = 0  # and the rest: how many of each came before
    track: int = 0
    span: int = 0
    async_span: int = 0
    event: int = 0
    source: int = 0

    @classmethod
    def after(cls, last: _Move | None, part: Columns, shift: int, strings: dict[str, int]) -> _Move:
        codes = [strings.setdefault(text, len(strings)) for text in part.strings]
        texts = np.array([*codes, -1], dtype=np.int32)
        if last is None:
            return cls(part, shift, texts)
        return cls(
            part,
            shift,
            texts,
            thread=last.thread + len(last.part.threads),
            track=last.track + len(last.part.tracks),
            span=last.span + len(last.part.spans),
            async_span=last.async_span + len(last.part.async_spans),
            event=last.event + last.part.events,
            source=last.source + int(last.part.tracks.source.max(initial=0)) + 1,
        )

    def table(self, table: Any) -> Any:
        rows = self.async_span if table is self.part.async_spans else self.span
        return replace(
            table,
            **{column.name: self._column(column.name, getattr(table, column.name), rows) for column in fields(table)},
        )

    def _column(self, name: str, values: Any, rows: int) -> Any:
        if name in _TIMES:
            return np.where(values == NO_TIME, NO_TIME, values + self.shift)
        if name in _TEXTS:
            return self.texts[values]
        if name == "source":
            return values + np.int32(self.source)
        step = {"thread": self.thread, "end_thread": self.thread, "track": self.track}.get(name)
        if step is None and name in _EVENTS:
            step = self.event
        if step is None and name in _ROWS:
            step = rows
        return values if step is None else np.where(values < 0, values, values + step).astype(values.dtype)


def _free_pids(parts: Sequence[Columns]) -> list[dict[Id, Id]]:
    """For each part: the pid of each of its processes in the merged trace."""
    taken: set[Id] = set()
    renamed: list[dict[Id, Id]] = []
    for part in parts:
        own = dict.fromkeys(part.threads.pid)
        new: dict[Id, Id] = {pid: pid for pid in own if pid not in taken}
        for pid in own:
            if pid in taken:
                free = pid + 1 if isinstance(pid, int) else 1
                while free in taken or free in own or free in new.values():
                    free += 1
                new[pid] = free
        taken.update(new.values())
        renamed.append(new)
    return renamed


def _joined(tables: list[Any]) -> Any:
    return type(tables[0])(
        **{c.name: np.concatenate([getattr(table, c.name) for table in tables]) for c in fields(tables[0])}
    )


def _joined_tuples(tables: list[Any]) -> Any:
    return type(tables[0])(
        **{c.name: tuple(value for t in tables for value in getattr(t, c.name)) for c in fields(tables[0])}
    )


def _joined_json(texts: list[RawJson], moves: list[_Move]) -> RawJson:
    sizes = np.cumsum([0] + [len(text.blob) for text in texts])
    return RawJson(
        events=np.concatenate([text.events + move.event for text, move in zip(texts, moves, strict=True)]),
        offsets=np.concatenate([[0], *(text.offsets[1:] + size for text, size in zip(texts, sizes, strict=False))]),
        blob=b"".join(text.blob for text in texts),
    )


def _problems(moves: list[_Move]) -> tuple[Problem, ...]:
    """The problems of all parts by kind, the first one's event in the merged numbering."""
    found: dict[str, Problem] = {}
    unaligned = [move for move in moves if move.part.start_ns is None]
    for move in moves:
        for problem in move.part.problems:
            first = problem.first_event + move.event if problem.first_event >= 0 else -1
            known = found.get(problem.code)
            found[problem.code] = (
                replace(known, count=known.count + problem.count) if known else replace(problem, first_event=first)
            )
    if unaligned:
        example = "taken to share one clock" if len(unaligned) == len(moves) else "begins with the earliest start"
        found["clock_unknown"] = Problem("clock_unknown", "info", len(unaligned), unaligned[0].event, example)
    return tuple(found.values())


def _threads_first(columns: Columns) -> Columns:
    """Lanes in the order in which a file's are numbered: threads, counters, async tracks."""
    rank = {kind: place for place, kind in enumerate(("thread", "counter", "async"))}
    kinds = [rank.get(columns.strings[kind], len(rank)) for kind in columns.tracks.kind.tolist()]
    order = np.argsort(np.array(kinds, np.int64), kind="stable")
    numbers = np.full(len(order) + 1, -1, np.int32)
    numbers[order] = np.arange(len(order))

    def moved(table: Any) -> Any:
        return replace(table, track=numbers[table.track])

    return replace(
        columns,
        tracks=columns.tracks.take(order),
        **{name: moved(getattr(columns, name)) for name in _ON_TRACKS},
    )


def _in_time_order(columns: Columns) -> Columns:
    spans, async_spans, flows = columns.spans, columns.async_spans, columns.flows
    order, numbers = _by_time(spans.ts)
    spans = replace(spans, parent=numbers[spans.parent]).take(order)
    flows = replace(flows, from_span=numbers[flows.from_span], to_span=numbers[flows.to_span])
    order, numbers = _by_time(async_spans.ts)
    return replace(
        columns,
        spans=spans,
        async_spans=replace(async_spans, parent=numbers[async_spans.parent]).take(order),
        flows=flows.take(_by_time(flows.from_ts)[0]),
        instants=columns.instants.take(_by_time(columns.instants.ts)[0]),
        counters=columns.counters.take(_by_time(columns.counters.ts)[0]),
        leftovers=columns.leftovers.take(_by_time(columns.leftovers.ts)[0]),
        gaps=columns.gaps.take(_by_time(columns.gaps.start)[0]),
    )


def _by_time(ts: Ints) -> tuple[Ints, Ints]:
    """The stable order by time, what has none last, and the new row number by old one (-1 stays -1)."""
    order = np.argsort(np.where(ts == NO_TIME, _LATEST, ts), kind="stable")
    numbers = np.full(len(ts) + 1, -1, dtype=np.int64)
    numbers[order] = np.arange(len(ts))
    return order, numbers
