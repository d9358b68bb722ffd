"""Counter rows of the timeline: steps, scales and the numbers of a range are pandas' own."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aero_nb.figures.units import format_value
from tests.support.timeline_page import TimelinePage, small, span, trace_of

pytestmark = pytest.mark.browser


def test_the_counters_of_a_range_are_what_pandas_computes(page: Any) -> None:
    trace = small()
    shown = TimelinePage(page, trace)
    page.evaluate("() => window.timeline.selecting.range([250e3, 1250e3], true)")
    inside = trace.counters[trace.counters["ts_us"].between(250, 1250, inclusive="left")]
    value, seconds = inside["value"], (inside["ts_us"].iloc[-1] - inside["ts_us"].iloc[0]) / 1e6
    delta = value.iloc[-1] - value.iloc[0]
    (row,) = shown.table("counters").to_dict("records")
    assert row["samples"] == str(len(inside))
    assert [row[key] for key in ("min", "mean", "max", "delta")] == [
        format_value(number, "B") for number in (value.min(), value.mean(), value.max(), delta)
    ]
    assert row["rate"] == format_value(delta / seconds, "B/s")


def test_counters_show_level_delta_or_rate_and_their_value_at_the_crosshair(page: Any) -> None:
    shown = TimelinePage(page, small())
    scale = ".aero-line small:not(.aero-kind)"

    def texts() -> list[str]:
        return [text for text in page.locator(scale).all_text_contents() if text]

    assert texts() == ["0 B to 841 B"]
    page.get_by_label("counters", exact=True).select_option("delta")
    shown.rest()
    assert texts() == ["delta, 0 B to 57.0 B"]
    page.get_by_label("counters", exact=True).select_option("rate")
    shown.rest()
    assert texts() == [f"rate, 0 B/s to {format_value(57 / 100e-6, 'B/s')}"]
    band = "t.state.layout.strips.find(s => s.band?.kind === 'counter').band"
    series = shown.get(
        f"(() => {{ const s = t.state.counters.get({band}, 'rate'); return [[...s.time], [...s.value]]; }})()"
    )
    counters = shown.trace.counters
    wanted = counters["value"].diff().iloc[1:] / (counters["ts_us"].diff().iloc[1:] / 1e6)
    np.testing.assert_allclose(series[1], wanted)
    np.testing.assert_allclose(series[0], counters["ts_us"].iloc[1:] * 1000)


def test_a_counter_without_a_known_value_in_sight_shows_no_scale(page: Any) -> None:
    late = {"ph": "C", "name": "c", "ts": 500, "args": {"bytes": 0}}
    shown = TimelinePage(page, trace_of(span("a", 0, 1000), late))
    scale = page.locator(".aero-line small")
    assert scale.all_text_contents()[-1] == "0 B", "one value is no range"
    page.evaluate("() => window.timeline.state.view.show(0, 400e3)")
    shown.rest()
    assert scale.all_text_contents()[-1] == ""
    assert not shown.errors


def test_a_counters_scale_is_chosen_from_its_name(page: Any) -> None:
    values = [1_000, 1_010, 10_000, 100_000, 0]
    samples = [{"ph": "C", "name": "c", "ts": 100 * n, "args": {"value": value}} for n, value in enumerate(values)]
    shown = TimelinePage(page, trace_of(span("a", 0, 1000), *samples))
    page.set_default_timeout(20_000)
    scale = page.locator(".aero-line small").last

    def choose(what: str) -> str:
        page.get_by_role("button", name="Collapse c", exact=True).click(button="right")
        page.get_by_role("button", name=f"{what} c", exact=True).click()
        shown.rest()
        return str(scale.text_content())

    def told() -> list[list[int]]:
        return [list(shown.get(f"t.host.get('scale_{kind}')")) for kind in ("fit", "log")]

    track = shown.get("t.state.store.bands.find((band) => band.kind === 'counter').track")
    before = page.locator(".aero-rows").screenshot()
    assert choose("logarithmic") == "log, 1.00 k to 100 k"
    assert told() == [[], [track]]
    assert page.locator(".aero-rows").screenshot() != before
    page.evaluate("() => window.timeline.state.view.show(0, 199e3)")
    shown.rest()
    assert choose("fit") == "fit, 1.00 k to 1.01 k"
    assert told() == [[track], []]
    page.evaluate("() => window.timeline.state.view.show(0, 1000e3)")
    shown.rest()
    assert choose("from zero") == "0 to 100 k"
    assert told() == [[], []]
    assert shown.errors == []


def test_a_timeline_opens_with_the_scales_of_its_state(page: Any, tmp_path: Path) -> None:
    w = small().timeline()
    (track,) = (band.track for band in w._scene.bands if band.title == "counters.bytes")
    w.scale_fit = w.scale_log = [track]
    path = w.to_html(tmp_path / "page.html")
    page.goto(path.as_uri())
    scale = page.locator(".aero-line small:not(.aero-kind)", has_text="B")
    scale.filter(has_text="log, 1.00 B to 841 B").wait_for()  # of a counter in both lists
    page.goto("about:blank")
    page.goto(path.as_uri() + '#view={"scale_log":[],"scale_fit":[["process 1","counters.bytes"]]}')
    scale.filter(has_text="fit, 0 B to 841 B").wait_for()
