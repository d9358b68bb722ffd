"""What a lane shows to who reads it: all it holds at one moment, or its records from a position on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aero_nb.recorder.lanes.records import Record
from aero_nb.recorder.lanes.users import LaneUser

ReadFrom = Callable[[int, int], int]
"""The number of the first record of a lane that somebody still wants, by its process and its serial there."""

MOST_LANES = 256  # that an export shows; of those beyond it says the counts


def all_records(process: int, serial: int) -> int:  # noqa: ARG001 (of each lane)
    """Want all records of every lane."""
    return 0


@dataclass
class LaneSnapshot:
    """What one lane held at one moment."""

    name: str
    tid: int = 0
    key: int = 0  # of the process that made it; 0: this process, in memory
    process: tuple[int, int] = (0, 0)  # that process's pid, and the namespace in which it is that
    writer: int = 0  # key of the process that writes it now
    serial: int = 0  # within its process; 0: the main thread's
    created_ns: int = 0
    finished: bool = False  # its thread or process has ended
    counted_only: bool = False  # beyond the most lanes: its counts are all that matters
    records: Sequence[Record] = ()  # the newest, as far as they were asked for
    recorded: int = 0  # ever, by this lane
    capacity: int = 0  # so many of them are kept
    names: Sequence[str] = ()
    dropped_strings: int = 0
    reprs: int = 0
    args_lost: int = 0
    users: Sequence[LaneUser] = ()  # the threads that used it one after another; of a single one it may say nothing

    @property
    def dropped_records(self) -> int:
        """How many records were overwritten."""
        return self.recorded - len(self.records)


class ReadableLane(Protocol):
    """A ring that can be read from a position on."""

    @property
    def name(self) -> str:
        """The lane's name at this moment."""

    @property
    def recorded(self) -> int:
        """How many records were ever written."""

    @property
    def overwritten(self) -> int:
        """How many of them are lost."""

    def between(self, first: int, stop: int) -> Sequence[Record]:
        """Return the records that were written as number ``first`` to ``stop``, oldest first: those that still are."""

    def names(self) -> list[str]:
        """Return the interned names so far, by index."""

    def close(self) -> None:
        """Let go of it."""
