"""Going through the tables of a Trace, whichever they are: which there are, and taking rows of some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar, get_type_hints

import numpy as np
import numpy.typing as npt

from aero_nb.tables.columns import Columns, Ints, Table

AnyTable = TypeVar("AnyTable", bound=Table)

Rows = npt.NDArray[Any]
"""Which rows of a table: their numbers in the order wanted, or a mask."""


def table_types() -> dict[str, type[Table]]:
    """Return the class of each table by its name in ``Columns``."""
    found = get_type_hints(Columns).items()
    return {name: kind for name, kind in found if isinstance(kind, type) and issubclass(kind, Table)}


def tables_of(columns: Columns) -> dict[str, Any]:
    """Return the tables by name."""
    members = {member.name: getattr(columns, member.name) for member in fields(columns)}
    return {name: table for name, table in members.items() if isinstance(table, Table)}


def tables_of_events(columns: Columns) -> dict[str, Any]:
    """Return the tables whose rows are events, or pairs of events, on a lane, by name."""
    return {name: table for name, table in tables_of(columns).items() if table.row_kind}


def joined(tables: Sequence[AnyTable]) -> AnyTable:
    """Return the rows of several tables of one kind, one table after the other."""
    columns = {name: np.concatenate([getattr(table, name) for table in tables]) for name in tables[0].meanings}
    return type(tables[0])(**columns)


def take_rows(columns: Columns, rows: Mapping[str, Rows]) -> Columns:
    """Take rows of some tables, by their names, and the others whole.

    What points at a row that moved follows it; at one that went, it becomes -1.
    """
    numbers = {name: _new_numbers(len(getattr(columns, name)), taken) for name, taken in rows.items()}
    tables = {}
    for name, table in tables_of(columns).items():
        taken = table.take(rows[name]) if name in rows else table
        followed = {
            column: numbers[meaning.table][getattr(taken, column)].astype(getattr(taken, column).dtype)
            for column, meaning in table.meanings.items()
            if meaning.table in numbers
        }
        tables[name] = replace(taken, **followed)
    return replace(columns, **tables)


def _new_numbers(size: int, taken: Rows) -> Ints:
    """Return the new number of each row, -1: it went; the last entry answers for -1."""
    old = np.flatnonzero(taken) if taken.dtype == np.bool_ else taken
    numbers = np.full(size + 1, -1, np.int64)
    numbers[old] = np.arange(len(old))
    return numbers
