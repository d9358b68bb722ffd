"""The recorder's part of the native core: what its types refuse, that they keep nothing, where they are not used."""

import gc
import json
import os
import random
import struct
import subprocess
import sys
import threading
import time
import tracemalloc

import pytest

from aero_nb import Recorder, _native
from aero_nb.recorder.lanes.records import BEGIN, COUNTER, INSTANT, INTEGER, KINDS
from aero_nb.recorder.lanes.ring import Ring, native_rings
from tests.support.recorder_reading import ROOT

CORE = _native._found()[0]
pytestmark = pytest.mark.skipif(CORE is None, reason="needs the native core, which takes a C compiler")
SLOT = struct.Struct("<IiqqI4x")  # lap, code, time_ns, value, lap


@pytest.fixture(autouse=True)
def natively(monkeypatch):
    monkeypatch.setenv("AERO_NB_NATIVE", "1")


# Rings


def test_a_ring_in_a_buffer_writes_slots_with_their_laps_before_and_behind():
    memory = bytearray(8 + 3 * SLOT.size)
    ring = CORE.Ring(3, {}, memory, 8)
    for number in range(4):
        ring.write(8, 100 + number, number)
    ring.write(11, 104, -0.5)
    slots = list(SLOT.iter_unpack(memory[8:]))
    assert slots[0] == (2, 8, 103, 3, 2)
    assert slots[2] == (1, 8, 102, 2, 1)
    assert struct.unpack_from("<d", memory, 8 + SLOT.size + 16) == (-0.5,)
    assert ring.recorded == 5
    resumed = CORE.Ring(3, {}, memory, 8, 5)
    resumed.write(0, 105)
    assert resumed.recorded == 6
    assert SLOT.unpack_from(memory, 8 + 2 * SLOT.size) == (2, 0, 105, 0, 2)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((0, bytearray(96)), ValueError),
        ((-1, bytearray(96)), ValueError),
        ((sys.maxsize, bytearray(96)), ValueError),
        ((sys.maxsize // 64, bytearray(96)), ValueError),
        ((3,), TypeError),
        ((3, bytearray(95)), ValueError),
        ((3, bytearray(104), 16), ValueError),
        ((3, bytearray(104), 1), ValueError),
        ((3, bytearray(104), -8), ValueError),
        ((3, bytearray(96), 0, -1), ValueError),
        ((3, bytearray(96), 0, 3 << 32), ValueError),
        ((3, bytes(96)), BufferError),
        ((3, 7), TypeError),
    ],
)
def test_what_is_no_room_for_a_ring_is_refused(arguments, error):
    with pytest.raises(error):
        CORE.Ring(arguments[0], {}, *arguments[1:])


def test_odd_numbers_are_refused():
    ring = CORE.Ring(4, {}, bytearray(128))
    with pytest.raises(OverflowError):
        ring.write(INTEGER, 0, 2**63)
    with pytest.raises(TypeError):
        ring.write(COUNTER, 0, "x")
    assert ring.recorded == 0
    for wrong in (-1, 2**24):
        with pytest.raises(ValueError, match="expected the number of a name"):
            ring.learn(wrong, 0)


@pytest.mark.parametrize("seed", range(5))
def test_a_ring_in_c_holds_what_one_in_python_does(seed):
    choose = random.Random(seed)
    records, strings = choose.randrange(1, 20), choose.randrange(1, 6)
    rings = [Ring.in_memory(records, strings, core) for core in (None, CORE)]
    for now in range(100):
        kind = choose.randrange(5)
        payload = {
            INSTANT: (choose.choice("tpg"), choose.choice([None, b"{}"])),
            COUNTER: (choose.choice([None, 0.5, -1e300]),),
            INTEGER: (choose.choice([0, -(2**63), 2**63 - 1]),),
        }.get(kind, ())
        name = choose.choice(["a", "b", "c", "\udc00", None, 7])
        for ring in rings:
            ring.record(kind, name, now, payload, reprs=now % 2)
        expected, found = (ring.between(ring.recorded - records, ring.recorded) for ring in rings)
        assert rings[0].recorded == rings[1].recorded
        assert list(found) == list(expected)
        assert found.slots == expected.slots
        first = choose.randrange(-records, records)
        assert list(found[first:]) == list(expected)[first:]
    assert found[0] == expected[0]
    assert found[-1] == expected[-1]
    with pytest.raises(ValueError, match="expected consecutive records"):
        found[::2]
    with pytest.raises(IndexError):
        found[records]
    tables = [(ring.names.strings, ring.names.dropped, ring.names.reprs) for ring in rings]
    assert tables[0] == tables[1]


def test_a_recorder_with_a_clock_of_its_own_has_rings_in_python():
    assert native_rings(time.perf_counter_ns) is CORE
    assert native_rings(lambda: 0) is None
    recorder = Recorder(clock_ns=lambda: 5)
    recorder.trace_start()
    with recorder.trace_functions(include=__name__):
        leaf()
    begins = [event["ts"] for event in recorder.export_trace()["traceEvents"] if event["ph"] == "B"]
    assert begins == [0.0]


def test_a_ring_too_large_to_have_is_as_large_as_there_is_room_for():
    recorder = Recorder(records=sys.maxsize // 64)
    recorder.trace_start()
    with recorder.span("a"):
        pass
    assert [event["ph"] for event in recorder.export_trace()["traceEvents"]][-2:] == ["B", "E"]


# Hooks

COVERAGE = "*/site-packages/coverage/*"  # which keeps something of each thread


def leaf():
    pass


def yields():
    yield leaf()


def traced(min_us=0.0):
    recorder = Recorder(records=50)
    recorder.trace_start()
    with recorder.trace_functions(include=__name__, min_us=min_us):
        for number in range(20):
            list(yields())
            with recorder.span("kept"), recorder.span(number):
                recorder.counter("n", number)
        thread = threading.Thread(target=leaf)
        thread.start()
        thread.join()
    return recorder.export_trace()


def test_nothing_is_kept_of_a_tracing_that_is_over():
    def kept():
        for _ in range(12):
            traced()
            traced(min_us=0.001)
            ring = CORE.Ring(10, {}, bytearray(320))
            ring.write(KINDS + BEGIN, 0)
            ring.learn(5, 8)
        gc.collect()
        ours = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(False, COVERAGE)])
        return sum(one.size for one in ours.statistics("filename"))

    tracemalloc.start()
    try:
        kept()
        before = kept()
        assert kept() - before < 10_000  # a single ring, function table or thread that stayed each time is more
    finally:
        tracemalloc.stop()


def test_the_hooks_refuse_what_is_no_state_and_no_tasks():
    def nothing(*_):
        return None

    hooks = CORE.FunctionHooks(nothing, nothing, nothing, 0, None)
    with pytest.raises(ValueError, match="expected a state of 8 bytes"):
        hooks.watch(b"1234567", None)
    with pytest.raises(TypeError, match="expected a dict of tasks"):
        hooks.watch(None, [])
    with pytest.raises(TypeError):
        hooks.watch(7, None)


def test_long_calls_are_recorded_when_they_are_over():
    recorder = Recorder()
    recorder.trace_start()

    def slow():
        leaf()
        time.sleep(0.02)

    with recorder.trace_functions(include=__name__, min_us=10_000):
        leaf()
        slow()
    found = [(e["ph"], e["name"].rpartition(".")[2]) for e in recorder.export_trace()["traceEvents"] if e["ph"] in "BE"]
    assert found[:1] + found[-1:] == [("B", "slow"), ("E", "slow")]


IN_A_SUBINTERPRETER = """
import sys
sys.path[:0] = {path!r}
from aero_nb.recorder.recorder import Recorder
from aero_nb import _native
refusal = None
try:
    _native.core().FunctionHooks(print, print, print, 0, None)
except RuntimeError as error:
    refusal = str(error)
def leaf():
    pass
recorder = Recorder()
recorder.trace_start()
with recorder.trace_functions(include="__main__"):
    leaf()
with recorder.span("a"):
    recorder.counter("n", 1)
    recorder.counter("n", 2)
names = [event["name"] for event in recorder.export_trace()["traceEvents"]]
counts = [names.count(name) for name in ("__main__.leaf", "a", "counters")]
with open({file!r}, "w") as file:
    file.write(__import__("json").dumps([refusal, *counts]))
"""


def test_a_subinterpreter_is_traced_in_python(tmp_path):
    code = IN_A_SUBINTERPRETER.format(path=sys.path, file=str(tmp_path / "found"))
    if sys.version_info < (3, 13):
        made = "import _xxsubinterpreters as interpreters\nmade = interpreters.create(isolated=False)\n"
    else:
        made = "import _interpreters as interpreters\nmade = interpreters.create('legacy')\n"
    program = f"{made}print(interpreters.run_string(made, {code!r}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (tmp_path / "found").exists(), done.stdout + done.stderr
    refusal, *calls = json.loads((tmp_path / "found").read_text())
    assert refusal.startswith("expected the main interpreter, found a subinterpreter")
    assert calls == [2, 2, 2]


# The recorder's own calls, and spans

CALLS = """
import contextlib, json, math, sys
from aero_nb import Recorder

def calls(recorder):
    recorder.span_begin(name="a")
    recorder.counter("n", 1)
    recorder.counter("n", value=0.5)
    recorder.counter(value=True, name="n")
    for odd in (math.inf, 2**63, -(2**63), 2.0**70, "x"):
        recorder.counter("n", odd)
    recorder.span_begin("\\udc00")
    recorder.span_begin(7)
    recorder.span_end()
    recorder.span_end(name="\\udc00")
    recorder.span_end(None)
    with recorder.span("b"), recorder.span(name="b"):
        recorder.span_end("other")
    with contextlib.suppress(ValueError), recorder.span(7), recorder.span("c"):
        raise ValueError
    with contextlib.ExitStack() as stack:
        stack.enter_context(recorder.span("d"))
    kept = recorder.span("kept")
    assert recorder.span("kept") is kept and recorder.span(7) is not recorder.span(7)
    with kept as entered:
        assert entered is kept

recorder = Recorder(strings=5)
with recorder.span("before"):
    recorder.trace_start()
for _ in range(2):
    calls(recorder)
with recorder.span("over"):
    recorder.trace_stop()
calls(recorder)
exported = recorder.export_trace()
events = [(e["ph"], e.get("name"), e.get("args")) for e in exported["traceEvents"] if e["ph"] in "BEC"]
print(json.dumps([type(recorder.span("a")).__name__, events, exported["otherData"]["aero_nb"]]))
"""


def test_calls_in_c_record_what_calls_in_python_do():
    found = []
    for how in "10":
        env = os.environ | {"AERO_NB_NATIVE": how, "PYTHONPATH": str(ROOT)}
        run = subprocess.run([sys.executable, "-c", CALLS], env=env, capture_output=True, text=True, check=True)
        found.append(json.loads(run.stdout))
    assert [kind for kind, *_ in found] == ["NativeSpan", "PythonSpan"]
    assert found[0][1:] == found[1][1:]
    assert len(found[0][1]) == 2 * 27 + 1


def test_made_up_programs_are_recorded_in_c_as_in_python():
    command = [sys.executable, ROOT / "tests/support/recorded_programs.py", "0", "25"]
    found = []
    for how in "10":
        env = os.environ | {"AERO_NB_NATIVE": how, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        found.append([json.loads(line) for line in run.stdout.splitlines()])
    assert len(found[0]) == 25
    for native, python in zip(*found, strict=True):
        assert native == python


@pytest.mark.parametrize(
    ("method", "arguments", "named"),
    [
        ("span_begin", (), {}),
        ("span_begin", ("a", "b"), {}),
        ("span_begin", ("a",), {"name": "b"}),
        ("span_end", (), {"nome": "b"}),
        ("counter", ("a",), {}),
        ("counter", ("a", 1), {"value": 1}),
        ("span", (), {}),
        ("span", ("a",), {"nome": "b"}),
    ],
)
def test_a_wrong_call_is_the_callers_error(method, arguments, named):
    recorder = Recorder()
    recorder.trace_start()
    with pytest.raises(TypeError):
        getattr(recorder, method)(*arguments, **named)


def test_a_span_takes_a_recorder_and_its_exit_a_span():
    with pytest.raises(TypeError):
        CORE.Span(7, "a")
    span = CORE.Span(CORE.RecordingCalls(), "a")
    with pytest.raises(TypeError, match="expected a span, found int"):
        CORE.Span.__exit__(7)
    with pytest.raises(AttributeError):  # what a recorder has, and the base has not
        span.__enter__()
    with pytest.raises(AttributeError):
        _ = span.__exit__


def test_many_recorders_by_turns_in_many_threads_keep_their_records_apart():
    recorders = [Recorder() for _ in range(9)]
    for recorder in recorders:
        recorder.trace_start()

    def record():
        for turn in range(30):
            for number, recorder in enumerate(recorders):
                with recorder.span(f"of {number}"):
                    recorder.counter(f"{number}", turn)

    threads = [threading.Thread(target=record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, recorder in enumerate(recorders):
        events = [(e["ph"], e["name"]) for e in recorder.export_trace()["traceEvents"] if e["ph"] in "BE"]
        assert sorted(events) == [("B", f"of {number}")] * 120 + [("E", f"of {number}")] * 120


def test_what_looks_up_who_records_may_be_interrupted():
    class Interrupted(Recorder):
        refusing = False

        @property
        def trace_enabled(self):
            if self.refusing:
                raise KeyboardInterrupt
            return super().trace_enabled

    recorder = Interrupted()
    recorder.trace_start()
    recorder.refusing = True
    for call in (lambda: recorder.span_begin("a"), lambda: recorder.counter("n", 1), recorder.span("a").__enter__):
        with pytest.raises(KeyboardInterrupt):
            call()
    recorder.refusing = False
    with recorder.span("a"):
        pass
    assert [e["ph"] for e in recorder.export_trace()["traceEvents"]][-2:] == ["B", "E"]
