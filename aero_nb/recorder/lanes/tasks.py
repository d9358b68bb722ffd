"""Which lane a record belongs to: one for each thread, and more where asyncio tasks interleave on a thread."""
# ruff: noqa: SLF001 (asyncio shows which task runs only through names that begin with _)

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from weakref import WeakMethod, ref

if TYPE_CHECKING:
    import asyncio

LaneType = TypeVar("LaneType")
PERHAPS = "asyncio was imported: look for its table of running tasks"
ASK = "there is no such table: ask asyncio each time"


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


class TaskLanes(Generic[LaneType]):
    """The lanes of one thread: its own, and one more for each task that runs while others hold the earlier ones.

    A task holds a lane from its first record until it is done, so that its spans nest; then another may take it.
    The thread's own lane comes first, for tasks that somebody waits for: such a task records where plain code would.
    The others have lanes of their own, or the code that follows them would have to go elsewhere.
    """

    def __init__(self, own: LaneType, open_lane: Callable[[int], LaneType]) -> None:
        self.own = own
        self._open_lane = open_lane
        self._lanes = [own]
        self._holders: list[Callable[[], asyncio.Task[Any] | None]] = [_nobody]
        self._held: dict[int, int] = {}  # id of a task -> index of its lane

    def current(self) -> LaneType:
        """Return the lane that the running code records into."""
        task = running_task()
        return self.own if task is None else self._lanes[self._index(task)]

    def claim_own(self) -> None:
        """Let the running task record into the thread's own lane, unless another task still does."""
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
        self._lanes.append(self._open_lane(len(self._lanes)))
        self._holders.append(_nobody)
        return len(self._lanes) - 1


def _nobody() -> None:
    return None
