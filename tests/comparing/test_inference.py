"""Statistics of comparisons, against hand-worked numbers and SciPy's own."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from aero_nb.comparing.inference import (
    _chances,
    _interval_rank,
    cliffs_delta,
    holm,
    least_p_value,
    mann_whitney,
    runs_needed,
    shift,
)


def test_holm_multiplies_by_the_questions_left_and_never_decreases():
    adjusted = holm(np.array([0.01, 0.04, np.nan, 0.03]))
    assert adjusted == pytest.approx([0.03, 0.06, np.nan, 0.06], nan_ok=True)


def test_holm_of_nothing_is_nothing():
    assert len(holm(np.array([]))) == 0


def test_completely_separated_runs_reach_the_least_p_value():
    base, candidate = np.array([[1.0, 2, 3, 4, 5]]), np.array([[6.0, 7, 8, 9, 10]])
    assert mann_whitney(base, candidate)[0] == pytest.approx(2 / 252)
    assert least_p_value(5, 5) == pytest.approx(2 / 252)


def test_a_row_with_a_missing_run_is_not_tested():
    assert np.isnan(mann_whitney(np.array([[1.0, np.nan]]), np.array([[1.0, 2.0]]))[0])


def test_runs_needed_is_the_first_number_that_can_reach_the_level():
    for questions in (1, 30, 500):
        runs = runs_needed(questions)
        assert least_p_value(runs, runs) * questions <= 0.05
        assert least_p_value(runs - 1, runs - 1) * questions > 0.05


def test_the_interval_of_identical_runs_is_a_point():
    estimate, low, high = shift(np.full((1, 4), 5.0), np.full((1, 4), 7.0))
    assert (estimate[0], low[0], high[0]) == (2.0, 2.0, 2.0)


def test_the_estimate_is_the_median_of_all_differences_and_the_interval_ends_at_two_of_them():
    base, candidate = np.array([[1.0, 2, 4, 8, 16]]), np.array([[3.0, 9, 27, 81, 243]])
    differences = np.sort([after - before for before in base[0] for after in candidate[0]])
    estimate, low, high = shift(base, candidate)
    assert estimate[0] == np.median(differences)
    # Table A.6 of Hollander, Wolfe and Chicken: of 5 against 5, P(U <= 2) = 0.0159 and P(U <= 3) = 0.0278.
    assert (low[0], high[0]) == (differences[2], differences[-3])


@pytest.mark.parametrize(("base", "candidate"), [(1, 1), (2, 3), (4, 4), (5, 7), (20, 20)])
def test_the_chances_are_those_of_scipys_exact_test(base, candidate):
    cumulated = np.cumsum(_chances(base, candidate))
    for statistic in {0, 1, base * candidate // 4}:
        # Ranks without ties whose Mann-Whitney statistic is this one: each of the base's beats some of the candidate's.
        beaten = [min(candidate, max(0, statistic - candidate * i)) for i in range(base)]
        before = [count + 0.5 + i / 1000 for i, count in enumerate(sorted(beaten))]
        after = np.arange(1, candidate + 1)
        found = mannwhitneyu(before, after, alternative="less", method="exact")
        assert found.statistic == statistic
        assert cumulated[statistic] == pytest.approx(found.pvalue)


@pytest.mark.parametrize("runs", [49, 50, 51, 52])
def test_beyond_the_exact_numbers_the_rank_goes_on_without_a_step(runs):
    exact = int(np.searchsorted(np.cumsum(_chances(runs, runs)), 0.025, side="right"))
    assert abs(_interval_rank(runs, runs, 0.025) - exact) <= 1


def differences_of(noise, rng, rows, runs):
    """Return values of both sides, a candidate 5 larger, under one of three kinds of noise."""
    shape = (2, rows, runs)
    if noise == "normal":
        values = rng.normal(100, 2, shape)
    elif noise == "skewed":
        values = 100 + rng.lognormal(0, 1, shape)
    else:
        values = 100 + rng.normal(0, 0.5, shape) + 8 * (rng.random(shape) < 0.4)
    return values[0], values[1] + 5


@pytest.mark.parametrize("noise", ["normal", "skewed", "bimodal"])
@pytest.mark.parametrize("runs", [4, 5, 10])
def test_the_interval_holds_the_true_difference_as_often_as_it_says(noise, runs):
    rng = np.random.default_rng(7)
    base, candidate = differences_of(noise, rng, 2000, runs)
    _, low, high = shift(base, candidate)
    assert np.mean((low <= 5) & (high >= 5)) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 2000)


def test_three_runs_a_side_have_no_interval_and_a_missing_run_takes_it():
    rng = np.random.default_rng(1)
    base, candidate = rng.normal(size=(2, 1, 3))
    assert np.isnan(shift(base, candidate)[1:]).all()
    base, candidate = rng.normal(size=(2, 1, 5))
    candidate[0, 2] = np.nan
    estimate, low, high = shift(base, candidate)
    assert estimate[0] == np.median(np.subtract.outer(np.delete(candidate[0], 2), base[0]))
    assert np.isnan([low[0], high[0], cliffs_delta(base, candidate)[0]]).all()


def test_cliffs_delta_is_the_share_of_pairs_that_grew_less_those_that_shrank():
    assert cliffs_delta(np.array([[1.0, 2, 3, 4]]), np.array([[5.0, 6, 7, 8]]))[0] == 1
    assert cliffs_delta(np.array([[1.0, 3]]), np.array([[0.0, 2, 3]]))[0] == pytest.approx((2 - 3) / 6)


def test_a_chance_that_is_exactly_the_tail_is_enough():
    # One run against three: each of the four places of the one is as likely, so that a quarter lies beyond the first.
    assert [_interval_rank(1, 3, tail) for tail in (0.2499, 0.25, 0.4999, 0.5)] == [0, 1, 1, 2]


@pytest.mark.parametrize(("runs", "method"), [(49, "exact"), (50, "exact"), (51, "asymptotic")])
def test_of_up_to_a_hundred_values_the_test_is_exact(runs, method):
    base, candidate = np.arange(runs) * 2.0, np.arange(runs) * 2.0 + 21
    expected = mannwhitneyu(base, candidate, alternative="two-sided", method=method).pvalue
    assert mann_whitney(base[None], candidate[None])[0] == expected


def test_the_rank_is_exact_for_up_to_fifty_runs_and_the_normal_one_is_near_it():
    exact = int(np.searchsorted(np.cumsum(_chances(50, 50)), 0.025, side="right"))
    assert _interval_rank(50, 50, 0.025) == exact == 966
    assert _interval_rank(51, 50, 0.025) == pytest.approx(exact * 51 / 50, rel=0.01)
