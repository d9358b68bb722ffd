"""`to_html`: one page, alive without a network or a kernel; names from traces stay text."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import aero_nb
from aero_nb import Trace
from aero_nb.timeline.page import to_html
from tests.support.browsers import rest
from tests.support.shared import SHARED, needs_shared
from tests.support.timeline_page import random_trace, span, trace_of

HOSTILE = [
    "<script>window.ran = 1</script>",
    '<img src=x onerror="window.ran = 2">',
    "%{x} %{customdata[0]} {{7*7}} ${window.ran = 3}",
    "\u202eright to left\u202c \u200b zero width",
    "line\nbreak\ttab\u2028separator\x00null",
    "🦊 emoji 漢字",
    "</script><script>window.ran = 4</script>",
    '"><svg onload="window.ran = 5">',
    "lone \ud800 surrogate",
    "x" * 300_000,
    "",
    "__proto__",
]


def hostile() -> Trace:
    """Hostile names wherever a file can have names."""
    events: list[dict[str, Any]] = []
    for n, name in enumerate(HOSTILE):
        events += [
            {"ph": "M", "name": "process_name", "pid": n, "args": {"name": name}},
            {"ph": "M", "name": "thread_name", "pid": n, "tid": n, "args": {"name": name}},
            span(name, n * 100, 90, n, pid=n, cat=name, args={name: name}),
            span(name, n * 100 + 10, 40, n, pid=n),
            {"ph": "i", "name": name, "ts": n * 100 + 5, "s": "t", "pid": n, "tid": n},
            {"ph": "C", "name": "c", "ts": n * 100, "pid": n, "tid": n, "args": {name: n}},
        ]
    notes = [{"ts_us": 50, "dur_us": 10, "text": HOSTILE[0] + HOSTILE[1]}]
    return trace_of(*events, otherData={"aero_nb": {"notes": notes}})


def open_page(page: Any, path: Path) -> list[str]:
    """Open a written page with the network off; its errors are collected."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.context.set_offline(True)
    page.goto(path.as_uri())
    page.wait_for_selector(".aero-plot .modebar-btn")
    return errors


@pytest.mark.browser
def test_the_page_zooms_hovers_searches_and_shows_args_without_network(page: Any, tmp_path: Path) -> None:
    trace = trace_of(span("frame", 0, 100, args={"n": 42}), *(span("step", n, 0.5, 2) for n in range(100)))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    path = to_html(trace, tmp_path / "page.html")
    errors = open_page(page, path)
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    box = page.locator(".aero-rows").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 32)
    page.wait_for_selector(".aero-tip:visible")
    assert page.locator(".aero-tip").inner_text().startswith("frame")
    before = page.locator(".aero-plot g.xtick").all_text_contents()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -900)
    page.keyboard.up("Control")
    page.wait_for_function("(old) => document.querySelector('.aero-plot g.xtick').textContent !== old", arg=before[0])
    page.mouse.click(box["x"] + 300, box["y"] + 32)
    assert '"n": 42' in (page.locator(".aero-args").text_content() or "")
    page.fill("input[type=search]", "st")
    page.wait_for_function("() => document.querySelector('.aero-status').textContent === '100 found'")
    assert not errors


def test_a_table_that_losses_affect_says_so_beneath_it(tmp_path: Path) -> None:
    trace = trace_of(span("step", 0, 9))
    told = "25.0% of a row's time is affected by lost or repaired data"
    for shares, expected in ([0.0, 0.25], 1), ([0.0, 0.0], 0), ([], 0):
        table = pd.DataFrame({"affected_share": pd.Series(shares, dtype="float64")})
        page = to_html(trace, tmp_path / "page.html", tables={"Spans": table}).read_text(encoding="utf-8")
        assert page.count(told) == expected
        assert page.count("does not say whether records were lost") == 1
    page = to_html(trace, tmp_path / "page.html", tables={"Counts": pd.DataFrame({"n": [1]})}).read_text(
        encoding="utf-8"
    )
    assert "is affected" not in page
    assert "records were lost" not in page


def test_tables_beneath_the_timeline_read_plainly(tmp_path: Path) -> None:
    table = pd.DataFrame({"total_us": [224_412.7, 0.00020617]}, index=pd.Index(["<b>", "a"], name="name"))
    page = to_html(trace_of(span("a", 0, 1)), tmp_path / "page.html", tables={"Sums": table}).read_text()
    (section,) = re.findall(r"<section>.*?</section>", page, re.DOTALL)
    assert re.findall(r"<t[hd]>(.*?)</t[hd]>", section) == [
        "name",
        "total_us",
        "&lt;b&gt;",
        "224,400",
        "a",
        "0.0002062",
    ]


def test_the_marks_of_the_page_s_form_are_text_in_names_and_titles(tmp_path: Path) -> None:
    once = to_html(trace_of(span("a", 0, 1)), tmp_path / "plain.html", title="plain").stat().st_size
    page = to_html(trace_of(span("a", 0, 1)), tmp_path / "page.html", title="%PLOTLY% %TRACE% %TABLES%").read_text()
    assert "<h1>%PLOTLY% %TRACE% %TABLES%</h1>" in page
    assert len(page) < once + 1000


@pytest.mark.browser
def test_hostile_names_never_run_and_never_break_the_page(page: Any, tmp_path: Path) -> None:
    errors = open_page(page, to_html(hostile(), tmp_path / "page.html", title=HOSTILE[6]))
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], "nothing sticks out"
    page.evaluate(
        """async () => {
            const t = document.querySelector(".aero-timeline").aeroTimeline;
            for (let span = 0; span < t.state.store.size; span += 1) {
                t.selecting.span(span, true);
                t.point({ x: 5, y: 30, time: t.state.view.t0, inside: true });
                await new Promise((done) => requestAnimationFrame(done));
            }
            t.selecting.range([0, t.state.store.end], true);
            for (const menu of ["tracks", "notes", "help"]) t.toolbar.menus.toggle(menu);
            t.searching.find("/<script/");
        }"""
    )
    rest(page)
    assert page.evaluate("window.ran") is None
    assert page.locator("#timeline script, #timeline img, #timeline svg[onload]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    shown = page.locator(".aero-panel tbody td:first-child").all_text_contents()
    assert "<script>window.ran = 1</script>" in shown
    assert not any("\u202e" in text or "\n" in text for text in shown)
    assert not errors


@pytest.mark.browser
@pytest.mark.parametrize(
    ("events", "label"),
    [
        ([], "0 spans"),
        ([span("only", 5, 10)], "1 span,"),
        ([span("nothing long", 5, 0)], "1 span,"),
        ([span("same moment", 1, 0)] * 5, "5 spans"),
        ([span("a", 0, 1), span("b", 1.5, 1.5)], "2 spans"),  # 3 µs
        ([span("day", n * 86_400e6, 43_200e6) for n in range(7)], "7 spans"),
        ([span("x", n, 5, tid=n) for n in range(1, 51)], "50 spans"),
        ([{"ph": "i", "name": "moment", "ts": 3, "s": "g"}], "0 spans"),
        ([{"ph": "C", "name": "c", "ts": 1, "args": {"v": None}}], "0 spans"),
        ([{"ph": "B", "name": "never ended", "ts": 1}, span("x", 2, 5, 2)], "2 spans"),
    ],
)
def test_odd_traces_draw_and_zoom_without_errors(
    page: Any, tmp_path: Path, events: list[dict[str, Any]], label: str
) -> None:
    from tests.support.timeline_page import TimelinePage

    shown = TimelinePage(page, trace_of(*events))
    assert label in (page.locator("#t").get_attribute("aria-label") or "")
    page.locator("#t").focus()
    shown.press("w", "w", "d", "s", "s", "s", "0")
    page.mouse.move(*[shown.plot[key] + 40 for key in ("x", "y")])
    shown.zoom(-3000)
    shown.rest()
    shown.zoom(9000)
    shown.rest()
    t0, t1 = shown.get("[t.state.view.t0, t.state.view.t1]")
    assert t1 > t0
    ticks = shown.get("[t.state.ticks.labels, t.state.ticks.values.length]")
    assert len(set(ticks[0])) == ticks[1], "no two ticks read alike"
    if any(event["ph"] in "XB" for event in events):
        assert shown.get("t.names.lines.length") >= 2
    assert not shown.errors


REAL = [
    "aero/harness_4workers_3s.json",
    "aero/web_boot_trace_export_while_running.json",
    "corpus/chromium-flow.json",
    "corpus/chromium-tv-simple_trace.json",  # has events without a pid
    "corpus/gen-node20-many.json",
    "corpus/kineto-triton_example.json.gz",
    "corpus/lighthouse-perflog.json",  # six days long
    "corpus/viztracer-old.json",
]


@needs_shared
@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_real_traces_of_many_producers_draw_and_keep_their_numbers(page: Any, name: str) -> None:
    from tests.support.timeline_page import TimelinePage

    shown = TimelinePage(page, aero_nb.load(SHARED / "traces" / name))
    rows = shown.scene.spans
    assert shown.get("[...t.state.store.start]") == rows.start.tolist()
    own = shown.get("[...t.state.store.selfTime]")
    assert [own[place] for place in range(len(rows)) if not rows.asynchronous[place]] == rows.self_time[
        ~rows.asynchronous
    ].tolist()
    page.evaluate(
        """() => {
            const t = window.timeline;
            const step = Math.max(1, t.state.store.size >> 4);
            for (let i = 0; i < t.state.store.size; i += step) t.selecting.span(i, true);
            t.selecting.range([0, t.state.store.end], true);
            t.searching.find("a");
            t.searching.next(1);
            for (const mode of ["cat", "thread", "self"]) t.recolor(mode);
        }"""
    )
    shown.rest()
    assert not shown.errors


@pytest.mark.browser
def test_a_page_of_many_tracks_scrolls_and_reveals_what_is_selected(page: Any) -> None:
    from tests.support.timeline_page import TimelinePage

    shown = TimelinePage(page, trace_of(*(span(f"t{n}", n, 5, tid=n) for n in range(1, 61))))
    assert shown.get("t.state.scroll") == 0
    box = shown.plot
    page.mouse.move(box["x"] - 50, box["y"] + 60)
    page.mouse.wheel(0, 300)
    shown.rest()
    assert shown.get("t.state.scroll") == 300
    last = shown.get("t.state.store.size - 1")
    page.evaluate("(span) => window.timeline.selecting.span(span, true)", last)
    shown.rest()
    place = shown.get("t.overlay.boxOf(t.state.selected)")
    assert 0 <= place["top"] < box["height"]
    assert not shown.errors


@pytest.mark.browser
def test_the_notebooks_html_is_a_still_picture_that_wakes_where_plotly_comes(page: Any, tmp_path: Path) -> None:
    import gzip

    from aero_nb.timeline import assets

    bundle, _ = trace_of(span("frame", 0, 100), span("step", 10, 5)).timeline(color_by="thread")._repr_mimebundle_()
    path = tmp_path / "report.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{bundle['text/html']}</body>", encoding="utf-8")
    page.context.set_offline(True)
    page.goto(path.as_uri())
    rest(page)
    assert page.locator("img[alt^='timeline of 100 µs']").is_visible()
    assert page.locator("canvas").count() == 0, "without plotly.js it stays still"
    page.add_script_tag(content=gzip.decompress(assets.plotly_gzip()).decode())
    page.evaluate("() => { window.dispatchEvent(new Event('aero-nb:plotly')); }")
    page.wait_for_selector(".aero-plot .modebar-btn")
    assert page.locator("img[alt^='timeline of']").count() == 0
    assert page.evaluate("document.querySelector('.aero-timeline').aeroTimeline.painter.mode") == "thread"


def test_a_page_is_less_than_five_and_a_half_megabytes_more_than_its_data(tmp_path: Path) -> None:
    from aero_nb.timeline.packing import pack
    from aero_nb.timeline.scene import Scene

    trace = random_trace(2, roots=5000)
    path = to_html(trace, tmp_path / "page.html")
    assert path.stat().st_size < 5_500_000 + len(pack(Scene(trace))) * 4 / 3
    text = path.read_text(encoding="utf-8")
    assert len(re.findall('id="plotly"', text)) == 1
    addresses = re.findall(r"https?://[^\s\"'<>)]+", re.sub(r"[A-Za-z0-9+/=]{1000,}", "", text))
    assert addresses == [], "the page names no server"


def test_an_option_that_is_none_is_refused_and_an_older_file_stays_whole(tmp_path: Path) -> None:
    trace = trace_of(span("a", 0, 1))
    path = tmp_path / "page.html"
    path.write_text("older")
    with pytest.raises(TypeError, match="zoom"):
        to_html(trace, path, zoom=3)
    assert path.read_text() == "older"
    with pytest.raises(OSError, match="missing"):
        to_html(trace, tmp_path / "missing" / "page.html")
    to_html(trace, path, search="a", color_by="thread", window=[0, 0.5])
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"], "no temporary file stays"


def test_a_heading_is_text(tmp_path: Path) -> None:
    table = pd.DataFrame({"value": [1.0]})
    page = to_html(trace_of(span("a", 0, 1)), tmp_path / "page.html", tables={"<img src=x> & more": table}).read_text()
    assert "<h2>&lt;img src=x&gt; &amp; more</h2>" in page
    assert "<img src=x>" not in page


def test_a_page_without_the_arguments_of_spans_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = trace_of(span("a", 0, 1, args={"file": "x" * 100}))
    assert "The arguments of spans" not in to_html(trace, tmp_path / "whole.html").read_text(encoding="utf-8")
    for module in ("arguments", "page"):
        monkeypatch.setattr(f"aero_nb.timeline.{module}.MOST_BYTES", 10)
    page = to_html(trace, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "The arguments of spans (0 MB) are not in this page" in page
