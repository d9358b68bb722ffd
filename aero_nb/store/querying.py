"""SQL over all runs of a store: DuckDB is given the Parquet files as Arrow datasets, and no way to a file itself.

Arrow reads them from this machine's disk, never through a filesystem written in Python: a scan can wait with the GIL
held (pyarrow's ``Scanner.to_reader``) for a thread that would need it to read, and then none ever ends. What lies
elsewhere is fetched first, the tables that a query names only.
"""

import errno
import os
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.fs

from aero_nb.errors import AeroNBError
from aero_nb.formats.arrow import has_table
from aero_nb.store.folder import Folder
from aero_nb.store.ledger import Record
from aero_nb.store.tables import schema_of, table_names
from aero_nb.tables.series_names import AERO_NAME

_LOCKED = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",  # else a query could read any DataFrame of the caller by its name
    "autoinstall_known_extensions": "false",
    "lock_configuration": "true",
}
# As aero_nb.tables.series_names.series_by_name: stores of old have the args key alone.
_SERIES = f"""
    case when name is null or name in ('', '{AERO_NAME}') or series = name or starts_with(series, name || '.')
         then series
         when series = 'value' and (run, name) not in (select (run, name) from _several_keys)
         then name
         else name || '.' || series end as series
"""
# Events of a name that have a key `value` and others besides; a store of today has no such rows.
_SEVERAL_KEYS = """
    create view _several_keys as
    select run, name from (select run, name, series from _loose_counters
                           union all select run, name, series from _packs_counters)
    where name is not null and series is not null
    group by run, name having count(distinct series) > 1 and bool_or(series = 'value' and name <> 'value')
"""


def run_query(folder: Folder, records: Sequence[Record], runs: pd.DataFrame, sql: str) -> pd.DataFrame:
    """Answer a query over ``runs`` and the tables of all runs; no file can be read or written by it.

    Raises:
        AeroNBError: DuckDB refuses the query, or a file of the store is damaged.
        ImportError: DuckDB is missing.

    """
    try:
        import duckdb
    except ImportError as error:
        raise ImportError("TraceStore.query() needs DuckDB: pip install 'aero-nb[sql]'") from error
    known = [record for record in records if record["status"] == "ok"]
    packed = [record["run"] for record in known if record.get("pack")]
    named = {name for name in table_names() if re.search(rf"\b{name}\b", sql, re.IGNORECASE)}
    with (
        TemporaryDirectory(prefix="aero-nb-query-") as fetched,
        duckdb.connect(":memory:", config=dict(_LOCKED)) as connection,
    ):
        connection.register("runs", _plain(runs.reset_index()))
        connection.register("_packed", pa.table({"run": pa.array(packed, pa.string())}))
        files: list[str] = []
        for name in table_names():
            asked = known if name in named else []
            for kind, packed_too in (("loose", False), ("packs", True)):
                found = _dataset(folder, asked, name, Path(fetched), packed=packed_too)
                connection.register(f"_{kind}_{name}", found)
                files += getattr(found, "files", ())
            if name == "counters":
                connection.execute(_SEVERAL_KEYS)
            columns = f"* replace ({_SERIES})" if name == "counters" else "*"
            # A pack still has the rows of runs that were removed.
            connection.execute(
                f"create view {name} as select {columns} from _loose_{name} "
                f"union all select {columns} from _packs_{name} where run in (select run from _packed)"
            )
        try:
            answer: pd.DataFrame = connection.execute(sql).df()
        except duckdb.Error as error:
            for gone in (path for path in files if not Path(path).exists()):
                # A compaction may have taken it away: then the store looks again.
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), gone) from error
            raise AeroNBError(f"DuckDB could not answer the query: {error}") from error
        except (OSError, ValueError) as error:  # pyarrow's ArrowInvalid is a ValueError
            raise AeroNBError(f"expected whole Parquet files, found {error}; verify() lists what is damaged") from error
    return answer


def _dataset(folder: Folder, records: Sequence[Record], name: str, fetched: Path, *, packed: bool) -> Any:
    schema = pa.schema([pa.field("run", pa.string()), *schema_of(name)])
    kind = ds.ParquetFileFormat()
    filesystem = pyarrow.fs.LocalFileSystem()
    places = {
        record["folder"]: record["run"]
        for record in records
        if bool(record.get("pack")) is packed and has_table(record["description"], name)
    }
    paths = _on_this_disk(folder, [folder.path(place, f"{name}.parquet") for place in places], fetched)
    files = [
        kind.make_fragment(
            path,
            filesystem=filesystem,
            partition_expression=pc.scalar(True) if packed else pc.field("run") == run,
        )
        for path, run in zip(paths, places.values(), strict=True)
    ]
    return ds.FileSystemDataset(files, schema, kind, filesystem) if files else schema.empty_table()


def _on_this_disk(folder: Folder, paths: list[str], fetched: Path) -> list[str]:
    """Return where the files of a store lie on this machine: there already, or copied into ``fetched``."""
    if folder.is_local or not paths:
        return paths
    copies = [str(Path(mkdtemp(dir=fetched), Path(path).name)) for path in paths]
    with folder.answering():
        folder.fs.get(paths, copies)  # two lists: names are taken literally, whatever characters they have
    return copies


def _plain(runs: pd.DataFrame) -> pd.DataFrame:
    """Labels of no type that DuckDB knows (paths, several types in one) as text."""
    texts = {
        name: column.map(str, na_action="ignore")
        for name, column in runs.items()
        if column.dtype == "object" and not column.dropna().map(lambda value: isinstance(value, str | bool)).all()
    }
    return runs.assign(**{str(name): column for name, column in texts.items()})
