"""The reader against the slow model of the rules, on made-up traces in which everything collides."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aero_nb.reader import read as columns_of
from tests.support import model, strategies
from tests.support.model_tables import (
    arrows,
    async_spans,
    document_of,
    expected_async,
    expected_spans,
    leftover_kinds,
    orphan_ends,
    samples,
    thread_spans,
)


def assert_agrees(events: list[Any], gaps: list[Any] | None = None) -> None:
    columns = columns_of(json.dumps(document_of(events, gaps)).encode())
    expected = model.read(events, gaps)
    assert thread_spans(columns) == expected_spans(expected.spans)
    assert orphan_ends(columns) == +expected.orphan_ends
    assert async_spans(columns) == expected_async(expected.async_spans)
    assert leftover_kinds(columns)["async_instant"] == expected.async_instants
    assert arrows(columns) == expected.flows
    assert samples(columns) == sorted(expected.counters, key=repr)


def on_one_thread(*events: Any) -> list[dict[str, Any]]:
    """``"B0 a"``, ``"E5"``, ``"X3+4 b"``: phase, ts, duration, name."""
    made = []
    for event in events:
        when, _, name = event.partition(" ")
        ts, _, dur = when[1:].partition("+")
        made.append({"ph": when[0], "pid": 1, "tid": 1, "ts": float(ts)})
        made[-1] |= {"name": name} if name else {}
        made[-1] |= {"dur": float(dur)} if dur else {}
    return made


@settings(max_examples=300, deadline=None)
@given(strategies.thread_traces)
@example(on_one_thread("B0 a", "B1 b", "E5 a", "E6 b"))  # crossed
@example(on_one_thread("X0+10 a", "B3 b", "X5+10 c"))  # never ended inside an X
@example(on_one_thread("X1+0 a", "B1 b", "X1+0 c", "E1"))  # everything at one ts
@example(on_one_thread("X1+5 a", "X1+9 b", "B1 c", "X1+2 d", "X1+3 e", "E4"))  # two runs of X
def test_matching_and_nesting_follow_the_rules_on_threads(events):
    assert_agrees(events)


@settings(max_examples=200, deadline=None)
@given(strategies.thread_traces, strategies.gaps())
@example(on_one_thread("B0 a", "E2 a", "B2 b", "E5 b"), [{"pid": 1, "tid": 1, "start_us": 2, "end_us": 4}])
@example(on_one_thread("B0 a", "E2 a"), [{"pid": 1, "tid": 1, "start_us": 2, "end_us": 2}])
def test_a_gap_ends_what_is_open_and_cuts_matching(events, gaps):
    assert_agrees(events, gaps)


@settings(max_examples=150, deadline=None)
@given(strategies.with_empty_counters)
def test_counters_and_instants_do_not_disturb_nesting(events):
    assert_agrees(events)


@settings(max_examples=250, deadline=None)
@given(strategies.async_traces)
def test_async_spans_match_by_key_and_name(events):
    assert_agrees(events)


@settings(max_examples=250, deadline=None)
@given(strategies.flow_traces)
@example(
    [{"ph": "B", "pid": 1, "tid": 1, "ts": "0"} for _ in range(6)]
    + [
        {"ph": "B", "pid": 1, "tid": 2, "ts": "-3", "name": "a", "bind_id": 1, "flow_in": True},
        {"ph": "B", "pid": 1, "tid": 1, "ts": "-3", "name": "a", "bind_id": 1, "flow_out": True},
    ]
)  # flow_in comes first in the file, so there is no arrow
def test_arrows_bind_to_the_spans_that_the_rules_say(events):
    assert_agrees(events)


def respelled(event: dict[str, Any], dice: Any) -> dict[str, Any]:
    """The same event as another producer would write it."""
    new = dict(event)
    for key in ("pid", "tid"):
        new[key] = dice.choice([event[key], str(event[key]), float(event[key])])
    if event["tid"] == 2:
        new["tid"] = dice.choice([None, "lane 2", -2, 2**40])
    for key in ("ts", "dur"):
        if key in event and dice.random() < 0.3:
            new[key] = f" {event[key]} "
    if dice.random() < 0.2:
        new["name"] = dice.choice([None, 5, "", True])
    return new


@settings(max_examples=150, deadline=None)
@given(strategies.thread_traces | strategies.flow_traces, st.randoms(use_true_random=False))
def test_ids_times_and_names_are_one_however_they_are_spelled(events, dice):
    assert_agrees([respelled(event, dice) for event in events])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_long_lanes_take_the_fast_path_to_the_same_answer(data):
    """Lanes of more events than the plain loop takes: proper nesting, with and without X, orphans and leaks."""
    length = data.draw(st.integers(45, 120))
    kinds = data.draw(st.sampled_from(["BE", "X", "BEX"]))
    events, ts = [], 0
    for _ in range(length):
        ts += data.draw(st.integers(0, 3))
        phase = data.draw(st.sampled_from(kinds))
        event = {"ph": phase, "pid": 1, "tid": 1, "ts": ts}
        if phase != "E":
            event["name"] = data.draw(strategies.NAMES)
        if phase == "X":
            event["dur"] = data.draw(st.integers(0, 4))
        events.append(event)
    assert_agrees(events)


@pytest.mark.slow
@settings(max_examples=3_000, deadline=None)
@given(st.one_of(strategies.thread_traces, strategies.mixed_traces, strategies.async_traces, strategies.flow_traces))
def test_many_more_made_up_traces_agree(events):
    assert_agrees(events)
