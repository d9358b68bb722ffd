"""SQL over all runs of a local store: DuckDB reads the Parquet files itself."""

from collections.abc import Sequence

import pandas as pd

from aero_nb.errors import AeroNBError
from aero_nb.store.folder import Folder
from aero_nb.store.ledger import Record
from aero_nb.store.tables import schema_of, table_names


def run_query(folder: Folder, found: Sequence[Record], runs: pd.DataFrame, sql: str) -> pd.DataFrame:
    """Answer a query over ``runs`` and the tables of all runs; nothing outside the store can be read.

    Raises:
        AeroNBError: the store is not local, or DuckDB refuses the query.
        ImportError: DuckDB is missing.

    """
    try:
        import duckdb
    except ImportError as error:
        raise ImportError("TraceStore.query() needs DuckDB: pip install 'aero-nb[sql]'") from error
    if not folder.is_local:
        raise AeroNBError(
            f"expected a store on this machine, found {folder.url}; use spans() and the other Dask tables"
        )
    connection = duckdb.connect()
    try:
        connection.execute("set allowed_directories = [?]", [folder.path() + "/"])
        connection.execute("set enable_external_access = false")
        connection.register("runs", runs.reset_index())
        for name in table_names():
            connection.execute(f"create view {name} as {_view(folder, found, name)}")
        connection.execute("set lock_configuration = true")
        answer: pd.DataFrame = connection.execute(sql).df()
    except duckdb.Error as error:
        raise AeroNBError(f"DuckDB could not answer the query: {error}") from error
    finally:
        connection.close()
    return answer


def _view(folder: Folder, found: Sequence[Record], name: str) -> str:
    """Return a query of one table over packs and single runs; a pack's removed runs are left out."""
    columns = [field.name for field in schema_of(name)]
    listed = ", ".join(f'"{column}"' for column in columns)
    packs: dict[str, list[str]] = {}
    loose = []
    for record in found:
        if record["status"] == "ok" and record.get("pack"):
            packs.setdefault(record["folder"], []).append(record["run"])
        elif record["status"] == "ok":
            loose.append(record["folder"])
    selects = []
    for place, runs in packs.items():
        kept = ", ".join(f"'{run}'" for run in runs)
        selects.append(f"select run, {listed} from read_parquet({_paths(folder, [place], name)}) where run in ({kept})")
    if loose:
        # The folder of a run that lies on its own is named data/<run>-<random>.
        run = "split_part(parse_path(filename)[-2], '-', 1)"
        source = f"read_parquet({_paths(folder, loose, name)}, union_by_name = true, filename = true)"
        selects.append(f"select {run} as run, {listed} from {source}")
    if not selects:
        nothing = ", ".join(f'null as "{column}"' for column in ["run", *columns])
        return f"select {nothing} where false"
    return " union all ".join(selects)


def _paths(folder: Folder, places: Sequence[str], name: str) -> str:
    quoted = (folder.path(place, f"{name}.parquet").replace("'", "''") for place in places)
    return "[" + ", ".join(f"'{path}'" for path in quoted) + "]"
