"""Is this build slower than that one, and what made it so? Two traces, or two lists of runs -> a difference."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aero_nb.analysis.cadence import FrameNames, note_on_lanes
from aero_nb.analysis.trees import call_tree, difference_tree, moved_paths
from aero_nb.comparing.inference import cliffs_delta, holm, least_p_value, mann_whitney, runs_needed, shift
from aero_nb.comparing.run_metrics import MeasuredRun
from aero_nb.comparing.run_order import warnings_on_order
from aero_nb.trace import Trace

if TYPE_CHECKING:
    from aero_nb.figures import Figure
    from aero_nb.reports import Report

LEVEL = 0.05
"""The family-wise error rate: the chance that a comparison of equals flags anything at all."""
NEGLIGIBLE_SHARE = 0.001
"""Spans below this share of busy time on both sides are listed, not tested: each question costs the others power."""
MIN_CHANGE = 0.01
"""A change of less than this share of the base is none, however sure it is."""
RUNS_FOR_INTERVAL = 4
"""With fewer runs a side no interval of two runs' differences holds 95%."""
RUNS_FOR_TEST = 5

# FPS is 1000 / the mean frame time: one question with two names, asked once.
_SAME_QUESTION = {"fps": "mean"}

_FORMAT = "{:,.4g}".format
_COLUMNS = [
    *("kind", "name", "statistic", "unit", "base", "candidate", "difference", "ratio"),
    *("low", "high", "base_spread", "candidate_spread", "relative_change", "cliffs_delta"),
    *("p_value", "changed", "presence", "share", "affected_share"),
]
_KINDS = ["frame", "span", "async", "milestone", "counter"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What differs between two sides, most important first.

    Attributes:
        table: one row per quantity: ``kind`` (frame, span, async, milestone, counter), ``name``, ``statistic``,
            ``unit``, ``base`` and ``candidate`` (medians over the runs), ``difference`` (Hodges-Lehmann: the median of
            all differences between a run of the candidate and one of the base), ``ratio`` (candidate / base), ``low``
            and ``high`` (exact 95% interval of the difference; NaN with fewer than 4 runs a side), ``base_spread`` and
            ``candidate_spread`` (largest less smallest value of the runs; NaN with one), ``relative_change``
            (difference / base; infinite where the base is 0), ``cliffs_delta`` (-1 to 1: how far the sides lie apart;
            NaN with fewer than 4 runs a side), ``p_value`` (Mann-Whitney, adjusted by Holm over the questions asked;
            NaN where not tested; fps has that of the mean frame time), ``changed`` (True where ``p_value`` is below
            0.05 and the relative change at least ``min_change``; ``<NA>`` where not tested), ``presence`` (both,
            appeared, vanished), ``share`` (of the larger side's busy time; of async spans, of all their time; else NaN)
            and ``affected_share`` (share of the recorded time that lost or repaired data affects).
        base_runs: how many runs the base side has.
        candidate_runs: how many runs the candidate side has.
        min_change: the least relative change that counts as one.
        warnings: what else lets one doubt the numbers, a sentence each: runs that were not interleaved or drift with
            time, several lanes that have frames, formats that do not say whether records were lost.

    """

    table: pd.DataFrame
    base_runs: int
    candidate_runs: int
    min_change: float = MIN_CHANGE
    warnings: tuple[str, ...] = ()
    base: tuple[Trace, ...] = field(repr=False, default=())
    candidate: tuple[Trace, ...] = field(repr=False, default=())

    @property
    def note(self) -> str:
        """Say in a few sentences what these runs can and cannot show."""
        return " ".join(filter(None, [self._note_on_power(), self._note_on_losses(), *self.warnings]))

    def _note_on_power(self) -> str:
        runs = f"{self.base_runs} against {self.candidate_runs} runs."
        questions = ~_asked_elsewhere(self.table)
        tested = int((self.table["p_value"].notna() & questions).sum())
        if min(self.base_runs, self.candidate_runs) < RUNS_FOR_TEST:
            enough = max(RUNS_FOR_TEST, runs_needed(self._testable))
            return f"{runs} Too few for a test: with {enough} runs a side one could tell a change from noise."
        if least_p_value(self.base_runs, self.candidate_runs) * tested > LEVEL:
            return f"{runs} No row could reach p < {LEVEL} among {tested}: {runs_needed(tested)} runs a side would do."
        changed = int((self.table["changed"].fillna(False) & questions).sum())
        least = f", by {self.min_change:.2%} or more" if self.min_change else ""
        return f"{runs} {changed} of {tested} rows tested changed{least} (family-wise error rate {LEVEL:.0%})."

    def _note_on_losses(self) -> str:
        affected = self.table["affected_share"].max()
        if not affected > 0:
            return ""
        return f"Up to {affected:.1%} of the recorded time is affected by lost or repaired data."

    @property
    def _testable(self) -> int:
        return int(_worth_testing(self.table).sum())

    def chart(self, **options: Any) -> "Figure":
        """Draw what grew and what shrank; see :func:`aero_nb.figures.differences.difference_chart`."""
        from aero_nb.figures.differences import difference_chart

        return difference_chart(self.table, **options)

    def flame_graph(self) -> "Figure":
        """Draw both sides' call trees in one, coloured by what changed (a store's comparison has no traces at hand)."""
        from aero_nb.figures.differences import difference_flame_graph

        return difference_flame_graph(self._tree())

    def paths(self) -> pd.DataFrame:
        """Return the paths of the call tree whose self time or calls moved; see ``analysis.moved_paths``.

        Raises:
            ValueError: the traces are not at hand (a store's comparison).
        """
        return moved_paths(self._tree())

    def _tree(self) -> pd.DataFrame:
        if not self.base or not self.candidate:
            raise ValueError("expected the traces to be at hand: compare([store.trace(run), ...], [...]) has them")
        base, candidate = ([call_tree(trace.spans) for trace in side] for side in (self.base, self.candidate))
        return difference_tree(base, candidate)

    def report(self, *, frame: FrameNames = "frame", title: str = "Comparison report") -> "Report":
        """Write one page: a verdict, what changed, where in the call tree, the longest frames, what lets one doubt it.

        As HTML it shows the longest frame of each side, lane by lane.

        ``print()`` it (Markdown, for a pull request), or ``save("x.html")``, ``.md``, ``.json``; see
        :func:`aero_nb.reports.comparison_report`.
        """
        from aero_nb.comparing.alignment import frames_drawn
        from aero_nb.reports import comparison_report

        return comparison_report(
            self, self.base, self.candidate, doubts=self.warnings, frame=frame, title=title, draw=frames_drawn
        )

    def __repr__(self) -> str:
        return f"{self.note}\n{self.table.to_string(float_format=_FORMAT)}"

    def _repr_html_(self) -> str:
        return f"{self.table.to_html(float_format=_FORMAT, max_rows=40)}<p>{self.note}</p>"


def compare(
    base: Trace | Sequence[Trace],
    candidate: Trace | Sequence[Trace],
    *,
    frame: FrameNames = "frame",
    min_change: float = MIN_CHANGE,
) -> Comparison:
    """Compare two traces, or two lists of runs (A/B), quantity by quantity.

    The quantities of a run: for each span name its summed self time, for each name of async spans the sum, p50 and p95
    of their durations, for each counter its increase and its increase a
    second (where cumulative) or its mean over time, frame time statistics, and when each milestone was first reached.
    A side's value is the median over its runs.

    Args:
        base: the trace or the runs to compare against.
        candidate: the trace or the runs in question.
        frame: what the frames are called (a name, several, or a compiled pattern); their time is the interval to the
            next frame of the lane that has most frames.
        min_change: a change of less than this share of the base is not called one (0.01: 1%).

    Returns:
        A :class:`Comparison`; with 4 or more runs a side it has intervals, with 5 or more p-values too.

    Raises:
        ValueError: a side has no runs, or ``min_change`` is negative.
        ImportError: 5 or more runs a side, and SciPy (extra ``stats``) is missing.

    """
    sides = [_listed(side) for side in (base, candidate)]
    measured = [[MeasuredRun.of(trace, frame=frame) for trace in side] for side in sides]
    found = compare_measured(*measured, min_change=min_change)
    return replace(found, base=tuple(sides[0]), candidate=tuple(sides[1]))


def compare_measured(
    base: Sequence[MeasuredRun], candidate: Sequence[MeasuredRun], *, min_change: float = MIN_CHANGE
) -> Comparison:
    """Compare runs that were measured already (:class:`aero_nb.comparing.run_metrics.MeasuredRun`), maybe elsewhere."""
    if not base or not candidate:
        raise ValueError("expected at least one trace on each side, found none; pass a Trace or a list of them")
    if not min_change >= 0:
        raise ValueError(f"min_change: expected a share of the base, 0 or more (0.01 is 1%), found {min_change!r}")
    measured = [[run.quantities for run in side] for side in (base, candidate)]
    runs = [pd.concat([run["value"] for run in side], axis=1) for side in measured]
    rows = pd.MultiIndex.from_tuples(runs[0].index.union(runs[1].index, sort=False), names=runs[0].index.names)
    matrices = [_matrix(side, rows) for side in runs]
    table = _describe(rows, measured, *matrices)
    table = judge(table, *matrices, min_change=min_change)[_COLUMNS]
    warnings = _warnings(base, candidate, rows, *matrices)
    return Comparison(_ordered(table), len(base), len(candidate), min_change, tuple(warnings))


def _warnings(
    base: Sequence[MeasuredRun], candidate: Sequence[MeasuredRun], rows: pd.MultiIndex, *matrices: np.ndarray
) -> list[str]:
    spans = rows.get_level_values("kind") == "span"
    starts = [[run.start for run in side] for side in (base, candidate)]
    loads = [matrix[spans].sum(axis=0) for matrix in matrices]
    found = warnings_on_order(starts[0], starts[1], loads[0], loads[1])
    found += note_on_lanes(run.frame_lane for run in [*base, *candidate])
    if not all(run.tells_losses for run in [*base, *candidate]):
        found.append("Not every run says whether records were lost.")
    return found


def _listed(side: Trace | Sequence[Trace]) -> list[Trace]:
    return [side] if isinstance(side, Trace) else list(side)


def _matrix(runs: pd.DataFrame, rows: pd.MultiIndex) -> np.ndarray:
    """One row per quantity, one column per run; a span that a run does not have took no time in it."""
    values = runs.reindex(rows).to_numpy(dtype=float, copy=True)
    sums = rows.get_level_values("statistic").isin(["self", "total"])
    values[sums] = np.nan_to_num(values[sums], nan=0.0)
    return values


def _describe(
    rows: pd.MultiIndex, measured: list[list[pd.DataFrame]], base: np.ndarray, candidate: np.ndarray
) -> pd.DataFrame:
    everything = pd.concat([run for side in measured for run in side])
    everything = everything.groupby(level=[0, 1, 2], sort=False, observed=True).agg(
        {"unit": "first", "share": "max", "affected_share": "max"}
    )
    middle, other = _median(base), _median(candidate)
    return (
        everything.reindex(rows)
        .reset_index()
        .assign(
            base=middle,
            candidate=other,
            ratio=np.divide(other, middle, out=np.full(len(rows), np.nan), where=middle != 0),
            base_spread=_spread(base),
            candidate_spread=_spread(candidate),
            presence=_presence(base, candidate),
        )
    )


def _median(values: np.ndarray) -> np.ndarray:
    """Median over the runs that have the quantity; NaN where none has."""
    medians = np.full(len(values), np.nan)
    known = np.isfinite(values).any(axis=1)
    medians[known] = np.nanmedian(values[known], axis=1)
    return medians


def _relative(difference: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Return the difference as a share of the base, infinite where that is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0: nothing changed
        return np.where(difference == 0, 0.0, difference / np.abs(base))


def _spread(values: np.ndarray) -> np.ndarray:
    """Return the largest less the smallest of the runs that have the quantity; NaN where fewer than two have."""
    spreads = np.full(len(values), np.nan)
    known = np.isfinite(values).sum(axis=1) > 1
    spreads[known] = np.nanmax(values[known], axis=1) - np.nanmin(values[known], axis=1)
    return spreads


def _presence(base: np.ndarray, candidate: np.ndarray) -> pd.Categorical:
    in_base, in_candidate = ((np.nan_to_num(side) != 0).any(axis=1) for side in (base, candidate))
    names = np.select([in_base & ~in_candidate, in_candidate & ~in_base], ["vanished", "appeared"], "both")
    return pd.Categorical(names, categories=["both", "appeared", "vanished"])


def _worth_testing(table: pd.DataFrame) -> pd.Series:
    return ~(table["share"] < NEGLIGIBLE_SHARE)


def _asked_elsewhere(table: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which rows are another row's quantity in another form."""
    return (table["kind"] == "frame") & table["statistic"].isin(list(_SAME_QUESTION))


def judge(
    table: pd.DataFrame, base: np.ndarray, candidate: np.ndarray, *, min_change: float = MIN_CHANGE
) -> pd.DataFrame:
    """Add interval, effect, p-value and verdict to the rows of a comparison.

    Args:
        table: one row per quantity: ``kind name statistic``, its ``base`` (the median) and ``share``.
        base: the values of the base's runs, one row per quantity, one column per run.
        candidate: those of the candidate's runs.
        min_change: the least relative change that counts as one.

    Returns:
        ``table`` with ``difference low high relative_change cliffs_delta p_value changed`` as :class:`Comparison`
        tells them.

    """
    runs = min(base.shape[1], candidate.shape[1])
    difference, low, high = shift(base, candidate)
    delta = cliffs_delta(base, candidate)
    if runs < RUNS_FOR_INTERVAL:
        low = high = delta = np.full(len(table), np.nan)
    p_values = np.full(len(table), np.nan)
    if runs >= RUNS_FOR_TEST:
        tested = (_worth_testing(table) & ~_asked_elsewhere(table)).to_numpy()
        p_values[tested] = mann_whitney(base[tested], candidate[tested])
    adjusted = _answered_elsewhere(table, holm(p_values))
    relative = _relative(difference, table["base"].to_numpy(np.float64))
    changed = pd.Series((adjusted < LEVEL) & (np.abs(relative) >= min_change), index=table.index).astype("boolean")
    return table.assign(
        difference=difference,
        low=low,
        high=high,
        relative_change=relative,
        cliffs_delta=delta,
        p_value=adjusted,
        changed=changed.mask(np.isnan(adjusted)),
    )


def _answered_elsewhere(table: pd.DataFrame, p_values: np.ndarray) -> np.ndarray:
    """Give the rows whose question was asked in another row that row's answer."""
    answers = p_values.copy()
    for row in np.flatnonzero(_asked_elsewhere(table)):
        name, statistic = table["name"].iloc[row], _SAME_QUESTION[table["statistic"].iloc[row]]
        asked = (table["kind"] == "frame") & (table["name"] == name) & (table["statistic"] == statistic)
        answers[row] = p_values[asked.to_numpy()][0]
    return answers


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Changed rows first, then by kind, then by how much time (spans) or which part (others) the change is."""
    effect = (table["difference"].abs() / table["base"].abs()).fillna(np.inf)
    by_time = table["difference"].abs().where(table["kind"] == "span", effect)
    keys = pd.DataFrame({"changed": ~table["changed"].fillna(False).astype(bool), "effect": -by_time.fillna(0)})
    keys["kind"] = table["kind"].map(_KINDS.index)
    return table.loc[keys.sort_values(["changed", "kind", "effect"], kind="stable").index].reset_index(drop=True)
