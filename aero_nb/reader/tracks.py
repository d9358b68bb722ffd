"""The lanes of a Trace as they are found, and what metadata events say about processes and threads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.nesting import shallow
from aero_nb.tables.columns import NO_TIME, Codes, Id, Ints, Threads, Tracks
from aero_nb.tables.json_values import json_value

_PLAIN_NAMES = {
    "process_name",
    "thread_name",
    "process_labels",
    "process_sort_index",
    "thread_sort_index",
}


_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,19}\s*\Z")


@dataclass
class Descriptions:
    """What the M events say; the last one wins."""

    process: dict[Id, dict[str, Any]] = field(default_factory=dict)
    thread: dict[int, dict[str, Any]] = field(default_factory=dict)  # by code of (pid, tid), in order of mention
    named_last: dict[str, int] = field(default_factory=dict)  # thread name -> the last thread that took it
    other: dict[str, list[Any]] = field(default_factory=dict)


def describe(events: Events, rows: Ints, diagnostics: Diagnostics) -> Descriptions:
    """Read the M events ``rows``, in file order."""
    found = Descriptions()
    texts = events.strings.texts()
    for row in rows.tolist():
        name = texts[events.name[row]] if events.name[row] >= 0 else ""
        args, _ = shallow(json_value(events.args.get(int(events.event[row]))))
        thread = int(events.thread[row])
        if name not in _PLAIN_NAMES or not isinstance(args, dict):
            found.other.setdefault(name, []).append(args)
            continue
        value = args.get(name.removeprefix("process_").removeprefix("thread_"))
        of_process = name.startswith("process_")
        known = (
            found.process.setdefault(events.threads[thread][0], {})
            if of_process
            else found.thread.setdefault(thread, {})
        )
        if name.endswith("_name") and value != known.get(name, value):
            ids = f"pid {events.threads[thread][0]}" if of_process else "pid {}, tid {}".format(*events.threads[thread])
            renamed = "process_renamed" if of_process else "thread_renamed"
            diagnostics.add(renamed, int(events.event[row]), f"{ids}: {known[name]!r}, then {value!r}")
        known[name] = value
        if name == "thread_name" and isinstance(value, str):
            found.named_last[value] = thread
    return found


Tally = tuple[Codes, Ints, Ints]
"""The track, the first and the last time (ns) of some rows."""


class TrackTable:
    """Threads and tracks while they are being found; ``finish`` turns them into columns."""

    def __init__(self, events: Events, found: Descriptions) -> None:
        self._events = events
        self._found = found
        self.threads = list(events.threads)
        self._thread_of = {thread: code for code, thread in enumerate(self.threads)}
        self._rows: list[tuple[str, int, int]] = []  # kind, thread, name
        self._lane_of: dict[int, int] = {}

    def lanes(self, threads: Ints) -> Codes:
        """Make a lane of each of the given threads; returns the lane of every thread, -1: none."""
        for thread in threads.tolist():
            if thread not in self._lane_of:
                self._lane_of[thread] = len(self._rows)
                self._rows.append(("thread", thread, -1))
        lane_of = np.full(len(self.threads), -1, np.int32)
        for thread, lane in self._lane_of.items():
            lane_of[thread] = lane
        return lane_of

    def add(self, kind: str, pid: Id, tid: Id, name: int) -> int:
        """Add a track that is no thread and return its code."""
        thread = self._thread_of.get((pid, tid))
        if thread is None:
            thread = self._thread_of[(pid, tid)] = len(self.threads)
            self.threads.append((pid, tid))
        self._rows.append((kind, thread, name))
        return len(self._rows) - 1

    def __len__(self) -> int:
        return len(self._rows)

    def thread_columns(self) -> Threads:
        """Return the threads with what the metadata events say."""
        process = [self._found.process.get(pid, {}) for pid, _ in self.threads]
        thread = [self._found.thread.get(code, {}) for code in range(len(self.threads))]
        return Threads(
            pid=tuple(pid for pid, _ in self.threads),
            tid=tuple(tid for _, tid in self.threads),
            process=tuple(_text(each.get("process_name")) for each in process),
            thread=tuple(_text(each.get("thread_name")) for each in thread),
            sort_index=tuple(_integer(each.get("thread_sort_index")) for each in thread),
            process_sort_index=tuple(_integer(each.get("process_sort_index")) for each in process),
            process_labels=tuple(_text(each.get("process_labels")) for each in process),
        )

    def columns(self, tallies: list[Tally], spans: list[Codes], samples: Tally) -> Tracks:
        """Return the tracks. ``tallies``: of every event; ``spans``: tracks of the spans; ``samples`` are no events."""
        n = len(self._rows)
        first, last = np.full(n, np.iinfo(np.int64).max), np.full(n, NO_TIME)
        count, events = np.zeros(n, np.int64), np.zeros(n, np.int64)
        for track, starts, ends in [*tallies, samples]:
            if track.min(initial=0) < 0:
                here = track >= 0
                track, starts, ends = track[here], starts[here], ends[here]
            np.minimum.at(first, track, starts)
            np.maximum.at(last, track, ends)
        for track, _, _ in tallies:
            events += np.bincount(track[track >= 0], minlength=n)
        for track in spans:
            count += np.bincount(track, minlength=n)
        first[last == NO_TIME] = NO_TIME
        unknown = np.full(n, -1, np.int64)
        pids = np.empty(n, np.object_)
        pids[:] = [self.threads[thread][0] for _, thread, _ in self._rows]
        code_of = self._events.strings.__getitem__
        return Tracks(
            kind=np.array([code_of(kind) for kind, _, _ in self._rows], np.int32),
            thread=np.array([thread for _, thread, _ in self._rows], np.int32),
            name=np.array([name for _, _, name in self._rows], np.int32),
            first=first,
            last=last,
            spans=count,
            events=events,
            source=np.zeros(n, np.int32),
            dropped_records=unknown,
            dropped_strings=unknown.copy(),
            export_timed_out=np.zeros(n, np.bool_),
            orphan_ends=np.zeros(n, np.int64),
            source_pid=pids,
        )


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _integer(value: Any) -> int | None:
    if isinstance(value, str) and _INTEGER.match(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**62:
        return None
    return int(value)
