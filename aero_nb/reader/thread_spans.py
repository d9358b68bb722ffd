"""The spans of all threads: each lane ordered and nested by itself, then put together by time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from aero_nb.reader.columns import Codes, Ints, Spans
from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.spans import Lane, Nest, nest

_X = ord("X")
_Gaps = dict[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class ThreadSpans:
    """The spans, and the events that end none: their rows, and their thread each."""

    spans: Spans
    orphans: Ints
    orphan_threads: Codes


def read_spans(
    events: Events, rows: Ints, trace_end: int, gaps: _Gaps, lane_of: Codes, diagnostics: Diagnostics
) -> ThreadSpans:
    """Return the spans of the B, E and X events ``rows`` (by ts, then index in the file)."""
    rows = _by_thread(events, rows)
    thread = events.thread[rows]
    edges = np.flatnonzero(np.diff(thread, prepend=-1, append=-1)) if len(rows) else np.zeros(1, np.int64)
    columns: list[Any] = [part[rows] for part in (events.phase, events.ts, events.dur, events.name, events.event)]
    empty_name = events.strings[""]
    nests = []
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        phase, ts, dur, name, event = (column[start:stop] for column in columns)
        nests.append(nest(Lane(phase, ts, dur, name, event, empty_name, trace_end, gaps.get(int(thread[start]), ()))))
    joined = _join(nests, edges)
    spans = _spans(events, rows, joined, lane_of)
    orphans = rows[joined.orphans]
    diagnostics.add_events("orphan_end", events.event[orphans])
    diagnostics.add_events("unfinished_span", spans.event[spans.unfinished])
    diagnostics.add_events("crossing_span", spans.event[spans.crossing])
    return ThreadSpans(spans, orphans, events.thread[orphans])


def _by_thread(events: Events, rows: Ints) -> Ints:
    """Order by thread, within it by (ts, index), and in a run of X at equal ts the longer first."""
    thread = events.thread[rows]
    narrow = np.uint16 if len(events.threads) < 65536 else np.uint32  # NumPy sorts 16 bits by radix
    rows = rows[np.argsort(thread.astype(narrow), kind="stable")]
    thread, ts = events.thread[rows], events.ts[rows]
    whole = events.phase[rows] == _X
    joined = whole[1:] & whole[:-1] & (ts[1:] == ts[:-1]) & (thread[1:] == thread[:-1])
    if not joined.any():
        return rows
    run = np.append(0, ~joined).cumsum() if len(rows) else rows
    return rows[np.lexsort((-events.dur[rows] * whole, run))]


def _join(nests: list[Nest], edges: Ints) -> Nest:
    """Put the lanes one after another; positions count from the first lane's first event."""
    if not nests:
        none, no = np.empty(0, np.int64), np.empty(0, np.bool_)
        return Nest(none, none, none, none.astype(np.int32), none, none, no, no, none)
    base = np.array([0, *(len(part.begin) for part in nests)]).cumsum().tolist()
    starts = edges.tolist()

    def shifted(values: list[Ints], by: list[int]) -> Ints:
        return np.concatenate([np.where(part >= 0, part + shift, -1) for part, shift in zip(values, by, strict=False)])

    def plain(name: str) -> Any:
        return np.concatenate([getattr(part, name) for part in nests])

    return Nest(
        shifted([part.begin for part in nests], starts),
        shifted([part.finish for part in nests], starts),
        plain("end"),
        plain("depth"),
        shifted([part.parent for part in nests], base),
        plain("self_time"),
        plain("unfinished"),
        plain("crossing"),
        shifted([part.orphans for part in nests], starts),
    )


def _spans(events: Events, rows: Ints, nested: Nest, lane_of: Codes) -> Spans:
    """Return the spans by time; at equal ts lane by lane, a parent before its children."""
    row = rows[nested.begin]
    order = np.argsort(events.ts[row], kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    row, parent, finish = row[order], nested.parent[order], nested.finish[order]
    ts = events.ts[row]
    parent[parent >= 0] = place[parent[parent >= 0]]
    end_event = np.full(len(row), -1, np.int64)
    end_event[finish >= 0] = events.event[rows[finish[finish >= 0]]]
    return Spans(
        ts=ts,
        dur=nested.end[order] - ts,
        self_time=nested.self_time[order],
        depth=nested.depth[order],
        parent=parent,
        name=events.name[row],
        cat=events.cat[row],
        track=lane_of[events.thread[row]],
        thread=events.thread[row],
        unfinished=nested.unfinished[order],
        crossing=nested.crossing[order],
        event=events.event[row],
        end_event=end_event,
    )
