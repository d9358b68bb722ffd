"""A Trace as a profile that flame graph tools read: speedscope's JSON, and collapsed stacks.

Both are of the samples where the Trace has any, else of the spans of its threads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import orjson

from aero_nb.tables.columns import Columns, Ints
from aero_nb.tables.sample_spans import columns_of_sample_spans

SUFFIXES = (".speedscope.json", ".collapsed")
"""What the names of such files end in."""

_SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def to_profile(columns: Columns, suffix: str) -> bytes:
    """Return the file of a suffix: one of :data:`SUFFIXES`."""
    return to_speedscope(columns) if suffix == SUFFIXES[0] else to_collapsed(columns)


def to_speedscope(columns: Columns) -> bytes:
    """Return speedscope's JSON: one evented profile per thread, in µs; a span that crosses its parent ends with it."""
    part = _asked(columns)
    spans = part.spans
    codes, frame_of = np.unique(spans.name, return_inverse=True)
    profiles = []
    for track in np.unique(spans.track).tolist():
        rows = np.flatnonzero(spans.track == track)
        start, end = int(spans.ts[rows].min()), int((spans.ts + spans.dur)[rows].max())
        profiles.append(
            {
                "type": "evented",
                "name": _thread_name(part, int(part.tracks.thread[track])),
                "unit": "microseconds",
                "startValue": _us(part, start),
                "endValue": _us(part, end),
                "events": [
                    {"type": letter, "frame": int(frame_of[row]), "at": _us(part, at)}
                    for letter, row, at in _opened_and_closed(part, rows)
                ],
            }
        )
    frames = [{"name": _text(part, code)} for code in codes.tolist()]
    return orjson.dumps({"$schema": _SCHEMA, "exporter": "aero_nb", "shared": {"frames": frames}, "profiles": profiles})


def to_collapsed(columns: Columns) -> bytes:
    """Return a line per thread and path of names, ``Main;frame;render 1200``: its self time in µs, zeros left out."""
    part = _asked(columns)
    spans = part.spans
    paths: list[str] = []
    sums: Counter[str] = Counter()
    rows = zip(spans.parent.tolist(), spans.name.tolist(), spans.thread.tolist(), spans.self_time.tolist(), strict=True)
    for parent, name, thread, self_ns in rows:  # a parent stands before its children
        caller = paths[parent] if parent >= 0 else _plain(_thread_name(part, thread))
        paths.append(f"{caller};{_plain(_text(part, name))}")
        sums[paths[-1]] += self_ns
    lines = (f"{path} {round(ns / 1000)}\n" for path, ns in sums.items() if round(ns / 1000) > 0)
    return "".join(lines).encode(errors="replace")


def _asked(columns: Columns) -> Columns:
    return columns_of_sample_spans(columns) if len(columns.samples) else columns


def _opened_and_closed(columns: Columns, rows: Ints) -> Iterator[tuple[str, int, int]]:
    """Yield when each span of a lane opens (O) and closes (C), well nested."""
    spans = columns.spans
    open_ones: list[tuple[int, int]] = []  # span, end
    for row in rows.tolist():
        start = int(spans.ts[row])
        while open_ones and (open_ones[-1][1] <= start or open_ones[-1][0] != spans.parent[row]):
            closed, end = open_ones.pop()
            yield "C", closed, min(end, start)
        end = start + int(spans.dur[row])
        open_ones.append((row, min(end, open_ones[-1][1]) if open_ones else end))
        yield "O", row, start
    while open_ones:
        yield "C", *open_ones.pop()


def _thread_name(columns: Columns, thread: int) -> str:
    lanes = columns.threads
    name = lanes.thread[thread] or f"thread {lanes.tid[thread]}"
    return f"{lanes.process[thread]} {name}" if len(set(lanes.pid)) > 1 and lanes.process[thread] else name


def _text(columns: Columns, code: int) -> str:
    text = columns.strings[code] if code >= 0 else "(no name)"
    return text.encode(errors="replace").decode()  # lone surrogates


def _plain(name: str) -> str:
    """Return a name without what ends it in this format."""
    return " ".join(name.replace(";", ":").split()) or "(no name)"


def _us(columns: Columns, ns: int) -> float:
    return (ns - columns.origin_ns) / 1000
