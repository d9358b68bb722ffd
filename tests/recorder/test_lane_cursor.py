"""Reading lanes by a cursor: exactly what the ring was given, once each, and every loss counted."""

import os
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aero_nb.recorder.lane_cursor import FileLane, MemoryLane
from aero_nb.recorder.memory_ring import BEGIN, COUNTER, INSTANT, INTEGER, NameTable, Ring
from aero_nb.recorder.shared_ring import HEADER_BYTES, SLOT_BYTES, LaneIdentity, Layout, SharedRing

CAPACITY = 8


def both(folder):
    shared = SharedRing(Path(folder) / "lane", Layout(CAPACITY, 4), LaneIdentity(os.getpid(), 1, "cpu", 5))
    memory = Ring(CAPACITY, NameTable(4), lambda: 0)
    return [(memory, MemoryLane(memory)), (shared, FileLane(shared.path))]


@given(st.lists(st.integers(0, 3 * CAPACITY), max_size=8))
def test_each_read_gives_what_is_new_or_counts_it_as_lost(bursts):
    with tempfile.TemporaryDirectory() as folder:
        for ring, lane in both(folder):
            written = position = 0
            for burst in bursts:
                for _ in range(burst):
                    ring.record(BEGIN, "a", written)
                    written += 1
                records, lost, position = lane.since(position)
                assert position == written
                assert lost == max(burst - CAPACITY, 0)
                assert [time for _, time in records] == list(range(written - burst + lost, written))


def test_every_kind_of_record_and_the_names_come_through(tmp_path):
    for ring, lane in both(tmp_path):
        ring.record(COUNTER, "c", 1, (0.5,))
        ring.record(INTEGER, "c", 2, (2**62,))
        ring.record(INSTANT, "i", 3, ("p", b'{"a":1}'))
        assert [record[1:] for record in lane.since(0).records] == [(1, 0.5), (2, 2**62), (3, "p", b'{"a":1}')]
        assert lane.names() == ["c", "i"]


@pytest.mark.parametrize(("torn", "found", "lost"), [(11, 7, 4), (4, 7, 5)], ids=["newest", "being overwritten"])
def test_a_torn_record_waits_if_it_is_new_and_is_lost_if_it_is_old(tmp_path, torn, found, lost):
    ring, lane = both(tmp_path)[1]
    for time in range(12):
        ring.record(BEGIN, "a", time)
    at = HEADER_BYTES + torn % CAPACITY * SLOT_BYTES
    ring.memory[at + 24 : at + 28] = bytes(4)
    records, counted, position = lane.since(0)
    assert (len(records), counted, position) == (found, lost, found + lost)


@pytest.mark.parametrize("which", [0, 1], ids=["memory", "file"])
def test_a_writer_in_full_flight_loses_nothing_uncounted(tmp_path, which):
    ring, lane = both(tmp_path)[which]
    total = 20_000
    writer = threading.Thread(target=lambda: [ring.record(BEGIN, "a", time) for time in range(total)])
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        writer.start()
        position = seen = lost = 0
        while position < total:
            start = position
            records, missed, position = lane.since(position)
            times = [time for _, time in records]
            assert times == sorted(set(times))
            assert all(start <= time < position for time in times)
            seen, lost = seen + len(records), lost + missed
    finally:
        sys.setswitchinterval(interval)
        writer.join()
    assert seen + lost == position == total
