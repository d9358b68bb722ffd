"""Change points: found, located, and not invented, at stated rates over fixed seeds."""

import numpy as np
import pytest

from aero_nb.comparing.change_points import change_points


def nightly(seed, count=200, noise=0.03, steps=()):
    """A series of nightly values, from some points on times a factor."""
    values = 100 * np.exp(np.random.default_rng(seed).normal(0, noise, count))
    for at, factor in steps:
        values[at:] *= factor
    return values


def test_a_change_of_five_percent_among_two_hundred_points_is_found_and_located():
    found = [change_points(nightly(seed, steps=[(130, 1.05)])) for seed in range(20)]
    assert sum(len(points) == 1 for points in found) >= 19
    firsts = [points[0] for points in found if points]
    assert np.median([abs(point.at - 130) for point in firsts]) <= 2
    assert sum(point.earliest <= 130 <= point.latest for point in firsts) >= 18
    assert all(0.03 < point.change < 0.07 for point in firsts)


@pytest.mark.parametrize("count", [8, 12, 50, 200])
def test_series_without_a_change_have_none(count):
    assert sum(bool(change_points(nightly(seed, count))) for seed in range(100)) <= 2


def test_several_changes_are_found_each_between_its_neighbours():
    points = change_points(nightly(1, 400, 0.02, [(100, 1.1), (250, 0.9), (330, 1.2)]))
    assert [abs(point.at - at) <= 2 for point, at in zip(points, [100, 250, 330], strict=True)] == [True] * 3
    assert [(point.start, point.end) for point in points] == [
        (0, points[1].at),
        (points[0].at, points[2].at),
        (points[1].at, 400),
    ]


def test_spikes_are_no_change():
    values = nightly(3)
    values[::17] *= 4
    assert change_points(values) == []


def test_runs_of_one_commit_are_never_separated():
    groups = np.repeat(np.arange(20), 5)
    values = nightly(5, 100, 0.01, [(52, 1.5)])  # in the midst of the eleventh commit
    (point,) = change_points(values, groups)
    assert point.at % 5 == 0
    assert abs(point.at - 52) <= 3


def test_missing_values_keep_their_places():
    values = nightly(2, 60, 0.01, [(30, 1.2)])
    values[[3, 29, 31, 50]] = np.nan
    (point,) = change_points(values)
    assert point.at == 30
    assert (point.start, point.end) == (0, 60)


def test_small_changes_short_series_and_constant_ones_have_none():
    steps = [(100, 1.02)]
    assert change_points(nightly(1, noise=0.001, steps=steps))[0].at == 100
    assert change_points(nightly(1, noise=0.001, steps=steps), min_change=0.05) == []
    assert change_points(np.array([1.0, 1, 1, 9, 9, 9])) == []
    assert change_points(np.ones(100)) == []
    assert change_points(np.array([])) == []
    assert change_points(np.full(30, np.nan)) == []


def test_the_same_series_has_the_same_changes():
    values = nightly(9, steps=[(60, 1.1)])
    assert change_points(values) == change_points(values.copy())
