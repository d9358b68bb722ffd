"""Flow events to arrows between spans: s/t/f (version 1), bind_id on spans (version 2)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aero_nb.reader.columns import Flows, Ints, Spans
from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.identity import integer_or_text, link_id, links_of, with_links


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
    """The spans of one thread, asked for what is open at the place of an event; ask in time order."""

    def __init__(self, spans: Spans, closed_by: Ints, rows: Ints) -> None:
        self._rows: list[int] = rows.tolist()
        self._starts: list[int] = spans.ts[rows].tolist()
        self._ends: list[int] = (spans.ts[rows] + spans.dur[rows]).tolist()
        self._begins: list[int] = spans.event[rows].tolist()
        self._finishes: list[int] = closed_by[rows].tolist()
        self._stack: list[int] = []  # spans that began before the last place asked for, some of them over
        self._next = 0

    def _open(self, row: int, ts: int, event: int) -> bool:
        return self._ends[row] > ts or (self._ends[row] == ts and self._finishes[row] > event)

    def at(self, ts: int, event: int) -> int:
        """Return the innermost span open at the place, else one that begins, else one that ends, just then; or -1."""
        while self._next < len(self._rows) and self._starts[self._next] < ts:
            self._stack.append(self._next)
            self._next += 1
        while self._stack and self._ends[self._stack[-1]] < ts:
            self._stack.pop()
        last = bisect_right(self._starts, ts) - 1
        for row in range(last, self._next - 1, -1):
            if self._begins[row] < event and self._open(row, ts, event):
                return self._rows[row]
        ended = -1
        for row in reversed(self._stack):
            if self._open(row, ts, event):
                return self._rows[row]
            if ended < 0 and self._ends[row] == ts:
                ended = row
        just_then = last if last >= self._next else ended
        return self._rows[just_then] if just_then >= 0 else -1

    def next_after(self, ts: int) -> int:
        """Return the first span that begins at or after ts, or -1."""
        row = bisect_left(self._starts, ts)
        return self._rows[row] if row < len(self._rows) else -1


def read_flows(events: Events, rows: Ints, spans: Spans, diagnostics: Diagnostics) -> tuple[Flows, Ints]:
    """Return the arrows of the s/t/f events ``rows`` (in time order) and of bind_id, and the id code of each row."""
    arrows = _Arrows()
    ids = _read_version_1(events, rows, spans, arrows, diagnostics) if len(rows) else np.empty(0, np.int64)
    _read_version_2(events, spans, arrows, diagnostics)
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
        span = -1 if lane is None else lane.next_after(ts) if phase == "f" and link.bp != "e" else lane.at(ts, event)
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
    if phase == "s":
        if before is not None and before.phase == "s":
            diagnostics.add("flow_restarted", here.event)
        open_flows[key] = here
        return
    if before is None:
        diagnostics.add("flow_without_start", here.event)
    else:
        arrows.add(before, here, *labels)
    if phase == "t":
        open_flows[key] = here
    else:
        open_flows.pop(key, None)


def _read_version_2(events: Events, spans: Spans, arrows: _Arrows, diagnostics: Diagnostics) -> None:
    carriers = with_links(events.extras, spans.event, b'"bind_id"')
    if not len(carriers):
        return
    sources: dict[str, _End] = {}
    rows = np.flatnonzero(np.isin(spans.event, carriers))
    for row, link in zip(rows.tolist(), links_of(events.extras, spans.event[rows]), strict=True):
        if link.bind_id is None:
            continue
        key = integer_or_text(link.bind_id)
        here = _End(int(spans.ts[row]), row, int(spans.event[row]))
        if link.flow_in is True:
            if key in sources:
                arrows.add(sources[key], here, int(spans.name[row]), int(spans.cat[row]), events.strings[key])
            else:
                diagnostics.add("flow_without_start", here.event)
        if link.flow_out is True:
            sources[key] = here


def _lanes(spans: Spans, threads: set[int]) -> dict[int, _Lane]:
    order = np.argsort(spans.thread, kind="stable")
    ordered = spans.thread[order]
    closed_by = _closing_events(spans)
    lanes = {}
    for thread in threads:
        rows = order[np.searchsorted(ordered, thread, "left") : np.searchsorted(ordered, thread, "right")]
        if len(rows):
            lanes[thread] = _Lane(spans, closed_by, rows)
    return lanes


def _closing_events(spans: Spans) -> Ints:
    """Return the event that closes each span: its E, -1 for X; an unfinished one closes with the span it ends in."""
    closed_by = spans.end_event.copy()
    end = spans.ts + spans.dur
    for row in np.flatnonzero(spans.unfinished).tolist():
        parent = spans.parent[row]
        closed_by[row] = closed_by[parent] if parent >= 0 and end[parent] == end[row] else np.iinfo(np.int64).max
    return closed_by
