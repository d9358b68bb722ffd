"""What V8's sampling profiler wrote becomes samples and stacks, whole or damaged."""

import gzip
import json
import random

import pytest

from aero_nb.trace import Trace, load
from tests.support.profiles import COLLECTOR, IDLE, ROOT, chunk, node, profile, stacks_of, trace_of
from tests.support.shared import SHARED, needs_shared

APP = {"url": "http://x/app.js", "lineNumber": 9, "columnNumber": 4}


def codes(trace):
    found = trace.diagnostics
    return dict(zip(found["code"].astype(object), found["count"].tolist(), strict=True))


def test_samples_are_told_in_chunks_and_are_put_in_order():
    trace = trace_of(
        profile(tid=4, start=100),
        chunk([2, 3], [10, 20], [ROOT, node(2, "main", **APP), node(3, "draw", 2)]),
        chunk([2, 4], [30, -15], [node(4, IDLE, codeType="other")], endTime=175),
    )
    assert stacks_of(trace) == [
        (110.0, 20.0, "main"),
        (130.0, 15.0, "main > draw"),
        (145.0, 15.0, "(idle)"),
        (160.0, 15.0, "main"),
    ]
    assert set(trace.samples["tid"]) == {4}  # not of the thread that wrote the chunks
    assert trace.stacks[["function", "file", "line", "column", "kind"]].astype(object).values.tolist()[0] == [
        "main",
        "http://x/app.js",
        10,
        5,
        "js",
    ]
    assert trace.stacks["kind"].tolist() == ["js", "idle", "js"]
    assert codes(trace) == {}
    assert set(trace.to_dataframe(["sample"])["name"]) == {"Profile", "ProfileChunk"}  # the events are rows as before


def test_kinds_are_those_of_v8():
    nodes = [
        ROOT,
        node(2, "f", codeType="wasm"),
        node(3, COLLECTOR, codeType="other"),
        node(4, "(program)", codeType="other"),
    ]
    older = [
        node(5, "g", codeType="", url="wasm://wasm/1"),
        node(6, "h", codeType="", url="x.js"),
        node(7, "", codeType=""),
    ]
    trace = trace_of(profile(), chunk(range(2, 8), [1] * 6, nodes + older))
    assert trace.stacks.loc[trace.samples["stack"], "kind"].tolist() == ["wasm", "gc", "native", "wasm", "js", "native"]
    assert trace.stacks["function"].tolist()[-1] == "(anonymous)"


def test_a_parent_may_come_in_a_later_chunk_and_the_root_is_no_function():
    trace = trace_of(
        profile(), chunk([3, 1], [5, 5], [node(3, "draw", 2)]), chunk([], [], [ROOT, node(2, "main")], ts=2_000_000)
    )
    assert stacks_of(trace) == [(5.0, 5.0, "main > draw"), (10.0, 0.0, "")]
    assert trace.samples["stack"].tolist()[1] == -1
    assert codes(trace) == {}


@pytest.mark.parametrize(
    ("events", "found", "stacks"),
    [
        ([profile(), chunk([3], [5], [ROOT, node(3, "draw", 2)])], {"sample_parent": 1}, ["draw"]),
        ([profile(), chunk([3], [5], [node(3, "a", 4), node(4, "b", 3)])], {"sample_parent": 1}, ["a"]),
        ([profile(), chunk([3], [5], [node(3, "a", 3)])], {"sample_parent": 1}, ["a"]),
        ([profile(), chunk([2, 2, 2], [5], [ROOT, node(2, "a")])], {"sample_time": 2}, ["a"]),
        ([profile(), chunk([2], [5, 5, 5], [ROOT, node(2, "a")])], {"sample_time": 2}, ["a"]),
        ([profile(), chunk([2, 9], [5, 5], [ROOT, node(2, "a")])], {"sample_node": 1}, ["a", ""]),
        ([chunk([2], [5], [ROOT, node(2, "a")])], {"sample_profile_cut": 1}, ["a"]),
        ([profile(), chunk([2, "x"], [5, 5], [ROOT, node(2, "a"), "no node"])], {"sample_chunk": 1}, ["a"]),
        ([profile(), chunk([2], [5], [ROOT, node(2, "a")], startTime="soon")], {"sample_chunk": 1}, ["a"]),
        ([profile(), chunk([2, 2], [5, 1e300], [ROOT, node(2, "a")])], {"sample_time": 1}, ["a"]),
        ([profile(args={"data": 1}), chunk([2], [5], [ROOT, node(2, "a")])], {"sample_chunk": 1}, ["a"]),
        ([profile(args=None, ts="never")], {"unplaced": 1}, []),
    ],
)  # fmt: skip
def test_what_is_damaged_is_counted_and_the_rest_is_read(events, found, stacks):
    trace = trace_of(*events)
    assert codes(trace) == found
    assert [path for _, _, path in stacks_of(trace)] == stacks


def test_times_without_a_sample_pass():
    trace = trace_of(profile(), chunk([2], [5, 7], [ROOT, node(2, "a")]), chunk([2], [10], endTime=30))
    assert stacks_of(trace) == [(5.0, 17.0, "a"), (22.0, 8.0, "a")]


def test_a_profile_whose_beginning_is_missing_ends_where_its_first_chunk_was_written():
    trace = trace_of(chunk([2, 2], [10, 10], [ROOT, node(2, "a")], ts=500))
    assert trace.samples["ts_us"].tolist() == [490.0, 500.0]


def test_a_second_profile_of_one_id_is_another_one():
    trace = trace_of(
        profile(start=0),
        chunk([2], [5], [ROOT, node(2, "a")], ts=100, endTime=9),
        profile(start=1000),
        chunk([2], [5], [ROOT, node(2, "b")], ts=2000, endTime=1009),
        profile(tid=2, start=0, id_="0x2"),
        chunk([2], [6], [ROOT, node(2, "c")], id_="0x2", endTime=20),
    )
    assert stacks_of(trace) == [(5.0, 4.0, "a"), (6.0, 14.0, "c"), (1005.0, 4.0, "b")]
    assert trace.samples["tid"].tolist() == [1, 2, 1]


def test_deep_stacks_are_read():
    nodes = [ROOT, *(node(number, f"f{number}", number - 1) for number in range(2, 10_002))]
    trace = trace_of(profile(), chunk([10_001, 5_000], [5, 5], nodes, endTime=15))
    assert len(trace.stacks) == 10_000
    assert trace.sample_spans().spans["depth"].max() == 9_999
    assert len(load(trace.with_metadata({}).to_bytes()).stacks) == 10_000


def test_the_formats_own_samples_are_read():
    frames = {
        "1": {"name": "main", "category": "app"},
        "2": {"name": "draw", "parent": "1"},
        "3": {"name": "x", "parent": "9"},
    }
    samples = [
        {"cpu": 0, "tid": 5, "ts": 20, "name": "cycles", "sf": "2", "weight": 1},
        {"tid": 5, "ts": 10, "sf": 1},
        {"tid": 6, "ts": 12, "sf": "3"},
        {"tid": 6, "ts": 13, "sf": "7"},
        {"tid": 6},
        "no sample",
    ]
    span = {"ph": "X", "name": "s", "ts": 0, "dur": 100, "pid": 1, "tid": 5}
    trace = trace_of(span, stackFrames=frames, samples=samples)
    assert stacks_of(trace) == [(10.0, 10.0, "main"), (12.0, 1.0, "x"), (13.0, 0.0, ""), (20.0, 0.0, "main > draw")]
    assert trace.samples["tid"].tolist() == [5, 6, 6, 5]
    assert codes(trace) == {"sample_parent": 1, "sample_node": 1, "sample_time": 2}
    again = load(trace.with_metadata(trace.metadata).to_bytes())
    assert stacks_of(again) == stacks_of(trace)


def test_any_chunk_may_be_anything():
    """Whatever stands in a chunk, it is read or counted; the spans beside it are there."""
    rng = random.Random(15)
    odd = [None, 0, -1, 1e308, "x", [], {}, [None], {"nodes": 1}, True, 2**70]
    for _ in range(300):
        whole = [profile(), chunk([2, 3], [5, 6], [ROOT, node(2, "a"), node(3, "b", 2)])]
        event = rng.choice(whole)
        place = event["args"]
        while isinstance(place, dict) and place:
            key = rng.choice(sorted(place))
            if rng.random() < 0.4 or not isinstance(place[key], dict):
                place[key] = rng.choice(odd)
                break
            place = place[key]
        trace = trace_of({"ph": "X", "name": "s", "ts": 0, "dur": 9, "pid": 7, "tid": 1}, *whole)
        assert len(trace.spans) == 1
        assert trace.samples["weight_us"].ge(0).all()
        assert trace.samples["stack"].between(-1, len(trace.stacks) - 1).all()
        assert len(load(trace.with_metadata({}).to_bytes()).samples) == len(trace.samples)


def test_hostile_names_stay_names():
    trace = trace_of(
        profile(), chunk([2], [5], [ROOT, node(2, "<img src=x>\ud800", url="javascript:alert(1)")], endTime=9)
    )
    assert trace.stacks["function"].tolist()[0].startswith("<img src=x>")
    assert len(load(trace.with_metadata({}).to_bytes()).samples) == 1
    assert "<img" not in trace._repr_html_()


@needs_shared
def test_the_samples_of_the_real_app_are_all_there():
    path = SHARED / "traces" / "aero" / "chrome_profiler_10s.chrome.json.gz"
    document = json.loads(gzip.decompress(path.read_bytes()))
    told = [event["args"]["data"] for event in document["traceEvents"] if event["name"] == "ProfileChunk"]
    expected = sum(len(data.get("cpuProfile", {}).get("samples", ())) for data in told)
    trace = Trace.from_bytes(path.read_bytes())
    assert len(trace.samples) == expected == 213_191
    assert not set(codes(trace)) & {"sample_chunk", "sample_parent", "sample_node", "sample_time", "sample_profile_cut"}
    for _, of_thread in trace.samples.groupby("track"):
        ends = of_thread["ts_us"] + of_thread["weight_us"]
        assert (ends.to_numpy()[:-1] - of_thread["ts_us"].to_numpy()[1:] == 0).all()
