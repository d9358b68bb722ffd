"""The spans of all threads: each lane ordered and nested by itself, then put together by time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from aero_nb.events import COMPLETE
from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.lane_events import Gaps, Lanes, Nest, edges_of
from aero_nb.reader.spans import nest
from aero_nb.tables.columns import Codes, Ints, Spans
from aero_nb.tables.derived import self_times

_X = ord(COMPLETE)


@dataclass(frozen=True)
class ThreadSpans:
    """The spans, and the events that end none: their rows, and their thread each."""

    spans: Spans
    orphans: Ints
    orphan_threads: Codes


def read_spans(
    events: Events, rows: Ints, trace_end: int, gaps: dict[int, Gaps], lane_of: Codes, diagnostics: Diagnostics
) -> ThreadSpans:
    """Return the spans of the B, E and X events ``rows`` (by ts, then index in the file); ``gaps`` by thread."""
    rows = _by_thread(events, rows)
    thread = events.thread[rows]
    edges = edges_of(thread)
    lanes = Lanes(
        events.phase[rows],
        events.ts[rows],
        ends_of(events, rows),
        events.name[rows],
        edges,
        events.strings[""],
        trace_end,
        {lane: gaps[key] for lane, key in enumerate(thread[edges[:-1]].tolist()) if key in gaps},
    )
    nested = nest(lanes)
    columns = {column.name: getattr(nested, column.name) for column in fields(Nest)}
    del nested, lanes  # as large as what is made of them
    orphans = rows[columns.pop("orphans")]
    spans = _spans(events, rows, columns, lane_of)
    diagnostics.add_events("orphan_end", events.event[orphans])
    diagnostics.add_events("unfinished_span", spans.event[spans.unfinished])
    diagnostics.add_events("crossing_span", spans.event[spans.crossing])
    return ThreadSpans(spans, orphans, events.thread[orphans])


def ends_of(events: Events, rows: Ints) -> Ints:
    """Return the ends of X events, rounded as a whole, and the ts of the others."""
    ends = events.ts[rows]
    whole = np.flatnonzero(events.phase[rows] == _X)
    if len(whole):
        ends[whole] += events.dur[rows[whole]] + events.carry[rows[whole]]
    return ends


def _by_thread(events: Events, rows: Ints) -> Ints:
    """Order by thread, within it by (ts, index), and in a run of X at equal ts the one that ends last first."""
    thread = events.thread[rows]
    narrow = np.uint16 if len(events.threads) < 65536 else np.uint32  # NumPy sorts 16 bits by radix
    rows = rows[np.argsort(thread.astype(narrow), kind="stable")]
    whole = events.phase[rows] == _X
    if not whole.any():
        return rows
    thread, ts = events.thread[rows], events.ts[rows]
    both_whole = whole[1:] & whole[:-1]
    joined = both_whole & (ts[1:] == ts[:-1]) & (thread[1:] == thread[:-1])  # with the event before
    if not joined.any():
        return rows
    alike = np.append(joined, False)
    alike[1:] |= joined
    places = np.flatnonzero(alike)
    run = np.append(True, ~joined).cumsum()[places]
    rows[places] = rows[places][np.lexsort((-ends_of(events, rows[places]), run))]
    return rows


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
    whole = np.flatnonzero(events.phase[row] == _X)
    carry = np.zeros(len(row), np.int8)
    carry[whole] = events.carry[row[whole]]
    dur = in_order.pop("end") - ts - carry
    if carry.any():  # self time is of the durations that the file gives
        in_order["self_time"] = self_times(ts, dur, parent)
    thread = events.thread[row]
    return Spans(
        ts=ts,
        dur=dur,
        carry=carry,
        name=events.name[row],
        cat=events.cat[row],
        track=lane_of[thread],
        thread=thread,
        event=events.event[row],
        end_event=end_event,
        **in_order,
    )
