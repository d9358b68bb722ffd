"""The recording calls: what they cost is what the recorder costs."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, Literal

from aero_nb.recorder.frequent_calls import FrequentCalls, make_span
from aero_nb.recorder.lanes.own import OwnLanes
from aero_nb.recorder.lanes.records import BEGIN, COUNTER, END, INSTANT, INTEGER
from aero_nb.recorder.lanes.ring import native_rings
from aero_nb.recorder.lanes.tasks import PERHAPS, TaskLanes, running_tasks
from aero_nb.recorder.lanes.values import as_number, encode_args
from aero_nb.recorder.numbering import LaneNumbers
from aero_nb.recorder.spans import Span

RECORDS = 32_768
STRINGS = 2_048
SCOPES = ("t", "p", "g")
Scope = Literal["t", "p", "g"]


class RecordingCalls(FrequentCalls):
    """The half of :class:`Recorder` that writes: into one lane for each thread, and for each task that needs one.

    The calls made most are its base: in C they come here, to ``_record_call``, wherever they do not know the ring.
    """

    _records: int
    _strings: int
    _clock_ns: Callable[[], int]

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def _record_into(self, own: OwnLanes) -> None:
        """Record into these lanes from now on, once a recording starts."""
        self._own = own
        self._numbers = LaneNumbers()
        self._lock = threading.RLock()
        self._recording = False
        self._start_ns, self._start_epoch_us = 0, 0
        self._stop_ns: int | None = None
        self._failures = 0
        self._local = threading.local()  # .lanes: this thread's TaskLanes
        self._set_tasks(False)

    @property
    def trace_enabled(self) -> bool:
        """Whether the recorder records at this moment."""
        if self._own.has_news:
            self._follow()
        return self._recording

    def _follow(self) -> None:
        """Do what is wanted by now, by the owner of the folder if there is one."""
        with self._lock:
            recording, times = self._own.follow(), self._own.times
            if times is not None:
                self._start_ns, self._start_epoch_us, self._stop_ns = times
            if recording:
                self._local = threading.local()  # every thread finds its new lane at its next record
            self._set_recording(recording)

    def instant(self, name: str, scope: Scope = "t", args: object = None) -> None:
        """Record a moment. ``scope``: "t" thread, "p" process, "g" global. ``args``: anything JSON can carry;
        values that it cannot carry become their ``repr`` and are counted (``otherData.aero_nb.lanes[].reprs``).
        """
        if self.trace_enabled:
            try:
                encoded, reprs = encode_args(args)
                known = type(scope) is str and scope in SCOPES  # what is odd may have an odd ==
            except Exception as error:
                self._fail(error)
                return
            self._record(INSTANT, name, (scope if known else "t", encoded), reprs)

    def record_at(self, kind: int, name: str, at_ns: int) -> None:
        """Record a span's begin or end (BEGIN, END of ``lanes/records.py``) at a moment that has passed; below 0: now.

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
            ring = self._local.lanes.current().ring
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
        return self._own.state, self._tasks if type(self._tasks) is dict else None

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` whenever recording starts, stops or goes elsewhere; return what ends that."""
        self._listeners.append(listener)
        return functools.partial(self._listeners.remove, listener)

    def _set_recording(self, recording: bool) -> None:
        self._recording = recording
        self._set_tasks(running_tasks(self._asyncio_was_imported) if recording else False)

    def _set_tasks(self, tasks: object) -> None:
        self._tasks = tasks  # what running_tasks() said at the start
        self._watch(*self.lanes_change_with)
        for listener in list(self._listeners):
            listener()

    def claim_lane(self) -> None:
        """Let the running asyncio task record on its thread's own lane, unless another one still does: for a cell."""
        if self.trace_enabled:
            try:
                self._lanes_here().claim_own()
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
            lanes = self._lanes_here()
            now = self._clock_ns() if at_ns is None or at_ns < 0 else at_ns
            lanes.current().record(kind, name, now, payload, reprs)
        except Exception as error:
            if at_ns is not None and isinstance(error, RecursionError):
                raise  # function tracing, which tries again once the stack has room
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        """Count a call that recorded nothing (``otherData.aero_nb``): user code is never failed by the recorder."""
        if isinstance(error, FileNotFoundError) and self._own.state is not None:
            self._follow()  # a new start took the place of the one we know, or the owner is gone
        else:
            self._failures += 1

    def _lanes_here(self) -> TaskLanes[Any]:
        """Return the lanes of the calling thread in the present recording; its own is opened by the first call."""
        try:
            lanes: TaskLanes[Any] = self._local.lanes
        except AttributeError:
            thread = threading.current_thread()
            lanes = TaskLanes(self._open_lane(thread, 0), lambda task: self._open_lane(thread, task))
            self._local.lanes = lanes
        return lanes

    def _open_lane(self, thread: threading.Thread, task: int) -> Any:
        with self._lock:
            return self._own.open(thread, task)
