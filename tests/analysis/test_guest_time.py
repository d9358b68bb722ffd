"""The guest's progress by a counter: it never falls, and what was done to it is said."""

import pandas as pd
import pytest

from aero_nb.analysis.guest_time import progress, progress_of_anchors
from tests.support.analysis_tables import counter_samples


def counted(*values: float, series: str = "instructions", track: int = 0, start_us: float = 0.0) -> pd.DataFrame:
    return counter_samples(*((series, start_us + 10.0 * n, value, track) for n, value in enumerate(values)))


def test_a_plain_count_is_the_axis() -> None:
    found = progress(counted(0, 100, 200, 400), "instructions")
    assert found.map([0, 5, 10, 25]).tolist() == [0, 50, 100, 300]
    assert (found.lanes, found.restarts, found.wraps, found.steps_back, found.note) == (1, 0, 0, 0, "")
    assert found.stalls.empty


def test_stalls_are_where_the_count_stands_still_the_longest_first() -> None:
    found = progress(counted(0, 100, 100, 200, 200, 200, 300), "instructions")
    assert found.stalls.to_dict("list") == {
        "start_us": [30.0, 10.0],
        "end_us": [50.0, 20.0],
        "dur_us": [20.0, 10.0],
        "x": [200.0, 100.0],
    }
    waited = found.waited
    assert waited["ts_us"].tolist() == [0, 10, 20, 30, 50]
    assert waited["waited_ms"].tolist() == [0, 0, 0.01, 0.01, 0.03]


def test_a_count_that_begins_anew_counts_on() -> None:
    found = progress(counted(1000, 2000, 0, 500), "instructions")
    assert found.map.to.tolist() == [1000, 2000, 2000, 2500]
    assert (found.restarts, found.wraps) == (1, 0)
    assert "began anew 1 times" in found.note


def test_a_count_of_32_bits_wraps_around() -> None:
    top = 2.0**32
    found = progress(counted(top - 1000, top - 200, 300, 900), "instructions")
    assert found.map.to.tolist() == [top - 1000, top - 200, top + 300, top + 900]
    assert (found.restarts, found.wraps) == (0, 1)
    assert "wrapped around 1 times" in found.note


def test_a_count_that_goes_back_a_little_stands_still_meanwhile() -> None:
    found = progress(counted(0, 1000, 990, 1500), "instructions")
    assert found.map.to.tolist() == [0, 1000, 1000, 1500]
    assert found.steps_back == 1
    assert "went backwards 1 times" in found.note


def test_several_lanes_of_one_name_add_up() -> None:
    both = pd.concat([counted(0, 100, 200), counted(0, 1, 2, track=3)]).sort_values("ts_us", kind="stable")
    found = progress(both, "instructions")
    assert found.map.to.tolist() == [0, 101, 202]
    assert found.lanes == 2
    assert "sum of 2 lanes" in found.note


def test_missing_values_and_two_at_one_moment() -> None:
    samples = counter_samples(
        ("instructions", 0, 0), ("instructions", 10, float("nan")), ("instructions", 20, 50),
        ("instructions", 20, 60), ("instructions", 30, 100),
    )  # fmt: skip
    found = progress(samples, "instructions")
    assert found.map.at.tolist() == [0, 20, 30]
    assert found.map.to.tolist() == [0, 60, 100]


def test_what_is_no_axis_is_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="found 'cycles'; this trace has 'instructions'"):
        progress(counted(0, 1), "cycles")
    with pytest.raises(ValueError, match="expected a counter that grows, found 'instructions' with 3 moments"):
        progress(counted(7, 7, 7), "instructions")
    with pytest.raises(ValueError, match="expected a counter that grows"):
        progress(counted(7), "instructions")


def test_anchors_of_ones_own() -> None:
    found = progress_of_anchors([(0, 0), (10, 1), (20, 1)], "levels")
    assert (found.name, found.map([5.0]).tolist(), len(found.stalls)) == ("levels", [0.5], 1)
