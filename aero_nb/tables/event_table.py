"""Every event of a Trace as one DataFrame (``Trace.to_dataframe``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aero_nb.events import BEGIN, COMPLETE, COUNTER, KINDS
from aero_nb.tables.columns import NO_SUCH_TEXT, NO_TIME, Columns, Table
from aero_nb.tables.dataframes import TEXT, DataFrames
from aero_nb.tables.extras import args_of
from aero_nb.tables.walking import table_types, tables_of_events


@dataclass
class _Part:
    """The rows of one table: columns by name, of what the table has."""

    kind: Any
    columns: dict[str, Any]


def event_table(columns: Columns, kinds: Collection[str] | None, args: Iterable[str]) -> pd.DataFrame:
    """Return one row per span, instant, sample, async span, flow end and leftover, by time, unplaced last."""
    wanted = _wanted(kinds)
    frames = DataFrames(columns)
    parts = _parts(columns)
    count = sum(len(part.kind) for part in parts)
    kind = np.concatenate([part.kind for part in parts])
    joined = {
        name: np.concatenate([part.columns.get(name, np.full(len(part.kind), missing)) for part in parts])
        for name, missing in _MISSING.items()
    }
    allowed = [code for code in map(columns.code, wanted) if code >= 0]
    allowed += [_OWN_KINDS[name] for name in wanted if name in _OWN_KINDS]
    rows = np.arange(count)
    if kinds is not None:
        rows = rows[np.isin(kind, allowed)]
    ts = joined["ts"][rows]
    apart = np.where(kind[rows] == columns.code("unplaced"), 2, np.where(ts == NO_TIME, 0, 1))
    rows = rows[np.lexsort((ts, apart))]
    picked = {name: values[rows] for name, values in joined.items()}
    table = _frame(frames, kind[rows], picked)
    for name, values in _expanded(columns, kind[rows], picked, tuple(args)).items():
        table[name] = values
    return table


_ROW_KINDS = [table.row_kind for table in table_types().values() if table.row_kind]
# Kinds and phases that are not stored, because their table implies them, have codes of their own below all others.
_OWN_KINDS = {kind: NO_SUCH_TEXT - 1 - place for place, kind in enumerate(_ROW_KINDS)}
_OWN_PHASES = {letter: NO_SUCH_TEXT - 1 - place for place, letter in enumerate((BEGIN, COMPLETE, COUNTER))}
_NO_SPAN = -2  # no parent to speak of: an instant; -1 is the parent of a span at the root
_MISSING: dict[str, Any] = {
    "ph": np.int32(-1),
    "name": np.int32(-1),
    "cat": np.int32(-1),
    "ts": np.int64(NO_TIME),
    "dur": np.int64(NO_TIME),
    "self_time": np.int64(NO_TIME),
    "value": np.nan,
    "series": np.int32(-1),
    "depth": np.int32(-1),
    "parent": np.int64(_NO_SPAN),
    "track": np.int32(-1),
    "thread": np.int32(-1),
    "scope": np.int32(-1),
    "event": np.int64(-1),
    "end_event": np.int64(-1),
}


def _wanted(kinds: Collection[str] | None) -> list[str]:
    wanted = list(KINDS) if kinds is None else [kinds] if isinstance(kinds, str) else list(kinds)
    unknown = sorted(set(wanted) - set(KINDS))
    if unknown:
        raise ValueError(f"expected kinds out of {', '.join(KINDS)}, found {unknown!r}")
    return wanted


def _parts(columns: Columns) -> list[_Part]:
    parts = {
        name: _Part(np.full(len(table), _OWN_KINDS[table.row_kind], np.int32), _known(table))
        for name, table in tables_of_events(columns).items()
    }
    spans = columns.spans
    paired = spans.unfinished | (spans.end_event >= 0)
    parts["spans"].columns["ph"] = np.where(paired, np.int32(_OWN_PHASES[BEGIN]), np.int32(_OWN_PHASES[COMPLETE]))
    parts["counters"].columns["ph"] = np.full(len(columns.counters), _OWN_PHASES[COUNTER], np.int32)
    return [*parts.values(), _Part(columns.leftovers.kind, _known(columns.leftovers))]


def _known(table: Table) -> dict[str, Any]:
    return {column: getattr(table, column) for column in table.meanings if column in _MISSING}


def _frame(frames: DataFrames, kind: Any, picked: dict[str, Any]) -> pd.DataFrame:
    parent, depth, track = picked["parent"], picked["depth"], picked["track"]
    return pd.DataFrame(
        {
            "kind": _category(frames, kind, {code: name for name, code in _OWN_KINDS.items()}),
            "ph": _category(frames, picked["ph"], {code: letter for letter, code in _OWN_PHASES.items()}),
            "name": frames.text(picked["name"]),
            "cat": frames.text(picked["cat"]),
            "ts_us": frames.time(picked["ts"]),
            "dur_us": _duration(picked["dur"]),
            "self_us": _duration(picked["self_time"]),
            "value": picked["value"],
            "series": frames.text(picked["series"]),
            "depth": pd.arrays.IntegerArray(depth, depth < 0),
            "parent": pd.arrays.IntegerArray(parent, parent == _NO_SPAN),
            "track": pd.arrays.IntegerArray(track, track < 0),
            **frames.thread(picked["thread"]),
            "scope": frames.text(picked["scope"]),
            "event": picked["event"],
        }
    )


def _category(frames: DataFrames, codes: Any, own: dict[int, str]) -> pd.Categorical:
    """Return coded texts as a category; codes in ``own`` stand for texts that the Trace need not have."""
    present = np.unique(codes).tolist()
    texts = [own.get(code) or frames.text_of(code) for code in present]
    named = [text for text in texts if text is not None]
    order = {text: place for place, text in enumerate(dict.fromkeys(named))}
    place_of = np.array([order[text] if text is not None else -1 for text in texts], np.int32)
    categories = pd.Index(list(order), dtype=TEXT)
    places = place_of[np.searchsorted(present, codes)] if present else np.empty(0, np.int32)
    return pd.Categorical.from_codes(places, categories)


def _duration(ns: Any) -> Any:
    us = ns / 1000.0
    us[ns == NO_TIME] = np.nan
    return us


def _expanded(columns: Columns, kind: Any, picked: dict[str, Any], paths: tuple[str, ...]) -> dict[str, pd.Series]:
    """Return a column for each dotted path into the args; they are decoded here only."""
    if not paths:
        return {}
    has_args = np.isin(picked["event"], columns.args.events) | np.isin(picked["end_event"], columns.args.events)
    has_args |= np.isin(picked["event"], columns.extras.events)
    values: dict[str, list[Any]] = {path: [None] * len(kind) for path in paths}
    is_async = np.isin(kind, [_OWN_KINDS["async_span"], columns.code("async_instant")])
    for row in np.flatnonzero(has_args & (picked["event"] >= 0)).tolist():
        event, end_event = int(picked["event"][row]), int(picked["end_event"][row])
        found = args_of(columns, event, end_event, is_async=bool(is_async[row]))
        for path in paths:
            values[path][row] = _at(found, path)
    taken = {"kind", "ph", "ts_us", "dur_us", "self_us", "pid", "tid", "process", *_MISSING}
    return {
        f"args.{path}" if path in taken else path: pd.Series(found, dtype=object).infer_objects()
        for path, found in values.items()
    }


def _at(value: Any, path: str) -> Any:
    """Follow a dotted path; a key that holds a dot itself is found first."""
    if isinstance(value, dict):
        if path in value:
            return value[path]
        head, _, rest = path.partition(".")
        return _at(value[head], rest) if rest and head in value else None
    if isinstance(value, list):
        head, _, rest = path.partition(".")
        if head.isdecimal() and int(head) < len(value):
            return _at(value[int(head)], rest) if rest else value[int(head)]
    return None
