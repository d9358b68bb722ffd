"""A lane file: the ring of one thread, which other processes may read at any moment, also after its writer was killed.

In this order: a header that never changes but for the name, counts, ``records`` slots of 32 bytes
(:mod:`aero_nb.recorder.lanes.records`), the interned names one after another, and a byte ring for the args of instants.
"""

from __future__ import annotations

import contextlib
import json
import mmap
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import Any

from aero_nb.recorder.lanes.lane import LaneIdentity
from aero_nb.recorder.lanes.names import ARGS_RESERVED
from aero_nb.recorder.lanes.records import SLOT_BYTES, Record
from aero_nb.recorder.lanes.users import LaneUser

MAGIC = b"aero_nb2"
HEADER = Struct("<8s2I2QIBIQH255s")  # magic, records, strings, then the identity: name last, its length before it
HEADER_BYTES = 512
COUNTS_AT = 384
LENGTH = Struct("<I")
SCOPES = "tpg"
_STRING_BYTES = 64  # set aside per interned name, on average
_ARGS_BYTES = 8  # set aside per record, on average
LOST = b"{}"  # args that are gone; counted


@dataclass(frozen=True)
class Layout:
    """The sizes that one lane file is made with."""

    records: int
    strings: int

    @property
    def args_bytes(self) -> int:
        """Size of the byte ring for args."""
        return max(self.records * _ARGS_BYTES, 4096)

    @property
    def strings_at(self) -> int:
        """Offset of the interned names."""
        return HEADER_BYTES + self.records * SLOT_BYTES

    @property
    def args_at(self) -> int:
        """Offset of the byte ring for args."""
        return self.strings_at + self.strings * _STRING_BYTES

    @property
    def file_bytes(self) -> int:
        """Size of the whole file."""
        return self.args_at + self.args_bytes


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

    def write(self, memory: mmap.mmap) -> None:
        """Write it: with it a file is a lane."""
        identity = self.identity
        text = identity.name.encode(errors="backslashreplace")[:255]
        sizes = self.layout.records, self.layout.strings
        who = identity.created_ns, identity.key, identity.serial, identity.counted_only, *identity.process
        HEADER.pack_into(memory, 0, MAGIC, *sizes, *who, len(text), text)


def counts_of(data: bytes | memoryview | mmap.mmap) -> memoryview[int]:
    """Return what the lane counts (:mod:`aero_nb.recorder.lanes.names`)."""
    return memoryview(data)[COUNTS_AT:HEADER_BYTES].cast("Q")


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


class FileInstants:
    """What the instants of a lane file carry, by the value in their slot."""

    def __init__(self, args: Any, layout: Layout, counts: memoryview[int], args_at: int = 0) -> None:
        """``args``: the byte ring, behind ``args_at``."""
        self._args = args
        self._args_at = args_at
        self._size = layout.args_bytes
        self._counts = counts

    def __getitem__(self, value: int) -> Record:
        """Return scope and args."""
        mark = value & 3 if value >= 0 else -1 - value
        return SCOPES[mark], None if value < 0 else self._read(value >> 2)

    def _read(self, start: int) -> bytes:
        at = self._args_at + start % self._size
        (length,) = LENGTH.unpack_from(self._args, at)
        args = bytes(self._args[at + LENGTH.size : at + LENGTH.size + length])
        # Asked afterwards, as they may have been overwritten meanwhile, or before their record was.
        return LOST if start + self._size < self._counts[ARGS_RESERVED] else args


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


def user_lines(users: list[LaneUser]) -> bytes:
    """Return what :func:`read_users` reads."""
    return b"".join(json.dumps(user).encode() + b",\n" for user in users)
