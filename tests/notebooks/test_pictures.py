"""The notebook with every picture runs, and leaves a small file in which every picture is still to be seen."""

import ast
from pathlib import Path

import pytest

VIEW = "application/vnd.jupyter.widget-view+json"
NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "pictures.ipynb"


def test_the_notebook_is_committed_without_outputs():
    nbformat = pytest.importorskip("nbformat", reason="needs pip install 'aero-nb[lab]'")
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


@pytest.mark.slow
def test_every_picture_of_the_notebook_is_drawn(tmp_path, monkeypatch):
    pytest.importorskip("unicorn", reason="needs pip install 'aero-nb[demo]'")
    nbformat = pytest.importorskip("nbformat", reason="needs pip install 'aero-nb[lab]'")
    nbclient = pytest.importorskip("nbclient", reason="needs pip install 'aero-nb[lab]'")
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    pictures = [
        output.data
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if 'class="aero-nb-figure"' in output.get("data", {}).get("text/html", "")
    ]
    assert len(pictures) == 11
    for picture in pictures:
        assert {"text/html", "image/png", "text/plain"} <= set(picture)
        assert not picture["text/plain"].startswith("<An empty picture")
    timelines = [cell for cell in notebook.cells if VIEW in str(cell.get("outputs"))]
    assert len(timelines) == 3
    (state,) = (cell for cell in notebook.cells if cell.source.endswith("timeline.state"))
    told = ast.literal_eval(state.outputs[0].data["text/plain"])
    assert {"selection_range", "search", "color_by"} <= set(told)
    assert len(nbformat.writes(notebook)) < 1_500_000
