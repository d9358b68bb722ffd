"""``ChromeTrace``: Chrome's own trace of a page as a Source, beside the page's export."""

import asyncio
import base64
import json
import re
import sys
import time
import zlib
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from decimal import Decimal
from statistics import median_low
from typing import Any, Final, Protocol

from aero_nb.browser.brief import brief
from aero_nb.browser.connection import Connection
from aero_nb.browser.moving import QUIET_S
from aero_nb.errors import BrowserError
from aero_nb.progress import Progress
from aero_nb.sources.base import Source, UncertainClock

TIMELINE: Final = (
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",  # tasks, and which worker is which thread
    "v8",
    "disabled-by-default-v8.gc",
    "v8.wasm",
    "disabled-by-default-v8.compile",
    "blink.user_timing",  # the marks that align the clocks
)
CATEGORIES: Final = {
    "timeline": TIMELINE,
    "samples": (*TIMELINE, "disabled-by-default-v8.cpu_profiler"),
    "full": (
        *TIMELINE,
        *("toplevel", "blink", "loading", "latencyInfo", "cc", "viz", "gpu", "benchmark"),
        "disabled-by-default-v8.wasm.detailed",
    ),
}
"""Sets of categories by name. What they cost: ``docs/chrome.md``."""

_PLAIN: Final = frozenset(
    ["v8", "blink", "cc", "viz", "gpu", "toplevel", "loading", "benchmark", "latencyInfo", "navigation", "net"]
)
BUFFER_MB: Final = 400
MARK_EVERY_S: Final = 10.0
_MARKS_AT_EACH_END: Final = 3
_START_S, _END_S, _PIECE_S = 30.0, 120.0, 60.0
_PIECE: Final = 1 << 20
_MARK: Final = """(() => {
  const name = `aero_nb:clock:${performance.timeOrigin}`;
  performance.mark(name);
  performance.clearMarks(name);
})()"""
_MARK_NAME: Final = re.compile(rb'"name"\s*:\s*"aero_nb:clock:([0-9.]+)"')
_MONOTONIC: Final = re.compile(rb'"clock-domain"\s*:\s*"LINUX_CLOCK_MONOTONIC"')


class TracedPage(UncertainClock, Protocol):
    """What Chrome's own trace needs of the page that it is about: its connection and its clock."""

    progress: Progress | None
    _connection: Connection


class ChromeTrace:
    """Chrome's own trace, from start to stop, of the whole browser that shows a page.

    Made by :meth:`AeroPage.chrome_trace`. Chrome hands its trace over at the end only: :meth:`export` has nothing of it
    before. One trace a browser at a time. Its bytes are Chrome's own, which DevTools and Perfetto open.
    """

    label = "Chrome's own trace"

    def __init__(self, page: TracedPage, categories: Sequence[str], buffer_mb: int = BUFFER_MB) -> None:
        self.page = page
        self.categories = tuple(categories)
        self.buffer_mb = buffer_mb
        self.last_export: bytes | None = None
        self._session: Any = None  # of the browser, while it traces
        self._complete: asyncio.Future[dict[str, Any]] | None = None
        self._marking: Future[None] | None = None
        self._epoch_minus_monotonic_us = 0.0
        self._offset: tuple[float, float] | None = None

    @property
    def is_recording(self) -> bool:
        """Whether Chrome traces for us at this moment."""
        return self._session is not None

    @property
    def _connection(self) -> Connection:
        return self.page._connection  # noqa: SLF001 - the page's other half

    @brief
    def start(self) -> None:
        """Have Chrome trace from now on; harmless while it does.

        Raises BrowserError where another client (DevTools, a second notebook) traces this browser already.
        """
        if self._session is not None:
            return
        self._offset = None
        self._epoch_minus_monotonic_us = (time.time_ns() - time.monotonic_ns()) / 1000
        self._connection.run(self._begin(), "starting Chrome's own trace", _START_S)
        self._marking = self._connection.submit(self._mark_often())

    async def _begin(self) -> None:
        session = await self._connection.tab.browser.new_browser_cdp_session()
        self._complete = asyncio.get_running_loop().create_future()
        session.on("Tracing.tracingComplete", self._completed)
        settings = {
            "recordMode": "recordUntilFull",
            "traceBufferSizeInKb": self.buffer_mb * 1024,
            "includedCategories": list(self.categories),
            "excludedCategories": ["*"],
        }
        try:
            await session.send(
                "Tracing.start",
                {"transferMode": "ReturnAsStream", "streamCompression": "gzip", "traceConfig": settings},
            )
        except Exception as error:
            with suppress(Exception):
                await session.detach()
            if "already" in str(error):
                raise BrowserError(
                    "expected a browser that nobody traces, found that another client (DevTools' performance panel, "
                    "a second notebook) does: end that one first, Chrome makes one trace at a time"
                ) from error
            raise
        self._session = session
        await self._mark()

    def _completed(self, said: dict[str, Any]) -> None:
        if self._complete is not None and not self._complete.done():
            self._complete.set_result(said)

    async def _mark(self) -> None:
        """Let the page mark its time in the trace; a page that is busy or being loaded does it another time."""
        for _ in range(_MARKS_AT_EACH_END):
            with suppress(BrowserError):
                await self._connection.evaluating(_MARK)

    async def _mark_often(self) -> None:
        while True:
            await asyncio.sleep(MARK_EVERY_S)
            with suppress(Exception):  # the page is being loaded: there will be other marks
                await self._connection.evaluating(_MARK)

    def export(self) -> bytes:
        """Return what there is so far, which is nothing: Chrome hands over at the end."""
        return self.last_export if self._session is None and self.last_export else b'{"traceEvents":[]}'

    @brief
    def stop(self) -> bytes:
        """End the trace and return it as JSON; harmless when stopped.

        Where Chrome's buffer was full the end is missing: that is said, and counted in ``trace.diagnostics``.

        Raises BrowserError when the browser is gone, or does not hand its trace over: it is lost then.
        """
        if self._session is None:
            return self.export()
        if self._marking is not None:
            self._marking.cancel()
        try:
            data, lost = self._connection.run(self._end(self.page.progress), "Chrome wrote its own trace", _END_S)
        finally:
            self._session = None
        if lost:
            print(
                f"aero_nb: Chrome's trace buffer of {self.buffer_mb} MB was full, so that the end of its own trace is "
                "missing: give it a larger one (chrome_trace(buffer_mb=...)) or fewer categories",
                file=sys.stderr,
            )
            data = _noted(data, {"buffer_full_mb": self.buffer_mb})
        self.last_export = data
        self._offset = self._measured(data)
        return data

    async def _end(self, progress: Progress | None) -> tuple[bytes, bool]:
        session, complete = self._session, self._complete
        assert complete is not None
        with suppress(Exception):  # a page that hangs must not cost us the trace
            await asyncio.wait_for(self._mark(), 2.0)
        began = time.monotonic()
        await session.send("Tracing.end")
        while not (await asyncio.wait({complete}, timeout=QUIET_S))[0]:
            if progress is not None:
                progress(0, 0)
        said = complete.result()
        try:
            return await self._read(session, said["stream"], progress, began), bool(said.get("dataLossOccurred"))
        finally:
            with suppress(Exception):
                await session.detach()

    async def _read(self, session: Any, stream: str, progress: Progress | None, began: float) -> bytes:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        text = bytearray()
        ended, told = False, -1
        while not ended:
            asked = session.send("IO.read", {"handle": stream, "size": _PIECE})
            piece = await asyncio.wait_for(asked, _PIECE_S)
            text += unpacker.decompress(base64.b64decode(piece["data"]))  # packed bytes always come as base64
            ended = piece["eof"]
            if progress is not None and time.monotonic() - began > QUIET_S:
                told = len(text)
                progress(told, 0)
        await session.send("IO.close", {"handle": stream})
        text += unpacker.flush()
        if progress is not None and told >= 0:  # a bar that was shown ends
            progress(len(text), len(text))
        return bytes(text)

    # Clocks: the page's and Chrome's are brought together by marks, so this one's clock is the page's.

    def clock_offset_us(self) -> float:
        """Return the page's offset, on whose clock the marks put this trace."""
        return self.page.clock_offset_us()

    @property
    def clock_uncertainty_us(self) -> float:
        """The most that the page's measured offset can be wrong by, in µs."""
        return self.page.clock_uncertainty_us

    def clock_of(self, source: Source) -> tuple[float, float] | None:
        """Return the offset of the page (and of this trace) to this process and its uncertainty, in µs.

        Known after :meth:`stop`, and exact to the marks, where Chrome counts by this process's own monotonic clock
        (Linux, a browser on this machine); None elsewhere.
        """
        ours: tuple[object, ...] = (self.page, self)
        return self._offset if any(source is one for one in ours) else None

    def _measured(self, data: bytes) -> tuple[float, float] | None:
        if not sys.platform.startswith("linux") or not _MONOTONIC.search(data):
            return None
        epochs = [epoch for found in _MARK_NAME.finditer(data) if (epoch := _epoch_us(data, found)) is not None]
        if not epochs:
            return None
        middle = median_low(epochs)
        offset = float(middle - Decimal(self._epoch_minus_monotonic_us))
        # A browser on another machine has another boot, and so an offset that no wall clock explains.
        measured, within = self.page.clock_offset_us(), self.page.clock_uncertainty_us + 5_000.0
        spread = float(max(abs(one - middle) for one in epochs))
        return (offset, spread) if abs(offset - measured) <= within else None


def categories_of(wanted: "str | Sequence[str]") -> tuple[str, ...]:
    """Return the categories of a set's name (:data:`CATEGORIES`), or those given: in a list, or with commas between.

    Raises BrowserError for a name that is neither a set nor looks like a category.
    """
    if isinstance(wanted, str) and wanted in CATEGORIES:
        return CATEGORIES[wanted]
    names = wanted.split(",") if isinstance(wanted, str) else list(wanted)
    known = " ".join(CATEGORIES)
    if not names or not all(re.fullmatch(r"[\w.*-]+", name) for name in names):
        raise BrowserError(f"expected one of {known}, or Chrome's categories with commas between, found {wanted!r}")
    if isinstance(wanted, str) and len(names) == 1 and "." not in wanted and wanted not in _PLAIN:
        raise BrowserError(f"expected one of {known}, or one of Chrome's categories (v8, cc, ...), found {wanted!r}")
    needed = ("blink.user_timing", "disabled-by-default-devtools.timeline")
    return tuple(dict.fromkeys([*names, *needed]))  # without marks and workers' names nothing can be put together


def _epoch_us(data: bytes, found: "re.Match[bytes]") -> Decimal | None:
    """Return the wall clock at Chrome's zero by one mark: Chrome writes an event a line."""
    begin, end = data.rfind(b"\n", 0, found.start()) + 1, data.find(b"\n", found.end())
    line = data[begin : end if end >= 0 else len(data)].removeprefix(b'{"traceEvents":[')
    try:
        event, _ = json.JSONDecoder().raw_decode(line.decode())
        page_us = (Decimal(found[1].decode()) + Decimal(repr(event["args"]["data"]["startTime"]))) * 1000
        return page_us - Decimal(repr(event["ts"]))
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return None


def _noted(data: bytes, note: dict[str, Any]) -> bytes:
    """Return the trace with a note of ours at its head; all else as Chrome wrote it."""
    head = b'{"otherData":' + json.dumps({"aero_nb": note}).encode() + b","
    return head + data.lstrip()[1:] if data.lstrip()[:1] == b"{" else data
