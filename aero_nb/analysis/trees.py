"""Call trees: spans merged by the path of names that leads to them, from above, from below, and around one name."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

_Ints = npt.NDArray[np.int64]
_COLUMNS = ["name", "parent", "depth", "count", "total_us", "self_us"]


def call_tree(spans: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Merge spans that have the same path of names from the root (top-down).

    Args:
        spans: a Trace's ``spans`` (or a selection of its rows: a span whose parent is not in it is a root).
        by: a column (``thread``, ``process``, ``track``) whose values become the roots; None merges all threads.

    Returns:
        One row a node (index ``node``, a parent before its children): ``name``, ``parent`` (a node, -1 at a root),
        ``depth`` (0 at a root), ``count``, ``total_us`` and ``self_us`` (float64 µs).

    """
    names = spans["name"].astype("str").to_numpy(dtype=object)
    parent = _parent_rows(spans)
    if by is None:
        return _merged(names, parent, spans["dur_us"].to_numpy(), spans["self_us"].to_numpy())
    # A root a value of `by`, above everything: one more row each, whose duration is the sum of its top spans'.
    value, values = pd.factorize(spans[by].astype("str"))
    top = parent < 0
    totals = np.bincount(value[top], spans["dur_us"].to_numpy()[top], minlength=len(values))
    return _merged(
        np.concatenate([values.to_numpy(dtype=object), names]),
        np.concatenate([np.full(len(values), -1), np.where(top, value, parent + len(values))]),
        np.concatenate([totals, spans["dur_us"].to_numpy()]),
        np.concatenate([np.zeros(len(values)), spans["self_us"].to_numpy()]),
    )


def bottom_up(spans: pd.DataFrame, *, max_depth: int = 64) -> pd.DataFrame:
    """Merge spans from below: a root is a name with all its self time, its children are who called it.

    Args:
        spans: a Trace's ``spans`` (or a selection of its rows).
        max_depth: how many callers up a path is told apart.

    Returns:
        As :func:`call_tree`; ``self_us`` and ``count`` of a node are those of the root's spans reached by this path of
        callers, and ``total_us`` is the sum of their ``dur_us``. The largest self time comes first.

    """
    tree = call_tree(spans)
    return _inverted(tree, np.arange(len(tree)), max_depth)


class Sandwich(NamedTuple):
    """One name between what led to it and what it led to; both are trees as of :func:`call_tree`."""

    callers: pd.DataFrame
    callees: pd.DataFrame


def sandwich(spans: pd.DataFrame, name: str, *, max_depth: int = 64) -> Sandwich:
    """Return who called the spans of one name (bottom-up), and what they called (top-down).

    A span of that name inside another one of it belongs to the outer one, so that no time counts twice.

    Args:
        spans: a Trace's ``spans`` (or a selection of its rows).
        name: the name in the middle: the root of both trees.
        max_depth: how many callers up a path is told apart.

    """
    inside = _outermost(spans, name)
    callees = call_tree(spans[inside >= 0])
    tops = spans[inside == np.arange(len(spans))]
    callers = _with_callers(spans, tops, max_depth)
    return Sandwich(callers, callees)


def difference_tree(base: Sequence[pd.DataFrame], candidate: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Lay the call trees of two lists of runs over each other, path by path.

    Args:
        base: the call trees (:func:`call_tree`) of the runs to compare against.
        candidate: those of the runs in question.

    Returns:
        One row a node (index ``node``, a parent before its children): ``name parent depth``, and, each the mean over
        its side's runs: ``count``, ``self_us`` (of both sides' mean), ``base_us`` and ``candidate_us`` (total time),
        ``total_us`` (the mean of both, so that what vanished has a width too), ``difference_us`` (candidate less base).

    """
    trees = [*base, *candidate]
    sizes = [len(tree) for tree in trees]
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)
    nodes = pd.concat(trees)
    own = nodes["parent"].to_numpy(np.int64)
    parent = np.where(own >= 0, own + first, -1)
    node, tree_parent, names, depth = merge_paths(nodes["name"].to_numpy(dtype=object), parent)
    of_base = np.arange(len(nodes)) < sum(sizes[: len(base)])
    weight = np.where(of_base, 1 / max(len(base), 1), 1 / max(len(candidate), 1))

    def mean(column: str, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        values = nodes[column].to_numpy(np.float64) * weight * chosen
        return np.bincount(node, values, minlength=len(names)).astype(np.float64)

    base_us, candidate_us = mean("total_us", of_base), mean("total_us", ~of_base)
    both = np.full(len(nodes), True)
    return pd.DataFrame(
        {
            "name": names,
            "parent": tree_parent,
            "depth": depth,
            "count": mean("count", both) / 2,
            "total_us": (base_us + candidate_us) / 2,
            "self_us": mean("self_us", both) / 2,
            "base_us": base_us,
            "candidate_us": candidate_us,
            "difference_us": candidate_us - base_us,
        },
        index=pd.RangeIndex(len(names), name="node"),
    )


def _merged(
    names: npt.NDArray[np.object_], parent: _Ints, dur_us: npt.NDArray[np.float64], self_us: npt.NDArray[np.float64]
) -> pd.DataFrame:
    node, tree_parent, tree_name, depth = merge_paths(names, parent)
    count = len(tree_name)
    return pd.DataFrame(
        {
            "name": tree_name,
            "parent": tree_parent,
            "depth": depth,
            "count": np.bincount(node, minlength=count),
            "total_us": np.bincount(node, dur_us, minlength=count),
            "self_us": np.bincount(node, self_us, minlength=count),
        },
        index=pd.RangeIndex(count, name="node"),
    )


def merge_paths(names: npt.NDArray[np.object_], parent: _Ints) -> tuple[_Ints, _Ints, npt.NDArray[np.object_], _Ints]:
    """Return each row's node, and each node's parent, name and depth; a node is a unique (parent, name)."""
    code, unique_names = pd.factorize(names)
    node = np.full(len(names), -1)
    parents, codes, depths, made = [], [], [], 0
    for depth, rows in enumerate(_levels(parent)):
        above = np.where(parent[rows] >= 0, node[parent[rows]], -1)
        key, inverse = np.unique((above + 1) * len(unique_names) + code[rows], return_inverse=True)
        node[rows] = made + inverse
        parents.append(key // len(unique_names) - 1)
        codes.append(key % len(unique_names))
        depths.append(np.full(len(key), depth))
        made += len(key)
    if not made:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, np.zeros(0, object), nothing
    return node, np.concatenate(parents), np.asarray(unique_names)[np.concatenate(codes)], np.concatenate(depths)


def _levels(parent: _Ints) -> Iterator[_Ints]:
    """Yield the rows of each level of the forest, roots first; every row is touched once."""
    order = np.argsort(parent, kind="stable")
    sorted_parent = parent[order]
    rows = order[: np.searchsorted(sorted_parent, 0)]
    while len(rows):
        yield rows
        first, last = np.searchsorted(sorted_parent, rows), np.searchsorted(sorted_parent, rows, side="right")
        count = last - first
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        rows = order[np.repeat(first, count) + offset]


def _parent_rows(spans: pd.DataFrame) -> _Ints:
    """Parents as row positions: they are span indices, and a selection of rows keeps only some of them."""
    position = pd.Series(np.arange(len(spans)), index=spans.index)
    return position.reindex(spans["parent"]).fillna(-1).to_numpy(np.int64)


def _inverted(tree: pd.DataFrame, starts: _Ints, max_depth: int) -> pd.DataFrame:
    """Walk from the nodes ``starts`` of a call tree upwards, all at once, merging equal paths of names."""
    code, names = pd.factorize(tree["name"])
    parent = tree["parent"].to_numpy()
    weights = tree[["count", "total_us", "self_us"]].to_numpy(float)[starts]
    at, path, made = starts, np.full(len(starts), -1), 0
    nodes = []
    for depth in range(max_depth):
        if not len(at):
            break
        key, path = np.unique((path + 1) * len(names) + code[at], return_inverse=True)
        sums = [np.bincount(path, weight, minlength=len(key)) for weight in weights.T]
        above = key // len(names) - 1
        nodes.append(pd.DataFrame(dict(zip(_COLUMNS, [names[key % len(names)], above, depth, *sums], strict=True))))
        path = path + made
        made += len(key)
        going_on = parent[at] >= 0
        at, path, weights = parent[at][going_on], path[going_on], weights[going_on]
    if not nodes:
        return tree.iloc[:0]
    merged = pd.concat(nodes, ignore_index=True).astype({"count": "int64"}).rename_axis("node")
    return _by_self_time(merged)


def _by_self_time(tree: pd.DataFrame) -> pd.DataFrame:
    """Order the nodes by depth, then by self time, and renumber them."""
    order = tree.sort_values(["depth", "self_us"], ascending=[True, False], kind="stable").index.to_numpy()
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    parent = tree["parent"].to_numpy()[order]
    renumbered = tree.loc[order].assign(parent=np.where(parent >= 0, position[parent], -1))
    return renumbered.reset_index(drop=True).rename_axis("node")


def _outermost(spans: pd.DataFrame, name: str) -> _Ints:
    """Return for each row the row of the outermost span of that name that holds it (or is it), -1 where none does."""
    parent = _parent_rows(spans)
    named = (spans["name"] == name).to_numpy()
    inside = np.full(len(spans), -1)
    for rows in _levels(parent):
        above = np.where(parent[rows] >= 0, inside[parent[rows]], -1)
        inside[rows] = np.where(above >= 0, above, np.where(named[rows], rows, -1))
    return inside


def _with_callers(spans: pd.DataFrame, tops: pd.DataFrame, max_depth: int) -> pd.DataFrame:
    """Return the bottom-up tree of the spans ``tops``, by all their time."""
    node, parent, names, depth = merge_paths(spans["name"].astype("str").to_numpy(dtype=object), _parent_rows(spans))
    chosen = spans.index.isin(tops.index)
    tree = pd.DataFrame({"name": names, "parent": parent, "depth": depth}, index=pd.RangeIndex(len(names), name="node"))
    for column, weight in (("count", None), ("total_us", tops["dur_us"]), ("self_us", tops["self_us"])):
        tree[column] = np.bincount(node[chosen], weight, minlength=len(names))
    return _inverted(tree, np.flatnonzero(tree["count"].to_numpy()), max_depth)
