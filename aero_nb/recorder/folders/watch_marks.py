"""A folder of recordings that somebody watches: what processes leave in it at their end is that one's to remove."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from aero_nb.recorder.folders.file_locks import hold, is_held

_marks: set[Path] = set()  # of this process: looking whether one is locked would unlock it


class WatchMark:
    """Says, for as long as this process lives, that it watches the folder ``base``.

    Raises OSError where nothing can be written there.
    """

    def __init__(self, base: Path) -> None:
        self._base = base
        self._path = base / f"watched-{os.urandom(8).hex()}"
        self._lock = hold(self._path)
        _marks.add(self._path)

    @property
    def is_only_one(self) -> bool:
        """Whether nobody else watches it."""
        return not any(_is_of_somebody(path) for path in self._base.glob("watched-*") if path != self._path)

    def remove(self) -> None:
        """Watch no more."""
        with contextlib.suppress(OSError):
            self._path.unlink()
        os.close(self._lock)
        _marks.discard(self._path)
        with contextlib.suppress(OSError):
            self._base.rmdir()  # where nothing is left in it


def is_watched(base: Path) -> bool:
    """Whether somebody watches the folder ``base``."""
    return any(map(_is_of_somebody, base.glob("watched-*")))


def _is_of_somebody(path: Path) -> bool:
    return path in _marks or is_held(path)
