"""Ways through a trace: flows by list and key, searches of categories and threads, menus of names, edges of a range."""

from typing import Any

import pytest

from tests.support.timeline_page import TimelinePage, small, span, trace_of

pytestmark = pytest.mark.browser


def flowing() -> Any:
    """Two threads with an arrow from the one to the other."""
    events = [span("from", 0, 10, cat="io"), span("to", 900, 10, tid=2, cat="net"), span("rest", 950, 50)]
    flow = [
        {"ph": "s", "id": 1, "name": "f", "ts": 5},
        {"ph": "f", "bp": "e", "id": 1, "name": "f", "ts": 905, "tid": 2},
    ]
    name = {"ph": "M", "name": "thread_name", "tid": 2, "args": {"name": "GPU main"}}
    return trace_of(name, *events, *flow)


def test_flows_are_listed_and_followed_by_keys(page: Any) -> None:
    shown = TimelinePage(page, flowing())
    page.locator("#t").focus()
    shown.click_span(0)
    assert "leads to" in (page.locator(".aero-flows").text_content() or "")
    assert page.locator(".aero-flows .aero-link").all_text_contents() == ["to"]
    shown.press(".")
    assert page.locator(".aero-facts h4").text_content() == "to"
    assert "comes from" in (page.locator(".aero-flows").text_content() or "")
    shown.press(".")
    assert "no flow leads on" in (page.locator(".aero-said").text_content() or "")
    shown.press(",")
    assert page.locator(".aero-facts h4").text_content() == "from"


@pytest.mark.parametrize(
    ("query", "found"),
    [("cat:io", "1 found"), ('thread:"GPU main"', "1 found"), ("cat:c to", "no match"), ("cat:n to", "1 found")],
)
def test_a_search_is_narrowed_by_category_and_thread(page: Any, query: str, found: str) -> None:
    shown = TimelinePage(page, flowing())
    page.evaluate("(query) => window.timeline.searching.show(query)", query)
    shown.rest()
    assert page.locator(".aero-status").text_content() == found


def test_hits_are_marked_in_the_overview(page: Any) -> None:
    shown = TimelinePage(page, flowing())
    edge = """(share) => {
        const { context, width, height, r } = window.timeline.overview.target;
        const data = context.getImageData(Math.floor(share * width) - 3, height - 5 * r, 6, 1).data;
        return Array.from({ length: 6 }, (_, n) => [...data.slice(4 * n, 4 * n + 3)].join());
    }"""
    mark = "5,80,174"
    place = 900_000 / shown.get("t.state.store.end")
    assert mark not in page.evaluate(edge, place)
    page.evaluate("window.timeline.searching.show('to')")
    shown.rest()
    assert mark in page.evaluate(edge, place)
    assert mark not in page.evaluate(edge, 0.5)


def test_the_menu_of_a_name_pins_hides_and_shows_only(page: Any) -> None:
    shown = TimelinePage(page, small())
    tracks = shown.get("t.state.layout.shownBands.map(b => b.title)")
    page.get_by_role("button", name="Collapse cpu").click(button="right")
    page.get_by_role("button", name="pin cpu", exact=True).click()
    assert page.locator(".aero-pinned").count() == 1
    page.get_by_role("button", name="Collapse cpu").click(button="right")
    page.get_by_role("button", name="hide cpu").click()
    assert shown.get("t.state.layout.shownBands.map(b => b.title)") == [name for name in tracks if name != "cpu"]
    page.get_by_role("button", name="Collapse Main").click(button="right")
    page.get_by_role("button", name="show only Main").click()
    assert shown.get("t.state.layout.shownBands.map(b => b.title)") == ["Main"]
    page.get_by_role("button", name="Collapse Main").click(button="right")
    page.get_by_role("button", name="show all Main").click()
    assert set(shown.get("t.state.layout.shownBands.map(b => b.title)")) == set(tracks)
    assert not shown.errors


def test_an_edge_of_a_range_is_dragged(page: Any) -> None:
    shown = TimelinePage(page, small())
    page.evaluate("window.timeline.selecting.range([500_000, 1_000_000], true)")
    shown.rest()
    shown.drag(shown.at(1000, 0), shown.at(2000, 0))
    low, high = shown.get("t.state.range")
    assert low == 500_000
    assert high == pytest.approx(2_000_000, abs=10_000)
    shown.drag(shown.at(500, 0), shown.at(200, 0))
    assert shown.get("t.state.range")[0] == pytest.approx(200_000, abs=10_000)
