"""Why a frame was slow, in words."""

import json

import pytest

import aero_nb
from tests.support.chrome_trace import CPU_WORKER, PAGE, aero_export, at, chrome_span, chrome_trace, frames_of, mark
from tests.support.profiles import IDLE, ROOT, chunk, node, profile
from tests.support.shared import SHARED, needs_shared

GC = "devtools.timeline,disabled-by-default-v8.gc"


def slow_frame(*events, interval=50_000.0):
    """Four frames of 16 ms, of which the third takes longer, with what Chrome did in it."""
    page = aero_export(*frames_of([16_000, 16_000, interval, 16_000]))
    return page.merge(chrome_trace(mark(0), mark(80_000), *events))


def test_what_chrome_did_is_named_with_its_share_the_largest_first():
    trace = slow_frame(
        chrome_span("MajorGC", 33_000, 20_000, cat="v8"),
        chrome_span("V8.GC_MARK_COMPACTOR", 33_010, 19_000, cat=GC),
        chrome_span("Layout", 60_000, 8_000),
        chrome_span("PrePaint", 70_000, 4_000),
    )
    told = trace.why()
    assert told.frame == 2
    assert str(told) == (
        "Frame 2 (at 32.0 ms) took 50.0 ms, 34.0 ms beyond the median: garbage collection on `Main` +20.0 ms "
        "(`MajorGC`); style and layout on `Main` +12.0 ms (`Layout` +8.00 ms, `PrePaint` +4.00 ms); "
        "its thread had nothing to do +2.00 ms."
    )
    assert told.causes["name"].tolist()[0] == "MajorGC"


def test_where_the_thread_had_nothing_to_do_the_others_are_told():
    trace = slow_frame(chrome_span("FunctionCall", 33_000, 30_000, CPU_WORKER))
    assert "its thread had nothing to do +34.0 ms, while there was script on `cpu` +30.0 ms (`FunctionCall`)" in str(
        trace.why(2)
    )


def test_the_emulators_own_spans_are_told_without_chrome():
    page = aero_export(*frames_of([16_000, 16_000, 50_000, 16_000]), ("compile", 40_000, 20_000))
    assert str(page.why()) == (
        "Frame 2 (at 32.0 ms) took 50.0 ms, 34.0 ms beyond the median: `compile` on `Main` +20.0 ms; its thread had "
        "nothing to do +14.0 ms."
    )


def test_a_usual_frame_and_the_last_one_say_so():
    trace = slow_frame()
    assert str(trace.why(0)) == "Frame 0 (at 0 ns) took 16.0 ms, as the median frame does (16.0 ms)."
    assert str(trace.why(4)).endswith("is the last of its lane: nothing says how long it took.")


def test_frames_that_are_not_there_are_refused():
    with pytest.raises(IndexError, match="frame 9: expected 0 to 4"):
        slow_frame().why(9)
    with pytest.raises(ValueError, match=r"expected frames called 'vsync' with a next one, found none: span=NAME"):
        slow_frame().why(span="vsync")


def test_hostile_names_do_not_become_markup():
    trace = aero_export(*frames_of([16_000, 16_000, 50_000, 16_000]), ("<img src=x>`**", 40_000, 20_000))
    assert "`<img src=x>'**`" in trace.why()._repr_markdown_()
    assert "<" not in trace.why()._repr_markdown_().replace("`<img src=x>'**`", "")


def test_it_can_be_written_as_json():
    told = slow_frame(chrome_span("Layout", 33_000, 20_000)).why()
    document = json.loads(json.dumps(told.as_dict()))
    assert document["causes"][0]["activity"] == "style_layout"
    assert document["interval_us"] == 50_000.0


@needs_shared
def test_frames_of_the_real_app_are_explained():
    captures = SHARED / "traces" / "aero"
    chrome = aero_nb.load(captures / "chrome_profiler_10s.chrome.json.gz").with_time_origin(1795648119401.67)
    trace = aero_nb.load(captures / "chrome_profiler_10s.aero.json.gz").merge(chrome)
    assert "style and layout on `Main` +44.3 ms (`Layout` +27.4 ms, `PrePaint` +16.6 ms)" in str(trace.why(59))
    assert "while there was script on `gpu` +44.4 ms (`HandlePostMessage`)" in str(trace.why(34))


def test_sampled_functions_that_ran_longer_than_usual_are_named_with_their_place():
    nodes = [
        ROOT,
        node(2, "spin", url="http://x/assets/hot.js", lineNumber=9),
        node(3, IDLE, codeType="other"),
        node(4, "usual"),
    ]
    ids = [4 if step % 16 == 0 else 2 if 33 <= step < 63 else 3 for step in range(98)]  # one each ms
    samples = [
        profile(tid=CPU_WORKER, start=at(0), pid=PAGE),
        chunk(ids, [0] + [1000] * 97, nodes, ts=at(98_000)) | {"pid": PAGE},
    ]
    told = slow_frame(*samples).why()
    assert str(told).endswith(
        "its thread had nothing to do +34.0 ms; sampled meanwhile: `spin` (`hot.js:10`) on `cpu` +29.0 ms, "
        "`usual` on `cpu` +3.00 ms."
    )
    assert told.functions["function"].tolist() == ["spin", "usual"]
    assert told.functions[["frame_us", "median_us", "difference_us"]].values.tolist()[0] == [29_000.0, 0.0, 29_000.0]
    assert json.loads(json.dumps(told.as_dict()))["functions"][0]["line"] == 10
