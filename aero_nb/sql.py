"""SQL over the tables of a Trace, by DuckDB, shut off from files and the network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from aero_nb.errors import AeroNBError

if TYPE_CHECKING:
    from aero_nb.trace import Trace

TABLES = (
    "spans",
    "instants",
    "counters",
    "async_spans",
    "flows",
    "tracks",
    "losses",
    "gaps",
    "diagnostics",
    "events",
)

# A query may come from a web page or a colleague: it sees the tables and nothing else of this machine.
_LOCKED = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",  # else it could read any DataFrame of the caller's by name
    "autoinstall_known_extensions": "false",
    "lock_configuration": "true",
}


def run_query(trace: Trace, sql: str) -> pd.DataFrame:
    """Answer ``sql`` (DuckDB's dialect) over the tables of ``trace``.

    The tables are those of the Trace under their own names, their index a column too (``spans.span``,
    ``tracks.track``), and ``events``, which is ``trace.to_dataframe()`` with an ``args`` column of JSON text
    (``args->>'$.url'``). Only the tables that the query names are built. Files and the network are out of
    reach, and the settings that keep them so cannot be changed.

    Returns a DataFrame. Raises :class:`AeroNBError` with DuckDB's words when the query is wrong, and ImportError
    without the ``sql`` extra.
    """
    try:
        import duckdb
    except ImportError as error:
        raise ImportError("Trace.query() needs DuckDB: pip install 'aero-nb[sql]'") from error
    with duckdb.connect(":memory:", config=_LOCKED) as connection:
        for name in TABLES:
            if re.search(rf"\b{name}\b", sql, re.IGNORECASE):
                connection.register(name, _plain(_table(trace, name)))
        try:
            result = connection.execute(sql)
            return _answer(result.df() if result.description else pd.DataFrame())
        except duckdb.Error as error:
            raise AeroNBError(f"the query failed: {error}\nThe tables are {', '.join(TABLES)}.") from error
