"""What an Aero export says about itself, and the real exports."""

import math

import pandas as pd
import pytest

import aero_nb
from tests.support.shared import SHARED, needs_shared


def thread(tid, name):
    return {"ph": "M", "name": "thread_name", "ts": 0, "pid": 1, "tid": tid, "args": {"name": name}}


def span(tid, ts=10):
    return {"ph": "X", "name": "a", "ts": ts, "dur": 1, "pid": 1, "tid": tid}


def load(*events, **aero):
    return aero_nb.load({"traceEvents": list(events), "otherData": {"aero": {"startTimeEpochUs": 1, **aero}}})


def test_the_start_is_the_wall_clock_of_time_zero():
    trace = load(span(1), startTimeEpochUs=1_764_000_000_000_000.25)
    assert trace.start == pd.Timestamp(1_764_000_000_000_000_250, unit="ns", tz="UTC")


def test_a_cut_export_tells_its_start_by_a_metadata_event():
    told = {"ph": "M", "name": "aero_trace_start_time", "ts": 0, "pid": 1, "tid": 0,
            "args": {"startTimeEpochUs": 1_764_000_000_000_000}}  # fmt: skip
    assert aero_nb.load([told, span(1)]).start == pd.Timestamp("2025-11-24 16:00", tz="UTC")


def test_no_start_before_any_trace_and_none_in_other_files():
    assert load(span(1), startTimeEpochUs=0).start is None
    assert aero_nb.load([span(1)]).start is None


def test_losses_are_told_by_lane():
    trace = load(
        thread(1, "Main"), thread(2, "cpu"), span(1, 20), span(2, 30),
        droppedRecordsByThread={"Main": 0, "cpu": 7}, droppedStringsByThread={"Main": 0, "cpu": 2},
    )  # fmt: skip
    assert trace.losses["dropped_records"].tolist() == [0, 7]
    assert trace.losses["dropped_strings"].tolist() == [0, 2]
    assert trace.losses["complete_from_us"].tolist() == [20, 30]
    assert dict(trace.diagnostics.set_index("code")["count"]) == {"dropped_records": 7, "dropped_strings": 2}


def test_what_our_recorder_says_is_lost_is_told_as_well():
    ours = {
        "failed_calls": 3,
        "lanes": [{"name": "cpu", "dropped_args": 2}, {"name": "io", "dropped_args": 5}, {"name": "gpu"}, None],
        "stream_error": "No space left on device",
        "stream": {"lanes": [{"thread": "jit", "unaligned_pieces": 4}, {"thread": "Main", "unaligned_pieces": 0}]},
    }
    found = aero_nb.load({"traceEvents": [span(1)], "otherData": {"aero": {}, "aero_nb": ours}}).diagnostics
    assert dict(found.set_index("code")["count"]) == {
        "dropped_args": 7, "failed_calls": 3, "stream_error": 1, "unaligned_pieces": 4,
    }  # fmt: skip
    assert set(found["severity"]) == {"lost"}
    assert dict(found.set_index("code")["example"])["stream_error"] == "No space left on device"


@pytest.mark.parametrize(
    "odd", [{"failed_calls": "3", "lanes": 7, "stream": []}, {"stream": {"lanes": {}}}, {"lanes": [1]}]
)
def test_an_account_of_ours_that_is_none_is_left_alone(odd):
    trace = aero_nb.load({"traceEvents": [span(1)], "otherData": {"aero": {}, "aero_nb": odd}})
    assert trace.diagnostics.empty


def test_unknown_losses_are_na_and_never_zero():
    losses = aero_nb.load([span(1)]).losses
    assert losses["dropped_records"].isna().all()
    assert losses["dropped_records"].dtype == "Int64"
    assert math.isnan(losses["complete_from_us"].iloc[0])


def test_every_lane_that_did_not_answer_is_counted_also_two_of_one_name():
    trace = load(thread(2, "cpu"), thread(3, "cpu"), thread(4, "io"), span(4), workerExportTimeouts=["cpu", "cpu"])
    assert trace.losses["export_timed_out"].sum() == 2
    assert trace.diagnostics.set_index("code")["count"]["export_timed_out"] == 2


def test_a_name_of_several_lanes_tells_of_the_last_created():
    trace = load(thread(2, "cpu"), thread(5, "cpu"), span(2), span(5), droppedRecordsByThread={"cpu": 7})
    assert trace.losses["dropped_records"].isna().tolist() == [True, False]


def test_a_worker_that_did_not_answer_is_unknown_where_its_lane_is_empty():
    trace = load(
        thread(1, "Main"), thread(2, "cpu"), thread(3, "cpu"), span(1), span(2),
        droppedRecordsByThread={"Main": 0, "cpu": 0}, workerExportTimeouts=["cpu"],
    )  # fmt: skip
    assert trace.losses["export_timed_out"].tolist() == [False, False, True]
    assert trace.losses["dropped_records"].isna().tolist() == [False, True, True]


def test_what_threads_without_a_lane_lost_is_told_too():
    trace = load(
        thread(1, "Main"), span(1),
        droppedRecordsByThread={"Main": 1, "t0": 3, "t1": 4, "t2": 0, "odd": "x"}, droppedStringsByThread={"t1": 2},
    )  # fmt: skip
    diagnostics = trace.diagnostics.set_index("code")
    assert dict(diagnostics["count"]) == {"dropped_records": 8, "dropped_strings": 2}
    assert diagnostics["example"]["dropped_strings"] == "1 threads without a lane, 't1' the first"
    assert trace.losses["dropped_records"].tolist() == [1]


@pytest.mark.parametrize("odd", [None, 5, "x", [1], {"a": "b"}, {"Main": None}, {"Main": 1.5}])
def test_odd_accounts_are_unknown(odd):
    trace = load(
        thread(1, "Main"), span(1), droppedRecordsByThread=odd, workerExportTimeouts=odd, startTimeEpochUs=[odd]
    )
    assert trace.losses["dropped_records"].isna().all()
    assert trace.start is None


@needs_shared
@pytest.mark.parametrize(
    ("name", "spans", "instants", "counters"),
    [
        ("harness_4workers_3s.json", 2555, 793, 2255),
        ("harness_boot_trace_workers.json", 398, 101, 333),
        ("harness_fractional_ts.json", 117, 44, 101),
        ("harness_overflow_running_open_B.json.gz", 16384, 4, 0),
        ("root_main_thread_short.json", 0, 2, 0),
        ("web_boot_trace_export_while_running.json", 1, 2, 0),
        ("web_real_workers_steady_3s.json", 503, 12, 178),
        ("web_workers_stopped_mid_trace.json", 165, 3, 0),
    ],
)
def test_every_real_export_loads_whole(name, spans, instants, counters):
    trace = aero_nb.load(SHARED / "traces" / "aero" / name)
    assert (len(trace.spans), len(trace.instants), len(trace.counters)) == (spans, instants, counters)
    assert trace.start.year == 2026
    assert not set(trace.diagnostics["severity"]) & {"repaired"}


@needs_shared
def test_an_overflowed_ring_loses_begins_and_says_so():
    trace = aero_nb.load(SHARED / "traces" / "aero" / "harness_overflow_running_open_B.json.gz")
    codes = trace.diagnostics.set_index("code")["count"]
    assert codes["orphan_end"] == trace.losses["orphan_ends"].sum() == 5462
    assert codes["unfinished_span"] == trace.spans["unfinished"].sum() == 5462
    assert trace.spans["depth"].max() >= 5461
    assert trace.losses["dropped_records"].max() == 35


@needs_shared
@pytest.mark.parametrize("name", ["perf_capture_v2_web_workers_4s.json", "perf_thresholds.json", "run_summary.json"])
def test_other_files_of_aero_are_no_traces(name):
    with pytest.raises(aero_nb.TraceFormatError, match="an object with keys"):
        aero_nb.load(SHARED / "traces" / "aero" / name)
