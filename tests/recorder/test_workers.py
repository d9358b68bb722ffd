"""Worker processes: they join, follow, and lose nothing when they are killed, stopped or hang."""

import json

import pytest

from tests.support.recorder_reading import dropped, lanes, named, records, run_python, short
from tests.support.worker_programs import ALL, STEPS, WORKER_CODE, run_workers

START_METHODS = pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])


@START_METHODS
def test_a_process_records_in_its_own_lane_whatever_started_it_without_a_line_of_code(tmp_path, method):
    export = run_workers(
        """
if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    perf.trace_start()
    workers = [context.Process(target=work, name=name) for name in ("cpu", "gpu")]
    for worker in workers:
        worker.start()
        worker.join()
    save()
""",
        tmp_path,
        method,
    )
    assert lanes(export) == {1: "Main", 2: "cpu", 3: "gpu"}
    assert short(export, "cpu") == short(export, "gpu") == ALL
    assert [e["tid"] for e in named(export, "traceStop")] == [1], "the workers had ended"


@START_METHODS
def test_a_pool_that_was_there_before_the_start_follows_start_and_stop(tmp_path, method):
    export = run_workers(
        """
if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    handlers = dict(initializer=perf.install_worker_perf_handlers, initargs=("pool",))
    with ProcessPoolExecutor(1, mp_context=context, **handlers) as pool:
        pool.submit(work, 1).result()
        perf.trace_start()
        pool.submit(work, 2).result()
        perf.trace_start()
        pool.submit(work, 3).result()
        perf.trace_stop()
        pool.submit(work, 4).result()
        save()
""",
        tmp_path,
        method,
    )
    assert lanes(export) == {1: "Main", 2: "pool"}
    assert short(export, "pool") == ALL
    assert [e["tid"] for e in named(export, "traceStop")] == [1, 2]


@START_METHODS
def test_a_registered_process_has_its_place_and_name(tmp_path, method):
    export = run_workers(
        """
if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    first = context.Process(target=work)
    first.start()  # a fork server that runs before the recorder has its folder
    first.join()
    workers = {name: context.Process(target=work) for name in ("cpu", "gpu", "never")}
    for name, worker in workers.items():
        perf.register_worker(worker, thread_name=name)
    perf.trace_start()
    for name in ("gpu", "cpu"):
        workers[name].start()
        workers[name].join()
    perf.register_worker(threading.current_thread(), thread_name="Boss")
    save()
""",
        tmp_path,
        method,
    )
    assert lanes(export) == {1: "Boss", 2: "cpu", 3: "gpu", 4: "never"}
    assert short(export, "cpu") == short(export, "gpu") == ALL
    assert short(export, "never") == []


@pytest.mark.parametrize("end", ["kill", "hang", "stop"])
def test_a_worker_that_is_killed_hangs_or_is_stopped_loses_nothing(tmp_path, end):
    export = run_workers(
        """
if __name__ == "__main__":
    perf.trace_start()
    worker = multiprocessing.get_context("spawn").Process(target=work, args=(1000, sys.argv[1]), name="cpu")
    worker.start()
    wait_for(lambda: has_last("cpu"))
    if sys.argv[1] == "kill":
        worker.join()
    save()
    worker.kill()
    worker.join()
""",
        tmp_path,
        end,
    )
    assert short(export, "cpu") == [*STEPS * 1000, "B last"]
    assert dropped(export) == 0
    (last,) = named(export, "last")
    gaps = [
        (gap["tid"], gap["start_us"], gap["dropped_records"]) for gap in export["otherData"]["aero_nb"].get("gaps", [])
    ]
    assert gaps == ([(2, last["ts"], 0)] if end == "kill" else []), "the span ended with the process, at the latest"
    assert export["otherData"]["aero"]["workerExportTimeouts"] == []


def test_threads_of_a_worker_have_lanes_of_their_own(tmp_path):
    export = run_workers(
        """
def threads():
    work(1)
    with ThreadPoolExecutor(1, thread_name_prefix="io") as pool:
        pool.submit(work, 1).result()

if __name__ == "__main__":
    perf.trace_start()
    worker = multiprocessing.get_context("fork").Process(target=threads, name="cpu")
    worker.start()
    worker.join()
    save()
""",
        tmp_path,
    )
    assert lanes(export) == {1: "Main", 2: "cpu", 3: "cpu: io_0"}
    assert short(export, "cpu") == short(export, "cpu: io_0") == [*STEPS, "B last"]


def test_a_fork_in_the_middle_of_a_span_ends_it_in_both_lanes(tmp_path):
    export = run_workers(
        """
perf.trace_start()
begin = perf.span_begin
with perf.span("outer"):
    child = os.fork()
    perf.instant("here")
    begin("bound before the fork")
if child:
    os.waitpid(child, 0)
    save()
else:
    perf.span_end("bound before the fork")
    os._exit(0)
""",
        tmp_path,
    )
    main, child = lanes(export).values()
    assert main == "Main"
    assert short(export) == ["B outer", "i here", "B bound before the fork", "E outer"]
    assert short(export, child) == ["i here", "B bound before the fork", "E outer", "E bound before the fork"]
    assert export["otherData"]["aero_nb"]["failed_calls"] == 0


def test_workers_of_workers_join_too(tmp_path):
    export = run_workers(
        """
def nest():
    work(1)
    child = multiprocessing.get_context("spawn").Process(target=work, args=(1,), name="grandchild")
    child.start()
    child.join()

if __name__ == "__main__":
    perf.trace_start()
    worker = multiprocessing.get_context("fork").Process(target=nest, name="child")
    worker.start()
    worker.join()
    save()
""",
        tmp_path,
    )
    assert lanes(export) == {1: "Main", 2: "child", 3: "grandchild"}


def test_a_worker_that_starts_a_trace_itself_records_for_itself(tmp_path):
    export = run_workers(
        """
def own():
    perf.instant("for the owner")
    with perf.span("reused"):
        pass
    perf.trace_start()
    with perf.span("reused"):
        work(1)
    open("own.json", "wb").write(perf.stop())

if __name__ == "__main__":
    perf.trace_start()
    worker = multiprocessing.get_context("fork").Process(target=own, name="cpu")
    worker.start()
    worker.join()
    assert perf.trace_enabled
    save()
""",
        tmp_path,
    )
    assert short(export, "cpu") == ["i for the owner", "B reused", "E reused"]
    assert short((tmp_path / "own.json").read_bytes()) == ["B reused", *STEPS, "B last", "E reused"]


def test_a_recorded_script_started_from_a_recording_process_leaves_its_rings_alone(tmp_path):
    (tmp_path / "child.py").write_text("from aero_nb.recorder import perf; perf.instant('in the script')")
    export = run_workers(
        """
import subprocess, sys

if __name__ == "__main__":
    perf.trace_start()
    code = "from aero_nb.recorder import record_script; record_script('child.py', [], 'own.json')"
    subprocess.run([sys.executable, "-c", code], check=True)
    perf.trace_start()  # fails where the child took the folder with it
    work(1)
    save()
""",
        tmp_path,
    )
    assert short(export) == [*STEPS, "B last"]
    assert short((tmp_path / "own.json").read_bytes()) == ["i in the script"]


def test_a_worker_may_export_its_own_lanes_and_not_stop_its_owner(tmp_path):
    export = run_workers(
        """
def export():
    work(1)
    open("own.json", "wb").write(perf.stop())
    perf.instant("after")

if __name__ == "__main__":
    perf.trace_start()
    perf.instant("not the worker's")
    worker = multiprocessing.get_context("fork").Process(target=export, name="cpu")
    worker.start()
    worker.join()
    save()
""",
        tmp_path,
    )
    assert short(export, "cpu") == [*STEPS, "B last", "i after"]
    own = json.loads((tmp_path / "own.json").read_bytes())
    assert lanes(own) == {1: "cpu"}
    assert short(own, "cpu") == [*STEPS, "B last"]


def test_the_bounds_of_the_start_hold_in_workers(tmp_path):
    export = run_workers(
        """
if __name__ == "__main__":
    perf.trace_start(records=10, strings=2)
    worker = multiprocessing.get_context("fork").Process(target=work, args=(100,), name="cpu")
    worker.start()
    worker.join()
    save()
""",
        tmp_path,
    )
    assert records(export) + dropped(export) == 2 + 301
    assert export["otherData"]["aero"]["droppedRecordsByThread"]["cpu"] == 302 - 10
    assert export["otherData"]["aero"]["droppedStringsByThread"]["cpu"] == 101, "traceStart, step; not i, last"


def test_beyond_256_lanes_those_of_finished_workers_are_used_again(tmp_path):
    export = run_workers(
        """
if __name__ == "__main__":
    perf.trace_start(records=64)
    for i in range(270):
        if os.fork() == 0:
            work(1)
            os._exit(0)
        os.wait()
    save()
""",
        tmp_path,
    )
    assert len(lanes(export)) == 257
    assert list(lanes(export).values()).count("finished threads") + list(lanes(export).values()).count("process") == 1
    assert len(named(export, "last")) == 270
    assert dropped(export) == 0


def test_a_pool_is_refused_with_what_to_do_instead(tmp_path):
    run_python(
        WORKER_CODE
        + """
try:
    perf.register_worker(ThreadPoolExecutor(1))
except TypeError as error:
    assert "initializer=perf.install_worker_perf_handlers" in str(error)
else:
    raise SystemExit("accepted")
""",
        folder=tmp_path,
    )


def test_clocks_of_processes_agree(tmp_path):
    export = run_workers(
        """
def answer(pipe):
    for _ in range(200):
        pipe.recv_bytes()
        perf.instant("answer")
        pipe.send_bytes(b"x")

if __name__ == "__main__":
    perf.trace_start()
    ours, theirs = multiprocessing.Pipe()
    worker = multiprocessing.get_context("spawn").Process(target=answer, args=(theirs,), name="cpu")
    worker.start()
    for _ in range(200):
        perf.instant("ask")
        ours.send_bytes(b"x")
        ours.recv_bytes()
        perf.instant("heard")
    worker.join()
    save()
""",
        tmp_path,
    )
    times = [[event["ts"] for event in named(export, name)] for name in ("ask", "answer", "heard")]
    assert all(ask < answer < heard for ask, answer, heard in zip(*times, strict=True))


def test_what_has_a_pid_but_is_no_process_of_multiprocessing_is_refused(tmp_path):
    run_python(
        """
import subprocess, sys
from aero_nb import perf
program = subprocess.Popen([sys.executable, "-c", ""])
try:
    perf.register_worker(program)
except TypeError as error:
    assert "expected a threading.Thread or a multiprocessing Process" in str(error)
else:
    raise AssertionError("it was taken")
program.wait()
""",
        folder=tmp_path,
    )


def test_perf_is_pickled_as_the_perf_of_whoever_unpickles_it(tmp_path):
    run_python(
        """
import pickle
from aero_nb import perf
assert pickle.loads(pickle.dumps(perf)) is perf
perf.trace_start()
assert pickle.loads(pickle.dumps(perf)) is perf
""",
        folder=tmp_path,
    )
