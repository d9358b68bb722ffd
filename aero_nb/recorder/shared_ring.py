"""The ring of one thread in a file that other processes may read at any moment, also after its writer was killed.

A lane file, in this order: a header that never changes, counters, ``records`` slots of 32 bytes, the interned names
one after another, and a byte ring for the args of instants. A slot carries the number of its lap before and behind
its data (laps count from 1): where the two differ, the writer was in the middle of it. Stores become visible in
program order on x86-64, which this relies on; elsewhere a torn slot could pass for a whole one while its writer runs.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from struct import Struct

from aero_nb.recorder.ring import COUNTER, INSTANT, INTEGER, Names

MAGIC = b"aero_nb1"
HEADER = Struct("<8s2IqIBH255s")  # magic, records, strings, created_ns, serial, counted_only, name
HEADER_BYTES = 512
COUNTERS_AT = 384
STRINGS_KEPT, STRINGS_DROPPED, REPRS, ARGS_RESERVED, ARGS_LOST, FINISHED = range(6)
SLOT_BYTES = 32
SHORT = Struct("<Iiq8xI4x")  # lap, code, time_ns, (no value), lap
WITH_INTEGER = Struct("<IiqqI4x")  # lap, code, time_ns, value, lap
WITH_FLOAT = Struct("<IiqdI4x")
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
    """Who writes a lane."""

    pid: int
    serial: int  # of the lane within its process; 0: its main thread's
    name: str
    created_ns: int
    counted_only: bool = False  # beyond the most lanes that an export shows


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


class SharedNames(Names):
    """Interned strings that are also written into the lane file."""

    __slots__ = ("_at", "_counters", "_end", "_memory")

    def __init__(self, layout: Layout, memory: mmap.mmap, counters: memoryview) -> None:
        super().__init__(layout.strings)
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


class SharedRing:
    """The writing end of a lane file. Only one thread writes; any process may read it."""

    def __init__(self, path: Path, layout: Layout, identity: LaneIdentity) -> None:
        descriptor = preallocate(path, layout.file_bytes)
        try:
            self.memory = mmap.mmap(descriptor, layout.file_bytes)
        finally:
            os.close(descriptor)
        self.layout = layout
        self.identity = identity
        self._write_header(identity.name)
        self._counters = memoryview(self.memory)[COUNTERS_AT:HEADER_BYTES].cast("Q")
        self.names: Names = SharedNames(layout, self.memory, self._counters)
        self._args = 0  # position in the endless stream of args that the byte ring shows the end of
        self._offsets = range(HEADER_BYTES, layout.strings_at, SLOT_BYTES)
        self.place: tuple[Callable[[], int], int] = iter(self._offsets).__next__, 1  # next slot, lap

    def _write_header(self, name: str) -> None:
        identity = self.identity
        text = name.encode(errors="backslashreplace")[:255]
        sizes = self.layout.records, self.layout.strings
        who = identity.created_ns, identity.serial, identity.counted_only
        HEADER.pack_into(self.memory, 0, MAGIC, *sizes, *who, len(text), text)

    def rename(self, name: str) -> None:
        """Show this lane under another name."""
        self._write_header(name)

    def record(self, kind: int, name: object, now: int, payload: tuple[object, ...] = (), reprs: int = 0) -> None:
        """Store one record, over the oldest if the ring is full. It is in the file when this returns."""
        code = self.names.code(kind, name)
        counters = self._counters
        counters[STRINGS_DROPPED] = self.names.dropped
        if reprs:
            counters[REPRS] += reprs
        value: int | float = 0
        pack = WITH_INTEGER
        if kind == INSTANT:
            value = self._instant_value(*payload)  # type: ignore[arg-type]
        elif kind == INTEGER:
            value = payload[0]  # type: ignore[assignment]
        elif kind == COUNTER:
            pack = WITH_FLOAT
            value = float("nan") if payload[0] is None else payload[0]  # type: ignore[assignment]
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

    def finish(self) -> None:
        """Mark the lane as finished: its thread has ended."""
        self._counters[FINISHED] = 1

    def __del__(self) -> None:
        if hasattr(self, "_counters"):
            self.finish()
