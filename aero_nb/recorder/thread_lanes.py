"""Which lane a record belongs to: one for each thread, and more where asyncio tasks interleave on a thread."""
# ruff: noqa: SLF001 (asyncio shows which task runs only through names that begin with _)

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from weakref import WeakMethod, ref

from aero_nb.recorder.export import LaneSnapshot
from aero_nb.recorder.lane_users import LaneUser, add_user, common_part, lane_name
from aero_nb.recorder.memory_ring import Ring

if TYPE_CHECKING:
    import asyncio

RingType = TypeVar("RingType")
MOST_LANES = 256
PERHAPS = "asyncio was imported: look for its table of running tasks"
ASK = "there is no such table: ask asyncio each time"
COUNTED_ONLY = 16  # records in the ring of a lane beyond the most: its counts are what matters


def running_tasks(on_asyncio: Callable[[], None]) -> object:
    """Return an object that is true at least while an asyncio task runs in some thread, cheap to test.

    While nobody has imported asyncio it is false, and ``on_asyncio`` is called when somebody does: importing it here
    would double the time that a worker takes to start.
    """
    if "asyncio.tasks" not in sys.modules:
        _AsyncioWatch.notify(on_asyncio)
        return False
    if sys.version_info >= (3, 14):
        return ASK
    return getattr(sys.modules["asyncio.tasks"], "_current_tasks", PERHAPS)  # without: it is being imported


class _AsyncioWatch:
    """Stands in ``sys.meta_path`` (for good: removing a finder during an import would skip the next one)."""

    _waiting: ClassVar[set[WeakMethod[Callable[[], None]]]] = set()

    @classmethod
    def notify(cls, on_asyncio: Callable[[], None]) -> None:
        """Call ``on_asyncio``, a bound method, once asyncio is imported and if its object still lives then."""
        if cls not in sys.meta_path:
            sys.meta_path.insert(0, cls)
        cls._waiting.add(WeakMethod(on_asyncio))

    @classmethod
    def find_spec(cls, name: str, *_: object) -> None:
        """Find nothing."""
        while name == "asyncio.tasks" and cls._waiting:
            on_asyncio = cls._waiting.pop()()
            if on_asyncio is not None:
                on_asyncio()


def running_task() -> asyncio.Task[Any] | None:
    """Return the asyncio task that runs in this thread, if one does."""
    events = sys.modules.get("asyncio.events")
    loop = None if events is None else events._get_running_loop()
    if loop is None:
        return None
    task: asyncio.Task[Any] | None = sys.modules["asyncio.tasks"].current_task(loop)
    return task


def is_waited_for(task: asyncio.Task[Any]) -> bool:
    """Whether somebody awaits ``task`` alone, or it is what a loop was started for: ``asyncio.run(task)``.

    Others run beside the code that made them and may outlive it. True where asyncio does not show it.
    """
    try:
        callbacks = task._callbacks
        names = [getattr(callback, "__qualname__", "") for callback, _ in callbacks or ()]
    except Exception:
        return True
    return any("wakeup" in name or "run_until_complete" in name for name in names)


class TaskLanes(Generic[RingType]):
    """The rings of one thread: its own, and one more for each task that runs while others hold the earlier ones.

    A task holds a ring from its first record until it is done, so that its spans nest; then another may take it.
    The thread's own ring comes first, for tasks that somebody waits for: such a task records where plain code would.
    The others have rings of their own, or the code that follows them would have to go elsewhere.
    """

    def __init__(self, own: RingType, open_ring: Callable[[int], RingType]) -> None:
        self.own = own
        self._open_ring = open_ring
        self._rings = [own]
        self._holders: list[Callable[[], asyncio.Task[Any] | None]] = [_nobody]
        self._held: dict[int, int] = {}  # id of a task -> index of its ring

    def current(self) -> RingType:
        """Return the ring that the running code records into."""
        task = running_task()
        return self.own if task is None else self._rings[self._index(task)]

    def claim_own(self) -> None:
        """Let the running task record into the thread's own ring, unless another task still does."""
        task = running_task()
        if task is not None and self._is_free(0) and self._holding(task) is None:
            self._hold(0, task)

    def _index(self, task: asyncio.Task[Any]) -> int:
        index = self._holding(task)
        if index is None:
            index = self._free_index(0 if is_waited_for(task) else 1)
            self._hold(index, task)
        return index

    def _holding(self, task: asyncio.Task[Any]) -> int | None:
        index = self._held.get(id(task))
        return index if index is not None and self._holders[index]() is task else None

    def _hold(self, index: int, task: asyncio.Task[Any]) -> None:
        self._held = {held: at for held, at in self._held.items() if at != index}
        self._holders[index] = ref(task)
        self._held[id(task)] = index

    def _is_free(self, index: int) -> bool:
        task = self._holders[index]()
        return task is None or task.done()

    def _free_index(self, first: int) -> int:
        for index in range(first, len(self._holders)):
            if self._is_free(index):
                return index
        self._rings.append(self._open_ring(len(self._rings)))
        self._holders.append(_nobody)
        return len(self._rings) - 1


def _nobody() -> None:
    return None


@dataclass
class Lane:
    """One lane of this process and where its records are; threads use it one after another."""

    serial: int  # 0: the main thread's
    name: str
    thread: threading.Thread  # that uses it now
    task: int  # 0: the thread's own lane
    created_ns: int
    ring: Ring
    counted_only: bool = False
    users: list[LaneUser] = field(default_factory=list)
    largest: int = 0  # records of the user that wrote most

    def __post_init__(self) -> None:
        self.users = [(0, self.name)]

    @property
    def finished(self) -> bool:
        """Whether its thread has ended."""
        return self.thread.ident is not None and not self.thread.is_alive()

    @property
    def has_room(self) -> bool:
        """Whether another user as large as the largest so far would overwrite nothing."""
        return self.ring.recorded + max(self.largest, self._own_records) <= self.ring.capacity

    @property
    def _own_records(self) -> int:
        return self.ring.recorded - self.users[-1][0]

    def is_of_kind(self, name: str) -> bool:
        """Whether its thread and one of this name differ in numbers only."""
        return common_part(self.users[-1][1]) == common_part(name)

    def take(self, thread: threading.Thread, task: int, name: str) -> None:
        """Let another thread use it from now on: the one before has ended."""
        self.largest = max(self.largest, self._own_records)
        self.thread, self.task = thread, task
        self._add_user(self.ring.recorded, name)

    def rename(self, name: str) -> None:
        """Show its thread under another name."""
        self._add_user(self.users[-1][0], name)

    def renew(self, ring: Ring) -> None:
        """Forget what was recorded."""
        self.ring, self.largest = ring, 0
        self.users = [(0, self.users[-1][1])]
        self.name = self.users[0][1]

    def _add_user(self, first: int, name: str) -> None:
        is_only_one = len(self.users) == 1 and self.users[0][0] == first
        add_user(self.users, first, name, self.ring.recorded - self.ring.capacity)
        self.name = name if is_only_one else lane_name([self.name, name])

    def snapshot(self) -> LaneSnapshot:
        """Return what the lane holds at this moment."""
        recorded, records = self.ring.snapshot()
        names = self.ring.names
        return LaneSnapshot(
            name=self.name,
            serial=self.serial,
            created_ns=self.created_ns,
            finished=self.finished,
            counted_only=self.counted_only,
            records=records,
            recorded=recorded,
            names=list(names.strings),
            dropped_strings=names.dropped,
            reprs=names.reprs,
            users=tuple(self.users),
        )


def fold_beyond(lanes: list[LaneSnapshot]) -> tuple[list[LaneSnapshot], list[tuple[str, int, int]]]:
    """Return the lanes to show, and (name, records, dropped strings) of those that only count if there are too many."""
    if len(lanes) <= MOST_LANES:
        return lanes, []
    folded = [(lane.name, lane.recorded, lane.dropped_strings) for lane in lanes if lane.counted_only]
    return [lane for lane in lanes if not lane.counted_only], folded
