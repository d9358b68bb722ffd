"""What the panel offers: tables that sort, bottom-up, a flame graph of a range, a span among those of its name."""

from typing import Any

import pytest

from aero_nb.figures.units import format_duration
from tests.support.timeline_page import TimelinePage, random_trace, small

pytestmark = pytest.mark.browser


def select(shown: TimelinePage, low: float, high: float) -> None:
    """Select a range of µs."""
    shown.page.evaluate(
        "(range) => window.timeline.selecting.range(range.map((us) => window.timeline.state.fromUs(us)), true)",
        [low, high],
    )
    shown.rest()


def test_a_table_sorts_by_a_click_and_a_row_shows_its_largest_span(page: Any) -> None:
    shown = TimelinePage(page, small())
    select(shown, 0, 2900)
    assert shown.table("")["name"].tolist()[0] == "step"
    page.get_by_role("button", name="Sort by count").click()
    assert shown.table("")["count"].tolist() == sorted(shown.table("")["count"], reverse=True)
    page.get_by_role("button", name="Sort by name").click()
    assert shown.table("")["name"].tolist() == ["draw", "frame", "present", "render", "step"]
    page.get_by_role("button", name="Sort by name").click()
    assert shown.table("")["name"].tolist() == ["step", "render", "present", "frame", "draw"]
    page.get_by_role("button", name="Show the longest frame of the range").click()
    assert (shown.facts()["start"], shown.facts()["duration"]) == ("0 µs", "1,000 µs")
    page.get_by_role("button", name="Back to the range").click()
    assert shown.get("t.state.range") == [0, 2_900_000]


def test_the_table_is_copied_as_tabs_with_microseconds(page: Any) -> None:
    shown = TimelinePage(page, small())
    select(shown, 0, 2900)
    page.evaluate("document.addEventListener('copy', () => { window.copied = document.activeElement.value; })")
    page.get_by_role("button", name="Copy the table").click()
    page.wait_for_function("document.querySelector('.aero-forms [role=status]').textContent === 'copied'")
    lines = page.evaluate("window.copied").split("\n")
    assert lines[0].split("\t") == ["name", "count", "total_us", "self_us", "mean_us", "p50_us", "p95_us", "max_us"]
    assert lines[1].split("\t") == ["step", "1", "2900", "2900", "2900", "2900", "2900", "2900"]
    assert len(lines) == 6


def test_bottom_up_opens_to_the_callers_and_the_flame_graph_zooms(page: Any) -> None:
    shown = TimelinePage(page, small())
    select(shown, 0, 2900)
    page.get_by_role("button", name="The range bottom-up").click()
    rows = shown.table("self time")
    assert set(rows["name"]) == {"▸draw", "▸present", "▸render", "frame", "step"}
    page.get_by_role("button", name="Callers of draw").click()
    assert page.get_by_role("button", name="Callers of render").count() == 2
    page.get_by_role("button", name="Callers of draw").click()
    assert page.get_by_role("button", name="Callers of render").count() == 1
    page.get_by_role("button", name="The range flame graph").click()
    graph = page.locator(".aero-flame")
    box = graph.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 25)  # the widest root: step
    assert page.locator(".aero-flames .aero-tip > *").all_text_contents()[:2] == ["step", "total 2.90 ms (61.7 %)"]
    page.get_by_label("Search the flame graph").fill("draw")
    assert "1 bar: 150 µs" in (page.locator(".aero-flames [role=status]").text_content() or "")
    page.get_by_label("Search the flame graph").fill("")
    page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + 25)  # frame
    page.get_by_role("button", name="Show the whole flame graph").click()
    page.get_by_role("button", name="The range by name").click()
    assert not shown.errors


def test_the_flame_graph_has_the_time_of_the_range(page: Any) -> None:
    trace = random_trace(3, roots=200)
    shown = TimelinePage(page, trace)
    end = trace.spans["ts_us"].max()
    select(shown, end * 0.2, end * 0.6)
    page.get_by_role("button", name="The range flame graph").click()
    inside = trace.window(end * 0.2, end * 0.6, clip=True).spans
    whole = inside.loc[inside["depth"] == 0, "dur_us"].sum()
    label = page.locator(".aero-flame").get_attribute("aria-label")
    assert label.split(" of the shown")[0] == f"flame graph: {format_duration(whole)}"
    page.get_by_role("button", name="The range by name").click()


def test_brackets_step_through_the_spans_of_a_name(page: Any) -> None:
    trace = small()
    shown = TimelinePage(page, trace)
    draw = trace.spans.index[trace.spans["name"] == "draw"]
    page.locator("#t").focus()
    shown.click_span(int(draw[0]))
    assert (
        page.locator(".aero-place span").text_content()
        == "number 1 of 2 by duration; 50.0 µs to 100 µs, median 75.0 µs"
    )
    shown.press("]")
    assert shown.facts()["start"] == "300 µs"
    assert page.locator(".aero-bins .aero-own").count() == 1
    shown.press("]")
    assert "no later span" in (page.locator(".aero-said").text_content() or "")
    shown.press("[")
    assert shown.facts()["start"] == "150 µs"
