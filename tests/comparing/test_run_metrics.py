"""The numbers of one run that comparisons and thresholds are made of."""

import numpy as np
import pytest

import aero_nb
from aero_nb.comparing.run_metrics import _mean_over_time, measure_run


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


def test_frame_times_are_in_milliseconds_and_rates_in_one_per_second():
    frames = [{"ph": "X", "name": "frame", "ts": 16_000 * n, "dur": 9_000, "pid": 1, "tid": 1} for n in range(20)]
    table = measure_run(aero_nb.load({"traceEvents": frames})).loc["frame"]
    units = dict(zip(table.index.get_level_values("statistic"), table["unit"], strict=True))
    assert {"fps": "1/s", "p50": "ms", "p99": "ms"}.items() <= units.items()
    values = dict(zip(table.index.get_level_values("statistic"), table["value"], strict=True))
    assert (values["fps"], values["p50"]) == pytest.approx((62.5, 16.0))
