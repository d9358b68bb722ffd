"""The spans of all threads: each lane ordered and nested by itself, then put together by time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from aero_nb import _native
from aero_nb.events import COMPLETE, END
from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.lane_events import Gaps, Lanes, edges_of
from aero_nb.reader.spans import nest_in_python
from aero_nb.tables.columns import Codes, Ints, Spans
from aero_nb.tables.derived import self_times

_X, _E = ord(COMPLETE), ord(END)


@dataclass(frozen=True)
class ThreadSpans:
    """The spans, and the events that end none: their rows, and their thread each."""

    spans: Spans
    orphans: Ints
    orphan_threads: Codes


Found = tuple[dict[str, Any], Ints]
"""Columns of spans by time, at equal ts lane by lane, a parent before its children; and orphans.

``begin``, ``finish`` (-1: no E) and the orphans are rows of the events; the others are those of ``Nest``.
"""


def read_spans(
    events: Events, rows: Ints, trace_end: int, gaps: dict[int, Gaps], lane_of: Codes, diagnostics: Diagnostics
) -> ThreadSpans:
    """Return the spans of the B, E and X events ``rows`` (by ts, then index in the file); ``gaps`` by thread."""
    core = _native.core()
    events.strings[""]  # gets its code here, whoever asks for it
    if core is None:
        columns, orphans = _nest_in_python(events, rows, trace_end, gaps)
    else:
        columns, orphans = _nest_native(events, rows, trace_end, gaps, core)
    spans = _spans(events, columns, lane_of)
    diagnostics.add_events("orphan_end", events.event[orphans])
    diagnostics.add_events("unfinished_span", spans.event[spans.unfinished])
    diagnostics.add_events("crossing_span", spans.event[spans.crossing])
    return ThreadSpans(spans, orphans, events.thread[orphans])


def _nest_native(events: Events, rows: Ints, trace_end: int, gaps: dict[int, Gaps], core: Any) -> Found:
    """Nest with the native core the lanes that nest properly, the others in Python."""
    ends = int(np.count_nonzero(events.phase[rows] == _E))
    left_out = np.zeros(len(events.threads), np.uint8)
    left_out[list(gaps)] = 1
    columns: dict[str, Any] = {
        name: np.empty(len(rows) - ends, np.int64) for name in ("begin", "finish", "end", "parent", "self_time")
    }
    orphans = np.empty(ends, np.int64)
    columns["depth"], columns["unfinished"] = np.empty(len(rows) - ends, np.int32), np.empty(len(rows) - ends, np.bool_)
    found = [columns[name] for name in ("begin", "finish", "end", "parent", "self_time")]
    made = [*found, orphans, columns["depth"], columns["unfinished"]]
    given = (events.phase, events.ts, events.dur, events.carry, events.name, events.thread, rows)
    spans, lost = core.nest_rows(*given, left_out, *made, trace_end)
    del found, made
    if not left_out.any():
        return columns | {"crossing": np.zeros(spans, np.bool_)}, orphans[:lost].copy()
    columns = {name: column[:spans] for name, column in columns.items()} | {"crossing": np.zeros(spans, np.bool_)}
    rest = _nest_in_python(events, rows[left_out.view(np.bool_)[events.thread[rows]]], trace_end, gaps)
    return _both(events, (columns, orphans[:lost]), rest)


def _both(events: Events, quick: Found, rest: Found) -> Found:
    """Return the spans of both, by time; no lane is in both."""
    size = len(quick[0]["begin"])
    rest[0]["parent"][rest[0]["parent"] >= 0] += size
    columns = {name: np.concatenate([column, rest[0][name]]) for name, column in quick[0].items()}
    order = np.lexsort((events.thread[columns["begin"]], events.ts[columns["begin"]]))
    return _in_order(columns, order), np.concatenate([quick[1], rest[1]])


def _in_order(columns: dict[str, Any], order: Ints) -> dict[str, Any]:
    """Return the columns in another order. ``columns`` is emptied on the way: here is the peak of memory of a load."""
    in_order = {name: columns.pop(name)[order] for name in list(columns)}
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    inner = np.flatnonzero(in_order["parent"] >= 0)
    in_order["parent"][inner] = place[in_order["parent"][inner]]
    return in_order


def _nest_in_python(events: Events, rows: Ints, trace_end: int, gaps: dict[int, Gaps]) -> Found:
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
    nested = nest_in_python(lanes)
    columns = dict(vars(nested))
    del nested, lanes, thread  # as large as what is made of them
    orphans = rows[columns.pop("orphans")]
    columns["begin"] = rows[columns["begin"]]
    ended = np.flatnonzero(columns["finish"] >= 0)
    finish = np.full(len(columns["finish"]), -1, np.int64)
    finish[ended] = rows[columns["finish"][ended]]
    columns["finish"] = finish
    del rows, ended, finish
    return _in_order(columns, np.argsort(events.ts[columns["begin"]], kind="stable")), orphans


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


def _spans(events: Events, columns: dict[str, Any], lane_of: Codes) -> Spans:
    """Return the spans; ``columns`` is emptied on the way."""
    row, finish = columns.pop("begin"), columns.pop("finish")
    ts = events.ts[row]
    ended = np.flatnonzero(finish >= 0)
    finish[ended] = events.event[finish[ended]]
    whole = np.flatnonzero(events.phase[row] == _X)
    carry = np.zeros(len(row), np.int8)
    carry[whole] = events.carry[row[whole]]
    dur = columns.pop("end")
    dur -= ts
    dur -= carry
    if carry.any():  # self time is of the durations that the file gives
        columns["self_time"] = self_times(ts, dur, columns["parent"])
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
        end_event=finish,
        **columns,
    )
