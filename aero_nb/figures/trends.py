"""A statistic from run to run: points, and the median of each commit, date or whatever orders them."""

from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aero_nb.figures.differences import FASTER, SLOWER
from aero_nb.figures.empty import empty_figure
from aero_nb.figures.figure import Figure
from aero_nb.figures.palette import color_of
from aero_nb.figures.theme import LINE_COLOR, base_layout, value_axis
from aero_nb.figures.units import format_count, format_duration, markup_text, plain_text

_HEIGHT_PX: Final = 300
_MAX_TICKS: Final = 12
_TICK_CHARACTERS: Final = 80  # of all labels together: more would overlap
_LEVEL_COLOR: Final = "rgba(118,118,118,0.95)"
_KINDS: Final = {"regression": (SLOWER, "rgba(192,48,12,0.15)"), "improvement": (FASTER, "rgba(36,108,144,0.15)")}


def trend_chart(
    table: pd.DataFrame, *, name: str, statistic: str, over: str, changes: pd.DataFrame | None = None
) -> Figure:
    """Draw one row per run as points over the values of ``over``, and the median of each value as a line.

    Args:
        table: ``value`` (µs; a count for the statistic ``count``) and ``over``, in order; the index names the runs.
        name: the spans' name.
        statistic: which statistic of them.
        over: the column that the runs are ordered by.
        changes: as ``TraceStore.changes`` returns them, of these runs: ``at earliest latest before_us after_us change
            kind``; adds the level of each segment, and a band where each change lies with 95% confidence.

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
    longest = max(min(len(label), 14) for label in labels)
    ticks = min(len(labels), _MAX_TICKS, max(_TICK_CHARACTERS // (longest + 2), 2))
    shown = np.unique(np.linspace(0, len(labels) - 1, ticks).round().astype(int))
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
    if changes is not None and not changes.empty:
        _add_changes(figure, changes, labels, 1 if counted else 1e6)
    top = float(values.max()) * 1.1 or 1.0
    suffix = {} if counted else {"tickformat": "~s", "ticksuffix": "s"}
    figure.update_yaxes(value_axis(range=[0, top], **suffix))
    return figure


def _add_changes(figure: Figure, changes: pd.DataFrame, labels: list[str], unit: float) -> None:
    """Draw the segments between changes as level lines, and each change as a band with its size."""
    place_of = {label: place for place, label in enumerate(labels)}
    edges, levels = [-0.5], []
    rows = changes[["at", "earliest", "latest", "before_us", "after_us", "change", "kind"]].to_dict("records")
    for row in rows:
        at, first, last = (place_of[str(row[key])] for key in ("at", "earliest", "latest"))
        color, shade = _KINDS[row["kind"]]
        band = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 0}, "layer": "below"}
        figure.add_shape(**band, x0=first - 0.5, x1=last + 0.5, fillcolor=shade)
        text = f"{row['kind']} {row['change']:+.1%} at {markup_text(plain_text(labels[at], 14))}"
        note = {"showarrow": False, "yref": "paper", "yanchor": "bottom", "font": {"color": color, "size": 11}}
        figure.add_annotation(x=at - 0.5, y=0.02, text=text, **note)
        edges.append(at - 0.5)
        levels.append(row["before_us"] / unit)
    edges.append(len(labels) - 0.5)
    levels.append(rows[-1]["after_us"] / unit)
    x = [value for start, end in pairwise(edges) for value in (start, end, None)]
    y = [value for level in levels for value in (level, level, None)]
    figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line={"color": _LEVEL_COLOR, "width": 2}, hoverinfo="skip"))


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
