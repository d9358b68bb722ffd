"""An event loop on a thread of its own, behind plain blocking calls.

Notebook cells run inside a live event loop, where nothing may block on another one; and events of the page (a crash,
a console line) must arrive while no call is being made. So the connection lives here, whoever calls.
"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any, TypeVar

from aero_nb.errors import BrowserError

T = TypeVar("T")

PATIENCE_S = 10.0  # for what was cancelled to end


class LoopThread:
    """One daemon thread that runs one event loop until :meth:`close`."""

    def __init__(self, name: str) -> None:
        try:
            self.loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._run, name=name, daemon=True)
            self._thread.start()
        except (OSError, RuntimeError) as error:  # as where Python itself runs in a browser
            needed = "driving a browser needs threads and sockets, which this Python does not give"
            raise BrowserError(f"{needed} ({error}): record elsewhere, and load the file here") from error

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Start ``coroutine`` on the thread; RuntimeError after :meth:`close`."""
        if self.loop.is_closed():
            coroutine.close()
            raise RuntimeError("the connection's thread has ended")
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def call(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run ``coroutine`` on the thread and wait; an interrupt or TimeoutError cancels it there as well."""
        future = self.submit(asyncio.wait_for(coroutine, timeout))
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """Cancel what still runs, end the loop and its thread; harmless when repeated.

        Never raises: it runs while another error (an interrupt) is on its way to the caller.
        """
        if self.loop.is_closed() or not self._thread.is_alive():
            return
        with suppress(TimeoutError, CancelledError):
            self.submit(self._cancel_all()).result(PATIENCE_S)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE_S)
        if not self._thread.is_alive():  # else something blocks it: a daemon, it ends with the process
            self.loop.close()

    async def _cancel_all(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
