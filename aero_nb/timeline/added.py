"""Any DataFrame as a track of a timeline: its rows become events of a process of their own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aero_nb.figures.units import format_count
from aero_nb.tables.columns import Floats, Ints
from aero_nb.tables.trace_tables import TraceTables

PROCESS = "added"


@dataclass(frozen=True)
class AddedTrack:
    """Events of one track, without pid and tid, and of which rows of ``frame`` they are."""

    name: str
    frame: pd.DataFrame
    rows: Ints
    events: list[dict[str, Any]]

    @property
    def note(self) -> str:
        """How many rows have no place in time, in words, or ``""``."""
        left_out = len(self.frame) - len(self.rows)
        if not left_out:
            return ""
        rows = "row" if len(self.frame) == 1 else "rows"
        return f"{format_count(left_out)} of {format_count(len(self.frame))} {rows} of {self.name!r} have no time"

    def problems(self, trace: TraceTables) -> list[str]:
        """Return what a user should know of it, in sentences."""
        found = [f"{self.note}, or a negative duration: not drawn"] if self.note else []
        if not self.events:
            return found or [f"nothing to draw in {self.name!r}: the DataFrame has no rows"]
        first, last = float(trace.tracks["first_ts_us"].min()), float(trace.tracks["last_ts_us"].max())
        begins = [event["ts"] for event in self.events]
        ends = [event["ts"] + event.get("dur", 0.0) for event in self.events]
        if min(begins) > last or max(ends) < first:
            found.append(
                f"all of {self.name!r} ({min(begins):,.0f} µs to {max(ends):,.0f} µs) lies outside of the trace "
                f"({first:,.0f} µs to {last:,.0f} µs): expected µs on the clock of ts_us"
            )
        return found


class FrameReader:
    """A DataFrame whose rows become events on the clock of ``trace``; ``asked`` is who asked, for errors."""

    def __init__(self, trace: TraceTables, frame: pd.DataFrame, asked: str) -> None:
        if not isinstance(frame, pd.DataFrame):
            raise TypeError(f"{asked}: expected a DataFrame, found {type(frame).__name__}")
        self.trace, self.frame, self.asked = trace, frame, asked

    def spans(self, name: str, start: str, length: str, label: str | None) -> AddedTrack:
        """Return spans that begin at ``start`` and last ``length``."""
        at, lasting = self._moments(start), self._lengths(length)
        return self._spans(name, at, lasting, label, [start, length])

    def ranges(self, name: str, start: str, end: str, label: str | None) -> AddedTrack:
        """Return spans from ``start`` to ``end``."""
        at, until = self._moments(start), self._moments(end)
        return self._spans(name, at, until - at, label, [start, end])

    def _spans(self, name: str, at: Floats, lasting: Floats, label: str | None, read: list[str]) -> AddedTrack:
        rows = np.flatnonzero(np.isfinite(at) & np.isfinite(lasting) & (lasting >= 0))
        names, args = self._names(name, label, rows), self._args([*read, label], rows)
        columns = zip(names, at[rows].tolist(), lasting[rows].tolist(), args, strict=True)
        events = [{"ph": "X", "name": text, "ts": ts, "dur": dur, "args": more} for text, ts, dur, more in columns]
        return AddedTrack(name, self.frame, rows, events)

    def markers(self, name: str, at: str, label: str | None) -> AddedTrack:
        """Return instants at ``at``."""
        moments = self._moments(at)
        rows = np.flatnonzero(np.isfinite(moments))
        columns = zip(
            self._names(name, label, rows), moments[rows].tolist(), self._args([at, label], rows), strict=True
        )
        events = [{"ph": "i", "s": "t", "name": text, "ts": ts, "args": more} for text, ts, more in columns]
        return AddedTrack(name, self.frame, rows, events)

    def counter(self, name: str, at: str, value: str) -> AddedTrack:
        """Return the samples of ``value``; NaN is a missing value."""
        moments, values = self._moments(at), self._numbers(value, "the counter's values")
        rows = np.flatnonzero(np.isfinite(moments))
        samples = zip(moments[rows].tolist(), values[rows].tolist(), strict=True)
        events = [
            {"ph": "C", "name": name, "ts": ts, "args": {"value": number if np.isfinite(number) else None}}
            for ts, number in samples
        ]
        return AddedTrack(name, self.frame, rows, events)

    def _column(self, column: str, what: str) -> "pd.Series[Any]":
        if column not in self.frame:
            found = ", ".join(map(repr, self.frame.columns[:20])) or "none"
            raise ValueError(
                f"{self.asked}: expected a column {column!r} ({what}), found the columns {found}; "
                "say which one it is by an argument"
            )
        values: pd.Series[Any] = self.frame[column]
        return values

    def _numbers(self, column: str, what: str) -> Floats:
        values = self._column(column, what)
        if not pd.api.types.is_numeric_dtype(values):
            raise ValueError(f"{self.asked}: expected numbers in {column!r} ({what}), found {values.dtype}")
        return values.to_numpy(np.float64, na_value=np.nan)

    def _moments(self, column: str) -> Floats:
        """Return µs on the clock of the tables; moments of the wall clock need a trace that knows it."""
        what = "µs on the clock of ts_us, or moments of the wall clock"
        values = self._column(column, what)
        if not pd.api.types.is_datetime64_any_dtype(values):
            return self._numbers(column, what)
        if self.trace.start is None:
            raise ValueError(
                f"{self.asked}: {column!r} has moments of the wall clock, and this trace does not tell its own "
                "(trace.start is None): give µs on the clock of ts_us"
            )
        moments = values.dt.tz_localize("UTC") if values.dt.tz is None else values
        return _microseconds(moments - self.trace.start)

    def _lengths(self, column: str) -> Floats:
        what = "durations in µs, or timedeltas"
        values = self._column(column, what)
        if pd.api.types.is_timedelta64_dtype(values):
            return _microseconds(values)
        return self._numbers(column, what)

    def _names(self, name: str, label: str | None, rows: Ints) -> list[str]:
        """Return what each row is called: its text in ``label``, without one the track's name."""
        if label is None and "name" not in self.frame:
            return [name] * len(rows)
        values = self._column(label or "name", "what each row is called").iloc[rows].astype(object)
        return [name if pd.isna(value) else str(value) for value in values.tolist()]

    def _args(self, read: Sequence[str | None], rows: Ints) -> list[dict[str, Any]]:
        """Return the other columns of each row as its args."""
        args: list[dict[str, Any]] = [{} for _ in rows]
        for column in self.frame.columns.difference([*filter(None, read), "name"], sort=False):
            values = self.frame[column].iloc[rows]
            for place in np.flatnonzero(values.notna()).tolist():
                args[place][str(column)] = values.iloc[place]
        return args


class AddedTracks:
    """The tracks added to a timeline, by kind and name: one of the same kind and name takes the other's place."""

    def __init__(self) -> None:
        self._tracks: dict[tuple[str, str], AddedTrack] = {}

    def __len__(self) -> int:
        return len(self._tracks)

    def put(self, kind: str, track: AddedTrack) -> None:
        """Add a track."""
        self._tracks[kind, track.name] = track

    @property
    def note(self) -> str:
        """What was left out of all of them, as a part of a sentence, or ``""``."""
        return "".join(f"; {track.note}" for track in self._tracks.values() if track.note)

    def to_bytes(self, trace: TraceTables) -> bytes:
        """Return their events as Chrome Trace JSON: a process above all of the trace's."""
        first = min((order or 0 for order in trace.columns.threads.process_sort_index), default=0) - 1
        numbered = list(enumerate(self._tracks.values(), 1))
        events = [
            {"ph": "M", "name": "process_name", "pid": 1, "args": {"name": PROCESS}},
            {"ph": "M", "name": "process_sort_index", "pid": 1, "args": {"sort_index": first}},
            *({"ph": "M", "name": "thread_name", "pid": 1, "tid": n, "args": {"name": t.name}} for n, t in numbered),
            *({**event, "pid": 1, "tid": n} for n, track in numbered for event in track.events),
        ]
        return json.dumps(events, default=_plain).encode()

    def row(self, event: int) -> "pd.Series[Any]":
        """Return the row of the frame that became an event of ``to_bytes``."""
        place = event - 2 - len(self)
        for track in self._tracks.values():
            if place < len(track.events):
                break
            place -= len(track.events)
        return track.frame.iloc[int(track.rows[place])]


def _microseconds(lengths: "pd.Series[Any]") -> Floats:
    ns = lengths.to_numpy("timedelta64[ns]")
    return np.where(np.isnat(ns), np.nan, ns.astype(np.int64) / 1000)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else str(value)
