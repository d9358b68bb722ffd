"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def write_whole(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write a file beside its place and rename it, so that a full disk or a crash leaves an older one whole.

    Returns:
        The path as given.

    Raises:
        OSError: of the system's kind (FileNotFoundError: no such folder), with ``path`` as its file.
    """
    if is_device(path):  # is written to, never replaced
        Path(path).write_bytes(data)
        return Path(path)
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        found = error.strerror or str(error)
        if not target.parent.exists():
            found = f"there is no folder {target.parent}; make it first"
        raise OSError(error.errno, f"nothing was written: {found}", os.fspath(path)) from error
    finally:
        with contextlib.suppress(OSError):  # after the rename there is none
            temporary.unlink()
    return Path(path)


def is_device(path: str | os.PathLike[str]) -> bool:
    """Return whether ``path`` leads to a device or a pipe (``/dev/stdout``, whose pipe has no path of its own)."""
    return Path(path).exists() and not Path(path).is_file() and not Path(path).is_dir()


def write_new(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write a file that appears whole, and only where there is none of its name.

    Returns:
        The path as given.

    Raises:
        OSError: of the system's kind (FileExistsError: there is one), with ``path`` as its file.
    """
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    try:
        write_whole(temporary, data)
        try:
            os.link(temporary, target)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            with target.open("xb") as file:
                file.write(data)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return Path(path)
