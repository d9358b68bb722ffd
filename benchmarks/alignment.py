"""Two runs on one axis: align() and its timeline beside compare() and timeline() of the same two traces, in one run.

usage: python benchmarks/alignment.py [SPANS]

Both traces are made here: a guest's slices with calls in them, a counter after each slice, the second run on a host of
other speed. The CPU time of each is the least of rounds that take turns, on tables that were built before, as a
notebook has them, but for the timelines called first: those have none. The unit of the ratios is two timelines.
"""

import gc
import json
import os
import random
import sys
import time
from collections.abc import Callable

import aero_nb

ROUNDS = 5
CALLS = 9  # in a slice
TWO = "two timelines, packed"


def run_of(spans: int, speed: float, seed: int) -> aero_nb.Trace:
    """Build a run of so many spans, whose slices take about ``speed`` times 100 µs."""
    chance = random.Random(seed)
    events, now = [], 0.0
    for number in range(spans // (CALLS + 1)):
        taken = round(100 * speed * chance.uniform(0.7, 1.3), 3)
        lane = {"pid": 1, "tid": 1}
        events.append({"ph": "X", "name": "slice", "ts": now, "dur": taken, **lane})
        for call in range(CALLS):
            at = round(now + taken * (call + 0.5) / (CALLS + 1), 3)
            events.append({"ph": "X", "name": f"call{call}", "ts": at, "dur": round(taken / 20, 3), **lane})
        now = round(now + taken, 3)
        events.append({"ph": "C", "name": "instructions", "ts": now, "args": {"value": 1000 * number}, **lane})
    return aero_nb.Trace.from_bytes(json.dumps(events).encode())


def cpu_s(ask: Callable[[], object]) -> float:
    """Return the CPU time that an answer took."""
    gc.collect()
    began = time.process_time()
    ask()
    return time.process_time() - began


def packed(widget) -> int:
    """Return the size of what the page gets of a timeline."""
    return len(widget._packed)  # noqa: SLF001 - what the page is sent


def main() -> None:
    spans = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    base, other = run_of(spans, 1.0, 1), run_of(spans, 1.1, 2)
    for trace in (base, other):
        assert len(trace.spans) == spans // (CALLS + 1) * (CALLS + 1)
        assert len(trace.counters) == spans // (CALLS + 1)

    def anew() -> list[aero_nb.Trace]:
        return [aero_nb.Trace(trace.columns) for trace in (base, other)]

    by_counter = {"by": "counter:instructions"}
    asked = {
        "compare": lambda: aero_nb.compare(base, other),
        "align by counter": lambda: aero_nb.align(base, other, **by_counter),
        "align by counter, and compare": lambda: (
            aero_nb.align(base, other, **by_counter).behind(),
            aero_nb.compare(base, other),
        ),
        "align by spans": lambda: aero_nb.align(base, other, by="span:slice"),
        "matches": lambda: aero_nb.align(base, other, **by_counter).matches(),
        TWO: lambda: [packed(trace.timeline()) for trace in (base, other)],
        "aligned timeline, packed": lambda: packed(aero_nb.align(base, other, **by_counter).timeline()),
        "two first timelines": lambda: [packed(trace.timeline()) for trace in anew()],
        "first aligned timeline": lambda: packed(aero_nb.align(*anew(), **by_counter).timeline()),
    }
    rounds = [{what: cpu_s(ask) for what, ask in asked.items()} for _ in range(ROUNDS)]
    found = {what: min(taken[what] for taken in rounds) for what in asked}
    print(f"two runs of {spans:,} spans and {spans // (CALLS + 1):,} samples of the counter\n")
    print(f"load {os.getloadavg()[0]:.1f}\n")
    print(f"| | CPU s | times {TWO} |\n|---|---|---|")
    for what, taken in found.items():
        print(f"| {what} | {taken:.2f} | {taken / found[TWO]:.2f} |")


if __name__ == "__main__":
    main()
