"""Columns to DataFrames: codes become categories, nanoseconds microseconds; ``schema`` says what comes out."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from aero_nb.tables import schema
from aero_nb.tables.columns import NO_TIME, Bools, Codes, Columns, Id, Ints
from aero_nb.tables.walking import tables_of_events

Values = Any  # what a DataFrame takes as a column


class DataFrames:
    """Builds the tables of one ``Columns``."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._texts = np.array([*columns.strings, None], np.object_)

    def spans(self) -> pd.DataFrame:
        """Return the spans, by time; the index is the span index."""
        spans = self._columns.spans
        table = {
            "name": self.text(spans.name),
            "cat": self.text(spans.cat),
            "ts_us": self.time(spans.ts),
            "dur_us": spans.dur / 1000.0,
            "self_us": spans.self_time / 1000.0,
            "depth": spans.depth,
            "parent": spans.parent,
            "track": spans.track,
            **self.thread(spans.thread),
            "unfinished": spans.unfinished,
            **self._thread_times(spans.event),
        }
        return pd.DataFrame(table, index=pd.RangeIndex(len(spans), name="span"))

    def _thread_times(self, events: Ints) -> dict[str, Values]:
        """Return the optional columns ``tts_us`` and ``tdur_us`` (thread CPU time), where the file has any."""
        from aero_nb.tables.extras import numbers_of

        found = {}
        for field in ("tts", "tdur"):
            values = numbers_of(self._columns.extras, events, field)
            if values is not None:
                found[f"{field}_us"] = values
        return found

    def instants(self) -> pd.DataFrame:
        """Return the instants, by time."""
        instants = self._columns.instants
        return pd.DataFrame(
            {
                "name": self.text(instants.name),
                "cat": self.text(instants.cat),
                "ts_us": self.time(instants.ts),
                "scope": self.text(instants.scope),
                "track": instants.track,
                **self.thread(instants.thread),
            }
        )

    def counters(self) -> pd.DataFrame:
        """Return the samples of all series, by time."""
        counters = self._columns.counters
        return pd.DataFrame(
            {
                "series": self.text(counters.series),
                "ts_us": self.time(counters.ts),
                "value": counters.value,
                "name": self.text(counters.name),
                "track": counters.track,
                **self.thread(counters.thread),
            }
        )

    def async_spans(self) -> pd.DataFrame:
        """Return the async spans, by time."""
        spans = self._columns.async_spans
        table = {
            "name": self.text(spans.name),
            "cat": self.text(spans.cat),
            "id": self.text(spans.id),
            "ts_us": self.time(spans.ts),
            "dur_us": spans.dur / 1000.0,
            "depth": spans.depth,
            "parent": spans.parent,
            "track": spans.track,
            **self.thread(spans.thread),
            "unfinished": spans.unfinished,
        }
        return pd.DataFrame(table)

    def flows(self) -> pd.DataFrame:
        """Return the arrows, by the time of their begin."""
        flows = self._columns.flows
        return pd.DataFrame(
            {
                "name": self.text(flows.name),
                "cat": self.text(flows.cat),
                "id": self.text(flows.id),
                "from_span": flows.from_span,
                "to_span": flows.to_span,
                "from_ts_us": self.time(flows.from_ts),
                "to_ts_us": self.time(flows.to_ts),
            }
        )

    def tracks(self) -> pd.DataFrame:
        """Return the lanes; the index is the track."""
        tracks, threads = self._columns.tracks, self._columns.threads
        sort_index: Any = [threads.sort_index[thread] for thread in tracks.thread.tolist()]
        table = {
            "kind": self.text(tracks.kind),
            **self.thread(tracks.thread),
            "sort_index": pd.array(sort_index, dtype="Int64"),
            "first_ts_us": self.time(tracks.first),
            "last_ts_us": self.time(tracks.last),
            "spans": tracks.spans,
            "events": tracks.events,
            "source": tracks.source,
            "source_pid": ids(tracks.source_pid.tolist()),
        }
        return pd.DataFrame(table, index=pd.RangeIndex(len(tracks), name="track"))

    def losses(self) -> pd.DataFrame:
        """Return what each thread's recording is known to lack; the index is the track."""
        tracks, spans = self._columns.tracks, self._columns.spans
        lanes = np.flatnonzero(tracks.kind == self._columns.code("thread"))
        dropped = tracks.dropped_records[lanes]
        first = self.time(tracks.first)
        placed = first[~np.isnan(first)]
        begin = np.full(len(lanes), placed.min() if len(placed) else np.nan)
        complete = np.select([dropped > 0, dropped == 0], [first[lanes], begin], np.nan)
        unfinished = np.bincount(spans.track[spans.unfinished], minlength=len(tracks))
        table = {
            "dropped_records": known(dropped),
            "dropped_strings": known(tracks.dropped_strings[lanes]),
            "export_timed_out": tracks.export_timed_out[lanes],
            "orphan_ends": tracks.orphan_ends[lanes],
            "unfinished_spans": unfinished[lanes],
            "complete_from_us": complete,
        }
        return pd.DataFrame(table, index=pd.Index(lanes, name="track"))

    def gaps(self) -> pd.DataFrame:
        """Return the intervals in which records of a track were overwritten."""
        gaps = self._columns.gaps
        return pd.DataFrame(
            {
                "track": gaps.track,
                "start_us": self.time(gaps.start),
                "end_us": self.time(gaps.end),
                "dropped_records": known(gaps.dropped_records),
            }
        )

    def samples(self) -> pd.DataFrame:
        """Return the samples of all threads, by time."""
        samples = self._columns.samples
        return pd.DataFrame(
            {
                "ts_us": self.time(samples.ts),
                "weight_us": samples.weight / 1000.0,
                "stack": samples.stack,
                "track": samples.track,
                **self.thread(samples.thread),
            }
        )

    def stacks(self) -> pd.DataFrame:
        """Return the tree of call stacks; the index is the stack."""
        stacks = self._columns.stacks
        return pd.DataFrame(
            {
                "parent": stacks.parent,
                "function": self.text(stacks.function),
                "file": self.text(stacks.file),
                "line": known(stacks.line),
                "column": known(stacks.column),
                "kind": self.text(stacks.kind),
            },
            index=pd.RangeIndex(len(stacks), name="stack"),
        )

    def diagnostics(self) -> pd.DataFrame:
        """Return the problems of the file, the worst first."""
        problems = self._columns.problems
        return pd.DataFrame(
            {
                "code": pd.Categorical([problem.code for problem in problems]),
                "severity": pd.Categorical(
                    [problem.severity for problem in problems], categories=["info", "repaired", "lost"], ordered=True
                ),
                "count": np.array([problem.count for problem in problems], np.int64),
                "first_event": np.array([problem.first_event for problem in problems], np.int64),
                "example": pd.array([problem.example for problem in problems], dtype=TEXT),
            }
        )

    def time(self, ns: Ints) -> npt.NDArray[np.float64]:
        """Return times as µs since the Trace's origin; NO_TIME is NaN."""
        us: npt.NDArray[np.float64] = (ns - self._columns.origin_ns) / 1000.0
        us[ns == NO_TIME] = np.nan
        return us

    def text(self, codes: Codes) -> pd.Categorical:
        """Return coded texts as a category of those that occur, in the order the file first used them."""
        used = np.zeros(len(self._texts), np.bool_)
        used[codes] = True
        used[-1] = False  # where code -1 leads
        short = np.full(len(used), -1, np.int32)
        short[used] = np.arange(used.sum())
        return pd.Categorical.from_codes(short[codes], pd.Index(self._texts[used], dtype=TEXT))

    def text_of(self, code: int) -> str | None:
        """Return one coded text."""
        return self._columns.strings[code] if code >= 0 else None

    def thread(self, threads: Codes) -> dict[str, Values]:
        """Return the columns that say whose a row is: pid, tid, process, thread."""
        known_threads = self._columns.threads
        used = np.zeros(len(known_threads) + 1, np.bool_)
        used[threads] = True
        present = np.flatnonzero(used[:-1])
        return {
            "pid": self._ids(known_threads.pid, present, threads),
            "tid": self._ids(known_threads.tid, present, threads),
            "process": _names(known_threads.process, threads),
            "thread": _names(known_threads.thread, threads),
        }

    def _ids(self, per_thread: tuple[Id, ...], present: Ints, threads: Codes) -> Values:
        mixed = self._is_mixed(per_thread)
        values = [per_thread[thread] for thread in present.tolist()]
        place = np.zeros(len(per_thread), np.int64)
        place[present] = np.arange(len(present))
        return ids(values, as_text=mixed).take(place[threads]) if len(present) else ids([], as_text=mixed)

    def _is_mixed(self, per_thread: tuple[Id, ...]) -> bool:
        """Whether some id of the events other than metadata is no 64-bit integer: then the whole column is text."""
        return not all(_is_int64(per_thread[thread]) for thread in self._used_threads)

    @cached_property
    def _used_threads(self) -> list[int]:
        columns = self._columns
        tables = tables_of_events(columns).values()
        of_events = [columns.leftovers.thread[columns.leftovers.kind != columns.code("metadata")]]
        used = np.zeros(len(columns.threads) + 1, np.bool_)
        for threads in [table.thread for table in tables] + [*of_events, columns.samples.thread]:
            used[threads] = True
        found: list[int] = np.flatnonzero(used[:-1]).tolist()
        return found


TEXT: Any = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"
"""The dtype of text inside categories: pandas 3 has a string dtype of its own."""
_PLAIN_TEXT: Any = "str" if TEXT == "str" else "string"


def _is_int64(value: Id) -> bool:
    return isinstance(value, int) and -(2**63) <= value < 2**63


def ids(values: list[Id], *, as_text: bool = False) -> Any:
    """Return pids or tids as int64; as Int64 where some are missing; as text where some are no 64-bit integers."""
    if not as_text and all(map(_is_int64, values)):
        return np.array(values, np.int64)
    if not as_text and all(value is None or _is_int64(value) for value in values):
        return pd.array(values, dtype="Int64")  # type: ignore[call-overload]
    return pd.array([None if value is None else str(value) for value in values], dtype=_PLAIN_TEXT)


def known(counts: Ints) -> Any:
    """Return counts as nullable integers; -1 is <NA>: unknown is never 0."""
    return pd.arrays.IntegerArray(counts.astype(np.int64), counts < 0)


def _names(per_thread: tuple[str | None, ...], threads: Codes) -> pd.Categorical:
    used: Bools = np.zeros(len(per_thread) + 1, np.bool_)
    used[threads] = True
    code_of: dict[str, int] = {}
    codes = np.full(len(per_thread) + 1, -1, np.int32)
    for thread in np.flatnonzero(used[:-1]).tolist():
        name = per_thread[thread]
        if name is not None:
            codes[thread] = code_of.setdefault(name, len(code_of))
    return pd.Categorical.from_codes(codes[threads], pd.Index(list(code_of), dtype=TEXT))


COLUMNS = {
    "spans": schema.SPANS,
    "instants": schema.INSTANTS,
    "counters": schema.COUNTERS,
    "async_spans": schema.ASYNC_SPANS,
    "flows": schema.FLOWS,
    "tracks": schema.TRACKS,
    "losses": schema.LOSSES,
    "gaps": schema.GAPS,
    "samples": schema.SAMPLES,
    "stacks": schema.STACKS,
    "diagnostics": schema.DIAGNOSTICS,
}
"""The tables of a Trace and what their columns hold."""


def handed_out(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table that a user may change without changing this one: pandas 3 copies on write, 2.x now."""
    return table.copy(deep=TEXT == "object")
