"""Which E ends which B, what lies within what, and what becomes of spans that cross, leak or never end."""

import pytest

import aero_nb


def b(ts, name=None, tid=1, **fields):
    return {"ph": "B", "ts": ts, "pid": 1, "tid": tid, **({} if name is None else {"name": name}), **fields}


def e(ts, name=None, tid=1, **fields):
    return {**b(ts, name, tid, **fields), "ph": "E"}


def x(ts, dur, name="x", tid=1, **fields):
    return {**b(ts, name, tid, **fields), "ph": "X", "dur": dur}


def load(*events, gaps=()):
    return aero_nb.load({"traceEvents": list(events), "otherData": {"aero_nb": {"gaps": list(gaps)}}})


def shape(trace):
    """Every span as (name, begin, end, depth, name of the parent, self)."""
    spans = trace.spans
    names = spans["name"].astype(object).where(spans["name"].notna(), None).tolist()
    return [
        (
            names[span],
            row.ts_us,
            round(row.ts_us + row.dur_us, 3),
            row.depth,
            names[row.parent] if row.parent >= 0 else None,
            row.self_us,
        )
        for span, row in enumerate(spans.itertuples())
    ]


def codes(trace):
    return dict(trace.diagnostics.set_index("code")["count"])


def padded(*events):
    """The same events behind so many sound ones that the lane takes the vectorised path."""
    lead = [event for number in range(60) for event in (b(-1000 + number, "lead"), e(-999.5 + number, "lead"))]
    return [*lead, *events]


def both_paths(*events, gaps=()):
    """Load a lane by itself and behind a sound beginning: small lanes and large ones take different ways."""
    small, large = load(*events, gaps=gaps), load(*padded(*events), gaps=gaps)
    rest = [row for row in shape(large) if row[0] != "lead"]
    assert shape(small) == rest
    assert codes(small) == codes(large)
    return small


def test_pairs_nest_and_self_time_is_what_children_leave():
    trace = both_paths(b(0, "a"), b(1, "b"), b(2, "c"), e(3, "c"), e(5, "b"), b(6, "d"), e(7, "d"), e(10, "a"))
    assert shape(trace) == [
        ("a", 0, 10, 0, None, 5),
        ("b", 1, 5, 1, "a", 3),
        ("c", 2, 3, 2, "b", 1),
        ("d", 6, 7, 1, "a", 1),
    ]
    assert codes(trace) == {}


def test_an_end_whose_begin_was_overwritten_is_not_a_span():
    trace = both_paths(e(1, "lost"), b(2, "a"), e(3, "a"))
    assert shape(trace) == [("a", 2, 3, 0, None, 1)]
    assert trace.losses["orphan_ends"].tolist() == [1]
    assert (trace.to_dataframe()["kind"] == "orphan_end").sum() == 1
    assert codes(trace) == {"orphan_end": 1}


def test_an_end_closes_the_innermost_begin_of_its_name():
    trace = both_paths(b(0, "a"), b(1, "b"), e(2, "a"), e(4, "b"))
    assert shape(trace) == [("a", 0, 2, 0, None, 2), ("b", 1, 4, 1, None, 3)]
    assert codes(trace) == {"crossing_span": 1}


def test_an_end_of_a_name_that_is_not_open_closes_nothing():
    trace = both_paths(b(0, "a"), e(1, "z"), e(2, "a"))
    assert shape(trace) == [("a", 0, 2, 0, None, 2)]
    assert codes(trace) == {"orphan_end": 1}


def test_a_nameless_end_closes_the_innermost_begin():
    assert shape(both_paths(b(0, "a"), b(1, "b"), e(2), e(3))) == [("a", 0, 3, 0, None, 2), ("b", 1, 2, 1, "a", 1)]


def test_an_end_with_an_empty_name_closes_an_empty_named_begin_before_any_other():
    assert shape(both_paths(b(0, ""), b(1, "b"), e(2, ""), e(3, "b")))[0][:3] == ("", 0, 2)
    assert shape(both_paths(b(0, "a"), e(2, ""))) == [("a", 0, 2, 0, None, 2)]


def test_a_nameless_begin_is_closed_by_a_nameless_end_only():
    trace = both_paths(b(0), e(1, "a"), e(2))
    assert shape(trace) == [(None, 0, 2, 0, None, 2)]
    assert codes(trace) == {"orphan_end": 1}


def test_the_category_does_not_matter_to_matching_and_an_x_is_never_closed():
    trace = both_paths(b(0, "a", cat="one"), x(1, 5, "a"), e(8, "a", cat="two"))
    assert shape(trace) == [("a", 0, 8, 0, None, 3), ("a", 1, 6, 1, "a", 5)]


def test_names_are_compared_as_text():
    assert shape(both_paths(b(0, 5), e(1, "5")))[0][:3] == ("5", 0, 1)


def test_the_file_order_decides_at_equal_ts():
    trace = both_paths(b(0, "a"), e(1, "a"), b(1, "b"), e(1, "b"), b(1, "c"), e(2, "c"))
    assert [row[:4] for row in shape(trace)] == [("a", 0, 1, 0), ("b", 1, 1, 0), ("c", 1, 2, 0)]


def test_an_unsorted_file_is_ordered_by_ts_first():
    assert shape(both_paths(e(5, "b"), b(0, "a"), e(9, "a"), b(1, "b"))) == [
        ("a", 0, 9, 0, None, 5),
        ("b", 1, 5, 1, "a", 4),
    ]


def test_of_x_at_one_ts_the_longer_is_outside():
    assert shape(both_paths(x(0, 2, "in"), x(0, 9, "out"))) == [("out", 0, 9, 0, None, 7), ("in", 0, 2, 1, "out", 2)]


def test_an_x_never_moves_across_a_begin():
    trace = both_paths(x(0, 2, "short"), b(0, "b"), x(0, 9, "long"), e(9, "b"))
    assert [row[:5] for row in shape(trace)] == [
        ("short", 0, 2, 0, None),
        ("b", 0, 9, 1, None),
        ("long", 0, 9, 2, "b"),
    ]


def test_an_x_is_half_open():
    assert [row[3] for row in shape(both_paths(x(0, 5), x(5, 5), x(10, 0)))] == [0, 0, 0]


def test_a_zero_length_x_is_open_to_zero_length_spans_at_its_ts_only():
    trace = both_paths(x(1, 0, "z"), x(1, 0, "y"), b(1, "b"), e(1, "b"), b(1, "c"), e(2, "c"))
    assert [row[0:5:3] for row in shape(trace)] == [("z", 0), ("y", 1), ("b", 2), ("c", 0)]


def test_spans_that_cross_are_both_kept_whole():
    trace = both_paths(x(0, 10, "a"), x(5, 10, "b"), x(7, 1, "c"), x(12, 1, "d"))
    assert shape(trace) == [
        ("a", 0, 10, 0, None, 10),
        ("b", 5, 15, 1, None, 8),
        ("c", 7, 8, 2, "b", 1),
        ("d", 12, 13, 2, "b", 1),
    ]
    assert codes(trace) == {"crossing_span": 1}


ROUNDED_APART = [x(0.0006, 1.0006, "first"), x(1.0012, 1, "second")]


def test_rounding_alone_makes_no_crossing():
    trace = both_paths(*ROUNDED_APART)
    assert codes(trace) == {}
    assert trace.spans["depth"].iloc[-2:].tolist() == [0, 0]
    assert load(*ROUNDED_APART).spans["dur_us"].tolist() == [1.001, 1]  # each as the file gives it


def test_spans_rounded_apart_do_not_cross_after_they_were_saved_from_tables_either():
    part = load(*ROUNDED_APART, x(7, 1)).window(-1, 5)
    again = aero_nb.Trace.from_bytes(part.to_bytes())
    assert codes(again) == {}
    assert shape(again) == shape(part)


def test_a_child_that_rounding_makes_longer_than_its_parent_leaves_it_no_negative_self_time():
    trace = both_paths(x(0.0004, 1.0004, "outer"), x(0.0006, 1, "inner"))
    assert [row[3:] for row in shape(trace)[-2:]] == [(0, None, 0.001), (1, "outer", 1)]


def test_self_time_subtracts_the_union_of_the_children():
    trace = both_paths(x(0, 20, "p"), x(2, 8, "a"), x(6, 8, "b"))
    assert shape(trace)[0] == ("p", 0, 20, 0, None, 8)


def test_tracks_do_not_see_each_other():
    trace = both_paths(b(0, "a"), b(1, "a", tid=2), e(2, "a"), e(3, "a", tid=2))
    assert [row[3] for row in shape(trace)] == [0, 0]


def test_a_begin_that_never_ended_ends_with_the_trace():
    trace = both_paths(b(0, "a"), b(1, "b"), e(2, "b"), x(0, 50, tid=2))
    assert trace.spans["unfinished"].tolist() == [True, False, False]
    assert shape(trace)[0][:3] == ("a", 0, 50)
    assert trace.losses["unfinished_spans"].tolist() == [1, 0]


def test_a_begin_that_never_ended_ends_with_the_span_around_it():
    trace = both_paths(b(0, "a"), b(1, "leak"), b(2, "deep"), e(9, "a"), x(0, 50, tid=2))
    assert [row[:5] for row in shape(trace) if row[0] != "x"] == [
        ("a", 0, 9, 0, None),
        ("leak", 1, 9, 1, "a"),
        ("deep", 2, 9, 2, "leak"),
    ]
    assert codes(trace) == {"unfinished_span": 2}


def test_an_x_around_a_begin_that_never_ended_ends_it():
    assert shape(both_paths(x(0, 7, "x"), b(1, "leak"), x(0, 50, "far", tid=2)))[-1][:3] == ("leak", 1, 7)


def test_metadata_events_do_not_make_the_trace_longer():
    trace = load(b(0, "a"), b(1, "b"), e(2, "b"), {"ph": "M", "name": "process_name", "ts": 99, "pid": 1, "args": {}})
    assert shape(trace)[0][:3] == ("a", 0, 2)


def test_depth_is_not_capped_and_deep_leaks_are_not_quadratic():
    deep = 6000
    trace = load(*(b(number, f"n{number % 7}") for number in range(deep)), e(deep, "n0"))
    assert trace.spans["depth"].max() == deep - 1
    crossing = load(
        *(event for number in range(deep) for event in (b(number, "leak"), b(number, "a"), e(number + 0.5, "a")))
    )
    assert crossing.spans["depth"].max() == deep


GAP = {"pid": 1, "tid": 1, "start_us": 5, "end_us": 10, "dropped_records": 3}


def test_what_was_open_at_a_gap_ends_there():
    trace = both_paths(b(0, "a"), b(1, "b"), e(12, "b"), e(13, "a"), x(0, 20, tid=2), gaps=[GAP])
    assert [row[:3] for row in shape(trace) if row[0] != "x"] == [("a", 0, 5), ("b", 1, 5)]
    assert trace.spans["unfinished"].tolist().count(True) == 2
    assert codes(trace) == {"orphan_end": 2, "unfinished_span": 2}
    assert trace.gaps.to_dict("records") == [{"track": 0, "start_us": 5, "end_us": 10, "dropped_records": 3}]


def test_an_end_behind_a_gap_matches_a_begin_behind_it():
    trace = both_paths(b(0, "a"), b(10, "a"), e(12, "a"), e(13, "a"), gaps=[GAP])
    assert [row[:3] for row in shape(trace)] == [("a", 0, 5), ("a", 10, 12)]
    assert codes(trace) == {"orphan_end": 1, "unfinished_span": 1}


def test_a_gap_of_one_lane_leaves_the_others_alone():
    trace = load(b(0, "a", tid=2), e(12, "a", tid=2), b(0, "a"), e(1, "a"), gaps=[GAP])
    assert codes(trace) == {}


@pytest.mark.parametrize("gap", [{}, {"pid": 1}, {"pid": 1, "tid": 1, "start_us": "x", "end_us": 5}, 7, None])
def test_an_odd_gap_is_left_out(gap):
    assert load(b(0, "a"), e(12, "a"), gaps=[gap]).gaps.empty


def test_spans_come_in_time_order_with_parents_before_their_children():
    trace = load(x(0, 1, "in", tid=2), x(0, 9, "out", tid=2), x(0, 9, "first", tid=1), x(-5, 1, "early", tid=3))
    spans = trace.spans
    assert spans["ts_us"].is_monotonic_increasing
    assert (spans["parent"] < spans.index).all()
    assert spans.index.name == "span"
