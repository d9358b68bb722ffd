"""What is pushed to the page: spans paired, frames and counters counted, nothing sent twice and nothing unsaid."""

import json
from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aero_nb import Recorder, Trace
from aero_nb.live import lanes
from aero_nb.live.feed import KEYFRAME, MOST_RECORDS, Feed
from aero_nb.live.lanes import MOST_OPEN
from aero_nb.sources.conditions import Condition
from aero_nb.sources.live import LaneNews, News

START = 1_700_000_000_000_000_000
MS = 1_000_000


class Told:
    """A reader that is told what it reads: one list of news after another."""

    def __init__(self, *reads):
        self.reads = [News(START, START + now, list(lanes)) for now, lanes in reads]
        self.closed = False

    def read(self, most):
        return self.reads.pop(0)

    def close(self):
        self.closed = True


def feed_of(*reads):
    return Feed([("this process", Told(*reads))])


def watching(recorder):
    return Feed([("this process", recorder.live())])


def lane(*events, number=0, name="Main", missed=0):
    return LaneNews(number, name, [(ph, label, START + at, value) for ph, label, at, value in events], missed)


def begin(name, at):
    return "B", name, at, None


def end(name, at):
    return "E", name, at, None


push_names: list[str] = []  # those that the page has by now


def decoded(push, data):
    """The columns as the page reads them: spans, instants, samples and frames as lists of tuples."""
    spans, instants, samples, frames = push["counts"]
    at, found = 0, []
    for kind, lengths in (
        ("<f8", (spans, spans, instants, samples, samples, frames, frames)),
        ("<u4", (spans, instants, samples)),
        ("<u2", (spans, instants, samples)),
        ("<u1", (spans,)),
    ):
        for length in lengths:
            found.append(np.frombuffer(data, kind, length, at).tolist())
            at += length * np.dtype(kind).itemsize
    assert at == len(data)
    start, duration, instant, sample, value, frame, interval, names, named, series, on, of, by, depth = found
    name = push_names.__getitem__
    return {
        "spans": list(zip(on, map(name, names), depth, start, duration, strict=True)),
        "instants": list(zip(of, map(name, named), instant, strict=True)),
        "samples": list(zip(by, map(name, series), sample, value, strict=True)),
        "frames": list(zip(frame, interval, strict=True)),
    }


def pushed(feed):
    push, data = feed.push()
    del push_names[push["first"] :]
    push_names.extend(push["names"])
    return push, decoded(push, data)


def test_begins_and_ends_of_several_reads_are_paired():
    feed = feed_of(
        (10, [lane(begin("a", 1), begin("b", 2), end("b", 5), begin("c", 6))]),
        (20, [lane(end(None, 12), end("a", 15), ("i", "here", 16, None), ("C", "level", 17, 2.5))]),
    )
    push, found = pushed(feed)
    assert found["spans"] == [(0, "b", 1, 2, 3)]
    assert [(number, push_names[name], depth, at) for number, name, depth, at in push["open"]] == [
        (0, "a", 0, 1),
        (0, "c", 1, 6),
    ]
    push, found = pushed(feed)
    assert found["spans"] == [(0, "c", 1, 6, 6), (0, "a", 0, 1, 14)]
    assert found["instants"] == [(0, "here", 16)]
    assert found["samples"] == [(0, "level", 17, 2.5)]
    assert push["open"] == []
    assert push["now"] == 20


def test_a_begin_whose_end_was_missed_is_no_longer_open():
    reads = (10, [lane(begin("a", 1))]), (20, [lane(end("a", 15), begin("b", 16), missed=3)])
    feed = feed_of(*reads)
    feed.push()
    push, found = pushed(feed)
    assert found["spans"] == []
    assert [depth for _, _, depth, _ in push["open"]] == [0]
    assert push["lanes"][0]["missed"] == push["numbers"]["missed"] == 3


def test_the_busy_share_counts_only_the_time_since_the_last_push():
    reads = (10, [lane(begin("a", 5))]), (20, [lane(end("a", 12))]), (30, [lane()])
    feed = feed_of(*reads)
    assert [feed.push()[0]["lanes"][0]["busy"] for _ in reads] == [0.5, 0.2, 0.0]


def test_frames_are_intervals_of_the_lane_that_has_most_and_none_goes_across_a_loss():
    four = [one for n in range(4) for one in (begin("frame", n * 10 * MS), end("frame", n * 10 * MS + 1))]
    feed = feed_of(
        (100 * MS, [lane(*four), lane(begin("frame", 1), end("frame", 2), number=1)]),
        (200 * MS, [lane(begin("frame", 150 * MS), missed=1)]),
        (300 * MS, [lane(end("frame", 201 * MS), begin("frame", 250 * MS), begin("frame", 260 * MS))]),
    )
    push, found = pushed(feed)
    assert found["frames"] == [(0, 10 * MS), (10 * MS, 10 * MS), (20 * MS, 10 * MS)]
    numbers = push["numbers"]
    assert (numbers["fps"], numbers["frame_ms"], numbers["late"], numbers["frames"]) == (100, 10, 0, 3)
    assert pushed(feed)[1]["frames"] == []
    push, found = pushed(feed)
    assert found["frames"] == [(150 * MS, 100 * MS)]  # a frame within a frame is none
    assert push["numbers"]["late"] == 1


@pytest.mark.parametrize("jump", [-3600, 3600])
def test_a_clock_that_jumps_harms_neither_the_view_nor_the_recording(jump):
    times = iter([n * MS + (jump * 1000 * MS if n > 20 else 0) for n in range(1, 200)])
    recorder = Recorder(clock_ns=times.__next__, epoch_ns=lambda: START)
    recorder.trace_start()
    feed = watching(recorder)
    found, frames, told = [], [], []
    for _ in range(12):
        with recorder.span("frame"), recorder.span("step"):
            pass
        push, data = pushed(feed)
        told.append(push)
        found += data["spans"]
        frames += data["frames"]
    assert [name for _, name, _, _, _ in found] == ["step", "frame"] * 12
    assert all(length >= 0 for *_, length in found)
    assert len(frames) == (11 if jump > 0 else 10)
    assert all(length >= 0 for _, length in frames)
    assert all(0 <= lane["busy"] <= 1 for push in told for lane in push["lanes"])
    json.dumps(told, allow_nan=False)
    assert len(Trace.from_bytes(recorder.stop()).spans) == 24


def test_256_lanes_are_all_told():
    lanes = [lane(begin("a", 1 + n), end("a", 2 + n), number=n, name=f"thread {n}") for n in range(256)]
    push, found = pushed(feed_of((1000, lanes)))
    assert [head["name"] for head in push["lanes"]] == [f"thread {n}" for n in range(256)]
    assert [number for number, *_ in found["spans"]] == list(range(256))


def test_what_hangs_shows_no_frames_a_second():
    second = 1_000 * MS
    reads = (
        (second, [lane(begin("frame", 1), begin("x", 2), end("frame", 3), begin("frame", 10))]),
        (5 * second, [lane()]),
    )
    feed = feed_of(*reads)
    assert feed.push()[0]["numbers"]["fps"] > 0
    assert feed.push()[0]["numbers"]["fps"] == 0


def test_a_counter_that_only_rises_is_shown_as_a_rate():
    reads = [
        (at * 500 * MS, [lane(("C", "read", at, at * 100.0), ("C", "level", at, float(at % 2)))]) for at in range(1, 5)
    ]
    feed = feed_of(*reads)
    for _ in reads:
        push = feed.push()[0]
    assert push["numbers"]["counters"] == [
        {"name": "read", "value": 200.0, "rate": True},
        {"name": "level", "value": 0.0, "rate": False},
    ]


def test_a_lane_that_forgets_to_end_its_spans_costs_no_more_and_more():
    reads = [(10 * at, [lane(*(begin("a", 10 * at) for _ in range(1000)))]) for at in range(5)]
    feed = feed_of(*reads)
    for _ in reads:
        assert len(feed.push()[0]["open"]) <= MOST_OPEN


def test_a_page_that_comes_late_is_told_all_names_soon():
    recorder = Recorder()
    recorder.trace_start()
    feed = watching(recorder)
    firsts = []
    for number in range(3 * KEYFRAME):
        recorder.instant(f"at {number}")
        push = feed.push()[0]
        firsts.append(push["first"])
    assert [number for number, first in enumerate(firsts) if first == 0] == [*range(KEYFRAME), KEYFRAME, 2 * KEYFRAME]


def test_another_recording_is_said_to_be_another_one():
    recorder = Recorder()
    recorder.trace_start()
    feed = watching(recorder)
    recorder.span_begin("old")
    before = feed.push()[0]
    recorder.trace_start()
    after = feed.push()[0]
    assert (before["recording"], after["recording"]) == (0, 1)
    assert "old" not in after["names"]


def test_what_was_sent_and_missed_is_what_was_recorded():
    recorder = Recorder(records=4096)
    recorder.trace_start()
    feed = watching(recorder)
    sent = 0
    for burst in (10, 5000, 0, 3 * MOST_RECORDS, 7):
        for _ in range(burst):
            recorder.instant("tick")
        push = feed.push()[0]
        sent += push["counts"][1]
        assert push["counts"][1] <= MOST_RECORDS
    assert sent + push["numbers"]["missed"] == recorder._own.snapshots()[0].recorded
    feed.close()


ACTS = st.lists(st.sampled_from(["begin a", "begin b", "end a", "end b", "end", "push"]), max_size=60)


@given(ACTS)
def test_the_view_pairs_as_the_trace_does(acts):
    recorder = Recorder()
    recorder.trace_start()
    feed = watching(recorder)
    shown = []
    for act in [*acts, "push"]:
        what, _, name = act.partition(" ")
        if what == "push":
            shown += pushed(feed)[1]["spans"]
        elif what == "begin":
            recorder.span_begin(name)
        else:
            recorder.span_end(name or None)
    trace = Trace.from_bytes(recorder.stop())
    spans = trace.spans[~trace.spans["unfinished"]]
    wanted = zip(spans["name"], (spans["ts_us"] * 1000).round(), (spans["dur_us"] * 1000).round(), strict=True)
    assert sorted((name, start, length) for _, name, _, start, length in shown) == sorted(wanted)


EVENTS = st.lists(
    st.sampled_from(
        ["begin a", "begin frame", "end a", "end frame", "end", "instant i", "counter c", "counter d", "begin", "push"]
    ),
    max_size=80,
)


@given(EVENTS)
@example(["begin frame", "push", "begin frame", "end frame", "end frame", "begin frame"])
@example(["begin a", "begin b", "end a", "end b"])
def test_many_events_at_once_are_told_as_one_by_one(acts):
    recorder = Recorder(strings=4)  # "begin" of other names does not fit
    recorder.trace_start()
    ways = [(watching(recorder), few) for few in (0, 10**9)]
    for number, act in enumerate([*acts, "push"]):
        what, _, name = act.partition(" ")
        if what == "begin":
            recorder.span_begin(name or f"another {number}")
        elif what == "end":
            recorder.span_end(name or None)
        elif what == "instant":
            recorder.instant(name)
        elif what == "counter":
            recorder.counter(name, number if name == "c" else number / 2)
        else:
            told = []
            for feed, few in ways:
                push_names[:] = feed._names.texts if feed._recording >= 0 else []
                with mock.patch.object(lanes, "FEW", few):
                    push, data = pushed(feed)
                opened = [(push_names[code], depth, at) for _, code, depth, at in push["open"]]
                counters = sorted((head["name"], head["rate"]) for head in push["numbers"]["counters"])
                told.append((data, opened, counters))
            assert told[0] == told[1]


def test_a_closed_feed_closes_its_readers():
    told = Told((1, []))
    feed = Feed([("a", told)])
    feed.push()
    feed.close()
    assert told.closed


def test_marks_are_set_where_a_condition_begins_to_hold():
    starts = [0, 10, 20, 60, 100, 110, 150]  # ms: intervals of 10 10 40 40 10 40
    frames = [one for at in starts for one in (begin("frame", at * MS), end("frame", at * MS + 1))]
    feed = Feed([("this process", Told((200 * MS, [lane(*frames)])))], Condition.of("frame_ms > 33"))
    push = feed.push()[0]
    assert push["marks"] == feed.marks == [(20 * MS, "frame_ms 40 ms"), (110 * MS, "frame_ms 40 ms")]


def test_marks_on_a_counter_are_of_its_name_alone():
    samples = [
        ("C", name, at, value) for at, (name, value) in enumerate([("a", 9.0), ("b", 1.0), ("b", 7.0), ("b", 8.0)])
    ]
    feed = Feed([("this process", Told((10, [lane(*samples)])))], Condition.of("b > 5"))
    feed.push()
    assert feed.marks == [(2, "b 7")]
