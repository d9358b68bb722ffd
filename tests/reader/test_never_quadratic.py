"""Hostile sizes: work and memory grow in proportion to the input. Steps are counted, never seconds."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

import aero_nb
from aero_nb.reader import exact, flows, spans
from aero_nb.timeline import Timeline
from aero_nb.timeline.rows import MOST_ROWS
from aero_nb.timeline.scene import Scene
from aero_nb.viewport import raster, runs

MANY = 2_000


def event(ph: str, ts: float, **fields: Any) -> dict[str, Any]:
    return {"ph": ph, "ts": ts, "name": "a", "pid": 1, "tid": 1, "cat": "c", **fields}


def load(*events: Any, gaps: Any = ()) -> aero_nb.Trace:
    return aero_nb.load({"traceEvents": list(events), "otherData": {"aero_nb": {"gaps": list(gaps)}}})


def counted(monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> list[int]:
    """Count the calls of a function."""
    calls, real = [0], getattr(place, name)

    def call(*given: Any, **named: Any) -> Any:
        calls[0] += 1
        return real(*given, **named)

    monkeypatch.setattr(place, name, call)
    return calls


@pytest.mark.parametrize(
    "span",
    [
        lambda n: event("X", 5, dur=2),
        lambda n: event("X", 3, dur=2),
        lambda n: event("X", n / 1e5, dur=10 - 2 * n / 1e5),
        lambda n: event("B", n / 1e5),
        lambda n: event("X", 5, dur=0),
    ],
    ids=["begin", "end", "lie around", "never end", "have no length"],
)
def test_flows_at_one_ts_where_many_spans(monkeypatch: pytest.MonkeyPatch, span: Any) -> None:
    steps = counted(monkeypatch, flows._Lane, "_open")
    trace = load(*(span(n) for n in range(MANY)), *(event(p, 5, id=n, bp="e") for n in range(MANY) for p in "sf"))
    assert len(trace.flows) == MANY
    assert (trace.flows[["from_span", "to_span"]] >= 0).all(axis=None)
    assert steps[0] <= 4 * MANY


@pytest.mark.parametrize("kind", ["threads", "async ids"])
def test_many_small_lanes_are_nested_together(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    tries = counted(monkeypatch, spans, "_nest_proper")
    single = counted(monkeypatch, exact, "_nest_lane")
    phases, lane = ("BE", "tid") if kind == "threads" else ("be", "id")
    sound = [event(ph, ts, **{lane: n}) for n in range(MANY) for ts, ph in ((n, phases[0]), (n + 2, phases[1]))]
    crossed = [
        event(ph, ts, name=name, **{lane: MANY})
        for ts, (ph, name) in enumerate(zip(phases[0] * 2 + phases[1] * 2, "xyxy", strict=True))
    ]
    trace = load(*sound, *crossed)
    table = trace.spans if kind == "threads" else trace.async_spans
    assert len(table) == MANY + 2
    assert set(table["dur_us"]) == {2.0}
    assert tries[0] < 40  # halves of halves
    assert single[0] < 40


def test_lanes_apart_do_not_see_each_other_when_nested_together() -> None:
    leaks = [event("B", 0, tid=n) for n in range(50)]
    orphans = [event("E", 9, tid=n) for n in range(50, 100)]
    far = [event("X", -(2**52) if n % 2 else 2**52, dur=2**51, tid=100 + n) for n in range(50)]
    trace = load(*leaks, *orphans, *far)
    assert (trace.spans["depth"] == 0).all()
    assert trace.losses["orphan_ends"].sum() == 50
    assert trace.spans["unfinished"].sum() == 50


def test_a_gap_on_each_of_many_threads_is_found_however_its_ids_are_written() -> None:
    begins = [event("B", 0, tid=n) for n in range(MANY)]
    gaps = [{"pid": "1", "tid": n, "start_us": 3, "end_us": 4} for n in range(MANY)]
    trace = load(*begins, event("i", 9), gaps=gaps)
    assert set(trace.spans["dur_us"]) == {3.0}
    assert trace.gaps["track"].tolist() == list(range(MANY))


def deep(depth: int) -> aero_nb.Trace:
    arrow = [event("s", depth, id=1), event("f", depth + 1, id=1, bp="e")]
    return load(*(event("B", n) for n in range(depth)), *arrow)


def test_a_timeline_folds_what_lies_deeper_than_can_be_seen_and_says_so(tmp_path: Any) -> None:
    depth = MOST_ROWS + 700
    trace = deep(depth)
    shown = Timeline(trace)
    (band,) = shown._scene.bands
    assert (band.rows, band.folded) == (MOST_ROWS, 700)
    told = f"700 spans deeper than row {MOST_ROWS} of their track are folded"
    assert told in shown._description()
    assert f"{depth:,} spans" in shown._description()
    assert told in trace.to_html(tmp_path / "deep.html").read_text()
    shown.zoom_to(depth - 1)
    assert shown._selected == MOST_ROWS - 1
    assert shown.window[0] < depth - 1 < shown.window[1]


def test_a_timeline_that_folds_nothing_says_nothing_of_it() -> None:
    shown = Timeline(deep(MOST_ROWS))
    assert (shown._scene.bands[0].rows, shown._scene.bands[0].folded) == (MOST_ROWS, 0)
    assert "folded" not in shown._description()


def test_a_trace_as_deep_as_long_takes_no_memory_for_its_depth() -> None:
    trace = deep(20_000)
    deep(2).flame_chart()  # so that the libraries are there
    _ = trace.spans, trace.flows
    tracemalloc.start()
    shown = Timeline(trace)
    assert len(shown._packed) < 1_000_000
    trace.flame_chart()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100e6  # a pixel row of each depth alone would be 130 MB


def test_nested_spans_are_drawn_without_spelling_out_every_pixel_of_each() -> None:
    count, pixels = 20_000, 1_000
    start = np.arange(count, dtype=np.float64) / count
    length = 100 - 2 * start
    row, name = np.zeros(count, np.int64), np.zeros(count, np.int64)
    window = (0.0, 100.0)
    tracemalloc.start()
    picture = raster(start, length, row, rows=1, window=window, pixels=pixels)
    found = runs(start, length, row, name, window=window, pixels=pixels, limit=400)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (picture.longest == 0).all()
    assert picture.count.max() == count
    assert found.count.max() == count
    assert peak < 100e6  # spelled out: 20 million cells


def test_a_scene_of_many_tracks_asks_each_table_once() -> None:
    scene = Scene(load(*(event("X", n, dur=2, tid=n) for n in range(MANY))))
    assert [band.title for band in scene.bands[:2]] == ["thread 0", "thread 1"]
    assert len(scene.bands) == MANY
