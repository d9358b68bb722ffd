"""Runs made in rounds, one of each side: what both have in common (a warm machine, a neighbour's noise) cancels out."""

from dataclasses import dataclass
from math import ceil, expm1, isfinite, log1p
from statistics import NormalDist
from typing import Final

import numpy as np

from aero_nb.tables.columns import Floats

LEVEL: Final = 0.05
POWER: Final = 0.8
LOOKS: Final = (0.5, 0.75, 1.0)
"""When a sequential experiment may stop, as shares of its runs: each look has a third of the level (Bonferroni)."""
_LEAST_ROUNDS: Final = 4
_DRAWS: Final = 9_999
_TO_SIGMA: Final = 1.4826  # of a median deviation: a standard deviation that rare spikes do not make larger


@dataclass(frozen=True)
class PairedChange:
    """The change of one number from base to candidate, round by round, as shares of the base (0.05: 5% more)."""

    rounds: int
    change: float  # the median of the rounds' ratios and of the means of two of them (Hodges and Lehmann 1963), less 1
    low: float  # 95% interval, NaN with fewer than 6 rounds
    high: float
    p_value: float  # of `sign_flips`, two-sided; NaN with fewer than 4 rounds
    spread: float  # of the logarithms of the rounds' ratios, by their median deviation; NaN with fewer than 3 rounds

    def rounds_for(self, detect: float) -> int | None:
        """Return how many rounds find a change of ``detect`` in 8 of 10 experiments at the level 5%; None: unknown."""
        if not isfinite(self.spread):
            return None
        deviations = NormalDist().inv_cdf(1 - LEVEL / 2) + NormalDist().inv_cdf(POWER)
        # Bounded scores cost a fifth of the t-test's efficiency where the noise is normal; 6 rounds are the least.
        return max(6, ceil((deviations * self.spread / log1p(detect)) ** 2 * 1.25 + 2))


def paired_change(base: Floats, candidate: Floats) -> PairedChange:
    """Compare two sides that were measured in rounds; ``base[i]`` and ``candidate[i]`` are of one round.

    Rounds in which a value is missing, or not positive, are left out.

    Raises ImportError without SciPy (extra ``stats``).
    """
    usable = (base > 0) & (candidate > 0) & np.isfinite(base) & np.isfinite(candidate)
    logs = np.log(candidate[usable] / base[usable])
    rounds = len(logs)
    if not rounds:
        return PairedChange(0, *[float("nan")] * 5)
    first, second = np.triu_indices(rounds)
    means = np.sort((logs[first] + logs[second]) / 2)
    rank = _interval_rank(rounds)
    low, high = (means[rank - 1], means[-rank]) if rank else (np.nan, np.nan)
    return PairedChange(
        rounds,
        expm1(float(np.median(means))),
        expm1(float(low)),
        expm1(float(high)),
        sign_flips(logs) if rounds >= _LEAST_ROUNDS else float("nan"),
        _TO_SIGMA * float(np.median(np.abs(logs - np.median(logs)))) if rounds > 2 else float("nan"),
    )


def sign_flips(differences: Floats) -> float:
    """Return the two-sided p-value of a test that flips the signs of the differences, by SciPy.

    Each counts up to the median of their sizes, so that a spike in one run weighs no more than a usual difference: with
    spikes of +30% in a tenth of the runs it finds a change of 5% in 70 of 100 experiments of 10 rounds, Wilcoxon's
    signed-rank test in 46 (both with 2% of noise). Exact up to 13 differences, by 10,000 seeded draws beyond.
    """
    try:
        from scipy.stats import permutation_test
    except ImportError as error:
        raise ImportError("p-values need SciPy: pip install 'aero-nb[stats]'") from error
    sizes = np.abs(differences)
    scores = np.sign(differences) * np.minimum(sizes, np.median(sizes))
    if not scores.any():
        return 1.0
    flipped = permutation_test(
        (scores,),
        lambda values, axis: values.sum(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=_DRAWS,
        random_state=0,
    )
    return float(flipped.pvalue)


def may_stop(base: Floats, candidate: Floats, rounds: int) -> bool:
    """Tell whether an experiment of so many ``rounds`` may stop after these: a look is due, and it is sure by then.

    The looks are fixed beforehand (:data:`LOOKS`) and share the level evenly, so that all of them together raise a
    false alarm in at most 5% of experiments.
    """
    due = {ceil(share * rounds) for share in LOOKS}
    if len(base) not in due or len(base) < _LEAST_ROUNDS:
        return False
    return paired_change(base, candidate).p_value < LEVEL / len(LOOKS)


def _interval_rank(rounds: int) -> int:
    """Return which of the sorted Walsh averages bounds the 95% interval, from either end; 0: none does.

    The number of ways to a sum of signed ranks is counted exactly (Hollander, Wolfe and Chicken, section 3.3).
    """
    ways = np.ones(1)
    for rank in range(1, rounds + 1):
        longer = np.zeros(len(ways) + rank)
        longer[: len(ways)] += ways
        longer[rank:] += ways
        ways = longer / 2
    return int(np.searchsorted(np.cumsum(ways), LEVEL / 2, side="right"))


def as_share(change: float) -> str:
    """Return a change as people write it: ``+5.1%``."""
    return f"{change:+.1%}" if isfinite(change) else "?"
