"""How a picture reaches its reader: alive in a notebook, still elsewhere, alive again where the page has plotly.js."""

import base64
import copy
import io
import pickle
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from aero_nb.figures import Figure, counter_timeline, flame_chart, flame_graph, frames_chart
from aero_nb.figures.figure import PLOTLY_MIMETYPE
from aero_nb.figures.palette import PALETTE, color_index, color_of, contrast
from aero_nb.figures.still import _pieces
from aero_nb.figures.theme import WIDTH_PX
from tests.support.browsers import eventually, rest, settled
from tests.support.picture_tables import counter_tracks, emulator_run, nested_spans, tracks_of
from tests.support.shells import forget_shell


@pytest.fixture(autouse=True)
def _outside_of_jupyter(monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


PLOTLY = "application/vnd.plotly.v1+json"
SPANS = nested_spans([(0, "frame", 0.0, 900.0), (0, "render", 100.0, 300.0), (1, "cpu:slice", 50.0, 600.0)])
LIGHT, DARK = "background:#fff;color:#000", "background:#111;color:#ddd"


def chart():
    return flame_chart(SPANS, tracks_of(SPANS), start_us=0.0)


def still(figure):
    return Image.open(io.BytesIO(base64.b64decode(figure._repr_mimebundle_()["image/png"]))).convert("RGB")


def page_with(*figures, style=LIGHT, plotly=True):
    """Return a page as a report makes it: plotly.js once, if at all, then the figures' HTML."""
    from plotly.offline import get_plotlyjs

    script = f"<script>{get_plotlyjs()}</script>" if plotly else ""
    parts = "".join(figure._repr_mimebundle_()["text/html"] for figure in figures)
    return f"<!doctype html><meta charset=utf-8><head>{script}</head><body style='{style}'>{parts}</body>"


def test_ipython_shows_the_live_form_with_a_still_one_beside_it():
    renderer = pio.renderers.default
    shell = InteractiveShell.instance()
    bundle, _ = shell.display_formatter.format(chart())
    forget_shell(shell)
    assert {PLOTLY, "text/html", "image/png"} <= set(bundle)
    assert pio.renderers.default == renderer
    assert bundle[PLOTLY]["data"][-1]["type"] == "bar"


def test_under_a_jupyter_server_no_png_stands_before_the_live_form(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "notebook.ipynb")
    assert set(chart()._repr_mimebundle_()) == {PLOTLY, "text/html", "text/plain"}


def test_the_figure_is_plotlys_own_in_every_other_way(tmp_path):
    figure = chart()
    assert isinstance(figure, go.Figure)
    assert isinstance(copy.deepcopy(figure), Figure)
    assert pickle.loads(pickle.dumps(figure)).alt == figure.alt
    assert len(go.FigureWidget(figure).data) == len(figure.data)
    figure.write_html(tmp_path / "figure.html", include_plotlyjs=False)
    assert "frame" in (tmp_path / "figure.html").read_text("utf-8")


def test_the_still_picture_has_each_bars_colour_where_the_bar_is():
    figure, picture = chart(), np.asarray(still(chart()))
    left, plot = figure.layout.margin.l, WIDTH_PX - figure.layout.margin.l - figure.layout.margin.r
    for bar in figure.data:
        for start, length, y, color in zip(bar.base, bar.x, bar.y, bar.marker.color, strict=True):
            x = left + (start + length * 0.1) / 900e-6 * plot
            row = 38 + y * 22
            assert np.abs(picture[int(row), int(x)] - np.array(rgb(color))).max() <= 6  # 128 colours in all


def rgb(color):
    return [int(color[i : i + 2], 16) for i in (1, 3, 5)]


def test_the_still_picture_follows_what_the_user_changed():
    figure = chart()
    figure.update_layout(width=500, height=300)
    assert still(figure).size == (500, 300)
    figure.add_pie(values=[1])  # a kind that the still form does not know is left out
    assert still(figure).size == (500, 300)


@pytest.mark.parametrize("range_", [None, (0.0, 1e-12), (1e9, 1e9 + 1)])
def test_a_still_picture_of_strange_axes_is_drawn(range_):
    figure = chart().update_xaxes(range=range_)
    assert still(figure).size[0] == WIDTH_PX


@pytest.mark.browser
def test_a_page_without_plotly_shows_the_still_picture_and_asks_no_network(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(page_with(chart(), plotly=False))
    assert page.locator(".aero-nb-figure img").evaluate("image => image.complete && image.naturalWidth") == WIDTH_PX
    assert "Flame chart of 3 spans" in page.locator(".aero-nb-figure img").get_attribute("alt")
    assert [url for url in asked if not url.startswith(("data:", "about:"))] == []


@pytest.mark.browser
def test_figures_come_alive_in_a_page_that_carries_plotly_once(page):
    page.set_content(page_with(chart(), frames_chart(SPANS)))
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length >= 4")
    page.wait_for_function("!document.querySelector('.aero-nb-figure img')")
    assert page.locator(".bars .point text", has_text="frame").count() >= 1


@pytest.mark.browser
def test_figures_come_alive_when_plotly_arrives_later(page):
    from plotly.offline import get_plotlyjs

    page.set_content(page_with(chart(), plotly=False))
    assert page.locator(".js-plotly-plot").count() == 0
    page.add_script_tag(content=get_plotlyjs())
    page.evaluate("window.dispatchEvent(new Event('aero-nb:plotly'))")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    page.evaluate("window.dispatchEvent(new Event('aero-nb:plotly'))")
    rest(page)
    assert page.locator(".js-plotly-plot").count() == 1


@pytest.mark.browser
def test_a_figure_that_plotly_cannot_draw_stays_still(page):
    page.set_content(
        "<script>window.Plotly = {newPlot: async () => { window.asked = true; throw new Error('no'); }}</script>"
        + page_with(chart(), plotly=False)
    )
    page.wait_for_function("window.asked")
    rest(page)
    assert page.locator(".aero-nb-figure img").count() == 1


@pytest.mark.browser
@pytest.mark.parametrize(("style", "paper"), [(LIGHT, "#ffffff"), (DARK, "#111111")])
def test_text_reads_on_a_light_and_on_a_dark_page(page, style, paper):
    page.set_content(
        page_with(chart(), counter_timeline(counter_tracks({"queue": [(0.0, 1.0), (5.0, 3.0)]})), style=style)
    )
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .xtick').length >= 2")
    rest(page)
    for place in (".annotation-text", ".ytick text", ".xtick text"):
        for text in page.locator(place).all():
            assert eventually(lambda text=text: ink_contrast(text, paper) >= 4.5), (place, text.text_content())


def ink_contrast(text, paper):
    """The contrast to the paper of what differs most from it in a text's picture."""
    seen = np.asarray(Image.open(io.BytesIO(text.screenshot())).convert("RGB"), dtype=int).reshape(-1, 3)
    ink = seen[np.abs(seen - np.array(rgb(paper))).sum(axis=1).argmax()]
    return contrast("#{:02x}{:02x}{:02x}".format(*ink), paper)


@pytest.mark.browser
def test_the_colour_of_a_name_is_the_same_in_javascript(page):
    names = ["", "frame", "é", "😀", "日本", "x" * 5_000, "é" * 200, "a\u202eb"]
    script = color_index.__doc__.split("In JavaScript::")[1].strip()
    body = script.replace("return (", "return (", 1)
    told = page.evaluate(f"names => names.map(name => {{ {body} }})", names)
    assert told == [color_index(name) for name in names]
    assert page.evaluate(f"name => {{ {body} }}", "\ufffd") == color_index("\ud800")
    assert len(PALETTE) == 12


@pytest.mark.lab
@pytest.mark.slow
@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_notebooks_show_the_live_form_of_every_picture(page, jupyter, app):
    from tests.support.lab import command, open_notebook, run_cells

    root = str(Path(__file__).resolve().parents[2])
    jupyter.write(
        f"pictures_{app}.ipynb",
        f"import sys; sys.path.insert(0, {root!r})\n"
        "from tests.support.picture_tables import *\nfrom aero_nb.figures import *\nspans = emulator_run(frames=10)",
        "flame_chart(spans, tracks_of(spans))",
        "flame_graph(spans)",
    )
    open_notebook(page, jupyter, f"pictures_{app}.ipynb", app)
    run_cells(page)
    page.wait_for_function("document.querySelectorAll('.jp-OutputArea .js-plotly-plot .main-svg').length >= 3")
    page.locator(".jp-OutputArea .aero-nb-figure .aero-flame").wait_for()
    assert page.locator(".jp-OutputArea .aero-nb-figure").count() == 1
    assert page.locator(".jp-OutputArea-output img:visible").count() == 0
    if app == "lab":
        command(page, "apputils:change-theme", theme="JupyterLab Dark")
        page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
        page.wait_for_function("document.querySelector('.aero-flame-figure').matches('.aero-dark')")
        label = page.locator(".jp-OutputArea .annotation-text").first
        assert eventually(lambda: ink_contrast(label, "#111111") >= 4.5)
        plots = ".jp-OutputArea .js-plotly-plot"
        heights = settled(page, lambda: page.eval_on_selector_all(plots, "plots => plots.map(p => p.clientHeight)"))
        assert heights == [230]  # plotly's "responsive" would lose them here


@pytest.mark.browser
@pytest.mark.slow
def test_nbconvert_keeps_a_picture(page, tmp_path):
    import nbformat
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    root = str(Path(__file__).resolve().parents[2])
    source = (
        f"import sys; sys.path.insert(0, {root!r})\n"
        "from tests.support.picture_tables import *\nfrom aero_nb.figures import *\nspans = emulator_run(frames=60)\n"
        "flame_chart(spans, tracks_of(spans))"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=300).execute()
    assert len(nbformat.writes(notebook)) < 150_000
    body, _ = HTMLExporter().from_notebook_node(notebook)
    (tmp_path / "report.html").write_text(body, "utf-8")
    page.goto((tmp_path / "report.html").as_uri())
    picture = page.locator(".aero-nb-figure img")
    assert picture.evaluate("image => image.complete && image.naturalWidth") == WIDTH_PX


def test_the_colours_of_flame_graph_groups_are_neutral():
    (bars,) = flame_graph(SPANS).data
    groups = [c for c, y in zip(bars.marker.color, bars.y, strict=True) if y < 1]
    assert set(groups) == {"#7c7c7c"}
    assert color_of("frame") in bars.marker.color


def test_big_pictures_stay_small_in_a_saved_notebook():
    spans = emulator_run(frames=600)
    bundle = flame_chart(spans, tracks_of(spans))._repr_mimebundle_()
    assert len(str(bundle)) < 300_000


def moments():
    """Return a flame chart of 60 spans without length, far apart."""
    spans = nested_spans([(0, "tick", 5.0 + k * 20.0, 0.0) for k in range(60)])
    return flame_chart(spans, tracks_of(spans), window=(0.0, 1_210.0))


def marks_in(picture):
    """Return how many separate marks that stand out from the paper the first row of a picture has, above its label."""
    top = np.asarray(picture.convert("RGB"), dtype=int)[39:44]
    paper, color = np.array([255, 255, 255]), np.array(rgb(color_of("tick")))
    # How far from paper towards the colour of "tick": marks that cover little of a pixel are pale.
    near = ((paper - top) @ (paper - color)) / ((paper - color) @ (paper - color)) > 0.3
    return int((np.diff(near.astype(int), axis=1, prepend=0) == 1).sum(axis=1).min())


@pytest.mark.parametrize("width", [300, 421, 860, 1_400])
def test_no_narrow_span_is_lost_in_a_still_picture_of_any_width(width):
    assert marks_in(still(moments().update_layout(width=width))) == 60


@pytest.mark.browser
@pytest.mark.parametrize("width", [800, 1_000, 1_300])
def test_no_narrow_span_is_lost_on_a_screen_of_any_usual_width(page, width):
    page.set_viewport_size({"width": width, "height": 300})
    page.set_content(page_with(moments()))
    page.wait_for_selector(".imagelayer image")
    plot = page.locator(".js-plotly-plot")
    assert eventually(lambda: marks_in(Image.open(io.BytesIO(plot.screenshot()))) == 60)


def test_what_the_still_cannot_draw_costs_only_the_still():
    figure = Figure()
    figure.add_scatter(x=["a", "b"], y=[1, 2])
    bundle = figure._repr_mimebundle_()
    assert "image/png" not in bundle
    assert bundle[PLOTLY_MIMETYPE]["data"][0]["x"] == ["a", "b"]
    assert "<img" not in bundle["text/html"]


def test_the_still_picture_writes_names_on_the_bars_that_have_room_for_them():
    def ink(duration):
        """The pixels within the bar that are neither of its colour nor paper, of a bar of so many of 1,000 µs."""
        spans = nested_spans([(0, "render", 0.0, duration), (1, "frame", 0.0, 1000.0)])
        picture = np.asarray(still(flame_chart(spans, tracks_of(spans), start_us=0.0))).astype(int)
        of_bar = np.abs(picture - np.array(rgb(color_of("render")))).max(axis=2) <= 6
        rows = np.flatnonzero(of_bar.any(axis=1))
        columns = np.flatnonzero(of_bar.any(axis=0))
        return np.count_nonzero(~of_bar[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])

    assert ink(500.0) > 40  # the letters
    assert ink(20.0) == 0  # no room


@pytest.mark.parametrize(
    ("values", "pieces"),
    [
        ([1, 2, 3], [[1, 2, 3]]),
        ([1, None, 2, 3], [[1], [2, 3]]),
        ([None, 1, 2, None, None, 3], [[1, 2], [3]]),
        ([None, None], []),
    ],
)
def test_a_line_is_cut_where_a_value_is_missing(values, pieces):
    y = np.array(values, dtype=np.float64)
    assert [list(part) for _, part in _pieces(np.arange(len(y)) * 1.0, y)] == pieces


def test_a_marker_of_the_still_picture_is_as_high_as_it_is_wide():
    figure = Figure([go.Scatter(x=[0.5], y=[0.5], mode="markers", marker={"color": "#ff0000"})], chart().layout)
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(range=[0, 1])
    marked = (np.abs(np.asarray(still(figure)).astype(int) - np.array(rgb("#ff0000"))).max(axis=2)) <= 6
    height, width = np.count_nonzero(marked.any(axis=1)), np.count_nonzero(marked.any(axis=0))
    assert 4 <= height <= 12
    assert abs(height - width) <= 1
