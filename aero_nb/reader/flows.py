"""Flow events to arrows between spans: s/t/f (version 1), bind_id on spans (version 2)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aero_nb.events import letters
from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.tables.columns import Flows, Ints, Spans
from aero_nb.tables.identity import integer_or_text, link_id, links_of, with_field

_BEGINS, _ENDS = letters("flow", "begin"), letters("flow", "end")
_NEVER = np.iinfo(np.int64).max  # number of the event that closes what no event closes


@dataclass
class _Arrows:
    rows: list[tuple[int, int, int, int, int, int, int, int, int]] = field(default_factory=list)

    def add(self, start: _End, end: _End, name: int, cat: int, id_: int) -> None:
        self.rows.append((start.ts, end.ts, start.span, end.span, name, cat, id_, start.event, end.event))

    def columns(self) -> Flows:
        """Return the arrows by the time of their begin."""
        parts = np.array(self.rows, np.int64).reshape(-1, 9)
        parts = parts[np.argsort(parts[:, 0], kind="stable")].T
        from_ts, to_ts, from_span, to_span, name, cat, id_, from_event, to_event = map(np.ascontiguousarray, parts)
        return Flows(
            from_ts, to_ts, from_span, to_span, name.astype(np.int32), cat.astype(np.int32), id_.astype(np.int32),
            from_event, to_event,
        )  # fmt: skip


@dataclass(frozen=True)
class _End:
    """One end of an arrow."""

    ts: int
    span: int
    event: int
    phase: str = ""


class _Lane:
    """The spans of one thread, asked for the one that an arrow's end binds to; ask in order of (ts, event)."""

    def __init__(self, spans: Spans, ends: Ints, closed_by: Ints, rows: Ints) -> None:
        self._rows: list[int] = rows.tolist()
        self._starts: list[int] = spans.ts[rows].tolist()
        self._ends: list[int] = ends[rows].tolist()
        self._finishes: list[int] = closed_by[rows].tolist()
        self._stack: list[int] = []  # spans that began before the last place asked for; the last one may be over
        self._next = 0
        written = np.lexsort((spans.event[rows], spans.ts[rows]))
        self._written: list[int] = written.tolist()  # the spans by (ts, event)
        self._begins = list(zip(spans.ts[rows][written].tolist(), spans.event[rows][written].tolist(), strict=True))
        by_end = np.argsort(ends[rows], kind="stable")
        self._by_end: list[int] = by_end.tolist()
        self._end_times: list[int] = ends[rows][by_end].tolist()

    def at(self, ts: int, event: int) -> int:
        """Return the span of the place, or -1.

        That is the one begun at ``ts`` and written last before the event; else the innermost open one; else one that
        begins, else one that ends, at ``ts``.
        """
        written = bisect_left(self._begins, (ts, event)) - 1
        if written >= 0 and self._begins[written][0] == ts:
            return self._rows[self._written[written]]
        row = self._innermost(ts, event)
        if row < 0:
            row = bisect_right(self._starts, ts) - 1
            row = row if row >= 0 and self._starts[row] == ts else -1
        if row < 0:
            last = bisect_right(self._end_times, ts) - 1
            row = self._by_end[last] if last >= 0 and self._end_times[last] == ts else -1
        return self._rows[row] if row >= 0 else -1

    def _innermost(self, ts: int, event: int) -> int:
        """Return the innermost of the spans begun before ``ts`` that are open at the place, or -1."""
        while self._next < len(self._rows) and self._starts[self._next] < ts:
            self._stack.append(self._next)
            self._next += 1
        while self._stack and not self._open(self._stack[-1], ts, event):
            self._stack.pop()  # over here, so over at every later place
        return self._stack[-1] if self._stack else -1

    def _open(self, row: int, ts: int, event: int) -> bool:
        return self._ends[row] > ts or (self._ends[row] == ts and self._finishes[row] > event)

    def next_after(self, ts: int) -> int:
        """Return the first span that begins at or after ts, or -1."""
        row = bisect_left(self._starts, ts)
        return self._rows[row] if row < len(self._rows) else -1


def read_flows(
    events: Events, rows: Ints, span_rows: Ints, spans: Spans, diagnostics: Diagnostics
) -> tuple[Flows, Ints]:
    """Return the arrows of the s/t/f events ``rows`` and of bind_id, and the id code of each row.

    ``span_rows`` are the B, E and X events; both are in order of (ts, index in the file).
    """
    arrows = _Arrows()
    ids = _read_version_1(events, rows, spans, arrows, diagnostics) if len(rows) else np.empty(0, np.int64)
    _read_version_2(events, span_rows, spans, arrows, diagnostics)
    return arrows.columns(), ids


def _read_version_1(events: Events, rows: Ints, spans: Spans, arrows: _Arrows, diagnostics: Diagnostics) -> Ints:
    lanes = _lanes(spans, set(events.thread[rows].tolist()))
    open_flows: dict[Any, _End] = {}
    ids = np.full(len(rows), -1, np.int64)
    for at, (row, link) in enumerate(zip(rows.tolist(), links_of(events.extras, events.event[rows]), strict=True)):
        phase, ts, event = chr(events.phase[row]), int(events.ts[row]), int(events.event[row])
        name, cat = int(events.name[row]), int(events.cat[row])
        pid, tid = events.threads[events.thread[row]]
        id_ = link_id(link, pid)
        if id_ is None:
            diagnostics.add("missing_id", event)
            id_ = (str(link.scope), "none", repr(pid), repr(tid))
        else:
            ids[at] = events.strings[id_[-1]]
        lane = lanes.get(int(events.thread[row]))
        binds_to_next = phase in _ENDS and link.bp != "e"
        span = -1
        if lane is not None:
            span = lane.next_after(ts) if binds_to_next else lane.at(ts, event)
        if span < 0:
            diagnostics.add("flow_unbound", event)
        _advance(
            open_flows,
            (cat, name, id_),
            phase,
            _End(ts, span, event, phase),
            arrows,
            (name, cat, int(ids[at])),
            diagnostics,
        )
    return ids


def _advance(
    open_flows: dict[Any, _End],
    key: tuple[Any, ...],
    phase: str,
    here: _End,
    arrows: _Arrows,
    labels: tuple[int, int, int],
    diagnostics: Diagnostics,
) -> None:
    before = open_flows.get(key)
    if phase in _BEGINS:
        if before is not None and before.phase in _BEGINS:
            diagnostics.add("flow_restarted", here.event)
        open_flows[key] = here
        return
    if before is None:
        diagnostics.add("flow_without_start", here.event)
    else:
        arrows.add(before, here, *labels)
    if phase in _ENDS:
        open_flows.pop(key, None)
    else:
        open_flows[key] = here


def _read_version_2(events: Events, rows: Ints, spans: Spans, arrows: _Arrows, diagnostics: Diagnostics) -> None:
    """Add the arrows of the B, E and X events ``rows`` that have a bind_id, in order of (ts, index in the file)."""
    tied = with_field(events.extras, b'"bind_id"')
    if not len(tied):
        return
    carriers = rows[np.isin(events.event[rows], tied)]
    span_of = _spans_of_events(spans, events.event[carriers])
    links = links_of(events.extras, events.event[carriers])
    sources: dict[str, _End] = {}
    for row, span, link in zip(carriers.tolist(), span_of.tolist(), links, strict=True):
        if link.bind_id is None:
            continue
        here = _End(int(events.ts[row]), span, int(events.event[row]))
        incoming, outgoing = link.flow_in is True, link.flow_out is True
        if not incoming and not outgoing:
            diagnostics.add("flow_without_direction", here.event, f"bind_id {link.bind_id!r}")
            continue
        if span < 0:
            diagnostics.add("flow_unbound", here.event)
        key = integer_or_text(link.bind_id)
        if incoming and key in sources:
            arrows.add(sources[key], here, int(events.name[row]), int(events.cat[row]), events.strings[key])
        elif incoming:
            diagnostics.add("flow_without_start", here.event)
        if outgoing:
            sources[key] = here


def _spans_of_events(spans: Spans, wanted: Ints) -> Ints:
    """Return the span that each event begins or ends, -1: none."""
    found = np.full(len(wanted), -1, np.int64)
    if not len(spans):
        return found
    for events in (spans.event, spans.end_event):
        order = np.argsort(events, kind="stable")
        row = order[np.minimum(np.searchsorted(events, wanted, sorter=order), len(order) - 1)]
        found = np.where(events[row] == wanted, row, found)
    return found


def _lanes(spans: Spans, threads: set[int]) -> dict[int, _Lane]:
    order = np.argsort(spans.thread, kind="stable")
    ordered = spans.thread[order]
    ends = spans.ts + spans.dur + spans.carry
    closed_by = _closing_events(spans, ends)
    lanes = {}
    for thread in threads:
        rows = order[np.searchsorted(ordered, thread, "left") : np.searchsorted(ordered, thread, "right")]
        if len(rows):
            lanes[thread] = _Lane(spans, ends, closed_by, rows)
    return lanes


def _closing_events(spans: Spans, end: Ints) -> Ints:
    """Return the event that closes each span: its E, -1 for X; an unfinished one closes with the span it ends in."""
    closed_by = spans.end_event.copy()
    for row in np.flatnonzero(spans.unfinished).tolist():
        parent = spans.parent[row]
        ends_with_parent = parent >= 0 and end[parent] == end[row]
        closed_by[row] = closed_by[parent] if ends_with_parent else _NEVER
    return closed_by
