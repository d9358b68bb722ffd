"""``aero-nb doctor`` says what is missing and how to mend it."""

import json
import subprocess

import pytest

from aero_nb.cli import checks, main
from aero_nb.cli.checks import Check
from aero_nb.cli.exit_codes import MISSING


def the(*lines):
    return {check.name: check for check in checks.packages(lines)}


@pytest.fixture
def told(monkeypatch):
    """Put these checks in the place of those of this machine."""

    def put(*found):
        monkeypatch.setattr(checks, "every_check", lambda: iter(found))

    return put


def test_what_is_required_and_missing_is_broken():
    found = the("numpy>=1", "no-such-library-at-all>=2")["libraries"]
    assert (found.state, found.found) == ("broken", "no-such-library-at-all is missing")
    assert found.mend.startswith("pip install")


def test_a_version_outside_its_range_is_named_with_the_range():
    found = the("numpy<1")["libraries"]
    assert found.state == "broken"
    assert found.found.endswith("expected <1")


def test_an_extra_that_is_missing_is_optional_and_says_how_to_get_it():
    found = the("numpy>=1", 'no-such-library-at-all; extra == "sql"', 'numpy; extra == "lab"')
    assert (found["extra sql"].state, found["extra sql"].mend) == ("optional", "pip install 'aero-nb[sql]'")
    assert (found["extra lab"].state, found["extra lab"].mend) == ("ok", "")
    assert found["libraries"].state == "ok"


def test_what_another_python_needs_is_not_asked_for():
    assert the('no-such-library-at-all; python_version < "3"')["libraries"].state == "ok"


def test_extras_for_work_on_it_are_nobody_elses_concern():
    assert set(the('no-such-library-at-all; extra == "dev"')) == {"libraries"}


def test_no_browser_is_optional_and_says_what_to_install(monkeypatch):
    monkeypatch.setenv("AERO_NB_BROWSER", "no-such-browser-at-all")
    found = checks.browser()
    assert found.state == "optional"
    assert "no-such-browser-at-all" in found.mend


def test_a_browser_that_shows_nothing_is_told_with_its_last_words(monkeypatch, tmp_path):
    program = tmp_path / "browser"
    program.write_text("#!/bin/sh\necho 'No usable sandbox!' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("AERO_NB_BROWSER", str(program))
    found = checks.browser()
    assert "No usable sandbox!" in found.found
    assert "namespaces" in found.mend


@pytest.mark.browser
def test_the_browser_of_this_machine_shows_a_page():
    assert checks.browser().state == "ok"


def test_a_timeline_without_its_page_side_is_broken(monkeypatch):
    def gone():
        raise FileNotFoundError("timeline.js")

    monkeypatch.setattr("aero_nb.timeline.assets.module_gzip", gone)
    assert checks.front_end().state == "broken"


def test_all_well_exits_0(told, capsys):
    told(Check("Python", "ok", "3.12"))
    assert main(["doctor"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "All is there."


def test_what_is_broken_exits_69_and_comes_with_its_mending(told, capsys):
    told(Check("Python", "ok", "3.12"), Check("timeline", "broken", "gone", "install it again"))
    assert main(["doctor"]) == MISSING == 69
    shown = capsys.readouterr().out
    assert "!!  timeline  gone\n" in shown
    assert "-> install it again" in shown


def test_the_doctor_for_machines(told, capsys):
    told(Check("extra sql", "optional", "duckdb is missing", "pip install 'aero-nb[sql]'"))
    assert main(["doctor", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["checks"] == [
        {"name": "extra sql", "state": "optional", "found": "duckdb is missing", "mend": "pip install 'aero-nb[sql]'"}
    ]


def test_this_very_environment_is_whole():
    found = [checks.python(), *checks.packages(), checks.native_core(), checks.front_end(), checks.workers_memory()]
    assert [check for check in found if check.state == "broken"] == []


def test_a_slow_browser_is_no_traceback(monkeypatch):
    monkeypatch.setattr("aero_nb.browser.find.find_browser", lambda: "/bin/true")

    def slow(*_, **__):
        raise subprocess.TimeoutExpired("browser", 60)

    monkeypatch.setattr(subprocess, "run", slow)
    assert "does not start" in checks.browser().found
