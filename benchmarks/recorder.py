"""What recording costs: ratios to two clock reads, beside viztracer and OpenTelemetry, in one run.

    python benchmarks/recorder.py               # prints the tables of benchmarks/README.md
    python benchmarks/recorder.py --functions   # only that of function tracing

Every figure is the least CPU time of many short repeats that take turns, as anything else on the machine only adds.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
import sys
import time
import timeit
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from aero_nb import Recorder, perf

REPEATS = 40
CALLS = 20_000
UNIT = "clock(); clock()"
PAIR = "r.span_begin('name'); r.span_end('name')"
WITH = "with r.span('name'): pass"


def costs(statements: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """Return ns per statement, the least of repeats that take turns."""
    timers = {
        name: timeit.Timer(code, timer=time.process_time, globals={"clock": time.perf_counter_ns, **scope})
        for name, (code, scope) in statements.items()
    }
    best = dict.fromkeys(timers, float("inf"))
    for _ in range(REPEATS):
        for name, timer in timers.items():
            number = CALLS if best[name] < 5_000 else CALLS // 20
            best[name] = min(best[name], timer.timeit(number) / number * 1e9)
    return best


def recording() -> dict[str, Recorder]:
    recorder = Recorder()
    recorder.trace_start()
    return {"r": recorder}


def spans_of_this_process() -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        "two perf_counter_ns calls (the unit)": (UNIT, {}),
        "ring of this process: begin + end": (PAIR, recording()),
        "ring of this process: with": (WITH, recording()),
        "ring of this process: counter": ("r.counter('name', 1)", recording()),
        "ring of this process: instant with args": ("r.instant('name', args={'a': 1})", recording()),
        "disabled: begin + end": (PAIR, {"r": Recorder()}),
        "disabled: with": (WITH, {"r": Recorder()}),
    }


def in_a_task() -> dict[str, float]:
    """Return what a notebook cell pays: it runs inside an asyncio task."""
    import asyncio

    async def main() -> dict[str, float]:
        return costs({"unit": (UNIT, {}), "pair": (PAIR, recording()), "with": (WITH, recording())})

    return asyncio.run(main())


def shared_spans() -> dict[str, float]:
    """Return the costs in a worker process, whose ring is a shared file."""
    perf.trace_start()
    run = subprocess.run([sys.executable, __file__, "--worker"], capture_output=True, text=True, check=True)
    perf.trace_stop()
    measured: dict[str, float] = json.loads(run.stdout)
    return measured


def worker() -> None:
    recording = costs({"unit": (UNIT, {}), "pair": (PAIR, {"r": perf}), "with": (WITH, {"r": perf})})
    assert perf.trace_enabled, "expected to be a worker of a recording process"
    print(json.dumps(recording))


def peer(name: str) -> dict[str, float]:
    """Return the cost of a peer's span in a process of its own: viztracer slows down what it shares one with."""
    run = subprocess.run([sys.executable, __file__, "--" + name], capture_output=True, text=True)
    if run.returncode:
        print(f"{name}: skipped ({run.stderr.strip().splitlines()[-1]})")
        return {}
    measured: dict[str, float] = json.loads(run.stdout)
    return measured


def viztracer() -> None:
    from viztracer import VizTracer

    tracer = VizTracer(tracer_entries=100_000, verbose=0, log_func_args=False)
    tracer.enable = True
    sys.setprofile(None)  # only its events, not every call: its cheapest
    event = {"with": ("with t.log_event('name'): pass", {"t": tracer})}
    measured = costs({"unit": (UNIT, {}), **event})
    tracer.enable = False
    tracer.start()
    measured["running"] = costs(event)["with"]
    tracer.stop()
    print(json.dumps(measured))


def opentelemetry() -> None:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    class Bounded(InMemorySpanExporter):
        def export(self, spans: Any) -> Any:
            if len(self._finished_spans) > 10_000:
                self.clear()
            return super().export(spans)

    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(Bounded()))
    tracer = provider.get_tracer("benchmark")
    code = "with t.start_as_current_span('name'): pass"
    print(json.dumps(costs({"unit": (UNIT, {}), "with": (code, {"t": tracer})})))


def export() -> tuple[int, float, float]:
    """Return events, seconds of the export and of json.dumps of the same list."""
    import threading

    recorder = Recorder()
    recorder.trace_start()

    def fill() -> None:
        for i in range(32_768 // 4 + 1):
            with recorder.span(f"name {i % 40}"):
                recorder.counter("value", i)
            recorder.counter("other", i / 3)

    threads = [threading.Thread(target=fill, name=f"w{i}") for i in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recorder.trace_stop()
    events = recorder.export_trace()["traceEvents"]
    ours = theirs = float("inf")
    for _ in range(5):
        ours = min(ours, timeit.timeit(recorder.export, number=1))
        theirs = min(theirs, timeit.timeit(lambda: json.dumps(events), number=1))
    return len(events), ours, theirs


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def function_tracing() -> dict[str, float]:
    """Return CPU seconds of a loop of calls: bare, traced by us in several ways, traced by viztracer."""

    def calls() -> float:
        return timeit.timeit(lambda: fib(18), number=3, timer=time.process_time)

    def ours(core: str = "", **options: Any) -> float:
        before = os.environ.pop("AERO_NB_NATIVE", None)
        if core:
            os.environ["AERO_NB_NATIVE"] = core
        try:
            recorder = Recorder()
            recorder.trace_start()
            with recorder.trace_functions(**options):
                return calls()
        finally:
            os.environ.pop("AERO_NB_NATIVE", None)
            if before is not None:
                os.environ["AERO_NB_NATIVE"] = before

    def theirs() -> float:
        from viztracer import VizTracer

        tracer = VizTracer(tracer_entries=1_000_000, verbose=0, ignore_c_function=True)
        tracer.start()
        seconds = calls()
        tracer.stop()
        tracer.clear()
        return seconds

    tried: dict[str, Callable[[], float]] = {
        "bare": calls,
        "aero_nb": lambda: ours(include="__main__"),
        "aero_nb, min_us=1000": lambda: ours(include="__main__", min_us=1000),
        "aero_nb, a module that is not included": lambda: ours(include="email"),
        "aero_nb in pure Python": lambda: ours("0", include="__main__"),
        "aero_nb in pure Python, a module that is not included": lambda: ours("0", include="email"),
    }
    try:
        import viztracer  # noqa: F401

        tried["viztracer"] = theirs
    except ImportError:
        pass
    best = dict.fromkeys(tried, float("inf"))
    for _ in range(15):
        for name, run in tried.items():
            best[name] = min(best[name], run())
    return best


def machine_slowdown() -> tuple[float, float] | None:
    """Return seconds of 60 frames of the bundled PC with tracing off and on."""
    try:
        from aero_nb.demo import Machine
    except ImportError as error:
        print(f"the bundled PC: skipped ({error})")
        return None

    def run(trace: bool) -> float:
        if trace:
            perf.trace_start()
        before = time.process_time()
        Machine().run(frames=60)
        spent = time.process_time() - before
        perf.trace_stop()
        return spent

    run(False)
    off = on = float("inf")
    for _ in range(5):
        off, on = min(off, run(False)), min(on, run(True))
    return off, on


def print_table(title: str, rows: list[tuple[str, ...]]) -> None:
    print(f"\n{title}\n")
    header, *body = rows
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for row in body:
        print("| " + " | ".join(row) + " |")


def versions() -> str:
    parts = [f"Python {platform.python_version()}"]
    for package in ("viztracer", "opentelemetry-sdk", "orjson"):
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(parts)


def print_functions() -> None:
    times = function_tracing()
    peer = times.get("viztracer", float("nan"))
    print_table(
        f"A tight loop of Python calls (fib(18), 25,000 calls a pass), Python {platform.python_version()}",
        [
            ("what", "times bare", "times viztracer"),
            *((name, f"{seconds / times['bare']:.2f}", f"{seconds / peer:.2f}") for name, seconds in times.items()),
        ],
    )


def main() -> None:
    print(f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {os.cpu_count()} cores, {versions()}")
    here = costs(spans_of_this_process())
    unit = here.pop("two perf_counter_ns calls (the unit)")
    shared, task = shared_spans(), in_a_task()
    rows = [(name, f"{ns / unit:.2f}", f"{ns:.0f}") for name, ns in here.items()]
    for label, measured in (("shared ring of a worker", shared), ("in an asyncio task (a notebook cell)", task)):
        for part, statement in (("begin + end", "pair"), ("with", "with")):
            ns = measured[statement]
            rows.append((f"{label}: {part}", f"{ns / measured['unit']:.2f}", f"{ns:.0f}"))
    for label, name, part in (
        ("viztracer log_event, tracing as usual: with", "viztracer", "running"),
        ("viztracer log_event, its tracer switched off: with", "viztracer", "with"),
        ("OpenTelemetry, in memory: with", "opentelemetry", "with"),
    ):
        if measured := peer(name):
            rows.append((label, f"{measured[part] / measured['unit']:.2f}", f"{measured[part]:.0f}"))
    print_table(f"One span, in units of two clock reads ({unit:.0f} ns)", [("what", "units", "ns"), *rows])

    events, ours, theirs = export()
    print_table(
        f"Export of 5 full rings ({events:,} events)",
        [
            ("what", "s", "events/s"),
            ("Recorder.export() -> bytes", f"{ours:.3f}", f"{events / ours:,.0f}"),
            ("json.dumps of the same list", f"{theirs:.3f}", f"{events / theirs:,.0f}"),
        ],
    )
    print_functions()
    slowdown = machine_slowdown()
    if slowdown:
        off, on = slowdown
        print_table(
            "The bundled PC, 60 frames (CPU seconds)",
            [("tracing", "s", "times"), ("off", f"{off:.2f}", "1.00"), ("on", f"{on:.2f}", f"{on / off:.2f}")],
        )


if __name__ == "__main__":
    modes = {"--worker": worker, "--viztracer": viztracer, "--opentelemetry": opentelemetry}
    modes["--functions"] = print_functions
    modes.get(sys.argv[-1], main)()
