"""The recorder: spans, instants and counters of the threads of this process, into one bounded ring per lane."""

from __future__ import annotations

import threading
from collections.abc import Collection, Hashable
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, overload

from aero_nb.errors import CaptureError
from aero_nb.recorder.calls import NOT_KEPT, RecordingCalls, bounds
from aero_nb.recorder.draining import Drain
from aero_nb.recorder.export import MAIN_TID, LaneSnapshot, Snapshot, export_document, to_json
from aero_nb.recorder.memory_ring import as_text
from aero_nb.recorder.thread_lanes import fold_beyond, running_task

if TYPE_CHECKING:
    from aero_nb.recorder.live_reader import Look, ReadableLane
    from aero_nb.sources.live import LiveReader
    from aero_nb.sources.safe_files import SafeFiles


class Recorder(RecordingCalls):
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

    start_options = ("stream", "autosave", "records")
    _draining: Drain | None = None
    _safe_files: SafeFiles | None = None
    _starts = 0

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
        sizes = bounds(self._records if records is None else records, self._strings if strings is None else strings)
        with self._lock:
            self._records, self._strings = sizes
            self._end_drain()
            drain = None if stream is None else Drain(stream)
            try:
                self._prepare()
                self._begin(self._clock_ns(), self._epoch_ns() // 1000)
                self._starts += 1
            except Exception:
                if drain is not None:
                    drain.close()
                raise
            self._draining = drain
            if drain is not None:
                drain.run(self._snapshot)

    def _prepare(self) -> None:
        """Do what takes time or may fail before the start."""
        self.native_core()

    def _begin(self, start_ns: int, start_epoch_us: int) -> None:
        """Give every lane that still lives an empty ring, and record."""
        self._start_ns, self._start_epoch_us, self._stop_ns = start_ns, start_epoch_us, None
        self._failures = 0
        self._lanes = [lane for lane in self._lanes if not lane.task and not lane.finished]
        for lane in self._lanes:
            lane.renew(self._new_ring(lane.counted_only))
        self._local = threading.local()  # every thread finds its new ring at its next record
        self._set_recording(True)
        if running_task() is None:
            self._lane_of(threading.main_thread())
        else:
            self._enter_thread().claim_own()  # for the task that starts the trace

    def trace_stop(self) -> None:
        """Stop recording; what was recorded stays for :meth:`export_trace`. Harmless when stopped."""
        with self._lock:
            if self.trace_enabled:
                self._set_recording(False)
                self._stop_ns = self._clock_ns()
                self._end_drain()

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
        if self._draining is not None:
            import orjson

            streamed: dict[str, Any] = orjson.loads(self.export())
            return streamed
        return export_document(self._snapshot())

    @property
    def is_recording(self) -> bool:
        """Whether it records at this moment (the Source's name for :attr:`trace_enabled`)."""
        return self.trace_enabled

    @property
    def recording(self) -> int | None:
        """The number of the running recording, counted from 1 in this process; None while none runs."""
        return self._starts if self.trace_enabled else None

    def start(self, *, stream: float | None = None, autosave: float | None = None, records: int | None = None) -> None:
        """Start recording, forgetting what was recorded: :meth:`trace_start` as a Source does it.

        Args:
            stream: outlast the rings: they are drained into a file, twenty times a second whatever the number says,
                which is the pace at which a page is asked; a ring here may be full sooner.
            autosave: outlast a crash: the export lies on disk, renewed every so many seconds, until :meth:`stop`.
            records: records that each lane keeps from now on; None leaves it.

        ``aero_nb.browser.recovered_captures()`` reports what a crash left of ``stream`` and ``autosave``.

        Raises:
            CaptureError: a number of seconds is not positive, or there is no room for what will be recorded.
            ValueError: ``records`` is less than one.
        """
        if self._safe_files is not None:
            self._safe_files.finish()
        if stream is None and autosave is None:
            self.trace_start(records=records)
            self._safe_files = None
            return
        from aero_nb.sources.safe_files import SafeFiles

        files = SafeFiles("python", stream=stream, autosave=autosave)
        self.trace_start(files.stream_path, records=records)
        self._safe_files = files
        try:
            files.begin(self.export)
        except CaptureError:
            self.stop()
            raise

    def export(self) -> bytes:
        """Return what is recorded so far as JSON bytes; repeatable, also while recording."""
        with self._lock:
            if self._draining is not None:
                return self._draining.document()
        return to_json(export_document(self._snapshot()))

    def stop(self) -> bytes:
        """Stop recording and return everything recorded as JSON bytes; harmless when stopped."""
        self.trace_stop()
        data = self.export()
        if self._safe_files is not None:
            self._safe_files.finish()
        return data

    def live(self) -> LiveReader:
        """Return a reader of what is being recorded, for a view of it: it disturbs nothing."""
        from aero_nb.recorder.live_reader import RecorderReader

        return RecorderReader(self._look)

    # Lanes

    def register_worker(self, worker: threading.Thread, *, thread_name: str | None = None) -> None:
        """Give a worker a lane of its own, named ``thread_name`` (else its own name), now rather than at its
        first record. Lanes are numbered in order of registration.
        """
        if not isinstance(worker, threading.Thread):
            raise TypeError(f"expected a threading.Thread, found {worker!r}: only aero_nb.perf records processes")
        with self._lock:
            lane = self._lane_of(worker, thread_name=None if thread_name is None else as_text(thread_name)[0])
            self._tid(0, lane.serial)

    def install_worker_perf_handlers(self, thread_name: str | None = None) -> None:
        """Register the calling thread, under ``thread_name``: the one line inside a worker, or its initializer."""
        self.register_worker(threading.current_thread(), thread_name=thread_name)

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
                folded=folded,
                folded_tid=self._tid(*NOT_KEPT) if folded else 0,
                failed_calls=self._failed_calls(),
            )

    def _failed_calls(self) -> int:
        return self._failures

    def _lane_snapshots(self) -> list[LaneSnapshot]:
        return self._numbered([lane.snapshot() for lane in self._lanes])

    def _look(self, known: Collection[Hashable], start_ns: int) -> Look:
        """Say what is new to a reader that knows these lanes of the recording that began at ``start_ns``."""
        from aero_nb.recorder.live_reader import Look

        with self._lock:
            lanes = self._live_lanes(known if start_ns == self._start_ns else ())
            streamed = self._draining is not None
            return Look(self._start_ns, self._clock_ns(), self._start_epoch_us * 1000, streamed, lanes)

    def _live_lanes(self, known: Collection[Hashable]) -> dict[Hashable, ReadableLane]:
        """Return the lanes that are not known yet, each under a key for good."""
        from aero_nb.recorder.live_reader import MemoryLane

        return {lane.serial: MemoryLane(lane) for lane in self._lanes if lane.serial not in known}

    def _end_drain(self) -> None:
        if self._draining is not None:
            self._draining.finish()
