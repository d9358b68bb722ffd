"""The timeline for everyone: by key alone, by ear, in both themes, in a narrow place."""

from pathlib import Path
from typing import Any

import pytest

from aero_nb.figures.palette import contrast
from tests.support.browsers import rest
from tests.support.timeline_page import TimelinePage, small, span, trace_of

pytestmark = pytest.mark.browser

# Of every visible piece of text: its colour, and the first colour behind it that is not see-through.
TEXT_COLORS = """() => {
    const two = (channel) => (+channel | 0x100).toString(16).slice(1);
    const hex = (color) => "#" + color.match(/[\\d.]+/g).slice(0, 3).map(two).join("");
    const behind = (node) => {
        for (; node; node = node.parentElement) {
            const color = getComputedStyle(node).backgroundColor;
            if (!color.startsWith("rgba(0, 0, 0, 0")) return color;
        }
        return "rgb(255, 255, 255)";
    };
    const nodes = [...document.querySelectorAll("#t *")].filter((node) => node.checkVisibility()
        && ([...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()) || node.matches("input")));
    const found = nodes.map((node) => [node.className, hex(getComputedStyle(node).color), hex(behind(node))]);
    const inputs = nodes.filter((node) => node.placeholder);
    const hints = inputs.map((node) => ["hint", hex(getComputedStyle(node, "::placeholder").color), hex(behind(node))]);
    return [...found, ...hints];
}"""


@pytest.mark.parametrize(
    ("background", "dark"),
    [
        ("color(srgb 1 1 1)", False),  # marimo writes its light page so
        ("color(srgb 0.07 0.07 0.07)", True),
        ("oklch(95% 0.01 200)", False),
        ("rgba(0, 0, 0, 0.2)", False),  # what shows through is white
    ],
)
def test_a_page_s_theme_is_told_from_any_css_colour(page: Any, background: str, dark: bool) -> None:
    shown = TimelinePage(page, small())
    page.evaluate("(color) => { document.body.style.background = color; }", background)
    shown.rest()
    assert shown.get("t.dark") is dark


@pytest.mark.parametrize("dark", [False, True])
def test_text_and_marks_have_the_contrast_that_wcag_aa_asks_for(page: Any, dark: bool) -> None:
    from aero_nb.figures.palette import contrast

    shown = TimelinePage(page, small())
    page.evaluate("(dark) => { document.body.style.background = dark ? '#111111' : '#ffffff'; }", dark)
    page.wait_for_function("(dark) => window.timeline.dark === dark", arg=dark)
    theme = shown.get("t.state.theme")
    for ground in ("paper", "band"):
        assert contrast(theme["ink"], theme[ground]) >= 4.5
        assert contrast(theme["faint"], theme[ground]) >= 4.5
    assert contrast(theme["mark"], theme["paper"]) >= 3
    assert contrast(theme["select"], theme["paper"]) >= 3
    for mode in ("name", "self"):
        page.evaluate("(mode) => window.timeline.recolor(mode)", mode)
        for paint in shown.get("t.painter.paints"):
            assert contrast(paint["fill"], theme["paper"]) >= 3
            assert contrast(paint["label"], paint["fill"]) >= 4.5
            assert contrast(theme["ink"], paint["faded"]) >= 4.5
    assert not shown.errors


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_of_toolbar_names_panels_and_menus_reads_on_what_is_behind_it(page: Any, dark: bool) -> None:
    shown = TimelinePage(page, small())
    page.evaluate("(dark) => { document.body.style.background = dark ? '#111111' : '#ffffff'; }", dark)
    page.wait_for_function("(dark) => window.timeline.dark === dark", arg=dark)
    page.evaluate("() => window.timeline.toolbar.menus.notes.add(0, 10, 'a note')")
    states = {
        "details": "t.selecting.span(0, false)",
        "range": "t.selecting.sight()",
        "tracks": "t.toolbar.menus.open('tracks')",
        "notes": "t.toolbar.menus.askNote()",
        "help": "t.toolbar.menus.open('help')",
        "search": "t.searching.find('draw')",
    }
    for state, action in states.items():
        page.evaluate(f"() => {{ const t = window.timeline; {action}; }}")
        shown.rest()
        seen = page.evaluate(TEXT_COLORS)
        assert len(seen) > 15
        for what, ink, ground in seen:
            assert contrast(ink, ground) >= 4.5, f"{state}: {what} is {ink} on {ground}"


def test_every_control_is_reached_by_tab_and_has_a_name(page: Any) -> None:
    shown = TimelinePage(page, small())
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("#t button, #t input, #t select, #t [role=button], #t [tabindex]")]
            .filter((node) => node.checkVisibility() && !(node.getAttribute("aria-label") || node.textContent.trim()))
            .map((node) => node.outerHTML)"""
    )
    assert unnamed == []
    page.locator("#t").focus()
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        label = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
        if label is None:
            break
        reached.add(label)
    controls = page.evaluate(
        """() => [...document.querySelectorAll("#t button, #t input, #t select")]
            .filter((node) => node.checkVisibility()).map((node) => node.getAttribute("aria-label"))"""
    )
    assert len(controls) >= 10
    assert set(controls) <= reached
    assert "7 spans" in (page.locator("#t").get_attribute("aria-label") or "")
    assert not shown.errors


@pytest.mark.parametrize("width", [360, 620, 900])
def test_every_control_can_be_clicked_in_a_narrow_place(page: Any, width: int) -> None:
    shown = TimelinePage(page, small(), width=width, search="draw")  # with the button that lists what was found
    covered = page.evaluate(
        """() => [...document.querySelectorAll(".aero-bar button, .aero-bar input, .aero-bar select")]
            .filter((node) => {
                const box = node.getBoundingClientRect();
                const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                return !node.contains(top) || box.width < 20;
            }).map((node) => node.getAttribute("aria-label"))"""
    )
    assert covered == []
    bar = page.locator(".aero-bar").bounding_box()
    overview = page.locator(".aero-overview").bounding_box()
    assert bar["y"] + bar["height"] <= overview["y"]
    assert overview["y"] + overview["height"] < shown.plot["y"]
    page.mouse.move(*shown.at(750, shown.row_named("present")))
    page.wait_for_selector(".aero-tip:visible")
    assert page.locator(".aero-tip").inner_text().startswith("present"), "the rows lie where the mouse finds them"


def test_the_picture_has_a_text_that_says_what_is_in_sight(page: Any) -> None:
    trace = small()
    shown = TimelinePage(page, trace)
    rows = page.get_by_role("img")
    page.wait_for_function("document.querySelector('.aero-rows').hasAttribute('aria-label')")
    assert rows.get_attribute("aria-label") == "7 spans on 3 tracks, 0 ns to 2.906 ms"
    page.locator("#t").focus()
    shown.press("w", "w")
    page.wait_for_function("document.querySelector('.aero-said').textContent.includes('spans on')")
    t0, t1 = shown.window_us
    count = len(trace.window(t0, t1).spans)
    assert (rows.get_attribute("aria-label") or "").startswith(f"{count} spans on 3 tracks, ")
    assert page.locator(".aero-said").text_content() == rows.get_attribute("aria-label"), "a key's result is said"


def test_what_a_key_selects_is_said(page: Any) -> None:
    shown = TimelinePage(page, small())
    shown.click_span(0)
    said = page.locator(".aero-said")
    assert said.text_content() == "frame, 1.00 ms on Main at 0 ns, depth 0"
    shown.press("ArrowDown")
    assert (said.text_content() or "").startswith("render, 400 µs on Main at 100")
    shown.press("Escape", "r")
    assert (said.text_content() or "").startswith("7 spans touch")
    assert shown.table("7 spans")["count"].astype(int).sum() == 7


def test_the_focus_is_never_lost(page: Any) -> None:
    shown = TimelinePage(page, small())
    label = "() => document.activeElement.getAttribute('aria-label')"
    shown.click_span(0)
    page.locator(".aero-panel td .aero-link").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(label) == "Details of render"
    shown.press("Escape")
    assert page.evaluate("() => document.activeElement.id") == "t"
    shown.press("?")
    opener = page.get_by_role("button", name="Keys and gestures (?)")
    assert opener.get_attribute("aria-expanded") == "true"
    shown.press("Escape")
    assert page.evaluate(label) == "Keys and gestures (?)"
    assert opener.get_attribute("aria-expanded") == "false"


def test_enter_keeps_a_note_and_asks_for_no_other(page: Any) -> None:
    shown = TimelinePage(page, small())
    shown.click_span(0)
    shown.press("n")
    page.keyboard.type("slow")
    shown.press("Enter")
    assert page.locator(".aero-menu input").count() == 0
    assert page.locator(".aero-menu .aero-link").count() == 1


def test_names_of_pinned_tracks_lie_over_those_that_scroll(page: Any) -> None:
    events = [span("a", 0, 10, tid=n) for n in range(1, 41)]
    shown = TimelinePage(page, trace_of(*events))
    page.evaluate(
        """() => {
            const t = window.timeline;
            t.state.layout.toggle(t.state.layout.pinned, 0);
            t.relayout();
            t.scrollTo(77);
        }"""
    )
    shown.rest()
    box = page.locator(".aero-gutter").bounding_box()
    pinned = shown.get("t.state.layout.pinnedHeight")
    seen = page.evaluate(
        """([x, y, height]) => Array.from({ length: height - 2 }, (_, n) =>
            document.elementFromPoint(x, y + n + 1).closest(".aero-line")?.classList.contains("aero-pinned"))""",
        [box["x"] + 60, box["y"], pinned],
    )
    assert all(seen)


AXE = Path(__file__).resolve().parents[2] / "aero_nb/timeline/front/node_modules/axe-core/axe.min.js"


@pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core (scripts/front installs it)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_page_whatever_is_open(page: Any, tmp_path: Path, scheme: str) -> None:
    trace = small()
    page.emulate_media(color_scheme=scheme)
    page.goto(trace.to_html(tmp_path / "page.html", tables={"summary": trace.summary()}).as_uri())
    page.wait_for_selector(".modebar")
    page.add_script_tag(path=AXE)
    for action in (
        "t.draw()",
        "t.selecting.range([0, 2900000], true)",
        "document.querySelector('[data-form=\"2\"]').click()",
        "t.selecting.span(0, true)",
        "document.querySelector('[aria-haspopup=dialog]').click()",
    ):
        page.evaluate(f"() => {{ const t = document.querySelector('#timeline').aeroTimeline; {action}; }}")
        rest(page)
        found = page.evaluate("async () => (await axe.run()).violations.map(({ id, nodes }) => [id, nodes[0].html])")
        assert found == [], action
