"""A lane that lies in a file, as this process writes it: other processes may read it at any moment."""

from __future__ import annotations

import contextlib
import mmap
import os
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from aero_nb.recorder.folders.lane_format import (
    HEADER_BYTES,
    LENGTH,
    SCOPES,
    FileInstants,
    LaneHeader,
    Layout,
    counts_of,
    read_names,
    read_users,
    user_lines,
    users_path,
)
from aero_nb.recorder.lanes.lane import Lane, LaneIdentity
from aero_nb.recorder.lanes.names import ARGS_LOST, ARGS_RESERVED, FINISHED, STRINGS_KEPT, WRITER, NameTable
from aero_nb.recorder.lanes.records import BEGIN, KINDS, count_records
from aero_nb.recorder.lanes.ring import Ring, native_rings
from aero_nb.recorder.lanes.users import LaneUser, add_user


def preallocate(path: Path, size: int) -> int:
    """Create ``path`` with its blocks on disk and return its descriptor, so that writing can never meet a full disk.

    Raises OSError (ENOSPC) when the disk is full; nothing is left behind then.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size)
        else:  # macOS: real blocks need real bytes
            os.write(descriptor, bytes(size))
    except OSError:
        os.close(descriptor)
        path.unlink()
        raise
    return descriptor


class FileNames(NameTable):
    """Interned strings that are also written into the lane file; those that are in it are known."""

    def __init__(self, layout: Layout, memory: mmap.mmap, counts: memoryview[int]) -> None:
        super().__init__(layout.strings, counts)
        self._memory = memory
        self._end = layout.args_at
        self.strings, self._at = read_names(memory, layout, counts[STRINGS_KEPT])
        self.begins = {name: KINDS * index + BEGIN for index, name in enumerate(self.strings)}

    def _keep(self, text: str) -> bool:
        data = text.encode()
        at = self._at
        end = at + LENGTH.size + len(data)
        if end > self._end:
            return False
        self._at = end
        LENGTH.pack_into(self._memory, at, len(data))
        self._memory[at + LENGTH.size : end] = data
        self.counts[STRINGS_KEPT] = len(self.strings) + 1  # last: a reader sees whole names only
        return True


class FilePayloads:
    """What instants carry, in the byte ring of the lane file."""

    def __init__(self, layout: Layout, memory: mmap.mmap, counts: memoryview[int]) -> None:
        self._layout = layout
        self._memory = memory
        self._counts = counts
        self._next = counts[ARGS_RESERVED]  # in the endless stream of args that the byte ring shows the end of

    def keep(self, scope: str, args: bytes | None) -> int:
        """Keep it, and return the value by which a slot shows it."""
        mark = SCOPES.index(scope)
        if args is None:
            return -1 - mark
        needed = LENGTH.size + len(args)
        size = self._layout.args_bytes
        if needed > size:
            self._counts[ARGS_LOST] += 1
            return -1 - mark
        start = self._next
        if start % size + needed > size:  # one piece each: skip the end of the byte ring
            start += size - start % size
        self._next = start + needed  # no call since it was read: a signal handler's args go elsewhere
        self._counts[ARGS_RESERVED] = self._next  # before its bytes: a reader knows what is being overwritten
        at = self._layout.args_at + start % size
        LENGTH.pack_into(self._memory, at, len(args))
        self._memory[at + LENGTH.size : at + needed] = args
        return start << 2 | mark

    def all(self) -> FileInstants:
        """Return those that are kept at this moment."""
        return FileInstants(self._memory, self._layout, self._counts, self._layout.args_at)


class SharedLane(Lane):
    """The writing end of a lane file. Only one thread writes; any process may read it."""

    def __init__(self, path: Path, header: LaneHeader, memory: mmap.mmap) -> None:
        layout = header.layout
        counts = counts_of(memory)
        names, payloads = FileNames(layout, memory, counts), FilePayloads(layout, memory, counts)
        written = count_records(memory, HEADER_BYTES, layout.records)
        slots = layout.records, memory, HEADER_BYTES
        super().__init__(header.identity, Ring(slots, names, payloads, native_rings(time.perf_counter_ns), written))
        self.path = path
        self.layout = layout
        self.memory = memory
        self._counts = counts
        self._process = _Process.present

    @classmethod
    def create(cls, path: Path, layout: Layout, identity: LaneIdentity) -> SharedLane:
        """Make a lane file; raises OSError when the disk is full."""
        descriptor = preallocate(path, layout.file_bytes)
        try:
            memory = mmap.mmap(descriptor, layout.file_bytes)
        finally:
            os.close(descriptor)
        lane = cls(path, LaneHeader(layout, identity), memory)
        lane._counts[WRITER] = identity.key
        lane._write_header()  # last: with it the file is a lane
        return lane

    @classmethod
    def resume(cls, path: Path, header: LaneHeader) -> SharedLane:
        """Open the lane of a process that has ended, to write on behind what it recorded."""
        with path.open("r+b") as file:
            memory = mmap.mmap(file.fileno(), header.layout.file_bytes)
        lane = cls(path, header, memory)
        lane.users = read_users(path) or lane.users
        lane.largest = max((end - start for (start, _), (end, _) in pairwise(lane.users)), default=0)
        return lane

    def _write_header(self) -> None:
        LaneHeader(self.layout, replace(self.identity, name=self.name)).write(self.memory)

    def take_for(self, writer: int, name: str) -> None:
        """Let a thread of the process ``writer`` use the lane from now on: the one before has ended.

        Raises OSError when the disk has no room for its name.
        """
        self.take(name)
        self._counts[WRITER] = writer
        self._counts[FINISHED] = 0

    def rename(self, name: str) -> None:
        """Show its thread under another name."""
        if len(self.users) > 1:
            super().rename(name)
        else:  # the header says it
            self.users, self.name = [(self.users[0][0], name)], name
            self._write_header()

    def _note_user(self, first: int, name: str) -> None:
        known = len(self.users)
        is_appended = known > 1 and self.users[-1][0] != first
        if is_appended:
            with users_path(self.path).open("ab", buffering=0) as file:
                file.write(user_lines([(first, name)]))
        else:
            users = self.users.copy()
            add_user(users, first, name, self.ring.recorded - self.ring.capacity)
            self._write_users(users)
        super()._note_user(first, name)
        if is_appended and len(self.users) <= known:
            with contextlib.suppress(OSError):  # the file then holds more than it need
                self._write_users(self.users)
        self._write_header()

    def _write_users(self, users: list[LaneUser]) -> None:
        path = users_path(self.path)
        whole = path.with_name(f"new-{path.name}")
        whole.write_bytes(user_lines(users))
        whole.replace(path)

    def finish(self) -> bool:
        """Mark the lane as finished: its thread has ended. False in a forked process, whose lane it is not."""
        is_ours = self._process is _Process.present
        if is_ours:
            self._counts[FINISHED] = 1
        return is_ours


class _Process:
    """Tells a process from those it was forked from."""

    present: object = object()

    @classmethod
    def renew(cls) -> None:
        """Begin a new process."""
        cls.present = object()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_Process.renew)
