"""Locks between processes: a file that is locked says that its process lives."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from aero_nb.errors import CaptureError


def require_locks() -> None:
    """Raise CaptureError where Python has no file locks, as where it runs in a browser: all here needs them."""
    if find_spec("fcntl") is None:
        needed = "recording needs memory-mapped files and file locks, which this Python lacks"
        raise CaptureError(f"{needed}: record elsewhere, and load the file here")


def hold(path: Path) -> int:
    """Lock ``path`` for as long as this process lives; children do not inherit the lock.

    Raises OSError where another process has locked it.
    """
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[bool]:
    """Let one process at a time open a lane in ``folder``.

    Two that take the same lane over would write into each other's; and while two ask for the last room on a disk,
    each finds it full, though there was room for one of them and a smaller one of the other. A process that is
    stopped while it holds the lock must not stop the others for good: they wait a second, then go on without it
    (False).
    Raises FileNotFoundError when the folder is gone.
    """
    lock = _hold_soon(folder / "opening")
    try:
        yield lock is not None
    finally:
        if lock is not None:
            os.close(lock)


def _hold_soon(path: Path, patience_s: float = 1.0) -> int | None:
    """Lock ``path``; None where another process holds it for longer than ``patience_s``."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        try:
            return hold(path)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EAGAIN):
                if isinstance(error, FileNotFoundError):
                    raise
                return None
            time.sleep(0.001)
    return None


def is_held(path: Path) -> bool:
    """Whether another process has locked ``path``; of a lock of this process's own, asking lets go."""
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
