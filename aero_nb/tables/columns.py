"""The inside of a Trace: plain NumPy columns, one small dataclass per table.

Conventions of every table here:

- Times are int64 nanoseconds on the file's own ``ts`` clock, never shifted; ``Columns.origin_ns`` is what the tables
  subtract when they show microseconds.
- A text column is an int32 code into ``Columns.strings``; -1 is "missing".
- ``thread`` is an int32 row of ``Columns.threads``, ``track`` an int32 row of ``Columns.tracks``; -1 is "none".
- ``event`` (and ``end_event``) is the index in the file of the event the row came from; -1 is "none".
  ``Columns.args`` finds the raw JSON of an event's ``args`` by that index.
- Rows are in time order; ties keep the order of the file, a parent before its children.

All of it is immutable by agreement: whoever derives a new Trace makes new arrays (``take`` on each table helps) and
puts a new ``Columns`` together with ``dataclasses.replace``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Id = int | str | None
"""A pid or tid: an integer, a text, or None where the file gives none."""


class Table:
    """What all tables of columns share: a length and row selection."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """Return the table of the given rows (indices or a mask), in that order; codes keep their meaning."""
        picked = {column.name: getattr(self, column.name)[rows] for column in fields(self)}  # type: ignore[arg-type]
        return type(self)(**picked)


@dataclass(frozen=True, eq=False)
class Threads:
    """Every distinct (pid, tid) the file names, and what its metadata events say. Plain tuples, one entry per row."""

    pid: tuple[Id, ...] = ()
    tid: tuple[Id, ...] = ()
    process: tuple[str | None, ...] = ()
    thread: tuple[str | None, ...] = ()
    sort_index: tuple[int | None, ...] = ()  # thread_sort_index
    process_sort_index: tuple[int | None, ...] = ()
    process_labels: tuple[str | None, ...] = ()

    def __len__(self) -> int:
        return len(self.pid)


@dataclass(frozen=True, eq=False)
class Tracks(Table):
    """The lanes. ``kind``: code of "thread", "async" or "counter". A counter's or async track's label is ``name``."""

    kind: Codes
    thread: Codes
    name: Codes  # the series of a counter, the category or name of an async track, -1 for threads
    first: Ints  # of the lane's placed events; equal to NO_TIME where it has none
    last: Ints
    spans: Ints  # spans (async spans) on the lane
    events: Ints  # events of the file on the lane
    source: Codes  # which of the merged traces, 0 in a loaded one
    # Aero's account of the lane; -1 is unknown. Thread lanes only.
    dropped_records: Ints
    dropped_strings: Ints
    export_timed_out: Bools
    orphan_ends: Ints
    source_pid: npt.NDArray[np.object_]  # the pid in the source's own file (an Id)


@dataclass(frozen=True, eq=False)
class Spans(Table):
    """B/E pairs, X events and unfinished B. Row number = span index; ``parent`` is such a row or -1."""

    ts: Ints
    dur: Ints
    self_time: Ints
    depth: Codes
    parent: Ints
    name: Codes
    cat: Codes
    track: Codes
    thread: Codes
    unfinished: Bools
    crossing: Bools
    event: Ints
    end_event: Ints  # of the E; -1 for X and unfinished
    carry: npt.NDArray[np.int8]  # ns; of X: what ts + dur lacks of their end rounded as a whole


@dataclass(frozen=True, eq=False)
class Instants(Table):
    """Moments: i, I, R (``ph``). ``scope`` is the code of "t", "p" or "g"."""

    ts: Ints
    ph: Codes
    name: Codes
    cat: Codes
    scope: Codes
    track: Codes
    thread: Codes
    event: Ints


@dataclass(frozen=True, eq=False)
class Counters(Table):
    """Samples; NaN is a missing value."""

    ts: Ints
    series: Codes
    value: Floats
    name: Codes
    cat: Codes
    track: Codes
    thread: Codes
    event: Ints


@dataclass(frozen=True, eq=False)
class AsyncSpans(Table):
    """Async pairs (b/e, S/F) and unfinished begins; ``id`` is the code of the id as text; ``parent`` a row or -1."""

    ts: Ints
    dur: Ints
    depth: Codes
    parent: Ints
    ph: Codes  # "b" or "S"
    name: Codes
    cat: Codes
    id: Codes
    track: Codes
    thread: Codes
    unfinished: Bools
    event: Ints
    end_event: Ints
    end_thread: Codes  # of the end, which may come from another process; -1 where there is none


@dataclass(frozen=True, eq=False)
class Flows(Table):
    """Arrows between spans (row numbers of Spans, -1: none there)."""

    from_ts: Ints
    to_ts: Ints
    from_span: Ints
    to_span: Ints
    name: Codes
    cat: Codes
    id: Codes
    from_event: Ints
    to_event: Ints


@dataclass(frozen=True, eq=False)
class Leftovers(Table):
    """Events that are no row elsewhere; ``kind`` as in ``to_dataframe``.

    Metadata events come first and unplaced ones last; both have ``ts`` NO_TIME.
    """

    ts: Ints
    kind: Codes
    ph: Codes
    name: Codes
    cat: Codes
    id: Codes
    track: Codes
    thread: Codes
    event: Ints


@dataclass(frozen=True, eq=False)
class Gaps(Table):
    """Intervals of a track whose records were overwritten."""

    track: Codes
    start: Ints
    end: Ints
    dropped_records: Ints  # -1: unknown


@dataclass(frozen=True)
class Problem:
    """One row of ``diagnostics``."""

    code: str
    severity: str  # "info": nothing is missing; "repaired": read after a repair; "lost": something is missing
    count: int
    first_event: int  # index in the file, -1: of the file as a whole
    example: str


MAX_NS = int(np.iinfo(np.int64).max)
"""The latest time, and the longest duration, that int64 nanoseconds hold."""

NO_TIME = np.iinfo(np.int64).min
"""In a column of times: there is none."""


@dataclass(frozen=True, eq=False)
class RawJson:
    """Raw JSON texts by event index, one after another in ``blob``: ``events`` is sorted, ``offsets`` one longer."""

    events: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    offsets: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    blob: bytes = b""

    def __len__(self) -> int:
        return len(self.events)

    def get(self, event: int) -> bytes | None:
        """Return the raw JSON kept for the event, or None."""
        row = int(np.searchsorted(self.events, event))
        if row == len(self.events) or self.events[row] != event:
            return None
        return self.blob[self.offsets[row] : self.offsets[row + 1]]

    def select(self, events: Ints) -> list[bytes]:
        """Return the raw JSON of each of the given events, ``b"null"`` where there is none."""
        if not len(self.events):
            return [b"null"] * len(events)
        rows = np.minimum(np.searchsorted(self.events, events), len(self.events) - 1)
        found = self.events[rows] == events
        starts, ends = self.offsets[rows].tolist(), self.offsets[rows + 1].tolist()
        blob = self.blob
        return [
            blob[start:end] if here else b"null" for start, end, here in zip(starts, ends, found.tolist(), strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Columns:
    """Everything a Trace knows. See the module's docstring for the conventions."""

    strings: tuple[str, ...]
    threads: Threads
    tracks: Tracks
    spans: Spans
    instants: Instants
    counters: Counters
    async_spans: AsyncSpans
    flows: Flows
    leftovers: Leftovers
    gaps: Gaps
    problems: tuple[Problem, ...]
    metadata: dict[str, Any]  # the file's keys besides traceEvents, and what metadata events say besides names
    args: RawJson  # of every event that has args
    extras: RawJson  # an object of the fields without a column (cname, id, sf, tts, ...), of every event that has any
    origin_ns: int = 0  # subtracted from every time that a table shows
    start_ns: int | None = None  # wall clock (ns since the epoch) of time 0 on the file's clock, None: unknown
    events: int = 0  # elements of the file's event array, read or not
