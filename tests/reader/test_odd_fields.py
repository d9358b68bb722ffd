"""Any value in any field of metadata events, otherData and the file's metadata: only TraceFormatError may escape."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import aero_nb
from tests.support.broken_traces import AERO, OURS, assert_survives

SPAN = {"ph": "X", "name": "a", "ts": 1, "dur": 1, "pid": 1, "tid": 1}
NAMED = {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "cpu"}}
OPEN = {"ph": "B", "name": "open", "pid": 1, "tid": 1, "ts": 2}
DEEP = "[" * 900 + "]" * 900
# As JSON text: what no Python value says. Each is put where a value stands.
ODD_TEXTS = [
    "--5", "9" * 5000, str(2**63), str(2**63 - 1), str(-(2**63)), str(2**64), "1e999", "-1e999", "1e-999", "NaN",
    "inf", "-0", "true", "null", '""', '"--5"', '"\\ud800"', f'"{"9" * 5000}"', f'"{2**63}"', '"1e999"', "[]", "{}",
    "[[]]", '{"a":1}', DEEP, '[{"ph":"X"}]', '{"traceEvents":[]}', "9e15", "-9e15", "9223372036854775",
    '"cpu"', "[2,5]",
]  # fmt: skip
odd_texts = st.sampled_from(ODD_TEXTS)

M_NAMES = [
    "process_name", "thread_name", "process_labels", "process_sort_index", "thread_sort_index",
    "aero_trace_start_time", "other",
]  # fmt: skip
M_FIELDS = ["ph", "name", "cat", "pid", "tid", "ts", "dur", "s", "id", "args"]
M_ARGS = ["name", "labels", "sort_index", "startTimeEpochUs"]
TOP = ["otherData", "metadata", "displayTimeUnit", "baseTimeNanoseconds", "stackFrames", "samples", "traceEvents", "x"]


def with_text(value, path, text):
    """Return ``value`` as JSON text, in which ``text`` stands at ``path``."""
    copy = json.loads(json.dumps(value))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = "@odd@"
    return json.dumps(copy).replace('"@odd@"', text)


def paths(value, so_far=()):
    """Yield the path of every value within ``value``."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*so_far, step)
        yield from paths(inner, (*so_far, step))


OTHER = {"aero": AERO, "aero_nb": OURS}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(M_NAMES), st.sampled_from(M_FIELDS), odd_texts)
@example("thread_sort_index", "args", '{"sort_index":"--5"}')
def test_any_field_of_a_metadata_event_may_be_anything(name, field, text):
    event = {"ph": "M", "name": name, "pid": 1, "tid": 1, "args": {"name": "cpu", "sort_index": 1}}
    assert assert_survives(f"[{json.dumps(SPAN)},{with_text(event, [field], text)}]".encode())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(M_NAMES), st.sampled_from(M_ARGS), odd_texts)
def test_any_argument_of_a_metadata_event_may_be_anything(name, argument, text):
    event = {"ph": "M", "name": name, "pid": 1, "tid": 1, "args": {"name": "cpu"}}
    assert assert_survives(f"[{json.dumps(SPAN)},{with_text(event, ['args', argument], text)}]".encode())


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(paths(OTHER), key=str)), odd_texts)
@example(("aero", "droppedRecordsByThread", "cpu"), str(2**63))
def test_any_value_of_other_data_may_be_anything(path, text):
    other = with_text(OTHER, path, text)
    assert assert_survives(f'{{"traceEvents":{json.dumps([NAMED, SPAN, OPEN])},"otherData":{other}}}'.encode())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(TOP), odd_texts, st.sampled_from([1, 5e15, -5e15]))
@example("baseTimeNanoseconds", str(2**63 - 1), 5e15)
def test_any_member_of_the_file_may_be_anything(key, text, ts):
    events = json.dumps([{**SPAN, "ts": ts}])
    assert assert_survives(f'{{"traceEvents":{events},"{key}":{text}}}'.encode())


@pytest.mark.parametrize("text", [text for text in ODD_TEXTS if text != "--5"])
def test_any_link_survives_a_merge_and_a_save(text):
    one = aero_nb.load(f"[{with_text({**SPAN, 'flow_out': True, 'id': 1}, ['bind_id'], text)}]".encode())
    merged = one.merge(one, one)
    again = aero_nb.load(merged.to_bytes())
    assert len(again.spans) == 3
    assert repr(again)


def test_ids_that_were_one_are_one_after_a_merge_and_a_save():
    out = {**SPAN, "bind_id": "0x1", "flow_out": True}
    into = {**SPAN, "ts": 5, "bind_id": 1, "flow_in": True}
    one = aero_nb.load([out, into])
    assert len(one.flows) == 1
    assert len(aero_nb.load(one.merge(one).to_bytes()).flows) == 2


def test_metadata_deeper_than_python_copies_is_text_from_there_on():
    text = b'{"traceEvents":[],"otherData":{"v":1,"deep":%b}}' % DEEP.encode()
    trace = aero_nb.load(text)
    assert trace.metadata["otherData"]["v"] == 1
    found, depth = trace.metadata["otherData"]["deep"], 0
    while isinstance(found, list):
        found, depth = found[0], depth + 1
    assert depth + found.count("[") == 900
    assert list(trace.diagnostics["code"]) == ["deep_nesting"]


@pytest.mark.parametrize("base", [2**63 - 1, 2**63, 10**30])
def test_a_start_that_the_clock_cannot_hold_is_counted(base):
    trace = aero_nb.load({"traceEvents": [{**SPAN, "ts": 5e15}], "baseTimeNanoseconds": base})
    assert trace.start is None
    assert list(trace.diagnostics["code"]) == ["start_out_of_range"]


def test_what_lies_too_far_from_all_else_for_int64_is_unplaced():
    far = [{**SPAN, "ph": "i", "ts": 9e15}, {"ph": "B", "name": "early", "pid": 1, "tid": 1, "ts": -9e15}]
    trace = aero_nb.load([SPAN, {**SPAN, "ts": 4}, *far])
    assert list(trace.spans["ts_us"]) == [1, 4]
    assert list(trace.spans["dur_us"]) == [1, 1]
    assert dict(trace.diagnostics.set_index("code")["count"]) == {"unplaced": 2}
    assert list(trace.to_dataframe()["kind"]) == ["span", "span", "unplaced", "unplaced"]


def test_a_time_that_int64_holds_by_itself_stays_placed():
    trace = aero_nb.load([{**SPAN, "ts": 9e15, "dur": 2e14}])
    assert trace.spans["dur_us"].item() == 2e14
    assert "unplaced" not in set(trace.diagnostics["code"])


def test_a_gap_of_pid_text_is_one_of_the_integer():
    gap = {"pid": "1", "tid": 1.0, "start_us": 3, "end_us": 4, "dropped_records": 2}
    trace = aero_nb.load({"traceEvents": [SPAN, OPEN], "otherData": {"aero_nb": {"gaps": [gap, {"pid": 1}]}}})
    assert list(trace.gaps["track"]) == [0]
    assert dict(trace.diagnostics.set_index("code")["count"])["unreadable_metadata"] == 1


def test_a_counter_beyond_a_float_costs_itself_only():
    trace = aero_nb.load(b'[{"ph":"C","ts":0,"pid":1,"name":"x","args":{"a":1,"b":1e999,"c":%b}}]' % (b"9" * 5000))
    assert trace.counters.set_index("series")["value"].dropna().to_dict() == {"x.a": 1.0}
    assert dict(trace.diagnostics.set_index("code")["count"]) == {"counter_value": 2}


def test_a_negative_thread_time_is_kept_and_counted():
    trace = aero_nb.load([{**SPAN, "tdur": -5}, {**SPAN, "tdur": "-1"}, {**SPAN, "tdur": 2}])
    assert sorted(trace.spans["tdur_us"]) == [-5, -1, 2]
    assert dict(trace.diagnostics.set_index("code")["count"]) == {"negative_tdur": 2}


@pytest.mark.parametrize(
    "event", [SPAN, {**OPEN, "cname": "good"}, {"ph": "C", "ts": 1, "args": {"v": 1}}, {"ph": "i"}]
)
def test_the_scope_of_what_is_no_instant_is_saved(event):
    trace = aero_nb.load([SPAN, {**event, "s": "g"}])
    saved = json.loads(aero_nb.Trace(trace.columns).to_bytes())["traceEvents"]
    assert saved[1]["s"] == "g"
    assert "s" not in saved[0]
