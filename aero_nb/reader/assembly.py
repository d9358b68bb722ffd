"""Bytes to columns: decode, order, match, nest, count, tie together."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from aero_nb.events import COMPLETE, LEFTOVER_KINDS, METADATA, WITH_LANE, letters
from aero_nb.reader import aero
from aero_nb.reader.async_spans import AsyncEvents, read_async
from aero_nb.reader.containers import DEFAULT_MAX_BYTES, unwrap
from aero_nb.reader.counters import read_counters
from aero_nb.reader.decode import Events, EventSink
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.document import read_document
from aero_nb.reader.flows import read_flows
from aero_nb.reader.interning import canonical_id
from aero_nb.reader.lane_events import Gaps
from aero_nb.reader.oddities import count_covering, count_distant
from aero_nb.reader.pieces import Progress
from aero_nb.reader.saved import restored
from aero_nb.reader.thread_spans import ThreadSpans, read_spans
from aero_nb.reader.tracks import Descriptions, TrackTable, describe
from aero_nb.tables.columns import MAX_NS, NO_TIME, Bools, Codes, Columns, Instants, Ints, Leftovers
from aero_nb.tables.extras import negative_thread_times

_FLOAT_LIMIT = (1 << 42) * 1000  # ns: beyond it a float64 of µs loses nanoseconds


def read(
    data: bytes,
    *,
    strict: bool = False,
    max_bytes: int = DEFAULT_MAX_BYTES,
    progress: Progress | None = None,
) -> Columns:
    """Return what a trace file says.

    Args:
        data: the file: JSON, or JSON in gzip, zip or zstd.
        strict: look at every event one by one, which also counts duplicate keys in valid JSON (much slower).
        max_bytes: refuse more JSON than this once unpacked.
        progress: called with (bytes done, bytes in all) now and then; an exception it raises ends the load.

    Raises:
        TraceFormatError: the bytes are not Chrome Trace Event JSON.
    """
    diagnostics = Diagnostics()
    with _collector_paused():
        sink = EventSink(diagnostics, strict=strict)
        metadata = read_document(unwrap(data, max_bytes, diagnostics), sink, progress)
        return assemble(sink.finish(), metadata, diagnostics)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Millions of new objects that are no cycles would be walked again and again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def assemble(events: Events, metadata: dict[str, Any], diagnostics: Diagnostics) -> Columns:
    """Return the tables of decoded events."""
    phases = _Phases(events, diagnostics)
    found = describe(events, phases.metadata(), diagnostics)
    tracks = TrackTable(events, found)
    lane_of = tracks.lanes(phases.lane_threads(found))
    gaps = aero.read_gaps(metadata, phases.reach, diagnostics)
    gap_threads = _threads_of_gaps(gaps, events)
    by_thread = _gaps_by_thread(gaps, gap_threads)
    diagnostics.add_events("negative_tdur", negative_thread_times(events.extras), "kept as it is")
    span_rows = phases.rows("span")
    spans = read_spans(events, span_rows, phases.trace_end, by_thread, lane_of, diagnostics)
    count_covering(events, spans.spans, diagnostics)
    instants = _instants(events, phases.rows("instant"), lane_of)
    counters = read_counters(events, phases.rows("counter"), tracks, diagnostics, aero=aero.is_aero(metadata, found))
    async_rows, flow_rows = phases.rows("async"), phases.rows("flow")
    found_async = read_async(events, async_rows, tracks, phases.trace_end, diagnostics)
    flows, flow_ids = read_flows(events, flow_rows, span_rows, spans.spans, diagnostics)
    leftovers = _leftovers(events, phases, lane_of, spans, async_rows, found_async, flow_rows, flow_ids, diagnostics)
    tallies = [_tally(table) for table in (spans.spans, instants, counters, found_async.spans)]
    table = tracks.columns(tallies, [spans.spans.track, found_async.spans.track])
    table = replace(table, orphan_ends=_per_track(spans.orphan_threads, lane_of, len(table)))
    threads = tracks.thread_columns()
    gap_lanes = [-1 if thread is None else int(lane_of[thread]) for thread in gap_threads]
    columns = Columns(
        strings=events.strings.texts(),
        threads=threads,
        tracks=aero.with_losses(table, threads, metadata, found, diagnostics),
        spans=spans.spans,
        instants=instants,
        counters=counters,
        async_spans=found_async.spans,
        flows=flows,
        leftovers=leftovers,
        gaps=aero.gap_columns(gaps, gap_lanes),
        problems=(),
        metadata={**metadata, **({"metadata_events": found.other} if found.other else {})},
        args=events.args,
        extras=events.extras,
        origin_ns=phases.origin_ns(),
        start_ns=aero.start_ns(metadata, found),
        events=events.count,
    )
    columns = restored(columns, phases.reach)
    start = _start_in_range(columns.start_ns, phases, diagnostics)
    return replace(columns, start_ns=start, problems=diagnostics.problems())


def _start_in_range(start_ns: int | None, phases: _Phases, diagnostics: Diagnostics) -> int | None:
    """Return the wall-clock start, None where the events would then not fit int64 ns since the epoch."""
    if start_ns is None or start_ns + max(phases.trace_end, 0) <= MAX_NS:
        return start_ns
    diagnostics.add("start_out_of_range", -1, f"{start_ns} ns since 1970 at time 0")
    return None


class _Phases:
    """Which events are of which phase, in time order, and which cannot be placed in time."""

    def __init__(self, events: Events, diagnostics: Diagnostics) -> None:
        self._events = events
        phase, ts, dur = events.phase, events.ts, events.dur
        self._counts = np.bincount(phase, minlength=128)
        meta, complete = phase == ord(METADATA), phase == ord(COMPLETE)
        self._count_oddities(complete, diagnostics)
        dur[dur == NO_TIME] = 0
        beyond = complete & (ts != NO_TIME) & (ts > MAX_NS - dur - events.carry)
        ts[beyond] = NO_TIME
        placed = (ts != NO_TIME) & ~meta
        ends = np.where(complete, ts + dur + events.carry, ts)
        placed = _within_int64(ts, ends, placed)
        self.unplaced: Bools = ~placed & ~meta
        ts[self.unplaced] = NO_TIME
        diagnostics.add_events("unplaced", events.event[self.unplaced], "no usable ts")
        self._placed = placed
        count_distant(events, placed, ends, diagnostics)
        self._first, self.trace_end = _range(ts, ends, placed)
        self._sorted = bool((np.diff(ts[placed]) >= 0).all())

    @property
    def reach(self) -> tuple[int, int]:
        """The times (ns) from which every event is less than 2^63 ns away."""
        return max(self.trace_end - MAX_NS, -MAX_NS), min(self._first + MAX_NS, MAX_NS)

    def _count_oddities(self, complete: Bools, diagnostics: Diagnostics) -> None:
        events = self._events
        lacking = complete & (events.dur == NO_TIME)
        diagnostics.add_events("missing_dur", events.event[lacking])
        unknown = np.flatnonzero(events.phase == 0)
        if len(unknown):
            texts = events.strings.texts()
            missing = unknown[events.ph[unknown] < 0]
            other = unknown[events.ph[unknown] >= 0]
            diagnostics.add_events("missing_phase", events.event[missing])
            if len(other):
                diagnostics.add_events("unknown_phase", events.event[other], texts[events.ph[other[0]]])

    def rows(self, family: str) -> Ints:
        """Return the placed events of a family of phases, by (ts, index in the file)."""
        codes = [ord(letter) for letter in letters(family)]
        if not self._counts[codes].any():
            return np.empty(0, np.int64)
        wanted = np.zeros(128, np.bool_)
        wanted[codes] = True
        rows = np.flatnonzero(wanted[self._events.phase] & self._placed)
        return rows if self._sorted else rows[np.argsort(self._events.ts[rows], kind="stable")]

    def metadata(self) -> Ints:
        """Return the M events in file order."""
        return np.flatnonzero(self._events.phase == ord(METADATA))

    def lane_threads(self, found: Descriptions) -> Ints:
        """Return the threads that have a lane of their own, in order of their first mention in the file."""
        wanted = np.zeros(128, np.bool_)
        wanted[[ord(letter) for letter in WITH_LANE]] = True
        used = np.zeros(len(self._events.threads), np.bool_)
        used[self._events.thread[wanted[self._events.phase]]] = True
        used[list(found.thread)] = True
        return np.flatnonzero(used)

    def origin_ns(self) -> int:
        """Return what to subtract so that float64 microseconds keep every nanosecond."""
        return self._first if max(abs(self._first), abs(self.trace_end)) > _FLOAT_LIMIT else 0


def _range(ts: Ints, ends: Ints, placed: Bools) -> tuple[int, int]:
    """Return the first and the last time (ns) of the placed events, 0 and 0 where there are none."""
    if not placed.any():
        return 0, 0
    return int(ts[placed].min()), int(ends[placed].max())


def _within_int64(ts: Ints, ends: Ints, placed: Bools) -> Bools:
    """Return which events to place so that no two are 2^63 ns or more apart: those around the median one."""
    first, last = _range(ts, ends, placed)
    if last - first <= MAX_NS:
        return placed
    times = ts[placed]
    middle = (len(times) - 1) // 2
    median = int(np.partition(times, middle)[middle])
    nearest, furthest = max(median - MAX_NS // 2, -MAX_NS), min(median + MAX_NS // 2, MAX_NS)
    return placed & (ts >= nearest) & (ends <= furthest)


def _threads_of_gaps(gaps: list[dict[str, Any]], events: Events) -> list[int | None]:
    """Return the thread of each gap, None: no event is of that thread."""
    thread_of = {ids: thread for thread, ids in enumerate(events.threads)} if gaps else {}
    return [thread_of.get((canonical_id(gap.get("pid")), canonical_id(gap.get("tid")))) for gap in gaps]


def _gaps_by_thread(gaps: list[dict[str, Any]], threads: list[int | None]) -> dict[int, Gaps]:
    by_thread: dict[int, list[tuple[int, int]]] = {}
    for gap, thread in zip(gaps, threads, strict=True):
        if thread is not None:
            by_thread.setdefault(thread, []).append((gap["start"], gap["end"]))
    return {thread: tuple(sorted(intervals)) for thread, intervals in by_thread.items()}


def _tally(table: Any) -> tuple[Codes, Ints, Ints]:
    """Return (track, begin, end) of each row."""
    return table.track, table.ts, table.ts + getattr(table, "dur", 0)


def _per_track(threads: Codes, lane_of: Codes, tracks: int) -> Ints:
    lanes = lane_of[threads]
    return np.bincount(lanes[lanes >= 0], minlength=tracks).astype(np.int64)


def _instants(events: Events, rows: Ints, lane_of: Codes) -> Instants:
    scope = events.scope[rows].copy()
    scope[scope < 0] = events.strings["t"]
    return Instants(
        ts=events.ts[rows],
        ph=events.ph[rows],
        name=events.name[rows],
        cat=events.cat[rows],
        scope=scope,
        track=lane_of[events.thread[rows]],
        thread=events.thread[rows],
        event=events.event[rows],
    )


def _leftovers(
    events: Events,
    phases: _Phases,
    lane_of: Codes,
    spans: ThreadSpans,
    async_rows: Ints,
    found_async: AsyncEvents,
    flow_rows: Ints,
    flow_ids: Ints,
    diagnostics: Diagnostics,
) -> Leftovers:
    """Return the events that are no row of another table, by time, unplaced ones last."""
    code_of = events.strings.__getitem__
    kind = np.full(len(events.event), -1, np.int32)
    ids = np.full(len(events.event), -1, np.int32)
    track = lane_of[events.thread]
    for letter, name in LEFTOVER_KINDS.items():
        rows = np.flatnonzero(events.phase == ord(letter))
        if len(rows):
            kind[rows] = code_of(name)
            diagnostics.add(name, int(events.event[rows[0]]), f"phase {letter}", len(rows))
    kind[phases.metadata()] = code_of("metadata")
    kind[events.phase == 0] = code_of("unknown")
    kind[flow_rows] = code_of("flow")
    ids[flow_rows] = flow_ids
    ids[async_rows], track[async_rows] = found_async.ids, found_async.tracks
    kind[async_rows[found_async.instants]] = code_of("async_instant")
    kind[async_rows[found_async.orphans]] = code_of("orphan_end")
    kind[spans.orphans] = code_of("orphan_end")
    kind[phases.unplaced] = code_of("unplaced")
    return _rows_of_kinds(events, kind, ids, track)


def _rows_of_kinds(events: Events, kind: Codes, ids: Codes, track: Codes) -> Leftovers:
    """Return the events that have a kind, metadata first and unplaced ones last."""
    code_of = events.strings.__getitem__
    rows = np.flatnonzero(kind >= 0)
    apart = np.where(kind[rows] == code_of("metadata"), -1, kind[rows] == code_of("unplaced"))
    ts = np.where(apart == 0, events.ts[rows], NO_TIME)
    order = np.lexsort((ts, apart))
    rows = rows[order]
    return Leftovers(
        ts=ts[order],
        kind=kind[rows],
        ph=events.ph[rows],
        name=events.name[rows],
        cat=events.cat[rows],
        id=ids[rows],
        track=track[rows],
        thread=events.thread[rows],
        event=events.event[rows],
    )
