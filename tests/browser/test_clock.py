"""The page's clock against ours, with hand-made readings of both."""

from collections.abc import Callable, Iterator

import pytest

from aero_nb.browser import clock


def measured(monkeypatch: pytest.MonkeyPatch, ours_ns: list[int], theirs_us: list[float]) -> clock.ClockOffset:
    """What ``measure`` makes of our clock's readings (before and after each round trip) and of the page's answers."""
    readings: Iterator[int] = iter(ours_ns)
    answers: Iterator[float] = iter(theirs_us)
    reading: Callable[[], int] = lambda: next(readings)  # noqa: E731
    monkeypatch.setattr("aero_nb.browser.clock.time.time_ns", reading)

    async def page_now_us() -> float:
        return next(answers)

    try:
        clock.measure(page_now_us, len(theirs_us)).send(None)  # nothing in it waits
    except StopIteration as done:
        offset: clock.ClockOffset = done.value
        return offset
    raise AssertionError("it waited for something")


def test_the_offset_is_to_the_middle_of_the_round_trip_and_its_half_is_the_uncertainty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offset = measured(monkeypatch, [1_000_000, 1_008_000], [1_504.0])  # from 1,000 to 1,008 µs: its middle is 1,004
    assert (offset.offset_us, offset.uncertainty_us) == (500.0, 4.0)


def test_the_quickest_answer_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = [0, 100_000, 1_000_000, 1_002_000, 2_000_000, 2_040_000]
    offset = measured(monkeypatch, ours, [650.0, 1_101.0, 2_420.0])  # 600, 100 and 400 ahead
    assert (offset.offset_us, offset.uncertainty_us) == (100.0, 1.0)
