"""Sampling this process: so many times a second, which Python function each thread is in; no native frames."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from array import array
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any

from aero_nb.events import PROFILE, PROFILE_CHUNK
from aero_nb.recorder.export import PID

_ROOT, _IDLE = 1, 2
_FIRST_NODE = 3
_BUSY = 0.05  # of the time since the last look: a thread that used less of a CPU was waiting


class Sampler:
    """Looks ``hz`` times a second at the stack of each Python thread of this process; a Source.

    ``aero_nb.capture(aero_nb.perf, aero_nb.Sampler(1000))`` or ``%aero_trace start --sample 1000`` has the samples
    beside the recorder's spans, in ``Trace.samples``. On Linux a thread that waits is idle; elsewhere its samples show
    where it waits. A thread of this process looks, by Python's own ``sys._current_frames()``: native frames are not
    seen, and what holds the GIL without giving it up delays a look, so that the one before counts for longer.

    Args:
        hz: looks a second, up to 10,000.
        most: how many samples are kept; later ones are counted as lost.

    Raises:
        ValueError: ``hz`` is not between 0 and 10,000, or ``most`` is less than one.
    """

    label = "the sampler"

    def __init__(self, hz: float = 1000.0, *, most: int = 2_000_000) -> None:
        if not 0 < hz <= 10_000:
            raise ValueError(f"expected between 0 and 10,000 samples a second, found {hz}")
        if most < 1:
            raise ValueError(f"expected to keep at least one sample, found {most}")
        self.hz = hz
        self._most = most
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._looks = _Looks(most)

    @property
    def is_recording(self) -> bool:
        """Whether it looks at this moment."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def samples(self) -> int:
        """How many samples there are so far."""
        return len(self._looks.times)

    def start(self) -> None:
        """Forget what was sampled and sample from now on; harmless while already sampling."""
        with self._lock:
            if self.is_recording:
                return
            self._looks = _Looks(self._most)
            self._stop = threading.Event()
            self._thread = threading.Thread(target=self._run, name="aero_nb sampler", daemon=True)
            self._thread.start()
            _SWITCHING.hurry(self, 0.5 / self.hz)

    def export(self) -> bytes:
        """Return what was sampled so far as Chrome Trace JSON, also while sampling; repeatable."""
        return self._looks.to_json()

    def stop(self) -> bytes:
        """Stop sampling and return everything; harmless when stopped."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._stop.set()
                thread.join()
                _SWITCHING.rest(self)
                if self._looks.lost:
                    print(f"aero_nb: {self._looks.lost:,} samples were beyond the {self._most:,} kept", file=sys.stderr)
        return self.export()

    def _run(self) -> None:
        looks, stop, period = self._looks, self._stop, 1 / self.hz
        due = time.perf_counter()
        while not stop.wait(max(due - time.perf_counter(), 0.0)):
            looks.look()
            due = max(due + period, time.perf_counter())  # what was missed is missed


class _Switching:
    """How long a thread that computes keeps the GIL (5 ms by default): as short as a running sampler needs it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted: dict[int, float] = {}  # seconds, by sampler
        self._usual = 0.0  # while no sampler ran

    def hurry(self, sampler: Sampler, interval_s: float) -> None:
        with self._lock:
            if not self._wanted:
                self._usual = sys.getswitchinterval()
            self._wanted[id(sampler)] = interval_s
            self._apply()

    def rest(self, sampler: Sampler) -> None:
        with self._lock:
            self._wanted.pop(id(sampler), None)
            self._apply()

    def _apply(self) -> None:
        sys.setswitchinterval(min([self._usual, *self._wanted.values()]))


_SWITCHING = _Switching()


class _Looks:
    """What was seen: the call tree, and of each sample the time, the thread and the node."""

    def __init__(self, most: int) -> None:
        self.start_ns, self.epoch_ns = time.perf_counter_ns(), time.time_ns()
        self.times, self.threads, self.nodes = array("q"), array("q"), array("q")
        self.lost = 0
        self._most = most
        self._node_of: dict[tuple[int, CodeType], int] = {}
        self._names: list[str] = []  # of the threads, by number
        self._number_of: dict[tuple[int, int | None], int] = {}
        self._used_ns: dict[int, tuple[int, int]] = {}  # when, and how much CPU time a thread had used then

    def look(self) -> None:
        """Take a sample of each thread but the one that looks."""
        known = {thread.ident: thread for thread in threading.enumerate()}
        now = time.perf_counter_ns()
        own = threading.get_ident()
        for ident, frame in sys._current_frames().items():  # noqa: SLF001 (documented, and the only way)
            if ident == own:
                continue
            if len(self.times) >= self._most:
                self.lost += 1
                continue
            number = self._number(ident, known.get(ident))
            self.threads.append(number)
            self.nodes.append(_IDLE if self._waits(number, known.get(ident), now) else self._node(frame))
            self.times.append(now - self.start_ns)  # the last one: an export takes whole samples

    def _number(self, ident: int, thread: threading.Thread | None) -> int:
        """Return the number of a thread; an ident may be used again by another one."""
        key = (ident, None if thread is None else thread.native_id)
        if key not in self._number_of:
            main = thread is threading.main_thread()
            self._names.append("Main" if main else thread.name if thread is not None else f"thread {ident}")
            self._number_of[key] = len(self._names)
        return self._number_of[key]

    def _waits(self, number: int, thread: threading.Thread | None, now: int) -> bool:
        """Whether a thread used no CPU since the last look; told on Linux, where each has a clock by its number."""
        if sys.platform != "linux" or thread is None or thread.native_id is None:
            return False
        with contextlib.suppress(OSError):  # it has ended
            used = time.clock_gettime_ns((~thread.native_id << 3) | 6)  # as pthread_getcpuclockid() makes it
            before, self._used_ns[number] = self._used_ns.get(number), (now, used)
            return before is not None and used - before[1] < _BUSY * (now - before[0])
        return False

    def _node(self, frame: FrameType | None) -> int:
        codes = []
        while frame is not None:
            codes.append(frame.f_code)
            frame = frame.f_back
        node = _ROOT
        for code in reversed(codes):
            node = self._node_of.setdefault((node, code), len(self._node_of) + _FIRST_NODE)
        return node

    def to_json(self) -> bytes:
        """Return the Chrome Trace JSON: one profile per thread, numbered as they were seen."""
        import orjson  # not at the start of each worker process

        count = len(self.times)
        events = [_named("process_name", 0, "Python (samples)")]
        names, nodes = list(self._names), self._nodes()
        rows_of: list[list[int]] = [[] for _ in names]
        for row, number in enumerate(self.threads[:count]):
            rows_of[number - 1].append(row)
        for number, (name, rows) in enumerate(zip(names, rows_of, strict=True), start=1):
            events.append(_named("thread_name", number, name))
            events += self._profile(number, rows, nodes)
        other = {"aero_nb": {"start_epoch_ns": self.epoch_ns, "dropped_samples": self.lost}}
        return orjson.dumps({"traceEvents": events, "otherData": other})

    def _profile(self, tid: int, rows: list[int], nodes: dict[int, dict[str, Any]]) -> Iterator[dict[str, Any]]:
        if not rows:
            return
        times, samples = [self.times[row] / 1000 for row in rows], [self.nodes[row] for row in rows]
        common = {"ph": "P", "cat": "samples", "id": hex(tid), "pid": PID, "tid": tid}
        data = {
            "cpuProfile": {"nodes": _with_callers(set(samples), nodes), "samples": samples},
            "timeDeltas": [round(now - before, 3) for before, now in zip([times[0], *times], times, strict=False)],
            "endTime": times[-1],
        }
        yield {**common, "name": PROFILE, "ts": times[0], "args": {"data": {"startTime": times[0]}}}
        yield {**common, "name": PROFILE_CHUNK, "ts": times[-1], "args": {"data": data}}

    def _nodes(self) -> dict[int, dict[str, Any]]:
        nodes: dict[int, dict[str, Any]] = {
            _ROOT: {"id": _ROOT, "callFrame": {"functionName": "(root)", "codeType": "other"}},
            _IDLE: {"id": _IDLE, "callFrame": {"functionName": "(idle)", "codeType": "other"}, "parent": _ROOT},
        }
        for (parent, code), number in list(self._node_of.items()):
            call = {"functionName": code.co_qualname, "url": code.co_filename, "codeType": "python"}
            call_frame = {**call, "lineNumber": code.co_firstlineno - 1}
            nodes[number] = {"id": number, "parent": parent, "callFrame": call_frame}
        return nodes


def _with_callers(used: set[int], nodes: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the nodes a thread was seen in and those around them, callers first: they have the smaller numbers."""
    waiting = list(used)
    while waiting:
        parent = nodes[waiting.pop()].get("parent")
        if parent is not None and parent not in used:
            used.add(parent)
            waiting.append(parent)
    return [nodes[number] for number in sorted(used)]


def _named(what: str, tid: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "name": what, "pid": PID, "tid": tid, "ts": 0, "args": {"name": name}}
