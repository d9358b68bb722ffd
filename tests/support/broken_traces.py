"""Whole traces to break, and what must hold of whatever is left of one."""

import gzip
import json
import zipfile
from io import BytesIO

from aero_nb import Trace, TraceFormatError

EVENTS = [
    {"ph": "M", "name": "process_name", "pid": 1, "args": {"name": "Aero \u00e9"}},
    {"ph": "M", "name": "aero_trace_start_time", "pid": 1, "tid": 0, "ts": 0, "args": {"startTimeEpochUs": 1.7e15}},
    {
        "ph": "B",
        "name": "a",
        "cat": "x,y",
        "pid": "gpu",
        "tid": 1,
        "ts": 1.0005,
        "args": {"k": [1, None, {"z": 2**70}]},
    },
    {
        "ph": "X",
        "name": 'zero \\ " \u0001',
        "pid": "gpu",
        "tid": 1,
        "ts": "3",
        "dur": 0,
        "bind_id": "0x9",
        "flow_out": True,
    },
    {"ph": "E", "name": "a", "pid": "gpu", "tid": 1, "ts": 5},
    {"ph": "E", "pid": "gpu", "tid": 1, "ts": 6},
    {"ph": "X", "name": 5, "pid": None, "tid": 1.7, "ts": -12.5, "dur": -3, "bind_id": 9, "flow_in": True},
    {"ph": "s", "name": "arrow", "cat": "f", "id": 3, "pid": 1, "tid": 1, "ts": 2},
    {"ph": "f", "name": "arrow", "cat": "f", "id": "0x3", "pid": 1, "tid": 1, "ts": 41, "bp": "e"},
    {"ph": "b", "name": "load", "cat": "net", "id2": {"local": "0x1"}, "pid": 1, "tid": 1, "ts": 1},
    {"ph": "e", "name": "load", "cat": "net", "id2": {"local": "0x1"}, "pid": 1, "tid": 2, "ts": 9},
    {"ph": "S", "name": "old", "cat": "net", "id": "q", "pid": 1, "tid": 1, "ts": 4},
    {"ph": "i", "name": "now", "pid": 1, "tid": 1, "ts": 7, "s": "g"},
    {"ph": "C", "name": "counters", "pid": 1, "tid": 1, "ts": 9, "args": {"a": 1, "b": "2.5", "c": None}},
    {"ph": "N", "name": "object", "id": "0x5", "pid": 1, "tid": 1, "ts": 1e3},
    {},
]
AERO = {"startTimeEpochUs": 5, "droppedRecordsByThread": {"cpu": 7}, "workerExportTimeouts": ["io"]}
OURS = {
    "gaps": [{"pid": 1, "tid": 1, "start_us": 2, "end_us": 3, "dropped_records": 7}],
    "lanes": [{"pid": 1, "tid": 1, "dropped_records": 5}],
    "processes": [{"pid": 1, "source": 1, "source_pid": "x"}],
    "unfinished_ends_ns": [[2, 5000]],
    "start_epoch_ns": 5,
}


def zipped(data: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("trace.json", data)
    return file.getvalue()


_OBJECT = json.dumps({"traceEvents": EVENTS, "otherData": {"aero": AERO, "aero_nb": OURS}}).encode()
_ARRAY = json.dumps(EVENTS, ensure_ascii=False).encode()
SEEDS = [
    _OBJECT,
    _ARRAY,
    b"\n".join(json.dumps(event).encode() for event in EVENTS),
    gzip.compress(_ARRAY, mtime=0),
    zipped(_OBJECT),
    b'\xef\xbb\xbf[{"ph":"X","name":"\xff","ts":NaN,"ts":1,"dur":Infinity},,]',
    b'{"ph":"X","name":"one","pid":1,"tid":1,"ts":1,"dur":5}',
    b"[]",
    b"{}",
]


def assert_reads(data: bytes) -> bool:
    """Load ``data``: True, or False where it is refused as no trace; nothing else may happen."""
    try:
        Trace.from_bytes(data, max_bytes=1 << 26, progress=False)
    except TraceFormatError:
        return False
    return True


def assert_survives(data: bytes) -> bool:
    """Load ``data``: refused as no trace (False), or every table stands and what is saved can be loaded (True)."""
    try:
        trace = Trace.from_bytes(data, max_bytes=1 << 26, progress=False)
    except TraceFormatError:
        return False
    tables = (trace.spans, trace.instants, trace.counters, trace.async_spans, trace.flows, trace.tracks, trace.losses)
    rows = trace.to_dataframe(args=["k.0"])
    assert len(rows) >= sum(map(len, tables[:4]))
    assert len(trace.diagnostics) == len(trace.columns.problems)
    assert len(trace.gaps) == len(trace.columns.gaps)
    for span in range(len(trace.spans)):
        trace.args(span)
    assert repr(trace)
    copy = Trace.from_bytes(Trace(trace.columns).to_bytes(), progress=False)
    assert len(copy.spans) == len(trace.spans)
    return True
