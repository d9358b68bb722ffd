"""The tables of runs as Parquet: written so that they are small, read back as DataFrames or as a Trace."""

import io
import itertools
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from aero_nb.errors import AeroNBError
from aero_nb.formats.arrow import arrow_tables, columns_of
from aero_nb.formats.parquet import described
from aero_nb.store.folder import Folder
from aero_nb.tables.columns import Columns
from aero_nb.trace import Trace

_IDS = ("pid", "tid", "source_pid")


def uniform(table: pa.Table) -> pa.Table:
    """Return a table with one type a column whatever the trace: ids and names as plain strings."""
    fields = []
    for field in table.schema:
        text = field.name in _IDS or pa.types.is_dictionary(field.type)
        fields.append(pa.field(field.name, pa.string()) if text else field)
    return table.cast(pa.schema(fields))


@cache
def schema_of(name: str) -> pa.Schema:
    """Return the columns that a table has in every run (a run may have exact ``_ns`` columns besides)."""
    return uniform(arrow_tables(Trace.from_bytes(b"[]").columns)[name]).schema


@cache
def table_names() -> tuple[str, ...]:
    """Return the names of all tables of a run."""
    return tuple(arrow_tables(Trace.from_bytes(b"[]").columns))


def parquet_bytes(tables: Iterable[pa.Table], schema: pa.Schema) -> bytes:
    """Return tables of one schema as a Parquet file, a row group each."""
    floats = [field.name for field in schema if pa.types.is_floating(field.type)]
    integers = {field.name: "DELTA_BINARY_PACKED" for field in schema if pa.types.is_integer(field.type)}
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    sink = io.BytesIO()
    with pq.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        compression_level=6,
        use_dictionary=texts,
        use_byte_stream_split=floats,
        column_encoding=integers,
    ) as writer:
        for table in tables:
            writer.write_table(table, row_group_size=max(len(table), 1))
    return sink.getvalue()


def write_tables(folder: Folder, place: str, columns: Columns) -> tuple[dict[str, int], dict[str, Any]]:
    """Write the tables of one run; return the size of each file, and what no table holds."""
    sizes = {}
    for name, table in arrow_tables(columns).items():
        table = uniform(table)
        data = parquet_bytes([table], table.schema)
        folder.put(data, place, f"{name}.parquet")
        sizes[f"{name}.parquet"] = len(data)
    return sizes, described(columns)


def read_table(folder: Folder, path: str, **options: Any) -> pa.Table:
    """Read a Parquet file of the store (``options`` as pyarrow's ``read_table``).

    Raises:
        FileNotFoundError: it is gone: a compaction or a removal has passed.
        AeroNBError: it is no whole Parquet file; names it.

    """
    try:
        with folder.answering(), folder.open(path) as file:
            return pq.read_table(file, **options)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:  # pyarrow's ArrowInvalid is a ValueError
        raise AeroNBError(
            f"expected {path} to be a whole Parquet file, found {error}; verify() lists what is damaged, "
            "remove() that run and add its file again"
        ) from error


def read_trace(folder: Folder, record: dict[str, Any]) -> Trace:
    """Return a run as the Trace that was added."""

    def read(name: str) -> pa.Table:
        path = folder.path(record["folder"], f"{name}.parquet")
        if not record.get("pack"):
            return read_table(folder, path)
        table = read_table(folder, path, filters=[("run", "=", record["run"])])
        return _without_empty(table.drop_columns(["run"]))

    return Trace(columns_of(read, record["description"]))


def _without_empty(table: pa.Table) -> pa.Table:
    """Drop the exact ``_ns`` columns that other runs of the pack needed, and this one did not."""
    extra = [name for name in table.column_names if name.endswith("_ns") and table[name].null_count == len(table)]
    return table.drop_columns([name for name in extra if f"{name.removesuffix('_ns')}_us" in table.column_names])


_ROWS_A_GROUP = 25_000  # a run is read with those of its group; a file with a group a run takes long to open


def merged(tables: list[pa.Table]) -> tuple[list[pa.Table], pa.Schema]:
    """Return tables with ``run`` as first column in one schema."""
    schema = pa.unify_schemas([table.schema for table in tables], promote_options="permissive")
    return [_filled(table, schema) for table in tables], schema


def split_by_run(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Yield each run's rows, which lie together."""
    runs = table["run"].combine_chunks().dictionary_encode()
    if isinstance(runs, pa.ChunkedArray):
        runs = runs.combine_chunks()
    codes = runs.indices.to_numpy(zero_copy_only=False)
    edges = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(table)]
    for start, stop in itertools.pairwise(edges):
        if stop > start:
            yield runs.dictionary[int(codes[start])].as_py(), table.slice(start, stop - start)


def row_groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield tables of whole runs joined to row groups of a size that is quickly read."""
    waiting: list[pa.Table] = []
    rows = 0
    for table in tables:
        waiting.append(table)
        rows += len(table)
        if rows >= _ROWS_A_GROUP:
            yield pa.concat_tables(waiting)
            waiting, rows = [], 0
    if waiting:
        yield pa.concat_tables(waiting)


def _filled(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        table[field.name].cast(field.type) if field.name in table.column_names else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)
