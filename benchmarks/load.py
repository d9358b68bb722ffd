"""From bytes on disk to a table of spans with depth, parent and self time, beside the peers, in one run.

usage: python benchmarks/load.py [--runs N] [--only be,x,small,self,large]

Every figure comes from a fresh process that has loaded a ten-event file before; median of N runs (5), no cache
between runs. Seconds (by the clock, and of CPU) of the load alone; peak memory of the whole process. "aero_nb" has the
native core where it was built (`aero-nb --version` says it), and pure Python stands beside it. Perfetto is its v52 wasm
build, load only (no table of spans in Python), its CPU time and peak those of the Node process, start included. Only
ours and Perfetto compute nesting. Needs the development data folder `shared` beside the checkout for the traces and for
Perfetto; `pip install -r benchmarks/requirements.txt` for the peers.
"""

import argparse
import io
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
MAKE_TRACE = SHARED / "bench" / "make_trace.py"
PERFETTO = SHARED / "bench" / "perfetto" / "perfetto.py"
SELF_TIME = (
    "include perfetto module slices.self_dur; select name, sum(self_dur) from slice_self_dur join slice using (id) "
    "group by name"
)


def aero_nb_spans(path):
    import aero_nb

    return aero_nb.load(path, progress=False).spans


def orjson_frame(path):
    import orjson
    import pandas as pd

    return pd.DataFrame(orjson.loads(Path(path).read_bytes())["traceEvents"])


def json_frame(path):
    import pandas as pd

    return pd.DataFrame(json.loads(Path(path).read_bytes())["traceEvents"])


def polars_frame(path):
    import polars

    text = Path(path).read_bytes()
    events = text[text.index(b"[") + 1 : text.index(b"]", text.rindex(b'"name"'))]
    lines = events.replace(b'},{"name"', b'}\n{"name"')
    kinds = dict.fromkeys(("name", "ph", "cat", "s"), polars.String)
    kinds |= {"ts": polars.Float64, "dur": polars.Float64, "pid": polars.Int64, "tid": polars.Int64}
    return polars.read_ndjson(io.BytesIO(lines + b"\n"), schema=kinds)


def hta_parse(path):
    from hta.common.trace_parser import parse_trace_dataframe
    from hta.configs.parser_config import ParserConfig

    return parse_trace_dataframe(str(path), ParserConfig.get_default_cfg())


def aero_nb_pure(path):
    os.environ["AERO_NB_NATIVE"] = "0"
    return aero_nb_spans(path)


PURE = "aero_nb, pure Python"
LOADERS = {
    "aero_nb": aero_nb_spans,
    PURE: aero_nb_pure,
    "orjson + DataFrame": orjson_frame,
    "json + DataFrame": json_frame,
    "polars": polars_frame,
    "HTA parse": hta_parse,
}


def worker(name, path):
    """Print the seconds and CPU seconds of one load in this fresh process, and its peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "ten.json"
        events = [
            {"ph": "X", "name": "a", "ts": n, "dur": 1, "pid": 1, "tid": 1, "cat": "c", "args": {}} for n in range(10)
        ]
        warm.write_text(json.dumps({"traceEvents": events}, separators=(",", ":")))
        LOADERS[name](warm)
    began, cpu = time.perf_counter(), time.process_time()
    LOADERS[name](path)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps([seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6]))


def fresh(name, path):
    """Return (seconds, CPU seconds, peak MB) of one load in a process of its own, or the reason there is none."""
    if name == "Perfetto v52 wasm":
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, PERFETTO, path], capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = re.search(r"load s ([\d.]+) err null .* rss MB (\d+)", done.stderr)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return (float(found[1]), cpu, float(found[2])) if found else "not available"
    done = subprocess.run([sys.executable, __file__, "--worker", name, path], capture_output=True, text=True)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["failed"])[-1][:80]
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def compare(title, path, names, runs):
    """Print a table of the loaders on one file; their runs take turns, so that noise falls on all of them."""
    size = Path(path).stat().st_size / 1e6
    print(f"\n{title}, {size:.0f} MB, median of {runs}")
    found = {name: [fresh(name, path) for _ in range(1)] for name in names}
    for _ in range(runs - 1):
        for name in names:
            if not isinstance(found[name][0], str):
                found[name].append(fresh(name, path))
    middle = {
        name: [statistics.median(column) for column in zip(*found[name], strict=True)]
        for name in names
        if not isinstance(found[name][0], str)
    }
    ours, ours_cpu, _ = middle["aero_nb"]
    print(f"{'loader':<20}{'seconds':>9}{'x ours':>8}{'CPU s':>9}{'x ours':>8}{'peak MB':>9}{'x file':>8}")
    for name in names:
        if name not in middle:
            print(f"{name:<20}  skipped: {found[name][0]}")
            continue
        seconds, cpu, peak = middle[name]
        print(f"{name:<20}{seconds:>9.2f}{seconds / ours:>8.2f}{cpu:>9.2f}{cpu / ours_cpu:>8.2f}", end="")
        print(f"{peak:>9.0f}{peak / size:>8.1f}", flush=True)
    return ours


def make(folder, count, *options):
    path = Path(folder) / f"{count}{''.join(options)}.json"
    subprocess.run([sys.executable, MAKE_TRACE, str(count), path, *options], check=True)
    return path


def small(folder, runs):
    """Time a 1,000-event file once another was loaded, and the import of the package."""
    path = make(folder, 1000)
    warm = make(folder, 10)
    least = {}
    for _ in range(max(runs, 20)):
        for how in ("0", os.environ.get("AERO_NB_NATIVE", "")):
            os.environ["AERO_NB_NATIVE"] = how
            aero_nb_spans(warm)
            began = time.process_time()
            aero_nb_spans(path)
            least[how] = min(least.get(how, 1.0), time.process_time() - began)
    print("\n1,000 events, warm, least CPU time to the table of spans: ", end="")
    print(
        ", ".join(
            f"{seconds * 1000:.2f} ms ({'pure Python' if how == '0' else 'as installed'})"
            for how, seconds in least.items()
        )
    )
    code = "import time; t = time.perf_counter(); import aero_nb; print(time.perf_counter() - t)"
    imports = [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(runs)]
    print(f"import aero_nb: {statistics.median(imports) * 1000:.0f} ms")


def self_time(path, runs):
    """Sum self time by name: a groupby of ours, a query of Perfetto's on its loaded trace."""
    spans = aero_nb_spans(path)
    taken = []
    for _ in range(max(runs, 5)):
        began = time.perf_counter()
        spans.groupby("name", observed=True)["self_us"].sum()
        taken.append(time.perf_counter() - began)
    ours = statistics.median(taken)
    print(f"\nself time by name over {len(spans):,} spans: {ours * 1000:.1f} ms")
    done = subprocess.run([sys.executable, PERFETTO, path, SELF_TIME], capture_output=True, text=True)
    query = re.search(r"query s ([\d.]+)", done.stderr)
    if query:
        print(f"Perfetto v52 wasm: {float(query[1]):.2f} s, {float(query[1]) / ours:.0f} times ours")


def large(folder, runs):
    """Load 1 M and 10 M events: time in proportion to size, memory under 4 GB."""
    one = compare("1 M events, B/E", make(folder, 1_000_000), ["aero_nb", PURE], runs)
    ten = compare("10 M events, B/E", make(folder, 10_000_000), ["aero_nb", PURE], max(1, runs // 2))
    print(f"ten times the events take {ten / one:.1f} times as long")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="be,x,small,self")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(*options.worker)
        return
    if not MAKE_TRACE.exists():
        sys.exit("needs the development data folder 'shared' beside the checkout")
    chosen = options.only.split(",")
    everyone = ["aero_nb", PURE, "Perfetto v52 wasm", "orjson + DataFrame", "json + DataFrame", "polars", "HTA parse"]
    with tempfile.TemporaryDirectory() as folder:
        if "be" in chosen:
            compare("1 M events, B/E", make(folder, 1_000_000), everyone, options.runs)
        if "x" in chosen:
            compare("1 M events, X", make(folder, 2_000_000, "--complete"), everyone, options.runs)
        if "small" in chosen:
            small(folder, options.runs)
        if "self" in chosen:
            self_time(make(folder, 1_600_000), options.runs)
        if "large" in chosen:
            large(folder, options.runs)


if __name__ == "__main__":
    main()
