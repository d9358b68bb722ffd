"""The rows of a counter picture: their scales, and which series share one."""

import numpy as np
import pytest

from aero_nb.figures import counter_timeline
from tests.support.picture_tables import counter_tracks

SCALES = {"a": [(0.0, 1_000.0), (5.0, 1_010.0)], "b": [(0.0, 1.0), (2.0, 0.0), (4.0, 100.0)], "c": [(0.0, 7.0)]}


@pytest.mark.parametrize(
    ("scale", "low", "high"), [("zero", 0.0, 1_010.0), ("fit", 1_000.0, 1_010.0), ("log", 3.0, np.log10(1_010.0))]
)
def test_a_counters_scale_begins_at_zero_fits_or_is_logarithmic(scale, low, high):
    figure = counter_timeline(counter_tracks(SCALES), series="a", scale=scale)
    bottom, top = figure.layout.yaxis.range
    assert low - (high - low) * 0.1 <= bottom <= low
    assert high < top <= high + (high - low) * 0.1
    assert (figure.layout.yaxis.type == "log") == (scale == "log")
    assert figure._still()


def test_what_is_not_above_zero_has_no_place_on_a_logarithmic_scale():
    (line,) = counter_timeline(counter_tracks(SCALES), series="b", scale="log").data
    assert np.isnan(line.y[1])
    assert line.y[2] == 100.0
    with pytest.raises(ValueError, match="expected scale 'zero', 'fit' or 'log', found 'ln'"):
        counter_timeline(counter_tracks(SCALES), scale="ln")


def test_series_of_one_list_share_a_row():
    figure = counter_timeline(counter_tracks(SCALES), series=["a", ["c", "b"]])
    assert [line.yaxis for line in figure.data] == ["y", "y2", "y2"]
    assert figure.layout.yaxis2.range[1] > 100
    assert [note.text.count("●") for note in figure.layout.annotations] == [0, 2]
