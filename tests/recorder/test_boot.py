"""A Python process from its first line to its last: ``AERO_TRACE``, recorded scripts, and what joins them."""

import pytest

from tests.support.recorder_reading import document, dropped, lanes, named, records, run_python, short

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
import threading
from aero_nb import perf
def forever(enough):
    calls = 0
    while True:
        with perf.span("forever"):
            perf.counter("c", 1)
        calls += 1
        if calls == 1_000:
            enough.set()
for enough in (threading.Event(), threading.Event()):
    threading.Thread(target=forever, args=(enough,), daemon=True).start()
    enough.wait()
""",
        folder=tmp_path,
        AERO_TRACE="out.json",
    )
    export = document((tmp_path / "out.json").read_bytes())
    assert len(lanes(export)) == 3
    assert records(export) > 1000
