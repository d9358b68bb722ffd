"""Is the difference between two lists of runs more than noise? Interval, p-value, and the price of asking often.

All functions take matrices with one row per question and one column per run, and answer one value per row.
"""

from functools import cache
from math import comb, sqrt
from statistics import NormalDist

import numpy as np

from aero_nb.tables.columns import Floats

Matrix = Floats
Vector = Floats

_EXACT_RUNS = 50  # with more runs the normal distribution gives the same rank to within one


def shift(base: Matrix, candidate: Matrix, *, confidence: float = 0.95) -> tuple[Vector, Vector, Vector]:
    """Estimate by how much the candidate's values are larger than the base's (Hodges and Lehmann 1963).

    The estimate is the median of all differences between a run of the candidate and a run of the base. Its interval is
    exact for distributions of one shape: it ends at two of these differences, whose ranks follow from the
    distribution of the Mann-Whitney statistic (Hollander, Wolfe and Chicken, *Nonparametric Statistical Methods*,
    section 4.3).

    Returns:
        The estimate, and the lower and the upper end of its interval, one value per row, in the rows' own units. The
        estimate is of the runs that have a value; the interval is NaN where a run has none, and where no interval
        from so few runs reaches the confidence.

    """
    estimates, low, high = (np.full(len(base), np.nan) for _ in range(3))
    rank = _interval_rank(base.shape[1], candidate.shape[1], (1 - confidence) / 2)
    for row, (before, after) in enumerate(zip(base, candidate, strict=True)):
        differences = np.subtract.outer(after, before).ravel()
        known = np.isfinite(differences)
        if not known.all():
            if known.any():
                estimates[row] = np.median(differences[known])
            continue
        estimates[row] = np.median(differences)
        if rank:
            ends = [rank - 1, len(differences) - rank]
            low[row], high[row] = np.partition(differences, ends)[ends]
    return estimates, low, high


def _interval_rank(base_runs: int, candidate_runs: int, tail: float) -> int:
    """Return which difference, counted from either end, bounds the interval; 0 where not even the first one does."""
    if max(base_runs, candidate_runs) <= _EXACT_RUNS:
        return int(np.searchsorted(np.cumsum(_chances(base_runs, candidate_runs)), tail, side="right"))
    pairs = base_runs * candidate_runs
    deviation = NormalDist().inv_cdf(1 - tail) * sqrt(pairs * (base_runs + candidate_runs + 1) / 12)
    return int(pairs / 2 - deviation)


@cache
def _chances(base_runs: int, candidate_runs: int) -> Vector:
    """Return the chance of each value of the Mann-Whitney statistic between equals, from 0 to the number of pairs.

    The largest value of all is a base's or a candidate's; so the ways to a statistic are those with one base less, for
    which it beats every candidate, and those with one candidate less, for which it beats none.
    """
    ways = [np.ones(1) for _ in range(candidate_runs + 1)]
    for bases in range(1, base_runs + 1):
        with_less = ways
        ways = [np.ones(1)]
        for candidates in range(1, candidate_runs + 1):
            counts = np.zeros(bases * candidates + 1)
            counts[candidates:] += with_less[candidates]
            counts[: bases * (candidates - 1) + 1] += ways[-1]
            ways.append(counts)
    chances: Vector = ways[candidate_runs] / ways[candidate_runs].sum()
    return chances


def cliffs_delta(base: Matrix, candidate: Matrix) -> Vector:
    """Return how far two sides lie apart (Cliff 1993), from -1 to 1.

    That is the share of pairs in which the candidate's value is larger, less the share in which the base's is: 1 where
    every run of the candidate exceeds every run of the base, 0 where neither side tends to be larger. NaN where a run
    has no value.
    """
    deltas = np.full(len(base), np.nan)
    for row, (before, after) in enumerate(zip(base, candidate, strict=True)):
        if np.isfinite(before).all() and np.isfinite(after).all():
            ordered = np.sort(before)
            smaller, larger = (
                np.searchsorted(ordered, after),
                len(before) - np.searchsorted(ordered, after, side="right"),
            )
            deltas[row] = (smaller - larger).mean() / len(before)
    return deltas


def mann_whitney(base: Matrix, candidate: Matrix) -> Vector:
    """Two-sided Mann-Whitney U test by SciPy: exact where no value occurs twice and the runs are at most 100.

    Raises:
        ImportError: SciPy is missing; says how to install it.

    """
    try:
        from scipy.stats import mannwhitneyu
    except ImportError as error:
        raise ImportError("p-values need SciPy: pip install 'aero-nb[stats]'") from error
    p_values = np.full(len(base), np.nan)
    for row, (before, after) in enumerate(zip(base, candidate, strict=True)):
        if np.isfinite(before).all() and np.isfinite(after).all():
            values = np.concatenate([before, after])
            method = "exact" if len(np.unique(values)) == len(values) <= 100 else "asymptotic"
            p_values[row] = mannwhitneyu(before, after, alternative="two-sided", method=method).pvalue
    return p_values


def holm(p_values: Vector) -> Vector:
    """Adjust p-values for asking many questions at once (Holm 1979): the family-wise error rate stays at the level.

    NaN marks a question that was not tested; it stays NaN and costs nothing.
    """
    adjusted = np.full(len(p_values), np.nan)
    tested = np.flatnonzero(np.isfinite(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p_values[order] * factors))
    return adjusted


def least_p_value(base_runs: int, candidate_runs: int) -> float:
    """Return the smallest two-sided p-value that the exact Mann-Whitney test can give with so many runs."""
    return 2 / comb(base_runs + candidate_runs, base_runs)


def runs_needed(questions: int, level: float = 0.05) -> int:
    """Return how many runs a side let at least one of so many questions reach ``level`` after Holm's correction."""
    runs = 1
    while least_p_value(runs, runs) * max(questions, 1) > level:
        runs += 1
    return runs
