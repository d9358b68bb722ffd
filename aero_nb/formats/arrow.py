"""The columns of a Trace as Arrow tables and back, losslessly."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from aero_nb.tables import columns as c
from aero_nb.tables.arrays import whole_ns
from aero_nb.tables.dataframes import DataFrames
from aero_nb.tables.series_names import series_by_name
from aero_nb.tables.walking import table_types, tables_of

if TYPE_CHECKING:
    import pyarrow as pa

# Moments count from the origin, lengths do not; a column of either is called by its own name and unit, these apart.
_NAMES = {"first": "first_ts_us", "last": "last_ts_us", "self_time": "self_us"}
_INDEX = {"spans": "span", "tracks": "track"}
_CANONICAL = re.compile(r"0|-?[1-9][0-9]*")


def arrow_tables(columns: c.Columns) -> dict[str, pa.Table]:
    """Every table of a Trace by file name (without ``.parquet``)."""
    import pyarrow as pa

    frames = DataFrames(columns)
    tables = {name: _table(columns, name, frames) for name in tables_of(columns)}
    lanes = columns.threads
    tables["threads"] = pa.table(
        {
            "thread_row": pa.array(range(len(lanes)), pa.int32()),
            "pid": pa.array([_id_text(pid) for pid in lanes.pid], pa.string()),
            "tid": pa.array([_id_text(tid) for tid in lanes.tid], pa.string()),
            "process": pa.array(lanes.process, pa.string()),
            "thread": pa.array(lanes.thread, pa.string()),
            "sort_index": pa.array(lanes.sort_index, pa.int64()),
            "process_sort_index": pa.array(lanes.process_sort_index, pa.int64()),
            "process_labels": pa.array(lanes.process_labels, pa.string()),
        }
    )
    tables["args"] = _json_table(columns.args)
    tables["extras"] = _json_table(columns.extras)
    problems = [asdict(problem) for problem in columns.problems]
    tables["diagnostics"] = pa.table(
        {field.name: [problem[field.name] for problem in problems] for field in fields(c.Problem)},
        pa.schema([(f.name, pa.int64() if f.type == "int" else pa.string()) for f in fields(c.Problem)]),
    )
    return tables


YOUNGER_TABLES = ("stacks", "samples")
"""Tables that what was written before there were any does not have."""


def columns_of(read: Callable[[str], pa.Table], description: dict[str, Any]) -> c.Columns:
    """Put columns together from tables by name and what ``described`` said.

    ``read`` is not asked for the ``YOUNGER_TABLES`` of a trace that has no samples.
    """
    strings: dict[str, int] = {}
    origin = description["origin_ns"]
    there = {name: kind for name, kind in table_types().items() if has_table(description, name)}
    tables = {name: _columns(named_series(name, read(name)), kind, origin, strings) for name, kind in there.items()}
    tables |= {name: kind.none() for name, kind in table_types().items() if name not in there}
    lanes = read("threads").to_pydict()
    problems = read("diagnostics").to_pylist()
    return c.Columns(
        strings=tuple(strings),
        threads=c.Threads(
            pid=tuple(map(_id_of, lanes["pid"])),
            tid=tuple(map(_id_of, lanes["tid"])),
            **{
                name: tuple(lanes[name])
                for name in ("process", "thread", "sort_index", "process_sort_index", "process_labels")
            },
        ),
        **tables,
        problems=tuple(c.Problem(**problem) for problem in problems),
        metadata=description["metadata"],
        args=_json_of(read("args")),
        extras=_json_of(read("extras")),
        origin_ns=origin,
        start_ns=description["start_ns"],
        events=description["events"],
        profile_events=tuple(description.get("profile_events", (0, 0))),
    )


def has_table(description: dict[str, Any], name: str) -> bool:
    """Whether a trace that is described so was written with a table."""
    return name not in YOUNGER_TABLES or bool(description.get("samples"))


def named_series(name: str, table: pa.Table) -> pa.Table:
    """Return a table as it is written today: counters once had the args key alone as their ``series``.

    A key ``value`` that is the only one of its event's name in the run is called after the event. (The reader asks
    event by event; an older table no longer says which samples were of one event.)

    Args:
        name: the table's name; any but ``counters`` is returned as it is.
        table: with the columns ``name`` and ``series``, and ``run`` where it holds several runs.

    """
    import pyarrow as pa

    if name != "counters" or not len(table):
        return table
    names, name_code = _coded(table["name"])
    keys, key_code = _coded(table["series"])
    _, run_code = _coded(table["run"]) if "run" in table.column_names else ([], np.zeros(len(table), np.int64))
    event_code = run_code * len(names) + name_code  # events of one name, in one run
    kinds, kind = np.unique(event_code * len(keys) + key_code, return_inverse=True)
    event, key = np.divmod(kinds, len(keys))
    _, place, keys_of_event = np.unique(event, return_inverse=True, return_counts=True)
    rows = zip((event % len(names)).tolist(), key.tolist(), (keys_of_event[place] == 1).tolist(), strict=True)
    pairs = [(names[of], keys[text], alone) for of, text, alone in rows]
    called = [text if text is None else series_by_name(of, text, alone=alone) for of, text, alone in pairs]
    if called == [text for _, text, _ in pairs]:
        return table
    column = table.column_names.index("series")
    return table.set_column(column, "series", pa.array(called, pa.string()).take(pa.array(kind)))


def _coded(column: Any) -> tuple[list[str | None], c.Ints]:
    """Return texts that include None, and the number of each row's text among them."""
    texts: dict[str, int] = {}
    codes = _codes(column, texts).astype(np.int64)
    codes[codes < 0] = len(texts)
    return [*texts, None], codes


def _table(columns: c.Columns, name: str, frames: DataFrames) -> pa.Table:
    import pyarrow as pa

    table = getattr(columns, name)
    found: dict[str, Any] = {}
    if name in _INDEX:
        found[_INDEX[name]] = pa.array(np.arange(len(table)), pa.int32())
    for column, meaning in table.meanings.items():
        values = getattr(table, column)
        if meaning.kind in ("moment", "length"):
            found |= _times(_time_name(column), values, columns.origin_ns if meaning.kind == "moment" else 0)
        elif meaning.kind == "text":
            found[column] = _texts(values, columns.strings)
        elif column == "thread":
            found |= _lanes(values, frames)
        elif column == "carry" and not values.any():
            continue  # as in nearly every trace
        elif column == "source_pid":
            found[column] = pa.array([_id_text(pid) for pid in values], pa.string())
        else:
            found[column] = pa.array(values)
    return pa.table(found)


def _time_name(column: str) -> str:
    return _NAMES.get(column, f"{column}_us")


def _times(name: str, ns: c.Ints, origin: int) -> dict[str, Any]:
    """Microseconds, and the nanoseconds too where a float64 of µs does not hold them all."""
    import pyarrow as pa

    missing = ns == c.NO_TIME
    shown = np.where(missing, 0, ns - origin)
    us = shown / 1000
    found = {name: pa.array(us, mask=missing)}
    if (np.rint(us * 1000) != shown).any() or np.abs(shown).max(initial=0) > 2**53:
        found[name.removesuffix("_us") + "_ns"] = pa.array(ns, mask=missing)
    return found


def _texts(codes: c.Codes, strings: tuple[str, ...]) -> pa.DictionaryArray:
    """Codes into ``strings`` as a dictionary of only what is used; -1 is null."""
    import pyarrow as pa

    used, local = np.unique(codes, return_inverse=True)
    has_null = len(used) > 0 and used[0] == -1
    indices = pa.array(local.astype(np.int32) - int(has_null), mask=codes == -1)
    return pa.DictionaryArray.from_arrays(
        indices, pa.array([strings[code] for code in used.tolist() if code >= 0], pa.string())
    )


def _lanes(rows: c.Codes, frames: DataFrames) -> dict[str, Any]:
    """``thread_row`` and what it stands for, as the Trace's own tables say it."""
    import pyarrow as pa

    return {"thread_row": pa.array(rows)} | {name: pa.array(values) for name, values in frames.thread(rows).items()}


def _json_table(texts: c.RawJson) -> pa.Table:
    import pyarrow as pa

    buffers = [None, pa.py_buffer(np.ascontiguousarray(texts.offsets)), pa.py_buffer(texts.blob)]
    column = pa.Array.from_buffers(pa.large_binary(), len(texts), buffers)
    with contextlib.suppress(pa.ArrowInvalid):  # a producer's broken UTF-8 stays binary
        column = column.cast(pa.large_string())
    return pa.table({"event": texts.events, "json": column})


def _id_text(value: c.Id) -> str | None:
    return None if value is None else str(value)


def _columns(table: pa.Table, kind: type[c.Table], origin: int, strings: dict[str, int]) -> Any:
    found: dict[str, Any] = {}
    for column, meaning in kind.meanings.items():
        if meaning.kind in ("moment", "length"):
            found[column] = _ns(table, _time_name(column), origin if meaning.kind == "moment" else 0)
        elif meaning.kind == "text":
            found[column] = _codes(table[column], strings)
        elif column == "thread":
            found[column] = table["thread_row"].to_numpy()
        elif column == "carry":
            found[column] = _carries(table)
        elif column == "source_pid":
            found[column] = _objects([_id_of(pid) for pid in table["source_pid"].to_pylist()])
        else:
            found[column] = table[column].to_numpy()
    return kind(**found)


def _carries(table: pa.Table) -> Any:
    """What ends lack of ts + dur; a table in which no end does has no such column, or nulls."""
    if "carry" not in table.column_names:
        return np.zeros(table.num_rows, np.int8)
    return table["carry"].fill_null(0).to_numpy().astype(np.int8)


def _ns(table: pa.Table, name: str, origin: int) -> c.Ints:
    exact = name.removesuffix("_us") + "_ns"
    if exact in table.column_names:
        column = table[exact]
        missing = column.is_null().to_numpy()
        values = column.fill_null(0).to_numpy()
    else:
        column = table[name]
        missing = column.is_null().to_numpy()
        values = whole_ns(column.fill_null(0.0).to_numpy()) + origin
    return np.where(missing, c.NO_TIME, values)


def _codes(column: Any, strings: dict[str, int]) -> c.Codes:
    import pyarrow as pa

    column = column.combine_chunks()
    if not pa.types.is_dictionary(column.type):  # rewritten by a tool that keeps plain strings
        column = column.dictionary_encode()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], pa.dictionary(pa.int32(), pa.string()))
    known = [strings.setdefault(text, len(strings)) for text in column.dictionary.to_pylist()]
    code_of = np.array([*known, -1], np.int32)  # the last one is that of a missing text
    codes: c.Codes = code_of[column.indices.fill_null(len(known)).to_numpy()]
    return codes


def _json_of(table: pa.Table) -> c.RawJson:
    import pyarrow as pa

    column = table["json"].cast(pa.large_binary()).combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], pa.large_binary())
    _, offsets, blob = column.buffers()
    edges = np.zeros(1, np.int64)
    if offsets:
        edges = np.frombuffer(offsets, np.int64, len(column) + 1, column.offset * 8)
    return c.RawJson(
        events=table["event"].to_numpy(),
        offsets=edges - edges[0],
        blob=blob.to_pybytes()[edges[0] : edges[-1]] if blob else b"",
    )


def _id_of(text: str | None) -> c.Id:
    return int(text) if text is not None and _CANONICAL.fullmatch(text) else text


def _objects(values: list[Any]) -> Any:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
