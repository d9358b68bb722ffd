"""A part of a Trace: a window of time, or some of its processes, threads and names. Columns in, columns out."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from aero_nb.tables.columns import NO_TIME, Bools, Codes, Columns, Flows, Id, Ints
from aero_nb.tables.derived import recounted, self_times

Choice = str | int | re.Pattern[str] | Collection[str | int]
"""One value, several, or a pattern that is searched in the text."""


def cut_window(columns: Columns, start_ns: int, end_ns: int, clip: bool = False) -> Columns:
    """Keep what overlaps ``[start_ns, end_ns)``; spans stay whole unless ``clip``.

    An empty window holds what is open at that moment. Parents outside become -1; depth is not recomputed, nor is the
    self time of whole spans. What has no time (metadata, unplaced events) stays.

    Raises ValueError for a window that ends before it starts.
    """
    if end_ns < start_ns:
        raise ValueError(f"expected a window that ends after it starts, found {start_ns / 1000} to {end_ns / 1000} µs")

    def touches(ts: Ints, end: Ints) -> Bools:
        return (ts < end_ns) & ((end > start_ns) | (ts >= start_ns))

    spans, async_spans, flows = columns.spans, columns.async_spans, columns.flows
    leftovers = columns.leftovers
    arrows = touches(np.minimum(flows.from_ts, flows.to_ts), np.maximum(flows.from_ts, flows.to_ts))
    of_arrows = np.isin(leftovers.event, np.r_[flows.from_event[arrows], flows.to_event[arrows]])
    part = keep_rows(
        columns,
        spans=touches(spans.ts, spans.ts + spans.dur),
        instants=touches(columns.instants.ts, columns.instants.ts),
        counters=touches(columns.counters.ts, columns.counters.ts),
        async_spans=touches(async_spans.ts, async_spans.ts + async_spans.dur),
        flows=arrows,
        leftovers=touches(leftovers.ts, leftovers.ts) | (leftovers.ts == NO_TIME) | of_arrows,
        gaps=touches(columns.gaps.start, columns.gaps.end),
    )
    return _clipped(part, start_ns, end_ns) if clip else part


def time_ns(columns: Columns, us: float) -> int:
    """A moment of the tables (µs since the origin) on the columns' clock; infinities are the ends of time."""
    if us != us:
        raise ValueError("expected a time in µs, found NaN")
    limit = np.iinfo(np.int64).max
    return (
        max(NO_TIME + 1, min(limit, round(us * 1000) + columns.origin_ns))
        if abs(us) < 1e16
        else int(np.sign(us)) * limit
    )


def filter_names(
    columns: Columns, process: Choice | None = None, thread: Choice | None = None, name: Choice | None = None
) -> Columns:
    """Keep the rows of the given processes (names or pids), threads (names or tids) and names.

    A counter matches by its series or its name. Arrows stay where one of their spans does; parents that were not
    kept become -1.
    """
    lanes = columns.threads
    wanted = matching(process, lanes.process, lanes.pid) & matching(thread, lanes.thread, lanes.tid)
    everywhere = process is None and thread is None
    named = matching(name, columns.strings)
    nameless = name is None

    def rows(table: Any, *texts: Codes) -> Bools:
        on_lane = np.append(wanted, everywhere)[table.thread]
        by_name = np.logical_or.reduce([np.append(named, nameless)[text] for text in texts])
        return np.asarray(on_lane & by_name, dtype=np.bool_)

    spans, leftovers, flows = columns.spans, columns.leftovers, columns.flows
    kept_spans = rows(spans, spans.name)
    ends = np.append(kept_spans, False)
    arrows = ends[flows.from_span] | ends[flows.to_span]
    of_arrows = np.isin(leftovers.event, np.r_[flows.from_event[arrows], flows.to_event[arrows]])
    is_metadata = leftovers.kind == _code(columns, "metadata")
    on_lane = np.append(wanted, True)[leftovers.thread]
    part = keep_rows(
        columns,
        spans=kept_spans,
        instants=rows(columns.instants, columns.instants.name),
        counters=rows(columns.counters, columns.counters.series, columns.counters.name),
        async_spans=rows(columns.async_spans, columns.async_spans.name),
        flows=arrows,
        leftovers=rows(leftovers, leftovers.name) | of_arrows | (is_metadata & on_lane),
        gaps=np.append(wanted, everywhere)[np.append(columns.tracks.thread, -1)[columns.gaps.track]],
    )
    return part if everywhere else _without_tracks(part, ~np.append(wanted, False)[part.tracks.thread])


def keep_rows(
    columns: Columns,
    *,
    spans: Bools,
    instants: Bools,
    counters: Bools,
    async_spans: Bools,
    flows: Bools,
    leftovers: Bools,
    gaps: Bools,
) -> Columns:
    """Keep the rows that the masks mark; spans are renumbered, and parents and arrow ends that went become -1."""
    renumbered = _renumbered(spans)
    renumbered_async = _renumbered(async_spans)
    kept, kept_async = columns.spans.take(spans), columns.async_spans.take(async_spans)
    arrows = columns.flows.take(flows)
    part = replace(
        columns,
        spans=replace(kept, parent=renumbered[kept.parent]),
        instants=columns.instants.take(instants),
        counters=columns.counters.take(counters),
        async_spans=replace(kept_async, parent=renumbered_async[kept_async.parent]),
        flows=_rebound(arrows, renumbered),
        leftovers=columns.leftovers.take(leftovers),
        gaps=columns.gaps.take(gaps),
    )
    return replace(part, tracks=recounted(part))


def _renumbered(kept: Bools) -> Ints:
    """New row number by old one, -1 for rows that went; the last entry answers for -1."""
    return np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)


def _rebound(flows: Flows, renumbered: Ints) -> Flows:
    return replace(flows, from_span=renumbered[flows.from_span], to_span=renumbered[flows.to_span])


def _without_tracks(columns: Columns, gone: Bools) -> Columns:
    """Take lanes out that no kept row is on, renumbering the others."""
    kept = ~gone
    numbers = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1).astype(np.int32)

    def moved(table: Any) -> Any:
        return replace(table, track=numbers[table.track])

    return replace(
        columns,
        tracks=columns.tracks.take(kept),
        spans=moved(columns.spans),
        instants=moved(columns.instants),
        counters=moved(columns.counters),
        async_spans=moved(columns.async_spans),
        leftovers=moved(columns.leftovers),
        gaps=moved(columns.gaps),
    )


def _clipped(columns: Columns, start_ns: int, end_ns: int) -> Columns:
    """Cut spans to the window; self time is what is left of it there."""

    def cut(ts: Ints, dur: Ints) -> tuple[Ints, Ints]:
        begin, end = np.maximum(ts, start_ns), np.minimum(ts + dur, end_ns)
        return begin, end - begin

    spans, async_spans = columns.spans, columns.async_spans
    ts, dur = cut(spans.ts, spans.dur)
    async_ts, async_dur = cut(async_spans.ts, async_spans.dur)
    carry = np.where((ts == spans.ts) & (dur == spans.dur), spans.carry, 0).astype(np.int8)
    spans = replace(spans, ts=ts, dur=dur, carry=carry)
    return replace(
        columns,
        spans=replace(spans, self_time=self_times(spans.ts, spans.dur, spans.parent)),
        async_spans=replace(async_spans, ts=async_ts, dur=async_dur),
    )


def matching(choice: Choice | None, *texts: Collection[Id]) -> npt.NDArray[np.bool_]:
    """Tell which entries the choice means, in any of the parallel ``texts``."""
    if choice is None:
        return np.ones(len(texts[0]), dtype=np.bool_)
    if isinstance(choice, re.Pattern):
        search = choice.search
        found = (any(t is not None and search(str(t)) for t in row) for row in zip(*texts, strict=True))
    else:
        wanted = {choice} if isinstance(choice, str | int) else set(choice)
        found = (any(t in wanted for t in row) for row in zip(*texts, strict=True))
    return np.fromiter(found, np.bool_, len(texts[0]))


def _code(columns: Columns, text: str) -> int:
    return columns.strings.index(text) if text in columns.strings else -2
