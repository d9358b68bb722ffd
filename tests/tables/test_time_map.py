"""A monotone map of times: there, back, where it stands still, and what is refused."""

import numpy as np
import pytest

from aero_nb.tables.time_map import TimeMap


def test_there_and_back() -> None:
    known = TimeMap.of([(0, 0), (100, 50), (300, 450)])
    assert known([0, 50, 100, 200, 300]).tolist() == [0, 25, 50, 250, 450]
    assert known.back([0, 25, 50, 250, 450]).tolist() == [0, 50, 100, 200, 300]
    assert np.isnan(known([-1, 301])).all()
    assert np.isnan(known.back([-1, 451])).all()
    assert known.inverse()([25.0]).tolist() == [50.0]


def test_where_it_stands_still_a_place_is_reached_and_left() -> None:
    known = TimeMap.of([(0, 0), (10, 5), (30, 5), (40, 5), (50, 10)])
    assert known([10, 25, 40]).tolist() == [5, 5, 5]
    assert known.back([5.0]).tolist() == [10.0]
    assert known.back([5.0], first=False).tolist() == [40.0]
    assert [each.tolist() for each in known.standstills()] == [[10.0], [40.0], [5.0]]


def test_a_step_has_its_end() -> None:
    known = TimeMap.of([(0, 0), (10, 10), (10, 30), (20, 40)])
    assert known([5, 10, 15]).tolist() == [5, 30, 35]
    assert known.back([20.0]).tolist() == [10.0]
    assert [len(each) for each in known.standstills()] == [0, 0, 0]


def test_random_maps_go_there_and_back() -> None:
    choose = np.random.default_rng(7)
    for _ in range(50):
        steps = choose.integers(0, 4, (2, 40)).astype(float)
        known = TimeMap(*np.cumsum(steps, axis=1))
        moments = choose.uniform(known.at[0], known.at[-1], 200)
        places = known(moments)
        assert (np.diff(places[np.argsort(moments)]) >= 0).all()
        reached, left = known.back(places), known.back(places, first=False)
        assert ((reached <= moments + 1e-9) & (moments <= left + 1e-9)).all()


@pytest.mark.parametrize(
    ("anchors", "said"),
    [
        ([(1, 2)], "two anchors or more"),
        ([], "two anchors or more"),
        ([(0, 0), (1, float("nan"))], "finite"),
        ([(0, 0), (2, 5), (1, 6)], r"rise together, found \[2.0, 5.0\] before \[1.0, 6.0\]"),
        ([(0, 5), (1, 4)], "rise together"),
    ],
)
def test_what_is_no_map_is_refused(anchors: list[tuple[float, float]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        TimeMap.of(anchors)
