"""Function tracing: what it records of code that nobody edited, and that it never harms that code."""

import inspect
import sys
import threading
import types

import pytest

from aero_nb import CaptureError, Recorder, _native
from aero_nb.recorder.functions.native_hooks import NativeHooks
from aero_nb.recorder.functions.tracing import FunctionTracing
from tests.support.recorder_reading import nests, short

HERE = __name__
HAS_MONITORING = sys.version_info >= (3, 12)
CORE = _native._found()[0]  # also where AERO_NB_NATIVE=0 leaves it unused


@pytest.fixture(params=["native", "python"] if HAS_MONITORING else ["native", "native profile", "python"], autouse=True)
def hooks(request, monkeypatch):
    """Which hooks and rings are in use."""
    if request.param != "python" and CORE is None:
        pytest.skip("needs the native core, which takes a C compiler")
    monkeypatch.setenv("AERO_NB_NATIVE", "0" if request.param == "python" else "1")
    if request.param == "native profile":  # as where another tool evaluates the frames
        monkeypatch.setattr(NativeHooks, "_evaluate", lambda self: None)
    return request.param


@pytest.fixture
def recorder(hooks):
    recorder = Recorder()
    recorder.trace_start()
    return recorder


def in_thread(function, *, name="worker"):
    thread = threading.Thread(target=function, name=name)
    thread.start()
    thread.join()


def leaf(x):
    return x + 1


def branch():
    try:
        raise_it()
    except ValueError:
        return [leaf(1), *generate()]


def raise_it():
    raise ValueError


def generate():
    yield leaf(2)


def test_functions_are_traced_without_editing_them(recorder):
    with recorder.trace_functions(include=HERE):
        branch()
    branch()
    expected = [
        "B branch",
        "B raise_it",
        "E raise_it",
        "B leaf",
        "E leaf",
        "B generate",
        "B leaf",
        "E leaf",
        "E generate",
        "B generate",
        "E generate",
        "E branch",
    ]
    assert [event.replace(f"{HERE}.", "") for event in short(recorder.export_trace())] == expected


def test_excluded_modules_are_not_traced(recorder):
    with recorder.trace_functions(exclude=[HERE]):
        branch()
        inspect.cleandoc("text")
    names = {event[2:] for event in short(recorder.export_trace())}
    assert "inspect.cleandoc" in names
    assert not any(name.startswith(HERE) for name in names)
    assert not any("aero_nb.recorder" in name for name in names)


def test_short_calls_can_be_left_out():
    now = [0]
    recorder = Recorder(clock_ns=lambda: now[0])
    recorder.trace_start()

    def advance(ns):
        now[0] += ns

    def outer():
        advance(500)
        advance(2_000)

    with recorder.trace_functions(include=HERE, min_us=2):
        outer()
    export = recorder.export_trace()
    begins = [(e["name"].rpartition(".")[2], e["ts"]) for e in export["traceEvents"] if e["ph"] == "B"]
    assert begins == [("outer", 0.0), ("advance", 0.5)]
    assert short(export)[-1].endswith("outer")


def test_threads_that_start_later_are_traced_too(recorder):
    with recorder.trace_functions(include=HERE):
        in_thread(branch, name="cpu")
    assert f"B {HERE}.leaf" in short(recorder.export_trace(), "cpu")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring came with Python 3.12")
def test_function_tracing_takes_a_tool_id_that_is_free_and_gives_it_back(recorder):
    monitoring = sys.monitoring
    taken = [tool for tool in (2, 3, 4, 5) if monitoring.get_tool(tool) is None]
    for tool in taken:
        monitoring.use_tool_id(tool, "other")
    try:
        with pytest.raises(CaptureError, match="free tool id"):
            recorder.trace_functions()
        monitoring.free_tool_id(taken.pop())
        tracing = recorder.trace_functions(include=HERE)
        branch()
        tracing.stop()
        tracing.stop()
    finally:
        for tool in taken:
            monitoring.free_tool_id(tool)
    assert short(recorder.export_trace())


def begins(recorder):
    return [event[2:].rpartition(".")[2] for event in short(recorder.export_trace()) if event[0] == "B"]


def module(name, code):
    """A module of the user's, as an import would make it."""
    made = types.ModuleType(name)
    exec(code, vars(made))
    return made


CPU = "def step(n=1):\n    return n + 1\n"


@pytest.mark.parametrize("wrap", [lambda m: m, lambda m: [m], lambda m: (m, "other"), lambda m: {m.__name__}])
def test_modules_may_be_given_as_objects_or_by_name(recorder, wrap):
    cpu = module("emulator.cpu", CPU)
    with recorder.trace_functions(include=wrap(cpu)):
        branch()
        cpu.step()
    with recorder.trace_functions(include=["emulator", HERE], exclude=wrap(cpu)):
        cpu.step()
        leaf(1)
    assert begins(recorder) == ["step", "leaf"]


@pytest.mark.parametrize("wrong", [7, None, leaf, Recorder, b"emulator", [None], ["emulator", leaf], {"a": 1}.items()])
@pytest.mark.parametrize("argument", ["include", "exclude"])
def test_anything_else_is_refused_at_once(recorder, wrong, argument):
    with pytest.raises(TypeError, match="expected modules or packages, or their names, found"):
        recorder.trace_functions(**{argument: wrong})
    leaf(1)
    assert short(recorder.export_trace()) == []


def test_it_tells_which_packages_had_no_call(recorder):
    with recorder.trace_functions(include=[HERE, "emulatr"]) as tracing:
        leaf(1)
    assert tracing.unseen == ("emulatr",)


class OddName(str):
    def startswith(self, *_):
        raise ValueError("no start")


def test_a_callback_that_fails_stops_and_says_so_and_the_code_goes_on(recorder, capsys):
    odd = module(OddName("odd"), CPU)
    vars(odd)["__name__"] = OddName("odd")
    with recorder.trace_functions(include=["emulator"]):
        assert [odd.step(i) for i in range(3)] == [1, 2, 3]
        assert leaf(1) == 2
    assert capsys.readouterr().err == "aero_nb: function tracing failed and was stopped: ValueError: no start\n"
    if HAS_MONITORING:
        assert "aero_nb" not in [sys.monitoring.get_tool(tool) for tool in range(6)]
    else:
        assert sys.getprofile() is None


def sink(n):
    return sink(n + 1)


def depth_left(n=0):
    """How many more calls of a function fit on the stack."""
    try:
        return depth_left(n + 1)
    except RecursionError:
        return n


def descend(n):
    return descend(n - 1) if n else 0


def test_after_a_recursion_error_tracing_goes_on_or_says_that_it_does_not(recorder, hooks, capsys):
    with recorder.trace_functions(include=HERE) as tracing:
        with pytest.raises(RecursionError):
            sink(0)
        tracing.resume()
        leaf(1)
    said = capsys.readouterr().err
    assert begins(recorder)[-1] == "leaf"
    if HAS_MONITORING or hooks != "python":
        assert said == ""
        assert nests(recorder.export_trace())
        assert short(recorder.export_trace())[-3:-2] == [f"E {HERE}.sink"], "every one of them has ended"
        assert recorder.export_trace()["otherData"]["aero_nb"]["failed_calls"] == 0, "also those before the first end"
    else:
        assert "recursion limit: Python 3.11 then ends it" in said


def test_calls_where_the_stack_is_all_but_full_are_recorded_once_there_is_room(recorder):
    room = depth_left()
    with recorder.trace_functions(include=HERE):
        descend(0)  # else its name would be new just where there is no room for it: a failed call, counted
        descend(room - 4)
    assert begins(recorder) == ["descend"] * (room - 2)
    assert nests(recorder.export_trace())
    assert len(short(recorder.export_trace())) == 2 * (room - 2)


def test_short_calls_are_left_out_where_the_stack_is_full_too(recorder):
    room = depth_left()
    with recorder.trace_functions(include=HERE, min_us=1e9):
        descend(room - 4)
    assert short(recorder.export_trace()) == []


def test_threads_stop_being_traced_when_the_tracing_stops(recorder):
    begun, stopped = threading.Event(), threading.Event()

    def work():
        leaf(1)
        begun.set()
        stopped.wait()
        leaf(2)

    tracing = recorder.trace_functions(include=HERE)
    thread = threading.Thread(target=work, name="cpu")
    thread.start()
    begun.wait()
    tracing.stop()
    stopped.set()
    thread.join()
    assert [event for event in short(recorder.export_trace(), "cpu") if event.endswith(".leaf")] == [
        f"B {HERE}.leaf",
        f"E {HERE}.leaf",
    ]


def test_a_function_that_ran_already_at_the_start_is_no_end_without_begin(recorder):
    def running():
        return recorder.trace_functions(include=HERE)

    tracing = running()
    leaf(1)
    tracing.stop()
    assert short(recorder.export_trace()) == [f"B {HERE}.leaf", f"E {HERE}.leaf"]


def test_later_calls_of_a_function_that_ran_already_at_the_start_have_their_ends(recorder):
    def running(begin):
        return begin()

    tracing = running(lambda: recorder.trace_functions(include=HERE))
    with tracing:
        running(lambda: leaf(1))
        running(lambda: leaf(2))
    found = [event for event in short(recorder.export_trace()) if event.endswith("running")]
    assert [event[0] for event in found] == ["B", "E"] * 2


def test_stopping_in_another_thread_leaves_that_threads_profiler_alone(recorder):
    tracing = recorder.trace_functions(include=HERE)
    seen = []

    def stop():
        sys.setprofile(lambda *_: None)
        tracing.stop()
        seen.append(sys.getprofile() is not None)
        sys.setprofile(None)

    in_thread(stop)
    leaf(1)
    assert seen == [True]
    assert "leaf" not in begins(recorder)
    assert sys.getprofile() is None


@pytest.mark.skipif(HAS_MONITORING, reason="sys.monitoring puts no profiler in place")
@pytest.mark.parametrize("stopped_by", [lambda stop: stop(), in_thread], ids=["itself", "another thread"])
def test_the_profilers_that_were_there_before_are_there_again(recorder, hooks, stopped_by):
    def theirs(*_):
        pass

    before = sys.getprofile(), threading.getprofile()
    sys.setprofile(theirs)
    threading.setprofile(theirs)
    try:
        tracing = recorder.trace_functions(HERE)
        leaf(1)
        during = sys.getprofile(), threading.getprofile()
        stopped_by(tracing.stop)
        leaf(2)
        after = sys.getprofile(), threading.getprofile()
    finally:
        sys.setprofile(before[0])
        threading.setprofile(before[1])
    assert during == (theirs, theirs) if hooks == "native" else theirs not in during
    assert after == (theirs, theirs)
    assert short(recorder.export_trace())[:2] == [f"B {HERE}.leaf", f"E {HERE}.leaf"]
    assert f"B {HERE}.leaf" not in short(recorder.export_trace())[2:]


# Beside the recorder's own calls, and in every thread


def test_spans_and_calls_lie_on_one_lane_in_order(recorder):
    with recorder.trace_functions(include=HERE), recorder.span("outer"):
        leaf(1)
        recorder.counter("n", 1)
        recorder.counter("n", 2.5)
        leaf(2)
    call = [f"B {HERE}.leaf", f"E {HERE}.leaf"]
    assert short(recorder.export_trace()) == ["B outer", *call, "C counters", "C counters", *call, "E outer"]


def test_calls_are_recorded_while_the_recorder_is_and_where_it_is(recorder):
    leaves = []
    with recorder.trace_functions(include=HERE):
        for _ in range(2):
            leaf(1)
            recorder.trace_stop()
            leaf(2)
            leaf(3)
            leaves.append(begins(recorder).count("leaf"))
            recorder.trace_start()
    assert leaves == [1, 1]


def test_every_call_of_many_threads_is_found_or_counted(recorder):
    calling = module("calling", "def call(): pass\ndef calls(n):\n    for _ in range(n): call()\n")
    recorder.trace_start(records=90)
    calls, threads = 50, 40
    with recorder.trace_functions(include=calling):
        for _ in range(threads // 4):
            workers = [threading.Thread(target=calling.calls, args=(calls,), name="w") for _ in range(4)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
    recorder.trace_stop()
    exported = recorder.export_trace()
    found = sum(e["ph"] in "BE" for e in exported["traceEvents"])
    lanes = exported["otherData"]["aero_nb"]["lanes"]
    marks = sum(e["name"] == "traceStart" for e in exported["traceEvents"])
    dropped = sum(lane["dropped_records"] for lane in lanes) - (len(lanes) - marks)
    assert found + dropped == 2 * threads * (calls + 1)
    assert dropped > 0


def test_threads_that_run_already_are_traced_where_the_hooks_are_in_c_or_python_monitors(recorder, hooks):
    go, done = threading.Event(), threading.Event()

    def work():
        go.wait()
        leaf(1)
        done.set()

    thread = threading.Thread(target=work, name="before")
    thread.start()
    with recorder.trace_functions(include=HERE):
        go.set()
        done.wait()
        thread.join()
    found = short(recorder.export_trace(), "before") if HAS_MONITORING or hooks != "python" else []
    assert found[:2] == ([f"B {HERE}.leaf", f"E {HERE}.leaf"] if HAS_MONITORING or hooks != "python" else [])


def test_a_ctrl_c_within_the_hooks_is_the_users(recorder, monkeypatch):
    asked = []
    name_of = FunctionTracing.name

    def interrupted(self, code, namespace):
        asked.append(code)
        if code is leaf.__code__ and asked.count(code) == 1:
            raise KeyboardInterrupt
        return name_of(self, code, namespace)

    monkeypatch.setattr(FunctionTracing, "name", interrupted)
    with recorder.trace_functions(include=HERE) as tracing:
        with pytest.raises(KeyboardInterrupt):
            leaf(1)
        tracing.resume()
        raised = begins(recorder).count("leaf")
        leaf(2)
    assert begins(recorder).count("leaf") == raised + 1
    assert recorder.export_trace()["otherData"]["aero_nb"]["failed_calls"] == 0
