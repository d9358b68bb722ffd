"""The reader's columns and the slow model's answers in one form, to be compared."""

from collections import Counter
from typing import Any

from tests.support import model


def document_of(events: list[Any], gaps: list[Any] | None = None) -> dict[str, Any]:
    return {"traceEvents": events, "otherData": {"aero_nb": {"gaps": gaps or []}}}


def thread_spans(columns: Any) -> dict[int, tuple[Any, ...]]:
    spans, strings, threads = columns.spans, columns.strings, columns.threads
    assert (spans.ts[1:] >= spans.ts[:-1]).all()
    return {
        int(spans.event[row]): (
            strings[spans.name[row]] if spans.name[row] >= 0 else None,
            (model.thread_id(threads.pid[spans.thread[row]]), model.thread_id(threads.tid[spans.thread[row]])),
            int(spans.ts[row]),
            int(spans.dur[row]),
            int(spans.self_time[row]),
            int(spans.depth[row]),
            int(spans.event[spans.parent[row]]) if spans.parent[row] >= 0 else -1,
            bool(spans.unfinished[row]),
            bool(spans.crossing[row]),
        )
        for row in range(len(spans))
    }


def expected_spans(spans: list[model.Interval]) -> dict[int, tuple[Any, ...]]:
    return {
        span.event: (
            span.name,
            span.thread,
            span.ts,
            span.dur,
            span.self_ns,
            span.depth,
            span.parent.event if span.parent else -1,
            span.unfinished,
            span.crossing,
        )
        for span in spans
    }


def orphan_ends(columns: Any) -> Counter[Any]:
    tracks, threads, found = columns.tracks, columns.threads, Counter()
    for row in range(len(tracks)):
        if columns.strings[tracks.kind[row]] == "thread":
            pid, tid = threads.pid[tracks.thread[row]], threads.tid[tracks.thread[row]]
            found[model.thread_id(pid), model.thread_id(tid)] += int(tracks.orphan_ends[row])
    return +found


def async_spans(columns: Any) -> dict[int, tuple[Any, ...]]:
    spans, strings = columns.async_spans, columns.strings
    return {
        int(spans.event[row]): (
            strings[spans.name[row]],
            int(spans.ts[row]),
            int(spans.dur[row]),
            int(spans.depth[row]),
            int(spans.event[spans.parent[row]]) if spans.parent[row] >= 0 else -1,
            bool(spans.unfinished[row]),
        )
        for row in range(len(spans))
    }


def expected_async(spans: list[model.Interval]) -> dict[int, tuple[Any, ...]]:
    return {
        span.event: (
            span.name,
            span.ts,
            span.dur,
            span.depth,
            span.parent.event if span.parent else -1,
            span.unfinished,
        )
        for span in spans
    }


def arrows(columns: Any) -> list[tuple[int, int, int, int]]:
    flows, events = columns.flows, [*columns.spans.event.tolist(), -1]
    return sorted(
        zip(
            (events[span] for span in flows.from_span.tolist()),
            (events[span] for span in flows.to_span.tolist()),
            flows.from_ts.tolist(),
            flows.to_ts.tolist(),
            strict=True,
        )
    )


def samples(columns: Any) -> list[tuple[int, str, str, float | None]]:
    counters, strings = columns.counters, columns.strings
    return sorted(
        (
            (
                int(counters.ts[row]),
                strings[counters.name[row]],
                strings[counters.series[row]],
                None if counters.value[row] != counters.value[row] else float(counters.value[row]),
            )
            for row in range(len(counters))
        ),
        key=repr,
    )


def leftover_kinds(columns: Any) -> Counter[str]:
    return Counter(columns.strings[kind] for kind in columns.leftovers.kind.tolist())
