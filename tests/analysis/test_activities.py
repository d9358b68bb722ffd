"""What Chrome was doing: names and categories to activities, per frame, and each moment of a thread counted once."""

import numpy as np
import pandas as pd
import pytest

from aero_nb.analysis import ACTIVITIES, frames
from aero_nb.analysis.thread_times import thread_times
from tests.support.chrome_trace import CPU_WORKER, aero_export, chrome_span, chrome_trace, frames_of, mark

GC = "devtools.timeline,disabled-by-default-v8.gc"


@pytest.mark.parametrize(
    ("name", "cat", "activity"),
    [
        ("V8.GC_MC_MARK", GC, "gc"),
        ("Parallel scavenge started", GC, "gc"),
        ("MinorGC", "devtools.timeline,v8", "gc"),
        ("V8.CompileCode", "v8", "compile"),
        ("V8.DeoptimizeCode", "v8", "compile"),
        ("wasm.AsyncCompile", "v8.wasm", "compile"),
        ("Anything", "disabled-by-default-v8.compile", "compile"),
        ("wasm.ExecuteStartFunction", "disabled-by-default-v8.wasm.detailed", "script"),
        ("v8.callFunction", "v8", "script"),
        ("FireAnimationFrame", "devtools.timeline", "script"),
        ("UpdateLayoutTree", "blink,devtools.timeline", "style_layout"),
        ("Layout", "devtools.timeline", "style_layout"),
        ("Paint", "devtools.timeline", "paint"),
        ("RasterTask", "cc,disabled-by-default-devtools.timeline", "paint"),
        ("Commit", "disabled-by-default-devtools.timeline", "commit"),
        ("ScopedBlockingCall", "toplevel", "wait"),
        ("RunTask", "toplevel", "other"),
        ("Something new", "devtools.timeline", "other"),
    ],
)
def test_chromes_names_and_categories_say_what_it_did(name, cat, activity):
    trace = chrome_trace(chrome_span(name, 0, 10, cat=cat))
    assert trace.activities().tolist() == [activity]
    assert trace.activities().cat.categories.tolist() == list(ACTIVITIES)


def test_spans_of_others_have_no_activity_and_an_unknown_name_is_part_of_what_it_lies_in():
    trace = chrome_trace(
        chrome_span("RunTask", 0, 100, cat="toplevel"),
        chrome_span("Layout", 10, 50),
        chrome_span("Deep::Inside", 12, 20, cat="blink"),
        chrome_span("Deeper", 13, 2, cat="cc"),
        chrome_span("Layout", 200, 5, cat="my own"),
    )
    assert trace.activities().astype("object").where(lambda own: own.notna(), None).tolist() == [
        "other",
        "style_layout",
        "style_layout",
        "style_layout",
        None,
    ]
    assert aero_export(("frame", 0, 5)).activities().isna().all()


def test_a_summary_and_a_query_may_ask_for_the_activity():
    trace = chrome_trace(chrome_span("Layout", 0, 30), chrome_span("Paint", 40, 10), chrome_span("PrePaint", 60, 5))
    assert trace.summary(by="activity")["self_us"].to_dict() == {"style_layout": 35.0, "paint": 10.0}
    pytest.importorskip("duckdb")
    asked = trace.query("select activity, sum(self_us) as us from spans group by 1 order by 2")
    assert asked.values.tolist() == [["paint", 10.0], ["style_layout", 35.0]]


def merged_trace():
    """Three frames of 1 ms; in the second 300 µs of collecting inside the frame's span, and 200 of layout after it."""
    return aero_export(*frames_of([1000, 1000, 1000], work_us=500), ("render", 1100, 300)).merge(
        chrome_trace(
            mark(0),
            mark(2900),
            chrome_span("FireAnimationFrame", 1000, 510),
            chrome_span("MinorGC", 1050, 300, cat="v8"),
            chrome_span("V8.GC_SCAVENGER", 1060, 280, cat=GC),
            chrome_span("Layout", 1600, 200),
            chrome_span("V8.GC_SCAVENGER", 1600, 900, CPU_WORKER, cat=GC),
        )
    )


def test_frames_have_a_column_for_each_activity_of_their_own_thread():
    table = merged_trace().frames()
    second = table.iloc[1]
    assert [second[f"{name}_us"] for name in ("gc", "script", "style_layout", "paint")] == [300.0, 210.0, 200.0, 0.0]
    assert second["idle_us"] == 1000 - 510 - 200
    assert table["gc_us"].tolist()[0] == 0.0
    assert table["idle_us"].tolist()[0] == 1000.0
    assert np.isnan(table["gc_us"].tolist()[-1])
    assert {f"{name}_us" for name in ACTIVITIES} <= set(table)


def test_frames_of_chromes_own_thread_have_them_too_and_those_without_chrome_have_none():
    alone = chrome_trace(
        chrome_span("FireAnimationFrame", 0, 100),
        chrome_span("Paint", 50, 20),
        chrome_span("FireAnimationFrame", 500, 10),
    )
    table = alone.frames("FireAnimationFrame")
    assert table["paint_us"].tolist()[0] == 20.0
    assert not {"gc_us", "idle_us"} & set(aero_export(*frames_of([1000])).frames())
    assert "gc_us" not in frames(aero_export(("frame", 0, 1)).spans.drop(columns="cat"))


def test_what_both_recorded_of_a_thread_counts_once():
    trace = merged_trace()
    slices = thread_times(trace.spans)
    main = slices[slices["thread"] == "Main"]
    begin, end = main["ts_us"].to_numpy(), (main["ts_us"] + main["dur_us"]).to_numpy()
    assert (begin[1:] >= end[:-1]).all()
    inside = main[(main["ts_us"] >= 1000) & (main["ts_us"] < 2000)]
    assert inside.groupby("name", sort=False)["dur_us"].sum().to_dict() == {
        "frame": 50 + 100.0,
        "MinorGC": 300.0,
        "render": 50.0,
        "FireAnimationFrame": 10.0,
        "Layout": 200.0,
    }
    told = trace.explain(1)
    own = told[told["track"] == 0].set_index("name")
    assert own["difference_us"]["MinorGC"] == 300.0
    assert own["activity"]["Layout"] == "style_layout"
    assert own["frame_us"].sum() == 1000.0
    assert pd.isna(own["activity"]["render"])
