"""Several Traces on one clock, each with its own processes."""

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

import aero_nb
from aero_nb import Trace
from tests.support import strategies
from tests.support.equality import assert_same
from tests.support.model_tables import document_of

SECOND = 1_000_000


def export(start_us: float, *events: dict[str, Any], pid: Any = 1, name: str = "Aero") -> Trace:
    """A Trace as Aero exports it: its clock counts from ``start_us``, microseconds since the epoch."""
    head = [
        {"ph": "M", "name": "process_name", "pid": pid, "tid": 0, "ts": 0, "args": {"name": name}},
        {
            "ph": "M",
            "name": "aero_trace_start_time",
            "pid": pid,
            "tid": 0,
            "ts": 0,
            "args": {"startTimeEpochUs": start_us},
        },
        {"ph": "M", "name": "thread_name", "pid": pid, "tid": 1, "ts": 0, "args": {"name": "Main"}},
    ]
    document = {"traceEvents": [*head, *events], "otherData": {"aero": {"startTimeEpochUs": start_us}}}
    return Trace.from_bytes(json.dumps(document).encode())


def span(name: str, ts: float, dur: float = 10, pid: Any = 1, **fields: Any) -> dict[str, Any]:
    return {"ph": "X", "name": name, "pid": pid, "tid": 1, "ts": ts, "dur": dur, **fields}


def plain(*events: dict[str, Any]) -> Trace:
    return Trace.from_bytes(json.dumps(list(events)).encode())


def rows(table: pd.DataFrame, *columns: str) -> list[list[Any]]:
    return table[list(columns)].astype(object).to_numpy().tolist()


def test_wall_clocks_are_brought_together_and_time_counts_from_the_earliest_start():
    early = export(1_000 * SECOND, span("a", 5))
    late = export(1_000 * SECOND + 20.5, span("b", 5), name="Python")
    merged = late.merge(early)
    assert rows(merged.spans, "name", "ts_us", "process") == [["a", 5, "Aero"], ["b", 25.5, "Python"]]
    assert merged.start == pd.Timestamp(1_000, unit="s", tz="UTC")


def test_a_measured_offset_is_added_to_its_clock():
    first, second = export(SECOND, span("a", 0)), export(SECOND, span("b", 0))
    merged = first.merge(second, clock_offsets_us=[0, 3.25])
    assert rows(merged.spans, "name", "ts_us") == [["a", 0], ["b", 3.25]]
    assert rows(first.merge(second, clock_offsets_us=[0, -3.25]).spans, "name", "ts_us") == [["b", 0], ["a", 3.25]]


def test_there_is_an_offset_for_every_trace():
    with pytest.raises(ValueError, match="each of the 2 traces"):
        export(SECOND).merge(export(SECOND), clock_offsets_us=[1.0])


@pytest.mark.parametrize("offsets", [[0.0, float("nan")], [float("inf"), 0.0]])
def test_an_offset_is_a_finite_number(offsets: list[float]):
    with pytest.raises(ValueError, match="finite clock offsets"):
        export(SECOND).merge(export(SECOND), clock_offsets_us=offsets)


def test_clocks_too_far_apart_for_one_are_refused_instead_of_wrapping_around():
    with pytest.raises(ValueError, match="570 years; pass clock_offsets_us"):
        plain(span("late", 9e15)).merge(plain(span("early", -9e15)))
    near = plain(span("late", 9e15)).merge(plain(span("early", -9e15)), clock_offsets_us=[-9e15, 9e15])
    assert rows(near.spans, "name", "ts_us") == [["late", 0], ["early", 0]]


@pytest.mark.parametrize("offset", [1e300, 9.3e15, -9.3e15])
def test_an_offset_beyond_every_clock_is_refused(offset: float):
    with pytest.raises(ValueError, match="fit one clock"):
        plain(span("a", 0)).merge(plain(span("b", 0)), clock_offsets_us=[0, offset])
    with pytest.raises(ValueError, match="fit one clock"):
        export(SECOND, span("a", 0)).merge(export(SECOND, span("b", 0)), clock_offsets_us=[0, offset])


def test_where_no_clock_is_known_they_are_one_clock():
    merged = plain(span("a", 100)).merge(plain(span("b", 40)))
    assert rows(merged.spans, "name", "ts_us") == [["b", 40], ["a", 100]]
    assert merged.start is None
    assert merged.diagnostics.set_index("code").loc["clock_unknown", "count"] == 2


def test_a_trace_without_a_clock_begins_with_the_earliest_start():
    merged = export(SECOND, span("a", 30)).merge(plain(span("b", 7_000)))
    assert rows(merged.spans, "name", "ts_us") == [["b", 0], ["a", 30]]
    assert merged.diagnostics.set_index("code").loc["clock_unknown", "count"] == 1


def test_a_clock_beyond_a_float64_is_shifted_exactly():
    epoch = 1_700_000_000_000_000
    late = export(SECOND, span("late", epoch + 0.5))
    merged = late.merge(export(SECOND, span("early", 0.001)))
    assert merged.columns.spans.ts.tolist() == [1, epoch * 1000 + 500]


def test_a_taken_pid_becomes_the_next_free_integer():
    merged = export(SECOND, span("a", 0)).merge(
        export(SECOND, span("b", 1)), export(SECOND, span("c", 2, pid=2), pid=2)
    )
    assert rows(merged.spans, "name", "pid") == [["a", 1], ["b", 2], ["c", 3]]
    lanes = merged.tracks.query("kind == 'thread'")
    assert rows(lanes, "pid", "source", "source_pid") == [[1, 0, 1], [2, 1, 1], [3, 2, 2]]


def test_a_free_pid_stays_and_a_new_one_takes_none_of_its_own():
    merged = plain(span("a", 0, pid=1)).merge(plain(span("b", 1, pid=1), span("c", 2, pid=2)))
    assert rows(merged.spans, "name", "pid") == [["a", 1], ["b", 3], ["c", 2]]


def test_text_and_missing_pids_become_integers_too():
    merged = plain(span("a", 0, pid="gpu")).merge(plain(span("b", 1, pid="gpu")), plain(span("c", 2, pid=None)))
    assert rows(merged.spans, "name", "pid")[:2] == [["a", "gpu"], ["b", "1"]]
    assert merged.spans["pid"].isna().tolist() == [False, False, True]


def test_parents_arrows_and_args_stay_with_their_spans():
    def traced(*shift: float) -> Trace:
        ts = shift[0]
        return plain(
            span("outer", ts, 50, args={"from": ts}),
            span("inner", ts + 10, 5, args={"deep": ts}),
            {"ph": "s", "id": 1, "cat": "f", "name": "f", "pid": 1, "tid": 1, "ts": ts + 11},
            {"ph": "f", "id": 1, "cat": "f", "name": "f", "pid": 1, "tid": 1, "ts": ts + 20, "bp": "e"},
        )

    merged = traced(100).merge(traced(95))
    assert rows(merged.spans, "name", "ts_us", "parent", "depth") == [
        ["outer", 95, -1, 0],
        ["outer", 100, -1, 0],
        ["inner", 105, 0, 1],
        ["inner", 110, 1, 1],
    ]
    assert rows(merged.flows, "from_span", "to_span") == [[2, 0], [3, 1]]
    assert [merged.args(number) for number in range(4)] == [{"from": 95}, {"from": 100}, {"deep": 95}, {"deep": 100}]


def test_equal_async_and_flow_ids_of_two_sources_stay_apart_when_saved():
    def traced(ts: int) -> Trace:
        return plain(
            span("work", ts, 50, bind_id=5, flow_out=True),
            span("reply", ts + 60, 5, bind_id=5, flow_in=True),
            {"ph": "b", "id": 1, "cat": "net", "name": "load", "pid": 1, "tid": 1, "ts": ts},
            {"ph": "e", "id": 1, "cat": "net", "name": "load", "pid": 1, "tid": 1, "ts": ts + 30},
            {"ph": "s", "id": 1, "cat": "f", "name": "f", "pid": 1, "tid": 1, "ts": ts + 1},
            {"ph": "f", "id": 1, "cat": "f", "name": "f", "pid": 1, "tid": 1, "ts": ts + 20, "bp": "e"},
        )

    merged = traced(0).merge(traced(5))
    copy = Trace.from_bytes(merged.to_bytes())
    assert rows(copy.async_spans, "ts_us", "dur_us", "depth", "pid") == [[0, 30, 0, 1], [5, 30, 0, 2]]
    assert copy.flows["id"].tolist() == ["5", "1", "5@1", "1"]  # a bind_id has no scope to tell sources apart
    assert_same(merged, copy, but=("diagnostics", "to_dataframe"), besides={"flows": ["id"]})


def test_losses_and_gaps_stay_with_their_lanes():
    gap = {"pid": 1, "tid": 1, "start_us": 1, "end_us": 2, "dropped_records": 9}
    document = {
        "traceEvents": [
            {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "cpu"}},
            {"ph": "E", "name": "lost", "pid": 1, "tid": 1, "ts": 3},
            span("kept", 4),
        ],
        "otherData": {
            "aero": {"startTimeEpochUs": 2 * SECOND, "droppedRecordsByThread": {"cpu": 9}},
            "aero_nb": {"gaps": [gap]},
        },
    }
    merged = export(SECOND, span("a", 0)).merge(Trace.from_bytes(json.dumps(document).encode()))
    lane = int(merged.spans.loc[1, "track"])
    assert merged.losses.loc[lane, "dropped_records"] == 9
    assert merged.losses.loc[lane, "orphan_ends"] == 1
    assert rows(merged.gaps, "track", "start_us", "end_us") == [[lane, SECOND + 1, SECOND + 2]]
    copy = Trace.from_bytes(merged.to_bytes())
    assert_same(merged, copy, but=("diagnostics",))


def test_the_originals_stay_verbatim_beside_the_merged_trace():
    first, second, third = export(SECOND, span("a", 0)), export(SECOND, span("b", 1)), plain(span("c", 2))
    merged = first.merge(second).merge(third)
    assert [source.to_bytes() for source in merged.sources] == [t.to_bytes() for t in (first, second, third)]
    assert sorted(set(merged.tracks["source"])) == [0, 1, 2]


def test_load_of_a_list_merges(tmp_path):
    parts = [export(SECOND, span("a", 0)), export(2 * SECOND, span("b", 0))]
    paths = [part.save(tmp_path / f"{number}.json") for number, part in enumerate(parts)]
    merged = aero_nb.load(paths)
    assert rows(merged.spans, "name", "ts_us", "pid") == [["a", 0, 1], ["b", SECOND, 2]]


def test_a_merged_trace_is_saved_and_loaded_as_it_is():
    first = export(SECOND, span("a", 0), {"ph": "B", "name": "open", "pid": 1, "tid": 1, "ts": 2})
    merged = first.merge(export(SECOND + 500, span("b", 1_000, 5)))
    assert merged.spans.set_index("name").loc["open", "dur_us"] == 8  # up to the end of its own trace
    assert_same(merged, Trace.from_bytes(merged.to_bytes()), but=("diagnostics",))


@settings(max_examples=50, deadline=None)
@given(strategies.thread_traces | strategies.async_traces | strategies.flow_traces, strategies.mixed_traces)
def test_made_up_traces_keep_their_tables_in_a_merge_and_a_merge_survives_saving(left, right):
    traces = [Trace.from_bytes(json.dumps(document_of(events)).encode()) for events in (left, right)]
    merged = traces[0].merge(traces[1])
    for source, trace in enumerate(traces):
        pids = {row.pid for row in merged.tracks.itertuples() if row.source == source}
        mine = merged.spans[merged.spans["pid"].isin(pids)]
        columns = ["name", "ts_us", "dur_us", "self_us", "depth", "unfinished"]
        assert rows(mine, *columns) == rows(trace.spans, *columns)
    # Lanes of counters and async events are numbered by their first event in time; a v2 arrow's id names its source.
    numbers = {"to_dataframe": ["event", "track"], "counters": ["track"], "async_spans": ["track"], "flows": ["id"]}
    assert_same(merged, Trace.from_bytes(merged.to_bytes()), but=("diagnostics", "tracks"), besides=numbers)


def test_an_offset_is_rounded_to_the_nearest_nanosecond():
    first, second = export(SECOND, span("a", 0)), export(SECOND, span("b", 0))
    for offset_us, ns in ((0.0019, 2), (0.0014, 1)):
        assert first.merge(second, clock_offsets_us=[0, offset_us]).columns.spans.ts.tolist() == [0, ns]
    assert first.merge(second, clock_offsets_us=[0, -0.0019]).columns.spans.ts.tolist() == [0, 2]


def test_the_first_event_of_a_problem_is_counted_through_all_files_and_none_stays_none():
    whole = plain(span("a", 0), span("b", 20))
    ends = plain(span("c", 0), {"ph": "E", "name": "d", "pid": 1, "tid": 1, "ts": 50})
    merged = whole.merge(ends, ends).diagnostics.set_index("code")
    assert ends.diagnostics.set_index("code").loc["orphan_end", ["count", "first_event"]].tolist() == [1, 1]
    assert merged.loc["orphan_end", ["count", "first_event"]].tolist() == [2, 2 + 1]
    of_no_event = Trace.from_bytes(b"\xef\xbb\xbf" + json.dumps([span("e", 0)]).encode())
    assert whole.merge(of_no_event).diagnostics.set_index("code").loc["bom", "first_event"] == -1


def test_a_problem_of_a_later_files_very_first_event_is_counted_through_all_files():
    whole = plain(span("a", 0), span("b", 20))
    begins_with_an_end = plain({"ph": "E", "name": "c", "pid": 1, "tid": 1, "ts": 0}, span("d", 5))
    merged = whole.merge(begins_with_an_end).diagnostics.set_index("code")
    assert merged.loc["orphan_end", "first_event"] == 2
