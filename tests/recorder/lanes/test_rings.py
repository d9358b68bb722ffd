"""The rings against a slow model of them: what survives, in which order, and that every loss is counted."""

import itertools
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aero_nb import Recorder
from aero_nb.recorder.folders.lane_files import read_lane
from aero_nb.recorder.folders.lane_format import HEADER_BYTES, LENGTH, LaneHeader, Layout, users_path
from aero_nb.recorder.folders.shared_folder import SharedFolder
from aero_nb.recorder.folders.shared_lane import SharedLane
from aero_nb.recorder.lanes.lane import LaneIdentity
from aero_nb.recorder.lanes.records import BEGIN, COUNTER, END, INSTANT, INTEGER, SLOT_BYTES
from aero_nb.recorder.lanes.ring import Ring
from aero_nb.recorder.lanes.users import user_at
from aero_nb.recorder.workers import Workers
from tests.support.recorder_reading import ROOT, document, dropped

NAMES = st.sampled_from(["a", "b", "c", "d", "e", "é", ""])
CALLS = st.lists(
    st.one_of(
        st.tuples(st.just("span_begin"), NAMES),
        st.tuples(st.just("span_end"), NAMES),
        st.tuples(st.just("counter"), NAMES, st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False))),
        st.tuples(
            st.just("instant"), NAMES, st.sampled_from("tpg"), st.dictionaries(NAMES, st.text("xyz", max_size=30))
        ),
    ),
    max_size=60,
)


class Model:
    """What a lane's export should hold, kept as slowly and plainly as can be."""

    def __init__(self, records, strings):
        self.capacity = records
        self.room = strings
        self.names = []
        self.all = []
        self.unknown = 0

    def call(self, function, name, *values):
        if name not in self.names:
            if len(self.names) < self.room:
                self.names.append(name)
            else:
                name = "<unknown>"
                self.unknown += 1
        self.all.append(getattr(self, function)(name, *values))

    def span_begin(self, name):
        return ("B", name, None)

    def span_end(self, name):
        return ("E", name, None)

    def counter(self, name, value):
        finite = value if value == value and abs(value) != float("inf") else None
        return ("C", "counters", {name: finite})

    def instant(self, name, scope, args):
        return ("i", name, args or None)

    @property
    def survivors(self):
        return self.all[-self.capacity :]

    @property
    def dropped(self):
        return len(self.all) - len(self.survivors)


def check(recorder, calls, records, strings):
    model = Model(records, strings)
    model.call("instant", "traceStart", "p", None)
    for function, name, *values in calls:
        getattr(recorder, function)(name, *values)
        model.call(function, name, *values)
    export = document(recorder.export_trace())
    found = [(e["ph"], e["name"], e.get("args")) for e in export["traceEvents"] if e["ph"] != "M"]
    found = [(ph, name, None if name == "traceStart" else args) for ph, name, args in found]
    assert found == model.survivors
    assert dropped(export) == model.dropped
    assert export["otherData"]["aero"]["droppedStringsByThread"] == {"Main": model.unknown}
    assert export["otherData"]["aero_nb"]["failed_calls"] == 0


@given(CALLS, st.integers(1, 12), st.integers(1, 6))
def test_a_ring_in_memory_is_what_the_model_says(calls, records, strings):
    recorder = Recorder(records=records, strings=strings)
    recorder.trace_start()
    check(recorder, calls, records, strings)


@pytest.fixture
def rings(tmp_path, monkeypatch):
    monkeypatch.setenv("AERO_TRACE_FOLDER", str(tmp_path))
    return tmp_path


def recorder_in(folder: SharedFolder) -> Recorder:
    recorder = Recorder()
    recorder._begin_anew(Workers(folder), in_files=True)
    return recorder


@pytest.fixture
def shared(rings):
    folder = SharedFolder.create()
    yield recorder_in(folder)
    folder.remove()


def test_a_ring_in_a_shared_file_is_what_the_model_says(shared):
    @given(CALLS, st.integers(1, 12), st.integers(1, 6))
    def compare(calls, records, strings):
        shared.trace_start(records=records, strings=strings)
        check(shared, calls, records, strings)

    compare()


def test_a_stop_and_a_start_over_in_shared_files(shared):
    shared.trace_start()
    shared.span_begin("old")
    shared.trace_stop()
    shared.span_begin("not recorded")
    shared.trace_start()
    with shared.span("new"):
        pass
    names = [e.get("name") for e in document(shared.stop())["traceEvents"] if e["ph"] != "M"]
    assert names == ["traceStart", "new", "new", "traceStop"]


def test_a_lane_in_a_shared_file_is_renamed_by_its_own_thread(shared):
    shared.trace_start()
    here = threading.current_thread()
    shared.register_worker(here, thread_name="renamed")
    assert [lane.name for lane in shared._lane_snapshots()] == ["renamed"]
    shared.register_worker(threading.Thread(), thread_name="to come")
    shared.register_worker(here)
    assert [lane.name for lane in shared._lane_snapshots()] == ["renamed"]
    shared.trace_stop()
    shared.register_worker(here, thread_name="when it was over")
    assert [lane.name for lane in shared._lane_snapshots()] == ["renamed"]


@pytest.mark.parametrize("in_files", [False, True])
def test_a_stream_reads_of_each_lane_what_is_new(shared, in_files):
    recorder = shared if in_files else Recorder()
    recorder.trace_start(records=8)
    for value in range(5):
        recorder.counter("n", value)
    found = {known: recorder._snapshot({1: known}).lanes[0] for known in (0, 4, 6)}
    assert [lane.recorded for lane in found.values()] == [6] * 3, "with the start"
    assert [[record[2] for record in lane.records] for lane in found.values()] == [["p", *range(5)], [3, 4], []]
    for value in range(5, 15):
        recorder.counter("n", value)
    (lane,) = recorder._snapshot({1: 6}).lanes
    assert [record[2] for record in lane.records] == list(range(7, 15))
    assert (lane.recorded, lane.capacity) == (16, 8)


# The file itself


def lane(folder: Path, records=8, strings=4) -> SharedLane:
    return SharedLane.create(folder / "lane", Layout(records, strings), LaneIdentity(os.getpid(), 1, "cpu", 5))


def read(folder: Path):
    return read_lane(folder / "lane")


def test_a_lane_file_tells_who_wrote_it(tmp_path):
    ring = lane(tmp_path)
    found = read(tmp_path)
    assert (found.name, found.serial, found.created_ns, found.finished, found.recorded) == ("cpu", 1, 5, False, 0)
    ring.rename("gpu")
    ring.finish()
    found = read(tmp_path)
    assert (found.name, found.finished) == ("gpu", True)


def test_every_kind_of_record_survives_the_file(tmp_path):
    ring = lane(tmp_path)
    ring.record(BEGIN, "a", 1)
    ring.record(END, None, 2)
    ring.record(INTEGER, "n", 3, (-(2**63),))
    ring.record(COUNTER, "x", 4, (0.1,))
    ring.record(COUNTER, "x", 5, (None,))
    ring.record(INSTANT, "i", 6, ("g", b'{"k":1}'), reprs=2)
    ring.record(INSTANT, "i", 7, ("p", None))
    ring.record(BEGIN, "one too many", 8)
    ring.record(BEGIN, "one too many", 9)
    found = read(tmp_path)
    values = [record[1:] for record in found.records]
    assert values == [(2,), (3, -(2**63)), (4, 0.1), (5, None), (6, "g", b'{"k":1}'), (7, "p", None), (8,), (9,)]
    assert (found.recorded, found.dropped_records, found.reprs) == (9, 1, 2)
    assert (list(found.names), found.dropped_strings) == (["a", "n", "x", "i"], 2)


@pytest.mark.parametrize("written", range(33))
@pytest.mark.parametrize("before", [6, 8])
def test_a_writer_killed_in_the_middle_of_a_record_loses_at_most_the_one_it_overwrote(tmp_path, written, before):
    ring = lane(tmp_path, records=4)
    for i in range(before):
        ring.record(INTEGER, "n", 100 + i, (i,))
    whole = bytearray(ring.memory[:])
    ring.record(INTEGER, "n", 100 + before, (before,))  # over number before - 4
    slot = HEADER_BYTES + before % 4 * SLOT_BYTES
    after = ring.memory[slot : slot + SLOT_BYTES]
    blank = bytes(SLOT_BYTES)  # pack_into clears the slot before it writes
    whole[slot : slot + SLOT_BYTES] = after[:written] + blank[written:]
    (tmp_path / "lane").write_bytes(whole)
    found = read(tmp_path)
    values = [record[2] for record in found.records]
    survivors = [before - 3, before - 2, before - 1]
    assert values in (survivors, [*survivors, before])
    assert found.recorded == values[-1] + 1
    assert found.dropped_records == before - 3


def test_args_that_were_overwritten_before_their_record_are_counted(tmp_path):
    ring = lane(tmp_path, records=8)
    size = ring.layout.args_bytes
    text = b'{"x":"' + b"y" * (size // 3) + b'"}'
    for i in range(4):
        ring.record(INSTANT, "i", i, ("t", text))
    ring.record(INSTANT, "i", 5, ("t", b'{"x":"' + b"z" * size + b'"}'))
    found = read(tmp_path)
    assert [record[3] == text for record in found.records] == [False, False, True, True, False]
    assert found.args_lost == 3


def test_names_beyond_the_room_for_them_are_unknown(tmp_path):
    ring = lane(tmp_path, strings=2)
    ring.record(BEGIN, "x" * 200, 1)
    ring.record(BEGIN, "short", 2)
    found = read(tmp_path)
    assert (list(found.names), found.dropped_strings) == (["short"], 1)


def test_a_file_that_is_no_lane_is_refused(tmp_path):
    (tmp_path / "lane").write_bytes(b"something else" * 100)
    with pytest.raises(ValueError, match="expected a lane file of aero_nb, found b'somethin'"):
        read(tmp_path)


def test_a_lane_is_written_on_by_another_process_as_if_by_its_own(tmp_path):
    @given(CALLS, CALLS, st.integers(1, 12), st.integers(1, 6))
    def compare(first, second, records, strings):
        (tmp_path / "lane").unlink(missing_ok=True)
        users_path(tmp_path / "lane").unlink(missing_ok=True)
        ring = lane(tmp_path, records, strings)
        model = Model(records, strings)
        for i, (function, name, *values) in enumerate([*first, ("span_begin", "between"), *second]):
            if i == len(first):
                ring = SharedLane.resume(tmp_path / "lane", LaneHeader.of(ring.memory))
                assert ring.ring.recorded == i
                ring.take_for(77, "gpu")
            model.call(function, name, *values)
            kind = {"span_begin": BEGIN, "span_end": END, "instant": INSTANT, "counter": COUNTER}[function]
            payload = {"instant": ("t", b"{}"), "counter": (0.5,)}.get(function, ())
            ring.record(kind, name, i, payload)
        found = read(tmp_path)
        kept = [(*found.names, "<unknown>")[max(record[0] // 8, -1)] for record in found.records]
        assert kept == [record[1] if record[0] != "C" else next(iter(record[2])) for record in model.survivors]
        assert [record[1] for record in found.records] == list(range(model.dropped, len(model.all)))
        assert (found.dropped_records, found.dropped_strings) == (model.dropped, model.unknown)
        assert (found.writer, found.key, found.name) == (77, os.getpid(), "finished threads" if first else "gpu")
        assert found.users == ([(0, "cpu"), (len(first), "gpu")] if first else [(0, "gpu")])

    compare()


def test_a_lane_that_many_threads_used_knows_those_whose_records_survive(tmp_path):
    ring = lane(tmp_path, records=8)
    for i in range(500):
        ring.record(BEGIN, "a", i)
        ring.take_for(77, f"cpu {i}")
    ring.record(BEGIN, "a", 500)
    found = read(tmp_path)
    assert found.name == "cpu"
    assert [user_at(found.users, number)[1] for number in range(493, 501)] == [f"cpu {i}" for i in range(492, 500)]
    assert len(found.users) < 100
    ring.rename("gpu")
    assert read(tmp_path).users[-1] == (500, "gpu")


WRITER = """
import itertools, os, sys
from pathlib import Path
from aero_nb.recorder.folders.lane_format import Layout
from aero_nb.recorder.lanes.lane import LaneIdentity
from aero_nb.recorder.lanes.records import INTEGER
from aero_nb.recorder.folders.shared_lane import SharedLane
ring = SharedLane.create(Path(sys.argv[1]), Layout(500, 4), LaneIdentity(os.getpid(), 1, "cpu", 5))
print("ready", flush=True)
for i in itertools.count():
    ring.record(INTEGER, "n", i, (i,))
"""


def test_a_reading_beside_a_busy_writer_misses_nothing_that_it_does_not_count(tmp_path):
    path = tmp_path / "lane"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, env=env) as writer:
        try:
            assert writer.stdout.readline()
            for _ in range(200):
                found = read_lane(path)
                values = [record[2] for record in found.records]
                assert values == sorted(set(values))
                assert found.recorded == (values[-1] + 1 if values else 0)
                assert [record[1] for record in found.records] == values
        finally:
            writer.kill()
    found = read_lane(path)
    values = [record[2] for record in found.records]
    assert len(values) in (499, 500)
    assert values == list(range(found.recorded - len(values), found.recorded))


def test_the_slots_are_as_the_description_of_the_file_says(tmp_path):
    ring = lane(tmp_path)
    ring.record(BEGIN, "a", 77)
    ring.record(BEGIN, "a", 78)
    slots = struct.Struct("<Iiq8xI4x").iter_unpack(ring.memory[HEADER_BYTES : ring.layout.strings_at])
    assert list(itertools.islice(slots, 3)) == [(1, 0, 77, 1), (1, 0, 78, 1), (0, 0, 0, 0)]


def test_what_is_overwritten_while_a_lane_is_read_is_left_out_with_all_before_it():
    ring = Ring.in_memory(4, 8)
    for at in range(6):
        ring.record(INSTANT, "a", at, ("t", b"{}"))

    class Overwritten(type(ring._payloads)):
        """What instants carry; while it is asked for, the lane's thread records two more."""

        def all(self):
            for at in (6, 7):
                ring.record(INSTANT, "a", at, ("t", b"{}"))
            return super().all()

    ring._payloads.__class__ = Overwritten
    assert [record[1] for record in ring.between(2, 6)] == [4, 5]


def test_a_record_is_counted_only_once_it_is_there():
    whole = []

    def clock():  # runs other threads in the midst of a record, as any clock written in Python may
        whole.append(all(lane.recorded == len(lane.records) for lane in recorder._lane_snapshots()))
        return len(whole)

    recorder = Recorder(clock_ns=clock)
    recorder.trace_start()
    for value in range(3):
        with recorder.span("a"):
            recorder.counter("n", value)
    assert len(whole) >= 12
    assert all(whole)
    (lane,) = recorder._lane_snapshots()
    assert lane.recorded == 10, "with the start's own"


def test_args_that_fill_the_room_for_them_exactly_are_kept(tmp_path):
    ring = lane(tmp_path, records=8)
    most = ring.layout.args_bytes - LENGTH.size
    ring.record(INSTANT, "i", 1, ("t", b"y" * most))
    assert read(tmp_path).records[-1][3] == b"y" * most
    ring.record(INSTANT, "i", 2, ("t", b"z" * (most + 1)))
    found = read(tmp_path)
    assert [record[3] for record in found.records] == [b"y" * most, None]
    assert found.args_lost == 1
