"""Every gesture and key of the timeline does what it says; the numbers it shows are pandas' own."""

from typing import Any

import numpy as np
import pytest

from aero_nb.analysis import summary
from aero_nb.figures.units import format_count, format_duration, format_value
from tests.support.timeline_page import TimelinePage, random_trace, small, span, trace_of

pytestmark = pytest.mark.browser


def test_the_wheel_with_ctrl_zooms_about_the_mouse_and_with_shift_pans(page: Any) -> None:
    shown = TimelinePage(page, small())
    t0, t1 = shown.window_us
    page.mouse.move(*shown.at(1000, 0))
    shown.zoom(-400)
    shown.rest()
    a0, a1 = shown.window_us
    assert a1 - a0 < 0.7 * (t1 - t0)
    assert (1000 - a0) / (a1 - a0) == pytest.approx((1000 - t0) / (t1 - t0), abs=0.01)
    page.keyboard.down("Shift")
    page.mouse.wheel(0, 200)
    page.keyboard.up("Shift")
    shown.rest()
    b0, b1 = shown.window_us
    assert b1 - b0 == pytest.approx(a1 - a0)
    assert b0 > a0


def test_a_plain_wheel_scrolls_the_tracks_and_at_their_end_the_page(page: Any) -> None:
    shown = TimelinePage(page, trace_of(*(span(f"t{n}", n, 5, tid=n) for n in range(1, 61))))
    page.evaluate("document.body.style.paddingBottom = '3000px'")
    window = shown.window_us
    page.mouse.move(*shown.at(30, 0))
    page.mouse.wheel(0, 300)
    shown.rest()
    assert shown.get("t.state.scroll") == 300
    assert shown.window_us == window
    page.mouse.wheel(0, 100_000)
    shown.rest()
    bottom = shown.get("t.state.scroll")
    page.mouse.wheel(0, 200)
    page.wait_for_function("window.scrollY > 0")
    assert shown.get("t.state.scroll") == bottom
    page.evaluate("window.timeline.state.wheelZooms = true; window.scrollTo(0, 0)")
    page.mouse.wheel(0, -400)
    shown.rest()
    assert shown.window_us[1] - shown.window_us[0] < window[1] - window[0]


def test_dragging_pans_and_shift_dragging_selects_a_range_with_its_numbers(page: Any) -> None:
    shown = TimelinePage(page, small())
    page.mouse.move(*shown.at(1000, 0))
    shown.zoom(-600)
    shown.rest()
    before = shown.window_us
    x, y = shown.at(1000, 0)
    shown.drag((x, y), (x + 100, y))
    after = shown.window_us
    assert after[0] - before[0] == pytest.approx(-100 / shown.plot["width"] * (before[1] - before[0]), rel=0.02)
    assert page.locator(".aero-panel").is_hidden()
    page.keyboard.press("0")
    shown.rest()
    page.keyboard.down("Shift")
    shown.drag(shown.at(120, 0), shown.at(700, 0))
    page.keyboard.up("Shift")
    low, high = (shown.scene.zero_us + ns / 1000 for ns in shown.get("t.state.range"))
    assert low == pytest.approx(120, abs=5)
    assert high == pytest.approx(700, abs=5)
    assert set(shown.table("")["name"]) == {"frame", "render", "draw", "present", "step"}
    shown.press("Escape")
    assert page.locator(".aero-panel").is_hidden()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_tables_of_a_range_are_what_pandas_computes(page: Any, seed: int) -> None:
    trace = random_trace(seed, roots=300)
    shown = TimelinePage(page, trace)
    end = trace.spans["ts_us"].max()
    low, high = end * 0.2, end * 0.6
    page.evaluate(
        "(range) => window.timeline.selecting.range(range.map((us) => window.timeline.state.fromUs(us)), true)",
        [low, high],
    )
    inside = trace.window(low, high, clip=True).spans
    wanted = summary(inside)
    found = shown.table(f"{len(inside):,} spans").set_index("name")
    assert sorted(found.index) == sorted(wanted.index.astype(str))
    for name, row in wanted.iterrows():
        assert found.loc[str(name)].to_dict() == {
            "count": format_count(int(row["count"])),
            **{k: format_duration(row[f"{k}_us"]) for k in ("total", "self", "mean", "p50", "p95", "max")},
        }


def test_a_click_shows_the_span_its_ancestors_children_and_args(page: Any) -> None:
    trace = small()
    shown = TimelinePage(page, trace)
    spans = trace.spans
    render = int(spans.index[spans["name"] == "render"][0])
    shown.click_span(render)
    facts = shown.facts()
    assert page.locator(".aero-facts h2").text_content() == "render"
    assert facts["category"] == "c"
    assert facts["thread"].startswith("Main")
    assert facts["start"] == "100 µs"
    assert facts["duration"] == "400 µs"
    assert facts["self time"] == "250 µs (62.5 %)"
    assert facts["of its parent"] == "40.0 %"
    assert shown.table("2 children")[["name", "count", "total"]].to_numpy().tolist() == [["draw", "2", "150 µs"]]
    page.locator(".aero-facts p .aero-link").click()  # the parent
    shown.rest()
    assert page.locator(".aero-facts h2").text_content() == "frame"
    assert '"note": "<b>bold</b>"' in (page.locator(".aero-args").text_content() or "")
    assert shown.table("2 children")["name"].tolist() == ["render", "present"]


def test_self_time_of_every_span_is_the_tables(page: Any) -> None:
    shown = TimelinePage(page, random_trace(7, roots=200))
    rows = shown.scene.spans
    wanted = np.rint(shown.trace.spans["self_us"].to_numpy() * 1000)[rows.index]
    np.testing.assert_array_equal(shown.get("[...t.state.store.selfTime]"), wanted)
    starts = np.rint((shown.trace.spans["ts_us"].to_numpy() - shown.scene.zero_us) * 1000)[rows.index]
    np.testing.assert_array_equal(shown.get("[...t.state.store.start]"), starts)
    np.testing.assert_array_equal(shown.get("[...t.state.store.parent]"), rows.parent)


def test_keys_zoom_pan_fit_and_walk_the_call_tree(page: Any) -> None:
    shown = TimelinePage(page, small())
    page.locator("#t").focus()
    whole = shown.window_us
    shown.press("w")
    closer = shown.window_us
    assert closer[1] - closer[0] == pytest.approx(0.7 * (whole[1] - whole[0]))
    shown.press("d")
    assert shown.window_us[0] > closer[0]
    shown.press("a", "a")
    assert shown.window_us[0] < closer[0]
    shown.press("s", "s", "0")
    assert shown.window_us == pytest.approx(whole)
    shown.click_span(0)
    assert page.locator(".aero-facts h2").text_content() == "frame"
    shown.press("ArrowRight")
    assert shown.facts()["start"] == "2,000 µs"
    shown.press("ArrowLeft", "ArrowDown")
    assert page.locator(".aero-facts h2").text_content() == "render"
    shown.press("f")
    t0, t1 = shown.window_us
    assert (t0, t1) == pytest.approx((20, 580), abs=1)
    shown.press("ArrowUp", "Escape")
    assert shown.get("t.state.selected") == -1
    shown.press("?")
    assert "fit the selection" in page.locator(".aero-menu").inner_text()
    shown.press("Escape")
    assert page.locator(".aero-menu").is_hidden()


def test_search_counts_highlights_and_steps_through_matches_in_time_order(page: Any) -> None:
    shown = TimelinePage(page, small())
    page.locator("#t").focus()
    shown.press("/")
    page.keyboard.type("draw")
    page.wait_for_function("document.querySelector('.aero-status').textContent === '2 found'")
    seen = []
    for status in ("1 of 2", "2 of 2", "1 of 2"):
        page.keyboard.press("Enter")
        assert page.locator(".aero-status").text_content() == status
        seen.append(shown.facts()["start"])
    assert seen == ["150 µs", "300 µs", "150 µs"]
    page.fill("input[type=search]", "/^(frame|present)$/")
    page.wait_for_function("document.querySelector('.aero-status').textContent === '3 found'")
    page.fill("input[type=search]", "nothing like it")
    page.wait_for_function("document.querySelector('.aero-status').textContent === 'no match'")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.locator("input[type=search]").input_value() == ""


def test_a_dense_pixel_says_how_many_spans_and_which_name_dominates(page: Any) -> None:
    events = [span("rare" if n % 10 == 0 else "common", n, 0.5) for n in range(10_000)]
    shown = TimelinePage(page, trace_of(*events))
    page.mouse.move(*shown.at(5000, 0))
    page.wait_for_selector(".aero-tip:visible")
    text = page.locator(".aero-tip").inner_text()
    t0, t1 = shown.window_us
    per_pixel = 10_000 / shown.plot["width"] * (t1 - t0) / 10_000
    count = int(text.split()[0])
    assert abs(count - per_pixel) <= 2
    assert "spans, mostly common (" in text


def test_hovering_a_span_an_instant_and_lost_data_tells_what_it_is(page: Any) -> None:
    shown = TimelinePage(page, small())
    page.mouse.move(*shown.at(1200, shown.row_of(0)))
    shown.rest()
    assert page.locator(".aero-tip").is_hidden()
    page.mouse.move(*shown.at(750, shown.row_named("present")))
    page.wait_for_selector(".aero-tip:visible")
    assert page.locator(".aero-tip").inner_text().split("\n")[:3] == ["present", "300 µs", "self 300 µs"]
    track = int(shown.trace.instants["track"][0])
    page.mouse.move(*shown.at(1500, track=track))
    shown.rest()
    shown.rest()
    assert page.locator(".aero-tip").inner_text().startswith("boot")


def test_the_crosshair_stays_under_a_resting_mouse_while_the_view_moves(page: Any) -> None:
    shown = TimelinePage(page, small())
    page.locator("#t").focus()
    page.mouse.move(*shown.at(750, shown.row_named("present")))
    shown.rest()
    x = shown.get("t.state.pointer.x")
    shown.press("d", "w")
    assert shown.get("t.state.pointer.time - t.state.timeAt(t.state.pointer.x)") == 0
    assert shown.get("t.state.pointer.x") == x
    tip = "document.querySelector('.aero-tip')"
    told = shown.get(f"{tip}.hidden ? null : [...{tip}.children].map(e => e.textContent)")
    assert told == shown.get("t.tip.lines")


def test_tracks_collapse_hide_pin_and_move(page: Any) -> None:
    shown = TimelinePage(page, small())
    tracks = "t.state.layout.strips.filter(s => s.band).map(s => s.band.title)"
    assert shown.get(tracks) == ["Main", "cpu", "counters.bytes"]
    tall = shown.get("t.state.layout.height")
    page.get_by_role("button", name="Collapse Main").click()
    assert shown.get("t.state.layout.height") < tall
    assert page.get_by_role("button", name="Expand Main").get_attribute("aria-expanded") == "false"
    page.get_by_role("button", name="Choose, order and pin tracks").click()
    page.get_by_role("button", name="Move cpu up").click()
    assert shown.get(tracks) == ["cpu", "Main", "counters.bytes"]
    page.get_by_role("button", name="Pin counters.bytes").click()
    assert shown.get(tracks) == ["counters.bytes", "cpu", "Main"]
    page.get_by_label("Show Main").uncheck()
    assert shown.get(tracks) == ["counters.bytes", "cpu"]
    titles = {band.track: band.title for band in shown.scene.bands}
    assert [titles[track] for track in shown.get("t.host.get('shown')")] == ["cpu", "counters.bytes"]
    page.get_by_role("button", name="Show all tracks").click()
    assert shown.get("t.host.get('shown')") is None


def test_the_overview_moves_the_window(page: Any) -> None:
    shown = TimelinePage(page, small())
    box = page.locator(".aero-overview").bounding_box()
    middle = box["y"] + box["height"] / 2
    shown.drag((box["x"] + box["width"] * 0.25, middle), (box["x"] + box["width"] * 0.5, middle))
    t0, t1 = shown.window_us
    assert (t0, t1) == pytest.approx((725, 1450), abs=20)
    shown.drag((box["x"] + box["width"] * 0.4, middle), (box["x"] + box["width"] * 0.6, middle))
    assert shown.window_us == pytest.approx((t0 + 580, t1 + 580), abs=20)


def test_notes_are_added_by_key_listed_and_removed(page: Any) -> None:
    shown = TimelinePage(page, small())
    shown.click_span(0)
    shown.press("n")
    page.keyboard.type("too slow <i>")
    page.keyboard.press("Enter")
    assert shown.get("t.host.get('notes')") == [{"ts_us": 0, "dur_us": 1000, "text": "too slow <i>"}]
    page.get_by_role("button", name="Remove too slow <i>").click()
    assert shown.get("t.state.notes.length") == 0


def test_flow_arrows_join_the_spans_of_the_selection(page: Any) -> None:
    trace = trace_of(
        span("ask", 0, 100),
        span("answer", 500, 100, tid=2),
        {"ph": "s", "name": "f", "id": 1, "ts": 50},
        {"ph": "f", "bp": "e", "name": "f", "id": 1, "ts": 550, "tid": 2},
    )
    shown = TimelinePage(page, trace)
    drawn = "(() => { const c = t.overlay.target.element; const y = (r) => Math.round(r);"
    drawn += " const d = t.overlay.target.context.getImageData(0, 0, c.width, c.height).data;"
    drawn += " let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })()"
    page.mouse.move(0, 0)
    shown.rest()
    assert shown.get(drawn) == 0
    shown.click_span(0)
    page.mouse.move(0, 0)
    shown.rest()
    alone = shown.get(drawn)
    page.evaluate("() => { for (const end of window.timeline.state.store.flows) end.span.fill(-1); }")
    page.evaluate("() => window.timeline.overlay.draw()")
    assert alone > shown.get(drawn) + 500, "the arrow crosses between the threads"


def test_the_page_writes_numbers_names_and_colours_as_python_does(page: Any) -> None:
    from aero_nb.figures.palette import color_index
    from aero_nb.figures.units import plain_text
    from aero_nb.timeline import assets

    rng = np.random.default_rng(5)
    ns = [0, 1, 999, 1000, 1125, 999_500, 1_125_000, 10**9, 119_999_999_999, 120 * 10**9, 7 * 86_400 * 10**9]
    ns += [int(value) for value in 10 ** rng.uniform(0, 15, 200)]
    values = [0.0, -1.0, 0.5, 1e6, 999.5, -1234.5, 1e15, *(rng.normal(size=100) * 1e5).tolist()]
    names = ["frame", "", "a\nb", "\u202eevil", "é" * 300, "漢字", "😀" * 90, "x" * 81, "x" * 80, "\u2028", "a\u200db"]
    code = assets.bundle_source("timeline")
    found = page.evaluate(
        """async ([code, ns, values, names]) => {
            const m = await import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
            return [ns.map(m.formatDuration), values.map((v) => m.formatValue(v, "B")), ns.map(m.formatCount),
                names.map((name) => m.plainText(name)), names.map(m.colorIndex)];
        }""",
        [code, ns, values, names],
    )
    assert found[0] == [format_duration(value / 1000) for value in ns]
    assert found[1] == [format_value(value, "B") for value in values]
    assert found[2] == [format_count(value) for value in ns]
    assert found[3] == [plain_text(name) or "(empty name)" for name in names]
    assert found[4] == [color_index(name) for name in names]


def test_search_steps_through_every_match_in_time_order_both_ways(page: Any) -> None:
    trace = random_trace(11, roots=80)
    shown = TimelinePage(page, trace)
    rows = shown.scene.spans
    names = trace.spans["name"].astype(str).to_numpy()[rows.index]
    matching = [place for place in range(len(rows)) if names[place] in ("n3", "m1")]
    wanted = sorted(matching, key=lambda place: (rows.start[place], place))
    for direction in (1, -1):
        found = page.evaluate(
            """([direction, steps]) => {
                const { search } = window.timeline.state;
                search.find("/^(n3|m1)$/");
                const start = direction > 0 ? 0 : Infinity;
                return Array.from({ length: steps }, () => [search.step(direction, start), search.at]);
            }""",
            [direction, len(wanted) + 2],
        )
        order = wanted if direction > 0 else wanted[::-1]
        assert [span for span, _ in found] == [*order, *order[:2]]
        assert [wanted.index(span) for span, _ in found] == [at for _, at in found]


def test_the_trace_is_handed_to_perfetto_by_its_handshake(page: Any) -> None:
    from aero_nb.timeline import assets

    answering = """<script>
        window.addEventListener("message", (event) => {
            if (event.data === "PING") event.source.postMessage("PONG", "*");
            else document.title = JSON.stringify([event.data.perfetto.title,
                [...new Uint8Array(event.data.perfetto.buffer)]]);
        });
    </script>"""
    page.context.route(
        "https://ui.perfetto.dev/**",
        lambda route: route.fulfill(status=200, content_type="text/html", body=answering),
    )
    page.goto("about:blank")
    with page.context.expect_page() as opened:
        said = page.evaluate(
            """async (code) => {
                const m = await import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
                const message = new Uint8Array([9, 9, 1, 2, 3, 9]);
                const part = new DataView(message.buffer, 2, 3);
                return m.openInPerfetto(async () => ({ title: "mine", buffers: [part] }));
            }""",
            assets.bundle_source("timeline"),
        )
    assert said == "opened in Perfetto"
    opened.value.wait_for_function("document.title.startsWith('[')")
    assert opened.value.title() == '["mine",[1,2,3]]'


def test_the_picture_follows_the_width_of_its_place(page: Any) -> None:
    shown = TimelinePage(page, small())
    for width in (500, 1200):
        page.evaluate("(width) => { document.getElementById('t').style.width = `${width}px`; }", width)
        page.wait_for_function("(width) => window.timeline.state.size.width === width - 2", arg=width)
        shown.rest()
        canvas = shown.get("[t.painter.target.width, t.painter.target.height]")
        assert canvas == [round(shown.plot["width"]), round(shown.plot["height"])]
        inside = page.evaluate("() => document.querySelector('.aero-bar').getBoundingClientRect().right")
        assert inside <= width
    assert not shown.errors


def test_a_drag_beyond_the_plot_selects_no_more_than_is_in_sight(page: Any) -> None:
    shown = TimelinePage(page, small())
    page.mouse.move(*shown.at(1500, 0))
    shown.zoom(-400)
    shown.rest()
    t0, t1 = shown.window_us
    assert 0 < t0 < 1500 < t1 < 2900
    x, y = shown.at(1500, 0)
    for to_x, expected in (
        (shown.plot["x"] - 60, (t0, 1500)),
        (shown.plot["x"] + shown.plot["width"] + 60, (1500, t1)),
    ):
        page.keyboard.down("Shift")
        shown.drag((x, y), (to_x, y))
        page.keyboard.up("Shift")
        selected = [shown.scene.zero_us + ns / 1000 for ns in shown.get("t.state.range")]
        assert selected == pytest.approx(expected, abs=(t1 - t0) / shown.plot["width"])
        assert shown.window_us == (t0, t1)


def test_arguments_that_come_late_are_not_shown_beside_another_span(page: Any) -> None:
    shown = TimelinePage(page, small())
    # The kernel answers when we let it; the page has no arguments of its own.
    page.evaluate(
        """() => {
            const t = window.timeline;
            window.answers = {};
            t.state.store.argsText = () => null;
            t.host.ask = ({ span }) => new Promise((done) => { window.answers[span] = done; });
        }"""
    )
    first, second = (int(i) for i in shown.trace.spans.index[shown.trace.spans["name"] == "frame"][:2])
    shown.click_span(first)
    shown.click_span(second)
    asked = page.evaluate("Object.keys(window.answers)")
    assert len(asked) == 2
    page.evaluate("(spans) => spans.reverse().forEach((n) => window.answers[n]({ text: `of ${n}` }))", asked)
    shown.rest()
    rows = shown.scene.spans
    place = int(np.flatnonzero((rows.index == second) & ~rows.asynchronous)[0])
    assert page.locator(".aero-args").text_content() == f"of {place}"
