"""JavaScript of a user's own: it runs only while he waits for it, and it alone is ended for him.

The page's one thread may be in the emulator's task when a script is sent, and again when the user gives up on it.
So a script says by a binding when it begins and when it leaves, and does not run at all if it was kept waiting: then
it is sent again, for as long as somebody waits.
"""

import asyncio
import contextlib
import re
import secrets
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from aero_nb.errors import BrowserError

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

LATE_S = 0.5  # a script that waited longer than this in the page does not run
END_S = 5.0  # for an ended script to leave

# Before the user's first line, on that line. The microtask runs as soon as the script's first stretch, up to an
# await that waits, has left the thread. What `void 0` gives is the value of a script that has none of its own.
HEAD = (
    "{{ const tell = globalThis.{token}; delete globalThis.{token}; "
    "if (performance.now() > {limit_ms}) throw '{token}'; "
    "tell?.('began'); Promise.resolve().then(() => tell?.('left')); void 0; }} "
)
STRICT = re.compile(r"""\s*(['"])use strict\1""")
FIRST_LINE = re.compile(r"(<anonymous>:1:)(\d+)")


Send = Callable[[str], Coroutine[Any, Any, dict[str, Any]]]


class Script:
    """One script for the page, for which somebody waits ``seconds``; ``send`` evaluates it as a console would."""

    def __init__(self, cdp: "CDPSession", statements: str, seconds: float, send: Send) -> None:
        self._cdp = cdp
        self._statements = statements
        self._deadline_s = time.monotonic() + seconds
        self._send = send
        self._token = f"aero_nb_{secrets.token_hex(8)}"
        self.began = False
        self._left = False

    def _hear(self, event: dict[str, Any]) -> None:
        if event.get("name") == self._token:
            self.began = True
            self._left = event.get("payload") == "left"

    async def run(self) -> dict[str, Any]:
        """Return the remote object of the last value; raise what ``send`` raises."""
        self._cdp.on("Runtime.bindingCalled", self._hear)
        try:
            while True:
                head = await self._head()
                try:
                    return await self._send(head + self._statements)
                except BrowserError as error:
                    if self._token not in str(error):
                        raise BrowserError(_without_head(str(error), len(head))) from None
        finally:
            self._cdp.remove_listener("Runtime.bindingCalled", self._hear)

    async def _head(self) -> str:
        await self._cdp.send("Runtime.addBinding", {"name": self._token})
        clock = await self._cdp.send("Runtime.evaluate", {"expression": "performance.now()"})
        patience_s = min(LATE_S, self._deadline_s - time.monotonic())
        head = HEAD.format(token=self._token, limit_ms=float(clock["result"]["value"]) + patience_s * 1000)
        return f"'use strict'; {head}" if STRICT.match(self._statements) else head

    async def end(self) -> None:
        """End the script if it holds the page's thread; the page's own work is left alone."""
        if not self.began or self._left:
            return
        await self._cdp.send("Runtime.terminateExecution")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._cdp.send("Runtime.evaluate", {"expression": "0"}), END_S)


def _without_head(text: str, length: int) -> str:
    """Count the columns of the first line from where the user's own text begins."""
    return FIRST_LINE.sub(lambda found: f"{found[1]}{max(1, int(found[2]) - length)}", text)
