"""Something done again and again beside a recording, on a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from aero_nb.errors import CaptureError


class Repeated:
    """Calls ``action`` every ``seconds``, until it raises a CaptureError (kept as :attr:`error`) or is ended.

    ``kind``: of its thread. ``steady``: what an action takes counts in, but for half of the time it rests.
    """

    def __init__(
        self,
        name: str,
        seconds: float,
        action: Callable[[], object],
        kind: type[threading.Thread] = threading.Thread,
        *,
        steady: bool = False,
    ) -> None:
        self._seconds = min(seconds, threading.TIMEOUT_MAX)
        self._action = action
        self._steady = steady
        self._over = threading.Event()
        self.error: CaptureError | None = None
        self._thread = kind(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        rest = self._seconds
        while not self._over.wait(rest):
            began = time.monotonic()
            try:
                self._action()
            except CaptureError as error:
                self.error = error
                return
            if self._steady:
                rest = self._seconds - min(time.monotonic() - began, self._seconds / 2)

    def end(self) -> None:
        """Call no more; harmless when repeated."""
        self._over.set()

    def join(self) -> None:
        """End, and wait for a call that is under way."""
        self.end()
        self._thread.join()
