"""Tables as text for a terminal, JSON for machines, Markdown for a pull request, HTML for a browser."""

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def as_text(table: "pd.DataFrame", rows: int | None = None) -> str:
    """Return the first ``rows`` as text; names of a trace cannot play tricks on the terminal."""
    shown = _safe(table if rows is None else table.head(rows))
    more = f"\n... {len(table) - len(shown)} more (--rows)" if len(table) > len(shown) else ""
    return shown.to_string(index=False, float_format=_number, na_rep="-") + more


def as_markdown(table: "pd.DataFrame") -> str:
    """Return a Markdown table."""
    cells = _safe(table).astype(object)
    texts = [[_cell(value) for value in row] for row in cells.itertuples(index=False)]
    lines = [[str(name) for name in table.columns], ["---"] * len(table.columns), *texts]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def as_json(document: dict[str, Any]) -> str:
    """Return JSON; a missing value is null."""
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY
    # orjson writes NaN as null by itself; pandas' NA it does not know.
    return orjson.dumps(document, default=lambda _: None, option=options).decode()


def as_rows(table: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return a table as JSON objects."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def as_page(title: str, *parts: str) -> str:
    """Return an HTML page of ``parts``."""
    style = (
        "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1200px;padding:0 1rem;"
        "color-scheme:light dark}table{border-collapse:collapse;font-size:13px}"
        "td,th{padding:.2rem .6rem;text-align:right;border-bottom:1px solid #8884}"
    )
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{style}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n<h1>{escape(title)}</h1>\n' + "\n".join(
        [*parts, "</body></html>\n"]
    )


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
    import pandas as pd

    if value is pd.NA or value != value:
        return "-"
    return _number(value) if isinstance(value, float) else str(value).replace("|", "\\|")
