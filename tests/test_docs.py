"""What the documents and docstrings say about tables and code is so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import aero_nb
from aero_nb.tables import schema

ROOT = Path(__file__).resolve().parents[1]
TABLES = ["spans", "instants", "counters", "async_spans", "flows", "tracks", "losses", "gaps", "diagnostics"]


def code_blocks(page: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)


def columns_named(text: str) -> list[str]:
    """The longest run of names in backticks."""
    return max((found.split() for found in re.findall(r"`+([\w\s]+)`+", text)), key=len)


@pytest.mark.parametrize("table", TABLES)
def test_the_help_of_a_table_names_its_columns(table):
    assert columns_named(getattr(aero_nb.Trace, table).__doc__) == list(getattr(schema, table.upper()))


@pytest.mark.parametrize("table", TABLES)
def test_the_architecture_page_names_the_columns_of_a_table(table):
    row = re.search(rf"^\| `{table}` \|.*$", (ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE)
    assert columns_named(row[0]) == list(getattr(schema, table.upper()))


def test_the_architecture_page_names_every_module():
    page = (ROOT / "docs" / "architecture.md").read_text()
    layers = page[page.index("| layer |") : page.index("A folder exists only")]
    found = {path.name + "/" * path.is_dir() for path in (ROOT / "aero_nb").iterdir()}
    found = {name for name in found if name.endswith((".py", "/")) and name != "__pycache__/"}
    assert {name for name in found if f"`{name}`" not in layers} == set()
    assert set(re.findall(r"`(\w+(?:\.py|/))`", layers)) - found == set()


@pytest.mark.slow
def test_the_examples_of_the_readme_run_as_they_stand(tmp_path):
    pytest.importorskip("unicorn", reason="needs pip install 'aero-nb[demo]'")
    (tmp_path / "readme.ipy").write_text("\n".join([*code_blocks("README.md"), "machine.close()", "print('done')"]))
    command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=nocolor", "readme.ipy"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout.splitlines()[-1:] == ["done"], done.stdout + done.stderr
