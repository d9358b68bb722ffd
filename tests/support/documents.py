"""The Python blocks of documents; as a program: run those of each page in turn, in a folder with files they name."""

import gzip
import json
import re
import sys
from pathlib import Path

_BLOCK = re.compile(r"(<!-- not run: ([^>]+) -->\s*)?^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(text):
    """Every Python block as (code, why it is not run or an empty text)."""
    return [(code, reason.strip()) for _, reason, code in _BLOCK.findall(text)]


def events(pace_us):
    """A small machine: frames on Main, slices on cpu, files that are loaded, counters, flows, milestones."""
    names = [(1, "Main"), (2, "cpu"), (3, "gpu")]
    found = [{"ph": "M", "name": "process_name", "pid": 1, "args": {"name": "Aero"}}]
    found += [{"ph": "M", "name": "thread_name", "pid": 1, "tid": tid, "args": {"name": name}} for tid, name in names]

    def add(ph, name, ts, tid=1, **more):
        found.append({"ph": ph, "name": name, "cat": "aero", "ts": ts, "pid": 1, "tid": tid, **more})

    add("i", "start", 0, s="t")
    add("i", "ready", 30_000, s="t")
    for number in range(8):
        ts = 16_667 * number
        busy = pace_us + 9_000 * (number == 5)
        add("X", "frame", ts, dur=busy + 1_000)
        add("X", "render", ts + 100, dur=busy)
        add("X", "cpu:slice", ts + 50, tid=2, dur=busy / 2)
        add("X", "load", ts + 200, tid=3, dur=700, args={"file": f"{number % 2}.bin"})
        add("s", "present", ts + 300, id=number)
        add("f", "present", ts + 400, tid=3, id=number, bp="e")
        add("C", "instructions", ts + 60, tid=2, args={"value": 50_000 * number})
        add("C", "drawCalls", ts + 60, args={"value": number % 3})
    return found


def write_files(folder):
    """The files that pages load by name."""
    sys.path.insert(0, str(Path(__file__).parents[2]))  # this file runs as a program
    from tests.support.chrome_trace import MAIN, PAGE, aero_export, at, chrome_span, chrome_trace, frames_of, mark
    from tests.support.profiles import ROOT, chunk, node, profile

    for name, pace in (("before", 5_000), ("trace", 6_000)):
        Path(folder, f"{name}.json.gz").write_bytes(gzip.compress(json.dumps(events(pace)).encode()))
    thresholds = {"schemaVersion": 1, "profiles": {"pr-smoke": {"trace": {"metrics": {}}}}}
    Path(folder, "thresholds.json").write_text(json.dumps(thresholds))
    aero_export(*frames_of([16_000, 16_000, 50_000])).save(Path(folder, "page.json"))
    sampled = [profile(tid=MAIN, start=at(0)), chunk([2, 2], [5_000, 1_000], [ROOT, node(2, "draw")])]
    of_page = [{**event, "pid": PAGE} for event in sampled]
    chrome_trace(mark(0), chrome_span("Layout", 40_000, 20_000), *of_page).save(Path(folder, "chrome.json.gz"))


_PAIR = "import aero_nb\nbase, candidate = aero_nb.load('before.json.gz'), aero_nb.load('trace.json.gz')"
SETUP = {
    "alignment.md": f"{_PAIR}\ntrace = candidate = base",  # another page may have saved another trace.json.gz
    "analysis.md": _PAIR,
    "magics.md": "from aero_nb.demo import Machine\nmachine = Machine()",
    "queries.md": "import aero_nb\ntrace = aero_nb.load('trace.json.gz')",
    "timeline.md": "import aero_nb\ntrace = aero_nb.load('trace.json.gz')\nspans, path = trace.spans, 'notes.json'",
    "recorder.md": "from pathlib import Path\nPath('emulator.py').write_text('def step(): ...')",
}


def run(shell, page):
    """Run a page's blocks, with names of their own; SystemExit names the block that raised."""
    shell.reset(new_session=False, aggressive=True)
    for code in [SETUP.get(page.name, ""), *(code for code, reason in blocks(page.read_text("utf-8")) if not reason)]:
        done = shell.run_cell(code)
        if not done.success:
            raise SystemExit(f"{page.name}: this block raised {done.error_in_exec or done.error_before_exec!r}\n{code}")
    for holder in ("machine", "page"):
        if holder in shell.user_ns:
            shell.user_ns[holder].close()
    print(f"every block ran: {page.name}")


def main(pages):
    """Run the pages one after another."""
    from IPython.core.interactiveshell import InteractiveShell

    write_files(Path())
    shell = InteractiveShell.instance()
    for page in pages:
        run(shell, page)


if __name__ == "__main__":
    main(list(map(Path, sys.argv[1:])))
