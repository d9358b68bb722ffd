"""Names from traces are untrusted text: in every picture, alive and still, they are only ever text."""

import json

import pandas as pd
import pytest

from aero_nb.figures import (
    counter_timeline,
    duration_histogram,
    flame_chart,
    flame_graph,
    frames_chart,
    utilisation_chart,
)
from aero_nb.figures.differences import SLOWER, difference_chart
from tests.figures.test_display import page_with
from tests.support.picture_tables import counter_tracks, emulator_run, nested_spans, tracks_of

NASTY = [
    "<script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 2'>",
    "<a href='javascript:window.pwned = 3'>link</a>",
    "</div></script><svg onload='window.pwned = 4'>",
    "%{x} %{customdata} %{text}<extra>extra</extra>",
    "{{ 7 * 7 }} ${window.pwned = 5} $\\alpha$",
    "&lt;b&gt; &amp; &#60;i&#62;",
    "\"quotes' `ticks`\\",
    "right \u202eto left\u202c and \u2067isolates",
    "two\nlines\r\nand\ttab\x00null",
    "emoji 👩\u200d💻 and 日本語",
    "zero\u200b\ufeffwidth",
    "x" * 300_000,
    "",
]


def pictures(name):
    """Return every picture of tables whose every name is ``name``."""
    spans = nested_spans(
        [(0, name, 0.0, 1_000.0), (0, name, 100.0, 400.0), (1, name, 0.0, 900.0)]
        + [(2, name, k * 1.0, 0.5) for k in range(40)],
        threads=[name],
    ).assign(process=name)
    tracks = tracks_of(spans)
    counters = counter_tracks({name: [(0.0, 1.0), (500.0, 3.0)]}).assign(thread=name, process=name)
    return {
        "flame_chart": flame_chart(spans, tracks),
        "flame_graph": flame_graph(spans),
        "inverted": flame_graph(spans, inverted=True),
        "sandwich": flame_graph(spans, around=name),
        "counters": counter_timeline(counters, series=name),
        "histogram": duration_histogram(spans, name),
        "frames": frames_chart(spans, span=name, budget_us=100.0),
        "utilisation": utilisation_chart(spans),
        "nothing": frames_chart(emulator_run(frames=1), span=name),
    }


def together(names):
    """Return pictures that hold all the names side by side, as spans, threads and series."""
    rows = [(k, name, 0.0, 1_000.0) for k, name in enumerate(names)]
    rows += [(0, name, 10.0 + 60 * k, 50.0) for k, name in enumerate(names)]
    rows += [(1, name, 10.0 + k + 100 * i, 0.5) for k, name in enumerate(names) for i in range(9)]
    spans = nested_spans(rows, threads=names)
    counters = counter_tracks({name: [(0.0, 1.0), (500.0, 3.0)] for name in names})
    yield flame_chart(spans, tracks_of(spans))
    yield from (flame_graph(spans), flame_graph(spans, inverted=True), flame_graph(spans, by="process"))
    yield from (counter_timeline(counters), utilisation_chart(spans))


LONG = next(name for name in NASTY if len(name) > 1_000)


def test_no_figure_holds_a_name_as_markup():
    alone = (NASTY[0], NASTY[4], LONG, "")
    for figure in [*together(NASTY), *(figure for name in alone for figure in pictures(name).values())]:
        parts = figure.to_dict()
        del parts["layout"]["meta"]  # the words for screen readers, which are written as an attribute only
        document = json.dumps(parts, default=list, ensure_ascii=False)
        for tag in ("<script", "<img", "<svg", "<a ", "%{x} ", "<i>", "\u202e", "\u200b", "\\n", "\\u00"):
            assert tag not in document
        assert len(document) < 400_000
        assert len(figure.alt) < 1_500
        assert figure._repr_mimebundle_()["text/html"].count("<script") == 1


@pytest.mark.browser
def test_names_never_run_and_never_break_the_page(page):
    alarms = []
    page.on("dialog", lambda dialog: alarms.append(dialog.message))
    page.on("pageerror", lambda error: alarms.append(str(error)))
    figures = [*together(NASTY), *pictures(NASTY[1]).values(), *pictures(NASTY[4]).values()]
    page.set_content(page_with(*figures))
    page.wait_for_function("count => document.querySelectorAll('[data-alive]').length === count", arg=len(figures))
    page.wait_for_function("!document.querySelector('.aero-nb-figure > img')")
    assert page.evaluate("window.pwned") is None
    inside = ".aero-nb-figure"
    assert page.locator(f"{inside} img, {inside} script, {inside} a[href^=java], {inside} svg[onload]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.body.scrollHeight") < 600 * len(figures)
    assert page.locator(".bars .point text", has_text="<img src=x").count() > 0
    assert alarms == []


def swap(page, figure):
    """Put a figure in the place of what the page shows; plotly.js stays."""
    part = figure._repr_mimebundle_()["text/html"]
    page.evaluate("html => document.body.replaceChildren(document.createRange().createContextualFragment(html))", part)
    page.wait_for_selector(".js-plotly-plot .nsewdrag")
    return page.locator(".js-plotly-plot .nsewdrag").bounding_box()


def told_at(page, x, y):
    """Return what the mouse is told at a place, and where that lies."""
    page.mouse.move(x, y)
    page.mouse.move(x + 10, y)
    page.wait_for_selector(".hoverlayer .hovertext")
    label = page.locator(".hoverlayer .hovertext")
    return label.locator(".nums").text_content(), label.bounding_box()


@pytest.mark.browser
def test_the_mouse_tells_a_name_as_it_is_written(page):
    page.set_content(page_with(flame_chart(nested_spans([]), tracks_of(nested_spans([])))))
    names = {
        NASTY[1]: NASTY[1],
        "%{x} $\\alpha$ &lt;": "%{x} $\\alpha$ &lt;",
        "a\u202eb\nc": "a\ufffdb c",
        "x" * 300_000: "x" * 79 + "…",
    }
    for name, shown in names.items():
        spans = nested_spans([(0, name, 0.0, 1_000.0)])
        box = swap(page, flame_chart(spans, tracks_of(spans)))
        told, place = told_at(page, box["x"] + 300, box["y"] + 8)
        assert told.startswith(shown)
        assert "1.00 ms · self 1.00 ms" in told
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 1_300
    assert page.evaluate("window.pwned") is None


@pytest.mark.browser
def test_the_mouse_tells_what_a_dense_run_and_a_counter_hold(page):
    spans = nested_spans([(0, "cpu<step>", k * 2.0, 1.5) for k in range(20_000)])
    page.set_content(page_with(flame_chart(nested_spans([]), tracks_of(nested_spans([])))))
    box = swap(page, flame_chart(spans, tracks_of(spans)))
    told, _ = told_at(page, box["x"] + 400, box["y"] + 10)
    assert "spans, mostly cpu<step> (100%)" in told
    box = swap(page, counter_timeline(counter_tracks({"<i>Bytes": [(0.0, 4_096.0), (1_000.0, 8_192.0)]})))
    told, _ = told_at(page, box["x"] + 10, box["y"] + 20)
    assert told == "<i>Bytes 4.096kBat 0s"


@pytest.mark.browser
def test_zooming_in_uncovers_labels_that_did_not_fit(page):
    rows = [(0, "render" if k % 2 else "present", k * 10.0, 9.0) for k in range(100)]
    spans = nested_spans(rows)
    page.set_content(page_with(flame_chart(nested_spans([]), tracks_of(nested_spans([])))))
    box = swap(page, flame_chart(spans, tracks_of(spans)))
    label = page.locator(".bars .point text", has_text="present")
    shown = "labels => labels.filter(label => label.getBoundingClientRect().width > 4).length"
    assert label.evaluate_all(shown) == 0
    page.mouse.move(box["x"] + 400, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(box["x"] + 460, box["y"] + 9, steps=4)
    page.mouse.up()
    page.wait_for_function(f"({shown})([...document.querySelectorAll('.bars .point text')]) > 0")


def test_a_difference_is_told_as_a_share_of_the_base():
    row = {"kind": "span", "name": "draw", "base": 4.0, "candidate": 5.0, "difference": 1.0}
    table = pd.DataFrame([row | {"low": 0.5, "high": 1.5, "p_value": 0.01, "changed": True}])
    (hover,) = difference_chart(table).data[0].customdata
    assert hover.startswith("4.00 ms → 5.00 ms (+25.0%)")


def test_a_flame_graph_tells_the_share_of_the_whole():
    bars = flame_graph(nested_spans([(0, "frame", 0.0, 400.0), (0, "render", 100.0, 100.0), (0, "idle", 500.0, 100.0)]))
    hovers = {str(text): hover for bar in bars.data for text, hover in zip(bar.text, bar.customdata, strict=True)}
    assert hovers["render"].startswith("100 µs (20.0%)")
    assert hovers["frame"].startswith("400 µs (80.0%)")


def test_the_text_of_a_difference_names_the_eight_largest_changes():
    rows = [
        {"kind": "span", "name": f"n{i}", "base": 40.0, "candidate": 20.0 + i, "difference": i - 20.0}
        | {"low": -30.0, "high": -1.0, "p_value": 0.01, "changed": True}
        for i in range(12)
    ]
    alt = difference_chart(pd.DataFrame(rows)).alt
    assert [f"n{i} −" in alt for i in range(12)] == [True] * 8 + [False] * 4


def test_a_difference_that_may_be_noise_is_pale():
    row = {"kind": "span", "base": 1.0, "low": float("nan"), "high": float("nan"), "p_value": float("nan")}
    rows = [
        {**row, "name": "sure", "candidate": 3.0, "difference": 2.0, "changed": True},
        {**row, "name": "noise", "candidate": 2.5, "difference": 1.5, "changed": False},
    ]
    figure = difference_chart(pd.DataFrame(rows))
    sure, noise = figure.data[0].marker.color
    assert sure == SLOWER
    assert noise != SLOWER
    assert "pale: may be noise" in figure.alt
