"""The files around the package agree with each other."""

import re
import subprocess
import tomllib
from pathlib import Path

import psutil
import pytest
import yaml

import aero_nb
from tests.support.browsers import eventually

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
    users_extras = [line for name, lines in extras.items() if name not in ("test", "dev", "docs") for line in lines]
    offered = dict(map(requirement, PROJECT["dependencies"] + users_extras))
    offered["python"] = frozenset([PROJECT["requires-python"]])
    found = dict(map(requirement, asked))
    del found["pip"]
    assert found == offered


def test_the_version_stands_once():
    assert "version" in PROJECT["dynamic"]
    assert "version" not in PROJECT
    assert f"## {aero_nb.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_notebooks_are_committed_without_outputs():
    import nbformat

    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        dirty = [i for i, cell in enumerate(cells) if cell.get("outputs") or cell.get("execution_count")]
        assert not dirty, f"{path.name}: clear the outputs of cells {dirty}"


def test_links_between_the_documents_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text()):
            made = target.startswith("api/")  # by scripts/docs, which checks every link of the site
            assert made or (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


SCRIPTS = [path for path in sorted((ROOT / "scripts").iterdir()) if path.is_file() and not path.suffix]


@pytest.mark.parametrize("path", [*SCRIPTS, ROOT / ".ci" / "run"], ids=lambda path: path.name)
def test_scripts_are_executable_and_parse(path):
    assert path.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", path], check=True)


def test_tests_lie_in_folders_that_mirror_the_package_and_no_file_is_long():
    others = {"support", "notebooks", "native"}  # helpers, the notebooks' tests, what fuzzes the native core
    files = list((ROOT / "tests").rglob("*.py"))
    folders = {str(path.parent.relative_to(ROOT / "tests")) for path in files} - others
    assert [folder for folder in sorted(folders) if not (ROOT / "aero_nb" / folder).is_dir()] == []
    assert [path.name for path in files if path.read_text(encoding="utf-8").count("\n") > 500] == []


def common(*lines):
    """What bash says to ``lines`` after scripts/common.sh was sourced, as the scripts do."""
    script = "\n".join(["set -euo pipefail", f"source '{ROOT}/scripts/common.sh'", *lines])
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True)


def test_what_runs_side_by_side_is_shown_in_order_and_a_failure_last():
    ran = common(
        "begin one bash -c 'echo first; exit 3'", "begin two echo second", "begin three echo third", "finish_all"
    )
    assert ran.returncode == 1
    assert ran.stdout.split() == ["==", "two", "second", "==", "three", "third", "==", "FAILED:", "one", "first"]


def test_what_runs_side_by_side_passes_when_each_does():
    ran = common("begin one true", "begin two echo 'a b'", "finish_all", "finish_all", "echo end")
    assert (ran.returncode, ran.stdout.split()) == (0, ["==", "one", "==", "two", "a", "b", "end"])


def test_what_was_begun_ends_with_its_script(tmp_path):
    sleeper = tmp_path / "pid"
    ran = common(
        f"begin one bash -c 'echo $$ >{sleeper}; exec sleep 600'",
        f"until [ -s {sleeper} ]; do sleep 0.1; done",
        "exit 5",
    )
    assert ran.returncode == 5
    pid = int(sleeper.read_text())
    assert eventually(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize("words", [["setup", "all"], ["front", "--tests"], ["front", "--lint", "--test"]])
def test_a_script_refuses_what_it_does_not_know(words):
    ran = subprocess.run([ROOT / "scripts" / words[0], *words[1:]], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr.split()[0]) == (64, "usage:")


@pytest.mark.parametrize("words", [["--labb"], ["", "x"]])
def test_the_quickstart_command_refuses_what_it_does_not_know(words):
    ran = subprocess.run([ROOT / "scripts" / "quickstart", *words], capture_output=True, text=True)
    assert ran.returncode == 64
    assert "usage" in ran.stderr
