"""How the timeline uses its place: rows, folded depth, headings that stick, its height, and the panel in sight."""

from typing import Any

import pytest

from tests.support.timeline_page import TimelinePage, small, span, trace_of

pytestmark = pytest.mark.browser


def deep(rows: int) -> Any:
    """One thread with so many spans in each other, and as many threads below it."""
    inside = [span(f"d{n}", n, 1000 - 2 * n) for n in range(rows)]
    return trace_of(*inside, *(span(f"t{n}", n, 5, tid=n) for n in range(2, rows)))


def strip(shown: TimelinePage, track: int) -> Any:
    return shown.get(f"t.state.layout.strips.find(s => s.band?.track === {track})")


def test_a_track_of_one_row_has_its_name_on_it_and_instants_have_a_lane_of_their_own(page: Any) -> None:
    shown = TimelinePage(page, small())
    names = dict(zip(shown.scene.tracks["label"].astype(str), shown.scene.tracks.index.tolist(), strict=True))
    assert strip(shown, names["cpu"])["height"] == 24
    assert strip(shown, names["cpu"])["rows"][0]["top"] == 4
    assert strip(shown, names["Main"])["rows"][0]["top"] == 20  # below "boot"


def test_depth_folds_and_a_click_or_a_search_shows_it(page: Any) -> None:
    shown = TimelinePage(page, deep(55))
    fold = page.locator(".aero-fold")
    assert fold.inner_text() == "… 35 deeper"
    fold.click()
    assert fold.inner_text() == "fold 35 rows"
    assert len(shown.get("t.state.layout.strips[1].rows")) == 55
    fold.click()
    assert len(shown.get("t.state.layout.strips[1].rows")) == 20
    page.fill(".aero-find input", "d54")
    page.press(".aero-find input", "Enter")
    shown.rest()
    assert page.locator(".aero-facts h2").text_content() == "d54"
    assert len(shown.get("t.state.layout.strips[1].rows")) == 55


def test_a_heading_sticks_while_its_tracks_scroll(page: Any) -> None:
    shown = TimelinePage(page, deep(55))
    page.evaluate("window.timeline.scrollTo(400)")
    shown.rest()
    heading = page.locator(".aero-process").bounding_box()
    assert heading["y"] == pytest.approx(shown.plot["y"], abs=1)
    page.mouse.click(heading["x"] + 30, heading["y"] + 8)
    shown.rest()
    assert shown.get("t.state.layout.closed.size") == 1


def test_a_pinned_track_says_its_process(page: Any) -> None:
    name = {"ph": "M", "name": "process_name", "args": {"name": "render box"}}
    shown = TimelinePage(page, trace_of(name, span("a", 0, 10), span("b", 0, 10, pid=2)))
    page.evaluate("window.timeline.state.layout.toggle(window.timeline.state.layout.pinned, 0)")
    page.evaluate("window.timeline.relayout()")
    shown.rest()
    assert page.locator(".aero-pinned .aero-kind").inner_text() == "render box"


def test_the_handle_makes_it_taller_and_a_double_click_as_it_was(page: Any) -> None:
    shown = TimelinePage(page, deep(55))
    stage, handle = page.locator(".aero-stage"), page.locator(".aero-handle")
    before = stage.bounding_box()["height"]
    box = handle.bounding_box()
    shown.drag((box["x"] + 99, box["y"] + 4), (box["x"] + 99, box["y"] + 64))
    assert stage.bounding_box()["height"] == pytest.approx(before + 60, abs=1)
    assert shown.get("t.host.get('height')") == pytest.approx(before + 60, abs=1)
    handle.focus()
    shown.press("ArrowDown")
    assert stage.bounding_box()["height"] == pytest.approx(before + 100, abs=1)
    handle.dblclick()
    shown.rest()
    assert stage.bounding_box()["height"] == before


def test_rows_and_details_are_both_in_sight_of_a_small_screen(page: Any) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    shown = TimelinePage(page, deep(55), width=1200)
    before = page.locator("#t").bounding_box()["height"]
    shown.click_span(int(shown.trace.spans.index[shown.trace.spans["name"] == "d19"][0]))
    panel, plot = page.locator(".aero-panel").bounding_box(), shown.plot
    assert panel["y"] + panel["height"] <= 720
    outline = shown.get("t.overlay.boxOf(t.state.selected)")
    assert 0 <= outline["top"] <= plot["height"] - outline["height"]
    assert page.locator("#t").bounding_box()["height"] <= before
    shown.press("Escape")
    assert page.locator("#t").bounding_box()["height"] == before


def test_it_fills_the_screen_and_leaves_it(page: Any) -> None:
    shown = TimelinePage(page, deep(55))
    before = page.locator(".aero-stage").bounding_box()["height"]
    page.get_by_role("button", name="Fill the screen").click()
    page.wait_for_function("document.fullscreenElement?.id === 't'")
    page.wait_for_function("document.querySelector('.aero-stage').offsetHeight >= innerHeight - 10")
    page.get_by_role("button", name="Fill the screen").click()
    page.wait_for_function(f"document.querySelector('.aero-stage').offsetHeight === {before}")
    assert not shown.errors


def test_an_arrow_whose_other_end_is_out_of_sight_goes_to_the_edge_and_names_it(page: Any) -> None:
    events = [span("from", 0, 10), span("to", 900, 10, tid=2)]
    flow = [
        {"ph": "s", "id": 1, "name": "f", "ts": 5},
        {"ph": "f", "bp": "e", "id": 1, "name": "f", "ts": 905, "tid": 2},
    ]
    shown = TimelinePage(page, trace_of(*events, *flow))
    page.evaluate("window.timeline.state.view.show(0, 20_000)")
    drawn = """() => {
        const { target } = window.timeline.overlay;
        const y = window.timeline.state.layout.strips[2].y * target.r;
        const data = target.context.getImageData(target.width - 160, y, 160, target.height - y).data;
        return data.some((value) => value > 0);
    }"""
    shown.rest()
    assert not page.evaluate(drawn)
    shown.click_span(0)
    page.mouse.move(0, 0)
    shown.rest()
    assert page.evaluate(drawn)
    page.evaluate("window.timeline.state.layout.showOnly([window.timeline.state.layout.strips[1].band.track])")
    page.evaluate("window.timeline.relayout()")
    shown.rest()
    assert not shown.errors


def test_crowded_instants_are_fainter_than_one_alone(page: Any) -> None:
    crowd = [{"ph": "i", "name": "tick", "ts": n, "s": "t"} for n in range(500, 900)]
    shown = TimelinePage(page, trace_of({"ph": "i", "name": "one", "ts": 100, "s": "t"}, *crowd, span("a", 0, 1000)))
    inks = """(us) => {
        const t = window.timeline;
        const { context, width, r } = t.painter.target;
        const x = Math.round(us * 1000 / t.state.view.duration * width);
        const y = Math.round((t.state.layout.strips[1].y + 12) * r);
        return [...context.getImageData(x, y, 1, 1).data.slice(0, 3)];
    }"""
    one, many = page.evaluate(inks, 100), page.evaluate(inks, 700)
    assert sum(one) < sum(many) < 3 * 250
    assert not shown.errors


def test_a_live_change_of_theme_redraws_overview_and_axis(page: Any) -> None:
    shown = TimelinePage(page, small())
    corner = "[...t.overview.target.context.getImageData(t.overview.target.width / 2, 5, 1, 1).data.slice(0, 3)]"
    assert sum(shown.get(corner)) > 3 * 180
    page.evaluate("document.body.style.transition = 'background 200ms'; document.body.offsetHeight")
    page.evaluate("document.body.style.background = 'rgb(17, 17, 17)'")
    page.wait_for_function("window.timeline.dark === true")
    shown.rest()
    assert sum(shown.get(corner)) < 3 * 130


def test_what_lies_below_the_fold_is_said_and_a_click_goes_there(page: Any) -> None:
    rows = [span("a", 0, 100, pid=1, tid=tid) for tid in range(30)]
    shown = TimelinePage(page, trace_of(*rows, span("b", 0, 100, pid=2), span("c", 0, 100, pid=3)))
    below = page.locator(".aero-below")
    assert below.text_content().startswith("↓ process 2 +1 · ")
    while below.is_visible():
        before = shown.get("t.state.scroll")
        below.click()
        shown.rest()
        assert shown.get("t.state.scroll") > before
    assert shown.get("t.state.scroll + t.state.size.plotHeight") >= shown.get("t.state.layout.height") - 1
