"""The numbers of one run that comparisons and thresholds are made of."""

import numpy as np
import pytest

from aero_nb.comparing.run_metrics import _mean_over_time


@pytest.mark.parametrize(
    ("ts", "value", "mean"),
    [
        ([0.0, 3.0, 4.0], [10.0, 2.0, 99.0], 8.0),  # 10 for three quarters of the time, 2 for one; 99 has just begun
        ([0.0, 0.0, 2.0], [50.0, 10.0, 10.0], 10.0),
        ([5.0, 5.0, 5.0], [1.0, 2.0, 3.0], 3.0),
        ([5.0], [7.0], 7.0),
    ],
)
def test_the_mean_of_a_level_is_over_time_and_of_one_moment_the_last(ts, value, mean):
    assert _mean_over_time(np.array(ts), np.array(value)) == mean
