"""Columns, dtypes and units of every table of a Trace.

Dtypes are those of a loaded table: ``category`` is a pandas category of str; ``id`` is int64 where every pid (tid) of
the events is a 64-bit integer, else str with <NA> for missing ones (nullable Int64 where only tracks without a thread
lack one).
Times are float64 microseconds counted from ``Trace.origin_us`` on the file's clock.
"""

SPANS = {
    "name": "category",
    "cat": "category",
    "ts_us": "float64",
    "dur_us": "float64",
    "self_us": "float64",
    "depth": "int32",
    "parent": "int64",
    "track": "int32",
    "pid": "id",
    "tid": "id",
    "process": "category",
    "thread": "category",
    "unfinished": "bool",
}
INSTANTS = {
    "name": "category",
    "cat": "category",
    "ts_us": "float64",
    "scope": "category",
    "track": "int32",
    "pid": "id",
    "tid": "id",
    "process": "category",
    "thread": "category",
}
COUNTERS = {
    "series": "category",
    "ts_us": "float64",
    "value": "float64",
    "name": "category",
    "track": "int32",
    "pid": "id",
    "tid": "id",
    "process": "category",
    "thread": "category",
}
ASYNC_SPANS = {
    "name": "category",
    "cat": "category",
    "id": "category",
    "ts_us": "float64",
    "dur_us": "float64",
    "depth": "int32",
    "parent": "int64",
    "track": "int32",
    "pid": "id",
    "tid": "id",
    "process": "category",
    "thread": "category",
    "unfinished": "bool",
}
FLOWS = {
    "name": "category",
    "cat": "category",
    "id": "category",
    "from_span": "int64",
    "to_span": "int64",
    "from_ts_us": "float64",
    "to_ts_us": "float64",
}
TRACKS = {
    "kind": "category",
    "pid": "id",
    "tid": "id",
    "process": "category",
    "thread": "category",
    "sort_index": "Int64",
    "first_ts_us": "float64",
    "last_ts_us": "float64",
    "spans": "int64",
    "events": "int64",
    "source": "int32",
    "source_pid": "id",
}
LOSSES = {
    "dropped_records": "Int64",
    "dropped_strings": "Int64",
    "export_timed_out": "bool",
    "orphan_ends": "int64",
    "unfinished_spans": "int64",
    "complete_from_us": "float64",
}
GAPS = {"track": "int32", "start_us": "float64", "end_us": "float64", "dropped_records": "Int64"}
SAMPLES = {
    "ts_us": "float64",
    "weight_us": "float64",
    "stack": "int64",
    "track": "int32",
    "pid": "id",
    "tid": "id",
    "process": "category",
    "thread": "category",
}
STACKS = {
    "parent": "int64",
    "function": "category",
    "file": "category",
    "line": "Int64",
    "column": "Int64",
    "kind": "category",
}
DIAGNOSTICS = {
    "code": "category",
    "severity": "category",
    "count": "int64",
    "first_event": "int64",
    "example": "string",
}
EVENTS = {
    "kind": "category",
    "ph": "category",
    "name": "category",
    "cat": "category",
    "ts_us": "float64",
    "dur_us": "float64",
    "self_us": "float64",
    "value": "float64",
    "series": "category",
    "depth": "Int32",
    "parent": "Int64",
    "track": "Int32",
    "pid": "id",
    "tid": "id",
    "process": "category",
    "thread": "category",
    "scope": "category",
    "event": "int64",
}
"""``Trace.to_dataframe``; what a kind of row lacks is NA."""
