"""Is the difference between two lists of runs more than noise? Interval, p-value, and the price of asking often.

All functions take matrices with a row a question and a column a run, and answer a value a row.
"""

from math import comb

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float64]


def bootstrap_interval(
    base: Matrix, candidate: Matrix, *, confidence: float = 0.95, resamples: int = 2000, seed: int = 0
) -> tuple[Vector, Vector]:
    """Percentile bootstrap of the difference of medians, ``candidate - base``.

    Both sides are resampled with replacement, independently (Efron and Tibshirani, *An Introduction to the Bootstrap*,
    chapter 13). The same seed gives the same interval.

    Returns:
        The lower and the upper ends, a value a row, in the rows' own units; NaN with fewer than 2 runs a side.

    """
    if base.shape[1] < 2 or candidate.shape[1] < 2:
        unknown = np.full(len(base), np.nan)
        return unknown, unknown.copy()
    rng = np.random.default_rng(seed)
    medians = [_resampled_medians(side, resamples, rng) for side in (candidate, base)]
    tail = (1 - confidence) / 2 * 100
    low, high = np.percentile(medians[0] - medians[1], [tail, 100 - tail], axis=1)
    return low, high


def _resampled_medians(side: Matrix, resamples: int, rng: np.random.Generator) -> Matrix:
    """One row a question, one column a resample; row by row, so that memory stays bounded."""
    drawn = rng.integers(side.shape[1], size=(resamples, side.shape[1]))
    return np.stack([np.median(row[drawn], axis=1) for row in side]) if len(side) else np.empty((0, resamples))


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
