"""How the durations of one name spread."""

import math
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aero_nb.analysis.durations import duration_bins
from aero_nb.figures.empty import empty_figure
from aero_nb.figures.figure import Figure
from aero_nb.figures.palette import color_of
from aero_nb.figures.percentiles import add_lines, in_words, percentiles_us
from aero_nb.figures.theme import SEPARATOR, base_layout, time_axis, value_axis
from aero_nb.figures.units import format_count, format_duration, markup_text, plain_text
from aero_nb.tables.columns import Floats

_HEIGHT_PX: Final = 280
_LOG_FROM: Final = 20  # longest / shortest: as duration_bins changes its scale


def duration_histogram(spans: pd.DataFrame, name: str, *, bins: int = 60) -> Figure:
    """Draw how many spans of one name took how long, with lines at p50, p95 and p99.

    Args:
        spans: a Trace's ``spans``.
        name: the spans' name.
        bins: how many bins; see :func:`aero_nb.analysis.durations.duration_bins` for where they lie.

    Returns:
        A plotly figure: the x axis in seconds, or their decimal logarithm labelled as durations where the longest span
        takes 20 times the shortest or more; the y axis counts spans.

    Raises:
        ValueError: ``bins`` is less than 1.

    """
    table = duration_bins(spans, name, bins=bins)
    if table.empty:
        return empty_figure(f"no spans called {plain_text(name, 60)} in this trace")
    duration_us = spans.loc[spans["name"] == name, "dur_us"].dropna().to_numpy(np.float64)
    percentiles = percentiles_us(duration_us)
    scale = _Scale.of(table)
    title = f"{format_count(len(duration_us))} spans {markup_text(name, 40)}, {in_words(percentiles)}"
    alt = f"Histogram of durations: {plain_text(name, 40)}, {len(duration_us)} spans, {in_words(percentiles)}"
    figure = Figure([_bars(table, scale, name)], base_layout(title=title, height=_HEIGHT_PX, left=64, alt=alt))
    figure.layout.annotations[0].yshift = 20  # above the labels of the lines
    figure.update_layout(margin_t=52, margin_r=48)  # room for the labels of lines at the edge
    figure.update_xaxes(scale.axis())
    most = float(table["count"].max())
    figure.update_yaxes(value_axis(range=[0, most * 1.05], tickformat="~s", fixedrange=True))
    lines = {percent: float(scale.place(np.array([us]))[0]) for percent, us in percentiles.items()}
    add_lines(figure, lines, across="y", least_apart=(scale.high - scale.low) / 24)
    return figure


class _Scale:
    """Durations (µs) to places on the x axis: seconds, or decimal logarithms of seconds."""

    def __init__(self, low: float, high: float, log: bool, zeros: bool) -> None:
        self.log = log
        self.zeros = zeros  # a place of their own for spans without length, left of the logarithms
        self.low, self.high = low, high

    @classmethod
    def of(cls, table: pd.DataFrame) -> "_Scale":
        """Choose the scale that ``duration_bins`` chose."""
        long = table[table["to_us"] > 0]
        zeros = len(long) < len(table)
        if long.empty:
            return cls(-1e-9, 1e-9, log=False, zeros=True)
        shortest, longest = float(long["from_us"].min()) / 1e6, float(long["to_us"].max()) / 1e6
        if longest >= _LOG_FROM * shortest:
            low, high = math.log10(shortest), math.log10(longest)
            return cls(low - (high - low) / len(long) * 3 * zeros, high, log=True, zeros=zeros)
        if zeros:
            return cls(0.0, longest * 1.02, log=False, zeros=True)
        air = (longest - shortest) * 0.02 or longest * 0.05
        return cls(shortest - air, longest + air, log=False, zeros=False)

    def place(self, us: Floats) -> Floats:
        """Return where durations lie on the axis."""
        if not self.log:
            return us / 1e6
        with np.errstate(divide="ignore"):
            return np.maximum(np.log10(us / 1e6), self.low)

    def axis(self) -> dict[str, Any]:
        """Return the x axis, with ticks at round durations."""
        if not self.log:
            return time_axis((self.low, self.high))
        steps = (1,) if self.high - self.low > 3 else (1, 2, 5)
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        ticks = [(math.log10(k) + d, _round_duration(k, d)) for d in decades for k in steps]
        ticks = [tick for tick in ticks if self.low <= tick[0] <= self.high]
        ticks = [(self.low, "0")] * self.zeros + ticks
        places, labels = zip(*ticks, strict=True) if ticks else ((), ())
        air = (self.high - self.low) * 0.02
        return value_axis(range=[self.low - air, self.high + air], tickvals=places, ticktext=labels)


def _round_duration(digit: int, decade: int) -> str:
    """Return ``digit`` times ten to the ``decade`` seconds: ``"20µs"``."""
    third = min(0, max(-9, 3 * (decade // 3)))
    return f"{digit * 10.0 ** (decade - third):g}{ {0: '', -3: 'm', -6: 'µ', -9: 'n'}[third] }s"


def _bars(table: pd.DataFrame, scale: _Scale, name: str) -> Any:
    left = scale.place(table["from_us"].to_numpy(np.float64))
    right = scale.place(table["to_us"].to_numpy(np.float64))
    least = (scale.high - scale.low) / 120  # a bin without width (all equally long) still shows
    width = np.maximum(right - left, least)
    hover = [
        f"{format_count(count)} spans of {format_duration(low)}"
        + (f" to {format_duration(high)}" if high > low else "")
        for low, high, count in table.itertuples(index=False)
    ]
    return go.Bar(
        x=(left + right) / 2,
        y=table["count"].to_numpy(),
        width=width,
        marker={"color": color_of(name), "line": {"color": SEPARATOR, "width": 0.5}},
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
    )
