"""The private folder through which a process and its workers share their rings, whoever of them dies when.

``<base>/aero-nb-<uid>/<pid of the owner>/`` holds ``control`` (what the owner wants recorded), ``alive-<pid>`` (locked
by each process as long as it lives) and one folder of lane files for each start, ``1/``, ``2/`` ...
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from aero_nb.errors import CaptureError
from aero_nb.recorder.export import LaneSnapshot
from aero_nb.recorder.lane_reading import is_finished, read_lane
from aero_nb.recorder.shared_ring import (
    LaneIdentity,
    Layout,
    SharedRing,
    preallocate,
)

FOLDER_VARIABLE = "AERO_TRACE_FOLDER"  # where to put shared rings, for the user to set
JOIN_VARIABLE = "AERO_TRACE_JOIN"  # the owner's folder, for its workers to inherit
MOST_LANES = 256
COUNTED_ONLY = Layout(records=16, strings=16)  # of a lane beyond the most: its counts are what matters
_CONTROL_BYTES = 4096
# state (start number * 2 + recording), start_ns, start_epoch_us, records, strings, stop_ns, lanes refused
STATE, START_NS, START_EPOCH_US, RECORDS, STRINGS, STOP_NS, REFUSED = range(7)


class Folder:
    """One owner's folder, opened by the owner or by one of its workers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        descriptor = os.open(path / "control", os.O_RDWR | os.O_CLOEXEC)
        try:
            self.control = memoryview(mmap.mmap(descriptor, _CONTROL_BYTES)).cast("q")
        finally:
            os.close(descriptor)
        self._alive = _hold(path / f"alive-{os.getpid()}")

    @classmethod
    def create(cls) -> Folder:
        """Make this process's folder, after removing what crashed processes left.

        Raises CaptureError when no place has room for it.
        """
        tried = []
        for base in bases():
            try:
                base.mkdir(mode=0o700, exist_ok=True)
                _require_private(base)
                path = base / str(os.getpid())
                unlocked = base / f"new-{path.name}"
                for leftover in (path, unlocked):  # of a crashed process with our pid
                    remove_tree(leftover)
                unlocked.mkdir(mode=0o700)
                os.close(preallocate(unlocked / "control", _CONTROL_BYTES))
                folder = cls(unlocked)
                unlocked.rename(path)  # now that it is locked: others take an unlocked one for abandoned
                folder.path = path
                return folder
            except OSError as error:
                tried.append(f"{base}: {error.strerror or error}")
        raise CaptureError(
            "expected a folder with room for shared rings, found none ("
            + "; ".join(tried)
            + f"): free some space, or set {FOLDER_VARIABLE} to a folder that has some"
        )

    # The owner

    def prepare(self, layout: Layout) -> None:
        """Make the place for the lanes of the next start.

        Raises CaptureError when the disk has no room for a lane of this layout.
        """
        folder = self._lanes_of(self._number + 1)
        remove_tree(folder)
        try:
            folder.mkdir(mode=0o700)
            os.close(preallocate(folder / "spare", layout.file_bytes))
        except OSError as error:
            remove_tree(folder)
            raise CaptureError(
                f"expected {layout.file_bytes:,} bytes for a ring in {self.path}, found {error.strerror}: "
                f"free some space, or set {FOLDER_VARIABLE} to a folder that has some"
            ) from error
        self._next_layout = layout

    def start(self, start_ns: int, start_epoch_us: int) -> None:
        """Let every worker forget its lanes and record into new ones, in the place that was prepared."""
        control, number = self.control, self._number + 1
        control[START_NS], control[START_EPOCH_US] = start_ns, start_epoch_us
        control[RECORDS], control[STRINGS] = self._next_layout.records, self._next_layout.strings
        control[STOP_NS] = control[REFUSED] = 0
        control[STATE] = number << 1 | 1  # last: who sees it sees the rest
        remove_tree(self._lanes_of(number - 1))

    def stop(self, stop_ns: int) -> None:
        """Let every worker stop recording."""
        self.control[STOP_NS] = stop_ns
        self.control[STATE] &= ~1

    def remove(self) -> None:
        """Delete the folder and everything in it."""
        remove_tree(self.path)
        with contextlib.suppress(OSError):
            self.path.parent.rmdir()  # when it was the last one

    @property
    def _number(self) -> int:
        return self.control[STATE] >> 1

    def _lanes_of(self, number: int) -> Path:
        return self.path / str(number)

    # The writers

    @property
    def layout(self) -> Layout:
        """The sizes of the lanes of the present start."""
        return Layout(self.control[RECORDS], self.control[STRINGS])

    def open_ring(self, identity: LaneIdentity) -> SharedRing:
        """Make a lane file for the calling thread; one that only counts where there is no room for a whole one.

        Raises OSError when the disk is full, FileNotFoundError when a new start has begun meanwhile.
        """
        folder = self._lanes_of(self._number)
        path = folder / f"{identity.created_ns:020}-{identity.pid}-{identity.serial}"
        with contextlib.suppress(FileNotFoundError):  # the first lane takes the room that the start made sure of
            (folder / "spare").unlink()
        if self._make_room(folder):
            try:
                return SharedRing(path, self.layout, identity)
            except FileNotFoundError:
                raise
            except OSError:  # full: there may still be room to count
                pass
        return SharedRing(path, COUNTED_ONLY, replace(identity, counted_only=True))

    def _make_room(self, folder: Path) -> bool:
        """Fold the oldest finished lanes into counts until there is room for one more; False if all still run."""
        paths = _lane_paths(folder)
        for path in paths:
            if len(paths) < MOST_LANES:
                break
            if self._is_finished(path):
                self._fold(path)
                paths = _lane_paths(folder)
        return len(paths) < MOST_LANES

    def _is_finished(self, path: Path) -> bool:
        return not self.is_alive(_pid_of(path)) or is_finished(path)

    def _fold(self, path: Path) -> None:
        """Replace a lane file by its counts. Renaming it first makes one process alone do it."""
        claimed = path.with_name(f"folding-{path.name}")
        with contextlib.suppress(OSError, ValueError):
            path.rename(claimed)
            lane = read_lane(claimed, _pid_of(path))
            line = json.dumps([lane.name, lane.recorded, lane.dropped_strings]) + "\n"
            with (path.parent / "folded").open("a") as ledger:
                ledger.write(line)
            claimed.unlink()

    # The reader

    def lanes(self) -> Iterator[LaneSnapshot]:
        """Read every lane of the present start, in order of creation, whether its writer lives or not."""
        for path in _lane_paths(self._lanes_of(self._number)):
            pid = _pid_of(path)
            alive = self.is_alive(pid)
            with contextlib.suppress(FileNotFoundError, ValueError):
                lane = read_lane(path, pid)
                lane.finished |= not alive
                yield lane

    def folded(self) -> Iterator[tuple[str, int, int]]:
        """Yield (lane name, records, dropped strings) of each lane that was folded into counts."""
        with contextlib.suppress(FileNotFoundError):
            for line in (self._lanes_of(self._number) / "folded").read_text().splitlines():
                name, records, strings = json.loads(line)
                yield name, records, strings

    def is_alive(self, pid: int) -> bool:
        """Whether a process that opened this folder still runs (a zombie does not)."""
        return pid == os.getpid() or _is_held(self.path / f"alive-{pid}")


def bases() -> list[Path]:
    """Where folders may lie, best first: memory, else the temporary folder. The user's wish comes alone."""
    wish = os.environ.get(FOLDER_VARIABLE)
    if wish:
        places = [wish]
    else:
        import tempfile  # here, as workers need not pay for it

        places = [place for place in ("/dev/shm", tempfile.gettempdir()) if os.access(place, os.W_OK)]
    return [Path(place) / f"aero-nb-{os.getuid()}" for place in places]


def abandoned() -> Iterator[Path]:
    """Yield the folders of processes that ended without removing theirs."""
    for base in bases():
        for path in base.glob("[0-9]*"):
            if path.name != str(os.getpid()) and not _is_held(path / f"alive-{path.name}"):
                yield path


def remove_tree(path: Path) -> None:
    """Remove a folder and what is in it, as far as it can be removed."""
    import shutil  # here, as workers need not pay for it

    shutil.rmtree(path, ignore_errors=True)


def _lane_paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]*-*-*"))


def _pid_of(path: Path) -> int:
    return int(path.name.split("-")[1])


def _require_private(base: Path) -> None:
    status = base.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise PermissionError(None, "it belongs to somebody else or others may read it")


def _hold(path: Path) -> int:
    """Lock ``path`` for as long as this process lives; children do not inherit the lock."""
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def _is_held(path: Path) -> bool:
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
