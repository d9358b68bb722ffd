"""The private folder through which a process and its workers share their rings, whoever of them dies when.

``<base>/aero-nb-<uid>/<random>/`` holds ``control`` (what the owner wants recorded), ``owner`` (locked by the owner as
long as it lives), ``alive-<key>`` (locked by each process as long as it lives) and one folder of lane files for each
start, ``1/``, ``2/`` ... Processes are told apart by random keys: in another container another one has the same pid.
"""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from aero_nb.errors import CaptureError
from aero_nb.recorder.folders.file_locks import alone_in, hold, is_held
from aero_nb.recorder.folders.lane_files import look_into, read_lane
from aero_nb.recorder.folders.lane_format import Layout
from aero_nb.recorder.folders.shared_lane import SharedLane, preallocate
from aero_nb.recorder.folders.watch_marks import is_watched
from aero_nb.recorder.lanes.lane import LaneIdentity
from aero_nb.recorder.lanes.snapshot import MOST_LANES, LaneSnapshot, ReadFrom, all_records

FOLDER_VARIABLE = "AERO_TRACE_FOLDER"  # where to put shared rings, for the user to set
JOIN_VARIABLE = "AERO_TRACE_JOIN"  # the owner's folder, for its workers to inherit
COUNTED_ONLY = Layout(records=16, strings=16)  # of a lane beyond the most: its counts are what matters
_CONTROL_BYTES = 4096
# state (start number * 2 + recording), start_ns, start_epoch_us, records, strings, stop_ns, lanes refused, owner's key
STATE, START_NS, START_EPOCH_US, RECORDS, STRINGS, STOP_NS, REFUSED, OWNER = range(8)
_MAKING_S = 60  # a folder that is older than this and has no owner is not being made any more
_owned: set[Path] = set()  # by this process: looking whether one is locked would unlock it


class SharedFolder:
    """One owner's folder, opened by the owner or by one of its workers (``joins``), or by somebody who looks on."""

    def __init__(self, path: Path, *, joins: bool = True) -> None:
        self.path = path
        descriptor = os.open(path / "control", os.O_RDWR | os.O_CLOEXEC)
        try:
            self.control = memoryview(mmap.mmap(descriptor, _CONTROL_BYTES)).cast("q")
        finally:
            os.close(descriptor)
        self.is_kept = False  # at the exit, as it holds what could not be saved
        self.key = _random_key() if joins else 0  # of this process; 0: it only looks on
        if joins:
            self._alive = hold(path / f"alive-{self.key:x}")

    @classmethod
    def create(cls) -> SharedFolder:
        """Make this process's folder, after removing what crashed processes left.

        Raises CaptureError when no place has room for it.
        """
        tried = []
        for base in bases():
            try:
                return cls._create_in(private_base(base.parent))
            except OSError as error:
                tried.append(f"{base}: {error.strerror or error}")
        raise CaptureError(
            "expected a folder with room for shared rings, found none ("
            + "; ".join(tried)
            + f"): free some space, or set {FOLDER_VARIABLE} to a folder that has some"
        )

    @classmethod
    def _create_in(cls, base: Path) -> SharedFolder:
        path = base / f"{_random_key():016x}"
        unlocked = base / f"new-{path.name}"
        unlocked.mkdir(mode=0o700)
        try:
            os.close(preallocate(unlocked / "control", _CONTROL_BYTES))
            folder = cls(unlocked)
            folder.own()
            _owned.add(path)
            unlocked.rename(path)  # now that it is locked: others take an unlocked one for abandoned
        except OSError:
            _owned.discard(path)
            remove_tree(unlocked)
            raise
        folder.path = path
        return folder

    # The owner

    def own(self) -> None:
        """Become the owner; raises OSError where another process is."""
        self._owner = hold(self.path / "owner")
        self.control[OWNER] = self.key
        _owned.add(self.path)

    def prepare(self, layout: Layout) -> None:
        """Make the place for the lanes of the next start.

        Raises CaptureError when the disk has no room for a lane of this layout.
        """
        folder = self._lanes_of(self._number + 1)
        remove_tree(folder)
        try:
            folder.mkdir(mode=0o700)
            (folder / "opening").touch(0o600)  # now, as the disk may be full when it is wanted
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
        """Delete the folder and everything in it; one that is watched is left to who watches it."""
        if not is_watched(self.path.parent):
            remove_tree(self.path)
        _owned.discard(self.path)
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

    def open_lane(self, identity: LaneIdentity, idle: list[SharedLane]) -> SharedLane:
        """Return a lane for the calling thread: a new one, one whose thread has ended, at worst one that counts.

        ``idle`` are the lanes of this process whose threads have ended. What would overwrite nothing comes first.
        Raises OSError when the disk is full, FileNotFoundError when a new start has begun meanwhile.
        """
        folder = self._lanes_of(self._number)
        with alone_in(folder) as alone:
            return self._open_lane_in(folder, identity, idle, alone=alone)

    def _open_lane_in(self, folder: Path, identity: LaneIdentity, idle: list[SharedLane], *, alone: bool) -> SharedLane:
        path = folder / f"{identity.created_ns:020}-{identity.key:x}-{identity.serial}"
        with contextlib.suppress(FileNotFoundError):  # the first lane takes the room that the start made sure of
            (folder / "spare").unlink()
        of_kind = [lane for lane in idle if lane.is_of_kind(identity.name)]
        ways: list[Callable[[], SharedLane | None]] = [
            lambda: self._use_again(of_kind, idle, identity, with_room=True),
            lambda: self._new_lane(path, self.layout, identity),
            lambda: self._use_again([*of_kind, *idle], idle, identity, with_room=True),
            lambda: self._take_over(folder, identity, with_room=True) if alone else None,
            lambda: self._smaller_lane(path, identity),
            lambda: self._take_over(folder, identity, with_room=False) if alone else None,
            lambda: self._use_again([*of_kind, *idle], idle, identity, with_room=False),
        ]
        for way in ways:
            try:
                lane = way()
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                continue  # full: another way may still have room
            if lane is not None:
                return lane
        return SharedLane.create(path, COUNTED_ONLY, replace(identity, counted_only=True))

    def _use_again(
        self, lanes: list[SharedLane], idle: list[SharedLane], identity: LaneIdentity, *, with_room: bool
    ) -> SharedLane | None:
        """Return one of the lanes of this process whose threads have ended, for a thread of this name."""
        for lane in lanes:
            if not with_room or (lane.has_room and not lane.identity.counted_only):
                lane.take_for(self.key, identity.name)
                idle.remove(lane)
                return lane
        return None

    def _new_lane(self, path: Path, layout: Layout, identity: LaneIdentity) -> SharedLane | None:
        if len(_lane_paths(path.parent)) >= MOST_LANES:
            return None
        return SharedLane.create(path, layout, identity)

    def _smaller_lane(self, path: Path, identity: LaneIdentity) -> SharedLane | None:
        """Make a lane with fewer records, as many as there is room for."""
        layout = self.layout
        while True:
            layout = Layout(layout.records // 4, max(1, layout.strings // 4))
            if layout.records <= COUNTED_ONLY.records:
                return None
            with contextlib.suppress(OSError):
                return self._new_lane(path, layout, identity)

    def _take_over(self, folder: Path, identity: LaneIdentity, *, with_room: bool) -> SharedLane | None:
        """Return the oldest lane of a process that has ended, for this process to write on."""
        for path in _lane_paths(folder):
            with contextlib.suppress(FileNotFoundError, ValueError):
                header, writer = look_into(path)
                if header.identity.counted_only or self.is_alive(writer):
                    continue
                lane = SharedLane.resume(path, header)
                if lane.has_room or not with_room:
                    lane.take_for(self.key, identity.name)
                    return lane
        return None

    # The reader

    def lanes(self, wanted: ReadFrom = all_records) -> Iterator[LaneSnapshot]:
        """Read every lane of the present start, in order of creation, whether its writer lives or not."""
        alive: dict[int, bool] = {}
        for path in self.lane_paths():
            with contextlib.suppress(FileNotFoundError, ValueError):
                header, writer = look_into(path)
                if writer not in alive:
                    alive[writer] = self.is_alive(writer)  # before it is read: nothing can be added behind this
                lane = read_lane(path, wanted(header.identity.key, header.identity.serial))
                lane.finished |= not alive[writer] and lane.writer == writer
                yield lane

    def lane_paths(self) -> list[Path]:
        """Return the lane files of the present start, in order of creation."""
        return _lane_paths(self._lanes_of(self._number))

    def is_alive(self, key: int) -> bool:
        """Whether a process that opened this folder still runs (a zombie does not)."""
        return key == self.key or is_held(self.path / f"alive-{key:x}")


def bases() -> list[Path]:
    """Where folders may lie, best first: memory, else the temporary folder. The user's wish comes alone."""
    wish = os.environ.get(FOLDER_VARIABLE)
    if wish:
        places = [wish]
    else:
        import tempfile  # here, as workers need not pay for it

        places = [place for place in ("/dev/shm", tempfile.gettempdir()) if os.access(place, os.W_OK)]
    return [_base_in(place) for place in places]


def leftovers() -> Iterator[Path]:
    """Yield the folders that are not this process's; those whose ``owner`` can be locked are abandoned."""
    for base in bases():
        for path in () if is_watched(base) else base.glob("*"):
            with contextlib.suppress(FileNotFoundError):
                is_young = time.time() - path.stat().st_mtime < _MAKING_S
                if path not in _owned and not (path.name.startswith("new-") and is_young):
                    yield path


def remove_tree(path: Path) -> None:
    """Remove a folder and what is in it, as far as it can be removed."""
    import shutil  # here, as workers need not pay for it

    shutil.rmtree(path, ignore_errors=True)


def _lane_paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]*-*-*"))


def _random_key() -> int:
    return int.from_bytes(os.urandom(8), "little") >> 1 or 1


def private_base(place: Path) -> Path:
    """Return this user's folder of recordings in ``place``, made if it is not there.

    Raises OSError where it cannot be made or others could read it.
    """
    base = _base_in(place)
    base.mkdir(mode=0o700, exist_ok=True)
    status = base.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise PermissionError(None, "it belongs to somebody else or others may read it")
    return base


def _base_in(place: str | Path) -> Path:
    return Path(place) / f"aero-nb-{os.getuid()}"
