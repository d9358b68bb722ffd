"""The recording calls: what they cost is what the recorder costs."""

from __future__ import annotations

import functools
import itertools
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal

from aero_nb.recorder.export import MAIN_TID, LaneSnapshot
from aero_nb.recorder.frequent_calls import FrequentCalls, make_span
from aero_nb.recorder.functions import FunctionTracing, Modules
from aero_nb.recorder.lane_users import FINISHED_THREADS
from aero_nb.recorder.memory_ring import BEGIN, COUNTER, END, INSTANT, INTEGER, NameTable, Ring, as_text
from aero_nb.recorder.native_ring import NativeRing, native_rings
from aero_nb.recorder.spans import Span
from aero_nb.recorder.thread_lanes import (
    COUNTED_ONLY,
    MOST_LANES,
    PERHAPS,
    Lane,
    TaskLanes,
    running_tasks,
)
from aero_nb.recorder.values import as_number, encode_args

RECORDS = 32_768
STRINGS = 2_048
MAIN = (0, 0)  # process (0: this one), serial of the lane in it
NOT_KEPT = (-1, 0)  # the lane of those that were not kept
SCOPES = ("t", "p", "g")
Scope = Literal["t", "p", "g"]


class RecordingCalls(FrequentCalls):
    """The half of :class:`Recorder` that writes: one ring for each thread, and for each task that needs one.

    The calls made most are its base: in C they come here, to ``_record_call``, wherever they do not know the ring.
    """

    _state: memoryview[int] | None = None  # SharedRecorder's: [0] is what the owner wants

    def __init__(
        self,
        *,
        records: int = RECORDS,
        strings: int = STRINGS,
        clock_ns: Callable[[], int] = time.perf_counter_ns,
        epoch_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._records, self._strings = bounds(records, strings)
        self._clock_ns = clock_ns
        self._epoch_ns = epoch_ns
        self._lock = threading.RLock()
        self._recording = False
        self._tasks: object = False  # what running_tasks() said at the start
        self._start_ns = 0
        self._stop_ns: int | None = None
        self._start_epoch_us = 0
        self._failures = 0
        self._local = threading.local()  # .lanes: this thread's TaskLanes
        self._lanes: list[Lane] = []
        self._serials = itertools.count(1)
        self._new_tids = itertools.count(MAIN_TID + 1)
        self._tids: dict[tuple[int, int], int] = {MAIN: MAIN_TID}
        self._listeners: list[Callable[[], None]] = []

    @property
    def trace_enabled(self) -> bool:
        """Whether the recorder records at this moment."""
        return self._recording

    @property
    def records(self) -> int:
        """How many records each lane keeps from the last, or else the next, start on."""
        return self._records

    def instant(self, name: str, scope: Scope = "t", args: object = None) -> None:
        """Record a moment. ``scope``: "t" thread, "p" process, "g" global. ``args``: anything JSON can carry;
        values that it cannot carry become their ``repr`` and are counted (``otherData.aero_nb.lanes[].reprs``).
        """
        if self.trace_enabled:
            try:
                encoded, reprs = encode_args(args)
                known = type(scope) is str and scope in SCOPES  # what is odd may have an odd ==
            except Exception as error:
                RecordingCalls._fail(self, error)
                return
            self._record(INSTANT, name, (scope if known else "t", encoded), reprs)

    def trace_functions(self, include: Modules = (), exclude: Modules = (), min_us: float = 0) -> FunctionTracing:
        """Record calls of Python functions, unedited, as spans ``module.function``, until the result is stopped.

        Args:
            include: modules or packages (with all below them), as objects or by name, whose functions to record; none
                means all.
            exclude: modules or packages to leave out.
            min_us: leave out calls shorter than this, in µs; the others are recorded when they are over.

        Returns a context manager with ``stop()``. Raises CaptureError when no monitoring tool id is free, TypeError
        when ``include`` or ``exclude`` is something else.
        """
        return FunctionTracing(self, include, exclude, min_us)

    def record_at(self, kind: int, name: str, at_ns: int) -> None:
        """Record a span's begin or end (:mod:`aero_nb.recorder.memory_ring`) at a moment that has passed; below 0: now.

        Raises RecursionError, and records nothing, where the stack has no room for it.
        """
        if self.trace_enabled:
            self._record(kind, name, at_ns=at_ns)

    def clock_ns(self) -> int:
        """Return the time on the recorder's clock, in ns."""
        return self._clock_ns()

    def native_core(self) -> Any:
        """Return the core where it writes this recorder's rings, None where Python does.

        Raises ImportError where AERO_NB_NATIVE asks for a core that is not there.
        """
        return native_rings(self._clock_ns)

    def native_ring(self, name: str) -> tuple[Any, int] | bool:
        """Return the ring in C that the running code records into, and the code there of a begin of ``name``.

        False: nothing is recorded; it stays so until :meth:`on_change`, or ``lanes_change_with``, says otherwise.
        True: that is to be asked again.
        """
        ring = self._current_ring()
        code = None if isinstance(ring, bool) else ring.names.begins.get(name)
        return bool(ring) if code is None else (ring.native, code)  # a name may not be kept, or not kept as it is

    def _current_ring(self) -> Any:
        """Return the ring with a part in C that the running code records into, or False or True as above."""
        try:
            if not self.trace_enabled:
                return False
            if self._tasks is PERHAPS:
                self._find_tasks()
            ring = self._local.lanes.current()
            return ring if ring.native is not None and type(self._tasks) in (bool, dict) else True
        except Exception:  # a ring in Python, or none
            return True

    def _record_usual(self, kind: int, name: Any, value: Any) -> None:
        """Record a begin, an end, or a sample of a counter (COUNTER, whatever its value is)."""
        if not self.trace_enabled:
            return
        if kind in (BEGIN, END):
            self._record(kind, name)
        else:
            number, changed = as_number(value)
            self._record(INTEGER if isinstance(number, int) else COUNTER, name, (number,), changed)

    def _record_call(self, kind: int, name: Any, value: Any) -> object:
        """Record what the core could not; return the ring in C for the next, False: none, None: ask again."""
        self._record_usual(kind, name, value)
        ring = self._current_ring()
        return (None if ring else False) if isinstance(ring, bool) else ring.native

    @property
    def lanes_change_with(self) -> tuple[object, object]:
        """What shows that the running code records elsewhere now: a state (or None), asyncio's tasks (or None).

        The first 8 bytes of the state, and the dict of the tasks that run, change then.
        """
        return self._state, self._tasks if type(self._tasks) is dict else None

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` whenever recording starts, stops or goes elsewhere; return what ends that."""
        self._listeners.append(listener)
        return functools.partial(self._listeners.remove, listener)

    def _set_recording(self, recording: bool) -> None:
        self._recording = recording
        self._set_tasks(running_tasks(self._asyncio_was_imported) if recording else False)

    def _set_tasks(self, tasks: object) -> None:
        self._tasks = tasks
        self._watch(*self.lanes_change_with)
        for listener in list(self._listeners):
            listener()

    def claim_lane(self) -> None:
        """Let the running asyncio task record on its thread's own lane, unless another one still does: for a cell."""
        if self.trace_enabled:
            try:
                (getattr(self._local, "lanes", None) or self._enter_thread()).claim_own()
            except Exception:
                self._failures += 1

    def _new_span(self, name: str) -> Span:
        if type(name) is not str or len(self._spans) >= self._strings:
            return make_span(self, name)
        return self._spans.setdefault(name, make_span(self, name))  # they have no state: one of each name will do

    def _find_tasks(self) -> None:
        with self._lock:  # or a stop between the two would be undone
            if self._tasks is PERHAPS:
                self._set_tasks(running_tasks(self._asyncio_was_imported))

    def _asyncio_was_imported(self) -> None:
        if self._recording:
            self._set_tasks(PERHAPS)

    def _record(
        self, kind: int, name: object, payload: tuple[Any, ...] = (), reprs: int = 0, at_ns: int | None = None
    ) -> None:
        try:
            try:
                lanes = self._local.lanes
            except AttributeError:
                lanes = self._enter_thread()
            now = self._clock_ns() if at_ns is None or at_ns < 0 else at_ns
            lanes.current().record(kind, name, now, payload, reprs)
        except Exception as error:
            if at_ns is not None and isinstance(error, RecursionError):
                raise  # function tracing, which tries again once the stack has room
            self._fail(error)

    def _fail(self, error: Exception) -> None:  # noqa: ARG002 (for SharedRecorder)
        """Count a call that recorded nothing (``otherData.aero_nb``): user code is never failed by the recorder."""
        self._failures += 1

    # Lanes

    def _enter_thread(self) -> TaskLanes[Any]:
        """Give the calling thread its ring of the present recording."""
        thread = threading.current_thread()
        lanes = TaskLanes(self._open_ring(thread, 0), lambda task: self._open_ring(thread, task))
        self._local.lanes = lanes
        return lanes

    def _open_ring(self, thread: threading.Thread, task: int) -> Any:
        with self._lock:
            return self._lane_of(thread, task).ring

    def _lane_of(self, thread: threading.Thread, task: int = 0, thread_name: str | None = None) -> Lane:
        """Return the lane of a thread or of a task of it; a new one uses that of a finished thread if one will do."""
        for lane in self._lanes:
            if lane.thread is thread and lane.task == task:
                if thread_name is not None:
                    lane.rename(thread_name)
                return lane
        name = self._name_of(thread, task) if thread_name is None else thread_name
        found = self._lane_to_use_again(name)
        if found is not None:
            found.take(thread, task, name)
            return found
        is_main = thread is threading.main_thread() and not task
        serial = MAIN[1] if is_main else next(self._serials)
        counted_only = len(self._lanes) >= MOST_LANES
        lane = Lane(serial, name, thread, task, self._clock_ns(), self._new_ring(counted_only), counted_only)
        self._lanes.append(lane)
        return lane

    def _name_of(self, thread: threading.Thread, task: int) -> str:
        name = "Main" if thread is threading.main_thread() else as_text(thread.name)[0]
        return f"{name} task {task}" if task else name

    def _lane_to_use_again(self, name: str) -> Lane | None:
        """Return a lane of a finished thread: one of the same kind with room, at the most lanes any, room first."""
        if not self._recording:
            return None  # what was recorded stays as it is
        finished = [lane for lane in self._lanes if lane.finished]
        if len(self._lanes) < MOST_LANES:
            finished = [lane for lane in finished if lane.has_room and lane.is_of_kind(name)]

        def unfitness(lane: Lane) -> tuple[bool, bool, bool, bool]:  # of equals the oldest
            is_shared = lane.name == FINISHED_THREADS
            return lane.counted_only, not lane.has_room, not lane.is_of_kind(name), not is_shared

        return min(finished, key=unfitness, default=None)

    def _new_ring(self, counted_only: bool) -> Ring:
        ring = self._empty_ring(COUNTED_ONLY if counted_only else self._records)
        if self._start_epoch_us:
            self._mark_start(ring)
        return ring

    def _empty_ring(self, records: int) -> Ring:
        names = NameTable(self._strings)
        core = self.native_core()
        if core is not None:
            with suppress(MemoryError, OverflowError, ValueError):  # far too large to have at once: let it grow
                return NativeRing(core, records, names)
        return Ring(records, names)

    def _mark_start(self, ring: Any) -> None:
        args, _ = encode_args({"startTimeEpochUs": self._start_epoch_us})
        ring.record(INSTANT, "traceStart", self._clock_ns(), ("p", args))

    def _numbered(self, lanes: list[LaneSnapshot]) -> list[LaneSnapshot]:
        lanes.sort(key=lambda lane: lane.created_ns)
        for lane in lanes:
            lane.tid = self._tid(lane.key, lane.serial)
        return lanes

    def _tid(self, key: int, serial: int) -> int:
        tid = self._tids.get((key, serial))
        if tid is None:
            tid = self._tids[key, serial] = next(self._new_tids)
        return tid


def bounds(records: int, strings: int) -> tuple[int, int]:
    """Return the sizes of a ring, or raise ValueError."""
    if records < 1 or strings < 1:
        raise ValueError(f"expected at least one record and one string, found {records} and {strings}")
    return records, strings
