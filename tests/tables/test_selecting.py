"""Parts of a Trace: windows of time, and some of its processes, threads and names."""

import json
import re

import pytest
from hypothesis import given, settings

from aero_nb import Trace
from tests.support import strategies
from tests.support.equality import assert_same
from tests.support.model_tables import document_of

EVENTS = [
    {"ph": "M", "name": "process_name", "pid": 1, "args": {"name": "Aero"}},
    {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "cpu"}},
    {"ph": "M", "name": "thread_name", "pid": 1, "tid": 2, "args": {"name": "gpu"}},
    {"ph": "M", "name": "process_name", "pid": 2, "args": {"name": "Python"}},
    {"ph": "X", "name": "frame", "pid": 1, "tid": 1, "ts": 0, "dur": 100},
    {"ph": "X", "name": "run", "pid": 1, "tid": 1, "ts": 10, "dur": 30},
    {"ph": "X", "name": "draw", "pid": 1, "tid": 2, "ts": 50, "dur": 20, "args": {"calls": 3}},
    {"ph": "X", "name": "cell", "pid": 2, "tid": 1, "ts": 60, "dur": 100},
    {"ph": "i", "name": "vsync", "pid": 1, "tid": 1, "ts": 50},
    {"ph": "C", "name": "counters", "pid": 1, "tid": 1, "ts": 40, "args": {"reads": 1}},
    {"ph": "C", "name": "counters", "pid": 1, "tid": 1, "ts": 60, "args": {"reads": 2, "writes": 5}},
    {"ph": "b", "name": "load", "cat": "net", "id": 1, "pid": 1, "tid": 1, "ts": 5, "dur": 0},
    {"ph": "e", "name": "load", "cat": "net", "id": 1, "pid": 1, "tid": 1, "ts": 55},
    {"ph": "s", "name": "go", "cat": "f", "id": 1, "pid": 1, "tid": 1, "ts": 20},
    {"ph": "f", "name": "go", "cat": "f", "id": 1, "pid": 1, "tid": 2, "ts": 51, "bp": "e"},
    {"ph": "E", "name": "lost", "pid": 1, "tid": 2, "ts": 90},
    {"ph": "X", "name": "when", "pid": 1, "tid": 1, "ts": None},
]


@pytest.fixture(scope="module")
def trace():
    return Trace.from_bytes(json.dumps(EVENTS).encode())


def names(table):
    return table["name"].tolist()


def test_a_window_keeps_what_overlaps_it_whole(trace):
    part = trace.window(40, 60)
    assert names(part.spans) == ["frame", "draw"]
    assert part.spans["dur_us"].tolist() == [100, 20]
    assert names(part.instants) == ["vsync"]
    assert part.counters["ts_us"].tolist() == [40]
    assert names(part.async_spans) == ["load"]


def test_a_window_is_half_open(trace):
    assert names(trace.window(40, 50).spans) == ["frame"]  # run ends at 40, draw begins at 50
    assert names(trace.window(39.999, 50.001).spans) == ["frame", "run", "draw"]
    assert names(trace.window(55, 55).spans) == ["frame", "draw"]  # open at that moment


def test_a_zero_length_span_is_in_the_window_that_begins_with_it():
    data = b'[{"ph":"X","name":"z","pid":1,"tid":1,"ts":5,"dur":0}]'
    trace = Trace.from_bytes(data)
    assert names(trace.window(5, 6).spans) == ["z"]
    assert names(trace.window(4, 5).spans) == []


def test_parents_outside_a_part_are_minus_one_and_depth_is_not_recomputed(trace):
    part = trace.filter(name="run")
    assert part.spans["parent"].tolist() == [-1]
    assert part.spans["depth"].tolist() == [1]
    assert part.spans["self_us"].tolist() == [30]


def test_spans_are_renumbered_with_their_parents_and_arrows(trace):
    part = trace.filter(process="Aero").window(45, 1000)
    spans, flows = part.spans, part.flows
    assert names(spans) == ["frame", "draw"]
    assert spans["parent"].tolist() == [-1, -1]
    assert (flows["from_span"].tolist(), flows["to_span"].tolist()) == ([-1], [1])


def test_clip_cuts_spans_and_their_self_time(trace):
    part = trace.window(20, 60, clip=True)
    assert part.spans[["name", "ts_us", "dur_us", "self_us"]].to_numpy().tolist() == [
        ["frame", 20, 40, 20],
        ["run", 20, 20, 20],
        ["draw", 50, 10, 10],
    ]
    assert part.async_spans[["ts_us", "dur_us"]].to_numpy().tolist() == [[20, 35]]


def test_what_has_no_time_stays_in_every_window(trace):
    kinds = trace.window(500, 600).to_dataframe()["kind"].tolist()
    assert kinds == ["metadata"] * 4 + ["unplaced"]


def test_the_lanes_of_a_window_count_what_is_in_it(trace):
    assert trace.window(40, 60).tracks.query("kind == 'thread'")["spans"].tolist() == [1, 1, 0]
    assert trace.window(95, 200).losses["orphan_ends"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("bounds", [(10, 5), (float("nan"), 5)])
def test_a_window_that_is_none_is_refused(trace, bounds):
    with pytest.raises(ValueError, match="expected"):
        trace.window(*bounds)


def test_an_unbounded_window_is_the_whole(trace):
    assert_same(trace, trace.window(-float("inf"), float("inf")))


def test_a_window_counts_from_the_origin_of_a_late_clock():
    events = [
        {"ph": "X", "name": str(n), "pid": 1, "tid": 1, "ts": 1_700_000_000_000_000 + n, "dur": 1} for n in range(3)
    ]
    trace = Trace.from_bytes(json.dumps(events).encode())
    assert names(trace.window(1, 2).spans) == ["1"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"process": "Python"}, ["cell"]),
        ({"process": 2}, ["cell"]),
        ({"process": ["Python", 1]}, ["frame", "run", "draw", "cell"]),
        ({"thread": "cpu"}, ["frame", "run"]),
        ({"thread": 1}, ["frame", "run", "cell"]),
        ({"process": "Aero", "thread": 1, "name": ["run", "draw"]}, ["run"]),
        ({"name": re.compile("^.ra")}, ["frame", "draw"]),
        ({"thread": "no such"}, []),
    ],
)
def test_a_filter_keeps_the_spans_of_the_given_processes_threads_and_names(trace, choice, expected):
    assert names(trace.filter(**choice).spans) == expected


def test_a_filter_takes_counters_by_series_or_name(trace):
    assert trace.filter(name="counters.writes").counters["value"].tolist() == [5]
    assert len(trace.filter(name="counters").counters) == 3


def test_lanes_without_a_filtered_row_of_theirs_are_gone(trace):
    part = trace.filter(thread="gpu")
    assert part.tracks["thread"].tolist() == ["gpu"]
    assert part.spans["track"].tolist() == [0]
    assert part.losses["orphan_ends"].tolist() == [1]


def test_a_filter_by_nothing_is_the_whole(trace):
    assert_same(trace, trace.filter())


def test_a_part_is_saved_from_its_tables(trace):
    part = trace.window(40, 60)
    copy = Trace.from_bytes(part.to_bytes())
    for table, columns in {
        "spans": ["name", "ts_us", "dur_us", "thread"],
        "instants": ["name", "ts_us", "scope", "thread"],
        "counters": ["series", "ts_us", "value"],
        "async_spans": ["name", "id", "ts_us", "dur_us"],
        "flows": ["to_span", "from_ts_us", "to_ts_us"],  # its begin now lies in the span around the one that went
    }.items():
        ours, theirs = (getattr(one, table)[columns].to_dict("records") for one in (part, copy))
        assert ours == theirs
    assert part.args(1) == copy.args(1) == {"calls": 3}
    assert json.loads(trace.filter(name="counters.writes").to_bytes())["traceEvents"][-1]["args"] == {"writes": 5}


def test_the_trace_itself_is_not_changed(trace):
    before = Trace.from_bytes(json.dumps(EVENTS).encode())
    trace.window(40, 60, clip=True).filter(process="Aero")
    assert_same(before, trace)


@settings(max_examples=60, deadline=None)
@given(strategies.mixed_traces, strategies.gaps())
def test_an_unbounded_window_and_an_empty_filter_change_nothing(events, gaps):
    trace = Trace.from_bytes(json.dumps(document_of(events, gaps)).encode())
    assert_same(trace, trace.window(-float("inf"), float("inf"), clip=True))
    assert_same(trace, trace.filter())
