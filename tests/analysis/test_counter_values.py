"""Counters are told apart by track: rates, grids, comparisons, and what their series are called."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aero_nb
from aero_nb.analysis import rate, resample, summary
from aero_nb.analysis.idle import gaps_between
from aero_nb.trace import Trace
from tests.support.analysis_tables import counter_samples

CHROMIUM = [
    {"ph": "C", "name": name, "pid": pid, "tid": 1, "ts": ts, "args": args}
    for ts in (0, 1_000, 2_000)
    for name, pid, args in (
        ("GPU memory", 1, {"value": 1_150 + ts}),
        ("CPU load", 1, {"value": 3}),
        ("CPU load", 2, {"value": 5}),
        ("heap", 1, {"used": 10, "value": 20}),
    )
]


def chromium():
    return Trace.from_bytes(json.dumps(CHROMIUM).encode())


def test_a_rate_is_the_increase_over_the_window():
    table = rate(counter_samples(("n", 0, 0), ("n", 10, 100), ("n", 20, 100), ("n", 30, 400)), "n", window_us=20)
    assert table["rate_per_s"].iloc[1:].tolist() == pytest.approx([10e6, 5e6, 15e6])
    with pytest.raises(ValueError, match="positive"):
        rate(counter_samples(("n", 0, 0)), "n", 0)


@given(st.lists(st.integers(1, 5_000_000), min_size=1, max_size=60), st.integers(0, 2**50), st.integers(1, 10**7))
def test_a_rising_counter_never_has_a_negative_rate(steps_ns, first_ns, window_ns):
    ts = (first_ns + np.cumsum(steps_ns)) / 1000
    table = rate(counter_samples(*[("n", moment, float(i)) for i, moment in enumerate(ts)]), "n", window_ns / 1000)
    assert (table["rate_per_s"].dropna() >= 0).all()


def test_levels_are_averaged_over_time_and_counts_taken_at_the_bins_end():
    counters = counter_samples(
        ("fill", 0, 2), ("fill", 5, 4), ("fill", 15, 0), *[("n", 5 * t, 10 * t) for t in range(4)]
    )
    table = resample(counters, 10)
    fill, n = (table[table["series"] == series] for series in ("fill", "n"))
    assert fill["value"].tolist() == [3, 2]
    assert n["value"].tolist() == [20, 30]
    assert n["rate_per_s"].tolist() == pytest.approx([2e6, 1e6])


def test_tracks_of_one_series_are_added_up_only_when_asked():
    counters = counter_samples(*[("n", 10 * t, 100 * t * k, k) for t in range(4) for k in (1, 2)])
    apart = rate(counters, "n", 10)
    assert apart.groupby("track")["rate_per_s"].max().to_dict() == {1: 10e6, 2: 20e6}
    assert rate(counters, "n", 10, total=True)["rate_per_s"].max() == 30e6
    grid = resample(counters, 10)
    assert grid.groupby("track")["value"].max().to_dict() == {1: 300, 2: 600}
    assert resample(counters, 10, total=True)["value"].max() == 900


def test_series_outside_aero_are_called_after_their_event():
    assert set(chromium().counters["series"]) == {"GPU memory", "CPU load", "heap.used", "heap.value"}


def test_a_comparison_keeps_different_counters_apart():
    trace = chromium()
    table = aero_nb.compare(trace, trace).table
    found = table[table["kind"] == "counter"].set_index(["name", "statistic"])["base"].to_dict()
    assert found == {
        ("GPU memory", "increase"): 2_000,
        ("GPU memory", "rate"): 1e6,
        ("CPU load [(no thread) #1]", "mean"): 3,
        ("CPU load [(no thread) #2]", "mean"): 5,
        ("heap.used", "mean"): 10,
        ("heap.value", "mean"): 20,
    }


def test_a_part_of_a_trace_is_saved_with_the_keys_of_its_counters():
    part = chromium().filter(name="heap.value")
    assert json.loads(part.to_bytes())["traceEvents"][0]["args"] == {"value": 20}
    everything = Trace.from_bytes(chromium().window(0, 1e9).to_bytes())
    pd.testing.assert_frame_equal(everything.counters, chromium().counters)


def test_a_merge_of_aero_and_another_trace_keeps_both_kinds_of_names():
    aero = {
        "traceEvents": [
            {"ph": "C", "cat": "aero", "name": "counters", "pid": 1, "tid": tid, "ts": 5, "args": {"reads": tid}}
            for tid in (1, 2)
        ],
        "otherData": {"aero": {"startTimeEpochUs": 1, "traceEnabled": False}},
    }
    merged = Trace.from_bytes(json.dumps(aero).encode()).merge(chromium())
    assert set(merged.counters["series"]) == {"reads", "GPU memory", "CPU load", "heap.used", "heap.value"}
    assert merged.counters["track"].nunique() == 7


def as_of_old(path):
    """Rewrite a table of counters as earlier versions did: the args key alone as series."""
    table = pq.read_table(path)
    keys = {"GPU memory": "value", "CPU load": "value", "heap.used": "used", "heap.value": "value", "heap": "value"}
    old = [keys[series] for series in table["series"].to_pylist()]
    pq.write_table(table.set_column(table.column_names.index("series"), "series", pa.array(old, pa.string())), path)


def test_series_of_older_parquet_folders_are_mapped_on_reading(tmp_path):
    chromium().to_parquet(tmp_path / "run.parquet")
    as_of_old(tmp_path / "run.parquet" / "counters.parquet")
    found = aero_nb.load(tmp_path / "run.parquet").counters
    assert set(found["series"]) == {"GPU memory", "CPU load", "heap.used", "heap.value"}


def test_series_of_older_stores_are_mapped_on_reading(tmp_path):
    pytest.importorskip("dask", reason="the store needs the extra fleet")
    from aero_nb.store import TraceStore

    (tmp_path / "run.json").write_text(json.dumps(CHROMIUM))
    store = TraceStore(tmp_path / "store")
    run = store.add([tmp_path / "run.json"])["run"].iloc[0]
    (path,) = (tmp_path / "store").rglob("counters.parquet")
    as_of_old(path)
    expected = {"GPU memory", "CPU load", "heap.used", "heap.value"}
    assert set(store.trace(run).counters["series"]) == expected
    assert set(store.counters()["series"].compute()) == expected
    assert set(store.query("select distinct series from counters")["series"]) == expected


def test_older_packs_tell_the_keys_of_each_run_apart(tmp_path):
    pytest.importorskip("dask", reason="the store needs the extra fleet")
    from aero_nb.store import TraceStore

    other = [{"ph": "C", "name": "heap", "pid": 1, "tid": 1, "ts": 1, "args": {"value": 7}}]
    for name, events in (("both", CHROMIUM), ("alone", other)):
        (tmp_path / f"{name}.json").write_text(json.dumps(events))
    store = TraceStore(tmp_path / "store")
    both, alone = store.add([tmp_path / "both.json", tmp_path / "alone.json"])["run"]
    store.compact()
    (path,) = (
        path for path in (tmp_path / "store").rglob("counters.parquet") if "run" in pq.read_table(path).schema.names
    )
    as_of_old(path)
    counters = store.counters().compute()
    by_run = counters.groupby("run", observed=True)["series"].unique().map(set)
    assert by_run[both] == {"GPU memory", "CPU load", "heap.used", "heap.value"}
    assert by_run[alone] == {"heap"}
    assert set(store.query(f"select distinct series from counters where run = '{alone}'")["series"]) == {"heap"}
    assert set(store.query(f"select distinct series from counters where run = '{both}'")["series"]) == by_run[both]


def test_a_share_of_a_thread_without_a_name_is_of_its_own_time():
    events = [{"ph": "X", "name": name, "pid": 1, "tid": 5, "ts": ts, "dur": 10} for ts, name in ((0, "a"), (20, "b"))]
    trace = Trace.from_bytes(json.dumps(events).encode())
    assert summary(trace.spans, by=["thread", "name"])["busy_share"].tolist() == [0.5, 0.5]
    assert trace.summary(by="thread")["busy_share"].tolist() == [1]


def test_idle_intervals_of_a_thread_without_a_name_or_with_a_name_of_two():
    events = [{"ph": "X", "name": "a", "pid": pid, "tid": 5, "ts": ts, "dur": 5} for pid in (1, 2) for ts in (0, 20)]
    unnamed = Trace.from_bytes(json.dumps(events).encode())
    assert gaps_between(unnamed.spans, 1)[["ts_us", "dur_us"]].values.tolist() == [[5, 15]]
    names = [{"ph": "M", "name": "thread_name", "pid": pid, "tid": 5, "args": {"name": "main"}} for pid in (1, 2)]
    named = Trace.from_bytes(json.dumps([*names, *events]).encode())
    with pytest.raises(ValueError, match=r"one thread named 'main', found 2; .* 0 \(process 1 · main\)"):
        gaps_between(named.spans, "main")
