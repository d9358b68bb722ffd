"""Chrome's own trace beside the page's export: one clock by marks, and threads put beside the lanes that they are."""

import numpy as np
import pytest

import aero_nb
from aero_nb.trace import Trace
from tests.support.chrome_trace import (
    CPU_WORKER,
    GPU_PROCESS,
    MAIN,
    PAGE,
    TIME_ORIGIN_MS,
    aero_export,
    at,
    chrome_span,
    chrome_trace,
    mark,
)
from tests.support.equality import assert_tables
from tests.support.shared import SHARED, needs_shared

CAPTURES = SHARED / "traces" / "aero"


def merged():
    chrome = chrome_trace(
        mark(0),
        mark(500.0),
        chrome_span("FireAnimationFrame", 100, 60),
        chrome_span("FunctionCall", 20, 5, CPU_WORKER),
        chrome_span("GPUTask", 30, 5, GPU_PROCESS, pid=GPU_PROCESS),
        {"ph": "b", "cat": "x", "name": "job", "id": 1, "ts": at(5), "pid": PAGE, "tid": MAIN},
        {"ph": "e", "cat": "x", "name": "job", "id": 1, "ts": at(9), "pid": PAGE, "tid": MAIN},
    )
    return aero_export(("frame", 110, 40)).merge(chrome)


def lanes(trace):
    table = trace.tracks[(trace.tracks["kind"] == "thread") & (trace.tracks["events"] > 0)]
    return {
        thread: (process, source, source_pid)
        for thread, process, source, source_pid in zip(
            *(table[name].astype("object") for name in ("thread", "process", "source", "source_pid")), strict=True
        )
    }


def test_marks_put_chrome_on_the_clock_of_the_page():
    trace = merged()
    spans = trace.spans.set_index("name")["ts_us"]
    assert spans["frame"] - spans["FireAnimationFrame"] == 10.0
    assert trace.metadata["clocks"] == [
        {"aligned_by": "wall clock", "uncertainty_us": None},
        {"aligned_by": "marks", "marks": 2, "uncertainty_us": 0.0},
    ]
    assert spans["frame"] == 110.0  # not counted from the boot of Chrome's machine


def test_marks_that_disagree_say_by_how_much():
    late = mark(900)
    late["ts"] += 7
    assert chrome_trace(mark(0), mark(400), late).metadata["clock"]["uncertainty_us"] == 7.0


def test_threads_of_the_page_lie_under_its_lanes_and_are_called_after_them():
    trace = merged()
    found = lanes(trace)
    assert found["Main (Chrome)"] == ("Aero", 1, PAGE)
    assert found["cpu (Chrome)"] == ("Aero", 1, PAGE)
    assert found["Main"] == ("Aero", 0, 1)
    assert found["disk_worker-x.js"] == ("Renderer", 1, PAGE)
    assert found["CrGpuMain"] == ("GPU Process", 1, GPU_PROCESS)
    of_page = trace.tracks[(trace.tracks["process"] == "Aero") & (trace.tracks["kind"] == "thread")]
    assert of_page.sort_values("sort_index")["thread"].tolist() == ["Main", "Main (Chrome)", "cpu", "cpu (Chrome)"]
    assert trace.async_spans["thread"].tolist() == ["Main (Chrome)"]


def test_a_merged_trace_is_the_same_after_saving(tmp_path):
    trace = merged()
    for name in ("merged.json.gz", "merged.parquet"):
        if name.endswith(".parquet"):
            pytest.importorskip("pyarrow")
            trace.to_parquet(tmp_path / name)
        else:
            trace.save(tmp_path / name)
        again = aero_nb.load(tmp_path / name)
        assert lanes(again) == lanes(trace)
        for table in ("spans", "async_spans", "instants"):
            assert_tables(table, again, trace, ["track"])  # numbered anew: lanes of which only names are told come back
        assert again.diagnostics["code"].tolist() == trace.diagnostics["code"].tolist()


def test_without_lanes_of_these_names_or_with_two_browsers_nothing_moves():
    other = Trace.from_bytes(b'[{"ph":"X","name":"a","ts":1,"dur":2,"pid":1,"tid":1}]')
    alone = other.merge(chrome_trace(mark(0), chrome_span("Layout", 1, 2)))
    assert "CrRendererMain" in set(alone.tracks["thread"].astype("object"))
    twice = aero_export(("frame", 1, 2)).merge(chrome_trace(mark(0)), chrome_trace(mark(5)))
    assert "Main (Chrome)" not in set(twice.tracks["thread"].astype("object"))


@pytest.mark.parametrize(
    "data",
    ['{"startTime": "soon"}', '{"startTime": true}', '{"startTime": 1e300}', "{}", "[]", "7", '{"startTime": null}'],
)
@pytest.mark.parametrize("origin", ["", "soon", "NaN", str(TIME_ORIGIN_MS)])
def test_marks_that_say_nothing_are_instants_like_others(origin, data):
    name = f"aero_nb:clock:{origin}"
    event = f'"ph":"I","s":"t","name":"{name}","cat":"blink.user_timing","ts":5,"pid":1,"tid":1'
    trace = Trace.from_bytes(f'[{{{event},"args":{{"data":{data}}}}}]'.encode())
    assert trace.start is None
    assert trace.instants["name"].tolist() == [name]


def test_a_file_without_our_marks_is_told_the_time_origin_of_its_page():
    chrome = chrome_trace(mark(0, "theirs"), chrome_span("FireAnimationFrame", 100, 60))
    assert chrome.start is None
    spans = (
        aero_export(("frame", 110, 40)).merge(chrome.with_time_origin(TIME_ORIGIN_MS)).spans.set_index("name")["ts_us"]
    )
    assert spans["frame"] - spans["FireAnimationFrame"] == 10.0
    with pytest.raises(ValueError, match=r"expected a trace of Chrome's own with marks of the page .* found none"):
        aero_export(("frame", 1, 1)).with_time_origin(TIME_ORIGIN_MS)


def noted(name, *moments, ahead=0):
    events = [{"ph": "i", "name": name, "ts": ts + ahead, "pid": 1, "tid": 1, "s": "t"} for ts in moments]
    work = {"ph": "X", "name": "work", "ts": moments[0] + ahead + 1, "dur": 1, "pid": 1, "tid": 1}
    return aero_nb.load({"traceEvents": [*events, work]})


def test_instants_of_the_same_names_align_two_traces():
    base, other = noted("sync", 10, 300, 500), noted("sync", 10, 300, 503, ahead=9_000)
    trace = base.merge(other, align="marks")
    assert trace.spans["ts_us"].tolist() == [11.0, 11.0]
    assert trace.metadata["clocks"][1] == {"aligned_by": "marks", "marks": 3, "uncertainty_us": 3.0}
    by_hand = base.merge(other, align="marks", clock_offsets_us=[0, 2.5])
    assert by_hand.spans["ts_us"].tolist() == [11.0, 13.5]


def test_marks_align_whatever_the_traces_say_of_the_wall_clock():
    page, chrome = (
        aero_export(("frame", 110, 40), start_us=17),
        chrome_trace(mark(0, "traceStart"), chrome_span("Layout", 100, 60)),
    )
    trace = page.merge(chrome, align="marks")
    assert trace.spans.set_index("name")["ts_us"][["frame", "Layout"]].tolist() == [110.0, 100.0]
    assert trace.start == page.start
    turned = chrome.merge(page, align="marks").spans.set_index("name")["ts_us"]
    assert turned["frame"] - turned["Layout"] == 10.0


def test_without_a_common_name_there_is_nothing_to_align_by():
    with pytest.raises(ValueError, match=r"found no such name. This one has 'sync': performance.mark\(\) the same"):
        noted("sync", 1).merge(noted("other", 1), align="marks")


@needs_shared
def test_every_frame_of_the_real_app_lies_inside_an_animation_frame_of_chromes():
    page = aero_nb.load(CAPTURES / "chrome_profiler_10s.aero.json.gz")
    chrome = aero_nb.load(CAPTURES / "chrome_profiler_10s.chrome.json.gz").with_time_origin(1795648119401.67)
    spans = page.merge(chrome).spans
    frames = spans[(spans["name"] == "frame") & (spans["thread"] == "Main")]
    outer = spans[(spans["name"] == "FireAnimationFrame") & (spans["thread"] == "Main (Chrome)")]
    last = np.searchsorted(outer["ts_us"], frames["ts_us"], side="right") - 1
    ends = (outer["ts_us"] + outer["dur_us"]).to_numpy()[last]
    assert len(frames) == 591
    assert ((frames["ts_us"] + frames["dur_us"]).to_numpy() <= ends).all()
    assert 30 < np.median(frames["ts_us"].to_numpy() - outer["ts_us"].to_numpy()[last]) < 50
