"""Several Traces on one clock: columns in, columns out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np

from aero_nb.tables.chrome_threads import with_threads_together
from aero_nb.tables.columns import MAX_NS, NO_TIME, Codes, Columns, Id, Ints, Meaning, Problem, RawJson, Tracks
from aero_nb.tables.walking import joined, tables_of, take_rows

_LATEST = np.iinfo(np.int64).max
_YEAR_NS = 365.25 * 86_400 * 10**9


def merge_columns(
    parts: Sequence[Columns],
    clock_offsets_us: Sequence[float] | None = None,
    clock_uncertainties_us: Sequence[float | None] | None = None,
    *,
    threads_together: bool = True,
    in_time_order: bool = True,
) -> Columns:
    """Put traces beside each other on one clock.

    Traces that say their wall-clock start are aligned by it, after ``clock_offsets_us`` (one per trace) are added
    to their clocks; time 0 is then the earliest start. Where none says it, the clocks are taken to be one. Where
    only some do, the others are made to begin at that earliest start (counted as ``clock_unknown``). Each trace
    keeps its own processes: a pid that an earlier one has becomes the next free integer; only what Chrome's own trace
    knows of the threads of a page goes to that page (:mod:`aero_nb.tables.chrome_threads`), unless these are not to be
    put together. ``metadata`` says how each was aligned. Rows are numbered by time; for a picture, not
    ``in_time_order``, one part comes after the other.

    Raises:
        ValueError: there is not one finite offset a trace, or the times of all traces do not fit one clock (292 years).
    """
    shifts, origin_ns, start_ns = _clocks(parts, clock_offsets_us)
    _check_reach(parts, shifts, origin_ns, start_ns)
    moves, strings = _moves(parts, shifts)
    together = _beside_each_other(parts, moves, strings)
    merged = replace(
        together,
        problems=_with_unaligned(together.problems, moves),
        metadata={
            "sources": [part.metadata for part in parts],
            "clocks": _clocks_told(parts, clock_uncertainties_us),
        },
        origin_ns=origin_ns,
        start_ns=start_ns,
    )
    if threads_together:
        merged = with_threads_together(merged, parts, [move.rows["threads"] for move in moves])
    ordered = _threads_first(merged)
    return _in_time_order(ordered) if in_time_order else ordered


def with_part(columns: Columns, part: Columns, *, in_time_order: bool = True) -> Columns:
    """Return the columns with the rows of ``part``, whose time 0 is what their tables show as 0, as lanes after theirs.

    Threads and tracks keep their numbers, the clock and the metadata are as they were. Spans are numbered anew by time;
    for a picture, not ``in_time_order``, those of ``part`` come after the others, which keep their numbers.

    Raises:
        ValueError: the times of both do not fit one clock (292 years).
    """
    parts, shifts = (columns, part), [0, columns.origin_ns]
    _check_reach(parts, shifts, columns.origin_ns, columns.start_ns)
    (own, other), strings = _moves(parts, shifts)
    both = _beside_each_other(parts, (own, replace(other, source=0)), strings)
    return _in_time_order(both) if in_time_order else both


def _moves(parts: Sequence[Columns], shifts: Sequence[int]) -> tuple[list[_Move], tuple[str, ...]]:
    strings: dict[str, int] = {}
    moves: list[_Move] = []
    for part, shift in zip(parts, shifts, strict=True):
        moves.append(_Move.after(moves[-1] if moves else None, part, shift, strings))
    return moves, tuple(strings)


def _beside_each_other(parts: Sequence[Columns], moves: Sequence[_Move], strings: tuple[str, ...]) -> Columns:
    """Return the rows of all parts, one part after the other, with the first one's clock and metadata."""
    pids = _free_pids(parts)
    threads = replace(
        _joined_tuples([part.threads for part in parts]),
        pid=tuple(new[pid] for new, part in zip(pids, parts, strict=True) for pid in part.threads.pid),
    )
    return replace(
        parts[0],
        strings=strings,
        threads=threads,
        **{name: joined([move.table(name) for move in moves]) for name in tables_of(parts[0])},
        problems=_problems(moves),
        args=_joined_json([part.args for part in parts], moves),
        extras=_joined_json([part.extras for part in parts], moves),
        events=sum(part.events for part in parts),
        profile_events=(sum(part.profile_events[0] for part in parts), sum(part.profile_events[1] for part in parts)),
    )


def _clocks_told(parts: Sequence[Columns], uncertainties_us: Sequence[float | None] | None) -> list[dict[str, Any]]:
    """Say of each part how it is aligned and how far that can be off: its own uncertainty and that of its offset."""
    told = [_clock(part) for part in parts]
    for clock, offset in zip(told, uncertainties_us or (), strict=True) if uncertainties_us else ():
        known = [one for one in (clock["uncertainty_us"], offset) if one is not None and isfinite(one)]
        clock["uncertainty_us"] = sum(known) if known else None
    return told


def _clock(part: Columns) -> dict[str, Any]:
    """Say how a part is aligned: by marks, by its wall clock, or not known to be."""
    marked = part.metadata.get("clock")
    if isinstance(marked, dict) and marked.get("aligned_by") == "marks":
        return dict(marked)
    return {"aligned_by": "unknown" if part.start_ns is None else "wall clock", "uncertainty_us": None}


def _clocks(parts: Sequence[Columns], offsets_us: Sequence[float] | None) -> tuple[list[int], int, int | None]:
    """By how much each clock moves; then the merged trace's origin and start."""
    given = [0.0] * len(parts) if offsets_us is None else list(offsets_us)
    if len(given) != len(parts):
        raise ValueError(
            f"expected a clock offset for each of the {len(parts)} traces (the first one included), found {len(given)}"
        )
    if not all(map(isfinite, given)):
        raise ValueError(f"expected finite clock offsets (µs), found {given}; 0 leaves a clock as it is")
    offsets = [round(offset * 1000) for offset in given]
    starts = [
        None if part.start_ns is None else part.start_ns + offset for part, offset in zip(parts, offsets, strict=True)
    ]
    known = [start + _origin(part) for start, part in zip(starts, parts, strict=True) if start is not None]
    if not known:
        origins = [part.origin_ns and part.origin_ns + offset for part, offset in zip(parts, offsets, strict=True)]
        return offsets, min(origins), None
    zero = min(known)
    shifts = [
        (start - zero) if start is not None else (offset - _earliest(part.tracks))
        for start, part, offset in zip(starts, parts, offsets, strict=True)
    ]
    return shifts, 0, zero


def _origin(part: Columns) -> int:
    """Return where the trace begins on its own clock; one aligned by marks has a clock that may be days old."""
    return _earliest(part.tracks) if _clock(part)["aligned_by"] == "marks" else part.origin_ns


def _check_reach(parts: Sequence[Columns], shifts: list[int], origin_ns: int, start_ns: int | None) -> None:
    """Refuse clocks so far apart that int64 nanoseconds cannot hold both: their times would wrap around."""
    times = [time + shift for part, shift in zip(parts, shifts, strict=True) for time in _extremes(part)]
    earliest, latest = min(times, default=0), max(times, default=0)
    start = start_ns or 0
    apart = max(latest - min(earliest, origin_ns), abs(earliest), abs(latest), abs(start), start + latest)
    if apart > MAX_NS:
        raise ValueError(
            f"expected traces of which all times fit one clock (292 years of nanoseconds), found "
            f"{apart / _YEAR_NS:.3g} years; pass clock_offsets_us that bring the clocks together"
        )


def _extremes(part: Columns) -> list[int]:
    """Return the least and the greatest value of every column of moments."""
    found: list[int] = []
    for table in tables_of(part).values():
        for values in (getattr(table, name) for name, meaning in table.meanings.items() if meaning.kind == "moment"):
            placed = values[values != NO_TIME]
            found += [int(placed.min()), int(placed.max())] if len(placed) else []
    return found


def _earliest(tracks: Tracks) -> int:
    placed = tracks.first[tracks.first != NO_TIME]
    return int(placed.min()) if len(placed) else 0


@dataclass(frozen=True, eq=False)
class _Move:
    """Where the numbers of one part go in the merged columns."""

    part: Columns
    shift: int
    texts: Codes  # new code by old one; the last entry answers for -1
    event: int = 0  # how many events came before
    source: int = 0  # how many sources
    rows: Mapping[str, int] = field(default_factory=lambda: defaultdict(int))  # how many rows of each table

    @classmethod
    def after(cls, last: _Move | None, part: Columns, shift: int, strings: dict[str, int]) -> _Move:
        codes = [strings.setdefault(text, len(strings)) for text in part.strings]
        texts = np.array([*codes, -1], dtype=np.int32)
        if last is None:
            return cls(part, shift, texts)
        sizes = {"threads": len(last.part.threads)}
        sizes |= {name: len(table) for name, table in tables_of(last.part).items()}
        return cls(
            part,
            shift,
            texts,
            event=last.event + last.part.events,
            source=last.source + int(last.part.tracks.source.max(initial=0)) + 1,
            rows={name: last.rows[name] + size for name, size in sizes.items()},
        )

    @cached_property
    def renamed(self) -> bool:
        """Whether some text has another code than before."""
        return not np.array_equal(self.texts[:-1], np.arange(len(self.texts) - 1))

    def table(self, name: str) -> Any:
        table = getattr(self.part, name)
        moved = {column: self._moved(meaning, getattr(table, column)) for column, meaning in table.meanings.items()}
        return replace(table, **moved)

    def _moved(self, meaning: Meaning, values: Any) -> Any:
        match meaning.kind:
            case "moment" if self.shift:
                return np.where(values == NO_TIME, NO_TIME, values + self.shift)
            case "text" if self.renamed:
                return self.texts[values]
            case "source":
                return values + np.int32(self.source)
            case "event" | "row":
                step = self.event if meaning.kind == "event" else self.rows[meaning.table]
                return np.where(values < 0, values, values + step).astype(values.dtype) if step else values
        return values


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


def _joined_tuples(tables: list[Any]) -> Any:
    return type(tables[0])(
        **{c.name: tuple(value for t in tables for value in getattr(t, c.name)) for c in fields(tables[0])}
    )


def _joined_json(texts: list[RawJson], moves: Sequence[_Move]) -> RawJson:
    sizes = np.cumsum([0] + [len(text.blob) for text in texts])
    return RawJson(
        events=np.concatenate([text.events + move.event for text, move in zip(texts, moves, strict=True)]),
        offsets=np.concatenate([[0], *(text.offsets[1:] + size for text, size in zip(texts, sizes, strict=False))]),
        blob=b"".join(text.blob for text in texts),
    )


def _problems(moves: Sequence[_Move]) -> tuple[Problem, ...]:
    """The problems of all parts by kind, the first one's event in the merged numbering."""
    found: dict[str, Problem] = {}
    for move in moves:
        for problem in move.part.problems:
            first = problem.first_event + move.event if problem.first_event >= 0 else -1
            known = found.get(problem.code)
            found[problem.code] = (
                replace(known, count=known.count + problem.count) if known else replace(problem, first_event=first)
            )
    return tuple(found.values())


def _with_unaligned(problems: tuple[Problem, ...], moves: Sequence[_Move]) -> tuple[Problem, ...]:
    """Count the parts of which no wall clock is known; what they counted themselves is said anew."""
    unaligned = [move for move in moves if move.part.start_ns is None]
    if not unaligned:
        return problems
    example = "taken to share one clock" if len(unaligned) == len(moves) else "begins with the earliest start"
    told = Problem("clock_unknown", "info", len(unaligned), unaligned[0].event, example)
    return (*(problem for problem in problems if problem.code != told.code), told)


def _threads_first(columns: Columns) -> Columns:
    """Lanes in the order in which a file's are numbered: threads, counters, async tracks."""
    rank = {kind: place for place, kind in enumerate(("thread", "counter", "async"))}
    kinds = [rank.get(columns.strings[kind], len(rank)) for kind in columns.tracks.kind.tolist()]
    order = np.argsort(np.array(kinds, np.int64), kind="stable")
    return take_rows(columns, {"tracks": order})


def _in_time_order(columns: Columns) -> Columns:
    timed = {name: table for name, table in tables_of(columns).items() if table.begins}
    return take_rows(columns, {name: _by_time(getattr(table, table.begins)) for name, table in timed.items()})


def _by_time(ts: Ints) -> Ints:
    """The stable order by time, what has none last."""
    return np.argsort(np.where(ts == NO_TIME, _LATEST, ts), kind="stable")
