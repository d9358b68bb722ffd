"""The magics in a real IPython shell in this process."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from IPython.core.error import UsageError

from aero_nb import CaptureError, Trace, capture, load, perf
from aero_nb.magics.arguments import without_comment
from tests.support.shells import WORK, a_shell, run_cell, span_names


@pytest.fixture
def shell(tmp_path):
    with a_shell(tmp_path) as shell:
        yield shell


def test_stop_returns_the_trace_and_shows_nothing_else(shell):
    run_cell(shell, "%aero_trace start")
    run_cell(shell, WORK)
    assert run_cell(shell, "trace = %aero_trace stop") == ""
    assert "work" in span_names(shell.user_ns["trace"])


def test_each_cell_in_between_is_a_span_on_main_named_after_its_execution_count(shell):
    run_cell(shell, "%aero_trace start")  # the fixture's %load_ext was cell 1
    run_cell(shell, WORK)
    run_cell(shell, "1 / 0", fails=ZeroDivisionError)
    run_cell(shell, "trace = %aero_trace stop")
    spans = shell.user_ns["trace"].spans
    assert list(spans.query("depth == 0")["name"]) == ["In [2]", "In [3]", "In [4]", "In [5]"]
    assert set(spans["thread"]) == {"Main"}
    assert not spans["unfinished"].any()
    assert spans.loc[spans.query("name == 'work'")["parent"], "name"].item() == "In [3]"


def test_the_cell_magic_names_the_trace_and_keeps_the_last_value(shell):
    shown = run_cell(shell, f"%%aero_trace -o trace --show none\n{WORK}6 * 7")
    assert shown == "Out[2]: 42\n"
    assert span_names(shell.user_ns["trace"]) == ["In [2]", "work"]
    assert shell.user_ns["_"] == 42


def test_the_body_of_the_cell_magic_keeps_its_line_numbers(shell):
    shown = run_cell(shell, "%%aero_trace --show none\n\n\nx = 1\n1 / 0\n", fails=ZeroDivisionError)
    assert "----> 5 1 / 0" in shown


def test_the_cell_magic_awaits_at_top_level(shell):
    run_cell(shell, f"%%aero_trace -o trace --show none\nimport asyncio\nawait asyncio.sleep(0)\n{WORK}x = 1")
    assert shell.user_ns["x"] == 1
    assert "work" in span_names(shell.user_ns["trace"])


def test_an_exception_fails_the_cell_once_and_keeps_the_capture(shell):
    shown = run_cell(shell, f"%%aero_trace -o trace --show none\n{WORK}1 / 0", fails=ZeroDivisionError)
    assert len(re.findall("^ZeroDivisionError: ", shown, re.MULTILINE)) == 1
    assert "work" in span_names(shell.user_ns["trace"])


def test_an_interrupted_cell_keeps_what_was_recorded(shell):
    run_cell(shell, f"%%aero_trace -o trace --show none\n{WORK}raise KeyboardInterrupt", fails=KeyboardInterrupt)
    assert "work" in span_names(shell.user_ns["trace"])


def test_a_syntax_error_in_the_body_starts_nothing(shell):
    run_cell(shell, "%%aero_trace -o trace\nx = = 1", fails=SyntaxError)
    assert "trace" not in shell.user_ns
    assert "not recording" in run_cell(shell, "%aero_trace status")


def test_a_cell_magic_without_a_body_is_a_usage_error(shell):
    assert "the cell body is empty" in run_cell(shell, "%%aero_trace -o trace\n", fails=UsageError)


@pytest.mark.parametrize("inner", ["%%time", "%%capture", "%%capture out"])
def test_a_cell_magic_inside_of_ours_is_recorded(shell, inner):
    run_cell(shell, f"%%aero_trace -o trace --show none\n\n{inner}\n{WORK}")
    assert span_names(shell.user_ns["trace"]) == ["In [2]", "work"]


@pytest.mark.parametrize("outer", ["%%time", "%%capture", "%%capture out"])
def test_ours_inside_of_another_cell_magic_is_recorded(shell, outer):
    run_cell(shell, f"{outer}\n%%aero_trace -o trace --show none\n{WORK}")
    assert span_names(shell.user_ns["trace"]) == ["In [2]", "work"]


def test_a_bash_cell_inside_of_ours_is_recorded(shell):
    assert "hello" in run_cell(shell, "%%aero_trace -o trace --show none\n%%bash\necho hello")
    assert span_names(shell.user_ns["trace"]) == ["In [2]"]


def test_a_failing_bash_cell_inside_of_ours_fails_the_cell_and_keeps_the_capture(shell):
    from subprocess import CalledProcessError

    run_cell(shell, "%%aero_trace -o trace --show none\n%%bash\nexit 3", fails=CalledProcessError)
    assert span_names(shell.user_ns["trace"]) == ["In [2]"]


def test_our_header_in_a_bash_cell_is_bash(shell):
    shown = run_cell(shell, "%%bash\n%%aero_trace || echo not a command")
    assert "not a command" in shown


def test_the_picture_of_a_captured_cell_is_shown_not_captured(shell):
    shown = run_cell(shell, f"%%aero_trace --show summary\n%%capture\n{WORK}")
    assert "work" in shown


def test_the_cell_magic_works_through_run_cell_magic_too(shell):
    assert shell.run_cell_magic("aero_trace", "-o trace --show none", f"{WORK}6 * 7") == 42
    assert "work" in span_names(shell.user_ns["trace"])
    with pytest.raises(ZeroDivisionError):
        shell.run_cell_magic("aero_trace", "-o trace --show none", "1 / 0")


def test_recording_the_rest_of_a_cell_is_what_the_cell_magic_does(shell):
    run_cell(shell, f"x = 1\n%aero_trace cell -o trace --show none\n{WORK}")
    assert span_names(shell.user_ns["trace"]) == ["In [2]", "work"]


def test_status_tells_whether_it_records(shell):
    assert "nothing has been recorded yet" in run_cell(shell, "%aero_trace status")
    run_cell(shell, "%aero_trace start")
    assert "recording this process since In [3]" in run_cell(shell, "%aero_trace status")
    run_cell(shell, "t = %aero_trace stop")
    assert "not recording" in run_cell(shell, "%aero_trace status")


def test_starting_twice_is_one_sentence_and_loses_nothing(shell):
    run_cell(shell, "%aero_trace start")
    run_cell(shell, WORK)
    shown = run_cell(shell, "%aero_trace start", fails=UsageError)
    assert shown.strip() == (
        "UsageError: already recording since In [2]: %aero_trace stop ends that and returns its Trace"
    )
    run_cell(shell, "trace = %aero_trace stop")
    assert "work" in span_names(shell.user_ns["trace"])


def test_a_traced_cell_while_recording_is_one_sentence_and_does_not_run(shell):
    run_cell(shell, "%aero_trace start")
    shown = run_cell(shell, f"%%aero_trace\n{WORK}ran = True", fails=UsageError)
    assert "already recording" in shown
    assert "ran" not in shell.user_ns
    run_cell(shell, "trace = %aero_trace stop")


def test_stopping_without_a_start_is_one_sentence(shell):
    shown = run_cell(shell, "%aero_trace stop", fails=UsageError)
    assert shown.strip() == "UsageError: nothing is being recorded: %aero_trace start begins a capture"


def test_a_cell_may_end_its_own_capture(shell):
    run_cell(shell, f"%%aero_trace -o named\n{WORK}trace = %aero_trace stop")
    assert span_names(shell.user_ns["trace"]) == ["In [2]", "work"]
    assert "not recording" in run_cell(shell, "%aero_trace status")


def test_starting_while_the_recorder_runs_by_hand_does_not_wipe_it(shell):
    perf.trace_start()
    with perf.span("by hand"):
        pass
    assert "being recorded already" in run_cell(shell, "%aero_trace start", fails=CaptureError)
    perf.trace_stop()
    assert "by hand" in perf.export_trace(as_string=True)


def test_save_writes_the_recorders_own_bytes(shell, tmp_path):
    run_cell(shell, f"%%aero_trace -o trace --save one.json --show none\n{WORK}")
    run_cell(shell, "%aero_trace save 'two words.json'")
    one = Path("one.json").read_bytes()
    assert one == Path("two words.json").read_bytes() == perf.export()
    assert span_names(Trace.from_bytes(one)) == ["In [2]", "work"]


def test_save_and_show_while_recording_take_what_there_is(shell):
    run_cell(shell, "%aero_trace start")
    run_cell(shell, WORK)
    run_cell(shell, "%aero_trace save so_far.json")
    run_cell(shell, "%aero_trace show -o so_far --show none")
    assert "work" in span_names(Trace.from_bytes(Path("so_far.json").read_bytes()))
    assert "work" in span_names(shell.user_ns["so_far"])
    run_cell(shell, "trace = %aero_trace stop")
    assert "work" in span_names(shell.user_ns["trace"])


def test_file_names_may_be_python_values(shell):
    run_cell(shell, "path = 'named.json'")
    run_cell(shell, f"%%aero_trace --save {{path}} --show none\n{WORK}")
    assert Path("named.json").exists()


def test_a_folder_that_does_not_exist_is_told_before_the_cell_runs(shell):
    shown = run_cell(shell, "%%aero_trace --save nowhere/x.json\nran = True", fails=UsageError)
    assert "nowhere" in shown
    assert "ran" not in shell.user_ns


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "command"),
        ("begin", "invalid choice: 'begin'"),
        ("save", "needs a FILE"),
        ("connect", "needs a URL"),
        ("start --allow-remote", "start takes no --allow-remote; give it to connect"),
        ("start now", "takes no 'now'"),
        ("start --save x.json", "start takes no --save; give it to stop, cell"),
        ("stop --boot", "stop takes no --boot; give it to start, cell"),
        ("stop -o 2x", "not '2x'"),
        ("stop -o class", "not 'class'"),
        ("stop --show pie", "invalid choice: 'pie'"),
        ("start --boot", "connect URL first"),
        ("start --stream soon", "invalid float value: 'soon'"),
        ("save 'x.json", "No closing quotation"),
        ("show", "nothing has been recorded yet"),
        ("save x.json", "nothing has been recorded yet"),
        ("disconnect", "no page is connected"),
    ],
)
def test_a_usage_error_is_a_sentence_not_a_traceback(shell, line, sentence):
    shown = run_cell(shell, f"%aero_trace {line}", fails=UsageError)
    assert sentence in shown
    assert shown.startswith("UsageError: ")
    assert "Traceback" not in shown


def test_a_comment_may_follow_on_the_line(shell, tmp_path):
    run_cell(shell, "%aero_trace start   # it's this process; or: %aero_trace connect URL")
    run_cell(shell, "trace = %aero_trace stop # and no more")
    assert len(shell.user_ns["trace"].instants) > 0
    run_cell(shell, f"%aero_trace save '{tmp_path}/a # b#.json' # the file's name has a mark")
    assert (tmp_path / "a # b#.json").is_file()


def test_a_mark_within_a_word_is_no_comment():
    assert without_comment("connect http://127.0.0.1:1/#page") == "connect http://127.0.0.1:1/#page"


def test_a_javascript_cell_without_a_page_is_a_sentence(shell):
    assert "no page is connected" in run_cell(shell, "%%aero_js\n1 + 1", fails=UsageError)


def test_help_documents_every_option(shell):
    text = shell.find_line_magic("aero_trace").__doc__
    for option in ("--output", "--save", "--show", "--cdp", "--boot", "--stream", "--autosave", "connect URL"):
        assert option in text
    assert run_cell(shell, "%aero_trace?") is not None


def test_the_magics_leave_no_names_behind(shell):
    before = {name for name in shell.user_ns if not re.fullmatch(r"_(i|oh|dh|ih)?\d*|_i+|In|Out|__+", name)}
    run_cell(shell, "%aero_trace start")
    run_cell(shell, "pass")
    run_cell(shell, "%aero_trace stop")
    run_cell(shell, "%%aero_trace --show none\npass")
    run_cell(shell, "%%aero_trace --show none\n%%time\npass")
    after = {name for name in shell.user_ns if not re.fullmatch(r"_(i|oh|dh|ih)?\d*|_i+|In|Out|__+", name)}
    assert after == before


def hooks(shell):
    return {
        "transformers": list(shell.input_transformers_cleanup),
        "events": {event: list(callbacks) for event, callbacks in shell.events.callbacks.items()},
        "magics": {kind: dict(table) for kind, table in shell.magics_manager.magics.items()},
        "registry": dict(shell.magics_manager.registry),
        "formatters": dict(shell.display_formatter.formatters),
        "displayhook": shell.displayhook,
    }


def test_unloading_restores_every_hook(shell):
    run_cell(shell, "%unload_ext aero_nb")
    own = lambda line: line  # noqa: E731
    shell.register_magic_function(own, "line", "aero_trace")
    before = hooks(shell)
    run_cell(shell, "%load_ext aero_nb")
    assert hooks(shell) != before
    run_cell(shell, f"%%aero_trace --show none\n{WORK}")
    run_cell(shell, "%unload_ext aero_nb")
    assert hooks(shell) == before
    run_cell(shell, "%load_ext aero_nb")


def test_loading_twice_changes_nothing(shell):
    before = hooks(shell)
    assert "already loaded" in run_cell(shell, "%load_ext aero_nb")
    import aero_nb

    aero_nb.load_ipython_extension(shell)
    assert hooks(shell) == before


@pytest.mark.parametrize("again", [["%reload_ext aero_nb"], ["%unload_ext aero_nb", "%load_ext aero_nb"]])
def test_unloading_in_mid_capture_keeps_it_for_the_next_load(shell, again):
    run_cell(shell, "%aero_trace start")
    run_cell(shell, WORK)
    shown = "".join(run_cell(shell, cell) for cell in again)
    assert shown.count("the running capture was stopped and is kept") == 1
    assert not perf.trace_enabled
    run_cell(shell, "%aero_trace show -o trace --show none")
    assert "work" in span_names(shell.user_ns["trace"])
    assert not shell.user_ns["trace"].spans["unfinished"].any()


def test_reloading_keeps_the_last_capture(shell):
    run_cell(shell, f"%%aero_trace --show none\n{WORK}")
    assert run_cell(shell, "%reload_ext aero_nb") == ""
    run_cell(shell, "%aero_trace show -o trace --show none")
    assert "work" in span_names(shell.user_ns["trace"])


def test_unloading_inside_of_a_traced_cell_keeps_its_capture(shell):
    run_cell(shell, f"%%aero_trace -o trace --show none\n{WORK}%reload_ext aero_nb")
    run_cell(shell, "%aero_trace show -o trace --show none")
    assert "work" in span_names(shell.user_ns["trace"])


def test_a_capture_by_function_and_one_by_magic_do_not_wipe_each_other(shell):
    run_cell(shell, "%aero_trace start")
    run_cell(shell, WORK)
    with pytest.raises(CaptureError, match="being recorded already"), capture():
        pass
    run_cell(shell, "trace = %aero_trace stop")
    assert "work" in span_names(shell.user_ns["trace"])


MANY = "from aero_nb import perf\nfor i in range(40_000):\n    perf.counter('sequence', i)\n"


@pytest.mark.parametrize("stop", ["%aero_trace stop", None])
def test_streaming_this_process_outgrows_its_rings(shell, stop):
    if stop is None:
        run_cell(shell, f"%%aero_trace -o trace --show none --stream 1\n{MANY}")
    else:
        run_cell(shell, "%aero_trace start --stream 1")
        run_cell(shell, MANY)
        run_cell(shell, f"trace = {stop}")
    trace = shell.user_ns["trace"]
    kept = (trace.counters["series"] == "sequence").sum()
    lost = trace.gaps["dropped_records"].sum() if len(trace.gaps) else 0
    assert kept + lost >= 40_000  # the drains may have been late, and then it is told
    assert b'"gaps"' in perf.export()  # the recorder's own export still is the whole stream


KILLED = """
import os, signal, time
from pathlib import Path
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
shell.run_cell("%load_ext aero_nb")
shell.run_cell("%aero_trace start --stream 1")
shell.run_cell({cell!r})
while not any(b'"sequence":39999}}' in path.read_bytes() for path in Path("recovery").glob("capture-*.json")):
    time.sleep(0.01)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_had_streamed_is_recovered(shell):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED.format(cell=MANY)], check=False, capture_output=True, text=True, timeout=300
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    shown = run_cell(shell, "%reload_ext aero_nb")
    (recovered,) = Path("recovery").glob("recovered-*.json")
    assert recovered.name in shown
    trace = load(recovered)
    recovered.unlink()
    assert trace.counters.query("series == 'sequence'")["value"].iloc[-1] == 39_999


def test_autosaving_this_process_keeps_its_last_export_on_disk_until_the_stop(shell):
    run_cell(shell, "%aero_trace start --autosave 0.05")
    run_cell(shell, WORK)
    deadline = time.monotonic() + 300
    while not (saved := list(Path("recovery").glob("capture-*.json"))) or "work" not in span_names(load(saved[0])):
        assert time.monotonic() < deadline, saved
        time.sleep(0.02)
    run_cell(shell, "trace = %aero_trace stop")
    assert "work" in span_names(shell.user_ns["trace"])
    assert not saved[0].exists()


@pytest.mark.parametrize("option", ["--stream", "--autosave"])
def test_seconds_must_be_positive_and_nothing_is_left_recording(shell, option):
    shown = run_cell(shell, f"%aero_trace start {option} -1", fails=CaptureError)
    assert "positive number of seconds" in shown
    assert not perf.trace_enabled
    run_cell(shell, "%aero_trace stop", fails=UsageError)
