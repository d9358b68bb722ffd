"""Function tracing where its hooks evaluate the frames of Python 3.11: what they share with others, and the stack."""

import subprocess
import sys
import threading

import pytest

from aero_nb import Recorder, _native
from tests.support.recorder_reading import nests, short

HERE = __name__
CORE = _native._found()[0]

pytestmark = [
    pytest.mark.skipif(sys.version_info >= (3, 12), reason="sys.monitoring is there"),
    pytest.mark.skipif(sys.version_info < (3, 11, 4), reason="evaluates some calls by itself"),
    pytest.mark.skipif(CORE is None, reason="needs the native core, which takes a C compiler"),
    pytest.mark.skipif(sys.platform != "linux", reason="of Linux only"),
]


@pytest.fixture
def recorder(monkeypatch):
    monkeypatch.setenv("AERO_NB_NATIVE", "1")
    recorder = Recorder()
    recorder.trace_start()
    return recorder


def leaf(x):
    return x + 1


def calls(recorder):
    return [event.removeprefix(f"B {HERE}.") for event in short(recorder.export_trace()) if event[0] == "B"]


def test_a_profiler_goes_on_beside_the_tracing(recorder):
    seen = []

    def theirs(frame, event, _):
        if event == "call" and frame.f_code is leaf.__code__:
            seen.append(event)

    sys.setprofile(theirs)
    try:
        with recorder.trace_functions(include=HERE):
            leaf(1)
            still = sys.getprofile()
    finally:
        sys.setprofile(None)
    assert (still, seen) == (theirs, ["call"])
    assert calls(recorder) == ["leaf"], "what another tool's hook calls is not the program's"


def test_two_tracings_at_a_time_record_both(recorder):
    other = Recorder()
    other.trace_start()
    with recorder.trace_functions(include=HERE):
        with other.trace_functions(include=HERE):
            leaf(1)
        leaf(2)
    leaf(3)
    assert calls(other) == ["leaf"]
    assert calls(recorder) == ["leaf", "leaf"]


def test_the_first_of_two_tracings_may_stop_first(recorder):
    other = Recorder()
    other.trace_start()
    first = recorder.trace_functions(include=HERE)
    second = other.trace_functions(include=HERE)
    first.stop()
    leaf(1)
    second.stop()
    leaf(2)
    assert (calls(recorder), calls(other)) == ([], ["leaf"])
    assert sys.getprofile() is None


def test_a_tracing_may_stop_and_begin_within_a_call_and_ends_only_what_it_began(recorder):
    tracings = [recorder.trace_functions(include=HERE)]

    def outer():
        leaf(1)
        tracings.pop().stop()
        tracings.append(recorder.trace_functions(include=HERE))
        leaf(2)

    outer()
    tracings.pop().stop()
    name = f"{HERE}.{outer.__qualname__}"
    leaf_calls = [f"B {HERE}.leaf", f"E {HERE}.leaf"]
    assert short(recorder.export_trace()) == [f"B {name}", *leaf_calls, *leaf_calls]


def test_calls_that_the_recursion_limit_refuses_are_none(recorder):
    def sink(n, deepest):
        deepest[0] = n
        sink(n + 1, deepest)

    deepest = [0]
    with recorder.trace_functions(include=HERE), pytest.raises(RecursionError):
        sink(1, deepest)
    assert len(calls(recorder)) == deepest[0]
    assert nests(recorder.export_trace())


DEEP = """
import sys, threading
from aero_nb import Recorder

def descend(n):
    return descend(n - 1) if n else 0

def down():
    descend({depth})
    descend(10)

def thread(work):
    started = threading.Thread(target=work, name="deep")
    started.start()
    started.join()

sys.setrecursionlimit(200_000)
recorder = Recorder()
recorder.trace_start(records=1_000_000)
with recorder.trace_functions(include="{include}", exclude="{exclude}"):
    if {stack}:
        threading.stack_size({stack})
        thread(down)
    else:
        down()
    thread(lambda: descend(20))
recorder.trace_stop()
found = [e for e in recorder.export_trace()["traceEvents"] if e.get("name") == "__main__.descend"]
print([sum(e["ph"] == ph for e in found) for ph in "BE"])
"""


@pytest.mark.parametrize(("depth", "stack"), [(100_000, 0), (3_000, 256 * 1024)])
@pytest.mark.parametrize("included", [True, False])
def test_recursion_deeper_than_the_stack_has_room_for_goes_on_and_is_recorded(depth, stack, included):
    names = ("__main__", "none") if included else ("none", "__main__")
    program = DEEP.format(depth=depth, stack=stack, include=names[0], exclude=names[1])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    expected = depth + 1 + 11 + 21 if included else 0
    assert (done.stdout, done.stderr, done.returncode) == (f"{[expected, expected]}\n", "", 0)


AT_EXIT = """
import atexit
from aero_nb import perf

class Late:
    def __del__(self):
        print("deleted")

late = Late()
late.itself = late
perf.trace_start()
perf.trace_functions(include="__main__")
atexit.register(lambda: print("at exit"))
"""


def test_a_tracing_that_nobody_stops_ends_with_the_program():
    done = subprocess.run([sys.executable, "-c", AT_EXIT], capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("at exit\ndeleted\n", "", 0)


def test_a_thread_with_a_profiler_of_its_own_is_traced_too(recorder):
    def work():
        sys.setprofile(lambda *_: None)
        leaf(1)
        sys.setprofile(None)

    with recorder.trace_functions(include=HERE):
        thread = threading.Thread(target=work, name="own")
        thread.start()
        thread.join()
    assert [event for event in short(recorder.export_trace(), "own") if event.endswith(".leaf")] == [
        f"B {HERE}.leaf",
        f"E {HERE}.leaf",
    ]
