"""What the documents and docstrings say about tables and code is so."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import aero_nb
from aero_nb.tables import schema
from tests.support.browser_fixtures import fixture_site  # noqa: F401 - a fixture
from tests.support.documents import blocks

ROOT = Path(__file__).resolve().parents[1]
TABLES = ["spans", "instants", "counters", "async_spans", "flows", "tracks", "losses", "gaps", "diagnostics"]


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


PAGES = [
    path for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))] if blocks(path.read_text("utf-8"))
]


@pytest.mark.slow
def test_the_examples_of_the_documents_run_as_they_stand(tmp_path):
    for module in ("unicorn", "duckdb"):
        pytest.importorskip(module, reason="needs pip install 'aero-nb[demo,sql]'")
    command = [sys.executable, ROOT / "tests" / "support" / "documents.py", *PAGES]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)
    ran = [
        line.removeprefix("every block ran: ") for line in done.stdout.splitlines() if line.startswith("every block")
    ]
    assert ran == [page.name for page in PAGES], (done.stdout + done.stderr)[-3000:]


@pytest.mark.browser
def test_the_example_of_the_page_in_a_browser_runs(site):
    ((code, _),) = blocks((ROOT / "docs" / "browser.md").read_text("utf-8"))
    assert code.count("http://127.0.0.1:4173/") == 1
    names = {}
    exec(code.replace("http://127.0.0.1:4173/", site.url), names)
    assert len(names["trace"].spans)


def test_few_blocks_are_left_out_and_each_says_why():
    reasons = [reason for page in PAGES for _, reason in blocks(page.read_text("utf-8"))]
    left_out = [reason for reason in reasons if reason]
    assert len(left_out) < len(reasons) / 4
    assert [reason for reason in left_out if len(reason) < 20] == []


@pytest.fixture(scope="module")
def reference():
    """What finds the public names for the site."""
    return runpy.run_path(str(ROOT / "scripts" / "site" / "reference.py"))


def test_every_public_name_and_member_says_what_it_is(reference):
    pytest.importorskip("dask", reason="needs pip install 'aero-nb[fleet]'")
    assert reference["undocumented"]() == []


def test_the_reference_finds_what_says_nothing(reference, monkeypatch):
    pytest.importorskip("dask", reason="needs pip install 'aero-nb[fleet]'")
    silent = type("Silent", (), {"__module__": "aero_nb.figures", "method": lambda self: None})
    monkeypatch.setattr(aero_nb.figures, "Silent", silent, raising=False)
    monkeypatch.setattr(aero_nb.figures, "__all__", [*aero_nb.figures.__all__, "Silent"])
    found = reference["undocumented"]()
    assert found == ["aero_nb.figures.Silent", "aero_nb.figures.Silent.method"]


def test_the_reference_has_a_page_for_every_family_and_a_place_for_every_name(reference, tmp_path):
    pytest.importorskip("dask", reason="needs pip install 'aero-nb[fleet]'")
    reference["write"](tmp_path)
    index = (tmp_path / "index.md").read_text("utf-8")
    for module, names in reference["families"]():
        if names:
            assert f"{module.__name__}.md" in index
            page = (tmp_path / f"{module.__name__}.md").read_text("utf-8")
            assert [name for name in names if f"\n## {name}\n" not in page] == []


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    broken = runpy.run_path(str(ROOT / "scripts" / "site" / "links.py"))["broken"]
    (tmp_path / "b.html").write_text('<h1 id="there">b</h1>')
    (tmp_path / "a.html").write_text('<a href="b.html#there">1</a><a href="b.html">2</a>')
    assert broken(tmp_path) == []
    links = ["b.html#not", "c.html"]
    (tmp_path / "a.html").write_text(
        "".join(f'<a href="{link}">x</a>' for link in links) + '<img src="https://x.y/z.png">'
    )
    assert len(broken(tmp_path)) == 3
