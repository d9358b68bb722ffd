"""Short-lived threads share lanes: nothing that fits is lost, and every span tells whose it is."""

import threading
from collections import Counter

import pytest

import aero_nb
from aero_nb import Recorder
from aero_nb.recorder.export import Place
from aero_nb.recorder.lanes.snapshot import LaneSnapshot
from aero_nb.recorder.lanes.users import add_user, lane_name, stretches, user_at
from tests.support.recorder_reading import document, dropped, lanes, named, nests, records


@pytest.fixture
def recorder():
    recorder = Recorder()
    recorder.trace_start()
    return recorder


def in_thread(function, name):
    thread = threading.Thread(target=function, name=name)
    thread.start()
    thread.join()


def spans(recorder, number=1):
    for i in range(number):
        with recorder.span("step"):
            recorder.counter("i", i)


def begins(export):
    return [event for event in document(export)["traceEvents"] if event["ph"] == "B"]


def test_two_thousand_short_threads_lose_nothing_and_cost_one_lane(recorder):
    for i in range(2000):
        in_thread(lambda: spans(recorder), f"Thread-{i} (work)")
    export = document(recorder.stop())
    assert lanes(export) == {1: "Main", 2: "Thread (work)"}
    assert [event["args"] for event in begins(export)] == [{"thread": f"Thread-{i} (work)"} for i in range(2000)]
    assert dropped(export) == 0
    trace = aero_nb.load(export)
    assert len(trace.spans) == 2000
    assert trace.losses["dropped_records"].tolist() == [0, 0]
    assert trace.args(1999) == {"thread": "Thread-1999 (work)"}
    assert trace.diagnostics.empty


def test_a_lane_of_one_thread_says_nothing_of_it(recorder):
    in_thread(lambda: spans(recorder), "cpu-0")
    export = document(recorder.stop())
    assert list(lanes(export).values()) == ["Main", "cpu-0"]
    assert "args" not in begins(export)[0]


def test_threads_that_run_at_the_same_time_have_lanes_of_their_own(recorder):
    both_run = threading.Barrier(2)

    def work():
        with recorder.span("step"):
            both_run.wait()

    for _ in range(3):
        threads = [threading.Thread(target=work, name=f"t{i}") for i in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    export = document(recorder.stop())
    assert len(lanes(export)) == 3
    assert Counter(event["tid"] for event in begins(export)) == {2: 3, 3: 3}
    assert nests(export)


def test_a_ring_that_has_no_room_for_another_such_thread_is_not_shared():
    recorder = Recorder(records=100)
    recorder.trace_start()
    for i in range(6):
        in_thread(lambda: spans(recorder, 15), f"t{i}")
    export = document(recorder.stop())
    assert records(export) + dropped(export) == 1 + 6 * 45 + 3
    assert dropped(export) == 0
    assert Counter(event["tid"] for event in begins(export)) == {2: 30, 3: 30, 4: 30}


def test_at_256_lanes_finished_threads_of_any_name_share_one():
    recorder = Recorder()
    recorder.trace_start()
    names = ["".join(chr(97 + int(digit)) for digit in str(i)) for i in range(400)]
    for name in names:
        in_thread(lambda: spans(recorder), name)
    export = document(recorder.stop())
    assert len(lanes(export)) == 256
    assert Counter(lanes(export).values())["finished threads"] == 1
    shared = [event["args"]["thread"] for event in begins(export) if "args" in event]
    assert shared == [names[0], *names[255:]]
    assert (len(begins(export)), dropped(export)) == (400, 0)


def test_at_256_full_lanes_the_records_that_are_overwritten_are_counted():
    recorder = Recorder(records=4)
    recorder.trace_start()
    for i in range(300):
        in_thread(lambda: spans(recorder), f"t{i}")
    export = document(recorder.stop())
    assert len(lanes(export)) == 256
    assert records(export) + dropped(export) == 1 + 255 * 4 + 45 * 3
    trace = aero_nb.load(export)
    assert trace.losses["dropped_records"].sum() == dropped(export) == 45 * 3
    assert trace.diagnostics.set_index("code")["count"]["dropped_records"] == 45 * 3


def test_a_span_that_a_thread_left_open_ends_with_it(recorder):
    def leave_open():
        recorder.span_begin("left open")
        recorder.instant("last", args={"i": 1})

    def end_too_many():
        recorder.span_end()
        spans(recorder)

    in_thread(leave_open, "t0")
    in_thread(end_too_many, "t1")
    export = document(recorder.stop())
    assert named(export, "last")[0]["args"] == {"thread": "t0", "i": 1}
    trace = aero_nb.load(export)
    assert trace.spans["name"].tolist() == ["left open", "step"]
    assert trace.spans["depth"].tolist() == [0, 0]
    assert trace.spans["dur_us"][0] == pytest.approx(named(export, "last")[0]["ts"] - trace.spans["ts_us"][0])
    assert trace.losses["orphan_ends"].sum() == 1


def test_registered_threads_of_one_name_share_a_lane_of_that_name(recorder):
    def work():
        recorder.install_worker_perf_handlers("io")
        spans(recorder)

    for i in range(3):
        in_thread(work, f"Thread-{i}")
    export = document(recorder.stop())
    assert lanes(export) == {1: "Main", 2: "io"}
    assert [event["args"] for event in begins(export)] == [{"thread": "io"}] * 3


def test_a_start_forgets_who_used_a_lane(recorder):
    keep = threading.Event()
    started = threading.Event()

    def last():
        spans(recorder)
        started.set()
        keep.wait()
        spans(recorder)

    in_thread(lambda: spans(recorder), "t0")
    thread = threading.Thread(target=last, name="t1")
    thread.start()
    started.wait()
    assert list(lanes(recorder.export_trace()).values()) == ["Main", "t"]
    recorder.trace_start()
    keep.set()
    thread.join()
    export = document(recorder.stop())
    assert list(lanes(export).values()) == ["Main", "t1"]
    assert "args" not in begins(export)[0]


def test_threads_that_share_a_lane_are_told_apart_in_a_stream_too(tmp_path):
    recorder = Recorder(records=1000)
    recorder.trace_start(stream=tmp_path / "trace.json")
    for i in range(300):
        in_thread(lambda: recorder.span_begin("left open"), f"t{i}")
        if i % 50 == 0:
            recorder.export()  # drains
    trace = aero_nb.load(recorder.stop())
    assert trace.tracks["thread"].tolist() == ["Main", "t"]
    assert (trace.spans["depth"] == 0).all()
    threads = [trace.args(span).get("thread") for span in range(300)]
    assert threads == [None, *(f"t{i}" for i in range(1, 300))], "written before another thread shared the lane"
    (lane,) = [lane for lane in trace.metadata["otherData"]["aero_nb"]["lanes"] if lane["name"] == "t"]
    assert lane["first_thread"] == "t0"


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["io_1", "io_22"], "io"),
        (["ThreadPoolExecutor-0_0", "ThreadPoolExecutor-1_0"], "ThreadPoolExecutor_0"),
        (["ThreadPoolExecutor-0_0", "ThreadPoolExecutor-1_0", "ThreadPoolExecutor-1_1"], "ThreadPoolExecutor"),
        (["process 12: Thread-3 (work)", "process 12: Thread-4 (work)"], "process 12: Thread (work)"),
        (["Thread-1 (work)", "Thread-2 (work)"], "Thread (work)"),
        (["io", "io"], "io"),
        (["1", "2"], "finished threads"),
        (["cpu", "gpu"], "finished threads"),
    ],
)
def test_a_shared_lane_bears_the_common_part(names, shown):
    assert lane_name(names) == shown


def test_users_whose_records_are_gone_are_forgotten():
    users = []
    for i in range(10_000):
        add_user(users, i * 2, f"t{i}", oldest=i * 2 - 100)
    assert len(users) < 200
    assert user_at(users, 19_999) == (19_998, "t9999")
    assert user_at(users, 19_900) == (19_900, "t9950")
    found = list(stretches(users, 19_995, 20_000))
    assert found == [
        ((19_994, "t9997"), 19_995, 19_996),
        ((19_996, "t9998"), 19_996, 19_998),
        ((19_998, "t9999"), 19_998, 20_000),
    ]


def test_an_end_without_a_name_gets_that_of_the_lanes_very_first_record():
    events = [{"ph": "B", "name": "a", "ts": 1.0}, {"ph": "E", "name": None, "ts": 2.0}]
    assert Place().attribute(LaneSnapshot("cpu", 2, recorded=2), events) == []
    assert [event["name"] for event in events] == ["a", "a"]


def test_of_two_threads_on_a_lane_each_is_named_while_the_second_still_lives():
    recorder = Recorder()
    recorder.trace_start()
    recorded, release = threading.Event(), threading.Event()

    def work():
        with recorder.span("work"):
            recorded.set()
        if threading.current_thread().name == "w_2":
            release.wait()

    in_thread(work, "w_1")
    recorded.clear()
    second = threading.Thread(target=work, name="w_2")
    second.start()
    recorded.wait()
    export = document(recorder.export_trace())
    release.set()
    second.join()
    assert list(lanes(export).values()) == ["Main", "w"]
    assert [event["args"] for event in begins(export)] == [{"thread": "w_1"}, {"thread": "w_2"}]
