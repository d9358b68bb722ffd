"""The quickstart notebook: as committed, executed to its report, and in a real JupyterLab."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat", reason="needs pip install 'aero-nb[lab]'")
pytest.importorskip("unicorn", reason="needs pip install 'aero-nb[demo]'")

from tests.support.browsers import eventually, settled  # noqa: E402
from tests.support.lab import JupyterServer, chromium, jupyter, needs_chromium, open_notebook, page, run_cells  # noqa: E402, F401

QUICKSTART = Path(__file__).resolve().parents[2] / "notebooks" / "quickstart.ipynb"

IS_READY = "canvas => Boolean(canvas.closest('.aero-timeline').aeroTimeline?.axis.ready)"  # the first answer is there
# What the timeline's rows show, and how much time is in sight.
DRAWN = """canvas => {
    const { view } = canvas.closest(".aero-timeline").aeroTimeline.state;
    return [canvas.toDataURL(), view.t1 - view.t0];
}"""


def test_it_is_committed_without_outputs() -> None:
    for cell in nbformat.read(QUICKSTART, as_version=4).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the executed quickstart and its page."""
    folder = tmp_path_factory.mktemp("quick start")
    shutil.copy(QUICKSTART, folder)
    command = [sys.executable, "-m", "aero_nb.notebook_page", QUICKSTART.name, "--output-dir", "report"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "report"


@pytest.mark.slow
def test_it_runs_from_start_to_end_and_says_nothing_on_standard_error(report: Path) -> None:
    outputs = [
        output
        for cell in nbformat.read(report / "quickstart.ipynb", as_version=4).cells
        for output in cell.get("outputs", [])
    ]
    assert [output for output in outputs if output.get("name") == "stderr"] == []
    text = "".join(output.get("text", "") for output in outputs)
    assert "the slowest frame took" in text
    assert "million instructions per second" in text


@pytest.mark.slow
def test_the_saved_trace_reads_back_the_same(report: Path) -> None:
    last_values = [
        output.data["text/plain"]
        for cell in nbformat.read(report / "quickstart.ipynb", as_version=4).cells
        for output in cell.get("outputs", [])
        if output.output_type == "execute_result"
    ]
    assert last_values[-1] == "True"
    assert (report.parent / "quickstart-trace.json").stat().st_size > 10_000


@needs_chromium
@pytest.mark.slow
@pytest.mark.browser
def test_its_report_is_alive_offline(report: Path, page: Any) -> None:  # noqa: F811 - the fixture
    complaints: list[str] = []
    page.on("console", lambda said: said.type in {"error", "warning"} and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.context.set_offline(True)
    page.goto((report / "quickstart.html").as_uri())
    page.wait_for_function("document.querySelectorAll('.aero-nb-figure .main-svg').length >= 2")
    page.wait_for_selector(".aero-nb-timeline canvas")
    assert complaints == []


@needs_chromium
@pytest.mark.slow
@pytest.mark.lab
def test_in_jupyterlab_its_timeline_zooms_with_the_wheel(
    jupyter: JupyterServer,  # noqa: F811 - the fixtures
    page: Any,  # noqa: F811
) -> None:
    shutil.copy(QUICKSTART, jupyter.folder)
    open_notebook(page, jupyter, QUICKSTART.name)
    run_cells(page)
    rows = page.locator(".aero-timeline canvas.aero-rows").first
    rows.wait_for()
    rows.scroll_into_view_if_needed()
    before, width = settled(page, lambda: rows.evaluate(DRAWN))
    box = rows.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -500)
    page.keyboard.up("Control")
    assert eventually(lambda: rows.evaluate(DRAWN)[1] < 0.9 * width)
    assert rows.evaluate(DRAWN)[0] != before
