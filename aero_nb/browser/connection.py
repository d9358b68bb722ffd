"""One held page behind blocking calls: evaluate, wait, notice its end, and leave nothing behind."""

import asyncio
import contextlib
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from aero_nb.browser.loop import LoopThread
from aero_nb.browser.scripts import END_S, Script
from aero_nb.browser.tab import Tab
from aero_nb.errors import BrowserError

T = TypeVar("T")

IN_PAGE_URL = "aero_nb/in_page.js"  # what the page's stack traces call our own script
BROWSER_S = 2.0  # for a browser to answer when its tab is gone
CLOSE_S = 5.0  # for a browser to close in good order; the guard ends it otherwise
CONSOLE_LINES = 10_000
UNSERIALIZABLE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf"), "-0": -0.0}


class ConsoleLine(NamedTuple):
    """A line of the page's console: ``time_s`` (since the epoch), ``kind`` (log, warning, error, ...), ``text``."""

    time_s: float
    kind: str
    text: str

    def __str__(self) -> str:
        return self.text if self.kind == "log" else f"{self.kind}: {self.text}"


class Connection:
    """Hold the tab that ``open_tab`` opens on a thread of its own; every method blocks and may be interrupted."""

    def __init__(self, open_tab: Callable[["Connection"], Coroutine[Any, Any, Tab]], timeout: float) -> None:
        self.console: deque[ConsoleLine] = deque(maxlen=CONSOLE_LINES)
        self.console_lines = 0  # ever
        self.folder: Path | None = None  # of this connection's files, gone when it is closed
        self._ending = threading.Lock()
        self._cleanups: list[Callable[[], Coroutine[Any, Any, Any]]] = []
        self._thread = LoopThread("aero_nb browser")
        self._gone: asyncio.Future[str] = asyncio.Future(loop=self._thread.loop)
        try:
            self._tab = self._thread.call(self._open(open_tab), timeout)
        except BaseException as error:
            self.close("connect() failed")
            if isinstance(error, TimeoutError):
                raise BrowserError(
                    f"expected the browser to be ready within {timeout:g} s, found it was not"
                ) from error
            raise _as_browser_error(error, "opening the browser", timeout) from error

    async def _open(self, open_tab: Callable[["Connection"], Coroutine[Any, Any, Tab]]) -> Tab:
        tab = await open_tab(self)
        self._listen(tab)
        return tab

    def at_the_end(self, cleanup: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Have ``cleanup`` run when the connection ends, the last one given first."""
        self._cleanups.append(cleanup)

    def _listen(self, tab: Tab) -> None:
        tab.page.on("console", lambda line: self._note(line.type, line.text))
        tab.page.on("pageerror", lambda error: self._note("uncaught", str(error)))
        tab.page.on("crash", lambda _: self._lose("the tab crashed"))
        tab.page.on("close", lambda _: asyncio.ensure_future(self._closed(tab)))
        tab.browser.on("disconnected", lambda _: self._lose("the browser ended"))

    async def _closed(self, tab: Tab) -> None:
        """Tell a tab that was closed from one whose browser was killed: the tab's end is the first sign of either."""
        try:
            async with asyncio.timeout(BROWSER_S):
                browser = await tab.browser.new_browser_cdp_session()
                await browser.send("Browser.getVersion")
        except Exception:  # whatever it is, the browser does not answer
            self._lose("the browser ended")
        else:
            self._lose("the tab was closed")

    def _note(self, kind: str, text: str) -> None:
        self.console.append(ConsoleLine(time.time(), kind, text))
        self.console_lines += 1

    def _lose(self, reason: str) -> None:
        if not self._gone.done():
            self._gone.set_result(reason)
            # Closing joins this very thread, so another one does it.
            threading.Thread(target=self.close, name="aero_nb browser end", daemon=True).start()

    @property
    def tab(self) -> Tab:
        """The held tab, for calls made on this connection's thread."""
        return self._tab

    @property
    def gone(self) -> str | None:
        """Why the page can no longer be asked, or None."""
        return self._gone.result() if self._gone.done() else None

    def submit(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Start ``work`` on the connection's thread."""
        if self.gone is not None:
            work.close()
            raise BrowserError(self._gone_text())
        return self._thread.submit(self._race(work))

    def run(self, work: Coroutine[Any, Any, T], doing: str, timeout: float) -> T:
        """Run ``work`` on the connection's thread; BrowserError when the page is lost, refuses, or takes too long."""
        return self.finish(self.submit(work), doing, timeout)

    def finish(self, future: "Future[T]", doing: str, timeout: float, *, waited: float = 0.0) -> T:
        """Wait for what :meth:`submit` started; an interrupt or an error cancels it.

        Args:
            future: what was started.
            doing: what it is, for the error.
            timeout: seconds that it gets in all.
            waited: seconds of them that have passed.

        Raises BrowserError where it failed, or was not done in time.
        """
        try:
            return future.result(max(timeout - waited, 0.0))
        except BaseException as error:
            future.cancel()
            raise _as_browser_error(error, doing, timeout) from error

    def evaluate(self, expression: str, doing: str, timeout: float) -> Any:
        """Evaluate a JavaScript expression in the page and return its value, promises awaited."""
        return self.run(self.evaluating(expression), doing, timeout)

    async def evaluating(self, expression: str) -> Any:
        """As :meth:`evaluate`, to be awaited on the connection's thread."""
        found = await self._send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return _value(found)

    def script(self, statements: str, seconds: float) -> Script:
        """Return statements to be run as the page's console would (``let`` may be repeated, ``await`` used)."""

        def send(text: str) -> Coroutine[Any, Any, dict[str, Any]]:
            return self._send("Runtime.evaluate", expression=text, replMode=True, awaitPromise=True, userGesture=True)

        return Script(self._tab.cdp, statements, seconds, send)

    async def typing_in(self, script: Script) -> Any:
        """Run ``script`` and return its last value; to be awaited on the connection's thread."""
        found = await script.run()
        if found.get("subtype") == "promise":  # the console leaves a last value's promise alone
            found = await self._send("Runtime.awaitPromise", promiseObjectId=found["objectId"], returnByValue=True)
        elif "objectId" in found:
            found = await self._send(
                "Runtime.callFunctionOn",
                objectId=found["objectId"],
                functionDeclaration="function () { return this; }",
                returnByValue=True,
            )
        return _value(found)

    async def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command of the Runtime domain and return its ``result``, or raise what the page threw."""
        answer = await self._tab.cdp.send(method, parameters)
        if details := answer.get("exceptionDetails"):
            raise BrowserError(_thrown(details))
        result: dict[str, Any] = answer["result"]
        return result

    async def _race(self, work: Coroutine[Any, Any, T]) -> T:
        """Await ``work``, but no longer than the page lives."""
        task = asyncio.ensure_future(work)
        try:
            futures: set[asyncio.Future[Any]] = {task, self._gone}
            await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
            if task.done() and _is_end(task):  # why, is reported a moment later
                await asyncio.wait({self._gone}, timeout=BROWSER_S + 1)
            if self._gone.done():
                raise BrowserError(self._gone_text())
            return task.result()
        finally:
            task.cancel()
            with contextlib.suppress(BaseException):
                await task

    def _gone_text(self) -> str:
        return (
            f"the page is gone: {self._gone.result()}. Connect again: %aero_trace connect URL, or aero_nb.connect(url)"
        )

    def end_script(self, script: Script) -> None:
        """End ``script`` if it keeps the page from answering, and nothing else."""
        with contextlib.suppress(Exception):  # a page that is lost meanwhile; the caller has an error to raise already
            self._thread.call(script.end(), END_S + 1)

    def interrupt_page(self) -> None:
        """End whatever script keeps the page from answering, the page's own included."""
        with contextlib.suppress(Exception):
            self._thread.call(self._terminate(), END_S + 1)

    async def _terminate(self) -> None:
        probe = asyncio.ensure_future(self._tab.cdp.send("Runtime.evaluate", {"expression": "0"}))
        done, _ = await asyncio.wait({probe}, timeout=0.5)
        if not done:  # an idle page must not be interrupted: the emulator's next callback would be killed instead
            await self._tab.cdp.send("Runtime.terminateExecution")
            await probe

    def close(self, reason: str = "it was closed") -> None:
        """Close what is ours, end the driver and the thread; harmless when repeated or concurrent."""
        with self._ending:
            if self._thread.loop.is_closed():
                return
            self._thread.call(self._end(reason))
            self._thread.close()

    async def _end(self, reason: str) -> None:
        if not self._gone.done():
            self._gone.set_result(reason)
        while self._cleanups:
            # A browser that died refuses each step, one that was never begun is cancelled; all must be tried.
            with contextlib.suppress(Exception, asyncio.CancelledError):
                await asyncio.wait_for(self._cleanups[-1](), CLOSE_S)
            self._cleanups.pop()  # after it, so that an interrupted close() goes on where it was


def _is_end(task: "asyncio.Future[Any]") -> bool:
    """Whether a call failed since the tab or the browser went away."""
    return not task.cancelled() and type(task.exception()).__name__ == "TargetClosedError"


def timed_out(error: BaseException) -> bool:
    """Whether a BrowserError of ours stands for a time that ran out."""
    return isinstance(error.__cause__, TimeoutError)


def _as_browser_error(error: BaseException, doing: str, timeout: float) -> BaseException:
    """Say in our words what Playwright, the loop or a timeout said in theirs."""
    from concurrent.futures import CancelledError

    if isinstance(error, TimeoutError):
        return BrowserError(
            f"the page did not answer within {timeout:.3g} s while {doing}: its main thread is busy, or stopped in a "
            "debugger. Wait and try again, reload() the page, or close() it"
        )
    if isinstance(error, CancelledError):
        return BrowserError(f"the connection was closed while {doing}")
    if type(error).__name__ == "TimeoutError":  # Playwright's own
        return BrowserError(_waited(doing, str(error)))
    if type(error).__module__.startswith("playwright."):
        return BrowserError(f"while {doing}: {_explained(str(error))}")
    return error


def _waited(doing: str, error: str) -> str:
    """Say what was waited for in vain; Playwright's log says for how long, and how far it came."""
    limit = re.search(r"Timeout (\d+)ms", error)
    time_given = f"{int(limit[1]) / 1000:g} s" if limit else "the time given"
    if doing.startswith("opening "):
        return (
            f"expected an answer within {time_given} while {doing}, found none: the page's server is slow or busy. "
            "Give it longer: connect(timeout=SECONDS), %aero_trace connect --timeout SECONDS"
        )
    if doing.startswith("clicking "):
        log = [line.strip(" -") for line in error.splitlines()[1:] if line.strip() and "log:" not in line]
        return (
            f"expected one element to click within {time_given} while {doing}, found none that could be clicked "
            f"({log[-1] if log else error}): check the selector, which must name the element exactly ('#power', "
            "'button:has-text(\"Start\")')"
        )
    return f"expected an answer within {time_given} while {doing}, found none: try again, or reload() the page"


EXPLANATIONS = (
    ("ERR_CONNECTION_REFUSED", "nothing answers at that address: is the page's server running?"),
    ("ERR_NAME_NOT_RESOLVED", "that host name is not known: check the address"),
    ("ECONNREFUSED", "no browser listens there: start it with --remote-debugging-port=9222, check the port"),
    ("status 403", "the endpoint refused the connection: start that browser with --remote-debugging-port"),
    ("reference chain is too long", "the value refers to itself or is too deep to come back: return a part of it"),
    ("couldn't be returned by value", "the value cannot come back as JSON: return a part of it"),
    ("context was destroyed", "the page was reloaded or left, and what it had recorded is lost: start again"),
    ("navigated or closed", "the page was reloaded or left, and what it had recorded is lost: start again"),
    ("Promise was collected", "the page was reloaded or left, and what it had recorded is lost: start again"),
    ("Cannot find context", "the page was reloaded or left, and what it had recorded is lost: start again"),
)


def _explained(text: str) -> str:
    first = text.strip().splitlines()[0] if text.strip() else "no reason given"
    for sign, meaning in EXPLANATIONS:
        if sign in text:
            return f"{meaning} ({first})"
    return first


def _thrown(details: dict[str, Any]) -> str:
    exception = details.get("exception", {})
    text = exception.get("description") or exception.get("value") or details.get("text", "no reason given")
    theirs = [line for line in str(text).splitlines() if IN_PAGE_URL not in line]
    return "the page threw: " + "\n".join(theirs)


def _value(result: dict[str, Any]) -> Any:
    if "unserializableValue" in result:
        text: str = result["unserializableValue"]
        return UNSERIALIZABLE[text] if text in UNSERIALIZABLE else int(text.rstrip("n"))
    return result.get("value")
