"""``aero-nb demo``: a ready notebook."""

import importlib.util
import json
from pathlib import Path

import pytest

from aero_nb.cli import main
from aero_nb.cli.demonstrating import NOTEBOOK, notebook_text

ROOT = Path(__file__).resolve().parents[2]


def have(monkeypatch, *missing):
    """Let these modules be missing, all others there."""
    monkeypatch.setattr("aero_nb.cli.demonstrating.find_spec", lambda name: None if name in missing else object())


@pytest.fixture
def lab(monkeypatch):
    """Let nothing be started; the command that would be."""
    started = []

    def run(command, **_):
        started.append(command)
        return type("Done", (), {"returncode": 0})

    have(monkeypatch)
    monkeypatch.setattr("aero_nb.cli.demonstrating.subprocess.run", run)
    return started


def test_the_demo_is_the_quickstart_notebook():
    assert notebook_text() == (ROOT / "notebooks" / NOTEBOOK).read_bytes()


def test_the_demo_says_which_extras_it_needs(monkeypatch, capsys, tmp_path):
    have(monkeypatch, "unicorn", "nbclient")
    assert main(["demo", "--folder", str(tmp_path / "new")]) == 65
    assert "pip install 'aero-nb[demo,lab]'" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_the_demo_opens_a_copy_of_the_notebook(lab, tmp_path):
    assert main(["demo", "--folder", str(tmp_path / "a b"), "--no-browser"]) == 0
    (command,) = lab
    assert command[1:4] == ["-m", "jupyterlab", str(tmp_path / "a b" / NOTEBOOK)]
    assert "--no-browser" in command
    assert (tmp_path / "a b" / NOTEBOOK).read_bytes() == notebook_text()


def test_what_was_written_into_the_copy_is_kept(lab, tmp_path):
    (tmp_path / NOTEBOOK).write_text("{}")
    assert main(["demo", "--folder", str(tmp_path)]) == 0
    assert (tmp_path / NOTEBOOK).read_text() == "{}"


def test_a_jupyterlab_that_fails_is_said(lab, monkeypatch, tmp_path, capsys):
    failed = type("Done", (), {"returncode": 3})
    monkeypatch.setattr("aero_nb.cli.demonstrating.subprocess.run", lambda *_, **__: failed)
    assert main(["demo", "--folder", str(tmp_path)]) == 65
    assert "aero-nb doctor" in capsys.readouterr().err


@pytest.mark.slow
def test_the_demo_runs_and_leaves_a_page(tmp_path, capsys):
    for module in ("unicorn", "nbclient", "nbconvert"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"needs {module}")
    assert main(["demo", "--run", "--json", "--folder", str(tmp_path / "first look")]) == 0
    written = json.loads(capsys.readouterr().out)
    assert "Quickstart" in Path(written["page"]).read_text(encoding="utf-8")
