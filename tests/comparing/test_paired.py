"""Runs in rounds: intervals that hold, tests that do not cry wolf, and more power where noise is common or spiky."""

from itertools import product

import numpy as np
import pytest

from aero_nb.comparing.inference import mann_whitney
from aero_nb.comparing.paired import LOOKS, may_stop, paired_change, sign_flips

pytest.importorskip("scipy", reason="needs pip install 'aero-nb[stats]'")


def rounds_of(seed, change=0.0, rounds=10, common=0.0, own=0.02, spikes=0.0):
    """Frame times of both sides: noise of a round, of a run, and spikes of +30%."""
    chance = np.random.default_rng(seed)
    shared = chance.normal(0, common, rounds)
    sides = []
    for factor in (1.0, 1.0 + change):
        spiky = np.where(chance.random(rounds) < spikes, 1.3, 1.0)
        sides.append(16.0 * factor * spiky * np.exp(shared + chance.normal(0, own, rounds)))
    return sides


def test_the_estimate_and_the_interval_are_those_of_all_walsh_averages():
    base, candidate = np.full(6, 10.0), 10 * np.exp(np.array([0.01, 0.02, 0.04, 0.05, 0.06, 0.09]))
    found = paired_change(base, candidate)
    assert found.rounds == 6
    logs = np.log(candidate / base)
    averages = sorted((a + b) / 2 for (i, a), (j, b) in product(enumerate(logs), repeat=2) if i <= j)
    assert found.change == pytest.approx(np.expm1(np.median(averages)))
    assert [found.low, found.high] == pytest.approx(np.expm1([averages[0], averages[-1]]).tolist())
    assert found.p_value == pytest.approx(2 / 2**6)


def test_few_rounds_have_no_interval_and_none_no_change():
    assert np.isnan(paired_change(np.array([1.0, 1, 1]), np.array([1.1, 1.2, 1.3])).low)
    nothing = paired_change(np.array([np.nan, 0.0]), np.array([1.0, 1.0]))
    assert nothing.rounds == 0
    assert np.isnan(nothing.change)
    assert nothing.rounds_for(0.05) is None


def test_equal_sides_have_no_difference():
    same = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    found = paired_change(same, same)
    assert (found.change, found.p_value, found.rounds_for(0.05)) == (0.0, 1.0, 6)
    assert sign_flips(np.array([0.0, 0.0])) == 1.0


def test_an_interval_holds_the_change_as_often_as_it_says():
    held = [
        found.low <= 0.05 <= found.high
        for seed in range(400)
        for found in [paired_change(*rounds_of(seed, change=0.05, common=0.03, spikes=0.1))]
    ]
    assert np.mean(held) >= 0.93


@pytest.mark.parametrize(("noise", "least"), [({"spikes": 0.1}, 0.65), ({"common": 0.03}, 0.95)])
def test_rounds_find_a_change_of_five_percent_in_spikes_and_in_noise_that_both_sides_share(noise, least):
    found = [paired_change(*rounds_of(seed, change=0.05, **noise)).p_value < 0.05 for seed in range(200)]
    assert np.mean(found) >= least


def test_noise_that_both_sides_share_costs_rounds_less_than_two_heaps():
    paired, heaps = [], []
    for seed in range(200):
        base, candidate = rounds_of(seed, change=0.03, common=0.04)
        paired.append(paired_change(base, candidate).p_value < 0.05)
        heaps.append(mann_whitney(base[None, :], candidate[None, :])[0] < 0.05)
    assert np.mean(paired) >= np.mean(heaps) + 0.3


@pytest.mark.slow
def test_experiments_of_equals_stop_early_in_at_most_five_of_a_hundred():
    alarms = 0
    for seed in range(300):
        base, candidate = rounds_of(seed, rounds=12, common=0.02)
        alarms += any(may_stop(base[:done], candidate[:done], 12) for done in range(1, 13))
    assert alarms / 300 <= 0.05


def test_a_clear_change_stops_an_experiment_at_a_look_and_only_there():
    base, candidate = rounds_of(3, change=0.5, rounds=20)
    stops = [done for done in range(1, 21) if may_stop(base[:done], candidate[:done], 20)]
    assert stops == [round(share * 20) for share in LOOKS]


@pytest.mark.slow
def test_the_advice_on_rounds_is_enough_in_eight_of_ten():
    needed = paired_change(*rounds_of(1, change=0.05, rounds=40, own=0.04)).rounds_for(0.05)
    assert needed is not None
    found = [
        paired_change(*rounds_of(seed, change=0.05, rounds=needed, own=0.04)).p_value < 0.05
        for seed in range(1000, 1100)
    ]
    assert 0.7 <= np.mean(found) <= 0.97
