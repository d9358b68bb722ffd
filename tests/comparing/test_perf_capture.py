"""Aero's per-frame perf capture: the table, the headline figures, and captures that lack something."""

import gzip
import io
import json
import math
from typing import Any

import pandas as pd
import pytest

from aero_nb import TraceFormatError, load_perf_capture
from tests.support.shared import SHARED, needs_shared

AERO = SHARED / "traces" / "aero"


def frame(frame_ms: float | None = 10.0, **fields: Any) -> dict[str, Any]:
    empty = dict.fromkeys(["tMs", "instructions", "cpuMs", "gpuMs", "ioMs", "jitMs", "drawCalls", "ioBytes"])
    return {**empty, "frameTimeMs": frame_ms, **fields}


def captured(*records: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"kind": "aero-perf-capture", "version": 2, "records": list(records), **keys}


def test_a_record_is_a_row_with_the_units_in_the_column_names():
    row = frame(
        16.5,
        tMs=17.0,
        instructions=3_300_000,
        cpuMs=9.0,
        gpuMs=2.0,
        ioMs=0.5,
        jitMs=1.0,
        drawCalls=7,
        ioBytes=8,
    )
    records = load_perf_capture(captured(row)).records
    assert records.loc[0].to_dict() == {
        "t_ms": 17.0,
        "frame_ms": 16.5,
        "cpu_ms": 9.0,
        "gpu_ms": 2.0,
        "io_ms": 0.5,
        "jit_ms": 1.0,
        "instructions": 3_300_000,
        "draw_calls": 7,
        "io_bytes": 8,
        "mips": 200.0,
    }
    assert records.index.name == "frame"


def test_instruction_counts_beyond_a_double_stay_exact():
    records = load_perf_capture(captured(frame(instructions="18446744073709551615"), frame(instructions=1))).records
    assert records["instructions"].tolist() == [2**64 - 1, 1]


def test_fps_and_lows_come_from_the_mean_and_the_percentiles_of_the_frame_time():
    times = [10.0] * 99 + [110.0]
    summary = load_perf_capture(captured(*map(frame, times))).summary
    assert summary["fps_mean"] == pytest.approx(1000 / 11)
    assert summary["fps_1pct_low"] == pytest.approx(1000 / 11)  # p99 lies 0.01 of the way from 10 to 110
    assert summary["fps_01pct_low"] == pytest.approx(1000 / 100.1)
    assert summary["frame_ms_p50"] == 10.0
    assert summary["frame_ms_p95"] == 10.0
    assert summary["frame_ms_p99"] == pytest.approx(11.0)


def test_mips_counts_only_the_frames_whose_instructions_are_known():
    summary = load_perf_capture(captured(frame(10.0, instructions=2_000_000), frame(90.0))).summary
    assert summary["mips_mean"] == 200.0


def test_buckets_and_io_rate_are_parts_of_the_frame_time():
    rows = [frame(10.0, cpuMs=6.0, ioMs=1.0, ioBytes=5_000), frame(10.0, cpuMs=4.0, ioMs=3.0, ioBytes=15_000)]
    summary = load_perf_capture(captured(*rows)).summary
    assert summary["cpu_share"] == 0.5
    assert summary["io_share"] == 0.2
    assert summary["cpu_ms_mean"] == 5.0
    assert math.isnan(summary["gpu_share"])
    assert summary["io_bytes_per_s"] == 1_000_000


def test_a_capture_in_which_nothing_was_recorded_has_no_rows_and_no_figures():
    capture = load_perf_capture(captured())
    assert capture.records.empty
    assert capture.summary["frames"] == 0
    assert capture.summary.drop("frames").isna().all()
    assert capture.records["instructions"].dtype == "UInt64"
    assert "no frame times" in repr(capture)


def test_a_capture_without_cross_origin_isolation_loads():
    control = {"startFrameId": None, "endFrameId": None, "droppedRecords": 0, "records": 1}
    capture = load_perf_capture(captured(frame(), buffers=[], build=None, capture_control=control))
    assert capture.summary["fps_mean"] == 100.0
    assert capture.metadata["buffers"] == []
    assert "records" not in capture.metadata


def test_values_of_a_wrong_type_are_missing_and_counted():
    capture = load_perf_capture(captured(frame("fast", cpuMs=True, instructions=-3, drawCalls="many")))
    assert capture.unreadable_values == 4
    assert capture.records.drop(columns="mips").isna().all(axis=None)


def test_a_frame_of_no_time_has_no_mips():
    records = load_perf_capture(captured(frame(0.0, instructions=5))).records
    assert math.isnan(records.loc[0, "mips"])


def test_bytes_gzip_a_path_and_a_file_give_the_same(tmp_path):
    data = json.dumps(captured(frame(tMs=1.0))).encode()
    path = tmp_path / "capture.json"
    path.write_bytes(data)
    tables = [load_perf_capture(s).records for s in (data, gzip.compress(data), path, str(path), io.BytesIO(data))]
    for table in tables:
        pd.testing.assert_frame_equal(table, tables[0])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"<html>", "expected the JSON of a perf capture"),
        (b"[]", "found a list"),
        (b'{"traceEvents": []}', r"a trace is loaded with aero_nb\.load"),
        (b'{"kind": "aero-perf-capture", "version": 1}', "expected version 2"),
        (b'{"kind": "aero-perf-capture", "version": 2, "records": 5}', "'records'"),
    ],
)
def test_something_else_is_refused_with_what_was_expected(source, message):
    with pytest.raises(TraceFormatError, match=message):
        load_perf_capture(source)


def test_the_chart_has_a_bar_for_every_measured_frame():
    capture = load_perf_capture(captured(frame(10.0, tMs=10.0), frame(None, tMs=20.0), frame(20.0, tMs=40.0)))
    assert list(capture.frames_chart(budget_us=16_667).data[0].y) == [0.010, 0.020]


@needs_shared
@pytest.mark.parametrize("name", ["perf_capture_v2_web_workers_4s.json", "perf_capture_while_active.json"])
def test_our_figures_agree_with_those_that_aero_exported(name):
    capture = load_perf_capture(AERO / name)
    theirs = capture.metadata["summary"]["frameTime"]
    ours = capture.summary
    assert ours["frames"] == theirs["frames"]
    assert ours["frame_ms_mean"] == pytest.approx(theirs["meanFrameTimeMs"], rel=1e-12)
    assert ours["fps_mean"] == pytest.approx(theirs["fpsAvg"], rel=1e-12)
    # Aero's percentiles come from a histogram with 1,024 buckets an octave: within 0.1%.
    for mine, its in {"p50": "P50", "p95": "P95", "p99": "P99"}.items():
        assert ours[f"frame_ms_{mine}"] == pytest.approx(theirs[f"frameTime{its}Ms"], rel=1e-3)
    assert ours["fps_1pct_low"] == pytest.approx(theirs["fps1Low"], rel=1e-3)
    assert capture.unreadable_values == 0
