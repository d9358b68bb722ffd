"""Where the threads of a process record, and who decides when: the part in which recorders differ."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable
from typing import Any

from aero_nb.recorder.lanes.lane import Lane, thread_name
from aero_nb.recorder.lanes.snapshot import LaneSnapshot, ReadableLane, ReadFrom, all_records


class OwnLanes(ABC):
    """The lanes that a process writes itself: :class:`MemoryLanes`, or :class:`FolderLanes`."""

    state: memoryview[int] | None = None
    """What changes (its first 8 bytes) when somebody else decides whether to record; None where nobody does."""

    has_news = False
    """Whether somebody else has decided something since :meth:`follow`."""

    @property
    def times(self) -> tuple[int, int, int | None] | None:
        """When somebody else started it, by the clock (ns) and since 1970 (µs), and stopped it; None: nobody did."""
        return None

    @abstractmethod
    def follow(self) -> bool:
        """Take note of what is wanted by now; return whether that is to record."""

    @abstractmethod
    def open(self, thread: threading.Thread, task: int = 0) -> Any:
        """Return the lane of a thread, or of a task of it; it has a method ``record``, as :class:`Lane` has."""

    @abstractmethod
    def register(self, thread: threading.Thread, name: str | None) -> Lane | None:
        """Let a thread record under a name; return its lane, unless it gets one when it records."""

    def begin(self, records: int, strings: int, start_epoch_us: int) -> None:  # noqa: B027 (who decides has done it)
        """Forget all that was recorded: new lanes keep so many records and names."""

    def end(self) -> None:  # noqa: B027 (as above)
        """Record no more: what was recorded stays as it is."""

    def name_of(self, thread: threading.Thread, task: int = 0) -> str:
        """Return what the lane of a thread or a task of it is called."""
        return thread_name(thread, task)

    def snapshots(self, wanted: ReadFrom = all_records) -> list[LaneSnapshot]:  # noqa: ARG002 (of none)
        """Return what the lanes hold at this moment, but for those that :class:`Workers` finds in the folder."""
        return []

    def readable(self, known: Collection[Hashable]) -> dict[Hashable, ReadableLane]:  # noqa: ARG002 (of none)
        """Return the lanes that are not known yet, each under a key for good; but for those in the folder."""
        return {}
