"""Worker processes: they join, follow, and lose nothing when they are killed, stopped or hang."""

import json

import pytest
from recorder_reading import document, dropped, lanes, named, records, run_python, short

START_METHODS = pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])

WORK = """
import json, multiprocessing, os, signal, sys, threading, time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from aero_nb import perf

def work(n=3, end="return"):
    for i in range(n):
        with perf.span("step"):
            perf.counter("i", i)
    perf.span_begin("last")
    if end == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if end == "hang":
        threading.Event().wait()
    if end == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)

def named(export):
    return {e["args"]["name"]: e["tid"] for e in export["traceEvents"] if e["name"] == "thread_name"}

def wait_for(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "timed out"
        time.sleep(0.01)

def has_last(lane):
    export = perf.export_trace()
    tid = named(export).get(lane)
    return any(e["tid"] == tid and e["name"] == "last" for e in export["traceEvents"])

def save():
    with open("trace.json", "wb") as file:
        file.write(perf.stop())
"""

STEPS = ["B step", "C counters", "E step"]
ALL = [*STEPS * 3, "B last"]


def run(code, folder, *args, **options):
    run_python(WORK + code, *args, folder=folder, **options)
    return document((folder / "trace.json").read_bytes())


@START_METHODS
def test_a_process_records_in_its_own_lane_whatever_started_it_without_a_line_of_code(tmp_path, method):
    export = run(
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
    export = run(
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
    export = run(
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
    export = run(
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
    export = run(
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
    export = run(
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
    export = run(
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
    export = run(
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
    export = run(
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
    export = run(
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
    export = run(
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
    export = run(
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
        WORK
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
    export = run(
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


# What is left on disk


def test_a_crashed_owners_folder_is_removed_by_the_next_start(tmp_path):
    crash = run_python(
        WORK + "perf.trace_start()\nos.kill(os.getpid(), signal.SIGKILL)\n", folder=tmp_path, check=False
    )
    assert crash.returncode == -9
    (rings,) = (tmp_path / "rings").glob("aero-nb-*")
    assert list(rings.iterdir())
    run_python(WORK + "perf.trace_start()\n", folder=tmp_path)  # finds nothing left


def test_a_living_owners_folder_stays(tmp_path):
    run(
        """
import subprocess
if len(sys.argv) > 1:
    perf.trace_start()
else:
    perf.trace_start()
    perf.instant("x")
    environment = {k: v for k, v in os.environ.items() if k != "AERO_TRACE_JOIN"}
    subprocess.run([sys.executable, __file__, "other"], check=True, env=environment)
    work()
    save()
""",
        tmp_path,
    )


def test_a_full_disk_is_an_error_at_start_that_says_what_to_do(tmp_path):
    run_python(
        WORK
        + """
import errno
from aero_nb import CaptureError
def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")
allocate, os.posix_fallocate = os.posix_fallocate, full
for _ in range(2):
    try:
        perf.trace_start()
    except CaptureError as error:
        assert "No space left on device" in str(error) and "AERO_TRACE_FOLDER" in str(error), error
    else:
        raise SystemExit("started")
    assert not perf.trace_enabled
    with perf.span("harmless"):
        pass
os.posix_fallocate = lambda fd, at, size: full() if size > 4096 else allocate(fd, at, size)
try:
    perf.trace_start()
except CaptureError as error:
    assert "bytes for a ring" in str(error)
os.posix_fallocate = allocate
perf.trace_start()
""",
        folder=tmp_path,
    )


def test_a_worker_without_room_for_its_ring_still_counts_and_one_without_any_room_too(tmp_path):
    export = run(
        """
import errno
def starve(limit):
    allocate = os.posix_fallocate
    def full(fd, at, size):
        if size > limit:
            raise OSError(errno.ENOSPC, "No space left on device")
        allocate(fd, at, size)
    os.posix_fallocate = full
    work(100)

if __name__ == "__main__":
    perf.trace_start()
    for limit in (0, 6_500):
        worker = multiprocessing.get_context("fork").Process(target=starve, args=(limit,), name=f"w{limit}")
        worker.start()
        worker.join()
        assert worker.exitcode == 0
    save()
""",
        tmp_path,
    )
    assert lanes(export) == {1: "Main", 2: "w6500"}
    assert export["otherData"]["aero"]["droppedRecordsByThread"] == {"Main": 0, "w6500": 302 - 32}
    assert export["otherData"]["aero_nb"]["failed_calls"] == 301, "no start was marked"


# A Python process from its first line to its last


BOOT = """
import sys, threading, os, signal
import aero_nb
from aero_nb import perf
with perf.span("boot"):
    perf.instant("argument", args={"argv": sys.argv[1:]})
perf.span_begin("last")
if sys.argv[1:] == ["crash"]:
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1:] == ["exit"]:
    sys.exit(3)
"""
BOOTED = ["B boot", "i argument", "E boot", "B last"]


def test_aero_trace_saves_at_exit(tmp_path):
    assert run_python(BOOT, "exit", folder=tmp_path, check=False, AERO_TRACE="out.json").returncode == 3
    export = document((tmp_path / "out.json").read_bytes())
    assert short(export) == BOOTED
    assert not export["otherData"]["aero"]["traceEnabled"]
    assert not list((tmp_path / "rings").iterdir())


def test_aero_trace_1_records_from_the_first_import_and_saves_nothing(tmp_path):
    run_python(BOOT + "open('mine.json', 'wb').write(perf.stop())", folder=tmp_path, AERO_TRACE="1")
    assert short((tmp_path / "mine.json").read_bytes()) == BOOTED
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.json", "rings", "script.py"]


@pytest.mark.parametrize("value", ["", "0"])
def test_aero_trace_can_be_off(tmp_path, value):
    run_python(BOOT + "assert not perf.trace_enabled", folder=tmp_path, AERO_TRACE=value)


def test_after_a_crash_the_next_start_saves_the_last_records(tmp_path):
    crash = run_python(BOOT, "crash", folder=tmp_path, check=False, AERO_TRACE="out.json")
    assert crash.returncode == -9
    assert not (tmp_path / "out.json").exists()
    run_python("from aero_nb import perf\nperf.trace_start()", folder=tmp_path)
    assert not (tmp_path / "out.json").exists()
    export = document((tmp_path / "out.recovered.json").read_bytes())
    assert short(export) == BOOTED
    assert dropped(export) == 0


def test_a_subprocess_joins_unless_it_is_told_to_trace_for_itself(tmp_path):
    (tmp_path / "child.py").write_text("from aero_nb import perf\nperf.instant('child')\n")
    run_python(
        """
import os, subprocess, sys
from aero_nb import perf
perf.instant("parent")
environment = os.environ | {"AERO_TRACE": "child.json"}
subprocess.run([sys.executable, "child.py"], check=True)
subprocess.run([sys.executable, "child.py"], check=True, env=environment)
record = "from aero_nb.recorder import record_script; record_script('child.py', [], 'recorded.json')"
subprocess.run([sys.executable, "-c", record], check=True)
perf.instant("still here")
""",
        folder=tmp_path,
        AERO_TRACE="parent.json",
    )
    export = document((tmp_path / "parent.json").read_bytes())
    assert short(export) == ["i parent", "i still here"]
    assert [e["tid"] for e in named(export, "child")] == [2]
    assert short((tmp_path / "child.json").read_bytes()) == ["i child"]
    assert short((tmp_path / "recorded.json").read_bytes()) == ["i child"]


def test_record_script_runs_a_script_as_python_would(tmp_path):
    (tmp_path / "guest").mkdir()
    (tmp_path / "guest" / "beside.py").write_text("HERE = 1")
    (tmp_path / "guest" / "main.py").write_text(
        "import sys, beside\nfrom aero_nb import perf\nassert __name__ == '__main__'\n"
        "perf.instant('ran', args={'argv': sys.argv})\nsys.exit(int(sys.argv[1]))\n"
    )
    run_python(
        """
import sys
from aero_nb.recorder import record_script
assert record_script("guest/main.py", ["5"], "out.json") == 5
try:
    record_script("missing.py")
except FileNotFoundError as error:
    assert "expected a Python script" in str(error)
""",
        folder=tmp_path,
    )
    export = document((tmp_path / "out.json").read_bytes())
    assert named(export, "ran")[0]["args"] == {"argv": ["guest/main.py", "5"]}


def test_an_exception_in_a_recorded_script_passes_and_the_trace_is_saved(tmp_path):
    (tmp_path / "main.py").write_text("from aero_nb import perf\nperf.span_begin('doomed')\n1 / 0\n")
    failed = run_python(
        "from aero_nb.recorder import record_script\nrecord_script('main.py', [], 'out.json')",
        folder=tmp_path,
        check=False,
    )
    assert "ZeroDivisionError" in failed.stderr
    assert short((tmp_path / "out.json").read_bytes()) == ["B doomed"]


def test_the_interpreter_may_exit_while_threads_still_record(tmp_path):
    run_python(
        """
import threading, time
from aero_nb import perf
def forever():
    while True:
        with perf.span("forever"):
            perf.counter("c", 1)
for _ in range(2):
    threading.Thread(target=forever, daemon=True).start()
time.sleep(0.2)
""",
        folder=tmp_path,
        AERO_TRACE="out.json",
    )
    export = document((tmp_path / "out.json").read_bytes())
    assert len(lanes(export)) == 3
    assert records(export) > 1000
