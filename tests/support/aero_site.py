"""Serves ``tests/support/page``, our own page that keeps the contract of ``aero.perf``, on loopback."""

import re
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

PAGE = Path(__file__).parent / "page"
# No injected script runs, WebAssembly does: as on Aero's page.
POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src data:"
CHROMIUM_ARGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class _Handler(SimpleHTTPRequestHandler):
    """Cross-origin isolated like Aero's own server; ``/clock`` answers with its clock in ns, ``/slow`` never."""

    def end_headers(self) -> None:
        if not self.path.startswith("/shared/"):
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def translate_path(self, path: str) -> str:
        # Each worker has an address of its own, as the real app's have: cpu.worker.js.
        return super().translate_path(re.sub(r"/\w+\.worker\.js", "/worker.js", path.removeprefix("/shared")))

    def do_GET(self) -> None:
        if self.path == "/slow":  # until the one who asks goes away
            self.connection.recv(1)
            return None
        if self.path.partition("?")[0] != "/clock":
            return super().do_GET()
        body = str(time.time_ns()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def log_message(self, *_: object) -> None:
        """Tests keep quiet."""


class AeroSite:
    """A running server; ``url`` is its address. ``url + 'shared/'`` serves the same without isolation."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(PAGE)))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
