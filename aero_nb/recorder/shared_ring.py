"""The ring of one thread in a file that other processes may read at any moment, also after its writer was killed.

A lane file, in this order: a header that never changes, counters, ``records`` slots of 32 bytes, the interned names
one after another, and a byte ring for the args of instants. A slot carries the number of its lap before and behind
its data (laps count from 1): where the two differ, the writer was in the middle of it. Stores become visible in
program order on x86-64, which this relies on; elsewhere a torn slot could pass for a whole one while its writer runs.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from operator import length_hint
from pathlib import Path
from struct import Struct
from typing import Any

from aero_nb.recorder.lane_users import LaneUser, add_user, common_part, lane_name
from aero_nb.recorder.memory_ring import BEGIN, COUNTER, INSTANT, KINDS, NameTable, Ring
from aero_nb.recorder.native_ring import native_rings

MAGIC = b"aero_nb2"
HEADER = Struct("<8s2I2QIBIQH255s")  # magic, records, strings, then the identity: name last, its length before it
HEADER_BYTES = 512
COUNTERS_AT = 384
STRINGS_KEPT, STRINGS_DROPPED, REPRS, ARGS_RESERVED, ARGS_LOST, FINISHED, WRITER = range(7)
SLOT_BYTES = 32
WITH_INTEGER = Struct("<IiqqI4x")  # lap, code, time_ns, value, lap
WITH_FLOAT = Struct("<IiqdI4x")
_LAP = Struct("<I")
_LAP_BEHIND = 24  # offset in a slot of the lap behind its data
LENGTH = Struct("<I")
SCOPES = "tpg"
STRING_BYTES = 64  # set aside per interned name, on average
ARGS_BYTES = 8  # set aside per record, on average


@dataclass(frozen=True)
class Layout:
    """The sizes that one lane file is made with."""

    records: int
    strings: int

    @property
    def string_bytes(self) -> int:
        """Room for the interned names."""
        return self.strings * STRING_BYTES

    @property
    def args_bytes(self) -> int:
        """Size of the byte ring for args."""
        return max(self.records * ARGS_BYTES, 4096)

    @property
    def strings_at(self) -> int:
        """Offset of the interned names."""
        return HEADER_BYTES + self.records * SLOT_BYTES

    @property
    def args_at(self) -> int:
        """Offset of the byte ring for args."""
        return self.strings_at + self.string_bytes

    @property
    def file_bytes(self) -> int:
        """Size of the whole file."""
        return self.args_at + self.args_bytes


@dataclass(frozen=True)
class LaneIdentity:
    """Who writes a lane first; its name may change, the rest tells the lane from all others for good."""

    key: int  # of the process
    serial: int  # of the lane within its process; 0: its main thread's
    name: str
    created_ns: int
    counted_only: bool = False  # beyond the most lanes that an export shows
    process: tuple[int, int] = (0, 0)  # its pid, and the namespace in which it is that


@dataclass(frozen=True)
class LaneHeader:
    """What a lane file begins with."""

    layout: Layout
    identity: LaneIdentity

    @classmethod
    def of(cls, data: bytes | mmap.mmap) -> LaneHeader:
        """Read the header of a lane file; raises ValueError when it is none (yet)."""
        if len(data) < HEADER_BYTES or data[:8] != MAGIC:
            raise ValueError(f"expected a lane file of aero_nb, found {bytes(data[:8])!r} at its start")
        _, records, strings, created_ns, key, serial, counted, pid, namespace, length, text = HEADER.unpack_from(data)
        name = text[:length].decode(errors="replace")
        identity = LaneIdentity(key, serial, name, created_ns, bool(counted), (pid, namespace))
        return cls(Layout(records, strings), identity)


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


class SharedNameTable(NameTable):
    """Interned strings that are also written into the lane file."""

    __slots__ = ("_at", "_counters", "_end", "_layout", "_memory")

    def __init__(self, layout: Layout, memory: mmap.mmap, counters: memoryview) -> None:
        super().__init__(layout.strings)
        self._layout = layout
        self._memory = memory
        self._counters = counters
        self._at = layout.strings_at
        self._end = layout.args_at

    def _keep(self, text: str) -> bool:
        data = text.encode()
        at = self._at
        end = at + LENGTH.size + len(data)
        if end > self._end:
            return False
        self._at = end
        LENGTH.pack_into(self._memory, at, len(data))
        self._memory[at + LENGTH.size : end] = data
        self._counters[STRINGS_KEPT] = len(self.strings) + 1  # last: a reader sees whole names only
        return True

    def resume(self) -> None:
        """Know the names that are in the file."""
        self.strings, self._at = read_names(self._memory, self._layout, self._counters[STRINGS_KEPT])
        self.begins = {name: KINDS * index + BEGIN for index, name in enumerate(self.strings)}
        self.dropped = self._counters[STRINGS_DROPPED]


def read_names(data: Any, layout: Layout, kept: int) -> tuple[list[str], int]:
    """Return the interned names of a lane file, and the offset behind them."""
    names = []
    at = layout.strings_at
    for _ in range(kept):
        (length,) = LENGTH.unpack_from(data, at)
        at += LENGTH.size
        names.append(bytes(data[at : at + length]).decode())
        at += length
    return names, at


class SharedRing(Ring):
    """The writing end of a lane file. Only one thread writes; any process may read it."""

    names: SharedNameTable

    def __init__(self, path: Path, layout: Layout, identity: LaneIdentity) -> None:
        descriptor = preallocate(path, layout.file_bytes)
        try:
            self.memory = mmap.mmap(descriptor, layout.file_bytes)
        finally:
            os.close(descriptor)
        self._open(path, LaneHeader(layout, identity))
        self._counters[WRITER] = identity.key
        self._write_header()  # last: with it the file is a lane

    @classmethod
    def resume(cls, path: Path, header: LaneHeader) -> SharedRing:
        """Open the lane of a process that has ended, to write on behind what it recorded."""
        ring = cls.__new__(cls)
        with path.open("r+b") as file:
            ring.memory = mmap.mmap(file.fileno(), header.layout.file_bytes)
        ring._open(path, header)  # noqa: SLF001 (its own)
        ring._go_on()  # noqa: SLF001
        return ring

    def _open(self, path: Path, header: LaneHeader) -> None:
        layout = header.layout
        self.path = path
        self.layout = layout
        self.identity = header.identity
        self.name = header.identity.name
        self.users: list[LaneUser] = [(0, self.name)]
        self._largest = 0  # records of the user that wrote most
        self._counters = memoryview(self.memory)[COUNTERS_AT:HEADER_BYTES].cast("Q")
        self.names = SharedNameTable(layout, self.memory, self._counters)
        self.capacity = layout.records
        self._args = 0  # position in the endless stream of args that the byte ring shows the end of
        self._offsets = range(HEADER_BYTES, layout.strings_at, SLOT_BYTES)
        self._begin_at(0)
        self._process = _Process.present

    def _go_on(self) -> None:
        """Go on behind what the file holds."""
        self.users = read_users(self.path) or self.users
        self.names.resume()
        self._args = self._counters[ARGS_RESERVED]
        self._begin_at(count_records(self.memory, self.layout))
        starts = [first for first, _ in self.users]
        self._largest = max((end - start for start, end in pairwise(starts)), default=0)

    def _begin_at(self, written: int) -> None:
        """Write the next record behind so many."""
        core = native_rings(time.perf_counter_ns)
        self.native = (
            None if core is None else core.Ring(self.capacity, self.names.begins, self.memory, HEADER_BYTES, written)
        )
        laps, position = divmod(written, self.capacity)
        self.place: tuple[Callable[[], int], int] = iter(self._offsets[position:]).__next__, laps + 1  # next slot, lap

    def _write_header(self) -> None:
        identity = self.identity
        text = self.name.encode(errors="backslashreplace")[:255]
        sizes = self.layout.records, self.layout.strings
        who = identity.created_ns, identity.key, identity.serial, identity.counted_only, *identity.process
        HEADER.pack_into(self.memory, 0, MAGIC, *sizes, *who, len(text), text)

    @property
    def recorded(self) -> int:
        """How many records were ever written."""
        if self.native is not None:
            written: int = self.native.recorded
            return written
        step: Any = self.place[0]  # __next__ of an iterator
        lap = self.place[1]
        left: int = length_hint(step.__self__)
        return lap * self.layout.records - left

    @property
    def has_room(self) -> bool:
        """Whether another user as large as the largest so far would overwrite nothing."""
        return self.recorded + max(self._largest, self._own_records) <= self.layout.records

    @property
    def _own_records(self) -> int:
        return self.recorded - self.users[-1][0]

    def is_of_kind(self, name: str) -> bool:
        """Whether its thread and one of this name differ in numbers only."""
        return common_part(self.users[-1][1]) == common_part(name)

    def take(self, writer: int, name: str) -> None:
        """Let a thread of the process ``writer`` use the lane from now on: the one before has ended.

        Raises OSError when the disk has no room for its name.
        """
        self._largest = max(self._largest, self._own_records)
        self._note_user(self.recorded, name)
        self._counters[WRITER] = writer
        self._counters[FINISHED] = 0

    def rename(self, name: str) -> None:
        """Show the lane's thread under another name."""
        if len(self.users) == 1:
            self.users, self.name = [(0, name)], name
            self._write_header()
        else:
            self._note_user(self.users[-1][0], name)

    def _note_user(self, first: int, name: str) -> None:
        oldest = self.recorded - self.layout.records
        if len(self.users) > 1 and self.users[-1][0] != first:
            with users_path(self.path).open("ab", buffering=0) as file:
                file.write(_user_lines([(first, name)]))
            known = len(self.users)
            add_user(self.users, first, name, oldest)
            if len(self.users) <= known:
                with contextlib.suppress(OSError):  # the file then holds more than it need
                    self._write_users(self.users)
        else:
            users = self.users.copy()
            add_user(users, first, name, oldest)
            self._write_users(users)
            self.users = users
        self.name = name if len(self.users) == 1 else lane_name([self.name, name])
        self._write_header()

    def _write_users(self, users: list[LaneUser]) -> None:
        path = users_path(self.path)
        whole = path.with_name(f"new-{path.name}")
        whole.write_bytes(_user_lines(users))
        whole.replace(path)

    def _count(self, reprs: int) -> None:
        self._counters[STRINGS_DROPPED] = self.names.dropped
        if reprs:
            self._counters[REPRS] += reprs

    def _store_record(self, code: int, now: int, payload: tuple[Any, ...]) -> None:
        value: int | float = 0
        kind = code % KINDS
        if kind == INSTANT:
            value = self._instant_value(*payload)
        elif payload:
            value = float("nan") if payload[0] is None else payload[0]
        if self.native is not None:
            self.native.write(code, now, value)
        else:
            self.write(code, now, value)

    def write(self, code: int, now: int, value: float) -> None:
        """Write one slot, in Python."""
        pack = WITH_FLOAT if code % KINDS == COUNTER else WITH_INTEGER
        offset, lap = self.next_slot()
        pack.pack_into(self.memory, offset, lap, code, now, value, lap)

    def next_slot(self) -> tuple[int, int]:
        """Return the offset of the next slot and its lap."""
        while True:
            place = self.place
            try:
                return place[0](), place[1]
            except StopIteration:
                fresh = iter(self._offsets).__next__, place[1] + 1
                # No call between test and store: CPython runs signal handlers at calls and loops only.
                if self.place is place:
                    self.place = fresh

    def _instant_value(self, scope: str, args: bytes | None) -> int:
        mark = SCOPES.index(scope)
        if args is None:
            return -1 - mark
        needed = LENGTH.size + len(args)
        size = self.layout.args_bytes
        if needed > size:
            self._counters[ARGS_LOST] += 1
            return -1 - mark
        start = self._args
        if start % size + needed > size:  # one piece each: skip the end of the byte ring
            start += size - start % size
        self._args = start + needed  # no call since it was read: a signal handler's args go elsewhere
        self._counters[ARGS_RESERVED] = self._args  # before its bytes: a reader knows what is being overwritten
        at = self.layout.args_at + start % size
        LENGTH.pack_into(self.memory, at, len(args))
        self.memory[at + LENGTH.size : at + needed] = args
        return start << 2 | mark

    def finish(self) -> bool:
        """Mark the lane as finished: its thread has ended. False in a forked process, whose lane it is not."""
        is_ours = self._process is _Process.present
        if is_ours:
            self._counters[FINISHED] = 1
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


def count_records(memory: Any, layout: Layout) -> int:
    """Return how many records were ever written into a lane file; a torn one does not count."""

    def lap_of(slot: int) -> int:
        lap: int = _LAP.unpack_from(memory, HEADER_BYTES + slot * SLOT_BYTES + _LAP_BEHIND)[0]
        return lap

    lap = lap_of(0)
    if lap == 0:
        return 0
    written, blank = 1, layout.records  # slots of this lap come before those of the one before
    while written < blank:
        middle = (written + blank) // 2
        written, blank = (middle + 1, blank) if lap_of(middle) == lap else (written, middle)
    return (lap - 1) * layout.records + written


def users_path(path: Path) -> Path:
    """Return the file beside a lane file that holds its users, once there is more than one."""
    return path.with_name(f"users-{path.name}")


def read_users(path: Path) -> list[LaneUser]:
    """Return the users of a lane; none if it has had but one."""
    data = b""
    with contextlib.suppress(FileNotFoundError):
        data = users_path(path).read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    return [(first, name) for first, name in json.loads(b"[" + whole.rstrip(b",\n") + b"]")]


def _user_lines(users: list[LaneUser]) -> bytes:
    return b"".join(json.dumps(user).encode() + b",\n" for user in users)
