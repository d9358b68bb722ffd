"""Summary, trees, frames, counters, utilisation: against brute force, and tiny cases with the numbers written out."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aero_nb.analysis import (
    bottom_up,
    call_tree,
    counter_intervals,
    counter_kinds,
    frame_statistics,
    frames,
    rate,
    resample,
    sandwich,
    summary,
    top_spans,
    utilisation,
)
from tests.support.analysis_tables import counter_samples, span_rows, spans_by_rules

some_spans = st.lists(span_rows, max_size=12).map(spans_by_rules)


def paths(spans):
    """The path of names from the root to each span."""
    found = []
    for _, span in spans.iterrows():
        path, parent = [span["name"]], span["parent"]
        while parent >= 0:
            path.append(spans.loc[parent, "name"])
            parent = spans.loc[parent, "parent"]
        found.append(tuple(reversed(path)))
    return found


def tree_paths(tree):
    """Node -> path from its root."""
    found = {}
    for node, row in tree.iterrows():
        found[node] = (*found.get(row["parent"], ()), row["name"])
    return found


@given(some_spans)
def test_summary_equals_pandas_computed_directly(spans):
    table = summary(spans)
    for name, group in spans.groupby("name", observed=True):
        row = table.loc[name]
        assert row["count"] == len(group)
        assert row["total_us"] == group["dur_us"].sum()
        assert row["self_us"] == group["self_us"].sum()
        assert row["mean_us"] == pytest.approx(group["dur_us"].mean())
        for column, q in (("min_us", 0), ("p50_us", 0.5), ("p95_us", 0.95), ("p99_us", 0.99), ("max_us", 1)):
            assert row[column] == pytest.approx(group["dur_us"].quantile(q))
    assert list(table["self_us"]) == sorted(table["self_us"], reverse=True)


def test_shares_are_of_the_threads_busy_time_when_threads_are_told_apart():
    spans = spans_by_rules([(0, 10, "a", 0), (2, 4, "b", 0), (0, 2, "a", 1)])
    assert summary(spans)["busy_share"].to_dict() == pytest.approx({"a": 8 / 12, "b": 4 / 12})
    by_thread = summary(spans, by=["thread", "name"])["busy_share"]
    assert by_thread[("cpu", "b")] == pytest.approx(0.4)
    assert by_thread[("io", "a")] == 1


def test_summary_tells_which_share_losses_affect():
    spans = spans_by_rules([(0, 4, "a", 0), (0, 12, "a", 1)])
    table = summary(spans, affected=spans["thread"] == "io")
    assert table["affected_share"]["a"] == 0.75


def test_top_spans_are_the_largest():
    spans = spans_by_rules([(0, 10, "a", 0), (2, 4, "b", 0), (0, 2, "c", 1)])
    assert list(top_spans(spans, 2)["name"]) == ["a", "b"]
    assert list(top_spans(spans, 1, by="dur_us")["name"]) == ["a"]


@given(some_spans)
def test_a_call_tree_node_is_a_path_of_names(spans):
    tree = call_tree(spans)
    expected = Counter(paths(spans))
    found = tree_paths(tree)
    assert Counter({path: tree.loc[node, "count"] for node, path in found.items()}) == expected
    for node, path in found.items():
        members = [p == path for p in paths(spans)]
        assert tree.loc[node, "total_us"] == spans["dur_us"][members].sum()
        assert tree.loc[node, "self_us"] == spans["self_us"][members].sum()
        assert tree.loc[node, "depth"] == len(path) - 1


@given(some_spans)
def test_a_tree_by_thread_has_a_root_a_thread_that_holds_its_top_spans(spans):
    tree = call_tree(spans, by="thread")
    roots = tree[tree["parent"] == -1]
    assert set(roots["name"]) == set(spans["thread"])
    for _, root in roots.iterrows():
        top = spans[(spans["thread"] == root["name"]) & (spans["parent"] == -1)]
        assert root["total_us"] == top["dur_us"].sum()
    assert tree["self_us"].sum() == spans["self_us"].sum()


@given(some_spans)
def test_bottom_up_gives_each_name_its_self_time_and_each_caller_its_part(spans):
    tree = bottom_up(spans)
    expected = Counter()
    for path, self_us in zip(paths(spans), spans["self_us"], strict=True):
        for length in range(1, len(path) + 1):
            expected[tuple(reversed(path))[:length]] += self_us
    found = {path: tree.loc[node, "self_us"] for node, path in tree_paths(tree).items()}
    assert found == dict(expected)
    roots = tree.loc[tree["parent"] == -1, "self_us"]
    assert list(roots) == sorted(roots, reverse=True)


def test_spans_without_a_name_have_a_place_in_the_trees():
    spans = spans_by_rules([(0, 5, "a", 0), (1, 2, "b", 0), (6, 1, "a", 0)])
    spans["name"] = spans["name"].cat.remove_categories("a")
    for by, counts in ((None, [2, 1]), ("thread", [1, 2, 1])):
        tree = call_tree(spans, by)
        assert list(tree["count"]) == counts
        assert tree["name"].isna().sum() == 1
    roots = bottom_up(spans).query("parent == -1")
    assert dict(zip(roots["name"].fillna("?"), roots["self_us"], strict=True)) == {"?": 4, "b": 2}


def test_a_sandwich_has_callers_above_and_callees_below():
    spans = spans_by_rules(
        [(0, 12, "frame", 0), (1, 4, "read", 0), (2, 2, "seek", 0), (6, 3, "boot", 0), (7, 1, "read", 0)]
    )
    callers, callees = sandwich(spans, "read")
    assert {p: callees.loc[n, "total_us"] for n, p in tree_paths(callees).items()} == {
        ("read",): 5,
        ("read", "seek"): 2,
    }
    assert {p: callers.loc[n, "total_us"] for n, p in tree_paths(callers).items()} == {
        ("read",): 5,
        ("read", "frame"): 4,
        ("read", "boot"): 1,
        ("read", "boot", "frame"): 1,
    }


def test_a_recursive_name_counts_once_in_its_sandwich():
    spans = spans_by_rules([(0, 10, "f", 0), (2, 6, "f", 0)])
    callers, callees = sandwich(spans, "f")
    assert callees["total_us"].iloc[0] == 10
    assert callers["total_us"].sum() == 10


def test_frame_statistics_follow_aeros_formulas():
    figures = frame_statistics(pd.Series([10_000.0, 20_000.0, 30_000.0]))
    assert figures["fps"] == pytest.approx(50)
    assert figures["fps_1pct_low"] == pytest.approx(1000 / 29.8)
    assert figures["fps_01pct_low"] == pytest.approx(1000 / 29.98)
    assert figures["p95_ms"] == pytest.approx(29)


def test_a_series_that_only_rises_is_cumulative_unless_told_otherwise():
    counters = counter_samples(
        *[("reads", t, 256 * t) for t in range(4)], *[("fill", t, v) for t, v in enumerate([3, 1, 4])], ("one", 0, 5)
    )
    assert counter_kinds(counters).to_dict() == {"reads": "cumulative", "fill": "level", "one": "level"}
    assert counter_kinds(counters, {"reads": "level"})["reads"] == "level"
    with pytest.raises(ValueError, match="expected 'level' or 'cumulative'"):
        counter_kinds(counters, {"reads": "total"})


def test_counter_intervals_hold_until_the_next_sample_of_the_series():
    table = counter_intervals(counter_samples(("x", 0, 1), ("x", 2, 5), ("y", 3, 7), ("x", 6, 5)))
    x = table[table["series"] == "x"]
    assert list(x["dur_us"]) == [2, 4, 0]
    assert list(x["delta"])[:2] == [4, 0]
    assert x["rate_per_s"].iloc[0] == pytest.approx(2e6)
    assert x[["delta", "rate_per_s"]].iloc[-1].isna().all()
    assert table[table["series"] == "y"]["dur_us"].iloc[0] == 3


samples = st.tuples(
    st.sampled_from("xyz"), st.integers(0, 9), st.none() | st.integers(-2, 5).map(float), st.sampled_from([0, 1, 300])
)
"""(series, moment, value, track), in any order; some have no value."""


@given(st.lists(samples, max_size=14), st.booleans())
def test_counter_intervals_are_each_series_next_sample_on_its_track(rows, in_time_order):
    counters = counter_samples(*(sorted(rows, key=lambda row: row[1]) if in_time_order else rows))
    table = counter_intervals(counters, end_us=20)
    known = counters.dropna(subset=["value"])
    first_seen = {series: place for place, series in enumerate(dict.fromkeys(counters["series"]))}
    lanes = [
        lane.sort_values("ts_us", kind="stable")
        for _, lane in sorted(
            known.groupby(["series", "track"], observed=True), key=lambda x: (first_seen[x[0][0]], x[0][1])
        )
    ]
    assert list(table.index) == [row for lane in lanes for row in lane.index]
    assert table["value"].tolist() == known.loc[table.index, "value"].tolist()
    for lane in lanes:
        found = table.loc[lane.index]
        held = [*lane["ts_us"].iloc[1:], 20] - lane["ts_us"].to_numpy()
        steps = np.append(np.diff(lane["value"]), np.nan)
        assert found["dur_us"].tolist() == held.tolist()
        np.testing.assert_array_equal(found["delta"], steps)
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(found["rate_per_s"], np.where(held > 0, steps * 1e6 / held, np.nan))
    for series, kind in counter_kinds(counters).items():
        steps = [step for lane in lanes if lane["series"].iloc[0] == series for step in np.diff(lane["value"])]
        rises = sum(step > 0 for step in steps)
        assert kind == ("cumulative" if rises >= 2 and min(steps) >= 0 else "level")
        assert (table.loc[table["series"] == series, "kind"] == kind).all()


@given(some_spans, st.integers(1, 7))
def test_utilisation_is_the_covered_part_of_each_bin(spans, bins):
    table = utilisation(spans, bins=bins, window=(0, 21))
    tick = 21 / (bins * 50)  # the middle of each tick tells whether it is busy; edges may cut one tick each
    for (track, ts, width), row in table.set_index(["track", "ts_us", "dur_us"]).iterrows():
        lane = spans[spans["track"] == track]
        moments = ts + (np.arange(50) + 0.5) * tick
        begin, end = lane["ts_us"].to_numpy()[:, None], (lane["ts_us"] + lane["dur_us"]).to_numpy()[:, None]
        covered = ((begin <= moments) & (moments < end)).any(axis=0)
        assert row["utilisation"] == pytest.approx(covered.mean(), abs=0.02 * (1 + 2 * len(lane)))
        assert row["busy_us"] == pytest.approx(row["utilisation"] * width)


def test_empty_tables_give_empty_tables_of_the_same_columns():
    some = spans_by_rules([(0, 9, "frame", 0), (1, 2, "read", 0)])
    none = some.iloc[:0]
    counters = counter_samples(("x", 0, 1), ("x", 1, 2))
    for ask in (summary, call_tree, bottom_up, utilisation, lambda spans: sandwich(spans, "read")[0]):
        assert len(ask(none)) == 0
        assert list(ask(none)) == list(ask(some))
    fixed = ["span", "name", "track", "process", "thread", "ts_us", "interval_us", "work_us", "self_us", "left_out"]
    assert list(frames(none)) == [*fixed, "late", "dropped"]
    assert list(frames(some, span="no such span", counters=counters)) == [*fixed, "late", "dropped", "x"]
    assert frame_statistics(frames(none)).isna().all()
    for ask in (counter_intervals, lambda table: resample(table, 10), lambda table: rate(table, "x", 5)):
        assert len(ask(counters.iloc[:0])) == 0
        assert list(ask(counters.iloc[:0])) == list(ask(counters))
