"""This process recorded for long: its rings are drained into a file, and its last export lies on disk."""

import sys
import weakref
from pathlib import Path

from aero_nb.recorder.recorder import Recorder
from aero_nb.sources.keeping import Keeper, check_seconds
from aero_nb.sources.recovery import CaptureFile


class LongRecording:
    """Starts ``recorder`` so that it outlasts its rings (``stream``) and a crash (``autosave``).

    ``stream``: the rings are drained into a file, twenty times a second whatever the number says: it is the pace at
    which a page is asked, and a ring here may be full sooner. ``autosave``: the export lies on disk, renewed every so
    many seconds, until :meth:`finish`. ``recovered_captures()`` tells of either file if a crash left it. ``records``:
    how many each lane keeps from now on; None leaves it.

    Raises CaptureError where a number is not positive, or nothing can be saved.
    """

    def __init__(
        self,
        recorder: Recorder,
        *,
        stream: float | None = None,
        autosave: float | None = None,
        records: int | None = None,
    ) -> None:
        check_seconds(stream, autosave)
        self._recorder = recorder
        self._streams = stream is not None
        self._autosave = autosave
        self._records = records
        self._keeper: Keeper | None = None
        self._removal: weakref.finalize[[], LongRecording] | None = None

    def start(self) -> None:
        """Forget everything recorded and record from now on."""
        self._recorder.trace_start(self._stream_path() if self._streams else None, records=self._records)
        if self._autosave is not None:
            self._keeper = Keeper(self._recorder.export, stream=None, autosave=self._autosave, what="python")

    def _stream_path(self) -> Path:
        """Return a file among the autosaved ones: a temporary folder may well be memory."""
        file = CaptureFile("python-stream")
        # Not sooner: the recorder's exports read the file until its next start.
        self._removal = weakref.finalize(self, file.discard)
        self._removal.atexit = False  # a process that ends in mid-capture leaves what it recorded
        return file.path

    def finish(self) -> None:
        """Let go of both files: what was recorded has been handed over."""
        if self._removal is not None:
            self._removal.atexit = True
        if self._keeper is not None:
            self._keeper.end()
            if self._keeper.error is not None:  # the disk's fault: the capture itself is whole
                print(f"aero_nb: autosaving ended early: {self._keeper.error}", file=sys.stderr)
            self._keeper.discard()
