"""What one part of a store answers, and how the parts' answers become one: small tables only travel."""

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pandas as pd

from aero_nb.analysis.run_metrics import measure_run
from aero_nb.store.folder import Folder
from aero_nb.store.ledger import Record
from aero_nb.store.reading import Part
from aero_nb.store.tables import read_trace

STATISTICS = ("p50", "p95", "p99", "mean", "min", "max", "total", "self", "count")
_PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}

# Durations of all runs do not fit into memory, so percentiles across runs come from a histogram whose bins are 1% wide:
# they are off by at most half of that.
_BINS_PER_E = 1 / np.log(1.01)
_ZERO_BIN = -10_000  # below every bin of a duration that a trace can hold (1 ns lies at about -695)


def durations_by_run(part: Part, name: str, statistic: str) -> pd.DataFrame:
    """Return a statistic (µs, or a count) of the spans of one name, a row a run: ``run value spans``."""
    column = "self_us" if statistic == "self" else "dur_us"
    spans = part.read("spans", ["run", "name", column])
    chosen = spans.loc[(spans["name"] == name).to_numpy(), ["run", column]]
    grouped = chosen.groupby("run", observed=True)[column]
    if statistic in _PERCENTILES:
        value = grouped.quantile(_PERCENTILES[statistic])
    elif statistic in ("total", "self"):
        value = grouped.sum()
    else:
        value = grouped.agg("size" if statistic == "count" else statistic)
    table = pd.DataFrame({"value": value.astype("float64"), "spans": grouped.size()})
    return table.set_axis(table.index.astype("object"), axis=0)


def span_sums(part: Part, by: Sequence[str], labels: pd.DataFrame) -> tuple[pd.DataFrame, "pd.Series[int]"]:
    """Return sums of a part's spans by columns and labels, and a histogram of the durations of each group."""
    own = [name for name in by if name not in labels]
    spans = part.read("spans", ["run", *dict.fromkeys([*own, "dur_us", "self_us"])])
    row = labels.index.get_indexer(pd.Index(spans["run"]))
    keys = [spans[name].astype("object") if name in own else labels[name].to_numpy()[row] for name in by]
    frame = pd.DataFrame(dict(zip(by, keys, strict=True)), index=spans.index).assign(
        dur_us=spans["dur_us"], self_us=spans["self_us"], bin=_bins(spans["dur_us"].to_numpy())
    )
    grouped = frame.groupby(list(by), dropna=False)
    sums = grouped.agg(
        count=("dur_us", "size"),
        total_us=("dur_us", "sum"),
        self_us=("self_us", "sum"),
        min_us=("dur_us", "min"),
        max_us=("dur_us", "max"),
    )
    return sums, frame.groupby([*by, "bin"], dropna=False).size()


def joined_sums(answers: Sequence[tuple[pd.DataFrame, "pd.Series[int]"]]) -> pd.DataFrame:
    """Join the answers of :func:`span_sums` to one summary, the largest self time first."""
    levels = list(range(answers[0][0].index.nlevels))
    how = {"count": "sum", "total_us": "sum", "self_us": "sum", "min_us": "min", "max_us": "max"}
    sums = pd.concat([sums for sums, _ in answers]).groupby(level=levels, dropna=False).agg(how)
    bins = reduce(lambda one, other: one.add(other, fill_value=0), (counts for _, counts in answers))
    sums.insert(3, "mean_us", sums["total_us"] / sums["count"])
    counted = bins.rename("count").reset_index("bin").sort_values("bin", kind="stable")
    cumulative = counted.groupby(level=levels, dropna=False)["count"].cumsum()
    total = counted.groupby(level=levels, dropna=False)["count"].transform("sum")
    for at, (name, share) in enumerate(_PERCENTILES.items()):
        reached = counted["bin"][(cumulative >= share * total).to_numpy()]
        middle = reached.groupby(level=levels, dropna=False).first()
        exact = _middles(middle.reindex(sums.index).to_numpy(np.float64))
        sums.insert(5 + at, f"{name}_us", np.clip(exact, sums["min_us"], sums["max_us"]))
    return sums.sort_values("self_us", ascending=False, kind="stable")


def _bins(dur_us: np.ndarray) -> np.ndarray:
    bins = np.full(len(dur_us), _ZERO_BIN)
    long = dur_us > 0
    bins[long] = np.floor(np.log(dur_us[long]) * _BINS_PER_E)
    return bins


def _middles(bins: np.ndarray) -> np.ndarray:
    return np.where(bins == _ZERO_BIN, 0.0, np.exp((bins + 0.5) / _BINS_PER_E))


def measured(folder: Folder, record: Record) -> pd.DataFrame:
    """Return the quantities of one run that a comparison compares."""
    return measure_run(read_trace(folder, record))
