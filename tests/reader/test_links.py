"""Async spans, flows and counters."""

import math

import pytest

from tests.support.reader_events import codes, event_of, load_events


def pairs(trace):
    return trace.async_spans[["name", "ts_us", "dur_us", "depth", "parent", "unfinished"]].values.tolist()


# Async


def test_async_begins_and_ends_nest_by_id_with_matching_names():
    trace = load_events(
        event_of("b", 0, "a", id=1),
        event_of("b", 1, "b", id=1),
        event_of("b", 2, "a", id=2),
        event_of("e", 3, "b", id=1),
        event_of("e", 4, "a", id=2),
        event_of("e", 9, "a", id=1),
    )
    assert pairs(trace) == [["a", 0, 9, 0, -1, False], ["b", 1, 2, 1, 0, False], ["a", 2, 2, 0, -1, False]]
    assert trace.async_spans["track"].nunique() == 2
    assert codes(trace) == {}


def test_an_async_end_may_come_from_another_process_and_the_row_takes_the_begins():
    trace = load_events(event_of("b", 0, id=1), event_of("e", 5, id=1, pid=2, tid=7))
    assert trace.async_spans[["pid", "tid", "dur_us"]].values.tolist() == [[1, 1, 5]]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"id": 1}, {"id": "1"}, True),
        ({"id": 16}, {"id": "0x10"}, True),
        ({"id": "0x1"}, {"id2": {"global": 1}}, True),
        ({"id": "x"}, {"id": "X"}, False),
        ({"id": 1}, {"id": 1, "scope": "s"}, False),
        ({"id": 1}, {"id2": {"local": 1}}, False),
        ({"id2": {"local": 1}}, {"id2": {"local": "1"}, "pid": 2}, False),
        ({"id2": {"local": 1}}, {"id2": {"local": "0x1"}}, True),
        ({"id": 1}, {"id": 1, "cat": "d"}, False),
        ({}, {}, True),
        ({}, {"tid": 2}, False),
    ],
)
def test_which_ids_are_one(first, second, same):
    trace = load_events(event_of("b", 0, **first), event_of("e", 5, **second))
    assert bool(trace.async_spans["unfinished"].iloc[0]) is not same
    assert codes(trace).get("missing_id", 0) == sum("id" not in one and "id2" not in one for one in (first, second))


def test_unmatched_async_events_are_kept_and_counted():
    trace = load_events(event_of("e", 1, id=1), event_of("b", 2, id=1), event_of("n", 3, id=1), event_of("i", 8))
    assert pairs(trace) == [["a", 2, 6, 0, -1, True]]
    assert codes(trace) == {"orphan_async_end": 1, "unfinished_async_span": 1}
    assert trace.to_dataframe()["kind"].tolist() == ["orphan_end", "async_span", "async_instant", "instant"]


def test_legacy_async_events_are_keyed_with_their_name_too():
    trace = load_events(
        event_of("S", 0, "a", id=1),
        event_of("S", 1, "b", id=1),
        event_of("T", 2, "a", id=1),
        event_of("p", 2, "a", id=1),
        event_of("F", 3, "a", id=1),
        event_of("F", 7, "b", id=1),
        event_of("F", 8, "b", id=1),
    )
    assert pairs(trace) == [["a", 0, 3, 0, -1, False], ["b", 1, 6, 0, -1, False]]
    kinds = trace.to_dataframe()["kind"].value_counts()
    assert kinds["async_instant"] == 2
    assert codes(trace) == {"orphan_async_end": 1}


# Flows


def two_spans():
    return [event_of("X", 0, "from", dur=10), event_of("X", 20, "to", dur=10, tid=2)]


def arrows(trace):
    return trace.flows[["from_span", "to_span", "from_ts_us", "to_ts_us"]].values.tolist()


def test_a_flow_binds_to_the_enclosing_spans():
    trace = load_events(*two_spans(), event_of("s", 5, id=1), event_of("f", 25, id=1, tid=2, bp="e"))
    assert arrows(trace) == [[0, 1, 5, 25]]
    assert trace.flows[["name", "cat", "id"]].values.tolist() == [["a", "c", "1"]]
    assert (trace.to_dataframe()["kind"] == "flow").sum() == 2


def test_a_flow_end_without_bp_binds_to_the_next_span():
    assert arrows(load_events(*two_spans(), event_of("s", 5, id=1), event_of("f", 15, id=1, tid=2))) == [[0, 1, 5, 15]]


def test_a_step_makes_two_arrows():
    trace = load_events(
        *two_spans(), event_of("s", 5, id=1), event_of("t", 21, id=1, tid=2), event_of("f", 25, id=1, tid=2, bp="e")
    )
    assert arrows(trace) == [[0, 1, 5, 21], [1, 1, 21, 25]]
    assert codes(trace) == {}


def test_an_end_without_a_span_is_kept_as_minus_one():
    trace = load_events(event_of("X", 0, dur=10), event_of("s", 5, id=1), event_of("f", 25, id=1, tid=2, bp="e"))
    assert arrows(trace) == [[0, -1, 5, 25]]
    assert codes(trace) == {"flow_unbound": 1}


def test_at_the_edge_of_spans_one_that_begins_comes_before_one_that_ends():
    touching = [event_of("X", 0, "ends", dur=5), event_of("X", 5, "begins", dur=5)]
    assert arrows(load_events(event_of("s", 5, id=1), *touching, event_of("t", 7, id=1))) == [[1, 1, 5, 7]]
    assert arrows(load_events(event_of("s", 5, id=1), touching[0], event_of("t", 5, id=1))) == [[0, 0, 5, 5]]


def test_a_flow_id_is_free_again_after_its_end():
    trace = load_events(
        *two_spans(),
        event_of("s", 1, id=1),
        event_of("f", 21, id=1, tid=2, bp="e"),
        event_of("s", 22, id=1, tid=2),
        event_of("f", 26, id=1, tid=2, bp="e"),
    )
    assert arrows(trace) == [[0, 1, 1, 21], [1, 1, 22, 26]]
    assert codes(trace) == {}


def test_a_second_start_replaces_the_first_and_an_end_without_a_start_is_counted():
    trace = load_events(
        *two_spans(),
        event_of("s", 1, id=1),
        event_of("s", 2, id=1),
        event_of("f", 21, id=1, tid=2, bp="e"),
        event_of("f", 22, id=1, tid=2, bp="e"),
    )
    assert arrows(trace) == [[0, 1, 2, 21]]
    assert codes(trace) == {"flow_restarted": 1, "flow_without_start": 1}


def test_a_step_without_a_start_starts_the_flow():
    trace = load_events(*two_spans(), event_of("t", 1, id=1), event_of("f", 21, id=1, tid=2, bp="e"))
    assert arrows(trace) == [[0, 1, 1, 21]]
    assert codes(trace) == {"flow_without_start": 1}


def test_version_2_flows_go_from_one_span_to_many():
    out = event_of("X", 0, "out", dur=5, bind_id="0x5", flow_out=True)
    into = [event_of("X", 10 * number, "in", dur=5, tid=number, bind_id=5, flow_in=True) for number in (2, 3)]
    trace = load_events(out, *into)
    assert arrows(trace) == [[0, 1, 0, 20], [0, 2, 0, 30]]
    step = event_of("X", 50, "step", dur=5, bind_id=5, flow_in=True, flow_out=True)
    assert arrows(load_events(out, step, event_of("B", 60, "b", bind_id=5, flow_in=True))) == [
        [0, 1, 0, 50],
        [1, 2, 50, 60],
    ]


def test_a_zero_length_span_at_the_arrows_end_is_what_it_binds_to():
    """As Kineto writes it: the launch of zero length, then its arrow."""
    step, copy = event_of("X", 100, "step", dur=50), event_of("X", 110, "copy", dur=0)
    arrow = [event_of("s", 90, id=5, tid=2), event_of("f", 110, id=5, bp="e")]
    trace = load_events(step, event_of("X", 90, "launch", dur=5, tid=2), arrow[0], copy, arrow[1])
    named = trace.spans["name"].astype(str).tolist()
    assert [[named[int(end)] for end in arrow[:2]] for arrow in arrows(trace)] == [["launch", "copy"]]
    pair = load_events(
        step, event_of("B", 110, "copy"), event_of("E", 110, "copy"), event_of("s", 110, id=5), event_of("t", 111, id=5)
    )
    assert arrows(pair)[0][:2] == [1, 0]


def test_of_spans_that_begin_at_the_arrows_end_the_one_written_last_before_it_binds():
    spans = [event_of("X", 5, "outer", dur=9), event_of("X", 5, "inner", dur=1)]
    after = event_of("X", 5, "after", dur=2)
    trace = load_events(*spans, event_of("s", 5, id=1), after, event_of("t", 13, id=1))
    assert trace.spans["name"].tolist() == ["outer", "after", "inner"]
    assert arrows(trace) == [[2, 0, 5, 13]]


def test_version_2_flows_at_one_ts_follow_the_file_over_all_threads():
    first = event_of("X", 1, "first lane", dur=1)
    src = event_of("X", 8, "src", dur=2, tid=2, bind_id="0x2", flow_out=True)
    dst = event_of("X", 8, "dst", dur=2, bind_id="0x2", flow_in=True)
    assert arrows(load_events(first, src, dst)) == [[2, 1, 8, 8]]
    assert arrows(load_events(first, dst, src)) == []


def test_an_end_with_a_bind_id_means_the_span_that_it_closes():
    out = event_of("X", 0, "out", dur=1, tid=2, bind_id=3, flow_out=True)
    pair = [event_of("B", 2, "a"), event_of("E", 6, "a", bind_id=3, flow_in=True)]
    assert arrows(load_events(out, *pair)) == [[0, 1, 0, 6]]
    orphan = load_events(out, pair[1])
    assert arrows(orphan) == [[0, -1, 0, 6]]
    assert codes(orphan) == {"orphan_end": 1, "flow_unbound": 1}


def test_a_bind_id_without_a_direction_is_counted_and_kept_in_the_args():
    trace = load_events(event_of("X", 1, dur=1, bind_id="0x5"), event_of("X", 3, dur=1, bind_id="0x5", flow_in=False))
    assert codes(trace) == {"flow_without_direction": 2}
    assert trace.args(0) == {"bind_id": "0x5"}
    assert trace.args(1) == {"bind_id": "0x5", "flow_in": False}
    assert trace.flows.empty


def test_bind_ids_of_async_events_are_kept_in_the_args():
    trace = load_events(event_of("b", 0, id=1, bind_id=7, flow_out=True), event_of("n", 1, id=1, bind_id=8))
    assert trace.flows.empty
    assert trace.to_dataframe(args=["bind_id"])["bind_id"].tolist() == [7, 8]


# Counters


def samples(trace):
    return trace.counters[["name", "series", "ts_us", "value"]].values.tolist()


def test_each_key_is_a_series():
    trace = load_events(event_of("C", 1, "m", args={"a": 1, "b": 2.5}), event_of("C", 2, "m", args={"a": 3}))
    assert samples(trace) == [["m", "m.a", 1, 1], ["m", "m.b", 1, 2.5], ["m", "m.a", 2, 3]]
    assert trace.counters["track"].tolist()[0] == trace.counters["track"].tolist()[2]
    assert trace.tracks["kind"].tolist() == ["counter", "counter"]
    assert trace.tracks["events"].tolist() == [2, 1]


def test_a_series_is_told_by_process_name_id_and_key():
    trace = load_events(
        event_of("C", 1, "m", args={"a": 1}),
        event_of("C", 2, "m", args={"a": 1}, tid=2),
        event_of("C", 3, "m", args={"a": 1}, pid=2),
        event_of("C", 4, "m", args={"a": 1}, id=5),
        event_of("C", 5, "m", args={"a": 1}, id="0x5"),
        event_of("C", 6, "n", args={"a": 1}),
    )
    assert trace.counters["track"].tolist() == [0, 0, 1, 2, 2, 3]


def test_in_aero_exports_the_thread_tells_series_apart():
    start = {
        "ph": "M",
        "name": "aero_trace_start_time",
        "ts": 0,
        "pid": 1,
        "tid": 0,
        "args": {"startTimeEpochUs": 5e14},
    }
    two = [event_of("C", ts, "counters", args={"bytes": ts}, tid=ts) for ts in (1, 2)]
    assert load_events(start, *two).counters["track"].nunique() == 2
    assert load_events(*two).counters["track"].nunique() == 1
    assert load_events(start, *two).counters["tid"].tolist() == [1, 2]


def test_values_are_the_nearest_float_and_numeric_strings_are_numbers():
    trace = load_events(event_of("C", 1, "m", args={"a": "12.5", "b": 2**60 + 1, "c": "1e3", "d": 2**80}))
    assert trace.counters["value"].tolist() == [12.5, float(2**60), 1000.0, float(2**80)]
    assert codes(trace) == {}


def test_what_is_no_number_is_a_missing_value_and_counted():
    trace = load_events(
        event_of("C", 1, "m", args={"a": None, "b": True, "c": {"x": 1}, "d": "no", "e": float("nan"), "f": 1})
    )
    assert [math.isnan(value) for value in trace.counters["value"]] == [True] * 5 + [False]
    assert codes(trace)["counter_value"] == 5


@pytest.mark.parametrize("args", [{}, None, [1], "text"])
def test_a_counter_without_args_gives_no_sample_and_is_counted(args):
    trace = load_events(event_of("C", 1, "m", args=args), event_of("C", 2, "m"))
    assert trace.counters.empty
    assert codes(trace) == {"counter_without_args": 2}


def test_counters_come_in_time_order():
    trace = load_events(event_of("C", 5, "m", args={"a": 1}), event_of("C", 1, "m", args={"a": 2}))
    assert trace.counters["ts_us"].tolist() == [1, 5]


def test_a_flow_that_was_stepped_through_may_start_again():
    trace = load_events(
        event_of("X", 0, dur=100),
        event_of("s", 10, id=1),
        event_of("t", 20, id=1),
        event_of("s", 30, id=1),
        event_of("f", 40, id=1, bp="e"),
    )
    assert trace.flows[["from_ts_us", "to_ts_us"]].values.tolist() == [[10, 20], [30, 40]]
    assert codes(trace) == {}
    assert codes(load_events(event_of("X", 0, dur=100), event_of("s", 10, id=1), event_of("s", 30, id=1))) == {
        "flow_restarted": 1
    }


@pytest.mark.parametrize(("cat", "label"), [({"cat": "b"}, "b"), ({"cat": "net"}, "net"), ({}, "a")])
def test_an_async_track_is_labelled_by_its_category_else_by_its_name(cat, label):
    # "b" is the first text of the file: number 0 of its texts is one like any other.
    begin = {"ph": "b", "name": "a", "id": 1, "ts": 1, "pid": 1, "tid": 1, **cat}
    columns = load_events(begin, {**begin, "ph": "e", "ts": 2}).columns
    assert [columns.strings[name] for name in columns.tracks.name.tolist()] == [label]


def test_a_flow_without_an_id_is_an_arrow_without_an_id():
    spans = [event_of("X", ts, dur=5) for ts in (0, 10)]
    trace = load_events(*spans, event_of("s", 1, name="go"), event_of("f", 11, name="go", bp="e"))
    assert codes(trace)["missing_id"] == 2
    assert trace.flows["id"].isna().tolist() == [True]
    assert trace.flows[["from_span", "to_span"]].to_numpy().tolist() == [[0, 1]]
