"""``connect()``: a browser is started or joined, and its Aero page found."""

from collections.abc import Sequence
from pathlib import Path

from aero_nb.browser.aero_page import AeroPage
from aero_nb.browser.brief import brief
from aero_nb.browser.chrome_trace import categories_of
from aero_nb.browser.opening import open_connection
from aero_nb.errors import BrowserError
from aero_nb.progress import Progress

TIMEOUT_S = 30.0


@brief
def connect(
    url: str | None = None,
    *,
    executable: str | Path | None = None,
    headed: bool = False,
    args: Sequence[str] = (),
    cdp: str | None = None,
    tab: str | int | None = None,
    allow_remote: bool = False,
    timeout: float = TIMEOUT_S,
    progress: Progress | None = None,
    chrome: str | Sequence[str] | None = None,
) -> AeroPage:
    """Open an Aero page in a browser of its own, or join a running browser, and wait until it can export.

    - ``url``: the page. With ``cdp`` it opens in a new tab there; without ``url`` the tab that shows Aero is taken.
    - ``executable``: the browser to start; default ``$AERO_NB_BROWSER``, else Chrome, Chromium or Edge found here.
      It gets a fresh profile, which is removed at the end; ``headed=True`` shows its window; ``args`` are handed on.
    - ``cdp``: the DevTools endpoint of a running browser (``http://127.0.0.1:9222``), which stays open at the end.
      ``tab`` chooses among its tabs: a part of the address or title, or a number. An endpoint that is not on this
      machine is refused unless ``allow_remote=True``.
    - ``timeout``: seconds to wait for the browser, for the page, and for each of its short answers.
    - ``progress``: called with (bytes moved, bytes in all) while a trace is moved, from the first second on;
      (0, 0) while the page still writes it.
    - ``chrome``: record Chrome's own trace beside the page in every capture, with these categories
      (:meth:`AeroPage.chrome_trace`).

    Raises :class:`~aero_nb.BrowserError` (what was expected, what was found, what to do), with the browser and its
    profile gone; ImportError without Playwright.
    """
    if url is None and cdp is None:
        raise BrowserError("expected the address of an Aero page, or cdp= for a running browser, found neither")
    if not timeout > 0:
        raise BrowserError(f"expected a timeout of more than 0 seconds, found {timeout!r}")
    if chrome is not None:
        categories_of(chrome)
    connection = open_connection(
        url,
        executable=executable,
        headed=headed,
        args=args,
        cdp=cdp,
        tab=tab,
        allow_remote=allow_remote,
        timeout=timeout,
    )
    page = AeroPage(connection, timeout=timeout, progress=progress)
    page.chrome = chrome
    return page
