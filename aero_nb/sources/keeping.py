"""Exports taken while a capture runs: joined into a long one, kept on disk."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from aero_nb.errors import CaptureError
from aero_nb.sources.counts import ExportCounts
from aero_nb.sources.joining import JoinedNews, Joiner
from aero_nb.sources.recovery import CaptureFile
from aero_nb.sources.repeating import Repeated


def check_seconds(*between: float | None) -> None:
    """Raise CaptureError unless every number of seconds between exports that is given is positive."""
    for seconds in between:
        if seconds is not None and not seconds > 0:
            raise CaptureError(f"expected a positive number of seconds between exports, found {seconds!r}")


class Keeper:
    """Keeps what ``export`` returns, every so many seconds.

    ``stream``: the exports are joined, so that :meth:`data` is longer than the rings of what is recorded.
    ``autosave``: an export of its own, joined to the others if both, lies in :attr:`path`.
    ``what``: a part of that file's name, what it is of.
    """

    def __init__(
        self, export: Callable[[], bytes], *, stream: float | None, autosave: float | None, what: str = "page"
    ) -> None:
        check_seconds(stream, autosave)
        self._export = export
        self._one_at_a_time = threading.Lock()
        self._joiner = None if stream is None else Joiner()
        self._last: bytes | None = None
        self._timers: list[Repeated] = []
        self._file = None if autosave is None else CaptureFile(what)
        if stream is not None:
            self._timers.append(Repeated("aero_nb stream", stream, self.take))
        if autosave is not None:
            self._timers.append(Repeated("aero_nb autosave", autosave, self._save))

    def take(self, export: Callable[[], bytes] | None = None) -> None:
        """Export once (another way, if given) and keep it; BrowserError when the page or its recording fails."""
        with self._one_at_a_time:
            data = (export or self._export)()
            if self._joiner is None:
                self._last = data
            else:
                self._joiner.add(data)

    def _save(self) -> None:
        self.take()
        if self._file is not None and (data := self.data()) is not None:
            self._file.save(data)

    def counts(self) -> ExportCounts | None:
        """Count what is joined so far; None where nothing is joined."""
        with self._one_at_a_time:
            return self._joiner.counts() if self._joiner is not None and self._joiner.pieces else None

    def since(self, chunks: int) -> JoinedNews | None:
        """Return what was joined since a look that found so many chunks; None where nothing is joined, or not now."""
        if self._joiner is None or not self._one_at_a_time.acquire(blocking=False):
            return None  # a piece is on its way, which may take long
        try:
            return self._joiner.since(chunks)
        finally:
            self._one_at_a_time.release()

    def data(self) -> bytes | None:
        """Return what is kept so far, or None before the first export."""
        with self._one_at_a_time:
            if self._joiner is None:
                return self._last
            return self._joiner.data() if self._joiner.pieces else None

    @property
    def error(self) -> CaptureError | None:
        """What ended the keeping before its time, or None."""
        return next((timer.error for timer in self._timers if timer.error is not None), None)

    @property
    def path(self) -> Path | None:
        """The autosaved file, or None without one."""
        return self._file.path if self._file is not None and self._file.path.exists() else None

    def end(self) -> None:
        """Stop exporting; harmless when repeated."""
        for timer in self._timers:
            timer.join()

    def discard(self) -> None:
        """Remove the autosaved file: what it kept was handed over."""
        if self._file is not None:
            self._file.discard()

    def leave(self) -> None:
        """Save what is kept and leave the file for :func:`recovered_captures`."""
        if self._file is not None:
            with suppress(CaptureError):  # what was saved before stays
                if (data := self.data()) is not None:
                    self._file.save(data)
            self._file.leave()
