"""The notebook about the live view runs without a page as well: marks, stills, and what a flight recorder keeps."""

import ast
import json
from pathlib import Path

import pytest

pytest.importorskip("unicorn", reason="needs pip install 'aero-nb[demo]'")
NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "live.ipynb"
CHECK = """
import json
frames = trace.frames().set_index("ts_us")["interval_us"]
rows = kept.metadata["otherData"]["aero_nb"]["kept"]["us"]
json.dumps({
    "marks at bad frames": bool((frames.reindex(notes["ts_us"]) > 1000 * limit).all()),
    "planted ones": int((frames > 1000 * limit).sum()),
    "kept": len(rows),
    "counted": bool(kept.gaps["dropped_records"].sum() == kept.losses["dropped_records"].sum() > 0),
})
"""


def test_the_notebook_is_committed_without_outputs():
    nbformat = pytest.importorskip("nbformat", reason="needs pip install 'aero-nb[lab]'")
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


@pytest.mark.slow
def test_the_notebook_marks_the_planted_frames_and_keeps_what_lies_around_them(tmp_path, monkeypatch):
    nbformat = pytest.importorskip("nbformat", reason="needs pip install 'aero-nb[lab]'")
    nbclient = pytest.importorskip("nbclient", reason="needs pip install 'aero-nb[lab]'")
    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOK.parent.parent))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(CHECK))
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    seen = json.loads(ast.literal_eval(notebook.cells[-1].outputs[0]["data"]["text/plain"]))
    assert seen.pop("planted ones") >= 4
    assert seen.pop("kept") >= 1
    assert seen == {"marks at bad frames": True, "counted": True}
    stills = [out for cell in notebook.cells for out in cell.get("outputs", []) if "image/png" in out.get("data", {})]
    assert [still["data"]["text/plain"].startswith("<timeline of") for still in stills] == [True, True]
