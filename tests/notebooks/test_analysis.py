"""The notebooks on slow frames, two builds and many runs find what was planted in them."""

from pathlib import Path

import nbformat
import pytest

from aero_nb.notebook_page import execute_notebook

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
pytestmark = pytest.mark.slow

pytest.importorskip("unicorn", reason="the notebooks run the bundled PC (extra demo)")


def printed(name, folder):
    """Execute a notebook; return all plain text that it showed."""
    output = folder / name
    execute_notebook(NOTEBOOKS / name, output)
    cells = nbformat.read(output, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "\n".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in outputs)


def test_the_slow_frames_are_found_with_their_cause(tmp_path):
    shown = printed("slow_frame.ipynb", tmp_path)
    assert "5 frames execute" in shown
    assert "distance between them: 20.0 frames" in shown
    assert "cpu:slice" in shown


def test_the_slower_build_is_found_with_its_interval(tmp_path):
    shown = printed("compare.ipynb", tmp_path)
    row = next(line for line in shown.splitlines() if "instructions" in line and "increase" in line)
    assert " True " in row
    assert "8 against 8 runs" in shown


def test_the_guilty_commit_is_found_among_sixty_runs(tmp_path):
    pytest.importorskip("dask", reason="the notebook needs the extra fleet")
    shown = printed("fleet.ipynb", tmp_path)
    assert "first slow commit: c07" in shown
    assert "60 runs, 1 files failed" in shown
    assert any("c07" in line and "regression" in line for line in shown.splitlines()), "the change is found by itself"


def test_the_slower_routine_of_two_builds_is_named(tmp_path):
    shown = printed("two_builds.ipynb", tmp_path)
    assert "In 8 rounds the frame time changed by" in shown
    assert "2 runs aligned by counter:instructions" in shown
    moved = [line for line in shown.splitlines() if "screen:blur" in line and "longer" in line]
    assert moved, "the call tree names the routine that takes longer"
