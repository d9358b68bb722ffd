"""The browser notebook: as committed, and executed against our own page in a real Chromium."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.aero_site import AeroSite

nbformat = pytest.importorskip("nbformat", reason="needs pip install 'aero-nb[lab]'")

pytestmark = pytest.mark.browser

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "browser.ipynb"


def test_it_is_committed_without_outputs() -> None:
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list]:
    """The outputs of each cell, by its source."""
    folder = tmp_path_factory.mktemp("browser")
    shutil.copy(NOTEBOOK, folder)
    command = [sys.executable, "-m", "aero_nb.notebook_page", NOTEBOOK.name, "--output-dir", "report"]
    with AeroSite() as site:
        env = {**os.environ, "AERO_URL": site.url, "AERO_NB_RECOVERY": str(folder / "recovery")}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert list((folder / "recovery").iterdir()) == []
    if kept := os.environ.get("AERO_NB_KEEP_REPORT"):  # to look at it
        shutil.copytree(folder / "report", kept, dirs_exist_ok=True)
    cells = nbformat.read(folder / "report" / NOTEBOOK.name, as_version=4).cells
    return {cell.source: cell.outputs for cell in cells if cell.cell_type == "code"}


def said(outputs: dict[str, list], start: str) -> str:
    """All text that the cell beginning with ``start`` gave."""
    (found,) = [outputs for source, outputs in outputs.items() if source.startswith(start)]
    return "\n".join(o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in found)


@pytest.mark.slow
def test_it_shows_the_page_both_processes_and_no_losses(outputs: dict[str, list]) -> None:
    (shot,) = outputs["page.screenshot()"]
    assert "image/png" in shot.data
    assert "A machine for tests" in said(outputs, "%%aero_js")
    assert "the page has" in said(outputs, "%%aero_js")
    assert "clock is brought to this process" in said(outputs, "%aero_trace status")
    work = said(outputs, "spans = trace.spans")
    for name in ("Aero", "Python", "frame", "cpu:slice", "look at the page"):
        assert name in work


@pytest.mark.slow
def test_it_records_the_boot_streams_and_charts_the_frames(outputs: dict[str, list]) -> None:
    assert "wasm:init" in said(outputs, "started = boot.spans")
    assert " spans, 0 gaps" in said(outputs, "long = %aero_trace stop")
    (chart,) = outputs["capture.frames_chart()"]
    assert "application/vnd.plotly.v1+json" in chart.data
