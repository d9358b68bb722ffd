"""A report as HTML: a page of its own, or a part of another one."""

import base64
import re
from collections.abc import Sequence
from html import escape

from aero_nb.figures.units import plain_text
from aero_nb.reports.markdown import number, with_unit
from aero_nb.reports.parts import Cell, Column, Picture, Quantity, ReportTable, Section

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
:root {{ color-scheme: light dark; }}
body {{ font: 15px/1.55 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }}
h1 {{ font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }}
h2 {{ font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid #8885; padding-bottom: .2rem; }}
img {{ max-width: 100%; background: #fff; border-radius: 4px; }}
.headline {{ font-size: 1.1rem; }}
.table {{ overflow-x: auto; margin: 1rem 0; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9em; }}
caption {{ text-align: left; font-weight: 600; padding-bottom: .3rem; }}
td, th {{ padding: .2rem .9rem .2rem 0; border-bottom: 1px solid #8883; text-align: left; vertical-align: top; }}
td.number, th.number {{ text-align: right; white-space: nowrap; }}
p code {{ overflow-wrap: anywhere; }}
td code {{ white-space: nowrap; }}
.caveat {{ opacity: .75; font-style: italic; }}
</style></head><body>
{body}
</body></html>
"""


def as_page(title: str, headline: str, sections: Sequence[Section]) -> str:
    """Return a page that needs nothing else."""
    return _PAGE.format(title=escape(plain_text(title)), body=as_body(title, headline, sections))


def as_body(title: str, headline: str, sections: Sequence[Section]) -> str:
    """Return the report without a page around it."""
    head = [f"<h1>{escape(plain_text(title))}</h1>", f'<p class="headline">{_sentence(headline)}</p>']
    return "\n".join(head + [as_section(section) for section in sections])


def as_section(section: Section) -> str:
    """Return one section."""
    parts = [f'<section id="{escape(section.id)}"><h2>{escape(section.heading)}</h2>']
    parts += [f"<p>{_sentence(sentence)}</p>" for sentence in section.sentences if sentence]
    if section.quantities:
        parts.append(f'<div class="table"><table>{"".join(map(_quantity, section.quantities))}</table></div>')
    parts += map(_picture, section.pictures)
    parts += map(_table, section.tables)
    parts += [f'<p class="caveat">{_sentence(caveat)}</p>' for caveat in section.caveats]
    return "\n".join([*parts, "</section>"])


def _picture(picture: Picture) -> str:
    data = base64.b64encode(picture.png).decode()
    return f'<p><img alt="{escape(picture.alt)}" src="data:image/png;base64,{data}"></p>'


def _sentence(text: str) -> str:
    """Return text in which names stand in backticks; those of a trace hold none themselves."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text))


def _quantity(quantity: Quantity) -> str:
    cells = (escape(quantity.name), f"<td class=number>{escape(with_unit(quantity))}", escape(quantity.caveat))
    return f'<tr><th scope="row">{cells[0]}</th>{cells[1]}</td><td class="caveat">{cells[2]}</td></tr>'


def _table(table: ReportTable) -> str:
    more = f" (first {len(table.rows)} of {table.row_count:,})" if table.row_count > len(table.rows) else ""
    numeric = [any(_is_number(row[place]) for row in table.rows) for place in range(len(table.columns))]
    kinds = [" class=number" if is_number else "" for is_number in numeric]
    heads = [f"<th{kind}>{_heading(column)}</th>" for kind, column in zip(kinds, table.columns, strict=True)]
    rows = ["".join(map(_cell, kinds, row, table.columns)) for row in table.rows]
    lines = "".join(f"<tr>{row}</tr>" for row in ["".join(heads), *rows])
    return f'<div class="table"><table><caption>{escape(table.heading + more)}</caption>{lines}</table></div>'


def _heading(column: Column) -> str:
    return escape(f"{column.name} ({column.unit})" if column.unit not in ("", "share") else column.name)


def _is_number(cell: Cell) -> bool:
    return cell is not None and not isinstance(cell, str)


def _cell(kind: str, cell: Cell, column: Column) -> str:
    text = f"<code>{escape(plain_text(cell))}</code>" if isinstance(cell, str) else number(cell, column.unit)
    return f"<td{kind}>{text}</td>"
