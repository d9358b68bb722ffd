"""Programs that record into a folder, watched from here: nothing of them is missed, and nothing is left behind."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

import aero_nb
from aero_nb.errors import CaptureError
from aero_nb.recorder.watched_folder import FolderWatch, _called
from aero_nb.sources.live import Live
from tests.support.recorder_reading import run_python

ALL = 1_000_000
SPANS = "from aero_nb import perf\nfor _ in range(100):\n    with perf.span('work'): pass\n"
WAITS = "import sys\n" + SPANS + "print('there', flush=True)\nsys.stdin.read()\nwith perf.span('late'): pass\n"


@contextmanager
def watching(folder):
    rings = folder / "rings"
    rings.mkdir(exist_ok=True)
    watch = FolderWatch(rings)
    try:
        yield watch
    finally:
        if watch._programs or watch._base.exists():
            watch.stop()


@contextmanager
def a_program(folder, code=WAITS):
    """A program that says when it has recorded, and ends when it is told to."""
    environment = {**os.environ, "AERO_TRACE": "1", "AERO_TRACE_FOLDER": str(folder / "rings")}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout.readline() == "there\n"
        yield program
        program.stdin.close()


def traces(exports):
    return [aero_nb.Trace.from_bytes(data) for data in exports]


def names(reader):
    return [name for lane in reader.read(ALL).lanes for ph, name, _, _ in lane.events if ph == "B"]


def counts(trace):
    return trace.spans["name"].value_counts().to_dict()


def test_a_program_that_runs_is_read_and_one_that_ended_is_kept(tmp_path):
    with watching(tmp_path) as watch:
        assert [source for source in [watch] if isinstance(source, Live)]
        reader = watch.live()
        assert reader.read(ALL).lanes == []
        with a_program(tmp_path) as program:
            assert names(reader) == ["work"] * 100
            (lane,) = reader.read(ALL).lanes
            assert lane.name.startswith("Main · python")
            assert lane.name.endswith(str(program.pid))
            assert not watch.are_over
        assert watch.are_over
        assert names(reader) == ["late"]
        assert [path.name[:7] for path in watch._base.iterdir()] == ["watched"], "what has ended is no longer on disk"
        (trace,) = traces(watch.stop())
        reader.close()
    assert counts(trace) == {"work": 100, "late": 1}
    assert not trace.spans["unfinished"].any()
    assert list((tmp_path / "rings").iterdir()) == []


def test_one_that_runs_for_a_moment_between_two_looks_is_not_missed(tmp_path):
    with watching(tmp_path) as watch:
        for _ in range(2):
            run_python(SPANS, folder=tmp_path, check=False, AERO_TRACE="1")
        assert [counts(trace) for trace in traces(watch.stop())] == [{"work": 100}] * 2
    assert list((tmp_path / "rings").iterdir()) == []


def test_one_that_goes_on_records_on_and_cleans_up_itself(tmp_path):
    with watching(tmp_path) as watch, a_program(tmp_path):
        (trace,) = traces(watch.stop())
        assert counts(trace) == {"work": 100}
        assert list((tmp_path / "rings").glob("*/*")), "it still needs its folder"
    assert list((tmp_path / "rings").iterdir()) == []


def test_workers_are_lanes_of_their_program_on_one_clock(tmp_path):
    code = (
        "import subprocess, sys\nfrom aero_nb import perf\nwith perf.span('outer'):\n"
        "    subprocess.run([sys.executable, '-c', \"from aero_nb import perf\\nwith perf.span('inner'): pass\"])\n"
    )
    with watching(tmp_path) as watch:
        run_python(code, folder=tmp_path, check=False, AERO_TRACE="1")
        (trace,) = traces(watch.stop())
    spans = trace.spans.set_index("name")
    assert spans.loc["outer", "ts_us"] < spans.loc["inner", "ts_us"]
    ends = spans["ts_us"] + spans["dur_us"]
    assert ends["inner"] < ends["outer"]
    assert trace.spans["track"].nunique() == 2


def test_what_a_program_saves_itself_it_still_saves(tmp_path):
    with watching(tmp_path) as watch:
        run_python(SPANS, folder=tmp_path, check=False, AERO_TRACE="own.json")
        (trace,) = traces(watch.stop())
    assert counts(aero_nb.load(tmp_path / "own.json")) == counts(trace) == {"work": 100}


def test_a_start_in_mid_run_forgets_what_was_before(tmp_path):
    code = "from aero_nb import perf\nwith perf.span('old'): pass\nperf.trace_start()\n" + SPANS
    with watching(tmp_path) as watch:
        run_python(code, folder=tmp_path, check=False, AERO_TRACE="1")
        (trace,) = traces(watch.stop())
    assert counts(trace) == {"work": 100}


def test_two_may_watch_one_folder(tmp_path):
    with watching(tmp_path) as one, watching(tmp_path) as other:
        reader = one.live()
        with a_program(tmp_path):
            names(reader)
        reader.read(ALL)
        reader.close()
        found = [counts(trace) for watch in (one, other) for trace in traces(watch.stop())]
        assert found == [{"work": 100, "late": 1}] * 2
    assert list((tmp_path / "rings").iterdir()) == []


def test_after_very_many_programs_the_view_begins_anew(tmp_path, monkeypatch):
    monkeypatch.setattr("aero_nb.recorder.watched_folder.MOST_LANES", 1)
    with watching(tmp_path) as watch:
        reader = watch.live()
        starts = []
        for _ in range(3):
            with a_program(tmp_path):
                assert names(reader) == ["work"] * 100
            starts.append(reader.read(ALL).start_ns)
        assert starts[0] == starts[1] < starts[2]
        reader.close()
        assert len(watch.stop()) == 3


def test_no_folder_is_said(tmp_path):
    with pytest.raises(CaptureError, match="make it first"):
        FolderWatch(tmp_path / "none")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("/usr/bin/python3 -u a/script.py x", "script.py"),
        ("python -m emulator --rom a.gb", "emulator"),
        ("python -m aero_nb record -o out.json b.py", "b.py"),
        ("/usr/bin/python3", "python3"),
    ],
)
def test_a_program_is_called_by_its_script(line, name):
    assert _called(line.split()) == name
