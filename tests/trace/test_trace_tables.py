"""The tables of a Trace: columns and dtypes as the schema says, safe to change, and the Trace as a whole."""

import gzip
import json

import numpy as np
import pandas as pd
import pytest

import aero_nb
from aero_nb import Trace, TraceFormatError
from aero_nb.events import KINDS
from aero_nb.tables import schema
from aero_nb.tables.dataframes import COLUMNS
from tests.support.profiles import ROOT, chunk, node, profile


def event(ph, ts, name="a", **fields):
    return {"ph": ph, "ts": ts, "name": name, "pid": 1, "tid": 1, "cat": "c", **fields}


EVENTS = [
    {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "Main"}},
    {"ph": "M", "name": "process_name", "pid": 1, "tid": 0, "args": {"name": "app"}},
    event("B", 1, "outer", args={"bytes": 7, "deep": {"k": "v", "list": [1, {"z": 2}]}}),
    event("X", 2, "inner", dur=3, args={"bytes": 9, "name": "n"}),
    event("E", 9, "outer"),
    event("i", 4, "moment", s="p"),
    event("C", 5, "mem", args={"used": 1.5}),
    event("b", 1, "job", id=1),
    event("e", 8, "job", id=1),
    event("n", 6, "tick", id=1),
    event("s", 2, "flow", id=3),
    event("f", 4, "flow", id=3, bp="e"),
    event("E", 20, "lost"),
    event("P", 7, "sample"),
    event("O", 7, "object"),
    event("Z", 7, "odd"),
    event("X", None, "nowhere", dur=1),
]


@pytest.fixture
def trace():
    return aero_nb.load({"traceEvents": EVENTS, "otherData": {"aero_nb": {}}})


def right_dtype(values, dtype):
    if dtype == "id":
        return str(values.dtype) in ("int64", "Int64", "str", "string")
    if dtype == "string":
        return pd.api.types.is_string_dtype(values)
    return str(values.dtype) == dtype


@pytest.mark.parametrize("name", [*COLUMNS, "to_dataframe"])
@pytest.mark.parametrize("events", [EVENTS, []])
def test_every_table_has_the_columns_and_dtypes_of_the_schema(name, events):
    trace = aero_nb.load({"traceEvents": events})
    table = trace.to_dataframe() if name == "to_dataframe" else getattr(trace, name)
    expected = schema.EVENTS if name == "to_dataframe" else COLUMNS[name]
    assert list(table.columns) == list(expected)
    assert [column for column, dtype in expected.items() if not right_dtype(table[column], dtype)] == []


@pytest.mark.parametrize("name", [name for name in COLUMNS if name != "gaps"])
def test_a_users_change_never_reaches_the_trace(name):
    sampled = [profile(), chunk([2, 2], [1, 1], [ROOT, node(2, "main", url="x.js", lineNumber=1)])]
    trace = aero_nb.load(EVENTS + sampled)
    table = getattr(trace, name)
    before = table.copy()
    del table[table.columns[0]]
    other = getattr(trace, name)
    number = other.select_dtypes("number").columns[0]
    other.loc[other.index[0], number] = 77
    pd.testing.assert_frame_equal(getattr(trace, name), before)


def test_a_trace_is_frozen(trace):
    with pytest.raises(AttributeError):
        trace.data = b""
    with pytest.raises(AttributeError):
        trace.spans = None


def test_the_tables_hold_what_the_file_says(trace):
    assert trace.spans[["name", "ts_us", "dur_us", "self_us", "depth", "parent"]].values.tolist() == [
        ["outer", 1, 8, 5, 0, -1],
        ["inner", 2, 3, 3, 1, 0],
    ]
    assert trace.spans[["cat", "process", "thread"]].iloc[0].tolist() == ["c", "app", "Main"]
    assert trace.instants[["name", "scope", "ts_us"]].values.tolist() == [["moment", "p", 4]]
    assert trace.counters[["name", "series", "value"]].values.tolist() == [["mem", "mem.used", 1.5]]
    assert trace.async_spans[["name", "id", "dur_us"]].values.tolist() == [["job", "1", 7]]
    assert trace.flows[["from_span", "to_span"]].values.tolist() == [[1, 1]]
    assert trace.tracks["kind"].tolist() == ["thread", "counter", "async"]
    assert trace.tracks[["first_ts_us", "last_ts_us", "spans"]].values.tolist()[0] == [1, 9, 2]


def test_every_event_is_a_row_by_time_with_metadata_first_and_unplaced_last(trace):
    table = trace.to_dataframe()
    assert table["kind"].tolist()[:2] == ["metadata", "metadata"]
    assert table["kind"].tolist()[-1] == "unplaced"
    assert table["ts_us"].iloc[2:-1].is_monotonic_increasing
    assert table["kind"].value_counts().to_dict() == {
        "metadata": 2, "span": 2, "instant": 1, "counter": 1, "async_span": 1, "async_instant": 1, "flow": 2,
        "orphan_end": 1, "sample": 1, "object": 1, "unknown": 1, "unplaced": 1,
    }  # fmt: skip
    ends = {4, 8}  # the E and the e, which are part of their begin's row
    assert sorted(table["event"]) == [index for index in range(len(EVENTS)) if index not in ends]
    assert [EVENTS[index]["ph"] for index in table["event"]] == table["ph"].tolist()


def test_kinds_choose_the_rows(trace):
    assert trace.to_dataframe(kinds=["counter", "instant"])["kind"].tolist() == ["instant", "counter"]
    assert len(trace.to_dataframe(kinds="span")) == 2
    assert trace.to_dataframe(kinds=["clock_sync"]).empty
    with pytest.raises(ValueError, match=r"found \['slice'\]"):
        trace.to_dataframe(kinds=["slice"])


@pytest.mark.parametrize("kind", KINDS)
def test_any_single_kind_can_be_asked_for(trace, kind):
    assert set(trace.to_dataframe(kinds=[kind])["kind"]) <= {kind}


def test_args_become_columns_by_dotted_paths(trace):
    table = trace.to_dataframe(kinds=["span"], args=["bytes", "deep.k", "deep.list.1.z", "none", "name"])
    assert table["bytes"].tolist() == [7, 9]
    assert table["bytes"].dtype == np.int64
    assert table["deep.k"].tolist()[0] == "v"
    assert table["deep.list.1.z"].tolist()[0] == 2
    assert table["none"].isna().all()
    assert table["args.name"].tolist()[1] == "n"
    assert table["name"].tolist() == ["outer", "inner"]


def test_self_times_add_up_to_the_time_covered(trace):
    assert trace.spans["self_us"].sum() == trace.spans.loc[trace.spans["parent"] == -1, "dur_us"].sum()


# Saving


def test_a_loaded_trace_is_saved_byte_for_byte(tmp_path):
    data = b' [ {"ph":"X", "ts":1.50, "dur":2,"pid":1,"tid":1,"name":"a"} ]\n'
    path = Trace.from_bytes(data).save(tmp_path / "out.json")
    assert path.read_bytes() == data
    assert aero_nb.load(path).to_bytes() == data


def test_a_gz_name_packs_and_a_json_name_unpacks(tmp_path):
    data = json.dumps(EVENTS).encode()
    packed = Trace.from_bytes(data).save(tmp_path / "out.json.gz")
    assert gzip.decompress(packed.read_bytes()) == data
    assert aero_nb.load(packed).save(tmp_path / "again.json.gz").read_bytes() == packed.read_bytes()
    assert aero_nb.load(packed).save(tmp_path / "out.json").read_bytes() == data


def test_a_failed_save_leaves_the_old_file_whole(tmp_path, monkeypatch):
    path = tmp_path / "out.json"
    path.write_bytes(b"old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        aero_nb.load(EVENTS).save(path)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["out.json"]


# Display and progress


def test_the_summary_tells_time_tracks_events_and_losses(trace):
    text = repr(trace)
    for told in (
        "8 µs",
        "1 thread,",
        "1 async",
        "1 counter",
        "2 spans",
        "1 instant,",
        "not told by the file",
        "1 orphan end",
    ):
        assert told in text
    assert "<table" in trace._repr_html_()


def test_names_in_the_html_summary_are_escaped():
    trace = aero_nb.load([event("<b>", 1)])
    assert "<b>" not in trace._repr_html_()


def big():
    return json.dumps([event("X", number, dur=1, args={"text": "x" * 100}) for number in range(12_000)]).encode()


def test_progress_reports_bytes_and_a_callback_can_end_the_load():
    seen = []
    aero_nb.load(big(), progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert len(seen) > 2
    assert seen[-1][0] <= seen[-1][1] == len(big())

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        aero_nb.load(big(), progress=stop)


def test_an_interrupted_load_turns_the_garbage_collector_on_again():
    import gc

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        aero_nb.load(big(), progress=stop)
    assert gc.isenabled()


def test_no_bar_is_shown_where_output_is_redirected(capsys):
    aero_nb.load(big())
    assert capsys.readouterr().err == ""


def test_a_bar_is_shown_when_asked_for(capsys):
    aero_nb.load(big(), progress=True)
    assert "Loading trace" in capsys.readouterr().err


def test_a_list_of_sources_is_merged_and_a_list_of_events_is_a_trace(tmp_path):
    path = aero_nb.load(EVENTS).save(tmp_path / "a.json")
    assert len(aero_nb.load([path, path]).spans) == 2 * len(aero_nb.load(EVENTS).spans)
    assert len(aero_nb.load([path]).spans) == 2
    with pytest.raises(TraceFormatError):
        aero_nb.load([path, b"{}"])


def test_what_is_no_source_is_a_type_error():
    with pytest.raises(TypeError, match="found int"):
        aero_nb.load(5)


def test_a_span_whose_end_is_the_files_first_event_is_one_of_begin_and_end():
    trace = Trace.from_bytes(json.dumps([event("E", 5), event("B", 1), event("X", 7, dur=1)]).encode())
    assert trace.columns.spans.end_event.tolist() == [0, -1]
    assert trace.to_dataframe(["span"])["ph"].tolist() == ["B", "X"]


def test_the_start_is_that_of_time_0_also_where_the_clock_is_too_far_to_be_shown_as_it_is():
    far_us = 2**43  # beyond what is shown: the tables begin at 0, and the start moves
    document = {"traceEvents": [event("X", far_us + 5, dur=1)], "otherData": {"aero": {"startTimeEpochUs": 1_000_000}}}
    trace = Trace.from_bytes(json.dumps(document).encode())
    first_us = trace.spans["ts_us"].iloc[0]
    assert trace.origin_us > 0
    assert trace.start + pd.Timedelta(first_us, unit="us") == pd.Timestamp(far_us + 5 + 1_000_000, unit="us", tz="UTC")
