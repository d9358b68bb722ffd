"""What one part of a store answers, and how the parts' answers become one: small tables only travel."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from aero_nb.comparing.run_metrics import MeasuredRun
from aero_nb.store.folder import Folder
from aero_nb.store.ledger import Record
from aero_nb.store.reading import Part
from aero_nb.store.tables import read_trace

STATISTICS = ("p50", "p95", "p99", "mean", "min", "max", "total", "self", "count")
_PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}

# Durations of all runs do not fit into memory, so percentiles across runs come from a histogram whose bins are 1% wide
# and know their least and greatest duration: each of the two durations that a percentile lies between is off by at most
# half of that, and so is the percentile.
_BINS_PER_E = 1 / np.log(1.01)
_ZERO_BIN = -10_000  # below every bin of a duration that a trace can hold (1 ns lies at about -695)


def durations_by_run(part: Part, name: str, statistic: str, table: str = "spans") -> pd.DataFrame:
    """Return a statistic (µs, or a count) of the spans (of ``table``) of a name: ``run value spans`` of each run."""
    column = "self_us" if statistic == "self" else "dur_us"
    spans = part.read(table, ["run", column], name=name)
    grouped = spans.groupby("run", observed=True)[column]
    if statistic in _PERCENTILES:
        value = grouped.quantile(_PERCENTILES[statistic])
    elif statistic in ("total", "self"):
        value = grouped.sum()
    else:
        value = grouped.agg("size" if statistic == "count" else statistic)
    answer = pd.DataFrame({"value": value.astype("float64"), "spans": grouped.size()})
    return answer.set_axis(answer.index.astype("object"), axis=0)


def joined_runs(answers: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Join the answers of :func:`durations_by_run`."""
    return pd.concat([pd.DataFrame({"value": pd.Series(dtype="float64"), "spans": pd.Series(dtype="int64")}), *answers])


Sums = tuple[pd.DataFrame, pd.DataFrame]
"""Sums of spans by group; for each bin of durations of a group how many there are, the least and the greatest."""


def span_sums(part: Part, by: Sequence[str], table: str = "spans") -> Sums:
    """Return sums of a part's spans (of ``table``) by columns and labels, and the durations of each group in bins."""
    own = [name for name in by if name not in part.labels]
    summed = {"total_us": "dur_us"} | ({"self_us": "self_us"} if table == "spans" else {})
    spans = part.read(table, ["run", *dict.fromkeys([*own, *summed.values()])])
    row = part.labels.index.get_indexer(pd.Index(spans["run"]))
    keys = [spans[name] if name in own else part.labels[name].astype("category").array[row] for name in by]
    frame = pd.DataFrame(dict(zip(by, keys, strict=True)), index=spans.index).assign(
        **{column: spans[column] for column in summed.values()}, bin=_bins(spans["dur_us"].to_numpy())
    )
    grouped = frame.groupby(list(by), dropna=False, observed=True)
    sums = grouped.agg(
        count=("dur_us", "size"),
        **{total: (column, "sum") for total, column in summed.items()},
        min_us=("dur_us", "min"),
        max_us=("dur_us", "max"),
    )
    by_bin = frame.groupby([*by, "bin"], dropna=False, observed=True)
    return sums, by_bin.agg(count=("dur_us", "size"), min_us=("dur_us", "min"), max_us=("dur_us", "max"))


def joined_sums(answers: Iterable[Sums]) -> pd.DataFrame:
    """Join the answers of :func:`span_sums` to one summary, the largest self time (of async spans: total) first.

    Answers are added up as they come, so that no more than about twice the result is held.
    """
    pending: list[Sums] = []
    for answer in answers:
        pending.append(answer)
        if sum(len(bins) for _, bins in pending[1:]) > len(pending[0][1]):
            pending = [_added(pending)]
    return _summary(*_added(pending))


def _added(answers: Sequence[Sums]) -> Sums:
    sums, bins = (pd.concat(tables) for tables in zip(*answers, strict=True))
    how = {"count": "sum", "total_us": "sum", "self_us": "sum", "min_us": "min", "max_us": "max"}
    of_bins = {"count": "sum", "min_us": "min", "max_us": "max"}
    of_sums = {column: how[column] for column in sums}
    return _by_index(sums).agg(of_sums), _by_index(bins).agg(of_bins)


def _by_index(table: Any) -> Any:
    return table.groupby(level=list(range(table.index.nlevels)), dropna=False, observed=True)


def _summary(sums: pd.DataFrame, bins: pd.DataFrame) -> pd.DataFrame:
    levels = list(range(sums.index.nlevels))
    sums.insert(list(sums).index("min_us"), "mean_us", sums["total_us"] / sums["count"])
    counted = bins.reset_index("bin").sort_values("bin", kind="stable")
    cumulative = counted.groupby(level=levels, dropna=False)["count"].cumsum()
    total = counted.groupby(level=levels, dropna=False)["count"].transform("sum")
    for name, share in _PERCENTILES.items():
        place = share * (total - 1)  # in the sorted durations of the group, between two of them
        ends = [
            _at_rank(counted, cumulative, rank).groupby(level=levels, dropna=False).first().reindex(sums.index)
            for rank in (np.floor(place), np.ceil(place))
        ]
        lower, upper = ends
        between = share * (sums["count"] - 1) % 1
        value = lower + (upper - lower) * between
        sums.insert(len(sums.columns) - 1, f"{name}_us", value)  # before the largest duration
    largest = "self_us" if "self_us" in sums else "total_us"
    return _without_categories(sums).sort_values(largest, ascending=False, kind="stable")


def _at_rank(bins: pd.DataFrame, cumulative: "pd.Series[int]", rank: "pd.Series[float]") -> "pd.Series[float]":
    """Return the duration of a rank (from 0) in the bins that hold it; exact where it is an end of its bin."""
    first = cumulative - bins["count"]
    holding = ((cumulative > rank) & (first <= rank)).to_numpy()
    held, place = bins[holding], (rank - first)[holding]
    middle = _middles(held["bin"].to_numpy(np.float64)).clip(held["min_us"], held["max_us"])
    is_first, is_last = place == 0, place == held["count"] - 1  # of its bin
    value = np.select([is_first, is_last], [held["min_us"], held["max_us"]], middle)
    return pd.Series(value, held.index)


def _without_categories(sums: pd.DataFrame) -> pd.DataFrame:
    """Whatever the number of parts, the keys are of the same type."""
    flat = sums.reset_index()
    keys = flat.columns[: sums.index.nlevels]
    plain = {key: flat[key].cat.categories.dtype for key in keys if flat[key].dtype == "category"}
    return flat.astype(plain).set_index(list(keys))


def _bins(dur_us: np.ndarray) -> np.ndarray:
    bins = np.full(len(dur_us), _ZERO_BIN, np.int16)
    long = dur_us > 0
    bins[long] = np.floor(np.log(dur_us[long]) * _BINS_PER_E)
    return bins


def _middles(bins: np.ndarray) -> np.ndarray:
    return np.where(bins == _ZERO_BIN, 0.0, np.exp((bins + 0.5) / _BINS_PER_E))


def measured(record: Record, folder: Folder) -> tuple[str, MeasuredRun]:
    """Return a run and its quantities that a comparison compares."""
    return record["run"], MeasuredRun.of(read_trace(folder, record))
