"""Captures that are limited by disk: one valid trace, and exact gaps where the rings were quicker than the disk."""

import itertools
import json
import subprocess
import sys
import threading

import pytest

from aero_nb import Recorder
from aero_nb.recorder import draining
from aero_nb.recorder.export import Snapshot
from aero_nb.recorder.lanes.snapshot import LaneSnapshot
from aero_nb.sources.streaming import RESERVE_BYTES
from tests.support.recorder_reading import document, dropped, lanes, named, nests, records, run_python, short


@pytest.fixture
def path(tmp_path):
    return tmp_path / "trace.json"


@pytest.fixture
def by_hand(monkeypatch):
    """Streams that drain only when told to."""
    monkeypatch.setattr(draining, "DRAIN_S", 1_000_000)
    monkeypatch.setattr(draining, "LOOK_S", 1_000_000)
    return lambda recorder: recorder._draining._drain(recorder._snapshot())


def gaps(export):
    return export["otherData"]["aero_nb"]["gaps"]


def test_the_file_is_the_trace(path):
    recorder = Recorder(records=1000)
    recorder.trace_start(stream=path)
    for i in range(20_000):
        recorder.counter("i", i)
        with recorder.span("a"):
            recorder.instant("x", args={"i": i})
    data = recorder.stop()
    assert path.read_bytes() == data == recorder.export()
    assert recorder.export_trace() == json.loads(data)
    export = document(data)
    assert records(export) + dropped(export) == 1 + 20_000 * 4
    assert dropped(export) == sum(gap["dropped_records"] for gap in gaps(export))
    assert len(named(export, "traceStop")) == 1
    assert export["otherData"]["aero_nb"]["stream_error"] is None


def test_a_capture_outlives_the_rings(path, by_hand):
    recorder = Recorder(records=100)
    recorder.trace_start(stream=path)
    for i in range(1000):
        recorder.counter("i", i)
        if i % 50 == 0:
            by_hand(recorder)
    export = document(recorder.stop())
    assert [e["args"]["i"] for e in named(export, "counters")] == list(range(1000))
    assert (dropped(export), gaps(export)) == (0, [])


def test_what_was_overwritten_between_drains_is_an_exact_gap(path, by_hand):
    ticks = itertools.count(0, 1000)
    recorder = Recorder(records=4, clock_ns=lambda: next(ticks))
    recorder.trace_start(stream=path)
    recorder.span_begin("before")
    by_hand(recorder)
    last = named(recorder.export_trace(), "before")[0]["ts"]
    for i in range(10):
        recorder.counter("i", i)
    by_hand(recorder)
    recorder.span_end()  # what it ends is not known: its begin may be in the gap
    export = document(recorder.stop())
    first = named(export, "counters")[0]
    assert first["args"] == {"i": 6}
    assert gaps(export) == [
        {"pid": 1, "tid": 1, "start_us": last, "end_us": first["ts"], "dropped_records": 6},
    ]
    assert short(export)[-1] == "E None"
    assert dropped(export) == 6


def test_ends_without_names_are_named_across_drains(path, by_hand):
    recorder = Recorder()
    recorder.trace_start(stream=path)
    recorder.span_begin("a")
    by_hand(recorder)
    recorder.span_begin("b")
    recorder.span_end()
    by_hand(recorder)
    recorder.span_end()
    assert short(recorder.stop()) == ["B a", "B b", "E b", "E a"]


def test_every_export_while_streaming_is_a_whole_trace(path):
    recorder = Recorder(records=500)
    recorder.trace_start(stream=path)
    seen = 0
    for i in range(3000):
        with recorder.span("a"):
            pass
        if i % 500 == 0:
            export = document(recorder.export())
            assert export["otherData"]["aero"]["traceEnabled"]
            assert records(export) + dropped(export) == 1 + 2 * (i + 1)
            assert records(export) >= seen
            seen = records(export)
    recorder.trace_stop()


def test_threads_that_end_and_lanes_that_are_shared_are_in_the_file(path, by_hand):
    recorder = Recorder(records=50)
    recorder.trace_start(stream=path)

    def work():
        for _ in range(10):
            with recorder.span("work"):
                pass

    for i in range(300):
        thread = threading.Thread(target=work, name=f"t{i}")
        thread.start()
        thread.join()
        if i % 100 == 0:
            by_hand(recorder)
    export = document(recorder.stop())
    started = len(lanes(export))
    assert records(export) + dropped(export) == started + 300 * 20
    assert nests(export)


def test_a_start_without_a_stream_ends_the_stream_before(path):
    recorder = Recorder()
    recorder.trace_start(stream=path)
    recorder.instant("streamed")
    recorder.trace_start()
    recorder.instant("not streamed")
    assert short(path.read_bytes()) == ["i streamed"]
    assert short(recorder.stop()) == ["i not streamed"]


def test_a_stream_that_cannot_be_written_is_an_error_at_start(tmp_path):
    recorder = Recorder()
    with pytest.raises(FileNotFoundError):
        recorder.trace_start(stream=tmp_path / "missing" / "trace.json")
    assert not recorder.trace_enabled


def test_nothing_but_the_trace_is_left(path):
    recorder = Recorder()
    recorder.trace_start(stream=path)
    recorder.trace_stop()
    assert list(path.parent.iterdir()) == [path]


class FullDisk:
    """A file on a disk with room for ``room`` bytes, which the test can change."""

    def __init__(self, file, room):
        self.file, self.room = file, room

    def write(self, data):
        writable = self.room - self.file.tell()
        if writable <= 0:
            raise OSError(28, "No space left on device")
        return self.file.write(data[:writable])

    def __getattr__(self, name):
        return getattr(self.file, name)


def test_a_disk_that_is_full_for_a_while_leaves_a_gap_and_a_valid_trace(path, by_hand):
    recorder = Recorder(records=10)
    recorder.trace_start(stream=path)
    by_hand(recorder)
    file = recorder._draining._file
    disk = file._file = FullDisk(file._file, path.stat().st_size + 40)
    for i in range(30):
        recorder.counter("i", i)
        if i % 5 == 0:
            with pytest.raises(OSError, match="No space"):
                by_hand(recorder)
    disk.room = 1_000_000
    recorder.counter("i", 30)
    export = document(recorder.stop())
    assert [e["args"]["i"] for e in named(export, "counters")] == list(range(21, 31))
    assert [gap["dropped_records"] for gap in gaps(export)] == [21]
    assert dropped(export) == 21
    assert "No space left" in export["otherData"]["aero_nb"]["stream_error"]


def test_a_disk_that_stays_full_still_gets_the_end_of_the_trace(path, by_hand):
    recorder = Recorder(records=10)
    recorder.trace_start(stream=path)
    recorder.counter("i", -1)
    by_hand(recorder)
    file = recorder._draining._file
    disk = file._file = FullDisk(file._file, path.stat().st_size + 10)
    spend_reserve = file.spend_reserve

    def with_the_reserve():
        disk.room += RESERVE_BYTES
        spend_reserve()

    file.spend_reserve = with_the_reserve
    for i in range(30):
        recorder.counter("i", i)
    export = document(recorder.stop())
    assert [e["args"]["i"] for e in named(export, "counters")] == [-1]
    assert [gap["dropped_records"] for gap in gaps(export)] == [30]
    assert dropped(export) == 30


FULL = """
import json, sys, time
from aero_nb import Recorder
recorder = Recorder(records=2000)
recorder.trace_start(stream=sys.argv[1])
for i in range(40_000):
    recorder.counter("i", i)
    if i % 1000 == 0:
        time.sleep(0.02)
recorder.stop()
"""


def test_a_disk_that_is_really_full(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)], capture_output=True)
    if mount.returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        run_python(FULL, str(disk / "trace.json"), folder=tmp_path)
        export = document((disk / "trace.json").read_bytes())
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert records(export) + dropped(export) == 40_001
    assert dropped(export) > 20_000
    assert "No space left" in export["otherData"]["aero_nb"]["stream_error"]


def test_a_killed_process_leaves_a_whole_trace(tmp_path):
    code = """
import os, signal, threading
from aero_nb import perf
perf.trace_start(stream="trace.json", records=1000)
thread = threading.Thread(target=lambda: perf.instant("here"), name="io")
thread.start()
thread.join()
for i in range(2000):
    perf.counter("i", i)
    if i == 1500:
        perf.export()  # drains
perf.export()
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert run_python(code, folder=tmp_path, check=False).returncode == -9
    export = document((tmp_path / "trace.json").read_bytes())
    assert lanes(export) == {1: "Main", 2: "io"}
    assert records(export) + dropped(export) == 2000 + 3
    assert dropped(export) == sum(gap["dropped_records"] for gap in gaps(export))
    assert named(export, "counters")[-1]["args"] == {"i": 1999}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rings", "script.py", "trace.json"]


def test_the_file_is_a_whole_trace_behind_every_drain(path, by_hand):
    recorder = Recorder()
    recorder.trace_start(stream=path)
    for i in range(5):
        recorder.counter("i" * (5 - i), i)
        by_hand(recorder)
        export = document(path.read_bytes())
        assert len(named(export, "counters")) == i + 1
        assert lanes(export) == {1: "Main"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_workers_are_streamed_too_also_after_their_death(tmp_path):
    run_python(
        """
import multiprocessing, os, time
from aero_nb import perf

def work():
    for i in range(5000):
        with perf.span("step"):
            pass
        if i % 100 == 0:
            time.sleep(0.01)
    os.kill(os.getpid(), 9)

if __name__ == "__main__":
    perf.trace_start(stream="trace.json", records=1000)
    workers = [multiprocessing.get_context("fork").Process(target=work, name=f"w{i}") for i in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    perf.trace_stop()
""",
        folder=tmp_path,
    )
    export = document((tmp_path / "trace.json").read_bytes())
    assert set(lanes(export).values()) == {"Main", "w0", "w1"}
    assert records(export) + dropped(export) == 1 + 2 * 10_001
    assert dropped(export) == sum(gap["dropped_records"] for gap in gaps(export))


def test_what_folded_lanes_lost_is_less_what_the_file_has_of_them(tmp_path):
    recorder = Recorder()
    recorder.trace_start(stream=tmp_path / "trace.json")
    drain = recorder._draining
    assert drain is not None
    drain._lanes = {5: draining._Written("w", records=9, lost=1), 6: draining._Written("shown", records=4)}
    snapshot = Snapshot(lanes=[LaneSnapshot("shown", 6)], folded=[("w", 6, 0), ("w", 5, 2), ("x", 3, 1)])
    assert drain._unwritten(snapshot) == [("w", 0, 0), ("w", 3, 2), ("x", 3, 1)]
    drain._lanes = {}
    recorder.stop()
