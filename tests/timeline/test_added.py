"""DataFrames as tracks of a timeline: Python's end."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import aero_nb
from aero_nb.timeline import Timeline
from tests.support import profiles
from tests.support.profiles import ROOT, chunk, node, profile
from tests.support.timeline_page import span, trace_of

KERNELS = pd.DataFrame({"ts_us": [30.0, 20.0, 25.5], "dur_us": [5.0, 40.0, 2.0], "name": ["k1", "k2", "k1"]})


def small_trace(**more: Any) -> aero_nb.Trace:
    return trace_of(
        {"ph": "M", "name": "thread_name", "args": {"name": "Main"}},
        span("frame", 10, 100, args={"n": 1}),
        span("render", 60, 20),
        {"ph": "C", "name": "bytes", "ts": 12, "args": {"value": 3}},
        {"ph": "b", "id": 1, "name": "load", "cat": "net", "ts": 5},
        {"ph": "e", "id": 1, "name": "load", "cat": "net", "ts": 50},
        **more,
    )


def titles(widget: Timeline) -> list[str]:
    return [band.title for band in widget._scene.bands]


def drawn(widget: Timeline, title: str) -> list[tuple[str, float, float]]:
    """What is drawn on a track: names, starts and durations in µs."""
    rows, zero = widget._scene.spans, widget._scene.zero_us
    (band,) = [band for band in widget._scene.bands if band.title == title]
    found = []
    for row in range(band.first_row, band.first_row + band.rows):
        for place in range(rows.row_start[row], rows.row_start[row + 1]):
            name = widget._scene.names.texts[rows.name[place]]
            found.append((name, zero + rows.start[place] / 1000, rows.duration[place] / 1000))
    return sorted(found)


def test_rows_of_a_frame_are_spans_above_the_trace_and_others_keep_their_numbers() -> None:
    widget = Timeline(small_trace())
    before, bands = widget._packed, titles(widget)
    widget.add_spans(KERNELS.assign(grid=[1, 2, 3], note=[None, "b", "c"]), name="gpu")
    assert titles(widget) == ["gpu", *bands]
    assert drawn(widget, "gpu") == [("k1", 25.5, 2.0), ("k1", 30.0, 5.0), ("k2", 20.0, 40.0)]
    assert widget._packed != before
    assert widget._revision == 1
    widget.zoom_to(1)
    assert widget.selected_span["name"] == "render"
    assert sorted(b.track for b in widget._scene.bands if b.process == 1) == widget.trace.tracks.index.tolist()


def test_an_added_span_that_is_clicked_is_the_row_of_the_frame_with_its_args() -> None:
    frame = KERNELS.assign(grid=[1, 2, 3], note=[None, "b", "c"]).set_index(pd.Index([7, 8, 9]))
    widget = Timeline(small_trace())
    widget.add_markers(pd.DataFrame({"ts_us": [33.0]}), name="log")
    widget.add_spans(frame, name="gpu")
    seen = {}
    for place in range(len(widget._scene.spans)):
        widget._selected = place
        seen[widget.selected_span.name] = widget.selected_span.to_dict()
        if widget.selected_span.name in frame.index and "grid" in widget.selected_span:
            args = widget._scene.trace.args(int(widget._scene.spans.index[place]))
            assert args == widget.selected_span[["grid", "note"]].dropna().to_dict()
    for number, row in frame.iterrows():
        assert seen[number] == row.to_dict()


def test_the_selection_and_what_is_saved_have_what_was_added_and_the_trace_has_not(tmp_path: Any) -> None:
    trace = small_trace()
    widget = Timeline(trace)
    widget.selection_range = [15, 45]
    assert widget.selection.spans["name"].tolist() == ["frame"]
    widget.add_spans(KERNELS, name="gpu")
    assert widget.selection.spans["name"].tolist() == ["frame", "k2", "k1", "k1"]
    assert widget.selection.spans["ts_us"].is_monotonic_increasing
    assert widget.trace is trace
    loaded = aero_nb.load(widget.save(tmp_path / "both.json"))
    gpu = loaded.spans[loaded.spans["thread"] == "gpu"]
    assert gpu[["ts_us", "dur_us", "name"]].astype({"name": str}).to_numpy().tolist() == [
        [20.0, 40.0, "k2"],
        [25.5, 2.0, "k1"],
        [30.0, 5.0, "k1"],
    ]
    assert len(loaded.spans) == 5
    assert len(loaded.async_spans) == 1


def test_one_of_the_same_name_replaces_the_other() -> None:
    widget = Timeline(small_trace())
    widget.add_spans(KERNELS, name="gpu")
    widget.add_markers(pd.DataFrame({"ts_us": [31.0]}), name="gpu")
    widget.add_spans(KERNELS.head(1), name="gpu")
    assert len(widget._scene.trace.spans) == 3
    assert len(widget._scene.trace.instants) == 1


def test_ranges_markers_and_counters() -> None:
    widget = Timeline(small_trace())
    widget.add_ranges(
        pd.DataFrame({"from": [20.0], "to": [28.0], "what": ["warm"]}), start="from", end="to", label="what"
    )
    widget.add_markers(pd.DataFrame({"ts_us": [33.0, 31.0], "name": ["late", "early"]}))
    widget.add_counter(pd.DataFrame({"ts_us": [50.0, 20.0], "temperature": [np.nan, 30.0]}), value="temperature")
    assert drawn(widget, "ranges") == [("warm", 20.0, 8.0)]
    assert widget._scene.trace.instants.sort_values("ts_us")["name"].tolist() == ["early", "late"]
    counters = widget._scene.trace.counters.query("series == 'temperature'").sort_values("ts_us")
    np.testing.assert_equal(counters["value"].to_numpy(), [30.0, np.nan])


def test_moments_of_the_wall_clock_are_put_on_the_clock_of_the_trace() -> None:
    start = pd.Timestamp("2026-03-01 12:00", tz="UTC")
    trace = small_trace(otherData={"aero": {"startTimeEpochUs": start.value / 1000}})
    assert trace.start == start
    frame = pd.DataFrame({"when": [start + pd.Timedelta("40us")], "for": [pd.Timedelta("7us")]})
    widget = Timeline(trace)
    for each in (frame, frame.assign(when=frame["when"].dt.tz_localize(None))):
        widget.add_spans(each, name="log", start="when", duration="for")
        assert drawn(widget, "log") == [("log", 40.0, 7.0)]
    with pytest.raises(ValueError, match=r"trace\.start is None"):
        Timeline(small_trace()).add_spans(frame, start="when", duration="for")


def test_rows_without_a_time_are_counted_in_a_warning_and_in_the_words_of_the_picture() -> None:
    frame = KERNELS.assign(ts_us=[21.0, np.nan, 23.0], dur_us=[1.0, 1.0, -1.0])
    widget = Timeline(small_trace())
    with pytest.warns(UserWarning, match="2 of 3 rows of 'gpu' have no time"):
        widget.add_spans(frame, name="gpu")
    assert "2 of 3 rows of 'gpu' have no time" in widget._alt
    assert drawn(widget, "gpu") == [("k1", 21.0, 1.0)]
    with pytest.warns(UserWarning, match="nothing to draw in 'none'"):
        widget.add_markers(pd.DataFrame({"ts_us": []}, dtype=float), name="none")
    with pytest.warns(UserWarning, match="all of 'seconds' .* lies outside of the trace"):
        widget.add_markers(pd.DataFrame({"ts_us": [1.7e15]}), name="seconds")


def test_errors_name_the_column_that_was_expected_and_what_was_found() -> None:
    widget = Timeline(small_trace())
    with pytest.raises(
        ValueError, match=r"add_spans\(\): expected a column 'dur_us' .* found the columns 'ts_us', 'name'"
    ):
        widget.add_spans(KERNELS.drop(columns="dur_us"))
    with pytest.raises(ValueError, match=r"add_markers\(\): expected numbers in 'name'"):
        widget.add_markers(KERNELS, at="name")
    with pytest.raises(ValueError, match=r"add_counter\(\): expected a column 'value'"):
        widget.add_counter(KERNELS)
    with pytest.raises(TypeError, match=r"add_ranges\(\): expected a DataFrame, found list"):
        widget.add_ranges([1])
    assert widget._revision == 0


def test_a_query_s_result_is_drawn_and_hidden_tracks_stay_hidden() -> None:
    trace = small_trace()
    widget = Timeline(trace)
    widget.show_tracks(["Main"])
    with warnings.catch_warnings(action="error"):
        widget.add_spans(trace.spans[trace.spans["name"] == "render"], name="found")
    assert drawn(widget, "found") == [("render", 60.0, 20.0)]
    assert [widget._scene.trace.tracks["thread"][track] for track in widget.shown] == ["Main", "found"]


def test_a_trace_with_samples_keeps_its_lanes_and_numbers() -> None:
    trace = profiles.trace_of(
        profile(start=0), chunk([2, 3, 2], [10, 10, 10], [ROOT, node(2, "main"), node(3, "draw", 2)])
    )
    widget = Timeline(trace)
    bands, before = titles(widget), len(widget._scene.spans)
    widget.add_spans(pd.DataFrame({"ts_us": [12.0], "dur_us": [5.0]}), name="mine")
    assert titles(widget) == ["mine", *bands]
    assert len(widget._scene.spans) == before + 1
    (place,) = np.flatnonzero(np.array(widget._scene.names.texts)[widget._scene.spans.name] == "mine")
    widget._selected = int(place)
    assert widget.selected_span.to_dict() == {"ts_us": 12.0, "dur_us": 5.0}
