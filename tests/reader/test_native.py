"""The native core says what pure Python says, is built or left out as one asks, and lets go of what it takes."""

import gc
import json
import os
import random
import subprocess
import sys
import sysconfig
import tracemalloc
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aero_nb import Trace, _native
from aero_nb.reader import decode, exact, spans
from aero_nb.reader.lane_events import Lanes
from tests.support import strategies
from tests.support.both_readers import assert_same_both_ways, made_up, mutant, own_seeds, reading
from tests.support.shared import SHARED, needs_shared

ROOT = Path(__file__).resolve().parents[2]
NATIVE = ROOT / "aero_nb" / "_native"

CORE = _native._found()[0]  # also where AERO_NB_NATIVE=0 leaves it unused
needs_core = pytest.mark.skipif(CORE is None, reason="needs the native core, which takes a C compiler")


# The same, to the last byte


@needs_core
@pytest.mark.parametrize("seed", range(8))
def test_made_up_events_are_read_the_same_both_ways(seed):
    choose = random.Random(seed)
    for _ in range(20):
        data = made_up(choose, 40)
        assert_same_both_ways(data)
        assert_same_both_ways(mutant(data, choose))


@needs_core
@pytest.mark.parametrize("seed", range(4))
def test_mutants_of_our_own_traces_are_read_the_same_both_ways(seed):
    choose = random.Random(100 + seed)
    for data in own_seeds():
        for _ in range(2):
            assert_same_both_ways(mutant(data, choose))


@needs_core
@needs_shared
@pytest.mark.slow
def test_real_files_and_their_mutants_are_read_the_same_both_ways():
    choose = random.Random(7)
    files = [path for path in sorted((SHARED / "traces" / "corpus").glob("*.json")) if path.stat().st_size < 300_000]
    assert files
    for path in files:
        data = path.read_bytes()
        assert_same_both_ways(data)
        assert_same_both_ways(mutant(data, choose))


@needs_core
@given(strategies.thread_traces | strategies.mixed_traces)
def test_spans_are_nested_the_same_both_ways(events):
    assert_same_both_ways(json.dumps(events).encode())


@needs_core
@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.sampled_from("BEX"), st.integers(0, 3), st.integers(0, 6), st.integers(0, 4)), max_size=30)
)
def test_lanes_of_one_ts_and_names_that_differ_nest_as_the_rule_says(drawn):
    events = [
        {"ph": ph, "name": "ab"[length % 2] if length else "", "pid": 1, "tid": tid, "ts": ts, "dur": length}
        for ph, tid, ts, length in drawn
    ]
    assert_same_both_ways(json.dumps(events).encode())


@needs_core
def test_one_crossed_lane_is_left_to_the_rule_and_only_that(monkeypatch):
    seen = []
    whole_rule = exact.nest
    monkeypatch.setattr(exact, "nest", lambda lanes: seen.append(len(lanes.phase)) or whole_rule(lanes))
    tidy = [
        {"ph": "X", "name": "a", "pid": 1, "tid": tid, "ts": 10 * n, "dur": 5} for tid in range(5) for n in range(50)
    ]
    crossed = [{"ph": "X", "name": "a", "pid": 1, "tid": 9, "ts": ts, "dur": 5} for ts in (0, 3)]
    with reading("1"):
        trace = Trace.from_bytes(json.dumps(tidy + crossed).encode())
    assert seen == [2]
    assert trace.columns.spans.crossing.sum() == 1


@needs_core
def test_odd_events_alone_go_to_python(monkeypatch):
    looked_at = []
    plain = decode._loose_event
    monkeypatch.setattr(decode, "_loose_event", lambda fields: looked_at.append(fields) or plain(fields))
    events = [{"ph": "X", "name": f"n{n}", "pid": 1, "tid": 1, "ts": n, "dur": 1} for n in range(5000)]
    events[1234]["name"] = 7
    events[4000]["dur"] = -2
    with reading("1"):
        trace = Trace.from_bytes(json.dumps(events).encode())
    assert len(looked_at) == 2
    assert trace.spans["name"][1234] == "7"
    assert len(trace.spans) == 5000


@needs_core
def test_a_stopped_load_stops_natively_too():
    def stop(done, total):
        if done > total / 2:
            raise KeyboardInterrupt

    data = json.dumps([{"ph": "X", "ts": n, "dur": 1, "pid": 1, "tid": 1} for n in range(20_000)]).encode()
    with reading("1"), pytest.raises(KeyboardInterrupt):
        Trace.from_bytes(data, progress=stop)


# Memory


@needs_core
def test_nothing_is_kept_of_what_was_scanned():
    pieces = [
        json.dumps([{"ph": "X", "name": f"{n} {k}", "ts": n, "args": {}, "z": 1} for n in range(50)]) for k in range(20)
    ]
    bad = [b"", b"[", b"[1,", b'[{"ph":"X","name":"a"},', b'[{"ph":"X","name":"\xff"}] x']

    def scan_all():
        scanner = CORE.Scanner("X", "i")
        for piece in [piece.encode() for piece in pieces] + bad:
            scanner.scan(piece)
            scanner.keep()
        with pytest.raises(TypeError):
            scanner.scan("text")

    assert _growth(scan_all) < 20_000


@needs_core
def test_nothing_is_kept_of_what_was_nested():
    lanes = _lanes()

    def nest_all():
        spans.nest(lanes)
        with pytest.raises(ValueError, match="one length"):
            CORE.nest(*[np.zeros(3)] * 14, 0)
        with pytest.raises(TypeError):
            CORE.nest(*[None] * 14, 0)
        with pytest.raises(OverflowError):
            CORE.nest(*[np.zeros(3)] * 14, 2**70)

    with reading("1"):
        assert _growth(nest_all) < 20_000


def _growth(call) -> int:
    """Return how much more Python memory is held after many calls, and check the count of the process's blocks."""
    for _ in range(20):
        call()
    gc.collect()
    tracemalloc.start()
    before, blocks = tracemalloc.get_traced_memory()[0], sys.getallocatedblocks()
    for _ in range(200):
        call()
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert sys.getallocatedblocks() - blocks < 150  # less than one a call
    return grown


def _lanes() -> Lanes:
    phase = np.frombuffer(b"BBEEX", np.uint8)
    ts = np.arange(5)
    return Lanes(phase, ts, ts + (phase == ord("X")), np.zeros(5, np.int32), np.array([0, 4, 5]), -2, 9)


@needs_core
def test_columns_that_do_not_fit_each_other_are_refused():
    core, size = CORE, 4
    made = [np.zeros(size, np.int64) for _ in range(6)] + [np.zeros(size, np.int32), np.zeros(size, np.uint8)]
    phase, ts, name, out = (
        np.full(size, ord("B"), np.uint8),
        np.arange(size),
        np.zeros(size, np.int32),
        np.zeros(1, np.uint8),
    )
    assert core.nest(phase, ts, ts, name, np.array([0, 4]), out, *made, 9) == (4, 0)
    for edges in ([0, 5], [1, 4], [0, 4, 4], [4], [0, -1]):
        with pytest.raises(ValueError, match="rising edges"):
            core.nest(phase, ts, ts, name, np.array(edges), out, *made, 9)
    with pytest.raises(BufferError):
        core.nest(phase, ts, ts, name, np.array([0, 4]), bytes(1), *made, 9)


@needs_core
def test_rows_that_do_not_fit_their_columns_are_refused():
    phase, ts, zero = np.frombuffer(b"BEX", np.uint8), np.arange(3), np.zeros(3, np.int64)
    name, carry = np.zeros(3, np.int32), np.zeros(3, np.int8)

    def nest_rows(rows, lane=(0, 0, 0), spans=2, ends=1, dur=zero):
        made = [np.zeros(spans, np.int64) for _ in range(5)] + [np.zeros(ends, np.int64)]
        made += [np.zeros(spans, np.int32), np.zeros(spans, np.uint8)]
        given = phase, ts, dur, carry, name, np.array(lane, np.int32), np.array(rows, np.int64)
        return CORE.nest_rows(*given, np.zeros(1, np.uint8), *made, 9)

    assert nest_rows([0, 1, 2]) == (2, 0)
    assert nest_rows([1, 2]) == (1, 1)
    for wrong in (
        {"rows": [0, 1, 3]},
        {"rows": [-1]},
        {"rows": [0, 1, 2], "lane": (0, 1, 0)},
        {"rows": [0, 1, 2], "lane": (0, -1, 0)},
        {"rows": [0, 1, 2], "spans": 1},
        {"rows": [1, 2], "ends": 0},
        {"rows": [0, 1, 2], "dur": zero[:2]},
    ):
        with pytest.raises(ValueError, match="one length"):
            nest_rows(**wrong)


@needs_core
def test_many_events_of_one_ts_are_ordered_the_same_both_ways():
    choose = random.Random(3)
    events = [
        {"ph": choose.choice("XXXBE"), "name": "a", "pid": 1, "tid": choose.randrange(5), "ts": n // 300, "dur": dur}
        for n, dur in enumerate(choose.choices([0.2, 0.5, 1, 40, 41], k=3000))
    ]
    assert_same_both_ways(json.dumps([event | {"ph": "X"} for event in events]).encode())
    assert_same_both_ways(json.dumps(events).encode())


# How it is built


@needs_core
@pytest.mark.parametrize("source", sorted(path.name for path in NATIVE.glob("*.c")))
def test_the_compiler_has_nothing_to_say(source, tmp_path):
    version = subprocess.run(["gcc", "--version"], capture_output=True, text=True)
    if "Free Software Foundation" not in version.stdout:
        pytest.skip("needs gcc, for its analyzer")
    flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-fanalyzer", f"-I{sysconfig.get_path('include')}"]
    done = subprocess.run(
        ["gcc", *flags, "-c", NATIVE / source, "-o", tmp_path / "object"], capture_output=True, text=True
    )
    assert done.stderr == ""


@needs_core
@pytest.mark.slow
def test_a_wheel_has_the_core_or_is_for_any_python(tmp_path):
    def built(wish, **environment):
        command = [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            tmp_path,
            ROOT,
        ]
        asked = {**os.environ, "AERO_NB_NATIVE": wish, **environment}
        return subprocess.run(command, env=asked, capture_output=True, text=True)

    assert built("1").returncode == built("0").returncode == built("", CC="false").returncode == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    assert len(names) == 2
    assert f"-{python}-{python}-" in names[0]
    assert names[1].endswith("-py3-none-any.whl")
    held = [
        [name for name in ZipFile(tmp_path / wheel).namelist() if "_core" in name or name.endswith((".c", ".h"))]
        for wheel in names
    ]
    assert held == [
        ["aero_nb/_native/_core.pyi", f"aero_nb/_native/{Path(CORE.__file__).name}"],
        ["aero_nb/_native/_core.pyi"],
    ]
    failed = built("1", CC="false")
    assert failed.returncode != 0
    assert "AERO_NB_NATIVE is 1, but the native core was not built" in failed.stderr


# Which of the two is in use


def _asked(code: str, wish: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AERO_NB_NATIVE": wish, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, "-W", "always", "-c", code], capture_output=True, text=True, env=environment, cwd=folder
    )


@needs_core
def test_the_core_is_used_unless_pure_python_is_asked_for():
    code = "from aero_nb import _native; print(_native.core() is None, _native.describe())"
    assert _asked(code, "").stdout == "False native core\n"
    assert _asked(code, "0").stdout == "True pure Python: AERO_NB_NATIVE is 0\n"


def _checkout(tmp_path: Path) -> Path:
    """Return a copy of what decides about the core, without what was compiled."""
    for name in ("aero_nb/_native", "hatch_build.py", "pyproject.toml", "LICENSE", "README.md"):
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        files = source.iterdir() if source.is_dir() else [source]
        for file in files:
            if file.suffix != ".so" and file.is_file():
                copy = target / file.name if source.is_dir() else target
                copy.parent.mkdir(exist_ok=True)
                copy.write_bytes(file.read_bytes())
    (tmp_path / "aero_nb" / "__init__.py").write_text("")
    return tmp_path


def test_a_wish_for_the_core_that_cannot_be_met_is_an_error_not_pure_python(tmp_path):
    asked = _asked("from aero_nb import _native; _native.core()", "1", _checkout(tmp_path))
    assert asked.returncode != 0
    assert "found no core was built; build it: pip install" in asked.stderr
    code = "from aero_nb import _native; print(_native.core(), _native.describe())"
    assert _asked(code, "", tmp_path).stdout == "None pure Python: no core was built\n"


@needs_core
def test_a_core_built_from_other_sources_is_noticed_and_not_used(tmp_path):
    folder = _checkout(tmp_path)
    core = Path(CORE.__file__)
    (folder / "aero_nb" / "_native" / core.name).write_bytes(core.read_bytes())
    code = "from aero_nb import _native; print(_native.core() is None)"
    assert _asked(code, "", folder).stdout == "False\n"
    with (folder / "aero_nb" / "_native" / "scan.c").open("a") as source:
        source.write("/* changed */\n")
    asked = _asked(code, "", folder)
    assert asked.stdout == "True\n"
    assert "built from other C sources than these; build it again: pip install --no-deps -e ." in asked.stderr


def test_the_version_says_which_is_in_use(capsys):
    from aero_nb.cli import main

    for how in ("0", "1") if _native._found()[0] is not None else ("0",):
        with reading(how), pytest.raises(SystemExit):
            main(["--version"])
    said = capsys.readouterr().out.splitlines()
    assert "(pure Python: AERO_NB_NATIVE is 0)" in said[0]
    assert said[1:] in ([], [said[0].replace("pure Python: AERO_NB_NATIVE is 0", "native core")])
