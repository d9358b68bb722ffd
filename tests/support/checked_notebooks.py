"""Notebooks of this process: committed without outputs, and executed with one more cell that says what they found."""

import ast
import json
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
_NEEDS = "needs pip install 'aero-nb[lab]'"


def is_without_outputs(name):
    """Whether no cell of the notebook has an output or a number."""
    nbformat = pytest.importorskip("nbformat", reason=_NEEDS)
    cells = nbformat.read(NOTEBOOKS / name, as_version=4).cells
    return not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def executed_with(check, name, folder, monkeypatch):
    """Execute a notebook and then the cell ``check``; return what that one says as JSON, and all cells."""
    nbformat = pytest.importorskip("nbformat", reason=_NEEDS)
    nbclient = pytest.importorskip("nbclient", reason=_NEEDS)
    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOKS.parent))
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(check))
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return json.loads(ast.literal_eval(notebook.cells[-1].outputs[0]["data"]["text/plain"])), notebook.cells
