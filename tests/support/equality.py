"""Are two Traces the same, table by table?"""

from typing import Any

import pandas as pd

from aero_nb import Trace

TABLES = ("spans", "instants", "counters", "async_spans", "flows", "tracks", "losses", "gaps")


def assert_same(
    left: Trace, right: Trace, *, but: tuple[str, ...] = (), besides: dict[str, list[str]] | None = None
) -> None:
    """Every table (and args, leftovers, clock) is equal; ``besides``: columns of a table that may differ."""
    for name in (*TABLES, "diagnostics", "to_dataframe"):
        if name not in but:
            assert_tables(name, left, right, (besides or {}).get(name, []))
    assert left.origin_us == right.origin_us
    assert left.start == right.start
    assert [left.args(span) for span in range(len(left.spans))] == [
        right.args(span) for span in range(len(right.spans))
    ]


def assert_tables(name: str, left: Trace, right: Trace, besides: list[str]) -> None:
    tables = [value() if callable(value := getattr(trace, name)) else value for trace in (left, right)]
    a, b = (_plain(table.drop(columns=besides)) for table in tables)
    pd.testing.assert_frame_equal(a, b, check_exact=True, obj=name)


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Categories as their texts: which others there are, and in what order, is no part of a table's meaning."""
    found: dict[str, Any] = {
        str(name): column.astype(object)
        for name, column in table.items()
        if isinstance(column.dtype, pd.CategoricalDtype)
    }
    return table.assign(**found)
