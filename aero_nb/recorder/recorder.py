"""The recorder: spans, instants and counters of this process, into one bounded ring per thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Literal, overload

from aero_nb.recorder.arguments import as_number, encode_args
from aero_nb.recorder.export import MAIN_TID, LaneSnapshot, Snapshot, export_document, to_json
from aero_nb.recorder.ring import BEGIN, COUNTER, END, INSTANT, Names, Ring
from aero_nb.recorder.spans import Span

RECORDS = 32_768
STRINGS = 2_048
Scope = Literal["t", "p", "g"]


class _Lane:
    """One thread's place in the trace."""

    def __init__(self, tid: int, name: str, thread: threading.Thread | None, ring: Ring) -> None:
        self.tid = tid
        self.name = name
        self.thread = thread
        self.ring = ring
        self.reprs = 0

    def snapshot(self) -> LaneSnapshot:
        recorded, records = self.ring.snapshot()
        names = self.ring.names
        return LaneSnapshot(
            tid=self.tid,
            name=self.name,
            records=records,
            recorded=recorded if len(records) == self.ring.capacity else len(records),
            names=list(names.strings),
            dropped_strings=names.dropped,
            reprs=names.reprs + self.reprs,
        )


class Recorder:
    """Records what threads of this process do, cheaply, and exports it as Chrome Trace Event JSON.

    The twin of an Aero page's ``window.aero.perf``; ``aero_nb.perf`` is the recorder of this process. It is a Source:
    ``start()``, ``export()``, ``stop()``. Each thread has a ring of its own that keeps its last ``records`` records;
    what was overwritten is counted. Nothing that the user hands over makes a recording call fail.

    Args:
        records: records that each lane keeps.
        strings: different names that each lane keeps; later ones are recorded as ``<unknown>`` and counted.
        clock_ns: a monotonic clock in nanoseconds.
        epoch_ns: the wall clock in nanoseconds since the Unix epoch, read once at each start.
    """

    def __init__(
        self,
        *,
        records: int = RECORDS,
        strings: int = STRINGS,
        clock_ns: Callable[[], int] = time.perf_counter_ns,
        epoch_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        if records < 1 or strings < 1:
            raise ValueError(f"expected at least one record and one string, found {records} and {strings}")
        self._records = records
        self._strings = strings
        self._clock_ns = clock_ns
        self._epoch_ns = epoch_ns
        self._lock = threading.RLock()
        self._enabled = False
        self._bypass: object = True  # true: recording calls leave their fast path
        self._start_ns = 0
        self._stop_ns: int | None = None
        self._start_epoch_us = 0
        self._lanes: list[_Lane] = []
        self._local = threading.local()
        self._given_names: dict[int, str] = {}
        self._next_tid = MAIN_TID + 1

    # Control

    def trace_start(self) -> None:
        """Forget everything recorded and record from now on, in every thread; starts over if already recording."""
        with self._lock:
            self._local = threading.local()  # every thread finds its new ring at its next record
            self._lanes = [lane for lane in self._lanes if lane.thread is not None and lane.thread.is_alive()]
            self._start_epoch_us = self._epoch_ns() // 1000
            self._start_ns = self._clock_ns()
            self._stop_ns = None
            for lane in self._lanes:
                lane.ring = self._new_ring()
            self._enabled = True
            self._bypass = ()
            self._lane_of(threading.main_thread())

    def trace_stop(self) -> None:
        """Stop recording; what was recorded stays for :meth:`export_trace`. Harmless when stopped."""
        with self._lock:
            if self._enabled:
                self._bypass = True
                self._enabled = False
                self._stop_ns = self._clock_ns()

    @property
    def trace_enabled(self) -> bool:
        """Whether the recorder records at this moment."""
        return self._enabled

    @overload
    def export_trace(self, as_string: Literal[False] = False) -> dict[str, Any]: ...
    @overload
    def export_trace(self, as_string: Literal[True]) -> str: ...
    def export_trace(self, as_string: bool = False) -> dict[str, Any] | str:
        """Return what is recorded as a Chrome Trace Event object, or as its JSON string.

        Works while recording (spans are still open then), repeatedly, from any thread, and before any start.
        """
        document = export_document(self._snapshot())
        return to_json(document).decode() if as_string else document

    def start(self) -> None:
        """Start recording, forgetting what was recorded (the Source's name for :meth:`trace_start`)."""
        self.trace_start()

    def export(self) -> bytes:
        """Return what is recorded so far as JSON bytes; repeatable, also while recording."""
        return to_json(export_document(self._snapshot()))

    def stop(self) -> bytes:
        """Stop recording and return everything recorded as JSON bytes; harmless when stopped."""
        self.trace_stop()
        return self.export()

    # Recording

    def span_begin(self, name: str) -> None:
        """Begin a span named ``name`` on this thread's lane."""
        if self._bypass:
            return
        try:
            slots, step, begins, _, clock_ns = self._local.lane
            slots[step()] = begins[name], clock_ns()
        except Exception:
            self._record(BEGIN, name)

    def span_end(self, name: str | None = None) -> None:
        """End the innermost open span named ``name`` (without a name: the innermost open span)."""
        if self._bypass:
            return
        try:
            slots, step, _, ends, clock_ns = self._local.lane
            slots[step()] = ends[name], clock_ns()
        except Exception:
            self._record(END, name)

    def span(self, name: str) -> Span:
        """Return a span named ``name``: ``with perf.span("render"): ...`` or ``@perf.span("render")``."""
        return Span(self, name)

    def instant(self, name: str, scope: Scope = "t", args: object = None) -> None:
        """Record a moment. ``scope``: "t" thread, "p" process, "g" global. ``args``: anything JSON can carry;
        values that it cannot carry become their ``repr`` and are counted (``otherData.aero_nb.lanes[].reprs``).
        """
        if self._bypass:
            return
        encoded, reprs = encode_args(args)
        self._record(INSTANT, name, scope if scope in ("t", "p", "g") else "t", encoded, reprs=reprs)

    def counter(self, name: str, value: float) -> None:
        """Record one sample of the series ``name``. NaN and infinities become ``null``, as in the page."""
        if self._bypass:
            return
        number, changed = as_number(value)
        self._record(COUNTER, name, number, reprs=changed)

    # Lanes

    def register_worker(self, worker: threading.Thread, *, thread_name: str | None = None) -> None:
        """Give a worker a lane of its own, named ``thread_name`` (else its own name), now rather than at its
        first record. Lanes are numbered in order of registration.
        """
        with self._lock:
            lane = self._lane_of(worker)
            if thread_name is not None:
                lane.name = thread_name

    def install_worker_perf_handlers(self, thread_name: str | None = None) -> None:
        """Register the calling thread, under ``thread_name``: the one line inside a worker."""
        self.register_worker(threading.current_thread(), thread_name=thread_name)

    def _lane_of(self, thread: threading.Thread) -> _Lane:
        for lane in self._lanes:
            if lane.thread is thread:
                return lane
        is_main = thread is threading.main_thread()
        tid = MAIN_TID if is_main else self._next_tid
        lane = _Lane(tid, "Main" if is_main else thread.name, thread, self._new_ring())
        self._next_tid += not is_main
        self._lanes.append(lane)
        self._lanes.sort(key=lambda lane: lane.tid)
        return lane

    def _new_ring(self) -> Ring:
        ring = Ring(self._records, Names(self._strings))
        if self._start_ns or self._enabled:
            code = ring.names.code(INSTANT, "traceStart")
            args, _ = encode_args({"startTimeEpochUs": self._start_epoch_us})
            ring.put((code, self._clock_ns(), "p", args))
        return ring

    def _record(self, kind: int, name: object, *payload: Any, reprs: int = 0) -> None:
        """Store a record by the long way round: a first record, a new name, the end of a lap."""
        now = self._clock_ns()
        try:
            lane = self._local.owner
        except AttributeError:
            with self._lock:
                lane = self._local.owner = self._lane_of(threading.current_thread())
        ring = lane.ring
        lane.reprs += reprs
        ring.put((ring.names.code(kind, name), now, *payload))
        self._local.lane = ring.slots, ring.step, ring.names.begins, ring.names.ends, self._clock_ns

    def _snapshot(self) -> Snapshot:
        with self._lock:
            lanes = [lane.snapshot() for lane in self._lanes] or [LaneSnapshot(MAIN_TID, "Main")]
            return Snapshot(
                lanes=lanes,
                enabled=self._enabled,
                start_ns=self._start_ns,
                stop_ns=self._stop_ns,
                start_epoch_us=self._start_epoch_us,
            )
