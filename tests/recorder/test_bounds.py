"""What limits a recording: full rings, full tables of texts, signals and other threads in the middle of a call."""

import itertools
import signal
import time

import pytest

from aero_nb import Recorder
from tests.support.recorder_reading import document, dropped, named, records, short


def test_the_oldest_records_are_overwritten_and_counted_so_trace_start_goes_first():
    recorder = Recorder(records=10)
    recorder.trace_start()
    for i in range(100):
        recorder.counter("i", i)
    export = document(recorder.stop())
    assert [e["args"]["i"] for e in named(export, "counters")] == list(range(90, 100))
    assert named(export, "traceStart") == []
    assert dropped(export) == 91


def test_a_hundred_thousand_names_stay_within_the_string_table_and_are_counted():
    recorder = Recorder(records=300_000)
    recorder.trace_start()
    for i in range(100_000):
        with recorder.span(f"name {i}"):
            pass
    export = document(recorder.stop())
    names = {e["name"] for e in export["traceEvents"] if e["ph"] == "B"}
    assert len(names) == 2_048  # with <unknown>, less traceStart
    unknown = sum(e["name"] == "<unknown>" for e in export["traceEvents"])
    assert unknown == export["otherData"]["aero"]["droppedStringsByThread"]["Main"] == 2 * (100_000 - 2_047)
    assert dropped(export) == 0


def test_series_names_beyond_the_string_table_are_unknown_too():
    recorder = Recorder(strings=2)
    recorder.trace_start()
    recorder.counter("kept", 1)
    recorder.counter("lost", 2)
    assert [e["args"] for e in named(recorder.stop(), "counters")] == [{"kept": 1}, {"<unknown>": 2}]


@pytest.mark.slow
def test_ten_million_records_leave_the_last_ones_and_an_exact_count(recorder):
    begin, end = recorder.span_begin, recorder.span_end
    for _ in range(5_000_000):
        begin("a")
        end("a")
    export = document(recorder.stop())
    assert records(export) == 32_768
    assert dropped(export) == 1 + 10_000_000 - 32_768


@pytest.mark.parametrize("option", ["records", "strings"])
def test_a_ring_without_room_is_refused(option):
    with pytest.raises(ValueError, match="at least one"):
        Recorder(**{option: 0})


def test_a_ring_of_one_record_keeps_the_last():
    recorder = Recorder(records=1)
    recorder.trace_start()
    recorder.span_begin("a")
    recorder.span_end("a")
    assert short(recorder.stop()) == ["E a"]


# Signals and threads in the middle of a call


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
def test_a_signal_handler_that_records_in_the_middle_of_a_call_loses_nothing():
    recorder = Recorder(records=64, strings=1_000_000)
    recorder.trace_start()
    handled = itertools.count(1)
    last = [0]

    def handler(*_):
        recorder.span_begin("signal")
        recorder.counter(f"n{next(handled)}", 1)
        recorder.span_end("signal")
        last[0] += 1

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
    try:
        calls = 0
        while last[0] < 2_000:
            recorder.span_begin("a")
            recorder.span_end("a")
            recorder.counter("c", 1)
            calls += 3
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    export = document(recorder.stop())
    assert records(export) + dropped(export) == 1 + calls + 3 * last[0]
    assert records(export) == 64
    assert export["otherData"]["aero_nb"]["failed_calls"] == 0


def test_a_failing_clock_does_not_fail_the_user():
    broken = [False]

    def clock():
        if broken[0]:
            raise OSError("no clock")
        return time.perf_counter_ns()

    recorder = Recorder(clock_ns=clock)
    recorder.trace_start()
    broken[0] = True
    with recorder.span("a"):
        recorder.counter("c", 1)
    broken[0] = False
    assert document(recorder.stop())["otherData"]["aero_nb"]["failed_calls"] == 3
