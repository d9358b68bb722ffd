"""Samples as the events ``Profile`` and ``ProfileChunk`` of V8's profiler, which DevTools and Perfetto read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson

from aero_nb.events import PROFILE, PROFILE_CHUNK
from aero_nb.tables.columns import Bools, Columns, Ints, Samples

_CODE_TYPES = {"js": "JS", "native": "other"}
_ROOT, _FIRST_NODE = 1, 2
_SAMPLES_A_CHUNK = 10_000
_EXACT_NS = 2**52  # below it µs as float64 hold every ns

Line = tuple[int, int, bytes]
"""The thread and the time (ns) of an event, and its other fields."""


def is_profile_event(columns: Columns) -> Bools:
    """Return which leftovers are told by the samples."""
    left = columns.leftovers
    names = [columns.code(name) for name in (PROFILE, PROFILE_CHUNK)]
    told: Bools = np.isin(left.name, names) & (left.ph == columns.code("P"))
    return told


def are_told(columns: Columns) -> bool:
    """Whether the samples are those that the events of the file tell, all of which are there."""
    if columns.profile_events == (0, 0):  # what was saved before there were samples has the events alone
        return not len(columns.samples)
    return columns.profile_events == (int(is_profile_event(columns).sum()), len(columns.samples))


def profile_lines(columns: Columns) -> Iterator[Line]:
    """Yield the events that tell the samples: one profile per thread, its call tree in the first chunk."""
    threads = columns.samples.thread
    for number, thread in enumerate(np.unique(threads).tolist(), start=1):
        yield from _profile(columns, columns.samples.take(threads == thread), thread, hex(number))


def _profile(columns: Columns, samples: Samples, thread: int, name: str) -> Iterator[Line]:
    ts, ends = samples.bounds()
    start = int(ts[0])
    yield thread, start, _event(PROFILE, name, {"startTime": start / 1000} if abs(start) < _EXACT_NS else {})
    # A sample counts until the next one, the last until the end, if a float can say that: not of a clock since 1970.
    follows = (ends[:-1] == ts[1:]).all() and abs(int(ends[-1])) < _EXACT_NS
    weights = samples.weight[:0] if follows else samples.weight
    steps = np.diff(ts, prepend=start)
    nodes: list[dict[str, Any]] = _nodes(columns, samples.stack)
    for rows in _batches(len(ts)):
        ids = np.where(samples.stack[rows] < 0, _ROOT, samples.stack[rows] + _FIRST_NODE)
        data: dict[str, Any] = {
            "cpuProfile": {"nodes": nodes, "samples": ids.tolist()},
            "timeDeltas": (steps[rows] / 1000).tolist(),
        }
        if len(weights):
            data["weightsUs"] = (weights[rows] / 1000).tolist()
        if rows.stop == len(ts):
            data["endTime"] = int(ends[-1]) / 1000
        nodes = []
        yield thread, int(ts[rows.stop - 1]), _event(PROFILE_CHUNK, name, data)


def _batches(size: int) -> Iterator[slice]:
    return (slice(first, min(first + _SAMPLES_A_CHUNK, size)) for first in range(0, size, _SAMPLES_A_CHUNK))


def _nodes(columns: Columns, used: Ints) -> list[dict[str, Any]]:
    """Return the call tree of some stacks, with what stands for all of it."""
    stacks, texts = columns.stacks, (*columns.strings, "")
    needed = np.zeros(len(stacks) + 1, np.bool_)
    needed[used] = True
    for row in range(len(stacks) - 1, -1, -1):  # a parent stands before its children
        needed[stacks.parent[row]] |= needed[row]
    root: dict[str, Any] = {"id": _ROOT, "callFrame": {"functionName": "(root)", "codeType": "other"}}
    found = [root]
    for row in np.flatnonzero(needed[:-1]).tolist():
        kind = texts[stacks.kind[row]]
        call: dict[str, Any] = {"functionName": texts[stacks.function[row]], "codeType": _CODE_TYPES.get(kind, kind)}
        if stacks.file[row] >= 0:
            call["url"] = texts[stacks.file[row]]
        places = {"lineNumber": int(stacks.line[row]) - 1, "columnNumber": int(stacks.column[row]) - 1}
        call |= {key: place for key, place in places.items() if place >= 0}
        parent = int(stacks.parent[row])
        above = _ROOT if parent < 0 else parent + _FIRST_NODE
        found.append({"id": row + _FIRST_NODE, "callFrame": call, "parent": above})
    return found


def _event(name: str, profile: str, data: dict[str, Any]) -> bytes:
    event = {
        "ph": "P",
        "name": name,
        "cat": "disabled-by-default-v8.cpu_profiler",
        "id": profile,
        "args": {"data": data},
    }
    try:
        return orjson.dumps(event)[1:-1]
    except (TypeError, ValueError):  # lone surrogates
        return json.dumps(event).encode()[1:-1]
