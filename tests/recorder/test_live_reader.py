"""Reading a recorder while it records: each record once, or counted as missed, whoever writes it."""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aero_nb import Recorder, perf
from aero_nb.recorder.folders.lane_files import LaneFile
from aero_nb.recorder.folders.lane_format import HEADER_BYTES, Layout
from aero_nb.recorder.folders.shared_lane import SharedLane
from aero_nb.recorder.lanes.lane import LaneIdentity, MemoryLane
from aero_nb.recorder.lanes.records import BEGIN, COUNTER, INSTANT, INTEGER, SLOT_BYTES
from aero_nb.recorder.lanes.ring import Ring
from aero_nb.recorder.live_reader import Look, RecorderReader
from aero_nb.sources.live import Live

CAPACITY = 8
ALL = 1_000_000


def memory_lane(folder):
    ring = Ring.in_memory(CAPACITY, 4)
    return ring, MemoryLane(LaneIdentity(0, 1, "a thread", 0), ring, threading.current_thread(), 0)


def file_lane(folder):
    lane = SharedLane.create(Path(folder) / "lane", Layout(CAPACITY, 4), LaneIdentity(os.getpid(), 1, "cpu", 5))
    return lane, LaneFile(lane.path)


@pytest.mark.parametrize("make", [memory_lane, file_lane])
@given(st.lists(st.tuples(*[st.integers(0, 3 * CAPACITY)] * 3), max_size=8))
def test_a_part_of_a_lane_is_what_survives_of_it(make, bursts):
    with tempfile.TemporaryDirectory() as folder:
        ring, lane = make(folder)
        written = 0
        for burst, back, length in bursts:
            for _ in range(burst):
                ring.record(BEGIN, "a", written)
                written += 1
            assert lane.recorded == written
            first = max(written - back, 0)
            stop = min(first + length, written)
            survivors = range(max(first, written - CAPACITY), stop)
            assert [time for _, time in lane.between(first, stop)] == list(survivors)
            assert lane.overwritten == max(written - CAPACITY, 0)
        lane.close()


@pytest.mark.parametrize("make", [memory_lane, file_lane])
def test_every_kind_of_record_and_the_names_come_through(tmp_path, make):
    ring, lane = make(tmp_path)
    ring.record(COUNTER, "c", 1, (0.5,))
    ring.record(INTEGER, "c", 2, (2**62,))
    ring.record(INSTANT, "i", 3, ("p", b'{"a":1}'))
    records = lane.between(0, lane.recorded)
    assert [record[1:] for record in records] == [(1, 0.5), (2, 2**62), (3, "p", b'{"a":1}')]
    assert lane.names() == ["c", "i"]


def test_a_torn_record_is_missed_with_all_before_it(tmp_path):
    ring, lane = file_lane(tmp_path)
    for time in range(12):
        ring.record(BEGIN, "a", time)
    at = HEADER_BYTES + 6 * SLOT_BYTES
    ring.memory[at + 24 : at + 28] = bytes(4)
    assert [time for _, time in lane.between(0, lane.recorded)] == [7, 8, 9, 10, 11]


@pytest.mark.parametrize("make", [memory_lane, file_lane])
def test_a_writer_in_full_flight_loses_nothing_uncounted(tmp_path, make):
    ring, lane = make(tmp_path)
    total = 20_000
    writer = threading.Thread(target=lambda: [ring.record(BEGIN, "a", time) for time in range(total)])
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        writer.start()
        position = 0
        while position < total:
            start, position = position, lane.recorded
            records = lane.between(start, position)
            times = [time for _, time in records]
            assert times == sorted(set(times))
            assert all(start <= time < position for time in times)
    finally:
        sys.setswitchinterval(interval)
        writer.join()


def a_clock(step_ns=1000):
    now = 0

    def clock_ns():
        nonlocal now
        now += step_ns
        return now

    return clock_ns


def test_a_recorder_can_be_watched():
    recorder = Recorder(clock_ns=a_clock(), epoch_ns=lambda: 5_000_000_000)
    assert isinstance(recorder, Live)
    recorder.trace_start()
    reader = recorder.live()
    with recorder.span("frame"):
        recorder.counter("level", 2.5)
        recorder.instant("here", args={"a": 1})
    (lane,) = (news := reader.read(ALL)).lanes
    assert lane.name == "Main"
    assert [(ph, name, value) for ph, name, _, value in lane.events if name != "traceStart"] == [
        ("B", "frame", None),
        ("C", "level", 2.5),
        ("i", "here", ("t", b'{"a":1}')),
        ("E", "frame", None),
    ]
    times = [at for _, _, at, _ in lane.events]
    assert times == sorted(times)
    assert news.start_ns == 5_000_000_000 < times[0] <= times[-1] <= news.now_ns
    recorder.span_end()
    assert [event[:2] for event in reader.read(ALL).lanes[0].events] == [("E", None)]


def test_what_comes_while_it_is_read_is_there_the_next_time(tmp_path):
    class WrittenMeanwhile(MemoryLane):
        @property
        def recorded(self):
            counted = super().recorded
            self.record(BEGIN, "a", counted)
            return counted

    ring = Ring.in_memory(CAPACITY, 4)
    lane = WrittenMeanwhile(LaneIdentity(0, 1, "a thread", 0), ring, threading.current_thread(), 0)
    look = Look(0, 100, 0, False, {"key": lane})
    reader = RecorderReader(lambda known, start_ns: look._replace(lanes={}) if known else look)
    seen = []
    for _ in range(5):
        (news,) = reader.read(ALL).lanes
        seen += [at for _, _, at, _ in news.events]
        assert news.missed == 0
    assert len(seen) > 4
    assert seen == list(range(len(seen)))


def test_what_is_too_much_for_a_read_is_missed_by_all_lanes_alike():
    recorder = Recorder(records=1000)
    recorder.trace_start()

    def work(count):
        for _ in range(count):
            recorder.span_begin("a")
        began.wait()

    began = threading.Barrier(4)  # threads that live at once have lanes of their own
    workers = [threading.Thread(target=work, args=(count,)) for count in (100, 300, 2000)]
    for worker in workers:
        worker.start()
    began.wait()
    for worker in workers:
        worker.join()
    lanes = recorder.live().read(240).lanes
    recorded = sorted(len(lane.events) + lane.missed for lane in lanes)
    assert recorded == sorted(lane.recorded for lane in recorder._lane_snapshots())
    assert 200 < sum(len(lane.events) for lane in lanes) <= 240
    shares = [len(lane.events) / (len(lane.events) + lane.missed) for lane in lanes if lane.missed > 50]
    assert max(shares) < 1.2 * min(shares)
    assert max(lane.overwritten for lane in lanes) == max(recorded) - 1000


def test_another_start_is_another_recording():
    recorder = Recorder()
    recorder.trace_start()
    reader = recorder.live()
    recorder.span_begin("old")
    first = reader.read(ALL)
    recorder.trace_start()
    recorder.span_begin("new")
    news = reader.read(ALL)
    assert [event[1] for lane in news.lanes for event in lane.events if event[0] == "B"] == ["new"]
    assert news.start_ns >= first.start_ns


WORKER = """
from aero_nb import perf
with perf.span("in the worker"):
    perf.counter("level", 1.5)
"""


def test_a_worker_process_is_read_through_its_file():
    perf.trace_start()
    reader = perf.live()
    try:
        reader.read(ALL)
        subprocess.run([sys.executable, "-c", WORKER], check=True)
        lanes = reader.read(ALL).lanes
        found = [event[:2] for lane in lanes for event in lane.events]
        assert [event for event in found if event[0] in "BCE"] == [
            ("B", "in the worker"),
            ("C", "level"),
            ("E", "in the worker"),
        ]
        perf.trace_start()  # removes the file
        assert all(lane.events == [] or lane.name == "Main" for lane in reader.read(ALL).lanes)
    finally:
        reader.close()
        perf.trace_stop()
