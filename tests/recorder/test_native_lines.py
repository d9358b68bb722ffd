"""A stream that the native core writes is, to the byte, the one that Python writes."""

import random

import pytest

from aero_nb import _native
from aero_nb.recorder.draining import Drain, _Batch
from aero_nb.recorder.lanes.records import BEGIN, COUNTER, END, INSTANT, INTEGER, SlotRecords
from aero_nb.recorder.lanes.ring import Ring
from aero_nb.recorder.lanes.snapshot import LaneSnapshot

CORE = _native._found()[0]
pytestmark = pytest.mark.skipif(CORE is None, reason="needs the native core, which takes a C compiler")
NAMES = ('plain "quoted"', "ü\n", "", "c", "d", None, "beyond the table")
START_NS = 10**9


def all_of(ring: Ring) -> SlotRecords:
    """Return all records that survive."""
    return ring.between(ring.recorded - ring.capacity, ring.recorded)


def filled(ring, choose, now):
    """Record a few things, most of them usual, and return the time then."""
    for _ in range(choose.randrange(40)):
        now += choose.choice([0, 1, 10, 999, 1000, 12_345, 10**9])
        kind = choose.choice([BEGIN] * 6 + [END] * 6 + [INTEGER] * 3 + [COUNTER, INSTANT])
        payload = {
            INSTANT: (choose.choice("tpg"), choose.choice([None, b'{"k":1}'])),
            COUNTER: (choose.choice([None, 0.5, -1e300]),),
            INTEGER: (choose.choice([0, 7, -(2**63), 2**63 - 1]),),
        }.get(kind, ())
        name = choose.choice(NAMES if kind == END else NAMES[:4] + NAMES[-1:])
        ring.record(kind, name, now, payload)
    return now


@pytest.mark.parametrize("seed", range(12))
def test_lines_places_and_gaps_are_those_of_python(tmp_path, monkeypatch, seed):
    choose = random.Random(seed)
    ring = Ring.in_memory(choose.choice([5, 30, 1000]), 5, CORE)
    drains = {how: Drain(tmp_path / how) for how in "10"}
    users = ((0, "Main"), (3, "another")) if seed % 4 == 0 else ()
    now = START_NS - choose.choice([0, 500])
    for _ in range(6):
        now = filled(ring, choose, now)
        found = []
        for how, drain in drains.items():
            monkeypatch.setenv("AERO_NB_NATIVE", how)
            recorded, kept = ring.recorded, all_of(ring)
            lane = LaneSnapshot("Main", 3, records=kept, recorded=recorded, names=list(ring.names.strings), users=users)
            batch = _Batch()
            drain._read_lane(lane, START_NS, batch)
            drain._lanes |= batch.lanes
            found.append((b",\n".join(batch.data), batch.lanes, batch.gaps, batch.rest_s))
        assert found[0] == found[1]
    for drain in drains.values():
        drain.close()


def test_lines_end_before_what_is_not_usual():
    ring = Ring.in_memory(100, 5, CORE)
    for at in range(3):
        ring.record(BEGIN, "a", START_NS + at)
    ring.record(COUNTER, "a", START_NS, (0.5,))
    slots = all_of(ring).slots
    text, count, latest_ns, opened = CORE.lines(slots, [b'"a"'], 2, START_NS, [])
    assert (text.count(b"\n"), count, latest_ns, opened) == (2, 3, START_NS + 2, [0, 0, 0])
    assert CORE.lines(slots[96:], [b'"a"'], 2, START_NS, [0])[:2] == (b"", 0)
    assert CORE.lines(slots, [], 2, START_NS, [])[1] == 0
    assert CORE.lines(slots, [b'"a"'], 2, START_NS + 1, [])[1] == 0
    assert CORE.lines(slots, [b'"a"'], 2, START_NS - 10**15, [])[1] == 0
    with pytest.raises(TypeError, match="expected a name as bytes of JSON, found str"):
        CORE.lines(slots, ["a"], 2, START_NS, [])
    with pytest.raises(TypeError):
        CORE.lines(slots, [b'"a"'], 2, START_NS, ["a"])


def test_the_longest_lines_have_room():
    ring = Ring.in_memory(1_000, 5, CORE)
    now = START_NS + 10**15 - 1
    for _ in range(300):
        ring.record(INTEGER, "a", now, (-(2**63),))
        ring.record(BEGIN, "a", now)
        ring.record(END, "a", now)
    text, count, _, _ = CORE.lines(all_of(ring).slots, [b'"a"'], -(2**63), START_NS, [])
    assert count == 900
    lines = text.split(b",\n")
    assert len(set(lines)) == 3
    times = b'"ts":999999999999.999,"pid":1,"tid":-9223372036854775808'
    assert lines[0] == b'{"name":"counters","cat":"aero","ph":"C",' + times + b',"args":{"a":-9223372036854775808}}'
    assert lines[1] == b'{"name":"a","cat":"aero","ph":"B",' + times + b"}"
