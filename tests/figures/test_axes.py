"""Plotly axes as a still picture draws them: pixels, and ticks at round numbers."""

import dataclasses

import pytest

from aero_nb.figures.axes import Axis

SECONDS = Axis("x", 0.0, 1.0, 100.0, 1000.0, False, True, True, "", None, "~s", "s")


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (0.0, "0s"),
        (1.5e-15, "0.0015ps"),
        (2e-9, "2ns"),
        (0.0005, "500µs"),
        (0.999, "999ms"),
        (1.0, "1s"),
        (-2_500.0, "-2.5ks"),
        (3e15, "3000Ts"),
    ],
)
def test_a_tick_of_seconds_has_the_prefix_that_fits(value: float, label: str) -> None:
    assert SECONDS._label(value) == label


def test_ticks_lie_at_round_numbers_within_the_axis() -> None:
    values, labels = zip(*dataclasses.replace(SECONDS, start=0.0004, end=0.0047).ticks(), strict=True)
    assert (labels[0], labels[-1]) == ("500µs", "4.5ms")
    assert (values[0], values[-1]) == (pytest.approx(0.0005), pytest.approx(0.0045))
    assert all(0.0004 <= value <= 0.0047 for value in values)


def test_values_become_pixels_in_both_directions_and_by_decades() -> None:
    assert SECONDS.px([0.0, 0.5, 1.0]).tolist() == [100.0, 550.0, 1000.0]
    upwards = dataclasses.replace(SECONDS, letter="y", low_px=300.0, high_px=0.0)
    assert upwards.px([0.0, 1.0]).tolist() == [300.0, 0.0]
    decades = dataclasses.replace(SECONDS, start=-3.0, end=0.0, log=True)
    assert decades.px([0.001, 0.01, 1.0]).tolist() == [100.0, 400.0, 1000.0]


def test_an_axis_of_decades_has_a_tick_at_each() -> None:
    decades = dataclasses.replace(SECONDS, start=-3.2, end=0.5, log=True)
    assert decades.ticks() == [(0.001, "1ms"), (0.01, "10ms"), (0.1, "100ms"), (1.0, "1s")]
