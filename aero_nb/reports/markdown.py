"""A report as Markdown that is short enough for a language model's context, whatever the trace."""

from collections.abc import Sequence

from aero_nb.figures.units import plain_text
from aero_nb.reports.parts import Cell, Column, Quantity, ReportTable, Section

MAX_MARKDOWN_BYTES = 6000
"""A report's size: one screen and a half for a person, about 2,000 tokens for a language model."""
NAME_BYTES = 48
"""Longer names are cut in Markdown and in sentences; tables in JSON have them whole."""

_ROWS = (12, 8, 6, 4, 3, 2, 1, 0)  # of each table, tried in turn until the report is short enough


def named(name: object) -> str:
    """Return a name of a trace for a sentence: visible, cut to 48 bytes, in backticks."""
    return f"`{_short(name)}`"


def as_markdown(title: str, headline: str, sections: Sequence[Section], max_bytes: int = MAX_MARKDOWN_BYTES) -> str:
    """Return the report with as many rows in each table as fit into ``max_bytes``."""
    text = ""
    for rows in _ROWS:
        text = _written(title, headline, sections, rows)
        if len(text.encode()) <= max_bytes:
            return text
    end = "\n…\n"
    return text.encode()[: max(0, max_bytes - len(end.encode()))].decode(errors="ignore") + end


def number(value: Cell, unit: str = "") -> str:
    """Return a value as people read it: four significant digits, shares in percent, ``-`` for what is unknown."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if unit == "share":
        return f"{value:.1%}"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{float(f'{value:.4g}'):,.10g}"


def with_unit(quantity: Quantity) -> str:
    """Return a quantity's value and unit."""
    unit = "" if quantity.unit == "share" or quantity.value is None else quantity.unit
    return f"{number(quantity.value, quantity.unit)} {unit}".strip()


def _written(title: str, headline: str, sections: Sequence[Section], rows: int) -> str:
    parts = [f"# {_escaped(title)}", sentence(headline)]
    for section in sections:
        parts.append(f"## {section.heading}")
        parts += [sentence(text) for text in section.sentences if text]
        if section.quantities:
            parts.append("\n".join(map(_line, section.quantities)))
        parts += [_table(table, rows) for table in section.tables]
        parts += [f"Caveat: {sentence(caveat)}" for caveat in section.caveats]
    return "\n\n".join(parts) + "\n"


def sentence(text: str) -> str:
    """Return a sentence in which only names in backticks are markup: others' words may have reached it."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick too many would turn the rest around
        parts = [text.replace("`", "'")]
    return "`".join(part if place % 2 else _inert(part) for place, part in enumerate(parts))


def _inert(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("[", "\\[").replace("*", "\\*")


def _line(quantity: Quantity) -> str:
    caveat = f" ({quantity.caveat})" if quantity.caveat else ""
    return f"- {quantity.name}: {with_unit(quantity)}{caveat}"


def _table(table: ReportTable, rows: int) -> str:
    shown = table.rows[:rows]
    more = table.row_count - len(shown)
    tail = f" (first {len(shown)} of {table.row_count:,})" if more else ""
    heading = f"**{table.heading}**{tail}"
    if not shown:
        return heading
    lines = [list(map(_heading, table.columns)), ["---"] * len(table.columns)]
    lines += [[_in_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in shown]
    return "\n".join([heading, "", *(f"| {' | '.join(line)} |" for line in lines)])


def _heading(column: Column) -> str:
    return f"{column.name} ({column.unit})" if column.unit and column.unit != "share" else column.name


def _in_cell(cell: Cell, column: Column) -> str:
    return named(cell).replace("|", "\\|") if isinstance(cell, str) else number(cell, column.unit)


def _short(name: object) -> str:
    """Return a name as one visible line of few bytes that cannot end a code span."""
    text = plain_text(name).replace("`", "'").strip() or "(empty name)"
    cut = text.encode(errors="replace")
    if len(cut) <= NAME_BYTES:
        return text
    return cut[: NAME_BYTES - 3].decode(errors="ignore") + "…"


def _escaped(text: str) -> str:
    plain = plain_text(text)
    return "".join(f"\\{character}" if character in "\\`*_[]<>#|" else character for character in plain)
