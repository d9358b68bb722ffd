"""Something done again and again beside a recording, on a thread of its own."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

from aero_nb.errors import CaptureError

_QUICK_S = 5e-5


class _QuickSwitching:
    """While it is entered, by whatever threads, a thread that waits for the interpreter gets it within 50 µs, not 5 ms.

    A look at a recording gives the interpreter up some thirty times: whenever NumPy computes, and where it reads a
    file. Beside a tight loop each of these would cost 5 ms, and beside one that reads files itself up to a second, as
    CPython counts the 5 ms anew whenever the interpreter was free for a moment.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._before = 0.0

    def __enter__(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._before = sys.getswitchinterval()
                sys.setswitchinterval(min(_QUICK_S, self._before))

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            if not self._users and sys.getswitchinterval() <= _QUICK_S:  # else somebody set it meanwhile
                sys.setswitchinterval(self._before)


_quick_switching = _QuickSwitching()


class Repeated:
    """Calls ``action`` every ``seconds``, until it raises a CaptureError (kept as :attr:`error`) or is ended.

    ``kind``: of its thread. ``first``: seconds before the first call. ``steady``: what an action takes counts in, but
    for half of the time it rests.
    """

    def __init__(
        self,
        name: str,
        seconds: float,
        action: Callable[[], object],
        kind: type[threading.Thread] = threading.Thread,
        *,
        first: float | None = None,
        steady: bool = False,
    ) -> None:
        self._seconds = min(seconds, threading.TIMEOUT_MAX)
        self._first = self._seconds if first is None else first
        self._action = action
        self._steady = steady
        self._over = threading.Event()
        self.error: CaptureError | None = None
        self._thread = kind(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        due = time.monotonic() + self._first
        while not self._over.wait(min(max(due - time.monotonic(), 0), threading.TIMEOUT_MAX)):
            try:
                with _quick_switching:
                    self._action()
            except CaptureError as error:
                self.error = error
                return
            now = time.monotonic()
            due = max(due + self._seconds, now + self._seconds / 2) if self._steady else now + self._seconds

    def end(self) -> None:
        """Call no more; harmless when repeated."""
        self._over.set()

    def join(self) -> None:
        """End, and wait for a call that is under way."""
        self.end()
        self._thread.join()
