"""JavaScript of the user's own beside the page's: only what we began is ended, in a real Chromium."""

import pytest

from aero_nb import AeroPage, BrowserError
from tests.support.browser_fixtures import (  # noqa: F401 - pytest finds the fixtures here
    fixture_held,
    fixture_nothing_is_left_over,
    fixture_page,
    fixture_scratch,
    fixture_site,
)
from tests.support.browsers import eventually, interrupted_after

pytestmark = pytest.mark.browser

# A task of the page's own, which we see begin, and whose end sets a flag.
OWN_TASK = """
    globalThis.survived = globalThis.ours = 0;
    setTimeout(() => {
      const end = performance.now() + %d;
      while (performance.now() < end);
      globalThis.survived = 1;
    });
    0
"""
HANG = "setTimeout(() => { for (;;); }); 0"


def test_a_timeout_leaves_the_pages_own_task_alone_and_the_script_never_runs(page: AeroPage) -> None:
    page.evaluate(OWN_TASK % 3000)
    with pytest.raises(BrowserError, match=r"did not answer within 0\.3 s.*was not begun, and will not run later"):
        page.evaluate("globalThis.ours = 1", timeout=0.3)
    assert eventually(lambda: page.evaluate("survived") == 1)
    assert page.evaluate("ours") == 0


def test_an_interrupt_leaves_the_pages_own_task_alone_and_the_script_never_runs(page: AeroPage) -> None:
    page.evaluate(OWN_TASK % 3000)
    with pytest.raises(KeyboardInterrupt), interrupted_after(0.3):
        page.evaluate("globalThis.ours = 1")
    assert page.evaluate("[survived, ours]") == [1, 0]


def test_a_script_waits_for_the_pages_own_task_and_then_runs(page: AeroPage) -> None:
    page.evaluate(OWN_TASK % 1200)
    assert page.evaluate("ours += 1; [survived, ours]") == [1, 1]


def test_a_task_of_the_page_that_follows_a_script_is_not_ended_for_it(page: AeroPage) -> None:
    page.evaluate("globalThis.survived = 0; 0")
    # Ours only waits while the page works. A promise that nothing holds could be collected, and end it that way.
    script = OWN_TASK % 3000 + "; await new Promise((done) => { globalThis.held = done; })"
    with pytest.raises(BrowserError, match="did not answer within"):
        page.evaluate(script, timeout=0.5)
    assert page.evaluate("survived") == 1


def test_our_own_endless_script_is_ended_on_an_interrupt(page: AeroPage) -> None:
    with pytest.raises(KeyboardInterrupt), interrupted_after(0.5):
        page.evaluate("for (;;);")
    assert page.evaluate("1 + 1") == 2


def test_a_page_that_hangs_by_itself_is_ended_only_when_asked_to(page: AeroPage) -> None:
    page.evaluate(HANG)
    with pytest.raises(BrowserError, match="was not begun"):
        page.evaluate("1", timeout=0.3)
    page.interrupt()
    assert page.evaluate("1") == 1
    page.interrupt()  # nothing hangs: nothing is ended
    assert page.evaluate("2") == 2


@pytest.mark.parametrize(
    ("js", "value"),
    [
        ("'use strict'; (function () { return this === undefined; })()", True),
        ("(function () { return this === undefined; })()", False),
        ("let only = 1", None),
        ("{ const tell = 5; tell }", 5),
        ("Object.keys(globalThis).filter((name) => name.startsWith('aero_nb_'))", []),
    ],
)
def test_a_script_is_what_the_console_would_run(page: AeroPage, js: str, value: object) -> None:
    assert page.evaluate(js) == value


def test_an_error_has_the_column_of_the_users_own_text(page: AeroPage) -> None:
    with pytest.raises(BrowserError, match=r"<anonymous>:1:6\b"):
        page.evaluate("null.x")
