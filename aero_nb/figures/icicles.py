"""The flame graph: spans with the same path of names as one bar, as wide as their time together."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from aero_nb.analysis.trees import bottom_up, call_tree, sandwich
from aero_nb.figures.bars import ROW_PX, Bars
from aero_nb.figures.empty import empty_figure
from aero_nb.figures.figure import Figure
from aero_nb.figures.live_flames import MAX_NODES, FlameFigure, packed_flames, packed_tree
from aero_nb.figures.palette import NEUTRAL, color_of
from aero_nb.figures.theme import base_layout, row_axis, time_axis
from aero_nb.figures.units import format_count, format_duration, markup_text, plain_text

MAX_BARS: Final = 1_000
_MAX_ROWS: Final = 60  # a picture of more would be taller than two screens
_LEAST_SHARE: Final = 1 / 1_200  # of the whole width: a pixel


def flame_graph(
    spans: pd.DataFrame, *, by: str | None = "thread", inverted: bool = False, around: str | None = None
) -> Figure:
    """Draw the aggregated tree of spans as an icicle: one bar per path of names, its width the time spent there.

    In a page a click zooms into a bar, the box above searches and sums, and the mouse is told self time, total and
    count, of the 10,000 widest bars. In a still picture bars narrower than a pixel (or beyond the 1,000 widest) are
    drawn together as one grey bar per parent that says how many they are. Paths of more than 60 names are cut there.

    Args:
        spans: a Trace's ``spans`` (or a selection of its rows).
        by: the column whose values are the top row (``"thread"``, ``"process"`` ...); None merges all. Only for the
            tree from the root down.
        inverted: bottom-up: the names by self time on top, beneath each who called it.
        around: sandwich: this name in the middle, its callers above it, what it called below.

    Returns:
        A plotly figure; the x axis is time in seconds, summed over the spans.

    Raises:
        ValueError: ``inverted`` and ``around`` together.

    """
    if inverted and around is not None:
        raise ValueError("expected inverted=True or around=NAME, found both: a sandwich has both directions in it")
    if spans.empty:
        return empty_figure("no spans in this trace")
    if around is not None:
        callers, callees = sandwich(spans, around)
        if callees.empty:
            return empty_figure(f"no span is called {plain_text(around)}")
        above, below = place_nodes(callers, "total_us"), place_nodes(callees, "total_us")
        bars = widest_nodes(above)
        bars = bars[bars["depth"] > 0]  # the name itself is drawn once
        bars = pd.concat([bars.assign(depth=-bars["depth"]), widest_nodes(below)])
        title = f"Callers of {plain_text(around, 40)} above it, what it calls below"
        return _live(_figure(bars, title, groups=False), title, above=above, below=below)
    if inverted:
        title = "Self time by name, callers beneath"
        nodes = place_nodes(bottom_up(spans), "self_us")
        return _live(_figure(widest_nodes(nodes), title, groups=False), title, below=nodes, weight="self")
    title = "Time by path of calls" + (f", by {plain_text(by)}" if by else "")
    nodes = place_nodes(call_tree(spans, by), "total_us")
    groups = by is not None
    return _live(_figure(widest_nodes(nodes), title, groups=groups), title, below=nodes, groups=groups)


def _live(
    figure: Figure,
    title: str,
    *,
    below: pd.DataFrame,
    above: pd.DataFrame | None = None,
    groups: bool = False,
    weight: Literal["total", "self"] = "total",
) -> FlameFigure:
    """Return a figure with the trees that its live form draws: from the root down, and its callers."""
    trees = {towards: widest_nodes(tree, MAX_NODES, 0.0) for towards, tree in _towards(below, above)}
    names = pd.Index(pd.concat([tree["name"].astype("object") for tree in trees.values()]).unique())
    parts = [packed_tree(tree, names, towards=towards, groups=groups, weight=weight) for towards, tree in trees.items()]
    return FlameFigure.of(figure, packed_flames(title, parts, names, weight=weight))


def _towards(below: pd.DataFrame, above: pd.DataFrame | None) -> list[tuple[Literal["down", "up"], pd.DataFrame]]:
    return [("down", below)] if above is None else [("down", below), ("up", above)]


def place_nodes(tree: pd.DataFrame, weight: str) -> pd.DataFrame:
    """Return the nodes of a tree with their places: ``weight_us left_us width_us share merged`` (0: one node).

    Siblings stand side by side from the largest on; children wider than their parent (crossed spans) are narrowed.
    Paths of more than 60 names are cut there.
    """
    nodes = tree[tree["depth"] < _MAX_ROWS].assign(weight_us=tree[weight].clip(lower=0), merged=0)
    whole = float(nodes.loc[nodes["parent"] < 0, "weight_us"].sum())
    left, width = np.zeros(len(nodes)), np.zeros(len(nodes))
    for depth, level in nodes.groupby("depth", sort=True):
        level = level.sort_values(["parent", "weight_us"], ascending=[True, False], kind="stable")
        at, parent, own = level.index.to_numpy(), level["parent"].to_numpy(), level["weight_us"].to_numpy()
        together = level.groupby("parent")["weight_us"].transform("sum").to_numpy()
        before = level.groupby("parent")["weight_us"].cumsum().to_numpy() - own
        room = np.full(len(at), whole) if depth == 0 else width[parent]
        full = together if depth == 0 else np.maximum(together, nodes["weight_us"].to_numpy()[parent])
        scale = np.divide(room, full, out=np.zeros(len(at)), where=full > 0)
        left[at] = before * scale + (0.0 if depth == 0 else left[parent])
        width[at] = own * scale
    return nodes.assign(left_us=left, width_us=width, share=width / (whole or 1.0))


def widest_nodes(nodes: pd.DataFrame, most: int = MAX_BARS, least_share: float = _LEAST_SHARE) -> pd.DataFrame:
    """Keep the ``most`` widest nodes of :func:`place_nodes` that have ``least_share`` of the whole.

    The others are one node per parent that is kept; its ``merged`` is how many they are.
    """
    least = least_share
    if len(nodes) > most:
        least = max(least, float(np.partition(nodes["share"], -most)[-most]))
    wide = nodes["share"] >= least  # a child is never wider than its parent, so parents of the kept are kept
    narrow = nodes[~wide & ((nodes["parent"] < 0) | nodes["parent"].isin(nodes.index[wide]))]
    merged = narrow.groupby(["parent", "depth"], as_index=False).agg(
        count=("count", "sum"),
        self_us=("self_us", "sum"),
        weight_us=("weight_us", "sum"),
        left_us=("left_us", "min"),
        width_us=("width_us", "sum"),
        share=("share", "sum"),
        merged=("name", "size"),
    )
    merged = merged[merged["share"] >= least_share].assign(name="")
    return pd.concat([nodes[wide], merged]) if len(merged) else nodes[wide]


@dataclass(frozen=True)
class _Text:
    """What is written of one node."""

    color: str
    label: str
    hover: str


def _text(node: "pd.Series[float]", whole_us: float, group: bool) -> _Text:
    name, share = str(node["name"]), float(node["weight_us"]) / (whole_us or 1.0)
    time = f"{format_duration(float(node['weight_us']))} ({share:.1%})"
    if node["merged"]:
        label = f"{format_count(int(node['merged']))} more"
        return _Text(NEUTRAL, label, f"{time}<br>names too narrow to draw one by one")
    times = "" if group else f" · self {format_duration(float(node['self_us']))}"
    spans = f"{format_count(int(node['count']))} span" + ("s" if node["count"] != 1 else "")
    color = NEUTRAL if group else color_of(name)
    return _Text(color, markup_text(name), f"{time}{times}" + ("" if group else f"<br>{spans}"))


def _figure(nodes: pd.DataFrame, title: str, *, groups: bool) -> Figure:
    nodes = nodes.assign(row=nodes["depth"] - nodes["depth"].min())
    tops = nodes[nodes["depth"] == 0]
    whole_us = float(tops["weight_us"].sum())
    texts = [_text(node, whole_us, groups and node["depth"] == 0) for _, node in nodes.iterrows()]
    bars = Bars(
        left=nodes["left_us"].to_numpy(np.float64) / 1e6,
        length=nodes["width_us"].to_numpy(np.float64) / 1e6,
        top=nodes["row"].to_numpy(np.float64),
        color=[text.color for text in texts],
        label=[text.label for text in texts],
        hover=[text.hover for text in texts],
    )
    rows = int(nodes["row"].max()) + 1
    widest = ", ".join(
        f"{plain_text(name, 40)} {format_duration(us)}"
        for name, us in tops.nlargest(5, "weight_us").set_index("name")["weight_us"].items()
    )
    layout = base_layout(
        title=markup_text(title, 200),
        height=72 + rows * ROW_PX,
        left=24,
        alt=f"Flame graph of {format_duration(whole_us)}: {widest}",
    )
    figure = Figure([bars.series()], layout)
    figure.update_xaxes(time_axis((0.0, whole_us / 1e6 or 1e-9)))
    figure.update_yaxes(row_axis(rows, {}))
    return figure
