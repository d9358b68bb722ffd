"""The inside of a Trace: plain NumPy columns, one small dataclass per table.

Conventions of every table here:

- Times are int64 nanoseconds on the file's own ``ts`` clock, never shifted; ``Columns.origin_ns`` is what the tables
  subtract when they show microseconds.
- A text column is an int32 code into ``Columns.strings``; -1 is "missing".
- ``thread`` is an int32 row of ``Columns.threads``, ``track`` an int32 row of ``Columns.tracks``; -1 is "none".
- ``event`` (and ``end_event``) is the index in the file of the event the row came from; -1 is "none".
  ``Columns.args`` finds the raw JSON of an event's ``args`` by that index.
- Rows are in time order; ties keep the order of the file, a parent before its children.

What the numbers of a column mean stands in its type (``Moments``, ``Texts``, ``SpanRows`` ...): that is all that
merging, cutting, filtering and saving know of it, so a new table or column here is moved, cut and saved with the
others (``walking`` has the functions).

All of it is immutable by agreement: whoever derives a new Trace makes new arrays (``take`` on each table helps) and
puts a new ``Columns`` together with ``dataclasses.replace``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, ClassVar, Literal, Self, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Id = int | str | None
"""A pid or tid: an integer, a text, or None where the file gives none."""


@dataclass(frozen=True)
class Meaning:
    """What the numbers of a column mean, and so how they move; a ``plain`` one is copied."""

    kind: Literal["moment", "length", "text", "row", "event", "source", "plain"]
    table: str = ""  # of a row: of which table, by its name in Columns


PLAIN = Meaning("plain")
Moments = Annotated[Ints, Meaning("moment")]
Lengths = Annotated[Ints, Meaning("length")]
Texts = Annotated[Codes, Meaning("text")]
ThreadRows = Annotated[Codes, Meaning("row", "threads")]
TrackRows = Annotated[Codes, Meaning("row", "tracks")]
SpanRows = Annotated[Ints, Meaning("row", "spans")]
AsyncSpanRows = Annotated[Ints, Meaning("row", "async_spans")]
StackRows = Annotated[Ints, Meaning("row", "stacks")]
EventNumbers = Annotated[Ints, Meaning("event")]
Sources = Annotated[Codes, Meaning("source")]


def _scalar_type(hint: Any) -> type[np.generic] | None:
    """Return what an array of this type holds: ``int64`` of ``NDArray[np.int64]``, however NumPy spells that."""
    if isinstance(hint, type) and issubclass(hint, np.generic):
        return hint
    return next(filter(None, map(_scalar_type, get_args(hint))), None)


class Table:
    """What all tables of columns share: a length, row selection, and what their rows are."""

    row_kind: ClassVar[str] = ""  # in ``to_dataframe``, of rows that are events or pairs of events on a lane
    named_by: ClassVar[tuple[str, ...]] = ()  # the columns by which a row is chosen by name
    begins: ClassVar[str] = "ts"  # the column by which rows are in time order, "": they are not
    meanings: ClassVar[Mapping[str, Meaning]] = {}  # of each column, in their order

    def __init_subclass__(cls) -> None:
        hints = get_type_hints(cls, include_extras=True).items()
        columns = {name: hint for name, hint in hints if get_origin(hint) is not ClassVar}
        cls.meanings = {name: getattr(hint, "__metadata__", (PLAIN,))[0] for name, hint in columns.items()}

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]

    @classmethod
    def none(cls) -> Self:
        """Return the table without rows."""
        hints = {name: hint for name, hint in get_type_hints(cls).items() if name in cls.meanings}
        return cls(**{name: np.empty(0, _scalar_type(hint)) for name, hint in hints.items()})

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """Return the table of the given rows (indices or a mask), in that order; codes keep their meaning."""
        picked = {column.name: getattr(self, column.name)[rows] for column in fields(self)}  # type: ignore[arg-type]
        return type(self)(**picked)

    def bounds(self) -> tuple[Ints, Ints]:
        """Return when each row begins and when it ends."""
        begin = getattr(self, self.begins)
        return begin, begin + getattr(self, "dur", 0)


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

    begins: ClassVar[str] = ""

    kind: Texts
    thread: ThreadRows
    name: Texts  # the series of a counter, the category or name of an async track, -1 for threads
    first: Moments  # of the lane's placed events; equal to NO_TIME where it has none
    last: Moments
    spans: Ints  # spans (async spans) on the lane
    events: Ints  # events of the file on the lane
    source: Sources  # which of the merged traces, 0 in a loaded one
    # Aero's account of the lane; -1 is unknown. Thread lanes only.
    dropped_records: Ints
    dropped_strings: Ints
    export_timed_out: Bools
    orphan_ends: Ints
    source_pid: npt.NDArray[np.object_]  # the pid in the source's own file (an Id)


@dataclass(frozen=True, eq=False)
class Spans(Table):
    """B/E pairs, X events and unfinished B. Row number = span index; ``parent`` is such a row or -1."""

    row_kind: ClassVar[str] = "span"
    named_by: ClassVar[tuple[str, ...]] = ("name",)

    ts: Moments
    dur: Lengths
    self_time: Lengths
    depth: Codes
    parent: SpanRows
    name: Texts
    cat: Texts
    track: TrackRows
    thread: ThreadRows
    unfinished: Bools
    crossing: Bools
    event: EventNumbers
    end_event: EventNumbers  # of the E; -1 for X and unfinished
    carry: npt.NDArray[np.int8]  # ns; of X: what ts + dur lacks of their end rounded as a whole


@dataclass(frozen=True, eq=False)
class Instants(Table):
    """Moments: i, I, R (``ph``). ``scope`` is the code of "t", "p" or "g"."""

    row_kind: ClassVar[str] = "instant"
    named_by: ClassVar[tuple[str, ...]] = ("name",)

    ts: Moments
    ph: Texts
    name: Texts
    cat: Texts
    scope: Texts
    track: TrackRows
    thread: ThreadRows
    event: EventNumbers


@dataclass(frozen=True, eq=False)
class Counters(Table):
    """Samples; NaN is a missing value."""

    row_kind: ClassVar[str] = "counter"
    named_by: ClassVar[tuple[str, ...]] = ("series", "name")

    ts: Moments
    series: Texts
    value: Floats
    name: Texts
    cat: Texts
    track: TrackRows
    thread: ThreadRows
    event: EventNumbers


@dataclass(frozen=True, eq=False)
class AsyncSpans(Table):
    """Async pairs (b/e, S/F) and unfinished begins; ``id`` is the code of the id as text; ``parent`` a row or -1."""

    row_kind: ClassVar[str] = "async_span"
    named_by: ClassVar[tuple[str, ...]] = ("name",)

    ts: Moments
    dur: Lengths
    depth: Codes
    parent: AsyncSpanRows
    ph: Texts  # "b" or "S"
    name: Texts
    cat: Texts
    id: Texts
    track: TrackRows
    thread: ThreadRows
    unfinished: Bools
    event: EventNumbers
    end_event: EventNumbers
    end_thread: ThreadRows  # of the end, which may come from another process; -1 where there is none


@dataclass(frozen=True, eq=False)
class Flows(Table):
    """Arrows between spans (row numbers of Spans, -1: none there)."""

    begins: ClassVar[str] = "from_ts"

    from_ts: Moments
    to_ts: Moments
    from_span: SpanRows
    to_span: SpanRows
    name: Texts
    cat: Texts
    id: Texts
    from_event: EventNumbers
    to_event: EventNumbers

    def bounds(self) -> tuple[Ints, Ints]:
        """Return the earlier and the later end of each arrow."""
        return np.minimum(self.from_ts, self.to_ts), np.maximum(self.from_ts, self.to_ts)


@dataclass(frozen=True, eq=False)
class Leftovers(Table):
    """Events that are no row elsewhere; ``kind`` as in ``to_dataframe``.

    Metadata events come first and unplaced ones last; both have ``ts`` NO_TIME.
    """

    named_by: ClassVar[tuple[str, ...]] = ("name",)

    ts: Moments
    kind: Texts
    ph: Texts
    name: Texts
    cat: Texts
    id: Texts
    track: TrackRows
    thread: ThreadRows
    event: EventNumbers


@dataclass(frozen=True, eq=False)
class Gaps(Table):
    """Intervals of a track whose records were overwritten."""

    begins: ClassVar[str] = "start"

    track: TrackRows
    start: Moments
    end: Moments
    dropped_records: Ints  # -1: unknown

    def bounds(self) -> tuple[Ints, Ints]:
        """Return when each gap begins and when it ends."""
        return self.start, self.end


@dataclass(frozen=True, eq=False)
class Stacks(Table):
    """Call stacks as a tree: a row is a function and who called it; a parent stands before its children."""

    begins: ClassVar[str] = ""

    parent: StackRows
    function: Texts
    file: Texts
    line: Ints  # from 1, -1: unknown; so the column
    column: Ints
    kind: Texts  # "js", "wasm", "native", "gc", "idle", "python"


@dataclass(frozen=True, eq=False)
class Samples(Table):
    """What a sampling profiler saw: the stack of a thread at a moment, which counts until its next sample."""

    ts: Moments
    weight: Lengths
    stack: StackRows  # its innermost function, -1: no stack
    track: TrackRows
    thread: ThreadRows

    def bounds(self) -> tuple[Ints, Ints]:
        """Return when each sample was taken and until when it counts."""
        return self.ts, self.ts + self.weight


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

NO_SUCH_TEXT = -2
"""The code of a text that a Trace does not have; -1, missing, is one that rows do have."""
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
    spans: Spans
    instants: Instants
    counters: Counters
    async_spans: AsyncSpans
    flows: Flows
    tracks: Tracks
    gaps: Gaps
    stacks: Stacks
    samples: Samples
    leftovers: Leftovers
    problems: tuple[Problem, ...]
    metadata: dict[str, Any]  # the file's keys besides traceEvents, and what metadata events say besides names
    args: RawJson  # of every event that has args
    extras: RawJson  # an object of the fields without a column (cname, id, sf, tts, ...), of every event that has any
    origin_ns: int = 0  # subtracted from every time that a table shows
    start_ns: int | None = None  # wall clock (ns since the epoch) of time 0 on the file's clock, None: unknown
    events: int = 0  # elements of the file's event array, read or not
    # How many of the leftovers tell how many samples; where these are not all there any more, samples are told anew.
    profile_events: tuple[int, int] = (0, 0)

    def code(self, text: str) -> int:
        """Return the code of a text, ``NO_SUCH_TEXT`` (which no row has) if the Trace has none."""
        return self.strings.index(text) if text in self.strings else NO_SUCH_TEXT
