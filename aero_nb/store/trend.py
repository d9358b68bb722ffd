"""One statistic from run to run."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from aero_nb.store.labels import order_keys

if TYPE_CHECKING:
    from aero_nb.figures import Figure


@dataclass(frozen=True, eq=False)
class Trend:
    """A statistic of the spans of one name, run by run.

    Attributes:
        table: one row per run (index ``run``) in the order of ``over``: ``value`` (µs, or a count), ``spans`` (how many
            it is of), and what ``TraceStore.runs`` says of the run, labels included.
        name: the spans' name.
        statistic: which statistic.
        over: the column that the runs are ordered by.

    """

    table: pd.DataFrame
    name: str
    statistic: str
    over: str

    def chart(self, changes: pd.DataFrame | None = None) -> "Figure":
        """Draw the runs as points and, over each value of ``over``, their median as a line.

        ``changes``: what ``TraceStore.changes`` found in the same runs (without ``by``): adds the level of each
        segment, and where each change lies with 95% confidence.
        """
        from aero_nb.figures.trends import trend_chart

        return trend_chart(self.table, name=self.name, statistic=self.statistic, over=self.over, changes=changes)

    def __repr__(self) -> str:
        return f"{self.statistic} of {self.name!r} over {self.over}\n{self.table[[self.over, 'value', 'spans']]}"

    def _repr_mimebundle_(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**self.chart()._repr_mimebundle_(*args, **kwargs), "text/plain": repr(self)}


def in_order(table: pd.DataFrame, over: str) -> pd.DataFrame:
    """Return the runs in the order of a label or column, equals as they came."""
    order = order_keys(table[over]).reset_index(drop=True).sort_values(kind="stable")
    return table.iloc[order.index]
