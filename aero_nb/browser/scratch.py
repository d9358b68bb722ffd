"""A fresh folder for one connection (a profile, Playwright's files), gone whatever happens to this process."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from aero_nb.errors import BrowserError

GUARD = Path(__file__).with_name("guard.py")


PREFIX = "aero_nb-browser-"
_SOCKET = f"/{PREFIX}xxxxxxxx/org.chromium.Chromium.xxxxxx/SingletonSocket"  # where the browser puts it
_LONGEST_SOCKET = 103 if sys.platform == "darwin" else 107  # what the system takes for the path of a socket


class Scratch:
    """A new temporary folder, watched by a process that ends a browser on it and removes it.

    The watching process (``guard.py``) runs in a session of its own, so neither an interrupt of the notebook nor the
    killing of the kernel's process group reaches it.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_folder_for_sockets()))
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


def _folder_for_sockets() -> str:
    """Return the temporary folder, or ``/tmp`` where its path is too long for the socket that the browser puts there.

    Raises BrowserError where neither will do: the browser would end without saying why.
    """
    wanted = tempfile.gettempdir()
    longest = _LONGEST_SOCKET - len(_SOCKET)
    for folder in (wanted, "/tmp"):
        is_short = os.name == "nt" or len(os.fsencode(folder)) <= longest
        if is_short and os.access(folder, os.W_OK | os.X_OK):
            return folder
    raise BrowserError(
        f"expected a temporary folder whose path has at most {longest} characters, as the browser puts a socket there, "
        f"found {wanted}, and /tmp cannot be written to: set TMPDIR to another one"
    )
