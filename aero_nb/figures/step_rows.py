"""Rows of step lines over one time axis: what counters and utilisation are drawn with."""

from dataclasses import dataclass
from typing import Any, Final

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


@dataclass(frozen=True)
class StepRow:
    """One line: ``value`` holds from ``time_s`` until the next; ``label`` is plain text, ``unit`` takes SI prefixes."""

    label: str
    time_s: Floats
    value: Floats
    unit: str = ""
    limits: tuple[float, float] | None = None
    colored_by: str | None = None

    @property
    def range(self) -> list[float]:
        """What the y axis shows: zero, unless the values keep far from it, and some air above."""
        if self.limits is not None:
            return list(self.limits)
        known = self.value[~np.isnan(self.value)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        low, high = min(low, 0.0), max(high, 0.0)
        air = (high - low) * 0.08 or 1.0
        return [low - (air if low < 0 else 0.0), high + (air if high > 0 else 0.0) or 1.0]


def step_figure(
    rows: list[StepRow], window_s: tuple[float, float], *, title: str, alt: str, number: str = ".4~s"
) -> Figure:
    """Draw the rows from the top down over one x axis (seconds), each with its own scale.

    Args:
        rows: what to draw, at least one row.
        window_s: what the x axis shows.
        title: markup text.
        alt: plain text for screen readers.
        number: d3 format of the values shown under the mouse.

    """
    height = _MARGINS_PX + _ROW_PX * len(rows) + (26 if title else 0)
    layout = base_layout(title=title, height=height, left=64, alt=alt)
    figure = Figure([_line(row, i, number) for i, row in enumerate(rows)], layout)
    figure.update_layout(hovermode="x", hoverdistance=-1)
    figure.update_xaxes(time_axis(window_s, anchor="free", position=0, ticklabelstandoff=5))
    share = 1 / len(rows)
    for i, row in enumerate(rows):
        top = 1 - i * share
        low = top - share
        ceiling = top - share * _HEAD_PX / _ROW_PX
        axis = value_axis(range=row.range, domain=[max(0.0, low), ceiling], nticks=3, fixedrange=True)
        axis |= {"tickformat": number.replace(".4", ""), "ticksuffix": row.unit, "anchor": "free", "position": 0}
        figure.update_layout({_axis_name(i): axis})
        figure.add_annotation(
            text=markup_text(row.label),
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


def _line(row: StepRow, i: int, number: str) -> Any:
    label = markup_text(row.label, 60)
    return go.Scatter(
        x=row.time_s,
        y=row.value,
        mode="lines",
        yaxis="y" if i == 0 else f"y{i + 1}",
        line={"shape": "hv", "width": 1.25, "color": color_of(row.colored_by or row.label)},
        fill="tozeroy",
        hovertemplate=f"<b>{label}</b> %{{y:{number}}}{row.unit}<br>at %{{x:.6~s}}s<extra></extra>",
    )


def _axis_name(i: int) -> str:
    return "yaxis" if i == 0 else f"yaxis{i + 1}"
