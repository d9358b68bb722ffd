"""A trace as Chrome writes it of a page with workers, and the page's own export of the same moments."""

import json
from collections.abc import Sequence
from typing import Any

from aero_nb.trace import Trace

TIME_ORIGIN_MS = 1_700_000_000_000.25
CHROME_AHEAD_US = 5_000_000  # Chrome's clock at the page's time origin
START_MS = 1_000.0  # when the page's own trace began, by performance.now()
PAGE, GPU_PROCESS = 100, 200
MAIN, CPU_WORKER, OTHER_WORKER = 100, 101, 102


def at(us: float) -> float:
    """Return a moment of the page's trace (µs since its start) on Chrome's clock."""
    return CHROME_AHEAD_US + START_MS * 1000 + us


def chrome_span(
    name: str, ts: float, dur: float, tid: int = MAIN, cat: str = "devtools.timeline", pid: int = PAGE
) -> Any:
    return {"ph": "X", "name": name, "cat": cat, "ts": at(ts), "dur": dur, "pid": pid, "tid": tid}


def mark(ts: float, name: str = f"aero_nb:clock:{TIME_ORIGIN_MS}") -> Any:
    data = {"startTime": START_MS + ts / 1000}
    return {
        "ph": "I",
        "s": "t",
        "name": name,
        "cat": "blink.user_timing",
        "ts": at(ts),
        "pid": PAGE,
        "tid": MAIN,
        "args": {"data": data},
    }


def chrome_trace(*events: Any) -> Trace:
    """Return a trace of Chrome's: two processes, a page with two workers, and ``events``."""
    document = [
        *_named(
            PAGE,
            "Renderer",
            {MAIN: "CrRendererMain", CPU_WORKER: "DedicatedWorker thread", OTHER_WORKER: "DedicatedWorker thread"},
        ),
        *_named(GPU_PROCESS, "GPU Process", {GPU_PROCESS: "CrGpuMain"}),
        {"ph": "M", "name": "thread_name", "pid": 0, "tid": 0, "args": {"name": "swapper"}},
        _worker(CPU_WORKER, "http://127.0.0.1/assets/cpu.worker-abc.js"),
        _worker(OTHER_WORKER, "http://127.0.0.1/assets/disk_worker-x.js?v=1"),
        *events,
    ]
    return Trace.from_bytes(json.dumps(document).encode())


def aero_export(*spans: tuple[str, float, float], start_us: float | None = None) -> Trace:
    """Return the page's own export: spans (name, ts, dur) on Main, and a lane ``cpu``."""
    epoch = round((TIME_ORIGIN_MS + START_MS) * 1000) if start_us is None else start_us
    events = [
        *_named(1, "Aero", {1: "Main", 2: "cpu"}),
        {"ph": "i", "name": "traceStart", "cat": "aero", "s": "p", "ts": 0, "pid": 1, "tid": 1},
        {"ph": "X", "name": "slice", "cat": "aero", "ts": 1, "dur": 5, "pid": 1, "tid": 2},
        *(
            {"ph": "X", "name": name, "cat": "aero", "ts": ts, "dur": dur, "pid": 1, "tid": 1}
            for name, ts, dur in spans
        ),
    ]
    account = {"traceEnabled": False, "startTimeEpochUs": epoch}
    return Trace.from_bytes(json.dumps({"traceEvents": events, "otherData": {"aero": account}}).encode())


def frames_of(intervals: Sequence[float], work_us: float = 100.0) -> list[tuple[str, float, float]]:
    """Return frames of these intervals (µs), one after another, and one more."""
    starts = [sum(intervals[:count]) for count in range(len(intervals) + 1)]
    return [("frame", float(start), work_us) for start in starts]


def _named(pid: int, process: str, threads: dict[int, str]) -> list[Any]:
    first = next(iter(threads))
    names = [{"ph": "M", "name": "process_name", "pid": pid, "tid": first, "args": {"name": process}}]
    return names + [
        {"ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": {"name": name}}
        for tid, name in threads.items()
    ]


def _worker(tid: int, url: str) -> Any:
    data = {"url": url, "workerThreadId": tid}
    common = {"cat": "disabled-by-default-devtools.timeline", "ts": at(0), "pid": PAGE, "tid": tid}
    return {"ph": "I", "s": "t", "name": "TracingSessionIdForWorker", "args": {"data": data}, **common}
