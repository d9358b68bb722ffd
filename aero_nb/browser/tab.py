"""One tab of a browser that we started, or of one that already runs."""

import asyncio
import ipaddress
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aero_nb.browser.scratch import Scratch
from aero_nb.errors import BrowserError

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, CDPSession, Page, Playwright


TAB_S = 5.0  # for the tabs of a running browser to say what they show
LOADING_S = 10.0  # for one that loads its page to have done so


@dataclass
class Tab:
    """What must be held to talk to one page, and ended afterwards."""

    playwright: "Playwright"
    browser: "Browser"
    context: "BrowserContext"
    page: "Page"
    cdp: "CDPSession"
    ours: bool  # the browser; else it was there before us and stays
    opened: bool  # the tab is ours to close

    async def close(self) -> None:
        """Close what is ours, in order; the profile's guard ends a browser that does not listen any more."""
        if self.ours:
            await self.context.close()
        elif self.opened:
            await self.page.close()
        else:
            await self.cdp.detach()


async def start_driver() -> "Playwright":
    """Start Playwright's driver, or raise ImportError with the command that installs it."""
    try:
        from playwright.async_api import async_playwright
    except ImportError as error:
        raise ImportError("aero_nb.connect() needs Playwright: pip install 'aero-nb[browser]'") from error
    return await async_playwright().start()


async def start_browser(
    playwright: "Playwright", scratch: Scratch, executable: Path, *, headed: bool, args: Sequence[str]
) -> Tab:
    """Start ``executable`` on a new profile in ``scratch`` and hold its first tab."""
    sandbox = not (hasattr(os, "geteuid") and os.geteuid() == 0)
    if not sandbox:
        print(
            "aero_nb: running as root, so the browser runs without its sandbox (--no-sandbox): "
            "open only pages that you trust",
            file=sys.stderr,
        )
    context = await playwright.chromium.launch_persistent_context(
        scratch.folder / "profile",
        executable_path=executable,
        headless=not headed,
        chromium_sandbox=sandbox,
        args=list(args),
        no_viewport=headed,
        artifacts_dir=scratch.folder / "artifacts",
        env={**os.environ, "TMPDIR": str(scratch.folder)},  # a killed browser leaves its socket's folder there
        # The notebook's interrupt reaches the whole process group; the browser must survive it.
        handle_sigint=False,
        handle_sigterm=False,
        handle_sighup=False,
    )
    page = context.pages[0] if context.pages else await context.new_page()
    if context.browser is None:
        raise BrowserError("this Playwright does not give a profile's browser: pip install -U 'playwright>=1.62'")
    cdp = await context.new_cdp_session(page)
    return Tab(playwright, context.browser, context, page, cdp, ours=True, opened=True)


async def join_browser(
    playwright: "Playwright", scratch: Scratch, endpoint: str, *, url: str | None, tab: str | int | None, timeout: float
) -> Tab:
    """Join the browser at a DevTools endpoint: the tab asked for, else the one Aero tab, else a new one on ``url``."""
    browser = await playwright.chromium.connect_over_cdp(
        endpoint,
        timeout=timeout * 1000,
        artifacts_dir=scratch.folder / "artifacts",
        no_defaults=True,  # the user's own browser: its downloads, focus and fonts stay as they are
    )
    pages = [page for context in browser.contexts for page in context.pages]
    if url is not None and tab is None:
        context = browser.contexts[0]
        page, opened = await context.new_page(), True
    else:
        page, opened = await _choose(pages, tab), False
    cdp = await page.context.new_cdp_session(page)
    return Tab(playwright, browser, page.context, page, cdp, False, opened)


async def _choose(pages: "list[Page]", tab: str | int | None) -> "Page":
    if isinstance(tab, int) and 0 <= tab < len(pages):
        return pages[tab]
    titles = await asyncio.gather(*(_title(page) for page in pages))
    listing = "; ".join(f"{i}: {page.url} ({title})" for i, (page, title) in enumerate(zip(pages, titles, strict=True)))
    if tab is None:
        await asyncio.gather(*(_loaded(page) for page in pages))
        having = await asyncio.gather(*(_has_aero(page) for page in pages))
        fitting = [page for page, has in zip(pages, having, strict=True) if has]
        wanted = "one tab with aero.perf"
    else:
        fitting = [p for p, t in zip(pages, titles, strict=True) if str(tab) in p.url or str(tab) in t]
        wanted = f"one tab with {tab!r} in its address or title (or its number)"
    if len(fitting) != 1:
        raise BrowserError(
            f"expected {wanted}, found {len(fitting)} among {len(pages)} tabs [{listing}]. "
            "Open the Aero page there, or choose with tab=, a part of the address or a number"
        )
    return fitting[0]


async def _loaded(page: "Page") -> None:
    """Wait while a tab loads its page, whose scripts may not have run yet; not for one that never ends."""
    until = time.monotonic() + LOADING_S
    while await _answer(page, "document.readyState", "complete") != "complete" and time.monotonic() < until:
        await asyncio.sleep(0.05)


async def _answer(page: "Page", expression: str, otherwise: Any) -> Any:
    """Evaluate in a tab that may hang or be crashed: such a tab must not hold up the others."""
    from playwright.async_api import Error

    try:
        return await asyncio.wait_for(page.evaluate(expression), TAB_S)
    except (Error, TimeoutError):
        return otherwise


async def _title(page: "Page") -> str:
    return str(await _answer(page, "document.title", "does not answer"))


async def _has_aero(page: "Page") -> bool:
    return bool(await _answer(page, "typeof globalThis.aero?.perf?.exportTrace === 'function'", False))


def check_endpoint(endpoint: str, *, allow_remote: bool) -> None:
    """Raise BrowserError unless ``endpoint`` is an address on this machine (or ``allow_remote``)."""
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname:
        raise BrowserError(f"expected cdp= to be like 'http://127.0.0.1:9222', found {endpoint!r}")
    if not (allow_remote or _is_loopback(parts.hostname)):
        raise BrowserError(
            f"{endpoint!r} is not on this machine. Whoever reaches a DevTools port owns that browser and all its "
            "logins, and the connection is not encrypted: forward the port (ssh -L 9222:127.0.0.1:9222 HOST) and "
            "connect to the loopback end, or pass allow_remote=True"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name could resolve to anything, and differently a moment later
        return False
