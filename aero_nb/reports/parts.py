"""What a report is made of: sections of sentences, quantities and short tables; no format yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeAlias

if TYPE_CHECKING:
    import pandas as pd

Cell: TypeAlias = str | int | float | bool | None
"""A value of a table or quantity; None is unknown, never 0."""


@dataclass(frozen=True)
class Quantity:
    """One number with what is needed to read it.

    Attributes:
        name: what was measured.
        value: the number (or text); None where it is not known.
        unit: its unit (``ms``, ``1/s``, ``share``: 0 to 1); empty for a count or text.
        caveat: what lets one doubt it; empty where nothing is known to.
    """

    name: str
    value: Cell
    unit: str = ""
    caveat: str = ""


@dataclass(frozen=True)
class Column:
    """One column of a ReportTable: its name, and the unit of its numbers (empty for counts and text)."""

    name: str
    unit: str = ""


@dataclass(frozen=True)
class ReportTable:
    """The most important rows of a table.

    Attributes:
        heading: what the rows are.
        columns: the columns, in order.
        rows: one tuple of cells a row, the most important first; names of the trace whole.
        row_count: how many rows there are in all.
    """

    heading: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_count: int

    @classmethod
    def of(cls, heading: str, table: "pd.DataFrame", units: Mapping[str, str], rows: int) -> Self:
        """Take the first ``rows`` of a DataFrame; ``units`` names its columns that are wanted, in order."""
        wanted = table[list(units)].astype("object")
        cells = tuple(tuple(map(_cell, row)) for row in wanted.head(rows).itertuples(index=False))
        columns = tuple(Column(name, unit) for name, unit in units.items())
        return cls(heading, columns, cells, len(table))


@dataclass(frozen=True)
class Picture:
    """A still picture, for the forms that can show one.

    Attributes:
        alt: what it shows, in words.
        png: the picture.
    """

    alt: str
    png: bytes


@dataclass(frozen=True)
class Section:
    """One part of a report.

    Attributes:
        id: what programs call it; stays the same over versions.
        heading: what people call it.
        sentences: findings, the most important first; names of the trace stand in backticks.
        quantities: numbers with unit and caveat.
        tables: short tables.
        caveats: what lets one doubt the whole section.
        pictures: still pictures; JSON and Markdown have their words only.
    """

    id: str
    heading: str
    sentences: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    tables: tuple[ReportTable, ...] = ()
    caveats: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


def present(*sections: Section | None) -> tuple[Section, ...]:
    """Return the sections that there are."""
    return tuple(section for section in sections if section is not None)


def filled(tables: Iterable[ReportTable]) -> tuple[ReportTable, ...]:
    """Return the tables that have rows."""
    return tuple(table for table in tables if table.rows)


def _cell(value: Any) -> Cell:
    """Return a value of pandas as one of Python; what is missing or not finite is None."""
    import pandas as pd

    if value is None or pd.isna(value):
        return None
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, float):
        return plain if abs(plain) != float("inf") else None
    return plain if isinstance(plain, str | int | bool) else str(plain)
