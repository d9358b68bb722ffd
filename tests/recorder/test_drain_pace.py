"""How often a stream looks at the rings: as often as one can be full, and seldom where nothing happens."""

import pytest

from aero_nb.recorder import draining
from aero_nb.recorder.draining import BUSY, CALM, DRAIN_S, FASTEST_PACE, LOOK_S, Drain
from aero_nb.recorder.export import Snapshot
from aero_nb.recorder.lanes.snapshot import LaneSnapshot

CAPACITY = 4_000


class Clock:
    """Time that passes between two looks, and what was slept."""

    def __init__(self, seconds):
        self.seconds, self.now, self.slept = seconds, 0.0, []

    def monotonic(self):
        self.now += self.seconds
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)


@pytest.fixture
def looked(monkeypatch, tmp_path):
    """Return what a drain slept between its looks, at which so many records of a full ring were new."""

    def look(*new, seconds=0.01, is_first=False):
        clock, snapshots, recorded = Clock(seconds), [], CAPACITY
        for count in new:
            recorded += count
            lane = LaneSnapshot(
                "Main", 1, records=[(0, 1)] * CAPACITY, recorded=recorded, capacity=CAPACITY, names=["a"]
            )
            snapshots.append(Snapshot([lane], start_ns=0))
        monkeypatch.setattr(draining, "time", clock)
        drain = Drain(tmp_path / "trace.json")
        drain._lanes[1] = draining._Written("Main", CAPACITY)
        drain._is_new = is_first
        drain._take = lambda _: snapshots.pop(0) if len(snapshots) > 1 else snapshots[0]
        drain._drain_while_busy()
        drain.close()
        return clock.slept

    return look


@pytest.mark.parametrize("new", [0, 1, 150, CAPACITY // 8])
def test_where_little_is_new_the_timer_is_enough(looked, new):
    assert looked(new, seconds=DRAIN_S) == []


def test_a_ring_that_fills_is_looked_at_until_it_is_calm(looked):
    small = 1_000 // BUSY  # at this pace a quarter of the ring is new every 40 ms
    until_full = (CAPACITY / BUSY - small) / FASTEST_PACE
    assert looked(small) == pytest.approx([until_full] + [LOOK_S] * (CALM - 1))
    again = [until_full, LOOK_S, LOOK_S, until_full]
    assert looked(small, 0, 0, small) == pytest.approx(again + [LOOK_S] * (CALM - 1))


def test_a_ring_that_is_nearly_full_is_looked_at_at_once(looked):
    assert looked(CAPACITY // 2) == [LOOK_S] * (CALM - 1)
    assert looked(2 * CAPACITY, CAPACITY) == [LOOK_S] * (CALM - 1)


def test_a_slow_lane_is_never_busy_however_small_its_ring(looked):
    assert looked(CAPACITY, seconds=1.0) == []


def test_at_the_start_where_no_pace_is_known_it_looks_often(looked):
    assert looked(0, is_first=True) == [LOOK_S] * (CALM - 1)
