"""What is published: metadata, the conda recipe, workflows, the oldest libraries, licences, all kept equal by tests."""

import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml

import aero_nb

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RECIPE = yaml.safe_load((ROOT / "scripts" / "conda" / "recipe.yaml").read_text(encoding="utf-8"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def without_marker(line):
    return line.partition(";")[0].replace(" ", "")


def name_of(line):
    return re.match(r"[\w.-]+", line)[0].lower()


def lower_bound(line):
    return re.search(r">=([\d.]+)", line)[1]


def test_the_conda_recipe_asks_for_what_pip_does():
    wanted = {f"python{PROJECT['requires-python']}", *map(without_marker, PROJECT["dependencies"])}
    assert set(RECIPE["requirements"]["run"]) == wanted
    (backend,) = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    assert backend in RECIPE["requirements"]["host"]


def test_the_conda_recipe_is_of_this_version_licence_and_command():
    assert RECIPE["context"] == {"name": PROJECT["name"], "version": aero_nb.__version__}
    assert RECIPE["about"]["license"] == PROJECT["license"]
    assert RECIPE["about"]["summary"] == PROJECT["description"]
    scripts = [f"{name} = {place}" for name, place in PROJECT["scripts"].items()]
    assert RECIPE["build"]["python"]["entry_points"] == scripts


def test_the_oldest_libraries_are_the_lower_bounds():
    lines = (ROOT / "scripts" / "oldest.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    extras = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *extras["parquet"], *extras["sql"], *extras["stats"]]
    assert set(pinned) == set(map(name_of, lines))
    for line in lines:
        found, bound = pinned[name_of(line)].split("."), lower_bound(line).split(".")
        assert found[: len(bound)] == bound, line
        assert set(found[len(bound) :]) <= {"0"}, line


def test_every_dependency_has_its_licence_listed():
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[?([\w.-]+)\]?[^|]*\| ([^|]+) \|", page, re.MULTILINE)
    listed = {name.lower(): licence for name, licence in rows}
    extras = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *(line for lines in extras.values() for line in lines)]
    wanted = {name_of(line) for line in lines} - {"aero-nb"}
    assert sorted(wanted - set(listed)) == []
    copyleft = {name for name in wanted if "GPL" in listed[name]}
    assert copyleft == {"unicorn"}


@pytest.mark.parametrize("home", ["", "https://example.org/aero-nb"])
def test_every_address_follows_from_one(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "hatch_build", None)
    pytest.importorskip("hatchling", reason="needs pip install hatchling")
    addresses = runpy.run_path(str(ROOT / "hatch_build.py"))["addresses"](home)
    assert list(addresses) == (["Homepage", "Documentation", "Changelog", "Issues"] if home else [])
    assert all(address.startswith(home) for address in addresses.values())


def test_links_of_the_readme_lead_into_the_repository_once_there_is_one():
    pytest.importorskip("hatchling", reason="needs pip install hatchling")
    whole = runpy.run_path(str(ROOT / "hatch_build.py"))["with_addresses"]
    text = "![a](docs/a.png) [b](docs/b.md) [c](https://c.org) [d](#d)"
    assert whole(text, "") == text
    assert whole(text, "https://x.y/z") == (
        "![a](https://x.y/z/raw/main/docs/a.png) [b](https://x.y/z/blob/main/docs/b.md) [c](https://c.org) [d](#d)"
    )


def test_the_metadata_is_complete():
    found = metadata.metadata("aero-nb")
    if found["Version"] != aero_nb.__version__ or "Author" not in found:
        pytest.skip("the installation here is older than these sources: pip install --no-deps -e .")
    assert found["License-Expression"] == "MIT"
    assert found["Description-Content-Type"] == "text/markdown"
    assert "Programming Language :: Python :: 3.11" in found.get_all("Classifier")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_only_calls_what_is_here(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"[\w-]+/[\w-]+@(v[\d.]+|release/v1)", step["uses"])
            elif step["run"].split()[0] in ("python", "rm"):
                continue
            else:
                assert (ROOT / step["run"].split()[0]).stat().st_mode & 0o111


def test_actionlint_finds_nothing_in_the_workflows():
    if shutil.which("actionlint") is None:
        pytest.skip("needs actionlint on PATH")
    subprocess.run(["actionlint", *WORKFLOWS], check=True, cwd=ROOT)


def test_a_release_needs_one_version_everywhere(tmp_path):
    for name in (
        "aero_nb/__init__.py",
        "scripts/release-version",
        "scripts/conda/recipe.yaml",
        "hatch_build.py",
        "CHANGELOG.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    check = [tmp_path / "scripts" / "release-version"]
    version = aero_nb.__version__
    bad = subprocess.run([*check, "v9.9.9"], capture_output=True, text=True)
    assert bad.returncode == 1
    assert f"expected the tag v{version}" in bad.stderr
    (tmp_path / "CHANGELOG.md").write_text(f"## {version} (2026-11-26)\n")
    (tmp_path / "hatch_build.py").write_text('HOME = "https://example.org/x"\n')
    good = subprocess.run([*check, f"v{version}"], capture_output=True, text=True)
    assert (good.returncode, good.stderr) == (0, "")
    assert subprocess.run(check, capture_output=True).returncode == 64


def test_the_first_steps_of_a_stranger_work(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "first_steps.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert f"aero_nb {aero_nb.__version__}" in done.stdout
