"""The spans of all threads: each lane ordered and nested by itself, then put together by time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from aero_nb.reader.columns import Codes, Ints, Spans
from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.spans import Lane, Nest, nest

_X = ord("X")
_Gaps = dict[int, tuple[tuple[int, int], ...]]


_NOTHING = Lane(
    np.empty(0, np.uint8),
    np.empty(0, np.int64),
    np.empty(0, np.int64),
    np.empty(0, np.int32),
    empty_name=-1,
    trace_end=0,
)


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
    empty_name = events.strings[""]
    nests = []
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        here, lane_gaps = rows[start:stop], gaps.get(int(thread[start]), ())
        lane = Lane(
            events.phase[here], events.ts[here], events.dur[here], events.name[here], empty_name, trace_end, lane_gaps
        )
        nests.append(nest(lane))
    columns = _joined(nests, edges)
    del nests  # as large as what they were joined to
    orphans = rows[columns.pop("orphans")]
    spans = _spans(events, rows, columns, lane_of)
    diagnostics.add_events("orphan_end", events.event[orphans])
    diagnostics.add_events("unfinished_span", spans.event[spans.unfinished])
    diagnostics.add_events("crossing_span", spans.event[spans.crossing])
    return ThreadSpans(spans, orphans, events.thread[orphans])


def _by_thread(events: Events, rows: Ints) -> Ints:
    """Order by thread, within it by (ts, index), and in a run of X at equal ts the longer first."""
    thread = events.thread[rows]
    narrow = np.uint16 if len(events.threads) < 65536 else np.uint32  # NumPy sorts 16 bits by radix
    rows = rows[np.argsort(thread.astype(narrow), kind="stable")]
    whole = events.phase[rows] == _X
    if not whole.any():
        return rows
    thread, ts = events.thread[rows], events.ts[rows]
    joined = whole[1:] & whole[:-1] & (ts[1:] == ts[:-1]) & (thread[1:] == thread[:-1])
    if not joined.any():
        return rows
    alike = np.append(joined, False)
    alike[1:] |= joined
    places = np.flatnonzero(alike)
    run = np.append(True, ~joined).cumsum()[places]
    rows[places] = rows[places][np.lexsort((-events.dur[rows[places]], run))]
    return rows


def _joined(nests: list[Nest], edges: Ints) -> dict[str, Any]:
    """Return the columns of all lanes one after another; positions count from the first lane's first event."""
    nests = nests or [nest(_NOTHING)]
    spans_before = np.array([0, *(len(part.begin) for part in nests)]).cumsum()
    shifts = {"begin": edges, "finish": edges, "parent": spans_before, "orphans": edges}
    for name, shift in shifts.items():
        for part, by in zip(nests, shift.tolist(), strict=False):
            positions = getattr(part, name)
            positions[positions >= 0] += by
    return {column.name: np.concatenate([getattr(part, column.name) for part in nests]) for column in fields(Nest)}


def _spans(events: Events, rows: Ints, columns: dict[str, Any], lane_of: Codes) -> Spans:
    """Return the spans by time; at equal ts lane by lane, a parent before its children.

    ``columns`` is emptied on the way: here is the peak of memory of a load.
    """
    row = rows[columns.pop("begin")]
    order = np.argsort(events.ts[row], kind="stable")
    row = row[order]
    ts = events.ts[row]
    in_order = {name: columns.pop(name)[order] for name in list(columns)}
    parent, finish = in_order["parent"], in_order.pop("finish")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    inner = parent >= 0
    parent[inner] = place[parent[inner]]
    del order, place
    end_event = np.full(len(row), -1, np.int64)
    ended = np.flatnonzero(finish >= 0)
    end_event[ended] = events.event[rows[finish[ended]]]
    return Spans(
        ts=ts,
        dur=in_order.pop("end") - ts,
        name=events.name[row],
        cat=events.cat[row],
        track=lane_of[events.thread[row]],
        thread=events.thread[row],
        event=events.event[row],
        end_event=end_event,
        **in_order,
    )
