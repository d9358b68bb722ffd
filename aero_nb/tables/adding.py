"""A counter that was worked out, as one more lane of a Trace. Columns in, columns out."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from aero_nb.tables.columns import Codes, Columns, Counters, Floats, Id, Ints, Threads, Tracks
from aero_nb.tables.walking import joined, take_rows


@dataclass(frozen=True, eq=False)
class NewCounter:
    """A series to add: its name, its moments (ns, on the columns' clock, in order) and values.

    ``thread`` is the row of ``threads`` it belongs to, -1: a process of its own, above all others, called ``process``.
    """

    series: str
    ts: Ints
    value: Floats
    thread: int = -1
    process: str = ""
    source: int = 0


def with_counter(columns: Columns, new: NewCounter) -> Columns:
    """Return the columns with one more counter lane."""
    threads, thread = (columns.threads, new.thread) if new.thread >= 0 else _with_process(columns.threads, new.process)
    strings = (*columns.strings, new.series)
    if "counter" not in strings:
        strings = (*strings, "counter")
    own = len(columns.strings)
    size, lane = len(new.ts), len(columns.tracks)
    rows = Counters(
        ts=new.ts,
        series=_filled(size, own),
        value=new.value,
        name=_filled(size, own),
        cat=_filled(size, -1),
        track=_filled(size, lane),
        thread=_filled(size, thread),
        event=columns.events + np.arange(size),
    )
    lanes = Tracks(
        kind=_filled(1, strings.index("counter")),
        thread=_filled(1, thread),
        name=_filled(1, own),
        first=new.ts[:1],
        last=new.ts[-1:],
        spans=np.zeros(1, np.int64),
        events=np.array([size], np.int64),
        source=np.array([new.source], columns.tracks.source.dtype),
        dropped_records=np.full(1, -1, np.int64),
        dropped_strings=np.full(1, -1, np.int64),
        export_timed_out=np.zeros(1, np.bool_),
        orphan_ends=np.zeros(1, np.int64),
        source_pid=_objects(threads.pid[thread]),
    )
    added = replace(
        columns,
        strings=strings,
        threads=threads,
        tracks=joined([columns.tracks, lanes]),
        counters=joined([columns.counters, rows]),
        events=columns.events + size,
    )
    return take_rows(added, {"counters": np.argsort(added.counters.ts, kind="stable")})


def _with_process(threads: Threads, name: str) -> tuple[Threads, int]:
    whole = [pid for pid in threads.pid if isinstance(pid, int)]
    pid: Id = max(whole, default=0) + 1
    first = min((order or 0 for order in threads.process_sort_index), default=0) - 1
    row = Threads((pid,), (pid,), (name,), (None,), (None,), (first,), (None,))
    both = {field.name: getattr(threads, field.name) + getattr(row, field.name) for field in fields(Threads)}
    return Threads(**both), len(threads)


def _filled(size: int, code: int) -> Codes:
    return np.full(size, code, np.int32)


def _objects(value: Id) -> npt.NDArray[np.object_]:
    held: npt.NDArray[np.object_] = np.empty(1, object)
    held[0] = value
    return held
