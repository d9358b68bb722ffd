"""Async events: b/n/e stacks by (cat, id, scope), and the older S/T/p/F, keyed with their name too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from aero_nb.reader.columns import AsyncSpans, Ints
from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.identity import Links, link_id, links_of
from aero_nb.reader.spans import Lane, nest
from aero_nb.reader.tracks import TrackTable

_BEGINS, _ENDS, _LEGACY = "bS", "eF", "STpF"


@dataclass(frozen=True)
class AsyncEvents:
    """The async spans, and the events that are none: rows of instants (n, T, p) and of orphan ends, with their ids."""

    spans: AsyncSpans
    instants: Ints
    orphans: Ints
    tracks: Ints  # of all rows given, as ids
    ids: Ints


def read_async(events: Events, rows: Ints, tracks: TrackTable, trace_end: int, diagnostics: Diagnostics) -> AsyncEvents:
    """Return the async spans of the events ``rows`` (in time order)."""
    phases = [chr(phase) for phase in events.phase[rows].tolist()]
    links = links_of(events.extras, events.event[rows])
    groups: dict[tuple[Any, ...], list[int]] = {}
    shown: dict[tuple[str, ...], int] = {}
    ids = np.empty(len(rows), np.int64)
    for place, (row, phase, link) in enumerate(zip(rows.tolist(), phases, links, strict=True)):
        key = _identity(events, row, phase, link, diagnostics)
        groups.setdefault(key, []).append(place)
        id_ = key[-1]
        if id_ not in shown:
            shown[id_] = events.strings[_shown(link)]
        ids[place] = shown[id_]
    kinds = np.array(["B" if phase in _BEGINS else "E" if phase in _ENDS else "n" for phase in phases] or [""])
    track_of = np.empty(len(rows), np.int64)
    pieces, orphans = [], []
    for members in groups.values():
        at = np.array(members)
        first = rows[at[0]]
        pid, tid = events.threads[events.thread[first]]
        label = events.cat[first] if events.cat[first] >= 0 else events.name[first]
        track_of[at] = tracks.add("async", pid, tid, int(label))
        spans, lost = _nest_group(events, rows, at[kinds[at] != "n"], kinds, trace_end)
        pieces.append(spans)
        orphans.append(lost)
    found = _joined(events, rows, pieces, track_of, ids)
    lost = np.concatenate(orphans) if orphans else np.empty(0, np.int64)
    diagnostics.add_events("orphan_async_end", events.event[rows[lost]])
    diagnostics.add_events("unfinished_async_span", found.event[found.unfinished])
    return AsyncEvents(found, np.flatnonzero(kinds == "n") if len(rows) else lost, lost, track_of, ids)


def _identity(events: Events, row: int, phase: str, link: Links, diagnostics: Diagnostics) -> tuple[Any, ...]:
    pid, tid = events.threads[events.thread[row]]
    id_ = link_id(link, pid)
    if id_ is None:
        diagnostics.add("missing_id", int(events.event[row]))
        id_ = (str(link.scope), "none", repr(pid), repr(tid))
    legacy = int(events.name[row]) if phase in _LEGACY else None
    return (phase in _LEGACY, legacy, int(events.cat[row]), id_)


def _shown(link: Links) -> str | None:
    """Return the id as the file writes it, for the eye."""
    value = link.id
    if value is None and isinstance(link.id2, dict):
        value = link.id2.get("global", link.id2.get("local"))
    return None if value is None else str(value)


_Piece = tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints]


def _nest_group(events: Events, rows: Ints, at: Ints, kinds: Any, trace_end: int) -> tuple[_Piece, Ints]:
    """Return (begin, finish, end, depth, parent, unfinished ...) of one id's spans, and its orphan ends."""
    here = rows[at]
    phase = np.where(kinds[at] == "B", ord("B"), ord("E")).astype(np.uint8)
    lane = Lane(
        phase, events.ts[here], np.zeros(len(here), np.int64), events.name[here], events.strings[""], trace_end
    )  # fmt: skip
    nested = nest(lane)
    finish = np.where(nested.finish >= 0, at[nested.finish] if len(at) else -1, -1)
    piece = (
        at[nested.begin],
        finish,
        nested.end,
        nested.depth.astype(np.int64),
        nested.parent,
        nested.unfinished.astype(np.int64),
        np.zeros(len(nested.begin), np.int64),
    )
    return piece, at[nested.orphans]


def _joined(events: Events, rows: Ints, pieces: list[_Piece], track_of: Ints, ids: Ints) -> AsyncSpans:
    sizes = np.array([0, *(len(piece[0]) for piece in pieces)]).cumsum()
    if pieces:
        begin, finish, end, depth, parent, unfinished, _ = (np.concatenate(part) for part in zip(*pieces, strict=True))
        base = np.repeat(sizes[:-1], np.diff(sizes))
    else:
        begin = finish = end = depth = parent = unfinished = base = np.empty(0, np.int64)
    row = rows[begin]
    order = np.lexsort((base, events.ts[row]))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    inside = parent >= 0
    parents = np.where(inside, place[np.where(inside, parent + base, 0)] if len(place) else -1, -1)
    return AsyncSpans(
        ts=events.ts[row],
        dur=end - events.ts[row],
        depth=depth.astype(np.int32),
        parent=parents,
        ph=events.ph[row],
        name=events.name[row],
        cat=events.cat[row],
        id=ids[begin].astype(np.int32),
        track=track_of[begin].astype(np.int32),
        thread=events.thread[row],
        unfinished=unfinished.astype(np.bool_),
        event=events.event[row],
        end_event=np.where(finish >= 0, events.event[rows[finish]] if len(rows) else -1, -1),
        end_thread=np.where(finish >= 0, events.thread[rows[finish]] if len(rows) else -1, -1).astype(np.int32),
    ).take(order)
