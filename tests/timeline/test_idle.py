"""Tracks with nothing in sight fold into one line, when that is asked for."""

from typing import Any

import pytest

from tests.support.timeline_page import TimelinePage, span, trace_of

pytestmark = pytest.mark.browser

LINES = """() => [...document.querySelectorAll(".aero-line .aero-name")].map((node) => node.textContent)"""
WORKERS = ["io", "jit", "gpu"]


@pytest.fixture(name="shown")
def fixture_shown(page: Any) -> TimelinePage:
    """A main thread that is busy for 1 ms, and three workers that are for its first 100 µs."""
    names = [
        {"ph": "M", "name": "thread_name", "tid": tid, "args": {"name": name}}
        for tid, name in enumerate(["main", *WORKERS], start=1)
    ]
    work = [span("work", 0, 100, tid=tid) for tid in (2, 3, 4)]
    return TimelinePage(page, trace_of(*names, span("loop", 0, 1000, tid=1), *work, span("late", 950, 10, tid=3)))


def lines(shown: TimelinePage) -> list[str]:
    found: list[str] = shown.page.evaluate(LINES)
    return found


def look(shown: TimelinePage, start_us: float, end_us: float) -> None:
    shown.get(f"t.state.view.show({start_us} * 1000, {end_us} * 1000)")


def wait_for_lines(shown: TimelinePage, expected: list[str]) -> None:
    shown.page.wait_for_function(f"(expected) => JSON.stringify(({LINES})()) === expected", arg=_json(expected))


def _json(texts: list[str]) -> str:
    return "[" + ",".join(f'"{text}"' for text in texts) + "]"


def test_idle_tracks_fold_and_come_back_where_they_have_something(shown: TimelinePage) -> None:
    whole = lines(shown)
    assert [*whole[1:]] == ["main", *WORKERS]
    look(shown, 200, 900)
    shown.page.locator(".aero-timeline").focus()
    shown.page.keyboard.press("i")
    wait_for_lines(shown, [whole[0], "main", "3 idle: io, jit, gpu"])
    look(shown, 500, 1000)  # the jit wakes up
    wait_for_lines(shown, [whole[0], "main", "jit", "2 idle: io, gpu"])
    look(shown, 0, 1000)
    wait_for_lines(shown, whole)
    look(shown, 200, 900)
    wait_for_lines(shown, [whole[0], "main", "3 idle: io, jit, gpu"])
    shown.page.keyboard.press("i")
    wait_for_lines(shown, whole)
    assert shown.errors == []


def test_a_click_opens_the_line_and_a_range_counts_what_is_folded(shown: TimelinePage) -> None:
    whole = lines(shown)
    look(shown, 200, 900)
    shown.page.locator(".aero-bar").get_by_text("tracks", exact=True).click()
    shown.page.get_by_text("fold idle").click()
    shown.page.keyboard.press("Escape")
    line = shown.page.locator(".aero-idle .aero-name")
    assert line.get_attribute("aria-expanded") == "false"
    shown.get("t.selecting.range([0, 1000 * 1000], true)")
    assert shown.page.locator(".aero-panel").get_by_role("row").filter(has_text="work").is_visible()
    line.click()
    wait_for_lines(shown, [whole[0], "main", "3 idle: io, jit, gpu", *WORKERS])
    assert line.get_attribute("aria-expanded") == "true"
    line.click()
    wait_for_lines(shown, [whole[0], "main", "3 idle: io, jit, gpu"])
    line.click(button="right")
    shown.rest()
    assert shown.errors == []
