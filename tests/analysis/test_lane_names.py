"""Threads and processes of one name: told apart in tables and in pictures, by the same words."""

import json

import pandas as pd
import pytest

from aero_nb.analysis import affected_share, summary
from aero_nb.analysis.lane_names import lane_names, told_apart
from aero_nb.timeline.scene import Scene
from aero_nb.trace import Trace


def named(what, name, pid, tid=1):
    return {"ph": "M", "name": what, "pid": pid, "tid": tid, "args": {"name": name}}


def span(name, pid, dur, tid=1, ts=0):
    return {"ph": "X", "name": name, "pid": pid, "tid": tid, "ts": ts, "dur": dur}


def trace_of(*events):
    return Trace.from_bytes(json.dumps(events).encode())


@pytest.fixture
def two_processes():
    """Return a trace of two processes, each with a thread ``main``, and a thread ``io`` of the first."""
    names = [named("process_name", "web", 1), named("process_name", "gpu", 2)]
    threads = [named("thread_name", "main", 1), named("thread_name", "main", 2), named("thread_name", "io", 1, 2)]
    return trace_of(*names, *threads, span("draw", 1, 30), span("draw", 2, 10), span("read", 1, 5, tid=2))


def test_lanes_of_one_name_are_rows_of_their_own_in_every_table(two_processes):
    expected = {"web · main": 30.0, "gpu · main": 10.0, "io": 5.0}
    assert two_processes.summary(by="thread")["total_us"].to_dict() == expected
    assert two_processes.summary(by="thread")["busy_share"].tolist() == [1, 1, 1]
    roots = two_processes.call_tree(by="thread").query("parent == -1")
    assert roots.set_index("name")["total_us"].to_dict() == expected
    both = two_processes.summary(by=["thread", "name"])["total_us"].to_dict()
    assert both == {("web · main", "draw"): 30.0, ("gpu · main", "draw"): 10.0, ("io", "read"): 5.0}
    of_web = two_processes.spans["pid"] == 1
    assert affected_share(two_processes.spans, of_web, "thread").to_dict() == {
        "web · main": 1.0,
        "gpu · main": 0.0,
        "io": 1.0,
    }


def test_lanes_of_one_name_are_bars_of_their_own_in_the_pictures(two_processes):
    drawn = str(two_processes.flame_graph().data[0].to_plotly_json())
    assert "web · main" in drawn
    assert "gpu · main" in drawn
    labels = list(two_processes.flame_chart().layout.yaxis.ticktext)
    assert labels == ["web · main", "web · io", "gpu · main"]


def test_lanes_of_one_name_in_one_process_have_titles_of_their_own_in_the_timeline():
    names = [named("thread_name", "pool", 1, tid) for tid in (4, 5)]
    bands = Scene(trace_of(*names, span("a", 1, 30, tid=4), span("a", 1, 10, tid=5), span("b", 2, 10))).bands
    assert [band.title for band in bands] == ["pool (4)", "pool (5)", "thread 1"]
    assert [band.label for band in bands] == ["pool", "pool", "thread 1"]


def test_processes_of_one_name_are_told_apart_by_their_pid():
    names = [named("process_name", "Renderer", pid) for pid in (7, 8)]
    trace = trace_of(*names, span("draw", 7, 30), span("draw", 8, 10))
    assert trace.summary(by="process")["total_us"].to_dict() == {"Renderer (7)": 30.0, "Renderer (8)": 10.0}


def test_threads_without_a_name_are_called_after_their_tid():
    trace = trace_of(span("a", 1, 30, tid=4), span("a", 1, 10, tid=5))
    assert trace.summary(by="thread")["total_us"].to_dict() == {"thread 4": 30.0, "thread 5": 10.0}


def test_async_spans_belong_to_the_thread_that_began_them():
    names = [named("thread_name", "main", pid) for pid in (1, 2)]
    pairs = [
        {"ph": ph, "cat": "io", "name": name, "id": f"{pid}{name}", "pid": pid, "tid": 1, "ts": ts + pid}
        for pid in (1, 2)
        for name in ("read", "write")
        for ph, ts in (("b", 0), ("e", 10 * pid))
    ]
    table = trace_of(*names, *pairs).summary(by="thread", table="async_spans")
    assert table["total_us"].to_dict() == {"process 2 · main": 40.0, "process 1 · main": 20.0}


@pytest.mark.parametrize(
    ("names", "details", "expected"),
    [
        (["a", "b"], ["1", "2"], ["a", "b"]),
        (["a", "a"], ["1", "2"], ["a (1)", "a (2)"]),
        (["a", "a"], ["1", "1"], ["a #1", "a #2"]),
        (["a", "a", "a #1"], ["", "", ""], ["a #2", "a #3", "a #1"]),
        (["", ""], ["", ""], ["#1", "#2"]),
    ],
)
def test_equal_names_get_their_detail_or_a_number(names, details, expected):
    assert told_apart(names, details) == expected


def test_no_two_lanes_have_one_name_whatever_is_known_of_them():
    rows = [(thread, tid, process) for thread in ("main", None) for tid in (1, 2) for process in ("a", None)]
    lanes = pd.DataFrame(rows, columns=["thread", "tid", "process"])
    for columns in (["thread"], ["thread", "tid"], ["thread", "process"], ["thread", "tid", "process"], ["process"]):
        names = lane_names(lanes[columns])
        assert len(set(names)) == len(names)
    assert summary(trace_of(span("a", 1, 3)).spans, by="thread").index.tolist() == ["thread 1"]


def test_an_id_in_words_is_a_name_and_an_empty_one_is_said_to_be_none():
    """As in Kineto's traces, whose profiler records as pid "Traces" and, without any id, as pid ""."""
    trace = trace_of(
        span("steps", "Traces", 9, tid="Profiler"), span("start", "", 5, tid=""), span("io", 3, 2, tid="0x7f")
    )
    scene = Scene(trace)
    assert scene.process_titles == ["Traces", "(no process)", "process 3"]
    assert [band.title for band in scene.bands] == ["Profiler", "(no thread)", "thread 0x7f"]
    assert list(trace.flame_chart().layout.yaxis.ticktext) == [
        "Traces · Profiler",
        "(no thread)",
        "process 3 · thread 0x7f",
    ]
    assert trace.summary(by="process").index.tolist() == ["Traces", "(no process)", "process 3"]
