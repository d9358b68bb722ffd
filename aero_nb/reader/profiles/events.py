"""Threads and their samples as the events ``Profile`` and ``ProfileChunk`` of a Chrome trace."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import orjson

from aero_nb.events import PROFILE, PROFILE_CHUNK
from aero_nb.reader.diagnostics import Diagnostics

CODE_TYPES = {"js": "JS", "native": "other"}
_ROOT = 1


@dataclass(frozen=True)
class Call:
    """A function on a stack; lines and columns from 1."""

    name: str
    file: str = ""
    line: int | None = None
    column: int | None = None
    kind: str = "native"


@dataclass
class ThreadProfile:
    """One thread: its call tree and its samples, in any order."""

    pid: int | str
    tid: int | str
    name: str
    nodes: dict[tuple[int, Call], int] = field(default_factory=dict)
    rows: list[tuple[float, float | None, int]] = field(default_factory=list)  # ts, weight (µs; None: until the next)

    def node(self, parent: int, call: Call) -> int:
        """Return the node of a function that a node (0: nothing) called."""
        return self.nodes.setdefault((parent, call), len(self.nodes) + _ROOT + 1)

    def stack(self, calls: Sequence[Call]) -> int:
        """Return the node of the innermost of these functions, which are told from the outermost in."""
        node = 0
        for call in calls:
            node = self.node(node, call)
        return node

    def add(self, ts_us: float, node: int, weight_us: float | None = None) -> None:
        """Add a sample."""
        self.rows.append((ts_us, weight_us, node))


class Profiles:
    """What a file of another format says, while it is read."""

    def __init__(self, told_as: str, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.start_epoch_ns: int | None = None  # wall clock at time 0
        self.metadata: dict[str, Any] = {"profile_format": told_as}
        self.events: list[dict[str, Any]] = []  # what is told besides samples
        self._threads: dict[tuple[int | str, int | str], ThreadProfile] = {}

    def thread(self, pid: int | str, tid: int | str, name: str = "", process: str = "") -> ThreadProfile:
        """Return a thread; its names are told once."""
        if (pid, tid) not in self._threads:
            self._threads[pid, tid] = ThreadProfile(pid, tid, name)
            self._describe("thread_name", pid, tid, name)
            self._describe("process_name", pid, tid, process)
        return self._threads[pid, tid]

    def _describe(self, what: str, pid: int | str, tid: int | str, name: str) -> None:
        if name:
            self.events.append({"ph": "M", "name": what, "pid": pid, "tid": tid, "args": {"name": name}})

    def lost(self, example: object, count: int = 1) -> None:
        """Count what is no sample of this format."""
        self.diagnostics.add("sample_chunk", -1, example, count)

    def to_json(self) -> bytes:
        """Return the Chrome Trace JSON."""
        events = [*self.events, *(event for thread in self._threads.values() for event in _told(thread))]
        other = {} if self.start_epoch_ns is None else {"aero_nb": {"start_epoch_ns": self.start_epoch_ns}}
        document = {**self.metadata, "otherData": other, "traceEvents": events}
        try:
            return orjson.dumps(document)
        except (TypeError, ValueError):  # lone surrogates, integers beyond 64 bits
            return json.dumps(document).encode()


def _told(thread: ThreadProfile) -> list[dict[str, Any]]:
    if not thread.rows:
        return []
    rows = sorted(thread.rows, key=lambda row: row[0])
    start, last = rows[0][0], rows[-1]
    nodes: list[dict[str, Any]] = [{"id": _ROOT, "callFrame": {"functionName": "(root)", "codeType": "other"}}]
    for (parent, call), number in thread.nodes.items():
        nodes.append({"id": number, "parent": parent or _ROOT, "callFrame": _call_frame(call)})
    times = [row[0] for row in rows]
    data: dict[str, Any] = {
        "cpuProfile": {"nodes": nodes, "samples": [row[2] or _ROOT for row in rows]},
        "timeDeltas": [0.0, *(_ns(b - a) for a, b in pairwise(times))],
        "endTime": last[0] + (last[1] or 0.0),
    }
    if any(row[1] is not None for row in rows):
        until_next = [*(b - a for a, b in pairwise(times)), last[1] or 0.0]
        data["weightsUs"] = [_ns(gap if row[1] is None else row[1]) for row, gap in zip(rows, until_next, strict=True)]
    name = f"{thread.pid}/{thread.tid}"
    common = {"ph": "P", "cat": "samples", "id": name, "pid": thread.pid, "tid": thread.tid}
    return [
        {**common, "name": PROFILE, "ts": start, "args": {"data": {"startTime": start}}},
        {**common, "name": PROFILE_CHUNK, "ts": last[0], "args": {"data": data}},
    ]


def _call_frame(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {"functionName": call.name, "codeType": CODE_TYPES.get(call.kind, call.kind)}
    if call.file:
        found["url"] = call.file
    places = {"lineNumber": call.line, "columnNumber": call.column}
    return found | {key: place - 1 for key, place in places.items() if place is not None and place > 0}


def _ns(us: float) -> float:
    return round(us, 3)


def number(value: Any, default: float | None = None) -> float | None:
    """Return a number of a file, the default for what is none."""
    is_one = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53
    return float(value) if is_one else default


def index(value: Any, size: int) -> int | None:
    """Return a place in a list of this size, None for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < size else None


def text(value: Any) -> str:
    """Return a text of a file, empty for what is none."""
    return value if isinstance(value, str) else ""


def items(value: Any) -> list[Any]:
    """Return a list of a file, empty for what is none."""
    return value if isinstance(value, list) else []


def members(value: Any) -> dict[str, Any]:
    """Return an object of a file, empty for what is none."""
    return value if isinstance(value, dict) else {}


def place(value: Any) -> int | None:
    """Return a line or column of a file, None for what is none."""
    found = number(value)
    return int(found) if found is not None and found > 0 else None
