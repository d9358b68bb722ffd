"""The browser notebook: as committed, and executed against our own page in a real Chromium."""

import pytest

from tests.support.browser_notebooks import executed, is_committed_without_outputs, said

pytest.importorskip("nbformat", reason="needs pip install 'aero-nb[lab]'")

pytestmark = pytest.mark.browser

NOTEBOOK = "browser.ipynb"


def test_it_is_committed_without_outputs() -> None:
    assert is_committed_without_outputs(NOTEBOOK)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list]:
    """The outputs of each cell, by its source."""
    return executed(NOTEBOOK, tmp_path_factory.mktemp("browser"))


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
