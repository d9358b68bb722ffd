"""The reader with its native core beside pure Python, in one run: ``native.py [--runs N] [--only LIST]``.

LIST: small, be, x, peak (the default), large. Least CPU time of runs that take turns, bytes to columns (`reader.read`)
and of a small file to its table of spans; of peaks of memory, those of fresh processes, the median. Needs the
development data folder `shared` beside the checkout.
"""

import argparse
import gc
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from load import SHARED, aero_nb_spans, make

HOW = ("0", "1")  # AERO_NB_NATIVE


def cpu_of(work, how):
    os.environ["AERO_NB_NATIVE"] = how
    gc.collect()
    began = time.process_time()
    made = work()
    taken = time.process_time() - began
    del made
    return taken


def in_turns(title, work, runs):
    """Print the least CPU time of both, and their ratio."""
    for how in HOW:
        cpu_of(work, how)
    taken = [[cpu_of(work, how) for how in HOW] for _ in range(runs)]
    python, native = map(min, zip(*taken, strict=True))
    print(f"{title}: pure Python {python:.4f} s, native {native:.4f} s, ratio {native / python:.3f}", flush=True)


def columns(path):
    from aero_nb.reader import read

    data = path.read_bytes()
    return lambda: read(data)


def fresh(path, how):
    """Return (CPU seconds, peak MB, MB before) of a load in a process of its own."""
    environment = {**os.environ, "AERO_NB_NATIVE": how}
    done = subprocess.run(
        [sys.executable, __file__, "--worker", path], capture_output=True, text=True, env=environment, check=True
    )
    return json.loads(done.stdout)


def peak():
    """Return the most memory this process had, in KB; `ru_maxrss` would be its parent's where that had more."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+)", status)[1])


def worker(path):
    data = b'{"traceEvents":[{"ph":"X","name":"a","ts":1,"dur":1,"pid":1,"tid":1,"args":{}}]}'
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "one.json"
        warm.write_bytes(data)
        aero_nb_spans(warm)
    before = peak()
    began = time.process_time()
    aero_nb_spans(path)
    taken = time.process_time() - began
    after = peak()
    print(json.dumps([taken, after * 1024 / 1e6, before * 1024 / 1e6]))


def fresh_in_turns(title, path, runs):
    found = [[fresh(path, how) for how in HOW] for _ in range(runs)]
    python, native = (
        [statistics.median(column) for column in zip(*one, strict=True)] for one in zip(*found, strict=True)
    )
    print(
        f"{title}, fresh process: {python[0]:.2f} s, {native[0]:.2f} s, ratio {native[0] / python[0]:.2f}; "
        f"peak {python[1]:.0f} MB, {native[1]:.0f} MB, ratio {native[1] / python[1]:.2f} ({native[2]:.0f} before)",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="be,x,small,peak")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(options.worker)
        return
    if not SHARED.exists():
        sys.exit("needs the development data folder 'shared' beside the checkout")
    chosen = options.only.split(",")
    print("load", os.getloadavg())
    with tempfile.TemporaryDirectory() as folder:
        if "small" in chosen:
            small = make(folder, 1000)
            in_turns("1,000 events to the table of spans", lambda: aero_nb_spans(small), 30 * options.runs)
            in_turns("1,000 events to columns", columns(small), 30 * options.runs)
        if "be" in chosen:
            in_turns("1 M events B/E to columns", columns(make(folder, 1_000_000)), options.runs)
        if "x" in chosen:
            in_turns("X events to columns", columns(make(folder, 1_000_000, "--complete")), options.runs)
        if "peak" in chosen:
            fresh_in_turns("1 M events B/E", make(folder, 1_000_000), options.runs)
            fresh_in_turns("X events", make(folder, 2_000_000, "--complete"), options.runs)
        if "large" in chosen:
            in_turns("10 M events B/E to columns", columns(make(folder, 10_000_000)), max(1, options.runs // 3))
    print("load", os.getloadavg())


if __name__ == "__main__":
    main()
