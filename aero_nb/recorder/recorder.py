"""The recorder: spans, instants and counters of the threads of this process, into one bounded ring per lane."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import Any, Literal, overload

from aero_nb.recorder.arguments import as_number, encode_args
from aero_nb.recorder.export import MAIN_TID, LaneSnapshot, Snapshot, export_document, to_json
from aero_nb.recorder.fast_spans import STOPPED, RingSpan
from aero_nb.recorder.functions import FunctionTracing
from aero_nb.recorder.lanes import (
    COUNTED_ONLY,
    MOST_LANES,
    PERHAPS,
    Lane,
    TaskLanes,
    fold_beyond,
    running_task,
    running_tasks,
)
from aero_nb.recorder.ring import BEGIN, COUNTER, END, INSTANT, INTEGER, Names, Ring
from aero_nb.recorder.spans import Span
from aero_nb.recorder.streaming import Stream

RECORDS = 32_768
STRINGS = 2_048
MAIN = (0, 0)  # process (0: this one), serial of the lane in it
COUNTER_KINDS = {int: INTEGER, float: COUNTER}
EXACT = 2**63
Scope = Literal["t", "p", "g"]


class Recorder:
    """Records what threads of this process do, cheaply, and exports it as Chrome Trace Event JSON.

    The twin of an Aero page's ``window.aero.perf``; ``aero_nb.perf`` is the recorder of this process, and the one that
    its worker processes join. It is a Source: ``start()``, ``export()``, ``stop()``. Each thread has a ring of its own
    that keeps its last ``records`` records; what was overwritten is counted. A recording call never fails its caller.

    Args:
        records: records that each lane keeps.
        strings: different names that each lane keeps; later ones are recorded as ``<unknown>`` and counted.
        clock_ns: a monotonic clock in nanoseconds.
        epoch_ns: the wall clock in nanoseconds since the Unix epoch, read once at each start.
    """

    _span_type: type[Span] = RingSpan
    _state: Sequence[int] = (0,)  # SharedRecorder's, for spans that were made by one
    _seen = 0

    def __init__(
        self,
        *,
        records: int = RECORDS,
        strings: int = STRINGS,
        clock_ns: Callable[[], int] = time.perf_counter_ns,
        epoch_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._records, self._strings = _bounds(records, strings)
        self._clock_ns = clock_ns
        self._epoch_ns = epoch_ns
        self._lock = threading.RLock()
        self._bypass: object = STOPPED  # true: recording calls look twice before they take the fast path
        self._start_ns = 0
        self._stop_ns: int | None = None
        self._start_epoch_us = 0
        self._failures = 0
        self._local = threading.local()  # .fast: what the fast path needs; .lanes: this thread's TaskLanes
        self._lanes: list[Lane] = []
        self._serials = itertools.count(1)
        self._new_tids = itertools.count(MAIN_TID + 1)
        self._tids: dict[tuple[int, int], int] = {MAIN: MAIN_TID}
        self._folded: list[tuple[str, int, int]] = []
        self._stream: Stream | None = None
        self._spans: dict[str, Span] = {}  # they have no state: one of each name will do

    # Control

    def trace_start(
        self, stream: str | PathLike[str] | None = None, *, records: int | None = None, strings: int | None = None
    ) -> None:
        """Forget everything recorded and record from now on, in every thread; starts over if already recording.

        Args:
            stream: a file to write to while recording, so that a capture is limited by disk and not by the rings.
                What a ring lost between two writes is counted and becomes rows of ``otherData.aero_nb.gaps``.
            records: records that each lane keeps from now on, in workers too; None leaves it.
            strings: different names that each lane keeps from now on; None leaves it.

        Raises:
            CaptureError: there is no room on disk for what worker processes will record.
            OSError: ``stream`` cannot be written.
            ValueError: ``records`` or ``strings`` is less than one.
        """
        bounds = _bounds(self._records if records is None else records, self._strings if strings is None else strings)
        with self._lock:
            self._records, self._strings = bounds
            self._end_stream()
            stream_to = None if stream is None else Stream(stream)
            try:
                self._begin(self._clock_ns(), self._epoch_ns() // 1000)
            except Exception:
                if stream_to is not None:
                    stream_to.close()
                raise
            self._stream = stream_to
            if stream_to is not None:
                stream_to.run(self._snapshot)

    def _begin(self, start_ns: int, start_epoch_us: int) -> None:
        """Give every lane that still lives an empty ring, and record."""
        self._start_ns, self._start_epoch_us, self._stop_ns = start_ns, start_epoch_us, None
        self._failures = 0
        self._folded.clear()
        self._lanes = [lane for lane in self._lanes if not lane.task and not lane.finished]
        for lane in self._lanes:
            lane.ring = self._new_ring(lane.counted_only)
        self._local = threading.local()  # every thread finds its new ring at its next record
        self._bypass = running_tasks(self._asyncio_was_imported)
        if running_task() is None:
            self._lane_of(threading.main_thread())
        else:
            self._enter_thread()  # the task that starts the trace is the one that records on the thread's own lane

    def trace_stop(self) -> None:
        """Stop recording; what was recorded stays for :meth:`export_trace`. Harmless when stopped."""
        with self._lock:
            if self.trace_enabled:
                self._bypass = STOPPED
                self._stop_ns = self._clock_ns()
                self._end_stream()

    @property
    def trace_enabled(self) -> bool:
        """Whether the recorder records at this moment."""
        return self._bypass is not STOPPED

    @overload
    def export_trace(self, as_string: Literal[False] = False) -> dict[str, Any]: ...
    @overload
    def export_trace(self, as_string: Literal[True]) -> str: ...
    def export_trace(self, as_string: bool = False) -> dict[str, Any] | str:
        """Return what is recorded as a Chrome Trace Event object, or as its JSON string.

        Works while recording (spans are still open then), repeatedly, from any thread, and before any start.
        """
        if as_string:
            return self.export().decode()
        if self._stream is not None:
            import orjson

            streamed: dict[str, Any] = orjson.loads(self.export())
            return streamed
        return export_document(self._snapshot())

    def start(self) -> None:
        """Start recording, forgetting what was recorded (the Source's name for :meth:`trace_start`)."""
        self.trace_start()

    def export(self) -> bytes:
        """Return what is recorded so far as JSON bytes; repeatable, also while recording."""
        with self._lock:
            if self._stream is not None:
                return self._stream.document()
        return to_json(export_document(self._snapshot()))

    def stop(self) -> bytes:
        """Stop recording and return everything recorded as JSON bytes; harmless when stopped."""
        self.trace_stop()
        return self.export()

    # Recording

    def span_begin(self, name: str) -> None:
        """Begin a span named ``name`` on the lane of the running thread or task."""
        bypass = self._bypass
        if bypass and (bypass is True or self._recorded_elsewhere(BEGIN, name)):
            return
        try:
            slots, step, begins, _, clock_ns = self._local.fast
            slots[step()] = begins[name], clock_ns()
        except Exception:
            self._record(BEGIN, name)

    def span_end(self, name: str | None = None) -> None:
        """End the innermost open span named ``name`` (without a name: the innermost open span)."""
        bypass = self._bypass
        if bypass and (bypass is True or self._recorded_elsewhere(END, name)):
            return
        try:
            slots, step, _, ends, clock_ns = self._local.fast
            slots[step()] = ends[name], clock_ns()
        except Exception:
            self._record(END, name)

    def span(self, name: str) -> Span:
        """Return a span named ``name``: ``with perf.span("render"): ...`` or ``@perf.span("render")``."""
        try:
            return self._spans[name]
        except Exception:
            return self._new_span(name)

    def instant(self, name: str, scope: Scope = "t", args: object = None) -> None:
        """Record a moment. ``scope``: "t" thread, "p" process, "g" global. ``args``: anything JSON can carry;
        values that it cannot carry become their ``repr`` and are counted (``otherData.aero_nb.lanes[].reprs``).
        """
        if self.trace_enabled:
            encoded, reprs = encode_args(args)
            self._record(INSTANT, name, (scope if scope in ("t", "p", "g") else "t", encoded), reprs)

    def counter(self, name: str, value: float) -> None:
        """Record one sample of the series ``name``. NaN and infinities become ``null``, as in the page."""
        kind = COUNTER_KINDS.get(type(value))
        if kind is None or not -EXACT < value < EXACT:  # also NaN, which is not less than anything
            self._odd_counter(name, value)
            return
        bypass = self._bypass
        if bypass and (bypass is True or self._recorded_elsewhere(kind, name, (value,))):
            return
        try:
            slots, step, begins, _, clock_ns = self._local.fast
            slots[step()] = begins[name] + kind, clock_ns(), value
        except Exception:
            self._record(kind, name, (value,))

    def _odd_counter(self, name: str, value: object) -> None:
        if self.trace_enabled:
            number, changed = as_number(value)
            self._record(INTEGER if isinstance(number, int) else COUNTER, name, (number,), changed)

    def trace_functions(
        self, include: Iterable[str] = (), exclude: Iterable[str] = (), min_us: float = 0
    ) -> FunctionTracing:
        """Record calls of Python functions, unedited, as spans ``module.function``, until the result is stopped.

        Args:
            include: modules or packages (with all below them) whose functions to record; none means all.
            exclude: modules or packages to leave out.
            min_us: leave out calls shorter than this, in µs; the others are recorded when they are over.

        Returns a context manager with ``stop()``. Raises CaptureError when no monitoring tool id is free.
        """
        return FunctionTracing(self, include, exclude, min_us)

    def record_at(self, kind: int, name: str, at_ns: int) -> None:
        """Record a span's begin or end (:mod:`aero_nb.recorder.ring`) at a moment that has passed."""
        if self.trace_enabled:
            self._record(kind, name, at_ns=at_ns)

    def clock_ns(self) -> int:
        """Return the time on the recorder's clock, in ns."""
        return self._clock_ns()

    def _new_span(self, name: str) -> Span:
        if type(name) is not str or len(self._spans) >= self._strings:
            return Span(self, name)
        return self._spans.setdefault(name, self._span_type(self, name))

    def _recorded_elsewhere(self, kind: int, name: object, payload: tuple[Any, ...] = ()) -> bool:
        """Record on a task's own lane if that is where the running code records; False: the fast path may."""
        if self._bypass is PERHAPS:
            self._bypass = running_tasks(self._asyncio_was_imported)
        try:
            task = running_task(self._bypass)
            if task is None or self._local.lanes.own_holder() is task:
                return False
        except Exception:
            return False  # this thread's first record
        self._record(kind, name, payload)
        return True

    def _asyncio_was_imported(self) -> None:
        if self._bypass is not STOPPED:
            self._bypass = PERHAPS

    def _record(
        self, kind: int, name: object, payload: tuple[Any, ...] = (), reprs: int = 0, at_ns: int | None = None
    ) -> None:
        """Store a record by the long way round: a thread's first, a new name, the end of a lap, a task's."""
        try:
            try:
                lanes = self._local.lanes
            except AttributeError:
                lanes = self._enter_thread()
            ring = lanes.current()
            ring.record(kind, name, self._clock_ns() if at_ns is None else at_ns, payload, reprs)
            if ring is lanes.own:
                self._local.fast = self._fast(ring)
        except FileNotFoundError:
            raise  # SharedRecorder knows what to do
        except Exception:
            self._failures += 1  # shown in otherData.aero_nb: user code is never failed by the recorder

    def _fast(self, ring: Any) -> tuple[Any, ...]:
        return ring.slots, ring.step, ring.names.begins, ring.names.ends, self._clock_ns

    # Lanes

    def register_worker(self, worker: threading.Thread, *, thread_name: str | None = None) -> None:
        """Give a worker a lane of its own, named ``thread_name`` (else its own name), now rather than at its
        first record. Lanes are numbered in order of registration.
        """
        if not isinstance(worker, threading.Thread):
            raise TypeError(f"expected a threading.Thread, found {worker!r}: only aero_nb.perf records processes")
        with self._lock:
            lane = self._lane_of(worker)
            if thread_name is not None:
                lane.name = thread_name
            self._tid(0, lane.serial)

    def install_worker_perf_handlers(self, thread_name: str | None = None) -> None:
        """Register the calling thread, under ``thread_name``: the one line inside a worker, or its initializer."""
        self.register_worker(threading.current_thread(), thread_name=thread_name)

    def _enter_thread(self) -> TaskLanes[Any]:
        """Give the calling thread its ring of the present recording."""
        thread = threading.current_thread()
        lanes = TaskLanes(self._open_ring(thread, 0), lambda task: self._open_ring(thread, task))
        lanes.current()
        self._local.lanes = lanes
        return lanes

    def _open_ring(self, thread: threading.Thread, task: int) -> Any:
        with self._lock:
            return self._lane_of(thread, task).ring

    def _lane_of(self, thread: threading.Thread, task: int = 0) -> Lane:
        for lane in self._lanes:
            if lane.thread is thread and lane.task == task:
                return lane
        is_main = thread is threading.main_thread() and not task
        serial = MAIN[1] if is_main else next(self._serials)
        name = self._name_of(thread, task)
        counted_only = not self._make_room()
        lane = Lane(serial, name, thread, task, self._clock_ns(), self._new_ring(counted_only), counted_only)
        self._lanes.append(lane)
        return lane

    def _name_of(self, thread: threading.Thread, task: int) -> str:
        name = "Main" if thread is threading.main_thread() else thread.name
        return f"{name} task {task}" if task else name

    def _make_room(self) -> bool:
        """Fold the oldest lane whose thread has ended into counts, if there are too many; False if none has."""
        if len(self._lanes) >= MOST_LANES:
            for lane in self._lanes:
                if lane.finished:
                    self._lanes.remove(lane)
                    self._folded.append((lane.name, lane.ring.recorded, lane.ring.names.dropped))
                    break
        return len(self._lanes) < MOST_LANES

    def _new_ring(self, counted_only: bool) -> Ring:
        ring = Ring(COUNTED_ONLY if counted_only else self._records, Names(self._strings))
        if self._start_epoch_us:
            self._mark_start(ring)
        return ring

    def _mark_start(self, ring: Any) -> None:
        args, _ = encode_args({"startTimeEpochUs": self._start_epoch_us})
        ring.record(INSTANT, "traceStart", self._clock_ns(), ("p", args))

    # Export

    def _snapshot(self) -> Snapshot:
        with self._lock:
            lanes, folded = fold_beyond(self._lane_snapshots())
            if all(lane.tid != MAIN_TID for lane in lanes):
                lanes.append(LaneSnapshot("Main", MAIN_TID))
            return Snapshot(
                lanes=sorted(lanes, key=lambda lane: lane.tid),
                enabled=self.trace_enabled,
                start_ns=self._start_ns,
                stop_ns=self._stop_ns,
                start_epoch_us=self._start_epoch_us,
                folded=[*self._folded_lanes(), *folded],
                failed_calls=self._failed_calls(),
            )

    def _folded_lanes(self) -> list[tuple[str, int, int]]:
        return self._folded

    def _failed_calls(self) -> int:
        return self._failures

    def _lane_snapshots(self) -> list[LaneSnapshot]:
        return self._numbered([lane.snapshot() for lane in self._lanes])

    def _numbered(self, lanes: list[LaneSnapshot]) -> list[LaneSnapshot]:
        lanes.sort(key=lambda lane: lane.created_ns)
        for lane in lanes:
            lane.tid = self._tid(lane.pid, lane.serial)
        return lanes

    def _tid(self, pid: int, serial: int) -> int:
        tid = self._tids.get((pid, serial))
        if tid is None:
            tid = self._tids[pid, serial] = next(self._new_tids)
        return tid

    def _end_stream(self) -> None:
        if self._stream is not None:
            self._stream.finish()


def _bounds(records: int, strings: int) -> tuple[int, int]:
    if records < 1 or strings < 1:
        raise ValueError(f"expected at least one record and one string, found {records} and {strings}")
    return records, strings
