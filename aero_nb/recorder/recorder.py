"""The recorder: when it records, what it exports, and whose lanes it shows. How it records is in ``calls.py``.

It is composed: where its own threads record (:class:`~aero_nb.recorder.lanes.own.OwnLanes`: lanes in memory, or files
of a folder), and, for ``perf``, the worker processes beside it (:class:`~aero_nb.recorder.workers.Workers`).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Hashable, Mapping
from contextlib import suppress
from os import PathLike
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, overload

from aero_nb.errors import CaptureError
from aero_nb.recorder.calls import RECORDS, STRINGS, RecordingCalls
from aero_nb.recorder.draining import Drain
from aero_nb.recorder.export import Snapshot, export_document, to_json
from aero_nb.recorder.folders.folder_lanes import FolderLanes
from aero_nb.recorder.folders.lane_format import Layout
from aero_nb.recorder.folders.shared_folder import JOIN_VARIABLE
from aero_nb.recorder.functions.tracing import FunctionTracing, Modules
from aero_nb.recorder.lanes.memory import MemoryLanes
from aero_nb.recorder.lanes.names import as_text
from aero_nb.recorder.lanes.own import OwnLanes
from aero_nb.recorder.lanes.snapshot import LaneSnapshot
from aero_nb.recorder.lanes.tasks import running_task
from aero_nb.recorder.workers import Workers

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from aero_nb.recorder.live_reader import Look
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

    label = "this process"
    start_options = ("stream", "autosave", "records")

    def __init__(
        self,
        *,
        records: int = RECORDS,
        strings: int = STRINGS,
        clock_ns: Callable[[], int] = time.perf_counter_ns,
        epoch_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        super().__init__()
        self._records, self._strings = bounds(records, strings)
        self._clock_ns = clock_ns
        self._epoch_ns = epoch_ns
        self._begin_anew()

    def _begin_anew(self, workers: Workers | None = None, *, in_files: bool = False) -> None:
        """Forget everything: begin as a recorder with these workers, whose own lanes are files of their folder, too.

        In place, as modules all over the process hold on to a recorder and to its spans.
        """
        self._workers = workers
        self._draining: Drain | None = None
        self._safe_files: SafeFiles | None = None
        self._starts = 0
        own: OwnLanes = MemoryLanes(self._records, self._strings, self._clock_ns)
        if in_files and workers is not None:
            own = FolderLanes(workers.open_folder(), self._clock_ns, joined=workers.joined)
        self._record_into(own)

    @property
    def records(self) -> int:
        """How many records each lane keeps from the last, or else the next, start on."""
        return self._records

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
        if self._workers is not None and self._workers.joined:
            self._leave_owner()
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

    def _leave_owner(self) -> None:
        """Record for itself from now on, not for the process that started this one."""
        os.environ.pop(JOIN_VARIABLE, None)
        self._begin_anew(Workers())

    def _prepare(self) -> None:
        """Do what takes time or may fail before the start."""
        self.native_core()
        if self._workers is not None:
            self._workers.prepare(Layout(self._records, self._strings))

    def _begin(self, start_ns: int, start_epoch_us: int) -> None:
        """Forget what was recorded, and record."""
        self._start_ns, self._start_epoch_us, self._stop_ns = start_ns, start_epoch_us, None
        self._failures = 0
        if self._workers is not None:
            self._workers.begin(start_ns, start_epoch_us)
        self._own.begin(self._records, self._strings, start_epoch_us)
        self._follow()
        if self._own.state is None and running_task() is None:
            self._open_lane(threading.main_thread(), 0)
        else:
            self._lanes_here().claim_own()  # for the task that starts the trace

    def trace_stop(self) -> None:
        """Stop recording, in worker processes too; what was recorded stays for :meth:`export_trace`.

        Harmless when stopped. In a worker this is up to its owner, and nothing happens.
        """
        if self._workers is not None and self._workers.joined:
            return
        with self._lock:
            if self.trace_enabled:
                stop_ns = self._clock_ns()
                if self._workers is not None:
                    self._workers.end(stop_ns)
                self._own.end()
                self._stop_ns = stop_ns
                self._follow()
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

    def trace_functions(self, include: Modules = (), exclude: Modules = (), min_us: float = 0) -> FunctionTracing:
        """Record calls of Python functions, unedited, as spans ``module.function``, until the result is stopped.

        ``aero_nb.perf`` does so in new worker processes as well: those that ``multiprocessing`` and
        ``ProcessPoolExecutor`` start meanwhile, in whatever way.

        Args:
            include: modules or packages (with all below them), as objects or by name, whose functions to record; none
                means all.
            exclude: modules or packages to leave out.
            min_us: leave out calls shorter than this, in µs; the others are recorded when they are over.

        Returns a context manager with ``stop()``. Raises CaptureError when no monitoring tool id is free, TypeError
        when ``include`` or ``exclude`` is something else.
        """
        tracing = FunctionTracing(self, include, exclude, min_us)
        if self._workers is not None:
            from aero_nb.recorder.functions.spawned import carry_to_workers

            tracing.at_stop.append(carry_to_workers(self, *tracing.modules, min_us))
        return tracing

    # Lanes

    def register_worker(self, worker: threading.Thread | BaseProcess, *, thread_name: str | None = None) -> None:
        """Give a worker a lane of its own, named ``thread_name`` (else its own name), now rather than at its
        first record. Lanes are numbered in order of registration.

        Of ``aero_nb.perf`` it may be a ``multiprocessing`` process. One need not be registered to record; registered
        before its start, it joins this recorder under every start method and whatever was started first.
        """
        name = None if thread_name is None else as_text(thread_name)[0]
        if not isinstance(worker, threading.Thread):
            self._register_process(worker, name)
            return
        with self._lock:
            lane = self._own.register(worker, name)
            if lane is not None:
                self._numbers.of(0, lane.identity.serial)
        if lane is None and worker is threading.current_thread() and self.trace_enabled:
            with suppress(Exception):
                self._lanes_here().own.rename(self._own.name_of(worker))

    def _register_process(self, process: BaseProcess, name: str | None) -> None:
        if self._workers is None:
            raise TypeError(f"expected a threading.Thread, found {process!r}: only aero_nb.perf records processes")
        if not hasattr(process, "pid") or not hasattr(process, "is_alive"):
            raise TypeError(
                f"expected a threading.Thread or a multiprocessing Process, found {process!r}: "
                "give a pool initializer=perf.install_worker_perf_handlers"
            )
        with self._lock:
            since_ns = 0
            if process.pid is None:
                since_ns = self._clock_ns()
                process._aero_nb = self  # type: ignore[attr-defined]  # noqa: SLF001 (pickled with it: it joins there)
            self._lane_snapshots()  # numbers the lanes that came earlier
            name = as_text(process.name)[0] if name is None else name
            self._workers.register(process, name, self._numbers.new(), since_ns)

    def install_worker_perf_handlers(self, thread_name: str | None = None) -> None:
        """Register the calling thread, under ``thread_name``: the one line inside a worker, or its initializer."""
        self.register_worker(threading.current_thread(), thread_name=thread_name)

    # Export

    def _snapshot(self, known: Mapping[int, int] | None = None) -> Snapshot:
        """Return what is recorded; ``known``: by tid, how many records of a lane need not be read again."""
        with self._lock:
            return self._numbers.arrange(
                Snapshot(
                    self._lane_snapshots(known or {}),
                    enabled=self.trace_enabled,
                    start_ns=self._start_ns,
                    stop_ns=self._stop_ns,
                    start_epoch_us=self._start_epoch_us,
                    failed_calls=self._failures + (self._workers.refused if self._workers is not None else 0),
                )
            )

    def _lane_snapshots(self, known: Mapping[int, int] = MappingProxyType({})) -> list[LaneSnapshot]:
        """Return the lanes of this process, and those of its workers whether they live or not."""
        workers = self._workers
        wanted = self._numbers.wanted(known, 0 if workers is None else workers.own_key)
        lanes = self._own.snapshots(wanted)
        if workers is None:
            return self._numbers.number(lanes, own_key=0)
        lanes += workers.snapshots(wanted)
        silent = workers.name(lanes, self._numbers)
        return self._numbers.number(lanes, workers.own_key) + silent

    def _look(self, known: Collection[Hashable], start_ns: int) -> Look:
        """Say what is new to a reader that knows these lanes of the recording that began at ``start_ns``."""
        from aero_nb.recorder.live_reader import Look

        with self._lock:
            known = known if start_ns == self._start_ns else ()
            lanes = self._own.readable(known) | (self._workers.readable(known) if self._workers is not None else {})
            streamed = self._draining is not None
            return Look(self._start_ns, self._clock_ns(), self._start_epoch_us * 1000, streamed, lanes)

    def _end_drain(self) -> None:
        if self._draining is not None:
            self._draining.finish()


def bounds(records: int, strings: int) -> tuple[int, int]:
    """Return the sizes of a ring, or raise ValueError."""
    if records < 1 or strings < 1:
        raise ValueError(f"expected at least one record and one string, found {records} and {strings}")
    return records, strings
