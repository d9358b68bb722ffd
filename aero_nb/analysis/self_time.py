"""Where the time goes: spans summed up by name, thread or any other column."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from aero_nb.analysis.affected import affected_rows, share_of
from aero_nb.analysis.intervals import Intervals, bounds_ns
from aero_nb.analysis.lane_names import named_by_lane
from aero_nb.tables.columns import Floats, Ints

PERCENTILES = {"p50_us": 0.50, "p95_us": 0.95, "p99_us": 0.99}


def summary(
    spans: pd.DataFrame, by: str | Sequence[str] = "name", affected: "pd.Series[bool] | None" = None
) -> pd.DataFrame:
    """Sum up spans, or async spans, by one or more columns, the largest self time first.

    Args:
        spans: a Trace's ``spans`` or ``async_spans`` (or a selection of its rows).
        by: the column, or columns, to group by. ``thread`` and ``process`` are kept apart where two have one name:
            ``web · main`` and ``gpu · main``.
        affected: which spans are affected (``affected()``); None leaves ``affected_share`` out.

    Returns:
        One row per group (index: ``by``). ``count``; ``total_us`` (sum of ``dur_us``: a span inside one of its own name
        counts in both), ``self_us`` (sum of self time), ``mean_us min_us p50_us p95_us p99_us max_us`` of ``dur_us``
        (float64 µs; percentiles interpolate linearly, as NumPy's do), ``busy_share`` (self time as a share of the busy
        time of its thread where ``by`` names ``thread`` or ``track``, of all threads otherwise), ``affected_share``.
        Async spans overlap each other at will, so they have no self time: instead of ``self_us`` and ``busy_share``
        there is ``busy_us`` (time in which at least one of the group is open), the largest ``total_us`` comes first,
        and ``affected_share`` is of that.

    """
    columns = [by] if isinstance(by, str) else list(by)
    weight = "self_us" if "self_us" in spans else "dur_us"
    keys = [named_by_lane(spans, column) for column in columns]
    grouper = spans.groupby(keys if len(keys) > 1 else keys[0], observed=True, sort=False, dropna=False)
    group = grouper.ngroup().to_numpy(np.int64)
    dur_us = spans["dur_us"].to_numpy()
    count: Ints = np.bincount(group, minlength=grouper.ngroups)
    total, own = (np.bincount(group, spans[us], minlength=grouper.ngroups) for us in ("dur_us", weight))
    table = pd.DataFrame({"count": count, "total_us": total}, index=grouper.size().index)
    if weight == "self_us":
        table["self_us"] = own
    else:
        table["busy_us"] = _covered_us(spans, group, grouper.ngroups)
    table["mean_us"] = table["total_us"] / table["count"]
    for name, values in _order_statistics(dur_us, group, count).items():
        table[name] = values
    if weight == "self_us":
        table["busy_share"] = _busy_share(table["self_us"], [name for name in columns if name in ("thread", "track")])
    if affected is not None:
        lost = np.where(affected_rows(spans, affected), spans[weight], 0.0)
        table["affected_share"] = share_of(np.bincount(group, lost, minlength=grouper.ngroups), own)
    return table.sort_values("self_us" if weight == "self_us" else "total_us", ascending=False, kind="stable")


def top_spans(
    spans: pd.DataFrame, n: int = 10, by: str = "self_us", affected: "pd.Series[bool] | None" = None
) -> pd.DataFrame:
    """Return the ``n`` rows of ``spans`` with the largest ``by`` (``self_us`` or ``dur_us``), largest first.

    With ``affected`` (``affected()``) there is a column ``affected_share``: 1.0 for an affected span, else 0.0.
    """
    top = spans.nlargest(n, by)
    return top if affected is None else top.assign(affected_share=affected_rows(top, affected).astype("float64"))


def _covered_us(spans: pd.DataFrame, group: npt.NDArray[Any], groups: int) -> Floats:
    """Return of each group the time (µs) in which at least one of its spans is open."""
    start, end = bounds_ns(spans)
    order = np.argsort(group, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(group, minlength=groups))[:-1]) if groups else []
    return np.array([Intervals.union(start[rows], end[rows]).length / 1000 for rows in parts], np.float64)


def _order_statistics(values: Floats, group: npt.NDArray[Any], count: npt.NDArray[Any]) -> dict[str, Floats]:
    """Minimum, percentiles and maximum of every group by one sort of everything."""
    ordered = values[np.lexsort((values, group))]
    first = np.cumsum(count) - count
    statistics = {"min_us": ordered[first]}
    for name, share in PERCENTILES.items():
        position = share * (count - 1)
        below = np.floor(position).astype(np.int64)
        above = np.minimum(below + 1, count - 1)
        low, high = ordered[first + below], ordered[first + above]
        statistics[name] = low + (high - low) * (position - below)
    statistics["max_us"] = ordered[first + count - 1]
    return statistics


def _busy_share(self_us: "pd.Series[float]", threads: list[str]) -> "pd.Series[float]":
    busy = self_us.groupby(level=threads, observed=True, dropna=False).transform("sum") if threads else self_us.sum()
    return (self_us / busy).fillna(0.0)
