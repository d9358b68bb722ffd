"""Tables as text for a terminal, JSON for machines, Markdown for a pull request, HTML for a browser."""

import sys
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def as_text(table: "pd.DataFrame", rows: int | None = None) -> str:
    """Return the first ``rows`` as text; names of a trace cannot play tricks on the terminal."""
    if table.empty:
        return ""
    shown = _safe(table if rows is None else table.head(rows))
    more = f"\n... {len(table) - len(shown)} more (--rows)" if len(table) > len(shown) else ""
    return shown.to_string(index=False, float_format=_number, na_rep="-") + more


def as_markdown(table: "pd.DataFrame") -> str:
    """Return a Markdown table."""
    lines = [list(table.columns), ["---"] * len(table.columns), *_cells(table)]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def as_json(document: dict[str, Any]) -> str:
    """Return JSON; a missing value is null."""
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    # orjson writes NaN as null by itself; pandas' own types, paths and long integers it does not know.
    return orjson.dumps(document, default=_plain, option=options).decode()


def as_printed(json: str) -> str:
    """Return JSON that standard output can show: escaped where its encoding lacks a character."""
    from json import dumps, loads

    try:
        json.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return dumps(loads(json), indent=2)
    return json


def _plain(value: object) -> object:
    import pandas as pd

    if value is pd.NA or value is pd.NaT:
        return None
    return value.isoformat() if isinstance(value, pd.Timestamp) else str(value)


def as_rows(table: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return a table as JSON objects."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def as_page(title: str, note: str, picture: str, table: "pd.DataFrame") -> str:
    """Return an HTML page: a title, a sentence, a picture (HTML) and a table."""
    sides = ["right" if column.dtype.kind in "biuf" else "left" for _, column in table.items()]
    lines = [("th", list(table.columns)), *(("td", cells) for cells in _cells(table))]
    rows = [
        "".join(f"<{tag} align={side}>{escape(str(cell))}" for cell, side in zip(cells, sides, strict=True))
        for tag, cells in lines
    ]
    return _PAGE.format(
        title=escape(title),
        note=escape(note),
        picture=picture,
        rows="\n".join(f"<tr>{row}" for row in rows),
    )


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1200px; padding: 0 1rem; }}
h1 {{ font-size: 1.4rem; }}
.table {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; white-space: nowrap; }}
td, th {{ padding: .15rem .6rem; border-bottom: 1px solid #8883; }}
</style></head><body>
<h1>{title}</h1>
<p>{note}</p>
{picture}
<div class="table"><table>
{rows}
</table></div>
</body></html>
"""


def _cells(table: "pd.DataFrame") -> list[list[str]]:
    return [[_cell(value) for value in row] for row in _safe(table).astype(object).itertuples(index=False)]


def _safe(table: "pd.DataFrame") -> "pd.DataFrame":
    """Names as text that is safe to show, and a dash for what pandas calls NA."""
    from aero_nb.figures.units import plain_text

    def safe(column: "pd.Series") -> "pd.Series":
        if column.dtype.kind == "f":
            return column
        known = column.astype(object).where(column.notna(), "-")
        return known if column.dtype.kind in "biu" else known.map(plain_text)

    return table.assign(**{str(name): safe(column) for name, column in table.items()})


def _number(value: float) -> str:
    return f"{value:,.2f}" if abs(value) >= 1 or value == 0 else f"{value:.3g}"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "-" if value != value else _number(value)
    return str(value)
