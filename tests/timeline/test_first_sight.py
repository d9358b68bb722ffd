"""What a timeline opens on: the bulk where a few events lie far off, and words where there is little to see."""

import re
from pathlib import Path
from typing import Any

import pytest

import aero_nb
from aero_nb.timeline.axes import drawn_by
from aero_nb.timeline.first_sight import lack_of, opening_of
from aero_nb.timeline.scene import Scene
from tests.support.timeline_page import TimelinePage, small, span, trace_of

DAY = 86_400e6  # µs


def bulk(count: int = 30, start: float = DAY) -> list[dict[str, Any]]:
    """Spans of 80 µs, 100 µs apart."""
    return [span(f"s{n % 3}", start + n * 100, 80) for n in range(count)]


def instant(ts: float) -> dict[str, Any]:
    return {"ph": "i", "name": "x", "ts": ts, "s": "t"}


def sample(ts: float) -> dict[str, Any]:
    return {"ph": "C", "name": "c", "ts": ts, "args": {"v": 1}}


def opened(*events: dict[str, Any]) -> tuple[float, float, str] | None:
    """What a timeline of these opens on, in µs, and what it says of the rest."""
    scene = Scene(trace_of(*events))
    opening = opening_of(scene)
    if opening is None:
        return None
    start, end = (scene.zero_us + ns / 1000 for ns in (opening.start_ns, opening.end_ns))
    return start, end, opening.note


@pytest.mark.parametrize("stray", [span("early", 0, 5), instant(0), sample(0)], ids=["span", "instant", "counter"])
def test_one_event_a_day_before_the_others_is_left_out_and_told(stray: dict[str, Any]) -> None:
    start, end, note = opened(stray, *bulk()) or (0, 0, "")
    assert start == pytest.approx(DAY, abs=100)
    assert start < DAY
    assert end == DAY + 2980
    assert note == "1 event lies 24.0 h before the others"


@pytest.mark.parametrize(
    ("strays", "count", "note"),
    [
        ([instant(2 * DAY)], 10, "1 event lies 24.0 h after the others"),
        ([instant(0), instant(3 * DAY)], 30, "1 event lies 24.0 h before and 1 lies 2.00 d after the others"),
        ([instant(0), sample(DAY * 0.999)], 30, "2 events lie up to 24.0 h before the others"),
        ([instant(n) for n in range(5)], 500, "5 events lie up to 24.0 h before the others"),
    ],
)
def test_early_and_late_ones_are_counted(strays: list[dict[str, Any]], count: int, note: str) -> None:
    start, end, told = opened(*strays, *bulk(count)) or (0, 0, "")
    assert told == note
    assert (start, end) == pytest.approx((DAY, DAY + count * 100), rel=0, abs=3 * count + 20)


@pytest.mark.parametrize(
    "events",
    [
        [instant(0), *bulk(5)],  # one of six is no exception
        [*(instant(n) for n in range(4)), *bulk(300)],  # nor are four of three hundred
        [*(instant(n) for n in range(11)), *bulk(3000)],  # nor ever more than ten
        [span("whole", 0, 2 * DAY), *bulk()],  # all the others lie within it
        [span("reaches", 0, DAY + 50), *bulk(10, DAY + 10)],
        [{"ph": "B", "name": "open", "ts": 0}, *bulk()],
        [instant(DAY - 20_000), *bulk()],  # far off is ten times as long at least: this one is seven
        [instant(0), *(instant(DAY) for _ in range(20))],  # nothing with any length is left
        bulk(),
        [],
    ],
)
def test_everything_else_opens_on_the_whole(events: list[dict[str, Any]]) -> None:
    assert opened(*events) is None


def test_the_still_picture_is_of_the_bulk_and_its_text_tells_the_rest(tmp_path: Path) -> None:
    trace = trace_of(instant(0), *bulk(), sample(0), sample(DAY + 500))
    scene = drawn_by(Scene(trace), None)
    note = "2 events lie up to 24.0 h before the others"
    assert (scene.foot, scene.axis_base) == (note, "24.0 h")
    assert scene.duration_ns == pytest.approx(2_980_000, rel=0.03)
    widget = trace.timeline()
    assert note in widget._alt
    assert note in trace.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    assert widget._still != trace_of(*bulk(), sample(DAY + 500)).timeline()._still


def test_the_state_of_a_timeline_tells_the_whole_where_it_opened_on_less() -> None:
    w = trace_of(instant(0), *bulk()).timeline()
    assert w.state == {}
    w.window = [0.0, DAY + 3000]
    assert w.state == {"window": [0.0, DAY + 3000]}
    w.state = {}
    assert w.state == {}
    assert w.window[0] > DAY - 100


@pytest.mark.parametrize(
    ("trace", "what", "advice"),
    [
        (trace_of(), "No spans, instants or counters", "Record while something runs"),
        (
            trace_of({"ph": "M", "name": "thread_name", "args": {"name": "Main"}}),
            "No spans, ins",
            "It only names 1 track",
        ),
        (small().window(1e6, 2e6), "No spans, instants or counters", "cut to 1,000,000 µs to 2,000,000 µs"),
        (small().filter(name="none"), "No spans, instants or counters", r"filter\(\) left nothing"),
        (trace_of(instant(0), sample(1), sample(2)), "only 1 instant and 2 counter samples", "Spans come from"),
        (
            trace_of({"ph": "O", "name": "tree", "id": 1, "ts": 5, "args": {}}),
            "No spans, ins",
            r"\(1 object\): see trace.to_",
        ),
    ],
    ids=["empty", "names", "window", "filter", "points", "objects"],
)
def test_a_trace_without_spans_says_what_it_lacks_and_what_to_do(trace: aero_nb.Trace, what: str, advice: str) -> None:
    lack = lack_of(Scene(trace))
    assert lack is not None
    assert what in lack.what
    assert re.search(advice, lack.advice)
    assert trace.timeline()._still


@pytest.mark.browser
def test_the_page_opens_on_the_bulk_until_all_of_it_is_asked_for(page: Any) -> None:
    shown = TimelinePage(page, trace_of(instant(0), *bulk()))
    notice = page.locator(".aero-notice")
    assert notice.inner_text().startswith("Not in sight: 1 event lies 24.0 h before the others.")
    assert shown.window_us == pytest.approx((DAY, DAY + 2980), abs=100)
    page.click("button:text-is('show all')")
    shown.rest()
    assert shown.window_us[0] == 0
    assert not notice.is_visible()
    shown.press("w", "w")
    assert not notice.is_visible(), "it was seen"
    kept = TimelinePage(page, trace_of(instant(0), *bulk()), window=[DAY + 100, DAY + 200])
    assert kept.window_us == pytest.approx((DAY + 100, DAY + 200), abs=0.01)
    assert notice.is_visible()
    whole = TimelinePage(page, trace_of(instant(0), *bulk()), window=[0, DAY + 3000])
    assert whole.window_us[0] <= 0
    assert not notice.is_visible()


@pytest.mark.browser
def test_a_page_with_nothing_to_draw_says_so(page: Any) -> None:
    shown = TimelinePage(page, trace_of())
    assert page.locator(".aero-empty").inner_text().startswith("No spans, instants or counters in this trace")
    assert not shown.errors
    TimelinePage(page, trace_of(instant(0), instant(5)))
    assert not page.locator(".aero-empty").is_visible()
    assert page.locator(".aero-notice").inner_text().startswith("No spans in this trace, only 2 instants.")
    hidden = TimelinePage(page, small(), shown=[])
    assert page.locator(".aero-notice").inner_text().startswith("All tracks are hidden.")
    page.click("button:text-is('show all tracks')")
    hidden.rest()
    assert not page.locator(".aero-notice").is_visible()
    assert hidden.get("t.host.get('shown')") is None
    assert not hidden.errors
