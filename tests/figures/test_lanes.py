"""How the lanes of a flame chart are laid out."""

import itertools

import pytest

from aero_nb.figures.lanes import Lanes
from tests.support.picture_tables import nested_spans, tracks_of


def test_one_border_lies_between_two_bands_and_none_above_the_first() -> None:
    spans = nested_spans([(0, "a", 0, 9), (0, "b", 1, 3), (1, "c", 0, 5), (2, "d", 0, 5)])
    lanes = Lanes.of(spans, tracks_of(spans), only=None, max_depth=10)
    bands = [[0.0, 1.0], [lanes.tops[2]], [lanes.tops[3]]]
    assert lanes.tops[:2].tolist() == bands[0]
    assert len(lanes.borders) == 2
    for border, (above, below) in zip(lanes.borders, itertools.pairwise(bands), strict=True):
        assert above[-1] + 1 < border < below[0]
        assert border - (above[-1] + 1) == pytest.approx(below[0] - border)  # in the middle of the gap
    assert lanes.row.tolist() == [0, 2, 3, 1]  # the rows of spans by time: a, c, d, b
    assert lanes.height == lanes.tops[-1] + 1


def test_what_is_deeper_than_the_most_shares_the_last_row() -> None:
    spans = nested_spans([(0, "a", 0, 9), (0, "b", 1, 7), (0, "c", 2, 5), (0, "d", 3, 1)])
    lanes = Lanes.of(spans, tracks_of(spans), only=None, max_depth=2)
    assert lanes.row.tolist() == [0, 1, 2, 2]
    assert lanes.folded.tolist() == [False, False, True]
    assert lanes.note.endswith("depth 2 and deeper share a row")
