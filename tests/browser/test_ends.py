"""Crashes, kills and interrupts, of pages, browsers and kernels: a clear error, nothing left over."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from aero_nb import AeroPage, BrowserError, Trace
from aero_nb.browser.connection import Connection
from aero_nb.browser.scratch import Scratch
from aero_nb.browser.tab import Tab
from tests.support.aero_site import AeroSite
from tests.support.browser_fixtures import (  # noqa: F401 - pytest finds the fixtures here
    connect,
    fixture_doomed,
    fixture_held,
    fixture_nothing_is_left_over,
    fixture_page,
    fixture_scratch,
    fixture_site,
)
from tests.support.browsers import eventually, interrupted_after, nothing_is_left_of, profile_of, running_on

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]


def test_a_browser_starts_under_a_temporary_folder_whose_path_is_too_long_for_its_socket(
    site: AeroSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_long = tmp_path / ("x" * 40)
    too_long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(too_long))
    page = connect(site.url)
    folder = profile_of(page)
    page.close()
    assert nothing_is_left_of(folder)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(BrowserError, match="a temporary folder whose path has at most"):
        Scratch()


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_timeout_that_is_none_is_refused(timeout: float) -> None:
    with pytest.raises(BrowserError, match="more than 0 seconds"):
        connect("http://127.0.0.1:1/", timeout=timeout)


# Crashes and kills


def test_a_crashed_tab_is_told_and_everything_exported_kept(doomed: AeroPage) -> None:
    folder = profile_of(doomed)
    doomed.start()
    kept = doomed.export()
    doomed._connection.submit(doomed._connection.tab.page.goto("chrome://crash"))
    assert nothing_is_left_of(folder)
    with pytest.raises(BrowserError, match=r"the tab crashed\. Connect again"):
        doomed.stop()
    assert doomed.last_export == kept
    assert "gone (the tab crashed)" in str(doomed.status())
    assert doomed.clock_offset_us() == doomed.clock_offset_us()


def test_a_crash_in_mid_call_ends_the_call(doomed: AeroPage) -> None:
    crash = lambda: doomed._connection.submit(doomed._connection.tab.page.goto("chrome://crash"))  # noqa: E731
    threading.Timer(0.3, crash).start()
    with pytest.raises(BrowserError, match="the tab crashed"):
        doomed.evaluate("await new Promise((done) => { globalThis.held = done; })")


def test_a_killed_browser_is_told_and_its_profile_removed(doomed: AeroPage) -> None:
    folder = profile_of(doomed)
    doomed.start()
    threading.Timer(0.3, lambda: [browser.kill() for browser in main_processes(folder)]).start()
    with pytest.raises(BrowserError, match=r"the browser ended\. Connect again"):
        doomed.evaluate("await new Promise((done) => { globalThis.held = done; })")
    assert nothing_is_left_of(folder)
    with pytest.raises(BrowserError, match="Connect again"):
        doomed.stop()


def main_processes(folder: Path) -> list[psutil.Process]:
    """The browsers on a profile, without their helpers and our guard."""
    commands = [(process, " ".join(process.info["cmdline"] or [])) for process in running_on(folder)]
    return [process for process, command in commands if "--type=" not in command and "guard.py" not in command]


def test_a_killed_driver_is_told_and_its_browser_ended(doomed: AeroPage) -> None:
    folder = profile_of(doomed)
    drivers = [p for p in psutil.Process().children() if "run-driver" in p.cmdline()]
    for driver in drivers:
        ours = any(str(folder) in " ".join(p.info["cmdline"] or []) for p in _tree(driver))
        if ours:
            driver.kill()
    with pytest.raises(BrowserError):
        doomed.evaluate("1", timeout=10)
    doomed.close()
    assert nothing_is_left_of(folder)


def _tree(process: psutil.Process) -> list[psutil.Process]:
    children = process.children(recursive=True)
    return [p for p in psutil.process_iter(["cmdline"]) if p in children]


# Interrupts


@pytest.mark.parametrize("seconds", [0.02, 0.15, 0.4, 0.7, 1.0])
def test_an_interrupted_connect_leaves_nothing(site: AeroSite, seconds: float) -> None:
    with pytest.raises(KeyboardInterrupt), interrupted_after(seconds):
        connect(site.url + "?never")


def test_an_interrupt_is_not_hidden_by_what_fails_in_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aero_nb.browser.loop.PATIENCE_S", 0.2)
    release = threading.Event()

    async def stubborn() -> None:
        while not release.is_set():
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0.01)

    async def cancelled() -> None:
        raise asyncio.CancelledError

    async def open_tab(connection: Connection) -> Tab:
        connection.at_the_end(cancelled)
        tasks.append(asyncio.ensure_future(stubborn()))
        await asyncio.Event().wait()
        raise AssertionError

    tasks: list[asyncio.Future[None]] = []
    with pytest.raises(KeyboardInterrupt), interrupted_after(0.1):
        Connection(open_tab, 30)
    release.set()


STATES: dict[str, tuple[str, Callable[[AeroPage], object]]] = {
    "javascript": ("", lambda page: page.evaluate("for (;;);")),
    "a promise": ("", lambda page: page.evaluate("await new Promise((done) => { globalThis.held = done; })")),
    "stop": ("testing.lie('never')", lambda page: page.stop()),
    "export": ("testing.lie('never')", lambda page: page.export()),
    "start": ("aero.perf.traceStart = () => { for (;;); }", lambda page: page.start()),
    "reload": ("0", lambda page: page.evaluate("await new Promise(() => location.reload())")),
    "click": ("0", lambda page: page.click("#nowhere")),
}


@pytest.mark.parametrize("state", STATES)
def test_an_interrupt_is_obeyed_and_the_page_can_be_used_again(page: AeroPage, state: str) -> None:
    preparation, call = STATES[state]
    page.start()
    page.evaluate(preparation)
    with pytest.raises((KeyboardInterrupt, BrowserError)), interrupted_after(0.3):
        call(page)
    if state == "start":
        page._connection.interrupt_page()
    page.reload()
    page.start()
    assert page.stop().startswith(b"{")


def test_an_interrupted_stop_loses_nothing(page: AeroPage) -> None:
    page.start(stream=1000)
    page.evaluate(
        "await testing.everyone('fill', { count: 100 }); await testing.command('io', 'silence', { on: true })"
    )
    with pytest.raises(KeyboardInterrupt), interrupted_after(0.5):
        page.stop()
    page.evaluate("await testing.command('io', 'silence', { on: false })")
    trace = Trace.from_bytes(page.stop())
    assert (trace.counters["series"] == "sequence").sum() == 4 * 100


# The end of the kernel

KERNEL = """
import sys, time
sys.path.insert(0, {root!r})
from tests.support.aero_site import CHROMIUM_ARGS
import aero_nb
page = aero_nb.connect({url!r}, args=CHROMIUM_ARGS)
page.start()
print(page._connection.folder, flush=True)
{then}
"""


@contextmanager
def kernel_with_a_page(site: AeroSite, then: str = "time.sleep(60)") -> Iterator[tuple[subprocess.Popen[str], Path]]:
    script = KERNEL.format(root=str(ROOT), url=site.url, then=then)
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True, "start_new_session": True}
    with subprocess.Popen([sys.executable, "-c", script], **options) as kernel:
        assert kernel.stdout is not None
        yield kernel, Path(kernel.stdout.readline().strip())


ENDS: dict[str, Callable[[int], None]] = {
    "kill -9": lambda pid: os.kill(pid, signal.SIGKILL),
    "kill -9 of the process group, as a kernel restart does": lambda pid: os.killpg(pid, signal.SIGKILL),
    "SIGTERM": lambda pid: os.kill(pid, signal.SIGTERM),
    "an interrupt of the process group that ends it": lambda pid: os.killpg(pid, signal.SIGINT),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_end_of_the_kernel_is_the_end_of_its_browser(site: AeroSite, end: str) -> None:
    with kernel_with_a_page(site) as (kernel, folder):
        tree = psutil.Process(kernel.pid).children(recursive=True)
        assert len(tree) > 4
        ENDS[end](kernel.pid)
        kernel.wait()
    assert nothing_is_left_of(folder)
    assert eventually(lambda: all(not p.is_running() or p.status() == psutil.STATUS_ZOMBIE for p in tree))


def test_a_script_that_just_ends_leaves_nothing(site: AeroSite) -> None:
    with kernel_with_a_page(site, then="") as (kernel, folder):
        assert kernel.wait(20) == 0
    assert not folder.exists()


def test_a_forked_child_that_outlives_the_kernel_does_not_keep_the_browser(site: AeroSite) -> None:
    then = """
import os
if os.fork() == 0:
    time.sleep(30)
    os._exit(0)
print('forked', flush=True)
time.sleep(60)
"""
    with kernel_with_a_page(site, then) as (kernel, folder):
        assert kernel.stdout is not None
        assert kernel.stdout.readline() == "forked\n"
        (child,) = [p for p in psutil.Process(kernel.pid).children() if p.cmdline()[:2] == [sys.executable, "-c"]]
        os.kill(kernel.pid, signal.SIGKILL)
        assert nothing_is_left_of(folder)
        child.kill()


def test_a_forked_child_that_ends_does_not_touch_the_page(site: AeroSite) -> None:
    then = """
import os
child = os.fork()
if child == 0:
    sys.exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), page.evaluate('6 * 7'), flush=True)
"""
    with kernel_with_a_page(site, then) as (kernel, _):
        assert kernel.stdout is not None
        assert kernel.stdout.readline() == "3 42\n"
        assert kernel.wait(20) == 0


def test_an_interrupt_of_the_whole_process_group_leaves_the_browser_alone(site: AeroSite) -> None:
    then = """
import signal
while True:
    try:
        print('waiting', flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        print(page.evaluate('6 * 7'), page.stop()[:1], flush=True)
        break
"""
    with kernel_with_a_page(site, then) as (kernel, _):
        assert kernel.stdout is not None
        assert kernel.stdout.readline() == "waiting\n"
        os.killpg(kernel.pid, signal.SIGINT)
        assert kernel.stdout.readline() == "42 b'{'\n"
        assert kernel.wait(20) == 0


RESTARTED = """
import sys
sys.path.insert(0, {root!r})
from tests.support.aero_site import CHROMIUM_ARGS
import aero_nb
page = aero_nb.connect({url!r}, args=CHROMIUM_ARGS)
page.start()
print(page._connection.folder)
"""


@pytest.mark.slow
@pytest.mark.parametrize("now", [True, False])
def test_a_restarted_jupyter_kernel_leaves_no_browser(site: AeroSite, now: bool) -> None:
    manager_of = pytest.importorskip("jupyter_client.manager", reason="needs pip install 'aero-nb[lab]'")
    manager, client = manager_of.start_new_kernel(kernel_name="python3")
    try:
        printed: list[str] = []
        script = RESTARTED.format(root=str(ROOT), url=site.url)
        client.execute_interactive(
            script,
            timeout=60,
            output_hook=lambda m: printed.append(m["content"].get("text", "")) if m["msg_type"] == "stream" else None,
        )
        folder = Path("".join(printed).split()[-1])
        assert folder.exists()
        manager.restart_kernel(now=now)
        assert nothing_is_left_of(folder)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
