"""SQL over the tables of a Trace, by DuckDB, shut off from files and the network."""

from __future__ import annotations

import re
import warnings
from typing import Any

import pandas as pd

from aero_nb.analysis.activities import activities
from aero_nb.errors import AeroNBError
from aero_nb.tables.trace_tables import TraceTables

TABLES = (
    "spans",
    "instants",
    "counters",
    "async_spans",
    "flows",
    "tracks",
    "losses",
    "gaps",
    "samples",
    "stacks",
    "diagnostics",
    "events",
    "args",
)

# A query may come from a web page or a colleague: it sees the tables and nothing else of this machine.
_LOCKED = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",  # else it could read any DataFrame of the caller by its name
    "autoinstall_known_extensions": "false",
    "lock_configuration": "true",
}


def run_query(trace: TraceTables, sql: str) -> pd.DataFrame:
    """Answer ``sql`` (DuckDB's dialect) over the tables of ``trace``.

    The tables are those of the Trace under their own names, the index a column too (``spans.span``, ``tracks.track``,
    ``losses.track``, ``stacks.stack``); besides, ``events`` is ``trace.to_dataframe()``, and ``args`` has the JSON
    text of each event that has args, with the span that it begins or ends (``event``, ``span`` or -1, ``args``;
    ``args->>'$.url'`` takes a value out). ``spans.activity`` is what Chrome was doing (``trace.activities()``), where
    the query names it. Only the tables that the query names are built. Files and the network are out of reach, and so
    are the settings that keep them so.

    Returns a DataFrame. Raises AeroNBError with DuckDB's words when the query is wrong, ImportError without DuckDB.
    """
    try:
        import duckdb
    except ImportError as error:
        raise ImportError("Trace.query() needs DuckDB: pip install 'aero-nb[sql]'") from error
    with duckdb.connect(":memory:", config=dict(_LOCKED)) as connection:
        for name in TABLES:
            if re.search(rf"\b{name}\b", sql, re.IGNORECASE):
                connection.register(name, _sorted_texts(_table(trace, name, sql)))
        try:
            result = connection.execute(sql)
            return pd.DataFrame() if result is None else _plain(result)
        except duckdb.Error as error:
            raise AeroNBError(f"the query failed: {error}\nThe tables are {', '.join(TABLES)}.") from error


def _table(trace: TraceTables, name: str, sql: str) -> pd.DataFrame:
    if name == "events":
        return trace.to_dataframe()
    if name == "args":
        return _args(trace)
    table: pd.DataFrame = getattr(trace, name)
    if name == "spans" and re.search(r"\bactivity\b", sql, re.IGNORECASE):
        table = table.assign(activity=activities(table))
    return table.reset_index() if table.index.name else table


def _args(trace: TraceTables) -> pd.DataFrame:
    raw, spans = trace.columns.args, trace.columns.spans
    span_of = dict(zip(spans.event.tolist(), range(len(spans)), strict=True))
    span_of.update(zip(spans.end_event.tolist(), range(len(spans)), strict=True))
    span_of[-1] = -1  # the end of a span that has none
    texts = [text.decode(errors="replace") for text in raw.select(raw.events)]
    return pd.DataFrame(
        {
            "event": raw.events,
            "span": [span_of.get(event, -1) for event in raw.events.tolist()],
            "args": pd.Series(texts, dtype=object),
        }
    )


def _sorted_texts(table: pd.DataFrame) -> pd.DataFrame:
    """DuckDB orders a category (its ENUM) by its categories, so they must stand in the order of their texts."""
    found = {}
    for name, column in table.items():
        if isinstance(column.dtype, pd.CategoricalDtype) and not column.cat.ordered:
            found[str(name)] = column.cat.reorder_categories(sorted(column.cat.categories))
    return table.assign(**found)


def _plain(result: Any) -> pd.DataFrame:
    """The answer, its ENUMs as unordered categories, as those of the Trace's own tables."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The inplace keyword")  # DuckDB's own use of pandas 3
        table: pd.DataFrame = result.df()
    found = {
        str(name): column.cat.as_unordered()
        for name, column in table.items()
        if isinstance(column.dtype, pd.CategoricalDtype)
    }
    return table.assign(**found)
