"""Cut and damaged files: every whole event is kept, every repair is counted, nothing but TraceFormatError escapes."""

import gzip
import json
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import aero_nb
from aero_nb import TraceFormatError
from aero_nb.reader.diagnostics import Diagnostics


def event(number, **fields):
    return {"name": f"n{number}", "ph": "X", "ts": number, "dur": 1, "pid": 1, "tid": 1, **fields}


def row(text):
    return f'{{"name":{text},"ph":"X","ts":1,"dur":2,"pid":1,"tid":1}}'


def load(text):
    return aero_nb.load(text if isinstance(text, bytes) else text.encode())


def names(trace):
    return list(trace.spans["name"])


def codes(trace):
    return dict(trace.diagnostics.set_index("code")["count"])


SMALL = [
    event(0, args={"list": [{"ph": "X"}, {"b": [1, {"c": "}]"}]}], "text": 'quote " and \\ and ]}'}),
    event(1, name="é€😀"),
    {},
    event(2, args={}),
    event(3, name="]}"),
]


def whole_events(text, prefix):
    """How many events end before the cut, told by where each one's text ends."""
    ends, at = [], 0
    for one in SMALL:
        encoded = json.dumps(one, ensure_ascii=False).encode()
        at = text.index(encoded, at) + len(encoded)
        if one:
            ends.append(at)
    return sum(end <= len(prefix) for end in ends)


@pytest.mark.parametrize("form", [SMALL, {"otherData": {"v": [1, {"w": 2}]}, "traceEvents": SMALL, "z": {"a": 1}}])
def test_every_prefix_gives_every_whole_event_before_the_cut(form):
    text = json.dumps(form, ensure_ascii=False).encode()
    begin = text.index(b"[", text.index(b"traceEvents") if isinstance(form, dict) else 0)
    for length in range(len(text)):
        prefix = text[:length]
        if length <= begin:
            with pytest.raises(TraceFormatError):
                load(prefix)
            continue
        trace = load(prefix)
        assert len(trace.spans) == whole_events(text, prefix), prefix
        if isinstance(form, dict):
            assert "truncated" in codes(trace), prefix


def test_random_prefixes_of_a_larger_file_give_every_whole_event_before_the_cut():
    rng = random.Random(7)
    lines = [json.dumps(event(number, args={"a": [{"b": "x" * rng.randrange(50)}]})) for number in range(6_000)]
    ends, at = [], len('{"traceEvents":[')
    for line in lines:
        at += len(line) + 1
        ends.append(at - 1)
    text = ('{"traceEvents":[' + ",".join(lines) + '],"otherData":{"k":"' + "v" * 100 + '"}}').encode()
    for length in (rng.randrange(20, len(text)) for _ in range(30)):
        assert len(load(text[:length]).spans) == sum(end <= length for end in ends)


@pytest.mark.slow
def test_a_thousand_random_prefixes_give_every_whole_event_before_the_cut():
    rng = random.Random(8)
    lines = [json.dumps(event(number, args={"a": [{"b": "x" * rng.randrange(50)}]})) for number in range(60)]
    text = ("[" + ",\n".join(lines) + "]").encode()
    ends = [text.index(line.encode()) + len(line) for line in lines]
    for length in (rng.randrange(1, len(text)) for _ in range(1000)):
        assert len(load(text[:length]).spans) == sum(end <= length for end in ends)


def test_a_cut_says_where():
    trace = load('{"traceEvents":[' + row('"a"') + ',{"name":"b"')
    (problem,) = trace.diagnostics.to_dict("records")
    assert problem["code"] == "truncated"
    assert problem["severity"] == "lost"
    assert problem["first_event"] == 1
    assert "byte 80" in problem["example"]


def test_objects_inside_the_args_of_a_cut_event_are_not_events():
    trace = load("[" + row('"a"') + ',{"name":"b","ph":"X","args":{"list":[{"x":1},{"y":2},')
    assert names(trace) == ["a"]
    assert len(trace.to_dataframe()) == 1


def test_metadata_before_a_cut_is_kept_and_after_it_lost():
    whole = (
        '{"otherData":{"v":1},"traceEvents":[' + row('"a"') + '],"stackFrames":{"1":{"name":"f"}},"samples":[1,2,3]}'
    )
    trace = load(whole[:-12])
    assert trace.metadata["otherData"] == {"v": 1}
    assert trace.metadata["stackFrames"] == {"1": {"name": "f"}}
    assert codes(trace)["truncated"] == 1


@pytest.mark.parametrize(
    ("middle", "code", "count"),
    [
        ("{oops}", "unreadable", 1),
        ('{"name": undefined, "ph": "X"}', "unreadable", 1),
        ('{"name":"x","ph":"X","id="1"}', "unreadable", 1),
        ("{}", "empty_event", 1),
        ("null", "empty_event", 1),
        ("5", "not_an_event", 1),
        ('"text"', "not_an_event", 1),
        ("[1, {}]", "not_an_event", 1),
        ("", "extra_comma", 1),
        (",,", "extra_comma", 3),
    ],
)
def test_what_is_no_event_is_skipped_and_counted(middle, code, count):
    trace = load("[" + row('"a"') + "," + middle + "," + row('"b"') + "]")
    assert names(trace) == ["a", "b"]
    assert codes(trace) == {code: count}
    assert trace.diagnostics["first_event"].iloc[0] == 1


def test_what_was_skipped_says_how_much():
    trace = load("[" + row('"a"') + ",{oops 12345}," + row('"b"') + "]")
    assert "13 bytes" in trace.diagnostics["example"].iloc[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (row('"a\x01b"'), "control_character"),
        (row('"a\x00b"'), "control_character"),
        (row('"a\nb"'), "control_character"),
        (row('"a\\ud800b"'), "lone_surrogate"),
        (row('"a\\udc00\\ud800"'), "lone_surrogate"),
        (row('"a\\xb"'), "invalid_escape"),
        (row('"a"')[:-1] + ",}", "extra_comma"),
        (row('"a"')[:-1] + ',"args":[1,2,]}', "extra_comma"),
        (row('"a"')[:-1] + ',"args":{"v":NaN}}', "non_finite_literal"),
        (row('"a"')[:-1] + ',"args":{"v":-Infinity}}', "non_finite_literal"),
        (row('"a"')[:-1] + ',"name":"b"}', "duplicate_key"),
    ],
)
def test_odd_json_is_read_and_counted(text, code):
    # What is odd is counted once, and its neighbours are untouched. A duplicate key shows on the careful path only.
    trace = aero_nb.load(("[" + row('"first"') + "," + text + "," + row('"last"') + "]").encode(), strict=True)
    assert codes(trace) == {code: 1}
    assert trace.diagnostics["first_event"].iloc[0] == 1
    assert [name for name in names(trace) if name in ("first", "last")] == ["first", "last"]
    assert len(trace.spans) == 3


def test_a_repaired_name_keeps_what_can_be_kept():
    assert names(load("[" + row('"a\x01b"') + "]")) == ["a\x01b"]
    assert names(load("[" + row('"a\\ud800b"') + "]")) == ["a\ufffdb"]
    assert names(load("[" + row('"a\\ud83d\\ude00"') + "]")) == ["a😀"]
    assert names(load("[" + row('"a\\\\ud800"') + "]")) == ["a\\ud800"]


def test_invalid_utf8_is_replaced_and_counted():
    trace = load(("[" + row('"a?b"') + "," + row('"ok"') + "]").encode().replace(b"?", b"\xff\xfe"))
    assert names(trace) == ["a\ufffd\ufffdb", "ok"]
    assert codes(trace) == {"invalid_utf8": 1}


def test_the_last_of_duplicate_keys_wins_and_strict_counts_them():
    text = b'[{"name":"a","name":"b","ph":"X","ts":1,"dur":5,"pid":1,"tid":1}]'
    assert names(aero_nb.load(text)) == ["b"]
    assert codes(aero_nb.load(text, strict=True)) == {"duplicate_key": 1}


def test_strict_and_quick_agree_on_a_sound_file():
    text = json.dumps({"traceEvents": SMALL, "otherData": {"v": 1}}).encode()
    quick, strict = aero_nb.load(text), aero_nb.load(text, strict=True)
    assert quick.to_dataframe().equals(strict.to_dataframe())
    assert quick.metadata == strict.metadata


def test_a_damaged_place_in_a_long_file_costs_its_own_event_only():
    lines = [json.dumps(event(number)) for number in range(30_000)]
    lines[7_000] = lines[7_000].replace('"X"', "X")
    lines[23_456] = lines[23_456].replace('"n23456"', '"n\\ud800"')
    trace = load("[" + ",\n".join(lines) + "]")
    assert len(trace.spans) == 29_999
    assert codes(trace) == {"lone_surrogate": 1, "unreadable": 1}
    assert trace.diagnostics.set_index("code")["first_event"].to_dict() == {
        "lone_surrogate": 23_455,
        "unreadable": 7_000,
    }


def test_deeply_nested_args_do_not_escape():
    deep = "[" * 100_000 + "]" * 100_000
    trace = load("[" + row('"a"') + ',{"name":"deep","ph":"X","ts":1,"dur":1,"args":' + deep + "}," + row('"b"') + "]")
    assert names(trace)[:1] == ["a"]
    assert "b" in names(trace)


def test_an_unclosed_bracket_in_mid_file_does_not_take_the_rest_along():
    lines = [json.dumps(event(number)) for number in range(2000)]
    lines[10] = lines[10][:-1] + ',"args":{"a":[1}'
    trace = load("[" + ",".join(lines) + "]")
    assert len(trace.spans) >= 1998


TEMPLATE = json.dumps(
    {"traceEvents": [*SMALL, event(9, id="0x1", args={"a": 1e5})], "otherData": {"aero": {}}}
).encode()
PIECES = [b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"\xff", b"\0", b"null", b"1e999", b"-", b'"ph":"C"', b"NaN"]


def accepts(data):
    try:
        trace = aero_nb.load(data, max_bytes=10_000_000)
    except TraceFormatError:
        return
    trace.to_dataframe(args=["a", "list.0.b"])
    for table in ("spans", "counters", "instants", "async_spans", "flows", "tracks", "losses", "gaps", "diagnostics"):
        getattr(trace, table)
    repr(trace)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
@example(b"\x1f\x8b")
@example(b"PK\x03\x04")
@example(b"[[[[")
@example(b"{")
@example(b'[{"ph":"C","ts":1e400,"args":{"a":1e400}}]')
def test_any_bytes_load_or_raise_trace_format_error(data):
    accepts(data)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(TEMPLATE)), st.sampled_from(PIECES), st.integers(0, 12)), max_size=6))
def test_any_damage_to_a_trace_loads_or_raises_trace_format_error(damages):
    data = TEMPLATE
    for place, piece, removed in damages:
        data = data[:place] + piece + data[place + removed :]
    accepts(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ["ph", "ts", "dur", "pid", "tid", "name", "cat", "args", "id", "id2", "scope", "s", "bp", "bind_id", "tts"]
odd_events = st.dictionaries(st.sampled_from(FIELDS), json_values | st.sampled_from("BEXCbeniMsStfNP"), max_size=10)


@settings(max_examples=120, deadline=None)
@given(st.lists(odd_events | json_values, max_size=8))
def test_fields_of_any_type_load_or_raise_trace_format_error(events):
    accepts(json.dumps({"traceEvents": events}).encode())


@settings(max_examples=60, deadline=None)
@given(json_values)
def test_any_other_data_loads(other):
    accepts(json.dumps({"traceEvents": [SMALL[0]], "otherData": other}).encode())
    accepts(json.dumps({"traceEvents": [SMALL[0]], "otherData": {"aero": other, "aero_nb": {"gaps": other}}}).encode())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.binary(max_size=4))
def test_damaged_gzip_loads_or_raises_trace_format_error(place, piece):
    packed = gzip.compress(TEMPLATE, mtime=0)
    accepts(packed[: place % len(packed)] + piece + packed[place % len(packed) + len(piece) :])


def test_a_bracket_closed_by_one_of_another_kind_ends_its_event_and_not_the_file():
    text = f'[{row(chr(34) + "a" + chr(34))},{{"name":"bad","ph":"X","args":[1}},{row(chr(34) + "b" + chr(34))}]'
    trace = load(text)
    assert names(trace) == ["a", "b"]
    assert codes(trace) == {"unreadable": 1}
    assert trace.diagnostics["first_event"].tolist() == [1]
    # Nor was the file cut off there: it is the event that is wrong.
    last = load(f'[{row(chr(34) + "a" + chr(34))},{{"name":"bad","ph":"X","args":[1}}')
    assert (names(last), codes(last)) == (["a"], {"unreadable": 1})


def test_a_problem_of_no_event_does_not_hide_the_first_event_that_had_it():
    diagnostics = Diagnostics()
    diagnostics.add("truncated", 7, "in an event")
    diagnostics.add("truncated", -1, "after one")
    diagnostics.add("truncated", 3, "in an earlier one")
    (found,) = diagnostics.problems()
    assert (found.count, found.first_event, found.example) == (3, 3, "in an earlier one")
