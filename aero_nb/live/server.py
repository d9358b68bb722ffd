"""The live view's own page, served on loopback to whoever knows its token."""

import html
import json
import secrets
import select
import socket
import threading
from contextlib import suppress
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from aero_nb.errors import CaptureError
from aero_nb.live.tabs import Tabs

HERE = Path(__file__).parent
MOST_BODY = 1 << 16
IDLE_S = 60  # a connection that asks nothing for so long is closed
POLICY = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:"
_SCRIPT = "text/javascript; charset=utf-8"
_HTML = "text/html; charset=utf-8"


class LiveServer:
    """Serves a live view to browsers of this machine. A context manager; its threads end with it.

    Every address begins with a random token, and requests that call this machine by another name than ``127.0.0.1`` or
    ``localhost`` are refused: a page of somebody else's can neither read nor guess it.

    Args:
        title: what is recorded.
        seconds: of the rolling timeline.
        port: 0 takes a free one.

    Raises CaptureError for a port that cannot be had.
    """

    def __init__(self, title: str, *, seconds: float = 10.0, port: int = 0) -> None:
        self.tabs = Tabs()
        self.timeline: bytes | None = None  # the page about all of it, once it is over
        self._title, self._seconds = title, seconds
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise CaptureError(
                f"expected port {port} to be free, found: {error.strerror or error}; take another, or leave it out"
            ) from error
        self._server.live = self
        self.token = secrets.token_urlsafe(16)
        self.hosts = {f"{name}:{self._server.server_port}" for name in ("127.0.0.1", "localhost")}
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="aero_nb live server", daemon=True
        ).start()

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self._server.server_port}/{self.token}/"

    @cached_property
    def files(self) -> dict[str, tuple[str, bytes]]:
        """Type and content of what never changes, by its place behind the token."""
        page = (HERE / "page.html").read_text(encoding="utf-8")
        page = page.replace("%SECONDS%", f"{self._seconds:g}").replace("%TITLE%", html.escape(self._title))
        scripts = {name: (_SCRIPT, (HERE / name).read_bytes()) for name in ("page.js", "bundle.js")}
        return {"": (_HTML, page.encode()), **scripts}

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = False
    live: LiveServer

    def handle_error(self, *_: object) -> None:
        """A tab that goes away in the middle of an answer is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    server: _Server

    def do_GET(self) -> None:
        """Answer what a tab asks for."""
        if (asked := self._asked()) is None:
            return
        name, options = asked
        live = self.server.live
        if name in live.files:
            self._send(*live.files[name], policy=POLICY)
        elif name == "next":
            after, tab = options.get("after", ""), _tab(options)
            news = live.tabs.after(int(after) if after.isdecimal() else 0, tab)
            if self._is_gone():
                live.tabs.left(tab)
            self._send("application/octet-stream", news)
        elif name == "timeline" and live.timeline is not None:
            self._send(_HTML, live.timeline)
            live.tabs.left(_tab(options))
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """Take in what a tab says."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST_BODY:
            self.close_connection = True
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.rfile.read(int(length))
        asked = self._asked()
        if asked is None:
            return
        if asked[0] != "changes":
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        try:
            self.server.live.tabs.change(json.loads(body))
        except (ValueError, TypeError, RecursionError):
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        self._send("text/plain", b"")

    def _asked(self) -> tuple[str, dict[str, str]] | None:
        """Return the place behind the token, and the options; None: refused."""
        live = self.server.live
        origin = self.headers.get("Origin")
        parts = urlsplit(self.path)
        _, token, name = (*parts.path.split("/", 2), "", "")[:3]
        if self.headers.get("Host") not in live.hosts or (
            origin is not None and origin not in {f"http://{host}" for host in live.hosts}
        ):
            self._refuse(HTTPStatus.FORBIDDEN)
        elif not secrets.compare_digest(token.encode(), live.token.encode()):
            self._refuse(HTTPStatus.NOT_FOUND)
        else:
            return name, {key: values[0] for key, values in parse_qs(parts.query).items()}
        return None

    def _is_gone(self) -> bool:
        """Whether the tab was closed while it waited."""
        with suppress(OSError):
            return bool(select.select([self.connection], [], [], 0)[0]) and not self.connection.recv(1, socket.MSG_PEEK)
        return True

    def _refuse(self, status: HTTPStatus) -> None:
        self._send("text/plain", status.phrase.encode(), status=status)

    def _send(self, kind: str, body: bytes, *, status: HTTPStatus = HTTPStatus.OK, policy: str | None = None) -> None:
        headers = {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Frame-Options": "DENY",
        }
        if policy is not None:
            headers["Content-Security-Policy"] = policy
        with suppress(ConnectionError):  # the tab is closed
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """The terminal is the user's."""


def _tab(options: dict[str, str]) -> str:
    return options.get("tab", "")[:64]
