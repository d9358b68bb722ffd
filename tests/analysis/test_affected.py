"""Every result says what share of its time lost or repaired data can affect: tiny cases, and brute force."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aero_nb import Trace
from aero_nb.analysis import (
    affected,
    affected_times,
    bottom_up,
    call_tree,
    flatten,
    frames,
    gaps_between,
    overlaps,
    sandwich,
    summary,
    top_spans,
    utilisation,
)
from aero_nb.analysis.affected import affected_async, in_gap
from tests.support.analysis_tables import span_rows, spans_by_rules

affected_spans = st.lists(st.tuples(span_rows, st.booleans()), max_size=10).map(
    lambda rows: spans_by_rules([row for row, _ in rows]).assign(affected=[affected for _, affected in rows])
)
"""Random spans, each said to be affected or not."""


def share(spans):
    """Self time in affected spans / self time, 0 where there is none."""
    total = spans["self_us"].sum()
    return spans.loc[spans["affected"].astype(bool), "self_us"].sum() / total if total else 0.0


def chain(spans, index):
    """A span and those that hold it, innermost first."""
    found = [index]
    while spans.loc[found[-1], "parent"] >= 0:
        found.append(spans.loc[found[-1], "parent"])
    return found


def path(tree, node):
    """The names from a node of a tree up to its root."""
    names = [tree.loc[node, "name"]]
    while (node := tree.loc[node, "parent"]) >= 0:
        names.append(tree.loc[node, "name"])
    return names


def names_of(spans, indices):
    return [spans.loc[index, "name"] for index in indices]


def a_tree():
    """10 µs of `a` hold 4 of `b`, which hold 1 of `c`; on the other thread 5 more of `a`."""
    return spans_by_rules([(0, 10, "a", 0), (2, 4, "b", 0), (3, 1, "c", 0), (0, 5, "a", 1)])


def test_a_node_of_a_call_tree_says_which_share_of_its_time_and_all_beneath_is_affected():
    spans = a_tree()
    tree = call_tree(spans, affected=spans["name"] == "b").set_index("name")
    assert tree["affected_share"].to_dict() == {"a": 3 / 15, "b": 3 / 4, "c": 0}
    by_thread = call_tree(spans, "thread", spans["thread"] == "io").set_index("name")
    assert by_thread.loc[["cpu", "io"], "affected_share"].tolist() == [0, 1]


def test_a_name_seen_from_below_says_which_share_of_its_self_time_is_affected():
    spans = a_tree()
    tree = bottom_up(spans, affected=spans["thread"] == "io").set_index("name")
    assert tree["affected_share"].iloc[:1].to_dict() == {"a": 5 / 11}


def test_both_sides_of_a_sandwich_say_which_share_of_the_time_in_the_name_is_affected():
    spans = a_tree()
    callers, callees = sandwich(spans, "b", affected=spans["name"] == "c")
    assert callees.set_index("name")["affected_share"].to_dict() == {"b": 1 / 4, "c": 1}
    assert callers.set_index("name")["affected_share"].to_dict() == {"b": 1 / 4, "a": 1 / 4}


def test_without_being_told_what_is_affected_there_is_no_column():
    for table in (summary(a_tree()), call_tree(a_tree()), bottom_up(a_tree()), *sandwich(a_tree(), "b")):
        assert "affected_share" not in table


@pytest.mark.parametrize("none", [True, False])
def test_an_empty_tree_has_the_column_too(none):
    spans = a_tree()
    affected = spans["name"] == "b"
    chosen = spans.iloc[:0] if none else spans
    for table in (
        call_tree(chosen, affected=affected),
        bottom_up(chosen, affected=affected),
        *sandwich(chosen, "b", affected=affected),
    ):
        assert list(table) == ["name", "parent", "depth", "count", "total_us", "self_us", "affected_share"]
        assert table.empty == none


@given(affected_spans)
def test_shares_in_call_trees_equal_sums_over_the_spans_beneath(spans):
    tree = call_tree(spans, affected=spans["affected"].astype(bool))
    for node, row in tree.iterrows():
        names = path(tree, node)
        under = [names_of(spans, chain(spans, i))[-len(names) :] == names for i in spans.index]
        assert row["affected_share"] == pytest.approx(share(spans[under]))
    roots = call_tree(spans, "thread", spans["affected"].astype(bool)).query("parent == -1").set_index("name")
    by_thread = summary(spans, "thread", spans["affected"].astype(bool))
    assert roots["affected_share"].to_dict() == pytest.approx(by_thread["affected_share"].to_dict())


@given(affected_spans)
def test_shares_from_below_equal_sums_over_the_spans_of_that_path(spans):
    tree = bottom_up(spans, affected=spans["affected"].astype(bool))
    for node, row in tree.iterrows():
        names = path(tree, node)[::-1]
        own = [names_of(spans, chain(spans, i))[: len(names)] == names for i in spans.index]
        assert row["affected_share"] == pytest.approx(share(spans[own]))


@given(affected_spans)
def test_shares_of_callers_equal_sums_over_what_the_name_holds(spans):
    callers, _ = sandwich(spans, "b", affected=spans["affected"].astype(bool))
    for node, row in callers.iterrows():
        names = path(callers, node)[::-1]
        under = []
        for i in spans.index:
            holders = chain(spans, i)
            named = [place for place, holder in enumerate(holders) if spans.loc[holder, "name"] == "b"]
            under.append(bool(named) and names_of(spans, holders[named[-1] :])[: len(names)] == names)
        assert row["affected_share"] == pytest.approx(share(spans[under]))


def losses_of(*dropped):
    """Build ``losses``: how many records each track dropped, None where unknown."""
    return pd.DataFrame({"dropped_records": pd.array(dropped, dtype="Int64"), "export_timed_out": False})


def gaps_of(*rows):
    """Build ``gaps`` from (track, start, end)."""
    frame = pd.DataFrame(rows, columns=["track", "start_us", "end_us"])
    return frame.astype({"track": "int64", "start_us": float, "end_us": float}).assign(dropped_records=1)


lost_traces = st.tuples(
    st.lists(st.tuples(span_rows, st.booleans()), max_size=8),
    st.lists(st.sampled_from([0, 0, 0, 1, None]), min_size=2, max_size=2),
    st.lists(st.tuples(st.sampled_from([0, 1]), st.integers(0, 18), st.integers(1, 3)), max_size=2),
).map(
    lambda drawn: (
        spans_by_rules([row for row, _ in drawn[0]]).assign(unfinished=[unfinished for _, unfinished in drawn[0]]),
        losses_of(*drawn[1]),
        gaps_of(*((track, start, start + length) for track, start, length in drawn[2])),
    )
)
"""``spans``, ``losses`` and ``gaps`` of two lanes on a small integer clock."""


def is_affected(spans, losses, gaps, track, moment):
    """The rule, moment by moment: a lossy lane, a gap, or an affected innermost span."""
    dropped = losses.loc[track, "dropped_records"]
    if dropped is not pd.NA and dropped > 0:
        return True
    if ((gaps.track == track) & (gaps.start_us < moment) & (moment < gaps.end_us)).any():
        return True
    is_open = spans[(spans.track == track) & (spans.ts_us < moment) & (spans.ts_us + spans.dur_us > moment)]
    return not is_open.empty and bool(affected(spans, losses, gaps)[is_open["depth"].idxmax()])


def affected_of(lost, track, ts_us, dur_us):
    """Share of an interval's ticks that are affected."""
    spans, losses, gaps = lost
    moments = np.arange(ts_us, ts_us + dur_us) + 0.5
    return np.mean([is_affected(spans, losses, gaps, track, moment) for moment in moments]) if len(moments) else 0.0


@given(lost_traces)
def test_the_affected_times_of_frames_and_bins_equal_those_counted_moment_by_moment(lost):
    spans, losses, gaps = lost
    times = affected_times(spans, losses, gaps)
    for _, row in frames(spans, span="a", affected_times=times).iterrows():
        track = spans.loc[row["span"], "track"]
        length = row["work_us"] if np.isnan(row["interval_us"]) else row["interval_us"]
        assert row["affected_share"] == pytest.approx(affected_of(lost, track, row["ts_us"], length))
    for _, row in utilisation(spans, 7, (0, 21), affected_times=times).iterrows():
        assert row["affected_share"] == pytest.approx(affected_of(lost, row["track"], row["ts_us"], row["dur_us"]))


def a_lost_trace():
    """Two frames of 10 µs on a whole lane, a gap in the first one's own time; the other lane lost records."""
    spans = spans_by_rules([(0, 10, "frame", 0), (2, 4, "render", 0), (20, 10, "frame", 0), (0, 10, "frame", 1)])
    return spans, losses_of(0, 3), gaps_of((0, 7, 8))


def test_a_frame_says_which_share_of_its_time_is_affected():
    spans, losses, gaps = a_lost_trace()
    table = frames(spans, affected_times=affected_times(spans, losses, gaps))
    assert dict(zip(zip(table["thread"], table["ts_us"], strict=True), table["affected_share"], strict=True)) == {
        ("cpu", 0): 0.3,  # of 20 µs to the next frame, its work but the 4 µs that `render`, which is whole, takes
        ("cpu", 20): 0,
        ("io", 0): 1,
    }


def test_a_bin_says_which_share_of_its_time_is_affected():
    spans, losses, gaps = a_lost_trace()
    table = utilisation(spans, 3, (0, 30), affected_times=affected_times(spans, losses, gaps))
    assert table["affected_share"].tolist() == [0.6, 0, 0, 1, 1, 1]


@given(lost_traces)
def test_the_affected_times_of_overlaps_and_gaps_are_those_of_either_lane(lost):
    spans, losses, gaps = lost
    times = affected_times(spans, losses, gaps)

    def either(row):
        moments = np.arange(row["ts_us"], row["ts_us"] + row["dur_us"]) + 0.5
        return np.mean([any(is_affected(spans, losses, gaps, track, moment) for track in (0, 1)) for moment in moments])

    both = [spans[spans["track"] == track] for track in (0, 1)]
    for _, row in overlaps(*both, affected_times=times).iterrows():
        assert row["affected_share"] == pytest.approx(either(row))
    assert list(overlaps(*both, affected_times=times)) == [*overlaps(*both), "affected_share"]
    if len(both[0]) and len(both[1]):
        idle = gaps_between(spans, str(both[0]["thread"].iloc[0]), affected_times=times)
        for _, row in idle.iterrows():
            assert row["affected_share"] == pytest.approx(either(row))


def test_frames_and_bins_have_the_column_where_there_are_none_and_only_when_asked_for():
    spans, losses, gaps = a_lost_trace()
    times = affected_times(spans, losses, gaps)
    for ask in (frames, utilisation):
        assert "affected_share" not in ask(spans)
        assert list(ask(spans.iloc[:0], affected_times=times)) == [*ask(spans.iloc[:0]), "affected_share"]
        nothing = affected_times(spans, losses_of(0, 0), gaps_of())
        assert (ask(spans, affected_times=nothing)["affected_share"] == 0).all()
    assert affected_times(spans.iloc[:0], losses.iloc[:0], gaps.iloc[:0]).empty


@given(affected_spans)
def test_a_single_span_and_its_slices_are_affected_or_not(spans):
    affected = spans["affected"].astype(bool)
    top = top_spans(spans, 3, affected=affected)
    assert top["affected_share"].tolist() == [float(affected[i]) for i in top.index]
    slices = flatten(spans, affected)
    assert slices["affected_share"].tolist() == [float(affected[i]) for i in slices["span"]]
    assert list(flatten(spans)) == list(slices)[:-1]


def test_a_trace_tells_of_every_such_answer_what_its_unfinished_span_affects():
    events = [
        {"ph": "X", "name": "frame", "ts": 0, "dur": 10, "pid": 1, "tid": 1},
        {"ph": "B", "name": "cut", "ts": 20, "pid": 1, "tid": 1},
        {"ph": "X", "name": "frame", "ts": 20, "dur": 5, "pid": 1, "tid": 2},
        {"ph": "X", "name": "frame", "ts": 26, "dur": 4, "pid": 1, "tid": 2},
    ]
    lost = {"droppedRecordsByThread": {}, "droppedStringsByThread": {}}
    trace = Trace.from_bytes(json.dumps({"traceEvents": events, "otherData": lost}).encode())
    expected = affected(trace.spans, trace.losses, trace.gaps)
    assert expected[trace.spans["name"] == "cut"].all()
    for table in (trace.summary(), trace.call_tree(), trace.bottom_up(), trace.top_spans(), trace.flatten()):
        assert table["affected_share"].max() == 1
    assert trace.frames()["affected_share"].tolist() == expected[trace.spans["name"] == "frame"].tolist()
    assert trace.utilisation(3)["affected_share"].max() == 1


moments = st.integers(0, 12)


@given(
    st.lists(st.tuples(moments, st.integers(0, 4), st.integers(0, 1)), max_size=8).map(sorted),
    st.lists(st.tuples(st.integers(0, 1), moments, st.integers(0, 4)), max_size=5),
)
def test_a_span_that_shares_a_moment_with_a_gap_of_its_lane_is_affected(rows, lost):
    spans = spans_by_rules([(start, length, "a", track) for start, length, track in rows])
    gaps = gaps_of(*((track, start, start + length) for track, start, length in lost))
    found = in_gap(spans, gaps)
    for index, span in spans.iterrows():
        own = gaps[gaps["track"] == span["track"]]
        open_in = (own["start_us"] < span["ts_us"] + span["dur_us"]) & (own["end_us"] > span["ts_us"])
        assert found[index] == open_in.any()


def test_what_a_format_never_says_affects_nothing_and_is_one_sentence():
    """Chrome, PyTorch, Bazel and all the others never say how many records were lost."""
    flawless = Trace.from_bytes(
        json.dumps([{"ph": "X", "name": "frame", "ts": ts, "dur": 5, "pid": 1, "tid": 1} for ts in (0, 10)]).encode()
    )
    tables = [flawless.summary(), flawless.call_tree(), flawless.top_spans(), flawless.flatten(), flawless.frames()]
    assert all((table["affected_share"] == 0).all() for table in [*tables, flawless.utilisation(3)])
    assert repr(flawless).count("does not say whether records were lost") == 1


def test_a_lane_whose_export_timed_out_is_known_to_lack_records():
    spans = spans_by_rules([(0, 5, "a", 0), (0, 5, "a", 1)])
    silent = losses_of(None, None).assign(export_timed_out=[True, False])
    assert dict(zip(spans["track"], affected(spans, silent, gaps_of()), strict=True)) == {0: True, 1: False}


def test_an_async_span_of_a_thread_that_has_no_lane_is_not_of_another_one_that_lost_records():
    columns = {"pid": [1, 1], "tid": [1, 2], "kind": "thread"}
    tracks = pd.DataFrame(columns, index=pd.RangeIndex(2, name="track"))
    losses = pd.DataFrame({"dropped_records": [0, 5], "export_timed_out": False}, index=tracks.index)
    spans = pd.DataFrame({"pid": [1, 1, 7], "tid": [1, 2, 7], "ts_us": 0.0, "dur_us": 1.0, "unfinished": False})
    gaps = pd.DataFrame({"track": pd.Series(dtype="int64"), "start_us": pd.Series(dtype=float), "end_us": []})
    assert affected_async(spans, tracks, losses, gaps).tolist() == [False, True, False]
