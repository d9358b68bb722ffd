"""The magics in a terminal IPython, typed line by line into a pseudo-terminal."""

import os
import sys

import pytest

pexpect = pytest.importorskip("pexpect", reason="needs a pseudo-terminal")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def terminal(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    child = pexpect.spawn(
        sys.executable,
        ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=nocolor", "--HistoryManager.enabled=False"],
        env={**os.environ, "HOME": str(home), "TERM": "dumb", "IPYTHONDIR": str(home), "AERO_NB_RECOVERY": str(home)},
        cwd=str(home),
        encoding="utf-8",
        echo=False,
        timeout=120,
    )
    child.expect(r"In \[1\]: ")
    assert typed(child, "%load_ext aero_nb") == ""
    typed(child, "from aero_nb import perf")
    yield child
    child.close(force=True)


def typed(terminal, *lines):
    """Type lines as a person does; return what was shown before the next prompt."""
    prompts = [r"\.\.\.: "] * (len(lines) - 1) + [r"In \[\d+\]: "]
    for line, prompt in zip(lines, prompts, strict=True):
        terminal.sendline(line)
        terminal.expect(prompt)
    return terminal.before.replace("\r\n", "\n").strip()


WORK = "with perf.span('work'): pass"


def test_a_capture_by_hand(terminal):
    typed(terminal, "%aero_trace start")
    typed(terminal, WORK)
    assert typed(terminal, "trace = %aero_trace stop") == ""
    assert "'work'" in typed(terminal, "list(trace.spans['name'])")


def test_a_cell_ends_with_empty_lines_as_every_cell_magic_does(terminal):
    shown = typed(terminal, "%%aero_trace -o trace --show none", WORK, "x = 6", "x * 7", "", "")
    assert shown.endswith(": 42")
    assert "'work'" in typed(terminal, "list(trace.spans['name'])")


def test_a_terminal_shows_the_summary_in_words(terminal):
    shown = typed(terminal, "%%aero_trace", WORK, "", "")
    assert "2 spans" in shown
    assert "Widget" not in shown


def test_top_level_await(terminal):
    shown = typed(terminal, "%%aero_trace --show none", "import asyncio", "await asyncio.sleep(0, 'slept')", "", "")
    assert "'slept'" in shown


def test_control_c_keeps_what_was_recorded(terminal):
    for line in (
        "%%aero_trace -o trace --show none",
        WORK,
        "import time; print('recorded', flush=True)",
        "time.sleep(60)",
    ):
        terminal.sendline(line)
        terminal.expect(r"\.\.\.: ")
    terminal.sendline("")
    terminal.expect(r"\.\.\.: ")
    terminal.sendline("")
    terminal.expect("recorded")
    terminal.sendintr()
    terminal.expect(r"In \[\d+\]: ")
    assert "KeyboardInterrupt" in terminal.before
    assert "'work'" in typed(terminal, "list(trace.spans['name'])")


def test_a_usage_error_is_one_sentence(terminal):
    assert typed(terminal, "%aero_trace stop") == (
        "UsageError: nothing is being recorded: %aero_trace start begins a capture"
    )


def test_leaving_in_mid_capture_leaves_quietly(terminal):
    typed(terminal, "%aero_trace start")
    terminal.sendline("exit")
    terminal.expect(pexpect.EOF)
    assert "Traceback" not in terminal.before
