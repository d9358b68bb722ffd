"""Frames by their cadence: intervals, what is left out of them, counters to the next start, lanes kept apart."""

import json
import re

import pandas as pd
import pytest

import aero_nb
from aero_nb.analysis import explain, frame_statistics, frames
from aero_nb.analysis.cadence import frames_note, note_on_lanes
from aero_nb.trace import Trace
from tests.support.analysis_tables import counter_samples, spans_by_rules
from tests.support.shared import SHARED, needs_shared

FRAME_US = 20_000


def trace_of(*events):
    return Trace.from_bytes(json.dumps([{"pid": 1, "tid": 1, **event} for event in events]).encode())


def span(ts, dur=1_000, name="frame", **more):
    return {"ph": "X", "name": name, "ts": ts, "dur": dur, **more}


def count(ts, value, name="instructions", **more):
    return {"ph": "C", "name": name, "ts": ts, "args": {"value": value}, **more}


def test_the_time_of_a_frame_runs_to_the_next_ones_start_and_its_span_is_only_its_work():
    spans = spans_by_rules(
        [(0, 10, "frame", 0), (1, 3, "render", 0), (6, 2, "present", 0), (40, 15, "frame", 0), (60, 4, "frame", 0)]
    )
    counters = counter_samples(
        ("instructions", 0, 0),
        ("instructions", 30, 80),
        ("instructions", 58, 100),
        ("instructions", 70, 110),
        ("fill", 5, 2),
    )
    table = frames(spans, counters, budget_us=20)
    assert table["interval_us"].tolist()[:2] == [40, 20]
    assert table["interval_us"].isna().tolist() == [False, False, True]
    assert table["work_us"].tolist() == [10, 15, 4]
    assert table["late"].tolist() == [True, False, False]
    assert table["dropped"].tolist() == [1, 0, 0]
    assert table["render_us"].tolist() == [3, 0, 0]
    assert table["present_us"].tolist() == [2, 0, 0]
    assert table["instructions"].tolist()[:2] == [80, 20]
    assert table["mips"].tolist()[:2] == [2, 1]
    assert table[["instructions", "mips"]].iloc[2].isna().all()
    assert table["fill"].tolist() == [2, 2, 2]
    assert frame_statistics(table)["fps"] == pytest.approx(1e6 / 30)


def test_a_jitter_of_the_display_makes_no_frame_late():
    starts = [16_666.7 * n + (n % 2) * 40 for n in range(11)]
    table = frames(spans_by_rules([(round(ts), 5, "frame", 0) for ts in starts]))
    assert not table["late"].any()
    assert table["dropped"].sum() == 0


def test_an_interval_in_which_the_trace_shows_that_nothing_was_recorded_is_left_out_and_counted():
    starts = [n * FRAME_US for n in range(8)]
    starts[6:] = [ts + 3_000_000 for ts in starts[6:]]
    stop = {"ph": "i", "s": "p"}
    trace = trace_of(
        *map(span, starts),
        {**stop, "name": "traceStop", "ts": 5 * FRAME_US + 2_000},
        {**stop, "name": "traceStart", "ts": 5 * FRAME_US + 2_000_000},
        {**stop, "name": "traceStop", "ts": 3 * FRAME_US + 5, "tid": 2},  # of another lane
    )
    table = trace.frames()
    assert table["left_out"].astype(object).where(table["left_out"].notna(), None).tolist() == [None] * 5 + [
        "traceStop",
        None,
        None,
    ]
    assert table["interval_us"].iloc[5] > 3_000_000  # told, but not taken
    assert not table["late"].iloc[5]
    assert frame_statistics(table)["max_ms"] == 20
    assert frames_note(table) == "8 frames on thread 1; intervals left out: 1 with a traceStop inside"
    assert len(trace.frames_chart().data[0].x) == 6


def test_a_long_idle_interval_without_such_a_reason_stays():
    table = trace_of(span(0), span(FRAME_US), span(FRAME_US + 3_000_000)).frames()
    assert table["left_out"].isna().all()
    assert frame_statistics(table)["max_ms"] == 3_000
    assert table["dropped"].tolist() == [0, 179, 0]


def test_a_gap_of_the_lane_leaves_its_interval_out():
    spans = spans_by_rules([(n * 20, 5, "frame", track) for n in range(4) for track in (0, 1)])
    gaps = pd.DataFrame({"track": [1], "start_us": [30.0], "end_us": [35.0], "dropped_records": [3]})
    table = frames(spans, gaps=gaps)
    assert table.loc[table["left_out"] == "gap", ["track", "ts_us"]].values.tolist() == [[1, 20]]


def test_a_start_of_recording_in_the_very_tick_of_a_frame_is_before_it():
    trace = trace_of({"ph": "i", "name": "traceStart", "ts": 0, "s": "p"}, span(0), span(FRAME_US), span(2 * FRAME_US))
    assert trace.frames()["left_out"].isna().all()


def test_lanes_of_one_name_have_cadences_of_their_own():
    name = [{"ph": "M", "name": "thread_name", "pid": pid, "args": {"name": "main"}} for pid in (1, 2)]
    lanes = [span(ts + 7_000 * pid, pid=pid) for pid in (1, 2) for ts in range(0, 5 * FRAME_US, FRAME_US)]
    odd = [span(ts, pid=3, tid=9) for ts in (0, 900_000)]
    trace = trace_of(*name, *lanes, *odd)
    table = trace.frames(budget_us=FRAME_US)
    assert table.groupby("track")["interval_us"].apply(lambda us: us.dropna().unique().tolist()).tolist() == [
        [FRAME_US],
        [FRAME_US],
        [900_000],
    ]
    assert table.groupby("track")["dropped"].sum().tolist() == [0, 0, 44]
    assert frame_statistics(table)["fps"] == 50
    assert frames_note(table) == "5 frames on process 1 · main, the one of 3 lanes that has most"


def test_unnamed_threads_drop_frames_too():
    assert trace_of(span(0), span(5 * FRAME_US)).frames(budget_us=FRAME_US)["dropped"].tolist() == [4, 0]


def test_a_frames_counters_are_of_its_own_thread_or_process_first():
    frames_of = [span(ts, pid=pid) for pid in (1, 2) for ts in range(0, 4 * FRAME_US, FRAME_US)]
    counted = [count(ts + 5_000, ts * pid, pid=pid) for pid in (1, 2) for ts in range(0, 4 * FRAME_US, FRAME_US)]
    table = trace_of(*frames_of, *counted).frames()
    sums = table.groupby("track")["instructions"].sum()
    assert sums.tolist() == [2 * FRAME_US, 4 * FRAME_US]
    assert table["mips"].dropna().unique().tolist() == [0, 1, 2]


def test_counters_that_are_equally_near_have_a_column_each_and_are_never_added_up():
    aero = {"ph": "M", "name": "aero_trace_start_time", "tid": 0, "args": {"startTimeEpochUs": 1}}
    workers = [
        {"ph": "C", "cat": "aero", "name": "counters", "ts": ts + 10, "tid": tid, "args": {"instructions": ts * tid}}
        for tid in (2, 3)
        for ts in range(0, 4 * FRAME_US, FRAME_US)
    ]
    trace = trace_of(aero, *(span(ts) for ts in range(0, 4 * FRAME_US, FRAME_US)), *workers)
    first, second = trace.counters["track"].unique()
    table = trace.frames()
    assert "instructions" not in table
    assert "mips" not in table
    assert table[f"instructions@{first}"].sum() == 2 * 2 * FRAME_US
    assert table[f"instructions@{second}"].sum() == 3 * 2 * FRAME_US


def test_a_counter_written_between_two_frames_belongs_to_the_first():
    events = [event for n in range(4) for event in (span(n * FRAME_US), count(n * FRAME_US + 9_000, n * 1_000))]
    table = trace_of(*events).frames()
    assert table["instructions"].tolist()[:3] == [0, 1_000, 1_000]


@pytest.mark.parametrize("name", ["self", "ts", "work", "interval"])
def test_a_child_or_series_of_a_taken_name_has_its_kind_before_it(name):
    trace = trace_of(span(0), span(100, 300, name), span(FRAME_US), count(50, 1, "late"), count(60, 3, f"{name}_us"))
    table = trace.frames()
    assert table[f"child:{name}_us"].tolist() == [300, 0]
    assert table["counter:late"].tolist() == [1, 1]
    assert table[f"counter:{name}_us"].tolist() == [3, 3]


def test_instants_are_frames_where_no_span_is_called_so():
    draws = [{"ph": "I", "name": "DrawFrame", "ts": ts, "s": "t"} for ts in (0, 16_000, 32_000, 80_000)]
    trace = trace_of(*draws, span(100, 50, "raster"), span(33_000, 9_000, "raster"))
    table = trace.frames("DrawFrame")
    assert table["span"].tolist() == [-1] * 4
    assert table["interval_us"].tolist()[:3] == [16_000, 16_000, 48_000]
    assert table["work_us"].isna().all()
    assert trace.explain(2, "DrawFrame")[["name", "frame_us"]].values.tolist() == [
        ["(idle)", 39_000],
        ["raster", 9_000],
    ]
    with pytest.raises(ValueError, match="that another one follows"):
        trace.explain(3, "DrawFrame")
    found = aero_nb.compare(trace, trace, frame="DrawFrame").table
    assert found[found["kind"] == "frame"].set_index("statistic")["base"]["p50"] == 16


def test_a_pattern_names_a_family_of_which_the_outermost_are_frames():
    names = ["frame 1", "frame 2", "frame 3"]
    trace = trace_of(*(span(n * FRAME_US, 5_000, name) for n, name in enumerate(names)), span(1_000, 9, "frame part"))
    table = trace.frames(re.compile(r"^frame"))
    assert table["name"].tolist() == names
    assert table["frame part_us"].tolist() == [9, 0, 0]
    assert trace.frames({"frame 1", "frame 3"})["interval_us"].iloc[0] == 2 * FRAME_US
    assert trace.explain(0, re.compile("^frame"))["frame_us"].sum() == FRAME_US


def test_a_slow_frame_is_explained_by_what_the_median_frame_of_its_lane_has_less_of():
    rows = [row for i in range(6) for row in [(i * 20, 10, "frame", 0), (i * 20 + 1, 2, "render", 0)]]
    rows += [(80 + 13, 6, "read", 1), (200, 1, "frame", 1)]  # after the frame's work, before the next one
    first = explain(spans_by_rules(rows), 4).iloc[0]
    assert (first["thread"], first["name"], first["frame_us"], first["median_us"]) == ("io", "read", 6, 0)
    with pytest.raises(IndexError, match="expected 0 to 6"):
        explain(spans_by_rules(rows), 7)


def test_workers_that_take_turns_are_compared_with_their_own_frames():
    rows = [(i * 100 + track * 50, 40, "frame", track) for i in range(4) for track in (0, 1)]
    rows += [(i * 100 + track * 50 + 1, 10 + 20 * (i == 1), "run", track) for i in range(4) for track in (0, 1)]
    table = explain(spans_by_rules(rows), 2)
    run = table[(table["name"] == "run") & (table["track"] == 0)].iloc[0]
    assert (run["frame_us"], run["median_us"]) == (30, 10)


def test_unnamed_threads_stay_apart_in_an_explanation():
    trace = trace_of(span(0), span(FRAME_US), *(span(5, 100 * tid, "work", tid=tid) for tid in (2, 3)))
    work = trace.explain(0).query("name == 'work'")
    assert sorted(work["frame_us"]) == [200, 300]
    assert work["thread"].isna().all()


def test_the_last_frame_is_compared_by_its_work():
    rows = [(0, 10, "frame", 0), (100, 10, "frame", 0), (200, 30, "frame", 0), (300, 0, "end", 0)]
    only = explain(spans_by_rules(rows), 2)
    assert only[["name", "frame_us", "median_us"]].values.tolist() == [["frame", 30, 10]]


FPS = {
    "chrome_profiler_10s.aero.json.gz": 57.3,
    "chrome_wasm_3s.aero.json.gz": 60.0,
    "harness_4workers_3s.json": 60.3,
    "harness_boot_trace_workers.json": 54.1,
    "harness_fractional_ts.json": 57.3,
    "web_real_workers_steady_3s.json": 60.0,
    "web_workers_stopped_mid_trace.json": 58.0,
}


@needs_shared
@pytest.mark.parametrize("name", FPS)
def test_the_frame_rate_of_a_real_export_is_that_of_the_page(name):
    trace = aero_nb.load(SHARED / "traces" / "aero" / name, progress=False)
    table = trace.frames()
    assert frame_statistics(table)["fps"] == pytest.approx(FPS[name], abs=0.05)
    counted = trace.counters[trace.counters["series"] == "instructions"]["value"]
    if len(counted):
        assert table["instructions"].sum() > 0.95 * (counted.max() - counted.min())


def test_what_compares_runs_says_which_lanes_frames_it_took():
    lane = {"ph": "M", "name": "thread_name", "pid": 1, "tid": 2, "args": {"name": "emulator"}}
    one = trace_of(lane, *(span(ts, tid=2) for ts in range(0, 4 * FRAME_US, FRAME_US)))
    several = trace_of(lane, *(span(ts, tid=tid) for tid in (1, 2) for ts in range(0, (tid + 3) * FRAME_US, FRAME_US)))
    said = "Several lanes have frames: taken are those of the lane that has most (emulator)."
    assert said in aero_nb.compare(one, several).note
    assert said not in aero_nb.compare(one, one).note
    thresholds = {
        "schemaVersion": 1,
        "profiles": {
            "pr-smoke": {
                "trace": {"metrics": {"fps": {"better": "higher", "maxRegressionPct": 0.1}}},
                "spans": {"metrics": {"span.frame.mean_ms": {"better": "lower", "maxRegressionPct": 0.1}}},
            }
        },
    }
    assert aero_nb.check(one, several, thresholds).warnings == (said,)
    assert aero_nb.check(one, several, thresholds, suite="spans").warnings == ()


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (["a", "", "a"], "(a)"),
        (["a", "b", "c"], "(a, b, c)"),
        (["a", "b", "c", "d"], "(a, b, c and 1 more)"),
        (["e", "d", "c", "b", "a"], "(e, d, c and 2 more)"),
    ],
)
def test_a_note_names_three_lanes_and_counts_the_others(taken, said):
    (note,) = note_on_lanes(taken)
    assert note.endswith(f"{said}.")
    assert note_on_lanes(["", ""]) == []
