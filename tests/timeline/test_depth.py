"""The page of a trace that is deeper than a track shows: it says so, draws and selects what is left."""

from typing import Any

import pytest

from aero_nb.timeline.rows import MOST_ROWS
from tests.support.timeline_page import TimelinePage, trace_of

pytestmark = pytest.mark.browser


def test_the_page_says_beside_the_track_how_much_of_it_is_folded(page: Any) -> None:
    begins = [{"ph": "B", "name": f"n{n % 5}", "ts": n} for n in range(MOST_ROWS + 1_234)]
    arrow = [{"ph": ph, "name": "f", "cat": "c", "id": 1, "ts": 1_700 + n, "bp": "e"} for n, ph in enumerate("sf")]
    TimelinePage(page, trace_of(*begins, *arrow))
    assert page.locator(".aero-line.aero-band .aero-kind").all_inner_texts() == ["+1,234 deeper"]
