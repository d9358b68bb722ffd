"""Move a text out of the page, byte for byte, at any size that one string can have (about 500 MB)."""

import base64
import time
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from aero_nb.browser.connection import IN_PAGE_URL, Connection
from aero_nb.errors import BrowserError
from aero_nb.progress import Progress

IN_PAGE = Path(__file__).with_name("in_page.js").read_text(encoding="utf-8")

PIECE = 3 << 20  # packed bytes in one answer: a multiple of 3, so that base64 pads only the last
AHEAD = 2  # pieces under way at once: one is read by the page while another crosses
ANSWER_S = 600.0  # for the page to write its trace: dead workers cost 2 s each, 500 MB about 20 s
STREAM_ANSWER_S = 60.0  # while recording: so long at most a stop() waits for a piece that never comes
PIECE_S = 60.0
QUIET_S = 1.0  # no progress is reported before


def call_text(function: str, *arguments: int | str) -> str:
    """Return the JavaScript that calls one function of ``in_page.js``."""
    return f"({IN_PAGE}).{function}({', '.join(map(repr, arguments))})\n//# sourceURL={IN_PAGE_URL}"


def move(connection: Connection, function: str, progress: Progress | None, patience_s: float | None = None) -> bytes:
    """Have the page hold what ``function`` (of ``in_page.js``) makes as packed bytes, and fetch them in pieces.

    The page gets ``patience_s`` seconds (default: ``ANSWER_S``) to make it.
    """
    begin = time.monotonic()
    held = _hold(connection, function, progress, ANSWER_S if patience_s is None else patience_s)
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    text = bytearray()
    told = 0
    try:
        for packed in _pieces(connection, held["id"], held["packed"]):
            text += unpacker.decompress(base64.b64decode(packed))
            if progress is not None and time.monotonic() - begin > QUIET_S:
                told = len(text)
                progress(told, held["size"])
    finally:
        _release(connection, held["id"])
    text += unpacker.flush()
    if progress is not None and 0 < told < len(text):
        progress(len(text), held["size"])  # a bar that is not at its end looks like a failure
    if not unpacker.eof or len(text) != held["size"]:
        raise BrowserError(f"expected {held['size']:,} bytes from the page, found {len(text):,}: export again")
    return bytes(text)


def _hold(connection: Connection, function: str, progress: Progress | None, patience_s: float) -> dict[str, Any]:
    begin = time.monotonic()
    future = connection.submit(connection.evaluating(call_text(function)))
    while progress is not None and time.monotonic() < begin + patience_s and not _done_within(future, QUIET_S):
        progress(0, 0)
    waited = time.monotonic() - begin
    held: dict[str, Any] = connection.finish(future, "the page wrote its trace", patience_s, waited=waited)
    return held


def _done_within(future: "Future[Any]", seconds: float) -> bool:
    try:
        future.exception(seconds)
    except TimeoutError:
        return False
    return True


def _pieces(connection: Connection, held: int, size: int) -> Iterator[str]:
    """Yield the held bytes as base64 texts, in order."""
    under_way: deque[Future[str]] = deque()
    for start in range(0, size, PIECE):
        under_way.append(connection.submit(connection.evaluating(call_text("piece", held, start, start + PIECE))))
        if len(under_way) == AHEAD:
            yield connection.finish(under_way.popleft(), "a piece of the trace was moved", PIECE_S)
    while under_way:
        yield connection.finish(under_way.popleft(), "a piece of the trace was moved", PIECE_S)


def _release(connection: Connection, held: int) -> None:
    if connection.gone is None:
        connection.submit(connection.evaluating(call_text("release", held)))
