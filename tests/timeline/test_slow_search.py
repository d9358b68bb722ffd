"""A regular expression that takes forever is ended, and the page answers all the while."""

from pathlib import Path
from typing import Any

import pytest

from aero_nb.timeline.page import to_html
from tests.support.timeline_page import TimelinePage, span, trace_of

pytestmark = pytest.mark.browser

SLOW = "/(a+)+$/"
WORD = "stopped: too slow"
NO_WORKERS = '<meta http-equiv="Content-Security-Policy" content="worker-src \'none\'">'


def many_as() -> Any:
    return trace_of(span("a" * 60 + "!", 0, 100), span("draw", 200, 50), span("draw more", 300, 50))


def searched(page: Any, query: str, word: str) -> None:
    page.get_by_role("searchbox").first.fill(query)
    page.get_by_text(word, exact=True).first.wait_for()


def test_a_search_that_takes_forever_is_ended_and_the_next_one_finds(page: Any) -> None:
    shown = TimelinePage(page, many_as())
    searched(page, SLOW, WORD)
    assert shown.get("t.state.search.found") is None
    assert shown.get("t.host.get('search')") == SLOW
    searched(page, f"cat:{SLOW}", "no match")  # one that ends, on names of categories
    searched(page, f"thread:/^x*$/ cat:c {SLOW}", WORD)
    searched(page, "/dra+w/", "2 found")
    assert shown.errors == []


def test_enter_waits_for_what_is_found(page: Any) -> None:
    shown = TimelinePage(page, many_as())
    page.get_by_role("searchbox").first.fill("/^(dr|x)aw/")
    page.keyboard.press("Enter")
    page.get_by_text("1 of 2", exact=True).wait_for()
    assert shown.get("t.state.store.nameOf(t.state.selected)") == "draw"
    assert shown.errors == []


@pytest.mark.parametrize("query", ["draw", "/^(dr|x)aw/"])
def test_an_enter_that_is_quicker_than_the_search_stays_where_it_went(page: Any, query: str) -> None:
    shown = TimelinePage(page, many_as())
    page.evaluate(
        """async (query) => {
            const box = document.querySelector("input[type=search]");
            box.value = query;
            box.dispatchEvent(new Event("input"));
            box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
            while (window.timeline.state.search.status !== "1 of 2") await new Promise(requestAnimationFrame);
            await new Promise((resolve) => setTimeout(resolve, 200)); // behind the timer that input set
        }""",
        query,
    )
    assert shown.get("t.state.search.status") == "1 of 2"


def test_a_newer_search_ends_the_one_that_runs(page: Any) -> None:
    shown = TimelinePage(page, many_as())
    shown.get(f"(t.searching.find('{SLOW}'), t.searching.find('draw'))")
    assert shown.get("[t.state.search.query, t.state.search.status]") == ["draw", "2 found"]
    shown.get(f"(t.searching.find('{SLOW}'), t.searching.find('/dra+w/'))")
    page.wait_for_function("() => window.timeline.state.search.status === '2 found'")
    assert shown.errors == []


def test_a_page_whose_address_asks_for_such_a_search_opens(page: Any, tmp_path: Path) -> None:
    path = to_html(many_as(), tmp_path / "page.html")
    page.goto(path.as_uri() + f'#view={{"search":"{SLOW}"}}'.replace("+", "%2B"))
    page.get_by_text(WORD, exact=True).wait_for()
    searched(page, "/dra+w/", "2 found")


def test_where_no_worker_is_allowed_an_expression_that_may_be_slow_is_refused(page: Any, tmp_path: Path) -> None:
    path = to_html(many_as(), tmp_path / "page.html")
    path.write_text(path.read_text().replace("<head>", f"<head>{NO_WORKERS}", 1))
    page.goto(path.as_uri())
    searched(page, SLOW, "not allowed here")
    searched(page, "/draw|x/", "2 found")


def test_a_flame_graph_ends_it_too(page: Any) -> None:
    shown = TimelinePage(page, many_as())
    shown.get("t.selecting.range([0, 400e3], true)")
    page.get_by_role("button", name="The range flame graph").click()
    box = page.locator(".aero-flames input[type=search]")
    box.fill(SLOW)
    page.locator(".aero-flames").get_by_text(WORD, exact=True).wait_for()
    box.fill("/^dra+w/")
    page.locator(".aero-flames").get_by_text("2 bars: 100 µs", exact=False).wait_for()
    assert shown.errors == []
