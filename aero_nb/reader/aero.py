"""What an Aero export (or our own recorder's) says about itself: wall clock, dropped records, gaps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.times import exact_ns
from aero_nb.reader.tracks import Descriptions
from aero_nb.tables.columns import MAX_NS, Codes, Gaps, Threads, Tracks

_DROPPED = {"dropped_records": "droppedRecordsByThread", "dropped_strings": "droppedStringsByThread"}
"""Code of the diagnostic (and column of ``losses``) -> key of Aero's account."""
_MOST = 2**53  # what a double, and so JavaScript, counts to; the sum over all lanes fits 64 bits


def _account(metadata: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the object ``otherData[name]``, an empty one where there is none."""
    other = metadata.get("otherData")
    account = other.get(name) if isinstance(other, dict) else None
    return account if isinstance(account, dict) else {}


def known_count(value: Any) -> int:
    """Return a count of lost records as a file gives it, -1 (unknown) where it is no number that can be counted to."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST else -1


def is_aero(metadata: dict[str, Any], found: Descriptions) -> bool:
    """Return whether the file follows Aero's conventions (a cut export has lost its otherData)."""
    return bool(_account(metadata, "aero")) or "aero_trace_start_time" in found.other


def start_ns(metadata: dict[str, Any], found: Descriptions) -> int | None:
    """Return the wall clock (ns since the epoch) of time 0 on the file's clock, where the file says it."""
    candidates = [_account(metadata, "aero").get("startTimeEpochUs")]
    candidates += [
        args.get("startTimeEpochUs") for args in found.other.get("aero_trace_start_time", []) if isinstance(args, dict)
    ]
    for value in candidates:
        ns = exact_ns(value)
        if ns:  # Aero writes 0 before any start
            return ns
    base = metadata.get("baseTimeNanoseconds")  # PyTorch's profiler
    return base if isinstance(base, int) and not isinstance(base, bool) and base > 0 else None


def with_losses(
    tracks: Tracks, threads: Threads, metadata: dict[str, Any], found: Descriptions, diagnostics: Diagnostics
) -> Tracks:
    """Return the tracks with Aero's account of dropped records and strings, lane by lane.

    The account is keyed by thread name: where a name has several lanes, the last created takes it.
    """
    aero = _account(metadata, "aero")
    silent = aero.get("workerExportTimeouts")
    silent = set(silent) if isinstance(silent, list) and all(isinstance(name, str) for name in silent) else set()
    timed_out = np.array(
        [
            threads.thread[thread] in silent and not events
            for thread, events in zip(tracks.thread, tracks.events, strict=True)
        ],
        np.bool_,
    )
    counts = {}
    for code, key in _DROPPED.items():
        counts[key] = np.full(len(tracks), -1, np.int64)
        by_name = aero.get(key)
        lane_of: dict[int, int] = {}  # a thread's own lane comes before the lanes of its counters
        for lane, thread in enumerate(tracks.thread.tolist()):
            lane_of.setdefault(int(thread), lane)
        for name, count in by_name.items() if isinstance(by_name, dict) else ():
            own = lane_of.get(found.named_last.get(name, -1))
            if isinstance(count, int) and count >= _MOST:
                diagnostics.add("unreadable_metadata", -1, f"{key} of {name!r}: {count!r:.60}")
            elif own is not None and not timed_out[own]:
                counts[key][own] = known_count(count)
        lost = counts[key] > 0
        diagnostics.add(code, -1, f"{int(lost.sum())} threads", int(counts[key][lost].sum()))
        _count_without_lane(diagnostics, code, by_name, found)
    lanes_or_names = max(int(timed_out.sum()), len(silent))  # a name may be that of several lanes, or of none
    diagnostics.add("export_timed_out", -1, sorted(silent), lanes_or_names)
    _count_ours(diagnostics, _account(metadata, "aero_nb"))
    return replace(
        tracks,
        dropped_records=counts[_DROPPED["dropped_records"]],
        dropped_strings=counts[_DROPPED["dropped_strings"]],
        export_timed_out=timed_out,
    )


def _count_ours(diagnostics: Diagnostics, ours: dict[str, Any]) -> None:
    """Count what our own account (``otherData.aero_nb``) says is lost, beside what Aero's says."""
    for code, what in (
        ("unwritable_args", "arguments that JSON cannot hold"),
        ("failed_calls", "calls of the recorder that recorded nothing"),
        ("dropped_samples", "samples of this process beyond those it keeps"),
    ):
        diagnostics.add(code, -1, what, known_count(ours.get(code)))
    if "buffer_full_mb" in ours:
        diagnostics.add("chrome_buffer_full", -1, f"the end is missing: a buffer of {ours['buffer_full_mb']} MB")
    if ours.get("stream_error"):
        diagnostics.add("stream_error", -1, ours["stream_error"])
    stream = ours.get("stream")
    joined = stream.get("lanes") if isinstance(stream, dict) else None
    for code, lanes, name in (("dropped_args", ours.get("lanes"), "name"), ("unaligned_pieces", joined, "thread")):
        for lane in lanes if isinstance(lanes, list) else ():
            if isinstance(lane, dict):
                diagnostics.add(code, -1, lane.get(name, ""), known_count(lane.get(code)))


def _count_without_lane(diagnostics: Diagnostics, code: str, by_name: Any, found: Descriptions) -> None:
    """Count what threads lost that have no lane in the file, so that no track can show it."""
    absent = {
        name: count
        for name, count in (by_name.items() if isinstance(by_name, dict) else ())
        if name not in found.named_last and known_count(count) > 0
    }
    if absent:
        example = f"{len(absent)} threads without a lane, {next(iter(absent))!r} the first"
        diagnostics.add(code, -1, example, sum(absent.values()))


def read_gaps(metadata: dict[str, Any], reach: tuple[int, int], diagnostics: Diagnostics) -> list[dict[str, Any]]:
    """Return the gaps our recorder reports in ``otherData.aero_nb.gaps``.

    Those without usable times, or with times out of ``reach``, are counted.
    """
    gaps = _account(metadata, "aero_nb").get("gaps")
    usable = []
    for gap in gaps if isinstance(gaps, list) else ():
        given = gap if isinstance(gap, dict) else {}
        start, end = exact_ns(given.get("start_us")), exact_ns(given.get("end_us"))
        if start is None or end is None or not reach[0] <= start <= end <= reach[1] or end - start > MAX_NS:
            diagnostics.add("unreadable_metadata", -1, f"gap {gap!r:.60}")
            continue
        usable.append({**given, "start": start, "end": end})
    return usable


def gap_columns(gaps: list[dict[str, Any]], lanes: list[int]) -> Gaps:
    """Return the gaps as columns; ``lanes``: the track of each."""
    rows = [(lane, gap["start"], gap["end"], gap.get("dropped_records")) for gap, lane in zip(gaps, lanes, strict=True)]
    rows.sort(key=lambda row: row[1])
    dropped = [known_count(count) for *_, count in rows]
    track: Codes = np.array([row[0] for row in rows], np.int32)
    return Gaps(
        track,
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.int64),
        np.array(dropped, np.int64),
    )
