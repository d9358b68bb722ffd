"""A store of many traces: how fast files go in, how much memory a worker takes, how fast questions are answered.

usage: python benchmarks/fleet.py [RUNS [FOLDER]]      FOLDER: keep the traces there, and use those that are there

1,000 different traces of 20,000 events unless RUNS says otherwise, made by the generator of the development data folder
`shared` beside the checkout. In one run: adding by one process and by two workers of one thread, peak memory of each
worker, a p95 trend over all runs before and after compact(), the store's size, the same question over the JSON files
with `load` in a loop, and a summary of a data set four times the memory that the workers are allowed.
"""

import gzip
import math
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import distributed

import aero_nb

SHARED = Path(__file__).resolve().parents[2] / "shared"
EVENTS = 20_000
NAME = "frame:present"
WORKER_MB = 400  # Python and the libraries alone take 160 of them


def make_traces(folder, runs):
    def make(seed):
        path = Path(folder) / f"run-{seed:04d}.json"
        if path.exists():
            return path
        command = [sys.executable, SHARED / "bench/make_trace.py", str(EVENTS), path, "--seed", str(seed)]
        subprocess.run(command, check=True)
        return path

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(make, range(1, runs + 1)))


def labels_of(path):
    number = int(Path(path).stem.split("-")[1])
    return {"commit": f"c{number // 20:03d}", "date": f"2026-{1 + number // 28 % 12:02d}-{1 + number % 28:02d}"}


def timed(ask):
    began = time.perf_counter()
    answer = ask()
    return time.perf_counter() - began, answer


def cluster(workers, limit="auto"):
    return distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1", memory_limit=limit
    )


def peak_mb(client):
    """Peak resident memory of the largest worker (MB); getrusage's would include the process that started it."""

    def peak():
        status = Path("/proc/self/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024 / 1e6

    return max(client.run(peak).values())


def add_with(workers, root, files):
    with cluster(workers) as nodes, distributed.Client(nodes) as client:
        client.run(lambda: __import__("aero_nb.store"))  # imports are not what is measured
        store = aero_nb.TraceStore(root, client)
        took, done = timed(lambda: store.add(files, labels=labels_of, progress=False))
        assert (done["status"] == "ok").all(), done[done["status"] != "ok"]
        return took, peak_mb(client)


def loop_over_json(files):
    return [aero_nb.load(file).spans.query("name == @NAME")["dur_us"].quantile(0.95) for file in files]


def more_runs(files, folder, wanted):
    """Make so many files out of fewer: the same traces, gzipped, with another time in the header, hence other runs."""
    made = []
    for number in range(wanted):
        source = files[number % len(files)]
        packed = (
            gzip.compress(source.read_bytes(), 1) if number < len(files) else made[number % len(files)].read_bytes()
        )
        path = Path(folder) / f"{source.stem}-{number}.json.gz"
        path.write_bytes(packed[:4] + struct.pack("<I", number) + packed[8:])
        made.append(path)
    return made


def beyond_memory(folder, files):
    """Summarise spans of four times the size that two workers together may have in memory."""
    run_mb = aero_nb.load(files[0]).spans.memory_usage(deep=True).sum() / 1e6
    runs = math.ceil(4 * 2 * WORKER_MB / run_mb)
    store = aero_nb.TraceStore(f"{folder}/large")
    store.add(more_runs(files, folder, runs), labels=labels_of, progress=False)
    store.compact()
    with cluster(2, f"{WORKER_MB}MB") as nodes, distributed.Client(nodes) as client:
        pids = set(client.run(os.getpid).values())
        try:
            took, table = timed(lambda: aero_nb.TraceStore(store.folder.url, client).summary(by=["commit", "name"]))
        except distributed.scheduler.KilledWorker:
            return f"summary of {runs:,} runs", "a worker died"
        assert table["count"].sum() == store.runs["spans"].sum()
        alive = "no worker died" if pids == set(client.run(os.getpid).values()) else "a worker died"
        return (
            f"summary of {runs:,} runs, {runs * run_mb:,.0f} MB of spans, by two workers of {WORKER_MB} MB each",
            f"{took:.1f} s, {alive}, peak {peak_mb(client):.0f} MB",
        )


def main():
    if not SHARED.is_dir():
        sys.exit(f"expected the development data folder at {SHARED}; this benchmark generates its traces with it")
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        files = make_traces(sys.argv[2] if len(sys.argv) > 2 else folder, runs)
        json_mb = sum(file.stat().st_size for file in files) / 1e6
        one, _ = add_with(1, f"{folder}/one", files)
        two, peak = add_with(2, f"{folder}/two", files)
        store = aero_nb.TraceStore(f"{folder}/two")
        assert len(store.runs) == runs
        loose, trend = timed(lambda: store.trend(NAME, over="date"))
        packing, _ = timed(store.compact)
        packed, trend = timed(lambda: store.trend(NAME, over="date"))
        assert len(trend.table) == runs
        store_mb = sum(path.stat().st_size for path in Path(folder, "two").rglob("*") if path.is_file()) / 1e6
        looped, expected = timed(lambda: loop_over_json(files))
        assert abs(trend.table["value"].sum() / sum(expected) - 1) < 1e-9
        summary = beyond_memory(folder, files)
    print(f"{runs:,} traces of {EVENTS:,} events, {json_mb:,.0f} MB of JSON\n")
    print("| figure | measured |\n|---|---|")
    print(f"| add, one process | {one:.1f} s, {runs / one:.1f} traces/s |")
    print(f"| add, two workers | {two:.1f} s, {runs / two:.1f} traces/s, {one / two / 2:.0%} of twice one process |")
    print(f"| peak memory of a worker while adding | {peak:.0f} MB |")
    print(f"| compact | {packing:.1f} s |")
    print(f"| p95 trend of {NAME} over all runs | {packed:.2f} s ({loose:.2f} s before compact) |")
    print(f"| the same over the JSON files, load in a loop | {looped:.1f} s, {looped / packed:.0f} times as long |")
    print(f"| store | {store_mb:.0f} MB, {store_mb / json_mb:.0%} of the JSON |")
    print("| {} | {} |".format(*summary))


if __name__ == "__main__":
    main()
