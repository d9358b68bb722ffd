"""What samples cost: reading them, asking them, and sampling this process; ratios in one run.

    python benchmarks/samples.py [TRACE]     # prints the tables of benchmarks/README.md; TRACE: one with CPU samples

Without a file a trace is made: 6 threads of 35,000 samples, a call tree of 300 functions, 60,000 spans beside.
"""

from __future__ import annotations

import datetime
import gzip
import json
import platform
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import orjson

import aero_nb

REPEATS = 5


def made(threads: int = 6, samples: int = 35_000, functions: int = 300, spans: int = 60_000) -> bytes:
    """Return a trace as Chrome writes it with CPU samples."""
    rng = random.Random(15)
    events: list[dict[str, Any]] = []
    nodes = [{"id": 1, "callFrame": {"functionName": "(root)", "codeType": "other"}}]
    for number in range(2, functions + 2):
        call = {
            "functionName": f"f{number}",
            "url": f"http://x/{number % 9}.js",
            "lineNumber": number,
            "codeType": "JS",
        }
        nodes.append({"id": number, "parent": rng.randint(max(1, number - 20), number - 1), "callFrame": call})
    running = 2
    for tid in range(1, threads + 1):
        common = {"ph": "P", "cat": "disabled-by-default-v8.cpu_profiler", "id": hex(tid), "pid": 1}
        events.append({**common, "name": "Profile", "tid": tid, "ts": 0, "args": {"data": {"startTime": 0}}})
        for first in range(0, samples, 100):
            seen = []
            for _ in range(100):  # a function is seen about 20 times in a row
                running = rng.randint(2, functions) if rng.random() < 0.05 else running
                seen.append(running)
            profile = {"nodes": [] if first else nodes, "samples": seen}
            data = {"cpuProfile": profile, "timeDeltas": [rng.randint(-20, 300) for _ in range(100)]}
            events.append({**common, "name": "ProfileChunk", "tid": 99, "ts": first, "args": {"data": data}})
    for number in range(spans):
        args = {"data": {"url": "http://x/1.js", "frame": f"{number:032x}"}}
        events.append({"ph": "X", "name": f"s{number % 40}", "cat": "devtools.timeline", "ts": number * 100, "dur": 90,
                       "pid": 1, "tid": number % threads + 1, "args": args})  # fmt: skip
    return json.dumps({"traceEvents": events}).encode()


def least_cpu(*asked: Callable[[], Any]) -> list[float]:
    """Return the least CPU seconds of each, which take turns."""
    best = [float("inf")] * len(asked)
    for _ in range(REPEATS):
        for place, one in enumerate(asked):
            start = time.process_time()
            one()
            best[place] = min(best[place], time.process_time() - start)
    return best


def reading(data: bytes) -> None:
    trace = aero_nb.Trace.from_bytes(data)
    plain, load, spans, tree = least_cpu(
        lambda: orjson.loads(data),
        lambda: aero_nb.Trace.from_bytes(data),
        lambda: aero_nb.Trace.from_bytes(data).sample_spans(),
        lambda: trace.call_tree(table="samples"),
    )
    size = f"{len(trace.stacks):,} stacks, {len(trace.spans):,} spans, {len(data) / 1e6:.0f} MB"
    print(f"\n{len(trace.samples):,} samples, {size}\n")
    print("| | CPU s | times orjson.loads |\n|---|---|---|")
    rows = {"orjson.loads": plain, "load": load, "load and sample_spans()": spans, "call_tree(table='samples')": tree}
    for what, took in rows.items():
        print(f"| {what} | {took:.2f} | {took / plain:.2f} |")


def work() -> float:
    start = time.perf_counter()
    total = 0
    for number in range(6_000_000):
        total += number & 7
    return time.perf_counter() - start


def sampling() -> None:
    rates = (0, 100, 1000)
    times: dict[int, list[float]] = {rate: [] for rate in rates}
    seen: dict[int, list[float]] = {rate: [] for rate in rates}
    for _ in range(REPEATS):
        for rate in rates:
            if rate == 0:
                times[0].append(work())
                continue
            sampler = aero_nb.Sampler(rate)
            sampler.start()
            took = work()
            samples = aero_nb.Trace.from_bytes(sampler.stop()).samples
            times[rate].append(took)
            seen[rate].append(float((samples["thread"] == "Main").sum()) / took)
    print("\n| sampled | a computing loop takes | samples a second |\n|---|---|---|")
    for rate in rates:
        ratio = median(times[rate]) / median(times[0])
        print(f"| {f'{rate} Hz' if rate else 'not'} | {ratio:.3f} | {median(seen[rate]) if rate else 0:.0f} |")


if __name__ == "__main__":
    print(f"{datetime.date.today()}, Python {platform.python_version()}, aero_nb {aero_nb.__version__}")
    given = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else b""
    reading(gzip.decompress(given) if given[:2] == b"\x1f\x8b" else given or made())
    sampling()
