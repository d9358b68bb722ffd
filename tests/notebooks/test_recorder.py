"""The notebook about the recorder runs, and the killed worker's lane is there up to the kill."""

import ast
import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "recorder.ipynb"
CHECK = """
import json
last = trace.spans.groupby("thread", observed=True).ts_us.max()
killed = trace.instants[trace.instants.name == "the gpu worker is dead"].ts_us.iloc[0]
stops = trace.instants[trace.instants.name == "traceStop"].thread
json.dumps({
    "gpu frames": int(((trace.spans.thread == "gpu") & (trace.spans.name == "frame")).sum()),
    "gpu died first": bool(last['gpu'] <= killed),
    "gpu ends there": bool(trace.tracks[trace.tracks.thread == "gpu"].last_ts_us.max() <= killed),
    "others went on": bool(min(last['cpu'], last['io']) > killed),
    "lost": int(trace.losses.dropped_records.sum()),
    "stops": sorted(stops),
})
"""


def test_the_notebook_is_committed_without_outputs():
    nbformat = pytest.importorskip("nbformat", reason="needs pip install 'aero-nb[lab]'")
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


@pytest.mark.slow
def test_the_notebook_shows_the_killed_workers_lane(tmp_path, monkeypatch):
    nbformat = pytest.importorskip("nbformat", reason="needs pip install 'aero-nb[lab]'")
    nbclient = pytest.importorskip("nbclient", reason="needs pip install 'aero-nb[lab]'")
    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOK.parent.parent))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(CHECK))
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    seen = json.loads(ast.literal_eval(notebook.cells[-1].outputs[0]["data"]["text/plain"]))
    frames = seen.pop("gpu frames")
    assert frames >= 40
    assert seen == {
        "gpu died first": True,
        "gpu ends there": True,
        "others went on": True,
        "lost": 0,
        "stops": ["Main"],
    }
    pictures = [out for cell in notebook.cells for out in cell.get("outputs", []) if "text/html" in out.get("data", {})]
    assert pictures
    functions = str(notebook.cells[-2].outputs[0]["data"]["text/plain"])
    assert "guest_worker.compute" in functions
