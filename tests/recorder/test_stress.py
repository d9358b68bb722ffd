"""Eight threads and four processes that are killed at random: every call that returned is found or counted."""

import json
import sys

import pytest

import aero_nb
from tests.support.recorder_reading import document, named, run_python

STRESS = """
import json, multiprocessing, os, random, sys, threading, time
from aero_nb import perf

def calls(seed):
    # What a worker does for ever: one call of the recorder each.
    chance = random.Random(seed)
    for i in range(10**9):
        name = f"name {chance.randrange(60)}"
        yield chance.choice([
            lambda: perf.span_begin(name),
            lambda: perf.span_end(name),
            lambda: perf.counter(name, i),
            lambda: perf.instant(name, args={"i": i}),
        ])

def process(seed, pipe):
    perf.install_worker_perf_handlers(f"p{seed}")
    for call in calls(seed):
        call()
        os.write(pipe, b"x")  # counts the call outside of the recorder: it has returned

def count(pipe, counts, seed):
    with os.fdopen(pipe, "rb") as file:
        while chunk := file.read1(65536):
            counts[seed] = counts.get(seed, 0) + len(chunk)

def thread(seed, counts, stop):
    for call in calls(seed):
        call()
        counts[seed] = counts.get(seed, 0) + 1
        if counts[seed] % 100 == 0:
            time.sleep(0.001)
        if stop.is_set():
            break

def main(seed, rounds, method):
    sys.setswitchinterval(1e-4)  # threads interrupt each other more often, and leave Main its turns
    context = multiprocessing.get_context(method)
    chance = random.Random(seed)
    counts, stop = {}, threading.Event()
    perf.trace_start(records=700, strings=50)
    threads = [threading.Thread(target=thread, args=(f"t{i}", counts, stop), name=f"t{i}") for i in range(8)]
    for worker in threads:
        worker.start()
    readers = []
    for number in range(rounds):
        workers = []
        for i in range(4):
            theirs, ours = os.pipe()
            worker = context.Process(target=process, args=(number * 4 + i, ours))
            worker.start()
            os.close(ours)
            reader = threading.Thread(target=count, args=(theirs, counts, f"p{number * 4 + i}"))
            reader.start()
            workers.append(worker)
            readers.append(reader)
        for worker in workers:
            time.sleep(chance.uniform(0.01, 0.2))
            if chance.random() < 0.5:
                perf.export_trace()
            worker.kill()
            worker.join()
    stop.set()
    for worker in (*threads, *readers):
        worker.join()
    json.dump({"counts": counts, "trace": perf.export_trace()}, open("result.json", "w"))

main(int(sys.argv[1]), int(sys.argv[2]), "fork")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
@pytest.mark.parametrize(("seed", "rounds"), [(1, 2), pytest.param(2, 8, marks=pytest.mark.slow)])
def test_every_call_that_returned_is_found_or_counted(tmp_path, seed, rounds):
    run_python(STRESS, str(seed), str(rounds), folder=tmp_path)
    result = json.loads((tmp_path / "result.json").read_bytes())
    trace = document(result["trace"])
    found = dict.fromkeys((lane["tid"] for lane in trace["otherData"]["aero_nb"]["lanes"]), 0)
    for event in trace["traceEvents"]:
        if event["ph"] != "M" and event.get("name") != "traceStop":
            found[event["tid"]] += 1
    assert found
    by_name = {lane["name"]: lane for lane in trace["otherData"]["aero_nb"]["lanes"]}
    assert len(by_name) >= 9
    for name, returned in result["counts"].items():
        lane = by_name[name]
        recorded = found[lane["tid"]] + lane["dropped_records"] - 1  # traceStart
        killed = name.startswith("p")
        assert returned <= recorded <= returned + killed, name  # the last call of a killed one may not have returned
    unknown = sum(lane["dropped_strings"] for lane in by_name.values())
    assert unknown > 0
    assert len(named(trace, "<unknown>")) <= unknown
    assert trace["otherData"]["aero_nb"]["failed_calls"] == 0


TAKEN_OVER = """
import json, os, random, signal, sys, time
from aero_nb import perf
from aero_nb.recorder.folders import shared_folder

shared_folder.MOST_LANES = 3
chance = random.Random(1)
perf.trace_start(records=200, strings=20)
returned = 0
for number in range(12):
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(theirs)
        for i in range(10**9):
            with perf.span(f"name {number} {i % 3}"):
                perf.instant("x", args={"i": i})
            os.write(ours, b"x")
    os.close(ours)
    with os.fdopen(theirs, "rb") as file:
        count = len(file.read(chance.randrange(1, 80)))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        returned += count + len(file.read())
json.dump({"returned": returned, "trace": perf.export_trace()}, open("result.json", "w"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
def test_every_call_is_found_or_counted_where_workers_take_over_the_lanes_of_killed_ones(tmp_path):
    run_python(TAKEN_OVER, folder=tmp_path)
    result = json.loads((tmp_path / "result.json").read_bytes())
    trace = document(result["trace"])
    shared = [lane for lane in trace["otherData"]["aero_nb"]["lanes"] if lane["tid"] != 1]
    found = [event for event in trace["traceEvents"] if event["ph"] in "BEi" and event["tid"] != 1]
    recorded = len(found) + sum(lane["dropped_records"] for lane in shared) - len(shared)  # traceStart
    assert len(shared) == 3
    assert 3 * result["returned"] <= recorded <= 3 * result["returned"] + 12 * 3, "the last round may not have returned"
    for event in found:
        if event["ph"] == "B" and event["name"] != "<unknown>" and "args" in event:
            assert event["args"]["thread"].startswith("process ")
    loaded = aero_nb.load(trace)
    assert loaded.spans["depth"].max() == 0
    assert loaded.losses["dropped_records"].sum() == sum(lane["dropped_records"] for lane in shared)


TRACED = """
import json, os, signal, sys
from aero_nb import perf

def leaf():
    pass

def work():
    leaf()
    leaf()

perf.trace_start(records=300)
theirs, ours = os.pipe()
child = os.fork()
if child == 0:
    os.close(theirs)
    with perf.trace_functions(include="__main__"):
        while True:
            work()
            os.write(ours, b"x")
os.close(ours)
with os.fdopen(theirs, "rb") as file:
    returned = len(file.read(int(sys.argv[1])))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    returned += len(file.read())
json.dump({"returned": returned, "trace": perf.export_trace()}, open("result.json", "w"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
@pytest.mark.parametrize("least", [1, 5_000])
def test_every_traced_call_is_found_or_counted_where_its_process_is_killed(tmp_path, least):
    run_python(TRACED, str(least), folder=tmp_path)
    result = json.loads((tmp_path / "result.json").read_bytes())
    trace = document(result["trace"])
    (lane,) = (lane for lane in trace["otherData"]["aero_nb"]["lanes"] if lane["tid"] != 1)
    found = [event["name"] for event in trace["traceEvents"] if event["ph"] in "BE" and event["tid"] == lane["tid"]]
    whole = any(event["name"] == "traceStart" and event["tid"] == lane["tid"] for event in trace["traceEvents"])
    recorded = len(found) + whole + lane["dropped_records"] - 1  # traceStart
    assert 6 * result["returned"] <= recorded <= 6 * result["returned"] + 6
    assert set(found) <= {"__main__.work", "__main__.leaf"}
