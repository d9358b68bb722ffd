"""Records -> Chrome Trace Event JSON, in the very shape of the page's own export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from aero_nb.recorder.ring import BEGIN, COUNTER, END, INSTANT, KINDS, UNKNOWN, Record

PID = 1
MAIN_TID = 1
Event = dict[str, Any]


@dataclass
class LaneSnapshot:
    """What one lane held at one moment."""

    tid: int
    name: str
    records: Sequence[Record] = ()
    recorded: int = 0  # ever, by this lane
    names: Sequence[str] = ()
    dropped_strings: int = 0
    reprs: int = 0
    stopped: bool = True  # still there when recording stopped: gets a traceStop

    @property
    def dropped_records(self) -> int:
        """How many records were overwritten."""
        return self.recorded - len(self.records)


@dataclass
class Snapshot:
    """All that one export needs, taken at one moment."""

    lanes: list[LaneSnapshot]
    enabled: bool = False
    start_ns: int = 0
    stop_ns: int | None = None
    start_epoch_us: int = 0
    extra: dict[str, Any] = field(default_factory=dict)


def export_document(snapshot: Snapshot) -> dict[str, Any]:
    """Return the whole export as an object of plain dicts and lists, events sorted stably by (ts, tid)."""
    events: list[Event] = []
    for lane in snapshot.lanes:
        events.extend(lane_events(lane, snapshot.start_ns))
        if snapshot.stop_ns is not None and lane.stopped:
            events.append(_stop_event(lane.tid, (snapshot.stop_ns - snapshot.start_ns) / 1000))
    events.sort(key=itemgetter("ts"))  # stable: the lanes were added by tid
    return {
        "traceEvents": [*_metadata_events(snapshot), *events],
        "otherData": {"aero": _aero(snapshot), "aero_nb": _aero_nb(snapshot)},
    }


def to_json(document: dict[str, Any]) -> bytes:
    """Return ``document`` as JSON bytes."""
    import orjson

    return orjson.dumps(document)


def lane_events(lane: LaneSnapshot, start_ns: int) -> list[Event]:
    """Return the events of one lane in the order in which they were recorded."""
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
        elif kind == COUNTER:
            args = {name: record[2]}
            add({"name": "counters", "cat": "aero", "ph": "C", "ts": ts, "pid": PID, "tid": tid, "args": args})
        elif kind == INSTANT:
            add(_instant_event(name, ts, tid, record))
    if any(event["name"] is None for event in events):
        _name_ends(events)
    return events


def _name_ends(events: list[Event]) -> None:
    """Give each end without a name that of the innermost open span; one whose begin was overwritten stays nameless."""
    open_names: list[str] = []
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


def _instant_event(name: str | None, ts: float, tid: int, record: Record) -> Event:
    event: Event = {"name": name, "cat": "aero", "ph": "i", "s": record[2], "ts": ts, "pid": PID, "tid": tid}
    if record[3] is not None:
        import orjson

        event["args"] = orjson.loads(record[3])
    return event


def _stop_event(tid: int, ts: float) -> Event:
    return {"name": "traceStop", "cat": "aero", "ph": "i", "s": "p", "ts": ts, "pid": PID, "tid": tid}


def _metadata_events(snapshot: Snapshot) -> Iterable[Event]:
    def metadata(name: str, tid: int, args: dict[str, Any]) -> Event:
        return {"name": name, "ph": "M", "ts": 0, "pid": PID, "tid": tid, "args": args}

    yield metadata("process_name", 0, {"name": "Python"})
    yield metadata("aero_trace_start_time", 0, {"startTimeEpochUs": snapshot.start_epoch_us})
    for lane in snapshot.lanes:
        yield metadata("thread_name", lane.tid, {"name": lane.name})


def _aero(snapshot: Snapshot) -> dict[str, Any]:
    records: Counter[str] = Counter()
    strings: Counter[str] = Counter()
    for lane in snapshot.lanes:
        records[lane.name] += lane.dropped_records
        strings[lane.name] += lane.dropped_strings
    return {
        "traceEnabled": snapshot.enabled,
        "startTimeEpochUs": snapshot.start_epoch_us,
        "droppedRecordsByThread": dict(records),
        "droppedStringsByThread": dict(strings),
        "workerExportTimeouts": [],
    }


def _aero_nb(snapshot: Snapshot) -> dict[str, Any]:
    """Return what the page's export has no place for: exact counts by lane, where names repeat."""
    lanes = [
        {
            "pid": PID,
            "tid": lane.tid,
            "name": lane.name,
            "droppedRecords": lane.dropped_records,
            "droppedStrings": lane.dropped_strings,
            "reprs": lane.reprs,
        }
        for lane in snapshot.lanes
    ]
    return {"lanes": lanes, **snapshot.extra}
