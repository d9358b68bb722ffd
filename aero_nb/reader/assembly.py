"""Bytes to columns: decode, order, match, nest, count, tie together."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from aero_nb.events import COMPLETE, LEFTOVER_KINDS, METADATA, WITH_LANE, letters
from aero_nb.progress import Progress
from aero_nb.reader import aero
from aero_nb.reader.async_spans import AsyncEvents, read_async
from aero_nb.reader.chrome import read_clock_marks
from aero_nb.reader.containers import DEFAULT_MAX_BYTES, unwrap
from aero_nb.reader.counters import read_counters
from aero_nb.reader.decode import Events, EventSink
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.document import read_document
from aero_nb.reader.flows import read_flows
from aero_nb.reader.interning import canonical_id
from aero_nb.reader.lane_events import Gaps
from aero_nb.reader.oddities import DAY, count_covering, count_distant
from aero_nb.reader.profiles import as_chrome_json
from aero_nb.reader.samples import Sampled, read_samples
from aero_nb.reader.saved import restored
from aero_nb.reader.thread_spans import read_spans
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
    """Return what a trace file, or a profile of another format (:mod:`aero_nb.reader.profiles`), says.

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
        text = unwrap(data, max_bytes, diagnostics)
        metadata = read_document(as_chrome_json(text, diagnostics) or text, sink, progress)
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
    phases = _place_in_time(events, diagnostics)
    found = describe(events, phases.metadata(), diagnostics)
    sampled = read_samples(events, metadata, diagnostics)
    tracks = TrackTable(events, found)
    lane_of = tracks.lanes(phases.lane_threads(found, sampled))
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
    samples = sampled.on_tracks(lane_of)
    rest = _Rest.of(events, lane_of, sampled.events, diagnostics)
    rest.keep("metadata", phases.metadata())
    rest.keep("flow", flow_rows, ids=flow_ids)
    rest.keep_async(async_rows, found_async)
    rest.keep("orphan_end", spans.orphans)
    rest.keep("unplaced", np.flatnonzero(phases.unplaced))
    tallies = [_tally(table) for table in (spans.spans, instants, counters, found_async.spans)]
    reached = (samples.track, *samples.bounds())
    table = tracks.columns(tallies, [spans.spans.track, found_async.spans.track], reached)
    table = replace(table, orphan_ends=_per_track(spans.orphan_threads, lane_of, len(table)))
    threads = tracks.thread_columns()
    marks = read_clock_marks(instants, events.strings.texts(), events.args)
    told = {
        **({"metadata_events": found.other} if found.other else {}),
        **({"clock": marks.as_metadata()} if marks else {}),
    }
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
        leftovers=rest.rows(),
        gaps=aero.gap_columns(gaps, gap_lanes),
        stacks=sampled.stacks,
        samples=samples,
        problems=(),
        metadata={**metadata, **told},
        args=events.args,
        extras=events.extras,
        origin_ns=phases.origin_ns(),
        start_ns=aero.start_ns(metadata, found) or (marks.start_ns if marks else None),
        events=events.count,
        profile_events=(int(sampled.events.sum()), len(samples)),
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


def _place_in_time(events: Events, diagnostics: Diagnostics) -> _Phases:
    """Decide which events can be placed in time.

    ``events.ts`` and ``events.dur`` are settled in place: they are the largest arrays of a load, nobody else has them
    yet, and a copy would be its peak of memory. A missing duration becomes 0, the ts of what cannot be placed NO_TIME.
    """
    phase, ts, dur = events.phase, events.ts, events.dur
    meta, complete = phase == ord(METADATA), phase == ord(COMPLETE)
    _count_oddities(events, complete, diagnostics)
    dur[dur == NO_TIME] = 0
    ends = ts
    if complete.any():
        ends_beyond_int64 = complete & (ts != NO_TIME) & (ts > MAX_NS - dur - events.carry)
        ts[ends_beyond_int64] = NO_TIME
        ends = np.where(complete, ts + dur + events.carry, ts)
    placed = (ts != NO_TIME) & ~meta
    first, trace_end = _range(ts, ends, placed)
    if trace_end - first > MAX_NS:
        placed = _within_int64(ts, ends, placed)
        first, trace_end = _range(ts, ends, placed)
    unplaced = ~placed & ~meta
    ts[unplaced] = NO_TIME
    diagnostics.add_events("unplaced", events.event[unplaced], "no usable ts")
    if trace_end - first > DAY:
        count_distant(events, placed, ends, diagnostics)
    in_time = ts[placed]
    return _Phases(
        events=events,
        placed=placed,
        unplaced=unplaced,
        first=first,
        trace_end=trace_end,
        counts=np.bincount(phase, minlength=128),
        in_order=bool((in_time[1:] >= in_time[:-1]).all()),
    )


def _count_oddities(events: Events, complete: Bools, diagnostics: Diagnostics) -> None:
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


@dataclass(frozen=True)
class _Phases:
    """Which events are of which phase, in time order, and which cannot be placed in time."""

    events: Events
    placed: Bools
    unplaced: Bools
    first: int  # ns, of the placed events
    trace_end: int  # ns
    counts: Ints  # of events by phase
    in_order: bool  # whether the placed events are in time order already

    @property
    def reach(self) -> tuple[int, int]:
        """The times (ns) from which every event is less than 2^63 ns away."""
        return max(self.trace_end - MAX_NS, -MAX_NS), min(self.first + MAX_NS, MAX_NS)

    def rows(self, family: str) -> Ints:
        """Return the placed events of a family of phases, by (ts, index in the file)."""
        codes = [ord(letter) for letter in letters(family)]
        if not self.counts[codes].any():
            return np.empty(0, np.int64)
        wanted = np.zeros(128, np.bool_)
        wanted[codes] = True
        rows = np.flatnonzero(wanted[self.events.phase] & self.placed)
        return rows if self.in_order else rows[np.argsort(self.events.ts[rows], kind="stable")]

    def metadata(self) -> Ints:
        """Return the M events in file order."""
        return np.flatnonzero(self.events.phase == ord(METADATA))

    def lane_threads(self, found: Descriptions, sampled: Sampled) -> Ints:
        """Return the threads that have a lane of their own, in order of their first mention in the file."""
        wanted = np.zeros(128, np.bool_)
        wanted[[ord(letter) for letter in WITH_LANE]] = True
        used = np.zeros(len(self.events.threads), np.bool_)
        phase, thread = self.events.shapes  # each is that of an event
        used[thread[wanted[phase]]] = True
        used[list(found.thread)] = True
        used[sampled.samples.thread] = True
        return np.flatnonzero(used)

    def origin_ns(self) -> int:
        """Return what to subtract so that float64 microseconds keep every nanosecond."""
        return self.first if max(abs(self.first), abs(self.trace_end)) > _FLOAT_LIMIT else 0


def _range(ts: Ints, ends: Ints, placed: Bools) -> tuple[int, int]:
    """Return the first and the last time (ns) of the placed events, 0 and 0 where there are none."""
    if not placed.any():
        return 0, 0
    begins = ts[placed]
    return int(begins.min()), int((begins if ends is ts else ends[placed]).max())


def _within_int64(ts: Ints, ends: Ints, placed: Bools) -> Bools:
    """Return which events to place so that no two are 2^63 ns or more apart: those around the median one."""
    times = ts[placed]
    middle = (len(times) - 1) // 2
    median = int(np.partition(times, middle)[middle])
    earliest = max(median - MAX_NS // 2, -MAX_NS)
    latest = min(median + MAX_NS // 2, MAX_NS)
    return placed & (ts >= earliest) & (ends <= latest)


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


class _Rest:
    """The events that are no row of another table, as they are found: what is kept later outranks what was before."""

    def __init__(self, events: Events, lane_of: Codes) -> None:
        self._events = events
        self._lane_of = lane_of
        nothing = np.empty(0, np.int32)
        self._kept: list[tuple[Ints, Codes, Codes, Codes]] = [(np.empty(0, np.int64), nothing, nothing, nothing)]

    @classmethod
    def of(cls, events: Events, lane_of: Codes, sampled: Bools, diagnostics: Diagnostics) -> _Rest:
        """Begin with the phases that have no table, which are counted unless samples tell them."""
        rest = cls(events, lane_of)
        for letter, name in LEFTOVER_KINDS.items():
            rows = np.flatnonzero(events.phase == ord(letter))
            if len(rows):
                rest.keep(name, rows)
                others = rows[~sampled[rows]]
                diagnostics.add_events(name, events.event[others], f"phase {letter}")
        rest.keep("unknown", np.flatnonzero(events.phase == 0))
        return rest

    def keep(self, kind: str, rows: Ints, ids: Ints | None = None, track: Ints | None = None) -> None:
        """Keep events as leftovers of a kind; of their lane, unless they have a track of their own."""
        kinds = np.full(len(rows), self._events.strings[kind], np.int32)
        codes = np.full(len(rows), -1, np.int32) if ids is None else ids.astype(np.int32)
        lanes = self._lane_of[self._events.thread[rows]] if track is None else track.astype(np.int32)
        self._kept.append((rows, kinds, codes, lanes))

    def keep_async(self, rows: Ints, found: AsyncEvents) -> None:
        """Keep the async events that are no pair; all of them have an id and a track of their own."""
        for kind, here in (("async_instant", found.instants), ("orphan_end", found.orphans)):
            self.keep(kind, rows[here], found.ids[here], found.tracks[here])

    def rows(self) -> Leftovers:
        """Return the leftovers by time, metadata first and unplaced ones last."""
        events, code_of = self._events, self._events.strings.__getitem__
        rows, kind, ids, track = (np.concatenate(column) for column in zip(*self._kept, strict=True))
        by_row = np.argsort(rows, kind="stable")
        last = by_row[np.diff(rows[by_row], append=-1) != 0]  # of each event
        rows, kind = rows[last], kind[last]
        place = np.where(kind == code_of("metadata"), -1, kind == code_of("unplaced"))
        ts = np.where(place == 0, events.ts[rows], NO_TIME)
        order = np.lexsort((ts, place))
        rows, last = rows[order], last[order]
        return Leftovers(
            ts=ts[order],
            kind=kind[order],
            ph=events.ph[rows],
            name=events.name[rows],
            cat=events.cat[rows],
            id=ids[last],
            track=track[last],
            thread=events.thread[rows],
            event=events.event[rows],
        )
