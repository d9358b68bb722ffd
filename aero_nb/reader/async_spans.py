"""Async events: b/n/e stacks by (cat, id, scope), and the older S/T/p/F, keyed with their name too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from aero_nb.events import LEGACY, letters
from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.lane_events import Lanes, Nest, edges_of
from aero_nb.reader.spans import nest
from aero_nb.reader.tracks import TrackTable
from aero_nb.tables.columns import AsyncSpans, Bools, Ints
from aero_nb.tables.identity import Links, link_id, links_of

_BEGINS, _ENDS = letters("async", "begin"), letters("async", "end")


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
    group, ids = _groups(events, rows, phases, diagnostics)
    kind_of = {**dict.fromkeys(_BEGINS, "B"), **dict.fromkeys(_ENDS, "E")}
    kinds = np.array([kind_of.get(phase, "n") for phase in phases] or [""])
    kinds = kinds[: len(rows)]
    places = np.flatnonzero(kinds != "n")
    places = places[np.argsort(group[places], kind="stable")]  # id by id, each in time order
    nested = nest(_lanes(events, rows[places], kinds[places], group[places], trace_end))
    track_of = _tracks(events, rows, group, tracks)
    found = _spans(events, rows, places, nested, track_of, ids)
    orphans = places[nested.orphans]
    overlapping = rows[places[nested.begin[_overlapping(events, rows[places], group[places], nested)]]]
    diagnostics.add_events("orphan_async_end", events.event[rows[orphans]])
    diagnostics.add_events("unfinished_async_span", found.event[found.unfinished])
    if len(overlapping):
        name = events.strings.texts()[events.name[overlapping[0]]] if events.name[overlapping[0]] >= 0 else ""
        diagnostics.add_events("async_overlap", events.event[overlapping], f"{name!r} begins while its id is open")
    return AsyncEvents(found, np.flatnonzero(kinds == "n"), orphans, track_of, ids)


def _groups(events: Events, rows: Ints, phases: list[str], diagnostics: Diagnostics) -> tuple[Ints, Ints]:
    """Return (number of its key, code of its id for the eye) of each event; keys count from their first event."""
    numbers: dict[tuple[Any, ...], int] = {}
    shown: dict[Any, int] = {}
    group, ids = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    links = links_of(events.extras, events.event[rows])
    for place, (row, phase, link) in enumerate(zip(rows.tolist(), phases, links, strict=True)):
        key = _identity(events, row, phase, link, diagnostics)
        group[place] = numbers.setdefault(key, len(numbers))
        id_ = key[-1]
        if id_ not in shown:
            shown[id_] = events.strings[_shown(link)]
        ids[place] = shown[id_]
    return group, ids


def _lanes(events: Events, rows: Ints, kinds: Any, group: Ints, trace_end: int) -> Lanes:
    phase = np.where(kinds == "B", ord("B"), ord("E")).astype(np.uint8)
    ts = events.ts[rows]
    edges = edges_of(group)
    return Lanes(phase, ts, ts, events.name[rows], edges, events.strings[""], trace_end)


def _tracks(events: Events, rows: Ints, group: Ints, tracks: TrackTable) -> Ints:
    """Add a track for each key, in the order of their first events; returns the track of each event."""
    track_of = []
    firsts = rows[np.unique(group, return_index=True)[1]]
    for thread, cat, name in zip(
        events.thread[firsts].tolist(), events.cat[firsts].tolist(), events.name[firsts].tolist(), strict=True
    ):
        pid, tid = events.threads[thread]
        track_of.append(tracks.add("async", pid, tid, cat if cat >= 0 else name))
    return np.array(track_of, np.int64)[group]


def _overlapping(events: Events, rows: Ints, group: Ints, nested: Nest) -> Bools:
    """Return which spans begin while one of their id and name is open, or cross one of their id.

    Places are positions among the events, so that one number line holds the spans of all keys (id and name)::

        key 0: [0 .. 9]  [3 .. 5]        reached: 9, 9      the second begins at 3, before 9: it overlaps
        key 1: [1 .. 2]  [4 .. 8]        lifted by 1 * (after_all + 1), so that no end of key 0 reaches into it
    """
    begin, after_all = nested.begin, len(rows)
    finish = np.where(nested.finish < 0, after_all, nested.finish)
    names = events.name[rows[begin]].astype(np.int64) + 1
    most_names = int(names.max(initial=0)) + 1
    _, key = np.unique(group[begin] * most_names + names, return_inverse=True)
    order = np.argsort(key, kind="stable")
    lifted = key[order] * (after_all + 1)
    reached = np.maximum.accumulate(lifted + finish[order])  # one running maximum for every key
    again = np.zeros(len(begin), np.bool_)
    of_one_key = np.diff(key[order]) == 0
    reached_before = reached[:-1] - lifted[1:]
    again[order[1:]] = of_one_key & (reached_before > begin[order[1:]])
    return np.asarray(again | nested.crossing, np.bool_)


def _identity(events: Events, row: int, phase: str, link: Links, diagnostics: Diagnostics) -> tuple[Any, ...]:
    pid, tid = events.threads[events.thread[row]]
    id_ = link_id(link, pid)
    if id_ is None:
        diagnostics.add("missing_id", int(events.event[row]))
        id_ = (str(link.scope), "none", repr(pid), repr(tid))
    legacy = int(events.name[row]) if phase in LEGACY else None
    return (phase in LEGACY, legacy, int(events.cat[row]), id_)


def _shown(link: Links) -> str | None:
    """Return the id as the file writes it, for the eye."""
    value = link.id
    if value is None and isinstance(link.id2, dict):
        value = link.id2.get("global", link.id2.get("local"))
    return None if value is None else str(value)


def _spans(events: Events, rows: Ints, places: Ints, nested: Nest, track_of: Ints, ids: Ints) -> AsyncSpans:
    """Return the spans by time; at equal ts id by id, a parent before its children."""
    begin, ended = places[nested.begin], np.flatnonzero(nested.finish >= 0)
    row = rows[begin]
    order = np.argsort(events.ts[row], kind="stable")
    place = np.empty(len(order) + 1, np.int64)
    place[order], place[-1] = np.arange(len(order)), -1
    last = rows[places[nested.finish[ended]]]
    end_event = np.full(len(begin), -1, np.int64)
    end_thread = np.full(len(begin), -1, np.int32)
    end_event[ended], end_thread[ended] = events.event[last], events.thread[last]
    return AsyncSpans(
        ts=events.ts[row],
        dur=nested.end - events.ts[row],
        depth=nested.depth,
        parent=place[nested.parent],
        ph=events.ph[row],
        name=events.name[row],
        cat=events.cat[row],
        id=ids[begin].astype(np.int32),
        track=track_of[begin].astype(np.int32),
        thread=events.thread[row],
        unfinished=nested.unfinished,
        event=events.event[row],
        end_event=end_event,
        end_thread=end_thread,
    ).take(order)
