"""``aero-nb report``, the help of every command, exit codes and completion."""

import argparse
import itertools
import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from aero_nb.cli import command_line, main
from aero_nb.cli.examples import EXAMPLES, commands_of
from aero_nb.cli.exit_codes import MEANINGS
from tests.support.chrome_trace import aero_export, chrome_span, chrome_trace, frames_of, mark

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = dict(commands_of(command_line()))


@pytest.fixture
def trace(tmp_path):
    """A trace with a slow frame, in a file."""
    events = [
        {"ph": "X", "name": "frame", "ts": 10_000 * number, "dur": 2000 + 3000 * (number == 3), "pid": 1, "tid": 1}
        for number in range(8)
    ]
    path = tmp_path / "run.json"
    path.write_text(json.dumps(events))
    return path


def test_a_report_is_markdown_on_standard_output(trace, capsys):
    assert main(["report", str(trace)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# Report on run.json\n")
    assert "## Frames" in shown


@pytest.mark.parametrize("words", [["--json"], ["--format", "json"]])
def test_a_report_for_machines(trace, words, capsys):
    assert main(["report", str(trace), *words]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["version"]) == ("aero-nb-report", 1)


@pytest.mark.parametrize(("name", "begin"), [("r.md", "# Report"), ("r.json", "{"), ("r.html", "<!doctype html>")])
def test_a_report_is_written_in_the_format_of_its_suffix(trace, tmp_path, name, begin):
    assert main(["report", str(trace), "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_text(encoding="utf-8").lower().startswith(begin.lower())


def test_the_page_of_the_report_alone(trace, tmp_path, capsys):
    assert main(["report", str(trace), "--format", "html"]) == 0
    shown = capsys.readouterr().out
    assert '<section id="frames">' in shown
    assert "<script" not in shown


def test_a_report_against_a_base(trace, capsys):
    assert main(["report", str(trace), "--base", str(trace)]) == 0
    assert "No quantity differs" in capsys.readouterr().out


def test_frames_may_have_another_name(trace, capsys):
    main(["report", str(trace), "--frame", "nothing"])
    assert "no frames called `nothing`" in capsys.readouterr().out


def test_a_base_that_is_not_there_exits_66(trace, tmp_path):
    assert main(["report", str(trace), "--base", str(tmp_path / "no.json")]) == 66


def test_convert_says_for_machines_what_it_wrote(trace, tmp_path, capsys):
    assert main(["convert", str(trace), str(tmp_path / "out.json"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": str(tmp_path / "out.json"), "spans": 8}


@pytest.mark.parametrize("path", COMMANDS)
def test_the_help_of_every_command_has_an_example(path, capsys):
    with pytest.raises(SystemExit):
        main([*path.split(), "--help"])
    assert re.search(rf"^  .*aero-nb {path}\b", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize("example", [example for examples in EXAMPLES.values() for example in examples])
def test_the_examples_are_commands(example):
    words = shlex.split(example)
    words = words[words.index("|") + 1 :] if "|" in words else words
    words = list(itertools.takewhile(lambda word: word not in (">", "&"), words))
    assert words[0] == "aero-nb"
    assert callable(command_line().parse_args(words[1:]).run)


@pytest.mark.parametrize("path", [path for path in COMMANDS if path not in ("record", "completion")])
def test_every_command_that_says_something_says_it_in_json_too(path):
    assert "--json" in COMMANDS[path]._option_string_actions


def test_the_exit_codes_stand_in_the_help_and_in_the_document(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    listed = {int(code): meaning for code, meaning in re.findall(r"^\| (\d+) \| (.*) \|$", page, re.MULTILINE)}
    assert {code: text.replace("`", "") for code, text in listed.items()} == MEANINGS
    for code, meaning in MEANINGS.items():
        assert re.search(rf"^  {code} +{re.escape(meaning)}$", shown, re.MULTILINE)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_completes_commands(shell, capsys, tmp_path):
    pytest.importorskip("shtab", reason="needs pip install 'aero-nb[completion]'")
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "compare" in script
    if shell == "bash":
        (tmp_path / "complete").write_text(script)
        ask = (
            'source "$0"; COMP_WORDS=(aero-nb rep); COMP_CWORD=1; COMPREPLY=(); _shtab_aero_nb; echo "${COMPREPLY[@]}"'
        )
        done = subprocess.run(["bash", "-c", ask, tmp_path / "complete"], capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["report"]


def test_completion_without_its_extra_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "shtab", None)
    assert main(["completion", "bash"]) == 65
    assert "pip install 'aero-nb[completion]'" in capsys.readouterr().err


def test_a_command_of_its_own_epilog_keeps_it():
    from aero_nb.cli.examples import add_examples

    parser = argparse.ArgumentParser()
    parser.add_subparsers().add_parser("summary", epilog="mine")
    add_examples(parser)
    assert dict(commands_of(parser))["summary"].epilog == "mine"


def test_a_command_without_an_example_shows_what_it_needs():
    from aero_nb.cli.examples import add_examples

    parser = argparse.ArgumentParser()
    command = parser.add_subparsers().add_parser("new")
    command.add_argument("file", metavar="FILE")
    command.add_argument("--json", action="store_true")
    add_examples(parser)
    assert dict(commands_of(parser))["new"].epilog == "example:\n  aero-nb new FILE"


def slow_run(folder):
    """Write the export of a page with one slow frame, and Chrome's own trace of the same moments."""
    aero_export(*frames_of([16_000, 16_000, 50_000, 20_000])).save(folder / "run.json")
    chrome = chrome_trace(mark(0), chrome_span("Layout", 40_000, 20_000))
    chrome.save(folder / "chrome.json")
    return str(folder / "run.json"), str(folder / "chrome.json")


def test_explain_tells_of_the_longest_frames_first(tmp_path, capsys):
    run, chrome = slow_run(tmp_path)
    assert main(["explain", run, "--chrome", chrome, "--worst", "2"]) == 0
    first, second = capsys.readouterr().out.strip().split("\n\n")
    assert first.startswith("Frame 2 (at 32.0 ms) took 50.0 ms")
    assert "style and layout on `Main` +20.0 ms (`Layout`)" in first
    assert second.startswith("Frame 3")
    assert main(["explain", run, "--frame", "2", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [frame["frame"] for frame in document["frames"]] == [2]
    assert document["frames"][0]["causes"][0]["name"] == "(idle)"


def test_explain_says_what_is_missing(tmp_path, capsys):
    run, _ = slow_run(tmp_path)
    for more, says in [
        (["--span", "vsync"], "expected frames called 'vsync' with a next one, found none"),
        (["--frame", "99"], "frame 99: expected 0 to 4, the trace has 5 'frame' frames"),
    ]:
        assert main(["explain", run, *more]) == 65
        assert says in capsys.readouterr().err
