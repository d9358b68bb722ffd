"""Saved from tables and loaded again, through JSON and through Parquet: nothing is lost."""

import gzip
import json
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aero_nb
from aero_nb import Trace, TraceFormatError
from aero_nb.formats.chrome_json import _exact_us
from tests.support import strategies
from tests.support.equality import assert_same
from tests.support.shared import SHARED, needs_shared

pytest.importorskip("pyarrow")

# What a file can lack: ids of every type, args of every type, fields without a column, clocks beyond a float64.
ODD = [
    {"ph": "M", "name": "process_name", "pid": "stream 7", "args": {"name": "GPU"}},
    {"ph": "M", "name": "thread_sort_index", "pid": "stream 7", "tid": "1", "args": {"sort_index": -3}},
    {"ph": "M", "name": "weather", "pid": 1, "args": {"sun": True}},
    {
        "ph": "B",
        "name": "a",
        "cat": "x,y",
        "pid": "stream 7",
        "tid": 1,
        "ts": 1.0005,
        "args": {"k": 2**70},
        "cname": "good",
    },
    {"ph": "B", "name": "b", "pid": "stream 7", "tid": 1, "ts": 2, "tts": 1.5},
    {"ph": "E", "name": "a", "pid": "stream 7", "tid": 1, "ts": 5, "args": {"k": "é", "z": [1, None]}},
    {"ph": "E", "name": "b", "pid": "stream 7", "tid": 1, "ts": 6, "tts": 4.5},
    {"ph": "E", "name": "lost", "pid": "stream 7", "tid": 1, "ts": 7},
    {"ph": "B", "name": "never", "pid": "stream 7", "tid": 1, "ts": 8},
    {"ph": "X", "name": "zero", "pid": 1, "tid": 2**40, "ts": 3, "dur": 0, "args": "text"},
    {"ph": "X", "name": "negative", "tid": -7, "ts": -4.25, "dur": -5},
    {"ph": "X", "name": 5, "pid": None, "tid": 1.7, "ts": "12.5", "dur": "1.25"},
    {"ph": "X", "pid": 1, "tid": 1, "ts": 30, "dur": 5, "bind_id": "0x9", "flow_out": True},
    {"ph": "X", "name": "to", "pid": 1, "tid": 1, "ts": 40, "dur": 5, "bind_id": 9, "flow_in": True},
    {"ph": "s", "name": "arrow", "cat": "f", "id": 3, "pid": 1, "tid": 1, "ts": 31},
    {"ph": "f", "name": "arrow", "cat": "f", "id": "0x3", "pid": 1, "tid": 1, "ts": 41, "bp": "e"},
    {"ph": "f", "name": "arrow", "cat": "f", "id": 4, "pid": 1, "tid": 1, "ts": 42},
    {"ph": "b", "name": "load", "cat": "net", "id2": {"local": "0x1"}, "pid": 1, "tid": 1, "ts": 1},
    {"ph": "n", "name": "step", "cat": "net", "id2": {"local": "0x1"}, "pid": 1, "tid": 1, "ts": 2},
    {"ph": "e", "name": "load", "cat": "net", "id2": {"local": "0x1"}, "pid": 1, "tid": 2, "ts": 9, "args": {"ok": 1}},
    {"ph": "b", "name": "across", "cat": "net", "id": 7, "pid": 1, "tid": 1, "ts": 1},
    {"ph": "e", "name": "across", "cat": "net", "id": 7, "pid": 2, "tid": 5, "ts": 11},
    {"ph": "b", "name": "open", "cat": "net", "id": 8, "pid": 1, "tid": 1, "ts": 4},
    {"ph": "S", "name": "old", "cat": "net", "id": "q", "pid": 1, "tid": 1, "ts": 4},
    {"ph": "T", "name": "old", "cat": "net", "id": "q", "pid": 1, "tid": 1, "ts": 5},
    {"ph": "F", "name": "old", "cat": "net", "id": "q", "pid": 1, "tid": 1, "ts": 6},
    {"ph": "i", "name": "now", "pid": 1, "tid": 1, "ts": 7, "s": "g"},
    {"ph": "R", "name": "mark", "pid": 1, "tid": 1, "ts": 8},
    {"ph": "C", "name": "memory", "pid": 1, "tid": 1, "ts": 9, "args": {"a": 1, "b": "2.5", "c": None, "d": 2**60}},
    {"ph": "C", "name": "memory", "id": 1, "pid": 1, "ts": 10, "args": {"a": 4}},
    {"ph": "N", "name": "object", "id": "0x5", "pid": 1, "tid": 1, "ts": 1},
    {"ph": "P", "name": "sample", "pid": 1, "tid": 1, "ts": 2, "sf": 4},
    {"ph": "Z", "name": "who knows", "pid": 1, "tid": 1, "ts": 3},
    {"ph": "X", "name": "when", "pid": 1, "tid": 1, "ts": None, "dur": 1},
]


def loaded(events: list[Any], **members: Any) -> Trace:
    return Trace.from_bytes(json.dumps({"traceEvents": events, **members}).encode())


def rewritten(trace: Trace) -> Trace:
    """Written from the tables, as a Trace without a file is, and read again."""
    return Trace.from_bytes(Trace(trace.columns).to_bytes())


def through_parquet(trace: Trace) -> Trace:
    with tempfile.TemporaryDirectory() as folder:
        trace.to_parquet(folder)
        return aero_nb.load(folder)


# What writing from tables cannot say: a repair that was made is made, so it is not found again.
MENDED = ("diagnostics",)


def test_a_loaded_file_is_saved_as_it_was(tmp_path):
    data = json.dumps(ODD, indent=1).encode()
    trace = Trace.from_bytes(data)
    assert trace.to_bytes() == data
    assert trace.save(tmp_path / "a.json").read_bytes() == data
    assert gzip.decompress(trace.save(tmp_path / "a.json.gz").read_bytes()) == data


def test_odd_events_written_from_tables_come_back_as_the_same_tables():
    trace = loaded(ODD)
    assert_same(trace, rewritten(trace), but=MENDED)


def test_written_json_is_strict_and_keeps_the_files_other_members():
    trace = loaded(ODD, displayTimeUnit="ns", otherData={"build": "abc"}, stackFrames={"4": {"name": "main"}})
    document = json.loads(Trace(trace.columns).to_bytes())
    assert document["displayTimeUnit"] == "ns"
    assert document["stackFrames"] == {"4": {"name": "main"}}
    assert document["otherData"]["build"] == "abc"
    assert len(document["traceEvents"]) == len(ODD)


@pytest.mark.parametrize("other", ["a text", [1], 5, {"aero_nb": "not ours"}])
def test_odd_other_data_survives(other):
    trace = rewritten(loaded(ODD[3:6], otherData=other))
    assert len(trace.spans) == 2
    if not isinstance(other, dict):
        assert trace.metadata["otherData"]["otherData"] == other


def test_a_clock_beyond_a_float64_keeps_its_nanoseconds():
    epoch = 1_700_000_000_000_000
    events = [{"ph": "X", "name": str(n), "pid": 1, "tid": 1, "ts": 0, "dur": 0.001} for n in range(5)]
    text = json.dumps(events)
    for n in range(5):
        text = text.replace('"ts": 0', f'"ts": {epoch + n}.{n + 1:03}', 1)
    trace = Trace.from_bytes(text.encode())
    assert trace.columns.spans.ts.tolist() == [(epoch + n) * 1000 + n + 1 for n in range(5)]
    assert_same(trace, rewritten(trace))
    assert_same(trace, through_parquet(trace))


def test_times_too_far_apart_for_a_float64_are_exact_in_parquet():
    events = [{"ph": "X", "name": "a", "pid": 1, "tid": 1, "ts": ts, "dur": 1} for ts in (0.001, 9_000_000_000_000_000)]
    trace = loaded(events)
    copy = through_parquet(trace)
    assert copy.columns.spans.ts.tolist() == [1, 9_000_000_000_000_000_000]


def test_gaps_and_losses_are_kept():
    aero = {
        "startTimeEpochUs": 1_700_000_000_000_000.25,
        "droppedRecordsByThread": {"cpu": 7, "io": 0},
        "droppedStringsByThread": {"cpu": 2},
        "workerExportTimeouts": ["io"],
    }
    gaps = [{"pid": 1, "tid": 2, "start_us": 2.5, "end_us": 3.0005, "dropped_records": 7}]
    lanes = [
        {"ph": "M", "name": "thread_name", "pid": 1, "tid": t, "args": {"name": n}} for t, n in ((2, "cpu"), (3, "io"))
    ]
    events = [
        *lanes,
        {"ph": "B", "name": "before", "pid": 1, "tid": 2, "ts": 1},
        {"ph": "E", "name": "before", "pid": 1, "tid": 2, "ts": 4},
        {"ph": "B", "name": "after", "pid": 1, "tid": 2, "ts": 5},
    ]
    trace = loaded(events, otherData={"aero": aero, "aero_nb": {"gaps": gaps}})
    assert trace.losses["dropped_records"].tolist() == [7, pd.NA]
    assert len(trace.gaps) == 1
    assert_same(trace, rewritten(trace))
    assert_same(trace, through_parquet(trace))


def test_parquet_keeps_every_table_and_leftover():
    trace = loaded(ODD, displayTimeUnit="ns", otherData={"big": 2**70, "none": None})
    copy = through_parquet(trace)
    assert_same(trace, copy)
    assert copy.metadata == trace.metadata
    assert copy.spans["pid"].dtype == trace.spans["pid"].dtype


def test_parquet_files_are_tables_for_other_tools(tmp_path):
    trace = loaded(ODD)
    trace.to_parquet(tmp_path / "run")
    for name in ("spans", "instants", "counters", "async_spans", "flows", "gaps"):
        table = pd.read_parquet(tmp_path / "run" / f"{name}.parquet")
        assert set(getattr(trace, name).columns) - {"tts_us", "tdur_us"} <= set(table.columns)
        assert len(table) == len(getattr(trace, name))
    spans = pd.read_parquet(tmp_path / "run" / "spans.parquet")
    assert spans["ts_us"].tolist() == trace.spans["ts_us"].tolist()
    assert spans["pid"].astype(object).where(spans["pid"].notna(), None).tolist() == [
        None if pid is pd.NA or pid != pid else pid for pid in trace.spans["pid"].tolist()
    ]


def test_integer_ids_are_integers_in_parquet_though_a_metadata_event_has_a_text(tmp_path):
    events = [
        {"ph": "M", "name": "process_name", "pid": "Traces", "args": {"name": "x"}},
        {"ph": "X", "name": "a", "pid": 7, "tid": 8, "ts": 1, "dur": 1},
    ]
    folder = loaded(events).to_parquet(tmp_path / "run")
    assert pd.read_parquet(folder / "spans.parquet")["pid"].tolist() == [7]


def test_a_folder_is_written_over_as_a_whole(tmp_path):
    loaded(ODD).to_parquet(tmp_path)
    small = loaded(ODD[3:6])
    small.to_parquet(tmp_path)
    assert_same(small, aero_nb.load(tmp_path))


def test_another_folder_and_a_damaged_one_are_refused(tmp_path):
    with pytest.raises(TraceFormatError, match=r"written by Trace\.to_parquet"):
        aero_nb.load(tmp_path)
    loaded(ODD).to_parquet(tmp_path)
    spans = tmp_path / "spans.parquet"
    spans.write_bytes(spans.read_bytes()[:100])
    with pytest.raises(TraceFormatError, match=r"spans\.parquet"):
        aero_nb.load(tmp_path)
    (tmp_path / "trace.json").write_text('{"format": "aero_nb.trace", "version": 99}')
    with pytest.raises(TraceFormatError, match="version"):
        aero_nb.load(tmp_path)


def test_broken_utf8_in_args_survives_parquet():
    data = b'[{"ph":"X","name":"a","pid":1,"tid":1,"ts":1,"dur":2,"args":{"raw":"\xff\xfe"}}]'
    trace = Trace.from_bytes(data)
    assert_same(trace, through_parquet(trace))


def test_an_empty_trace_survives_both():
    trace = loaded([])
    assert_same(trace, rewritten(trace))
    assert_same(trace, through_parquet(trace))


made_up = st.one_of(strategies.thread_traces, strategies.mixed_traces, strategies.async_traces, strategies.flow_traces)


@settings(max_examples=60, deadline=None)
@given(made_up, strategies.gaps())
def test_made_up_traces_written_from_tables_come_back(events, gaps):
    trace = loaded(events, otherData={"aero_nb": {"gaps": gaps}})
    samples_gone = {"to_dataframe": ["event"], "tracks": []}  # a C without a sample is in no table: it is not written
    assert_same(trace, rewritten(trace), but=MENDED, besides=samples_gone)


@settings(max_examples=15, deadline=None)
@given(made_up, strategies.gaps())
def test_made_up_traces_come_back_from_parquet(events, gaps):
    trace = loaded(events, otherData={"aero_nb": {"gaps": gaps}})
    assert_same(trace, through_parquet(trace))


def real_files() -> list[Path]:
    folders = (SHARED / "traces" / "corpus", SHARED / "traces" / "aero")
    others = {"MANIFEST.json", "trivial_systrace.html", "run_summary.json", "perf_thresholds.json"}
    found = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]
    return [path for path in found if path.name not in others and not path.name.startswith("perf_capture")]


@needs_shared
@pytest.mark.slow
@pytest.mark.parametrize("path", real_files(), ids=lambda path: path.name)
def test_real_files_come_back_from_json_and_parquet(path):
    trace = aero_nb.load(path)
    dropped = {"to_dataframe": ["event"]}  # {} elements are not written
    assert_same(trace, rewritten(trace), but=MENDED, besides=dropped)
    assert_same(trace, through_parquet(trace))


def test_a_time_is_written_as_a_number_only_where_its_digits_are_exact():
    rng = np.random.default_rng(1)
    for bits in range(40, 63):
        for ns in rng.integers(2**bits, 2 ** (bits + 1), 200).tolist():
            assert Decimal(str(_exact_us(ns))) * 1000 == ns
    assert isinstance(_exact_us(1_500), float)
