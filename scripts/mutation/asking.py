"""Run tests in a fork of this process, which has the outside libraries loaded: a fault costs its tests, no start."""

import contextlib
import importlib
import os
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


def outcome(tests: list[str], folder: Path, log: Path, seconds: float) -> str:
    """Run ``tests`` up to the first failure; return "passed", "failed" or "timeout".

    ``seconds`` are of the processor, so that a busy machine times nothing out; ten times as many may pass on the clock.
    """
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    try:
        status = _in_fork(lambda: _pytest(["-x", *tests]), folder, log, seconds)
    finally:
        del os.environ["PYTHONDONTWRITEBYTECODE"]
        sys.dont_write_bytecode = False
    if status is None:
        return "timeout"
    return "passed" if status == 0 else "failed"


def measure(test_file: str, folder: Path, log: Path, markers: str, seconds: float) -> Measured:
    """Run a test file under coverage: which tests pass, how long each takes, which lines it reaches."""
    with tempfile.TemporaryDirectory() as scratch:
        saved = Path(scratch) / "measured.json"
        _in_fork(lambda: _measured(test_file, markers, folder, saved), folder, log, seconds)
        return Measured.load(saved) if saved.exists() else Measured()


def _pytest(arguments: list[str], plugins: list[object] | None = None) -> int:
    return int(pytest.main([*QUIET, *arguments], plugins=plugins))


def _measured(test_file: str, markers: str, folder: Path, saved: Path) -> int:
    import coverage

    cover = coverage.Coverage(data_file=None, config_file=False, source=[str(folder / "aero_nb")])
    watch = _Watch(cover)
    cover.start()
    status = _pytest(["-m", markers, test_file], plugins=[watch])
    cover.stop()
    data, result = cover.get_data(), Measured(seconds=watch.seconds)
    for path in data.measured_files():
        tests: dict[str, list[int]] = {}
        for line, names in data.contexts_by_lineno(path).items():
            for name in filter(None, names):
                tests.setdefault(name, []).append(line)
        if tests:
            result.lines[str(Path(path).relative_to(folder))] = tests
    result.save(saved)
    return status


class _Watch:
    """A pytest plugin: one coverage context for each test, and the time of those that pass."""

    def __init__(self, cover: object) -> None:
        self.cover = cover
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item):
        self.cover.switch_context(item.nodeid)
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
            status = _waited_for(child, 10 * seconds)
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
