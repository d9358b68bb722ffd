"""Fields of an event: exact times, ids, names, and phases that need a rule."""

import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aero_nb
from aero_nb.reader.interning import canonical_id
from aero_nb.reader.times import exact_ns, ns_of_columns


def span(**fields):
    return {"name": "a", "ph": "X", "ts": 1, "dur": 2, "pid": 1, "tid": 1, **fields}


def load(*events):
    return aero_nb.load({"traceEvents": list(events)})


def load_text(*events):
    """Load events given as JSON text, whose numbers Python's own writer would round."""
    return aero_nb.load(("[" + ",".join(events) + "]").encode())


def codes(trace):
    return dict(trace.diagnostics.set_index("code")["count"])


def text_event(ts, dur="1", name="a"):
    return f'{{"name":"{name}","ph":"X","ts":{ts},"dur":{dur},"pid":1,"tid":1}}'


# Times


@pytest.mark.parametrize(
    ("ts", "ns"),
    [
        ("1", 1000),
        ("1.5", 1500),
        ("0.001", 1),
        ("-17000.25", -17_000_250),
        ("1e3", 1_000_000),
        ("12E-1", 1200),
        ("0.0005", 0),
        ("0.0015", 2),
        ("2.0015", 2002),
        ("2.0025", 2002),
        ("0.00250000000000000000000000000000001", 3),
        ("1700000000000000.123", 1_700_000_000_000_000_123),
        ("1700000000000000", 1_700_000_000_000_000_000),
        ("-1700000000000000.1235", -1_700_000_000_000_000_124),
        ("4398046511104.001", 4_398_046_511_104_001),
        ("9223372036854775.807", 2**63 - 1),
        ('"100"', 100_000),
        ('" 100.5 "', 100_500),
        ('"1e2"', 100_000),
    ],
)
def test_ts_is_kept_to_the_nearest_nanosecond_half_to_even(ts, ns):
    assert load_text(text_event(ts, "0")).columns.spans.ts.tolist() == [ns]


@pytest.mark.parametrize(
    "ts", ["null", '"100a"', '""', '"0x10"', '"1_0"', '"+1"', '"NaN"', "true", "[1]", "1e300", "9223372036854776"]
)
def test_an_event_without_a_usable_ts_is_kept_as_unplaced(ts):
    trace = load_text(text_event("5"), text_event(ts))
    assert codes(trace) == {"unplaced": 1}
    assert list(trace.to_dataframe()["kind"]) == ["span", "unplaced"]
    assert np.isnan(trace.to_dataframe()["ts_us"].iloc[-1])


def test_a_span_that_ends_beyond_the_clock_is_unplaced():
    assert codes(load_text(text_event("9223372036854775", "5"))) == {"unplaced": 1}


@settings(max_examples=300, deadline=None)
@given(st.decimals(-(10**15), 10**15, places=4).map(str))
def test_any_decimal_time_is_rounded_as_exact_arithmetic_does(text):
    assert load_text(text_event(text, "0")).columns.spans.ts.tolist() == [round(Fraction(text) * 1000)]


numbers = st.decimals(-(10**9), 10**9, places=5).map(str) | st.integers(-(10**12), 10**12).map(str)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=1))
def test_the_quick_conversion_is_exact_or_steps_aside(pairs):
    found = ns_of_columns([json.loads(ts) for ts, _ in pairs], [json.loads(dur) for _, dur in pairs], 5e-324)
    if found is not None:
        ts, dur, carry = (column.tolist() for column in found)
        assert ts == [exact_ns(Decimal(text)) for text, _ in pairs]
        assert dur == [exact_ns(Decimal(text)) for _, text in pairs]
        ends = [exact_ns(Decimal(ts) + Decimal(dur)) for ts, dur in pairs]
        assert [sum(parts) for parts in zip(ts, dur, carry, strict=True)] == ends


@settings(max_examples=100, deadline=None)
@given(st.decimals(0, 10**13, places=5), st.decimals(0, 10**6, places=5))
def test_an_end_is_rounded_as_a_whole(ts, dur):
    spans = load_text(text_event(str(ts), str(dur))).columns.spans
    assert spans.dur.tolist() == [round(Fraction(dur) * 1000)]
    assert (spans.ts + spans.dur + spans.carry).tolist() == [round((Fraction(ts) + Fraction(dur)) * 1000)]


def test_a_clock_beyond_2_to_the_42_counts_from_its_first_event():
    trace = load_text(text_event("1700000000000000.123"), text_event("1700000000000001.125"))
    assert trace.origin_us == 1700000000000000.123
    assert list(trace.spans["ts_us"]) == [0.0, 1.002]
    assert load(span(ts=2**42, dur=0)).origin_us == 0


def test_a_missing_dur_is_zero_and_counted():
    trace = load({key: value for key, value in span().items() if key != "dur"}, span(ts=5, dur="x"))
    assert list(trace.spans["dur_us"]) == [0, 0]
    assert codes(trace) == {"missing_dur": 2}


def test_a_negative_dur_is_zero_counted_and_kept_in_the_args():
    trace = load(span(dur=-5.5, args={"k": 1}), span(ts=9))
    assert list(trace.spans["dur_us"]) == [0, 2]
    assert codes(trace) == {"negative_dur": 1}
    assert trace.args(0) == {"dur": -5.5, "k": 1}
    assert trace.args(1) == {}


def test_string_ts_and_dur_are_numbers():
    assert load(span(ts="1.5", dur="2")).spans[["ts_us", "dur_us"]].values.tolist() == [[1.5, 2.0]]


def test_thread_times_become_columns_where_a_file_has_any():
    trace = load(span(tts=5, tdur="1.5"), span(ts=4))
    assert trace.spans["tts_us"].tolist()[0] == 5
    assert trace.spans["tdur_us"].tolist()[0] == 1.5
    assert trace.spans["tts_us"].isna().tolist() == [False, True]
    assert "tts_us" not in load(span()).spans


# Ids


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        ("1", 1),
        (1.0, 1),
        ("-7", -7),
        ("0", 0),
        ("01", "01"),
        ("-0", "-0"),
        ("+1", "+1"),
        (" 1", " 1"),
        ("1.0", "1.0"),
        ("stream 7", "stream 7"),
        ("", ""),
        (2**40, 2**40),
        (str(2**80), 2**80),
        (1.5, "1.5"),
        (None, None),
    ],
)
def test_an_integer_and_its_canonical_text_are_one_id(value, expected):
    assert canonical_id(value) == expected
    assert type(canonical_id(value)) is type(expected)


def test_a_thread_written_both_ways_is_one_lane():
    trace = load(span(tid=7), span(tid="7", ts=5), span(tid=7.0, ts=9))
    assert (trace.tracks["kind"] == "thread").sum() == 1
    assert trace.spans["tid"].dtype == np.int64


def test_missing_and_null_are_one_id_of_their_own():
    trace = load(span(tid=None), {key: value for key, value in span(ts=3).items() if key != "tid"}, span(tid=0, ts=9))
    assert len(trace.tracks) == 2
    assert trace.spans["tid"].isna().tolist() == [True, True, False]
    assert trace.spans["tid"].dtype == ("str" if pd.__version__ >= "3" else "string")


def test_one_text_id_makes_the_whole_column_text():
    trace = load(span(pid="host"), span(pid=5, ts=4))
    assert trace.spans["pid"].tolist() == ["host", "5"]
    assert pd.api.types.is_string_dtype(trace.spans["pid"])
    assert trace.spans["tid"].dtype == np.int64


def test_an_id_beyond_64_bits_makes_the_column_text():
    assert load(span(pid=2**70)).spans["pid"].tolist() == [str(2**70)]


def test_negative_and_large_integer_ids_are_integers():
    assert load(span(pid=-3, tid=9_999_999_999)).spans[["pid", "tid"]].values.tolist() == [[-3, 9_999_999_999]]


def test_text_ids_of_metadata_events_do_not_make_the_columns_text():
    trace = load({"ph": "M", "name": "process_name", "pid": "x", "args": {"name": "p"}}, span())
    assert trace.spans["pid"].dtype == np.int64


def test_a_tid_means_something_only_within_its_pid():
    trace = load(span(pid=1), span(pid=2, ts=1.5))
    assert trace.spans["track"].nunique() == 2
    assert trace.spans["depth"].tolist() == [0, 0]


# Names and args


@pytest.mark.parametrize(("name", "text"), [(5, "5"), (1.5, "1.5"), (True, "true"), ([1], "[1]"), ("", "")])
def test_a_name_that_is_no_text_is_rendered_as_text(name, text):
    assert load(span(name=name)).spans["name"].tolist() == [text]


def test_a_missing_name_is_missing():
    assert load({key: value for key, value in span().items() if key != "name"}).spans["name"].isna().all()


@pytest.mark.parametrize("args", ["text", [1, 2], 5, {"a": {"b": [1, 2**70]}}])
def test_args_of_any_type_are_kept(args):
    assert load(span(args=args)).args(0) == args


@pytest.mark.parametrize("args", [None, {}])
def test_no_args_are_an_empty_dict(args):
    assert load(span(args=args)).args(0) == {}


def test_args_of_begin_and_end_are_merged_and_the_end_wins():
    begin = {"name": "a", "ph": "B", "ts": 1, "pid": 1, "tid": 1, "args": {"k": 1, "j": 2}}
    end = {"ph": "E", "ts": 5, "pid": 1, "tid": 1, "args": {"k": 9, "z": 3}}
    assert load(begin, end).args(0) == {"k": 9, "j": 2, "z": 3}


def test_fields_without_a_column_stand_beside_the_args():
    trace = load(span(cname="good", sf=7, stack=["f"], unknown_field={"x": 1}, id=5, args={"k": 1}))
    assert trace.args(0) == {"cname": "good", "sf": 7, "stack": ["f"], "unknown_field": {"x": 1}, "k": 1}


def test_args_beyond_the_last_span_say_what_there_is():
    with pytest.raises(IndexError, match="0 to 0, found 5"):
        load(span()).args(5)


# Phases


@pytest.mark.parametrize("ph", ["Z", "XX", "", "x", 5, None])
def test_an_unknown_phase_is_a_row_of_its_own_kind(ph):
    trace = load(span(), span(ph=ph, ts=3))
    assert trace.to_dataframe()["kind"].tolist() == ["span", "unknown"]
    assert codes(trace) == ({"missing_phase": 1} if ph is None else {"unknown_phase": 1})


@pytest.mark.parametrize(
    ("ph", "kind"),
    [("N", "object"), ("O", "object"), ("D", "object"), ("P", "sample"), ("v", "memory_dump"), ("V", "memory_dump"),
     ("c", "clock_sync"), ("(", "context"), (")", "context"), ("=", "link"), ("a", "link"), (",", "link")],
)  # fmt: skip
def test_the_rest_is_kept_as_rows_of_its_kind_with_its_args(ph, kind):
    trace = load(span(ph=ph, args={"deep": {"k": 5}}))
    table = trace.to_dataframe(args=["deep.k"])
    assert table[["kind", "ph", "deep.k"]].values.tolist() == [[kind, ph, 5]]
    assert codes(trace) == {kind: 1}


def test_instants_have_a_scope_and_thread_is_the_default():
    trace = load(span(ph="i", s="g"), span(ph="I", ts=2), span(ph="R", ts=3, s="p"))
    assert trace.instants["scope"].tolist() == ["g", "t", "p"]
    assert trace.to_dataframe()["ph"].tolist() == ["i", "I", "R"]


def test_metadata_events_name_the_whole_file_and_the_last_wins():
    def told(name, /, **args):
        return {"ph": "M", "name": name, "pid": 1, "tid": 1, "args": args}

    trace = load(
        span(),
        told("thread_name", name="old"),
        told("thread_name", name="new"),
        told("process_name", name="proc"),
        told("thread_sort_index", sort_index=3),
        told("process_labels", labels="l"),
        told("custom", x=1),
    )
    assert trace.spans[["process", "thread"]].values.tolist() == [["proc", "new"]]
    assert trace.tracks["sort_index"].tolist() == [3]
    assert trace.metadata["metadata_events"] == {"custom": [{"x": 1}]}
    assert (trace.to_dataframe()["kind"] == "metadata").sum() == 6


def test_one_odd_event_in_a_piece_leaves_the_others_as_they_are():
    plain = [span(ts=number, dur=0.5, args={"n": number}) for number in range(500)]
    odd = [*plain[:250], span(ts="250.25", tid=2, name=7, custom=1), *plain[250:]]
    expected, found = load(*plain).to_dataframe(args=["n"]), load(*odd).to_dataframe(args=["n"])
    found = found[found["name"] != "7"].reset_index(drop=True)
    same = [name for name in expected if name not in ("event", "name", "n", "track")]
    assert found[same].equals(expected[same])
    assert found["n"].tolist() == expected["n"].tolist()
