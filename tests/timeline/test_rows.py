"""How spans that overlap are spread over rows."""

import pytest

from aero_nb.timeline.rows import _first_free_lane


@pytest.mark.parametrize(
    ("intervals", "lanes"),
    [
        ([(0, 10), (10, 20)], [0, 0]),  # one ends where the next begins: they share a row
        ([(0, 10), (9, 20), (10, 12), (12, 13)], [0, 1, 0, 0]),
        ([(0, 9), (0, 5), (0, 7), (5, 6), (7, 8)], [0, 1, 2, 1, 1]),  # the lowest row that is free
        ([(3, 3), (3, 3)], [0, 0]),
    ],
)
def test_an_interval_takes_the_lowest_row_that_is_free(intervals: list[tuple[int, int]], lanes: list[int]) -> None:
    begin, end = zip(*intervals, strict=True)
    assert _first_free_lane(list(begin), list(end)) == lanes
