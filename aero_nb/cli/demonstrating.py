"""``demo``: a ready notebook on the bundled PC."""

import argparse
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aero_nb.cli.printing import as_json, as_printed
from aero_nb.errors import AeroNBError
from aero_nb.whole_file import write_whole

NOTEBOOK = "quickstart.ipynb"
_NEEDED = {"unicorn": "demo", "jupyterlab": "lab", "nbclient": "lab", "nbconvert": "lab"}


def add_to(subparsers: Any) -> None:
    """Add this command to the command line."""
    demo = subparsers.add_parser("demo", help="open a ready notebook: a small PC that is recorded, tables, pictures")
    demo.add_argument(
        "--folder", type=Path, default=Path("aero-nb-demo"), help="where to put it (default: aero-nb-demo)"
    )
    demo.add_argument(
        "--run", action="store_true", dest="to_page", help="run it and write a page that works offline; opens nothing"
    )
    demo.add_argument("--no-browser", action="store_true", help="start JupyterLab, and open no browser")
    demo.add_argument("--json", action="store_true", help="with --run: say what was written, for machines")
    demo.set_defaults(run=_demo)


def notebook_text() -> bytes:
    """Return the notebook: the one in the package, or, in a clone, the one beside it.

    Raises:
        AeroNBError: there is neither.
    """
    package = Path(__file__).resolve().parents[1]
    for path in (package / "demo" / NOTEBOOK, package.parent / "notebooks" / NOTEBOOK):
        if path.is_file():
            return path.read_bytes()
    raise AeroNBError(f"expected {NOTEBOOK} in the package, found none; pip install --force-reinstall aero-nb")


def _demo(options: argparse.Namespace) -> int:
    missing = sorted({extra for module, extra in _NEEDED.items() if find_spec(module) is None})
    if missing:
        raise ImportError(f"the demo needs pip install 'aero-nb[{','.join(missing)}]'")
    notebook = options.folder / NOTEBOOK
    options.folder.mkdir(parents=True, exist_ok=True)
    if not notebook.exists():  # what somebody has written into it is theirs
        write_whole(notebook, notebook_text())
    if options.to_page:
        return _run(notebook, options)
    words = ["--no-browser"] * options.no_browser + ["--allow-root"] * _is_root()
    print(f"JupyterLab opens {notebook.resolve()}; Ctrl-C ends it.", flush=True)
    lab = [sys.executable, "-m", "jupyterlab", str(notebook), *words]
    ended = subprocess.run(lab, check=False).returncode
    if ended:
        raise AeroNBError(f"expected JupyterLab to run, found that it ended with {ended}; aero-nb doctor looks for why")
    return 0


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _run(notebook: Path, options: argparse.Namespace) -> int:
    from aero_nb.notebook_page import execute_notebook, write_page

    executed = notebook.with_name("quickstart-executed.ipynb")
    page = executed.with_suffix(".html")
    execute_notebook(notebook, executed)
    write_page(executed, page)
    if options.json:
        print(as_printed(as_json({"notebook": str(executed.resolve()), "page": str(page.resolve())})))
    else:
        print(f"{executed.resolve()}\n{page.resolve()}")
    return 0
