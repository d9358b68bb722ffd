"""What is odd in a file is told as a diagnostic, and nothing is changed for it; what is usual is not told."""

import pytest

from tests.support.reader_events import codes, event_of, load_events

YEAR = 365.25 * 86_400 * 1e6  # µs


def example(trace, code):
    return trace.diagnostics.set_index("code").loc[code, "example"]


def test_events_years_from_all_others_are_told():
    there = [event_of("X", 1.7e15 + n, dur=1) for n in range(20)]
    trace = load_events(event_of("X", 0, dur=1), event_of("i", 3), *there)
    assert codes(trace) == {"distant_time": 2}
    assert example(trace, "distant_time") == "up to 54 years from the other 20"
    assert len(trace.spans) == 21


def test_a_span_that_ends_years_after_all_others_is_told():
    assert codes(load_events(event_of("X", 5, dur=30 * YEAR), *(event_of("i", n) for n in range(20)))) == {
        "distant_time": 1
    }


@pytest.mark.parametrize(
    "times",
    [
        [0, 50 * YEAR],  # no part is most of it
        [n * 86_400e6 * 2 for n in range(30)],  # one every second day
        [n * 3_600e6 for n in range(100)] + [30 * 86_400e6],  # four days, and one a month later
        [0, 3, 9, 40_000e6],
    ],
)
def test_long_and_sparse_recordings_are_not_odd(times):
    assert codes(load_events(*(event_of("i", ts) for ts in times))) == {}


def named(kind, name, **fields):
    return {"ph": "M", "name": kind, "pid": 1, "tid": 1, "args": {"name": name}, **fields}


def test_a_process_or_thread_of_two_names_is_told_and_the_last_wins():
    trace = load_events(
        event_of("i", 1), named("process_name", "a"), named("process_name", "a"), named("process_name", "b")
    )
    assert codes(trace) == {"process_renamed": 1}
    assert example(trace, "process_renamed") == "pid 1: 'a', then 'b'"
    assert trace.tracks["process"].tolist() == ["b"]
    assert codes(load_events(event_of("i", 1), named("thread_name", "a"), named("thread_name", "b"))) == {
        "thread_renamed": 1
    }
    apart = named("process_name", "a"), named("process_name", "b", pid=2), named("thread_name", "c", tid=2)
    assert codes(load_events(event_of("i", 1), *apart, named("thread_name", "d"))) == {}


def test_a_kernel_over_the_kernels_of_its_stream_is_told():
    kernels = [event_of("X", 10 * n, "micro", dur=5, cat="kernel") for n in range(10)]
    whole = event_of("X", 0, "whole", dur=100, cat="kernel")
    trace = load_events(*kernels, whole)
    assert codes(trace) == {"covering_span": 1}
    assert example(trace, "covering_span") == "'whole' over 10 spans, 67% of the durations of its stream"
    assert codes(load_events(*kernels, {**whole, "cat": "gpu_user_annotation"})) == {}
    assert codes(load_events(*kernels, {**whole, "tid": 2})) == {}


def test_an_async_id_that_overlaps_itself_is_told():
    twice = [event_of(ph, ts, id=1) for ts, ph in enumerate("bbee")]
    assert codes(load_events(*twice)) == {"async_overlap": 1}
    crossed = [event_of(ph, ts, name, id=1) for ts, (ph, name) in enumerate(["ba", "bb", "ea", "eb"])]
    assert codes(load_events(*crossed)) == {"async_overlap": 1}
    legacy = [event_of(ph, ts, id=1) for ts, ph in enumerate("SSFF")]
    assert codes(load_events(*legacy)) == {"async_overlap": 1}


def test_async_work_of_several_ids_or_names_is_not_odd():
    ids = [event_of(ph, ts, id=i) for ts, (ph, i) in enumerate([("b", 1), ("b", 2), ("e", 1), ("e", 2)])]
    nested = [event_of(ph, ts, name, id=1) for ts, (ph, name) in enumerate(["ba", "bb", "eb", "ea", "ba", "ea"])]
    assert codes(load_events(*ids)) == codes(load_events(*nested)) == {}
