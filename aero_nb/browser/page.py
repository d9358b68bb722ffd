"""``Page``: any page behind a connection, and hands for what is in it."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Self, TypeVar

from aero_nb.browser.brief import brief
from aero_nb.browser.connection import Connection, ConsoleLine, timed_out
from aero_nb.errors import BrowserError

T = TypeVar("T")

FOREVER_S = 1e6  # a user's own JavaScript may take as long as it likes


class Screenshot(bytes):
    """A PNG picture, shown by a notebook as one."""

    def _repr_png_(self) -> bytes:
        return bytes(self)

    def save(self, path: str | Path) -> None:
        """Write the PNG file."""
        Path(path).write_bytes(self)

    def __repr__(self) -> str:
        return f"<Screenshot: PNG, {len(self):,} bytes>"


class Page:
    """A page in a browser; every call blocks, and raises :class:`~aero_nb.BrowserError` when it cannot be done."""

    def __init__(self, connection: Connection, *, timeout: float) -> None:
        self._connection = connection
        self._timeout = timeout
        self._taken = 0  # console lines that take_console has returned

    @property
    def url(self) -> str:
        """The page's address now."""
        return self._connection.tab.page.url

    @property
    def gone(self) -> str | None:
        """Why the page can no longer be asked, or None while it can."""
        return self._connection.gone

    @brief
    def evaluate(self, js: str, timeout: float | None = None) -> Any:
        """Run JavaScript in the page as its console would (``await`` allowed) and return the last value.

        What JSON can carry comes back as itself, a BigInt as int, undefined as None. A thrown error is a BrowserError
        with the JavaScript stack. Without ``timeout`` (seconds) it may take as long as it likes. A timeout or an
        interrupt ends the script, and only the script: while the page is busy with a task of its own, that task goes
        on and the script never runs.
        """
        seconds = FOREVER_S if timeout is None else timeout
        try:
            return self._type(js, seconds)
        except BrowserError as error:
            if "Illegal return statement" not in str(error):
                raise
        # None of it ran: it does not compile at the top level, but does as a function's body.
        return self._type(f"(async () => {{{js}\n}})()", seconds)

    def _type(self, statements: str, seconds: float) -> Any:
        script = self._connection.script(statements, seconds)
        try:
            return self._connection.run(self._connection.typing_in(script), "running JavaScript", seconds)
        except (KeyboardInterrupt, BrowserError) as error:
            if self.gone is None and (isinstance(error, KeyboardInterrupt) or timed_out(error)):
                self._connection.end_script(script)
            if timed_out(error) and not script.began:
                raise BrowserError(f"{error}. The script was not begun, and will not run later") from error
            raise

    def interrupt(self) -> None:
        """End whatever script keeps the page from answering, the emulator's own included; else do nothing.

        :meth:`evaluate` ends only what it began itself. This is for a page that hangs otherwise.
        """
        self._connection.interrupt_page()

    @brief
    def screenshot(self) -> Screenshot:
        """Return what the page shows as a PNG picture."""
        picture = self._connection.tab.page.screenshot(timeout=self._timeout * 1000)
        return Screenshot(self._do(picture, "taking a screenshot"))

    @brief
    def click(self, selector: str) -> None:
        """Click the element that ``selector`` (CSS, or Playwright's) finds."""
        self._do(self._connection.tab.page.click(selector, timeout=self._timeout * 1000), f"clicking {selector!r}")

    @brief
    def type(self, text: str) -> None:
        """Type ``text`` into whatever has the focus."""
        self._do(self._connection.tab.page.keyboard.type(text), "typing")

    @brief
    def press(self, keys: str) -> None:
        """Press a key or a combination, as ``Enter`` or ``Control+Alt+Delete``."""
        self._do(self._connection.tab.page.keyboard.press(keys), f"pressing {keys!r}")

    def _do(self, work: Coroutine[Any, Any, T], doing: str) -> T:
        # A second more than the page's own limit, whose message says what it waited for.
        return self._connection.run(work, doing, self._timeout + 1)

    @property
    def console(self) -> list[ConsoleLine]:
        """The last 10,000 lines that the page wrote to its console."""
        return list(self._connection.console)

    def take_console(self) -> list[ConsoleLine]:
        """Return the console lines that came since this was last called."""
        lines, came = self.console, self._connection.console_lines
        fresh = lines[len(lines) - min(len(lines), came - self._taken) :]
        self._taken = came
        return fresh

    def close(self) -> None:
        """End the connection, and the browser if it is ours, with its profile; harmless when repeated."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}{'' if self.gone is None else f', gone: {self.gone}'}>"
