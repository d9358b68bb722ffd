"""A notebook becomes a page that is alive without a network."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat", reason="needs pip install 'aero-nb[lab]'")
pytest.importorskip("nbconvert", reason="needs pip install 'aero-nb[lab]'")

from tests.support.browsers import eventually, settled  # noqa: E402
from tests.support.lab import PATIENCE_MS, chromium, needs_chromium  # noqa: E402, F401 - a fixture

pytestmark = pytest.mark.slow

EVENTS = """
import sys
import aero_nb

events = []
for frame in range(20):
    start = frame * 16_000
    events += [
        {"ph": "X", "name": "frame", "ts": start, "dur": 12_000 + frame * 100, "pid": 1, "tid": 1},
        {"ph": "X", "name": "render", "ts": start + 1_000, "dur": 8_000, "pid": 1, "tid": 1},
        {"ph": "C", "name": "counters", "ts": start, "pid": 1, "tid": 1, "args": {"drawCalls": frame % 4}},
    ]
trace = aero_nb.load({"traceEvents": events})
print(sys.executable)
"""
CELLS = (EVENTS, "trace.flame_chart()", "trace.counter_timeline()", "trace.timeline()", "trace.spans.head()")


def write_notebook(path: Path, *cells: str) -> Path:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in cells])
    nbformat.write(notebook, path)
    return path


def run_command(*arguments: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run the command as a user does; in a process of its own, as Playwright keeps this one's event loop busy."""
    command = [sys.executable, "-m", "aero_nb.notebook_page", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with ``run.ipynb`` and ``run.html``, made from another folder, all with spaces in their names."""
    folder = tmp_path_factory.mktemp("a folder with spaces")
    (folder / "my notebooks").mkdir()
    write_notebook(folder / "my notebooks" / "run.ipynb", *CELLS)
    (folder / "elsewhere").mkdir()
    done = run_command("../my notebooks/run.ipynb", "--output-dir", "../the report", cwd=folder / "elsewhere")
    assert done.returncode == 0, done.stderr
    made = folder / "the report"
    assert done.stdout.splitlines() == [str(made / "run.ipynb"), str(made / "run.html")]
    return made


class Watched:
    """A page without a network, with what it asked for and complained about."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type in {"error", "warning"} and self.complaints.append(said.text))

    def fetched(self) -> list[str]:
        return [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))]


@pytest.fixture
def offline(chromium: Any) -> Iterator[Watched]:  # noqa: F811 - the fixture
    context = chromium.new_context(viewport={"width": 1300, "height": 900}, offline=True)
    context.set_default_timeout(PATIENCE_MS)
    context.route("**/*", lambda route: route.continue_() if route.request.url[:5] == "file:" else route.abort())
    try:
        yield Watched(context.new_page())
    finally:
        context.close()


def open_report(offline: Watched, report: Path) -> Any:
    offline.page.goto((report / "run.html").as_uri())
    offline.page.wait_for_function("document.querySelectorAll('.aero-nb-figure .main-svg').length >= 2")
    return offline.page


@needs_chromium
@pytest.mark.browser
def test_offline_the_figures_draw_themselves_and_nothing_is_fetched(offline: Watched, report: Path) -> None:
    page = open_report(offline, report)
    page.wait_for_selector(".aero-nb-timeline canvas")
    assert page.locator(".aero-nb-figure .js-plotly-plot").count() == 2
    assert page.locator(".aero-nb-figure > img").count() == 0, "the still pictures have made room"
    assert offline.fetched() == []
    assert offline.complaints == []


@needs_chromium
@pytest.mark.browser
def test_offline_a_figure_answers_the_mouse_and_zooms(offline: Watched, report: Path) -> None:
    page = open_report(offline, report)
    plot = page.locator(".aero-nb-figure .js-plotly-plot").first
    plot.scroll_into_view_if_needed()
    box = plot.locator(".nsewdrag").first.bounding_box()
    middle = box["y"] + box["height"] / 2
    read_range = "plot => plot._fullLayout.xaxis.range.map(Number)"
    before = plot.evaluate(read_range)
    page.mouse.move(box["x"] + box["width"] * 0.25, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=8)
    page.mouse.up()
    page.wait_for_function(
        "([plot, width]) => plot._fullLayout.xaxis.range[1] - plot._fullLayout.xaxis.range[0] < width",
        arg=[plot.element_handle(), (before[1] - before[0]) / 2],
    )

    def answers(share: float) -> bool:
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + 12, steps=3)
        return bool(plot.locator(".hoverlayer .hovertext").count())

    shares = (0.3, 0.4, 0.5, 0.6)  # over some bar there is a hover label
    assert eventually(lambda: any(map(answers, shares)))
    assert offline.complaints == []


@needs_chromium
@pytest.mark.browser
def test_offline_the_timeline_zooms_with_the_wheel(offline: Watched, report: Path) -> None:
    page = open_report(offline, report)
    rows = page.locator(".aero-timeline canvas.aero-rows")
    rows.wait_for()
    rows.scroll_into_view_if_needed()
    before = settled(page, lambda: rows.evaluate("canvas => canvas.toDataURL()"))
    box = rows.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -600)
    page.keyboard.up("Control")
    assert eventually(lambda: rows.evaluate("canvas => canvas.toDataURL()") != before)
    assert offline.complaints == []


@needs_chromium
@pytest.mark.browser
def test_nbconvert_s_own_page_shows_still_pictures_without_a_network(offline: Watched, report: Path) -> None:
    page = report / "plain.html"
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "run.ipynb", "--output", page.name]
    done = subprocess.run(command, cwd=report, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    offline.page.goto(page.as_uri())
    shown = "Array.from(document.querySelectorAll('main img')).filter(i => i.naturalWidth > 500).length"
    assert offline.page.evaluate(shown) >= 3


def test_the_executed_notebook_ran_in_this_interpreter_and_keeps_every_output(report: Path) -> None:
    executed = nbformat.read(report / "run.ipynb", as_version=4)
    assert [cell.execution_count for cell in executed.cells] == [1, 2, 3, 4, 5]
    assert executed.cells[0].outputs[0].text.strip() == sys.executable
    assert all(cell.outputs for cell in executed.cells)


def test_the_page_carries_plotly_once_and_links_nothing_else(report: Path) -> None:
    page = (report / "run.html").read_text()
    assert page.count('id="plotly-js"') == 1
    assert page.count("<script src") == page.count("<link") == 0
    for library in ("require.min.js", "cdnjs", "MathJax.js", "unpkg", "jsdelivr"):
        assert library not in page


def test_a_failing_cell_is_named_and_what_ran_is_kept(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "broken.ipynb", "print('so far')", "1 / 0", "print('never')")
    done = run_command(notebook, "--output-dir", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 1
    assert "broken.ipynb" in done.stderr
    assert "1 / 0" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert "\x1b" not in done.stderr
    cells = nbformat.read(tmp_path / "out" / "broken.ipynb", as_version=4).cells
    assert cells[0].outputs[0].text == "so far\n"
    assert cells[1].outputs[0].ename == "ZeroDivisionError"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["broken.ipynb"]


def test_a_missing_notebook_and_the_notebook_s_own_folder_are_refused(tmp_path: Path) -> None:
    from aero_nb.notebook_page import main

    assert main([str(tmp_path / "none.ipynb")]) == 1
    notebook = write_notebook(tmp_path / "here.ipynb", "1")
    before = notebook.read_bytes()
    assert main([str(notebook), "--output-dir", str(tmp_path)]) == 1
    assert notebook.read_bytes() == before
