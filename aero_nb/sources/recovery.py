"""What a running capture has on disk, and what a crashed process left there.

Every capture holds a lock on ``NAME.lock`` as long as its process lives; the operating system lets go of it however
the process ends. So a capture whose lock is free is one that nobody will finish.
"""

import os
import re
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from aero_nb.errors import CaptureError

VARIABLE = "AERO_NB_RECOVERY"


def recovery_folder() -> Path:
    """Return where autosaved captures lie: ``$AERO_NB_RECOVERY``, else the user's folder for program state."""
    if folder := os.environ.get(VARIABLE):
        return Path(folder)
    if sys.platform == "win32":
        state = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        state = Path.home() / "Library" / "Application Support"
    else:
        state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return state / "aero_nb" / "captures"


def recovered_captures() -> list[Path]:
    """Return the captures that crashed processes left, each once: they are renamed ``recovered-...json``.

    Nothing is deleted; the files are the user's from then on.
    """
    recovered = []
    for lock_path in sorted(recovery_folder().glob("capture-*.lock")):
        lock = _open_locked(lock_path)
        if lock is None:  # its process lives
            continue
        saved = lock_path.with_suffix(".json")
        if saved.exists() and saved.stat().st_size:
            recovered.append(saved.rename(saved.with_name(saved.name.replace("capture-", "recovered-", 1))))
        for leftover in (saved, lock_path.with_suffix(".json.part"), lock_path):
            leftover.unlink(missing_ok=True)
        lock.close()
    return recovered


_NAME = re.compile(r"recovered-\d{8}-\d{6}-(?P<pid>\d+)-\d+(?:-(?P<what>[a-z-]+))?\.json")
_WHATS = {
    "page": "the page",
    "python": "Python, as of the last autosave",
    "python-stream": "Python, streamed: to the end",
}


def crash_reports(paths: list[Path]) -> list[str]:
    """Return a sentence for each process that crashed, with all that it left: what recovered files belong together."""
    by_process: dict[str, list[str]] = {}
    for path in paths:
        name = _NAME.fullmatch(path.name)
        process = f"Process {name['pid']}" if name else "A process"
        what = _WHATS.get(name["what"] or "") if name else None
        by_process.setdefault(process, []).append(str(path) if what is None else f"{path} ({what})")
    return [
        f"{process} crashed while it recorded. aero_nb.load() reads what it left: {'; '.join(files)}"
        for process, files in by_process.items()
    ]


class CaptureFile:
    """A file of one capture while it runs: its last export, or what is streamed into it.

    ``what`` (``page``, ``python``, ``python-stream``) is a part of its name, with the process that it is of.
    """

    def __init__(self, what: str) -> None:
        folder = recovery_folder()
        stem = time.strftime("capture-%Y%m%d-%H%M%S", time.localtime())
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock_path, self._lock = _new_lock(folder, f"{stem}-{os.getpid()}", what)
        except OSError as error:
            raise CaptureError(
                f"expected to keep the capture in {folder}, found {error}: make it writable, or name another one "
                f"in ${VARIABLE}"
            ) from error
        self.path = self._lock_path.with_suffix(".json")
        self._owner = os.getpid()

    def save(self, data: bytes) -> None:
        """Replace the saved export; the old one stays whole until the new one is."""
        part = self.path.with_suffix(".json.part")
        try:
            part.write_bytes(data)
            part.replace(self.path)
        except OSError as error:
            raise CaptureError(f"expected to autosave to {self.path}, found {error}: free some space") from error

    def discard(self) -> None:
        """Remove the file: the capture ended well. Harmless when repeated, and in a forked child."""
        if os.getpid() != self._owner:
            return
        for path in (self.path, self.path.with_suffix(".json.part"), self._lock_path):
            with suppress(OSError):
                path.unlink()
        self._lock.close()

    def leave(self) -> None:
        """Let go of the file and keep it: :func:`recovered_captures` will return it."""
        self._lock.close()


def _new_lock(folder: Path, stem: str, what: str) -> tuple[Path, IO[bytes]]:
    for number in range(1000):
        path = folder / f"{stem}-{number}-{what}.lock"
        if not path.exists() and not path.with_suffix(".json").exists() and (lock := _open_locked(path)):
            return path, lock
    raise OSError(f"a thousand captures of one second in {folder}")


def _open_locked(path: Path) -> IO[bytes] | None:
    """Open ``path`` and lock it for this process, or return None where another one holds it."""
    lock = path.open("ab")
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock
