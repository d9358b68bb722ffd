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
    assert page.locator(".aero-facts h2").text_content() == "to"
    assert "comes from" in (page.locator(".aero-flows").text_content() or "")
    shown.press(".")
    assert "no flow leads on" in (page.locator(".aero-said").text_content() or "")
    shown.press(",")
    assert page.locator(".aero-facts h2").text_content() == "from"


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


def area(shown: TimelinePage, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag with Ctrl and Shift."""
    for key in ("Control", "Shift"):
        shown.page.keyboard.down(key)
    shown.drag(start, end)
    for key in ("Control", "Shift"):
        shown.page.keyboard.up(key)


def test_a_range_on_the_tracks_that_a_drag_passes_over(page: Any) -> None:
    shown = TimelinePage(page, small())
    tracks = {band.title: band.track for band in shown.scene.bands}
    row = shown.row_named("step")
    area(shown, shown.at(100, row), shown.at(700, row))
    assert shown.table("1 spans touch")["name"].tolist() == ["step"]
    assert "on 1 track;" in page.locator(".aero-table caption").first.text_content()
    assert page.locator(".aero-table caption").count() == 1, "the counter is none of them"
    assert shown.get("t.host.get('selection_tracks')") == [tracks["cpu"]]
    page.click(".aero-table button:text-is('step')")
    page.click("button:text-is('‹ range')")
    assert shown.get("t.host.get('selection_tracks')") == [tracks["cpu"]]
    before = shown.get("t.state.range")
    shown.drag(shown.at(before[1] / 1000, row), shown.at(900, row))
    assert shown.get("t.state.range[1]") == pytest.approx(900_000, rel=0.01)
    assert shown.get("t.host.get('selection_tracks')") == [tracks["cpu"]], "an edge keeps them"
    view = {"selection_range": [100.0, 900.0], "selection_tracks": [tracks["cpu"]]}
    again = TimelinePage(page, small(), **view)
    assert again.table("1 spans touch")["name"].tolist() == ["step"]
    assert small().timeline(**view).state["selection_tracks"] == [["process 1", "cpu"]]
    page.locator("#t").focus()
    shown.press("Escape")
    assert shown.get("t.host.get('selection_tracks')") is None


def test_a_range_on_a_heading_is_on_its_process_and_one_beyond_the_tracks_on_all(page: Any) -> None:
    other = {"ph": "M", "name": "process_name", "pid": 2, "args": {"name": "other"}}
    shown = TimelinePage(page, trace_of(span("a", 0, 900), span("b", 0, 900), other, span("c", 0, 900, pid=2)))
    heading = page.locator(".aero-process").nth(1).bounding_box()
    y = heading["y"] + heading["height"] / 2
    x = shown.plot["x"]
    area(shown, (x + 100, y), (x + 300, y))
    assert shown.table("1 spans touch")["name"].tolist() == ["c"]
    shown.drag((x + 400, y), (x + 400, y))
    page.select_option("select:has(option[value=area])", "area")
    shown.drag((x + 100, y - 60), (x + 300, y + 30))
    assert sorted(shown.table("3 spans touch")["name"]) == ["a", "b", "c"]
