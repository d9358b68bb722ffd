"""A Trace by its guest's progress: places in the tables, stalls, windows, and what is refused."""

from pathlib import Path

import numpy as np
import pytest

from aero_nb import Trace
from tests.support.guests import guest_run


@pytest.fixture(name="trace", scope="module")
def fixture_trace() -> Trace:
    return guest_run(lambda at: 100.0 + at, slices=20, stall_us={10: 5_000.0})


def test_tables_gain_places_beside_their_times(trace: Trace) -> None:
    on = trace.on_axis("instructions")
    assert list(on.spans)[:6] == ["name", "cat", "ts_us", "x", "x_end", "dur_us"]
    slices = on.spans[on.spans["name"] == "slice"]
    assert slices["x"].tolist() == pytest.approx([1000.0 * at for at in range(20)])
    assert slices["x_end"].tolist() == pytest.approx([1000.0 * (at + 1) for at in range(20)])
    assert on.instants["x"].tolist() == [0, 5000, 10000, 15000]
    assert on.counters["x"].tolist() == on.counters["value"].tolist()
    assert list(on.async_spans)[2:6] == ["id", "ts_us", "x", "x_end"]
    assert "x" not in trace.spans


def test_stalls_windows_and_moments(trace: Trace) -> None:
    on = trace.on_axis("instructions")
    assert on.stalls["x"].tolist() == [10_000.0]
    assert on.stalls["dur_us"].tolist() == [5_000.0]
    assert on.at(10_000) == on.stalls["start_us"].iloc[0]
    part = on.window(5_000, 7_000)
    assert (part.spans["name"] == "slice").sum() == 2
    with pytest.raises(ValueError, match="expected a window within 0 to 20,000, found 5 to 1000000"):
        on.window(5, 1_000_000)
    assert "1 stalls, 5 ms in all" in repr(on)


def test_what_lies_outside_of_the_samples_is_counted(trace: Trace) -> None:
    samples = trace.columns.counters.ts
    late = trace.on_axis([(samples[3] / 1000, 3.0), (samples[5] / 1000, 5.0)], name="levels")
    assert np.isnan(late.spans["x"].iloc[0])
    assert "spans have no place" in late.note
    assert late.progress.name == "levels"


def test_its_flame_chart_is_drawn_by_it(trace: Trace) -> None:
    on = trace.on_axis("instructions")
    chart = on.flame_chart(window=(8_000, 12_000), tracks=["cpu"])
    assert chart.layout.xaxis.title.text == "instructions"
    assert chart.layout.xaxis.range == (8_000, 12_000)
    bars = next(bar for bar in chart.data if bar.type == "bar")
    edges = set(bars.base) | {start + length for start, length in zip(bars.base, bars.x, strict=True)}
    assert {8_000, 9_000, 10_000, 11_000, 12_000} <= edges
    assert "spans in 4.00 k instructions" in chart.layout.annotations[0].text
    samples = trace.columns.counters.ts
    late = trace.on_axis([(samples[3] / 1000, 3.0), (samples[5] / 1000, 5.0)], name="levels")
    spans = trace.spans
    beyond = (spans["ts_us"] + spans["dur_us"] < samples[3] / 1000) | (spans["ts_us"] > samples[5] / 1000)
    assert f"{beyond.sum()} without a place on it" in late.flame_chart().layout.annotations[0].text


def test_its_timeline_is_drawn_by_it_and_shows_how_long_the_guest_waited(trace: Trace, tmp_path: Path) -> None:
    shown = trace.timeline(axis="instructions")
    assert shown.axis == "instructions"
    assert [band.title for band in shown._scene.bands] == ["cpu", "instructions", "instructions waited_ms"]
    shown.axis = ""
    with pytest.raises(ValueError, match="found 'cycles'; it has 'instructions'"):
        shown.axis = "cycles"
    with pytest.raises(ValueError, match="found 'cycles'; this trace has 'instructions'"):
        trace.timeline(axis="cycles")
    page = trace.to_html(tmp_path / "guest.html", axis="instructions")
    assert "instructions" in page.read_text(encoding="utf-8")


def test_a_still_is_drawn_by_the_axis(trace: Trace) -> None:
    assert trace.timeline(axis="instructions")._still != trace.on_axis("instructions").timeline(axis="")._still


def test_a_counter_of_ones_own_is_a_lane_like_others(trace: Trace, tmp_path: Path) -> None:
    more = trace.with_counter("heat", [3000.0, 1000.0], [2.0, 1.0], beside="instructions")
    added = more.counters[more.counters["series"] == "heat"]
    assert added[["ts_us", "value"]].to_numpy().tolist() == [[1000.0, 1.0], [3000.0, 2.0]]
    assert more.counters["ts_us"].is_monotonic_increasing
    assert len(more.counters) == len(trace.counters) + 2
    assert more.tracks["kind"].value_counts().to_dict()["counter"] == 2
    again = Trace.from_bytes(more.to_bytes())
    assert again.counters["series"].value_counts()["heat"] == 2
    alone = trace.with_counter("heat", [1.0], [1.0])
    assert alone.tracks["process"].iloc[-1] == "heat"
    for wrong, said in (
        ({"ts_us": [1.0], "value": []}, "found 0 for 1"),
        ({"ts_us": [], "value": []}, "one or more finite moments"),
        ({"ts_us": [float("nan")], "value": [1.0]}, "finite moments"),
        ({"ts_us": [1.0], "value": [1.0], "beside": "speed"}, "found 'speed'"),
    ):
        with pytest.raises(ValueError, match=said):
            trace.with_counter("heat", **wrong)
