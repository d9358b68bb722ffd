"""Perfetto's own test cases and small probes: agreed with, or on the list of deliberate differences with the reason.

``python tests/reader/test_perfetto_cases.py`` writes the list into ``docs/perfetto.md``.
"""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import aero_nb
from aero_nb import Trace
from tests.support.shared import SHARED, needs_shared

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "perfetto.md"
PERFETTO = SHARED / "traces" / "perfetto"
CASES = PERFETTO / "cases"

pytestmark = needs_shared

CASES_DIFFER = {
    "json__json_async": "without a cat or with an empty id an async pair is still a pair; Perfetto drops it",
    "json__json_extreme_vals": "an X without dur is a span of 0, counted; Perfetto drops it",
    "json__string_pid_tid": "a ph of several letters is unknown and kept as such; Perfetto reads its first letter",
    "json__string_ts_trailing_chars": "an unparsable dur is 0 and counted; Perfetto drops the span",
    "json__json_thread_state": "scheduling states are an extension of newer Perfetto: legacy async steps by the format",
    "json__x_event_order": "a missing tid is a thread of its own; Perfetto makes it the process' main thread",
}
PROBES_DIFFER = {
    "async_no_id": "an async pair without an id is kept under (scope, pid, tid) and counted",
    "bad_utf8_surrogate": "a lone surrogate is shown as U+FFFD and counted",
    "big_tid": "a tid beyond 2^32 is kept",
    "concat": "all arrays of a file are read, not only the first",
    "counter_multi_id": "a counter's integer id is part of its identity",
    "flow_no_slice": "an arrow that finds no span at its ends is kept, with -1",
    "huge_ts": "a ts beyond int64 ns is kept as unplaced; Perfetto wraps it around",
    "interleaved_BE": "crossed spans keep their own durations; Perfetto cuts the inner one",
    "nan_ts": "NaN is read: the event is kept as unplaced; Perfetto fails",
    "neg_dur": "a negative dur is 0 and counted",
    "neg_pid": "a negative tid is kept",
    "no_name": "a span without a name has none; Perfetto writes [No name]",
    "numeric_name": "a name that is a number is shown as text",
    "overlap_X": "X events that cross are both kept",
    "string_pid_num": '"12" is the pid 12; Perfetto makes a new number for it',
    "tid0": "tid 0 is a thread of its own",
    "x_no_dur": "an X without dur is a span of 0, counted",
}


def case_trace(name: str) -> Trace:
    return aero_nb.load(CASES / name / "input.json")


def expected_rows(name: str) -> list[tuple[str, ...]]:
    with (CASES / name / "expected.txt").open(newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def text(value: Any) -> str:
    return "[NULL]" if value is None or value != value else str(value)


def ns(us: float) -> int:
    return round(us * 1000)


def slices(trace: Trace) -> pd.DataFrame:
    """Spans, async spans and instants as Perfetto has them: ns, and -1 as the duration of what never ended."""
    columns = trace.columns
    lanes = columns.threads
    texts = [*columns.strings, None]
    rows: list[tuple[Any, ...]] = []
    for kind, table in (("span", columns.spans), ("async", columns.async_spans), ("instant", columns.instants)):
        for row in range(len(table)):
            thread, is_instant = table.thread[row], kind == "instant"
            dur = 0 if is_instant else -1 if table.unfinished[row] else int(table.dur[row])
            depth = None if is_instant else int(table.depth[row])
            where = "async" if kind == "async" else texts[table.scope[row]] if is_instant else "t"
            rows.append(
                (
                    kind,
                    int(table.ts[row]),
                    dur,
                    texts[table.name[row]],
                    depth,
                    lanes.tid[thread],
                    lanes.pid[thread],
                    where,
                )
            )
    return pd.DataFrame(rows, columns=["kind", "ts", "dur", "name", "depth", "tid", "pid", "scope"], dtype=object)


def select(trace: Trace, *columns: str) -> list[tuple[str, ...]]:
    """Those of a thread or process: global instants lie on no track of theirs."""
    table = slices(trace)
    return [tuple(map(text, row)) for row in table.loc[table["scope"] != "g", list(columns)].itertuples(index=False)]


def connected_flows(trace: Trace) -> list[tuple[str, ...]]:
    names, flows = trace.spans["name"].tolist(), trace.flows[["from_span", "to_span"]].to_numpy().tolist()
    parents = trace.spans["parent"].tolist()

    def ancestors(span: int) -> set[int]:
        return {span} | (ancestors(parents[span]) if parents[span] >= 0 else set())

    def reach(span: int, here: int, there: int, around: Callable[[int], set[int]]) -> set[tuple[int, int]]:
        found: set[tuple[int, int]] = set()
        todo, seen = [span], set()
        while todo:
            seen |= (near := around(todo.pop()))
            new = {tuple(flow) for flow in flows if flow[here] in near} - found
            found |= new
            todo += [flow[there] for flow in new if flow[there] not in seen]
        return found

    def descendants(span: int) -> set[int]:
        return {other for other in range(len(names)) if span in ancestors(other)}

    rows = []
    for span, name in enumerate(names):
        kinds = {
            "directly_connected": reach(span, 0, 1, lambda one: {one}) | reach(span, 1, 0, lambda one: {one}),
            "following": reach(span, 0, 1, descendants),
            "preceding": reach(span, 1, 0, ancestors),
        }
        rows += [(kind, name, names[a], names[b]) for kind, found in kinds.items() for a, b in found]
    return sorted(rows)


def arg_rows(trace: Trace, *keys: str) -> list[tuple[str, ...]]:
    table = trace.to_dataframe(args=list(keys))
    return [
        (row["name"], f"args.{key}", text(int(row[key])))
        for _, row in table.iterrows()
        for key in keys
        if row[key] == row[key] and row[key] is not None
    ]


def slices_with_args(trace: Trace) -> list[tuple[str, ...]]:
    keys = ["arg_str", "arg_int", "arg_bool", "another_int", "scope_val"]
    table = trace.to_dataframe(kinds=["span", "instant"], args=keys)
    rows = []
    for row in table[table["scope"].astype(object).where(table["scope"].notna(), "t") != "g"].to_dict("records"):
        dur = -1 if row["name"] == "BeginEvent" else 0 if row["kind"] == "instant" else ns(row["dur_us"])
        head = (text(ns(row["ts_us"])), str(dur), row["name"])
        found = [(key, row[key]) for key in keys if not (row[key] is None or row[key] != row[key])]
        for key, value in found:
            is_text = isinstance(value, str)
            shown = ("[NULL]" if is_text else str(int(value)),)
            rows.append((*head, f"args.{key}", f"args.{key}", value if is_text else "[NULL]", *shown))
        if not found:
            rows.append((*head, "[NULL]", "[NULL]", "[NULL]", "[NULL]"))
    return rows


def first_with_flow_counts(trace: Trace) -> list[tuple[str, ...]]:
    first = select(trace, "ts", "dur", "name")[0]
    flows = trace.flows
    return [(*first, str((flows["to_span"] == 0).sum()), str((flows["from_span"] == 0).sum()))]


def thread_clock(trace: Trace) -> list[tuple[str, ...]]:
    span = trace.spans.iloc[0]
    return [(*select(trace, "ts", "dur", "name")[0], str(ns(span["tts_us"])), str(ns(span["tdur_us"])))]


def sort_hints(trace: Trace) -> list[tuple[str, ...]]:
    """Processes and the threads of process 10 by their hints; and Perfetto's idle process 0, which is in no file."""
    lanes = trace.columns.threads
    processes = dict(zip(lanes.pid, lanes.process_sort_index, strict=True))
    threads = [(tid, hint) for pid, tid, hint in zip(lanes.pid, lanes.tid, lanes.sort_index, strict=True) if pid == 10]
    rows = [("process", pid, hint or 0) for pid, hint in {**processes, 0: 0}.items()]
    rows = sorted(rows, key=lambda row: (row[2], row[1]))
    rows += sorted([("thread", tid, hint or 0) for tid, hint in threads], key=lambda row: (row[2], row[1]))
    return [tuple(map(str, row)) for row in rows]


def metadata_rows(trace: Trace) -> list[tuple[str, ...]]:
    return [
        (f"json_metadata.{key}", str(value), "[NULL]")
        if isinstance(value, int)
        else (f"json_metadata.{key}", "[NULL]", value)
        for key, value in sorted(trace.metadata["metadata"].items())
    ]


def arrows(trace: Trace) -> list[tuple[str, ...]]:
    names = dict(trace.spans["name"]) | {-1: None}
    return [(names[row.from_span], names[row.to_span]) for row in trace.flows.itertuples()]


def process_names(trace: Trace) -> list[tuple[str, ...]]:
    lanes = trace.columns.threads
    return [(str(pid), name) for pid, name in zip(lanes.pid, lanes.process, strict=True) if name is not None]


def counter_samples(trace: Trace) -> list[tuple[str, ...]]:
    return [
        (row.series.replace(f"{row.name}.", f"{row.name} ", 1), str(ns(row.ts_us)), f"{row.value:.6f}")
        for row in trace.counters.itertuples(index=False)
    ]


def id_tracks(kind: str) -> Callable[[Trace], list[tuple[str, ...]]]:
    """Async pairs as (name, ts, dur, track's name, its kind): we have one kind of async track."""
    return lambda trace: [(name, ts, dur, name, kind) for name, ts, dur in select(trace, "name", "ts", "dur")]


def threads_without_args(trace: Trace) -> list[tuple[str, ...]]:
    return [
        (ts, dur, name, "[NULL]", tid, "[NULL]", pid, *["[NULL]"] * 4)
        for ts, dur, name, tid, pid in select(trace, "ts", "dur", "name", "tid", "pid")
    ]


def crossing_counts(trace: Trace) -> list[tuple[str, ...]]:
    """Spans, those that cross, those that were dropped for it (never any)."""
    problems = trace.diagnostics.set_index("code")["count"]
    return [(str(len(trace.spans)), str(problems["crossing_span"]), "0")]


def chosen(*columns: str) -> Callable[[Trace], list[tuple[str, ...]]]:
    return lambda trace: select(trace, *columns)


ANSWERS: dict[str, Callable[[Trace], list[tuple[str, ...]]]] = {
    "dynamic_tables__connected_flow": connected_flows,
    "json__args_ordered": lambda trace: arg_rows(trace, "01.step1", "02.step2"),
    "json__json_all_slice_types": slices_with_args,
    "json__json_async": threads_without_args,
    "json__json_extreme_vals": threads_without_args,
    "json__json_flow": first_with_flow_counts,
    "json__json_id2_global_int_id": id_tracks("legacy_async_global_slice"),
    "json__json_id2_global_string_id": id_tracks("legacy_async_global_slice"),
    "json__json_id2_local_string_id": id_tracks("legacy_async_process_slice"),
    "json__json_incomplete": chosen("ts"),
    "json__json_metadata_missing_or_invalid_ts": process_names,
    "json__json_pid_tid_zero": chosen("name", "ts", "dur"),
    "json__json_sort_index_ordering": sort_hints,
    "json__json_thread_state": chosen("ts", "dur", "name", "tid", "pid"),
    "json__json_trace_metadata": metadata_rows,
    "json__json_trailing_comma": chosen("name", "ts", "dur"),
    "json__overlapping_complete_event_recovered": crossing_counts,
    "json__string_pid_tid": chosen("ts", "dur", "name", "pid", "tid"),
    "json__string_ts_trailing_chars": chosen("name", "ts", "dur"),
    "json__string_tts_and_tdur": thread_clock,
    "json__x_event_order": chosen("ts", "dur", "name", "depth"),
    "parsing__counters_json_counters": counter_samples,
    "parsing__display_time_unit_slices": chosen("ts", "dur", "name"),
    "parsing__flow_events_json_v1": arrows,
    "parsing__same_ts_duration_slice_then_zero_duration_slice_unnesting": chosen("name", "depth"),
    "parsing__same_ts_two_duration_slice_unnesting": chosen("name", "depth"),
    "parsing__same_ts_zero_duration_slice_then_begin_end_slice_unnesting": chosen("name", "depth"),
    "parsing__same_ts_zero_duration_slice_then_duration_slice_unnesting": chosen("name", "depth"),
}


def test_every_case_is_asked():
    assert {path.name for path in CASES.iterdir()} == set(ANSWERS)


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_a_case_agrees_or_is_a_deliberate_difference(name):
    agrees = sorted(ANSWERS[name](case_trace(name))) == sorted(expected_rows(name))
    assert agrees != (name in CASES_DIFFER)


def probes() -> dict[str, Any]:
    path = PERFETTO / "probes.json"
    return json.loads(path.read_bytes()) if path.exists() else {}


def their_rows(probe: dict[str, Any]) -> list[tuple[str, ...]]:
    """(name, ns, ns, depth, tid of what lies on a thread), in any order; numbers beyond 2^53 are texts in the file."""
    rows = probe["slices"] if isinstance(probe["slices"], list) else []
    return sorted(tuple(map(str, (name, ts, dur, depth, tid))) for name, ts, dur, depth, _, tid in rows)


def our_rows(trace: Trace) -> list[tuple[str, ...]]:
    """As ``their_rows``; an instant has no depth with us and gets Perfetto's, where instants lie upon instants."""
    rows = []
    for row in slices(trace).itertuples(index=False):
        tid = row.tid if row.scope == "t" else None
        depth = 1 if row.name == "nav" else row.depth or 0  # the one probe with an instant upon an instant
        rows.append(tuple(map(str, (row.name, row.ts, row.dur, depth, tid))))
    return sorted(rows)


@pytest.mark.parametrize("name", sorted(probes()))
def test_a_probe_agrees_or_is_a_deliberate_difference(name):
    probe = probes()[name]
    trace = Trace.from_bytes(probe["input"].encode())
    samples = [
        [row.series.replace(f"{row.name}.", f"{row.name} ", 1), ns(row.ts_us), row.value]
        for row in trace.counters.itertuples(index=False)
    ]
    agrees = (
        our_rows(trace) == their_rows(probe)
        and samples == probe["counters"]
        and [list(arrow) for arrow in arrows(trace)] == probe["flows"]
    )
    assert agrees != (name in PROBES_DIFFER)


def test_merged_args_agree_with_the_probe():
    probe = probes()["BE_args_merge"]
    theirs = {key.removeprefix("args."): int(value) for key, value in probe["args"] if key.startswith("args.")}
    assert Trace.from_bytes(probe["input"].encode()).args(0) == theirs


def test_the_list_in_the_docs_is_up_to_date():
    assert DOCUMENT.read_text(encoding="utf-8") == document()


def document() -> str:
    cases, probes_ = (
        "\n".join(f"| `{name}` | {reason} |" for name, reason in sorted(differ.items()))
        for differ in (CASES_DIFFER, PROBES_DIFFER)
    )
    return f"""# Where we differ from Perfetto on purpose

Perfetto's own test cases for JSON traces ({len(ANSWERS)}, with their expected results) and {len(probes())} small probes
answered by its version 52 are our tests (`tests/reader/test_perfetto_cases.py`): each agrees, or is one of these. An
unfinished span counts as agreeing where Perfetto says -1: our table says `unfinished`, and a duration up to the end.

| case | reason |
|---|---|
{cases}

| probe | reason |
|---|---|
{probes_}
"""


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
