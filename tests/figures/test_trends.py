"""The runs of a store, one point each, over what they are ordered by."""

import pandas as pd
import pytest

from aero_nb.figures.trends import trend_chart


def runs_of(builds: int) -> pd.DataFrame:
    """Two runs of each build, of 1 and 3 ms."""
    rows = [{"build": f"b{build:03}", "value": value} for build in range(builds) for value in (1000.0, 3000.0)]
    return pd.DataFrame(rows, index=[f"run{number}" for number in range(2 * builds)])


@pytest.mark.parametrize(("builds", "margin"), [(1, 0.5), (5, 0.5), (100, 4.0)])
def test_half_a_label_fits_beside_the_first_and_the_last_build(builds: int, margin: float) -> None:
    figure = trend_chart(runs_of(builds), name="frame", statistic="p50", over="build")
    assert figure.layout.xaxis.range == pytest.approx((-margin, builds - 1 + margin))


def test_each_run_is_a_point_and_the_line_goes_through_the_medians() -> None:
    line, points = trend_chart(runs_of(3), name="frame", statistic="p50", over="build").data
    assert line.y.tolist() == [0.002] * 3
    assert points.x.tolist() == [0, 0, 1, 1, 2, 2]
    assert points.y.tolist() == [0.001, 0.003] * 3
    assert points.customdata[1] == "run1<br>b000: 3.00 ms"
