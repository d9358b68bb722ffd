"""What other profilers write is read by its content, whole or cut, and written for those who read it."""

import gzip
import json
import random
import shutil
import subprocess

import pytest

from aero_nb.errors import TraceFormatError
from aero_nb.trace import Trace, load
from tests.support.profiles import stacks_of

NOWHERE = {"url": "", "lineNumber": -1, "columnNumber": -1}
APP = "file:///app.js"
CPUPROFILE = {
    "nodes": [
        {"id": 1, "callFrame": {"functionName": "(root)", **NOWHERE}, "children": [2, 4]},
        {
            "id": 2,
            "callFrame": {"functionName": "main", "url": APP, "lineNumber": 9, "columnNumber": 3},
            "children": [3],
        },
        {"id": 3, "callFrame": {"functionName": "draw", "url": APP, "lineNumber": 1, "columnNumber": 0}},
        {"id": 4, "callFrame": {"functionName": "(idle)", **NOWHERE}},
    ],
    "startTime": 1000,
    "endTime": 1100,
    "samples": [2, 3, 4],
    "timeDeltas": [10, 20, 30],
}
SPEEDSCOPE = {
    "$schema": "https://www.speedscope.app/file-format-schema.json",
    "shared": {"frames": [{"name": "main", "file": "app.py", "line": 3}, {"name": "draw"}]},
    "profiles": [
        {
            "type": "sampled", "name": "MainThread", "unit": "milliseconds", "startValue": 1, "endValue": 4,
            "samples": [[0], [0, 1]], "weights": [1, 2],
        },
        {
            "type": "evented", "name": "worker", "unit": "microseconds", "startValue": 0, "endValue": 9,
            "events": [{"type": "O", "frame": 0, "at": 0}, {"type": "O", "frame": 1, "at": 2},
                       {"type": "C", "frame": 1, "at": 5}, {"type": "C", "frame": 0, "at": 9}],
        },
    ],
}  # fmt: skip
PROCESSED = {
    "meta": {
        "startTime": 1_700_000_000_000,
        "categories": [{"name": "Other"}, {"name": "JavaScript"}, {"name": "Idle"}],
    },
    "libs": [],
    "threads": [
        {
            "name": "GeckoMain", "pid": "77", "tid": 78, "processName": "app",
            "samples": {"stack": [0, 1, None, 2], "time": [1.0, 2.5, 3, 4], "length": 4},
            "stackTable": {"frame": [0, 1, 2], "prefix": [None, 0, None], "length": 3},
            "frameTable": {"func": [0, 1, 2], "line": [None, 12, None], "column": [None, 3, None],
                           "category": [0, 1, 2]},
            "funcTable": {"name": [0, 1, 3], "fileName": [None, 2, None], "isJS": [False, True, False]},
            "stringArray": ["main", "draw", "app.js", "poll", "GC"],
            "markers": {"name": [4, 4], "startTime": [1, 2], "endTime": [None, 3.5], "phase": [0, 1],
                        "data": [{"n": 1}, None]},
        }
    ],
}  # fmt: skip
GECKO = {
    "meta": {"startTime": 1_700_000_000_000, "product": "Firefox", "categories": [{"name": "Other"}]},
    "threads": [
        {
            "name": "GeckoMain", "pid": 5, "tid": 6,
            "samples": {"schema": {"stack": 0, "time": 1}, "data": [[1, 1], [0, 2]]},
            "stackTable": {"schema": {"prefix": 0, "frame": 1}, "data": [[None, 0], [0, 1]]},
            "frameTable": {"schema": {"location": 0, "line": 1}, "data": [[0, None], [1, 7]]},
            "stringTable": ["main", "draw (http://x/app.js:12:3)"],
        }
    ],
    "processes": [
        {"meta": {"startTime": 1_700_000_000_001}, "threads": [{
            "name": "Content", "pid": 9, "tid": 9,
            "samples": {"schema": {"stack": 0, "time": 1}, "data": [[0, 1]]},
            "stackTable": {"schema": {"prefix": 0, "frame": 1}, "data": [[None, 0]]},
            "frameTable": {"schema": {"location": 0}, "data": [[0]]},
            "stringTable": ["paint"]}]}
    ],
}  # fmt: skip
COLLAPSED = "main;run;draw_[j] 40\nmain;run 2\n\nmain;load (app.py:12) 3\n"
PERF = """\
# captured on: Thu
node 10/11 [002] 100.000001:    1001001 cpu-clock:pppH:
\t    7f1 JS:*draw file:///app.js:1:14+0x1c (/tmp/perf-10.map)
\t    7f2 py::main:/app.py (/tmp/perf-10.map)
\t    7f3 start_thread+0x10 (/usr/lib/libc.so.6)

node 10/11 [002] 100.001001:    1001001 cpu-clock:pppH:
\t    7f2 Builtin:ArrayMap (/tmp/perf-10.map)

my app 12 100.001501: cycles:
\t    7f3 [unknown] ([kernel.kallsyms])

node 10/11 [002] 100.002001:    1001001 cpu-clock:pppH:

node 10/11 [002] 105.000001:    1001001 cpu-clock:pppH:
"""
FILES = {
    "V8 .cpuprofile": json.dumps(CPUPROFILE).encode(),
    "speedscope": json.dumps(SPEEDSCOPE).encode(),
    "Firefox profile": json.dumps(PROCESSED).encode(),
    "collapsed stacks": COLLAPSED.encode(),
    "perf script": PERF.encode(),
}


def codes(trace):
    found = trace.diagnostics
    return dict(zip(found["code"].astype(object), found["count"].tolist(), strict=True))


@pytest.mark.parametrize("told_as", FILES)
def test_a_file_is_known_by_its_content(told_as):
    trace = load(gzip.compress(FILES[told_as]))
    assert trace.metadata["profile_format"] == told_as
    assert len(trace.samples) > 0
    assert set(codes(trace)) <= {"sample_without_clock"}
    again = load(trace.to_bytes())  # as a Chrome trace
    assert "profile_format" not in again.metadata
    assert stacks_of(again) == stacks_of(trace)
    assert again.start == trace.start


def test_cpuprofile():
    trace = load(FILES["V8 .cpuprofile"])
    assert stacks_of(trace) == [(1010.0, 20.0, "main"), (1030.0, 30.0, "main > draw"), (1060.0, 40.0, "(idle)")]
    assert trace.stacks[["file", "line", "column", "kind"]].astype(object).values.tolist()[0] == [
        "file:///app.js",
        10,
        4,
        "js",
    ]


def test_speedscope_sampled_and_evented():
    trace = load(FILES["speedscope"])
    assert stacks_of(trace) == [(1000.0, 1000.0, "main"), (2000.0, 2000.0, "main > draw")]
    spans = trace.spans
    assert spans[["name", "ts_us", "dur_us", "depth"]].values.tolist() == [["main", 0.0, 9.0, 0], ["draw", 2.0, 3.0, 1]]
    assert set(spans["thread"]) == {"worker"}
    assert trace.stacks["kind"].tolist() == ["python", "native"]


def test_firefox_processed():
    trace = load(FILES["Firefox profile"])
    assert [path for _, _, path in stacks_of(trace)] == ["main", "main > draw", "", "poll"]
    assert trace.samples["ts_us"].tolist() == [1000.0, 2500.0, 3000.0, 4000.0]
    assert trace.stacks["kind"].tolist() == ["native", "idle", "js"]
    assert trace.stacks.set_index("function").loc["draw", ["file", "line", "column"]].tolist() == ["app.js", 12, 3]
    assert (trace.samples["pid"].iloc[0], trace.samples["tid"].iloc[0], trace.samples["process"].iloc[0]) == (
        77,
        78,
        "app",
    )
    assert trace.start.timestamp() == 1_700_000_000
    assert trace.instants["name"].tolist() == ["GC"]
    assert trace.async_spans[["name", "ts_us", "dur_us"]].values.tolist() == [["GC", 2000.0, 1500.0]]


def test_firefox_as_gecko_writes_it_with_its_processes():
    trace = load(json.dumps(GECKO).encode())
    assert stacks_of(trace) == [(1000.0, 1000.0, "main > draw"), (2000.0, 0.0, "main"), (2000.0, 0.0, "paint")]
    assert trace.stacks.set_index("function").loc["draw", ["file", "line", "column"]].tolist() == [
        "http://x/app.js",
        12,
        3,
    ]
    assert trace.samples["pid"].tolist() == [5, 5, 9]


def test_collapsed_stacks_have_counts_and_no_times():
    trace = load(FILES["collapsed stacks"])
    assert trace.summary(table="samples")["self_us"].to_dict() == {"draw": 40.0, "load": 3.0, "run": 2.0, "main": 0.0}
    assert trace.stacks.set_index("function").loc["load", ["file", "line", "kind"]].tolist() == ["app.py", 12, "python"]
    assert codes(trace) == {"sample_without_clock": 1}
    assert codes(load(COLLAPSED.encode() + b"no count\n")) == {"sample_without_clock": 1, "sample_chunk": 1}


def test_perf_script_with_jitted_names():
    trace = load(FILES["perf script"])
    assert [path for _, _, path in stacks_of(trace)] == ["start_thread > main > draw", "ArrayMap", "[unknown]", "", ""]
    told = trace.stacks.set_index("function")
    assert told.loc["draw", ["file", "line", "column", "kind"]].tolist() == ["file:///app.js", 1, 14, "js"]
    assert told.loc["main", ["file", "kind"]].tolist() == ["/app.py", "python"]
    node = trace.samples[trace.samples["tid"] == 11]
    assert node["weight_us"].tolist() == [1000.0, 1000.0, 1000.0, 1000.0]  # not the 5 s in which it did not run
    assert set(trace.samples["thread"]) == {"node", "my app"}


@pytest.mark.parametrize("told_as", FILES)
def test_a_file_that_is_cut_anywhere_gives_what_is_whole_or_a_refusal(told_as):
    whole = FILES[told_as]
    most = len(load(whole).samples)
    read = 0
    for end in range(len(whole)):
        try:
            trace = load(whole[:end])
        except TraceFormatError:
            continue
        assert len(trace.samples) <= most
        if trace.metadata.get("profile_format") == told_as:
            read += 1
            if told_as not in ("collapsed stacks", "perf script"):
                assert "truncated" in codes(trace)
    assert read > len(whole) / 4


@pytest.mark.parametrize("document", [CPUPROFILE, SPEEDSCOPE, PROCESSED, GECKO])
def test_any_value_may_be_anything(document):
    rng = random.Random(15)
    odd = [None, -1, 1e308, "x", [], {}, [None], {"a": 1}, True, 2**70, [[1]], 10**6]
    for _ in range(250):
        mutant = json.loads(json.dumps(document))
        place = mutant
        while isinstance(place, dict | list) and len(place):
            key = rng.choice(sorted(place)) if isinstance(place, dict) else rng.randrange(len(place))
            if rng.random() < 0.3 or not isinstance(place[key], dict | list):
                place[key] = rng.choice(odd)
                break
            place = place[key]
        try:
            trace = load(json.dumps(mutant).encode())
        except TraceFormatError:
            continue
        assert trace.samples["stack"].between(-1, len(trace.stacks) - 1).all()
        assert trace.samples["weight_us"].ge(0).all()
        assert len(load(trace.to_bytes()).samples) == len(trace.samples)


def test_other_files_are_what_they_were():
    assert "profile_format" not in load({"traceEvents": [], "nodes": [], "samples": []}).metadata
    for text in (b"hello; world", b"{}", b'{"nodes": 1, "samples": []}', b"main 12\n", b"a;b\n", b"\0;x 1\n"):
        with pytest.raises(TraceFormatError, match="expected Chrome Trace Event JSON"):
            load(text)


def test_it_is_written_for_speedscope_and_as_collapsed_stacks(tmp_path):
    trace = load(FILES["V8 .cpuprofile"])
    document = json.loads(trace.save(tmp_path / "a.speedscope.json").read_bytes())
    assert document["$schema"] == SPEEDSCOPE["$schema"]
    assert [(event["type"], event["frame"], event["at"]) for event in document["profiles"][0]["events"]] == [
        ("O", 0, 1010.0),
        ("O", 1, 1030.0),
        ("C", 1, 1060.0),
        ("C", 0, 1060.0),
    ]
    assert trace.save(tmp_path / "a.collapsed").read_text() == "CPU profile;main 20\nCPU profile;main;draw 30\n"
    assert load(tmp_path / "a.speedscope.json").spans["self_us"].tolist() == [20.0, 30.0]


def test_spans_are_written_where_there_are_no_samples(tmp_path):
    events = [
        {"ph": "X", "name": "frame; <1>\n", "ts": 0, "dur": 10, "pid": 1, "tid": 1},
        {"ph": "X", "name": "draw", "ts": 2, "dur": 3, "pid": 1, "tid": 1},
        {"ph": "X", "name": "late", "ts": 8, "dur": 9, "pid": 1, "tid": 1},  # crosses the frame
        {"ph": "X", "name": "lone\ud800", "ts": 1, "dur": 1, "pid": 1, "tid": 2},
    ]
    trace = Trace.from_bytes(json.dumps(events).encode())
    text = trace.save(tmp_path / "a.collapsed").read_text()
    assert "thread 1;frame: <1>;draw 3\n" in text
    document = json.loads(trace.save(tmp_path / "a.speedscope.json").read_bytes())
    for profile in document["profiles"]:
        open_ones, last = [], profile["startValue"]
        for event in profile["events"]:
            assert event["at"] >= last
            last = event["at"]
            open_ones.append(event["frame"]) if event["type"] == "O" else None
            assert event["type"] == "O" or open_ones.pop() == event["frame"]
        assert open_ones == []
        assert last <= profile["endValue"]


SPIN = """
function draw(n) { let s = 0; for (let i = 0; i < n; i++) s += Math.sqrt(i); return s }
function main() { for (let k = 0; k < 40; k++) draw(2e6) }
main()
"""


def run_or_skip(command, folder):
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"{command[0]} could not: {(done.stderr or done.stdout)[-300:]}")
    return done.stdout


def test_what_node_wrote(tmp_path):
    (tmp_path / "spin.js").write_text(SPIN)
    run_or_skip(["node", "--cpu-prof", "--cpu-prof-dir=.", "spin.js"], tmp_path)
    (path,) = tmp_path.glob("*.cpuprofile")
    document = json.loads(path.read_bytes())
    trace = load(path)
    assert len(trace.samples) == len(document["samples"])
    assert codes(trace) == {}
    by_function = trace.summary(table="samples")
    assert by_function["self_us"].idxmax() == "draw"
    assert by_function.loc["main", "total_us"] >= by_function.loc["draw", "self_us"]
    told = trace.stacks.set_index("function").loc[["draw"]].iloc[0]
    assert (told["file"].rpartition("/")[2], told["line"]) == ("spin.js", 2)


def test_what_perf_wrote(tmp_path):
    (tmp_path / "spin.js").write_text(SPIN)
    record = "perf record -q -e cpu-clock -F 499 -g -o p.data -- node --perf-basic-prof spin.js"
    run_or_skip(record.split(), tmp_path)
    text = run_or_skip(["perf", "script", "-i", "p.data"], tmp_path)
    (tmp_path / "p.txt").write_text(text)
    trace = load(tmp_path / "p.txt")
    assert len(trace.samples) == sum(" cpu-clock:" in line for line in text.splitlines())
    assert "sample_chunk" not in codes(trace)
    assert "draw" in set(trace.stacks["function"])


MANY = 1_000_000  # what takes time by its square hangs here
BLANKS = " " * MANY
DIGITS = "1" * 5_000  # beyond what int() takes from a text
HEAD = "app 1/2 4.5: 1 cpu:\n"


@pytest.mark.parametrize(
    "text", [f"a;b 1\na;b{BLANKS}x\n", f"{HEAD}\t f0 x{BLANKS}(\n\n", f"{HEAD}\t f0 x (a{'a' * MANY}\n\n"]
)
def test_a_long_line_takes_time_in_proportion(text):
    assert len(load(text.encode()).samples) == 1


def test_a_text_of_blanks_and_a_document_of_brackets_are_refused_at_once():
    for data in (f"a{BLANKS}x\n", '{"nodes": ' + '[{"a":' * (MANY // 10)):
        with pytest.raises(TraceFormatError):
            load(data.encode())


@pytest.mark.parametrize(
    "text",
    [f"{HEAD}\t f0 a (b)\n\napp 1/{DIGITS} 4.6: 1 cpu:\n\n", f"{HEAD}\t f0 JS:*f a.js:{DIGITS}\n\n"],
)
def test_numbers_beyond_all_are_none(text):
    assert len(load(text.encode()).samples) == 1


def test_a_line_beyond_all_in_a_firefox_profile_is_unknown():
    tables = {
        "stackTable": {"frame": [0], "prefix": [None]}, "frameTable": {"location": [0]},
        "samples": {"stack": [0], "time": [1]}, "stringTable": [f"f (a.js:{DIGITS})"],
    }  # fmt: skip
    trace = load(json.dumps({"meta": {"startTime": 1}, "threads": [tables]}).encode())
    assert trace.stacks.loc[0, "function"] == "f"
    assert trace.stacks["line"].isna().all()


@pytest.mark.parametrize(
    ("told", "function", "file"),
    [
        ("draw(int, char) (/lib/a.so)", "draw(int, char)", "/lib/a.so"),
        ("draw (/lib/a.so (deleted))", "draw", "/lib/a.so (deleted)"),
        ("[unknown] ([unknown])", "[unknown]", "[unknown]"),
        ("draw (anonymous) (/lib/a (b)/c.so)", "draw (anonymous)", "/lib/a (b)/c.so"),
        ("draw(int)", "draw(int)", None),
    ],
)
def test_perf_tells_the_file_in_the_last_parentheses(told, function, file):
    stacks = load(f"{HEAD}\t f0 {told}\n\n".encode()).stacks
    assert stacks.loc[0, "function"] == function
    assert stacks["file"].dropna().tolist() == ([] if file is None else [file])


def test_a_function_may_be_called_like_the_key_of_a_trace():
    document = json.loads(json.dumps(CPUPROFILE))
    document["nodes"][1]["callFrame"]["functionName"] = "traceEvents"
    assert "traceEvents" in set(load(json.dumps(document).encode()).stacks["function"])
