"""A statistic from run to run: points, and the median of each commit, date or whatever orders them."""

from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aero_nb.figures.empty import empty_figure
from aero_nb.figures.figure import Figure
from aero_nb.figures.palette import color_of
from aero_nb.figures.theme import LINE_COLOR, base_layout, value_axis
from aero_nb.figures.units import format_count, format_duration, markup_text, plain_text

_HEIGHT_PX: Final = 300
_MAX_TICKS: Final = 12


def trend_chart(table: pd.DataFrame, *, name: str, statistic: str, over: str) -> Figure:
    """Draw one row per run as points over the values of ``over``, and the median of each value as a line.

    Args:
        table: ``value`` (µs; a count for the statistic ``count``) and ``over``, in order; the index names the runs.
        name: the spans' name.
        statistic: which statistic of them.
        over: the column that the runs are ordered by.

    Returns:
        A plotly figure; the y axis is in seconds, or a count.

    """
    if table.empty:
        return empty_figure(f"no run has spans called {plain_text(name, 60)}")
    counted = statistic == "count"
    values = table["value"].to_numpy(np.float64) / (1 if counted else 1e6)
    place, distinct = pd.factorize(table[over].astype("str"))
    labels = [str(label) for label in distinct]
    texts = [format_count(round(v)) if counted else format_duration(v * 1e6) for v in values]
    notes = [
        f"{markup_text(str(run))[:24]}<br>{markup_text(labels[at])}: {text}"
        for run, at, text in zip(table.index, place, texts, strict=True)
    ]
    title = (
        f"{statistic} of {plain_text(name, 60)} in {format_count(len(table))} runs, over {plain_text(str(over), 40)}"
    )
    layout = base_layout(title=markup_text(title, 200), height=_HEIGHT_PX, left=64, alt=title)
    figure = Figure([_medians(place, values), _runs(place, values, notes, color_of(name))], layout)
    shown = np.unique(np.linspace(0, len(labels) - 1, min(len(labels), _MAX_TICKS)).round().astype(int))
    margin = max(0.5, 0.04 * len(labels))  # half a label wide
    figure.update_xaxes(
        value_axis(
            tickmode="array",
            tickvals=shown.tolist(),
            ticktext=[markup_text(plain_text(labels[i], 14)) for i in shown],
            range=[-margin, len(labels) - 1 + margin],
            ticklabelstandoff=10,  # below the first label of the other axis
        )
    )
    top = float(values.max()) * 1.1 or 1.0
    suffix = {} if counted else {"tickformat": "~s", "ticksuffix": "s"}
    figure.update_yaxes(value_axis(range=[0, top], **suffix))
    return figure


def _medians(place: np.ndarray, values: np.ndarray) -> go.Scatter:
    medians = pd.Series(values).groupby(place).median()
    return go.Scatter(
        x=medians.index.to_numpy(),
        y=medians.to_numpy(),
        mode="lines",
        line={"color": LINE_COLOR, "width": 2},
        hoverinfo="skip",
    )


def _runs(place: np.ndarray, values: np.ndarray, notes: list[str], color: str) -> go.Scatter:
    return go.Scatter(
        x=place,
        y=values,
        mode="markers",
        marker={"color": color, "size": 7, "opacity": 0.8},
        customdata=notes,
        hovertemplate="%{customdata}<extra></extra>",
    )
