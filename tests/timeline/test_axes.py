"""A timeline by another axis, in a real Chromium: where it draws, what it says, and the control that switches."""

from typing import Any

import pytest

from aero_nb import align
from tests.support.guests import guest_run
from tests.support.timeline_page import TimelinePage

pytestmark = pytest.mark.browser


@pytest.fixture(name="shown")
def fixture_shown(page: Any) -> TimelinePage:
    base = guest_run(lambda _at: 100.0, slices=40)
    other = guest_run(lambda at: 100.0 if at < 20 else 300.0, slices=40, stall_us={10: 2_000.0})
    widget = align(base, other, by="counter:instructions").timeline()
    return TimelinePage(page, widget.trace, axes=widget._axes, axis="instructions")


def spans(shown: TimelinePage, run: str) -> list[list[float]]:
    """Where each slice of a run is drawn: its start, its length, and what it took."""
    found: list[list[float]] = shown.page.evaluate(
        """(run) => {
            const s = window.timeline.state.store;
            const all = Array.from(s.start, (_, i) => i);
            const own = all.filter((i) => s.nameOf(i) === "slice" && s.bandOf(i).title === `cpu · ${run}`);
            return own.map((i) => [s.start[i], s.duration[i], s.host.duration[i]]);
        }""",
        run,
    )
    return found


def choose(shown: TimelinePage, axis: str) -> None:
    shown.page.locator("select[aria-label='what the axis counts']").select_option(axis)
    shown.page.wait_for_function("(axis) => (window.timeline.state.store.axis?.name ?? '') === axis", arg=axis)
    shown.rest()


def test_the_same_work_is_drawn_at_the_same_place(shown: TimelinePage) -> None:
    base, other = spans(shown, "base"), spans(shown, "candidate")
    assert [row[:2] for row in base] == [[1000.0 * at, 1000.0] for at in range(40)]
    assert [row[:2] for row in other] == [row[:2] for row in base]
    assert {row[2] for row in base} == {100_000}
    assert [row[2] for row in other] == [100_000] * 20 + [300_000] * 20
    assert shown.get("t.state.ticks.base") == "instructions"
    assert shown.get("t.state.moment(12345)") == "12,345 instructions"
    assert not shown.errors


def test_the_control_switches_to_host_time_and_back(shown: TimelinePage) -> None:
    choose(shown, "")
    assert [row[1:] for row in spans(shown, "candidate")] == [[100_000.0] * 2] * 20 + [[300_000.0] * 2] * 20
    choose(shown, "time of base")
    assert [row[0] for row in spans(shown, "candidate")] == [row[0] for row in spans(shown, "base")]
    assert shown.get("t.state.ticks.labels[1]").endswith("ms")
    choose(shown, "instructions")
    assert spans(shown, "candidate")[3][:2] == [3000.0, 1000.0]
    assert shown.page.locator(".aero-stage").count() == 1
    assert not shown.errors


def test_window_and_closed_processes_stay_as_they_were_when_the_axis_changes(shown: TimelinePage) -> None:
    shown.page.locator(".aero-process .aero-name").first.click()
    closed = shown.get("[...t.state.layout.closed]")
    assert len(closed) == 1
    shown.page.evaluate("() => window.timeline.state.view.show(10000, 20000)")
    shown.page.wait_for_function("() => Math.abs(window.timeline.host.get('window')[0] - 2000) < 1")
    choose(shown, "")
    t0, t1 = shown.get("[t.state.view.t0, t.state.view.t1]")
    assert (t0, t1) == pytest.approx((1_000_000, 2_000_000), rel=0.01)
    assert shown.get("[...t.state.layout.closed]") == closed


def test_a_span_says_what_its_counterpart_took(shown: TimelinePage) -> None:
    page = shown.page
    page.evaluate(
        """() => {
            const t = window.timeline, s = t.state.store;
            const at = s.start.findIndex((start, i) => start === 25000 && s.nameOf(i) === "slice");
            t.selecting.span(at, true);
        }"""
    )
    facts = page.locator(".aero-facts").inner_text()
    assert "counterpart: slice · cpu · candidate: 300 µs, +200 µs" in facts
    assert "by instructions" in facts
    assert "1.00 k instructions from 25,000 instructions" in facts
    page.get_by_role("button", name="Select slice").click()
    assert "cpu · base: 100 µs, -200 µs" in page.locator(".aero-facts").inner_text()


def test_a_range_of_instructions_tells_host_times(shown: TimelinePage) -> None:
    shown.page.evaluate("() => window.timeline.selecting.range([20000, 30000], true)")
    panel = shown.page.locator(".aero-panel").inner_text()
    assert "touch 10.0 k instructions from 20,000 instructions" in panel
    row = next(line.split("\t") for line in panel.splitlines() if line.startswith("slice"))
    assert row[1:3] == ["20", "4.00 ms"]  # ten of 100 µs, ten of 300 µs
