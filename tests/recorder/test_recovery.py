"""What a crash leaves: the next start of any kind saves it beside what was asked for, and removes the rest."""

import os
import sys

import pytest

import aero_nb
from aero_nb.whole_file import write_new
from tests.support.recorder_reading import document, dropped, lanes, named, run_python, short

CRASH = """
import os, signal
from aero_nb import perf
perf.instant("crashed")
os.kill(os.getpid(), signal.SIGKILL)
"""
NEXT = {
    "trace_start": ("from aero_nb import perf\nperf.trace_start()", {}),
    "AERO_TRACE=1": ("import aero_nb.recorder", {"AERO_TRACE": "1"}),
    "AERO_TRACE=file": ("from aero_nb import perf\nperf.instant('well')", {"AERO_TRACE": "run.json"}),
    "record": ("from aero_nb.recorder import record_script\nrecord_script('beside.py', [], 'run.json')", {}),
}


def crash(folder, target="run.json"):
    assert run_python(CRASH, folder=folder, check=False, AERO_TRACE=str(target)).returncode == -9


@pytest.mark.parametrize("start", NEXT)
def test_every_kind_of_start_saves_what_a_crash_left_and_removes_it(tmp_path, start):
    code, environment = NEXT[start]
    (tmp_path / "beside.py").write_text("from aero_nb import perf\nperf.instant('well')\n")
    for _ in range(2):
        crash(tmp_path)
    assert len(list((tmp_path / "rings").glob("*/*"))) == 1, "the second start removed what the first one left"
    result = run_python(code, folder=tmp_path, **environment)  # leaves nothing
    saved = sorted(path.name for path in tmp_path.glob("run*"))
    assert saved == (["run.json"] if "run" in str((code, environment)) else []) + [
        "run.recovered-2.json",
        "run.recovered.json",
    ]
    assert str(tmp_path / "run.recovered-2.json") in result.stderr
    recovered = (tmp_path / "run.recovered-2.json").read_bytes()
    assert short(recovered) == ["i crashed"]
    assert document(recovered)["otherData"]["aero"]["traceEnabled"] is True, "as it was when the process died"


def test_a_recovered_file_replaces_no_good_one(tmp_path):
    crash(tmp_path)
    run_python("from aero_nb import perf\nperf.instant('well')", folder=tmp_path, AERO_TRACE="run.json")
    crash(tmp_path)
    run_python("from aero_nb import perf\nperf.trace_start()", folder=tmp_path)
    assert short((tmp_path / "run.json").read_bytes()) == ["i well"]
    assert short((tmp_path / "run.recovered.json").read_bytes()) == ["i crashed"]
    assert short((tmp_path / "run.recovered-2.json").read_bytes()) == ["i crashed"]


def test_a_recovered_file_goes_to_the_temporary_folder_if_its_own_is_gone(tmp_path):
    (tmp_path / "gone").mkdir()
    (tmp_path / "tmp").mkdir()
    crash(tmp_path, tmp_path / "gone" / "run.json.gz")
    (tmp_path / "gone").rmdir()
    result = run_python("from aero_nb import perf\nperf.trace_start()", folder=tmp_path, TMPDIR=str(tmp_path / "tmp"))
    saved = tmp_path / "tmp" / "run.recovered.json.gz"
    assert aero_nb.load(saved).instants["name"].tolist() == ["traceStart", "crashed"]
    assert saved.read_bytes()[:2] == b"\x1f\x8b"
    assert str(saved) in result.stderr
    assert "no folder" in result.stderr


def test_what_was_meant_for_a_pipe_is_recovered_into_the_temporary_folder(tmp_path):
    (tmp_path / "tmp").mkdir()
    crash(tmp_path, "/dev/stdout")
    result = run_python("from aero_nb import perf\nperf.trace_start()", folder=tmp_path, TMPDIR=str(tmp_path / "tmp"))
    assert short((tmp_path / "tmp" / "stdout.recovered").read_bytes()) == ["i crashed"]
    assert str(tmp_path / "tmp" / "stdout.recovered") in result.stderr


def test_what_cannot_be_saved_anywhere_stays_for_the_next_start(tmp_path):
    crash(tmp_path)
    code = """
import errno
from aero_nb.recorder import recover_abandoned
from aero_nb.sources import saving
def full(path, data):
    raise OSError(errno.ENOSPC, "No space left on device")
write, saving.write_new = saving.write_new, full
assert recover_abandoned() == []
saving.write_new = write
(saved,) = recover_abandoned()
assert saved.name == "run.recovered.json"
assert recover_abandoned() == []
"""
    result = run_python(code, folder=tmp_path, check=False)
    assert result.returncode == 0, result.stderr
    assert "could not be saved, it stays in" in result.stderr
    assert short((tmp_path / "run.recovered.json").read_bytes()) == ["i crashed"]


def test_a_trace_that_cannot_be_saved_at_exit_is_saved_by_the_next_start(tmp_path):
    (tmp_path / "out").mkdir()
    code = "import os\nfrom aero_nb import perf\nperf.instant('well')\nos.rmdir('out')"
    result = run_python(code, folder=tmp_path, check=False, AERO_TRACE="out/run.json")
    assert "it stays in" in result.stderr
    (tmp_path / "out").mkdir()
    run_python("from aero_nb import perf\nperf.trace_start()", folder=tmp_path)
    assert short((tmp_path / "out" / "run.recovered.json").read_bytes()) == ["i well"]


@pytest.mark.parametrize("target", ["missing/run.json", "."])
def test_a_place_that_cannot_be_written_to_is_refused_before_the_script_runs(tmp_path, target):
    (tmp_path / "beside.py").write_text("open('ran', 'w')\n")
    code = f"from aero_nb.recorder import record_script\nrecord_script('beside.py', [], {target!r})"
    for run in (
        run_python(code, folder=tmp_path, check=False),
        run_python("import aero_nb.recorder\nopen('ran', 'w')", folder=tmp_path, check=False, AERO_TRACE=target),
    ):
        assert run.returncode == 1
        assert ("there is no folder" if "missing" in target else "found a folder") in run.stderr
    assert not (tmp_path / "ran").exists()


def test_the_rings_of_a_living_process_are_left_alone(tmp_path):
    code = """
import os, subprocess, sys
from aero_nb import perf
perf.instant("before")
plain = {k: v for k, v in os.environ.items() if k != "AERO_TRACE_JOIN"}
subprocess.run([sys.executable, "-c", "from aero_nb import perf; perf.trace_start()"], check=True, env=plain)
perf.trace_enabled  # and our own start does not take us for dead
from aero_nb.recorder import recover_abandoned
assert recover_abandoned() == []
perf.instant("after")
"""
    run_python(code, folder=tmp_path, AERO_TRACE="run.json")
    assert short((tmp_path / "run.json").read_bytes()) == ["i before", "i after"]


# os.exec*


@pytest.mark.parametrize("call", ["execv(true, [true])", "execve(true, [true], {})", "execlp('true', 'true')"])
def test_a_program_that_becomes_another_one_is_saved_before(tmp_path, call):
    code = f"import os, shutil\nfrom aero_nb import perf\ntrue = shutil.which('true')\nperf.span_begin('a')\nos.{call}"
    run_python(code, folder=tmp_path, check=False, AERO_TRACE="run.json")
    assert short((tmp_path / "run.json").read_bytes()) == ["B a"]


def test_a_program_that_becomes_one_that_records_goes_on_in_one_trace(tmp_path):
    code = """
import os, sys
from aero_nb import perf
perf.instant("argv", args={"argv": sys.argv[1:]})
if not sys.argv[1:]:
    try:
        os.execv("/missing", ["/missing"])
    except OSError:
        perf.instant("still here")
    os.execv(sys.executable, [sys.executable, __file__, "again"])
"""
    run_python(code, folder=tmp_path, AERO_TRACE="run.json")
    export = document((tmp_path / "run.json").read_bytes())
    assert sorted(lanes(export).values()) == ["Main", "Main"]
    assert [event["args"]["argv"] for event in named(export, "argv")] == [[], ["again"]]
    assert len(named(export, "still here")) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_a_child_that_becomes_another_program_saves_nothing(tmp_path):
    code = """
import os, shutil
from aero_nb import perf
if os.fork() == 0:
    os.execv(shutil.which("true"), ["true"])
os.wait()
assert not os.path.exists("run.json")
perf.instant("parent")
"""
    run_python(code, folder=tmp_path, AERO_TRACE="run.json")
    assert short((tmp_path / "run.json").read_bytes()) == ["i parent"]


# Processes of one pid


ONE_PID = """
import os, sys, time
from pathlib import Path
from aero_nb import perf
me, other = sys.argv[1:]
print(os.getpid(), flush=True)
perf.trace_start()
def work():
    with perf.span(me):
        pass
for _ in range(20):
    work()
if os.fork() == 0:
    work()
    os._exit(0)
os.wait()
Path(me + ".ready").touch()
deadline = time.monotonic() + 250
while not Path(other + ".ready").exists():
    assert time.monotonic() < deadline
    time.sleep(0.01)
work()
Path(me + ".json").write_bytes(perf.stop())
"""


def test_processes_of_one_pid_that_share_the_folder_keep_their_records_apart(tmp_path):
    code = f"""
import subprocess, sys
open("one.py", "w").write({ONE_PID!r})
command = ["unshare", "--pid", "--fork", sys.executable, "one.py"]
runs = [subprocess.Popen([*command, *names], stdout=subprocess.PIPE, text=True) for names in (("a", "b"), ("b", "a"))]
pids = [run.communicate()[0].strip() for run in runs]
print(pids, [run.returncode for run in runs])
"""
    if os.system("unshare --pid --fork true 2>/dev/null"):
        pytest.skip("needs the right to make a PID namespace")
    result = run_python(code, folder=tmp_path)
    assert result.stdout.strip() == "['1', '1'] [0, 0]"
    for name in ("a", "b"):
        export = document((tmp_path / f"{name}.json").read_bytes())
        begun = [event for event in export["traceEvents"] if event["ph"] == "B"]
        assert [event["name"] for event in begun] == [name] * 22
        assert len(lanes(export)) == 2


# Lanes of processes


WORKERS = """
import os
from aero_nb import perf
perf.trace_start()
for i in range(8):
    if os.fork() == 0:
        for _ in range(100):
            with perf.span("step"):
                pass
        os._exit(0)
    if {sequential}:
        os.wait()
if not {sequential}:
    for _ in range(8):
        os.wait()
open("trace.json", "wb").write(perf.stop())
"""


@pytest.mark.parametrize("sequential", [True, False])
def test_workers_in_a_small_folder_lose_nothing(tmp_path, sequential):
    disk = tmp_path / "rings"
    disk.mkdir()
    if os.system(f"mount -t tmpfs -o size=6m none {disk} 2>/dev/null"):
        pytest.skip("needs the right to mount a small disk")
    try:
        run_python(WORKERS.format(sequential=sequential), folder=tmp_path)
    finally:
        os.system(f"umount {disk}")
    trace = aero_nb.load(tmp_path / "trace.json")
    assert len(trace.spans) == 800
    assert trace.losses["dropped_records"].sum() == 0


def test_short_threads_of_a_worker_share_a_lane(tmp_path):
    code = """
import os, threading
from aero_nb import perf
def work(i):
    with perf.span(f"name {i % 10}"):
        perf.instant("x", args={"i": i})
perf.trace_start()
if os.fork() == 0:
    perf.install_worker_perf_handlers("cpu")
    work(0)
    for i in range(400):
        thread = threading.Thread(target=work, args=(i,))
        thread.start()
        thread.join()
    os._exit(0)
os.wait()
open("trace.json", "wb").write(perf.stop())
"""
    run_python(code, folder=tmp_path)
    export = document((tmp_path / "trace.json").read_bytes())
    assert list(lanes(export).values())[1] == "cpu"
    assert lanes(export)[3].startswith("process ")
    assert lanes(export)[3].endswith(": Thread (work)")
    found = [event for event in named(export, "x") if event["tid"] == 3]
    assert [event["args"]["i"] for event in found] == list(range(400))
    assert len({event["args"]["thread"] for event in found}) == 400
    assert dropped(export) == 0
    trace = aero_nb.load(export)
    assert len(trace.spans) == 401
    assert trace.args(400)["thread"].endswith(": Thread-400 (work)")


def test_a_file_is_written_only_where_there_is_none(tmp_path):
    assert write_new(tmp_path / "a", b"1") == tmp_path / "a"
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"1"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_a_fork_leaves_the_lanes_of_its_parent_in_use(tmp_path):
    code = """
import os, sys, threading
from aero_nb import perf
with perf.span("open"):
    perf.instant("before")
    if os.fork() == 0:
        perf.instant("child")
        sys.exit()
    os.wait()
    for i in range(3):
        thread = threading.Thread(target=perf.instant, args=("thread",))
        thread.start()
        thread.join()
    perf.instant("after")
"""
    run_python(code, folder=tmp_path, AERO_TRACE="run.json")
    export = document((tmp_path / "run.json").read_bytes())
    assert short(export) == ["B open", "i before", "i after", "E open"]
    assert [event["tid"] for event in named(export, "traceStop")] == [1], "Main alone still ran"
    assert len(named(export, "thread")) == 3
    assert len(lanes(export)) == 3
