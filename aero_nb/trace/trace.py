"""A finished recording as plain tables: look at them, take parts and sums of them, save it again."""

from __future__ import annotations

import gzip
import os
from collections.abc import Collection, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np

from aero_nb.formats.chrome_json import to_json
from aero_nb.formats.profile_files import SUFFIXES, to_profile
from aero_nb.progress import Progress, shown
from aero_nb.reader import read
from aero_nb.reader.chrome import read_clock_marks
from aero_nb.reader.containers import DEFAULT_MAX_BYTES, unwrap
from aero_nb.tables.adding import NewCounter, with_counter
from aero_nb.tables.aligning import aligned_by_marks
from aero_nb.tables.columns import Columns
from aero_nb.tables.extras import args_of
from aero_nb.tables.facts import as_html, as_text
from aero_nb.tables.merging import merge_columns, with_part
from aero_nb.tables.sample_spans import columns_of_sample_spans, columns_with_sample_lanes
from aero_nb.tables.selecting import Choice, cut_window, filter_names, time_ns
from aero_nb.trace.pictures import TracePictures
from aero_nb.trace.questions import TraceQuestions
from aero_nb.whole_file import write_whole

if TYPE_CHECKING:
    import pandas as pd

ShowProgress = bool | Progress | None


@dataclass(frozen=True, eq=False, repr=False)
class Trace(TraceQuestions, TracePictures):
    """A finished, immutable recording as tables.

    Every table is a DataFrame, built on first use; changing one never changes the Trace. Columns, dtypes and units are
    in ``aero_nb.tables.schema``. Times (``..._us``) are microseconds since ``origin_us`` on the file's clock, exact to
    the nanosecond.

    Make one with ``aero_nb.load``, ``Trace.from_bytes`` or ``Trace.merge``.
    """

    columns: Columns
    data: bytes | None = None  # the file as it was, None when made from other Traces
    sources: tuple[Trace, ...] = ()
    cut_us: tuple[float, float] | None = None  # what window() cut it to
    _tables: dict[str, Any] = field(default_factory=dict, init=False)

    @classmethod
    def from_bytes(
        cls,
        data: bytes | bytearray | memoryview,
        *,
        strict: bool = False,
        max_bytes: int = DEFAULT_MAX_BYTES,
        progress: ShowProgress = None,
    ) -> Self:
        """Read a trace from the bytes of a file; the arguments are those of ``load``."""
        data = bytes(data)
        with shown(progress, "Loading trace") as report:
            columns = read(data, strict=strict, max_bytes=max_bytes, progress=report)
            # What was no Chrome trace becomes one when it is saved.
            return cls(columns, None if "profile_format" in columns.metadata else data)

    # Tables

    def _table(self, name: str) -> pd.DataFrame:
        from aero_nb.tables.dataframes import DataFrames, handed_out

        if name not in self._tables:
            self._tables[name] = getattr(DataFrames(self.columns), name)()
        return handed_out(self._tables[name])

    @property
    def spans(self) -> pd.DataFrame:
        """Named intervals on threads, by time; the index is the span index, ``parent`` such an index or -1.

        Columns ``name cat ts_us dur_us self_us depth parent track pid tid process thread unfinished``; dtypes in
        ``aero_nb.tables.schema``.
        """
        return self._table("spans")

    @property
    def instants(self) -> pd.DataFrame:
        """Named moments, by time.

        Columns ``name cat ts_us scope track pid tid process thread``; dtypes in ``aero_nb.tables.schema``.
        """
        return self._table("instants")

    @property
    def counters(self) -> pd.DataFrame:
        """Samples of counter series, by time; NaN is a missing value.

        Columns ``series ts_us value name track pid tid process thread``; dtypes in ``aero_nb.tables.schema``.
        """
        return self._table("counters")

    @property
    def async_spans(self) -> pd.DataFrame:
        """Async pairs and unfinished async begins, by time; ``parent`` is an index of this table or -1.

        Columns ``name cat id ts_us dur_us depth parent track pid tid process thread unfinished``; dtypes in
        ``aero_nb.tables.schema``.
        """
        return self._table("async_spans")

    @property
    def flows(self) -> pd.DataFrame:
        """Arrows between spans; -1: no span at that end.

        Columns ``name cat id from_span to_span from_ts_us to_ts_us``; dtypes in ``aero_nb.tables.schema``.
        """
        return self._table("flows")

    @property
    def tracks(self) -> pd.DataFrame:
        """The lanes: threads, async tracks, counter series; the index is the track.

        Columns ``kind pid tid process thread sort_index first_ts_us last_ts_us spans events source source_pid``;
        dtypes in ``aero_nb.tables.schema``.
        """
        return self._table("tracks")

    @property
    def losses(self) -> pd.DataFrame:
        """What each thread's recording is known to lack; the index is the track; unknown is <NA>, never 0.

        Columns ``dropped_records dropped_strings export_timed_out orphan_ends unfinished_spans complete_from_us``;
        dtypes in ``aero_nb.tables.schema``.
        """
        return self._table("losses")

    @property
    def gaps(self) -> pd.DataFrame:
        """Intervals of a track whose records were overwritten.

        Columns ``track start_us end_us dropped_records``; dtypes in ``aero_nb.tables.schema``.
        """
        return self._table("gaps")

    @property
    def samples(self) -> pd.DataFrame:
        """What a sampling profiler saw, by time: one row per sample, which counts until the thread's next one.

        Columns ``ts_us weight_us stack track pid tid process thread``; ``stack`` is an index of ``stacks`` or -1;
        dtypes in ``aero_nb.tables.schema``.
        """
        return self._table("samples")

    @property
    def stacks(self) -> pd.DataFrame:
        """The call stacks of ``samples`` as a tree: one row per function and who called it; the index is the stack.

        Columns ``parent function file line column kind``: ``parent`` is an index of this table or -1, lines and columns
        count from 1, ``kind`` is js, wasm, native, gc, idle or python; dtypes in ``aero_nb.tables.schema``.
        """
        return self._table("stacks")

    @property
    def diagnostics(self) -> pd.DataFrame:
        """What was repaired or lost while reading, the worst first.

        Columns ``code severity count first_event example``; dtypes in ``aero_nb.tables.schema``.
        """
        return self._table("diagnostics")

    @property
    def metadata(self) -> dict[str, Any]:
        """Everything else the file says."""
        return deepcopy(self.columns.metadata)

    @property
    def origin_us(self) -> float:
        """What was subtracted from the file's ``ts``: 0 unless its clock is beyond 2^42 µs."""
        return self.columns.origin_ns / 1000

    @property
    def start(self) -> pd.Timestamp | None:
        """Wall-clock time (UTC) of ``ts_us`` 0, where the file tells it."""
        if self.columns.start_ns is None:
            return None
        import pandas as pd

        return pd.Timestamp(self.columns.start_ns + self.columns.origin_ns, unit="ns", tz="UTC")

    def to_dataframe(self, kinds: Collection[str] | None = None, args: Iterable[str] = ()) -> pd.DataFrame:
        """Return every event as one table, by time, unplaced events last.

        Args:
            kinds: the kinds of row wanted (``aero_nb.events.KINDS``), all by default.
            args: dotted paths into the events' args, each of which becomes a column (``args.PATH`` where the path is
                the name of another column).

        Returns:
            Columns ``kind ph name cat ts_us dur_us self_us value series depth parent track pid tid process thread scope
            event``, then those of ``args``; what a kind lacks is NA.
        """
        from aero_nb.tables.event_table import event_table

        return event_table(self.columns, kinds, [args] if isinstance(args, str) else args)

    def args(self, span: int) -> Any:
        """Return the decoded args of a span (its begin's and end's, the end's win), ``{}`` where it has none.

        Raises:
            IndexError: no span has this index.
        """
        spans = self.columns.spans
        if not 0 <= span < len(spans):
            raise IndexError(f"expected a span index from 0 to {len(spans) - 1}, found {span}")
        return args_of(self.columns, int(spans.event[span]), int(spans.end_event[span]))

    # Parts and sums

    def window(self, t0_us: float, t1_us: float, clip: bool = False) -> Trace:
        """Return what overlaps ``[t0_us, t1_us)``: spans whole, or cut to the window with ``clip``.

        Spans are renumbered, parents outside become -1, nothing else is recomputed.
        """
        start, end = (time_ns(self.columns, us) for us in (t0_us, t1_us))
        part = cut_window(self.columns, start, end, clip)
        return Trace(part, sources=self.sources, cut_us=(float(t0_us), float(t1_us)))

    def filter(self, process: Choice | None = None, thread: Choice | None = None, name: Choice | None = None) -> Trace:
        """Return the rows of some processes (names or pids), threads (names or tids) and names.

        Each is one value, several, or a compiled pattern that is searched. Parents that go become -1.
        """
        return Trace(filter_names(self.columns, process, thread, name), sources=self.sources)

    def sample_spans(self) -> Trace:
        """Return the samples as a trace of spans: each function for as long as it was on the stack, idle time left out.

        All that is asked of spans can be asked of it: ``call_tree()``, ``sandwich``, ``flame_graph()``, ``compare()``,
        ``timeline()``. A ``count`` is one of stretches, not of calls: calls shorter than the distance of two samples
        are not seen, and two in a row are one. ``cat`` is the kind of the function (js, wasm, native, gc, python).
        """
        return Trace(columns_of_sample_spans(self.columns), sources=self.sources)

    def with_sample_lanes(self) -> Trace:
        """Return the trace with a lane of :meth:`sample_spans` under each sampled thread, as the timeline draws it."""
        return Trace(columns_with_sample_lanes(self.columns), self.data, self.sources)

    def with_counter(
        self, series: str, ts_us: Iterable[float], value: Iterable[float], *, beside: str | None = None
    ) -> Trace:
        """Return the trace with one more counter, of which ``value`` are the samples at the moments ``ts_us``.

        It belongs to the thread of the counter ``beside``, or to a process of its own, called after it, above all.

        Raises:
            ValueError: there are not as many values as moments, none at all, or no counter is called ``beside``.
        """
        moments, values = (np.fromiter(given, np.float64) for given in (ts_us, value))
        if len(moments) != len(values) or not len(moments) or not np.isfinite(moments).all():
            raise ValueError(
                f"expected a value for each of one or more finite moments, found {len(values)} for {len(moments)}"
            )
        own = self.columns.counters
        rows = [] if beside is None else np.flatnonzero(own.series == self.columns.code(beside)).tolist()
        if beside is not None and not rows:
            raise ValueError(f"beside: expected the name of a counter of this trace, found {beside!r}")
        order = np.argsort(moments, kind="stable")
        ts = np.array([time_ns(self.columns, us) for us in moments[order].tolist()], np.int64)
        thread = int(own.thread[rows[0]]) if rows else -1
        return Trace(with_counter(self.columns, NewCounter(series, ts, values[order], thread, series)))

    def with_events(self, data: bytes, *, in_time_order: bool = True) -> Trace:
        """Return the trace with more events, in processes of their own: Chrome Trace JSON on the clock of ``ts_us``.

        A pid already taken becomes the next free integer. Tracks keep their numbers, spans are numbered anew by time;
        not ``in_time_order``, as a picture wants it, the new rows come after the others, which keep their numbers.

        Raises:
            TraceFormatError: the bytes are no trace.
            ValueError: the times of both do not fit one clock (292 years).
        """
        return Trace(with_part(self.columns, read(data), in_time_order=in_time_order), sources=self.sources)

    def merge(
        self,
        *others: Trace,
        clock_offsets_us: Sequence[float] | None = None,
        clock_uncertainties_us: Sequence[float | None] | None = None,
        align: Literal["wall_clock", "marks"] = "wall_clock",
    ) -> Trace:
        """Return this trace and ``others`` on one clock, each with its own processes; ``sources`` holds them all.

        Clocks are aligned by wall-clock start where a file tells it (a trace of Chrome's own does by marks of ours);
        with ``align="marks"`` the others are put on this one's clock by instants of the same names, whatever they say
        of the wall clock. ``clock_offsets_us`` (one per trace, this one first) are added to the clocks before, and
        ``clock_uncertainties_us`` is how far each of them can be off.
        ``metadata["clocks"]`` tells of each how (``aligned_by``) and how well (``uncertainty_us``, None: unknown).

        A pid already taken becomes the next free integer: see ``tracks.source_pid``. What Chrome's own trace knows of
        the threads of an Aero page lies under the page's lanes, called after them: ``cpu``, ``cpu (Chrome)``.

        Raises:
            ValueError: there is not one finite offset a trace, their times do not fit one clock (292 years), or
                there are no marks to align by.
        """
        traces = (self, *others)
        parts = [trace.columns for trace in traces]
        offsets_us = clock_offsets_us
        if align == "marks":
            parts, additions = aligned_by_marks(parts)
            given = clock_offsets_us or [0.0] * len(parts)
            offsets_us = [one + more for one, more in zip(additions, given, strict=True)]
        merged = merge_columns(parts, offsets_us, clock_uncertainties_us)
        return Trace(merged, sources=tuple(part for trace in traces for part in trace.sources or (trace,)))

    def with_time_origin(self, time_origin_ms: float) -> Trace:
        """Return a trace of Chrome's own with its ``start``, told by the page's ``performance.timeOrigin`` (ms).

        Any mark of the page (``performance.mark``) then says the wall clock of the trace, so that it can be merged
        with the page's export. A trace that :func:`aero_nb.capture` recorded knows it already.

        Raises:
            ValueError: the trace has no marks (category ``blink.user_timing``) with their ``startTime``.
        """
        own = self.columns
        marks = read_clock_marks(own.instants, own.strings, own.args, float(time_origin_ms))
        if marks is None:
            raise ValueError(
                "expected a trace of Chrome's own with marks of the page (performance.mark) of category "
                "blink.user_timing, found none: record that category, and mark the page at least once"
            )
        metadata = {**deepcopy(self.metadata), "clock": marks.as_metadata()}
        return Trace(replace(own, start_ns=marks.start_ns, metadata=metadata), sources=self.sources)

    def query(self, sql: str) -> pd.DataFrame:
        """Answer a DuckDB query over the tables (and ``events``), shut off from files and network (extra ``sql``)."""
        from aero_nb.trace.sql import run_query

        return run_query(self, sql)

    def with_metadata(self, metadata: dict[str, Any]) -> Trace:
        """Return the trace with other ``metadata``; saved, it is written from its tables."""
        return Trace(replace(self.columns, metadata=deepcopy(metadata)), sources=self.sources)

    # Saving

    def to_parquet(self, folder: str | os.PathLike[str]) -> Path:
        """Write every table to a folder of Parquet files, which ``load`` reads back losslessly (extra ``parquet``)."""
        from aero_nb.formats.parquet import write_folder

        return write_folder(self.columns, folder)

    def to_bytes(self) -> bytes:
        """Return the file as it was loaded, byte for byte; written from the tables where there was no file."""
        if self.data is not None:
            return self.data
        return to_json(self.columns)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the trace to a ``.json`` or ``.json.gz`` file, through a temporary file beside it; returns the path.

        A name that ends in ``.speedscope.json`` or ``.collapsed`` makes it a profile for flame graph tools: of the
        samples where there are any, else of the spans.
        """
        target = Path(path).expanduser()
        for suffix in SUFFIXES:
            if target.name.endswith(suffix):
                return write_whole(target, to_profile(self.columns, suffix))
        data = self.to_bytes()
        if target.suffix == ".gz":
            data = data if data[:2] == b"\x1f\x8b" else gzip.compress(data, 6, mtime=0)
        elif target.suffix == ".json":
            data = unwrap(data, max(DEFAULT_MAX_BYTES, len(data) * 2000))
        return write_whole(target, data)

    # Show

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)
