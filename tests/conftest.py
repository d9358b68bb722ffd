"""Fixtures and settings of all tests."""

import os
import signal
import threading

import pytest
from hypothesis import settings

pytest_plugins = ["tests.support.lab"]  # the fixtures jupyter, chromium and page

# The same examples in every run: whether the tests pass must not depend on luck.
settings.register_profile("aero_nb", deadline=None, max_examples=40, derandomize=True)
# New examples in every run, and many: scripts/explore. A find becomes an @example, which every run then tries.
settings.register_profile("explore", deadline=None, max_examples=1_000, derandomize=False, print_blob=True)
settings.load_profile("aero_nb")

# A shell starts its background jobs deaf to Ctrl-C, and so would be every process that a test starts and interrupts.
if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Number bytes instead of quoting them: a file's time in them would give each worker other names for its tests."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Spread the tests over the processes of ``-n``: by file, so that a browser or a Lab server is started once.

    All tests of JupyterLab are one group, with one server. The groups that take longest begin first; this process hands
    them out in the order of the workers' lists.
    """
    if not hasattr(config, "workerinput"):
        return
    first = ("lab", "slow", "browser")
    items.sort(
        key=lambda item: next((at for at, mark in enumerate(first) if item.get_closest_marker(mark)), len(first))
    )
    for item in items:
        item.add_marker(
            pytest.mark.xdist_group("lab" if item.get_closest_marker("lab") else item.nodeid.partition("::")[0])
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where AERO_NB_SKIP_NOTHING is set, fail if a test was skipped for lack of Node.js (``-rs`` names them)."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("AERO_NB_SKIP_NOTHING"):
        return
    if any("Node.js" in str(report.longrepr) for report in reporter.stats.get("skipped", ())):
        reporter.write_line("\nTests were skipped for lack of Node.js, and AERO_NB_SKIP_NOTHING is set.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
