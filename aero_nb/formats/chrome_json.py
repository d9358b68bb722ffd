"""The tables of a Trace as Chrome Trace JSON, exact to the nanosecond: columns in, bytes out.

Every event is written where it stood, with the ``args`` and the fields that have no column as the file had them. What
the format cannot say stands under ``otherData.aero_nb``: gaps, losses, ends of unfinished spans, sources of a merge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

import msgspec
import numpy as np
import orjson

from aero_nb.events import ASYNC_ENDS, BEGIN, COMPLETE, COUNTER, END
from aero_nb.formats.profile_events import are_told, is_profile_event, profile_lines
from aero_nb.tables.columns import NO_TIME, Columns, Id, Ints
from aero_nb.tables.identity import text_of_id
from aero_nb.tables.json_values import json_value
from aero_nb.tables.series_names import args_key, series_of
from aero_nb.tables.walking import tables_of_events

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TIES = ("scope", "bind_id")  # what makes equal ids of two sources different ones


def to_json(columns: Columns) -> bytes:
    """Return the trace as ``{..., "traceEvents": [...]}``, one event a line."""
    lines = sorted(_Lines(columns).all(), key=lambda line: line[0])
    position = {event: number for number, (event, _) in enumerate(lines)}
    members = {**columns.metadata, "otherData": _other_data(columns, position)}
    members.pop("metadata_events", None)  # they are among the events
    members.pop("profile_format", None)  # of the file that was read; this one is a trace
    if isinstance(members.get("samples"), list) and not are_told(columns):
        del members["samples"]  # and so are these
    head = b"".join(b"%b:%b,\n" % (_json(key), _json(value)) for key, value in members.items())
    return b'{%b"traceEvents":[\n%b\n]}\n' % (head, b",\n".join(text for _, text in lines))


class _Lines:
    """Makes the text of each event: what its table says, its extra fields, its args."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._texts = [*map(_json, columns.strings), b""]  # the last one answers for code -1
        lanes = columns.threads
        self._lanes = [*(_lane(pid, tid) for pid, tid in zip(lanes.pid, lanes.tid, strict=True)), b""]
        self._sources = _source_of_threads(columns)

    def all(self) -> Iterator[tuple[int, bytes]]:
        """Yield (index in the file, text) of every event, table by table."""
        c = self._columns
        spans, pairs = c.spans, c.async_spans
        whole = (spans.end_event < 0) & ~spans.unfinished
        yield from self._rows(COMPLETE, spans.take(whole), dur=spans.dur[whole], carry=spans.carry[whole])
        yield from self._rows(BEGIN, spans.take(~whole))
        yield from self._ends(END, spans.take(spans.end_event >= 0))
        yield from self._rows(None, pairs)
        for begin, end in ASYNC_ENDS.items():
            yield from self._ends(end, pairs.take((pairs.end_event >= 0) & (pairs.ph == self._columns.code(begin))))
        yield from self._rows(None, c.instants, scope=True)
        told = are_told(c)
        yield from self._rows(None, c.leftovers if told else c.leftovers.take(~is_profile_event(c)))
        yield from self._counters()
        for event, (thread, ts, line) in enumerate(() if told else profile_lines(c), start=c.events):
            lane = [self._lanes[thread]] if self._lanes[thread] else []
            yield event, b"{%b}" % b",".join([*lane, b'"ts":' + _us(ts), line])

    def _ends(self, phase: str, table: Any) -> Iterator[tuple[int, bytes]]:
        threads = getattr(table, "end_thread", table.thread)
        return self._rows(phase, replace(table, thread=threads), ts=table.ts + table.dur, events=table.end_event)

    def _rows(
        self,
        phase: str | None,
        table: Any,
        *,
        ts: Ints | None = None,
        dur: Ints | None = None,
        carry: Any = None,
        events: Ints | None = None,
        scope: bool = False,
        args: list[bytes] | None = None,
    ) -> Iterator[tuple[int, bytes]]:
        events = table.event if events is None else events
        texts, lanes = self._texts, self._lanes
        phases = [_json(phase)] * len(events) if phase else [texts[code] for code in table.ph.tolist()]
        times = (table.ts if ts is None else ts).tolist()
        durs = [NO_TIME] * len(events) if dur is None else dur.tolist()
        carries = [0] * len(events) if carry is None else carry.tolist()
        scopes = [texts[code] for code in table.scope.tolist()] if scope else [b""] * len(events)
        rows = zip(
            events.tolist(), phases, table.name.tolist(), table.cat.tolist(), table.thread.tolist(),
            times, durs, carries, scopes, self._extras(events, table.thread),
            args or self._columns.args.select(events), strict=True,
        )  # fmt: skip
        for event, ph, name, cat, lane, start, length, carried, s, extra, raw in rows:
            parts = [lanes[lane]] if lanes[lane] else []
            parts += [
                b'"%b":%b' % pair for pair in ((b"ph", ph), (b"name", texts[name]), (b"cat", texts[cat])) if pair[1]
            ]
            if start != NO_TIME:
                parts.append(b'"ts":' + _us(start, carried))
            if length != NO_TIME and not _has_dur(extra):
                parts.append(b'"dur":' + _us(length, carried))
            if s:
                parts.append(b'"s":' + s)
            if extra:
                parts.append(extra)
            if raw != b"null":
                parts.append(b'"args":' + raw)
            yield event, b"{%b}" % b",".join(parts)

    def _extras(self, events: Ints, threads: Any) -> list[bytes]:
        """The inside of the object of extra fields, ids kept apart by the source they came from."""
        sources = self._sources[threads].tolist()
        return [
            b"" if raw == b"null" else (_tied(raw, source) if source else raw)[1:-1]
            for raw, source in zip(self._columns.extras.select(events), sources, strict=True)
        ]

    def _counters(self) -> Iterator[tuple[int, bytes]]:
        """One C event for the samples that came from one, with those of its args that are still there."""
        counters = self._columns.counters
        order = np.argsort(counters.event, kind="stable")
        first = order[np.diff(counters.event[order], prepend=-1) != 0]
        yield from self._rows(COUNTER, counters.take(first), args=list(self._kept_args(counters.take(order))))

    def _kept_args(self, counters: Any) -> Iterator[bytes]:
        texts = (*self._columns.strings, None)
        columns = (counters.event, counters.name, counters.series, counters.value)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for event, samples in groupby(rows, key=lambda row: row[0]):
            raw = self._columns.args.get(event) or b"null"
            found = list(samples)
            name, kept = texts[found[0][1]], {texts[series]: value for _, _, series, value in found}
            try:
                given = _fields.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                yield orjson.dumps({args_key(name, str(series)): value for series, value in kept.items()})
            else:
                alone = len(given) == 1
                keys = [key for key in given if kept.keys() & {key, series_of(name, key, alone=alone)}]
                inside = (_json(key) + b":" + bytes(given[key]) for key in keys)
                yield raw if len(keys) == len(given) else b"{%b}" % b",".join(inside)


def _source_of_threads(columns: Columns) -> Any:
    sources = np.zeros(len(columns.threads) + 1, np.int32)
    sources[columns.tracks.thread] = columns.tracks.source
    return sources


def _tied(raw: bytes, source: int) -> bytes:
    """The extra fields with ids that no other source has: equal ones of two files are two."""
    given = _fields.decode(raw)
    if not given.keys() & {"id", "id2", "scope", "bind_id"}:
        return raw
    ties = {key: f"{text_of_id(bytes(given[key]))}@{source}" for key in _TIES if key in given}
    if given.keys() & {"id", "id2"}:
        ties.setdefault("scope", f"@{source}")
    whole = {**given, **{key: msgspec.Raw(_json(tie)) for key, tie in ties.items()}}
    return msgspec.json.encode(whole)


def _has_dur(extra: bytes) -> bool:
    """Is a dur among the extra fields: a negative one, kept as the file had it?"""
    return b'"dur":' in extra and "dur" in _fields.decode(b"{%b}" % extra)


# What the format cannot say


def _other_data(columns: Columns, position: dict[int, int]) -> dict[str, Any]:
    given = columns.metadata.get("otherData")
    other = dict(given) if isinstance(given, dict) else {} if given is None else {"otherData": given}
    mine = other.get("aero_nb")
    return {
        **other,
        "aero_nb": {
            **(mine if isinstance(mine, dict) else {}),
            "start_epoch_ns": columns.start_ns,
            "gaps": _gaps(columns),
            "lanes": _lanes(columns),
            "processes": _processes(columns),
            "threads": _moved_threads(columns),
            "unfinished_ends_ns": [
                [position[event], end]
                for table in tables_of_events(columns).values()
                if "unfinished" in table.meanings
                for event, end in zip(
                    table.event[table.unfinished].tolist(),
                    (table.ts + table.dur)[table.unfinished].tolist(),
                    strict=True,
                )
            ],
        },
    }


def _gaps(columns: Columns) -> list[dict[str, Any]]:
    gaps, lanes = columns.gaps, columns.threads
    # A gap of a lane that no event is on has no lane: it stays one of nobody's.
    threads = [int(columns.tracks.thread[track]) if track >= 0 else -1 for track in gaps.track.tolist()]
    pids, tids = (*lanes.pid, None), (*lanes.tid, None)
    return [
        {
            "pid": pids[thread],
            "tid": tids[thread],
            "start_us": _exact_us(start),
            "end_us": _exact_us(end),
            "dropped_records": None if dropped < 0 else dropped,
        }
        for thread, start, end, dropped in zip(
            threads, gaps.start.tolist(), gaps.end.tolist(), gaps.dropped_records.tolist(), strict=True
        )
    ]


def _lanes(columns: Columns) -> list[dict[str, Any]]:
    """What is known of each lane besides its events."""
    tracks, threads = columns.tracks, columns.threads
    lanes = []
    for row in range(len(tracks)):
        thread = int(tracks.thread[row])
        known = {
            "dropped_records": int(tracks.dropped_records[row]),
            "dropped_strings": int(tracks.dropped_strings[row]),
        }
        lane: dict[str, Any] = {key: count for key, count in known.items() if count >= 0}
        if tracks.export_timed_out[row]:
            lane["export_timed_out"] = True
        if lane and columns.strings[tracks.kind[row]] == "thread":
            lanes.append({"pid": threads.pid[thread], "tid": threads.tid[thread], **lane})
    return lanes


def _processes(columns: Columns) -> list[dict[str, Any]]:
    """Which trace of a merge each process came from, and its pid there; those of the first one are as they were."""
    sources = _sources(columns)
    return [
        {"pid": pid, "source": source, "source_pid": source_pid}
        for pid, origins in sources.items()
        for source, source_pid in [next(iter(origins))]
        if source > 0
    ]


def _moved_threads(columns: Columns) -> list[dict[str, Any]]:
    """Which threads of a merge lie in a process of another trace's, or have names that no metadata event says."""
    tracks, threads = columns.tracks, columns.threads
    sources, told = _sources(columns), _told_names(columns)
    found = {
        thread: {
            "pid": threads.pid[thread],
            "tid": threads.tid[thread],
            "name": threads.thread[thread],
            "sort_index": threads.sort_index[thread],
            "source": source,
            "source_pid": source_pid,
        }
        for thread, source, source_pid in zip(
            tracks.thread.tolist(), tracks.source.tolist(), tracks.source_pid.tolist(), strict=True
        )
        if source > 0
        and (
            (source, source_pid) != next(iter(sources[threads.pid[thread]]))
            or threads.thread[thread] != told.get(thread)
        )
    }
    return list(found.values())


def _told_names(columns: Columns) -> dict[int, Any]:
    """Return the name of each thread by the last metadata event that gives it one."""
    left = columns.leftovers
    named = (left.kind == columns.code("metadata")) & (left.name == columns.code("thread_name"))
    args = map(json_value, columns.args.select(left.event[named]))
    return {
        thread: given.get("name")
        for thread, given in zip(left.thread[named].tolist(), args, strict=True)
        if isinstance(given, dict)
    }


def _sources(columns: Columns) -> dict[Id, dict[tuple[int, Id], None]]:
    """Return of each process from which traces, and which process there, its threads are: its own first."""
    tracks, threads = columns.tracks, columns.threads
    rows = sorted(
        zip(tracks.source.tolist(), tracks.thread.tolist(), tracks.source_pid.tolist(), strict=True),
        key=lambda row: row[0],
    )
    found: dict[Id, dict[tuple[int, Id], None]] = {}
    for source, thread, source_pid in sorted(rows, key=lambda row: row[0]):
        found.setdefault(threads.pid[thread], {})[(source, source_pid)] = None
    return found


# Values


def _lane(pid: Id, tid: Id) -> bytes:
    ids = [(b"pid", pid), (b"tid", tid)]
    return b",".join(b'"%b":%b' % (key, _json(id_)) for key, id_ in ids if id_ is not None)


def _us(ns: int, carry: int = 0) -> bytes:
    """Whole ns as µs, exactly; with a carry 0.4 ns more or less, so that the sum of ts and dur rounds as it did."""
    tenths = 10 * ns + 4 * carry  # of a ns
    sign = b"-" if tenths < 0 else b""
    if carry:
        return b"%b%d.%04d" % (sign, *divmod(abs(tenths), 10_000))
    whole, part = divmod(abs(ns), 1000)
    return b"%b%d.%03d" % (sign, whole, part) if part else b"%b%d" % (sign, whole)


def _exact_us(ns: int) -> float | str:
    """µs as a number, or as the text of one that a float64 cannot hold."""
    us = ns / 1000
    is_exact = abs(ns) < 2**52 and round(us * 1000) == ns
    return us if is_exact else _us(ns).decode()


def _json(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError):  # integers beyond 64 bits, lone surrogates
        return json.dumps(value, default=str).encode()
