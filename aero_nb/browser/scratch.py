"""A fresh folder for one connection (a profile, Playwright's files), gone whatever happens to this process."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")


class Scratch:
    """A new temporary folder, watched by a process that ends a browser on it and removes it.

    The watching process (``guard.py``) runs in a session of its own, so neither an interrupt of the notebook nor the
    killing of the kernel's process group reaches it.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="aero_nb-browser-"))
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD), str(self.folder), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def close(self) -> None:
        """End a browser that still runs on the folder, and remove it; harmless when repeated."""
        if self._guard.stdin is not None and not self._guard.stdin.closed:
            self._guard.stdin.close()
        self._guard.wait()
