"""What ``Trace.save`` adds under ``otherData.aero_nb`` because the format cannot say it, put back into the columns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from aero_nb.reader.aero import known_count
from aero_nb.reader.interning import canonical_id
from aero_nb.tables.columns import AsyncSpans, Columns, Ints, Spans, Threads, Tracks
from aero_nb.tables.derived import recounted, self_times
from aero_nb.tables.walking import tables_of_events

_COUNTS = ("dropped_records", "dropped_strings")


def restored(columns: Columns, reach: tuple[int, int]) -> Columns:
    """Return the columns with the start, losses, sources and ends that ``otherData.aero_nb`` has; odd ones are left.

    ``reach``: between which times (ns) an end may lie. A file from anywhere may hold such a block, so nothing in it is
    trusted to have the right type.
    """
    other = columns.metadata.get("otherData")
    ours = other.get("aero_nb") if isinstance(other, dict) else None
    if not isinstance(ours, dict):
        return columns
    start: Any = ours.get("start_epoch_ns")
    moved = _objects(ours.get("threads"))
    columns = replace(columns, threads=_with_names(columns.threads, moved))
    tracks = _with_losses(columns, _objects(ours.get("lanes")))
    columns = replace(
        columns,
        tracks=_with_sources(replace(columns, tracks=tracks), _objects(ours.get("processes")), moved),
        start_ns=start if _is_int(start) and start > 0 else columns.start_ns,
    )
    ends = ours.get("unfinished_ends_ns")
    pairs = [pair for pair in ends if isinstance(pair, list) and len(pair) == 2] if isinstance(ends, list) else []
    usable = {event: end for event, end in pairs if _is_int(event) and _is_int(end) and reach[0] <= end <= reach[1]}
    return _with_ends(columns, usable)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _with_ends(columns: Columns, ends: dict[int, int]) -> Columns:
    if not ends:
        return columns
    before = columns.spans
    lasting = {name: table for name, table in tables_of_events(columns).items() if "unfinished" in table.meanings}
    columns = replace(columns, **{name: replace(table, dur=_durations(table, ends)) for name, table in lasting.items()})
    spans = columns.spans
    if (spans.dur != before.dur).any():
        columns = replace(columns, spans=replace(spans, self_time=self_times(spans.ts, spans.dur, spans.parent)))
    return replace(columns, tracks=recounted(columns))


def _durations(spans: Spans | AsyncSpans, ends: dict[int, int]) -> Ints:
    dur = spans.dur.copy()
    for row in np.flatnonzero(spans.unfinished).tolist():
        start = int(spans.ts[row])
        end = ends.get(int(spans.event[row]), start - 1)
        if end >= start:
            dur[row] = end - start
    return dur


def _with_losses(columns: Columns, lanes: list[dict[str, Any]]) -> Tracks:
    tracks, threads = columns.tracks, columns.threads
    lane_of = {(canonical_id(lane.get("pid")), canonical_id(lane.get("tid"))): lane for lane in lanes}
    counts = {name: getattr(tracks, name).copy() for name in _COUNTS}
    timed_out = tracks.export_timed_out.copy()
    for row, thread in enumerate(tracks.thread.tolist()):
        lane = lane_of.get((threads.pid[thread], threads.tid[thread]))
        if lane is None or columns.strings[tracks.kind[row]] != "thread":
            continue
        for name in _COUNTS:
            if known_count(lane.get(name)) >= 0:
                counts[name][row] = lane[name]
        timed_out[row] |= lane.get("export_timed_out") is True
    return replace(tracks, export_timed_out=timed_out, **counts)


def _with_names(threads: Threads, moved: list[dict[str, Any]]) -> Threads:
    """Return the threads with the names that a merge gave to those that it moved to another process."""
    told = {(canonical_id(one.get("pid")), canonical_id(one.get("tid"))): one for one in moved}
    names, order = list(threads.thread), list(threads.sort_index)
    for row, key in enumerate(zip(threads.pid, threads.tid, strict=True)):
        one = told.get(key, {})
        if isinstance(one.get("name"), str):
            names[row] = one["name"]
        if _is_int(one.get("sort_index")):
            order[row] = one["sort_index"]
    return replace(threads, thread=tuple(names), sort_index=tuple(order))


def _with_sources(columns: Columns, processes: list[dict[str, Any]], moved: list[dict[str, Any]]) -> Tracks:
    tracks, threads = columns.tracks, columns.threads
    of_process = {canonical_id(one.get("pid")): one for one in processes if _names_a_source(one)}
    of_thread = {
        (canonical_id(one.get("pid")), canonical_id(one.get("tid"))): one for one in moved if _names_a_source(one)
    }
    if not of_process and not of_thread:
        return tracks
    source, source_pid = tracks.source.copy(), tracks.source_pid.copy()
    for row, thread in enumerate(tracks.thread.tolist()):
        pid, tid = threads.pid[thread], threads.tid[thread]
        origin = of_thread.get((pid, tid)) or of_process.get(pid)
        if origin is not None:
            source[row], source_pid[row] = origin["source"], canonical_id(origin.get("source_pid"))
    return replace(tracks, source=source, source_pid=source_pid)


def _names_a_source(one: dict[str, Any]) -> bool:
    return _is_int(one.get("source")) and 0 < one["source"] < 2**31
