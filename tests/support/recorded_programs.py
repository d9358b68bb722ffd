"""Made-up programs of recording calls: a seed says what they do, and natively they record what they do in Python.

``python recorded_programs.py FIRST STOP`` prints a line of JSON about each seed: events without times, counts.
"""

import asyncio
import contextlib
import functools
import json
import math
import random
import sys
import threading

from aero_nb import Recorder

NAMES = ("a", "b", "c", "d", "e", "f", "\udc00", "", "ü", 7, None, b"x")
VALUES = (0, 1, -1, 2**63 - 1, -(2**63), 2**63, 0.5, -1e300, math.nan, math.inf, True, "x", None, 10**40)


class StoppedError(Exception):
    """Raised by a program, through its spans."""


class Program:
    """One made-up program; ``run`` returns what its recorder exported."""

    def __init__(self, seed):
        self.choose = random.Random(seed)
        sizes = {"records": self.choose.choice([1, 2, 7, 50, 400]), "strings": self.choose.choice([1, 3, 6, 50])}
        self.recorder = Recorder(**sizes)
        self.other = Recorder(records=50)
        self.steps = 120

    def run(self):
        if self.choose.random() < 0.9:
            self.recorder.trace_start()
        self.other.trace_start()
        with self.recorder.trace_functions(include=__name__) if self.choose.random() < 0.3 else self.recorder.span("x"):
            while self.steps > 0:
                self.quietly(3)
        return [told(recorder) for recorder in (self.recorder, self.other)]

    def step(self, depth):
        self.steps -= 1
        kinds = [self.calls] * 6 + [self.control]
        if depth:
            kinds += [self.span, self.decorated, self.generator, self.thread, self.tasks]
        self.choose.choice(kinds)(depth - 1)

    def calls(self, _):
        name, recorder = self.choose.choice(NAMES), self.choose.choice([self.recorder] * 4 + [self.other])
        kind = self.choose.randrange(5)
        if kind == 0:
            recorder.span_begin(name)
        elif kind == 1:
            recorder.span_end(*([name] if self.choose.random() < 0.8 else []))
        elif kind == 2:
            recorder.counter(name, self.choose.choice(VALUES))
        elif kind == 3:
            recorder.instant(name, self.choose.choice("tpg"), self.choose.choice([None, {"k": 1}, 3]))
        elif self.choose.random() < 0.1:
            raise StoppedError

    def control(self, _):
        kind = self.choose.randrange(8)
        if kind == 0:
            self.recorder.trace_start()
        elif kind == 1:
            self.recorder.trace_stop()
        elif kind == 2:
            self.recorder.export()

    def span(self, depth):
        with self.recorder.span(self.choose.choice(NAMES)):
            for _ in range(self.choose.randrange(4)):
                self.step(depth)

    def decorated(self, depth):
        self.recorder.span(self.choose.choice(NAMES))(functools.partial(self.step, depth))()

    def generator(self, depth):
        @self.recorder.span("generator")
        def steps():
            for _ in range(3):
                self.step(depth)
                yield

        for _ in steps():
            self.step(0)

    def thread(self, depth):
        thread = threading.Thread(target=self.quietly, args=(depth,), name=self.choose.choice(["t", "u"]))
        thread.start()
        thread.join()

    def quietly(self, depth):
        with contextlib.suppress(StoppedError):
            self.step(depth)

    def tasks(self, depth):
        if asyncio._get_running_loop() is not None:
            return

        async def work(name):
            with self.recorder.span(name):
                await asyncio.sleep(0)
                self.quietly(depth)
                await asyncio.sleep(0)
            self.recorder.counter(name, 1)

        async def main():
            await asyncio.gather(*(work(name) for name in "abc"))
            await work("d")

        asyncio.run(main())


def told(recorder):
    """Return the events of a recorder without their times, and what it counted."""
    recorder.trace_stop()
    exported = recorder.export_trace()
    lanes = {}
    for event in exported["traceEvents"]:
        args = {name: value for name, value in event.get("args", {}).items() if name != "startTimeEpochUs"}
        lanes.setdefault(event["tid"], []).append([event["ph"], event.get("name"), event.get("s"), args])
    return [lanes, exported["otherData"]["aero_nb"]["lanes"], exported["otherData"]["aero_nb"]["failed_calls"]]


def main():
    first, stop = map(int, sys.argv[1:])
    for seed in range(first, stop):
        print(json.dumps(Program(seed).run()), flush=True)


if __name__ == "__main__":
    main()
