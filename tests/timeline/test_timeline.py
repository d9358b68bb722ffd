"""Python's end of the timeline: rows, packing, traits, what a saved notebook keeps."""

import gzip
import json
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
import traitlets

import aero_nb
from aero_nb.timeline import PerfettoButton, Timeline, assets, static
from aero_nb.timeline.arguments import arguments_text
from aero_nb.timeline.packing import SectionWriter, pack
from aero_nb.timeline.scene import Scene
from aero_nb.timeline.static import NOTEBOOK_BUDGET
from aero_nb.trace import Trace
from tests.support.packed import integers, unpacked
from tests.support.timeline_page import random_trace, span, trace_of


def two_threads() -> aero_nb.Trace:
    return trace_of(
        {"ph": "M", "name": "thread_name", "args": {"name": "Main"}},
        {"ph": "M", "name": "thread_name", "tid": 2, "args": {"name": "cpu"}},
        span("frame", 10, 100, args={"n": 1}),
        span("render", 20, 50),
        span("step", 15, 60, tid=2),
        {"ph": "C", "name": "counters", "ts": 12, "args": {"bytes": 3}},
    )


def asked(widget: Any, **request: Any) -> tuple[dict[str, Any], list[bytes]]:
    """What the widget answers to a request of its page."""
    sent: list[tuple[dict[str, Any], list[bytes]]] = []
    widget.send = lambda content, buffers=(): sent.append((content, list(buffers)))
    widget._answer(widget, {"id": "7", **request}, [])
    (answer,) = sent
    assert answer[0]["id"] == "7"
    return answer


@pytest.mark.parametrize("seed", range(5))
def test_rows_hold_every_span_once_in_time_order_without_overlap(seed: int) -> None:
    rng = np.random.default_rng(seed)
    events = [
        {"ph": ph, "id": n, "name": f"a{n % 5}", "ts": ts, "tid": int(rng.integers(3))}
        for n in range(200)
        for start in [int(rng.integers(1000))]
        for ph, ts in (("b", start), ("e", start + int(rng.exponential(30))))
    ]
    trace = trace_of(*events, *(span(f"s{n}", n * 5, 4) for n in range(50)))
    rows = Scene(trace).spans
    assert len(rows) == len(trace.spans) + len(trace.async_spans)
    assert sorted(rows.index[rows.asynchronous]) == list(range(len(trace.async_spans)))
    for first, last in zip(rows.row_start[:-1], rows.row_start[1:], strict=True):
        start, end = rows.start[first:last], (rows.start + rows.duration)[first:last]
        assert (np.diff(start) >= 0).all()
        assert (start[1:] >= end[:-1]).all(), "spans of a row do not overlap"


def test_packed_times_are_exact_to_the_nanosecond_in_a_trace_of_a_week() -> None:
    week_us = 7 * 86_400e6
    events = [span("tick", n * week_us / 50 + n / 1000, 60e6 + n / 1000) for n in range(51)]
    scene = Scene(trace_of(*events))
    header, data = unpacked(pack(scene))
    start = np.cumsum(integers(header, data, "start"))
    wanted = np.array([round(event["ts"] * 1000) for event in events])
    np.testing.assert_array_equal(start, wanted)
    np.testing.assert_array_equal(integers(header, data, "duration"), [round(event["dur"] * 1000) for event in events])


def test_parents_and_self_times_survive_packing() -> None:
    scene = Scene(random_trace(3, roots=200))
    header, data = unpacked(pack(scene))
    np.testing.assert_array_equal(np.cumsum(integers(header, data, "parent")) - 1, scene.spans.parent)
    assert header["sections"]["self_at"]["count"] == 0, "self time of nested spans needs no bytes"
    header, _ = unpacked(pack(Scene(trace_of(span("first", 0, 10), span("its child", 2, 3)))))
    assert header["sections"]["self_at"]["count"] == 0


@pytest.mark.parametrize("width", [1, 2, 4])
def test_integers_at_the_edge_of_their_width_survive_packing(width: int) -> None:
    edge = 1 << 8 * width
    values = np.array([0, 1, edge - 2, edge - 1, edge, 2 * edge - 1, 2 * edge, -1, *[7] * 400], np.int64)
    sections = SectionWriter()
    sections.integers("start", values, width)
    header = {"sections": sections.directory}
    np.testing.assert_array_equal(integers(header, b"".join(sections.parts), "start"), values)
    assert sections.directory["start"]["width"] == width


def test_a_million_spans_travel_in_less_than_eight_megabytes() -> None:
    rng = np.random.default_rng(1)
    count = 1_000_000
    start = np.sort(rng.integers(0, 20_000_000_000, count))
    length = np.minimum(rng.exponential(8000, count).astype(np.int64), np.diff(start, append=start[-1] + 9000))
    spans = pd.DataFrame(
        {
            "name": pd.Categorical.from_codes(rng.integers(0, 40, count), [f"name{n}" for n in range(40)]),
            "cat": pd.Categorical.from_codes(np.zeros(count, int), ["aero"]),
            "ts_us": start / 1000,
            "dur_us": length / 1000,
            "self_us": length / 1000,
            "depth": 0,
            "parent": -1,
            "track": 0,
            "unfinished": False,
        }
    )
    few = two_threads()
    tables = {key: getattr(few, key).iloc[:0] for key in ("async_spans", "instants", "counters", "flows", "gaps")}
    tables |= {"spans": spans, "tracks": few.tracks.iloc[:1], "losses": few.losses.iloc[:1], "columns": few.columns}
    assert len(pack(Scene(type("Tables", (), tables)()))) < 8_000_000


def test_traces_without_spans_without_counters_or_empty_have_an_honest_timeline() -> None:
    for trace in (trace_of(), trace_of({"ph": "i", "name": "a", "ts": 1, "s": "t"}), trace_of(span("a", 1, 0))):
        widget = Timeline(trace)
        bundle, _ = widget._repr_mimebundle_()
        assert f"{len(trace.spans)} spans" in bundle["text/plain"]
        assert bundle["image/png"]


def test_a_saved_notebook_grows_by_less_than_150_kilobytes() -> None:
    for roots in (20, 3000, 20_000):
        widget = Timeline(random_trace(1, roots=roots))
        bundle, _ = widget._repr_mimebundle_()
        state = {key: value for key, value in widget.get_state().items() if not isinstance(value, bytes)}
        saved = len(json.dumps(bundle)) + len(json.dumps(state)) + len(bundle["image/png"])
        assert saved < 150_000, f"{roots} roots"
        assert ("data-trace" in bundle["text/html"]) == (len(bundle["text/html"]) > 40_000)
        assert len(bundle["text/html"]) <= NOTEBOOK_BUDGET


def test_window_and_range_are_checked_when_they_are_set() -> None:
    widget = Timeline(two_threads())
    widget.window = (10, 20)
    assert widget.window == [10, 20]
    for wrong in ([20, 10], [float("nan"), 1], [1]):
        with pytest.raises(traitlets.TraitError):
            widget.window = wrong
    assert widget.window == [10, 20]


def test_the_selection_is_a_trace_of_the_range() -> None:
    assert Timeline(two_threads()).selection is None
    widget = Timeline(two_threads())
    widget.selection_range = [11, 18]
    assert widget.selection.spans["name"].tolist() == ["frame", "step"]
    heard = []
    widget.observe(lambda change: heard.append(change["new"]), "selection")
    widget.selection_range = [60, 70]
    assert heard[0].spans["name"].tolist() == widget.selection.spans["name"].tolist()
    widget.selection_range = None
    assert widget.selection is None
    assert heard[1] is None


def test_a_span_clicked_in_the_browser_is_a_row_of_the_table_and_observers_hear_of_it() -> None:
    widget = Timeline(two_threads())
    heard = []
    widget.observe(lambda change: heard.append(change["new"]), "selected_span")
    for place in range(3):
        widget.set_state({"_selected": place})
        row = widget.selected_span
        wanted = widget.trace.spans.loc[row.name]
        assert (row["name"], row["ts_us"]) == (wanted["name"], wanted["ts_us"])
    assert {row["name"] for row in heard} == {"frame", "render", "step"}
    widget.set_state({"_selected": -1})
    assert widget.selected_span is None


def test_zoom_to_takes_an_index_or_a_row_and_selects_it() -> None:
    widget = Timeline(two_threads())
    spans = widget.trace.spans
    render = spans.index[spans["name"] == "render"][0]
    for wanted in (render, spans.loc[render]):
        widget.zoom_to(wanted)
        assert widget.selected_span["name"] == "render"
        assert widget.window[0] < 20 < 70 < widget.window[1]
    with pytest.raises(IndexError, match="expected a span 0 to 2, found 99"):
        widget.zoom_to(99)


def test_show_tracks_takes_names_and_numbers_and_names_what_there_is() -> None:
    widget = Timeline(two_threads())
    number = int(widget.trace.tracks.index[widget.trace.tracks["thread"] == "cpu"][0])
    widget.show_tracks(["cpu", "counters.bytes"])
    assert widget.shown[0] == number
    widget.show_tracks([number])
    assert widget.shown == [number]
    widget.show_tracks(None)
    assert widget.shown is None
    with pytest.raises(KeyError, match="gpu"):
        widget.show_tracks(["gpu"])


def test_a_trace_too_large_for_a_browser_is_refused_with_a_window_that_is_not(monkeypatch: Any, tmp_path: Any) -> None:
    monkeypatch.setattr("aero_nb.timeline.scene.MOST_SPANS", 20)
    trace = random_trace(1)
    wanted = rf"at most 20 spans in a timeline, found {len(trace.spans)}: take a part first"
    with pytest.raises(ValueError, match=wanted) as raised:
        trace.timeline()
    start, end = re.search(r"trace\.window\((\S+), (\S+)\)\.timeline", str(raised.value)).groups()
    part = trace.window(float(start), float(end))
    assert 5 <= len(part.timeline().trace.spans) <= 20
    with pytest.raises(ValueError, match=wanted):
        trace.to_html(tmp_path / "page.html")


def test_unknown_options_are_refused_by_name() -> None:
    with pytest.raises(TypeError, match="colour"):
        Timeline(two_threads(), colour="name")
    assert Timeline(two_threads(), color_by="thread", height=300).color_by == "thread"


def test_the_page_is_answered_by_id_and_errors_reach_it() -> None:
    widget = Timeline(two_threads())
    _, (code,) = asked(widget, ask="module")
    assert gzip.decompress(code).decode() == assets.bundle_source("timeline")
    _, (packed,) = asked(widget, ask="data")
    assert "render" in unpacked(packed)[0]["names"]
    frame = int(np.flatnonzero(widget._scene.spans.index == 0)[0])
    assert json.loads(asked(widget, ask="args", span=frame)[0]["text"]) == {"n": 1}
    _, (data,) = asked(widget, ask="trace")
    assert data == widget.trace.to_bytes()
    assert "IndexError" in asked(widget, ask="args", span=10**9)[0]["error"]
    assert "KeyError" in asked(widget, ask="the moon")[0]["error"]
    _, (plotly,) = asked(widget, ask="plotly")
    assert b"plotly.js" in gzip.decompress(plotly)[:500]


def test_notes_are_saved_with_the_trace_and_read_back(tmp_path: Any) -> None:
    widget = Timeline(two_threads())
    assert widget.notes == []
    widget.notes = [{"ts_us": 20, "dur_us": 5.0, "text": "here"}]
    loaded = aero_nb.load(widget.save(tmp_path / "noted.json"))
    assert Timeline(loaded).notes == [{"ts_us": 20.0, "dur_us": 5.0, "text": "here"}]
    pd.testing.assert_frame_equal(loaded.spans, widget.trace.spans)
    bare = Timeline(two_threads())
    assert bare.save(tmp_path / "bare.json").read_bytes() == bare.trace.to_bytes(), "without notes: as it was"
    with pytest.raises((traitlets.TraitError, ValueError), match="expected a note"):
        widget.notes = [{"text": "when?"}]


def test_notes_of_another_shape_in_a_file_are_left_out() -> None:
    notes = [{"ts_us": 1, "text": "good"}, {"ts_us": "soon", "text": "bad"}, 7]
    assert Timeline(trace_of(span("a", 0, 5), otherData={"aero_nb": {"notes": notes}})).notes == [
        {"ts_us": 1.0, "dur_us": 0.0, "text": "good"}
    ]


def test_lanes_that_share_a_name_say_whose_they_are() -> None:
    trace = trace_of(
        *({"ph": "C", "name": "counters", "tid": tid, "ts": tid, "args": {"bytes": 1}} for tid in (1, 2)),
        *({"ph": "M", "name": "thread_name", "tid": tid, "args": {"name": f"T{tid}"}} for tid in (1, 2)),
        otherData={"aero": {"droppedRecordsByThread": {}}},  # Aero counts per thread, the format per process
    )
    assert [(band.title, band.unit) for band in Scene(trace).bands] == [("bytes · T1", "B"), ("bytes · T2", "B")]
    widget = Timeline(trace)
    widget.show_tracks("bytes")
    assert len(widget.shown) == 2, "the name alone means both"


def test_events_without_pid_or_tid_have_a_lane() -> None:
    trace = trace_of({"ph": "X", "name": "a", "ts": 0, "dur": 5, "pid": None}, span("b", 1, 2, pid="x"))
    header, _ = unpacked(pack(Scene(trace)))
    assert sorted(process["pid"] for process in header["processes"]) == ["none", "x"]


def test_the_perfetto_button_hands_over_the_traces_own_bytes() -> None:
    trace = two_threads()
    _, (data,) = asked(PerfettoButton(trace, "mine"), ask="trace")
    assert data == trace.to_bytes()


def test_threads_that_never_answered_are_one_lane_with_their_names() -> None:
    names = ["Main", "cpu", "gpu", "cpu", "gpu"]  # those of an earlier run are dead, but still in every export
    events = [
        {"ph": "M", "name": "thread_name", "tid": tid, "args": {"name": name}} for tid, name in enumerate(names, 1)
    ]
    spans = [span("frame", 0, 10), span("step", 5, 10, tid=4)]
    aero = {"droppedRecordsByThread": {}, "droppedStringsByThread": {}, "workerExportTimeouts": ["cpu", "gpu", "gpu"]}
    bands = Scene(trace_of(*events, *spans, otherData={"aero": aero})).bands
    assert [(band.title, len(band.lost)) for band in bands] == [
        ("Main", 0),
        ("cpu", 0),
        ("3 silent threads: cpu, gpu, gpu", 1),
    ]


def test_the_still_pictures_count_towards_what_a_saved_notebook_may_grow_by() -> None:
    png, budget = bytes(15_000), static.NOTEBOOK_BUDGET
    bare = len(static.alive_html(png, "alt", b"", {}))
    # It is in the notebook three times: in the HTML, as PNG, and in the widget's state.
    room = budget - bare - 2 * len(static.encoded(png))
    fits, too_large = bytes(room // 4 * 3), bytes(room // 4 * 3 + 3)
    assert "data-trace" in static.notebook_html(png, "alt", fits, {})
    assert len(static.notebook_html(png, "alt", fits, {})) + 2 * len(static.encoded(png)) <= budget
    assert "A still picture" in static.notebook_html(png, "alt", too_large, {})


def test_the_arguments_of_a_span_are_indented_json_and_nothing_where_it_has_none() -> None:
    trace = trace_of(
        span("with", 0, 10, args={"n": [1]}),
        span("without", 20, 10),
        {"ph": "b", "name": "async", "id": 1, "ts": 30, "args": {"n": 2}},
        {"ph": "e", "name": "async", "id": 1, "ts": 40},
    )
    scene = Scene(trace)
    rows = scene.spans
    texts = {scene.names.texts[rows.name[place]]: arguments_text(scene, place) for place in range(len(rows))}
    assert texts == {"with": '{\n "n": [\n  1\n ]\n}', "without": "", "async": ""}


def of_process(pid: int, name: str, **told: Any) -> list[dict[str, Any]]:
    """A process with one span, and what its metadata events tell of it."""
    return [
        {"ph": "M", "name": "process_name", "pid": pid, "args": {"name": name}},
        *({"ph": "M", "name": f"process_{key}", "pid": pid, "args": {key: value}} for key, value in told.items()),
        span("work", 0, 5, pid=pid, tid=pid),
    ]


def test_processes_are_in_the_order_and_have_the_labels_that_the_file_tells() -> None:
    trace = trace_of(
        *of_process(7, "python", labels="CPU", sort_index=5),
        *of_process(0, "python", labels="GPU 0", sort_index=6),
        *of_process(3, "browser"),
    )
    scene = Scene(trace)
    assert scene.process_titles == ["browser", "python · CPU", "python · GPU 0"]
    assert [scene.process_titles[band.process] for band in scene.bands] == scene.process_titles


def test_the_timeline_of_a_window_opens_on_it_whatever_reaches_out() -> None:
    events = [{"ph": "X", "name": "outer", "ts": 0, "dur": 1000, "pid": 1, "tid": 1}]
    events += [{"ph": "X", "name": "inner", "ts": at, "dur": 10, "pid": 1, "tid": 1} for at in range(0, 1000, 100)]
    trace = Trace.from_bytes(json.dumps(events).encode())
    assert trace.window(200, 400).timeline().window == [200.0, 400.0]
    assert trace.window(float("-inf"), 400).timeline().window == [0.0, 400.0]
    assert trace.window(200, 400).timeline(window=[0, 10]).window == [0, 10]
    assert trace.window(2000, 3000).timeline().window is None
    assert trace.timeline().window is None
    widget = trace.timeline()
    widget.selection_range = [100, 200]
    assert widget.selection.timeline().window == [100.0, 200.0]
