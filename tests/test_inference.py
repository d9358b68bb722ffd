"""Statistics of comparisons, against hand-worked numbers and SciPy's own."""

import numpy as np
import pytest

from aero_nb.analysis.inference import bootstrap_interval, holm, least_p_value, mann_whitney, runs_needed


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
    low, high = bootstrap_interval(np.full((1, 3), 5.0), np.full((1, 3), 7.0))
    assert (low[0], high[0]) == (2.0, 2.0)


def test_the_interval_covers_the_true_difference_about_as_often_as_it_says():
    rng = np.random.default_rng(7)
    base, candidate = rng.normal(100, 2, (400, 15)), rng.normal(105, 2, (400, 15))
    low, high = bootstrap_interval(base, candidate, resamples=500)
    assert 0.90 <= np.mean((low <= 5) & (high >= 5)) <= 0.995


def test_one_run_a_side_has_no_interval():
    low, high = bootstrap_interval(np.array([[1.0]]), np.array([[2.0]]))
    assert np.isnan(low[0])
    assert np.isnan(high[0])
