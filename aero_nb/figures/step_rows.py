"""Rows of step lines over one time axis: what counters and utilisation are drawn with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import plotly.graph_objects as go

from aero_nb.figures.figure import Figure
from aero_nb.figures.palette import color_of
from aero_nb.figures.theme import base_layout, text_font, time_axis, value_axis
from aero_nb.figures.units import markup_text
from aero_nb.tables.columns import Floats

_ROW_PX: Final = 74
_HEAD_PX: Final = 20  # of a row: its label
_MARGINS_PX: Final = 46

Scale = Literal["zero", "fit", "log"]


@dataclass(frozen=True)
class StepRow:
    """One line: ``value`` holds from ``time_s`` until the next; ``label`` is plain text, ``unit`` takes SI prefixes."""

    label: str
    time_s: Floats
    value: Floats
    unit: str = ""
    limits: tuple[float, float] | None = None
    colored_by: str | None = None


def _range(lines: Sequence[StepRow], scale: Scale) -> list[float]:
    """Return what the y axis of these lines shows: zero too, or just their values; powers of ten where logarithmic."""
    if lines[0].limits is not None:
        return list(lines[0].limits)
    values = np.concatenate([line.value for line in lines])
    known = values[values > 0] if scale == "log" else values[~np.isnan(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.1, 1.0)
    if scale == "log":
        low, high = float(np.log10(low)), float(np.log10(high))
    if scale == "zero":
        low, high = min(low, 0.0), max(high, 0.0)
    air = (high - low) * 0.08 or (1.0 if scale == "zero" else 0.1 * abs(low) or 1.0)
    if scale == "zero":
        return [low - (air if low < 0 else 0.0), high + (air if high > 0 else 0.0) or 1.0]
    return [low - air, high + air]


def step_figure(
    rows: Sequence[Sequence[StepRow]],
    window_s: tuple[float, float],
    *,
    title: str,
    alt: str,
    number: str = ".4~s",
    scale: Scale = "zero",
) -> Figure:
    """Draw the rows from the top down over one x axis (seconds), each with its own scale.

    Args:
        rows: what to draw, at least one row; each of one or several lines.
        window_s: what the x axis shows.
        title: markup text.
        alt: plain text for screen readers.
        number: d3 format of the values shown under the mouse.
        scale: of the y axes: with zero, from the least to the greatest value, or logarithmic.

    """
    height = _MARGINS_PX + _ROW_PX * len(rows) + (26 if title else 0)
    layout = base_layout(title=title, height=height, left=64, alt=alt)
    lines = [_line(line, i, number, scale, alone=len(row) == 1) for i, row in enumerate(rows) for line in row]
    figure = Figure(lines, layout)
    figure.update_layout(hovermode="x", hoverdistance=-1)
    figure.update_xaxes(time_axis(window_s, anchor="free", position=0, ticklabelstandoff=5))
    share = 1 / len(rows)
    for i, row in enumerate(rows):
        top = 1 - i * share
        low = top - share
        ceiling = top - share * _HEAD_PX / _ROW_PX
        axis = value_axis(range=_range(row, scale), domain=[max(0.0, low), ceiling], nticks=3, fixedrange=True)
        unit = row[0].unit if len({line.unit for line in row}) == 1 else ""
        axis |= {"tickformat": number.replace(".4", ""), "ticksuffix": unit, "anchor": "free", "position": 0}
        if scale == "log":
            axis |= {"type": "log"}
        figure.update_layout({_axis_name(i): axis})
        figure.add_annotation(
            text=_heading(row),
            font=text_font(11),
            showarrow=False,
            xref="paper",
            x=0,
            xanchor="left",
            yref="paper",
            y=ceiling,
            yanchor="bottom",
        )
    return figure


def _heading(row: Sequence[StepRow]) -> str:
    """Return a row's label; of several lines each with a dot of its colour."""
    if len(row) == 1:
        return markup_text(row[0].label)
    dotted = (f'<span style="color:{_color(line)}">●</span> {markup_text(line.label, 40)}' for line in row)
    return "  ".join(dotted)


def _color(row: StepRow) -> str:
    return color_of(row.colored_by or row.label)


def _line(row: StepRow, i: int, number: str, scale: Scale, *, alone: bool) -> Any:
    label = markup_text(row.label, 60)
    return go.Scatter(
        x=row.time_s,
        y=np.where(row.value > 0, row.value, np.nan) if scale == "log" else row.value,
        mode="lines",
        yaxis="y" if i == 0 else f"y{i + 1}",
        line={"shape": "hv", "width": 1.25, "color": _color(row)},
        fill="tozeroy" if scale == "zero" and alone else None,
        hovertemplate=f"<b>{label}</b> %{{y:{number}}}{row.unit}<br>at %{{x:.6~s}}s<extra></extra>",
    )


def _axis_name(i: int) -> str:
    return "yaxis" if i == 0 else f"yaxis{i + 1}"
