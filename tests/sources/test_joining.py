"""Joining exports of one recording: exact against a slow model of the page's rings."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aero_nb import BrowserError, Trace
from aero_nb.sources.joining import RING, Joiner

CAPACITY = 5


class Lane:
    """A thread of the page: everything it ever wrote, and a ring that keeps the last few."""

    def __init__(self, tid: int, thread: str) -> None:
        self.tid, self.thread = tid, thread
        self.written: list[dict[str, Any]] = []
        self.silent = False

    def write(self, count: int, ts: float) -> None:
        for _ in range(count):
            sequence = len(self.written)
            self.written.append(
                {
                    "name": "counters",
                    "cat": "aero",
                    "ph": "C",
                    "ts": ts,
                    "pid": 1,
                    "tid": self.tid,
                    "args": {"n": sequence},
                }
            )

    @property
    def kept(self) -> list[dict[str, Any]]:
        return [] if self.silent else self.written[-CAPACITY:]

    @property
    def dropped(self) -> int:
        return 0 if self.silent else max(0, len(self.written) - CAPACITY)


def export(lanes: list[Lane], start: float = 7.0) -> bytes:
    """What the page would answer now."""
    events = sorted((event for lane in lanes for event in lane.kept), key=lambda event: (event["ts"], event["tid"]))
    names = [
        {"name": "thread_name", "ph": "M", "ts": 0, "pid": 1, "tid": lane.tid, "args": {"name": lane.thread}}
        for lane in lanes
    ]
    aero = {
        "traceEnabled": True,
        "startTimeEpochUs": start,
        "droppedRecordsByThread": {lane.thread: lane.dropped for lane in lanes},
        "droppedStringsByThread": {lane.thread: 0 for lane in lanes},
        "workerExportTimeouts": [lane.thread for lane in lanes if lane.silent],
    }
    return json.dumps({"traceEvents": names + events, "otherData": {"aero": aero}}).encode()


def joined(*pieces: bytes) -> dict[str, Any]:
    joiner = Joiner()
    for piece in pieces:
        joiner.add(piece)
    document: dict[str, Any] = json.loads(joiner.data())
    return document


def sequence(document: dict[str, Any], tid: int) -> list[int]:
    return [event["args"]["n"] for event in document["traceEvents"] if event["ph"] == "C" and event["tid"] == tid]


def gaps(document: dict[str, Any], tid: int) -> list[int]:
    return [gap["dropped_records"] for gap in document["otherData"]["aero_nb"]["gaps"] if gap["tid"] == tid]


# A step writes so many records to each lane at one timestamp (or the next), silences some, and exports.
steps = st.lists(
    st.tuples(st.lists(st.integers(0, 12), min_size=3, max_size=3), st.booleans(), st.sets(st.integers(0, 2))),
    min_size=1,
    max_size=8,
)


@given(steps)
def test_every_record_is_in_the_joined_trace_once_or_in_a_gap(steps: list[Any]) -> None:
    lanes = [Lane(1, "Main"), Lane(2, "cpu"), Lane(3, "gpu")]
    joiner, ts, seen = Joiner(), 0.0, [0, 0, 0]
    for writes, tick, silent in steps:
        ts += tick
        for index, lane in enumerate(lanes):
            lane.write(writes[index], ts)
            lane.silent = index in silent
            if not lane.silent:
                seen[index] = len(lane.written)
        joiner.add(export(lanes))
    document = json.loads(joiner.data())
    for lane, end in zip(lanes, seen, strict=True):
        kept = sequence(document, lane.tid)
        assert kept == sorted(set(kept))
        assert len(kept) + sum(gaps(document, lane.tid)) == end
        # Each gap is just as long as the numbers that are missing there.
        missing = [b - a - 1 for a, b in zip([-1, *kept], kept, strict=False) if b - a > 1]
        assert gaps(document, lane.tid) == missing


def test_a_gap_lies_between_the_records_around_it() -> None:
    lane = Lane(1, "Main")
    pieces = []
    for count, ts in ((3, 10.0), (9, 20.0)):
        lane.write(count, ts)
        pieces.append(export([lane]))
    document = joined(*pieces)
    assert document["otherData"]["aero_nb"]["gaps"] == [
        {"pid": 1, "tid": 1, "start_us": 10.0, "end_us": 20.0, "dropped_records": 4}
    ]
    assert document["otherData"]["aero"]["droppedRecordsByThread"] == {"Main": 4}
    trace = Trace.from_bytes(json.dumps(document).encode())
    assert trace.gaps["dropped_records"].tolist() == [4]
    assert trace.gaps["start_us"].tolist() == [10.0]
    assert trace.losses["dropped_records"].dropna().tolist() == [4]


def test_records_overwritten_before_the_first_piece_are_a_gap_from_the_start() -> None:
    lane = Lane(1, "Main")
    lane.write(8, 30.0)
    (gap,) = joined(export([lane]))["otherData"]["aero_nb"]["gaps"]
    assert gap == {"pid": 1, "tid": 1, "start_us": 0.0, "end_us": 30.0, "dropped_records": 3}


def test_a_lane_whose_worker_is_silent_at_the_end_has_no_known_loss() -> None:
    main, cpu = Lane(1, "Main"), Lane(2, "cpu")
    main.write(2, 1.0)
    cpu.write(2, 1.0)
    first = export([main, cpu])
    cpu.silent = True
    document = joined(first, export([main, cpu]))
    assert sequence(document, 2) == [0, 1]
    assert document["otherData"]["aero"]["droppedRecordsByThread"] == {"Main": 0}
    assert [lane["unanswered_pieces"] for lane in document["otherData"]["aero_nb"]["stream"]["lanes"]] == [0, 1]


def test_two_lanes_of_one_name_are_told_apart() -> None:
    dead, reborn = Lane(2, "cpu"), Lane(3, "cpu")
    dead.write(4, 1.0)
    first = export([dead])
    dead.silent = True
    reborn.write(9, 2.0)
    document = joined(first, export([dead, reborn]))
    assert sequence(document, 2) == [0, 1, 2, 3]
    assert sequence(document, 3) == [4, 5, 6, 7, 8]
    assert gaps(document, 3) == [4]


def test_a_full_ring_whose_count_another_lane_took_is_not_guessed_at() -> None:
    newer = Lane(3, "cpu")
    record = {"ph": "C", "name": "counters", "ts": 1.0, "pid": 1, "tid": 2, "args": {"n": 0}}
    older = [record] * RING
    document = json.loads(export([Lane(2, "cpu"), newer]))
    document["traceEvents"] += older
    lanes = joined(json.dumps(document).encode())["otherData"]["aero_nb"]["stream"]["lanes"]
    assert {lane["tid"]: lane["unaligned_pieces"] for lane in lanes} == {2: 1, 3: 0}


def test_another_recording_is_refused_and_what_was_joined_stays() -> None:
    lane = Lane(1, "Main")
    lane.write(2, 1.0)
    joiner = Joiner()
    joiner.add(export([lane]))
    before = joiner.data()
    with pytest.raises(BrowserError, match="another client"):
        joiner.add(export([lane], start=8.0))
    assert joiner.data() == before


@pytest.mark.parametrize("piece", [b"", b"<html>", b"[]", b'{"traceEvents": 5}', b'{"traceEvents": [1]}', b"\xff"])
def test_what_is_no_export_is_refused(piece: bytes) -> None:
    with pytest.raises(BrowserError, match="expected an export in Chrome Trace JSON"):
        Joiner().add(piece)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("droppedRecordsByThread", []),
        ("droppedRecordsByThread", {"Main": -5}),
        ("droppedRecordsByThread", {"Main": "7"}),
        ("workerExportTimeouts", 2),
    ],
)
def test_counts_of_the_wrong_type_are_refused_and_what_was_joined_stays(key: str, value: object) -> None:
    lane = Lane(1, "Main")
    lane.write(2, 1.0)
    joiner = Joiner()
    joiner.add(export([lane]))
    before = joiner.data()
    lying = json.loads(export([lane]))
    lying["otherData"]["aero"][key] = value
    with pytest.raises(BrowserError, match=key):
        joiner.add(json.dumps(lying).encode())
    assert joiner.data() == before


@pytest.mark.parametrize("args", [5, None, []])
def test_a_thread_name_that_is_none_leaves_its_lane_without_one(args: object) -> None:
    lane = Lane(1, "Main")
    lane.write(2, 1.0)
    lying = json.loads(export([lane]))
    lying["traceEvents"][0]["args"] = args
    document = joined(json.dumps(lying).encode())
    assert sequence(document, 1) == [0, 1]
    assert [lane["thread"] for lane in document["otherData"]["aero_nb"]["stream"]["lanes"]] == [""]


def test_event_texts_stay_as_the_page_wrote_them() -> None:
    text = (
        rb'{"name":"\ud800 half, \\ud800 not, \ud83d\ude00 whole","ph":"i","ts":1.50,"pid":1,"tid":1,'
        rb'"args":{"big":123456789012345678901234567890,"huge":1e400,"nul":"\u0000"}}'
    )
    joiner = Joiner()
    joiner.add(b'{"traceEvents":[' + text + b'],"otherData":{"aero":{"startTimeEpochUs":1}}}')
    assert text in joiner.data()


def test_a_gap_goes_from_the_last_record_taken_to_the_first_that_is_left() -> None:
    lane, joiner = Lane(2, "cpu"), Joiner()
    for ts in range(3):
        lane.write(1, float(ts))
    joiner.add(export([lane]))
    for ts in range(3, 12):
        lane.write(1, float(ts))
    joiner.add(export([lane]))  # of 3 to 11 the ring has kept 7 to 11
    gaps = json.loads(joiner.data())["otherData"]["aero_nb"]["gaps"]
    assert gaps == [{"pid": 1, "tid": 2, "start_us": 2.0, "end_us": 7.0, "dropped_records": 4}]


def test_pieces_in_which_a_worker_did_not_answer_are_counted() -> None:
    lane, joiner = Lane(2, "cpu"), Joiner()
    lane.write(1, 0.0)
    joiner.add(export([lane]))
    (account,) = json.loads(joiner.data())["otherData"]["aero_nb"]["stream"]["lanes"]
    assert account["unanswered_pieces"] == 0
    lane.silent = True
    joiner.add(export([lane]))
    joiner.add(export([lane]))
    (account,) = json.loads(joiner.data())["otherData"]["aero_nb"]["stream"]["lanes"]
    assert (account["unanswered_pieces"], account["records"], account["unaligned_pieces"]) == (2, 1, 0)
