"""The flight recorder: just what lies around the moments that were worth it, and every other record counted."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aero_nb
from aero_nb import FlightRecorder, Recorder, Trace, capture
from aero_nb.recorder.flight import KeptTimes
from aero_nb.sources import Source, TakesOptions
from aero_nb.sources.conditions import Condition
from tests.support.shells import a_shell, run_cell

SECOND = 1_000_000_000


class Clock:
    def __init__(self):
        self.now = 0

    def __call__(self):
        return self.now


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("frame_ms > 33", Condition("frame_ms", ">", 33)),
        ("frame_ms>=16.7", Condition("frame_ms", ">=", 16.7)),
        ("bytes read != 0", Condition("bytes read", "!=", 0)),
        ("a<-1e3", Condition("a", "<", -1000)),
    ],
)
def test_a_condition_is_a_name_an_operator_and_a_number(text, read):
    assert Condition.of(text) == read


@pytest.mark.parametrize("text", ["", "33", "frame_ms", "frame_ms >", "> 3", "frame_ms > fast", "a = 3"])
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="frame_ms > 33"):
        Condition.of(text)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 10)), max_size=12), st.integers(0, 75))
def test_kept_times_are_the_union_of_what_was_added(added, moment):
    times = KeptTimes()
    for start, length in added:
        times.add(start, start + length)
    inside = any(start <= moment <= start + length for start, length in added)
    assert (times.at(moment) >= 0) == inside
    assert times.starts == sorted(times.starts)
    assert all(end < start for end, start in zip(times.ends, times.starts[1:], strict=False))


def quiet(recorder, clock, frames, length_ns):
    """Frames of one length."""
    for _ in range(frames):
        with recorder.span("frame"):
            clock.now += length_ns
            recorder.counter("n", clock.now)


def test_only_the_seconds_around_a_bad_frame_are_kept():
    clock = Clock()
    recorder = Recorder(clock_ns=clock)
    flight = FlightRecorder("frame_ms > 33", around=1, recorder=recorder)
    assert isinstance(flight, Source)
    assert isinstance(flight, TakesOptions)
    flight.start()
    for _ in range(2):
        quiet(recorder, clock, 1000, SECOND // 100)
        flight._look()
        quiet(recorder, clock, 1, SECOND // 10)
    quiet(recorder, clock, 1000, SECOND // 100)
    trace = Trace.from_bytes(flight.stop())
    frames = trace.frames()
    assert (frames["interval_us"] == 100_000).sum() == 2
    kept = trace.metadata["otherData"]["aero_nb"]["kept"]
    assert kept == {"when": "frame_ms > 33", "around_s": 1, "us": [[9e6, 11.1e6], [19.1e6, 21.2e6]]}
    for start, end in kept["us"]:
        inside = frames[frames["ts_us"].between(start, end)]
        assert inside["ts_us"].diff().dropna().isin([10_000, 100_000]).all(), "none is missing"
    assert len(trace.gaps) == 3
    assert [list(row) for row in trace.gaps[["start_us", "end_us"]].to_numpy()] == [
        [0, 9e6],
        [11.1e6, 19.1e6],
        [21.2e6, 30.2e6],
    ]
    recorded = recorder._own.snapshots()[0].recorded
    held = (
        len(trace.to_dataframe(kinds=["counter", "instant"])) + 2 * len(trace.spans) - trace.spans["unfinished"].sum()
    )
    assert int(trace.losses["dropped_records"].sum()) == trace.gaps["dropped_records"].sum()
    assert held + trace.losses["dropped_records"].sum() + trace.losses["orphan_ends"].sum() == recorded


def test_a_long_hang_keeps_what_led_to_it_and_one_that_has_no_end_too():
    clock = Clock()
    recorder = Recorder(clock_ns=clock)
    flight = FlightRecorder("frame_ms > 1000", around=1, recorder=recorder)
    flight.start()
    quiet(recorder, clock, 500, SECOND // 100)
    for _ in range(2):
        recorder.span_begin("frame")
        for _ in range(30):  # looks meanwhile must not drop what came before it
            clock.now += SECOND
            flight._look()
        recorder.span_end("frame")
    trace = Trace.from_bytes(flight.stop())
    assert trace.metadata["otherData"]["aero_nb"]["kept"]["us"] == [[4e6, 66e6]]
    assert len(trace.spans.query("name == 'frame' and ts_us >= 4e6")) >= 101


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9), st.booleans()), max_size=60), st.integers(1, 5))
def test_what_is_kept_of_a_counter_is_what_lies_around(samples, around):
    clock = Clock()
    recorder = Recorder(clock_ns=clock)
    flight = FlightRecorder("c >= 8", around=around, recorder=recorder)
    flight.start()
    moments = []
    for step, value, look in samples:
        clock.now += step * SECOND // 10
        recorder.counter("c", value)
        moments.append((clock.now, value))
        if look:
            flight._look()
    trace = Trace.from_bytes(flight.stop())
    bad = [at for at, value in moments if value >= 8]
    wanted = [at / 1000 for at, _ in moments if any(abs(at - other) <= around * SECOND for other in bad)]
    assert list(trace.counters["ts_us"]) == wanted
    assert int(trace.gaps["dropped_records"].sum()) == len(moments) + 1 - len(wanted) - len(trace.instants)


def test_what_the_rings_lost_within_is_a_gap_within():
    clock = Clock()
    recorder = Recorder(records=100, clock_ns=clock)
    flight = FlightRecorder("c > 0", around=100, recorder=recorder)
    flight.start()
    recorder.counter("c", 1)
    flight._look()
    for _ in range(250):
        clock.now += SECOND // 100
        recorder.counter("c", 1)
    trace = Trace.from_bytes(flight.stop())
    assert trace.gaps[["start_us", "end_us", "dropped_records"]].to_numpy().tolist() == [[0.0, 1_510_000.0, 150]]


def test_it_is_captured_like_any_source_and_leaves_no_thread():
    recorder = Recorder()
    with capture(FlightRecorder("level > 5", around=30, recorder=recorder)) as run:
        recorder.instant("here", args={"a": [1]})
        recorder.counter("level", 9)
    assert list(run.trace.counters["value"]) == [9]
    assert "here" in list(run.trace.instants["name"])
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("aero_nb")]


@pytest.mark.parametrize(
    "line",
    ["--around 3", "--keep-when fast", "--keep-when 'frame_ms > 3' --around 0", "--keep-when 'a > 1' --stream 1"],
)
def test_a_wrong_line_starts_nothing(tmp_path, line):
    with a_shell(tmp_path) as shell:
        from IPython.core.error import UsageError

        assert isinstance(shell.run_cell(f"%aero_trace start {line}").error_in_exec, UsageError)
        assert not aero_nb.perf.trace_enabled


def test_the_magic_keeps_what_it_was_told_to(tmp_path):
    with a_shell(tmp_path) as shell:
        run_cell(shell, "%aero_trace start --keep-when 'level > 5' --around 60")
        run_cell(shell, "aero_nb_perf = __import__('aero_nb').perf; aero_nb_perf.counter('level', 9)")
        run_cell(shell, "t = %aero_trace stop")
        trace = shell.user_ns["t"]
        assert list(trace.counters["value"]) == [9]
        assert trace.metadata["otherData"]["aero_nb"]["kept"]["when"] == "level > 5"
