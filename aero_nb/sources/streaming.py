"""A trace that is written while it is recorded: whole after every write, whatever happens next."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path

RESERVE_BYTES = 256 * 1024  # kept on disk for the end of the file, so that a full disk leaves a whole trace


class TraceFile:
    """A file that grows by events, and is one valid trace behind every :meth:`append`.

    ``events ending``: each write puts new events where the ending was, and the new ending behind them. A write that
    fails (the disk is full) leaves the events that were there; an ending then finds room by :meth:`spend_reserve`.

    Raises OSError when ``path`` cannot be written.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path).absolute()
        self.written = 0  # bytes that are whole events
        self._end = 0  # of the file
        self._file = self.path.open("wb", buffering=0)
        self._reserve: int | None = _reserve(self.path.parent)

    def append(self, events: bytes, ending: bytes) -> None:
        """Write events, none of them with a comma before or behind, and the ending; OSError where they do not fit."""
        separator = b",\n" if events and self.written else b""
        try:
            self._file.seek(self.written)
            rest = memoryview(b"".join((separator, events, ending)))
            end = self.written + len(rest)
            while rest:
                rest = rest[self._file.write(rest) or 0 :]
            if end < self._end:  # so much shorter is the ending than the one before
                self._file.truncate()
            self._end = end
        except OSError:
            self._file.truncate(self.written)
            self._end = self.written
            raise
        self.written += len(separator) + len(events)

    def events(self) -> bytes:
        """Return what was appended so far, without its ending."""
        return self.path.read_bytes()[: self.written]

    def spend_reserve(self) -> None:
        """Give back the blocks that were kept for the last ending."""
        if self._reserve is not None:
            os.close(self._reserve)
            self._reserve = None

    def close(self) -> None:
        """Let go of the file; harmless when repeated."""
        self.spend_reserve()
        self._file.close()


def _reserve(folder: Path) -> int | None:
    """Take blocks on the disk of ``folder`` in a file without a name: gone when closed, and after a crash."""
    if not hasattr(os, "posix_fallocate"):
        return None
    import tempfile

    descriptor, name = tempfile.mkstemp(dir=folder)
    Path(name).unlink()
    try:
        os.posix_fallocate(descriptor, 0, RESERVE_BYTES)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
