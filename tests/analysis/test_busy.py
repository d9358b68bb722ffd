"""Busy time in all and alone, and async spans: against brute force on a small integer clock."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aero_nb import AeroNBError, Trace, compare
from aero_nb.analysis import alone, busy_intervals, busy_times, duration_bins, summary
from aero_nb.cli import main
from tests.support.analysis_tables import span_rows, spans_by_rules

MOMENTS = np.arange(0, 21) + 0.5


def is_open(table, moment):
    return bool(((table["ts_us"] < moment) & (table["ts_us"] + table["dur_us"] > moment)).any())


@given(st.lists(span_rows, max_size=9).map(spans_by_rules))
def test_busy_and_alone_are_what_is_counted_moment_by_moment(spans):
    cpu, io = (spans[spans["track"] == track] for track in (0, 1))
    busy, only = busy_intervals(cpu), alone(cpu, io)
    times = busy_times(spans)
    for moment in MOMENTS:
        assert is_open(busy, moment) == is_open(cpu, moment)
        assert is_open(only, moment) == (is_open(cpu, moment) and not is_open(io, moment))
    for track, own, other in (0, cpu, io), (1, io, cpu):
        if len(own):
            assert times.loc[track, "busy_us"] == sum(is_open(own, moment) for moment in MOMENTS)
            only_us = sum(is_open(own, moment) and not is_open(other, moment) for moment in MOMENTS)
            assert times.loc[track, "alone_us"] == only_us


def test_three_threads_are_alone_only_where_both_others_rest():
    spans = spans_by_rules([(0, 10, "a", 0), (2, 4, "b", 1), (4, 4, "c", 2)])
    spans["thread"] = (
        spans["track"].map({0: "cpu", 1: "io", 2: "io"}).astype("category")
    )  # a name does not tell lanes apart
    times = busy_times(spans)
    assert times["alone_us"].to_dict() == {0: 4, 1: 0, 2: 0}
    assert times["busy_us"].to_dict() == {0: 10, 1: 4, 2: 4}
    assert list(busy_times(spans.iloc[:0])) == list(times)


def run(latency_us=100, dropped=None):
    """Reads of a disk, which overlap each other, begun by one thread; the last one never ends."""
    events = [{"ph": "X", "name": "cpu", "ts": 0, "dur": 500, "pid": 1, "tid": 7}]
    events += [{"ph": "M", "name": "thread_name", "pid": 1, "tid": 7, "args": {"name": "main"}}]
    for i in range(10):
        read = {"cat": "io", "id": i, "name": "read", "pid": 1, "tid": 7}
        events += [{"ph": "b", "ts": 10 * i, **read}, {"ph": "e", "ts": 10 * i + latency_us * (1 + i / 10), **read}]
    events += [{"ph": "b", "ts": 5, "cat": "io", "id": 99, "name": "flush", "pid": 1, "tid": 7}]
    aero = {} if dropped is None else {"droppedRecordsByThread": {"main": dropped}}
    return Trace.from_bytes(json.dumps({"traceEvents": events, "otherData": {"aero": aero}}).encode())


def test_async_spans_have_a_summary_with_percentiles_and_busy_time():
    trace = run()
    read = trace.summary(table="async_spans").loc["read"]
    durations = [100 * (1 + i / 10) for i in range(10)]
    assert (read["count"], read["total_us"]) == (10, sum(durations))
    assert read[["p50_us", "p95_us", "p99_us"]].tolist() == pytest.approx(np.percentile(durations, [50, 95, 99]))
    assert read["busy_us"] == 280  # from the first begin to the last end, though the sum is 1,450
    assert "self_us" not in trace.summary(table="async_spans")
    assert summary(trace.async_spans, ["name", "thread"]).loc[("read", "main"), "count"] == 10
    assert list(summary(trace.async_spans.iloc[:0])) == list(summary(trace.async_spans))
    assert duration_bins(trace.async_spans, "read")["count"].sum() == 10
    assert "10 spans read" in trace.duration_histogram("read", table="async_spans").layout.to_json()


def test_async_spans_are_affected_by_what_their_thread_lost_and_where_they_never_ended():
    shares = run().summary(table="async_spans")["affected_share"]
    assert shares.to_dict() == {"read": 0, "flush": 1}
    assert run(dropped=3).summary(table="async_spans")["affected_share"].to_dict() == {"read": 1, "flush": 1}


def test_async_spans_are_compared():
    table = compare(run(), run(latency_us=150)).table
    rows = table[(table["kind"] == "async") & (table["name"] == "read")].set_index("statistic")
    assert rows.loc["p50", ["base", "candidate", "ratio"]].tolist() == pytest.approx([0.145, 0.2175, 1.5])
    assert rows.loc["total", "difference"] == pytest.approx(0.725)
    assert pd.isna(rows.loc["total", "p_value"])


def test_async_spans_have_a_trend_over_the_runs_of_a_store(tmp_path, capsys):
    store_of = pytest.importorskip("aero_nb.store", exc_type=ImportError).TraceStore
    store = store_of(tmp_path / "store")
    for number, latency_us in enumerate([100, 150]):
        path = run(latency_us).save(tmp_path / f"{number}.json")
        store.add([path], labels={"build": number}, workers=1)
    trend = store.trend("read", "p50", over="build", table="async_spans")
    assert trend.table["value"].tolist() == pytest.approx([145, 217.5])
    assert main(["store", "trend", str(tmp_path / "store"), "read", "--async", "--over", "build"]) == 0
    assert "p95 of read" in capsys.readouterr().out
    with pytest.raises(ValueError, match="no self time"):
        store.trend("read", "self", table="async_spans")
    assert main(["store", "trend", str(tmp_path / "store"), "raed", "--async", "--over", "build"]) == 65
    assert "'raed', which none of the runs has; there are read" in capsys.readouterr().err
    with pytest.raises(AeroNBError, match="none of the runs has"):
        store.trend("raed", over="build", where={"build": 1}, table="async_spans")


def test_async_spans_have_a_summary_over_the_runs_of_a_store(tmp_path, capsys):
    store = pytest.importorskip("aero_nb.store", exc_type=ImportError).TraceStore(tmp_path / "store")
    runs = [run(100), run(150)]
    store.add([trace.save(tmp_path / f"{number}.json") for number, trace in enumerate(runs)], workers=1)
    pooled = summary(pd.concat([trace.async_spans for trace in runs]))
    both = store.summary(table="async_spans")
    assert "self_us" not in both
    assert both["count"].to_dict() == pooled["count"].to_dict()
    assert both["total_us"].to_dict() == pytest.approx(pooled["total_us"].to_dict())
    assert both["p95_us"].to_dict() == pytest.approx(pooled["p95_us"].to_dict(), rel=0.005)
    assert both["total_us"].is_monotonic_decreasing
    assert main(["store", "summary", str(tmp_path / "store"), "--async"]) == 0
    assert "read" in capsys.readouterr().out
