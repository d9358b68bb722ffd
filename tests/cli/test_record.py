"""``aero-nb record``: a program runs as Python would run it, and is recorded."""

import argparse
import os
import signal
import subprocess
import sys

import pytest

from aero_nb import load
from aero_nb.cli import main
from aero_nb.cli.record import _records
from tests.support.commands import run_aero_nb


def python(*arguments, cwd):
    """Run the program without us, to compare."""
    return subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, timeout=300)


def spans(folder, name="trace.json"):
    return list(load(folder / name).spans["name"])


def test_record_runs_a_script_from_its_first_line(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom aero_nb import perf\nwith perf.span('work'): print(sys.argv[1:])\nsys.exit(3)\n"
    )
    done = run_aero_nb(
        "record", "-o", tmp_path / "out.json", script, "--flag", "value", cwd=tmp_path, env={**os.environ}
    )
    assert done.stdout == "['--flag', 'value']\n"
    assert done.returncode == 3
    assert "work" in set(load(tmp_path / "out.json").spans["name"])


@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [
        ("sys.exit('no disk')", 1, "no disk\n"),
        ("1 / 0", 1, "ZeroDivisionError: division by zero\n"),
        ("", 0, ""),
    ],
)
def test_record_ends_as_its_script_does_and_keeps_what_was_recorded(tmp_path, ending, code, said):
    script = tmp_path / "script.py"
    script.write_text(f"import sys\nfrom aero_nb import perf\nwith perf.span('work'): pass\n{ending}\n")
    done = run_aero_nb("record", script, cwd=tmp_path)
    assert done.returncode == code
    assert done.stderr.endswith(said)
    assert "work" in set(load(tmp_path / "trace.json").spans["name"])


def test_record_refuses_an_output_that_cannot_be_written_before_the_script_runs(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("open('ran', 'w')")
    done = run_aero_nb("record", "-o", tmp_path / "missing" / "out.json", script, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (73, "")
    assert "there is no folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "ran").exists()


def test_record_without_a_script_exits_66(tmp_path, capsys):
    assert main(["record", str(tmp_path / "nothing.py")]) == 66
    assert "no script" in capsys.readouterr().err


TELL = """import sys
from aero_nb import perf
with perf.span("work"):
    print(__name__, sys.argv, sys.path[0], [sys.modules["__main__"].__dict__ is globals()])
sys.exit(3)
"""


@pytest.fixture
def package(tmp_path):
    """A package that is run with -m, and a module in it."""
    folder = tmp_path / "emulator"
    (folder / "deep").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "deep" / "__init__.py").touch()
    (folder / "__main__.py").write_text(TELL)
    (folder / "deep" / "tool.py").write_text(TELL)
    (folder / "cpu.py").write_text(
        "def step(n):\n    return n\n\ndef run(n):\n    return [step(i) for i in range(n)]\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    "program",
    [
        ["-m", "emulator", "--flag", "-o", "x"],
        ["-m", "emulator.deep.tool", "-m", "y"],
        ["-c", TELL, "--flag", "-c"],
        ["main.py", "--flag", "-o", "x"],
    ],
)
def test_a_program_sees_what_it_would_see_without_us(package, program):
    (package / "main.py").write_text(TELL)
    ours = run_aero_nb("record", "-o", "out.json", *program, cwd=package)
    theirs = python(*program, cwd=package)
    assert (ours.stdout, ours.stderr, ours.returncode) == (theirs.stdout, theirs.stderr, 3)
    assert spans(package, "out.json") == ["work"]


CHAINED = """def f(): 1 / 0
def g():
    try: f()
    except ZeroDivisionError as e: raise ValueError('no') from e
g()
"""
HOOKED = "import sys\nsys.excepthook = lambda *error: print('hook', error[0], file=sys.stderr)\n1 / 0\n"


@pytest.mark.parametrize(
    ("how", "fault"),
    [
        ("script", CHAINED),
        ("-m", CHAINED),
        ("-c", CHAINED),
        ("script", "x = = 1\n"),
        ("-c", "x = = 1\n"),
        ("-m", "raise KeyboardInterrupt\n"),
        ("-m", "import nothing_of_this_name\n"),
        ("script", HOOKED),
        ("script", "open('nowhere/at/all')\n"),
        ("script", "from aero_nb import CaptureError\nraise CaptureError('of the program')\n"),
        ("script", "class Odd(BaseException): pass\nraise Odd\n"),
    ],
)
def test_an_error_of_the_program_is_shown_as_python_shows_it(tmp_path, how, fault):
    (tmp_path / "faulty.py").write_text(fault)
    program = {"script": ["faulty.py"], "-m": ["-m", "faulty"], "-c": ["-c", fault]}[how]
    ours, theirs = run_aero_nb("record", *program, cwd=tmp_path), python(*program, cwd=tmp_path)
    shown = "".join(line for line in theirs.stderr.splitlines(True) if "<frozen runpy>" not in line)
    error, _, _hint = ours.stderr.partition("aero_nb: nothing was recorded")
    assert error.replace(f"{tmp_path}/", "") == shown.replace(f"{tmp_path}/", "")
    assert ours.returncode == (130 if "Keyboard" in fault else 1)
    assert (tmp_path / "trace.json").exists()


WAIT = """import time
from aero_nb import perf
with perf.span('work'): pass
print('ready', flush=True)
for _ in range(6000): time.sleep(0.1)
"""


def test_an_interrupted_program_keeps_its_traceback_and_its_trace(tmp_path):
    (tmp_path / "main.py").write_text(WAIT)
    command = [sys.executable, "-m", "aero_nb", "record", "main.py"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=300)
    assert process.returncode == 130
    assert 'File "main.py", line ' in errors
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert "aero_nb" not in errors
    assert spans(tmp_path) == ["work"]


def test_functions_of_a_program_that_knows_nothing_of_us_are_recorded(package):
    (package / "main.py").write_text("from emulator import cpu\ndef go():\n    cpu.run(3)\ngo()\n")
    done = run_aero_nb("record", "--functions", "emulator", "--functions", "__main__", "main.py", cwd=package)
    assert (done.returncode, done.stderr) == (0, "")
    seen = spans(package)
    assert [name for name in seen if "<" not in name] == ["__main__.go", "emulator.cpu.run", *["emulator.cpu.step"] * 3]
    assert not load(package / "trace.json").spans["unfinished"].any()
    run_aero_nb(
        "record",
        "--functions",
        "emulator",
        "-o",
        "code.json",
        "-c",
        "import emulator.cpu\nemulator.cpu.run(2)",
        cwd=package,
    )
    assert spans(package, "code.json").count("emulator.cpu.step") == 2


def test_functions_of_nothing_are_told(package):
    done = run_aero_nb("record", "--functions", "emulatr", "-m", "emulator", cwd=package)
    assert "no function of emulatr was called" in done.stderr
    assert done.returncode == 3


def test_a_lane_keeps_as_many_records_as_are_wanted(tmp_path):
    code = "from aero_nb import perf\nfor i in range(40_000): perf.counter('i', i)"
    for records, lost in ((100, 39_901), (50_000, 0)):
        assert run_aero_nb("record", "--records", records, "-c", code, cwd=tmp_path).returncode == 0
        assert load(tmp_path / "trace.json").losses["dropped_records"].sum() == lost


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 64, "expected a SCRIPT, -m MODULE or -c CODE"),
        (["-m"], 64, "expected a SCRIPT, -m MODULE or -c CODE"),
        (["--records", "0", "x.py"], 64, "expected a number of records, at least 1, found '0'"),
        (["-m", "nothing_of_this_name"], 66, "expected a module to record, found no 'nothing_of_this_name'"),
    ],
)
def test_a_wrong_line_is_one_sentence_and_touches_no_trace(tmp_path, arguments, code, said):
    (tmp_path / "trace.json").write_text("of an earlier run")
    done = run_aero_nb("record", *arguments, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "trace.json").read_text() == "of an earlier run"


def test_a_spawned_worker_of_a_recorded_module_records_too(tmp_path):
    (tmp_path / "guest.py").write_text(
        """import multiprocessing
from aero_nb import perf

def work():
    with perf.span("in the worker"):
        pass

if __name__ == "__main__":
    worker = multiprocessing.get_context("spawn").Process(target=work, name="cpu")
    worker.start()
    worker.join()
"""
    )
    assert run_aero_nb("record", "-m", "guest", cwd=tmp_path).stderr == ""
    trace = load(tmp_path / "trace.json")
    assert list(trace.spans["thread"]) == ["cpu"]


POOL = """
import concurrent.futures, multiprocessing, sys, emulator
def work(n): return emulator.step(n)
if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        print(sum(pool.map(work, range(5))))
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_functions_are_recorded_in_workers_however_they_start(tmp_path, method):
    (tmp_path / "emulator.py").write_text("def step(n): return n + 1\n")
    (tmp_path / "script.py").write_text(POOL)
    done = run_aero_nb(
        "record", "--functions", "emulator", "--functions", "__main__", "script.py", method, cwd=tmp_path
    )
    assert (done.stdout, done.returncode) == ("15\n", 0)
    spans = load(tmp_path / "trace.json").spans
    of_the_worker = spans[spans["thread"] != "Main"]["name"].value_counts()
    assert of_the_worker["emulator.step"] == of_the_worker["__main__.work"] == 5


def test_a_program_that_records_nothing_is_told_how_its_functions_are(tmp_path):
    done = run_aero_nb("record", "-c", "print(1)", cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("1\n", 0)
    assert "--functions PACKAGE" in done.stderr
    done = run_aero_nb("record", "-c", "from aero_nb import perf; perf.instant('something')", cwd=tmp_path)
    assert done.stderr == ""


REMOVES_THE_FOLDER = """
import atexit, shutil, sys
atexit.register(print, "its own end")
left_open = open("left open", "w")
left_open.write("data")
shutil.rmtree("out")
"""


@pytest.mark.parametrize(("ending", "status"), [("", 120), ("sys.exit(3)", 3), ("1 / 0", 1)])
def test_a_trace_that_cannot_be_saved_at_the_exit_is_no_success(tmp_path, ending, status):
    (tmp_path / "out").mkdir()
    (tmp_path / "script.py").write_text(REMOVES_THE_FOLDER + ending)
    environment = {**os.environ, "AERO_TRACE_FOLDER": str(tmp_path)}  # where what is kept for the next start stays
    done = run_aero_nb("record", "-o", "out/trace.json", "script.py", cwd=tmp_path, env=environment)
    assert (done.returncode, done.stdout) == (status, "its own end\n")
    assert (tmp_path / "left open").read_text() == "data"
    assert "could not be saved" in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize(("text", "records"), [("1", 1), ("50000", 50_000)])
def test_any_number_of_records_from_one_on_will_do(text, records):
    assert _records(text) == records


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", ""])
def test_other_numbers_of_records_are_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="at least 1"):
        _records(text)


@pytest.mark.parametrize(("code", "said"), [("x = 1", True), ("from aero_nb import perf; perf.instant('i')", False)])
def test_that_nothing_was_recorded_is_said_where_that_is_so(tmp_path, code, said):
    done = run_aero_nb("record", "-c", code, cwd=tmp_path)
    assert done.returncode == 0
    assert ("nothing was recorded" in done.stderr) is said


def test_a_module_of_the_working_folder_is_found_where_python_has_it_not_on_its_path(tmp_path):
    (tmp_path / "here.py").write_text("print('ran')")
    done = python("-P", "-m", "aero_nb", "record", "-m", "here", cwd=tmp_path)  # as the console script does
    assert (done.returncode, done.stdout) == (0, "ran\n"), done.stderr
