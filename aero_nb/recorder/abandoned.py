"""What crashed processes left: their recordings are saved beside what was asked for, their folders removed."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from aero_nb.recorder.export import Snapshot, export_document, to_json
from aero_nb.recorder.folders.file_locks import hold
from aero_nb.recorder.folders.shared_folder import (
    OWNER,
    REFUSED,
    START_EPOCH_US,
    START_NS,
    STATE,
    STOP_NS,
    SharedFolder,
    leftovers,
    remove_tree,
)
from aero_nb.recorder.numbering import LaneNumbers
from aero_nb.sources.saving import encoded, save_beside

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


def recover_and_report() -> None:
    """Recover as :func:`recover_abandoned` does, and say on stderr what was saved."""
    for path in recover_abandoned():
        sys.stderr.write(f"aero_nb: saved what a crashed recording left: {path}\n")


def _recover(path: Path) -> list[Path]:
    try:
        target = Path((path / SAVE_TO).read_text())
    except FileNotFoundError:  # nobody asked for it
        remove_tree(path)
        return []
    try:
        saved = save_beside(target, encoded(target, export_of(path)))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"aero_nb: a crashed recording could not be saved, it stays in {path}: {error}\n")
        return []
    remove_tree(path)
    return [saved]


def export_of(path: Path) -> bytes:
    """Return the trace of a dead process from its folder."""
    return to_json(export_document(FolderRecording(SharedFolder(path)).snapshot()))


class FolderRecording:
    """What another process, dead or alive, recorded into its folder with its workers."""

    def __init__(self, folder: SharedFolder) -> None:
        self._folder = folder
        self._numbers = LaneNumbers()

    @property
    def start_ns(self) -> int:
        """When its present recording began, by its own clock."""
        return self._folder.control[START_NS]

    def snapshot(self) -> Snapshot:
        """Return what its lanes hold at this moment, of its present start."""
        control = self._folder.control
        return self._numbers.arrange(
            Snapshot(
                self._numbers.number(list(self._folder.lanes()), control[OWNER]),
                enabled=bool(control[STATE] & 1),
                start_ns=control[START_NS],
                stop_ns=control[STOP_NS] or None,
                start_epoch_us=control[START_EPOCH_US],
                failed_calls=control[REFUSED],
            )
        )
