"""Records -> Chrome Trace Event JSON, in the very shape of the page's own export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from aero_nb.recorder.lanes.records import BEGIN, END, INSTANT, KINDS, Record
from aero_nb.recorder.lanes.snapshot import LaneSnapshot
from aero_nb.recorder.lanes.users import LaneUser, stretches
from aero_nb.sources.live import UNKNOWN

PID = 1
MAIN_TID = 1
NOT_KEPT = "lanes not kept"  # the lane that bears the counts of all lanes that had no room
Event = dict[str, Any]


@dataclass
class Snapshot:
    """All that one export needs, taken at one moment."""

    lanes: list[LaneSnapshot]
    enabled: bool = False
    start_ns: int = 0
    stop_ns: int | None = None
    start_epoch_us: int = 0
    folded: Sequence[tuple[str, int, int]] = field(default_factory=list)  # lane name, records, dropped strings
    folded_tid: int = 0
    failed_calls: int = 0

    @property
    def not_kept(self) -> LaneSnapshot:
        """The lane that bears the counts of the folded ones."""
        _, records, strings = zip(*self.folded, strict=True) if self.folded else ((), (), ())
        return LaneSnapshot(NOT_KEPT, self.folded_tid, recorded=sum(records), dropped_strings=sum(strings))


def export_document(snapshot: Snapshot) -> dict[str, Any]:
    """Return the whole export as an object of plain dicts and lists, events sorted stably by (ts, tid)."""
    events: list[Event] = []
    ends: list[tuple[int, float, float | None]] = []
    for lane in snapshot.lanes:
        own = events_of(lane, snapshot.start_ns)
        if lane.finished or len(lane.users) > 1 or any(event["name"] is None for event in own):
            place = Place()
            ends += [(lane.tid, *end) for end in place.attribute(lane, own)]
            if lane.finished and place.open_names:
                ends.append((lane.tid, place.last_us, None))
        events += own
        if snapshot.stop_ns is not None and not lane.finished:
            events.append(stop_event(lane.tid, (snapshot.stop_ns - snapshot.start_ns) / 1000))
    events.sort(key=itemgetter("ts"))  # stable: the lanes were added by tid
    metadata = [*start_metadata(snapshot), *lane_metadata(snapshot)]
    other = describe(snapshot)
    if ends:
        last_us = events[-1]["ts"]
        other["aero_nb"]["gaps"] = [gap(tid, start, last_us if end is None else end, 0) for tid, start, end in ends]
    return {"traceEvents": metadata + events, "otherData": other}


@dataclass
class Place:
    """How far the events of a lane have been told apart: who recorded the last one, when, and what is open there."""

    user: LaneUser | None = None
    last_us: float = 0.0
    open_names: list[str] = field(default_factory=list)  # outermost first

    def attribute(self, lane: LaneSnapshot, events: list[Event]) -> list[tuple[float, float]]:
        """Name the ends without a name; on a lane of several threads, give each span and instant its thread's name.

        Returns (last moment of a thread, first of the next one) where spans were open when a thread ended.
        """
        ends = []
        start = lane.recorded - len(events)
        for user, first, stop in stretches(lane.users or [(0, lane.name)], start, lane.recorded):
            own = events[first - start : stop - start]
            if self.user is not None and self.user[0] != user[0] and self.open_names:
                ends.append((self.last_us, own[0]["ts"]))
                self.open_names.clear()
            name_ends(own, self.open_names)
            if len(lane.users) > 1:
                _name_thread(own, user[1])
            self.user, self.last_us = user, max(event["ts"] for event in own)
        return ends


def _name_thread(events: list[Event], thread: str) -> None:
    for event in events:
        if event["ph"] == "B":
            event["args"] = {"thread": thread}
        elif event["ph"] == "i":
            event["args"] = {"thread": thread, **event.get("args", {})}


def gap(tid: int, start_us: float, end_us: float, dropped: int) -> dict[str, Any]:
    """Return a row of ``gaps``: spans that are open on the lane at ``start_us`` end there, unfinished.

    With ``dropped`` 0 it means that the thread or process had ended: nothing after it is missing, nor went on.
    """
    return {"pid": PID, "tid": tid, "start_us": start_us, "end_us": end_us, "dropped_records": dropped}


def to_json(document: dict[str, Any]) -> bytes:
    """Return ``document`` as JSON bytes."""
    import orjson

    return orjson.dumps(document)


def events_of(lane: LaneSnapshot, start_ns: int) -> list[Event]:
    """Return the events of one lane in the order in which they were recorded; ends without a name have None."""
    names = [*lane.names, None, UNKNOWN]  # the negative codes: an end without a name, and a full string table
    tid = lane.tid
    events: list[Event] = []
    add = events.append
    for record in lane.records:
        code = record[0]
        kind = code % KINDS
        ts = (record[1] - start_ns) / 1000
        name = names[code // KINDS]
        if kind == BEGIN:
            add({"name": name, "cat": "aero", "ph": "B", "ts": ts, "pid": PID, "tid": tid})
        elif kind == END:
            add({"name": name, "cat": "aero", "ph": "E", "ts": ts, "pid": PID, "tid": tid})
        elif kind == INSTANT:
            add(_instant(name, ts, tid, record))
        else:
            args = {name: record[2]}
            add({"name": "counters", "cat": "aero", "ph": "C", "ts": ts, "pid": PID, "tid": tid, "args": args})
    return events


def name_ends(events: list[Event], open_names: list[str]) -> None:
    """Give each end without a name that of the innermost open span; one whose begin was overwritten stays nameless.

    ``open_names`` are the spans open before the events, outermost first; afterwards those open behind them.
    """
    for event in events:
        if event["ph"] == "B":
            open_names.append(event["name"])
        elif event["ph"] == "E" and event["name"] is None:
            if open_names:
                event["name"] = open_names.pop()
            else:
                del event["name"]
        elif event["ph"] == "E":
            _close(open_names, event["name"])


def _close(open_names: list[str], name: str) -> None:
    for depth in range(len(open_names) - 1, -1, -1):
        if open_names[depth] == name:
            del open_names[depth]
            return


def _instant(name: str | None, ts: float, tid: int, record: Record) -> Event:
    event: Event = {"name": name, "cat": "aero", "ph": "i", "s": record[2], "ts": ts, "pid": PID, "tid": tid}
    if record[3] is not None:
        import orjson

        event["args"] = orjson.loads(record[3])
    return event


def stop_event(tid: int, ts: float) -> Event:
    """Return the instant that ends a lane."""
    return {"name": "traceStop", "cat": "aero", "ph": "i", "s": "p", "ts": ts, "pid": PID, "tid": tid}


def start_metadata(snapshot: Snapshot) -> Iterator[Event]:
    """Yield what every export begins with."""
    yield _metadata("process_name", 0, {"name": "Python"})
    yield _metadata("aero_trace_start_time", 0, {"startTimeEpochUs": snapshot.start_epoch_us})


def lane_metadata(snapshot: Snapshot) -> Iterator[Event]:
    """Yield the name of each lane."""
    for lane in shown_lanes(snapshot):
        yield _metadata("thread_name", lane.tid, {"name": lane.name})


def _metadata(name: str, tid: int, args: dict[str, Any]) -> Event:
    return {"name": name, "ph": "M", "ts": 0, "pid": PID, "tid": tid, "args": args}


def shown_lanes(snapshot: Snapshot) -> list[LaneSnapshot]:
    """Return the lanes, and one more for those that were not kept."""
    return [*snapshot.lanes, snapshot.not_kept] if snapshot.folded else snapshot.lanes


def describe(snapshot: Snapshot) -> dict[str, Any]:
    """Return ``otherData``: the page's own counts by lane name, and ours by lane, as names may repeat."""
    records: Counter[str] = Counter()
    strings: Counter[str] = Counter()
    for lane in shown_lanes(snapshot):
        records[lane.name] += lane.dropped_records
        strings[lane.name] += lane.dropped_strings
    aero = {
        "traceEnabled": snapshot.enabled,
        "startTimeEpochUs": snapshot.start_epoch_us,
        "droppedRecordsByThread": dict(records),
        "droppedStringsByThread": dict(strings),
        "workerExportTimeouts": [],
    }
    folded = [
        {"name": name, "dropped_records": dropped, "dropped_strings": lost} for name, dropped, lost in snapshot.folded
    ]
    lanes = [_lane_counts(lane) for lane in shown_lanes(snapshot)]
    return {"aero": aero, "aero_nb": {"lanes": lanes, "folded_lanes": folded, "failed_calls": snapshot.failed_calls}}


def _lane_counts(lane: LaneSnapshot) -> dict[str, Any]:
    return {
        "pid": PID,
        "tid": lane.tid,
        "name": lane.name,
        "dropped_records": lane.dropped_records,
        "dropped_strings": lane.dropped_strings,
        "dropped_args": lane.args_lost,
        "reprs": lane.reprs,
        **({"first_thread": lane.users[0][1]} if len(lane.users) > 1 else {}),
    }
