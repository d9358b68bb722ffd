"""Flattening, idle gaps and overlaps, against brute force on a small integer clock."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aero_nb.analysis.affected import affected, affected_share, crossing
from aero_nb.analysis.idle import gaps_between, overlaps
from aero_nb.analysis.slices import flatten
from tests.support.analysis_tables import span_rows, spans_by_rules


def innermost(spans, track, moment):
    """The index of the deepest span of a track that is open at a moment, or None."""
    is_open = spans[(spans.track == track) & (spans.ts_us <= moment) & (spans.ts_us + spans.dur_us > moment)]
    return None if is_open.empty else int(is_open["depth"].idxmax())


@given(st.lists(span_rows, max_size=9))
def test_at_each_moment_the_slice_is_the_innermost_open_span(rows):
    spans = spans_by_rules(rows)
    slices = flatten(spans)
    for track in (0, 1):
        lane = slices[slices.track == track]
        for moment in np.arange(0, 21) + 0.5:
            at = lane[(lane.ts_us <= moment) & (lane.ts_us + lane.dur_us > moment)]
            assert len(at) <= 1
            expected = innermost(spans, track, moment)
            assert (None if at.empty else int(at["span"].iloc[0])) == expected


@given(st.lists(span_rows, max_size=9))
def test_a_selection_of_spans_is_flattened_by_its_own_nesting(rows):
    spans = spans_by_rules(rows)
    chosen = spans[spans["name"] != "b"]
    slices = flatten(chosen)
    for moment in np.arange(0, 21) + 0.5:
        at = slices[(slices.track == 0) & (slices.ts_us <= moment) & (slices.ts_us + slices.dur_us > moment)]
        assert (None if at.empty else int(at["span"].iloc[0])) == innermost(chosen, 0, moment)


def open_at(spans, moment):
    return bool(((spans.ts_us <= moment) & (spans.ts_us + spans.dur_us > moment)).any())


@given(st.lists(span_rows, max_size=9))
def test_overlaps_are_the_moments_in_which_both_are_open(rows):
    spans = spans_by_rules(rows)
    a, b = spans[spans["name"] == "a"], spans[spans["name"] == "b"]
    together = overlaps(a, b)
    moments = np.arange(0, 21) + 0.5
    both = sum(open_at(a, moment) and open_at(b, moment) for moment in moments)
    assert together["dur_us"].sum() == both
    assert all(open_at(together, moment) == (open_at(a, moment) and open_at(b, moment)) for moment in moments)


@given(st.lists(span_rows, max_size=9))
def test_what_the_other_thread_did_in_the_gaps(rows):
    spans = spans_by_rules(rows)
    cpu, io = (spans[spans.thread == name] for name in ("cpu", "io"))
    long = cpu[cpu.dur_us > 0]
    moments = np.arange(0, 21) + 0.5
    if len(long):
        first, last = long.ts_us.min(), (long.ts_us + long.dur_us).max()
        moments = moments[(moments > first) & (moments < last)]
    idle = [moment for moment in moments if len(long) and not open_at(cpu, moment)]
    gaps = gaps_between(spans, "cpu")
    assert gaps.groupby("gap")["dur_us"].first().sum() == len(idle)
    assert gaps["busy_us"].fillna(0).sum() == sum(open_at(io, moment) for moment in idle)


def test_a_gap_names_what_the_other_thread_mostly_did():
    spans = spans_by_rules([(0, 2, "a", 0), (10, 2, "a", 0), (3, 2, "b", 1), (5, 4, "c", 1)])
    gap = gaps_between(spans, "cpu").iloc[0]
    assert (gap.ts_us, gap.dur_us, gap.busy_us, gap.top_name, gap.top_us) == (2, 8, 6, "c", 4)


def test_gaps_shorter_than_asked_for_are_left_out():
    spans = spans_by_rules([(0, 2, "a", 0), (3, 2, "a", 0), (10, 2, "a", 0)])
    assert list(gaps_between(spans, "cpu", min_us=2)["ts_us"]) == [5]


def test_empty_tables_give_empty_tables_of_the_same_columns():
    some, none = spans_by_rules([(0, 2, "a", 0), (4, 2, "a", 0), (1, 2, "b", 1)]), spans_by_rules([])
    assert list(flatten(none)) == list(flatten(some))
    assert list(gaps_between(none, "cpu")) == list(gaps_between(some, "cpu"))
    assert list(overlaps(none, none)) == list(overlaps(some, some))


@given(st.lists(span_rows, max_size=8))
def test_a_span_crosses_when_one_open_at_its_begin_ends_before_it(rows):
    spans = spans_by_rules(rows)
    found = crossing(spans)
    for i, span in spans.iterrows():
        end = span.ts_us + span.dur_us
        before = spans.loc[: i - 1] if i else spans.iloc[:0]
        before_end = before.ts_us + before.dur_us
        crossed = (before.track == span.track) & (before_end > span.ts_us) & (before_end < end)
        assert found[i] == crossed.any()


def test_lost_records_gaps_and_unfinished_spans_affect_what_they_touch():
    spans = spans_by_rules([(0, 4, "a", 0), (5, 4, "b", 0), (0, 4, "c", 1)])
    spans["self_us"] = spans["dur_us"]
    losses = pd.DataFrame({"dropped_records": pd.array([0, 2], dtype="Int64"), "export_timed_out": [False, False]})
    gaps = pd.DataFrame({"track": [0], "start_us": [4.5], "end_us": [5.5], "dropped_records": [3]})
    is_affected = affected(spans, losses, gaps)
    assert dict(zip(spans["name"], is_affected, strict=True)) == {"a": False, "b": True, "c": True}
    assert affected_share(spans, is_affected, "thread").to_dict() == pytest.approx({"cpu": 0.5, "io": 1.0})
