"""Start or join a browser, open the page, and wait until its profiler can export."""

import asyncio
import atexit
import os
import time
import weakref
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from aero_nb.browser.connection import Connection
from aero_nb.browser.find import check_display, find_browser
from aero_nb.browser.moving import call_text
from aero_nb.browser.scratch import Scratch
from aero_nb.browser.tab import Tab, check_endpoint, join_browser, start_browser, start_driver
from aero_nb.errors import BrowserError

if TYPE_CHECKING:
    from playwright.async_api import Page

T = TypeVar("T")

POLL_S = 0.05
ANSWER_S = 2.0  # at least, for one answer: the last look must not fail for want of time
START_S = 60.0  # for a browser to start on a busy machine; the page's own timeout begins afterwards

_open: "weakref.WeakSet[Connection]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for connection in list(_open):
        connection.close("the process ended")


def open_connection(
    url: str | None,
    *,
    executable: str | Path | None,
    headed: bool,
    args: Sequence[str],
    cdp: str | None,
    tab: str | int | None,
    allow_remote: bool,
    timeout: float,
) -> Connection:
    """Return a connection to a page whose ``aero.perf`` can export; the arguments are those of ``connect()``."""
    if cdp is not None:
        check_endpoint(cdp, allow_remote=allow_remote)
    program = find_browser(executable) if cdp is None else None
    if headed and program is not None:
        check_display()

    async def open_tab(connection: Connection) -> Tab:
        _open.add(connection)
        scratch = Scratch()
        connection.at_the_end(partial(_remove, scratch))
        playwright = await _begun(connection, start_driver(), lambda driver: driver.stop())
        if program is not None:
            opening = start_browser(playwright, scratch, program, headed=headed, args=args)
        else:
            opening = join_browser(playwright, scratch, str(cdp), url=url, tab=tab, timeout=timeout)
        held = await _begun(connection, opening, Tab.close)
        connection.folder = scratch.folder
        return held

    connection = Connection(open_tab, START_S if program is not None else timeout + 1)
    try:
        if url is not None and (cdp is None or tab is None):
            go(connection, url, timeout)
        else:
            wait_for_aero(connection, timeout)
    except BaseException:
        connection.close("connect() failed")
        raise
    return connection


async def _remove(scratch: Scratch) -> None:
    scratch.close()  # blocks this loop, whose last task it is; at the interpreter's end no other thread can be had


async def _begun(
    connection: Connection, work: Coroutine[Any, Any, T], end: Callable[[T], Coroutine[Any, Any, None]]
) -> T:
    """Await ``work``, and have what it begins ended with the connection, even when we are interrupted before it is."""
    task = asyncio.ensure_future(work)

    async def end_it() -> None:
        await end(await task)

    connection.at_the_end(end_it)
    return await asyncio.shield(task)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_open.clear)  # the connections, and their threads, stay with the parent


def _open_anew(page: "Page", url: str, timeout: float) -> Coroutine[Any, Any, Any]:
    if url == page.url:  # going where one is would only scroll, if the address has a fragment
        return page.reload(wait_until="commit", timeout=timeout * 1000)
    return page.goto(url, wait_until="commit", timeout=timeout * 1000)


def go(connection: Connection, url: str, timeout: float) -> None:
    """Open ``url`` in the held tab, as a new document, and wait for ``aero.perf``."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            connection.run(_open_anew(connection.tab.page, url, timeout), f"opening {url}", timeout + 1)
        except BrowserError as error:  # the page itself was on its way somewhere
            if "Not attached to an active page" in str(error) and time.monotonic() < deadline:
                time.sleep(POLL_S)
                continue
            if "interrupted by another navigation" not in str(error):
                raise
        break
    wait_for_aero(connection, timeout)


def wait_for_address(connection: Connection, url: str, timeout: float) -> None:
    """Return once the held tab knows that its page has taken ``url`` for its address."""
    arriving = connection.tab.page.wait_for_url(lambda now: now == url, wait_until="commit", timeout=timeout * 1000)
    connection.run(arriving, f"waiting for the address {url}", timeout + 1)


def wait_for_aero(connection: Connection, timeout: float) -> dict[str, Any]:
    """Return the page's state once ``aero.perf`` can export; BrowserError after ``timeout`` seconds without."""
    deadline = time.monotonic() + timeout
    state: dict[str, Any] = {}
    while (left := deadline - time.monotonic()) > 0:
        try:
            state = connection.evaluate(call_text("state"), "waiting for aero.perf", max(left, ANSWER_S))
        except BrowserError:
            if connection.gone is not None or time.monotonic() > deadline:
                raise
            state = {}  # the page is on its way to another document
        if state.get("ready"):
            return state
        time.sleep(POLL_S)
    raise BrowserError(_absent(connection, state, timeout))


def _absent(connection: Connection, state: dict[str, Any], timeout: float) -> str:
    found = {
        "undefined": "a page without Aero (no 'aero' in it)",
        "object": f"'aero' whose perf is {state.get('perf')}",
    }.get(state.get("aero", ""), "a page that did not settle")
    text = (
        f"expected aero.perf.exportTrace in {state.get('url', connection.tab.page.url)} ({state.get('title', '')!r}) "
        f"within {timeout:g} s, found {found}. Check the address; a slow start wants connect(timeout=SECONDS), "
        "or %aero_trace connect --timeout SECONDS"
    )
    complaints = [str(line) for line in connection.console if line.kind in ("error", "uncaught")]
    return text + (f". The page's console says: {complaints[-1]}" if complaints else "")
