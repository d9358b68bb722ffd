"""A program whose workers record, and how it is run; ``work`` records three steps, then ends as told."""

from tests.support.recorder_reading import document, run_python

WORKER_CODE = """
import json, multiprocessing, os, signal, sys, threading, time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from aero_nb import perf

def work(n=3, end="return"):
    for i in range(n):
        with perf.span("step"):
            perf.counter("i", i)
    perf.span_begin("last")
    if end == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if end == "hang":
        threading.Event().wait()
    if end == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)

def named(export):
    return {e["args"]["name"]: e["tid"] for e in export["traceEvents"] if e["name"] == "thread_name"}

def wait_for(condition):
    deadline = time.monotonic() + 250
    while not condition():
        assert time.monotonic() < deadline, "timed out"
        time.sleep(0.01)

def has_last(lane):
    export = perf.export_trace()
    tid = named(export).get(lane)
    return any(e["tid"] == tid and e["name"] == "last" for e in export["traceEvents"])

def save():
    with open("trace.json", "wb") as file:
        file.write(perf.stop())
"""


STEPS = ["B step", "C counters", "E step"]


ALL = [*STEPS * 3, "B last"]


def run_workers(code, folder, *args, **options):
    run_python(WORKER_CODE + code, *args, folder=folder, **options)
    return document((folder / "trace.json").read_bytes())
