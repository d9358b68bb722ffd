"""Function tracing in C and in Python: what a program did is the same, record by record and count by count."""

import random
import sys
import threading
import types

import pytest

from aero_nb import Recorder, _native
from aero_nb.recorder.functions.native_hooks import NativeHooks

PROGRAM = """
import asyncio, contextlib

def leaf(n):
    return n + 1

def many(n):
    for i in range(n):
        yield leaf(i)

def fails(n):
    if n == 0:
        raise ValueError(n)
    return fails(n - 1)

@contextlib.contextmanager
def around():
    try:
        yield leaf(0)
    except ValueError:
        leaf(1)

class Odd:
    def __del__(self):
        leaf(3)

    def __repr__(self):
        return f"{leaf(4)} {sorted([3, 1, 2], key=leaf)} {[leaf(i) for i in range(2)]}"

async def ticks(n):
    for i in range(n):
        yield leaf(i)
        await asyncio.sleep(0)

async def work(n):
    async for tick in ticks(n):
        leaf(tick)

async def all_work():
    await asyncio.gather(*(work(n) for n in (2, 3)), return_exceptions=True)
    await work(1)

def run(choose):
    for _ in range(40):
        what = choose.randrange(9)
        if what == 0:
            leaf(0)
        elif what == 1:
            list(many(3))
        elif what == 2:
            with contextlib.suppress(ValueError):
                fails(choose.randrange(4))
        elif what == 3:
            with around():
                raise ValueError
        elif what == 4:
            repr(Odd())
        elif what == 5:
            closed = many(3)
            next(closed)
            closed.close()
        elif what == 6:
            thrown = many(3)
            next(thrown)
            with contextlib.suppress(ValueError):
                thrown.throw(ValueError())
        elif what == 7:
            asyncio.run(all_work())
        else:
            Odd()
"""


@pytest.mark.skipif(_native._found()[0] is None, reason="needs the native core, which takes a C compiler")
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("records", "strings"), [(100_000, 2_048), (61, 2_048), (100_000, 4)])
@pytest.mark.parametrize("hooks", ["the first choice", "a profile function"])
def test_what_a_program_did_is_the_same_natively_and_in_python(monkeypatch, hooks, seed, records, strings):
    if hooks == "a profile function" and sys.version_info >= (3, 12):
        pytest.skip("sys.monitoring is there")

    def recorded():
        program = types.ModuleType("program")
        exec(PROGRAM, program.__dict__)
        recorder = Recorder(records=records, strings=strings)
        recorder.trace_start()
        with recorder.trace_functions(include=program):
            program.run(random.Random(seed))
            thread = threading.Thread(target=program.run, args=[random.Random(seed + 100)], name="worker")
            thread.start()
            thread.join()
        recorder.trace_stop()
        exported = recorder.export_trace()
        events = [(e["tid"], e["ph"], e.get("name")) for e in exported["traceEvents"] if e["ph"] != "M"]
        counts = [{k: v for k, v in lane.items() if k != "reprs"} for lane in exported["otherData"]["aero_nb"]["lanes"]]
        return sorted(events, key=lambda event: event[0]), counts, exported["otherData"]["aero_nb"]["failed_calls"]

    monkeypatch.setenv("AERO_NB_NATIVE", "1")
    if hooks == "a profile function":
        monkeypatch.setattr(NativeHooks, "_evaluate", lambda self: None)
    natively = recorded()
    assert natively[0], "something was recorded"
    monkeypatch.setenv("AERO_NB_NATIVE", "0")
    assert natively == recorded()
