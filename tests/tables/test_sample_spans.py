"""Samples asked as spans: what is on the stack from sample to sample is one span."""

import numpy as np
import pandas as pd
import pytest

import aero_nb
from aero_nb.timeline.scene import Scene
from aero_nb.trace import load
from tests.support.chrome_trace import CPU_WORKER, MAIN, PAGE, aero_export, at, chrome_trace, frames_of, mark
from tests.support.profiles import IDLE, ROOT, chunk, node, profile, stacks_of, trace_of

TREE = [
    ROOT,
    node(2, "main"),
    node(3, "draw", 2),
    node(4, IDLE, codeType="other"),
    node(5, "load", 2),
    node(6, "draw", 5),
]


def sampled(*ids, step=10, **options):
    return trace_of(profile(**options), chunk(ids, [step] * len(ids), TREE, endTime=step * (len(ids) + 1)))


def rows(trace):
    spans = trace.spans
    columns = spans[["name", "ts_us", "dur_us", "self_us", "depth", "parent"]].astype({"name": "object"})
    return list(columns.itertuples(index=False, name=None))


def test_a_function_is_open_from_sample_to_sample():
    spans = sampled(2, 3, 3, 2, 4, 3).sample_spans()
    assert rows(spans) == [
        ("main", 10.0, 40.0, 20.0, 0, -1),
        ("draw", 20.0, 20.0, 20.0, 1, 0),
        ("main", 60.0, 10.0, 0.0, 0, -1),  # idle time has ended it
        ("draw", 60.0, 10.0, 10.0, 1, 2),
    ]
    assert spans.spans["cat"].tolist() == ["js"] * 4


def test_another_caller_makes_another_span():
    assert [row[0] for row in rows(sampled(3, 6, 3).sample_spans())] == ["main", "draw", "load", "draw", "draw"]


def test_a_window_cut_out_ends_what_is_open():
    trace = sampled(2, 2, 2, 2, 2, 2)
    early, late = trace.window(10, 30), trace.window(50, 70)
    both = early.merge(late)
    assert [row[1:3] for row in rows(both.sample_spans())] == [(10.0, 20.0), (50.0, 20.0)]
    clipped = trace.window(15, 35, clip=True)
    assert clipped.samples[["ts_us", "weight_us"]].values.tolist() == [[15.0, 5.0], [20.0, 10.0], [30.0, 5.0]]
    again = load(clipped.to_bytes())
    assert stacks_of(again) == stacks_of(clipped)


def test_all_that_is_asked_of_spans_is_asked_of_samples():
    trace = sampled(2, 3, 3, 6, 4, 2)
    assert trace.summary(table="samples").loc["draw", ["count", "self_us"]].tolist() == [2, 30.0]
    tree = trace.call_tree(table="samples")
    assert tree["name"].tolist() == ["main", "draw", "load", "draw"]
    assert tree["self_us"].sum() == 50.0
    assert trace.bottom_up(table="samples").query("parent == -1").set_index("name")["self_us"].to_dict() == {
        "draw": 30.0,
        "main": 20.0,
        "load": 0.0,
    }
    assert len(trace.flame_graph(table="samples").data) > 0
    slower = sampled(2, 3, 3, 3, 3, 3, 6, 4, 2)
    table = aero_nb.compare(trace.sample_spans(), slower.sample_spans()).table
    assert table.set_index("name").loc["draw", "difference"] == pytest.approx(0.03)  # ms


def test_self_times_are_the_weights_whatever_the_samples():
    rng = np.random.default_rng(15)
    parents = [rng.integers(1, number) for number in range(2, 60)]
    nodes = [ROOT, *(node(number, f"f{number % 9}", int(parent)) for number, parent in enumerate(parents, start=2))]
    nodes.append(node(60, IDLE, codeType="other"))
    events = []
    for tid in (1, 2):
        ids = rng.integers(2, 61, 500).tolist()
        events += [profile(tid=tid, id_=hex(tid)), chunk(ids, rng.integers(-3, 30, 500).tolist(), nodes, id_=hex(tid))]
    trace = trace_of(*events)
    spans = trace.sample_spans().spans
    samples = trace.samples.assign(
        name=trace.stacks["function"].astype(object).reindex(trace.samples["stack"]).to_numpy()
    )
    busy = samples[samples["name"] != IDLE]
    expected = busy.groupby(["tid", "name"])["weight_us"].sum()
    got = spans.groupby(["tid", spans["name"].astype(object)])["self_us"].sum()
    pd.testing.assert_series_equal(got[got > 0], expected[expected > 0], check_names=False)
    inner = spans[spans["parent"] >= 0]
    outer = spans.loc[inner["parent"]]
    assert (inner["depth"].to_numpy() == outer["depth"].to_numpy() + 1).all()
    assert (inner["ts_us"].to_numpy() >= outer["ts_us"].to_numpy()).all()
    ends = (inner["ts_us"] + inner["dur_us"]).to_numpy()
    assert (ends <= (outer["ts_us"] + outer["dur_us"]).to_numpy() + 1e-6).all()
    assert spans["ts_us"].is_monotonic_increasing


def test_a_trace_without_samples_has_none():
    trace = trace_of()
    assert trace.samples.empty
    assert trace.stacks.empty
    assert trace.sample_spans().spans.empty
    assert trace.with_sample_lanes().spans.empty


def test_the_timeline_draws_them_under_their_thread():
    page = aero_export(*frames_of([16_000, 16_000]))
    of_main = [profile(tid=MAIN, start=at(0), pid=PAGE), chunk([2, 3], [1000, 1000], TREE, endTime=at(4000))]
    of_worker = [
        profile(tid=CPU_WORKER, start=at(0), id_="0x2", pid=PAGE),
        chunk([2, 4], [1000, 1000], TREE, id_="0x2"),
    ]
    for event in (of_main[1], of_worker[1]):
        event["pid"], event["ts"] = PAGE, at(9000)
    merged = page.merge(chrome_trace(mark(0), mark(1000), *of_main, *of_worker))
    titles = [band.title for band in Scene(merged).bands]
    assert titles[:3] == ["Main", "Main (Chrome)", "Main (samples)"]
    assert titles[titles.index("cpu (samples)") - 1] in ("cpu", "cpu (Chrome)")
    scene = Scene(merged)
    assert scene.closed == [title not in ("Aero", "Page") for title in scene.process_titles]  # what else Chrome has
    assert scene.closed[0] is False
    assert scene.closed[-1] is True
    widget = merged.timeline()
    drawn = widget._scene.trace
    assert drawn.spans["name"].tolist()[: len(merged.spans)] == merged.spans["name"].tolist()
    place = int(widget._scene.spans.place[len(merged.spans)])
    widget._selected = place
    assert widget.selected_span["name"] == "main"
    assert drawn.to_bytes()  # what is saved of the picture is the trace
    assert load(drawn.to_bytes()).spans["name"].value_counts()["frame"] == 3


def test_they_are_moved_merged_filtered_and_asked_by_sql(tmp_path):
    pytest.importorskip("duckdb")
    first, second = sampled(2, 3, 4), sampled(6, 6, 2, tid=5)
    both = first.merge(second)
    assert sorted(stacks_of(both)) == sorted(stacks_of(first) + stacks_of(second))
    assert both.filter(thread=5).samples["tid"].unique().tolist() == [5]
    on_top = [path for _, _, path in stacks_of(both.filter(name="draw"))]
    assert sorted(on_top) == ["main > draw", "main > load > draw", "main > load > draw"]
    found = both.query(
        "select function, sum(weight_us) as us from samples join stacks using (stack) group by 1 order by 1"
    )
    assert dict(zip(found["function"], found["us"], strict=True)) == {"(idle)": 10.0, "draw": 30.0, "main": 20.0}
    both.to_parquet(tmp_path / "both")
    assert stacks_of(load(tmp_path / "both")) == stacks_of(both)
    assert sorted(stacks_of(load(both.to_bytes()))) == sorted(stacks_of(both))


def test_the_last_weight_of_a_clock_since_1970_is_exact_in_json_too():
    start = 1_764_000_000_000_000
    events = [profile(start=start), chunk([2, 3, 3], [10, 10, 10], TREE, ts=start + 45, endTime=start + 40)]
    trace = trace_of(*events)
    ts = trace.samples["ts_us"].tolist()
    assert trace.samples["weight_us"].tolist() == [10, 10, 10]
    cut = trace.window(ts[0] + 3.25, ts[1] + 0.101, clip=True)
    assert cut.samples["weight_us"].tolist() == pytest.approx([6.75, 0.101], abs=1e-9)
    again = aero_nb.Trace.from_bytes(cut.to_bytes())
    assert again.samples["weight_us"].tolist() == cut.samples["weight_us"].tolist()
