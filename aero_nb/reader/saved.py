"""What ``Trace.save`` adds under ``otherData.aero_nb`` because the format cannot say it, put back into the columns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from aero_nb.reader.aero import known_count
from aero_nb.reader.interning import canonical_id
from aero_nb.tables.columns import AsyncSpans, Columns, Ints, Spans, Tracks
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
    tracks = _with_losses(columns, _objects(ours.get("lanes")))
    columns = replace(
        columns,
        tracks=_with_sources(replace(columns, tracks=tracks), _objects(ours.get("processes"))),
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


def _with_sources(columns: Columns, processes: list[dict[str, Any]]) -> Tracks:
    tracks = columns.tracks
    process_of = {
        canonical_id(process.get("pid")): process
        for process in processes
        if _is_int(process.get("source")) and 0 < process["source"] < 2**31
    }
    if not process_of:
        return tracks
    source, source_pid = tracks.source.copy(), tracks.source_pid.copy()
    for row, thread in enumerate(tracks.thread.tolist()):
        process = process_of.get(columns.threads.pid[thread])
        if process is not None:
            source[row], source_pid[row] = process["source"], canonical_id(process.get("source_pid"))
    return replace(tracks, source=source, source_pid=source_pid)
