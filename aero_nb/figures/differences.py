"""What grew and what shrank between two builds: one bar per name, and a flame graph coloured by the difference."""

from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aero_nb.figures.bars import ROW_PX, Bars
from aero_nb.figures.empty import empty_figure
from aero_nb.figures.figure import Figure
from aero_nb.figures.icicles import place_nodes, widest_nodes
from aero_nb.figures.live_flames import MAX_NODES, FlameFigure, packed_flames, packed_tree, short_times
from aero_nb.figures.theme import LINE_COLOR, base_layout, label_margin, row_axis, time_axis
from aero_nb.figures.units import format_duration, markup_text, plain_text

SLOWER: Final = "#c0300c"
FASTER: Final = "#246c90"
# From clearly faster over unchanged to clearly slower; distinguishable to the colour-blind too.
_SHADES: Final = ("#246c90", "#5f93ae", "#9fbccb", "#b8b8b8", "#dcaa9c", "#cf6f55", "#c0300c")
_FULL_SHADE_SHARE: Final = 0.5  # a change of half of the larger side has the full colour
_LIMIT: Final = 25
_LEAST_OF_LARGEST: Final = 0.005  # a smaller change could not be seen beside the largest
_INTERVAL_AT: Final = 0.84  # of a row: beneath the label


def difference_chart(table: pd.DataFrame, *, limit: int = _LIMIT) -> Figure:
    """Draw how much self time each span name gained or lost, the largest first, with its interval.

    Args:
        table: the ``table`` of a Comparison.
        limit: how many names at most.

    Returns:
        A plotly figure; the x axis is time in seconds per run, gains to the right. Names that did change (family-wise
        error rate 5%) have the full colour and a bullet; the others, whose difference may be noise, are pale.

    """
    rows = table[(table["kind"] == "span") & (table["difference"] != 0)].dropna(subset=["difference"])
    size = rows["difference"].abs().sort_values(ascending=False, kind="stable")
    if size.empty:
        return empty_figure("no span name took more or less time")
    drawn = size[size >= size.iloc[0] * _LEAST_OF_LARGEST].head(limit)
    left_out = len(rows) - len(drawn)
    rows = rows.loc[drawn.index]
    seconds = rows["difference"].to_numpy(np.float64) / 1000
    marked = rows["changed"].fillna(False).to_numpy(bool)
    full, pale = (FASTER, SLOWER), (_SHADES[2], _SHADES[4])
    colors = [(full if sure else pale)[int(value > 0)] for value, sure in zip(seconds, marked, strict=True)]
    labels = [
        ("• " if mark else "") + plain_text(str(name), 28) for name, mark in zip(rows["name"], marked, strict=True)
    ]
    bars = Bars(
        left=np.zeros(len(rows)),
        length=seconds,
        top=np.arange(len(rows), dtype=np.float64),
        color=colors,
        label=[_signed(ms) for ms in rows["difference"]],
        hover=[_hover(row) for _, row in rows.iterrows()],
    )
    edges = np.concatenate([seconds, [0.0], rows[["low", "high"]].to_numpy(np.float64).ravel() / 1000])
    low, high = np.nanmin(edges), np.nanmax(edges)
    margin = (high - low) * 0.04
    title = "Change of self time a run: slower to the right, faster to the left"
    title += "" if marked.all() else "; pale: may be noise"
    title += f"; {left_out} smaller changes left out" if left_out else ""
    texts = ", ".join(f"{label} {_signed(ms)}" for label, ms in zip(labels[:8], rows["difference"], strict=False))
    layout = base_layout(
        title=title, height=80 + len(rows) * ROW_PX, left=label_margin(labels), alt=f"{title}: {texts}"
    )
    figure = Figure([bars.series(), _intervals(rows)], layout)
    figure.update_xaxes(time_axis((low - margin, high + margin)))
    figure.update_yaxes(row_axis(len(rows), {i + 0.45: markup_text(label) for i, label in enumerate(labels)}))
    figure.add_shape(type="line", x0=0, x1=0, yref="paper", y0=0, y1=1, line={"color": LINE_COLOR, "width": 1})
    return figure


def difference_flame_graph(tree: pd.DataFrame) -> Figure:
    """Draw two sides' call trees in one flame graph, coloured by what changed.

    A bar is as wide as the mean of both sides' times; its colour runs from blue (took less time) over grey to red (took
    more), in full at a change of half of the larger side.

    Args:
        tree: as :func:`aero_nb.analysis.trees.difference_tree` returns it.

    Returns:
        A plotly figure; the x axis is time in seconds per run.

    """
    if tree.empty:
        return empty_figure("no spans in these traces")
    placed = place_nodes(tree, "total_us")
    nodes = widest_nodes(placed)
    whole_us = float(tree.loc[tree["parent"] < 0, "total_us"].sum())
    known = nodes[nodes["merged"] == 0]
    bars = Bars(
        left=known["left_us"].to_numpy(np.float64) / 1e6,
        length=known["width_us"].to_numpy(np.float64) / 1e6,
        top=known["depth"].to_numpy(np.float64),
        color=[_shade(b, c) for b, c in zip(known["base_us"], known["candidate_us"], strict=True)],
        label=[markup_text(str(name)) for name in known["name"]],
        hover=[_times(b / 1000, c / 1000) for b, c in zip(known["base_us"], known["candidate_us"], strict=True)],
    )
    rows = int(known["depth"].max()) + 1
    title = "Time by path of calls: red took longer, blue shorter"
    layout = base_layout(
        title=title, height=72 + rows * ROW_PX, left=24, alt=f"{title}; {format_duration(whole_us)} in all"
    )
    figure = Figure([bars.series()], layout)
    figure.update_xaxes(time_axis((0.0, whole_us / 1e6 or 1e-9)))
    figure.update_yaxes(row_axis(rows, {}))
    return FlameFigure.of(figure, _flames(title, widest_nodes(placed, MAX_NODES, 0.0)))


def _flames(title: str, nodes: pd.DataFrame) -> dict[str, Any]:
    """Return what the live form of the difference is made of: both sides' times, and a shade for each node."""
    nodes = nodes.sort_values(["depth", "left_us"], kind="stable")
    names = pd.Index(nodes["name"].astype("object").unique())
    sides = {side: nodes[f"{side}_us"].fillna(0.0).to_numpy(np.float64) for side in ("base", "candidate")}
    part = packed_tree(nodes, names)
    part |= {side: short_times(us) for side, us in sides.items()}
    part["shade"] = [_shade_index(b, c) for b, c in zip(sides["base"], sides["candidate"], strict=True)]
    return {**packed_flames(title, [part], names), "shades": list(_SHADES)}


def _shade(base_us: float, candidate_us: float) -> str:
    return _SHADES[_shade_index(base_us, candidate_us)]


def _shade_index(base_us: float, candidate_us: float) -> int:
    larger = max(base_us, candidate_us)
    change = (candidate_us - base_us) / larger if larger else 0.0
    middle = len(_SHADES) // 2
    return middle + round(float(np.clip(change / _FULL_SHADE_SHARE, -1, 1)) * middle)


def _intervals(rows: pd.DataFrame) -> go.Scatter:
    """Return the intervals as thin lines over the bars, one line broken between the rows."""
    known = rows[["low", "high"]].notna().all(axis=1).to_numpy()
    row = np.flatnonzero(known)
    ends = rows.loc[known, ["low", "high"]].to_numpy(np.float64) / 1000
    x = np.column_stack([ends, np.full(len(row), np.nan)]).ravel()
    return go.Scatter(
        x=x,
        y=np.repeat(row + _INTERVAL_AT, 3),
        mode="lines",
        line={"color": "#8c8c8c", "width": 2},
        hoverinfo="skip",
    )


def _hover(row: "pd.Series[float]") -> str:
    lines = [_times(float(row["base"]), float(row["candidate"]))]
    if np.isfinite(row["low"]):
        lines.append(f"95% interval {_signed(row['low'])} to {_signed(row['high'])}")
    if np.isfinite(row["p_value"]):
        lines.append(f"p = {row['p_value']:.3g} (adjusted)")
    return "<br>".join(lines)


def _times(base_ms: float, candidate_ms: float) -> str:
    ratio = f" ({(candidate_ms - base_ms) / base_ms:+.1%})" if base_ms else " (new)"
    return f"{format_duration(base_ms * 1000)} → {format_duration(candidate_ms * 1000)}{ratio}"


def _signed(ms: float) -> str:
    return ("+" if ms > 0 else "−") + format_duration(abs(ms) * 1000)
