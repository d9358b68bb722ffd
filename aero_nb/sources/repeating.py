"""Something done again and again beside a recording, on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from aero_nb.errors import CaptureError


class Repeated:
    """Calls ``action`` every ``seconds``, until it raises a CaptureError (kept as :attr:`error`) or is ended."""

    def __init__(self, name: str, seconds: float, action: Callable[[], object]) -> None:
        self._seconds = min(seconds, threading.TIMEOUT_MAX)
        self._action = action
        self._over = threading.Event()
        self.error: CaptureError | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            try:
                self._action()
            except CaptureError as error:
                self.error = error
                return

    def end(self) -> None:
        """Call no more; harmless when repeated."""
        self._over.set()

    def join(self) -> None:
        """End, and wait for a call that is under way."""
        self.end()
        self._thread.join()
