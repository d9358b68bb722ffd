"""Names from traces are untrusted text: in every picture, alive and still, they are only ever text."""

import pytest
from small_tables import counters_of, emulator_run, spans_of, tracks_of
from test_figures_display import page_with

from aero_nb.figures import (
    counter_timeline,
    duration_histogram,
    flame_chart,
    flame_graph,
    frames_chart,
    utilisation_chart,
)

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
    spans = spans_of(
        [(0, name, 0.0, 1_000.0), (0, name, 100.0, 400.0), (1, name, 0.0, 900.0)]
        + [(2, name, k * 1.0, 0.5) for k in range(40)],
        threads=[name],
    ).assign(process=name)
    tracks = tracks_of(spans)
    counters = counters_of({name: [(0.0, 1.0), (500.0, 3.0)]}).assign(thread=name, process=name)
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


@pytest.mark.parametrize("name", NASTY, ids=lambda name: ascii(name[:20]))
def test_no_figure_holds_a_name_as_markup(name):
    for figure in pictures(name).values():
        parts = figure.to_dict()
        del parts["layout"]["meta"]  # the words for screen readers, which are written as an attribute only
        document = str(parts)
        for tag in ("<script", "<img", "<svg", "<a ", "%{x} ", "<i>"):
            assert tag not in document
        assert len(document) < 400_000
        assert len(figure.alt) < 1_500
        assert figure._repr_mimebundle_()["image/png"]


def together(names):
    """Return pictures that hold all the names side by side, as spans, threads and series."""
    rows = [(k, name, 0.0, 1_000.0) for k, name in enumerate(names)]
    rows += [(0, name, 10.0 + 60 * k, 50.0) for k, name in enumerate(names)]
    rows += [(1, name, 10.0 + k + 100 * i, 0.5) for k, name in enumerate(names) for i in range(9)]
    spans = spans_of(rows, threads=names)
    counters = counters_of({name: [(0.0, 1.0), (500.0, 3.0)] for name in names})
    yield flame_chart(spans, tracks_of(spans))
    yield from (flame_graph(spans), flame_graph(spans, inverted=True), flame_graph(spans, by="process"))
    yield from (counter_timeline(counters), utilisation_chart(spans))


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


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<img src=x onerror='window.pwned = 2'>", "<img src=x onerror='window.pwned = 2'>"),
        ("%{x} $\\alpha$ &lt;", "%{x} $\\alpha$ &lt;"),
        ("a\u202eb\nc", "a\ufffdb c"),
        ("x" * 300_000, "x" * 79 + "…"),
    ],
)
def test_the_mouse_tells_a_name_as_it_is_written(page, name, shown):
    spans = spans_of([(0, name, 0.0, 1_000.0)])
    page.set_content(page_with(flame_chart(spans, tracks_of(spans))))
    page.wait_for_selector(".bars .point path")
    box = page.locator(".bars .point path").first.bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + 310, box["y"] + box["height"] / 2)
    page.wait_for_selector(".hoverlayer .hovertext")
    told = page.locator(".hoverlayer .hovertext .nums").text_content()
    assert told.startswith(shown)
    assert "1.00 ms · self 1.00 ms" in told
    label = page.locator(".hoverlayer .hovertext").bounding_box()
    assert label["x"] >= 0
    assert label["x"] + label["width"] <= 1_300
    assert page.evaluate("window.pwned") is None


@pytest.mark.browser
def test_the_mouse_tells_what_a_dense_run_holds(page):
    rows = [(0, "cpu<step>", k * 2.0, 1.5) for k in range(20_000)]
    spans = spans_of(rows)
    page.set_content(page_with(flame_chart(spans, tracks_of(spans))))
    page.wait_for_selector(".bars .point path", state="attached")
    box = page.locator(".js-plotly-plot .nsewdrag").bounding_box()
    page.mouse.move(box["x"] + 400, box["y"] + 10)
    page.mouse.move(box["x"] + 410, box["y"] + 10)
    page.wait_for_selector(".hoverlayer .hovertext")
    assert "spans, mostly cpu<step> (100%)" in page.locator(".hoverlayer .hovertext .nums").text_content()
