"""The same questions to Perfetto v52's SQL and to our analysis: the same answers, to the nanosecond."""

import json
import subprocess
import sys

import pandas as pd
import pytest

import aero_nb
from aero_nb.analysis import counter_intervals, flatten
from tests.support.shared import SHARED, needs_perfetto

pytestmark = [
    *needs_perfetto,
    pytest.mark.slow,
]

SELF_TIME = (
    "include perfetto module slices.self_dur; select name, sum(self_dur) from slice_self_dur join slice using (id) "
    "group by name order by name"
)
FLAT = (
    "include perfetto module slices.flat_slices; select name, count(*), sum(dur) from _slice_flattened "
    "where dur > 0 group by name order by name"
)
COUNTERS = (
    "include perfetto module counters.intervals; select count(*), sum(dur), sum(iif(next_value is null, 0, "
    "next_value - value)) from counter_leading_intervals!((select id, ts, track_id, value from counter))"
)
# Where both rules nest alike and every span ended; the others are told in docs/perfetto.md.
CASES = [
    "dynamic_tables__connected_flow",
    "json__json_incomplete",
    "json__json_sort_index_ordering",
    "json__json_trace_metadata",
    "json__json_trailing_comma",
    "json__string_tts_and_tdur",
    "parsing__display_time_unit_slices",
    "parsing__flow_events_json_v1",
    "parsing__same_ts_duration_slice_then_zero_duration_slice_unnesting",
    "parsing__same_ts_two_duration_slice_unnesting",
    "parsing__same_ts_zero_duration_slice_then_begin_end_slice_unnesting",
    "parsing__same_ts_zero_duration_slice_then_duration_slice_unnesting",
]


def perfetto(path, sql):
    """Return the rows of a query, split into columns."""
    command = [sys.executable, SHARED / "bench" / "perfetto" / "perfetto.py", path, sql]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    assert "ERR" not in done.stdout, done.stdout
    return [line.split("|") for line in done.stdout.splitlines()[1:]]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A trace with few names (the runner prints 40 rows at most) and no instants, which Perfetto counts as slices."""
    target = tmp_path_factory.mktemp("trace") / "trace.json"
    subprocess.run([sys.executable, SHARED / "bench" / "make_trace.py", "20000", target], check=True)
    document = json.loads(target.read_bytes())
    events = document["traceEvents"] = [event for event in document["traceEvents"] if event["ph"] != "i"]
    for event in events:
        if event["ph"] in "BE":
            event["name"] = event["name"].partition(":")[0]
    for tid in {event["tid"] for event in events if event["ph"] != "M"}:
        close_open_spans(events, tid)
    target.write_text(json.dumps(document))
    return target


def close_open_spans(events, tid):
    """Perfetto has no end for a span that never ended; ours ends it. Here all end."""
    lane = [event for event in events if event["tid"] == tid and event["ph"] in "BE"]
    stack = []
    for event in lane:
        stack.append(event) if event["ph"] == "B" else stack.pop()
    last = max(event["ts"] for event in events)
    events += [{**event, "ph": "E", "ts": last} for event in reversed(stack)]


def ns(us):
    return (us * 1000).round().astype("int64")


def test_self_time_by_name(path):
    spans = aero_nb.load(path).spans
    ours = ns(spans.groupby(spans["name"].astype("str"))["self_us"].sum())
    assert {name: int(total) for name, total in perfetto(path, SELF_TIME)} == ours.to_dict()


def test_flattened_slices(path):
    slices = flatten(aero_nb.load(path).spans)
    by_name = ns(slices["dur_us"]).groupby(slices["name"].astype("str"))
    ours = pd.DataFrame({"count": by_name.size(), "ns": by_name.sum()})
    theirs = {name: (int(count), int(total)) for name, count, total in perfetto(path, FLAT)}
    assert theirs == {name: tuple(row) for name, row in zip(ours.index, ours.to_numpy().tolist(), strict=True)}


def test_counter_intervals(path):
    # Perfetto tells Aero's counters of one name apart by process, not by thread; and the last sample of a series holds
    # until the end of the trace.
    counters = aero_nb.load(path).counters.assign(track=0)
    ((end_ns,),) = perfetto(path, "select end_ts from trace_bounds")
    table = counter_intervals(counters, end_us=int(end_ns) / 1000)
    ((count, total_ns, change),) = perfetto(path, COUNTERS)
    assert (len(table), int(ns(table["dur_us"]).sum())) == (int(count), int(total_ns))
    assert table["delta"].sum() == float(change)


@pytest.mark.parametrize("case", CASES)
def test_self_time_in_perfettos_own_cases(case):
    path = SHARED / "traces" / "perfetto" / "cases" / case / "input.json"
    spans = aero_nb.load(path).spans
    ours = ns(spans.groupby(spans["name"].astype("str"))["self_us"].sum())
    assert {name: int(total) for name, total in perfetto(path, SELF_TIME)} == ours.to_dict()
