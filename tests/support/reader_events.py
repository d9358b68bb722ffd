"""Events given as keywords, and what the reader reports about them."""

import aero_nb


def event_of(ph, ts, name="a", **fields):
    return {"ph": ph, "ts": ts, "name": name, "pid": 1, "tid": 1, "cat": "c", **fields}


def load_events(*events):
    return aero_nb.load({"traceEvents": list(events)})


def codes(trace):
    return dict(trace.diagnostics.set_index("code")["count"])
