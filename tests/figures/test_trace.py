"""The pictures of a loaded Trace: on one time axis, of every real trace at hand."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aero_nb
from aero_nb.analysis.durations import duration_bins
from aero_nb.figures import Figure
from tests.support.picture_tables import nested_spans
from tests.support.shared import SHARED, needs_shared

EVENTS = [
    {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "Main"}},
    {"ph": "X", "name": "frame", "ts": 1_000, "dur": 500, "pid": 1, "tid": 1},
    {"ph": "X", "name": "render", "ts": 1_100, "dur": 200, "pid": 1, "tid": 1},
    {"ph": "C", "name": "counters", "ts": 1_200, "pid": 1, "tid": 1, "args": {"bytes": 4096}},
    {"ph": "C", "name": "counters", "ts": 1_400, "pid": 1, "tid": 1, "args": {"bytes": 8192}},
    {"ph": "i", "name": "ready", "ts": 900, "pid": 1, "tid": 1, "s": "t"},
]


def pictures(trace):
    return {
        "flame chart": trace.flame_chart(),
        "flame graph": trace.flame_graph(),
        "inverted": trace.flame_graph(inverted=True),
        "around": trace.flame_graph(around="frame"),
        "counters": trace.counter_timeline(),
        "rates": trace.counter_timeline(mode="rate"),
        "histogram": trace.duration_histogram("frame"),
        "frames": trace.frames_chart(),
        "utilisation": trace.utilisation_chart(),
    }


def test_the_pictures_over_time_show_the_same_stretch_from_the_first_event_on():
    drawn = pictures(aero_nb.load(json.dumps(EVENTS).encode()))
    for name in ("flame chart", "counters", "rates", "utilisation"):
        assert drawn[name].layout.xaxis.range == pytest.approx((0, 600e-6)), name
    assert drawn["flame chart"].data[0].base.tolist() == pytest.approx([100e-6, 200e-6])
    assert drawn["counters"].data[0].x.tolist() == pytest.approx([300e-6, 500e-6, 600e-6])
    assert drawn["counters"].layout.yaxis.ticksuffix == "B"
    again = [*EVENTS, {"ph": "X", "name": "frame", "ts": 1_500, "dur": 0, "pid": 1, "tid": 1}]
    frames = aero_nb.load(json.dumps(again).encode()).frames_chart()  # a frame lasts until the next one begins
    assert frames.data[0].x.tolist() == pytest.approx([350e-6])


def test_chosen_tracks_and_windows_reach_the_flame_chart():
    trace = aero_nb.load(json.dumps(EVENTS).encode())
    chart = trace.flame_chart(tracks=["Main"], window=(1_100.0, 1_300.0), min_width_px=1)
    assert chart.layout.xaxis.range == pytest.approx((200e-6, 400e-6))
    with pytest.raises(ValueError, match="found 'cpu'"):
        trace.flame_chart(tracks=["cpu"])


def test_an_empty_trace_draws_that_it_is_empty():
    trace = aero_nb.load(b"[]")
    assert all(isinstance(figure, Figure) for figure in pictures(trace).values())
    assert trace.flame_chart().alt == "An empty picture: no spans in this trace"
    assert trace.counter_timeline().alt == "An empty picture: no counters in this trace"


REAL = sorted((SHARED / "traces" / "aero").glob("*.json*"))
NO_TRACES = ("perf_", "run_summary")  # perf captures, thresholds, a summary


@needs_shared
@pytest.mark.parametrize("path", [p for p in REAL if not p.name.startswith(NO_TRACES)], ids=lambda path: path.name)
def test_every_real_trace_is_drawn_small_and_with_a_still_form(path):
    trace = aero_nb.load(path)
    for name, figure in pictures(trace).items():
        bundle = figure._repr_mimebundle_()
        assert len(str(bundle)) < 400_000, name
        assert bundle["text/html"].startswith("<div ")


@given(st.lists(st.integers(0, 5_000), max_size=40), st.integers(1, 20))
def test_duration_bins_hold_each_span_of_the_name_once(durations, bins):
    rows = [(0, "x", k * 10_000.0, float(us)) for k, us in enumerate(durations)]
    spans = nested_spans([*rows, (1, "other", 0.0, 77.0)])
    table = duration_bins(spans, "x", bins=bins)
    assert table["count"].sum() == len(durations)
    last = len(table) - 1
    for i, low, high, count in table.itertuples():
        inside = [us for us in durations if (us == 0 if high == 0 else low <= us < high or (i == last and us == high))]
        assert count == len([us for us in inside if us > 0 or high == 0])
    assert (table["from_us"].iloc[1:].to_numpy() >= table["from_us"].iloc[:-1].to_numpy()).all()


def test_duration_bins_are_equal_in_width_or_in_ratio():
    narrow = duration_bins(nested_spans([(0, "x", 0.0, 10.0), (0, "x", 50.0, 30.0)]), "x", bins=4)
    assert narrow["to_us"].tolist() == [15, 20, 25, 30]
    wide = duration_bins(nested_spans([(0, "x", 0.0, 1.0), (0, "x", 50.0, 10_000.0)]), "x", bins=4)
    assert np.allclose(wide["to_us"], [10, 100, 1_000, 10_000])
    assert (
        duration_bins(nested_spans([]), "x").dtypes.to_dict()
        == pd.Series(
            {"from_us": np.dtype("float64"), "to_us": np.dtype("float64"), "count": np.dtype("int64")}
        ).to_dict()
    )
    with pytest.raises(ValueError, match="at least 1 bin, found 0"):
        duration_bins(nested_spans([]), "x", bins=0)
