"""Where a recording is saved that was meant for a file: compressed as its name says, and never over another one."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import sys
from pathlib import Path

from aero_nb.whole_file import is_device, write_new

_DEVICES = ("/dev", "/dev/fd", "/proc/self/fd")  # no place for a file


def encoded(target: Path, data: bytes) -> bytes:
    """Return a trace as a file of that name holds it: compressed if it ends in ``.gz``."""
    return gzip.compress(data, 6) if target.name.endswith(".gz") else data


def save_beside(target: Path, data: bytes) -> Path:
    """Save under a free name in the target's folder or, if that is gone or has devices, in the temporary one."""
    import tempfile

    elsewhere = Path(tempfile.gettempdir()) / target.name
    if is_device(target) or str(target.parent) in _DEVICES:
        return _save_under_free_name(elsewhere, data)
    try:
        return _save_under_free_name(target, data)
    except OSError as error:
        saved = _save_under_free_name(elsewhere, data)
        sys.stderr.write(f"aero_nb: a crashed recording could not be saved beside {target}: {error}\n")
        return saved


def _save_under_free_name(target: Path, data: bytes) -> Path:
    zipped = ".gz" if target.name.endswith(".gz") else ""
    plain = Path(target.name.removesuffix(zipped))
    for number in itertools.count(1):
        mark = "recovered" if number == 1 else f"recovered-{number}"
        with contextlib.suppress(FileExistsError):
            return write_new(target.with_name(f"{plain.stem}.{mark}{plain.suffix}{zipped}"), data)
    raise AssertionError("unreachable")
