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


def test_changes_are_bands_where_they_may_lie_and_levels_of_the_segments_between() -> None:
    changes = pd.DataFrame(
        {
            "at": ["b010", "b020"],
            "earliest": ["b009", "b020"],
            "latest": ["b012", "b020"],
            "before_us": [2000.0, 2500.0],
            "after_us": [2500.0, 1000.0],
            "change": [0.25, -0.6],
            "kind": ["regression", "improvement"],
        }
    )
    figure = trend_chart(runs_of(30), name="frame", statistic="p50", over="build", changes=changes)
    level = figure.data[2]
    assert level.x == (-0.5, 9.5, None, 9.5, 19.5, None, 19.5, 29.5, None)
    assert level.y == pytest.approx((0.002, 0.002, None, 0.0025, 0.0025, None, 0.001, 0.001, None), nan_ok=True)
    assert [(shape.x0, shape.x1) for shape in figure.layout.shapes] == [(8.5, 12.5), (19.5, 20.5)]
    texts = [note.text for note in figure.layout.annotations]
    assert "regression +25.0% at b010" in texts
    assert "improvement -60.0% at b020" in texts
    assert len(trend_chart(runs_of(3), name="frame", statistic="p50", over="build", changes=changes[:0]).data) == 2


def test_long_labels_have_room() -> None:
    table = runs_of(60).assign(build=[f"2026-01-{row:04}" for row in range(120)])
    figure = trend_chart(table, name="frame", statistic="p50", over="build")
    assert len(figure.layout.xaxis.tickvals) <= 6
    assert figure.layout.xaxis.tickvals[0] == 0
    assert figure.layout.xaxis.tickvals[-1] == 119
