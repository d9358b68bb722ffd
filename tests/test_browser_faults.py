"""What goes wrong with a page, a browser or a kernel, in a real Chromium: a clear error, nothing left over."""

import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from aero_site import CHROMIUM_ARGS, AeroSite
from browsers import eventually, nothing_is_left_of, own_zombies, profile_of, running_browser, running_on, tabs_of

import aero_nb
from aero_nb import AeroPage, BrowserError, Trace
from aero_nb.browser.find import find_browser

pytestmark = pytest.mark.browser

TESTS = Path(__file__).parent


@pytest.fixture(scope="module")
def site() -> Iterator[AeroSite]:
    with AeroSite() as site:
        yield site


@pytest.fixture(scope="module")
def held(site: AeroSite, scratch: Path) -> Iterator[AeroPage]:
    with aero_nb.connect(site.url, args=CHROMIUM_ARGS) as page:
        yield page


@pytest.fixture
def page(held: AeroPage) -> AeroPage:
    held.reload()
    return held


@pytest.fixture
def doomed(site: AeroSite) -> Iterator[AeroPage]:
    """A page of its own, for tests that end it."""
    page = aero_nb.connect(site.url, args=CHROMIUM_ARGS)
    yield page
    page.close()


@pytest.fixture(scope="module", autouse=True)
def scratch() -> Iterator[Path]:
    """A temporary folder that only this module's browsers use, so that leftovers can be told."""
    folder = Path(tempfile.mkdtemp(prefix="aero_nb-faults-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        patch.setenv("TMPDIR", str(folder))
        yield folder
    shutil.rmtree(folder)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {f"pytest-of-{getpass.getuser()}"}


@pytest.fixture(autouse=True)
def nothing_is_left_over(scratch: Path) -> Iterator[None]:
    """After every test: no profile folder, no file of Playwright's, no zombie more than before it."""
    before = names(scratch)
    yield
    eventually(lambda: names(scratch) <= before)
    assert names(scratch) - before == set()
    assert own_zombies() == []


def connect(url: str | None = None, **options: object) -> AeroPage:
    return aero_nb.connect(url, args=CHROMIUM_ARGS, **options)


# Addresses and pages


def test_a_page_without_aero_is_told_by_name(site: AeroSite) -> None:
    with pytest.raises(BrowserError, match=r"expected aero\.perf.*plain\.html.*No machine here.*a page without Aero"):
        connect(site.url + "plain.html", timeout=2)


def test_an_aero_perf_that_never_appears_is_given_up(site: AeroSite) -> None:
    with pytest.raises(BrowserError, match=r"within 2 s.*timeout="):
        connect(site.url + "?never", timeout=2)


def test_an_address_where_nothing_answers_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(BrowserError, match="nothing answers at that address"):
        connect(f"http://127.0.0.1:{port}/")


def test_no_address_at_all_is_told() -> None:
    with pytest.raises(BrowserError, match="found neither"):
        aero_nb.connect()


def test_a_browser_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(BrowserError, match=r"executable= '/no/such/browser'"):
        connect("http://127.0.0.1/", executable="/no/such/browser")
    monkeypatch.setenv("AERO_NB_BROWSER", str(tmp_path))
    with pytest.raises(BrowserError, match=r"\$AERO_NB_BROWSER"):
        find_browser()
    monkeypatch.delenv("AERO_NB_BROWSER")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrowserError, match=r"found none.*executable= or \$AERO_NB_BROWSER"):
        find_browser()


def test_a_program_that_is_no_browser_is_told() -> None:
    with pytest.raises(BrowserError, match="opening the browser"):
        connect("http://127.0.0.1/", executable="true", timeout=10)


# Exports that fail


@pytest.mark.parametrize(
    ("lie", "complaint"),
    [
        ("number", "expected a JSON string from the page, found number"),
        ("object", "expected a JSON string from the page, found object"),
        ("html", "expected a trace as a JSON object from the page, found b'<html>"),
        ("rejects", "the exporter fell over"),
    ],
)
def test_an_export_that_lies_or_rejects_is_told(page: AeroPage, lie: str, complaint: str) -> None:
    page.start()
    kept = page.export()
    page.evaluate(f"testing.lie('{lie}')")
    with pytest.raises(BrowserError, match=complaint):
        page.stop()
    assert page.last_export == kept
    page.evaluate("testing.tellTheTruth()")
    assert page.stop().startswith(b"{")


@pytest.mark.parametrize("lie", ["number", "object", "rejects"])
def test_a_streamed_export_that_lies_or_rejects_is_told(page: AeroPage, lie: str) -> None:
    page.start(stream=1000)
    page.export()
    page.evaluate(f"testing.lie('{lie}')")
    with pytest.raises(BrowserError, match="last_export"):
        page.stop()
    assert page.last_export is not None


def test_an_export_that_never_answers_is_given_up(page: AeroPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aero_nb.browser.moving.ANSWER_S", 0.5)
    page.start()
    page.evaluate("testing.lie('never')")
    with pytest.raises(BrowserError, match=r"did not answer within 0\.5 s while the page wrote its trace"):
        page.stop()
    page.evaluate("testing.tellTheTruth()")
    assert page.stop().startswith(b"{")


def test_a_page_whose_switch_lies_is_told(page: AeroPage) -> None:
    page.evaluate("Object.defineProperty(aero.perf, 'traceEnabled', { value: 'yes' }); 0")
    with pytest.raises(BrowserError, match=r"expected aero\.perf\.traceEnabled to be true or false, found 'yes'"):
        _ = page.trace_enabled
    with pytest.raises(BrowserError, match="this page's profiler does not work"):
        page.start()


def test_a_silent_worker_has_an_unknown_lane_not_an_empty_one(page: AeroPage) -> None:
    page.start()
    page.evaluate("await testing.command('gpu', 'silence', { on: true })")
    trace = Trace.from_bytes(page.stop())
    lanes = trace.losses.join(trace.tracks[["thread", "kind"]]).query("kind == 'thread'").set_index("thread")
    assert lanes["export_timed_out"].to_dict() == {"Main": False, "cpu": False, "gpu": True, "io": False, "jit": False}
    assert lanes["dropped_records"].isna().to_dict()["gpu"]
    assert lanes["dropped_records"]["cpu"] == 0


def test_a_blocked_worker_answers_when_it_can(page: AeroPage) -> None:
    page.start()
    page.evaluate("testing.command('cpu', 'block', { ms: 600 }); 0")
    assert json.loads(page.stop())["otherData"]["aero"]["workerExportTimeouts"] == []


def test_a_page_whose_main_thread_is_blocked_is_given_up_and_comes_back(page: AeroPage) -> None:
    page.start()
    page.evaluate("setTimeout(() => { const end = Date.now() + 1500; while (Date.now() < end); }); 0")
    page._timeout = 0.4
    with pytest.raises(BrowserError, match=r"did not answer within 0\.4 s while .*main thread is busy"):
        page.stop()
    page._timeout = 30
    assert page.stop().startswith(b"{")


# Reloads, other clients


def test_a_reload_in_mid_capture_is_told_at_the_stop(page: AeroPage) -> None:
    page.start()
    kept = page.export()
    page.evaluate("location.reload(); 0")
    with pytest.raises(BrowserError, match="reloaded or left since the recording began"):
        page.stop()
    assert page.last_export == kept
    page.reload()
    page.start()
    assert page.stop().startswith(b"{")


def test_a_reload_in_mid_export_is_told(page: AeroPage) -> None:
    page.start()
    page.evaluate("await testing.command('io', 'silence', { on: true })")  # two seconds in which to reload
    page.evaluate("setTimeout(() => location.reload(), 300); 0")
    with pytest.raises(BrowserError, match=r"reloaded or left.*what it had recorded is lost"):
        page.stop()


def test_leaving_for_a_page_without_aero_is_told(page: AeroPage, site: AeroSite) -> None:
    address = page.url
    page.start()
    page.evaluate(f"location.href = '{site.url}plain.html'; 0")
    assert eventually(lambda: page.url.endswith("plain.html"))
    with pytest.raises(BrowserError, match="reloaded or left"):
        page.stop()
    with pytest.raises(BrowserError, match=r"aero\.perf is not in this page"):
        page.start()
    page.evaluate(f"location.href = '{address}'; 0")
    assert eventually(lambda: page.evaluate("typeof aero") == "object")


def test_a_second_client_on_the_same_page_is_noticed(site: AeroSite) -> None:
    with running_browser(site.url) as (endpoint, _), connect(cdp=endpoint) as first, connect(cdp=endpoint) as second:
        first.start()
        kept = first.export()
        time.sleep(0.05)
        second.start()
        with pytest.raises(BrowserError, match="another client of the page"):
            first.stop()
        assert first.last_export != kept  # what the second recorded since
        # Both fetch at the same moment, and neither gets the other's bytes.
        texts: list[bytes] = []
        fetching = [threading.Thread(target=lambda page=page: texts.append(page.export())) for page in (first, second)]
        for thread in fetching:
            thread.start()
        for thread in fetching:
            thread.join()
        assert [text[:1] for text in texts] == [b"{", b"{"]
        assert second.stop().startswith(b"{")


# Joining a running browser


def test_a_joined_browser_keeps_running_and_its_tab_open(site: AeroSite) -> None:
    with running_browser(site.url, site.url + "plain.html") as (endpoint, browser):
        with connect(cdp=endpoint) as page:
            page.start()
            assert "frame" in page.stop().decode()
        assert browser.poll() is None
        assert len(tabs_of(endpoint)) == 2
        with connect(site.url + "?new", cdp=endpoint) as page:  # a tab of ours
            assert len(tabs_of(endpoint)) == 3
        assert eventually(lambda: len(tabs_of(endpoint)) == 2)


def test_the_tab_can_be_chosen_and_an_unclear_choice_is_told(site: AeroSite) -> None:
    with running_browser(site.url + "?one", site.url + "?two", site.url + "plain.html") as (endpoint, _):
        with pytest.raises(BrowserError, match=r"expected one tab with aero\.perf, found 2 among 3 tabs.*\?one.*tab="):
            connect(cdp=endpoint)
        with pytest.raises(BrowserError, match="found 0 among 3 tabs"):
            connect(cdp=endpoint, tab="?three")
        with connect(cdp=endpoint, tab="?two") as page:
            assert page.url.endswith("?two")
        with pytest.raises(BrowserError, match="a page without Aero"):
            connect(cdp=endpoint, tab="No machine", timeout=1)


def test_a_tab_closed_by_someone_else_is_told(site: AeroSite) -> None:
    with running_browser(site.url, site.url + "plain.html") as (endpoint, _), connect(cdp=endpoint) as page:
        page.start()
        page.evaluate("setTimeout(() => window.close(), 50); 0")
        assert eventually(lambda: page.gone is not None)
        with pytest.raises(BrowserError, match="the tab was closed"):
            page.stop()


def test_an_endpoint_that_refuses_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(BrowserError, match=r"no browser listens there.*--remote-debugging-port"):
        connect(cdp=f"http://127.0.0.1:{port}")


class Refusing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(403)

    def log_message(self, *_: object) -> None:
        pass


def test_an_endpoint_that_answers_403_is_told() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        with pytest.raises(BrowserError, match="the endpoint refused the connection"):
            connect(cdp=f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "endpoint", ["http://192.0.2.7:9222", "ws://example.com/devtools", "http://localhost.evil.example:1"]
)
def test_an_endpoint_that_is_not_on_this_machine_is_refused(endpoint: str) -> None:
    with pytest.raises(BrowserError, match=r"is not on this machine.*allow_remote=True"):
        connect(cdp=endpoint)


def test_a_remote_endpoint_is_tried_when_allowed() -> None:
    with pytest.raises(BrowserError, match=r"opening the browser|to be ready within"):
        connect(cdp="http://192.0.2.7:9222", allow_remote=True, timeout=1)


def test_an_endpoint_that_is_no_address_is_told() -> None:
    with pytest.raises(BrowserError, match=r"expected cdp= to be like 'http://127\.0\.0\.1:9222', found '9222'"):
        connect(cdp="9222")


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
        doomed.evaluate("await new Promise(() => {})")


def test_a_killed_browser_is_told_and_its_profile_removed(doomed: AeroPage) -> None:
    folder = profile_of(doomed)
    doomed.start()
    threading.Timer(0.3, lambda: [browser.kill() for browser in main_processes(folder)]).start()
    with pytest.raises(BrowserError, match=r"the browser ended|the tab crashed|the tab was closed"):
        doomed.evaluate("await new Promise(() => {})")
    assert nothing_is_left_of(folder)
    with pytest.raises(BrowserError, match="Connect again"):
        doomed.stop()


def main_processes(folder: Path) -> list[psutil.Process]:
    return [
        p
        for p in running_on(folder)
        if "--type=" not in " ".join(p.cmdline()) and "guard.py" not in " ".join(p.cmdline())
    ]


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


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Ctrl-C to this process after a while."""
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@pytest.mark.parametrize("seconds", [0.02, 0.15, 0.4, 0.7, 1.0])
def test_an_interrupted_connect_leaves_nothing(site: AeroSite, seconds: float) -> None:
    with pytest.raises(KeyboardInterrupt), interrupted_after(seconds):
        connect(site.url + "?never")


STATES: dict[str, tuple[str, Callable[[AeroPage], object]]] = {
    "javascript": ("", lambda page: page.evaluate("for (;;);")),
    "a promise": ("", lambda page: page.evaluate("await new Promise(() => {})")),
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
sys.path.insert(0, {tests!r})
from aero_site import CHROMIUM_ARGS
import aero_nb
page = aero_nb.connect({url!r}, args=CHROMIUM_ARGS)
page.start()
print(page._connection.folder, flush=True)
{then}
"""


@contextmanager
def kernel_with_a_page(site: AeroSite, then: str = "time.sleep(60)") -> Iterator[tuple[subprocess.Popen[str], Path]]:
    script = KERNEL.format(tests=str(TESTS), url=site.url, then=then)
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
        time.sleep(60)
    except KeyboardInterrupt:
        print(page.evaluate('6 * 7'), page.stop()[:1], flush=True)
        break
"""
    with kernel_with_a_page(site, then) as (kernel, _):
        time.sleep(0.2)
        os.killpg(kernel.pid, signal.SIGINT)
        assert kernel.stdout is not None
        assert kernel.stdout.readline() == "42 b'{'\n"
        assert kernel.wait(20) == 0


RESTARTED = """
import sys
sys.path.insert(0, {tests!r})
from aero_site import CHROMIUM_ARGS
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
        script = RESTARTED.format(tests=str(TESTS), url=site.url)
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
