"""The files around the package agree with each other."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import aero_nb

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def requirement(line: str) -> tuple[str, frozenset[str]]:
    """Split ``dask[dataframe]>=2025.1; marker`` into its name and its set of version bounds."""
    match = re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?([^;]*)(?:;.*)?", line.replace(" ", ""))
    assert match, line
    return match[1], frozenset(filter(None, match[2].split(",")))


def test_conda_and_pip_ask_for_the_same():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    asked = [line for line in conda if isinstance(line, str)]
    asked += [line for entry in conda if isinstance(entry, dict) for line in entry["pip"]]
    extras = PROJECT["optional-dependencies"]
    users_extras = [line for name, lines in extras.items() if name not in ("test", "dev") for line in lines]
    offered = dict(map(requirement, PROJECT["dependencies"] + users_extras))
    offered["python"] = frozenset([PROJECT["requires-python"]])
    found = dict(map(requirement, asked))
    del found["pip"]
    assert found == offered


def test_the_version_stands_once():
    assert aero_nb.__version__ == PROJECT["version"]
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text()


def test_notebooks_are_committed_without_outputs():
    import nbformat

    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        dirty = [i for i, cell in enumerate(cells) if cell.get("outputs") or cell.get("execution_count")]
        assert not dirty, f"{path.name}: clear the outputs of cells {dirty}"


def test_links_between_the_documents_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


@pytest.mark.parametrize("script", ["scripts/quickstart", "scripts/test", ".ci/run"])
def test_scripts_are_executable_and_parse(script):
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", path], check=True)


@pytest.mark.parametrize("words", [["--labb"], ["", "x"]])
def test_the_quickstart_command_refuses_what_it_does_not_know(words):
    ran = subprocess.run([ROOT / "scripts" / "quickstart", *words], capture_output=True, text=True)
    assert ran.returncode == 64
    assert "usage" in ran.stderr
