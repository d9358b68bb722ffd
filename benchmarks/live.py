"""What a live view costs the recording that it shows, and what it keeps up with; ratios in one run.

    python benchmarks/live.py          # prints the table of benchmarks/README.md; needs the demo extra, some 5 minutes

The feed is read and encoded as in a notebook, from a thread so many times a second; only the message to the page is
left out, for want of one (tests/live has the page). With and without take turns on the bundled PC.
"""

from __future__ import annotations

import datetime
import platform
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from statistics import median
from typing import Any

import aero_nb
from aero_nb import FlightRecorder, Recorder, perf
from aero_nb.demo import Machine
from aero_nb.live.feed import Feed
from aero_nb.sources.live import LiveReader, News
from aero_nb.sources.repeating import Repeated

ROUNDS = 20
FRAMES = 90
FLOOD_S = 10
STEADY_S = 45
STEADY_RATE = 20_000


class Counted:
    """A reader that counts what it read and what it missed."""

    def __init__(self, reader: LiveReader) -> None:
        self._reader = reader
        self.close = reader.close
        self.sent = self.missed = 0

    def read(self, most: int) -> News:
        news = self._reader.read(most)
        self.sent += sum(len(lane.events) for lane in news.lanes)
        self.missed += sum(lane.missed for lane in news.lanes)
        return news


@contextmanager
def watched(recorder: Recorder, rate: float) -> Iterator[list[tuple[int, int, int, float]]]:
    """Push so many times a second; yields (records read and missed by then, bytes, CPU seconds) of each push."""
    reader = Counted(recorder.live())
    feed = Feed([("this process", reader)])
    pushes: list[tuple[int, int, int, float]] = []

    def push() -> None:
        began = time.thread_time()
        _, data = feed.push()
        pushes.append((reader.sent, reader.missed, len(data), time.thread_time() - began))

    timer = Repeated("benchmark live", 1 / rate, push)
    try:
        yield pushes
    finally:
        timer.join()
        push()
        feed.close()


@contextmanager
def nothing(_recorder: Recorder) -> Iterator[None]:
    yield


def run_pc(machine: Machine, around: Callable[[Recorder], Any]) -> tuple[float, float, float]:
    """Return ms a frame, by the wall clock and of the process's CPU; and the share of a core that the view took."""
    perf.trace_start()
    with around(perf) as pushes:
        wall, cpu = time.perf_counter(), time.process_time()
        machine.run(FRAMES)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        own = sum(push[3] for push in pushes or ())
    perf.trace_stop()
    return wall * 1000 / FRAMES, cpu * 1000 / FRAMES, own / wall


def slow_down() -> None:
    ways: dict[str, Callable[[Recorder], Any]] = {
        "no view": nothing,
        "4 pushes a second": lambda recorder: watched(recorder, 4),
        "10 pushes a second": lambda recorder: watched(recorder, 10),
    }
    taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
    with Machine(work=3) as machine:
        machine.run(60)
        for number in range(ROUNDS):
            names = list(ways) if number % 2 else list(ways)[::-1]
            for name in names:
                taken[name].append(run_pc(machine, ways[name]))
    base = taken["no view"]
    print("\n| the bundled PC, recorded, with | ms a frame | x | CPU ms a frame | x | the view's thread |")
    print("|---|---|---|---|---|---|")
    for name, runs in taken.items():
        wall, cpu, own = (median(run[which] for run in runs) for which in range(3))
        ratios = [median(one[w] / other[w] for one, other in zip(runs, base, strict=True)) for w in (0, 1)]
        print(f"| {name} | {wall:.1f} | {ratios[0]:.3f} | {cpu:.1f} | {ratios[1]:.3f} | {own:.2%} of a core |")


def flood() -> None:
    """As many records a second as Python can make."""
    recorder = Recorder()
    recorder.trace_start()
    with watched(recorder, 4) as pushes:
        end = time.perf_counter() + FLOOD_S
        while time.perf_counter() < end:
            for _ in range(1000):
                recorder.span_begin("a")
                recorder.span_end("a")
    recorded = recorder._own.snapshots()[0].recorded  # noqa: SLF001 (what was really recorded)
    sent, missed = pushes[-1][:2]
    most = max(after[0] - before[0] for before, after in pairwise([(0, 0, 0, 0.0), *pushes]))
    print(f"\n| a flood for {FLOOD_S} s | |\n|---|---|")
    print(f"| records a second | {recorded / FLOOD_S:,.0f} |")
    print(f"| records sent a push, at most | {most:,} |")
    print(f"| bytes a push, at most | {max(push[2] for push in pushes):,} |")
    print(f"| CPU a push, median and at most | {_ms([push[3] for push in pushes])} |")
    exact = "exactly" if sent + missed == recorded else "NOT"
    print(f"| sent {sent:,} + missed {missed:,} is {exact} what was recorded | {recorded:,} |")


def steady() -> None:
    """20,000 records a second: what a push costs, and whether memory grows."""
    recorder = Recorder()
    recorder.trace_start()
    over = threading.Event()

    def work() -> None:
        began, done = time.perf_counter(), 0
        while not over.is_set():
            while done < (time.perf_counter() - began) * STEADY_RATE:
                recorder.span_begin("a")
                recorder.span_end("a")
                done += 2
            time.sleep(0.002)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        with watched(recorder, 4) as pushes:
            time.sleep(STEADY_S / 3)
            tracemalloc.start()
            time.sleep(2)
            first = tracemalloc.get_traced_memory()[0]
            time.sleep(STEADY_S / 3)
            last = tracemalloc.get_traced_memory()[0]
            tracemalloc.stop()
            time.sleep(STEADY_S / 3)
    finally:
        over.set()
        worker.join()
    third = len(pushes) // 3  # before memory was traced, which is slow
    cpu = sum(push[3] for push in pushes[:third]) / (third / 4)
    print(f"\n| {STEADY_RATE:,} records a second for {STEADY_S} s, 4 pushes | |\n|---|---|")
    print(f"| CPU of the view | {cpu:.2%} of a core |")
    print(f"| bytes a second | {sum(push[2] for push in pushes[:third]) / (third / 4) / 1000:,.0f} kB |")
    print(f"| memory of the kernel's end, {STEADY_S / 3:.0f} s later | {(last - first) / 1000:+,.0f} kB |")


def flight() -> None:
    """The flight recorder on the PC."""
    ratios: list[float] = []
    with Machine(work=3) as machine:
        machine.run(60)
        for _ in range(ROUNDS):
            plain = run_pc(machine, nothing)[1]
            recorder = FlightRecorder("frame_ms > 1000", around=2)
            recorder.start()
            cpu = time.process_time()
            machine.run(FRAMES)
            ratios.append((time.process_time() - cpu) * 1000 / FRAMES / plain)
            recorder.stop()
    print(f"\n`--keep-when`, looking 20 times a second: {median(ratios):.3f} times the CPU a frame.")


def _ms(seconds: list[float]) -> str:
    return f"{median(seconds) * 1000:.1f}, {max(seconds) * 1000:.1f} ms"


if __name__ == "__main__":
    print(f"{datetime.date.today()}, Python {platform.python_version()}, aero_nb {aero_nb.__version__}, {sys.platform}")
    slow_down()
    flood()
    steady()
    flight()
