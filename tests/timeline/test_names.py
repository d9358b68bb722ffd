"""Names beside the rows and in menus: their room, what is cut, filters, and what the colours mean."""

from typing import Any

import pytest

from tests.support.timeline_page import TimelinePage, small, span, trace_of

pytestmark = pytest.mark.browser
LONG = "ThreadPoolForegroundWorker/of the renderer/number 1234"


def long_names() -> Any:
    """A track whose name is too long, and a second process."""
    name = {"ph": "M", "name": "thread_name", "args": {"name": LONG}}
    other = {"ph": "M", "name": "process_name", "pid": 2, "args": {"name": "render box"}}
    return trace_of(name, other, span("a", 0, 10), span("b", 0, 10, pid=2), span("c", 0, 5, pid=2, tid=3))


def test_a_long_name_is_cut_in_the_middle_until_the_names_have_room(page: Any) -> None:
    shown = TimelinePage(page, long_names())
    name = page.locator(".aero-band .aero-name").first
    text = name.text_content() or ""
    assert "…" in text
    assert text.startswith("Thread")
    assert text.endswith("1234")
    before = shown.plot["x"]
    box = page.locator(".aero-edge").bounding_box()
    shown.drag((box["x"] + 3, box["y"] + 40), (box["x"] + 253, box["y"] + 40))
    assert shown.plot["x"] == pytest.approx(before + 250, abs=2)
    assert name.text_content() == LONG
    page.locator(".aero-edge").focus()
    shown.press("ArrowLeft")
    assert shown.plot["x"] == pytest.approx(before + 210, abs=2)
    page.locator(".aero-edge").dblclick()
    shown.rest()
    assert shown.plot["x"] == before


def test_the_tracks_menu_filters_and_hides_a_process(page: Any) -> None:
    shown = TimelinePage(page, long_names())
    page.get_by_role("button", name="Choose, order and pin tracks").click()
    page.fill(".aero-menu input[type=search]", "foreground")
    assert page.locator(".aero-list > div:visible").count() == 2  # the track and its process
    page.fill(".aero-menu input[type=search]", "render box")
    assert page.locator(".aero-list > div:visible").count() == 3  # a process with its tracks
    page.get_by_role("checkbox", name="Show all of render box").uncheck()
    assert shown.get("t.state.layout.shownBands.length") == 1
    page.get_by_role("checkbox", name="Show all of render box").check()
    assert shown.get("t.state.layout.shownBands.length") == 3


def test_the_legend_keeps_its_colours_where_colours_are_forced(page: Any) -> None:
    TimelinePage(page, small())
    page.get_by_role("button", name="The largest names and their colours").click()
    colors = "[...document.querySelectorAll('.aero-swatch')].map((one) => getComputedStyle(one).backgroundColor)"
    before = page.evaluate(colors)
    assert len(set(before)) > 1
    page.emulate_media(forced_colors="active")
    assert page.evaluate(colors) == before


def test_the_legend_has_the_largest_names_and_searches(page: Any) -> None:
    shown = TimelinePage(page, small())
    page.get_by_role("button", name="The largest names and their colours").click()
    names = page.locator(".aero-menu .aero-link").all_text_contents()
    assert names == ["step", "frame", "present", "render", "draw"]
    page.get_by_role("button", name="Search for draw").click()
    shown.rest()
    assert page.locator(".aero-status").text_content() == "2 found"
