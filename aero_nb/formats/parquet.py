"""A Trace as a folder of Parquet files and back, losslessly.

One file a table, with the table's own column names, so that DuckDB, Polars and Spark read them as they are. What a
table does not show but a Trace knows stands beside it (``event``, ``thread_row`` ...); ``trace.json`` has the rest.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aero_nb.errors import TraceFormatError
from aero_nb.formats.arrow import arrow_tables, columns_of
from aero_nb.tables.columns import Columns

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = {"format": "aero_nb.trace", "version": 1}


def write_folder(columns: Columns, folder: str | os.PathLike[str]) -> Path:
    """Write the tables into ``folder`` (made when missing; files of an earlier trace are replaced).

    ``trace.json`` is written last: a folder without it is an unfinished one. Raises ImportError without pyarrow.
    """
    parquet = _pyarrow_parquet("Trace.to_parquet()")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "trace.json").unlink(missing_ok=True)
    for name, table in arrow_tables(columns).items():
        parquet.write_table(table, folder / f"{name}.parquet", compression="zstd")
    (folder / "trace.json").write_text(json.dumps(described(columns)), encoding="utf-8")
    return folder


def described(columns: Columns) -> dict[str, Any]:
    """What no table holds, as ``trace.json`` has it."""
    return {
        **SCHEMA,
        "origin_ns": columns.origin_ns,
        "start_ns": columns.start_ns,
        "events": columns.events,
        "samples": len(columns.samples),
        "profile_events": columns.profile_events,
        "metadata": columns.metadata,
    }


def read_folder(folder: str | os.PathLike[str]) -> Columns:
    """Read what :func:`write_folder` wrote.

    Raises :class:`TraceFormatError` for another folder, a newer version, or a missing or damaged file.
    """
    parquet = _pyarrow_parquet("loading a folder")
    folder = Path(folder)
    description = _description(folder)

    def read(name: str) -> pa.Table:
        path = folder / f"{name}.parquet"
        try:
            return parquet.read_table(path)
        except (OSError, ValueError) as error:  # pyarrow's ArrowInvalid is a ValueError
            raise TraceFormatError(
                f"expected {path} to be a table of the Trace, found {error}; write the folder again with to_parquet()"
            ) from error

    return columns_of(read, description)


def _description(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / "trace.json").read_bytes())
    except (OSError, ValueError) as error:
        raise TraceFormatError(
            f"expected a file, or a folder written by Trace.to_parquet(), found {folder} without a readable trace.json "
            f"({error.strerror if isinstance(error, OSError) else error}); load([path, ...]) merges several files"
        ) from error
    if (
        not isinstance(found, dict)
        or found.get("format") != SCHEMA["format"]
        or found.get("version") != SCHEMA["version"]
    ):
        raise TraceFormatError(
            f"expected {folder / 'trace.json'} to say {SCHEMA}, found {str(found)[:120]}; update aero-nb"
        )
    return found


def _pyarrow_parquet(what: str) -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise ImportError(f"{what} needs pyarrow: pip install 'aero-nb[parquet]'") from error
    return pyarrow.parquet
