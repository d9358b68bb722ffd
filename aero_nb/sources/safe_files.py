"""The files by which a recording of this process outlasts its rings and a crash."""

import sys
import weakref
from collections.abc import Callable
from pathlib import Path

from aero_nb.sources.keeping import Keeper, check_seconds
from aero_nb.sources.recovery import CaptureFile


class SafeFiles:
    """One recording's files among the autosaved ones, which ``recovered_captures()`` reports if a crash left them.

    ``stream``: there is a file for what the rings are drained into, :attr:`stream_path`; it stays as long as this
    object, as exports read it. ``autosave``: from :meth:`begin` to :meth:`finish` the export lies on disk, renewed
    every so many seconds. ``what``: a part of the files' names, what they are of.

    Raises CaptureError where a number is not positive, or no file can be made.
    """

    def __init__(self, what: str, *, stream: float | None = None, autosave: float | None = None) -> None:
        check_seconds(stream, autosave)
        self._what = what
        self._autosave = autosave
        self._keeper: Keeper | None = None
        self._removal: weakref.finalize[[], SafeFiles] | None = None
        self.stream_path = None if stream is None else self._new_stream_path()

    def _new_stream_path(self) -> Path:
        file = CaptureFile(f"{self._what}-stream")
        self._removal = weakref.finalize(self, file.discard)
        self._removal.atexit = False  # a process that ends in mid-capture leaves what it recorded
        return file.path

    def begin(self, export: Callable[[], bytes]) -> None:
        """Autosave what ``export`` returns from now on, if that was asked for."""
        if self._autosave is not None:
            self._keeper = Keeper(export, stream=None, autosave=self._autosave, what=self._what)

    def finish(self) -> None:
        """Let go of both files: what was recorded has been handed over. Harmless when repeated."""
        if self._removal is not None:
            self._removal.atexit = True
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.end()
            if keeper.error is not None:  # the disk's fault: the capture itself is whole
                print(f"aero_nb: autosaving ended early: {keeper.error}", file=sys.stderr)
            keeper.discard()
