"""Run tests in a fork of this process, which has the outside libraries loaded: a fault costs its tests, no start."""

import contextlib
import importlib
import json
import os
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from tests_of import Measured

LIBRARIES = [
    "numpy",
    "pandas",
    "plotly.graph_objects",
    "hypothesis",
    "orjson",
    "msgspec",
    "IPython",
    "anywidget",
    "PIL.Image",
]
QUIET = ["-q", "-p", "no:cacheprovider", "-p", "no:cov", "--no-header", "--tb=line"]
# hypothesis is loaded before pytest, which would rewrite its asserts.
QUIET += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]


def load_libraries() -> None:
    """Load what every test needs, but nothing of aero_nb."""
    for name in LIBRARIES:
        importlib.import_module(name)


def outcome(tests: list[str], folder: Path, log: Path, seconds: float) -> tuple[str, str]:
    """Run ``tests`` up to the first failure; return "passed", "failed" or "timeout", and the test that failed.

    ``seconds`` are of the processor, so that a busy machine times nothing out. Three times as many may pass on the
    clock.
    """
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    try:
        status = _in_fork(lambda: _pytest(["-x", *tests]), folder, log, seconds)
    finally:
        del os.environ["PYTHONDONTWRITEBYTECODE"]
        sys.dont_write_bytecode = False
    if status is None:
        return "timeout", ""
    failed = re.search(r"^(?:FAILED|ERROR) (.*?)(?: - .*)?$", log.read_text(errors="replace"), re.MULTILINE)
    return ("passed", "") if status == 0 else ("failed", failed[1] if failed else "")


def measure(test_file: str, folder: Path, log: Path, markers: str, seconds: float) -> Measured:
    """Run a test file under coverage: which tests pass, how long each takes, which lines it reaches."""
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(scratch)
        _in_fork(lambda: _measured(test_file, markers, folder, kept), folder, log, seconds)
        seconds_of = kept / "seconds.json"
        result = Measured(json.loads(seconds_of.read_text()) if seconds_of.exists() else {})
        for data in kept.glob("data*"):
            _add_lines(result, data, folder)
        # Names that change from one run to the next (a time, an address) could not be asked for again.
        _in_fork(lambda: _collected(test_file, kept / "names.json"), folder, log.with_suffix(".names"), 60)
        names = kept / "names.json"
        stable = set(json.loads(names.read_text()) if names.exists() else [])
        result.seconds = {name: took for name, took in result.seconds.items() if name in stable}
    return result


def _pytest(arguments: list[str], plugins: list[object] | None = None) -> int:
    return int(pytest.main([*QUIET, *arguments], plugins=plugins))


COVERAGE = """
[run]
source = {folder}/aero_nb
data_file = {kept}/data
parallel = true
patch = _exit
context = ${{{variable}-}}
"""
THE_TEST = "AERO_NB_MUTATION_TEST"
"""The variable that says in another process which test started it; coverage starts itself there (a1_coverage.pth)."""


def _measured(test_file: str, markers: str, folder: Path, kept: Path) -> int:
    import coverage

    settings = kept / "coverage.ini"
    settings.write_text(COVERAGE.format(folder=folder, kept=kept, variable=THE_TEST))
    cover = coverage.Coverage(config_file=str(settings))
    os.environ["COVERAGE_PROCESS_START"] = str(settings)
    watch = _Watch(cover)
    cover.start()
    status = _pytest(["-m", markers, test_file], plugins=[watch])
    cover.stop()
    cover.save()
    (kept / "seconds.json").write_text(json.dumps(watch.seconds))
    return status


def _add_lines(result: Measured, saved: Path, folder: Path) -> None:
    import coverage

    data = coverage.CoverageData(str(saved))
    try:
        data.read()
    except coverage.CoverageException:
        return  # of a process that was killed while it wrote
    for path in data.measured_files():
        tests = result.lines.setdefault(str(Path(path).relative_to(folder)), {})
        for line, names in data.contexts_by_lineno(path).items():
            for name in filter(None, names):
                tests.setdefault(name, []).append(line)


def _collected(test_file: str, saved: Path) -> int:
    names = _Names()
    status = _pytest(["--collect-only", test_file], plugins=[names])
    saved.write_text(json.dumps(names.names))
    return status


class _Names:
    """A pytest plugin that keeps the names of the tests."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.names = [item.nodeid for item in session.items]


class _Watch:
    """A pytest plugin: one coverage context for each test, and the time of those that pass."""

    def __init__(self, cover: object) -> None:
        self.cover = cover
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item):
        self.cover.switch_context(item.nodeid)
        os.environ[THE_TEST] = item.nodeid
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = report.duration


def _in_fork(work: Callable[[], int], folder: Path, log: Path, seconds: float) -> int | None:
    """Return the status of ``work`` in a fork (a process group and temporary folder of its own); None: too long."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        child = os.fork()
        if child == 0:
            _become_the_child(folder, log, scratch)
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
            status = 3
            try:
                status = work()
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        try:
            status = _waited_for(child, 3 * seconds)
            return None if status in (-signal.SIGXCPU, -signal.SIGKILL) else status
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child, signal.SIGKILL)


def _become_the_child(folder: Path, log: Path, scratch: str) -> None:
    os.setsid()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    os.environ.update(PYTHONPATH=str(folder), TMPDIR=scratch)
    tempfile.tempdir = None


def _waited_for(child: int, seconds: float) -> int | None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
