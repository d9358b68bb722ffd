"""Call trees: spans merged by the path of names that leads to them, from above, from below, and around one name.

    spans over time      call_tree           bottom_up         sandwich of c
    [main            ]   main                c    5            callers        callees
     [a    ]  [b    ]    ├ a                 ├ a  3            c              c
       [c ]     [c]      │ └ c  3            │ └ main          ├ a            (what c called)
                         └ b                 └ b  2            └ b
                           └ c  2              └ main

All of them are arrays of nodes; a node is a pair (node above, name), and a level is merged at once.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from aero_nb.analysis.affected import affected_us, share_of
from aero_nb.analysis.lane_names import named_by_lane
from aero_nb.analysis.parents import parent_rows
from aero_nb.tables.arrays import places_of, ranges
from aero_nb.tables.columns import Bools, Floats, Ints

# What a sum over the spans of a node is called in a tree.
_SUMS = {"dur_us": "total_us"}


def call_tree(spans: pd.DataFrame, by: str | None = None, affected: "pd.Series[bool] | None" = None) -> pd.DataFrame:
    """Merge spans that have the same path of names from the root (top-down).

    Args:
        spans: a Trace's ``spans`` (or a selection of its rows: a span whose parent is not in it is a root).
        by: a column (``thread``, ``process``, ``track``) whose values become the roots; None merges all threads.
            Threads and processes of one name are kept apart: ``web · main`` and ``gpu · main``.
        affected: which spans are affected (``affected()``); None leaves ``affected_share`` out.

    Returns:
        One row per node (index ``node``, a parent before its children): ``name``, ``parent`` (a node, -1 at a root),
        ``depth`` (0 at a root), ``count``, ``total_us`` and ``self_us`` (float64 µs), ``affected_share`` (of the self
        time of the node and of all beneath it, the share in affected spans).

    """
    tree = _call_tree(spans, by, affected)
    if affected is not None:
        lost, own = (_with_beneath(tree, column) for column in ("affected_us", "self_us"))
        tree["affected_share"] = share_of(lost, own)
    return tree.drop(columns="affected_us", errors="ignore")


def _call_tree(spans: pd.DataFrame, by: str | None, affected: "pd.Series[bool] | None") -> pd.DataFrame:
    """Return the tree; with ``affected`` also each node's own affected time as ``affected_us``."""
    code, names = _coded(spans["name"])
    parent = parent_rows(spans)
    sums = {column: spans[column].to_numpy(np.float64) for column in ("dur_us", "self_us")}
    if affected is not None:
        sums["affected_us"] = affected_us(spans, affected)
    if by is None:
        return _merged(code, names, parent, sums)
    # A root a value of `by`, above everything: one more row each, whose duration is the sum of its top spans'.
    value, values = _coded(named_by_lane(spans, by))
    top = parent < 0
    totals = np.bincount(value[top], sums["dur_us"][top], minlength=len(values))
    none = np.zeros(len(values))
    return _merged(
        np.concatenate([np.arange(len(values)), code + len(values)]),
        values.append(names),
        np.concatenate([np.full(len(values), -1), np.where(top, value, parent + len(values))]),
        {name: np.concatenate([totals if name == "dur_us" else none, us]) for name, us in sums.items()},
    )


def bottom_up(spans: pd.DataFrame, *, max_depth: int = 64, affected: "pd.Series[bool] | None" = None) -> pd.DataFrame:
    """Merge spans from below: a root is a name with all its self time, its children are who called it.

    Args:
        spans: a Trace's ``spans`` (or a selection of its rows).
        max_depth: how many callers up paths are distinguished.
        affected: as in :func:`call_tree`.

    Returns:
        As :func:`call_tree`; ``self_us`` and ``count`` of a node are those of the root's spans reached by this path of
        callers, ``total_us`` is the sum of their ``dur_us``, and ``affected_share`` is of that ``self_us``. The largest
        self time comes first.

    """
    tree = _call_tree(spans, None, affected)
    inverted = _inverted(tree, np.arange(len(tree)), max_depth)
    if affected is not None:
        inverted["affected_share"] = share_of(inverted.pop("affected_us"), inverted["self_us"])
    return inverted


class Sandwich(NamedTuple):
    """One name between what led to it and what it led to; both are trees as of :func:`call_tree`."""

    callers: pd.DataFrame
    callees: pd.DataFrame


def sandwich(
    spans: pd.DataFrame, name: str, *, max_depth: int = 64, affected: "pd.Series[bool] | None" = None
) -> Sandwich:
    """Return who called the spans of one name (bottom-up), and what they called (top-down).

    A span of that name inside another one of it belongs to the outer one, so that no time counts twice.

    Args:
        spans: a Trace's ``spans`` (or a selection of its rows).
        name: the name in the middle: the root of both trees.
        max_depth: how many callers up paths are distinguished.
        affected: as in :func:`call_tree`; ``affected_share`` of a caller is of the time that it spent in the name and
            all beneath it.

    """
    inside = _outermost(spans, name)
    callees = call_tree(spans[inside >= 0], affected=affected)
    return Sandwich(_with_callers(spans, inside, max_depth, affected), callees)


def difference_tree(base: Sequence[pd.DataFrame], candidate: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Lay the call trees of two lists of runs over each other, path by path.

    Args:
        base: the call trees (:func:`call_tree`) of the runs to compare against.
        candidate: those of the runs in question.

    Returns:
        One row per node (index ``node``, a parent before its children): ``name parent depth``, and, each the mean over
        its side's runs: ``count``, ``self_us`` (of both sides' mean), ``base_us`` and ``candidate_us`` (total time),
        ``total_us`` (the mean of both, so that what vanished has a width too), ``difference_us`` (candidate less base);
        ``base_self_us``, ``candidate_self_us``, ``base_count``, ``candidate_count`` of each side by itself.

    """
    trees = [*base, *candidate]
    sizes = [len(tree) for tree in trees]
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)
    nodes = pd.concat(trees)
    own = nodes["parent"].to_numpy(np.int64)
    parent = np.where(own >= 0, own + first, -1)
    code, names = _coded(nodes["name"])
    node, tree_parent, tree_code, depth = _merge_paths(code, parent, len(names))
    of_base = np.arange(len(nodes)) < sum(sizes[: len(base)])
    weight = np.where(of_base, 1 / max(len(base), 1), 1 / max(len(candidate), 1))

    def mean(column: str, chosen: Bools) -> Floats:
        values = nodes[column].to_numpy(np.float64) * weight * chosen
        return np.bincount(node, values, minlength=len(depth)).astype(np.float64)

    base_us, candidate_us = mean("total_us", of_base), mean("total_us", ~of_base)
    both = np.full(len(nodes), True)
    return pd.DataFrame(
        {
            "name": names.take(tree_code),
            "parent": tree_parent,
            "depth": depth,
            "count": mean("count", both) / 2,
            "total_us": (base_us + candidate_us) / 2,
            "self_us": mean("self_us", both) / 2,
            "base_us": base_us,
            "candidate_us": candidate_us,
            "difference_us": candidate_us - base_us,
            "base_self_us": mean("self_us", of_base),
            "candidate_self_us": mean("self_us", ~of_base),
            "base_count": mean("count", of_base),
            "candidate_count": mean("count", ~of_base),
        },
        index=pd.RangeIndex(len(depth), name="node"),
    )


def moved_paths(tree: pd.DataFrame, least_us: float = 0.001) -> pd.DataFrame:
    """Return the paths of a :func:`difference_tree` whose self time or calls differ, the largest difference first.

    Args:
        tree: as :func:`difference_tree` returns it.
        least_us: a smaller difference of self time is none, where the calls are as many (0.001: what µs can tell).

    Returns:
        One row per path: ``path`` (``"frame > render"``), ``change`` (``appeared``, ``vanished``, ``longer``,
        ``shorter``, ``calls``), ``base_self_us`` ``candidate_self_us`` ``difference_us`` (self time, mean per run) and
        ``base_count`` ``candidate_count`` (calls, mean per run).

    """
    difference = tree["candidate_self_us"] - tree["base_self_us"]
    calls = tree["candidate_count"] - tree["base_count"]
    kinds = [tree["base_count"] == 0, tree["candidate_count"] == 0, difference >= least_us, difference <= -least_us]
    change = np.select(kinds, ["appeared", "vanished", "longer", "shorter"], "calls")
    rows = tree[(difference.abs() >= least_us) | (calls != 0)].index
    paths: list[str] = []
    for name, parent in zip(tree["name"].astype("object").tolist(), tree["parent"].tolist(), strict=True):
        paths.append(f"{paths[parent]} > {name}" if parent >= 0 else str(name))
    found = pd.DataFrame(
        {
            "path": paths,
            "change": change,
            "base_self_us": tree["base_self_us"],
            "candidate_self_us": tree["candidate_self_us"],
            "difference_us": difference,
            "base_count": tree["base_count"],
            "candidate_count": tree["candidate_count"],
        }
    ).loc[rows]
    return found.sort_values("difference_us", key=abs, ascending=False, kind="stable", ignore_index=True)


def _coded(names: pd.Series) -> tuple[Ints, pd.Index]:
    """Return numbers for names (a missing one has a number, too), and the name that each number stands for."""
    code, unique = pd.factorize(names, use_na_sentinel=False)
    return code, pd.Index(np.asarray(unique, dtype=object)).map(str, na_action="ignore")


def _merged(code: Ints, names: pd.Index, parent: Ints, sums: dict[str, Floats]) -> pd.DataFrame:
    """Return the tree of the rows, with the sum per node of each of ``sums`` (a node's ``dur_us`` is its total)."""
    node, tree_parent, tree_code, depth = _merge_paths(code, parent, len(names))
    count = len(depth)
    return pd.DataFrame(
        {
            "name": names.take(tree_code),
            "parent": tree_parent,
            "depth": depth,
            "count": np.bincount(node, minlength=count),
            **{_SUMS.get(name, name): np.bincount(node, us, minlength=count) for name, us in sums.items()},
        },
        index=pd.RangeIndex(count, name="node"),
    )


def _merge_paths(code: Ints, parent: Ints, names: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return each row's node, and each node's parent, code of its name and depth; a node is a unique (parent, name)."""
    node = np.full(len(code), -1)
    levels, made = [[np.zeros(0, np.int64)] * 3], 0
    for depth, rows in enumerate(_levels(parent)):
        above = np.where(parent[rows] >= 0, node[parent[rows]], -1)
        key, group = np.unique(_path_key(above, code[rows], names), return_inverse=True)
        node[rows] = made + group
        levels.append([*_of_path_key(key, names), np.full(len(key), depth)])
        made += len(key)
    tree_parent, tree_code, tree_depth = (np.concatenate(parts) for parts in zip(*levels, strict=True))
    return node, tree_parent, tree_code, tree_depth


def _path_key(above: Ints, code: Ints, names: int) -> Ints:
    """Return (node above, name) as one number, which sorts quicker than pairs; above a root is -1."""
    return (above + 1) * names + code


def _of_path_key(key: Ints, names: int) -> tuple[Ints, Ints]:
    """Return (node above, name) of each number."""
    above, code = np.divmod(key, names)
    return above - 1, code


def _levels(parent: Ints) -> Iterator[Ints]:
    """Yield the rows of each level of the forest, roots first; every row is touched once."""
    by_parent = np.argsort(parent, kind="stable")
    parent_in_order = parent[by_parent]
    rows = by_parent[: np.searchsorted(parent_in_order, 0)]  # those of parent -1
    while len(rows):
        yield rows
        first_child = np.searchsorted(parent_in_order, rows)
        children = np.searchsorted(parent_in_order, rows, side="right") - first_child
        rows = by_parent[ranges(first_child, children)[1]]


def _inverted(tree: pd.DataFrame, starts: Ints, max_depth: int) -> pd.DataFrame:
    """Walk from the nodes ``starts`` of a call tree upwards, all at once, merging equal paths of names.

        call tree: node name  self     inverted, level by level
                   0    main  1        0: c 5         the starts, merged by name
                   1    ├ a   0        1: ├ a 3       the nodes above them, merged by (inverted node below, name)
                   2    │ └ c 3        2: │ └ main 3
                   3    └ b   0        1: └ b 2
                   4      └ c 2        2:   └ main 2

    A level's nodes are ordered by self time before the next level is made, so that nothing need be renumbered.
    """
    code, names = _coded(tree["name"])
    parent = tree["parent"].to_numpy(np.int64)
    summed = list(tree.columns.drop(["name", "parent", "depth"]))
    # Every start climbs to its root and takes what it weighs along.
    weights = {column: tree[column].to_numpy(np.float64)[starts] for column in summed}
    stands_on = starts  # the node of the call tree
    came_from = np.full(len(starts), -1)  # the inverted node of the level before
    made = 0
    levels: list[dict[str, npt.NDArray[Any]]] = []
    while len(stands_on) and len(levels) < max_depth:
        key, group = np.unique(_path_key(came_from, code[stands_on], len(names)), return_inverse=True)
        below, name = _of_path_key(key, len(names))
        sums = {column: np.bincount(group, weight, minlength=len(key)) for column, weight in weights.items()}
        level = {"name": name, "parent": below, "depth": np.full(len(key), len(levels)), **sums}
        largest_first = np.argsort(-sums["self_us"], kind="stable")
        levels.append({column: values[largest_first] for column, values in level.items()})
        number = places_of(largest_first, start=made)  # of the inverted nodes in the whole tree
        made += len(key)
        climbs = np.flatnonzero(parent[stands_on] >= 0)
        stands_on, came_from = parent[stands_on[climbs]], number[group[climbs]]
        weights = {column: weight[climbs] for column, weight in weights.items()}
    if not levels:
        return tree.iloc[:0].copy()
    columns = {column: np.concatenate([level[column] for level in levels]) for column in levels[0]}
    merged = pd.DataFrame({**columns, "name": names.take(columns["name"])}, copy=False)
    return merged.astype({"count": "int64"}).rename_axis("node")


def _outermost(spans: pd.DataFrame, name: str) -> Ints:
    """Return for each row the row of the outermost span of that name that holds it (or is it), -1 where none does."""
    parent = parent_rows(spans)
    named = (spans["name"] == name).to_numpy()
    inside = np.full(len(spans), -1)
    for rows in _levels(parent):
        above = np.where(parent[rows] >= 0, inside[parent[rows]], -1)
        inside[rows] = np.where(above >= 0, above, np.where(named[rows], rows, -1))
    return inside


def _with_callers(
    spans: pd.DataFrame, inside: Ints, max_depth: int, affected: "pd.Series[bool] | None"
) -> pd.DataFrame:
    """Return the bottom-up tree of the spans that hold others (or themselves) ``inside``, by all their time."""
    code, names = _coded(spans["name"])
    node, parent, tree_code, depth = _merge_paths(code, parent_rows(spans), len(names))
    tops = inside == np.arange(len(spans))
    tree = pd.DataFrame({"name": names.take(tree_code), "parent": parent, "depth": depth}).rename_axis("node")
    for column, weight in (("count", None), ("total_us", spans["dur_us"][tops]), ("self_us", spans["self_us"][tops])):
        tree[column] = np.bincount(node[tops], weight, minlength=len(tree))
    if affected is not None:
        held = inside >= 0
        at = node[inside[held]]
        for column, us in (("held_us", spans["self_us"].to_numpy()), ("affected_us", affected_us(spans, affected))):
            tree[column] = np.bincount(at, us[held], minlength=len(tree))
    inverted = _inverted(tree, np.flatnonzero(tree["count"].to_numpy()), max_depth)
    if affected is not None:
        inverted["affected_share"] = share_of(inverted.pop("affected_us"), inverted.pop("held_us"))
    return inverted


def _with_beneath(tree: pd.DataFrame, column: str) -> Floats:
    """Return a column summed over each node and all nodes beneath it, from the deepest level upwards."""
    sums = tree[column].to_numpy(np.float64, copy=True)
    depth, parent = tree["depth"].to_numpy(), tree["parent"].to_numpy()
    for level in range(depth.max(initial=0), 0, -1):
        nodes = np.flatnonzero(depth == level)
        np.add.at(sums, parent[nodes], sums[nodes])
    return sums
