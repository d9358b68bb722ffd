"""The recorder's calls in one process: what they export, and that nothing makes them fail."""

import itertools
import math
import threading

import pytest

from aero_nb import Recorder
from aero_nb.sources.base import Source
from tests.support.recorder_reading import document, dropped, lanes, named, records, short


def in_thread(function, *, name="worker"):
    thread = threading.Thread(target=function, name=name)
    thread.start()
    thread.join()


def test_a_recorder_is_a_source():
    recorder = Recorder()
    assert isinstance(recorder, Source)
    recorder.start()
    with recorder.span("a"):
        running = recorder.export()
    assert short(running) == ["B a"]
    assert short(recorder.stop()) == short(recorder.export()) == short(recorder.stop()) == ["B a", "E a"]


def test_the_export_has_the_shape_of_the_pages():
    ticks = itertools.count(0, 1_500)
    recorder = Recorder(clock_ns=lambda: next(ticks), epoch_ns=lambda: 1_795_403_919_739_205_999)
    recorder.trace_start()
    with recorder.span("frame"):
        recorder.counter("bytes", 512)
        recorder.instant("tier", "p", {"to": 2})
        recorder.instant("bare")
    recorder.trace_stop()
    assert recorder.export_trace() == {
        "traceEvents": [
            {"name": "process_name", "ph": "M", "ts": 0, "pid": 1, "tid": 0, "args": {"name": "Python"}},
            {
                "name": "aero_trace_start_time",
                "ph": "M",
                "ts": 0,
                "pid": 1,
                "tid": 0,
                "args": {"startTimeEpochUs": 1_795_403_919_739_205},
            },
            {"name": "thread_name", "ph": "M", "ts": 0, "pid": 1, "tid": 1, "args": {"name": "Main"}},
            {
                "name": "traceStart",
                "cat": "aero",
                "ph": "i",
                "s": "p",
                "ts": 3.0,
                "pid": 1,
                "tid": 1,
                "args": {"startTimeEpochUs": 1_795_403_919_739_205},
            },
            {"name": "frame", "cat": "aero", "ph": "B", "ts": 4.5, "pid": 1, "tid": 1},
            {"name": "counters", "cat": "aero", "ph": "C", "ts": 6.0, "pid": 1, "tid": 1, "args": {"bytes": 512}},
            {"name": "tier", "cat": "aero", "ph": "i", "s": "p", "ts": 7.5, "pid": 1, "tid": 1, "args": {"to": 2}},
            {"name": "bare", "cat": "aero", "ph": "i", "s": "t", "ts": 9.0, "pid": 1, "tid": 1},
            {"name": "frame", "cat": "aero", "ph": "E", "ts": 10.5, "pid": 1, "tid": 1},
            {"name": "traceStop", "cat": "aero", "ph": "i", "s": "p", "ts": 12.0, "pid": 1, "tid": 1},
        ],
        "otherData": {
            "aero": {
                "traceEnabled": False,
                "startTimeEpochUs": 1_795_403_919_739_205,
                "droppedRecordsByThread": {"Main": 0},
                "droppedStringsByThread": {"Main": 0},
                "workerExportTimeouts": [],
            },
            "aero_nb": {
                "lanes": [
                    {
                        "pid": 1,
                        "tid": 1,
                        "name": "Main",
                        "dropped_records": 0,
                        "dropped_strings": 0,
                        "dropped_args": 0,
                        "reprs": 0,
                    }
                ],
                "folded_lanes": [],
                "failed_calls": 0,
            },
        },
    }


def test_before_any_start_the_export_has_three_metadata_events():
    export = document(Recorder().export_trace())
    assert [event["name"] for event in export["traceEvents"]] == [
        "process_name",
        "aero_trace_start_time",
        "thread_name",
    ]
    assert export["otherData"]["aero"]["startTimeEpochUs"] == 0


def test_nothing_is_recorded_before_a_start_or_after_a_stop(recorder):
    never = Recorder()
    for idle in (never, recorder):
        idle.trace_stop()
        with idle.span("a"):
            idle.instant("b")
            idle.counter("c", 1)
        assert short(idle.export_trace()) == []


def test_a_start_forgets_and_starts_over(recorder):
    recorder.span_begin("old")
    in_thread(lambda: recorder.instant("old"))
    recorder.trace_start()
    recorder.span_begin("new")
    export = recorder.export_trace()
    assert short(export) == ["B new"]
    assert lanes(export) == {1: "Main"}, "the lane of a finished thread has nothing to show any more"


def test_trace_enabled_is_read_only(recorder):
    assert recorder.trace_enabled
    with pytest.raises(AttributeError):
        recorder.trace_enabled = False
    recorder.trace_stop()
    assert not recorder.trace_enabled


def test_as_string_is_the_same_as_json(recorder):
    recorder.counter("x", 1.5)
    recorder.trace_stop()
    assert document(recorder.export_trace(as_string=True)) == recorder.export_trace()


def test_exports_from_many_threads_while_recording_agree(recorder):
    stop = threading.Event()
    exports = []

    def export():
        while not stop.is_set():
            exports.append(recorder.export_trace())

    threads = [threading.Thread(target=export) for _ in range(3)]
    for thread in threads:
        thread.start()
    for i in range(50_000):
        recorder.counter("i", i)
    stop.set()
    for thread in threads:
        thread.join()
    exports.append(recorder.export_trace())
    for export in exports:
        samples = [e["args"]["i"] for e in document(export)["traceEvents"] if e["ph"] == "C"]
        assert samples == list(range(samples[0], samples[0] + len(samples))) if samples else True
        assert records(export) + dropped(export) == (samples[-1] + 2 if samples else 1), "the start and each sample"


# Spans


def test_an_end_without_a_name_closes_the_innermost_span(recorder):
    recorder.span_begin("a")
    recorder.span_begin("b")
    recorder.span_end()
    recorder.span_end()
    assert short(recorder.export_trace()) == ["B a", "B b", "E b", "E a"]


def test_an_end_without_a_name_respects_crossed_spans(recorder):
    for name in ("a", "b", "c"):
        recorder.span_begin(name)
    recorder.span_end("b")
    recorder.span_end()
    recorder.span_end()
    assert short(recorder.export_trace()) == ["B a", "B b", "B c", "E b", "E c", "E a"]


def test_ends_without_begins_and_spans_left_open_are_exported_as_they_are(recorder):
    recorder.span_end("never begun")
    recorder.span_end()
    recorder.span_begin("left open")
    assert short(recorder.stop()) == ["E never begun", "E None", "B left open"]


def test_an_end_in_another_thread_is_an_end_on_that_threads_lane(recorder):
    recorder.span_begin("a")
    in_thread(lambda: recorder.span_end("a"))
    export = recorder.export_trace()
    assert (short(export), short(export, "worker")) == (["B a"], ["E a"])


def test_an_exception_inside_a_span_ends_it_and_passes(recorder):
    with pytest.raises(ZeroDivisionError), recorder.span("a"), recorder.span("b"):
        _ = 1 / 0
    assert short(recorder.export_trace()) == ["B a", "B b", "E b", "E a"]


def test_a_span_object_may_be_made_before_the_start_and_used_again():
    recorder = Recorder()
    span = recorder.span("a")
    with span:
        pass
    recorder.trace_start()
    with span, span:
        in_thread(lambda: span.__enter__())
    export = recorder.export_trace()
    assert short(export) == ["B a", "B a", "E a", "E a"]
    assert short(export, "worker") == ["B a"]


def test_a_span_is_recorded_if_the_recorder_records_when_it_begins():
    recorder = Recorder()
    kept = recorder.span("kept")
    with kept:
        recorder.trace_start()
        with kept, recorder.span("inside"):
            pass
    with kept:
        recorder.trace_stop()
    with kept as entered:
        assert entered is kept
    assert short(recorder.export()) == ["B kept", "B inside", "E inside", "E kept", "B kept"]


def test_spans_made_while_another_thread_starts_and_stops_are_all_awake_or_all_idle():
    recorder = Recorder(strings=10_000)
    done = threading.Event()
    made = []

    def make():
        for i in itertools.count():
            if done.is_set():
                break
            made.append(recorder.span(f"span {i % 9_000}"))

    thread = threading.Thread(target=make)
    thread.start()
    while len(made) < 1_000:
        recorder.trace_start()
        recorder.trace_stop()
    recorder.trace_start()
    done.set()
    thread.join()
    for span in dict.fromkeys(made):
        with span:
            pass
    export = document(recorder.stop())
    assert sum(e["ph"] == "B" for e in export["traceEvents"]) == len(set(made))


# Values


class Unprintable:
    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __repr__


class Unhashable(str):
    __hash__ = None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (7, "7"),
        (None, "None"),
        (["x"], "['x']"),
        (Unprintable(), "<unprintable Unprintable>"),
        ("\ud800", r"'\ud800'"),
        (Unhashable("u"), "u"),
        ("", ""),
        ("é" * 5000, "é" * 5000),
    ],
)
def test_a_name_may_be_anything(recorder, name, shown):
    with recorder.span(name):
        recorder.instant(name)
        recorder.counter(name, 1)
    recorder.span_begin(name)
    assert short(recorder.stop()) == [f"B {shown}", f"i {shown}", "C counters", f"E {shown}", f"B {shown}"]


def test_args_that_json_cannot_carry_become_their_repr_and_are_counted(recorder):
    cycle = {"n": 1}
    cycle["self"] = cycle
    recorder.instant("ok", args={"a": [1, 2.5, None, True, {"b": "c"}], "u64": 2**64 - 1})
    recorder.instant("odd", args={"big": 2**64, "set": {1}, 3: "key", "s": "\udcff", "bad": Unprintable(), "ok": 1})
    recorder.instant("numbers", args={"nan": math.nan, "inf": -math.inf})
    recorder.instant("list", args=[1, 2])
    recorder.instant("cycle", args=cycle)
    export = document(recorder.stop())
    args = {event["name"]: event.get("args") for event in export["traceEvents"] if event["ph"] == "i"}
    assert args["ok"] == {"a": [1, 2.5, None, True, {"b": "c"}], "u64": 2**64 - 1}
    assert args["odd"] == {
        "big": str(2**64),
        "set": "{1}",
        "3": "key",
        "s": r"'\udcff'",
        "bad": "<unprintable Unprintable>",
        "ok": 1,
    }
    assert args["numbers"] == {"nan": None, "inf": None}
    assert args["list"] == {"args": [1, 2]}
    assert args["cycle"] == {"n": 1, "self": "{'n': 1, 'self': {...}}"}
    assert export["otherData"]["aero_nb"]["lanes"][0]["reprs"] == 5 + 1


def test_args_are_what_they_were_at_the_call(recorder):
    args = {"n": [1]}
    recorder.instant("x", args=args)
    args["n"].append(2)
    assert named(recorder.stop(), "x")[0]["args"] == {"n": [1]}


@pytest.mark.parametrize(
    ("value", "exported"),
    [
        (1, 1),
        (-(2**63), -(2**63)),
        (2**53 + 1, 2**53 + 1),
        (0.1, 0.1),
        (True, 1),
        (math.nan, None),
        (math.inf, None),
        (2**64, float(2**64)),
        (10**400, None),
        ("text", None),
    ],
)
def test_a_counter_is_a_number_or_null(recorder, value, exported):
    recorder.counter("c", value)
    (event,) = named(recorder.stop(), "counters")
    assert event["args"] == {"c": exported}
    assert type(event["args"]["c"]) is type(exported)


def test_a_wrong_scope_is_the_threads(recorder):
    recorder.instant("x", "everywhere")
    assert named(recorder.stop(), "x")[0]["s"] == "t"


# Lanes


def test_each_thread_has_a_lane_and_keeps_it_when_it_has_finished(recorder):
    for name in ("cpu", "gpu", "io"):
        in_thread(lambda: recorder.instant("here"), name=name)
    export = recorder.export_trace()
    assert lanes(export) == {1: "Main", 2: "cpu", 3: "gpu", 4: "io"}
    assert [event["tid"] for event in named(export, "here")] == [2, 3, 4]


def test_a_registered_thread_has_its_lane_at_once_under_the_given_name(recorder):
    thread = threading.Thread(target=lambda: recorder.instant("x"), name="Thread-99")
    recorder.register_worker(thread, thread_name="io")
    assert lanes(recorder.export_trace()) == {1: "Main", 2: "io"}
    recorder.trace_start()
    thread.start()
    thread.join()
    in_thread(lambda: recorder.install_worker_perf_handlers("net"))
    export = recorder.export_trace()
    assert lanes(export) == {1: "Main", 2: "io", 3: "net"}
    assert short(export, "io") == ["i x"]


def test_every_lane_has_a_trace_start(recorder):
    in_thread(lambda: recorder.instant("x"), name="cpu")
    export = document(recorder.stop())
    starts = named(export, "traceStart")
    assert [event["tid"] for event in starts] == [1, 2]
    assert {event["args"]["startTimeEpochUs"] for event in starts} == {export["otherData"]["aero"]["startTimeEpochUs"]}
    assert [event["tid"] for event in named(export, "traceStop")] == [1], "the other thread had ended by then"


def test_what_cannot_be_registered_is_named(recorder):
    with pytest.raises(TypeError, match=r"expected a threading\.Thread.*'cpu'"):
        recorder.register_worker("cpu")


def test_beyond_256_living_lanes_the_newest_are_only_counted():
    recorder = Recorder()
    recorder.trace_start()
    release = threading.Event()
    barrier = threading.Barrier(261)

    def work():
        for _ in range(20):
            recorder.instant("x")
        barrier.wait()
        release.wait()

    threads = [threading.Thread(target=work, name=f"t{i}") for i in range(260)]
    for thread in threads:
        thread.start()
    barrier.wait()
    export = document(recorder.export_trace())
    release.set()
    for thread in threads:
        thread.join()
    assert len(lanes(export)) == 257
    assert list(lanes(export).values())[-1] == "lanes not kept"
    assert records(export) + dropped(export) == 1 + 260 * 21
    assert len(export["otherData"]["aero_nb"]["folded_lanes"]) == 5
