"""Since when is it slower? The changes of a trend, machine by machine, with the runs on both sides of each."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from aero_nb.comparing.change_points import ChangePoint, change_points
from aero_nb.comparing.comparison import Comparison

Better = Literal["lower", "higher"]

_RUNS_COMPARED: Final = 20  # of each side, the nearest ones
_NAMES: Final = 3
COLUMNS: Final = {
    "at": "object",
    "earliest": "object",
    "latest": "object",
    "after": "object",
    "before_us": "float64",
    "after_us": "float64",
    "change": "float64",
    "p_value": "float64",
    "kind": "object",
    "runs_before": "object",
    "runs_after": "object",
}


def changes_of(
    table: pd.DataFrame,
    over: str,
    by: Sequence[str],
    *,
    better: Better,
    level: float,
    least_runs: int,
    min_change: float,
) -> pd.DataFrame:
    """Return the changes in each series of a trend's ``table``, the series in the order of their labels."""
    rows = []
    for labels, series in _series(table, list(by)):
        groups, _ = pd.factorize(series[over])
        found = change_points(
            series["value"].to_numpy(np.float64),
            groups.astype(np.int64),
            level=level,
            least_segment=least_runs,
            min_change=min_change,
        )
        rows += [{**labels, **_row(series, over, point, better)} for point in found]
    return pd.DataFrame(rows, columns=[*by, *COLUMNS]).astype(COLUMNS)


def moved_names(comparison: Comparison) -> str:
    """Say which span names took more or less self time, the largest first: ``draw +1.20 ms, poll -0.30 ms``."""
    from aero_nb.figures.units import format_duration

    table = comparison.table
    spans = table[(table["kind"] == "span") & table["changed"].fillna(False).astype(bool)]
    order = spans["difference"].abs().sort_values(ascending=False, kind="stable").index[:_NAMES]
    return ", ".join(
        f"{name} {'+' if ms > 0 else '-'}{format_duration(abs(ms) * 1000)}"
        for name, ms in spans.loc[order, ["name", "difference"]].itertuples(index=False)
    )


def _series(table: pd.DataFrame, by: list[str]) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    if not by:
        yield {}, table
        return
    for labels, series in table.groupby(by, observed=True, dropna=False):
        yield dict(zip(by, labels, strict=True)), series


def _row(series: pd.DataFrame, over: str, point: ChangePoint, better: Better) -> dict[str, Any]:
    values, runs = series[over].tolist(), series.index.tolist()
    worse = point.change > 0 if better == "lower" else point.change < 0
    return {
        "at": values[point.at],
        "earliest": values[point.earliest],
        "latest": values[point.latest],
        "after": values[point.at - 1],
        "before_us": point.before,
        "after_us": point.after,
        "change": point.change,
        "p_value": point.p_value,
        "kind": "regression" if worse else "improvement",
        "runs_before": runs[max(point.start, point.at - _RUNS_COMPARED) : point.at],
        "runs_after": runs[point.at : min(point.end, point.at + _RUNS_COMPARED)],
    }
