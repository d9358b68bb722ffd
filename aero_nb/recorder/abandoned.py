"""What crashed processes left: their recordings are saved beside what was asked for, their folders removed."""
# ruff: noqa: SLF001 (the recorder of a dead process, from outside of it)

from __future__ import annotations

import contextlib
import gzip
import itertools
import os
import sys
import threading
from pathlib import Path

from aero_nb.recorder.folder import Folder, hold, leftovers, remove_tree
from aero_nb.whole_file import write_new

SAVE_TO = "save-to"  # file of the folder that names where a process wanted its trace
_one_thread_alone = threading.Lock()  # the locks of files are between processes


def recover_abandoned() -> list[Path]:
    """Save what crashed processes were asked to save (``AERO_TRACE=file``), remove what they left; return the files.

    Runs by itself at every start of ``aero_nb.perf``. A recovered file has a name of its own (``run.recovered.json``)
    and replaces none. What cannot be saved anywhere stays where it is, for the next start.
    """
    saved = []
    with _one_thread_alone:
        for path in leftovers():
            try:
                lock = hold(path / "owner")
            except OSError:  # its owner lives, or another process recovers it
                continue
            try:
                saved += _recover(path)
            finally:
                os.close(lock)
    return saved


def recover_and_tell() -> None:
    """Recover as :func:`recover_abandoned` does, and say on stderr what was saved."""
    for path in recover_abandoned():
        sys.stderr.write(f"aero_nb: saved what a crashed recording left: {path}\n")


def encoded(target: Path, data: bytes) -> bytes:
    """Return a trace as a file of that name holds it: compressed if it ends in ``.gz``."""
    return gzip.compress(data, 6) if target.name.endswith(".gz") else data


def _recover(path: Path) -> list[Path]:
    try:
        target = Path((path / SAVE_TO).read_text())
    except FileNotFoundError:  # nobody asked for it
        remove_tree(path)
        return []
    try:
        saved = _save_beside(target, encoded(target, export_of(path)))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"aero_nb: a crashed recording could not be saved, it stays in {path}: {error}\n")
        return []
    remove_tree(path)
    return [saved]


def export_of(path: Path) -> bytes:
    """Return the trace of a dead process from its folder."""
    from aero_nb.recorder.shared_recorder import SharedRecorder

    reader = SharedRecorder(Folder(path), is_worker=False)
    reader._follow()
    return reader.export()


def _save_beside(target: Path, data: bytes) -> Path:
    """Save under a name that is free, in the target's folder or, if that is gone, in the temporary one."""
    import tempfile

    try:
        return _save_under_free_name(target, data)
    except OSError as error:
        elsewhere = _save_under_free_name(Path(tempfile.gettempdir()) / target.name, data)
        sys.stderr.write(f"aero_nb: a crashed recording could not be saved beside {target}: {error}\n")
        return elsewhere


def _save_under_free_name(target: Path, data: bytes) -> Path:
    zipped = ".gz" if target.name.endswith(".gz") else ""
    plain = Path(target.name.removesuffix(zipped))
    for number in itertools.count(1):
        mark = "recovered" if number == 1 else f"recovered-{number}"
        with contextlib.suppress(FileExistsError):
            return write_new(target.with_name(f"{plain.stem}.{mark}{plain.suffix}{zipped}"), data)
    raise AssertionError("unreachable")
