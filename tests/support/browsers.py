"""What the tests know about browser processes: which run on a profile, and one of their own to join."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from aero_nb import AeroPage
from aero_nb.browser.find import find_browser
from tests.support.aero_site import CHROMIUM_ARGS


def profile_of(page: AeroPage) -> Path:
    """The folder of the page's browser and driver."""
    folder = page._connection.folder
    assert folder is not None
    return folder


def running_on(folder: Path) -> list[psutil.Process]:
    """The living processes with ``folder`` on their command line: browser, helpers, guard."""
    living = psutil.process_iter(["cmdline", "status"])
    return [p for p in living if str(folder) in " ".join(p.info["cmdline"] or []) and p.info["status"] != "zombie"]


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether ``condition`` came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def rest(page: Any) -> None:
    """Wait until the page has done what is due: two frames were drawn, and what they asked for has run."""
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
    )


def settled(page: Any, read: Callable[[], Any]) -> Any:
    """Read something of the page until it no longer changes from one frame to the next, and return it."""
    last = read()
    while True:
        rest(page)
        now = read()
        if now == last:
            return now
        last = now


def nothing_is_left_of(folder: Path) -> bool:
    """Whether the browser, its guard and its folder are gone, soon."""
    return eventually(lambda: not folder.exists() and not running_on(folder))


def own_zombies() -> list[psutil.Process]:
    """Children of this process that ended and were not waited for."""
    return [p for p in psutil.Process().children() if p.status() == psutil.STATUS_ZOMBIE]


@contextmanager
def running_browser(*addresses: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A browser somebody else started, with a tab for each address; yields its DevTools endpoint and process."""
    profile = tempfile.mkdtemp(prefix="aero_nb-test-")
    options = ["--headless", "--no-sandbox", "--no-first-run", f"--user-data-dir={profile}", *CHROMIUM_ARGS]
    command = [str(find_browser()), *options, "--remote-debugging-port=0", *addresses[:1]]
    process = subprocess.Popen(
        command, env={**os.environ, "TMPDIR": profile}, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        port_file = Path(profile, "DevToolsActivePort")
        assert eventually(lambda: port_file.exists() and port_file.read_text().count("\n") >= 1)
        endpoint = f"http://127.0.0.1:{port_file.read_text().splitlines()[0]}"
        for address in addresses[1:]:
            urllib.request.urlopen(
                urllib.request.Request(f"{endpoint}/json/new?{address}", method="PUT"), timeout=30
            ).close()
        assert eventually(lambda: set(addresses) <= set(tabs_of(endpoint)))
        yield endpoint, process
    finally:
        process.kill()
        process.wait()
        assert eventually(lambda: not running_on(Path(profile)))
        shutil.rmtree(profile, ignore_errors=True)


def tabs_of(endpoint: str) -> list[str]:
    """The addresses of the tabs of a running browser."""
    with urllib.request.urlopen(f"{endpoint}/json", timeout=30) as answer:
        return [target["url"] for target in json.load(answer) if target["type"] == "page"]


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Ctrl-C to this process after a while; heard also where the shell began us with interrupts ignored (``&``)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, before)
