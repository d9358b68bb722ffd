"""Notebooks that drive a page: executed against our own page in a real Chromium."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.aero_site import AeroSite

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def executed(name: str, folder: Path) -> dict[str, list[Any]]:
    """Run a notebook in ``folder`` as its reader would; the outputs of each code cell by its source."""
    import nbformat

    shutil.copy(NOTEBOOKS / name, folder)
    command = [sys.executable, "-m", "aero_nb.notebook_page", name, "--output-dir", "report"]
    with AeroSite() as site:
        env = {**os.environ, "AERO_URL": site.url, "AERO_NB_RECOVERY": str(folder / "recovery")}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert not (folder / "recovery").exists() or list((folder / "recovery").iterdir()) == []
    if kept := os.environ.get("AERO_NB_KEEP_REPORT"):  # to look at it
        shutil.copytree(folder / "report", kept, dirs_exist_ok=True)
    cells = nbformat.read(folder / "report" / name, as_version=4).cells
    return {cell.source: cell.outputs for cell in cells if cell.cell_type == "code"}


def said(outputs: dict[str, list[Any]], start: str) -> str:
    """All text that the cell beginning with ``start`` gave."""
    (found,) = [outputs for source, outputs in outputs.items() if source.startswith(start)]
    kinds = ("text/markdown", "text/plain")
    return "\n".join(
        o.get("text", "") or next((o["data"][kind] for kind in kinds if kind in o.get("data", {})), "") for o in found
    )


def is_committed_without_outputs(name: str) -> bool:
    """Whether no cell of the notebook has an output or a number."""
    import nbformat

    cells = nbformat.read(NOTEBOOKS / name, as_version=4).cells
    return not any(cell.get("outputs") or cell.get("execution_count") is not None for cell in cells)
