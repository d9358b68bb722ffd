"""Traced cells wherever IPython runs them: silently, in a notebook that is run by another, within each other."""

import sys

import nbformat
import pytest
from IPython.core.error import UsageError
from IPython.utils.capture import capture_output

from aero_nb import load, perf
from tests.support.shells import WORK, a_shell, run_cell, span_names


@pytest.fixture
def shell(tmp_path):
    with a_shell(tmp_path) as shell:
        yield shell


def silently(shell, cell):
    with capture_output() as shown:
        shell.run_cell(cell, silent=True).raise_error()
    return shown.stdout + shown.stderr


def notebook(path, *cells):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(made, path)
    return path


def work(name):
    return f"from aero_nb import perf\nwith perf.span({name!r}): pass\n"


def test_a_traced_cell_that_runs_silently_ends_with_it(shell):
    silently(shell, f"%%aero_trace -o trace --show none\n{WORK}")
    assert not perf.trace_enabled
    assert span_names(shell.user_ns["trace"]) == ["In [-]", "work"]
    silently(shell, f"%%aero_trace -o again --show none\n{WORK}")
    run_cell(shell, f"%%aero_trace -o loud --show none\n{WORK}")
    assert "work" in span_names(shell.user_ns["again"])
    assert span_names(shell.user_ns["loud"]) == ["In [2]", "work"]


def test_a_silent_cell_that_fails_ends_its_capture_too(shell):
    with capture_output():
        shell.run_cell(f"%%aero_trace -o trace --show none\n{WORK}1 / 0", silent=True)
    assert "work" in span_names(shell.user_ns["trace"])
    assert not perf.trace_enabled


def test_loading_and_tracing_in_one_silent_cell(shell):
    silently(shell, f"%unload_ext aero_nb\n%load_ext aero_nb\n%aero_trace cell -o trace --show none\n{WORK}")
    assert "work" in span_names(shell.user_ns["trace"])


def test_a_silent_cell_within_a_traced_one_does_not_end_it(shell):
    run_cell(
        shell,
        f"%%aero_trace -o trace --show none\nget_ipython().run_cell('', silent=True)\n"
        f"get_ipython().run_cell('x = 1', silent=True)\n{WORK}",
    )
    assert span_names(shell.user_ns["trace"]) == ["In [2]", "work"]


def test_a_notebook_that_is_run_by_another_traces_its_cells(shell, tmp_path):
    notebook(
        tmp_path / "inner.ipynb",
        f"%%aero_trace -o first --show none\n{work('one')}",
        "seen = list(first.spans['name'])",
        f"%%aero_trace -o second --show none\n{work('two')}",
        "later = list(second.spans['name'])",
    )
    run_cell(shell, "%run inner.ipynb")
    assert "one" in shell.user_ns["seen"]
    assert "two" in shell.user_ns["later"]
    assert not perf.trace_enabled


def test_a_traced_cell_that_runs_a_notebook_of_traced_cells_has_them_as_parts(shell, tmp_path):
    notebook(
        tmp_path / "inner.ipynb",
        f"%%aero_trace -o first --show none --save first.json\n{work('one')}",
        "seen = list(first.spans['name'])",
        f"%%aero_trace -o second --show none\n{work('two')}",
    )
    run_cell(shell, f"%%aero_trace -o outer --show none\n%run inner.ipynb\n{work('three')}")
    assert set(shell.user_ns["seen"]) == {"In [2]", "%%aero_trace 1", "one"}
    assert set(span_names(shell.user_ns["second"])) == {"In [2]", "%%aero_trace 2", "two"}
    assert {"one", "two", "three"} <= set(span_names(shell.user_ns["outer"]))
    assert not shell.user_ns["outer"].spans["unfinished"].any()
    assert "one" in span_names(load("first.json"))
    assert "two" not in span_names(load("first.json"))


def test_a_part_takes_no_options_of_the_recording_itself(shell, tmp_path):
    notebook(tmp_path / "inner.ipynb", f"%%aero_trace --records 5\n{WORK}")
    shown = run_cell(shell, f"%%aero_trace -o outer --show none\n%run inner.ipynb\n{work('three')}", fails=UsageError)
    assert "this cell is recorded as a part of In [2]: --records belongs to the %%aero_trace there" in shown
    assert span_names(shell.user_ns["outer"]) == ["In [2]"]


def test_a_stop_within_a_part_ends_all_and_gives_each_its_trace(shell, tmp_path):
    notebook(tmp_path / "inner.ipynb", f"%%aero_trace -o part\n{work('two')}trace = %aero_trace stop")
    run_cell(shell, f"%%aero_trace -o outer\n{work('one')}%run inner.ipynb")
    assert set(span_names(shell.user_ns["part"])) == {"In [2]", "%%aero_trace 1", "two"}
    assert (
        span_names(shell.user_ns["outer"])
        == span_names(shell.user_ns["trace"])
        == ["In [2]", "one", "%%aero_trace 1", "two"]
    )
    assert not perf.trace_enabled


def test_a_traced_cell_that_stops_itself_keeps_what_its_first_line_asked_for(shell, tmp_path):
    shown = run_cell(shell, f"%%aero_trace -o named --save run.json\n{WORK}trace = %aero_trace stop")
    assert "saved to run.json" in shown
    assert span_names(shell.user_ns["named"]) == span_names(shell.user_ns["trace"]) == ["In [2]", "work"]
    assert span_names(load(tmp_path / "run.json")) == ["In [2]", "work"]


def test_unloading_in_a_traced_cell_hands_its_trace_over(shell):
    run_cell(shell, f"%%aero_trace -o trace --show none\n{WORK}%unload_ext aero_nb")
    assert "work" in span_names(shell.user_ns["trace"])
    run_cell(shell, "%load_ext aero_nb")


def test_tracing_the_same_cell_twice_is_refused(shell):
    shown = run_cell(shell, "%%aero_trace --show none\n%aero_trace cell -o again", fails=UsageError)
    assert "already recording since In [2]" in shown


def test_a_widget_message_that_fails_does_not_hide_the_cells_that_follow(shell):
    shell.events.trigger("pre_execute")  # and no post_execute: so comm tells of a callback that raised
    run_cell(shell, "%aero_trace start")
    run_cell(shell, WORK)
    run_cell(shell, "trace = %aero_trace stop")
    assert list(shell.user_ns["trace"].spans.query("depth == 0")["name"]) == ["In [2]", "In [3]", "In [4]"]


CALLS = "import emulator.cpu\nfor _ in range(3): emulator.cpu.step()\n"


@pytest.fixture
def emulator(tmp_path, monkeypatch):
    (tmp_path / "emulator").mkdir()
    (tmp_path / "emulator" / "__init__.py").touch()
    (tmp_path / "emulator" / "cpu.py").write_text("def step():\n    return 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "emulator"
    for name in [name for name in sys.modules if name.partition(".")[0] == "emulator"]:
        del sys.modules[name]


@pytest.mark.parametrize("by_hand", [True, False])
def test_functions_of_a_package_are_recorded_without_editing_them(shell, emulator, by_hand):
    if by_hand:
        run_cell(shell, f"%aero_trace start --functions {emulator}")
        run_cell(shell, CALLS)
        shown = run_cell(shell, "trace = %aero_trace stop")
    else:
        shown = run_cell(
            shell, f"%%aero_trace -o trace --show none --functions {emulator} --functions 'emulator.cpu'\n{CALLS}"
        )
    assert span_names(shell.user_ns["trace"]).count("emulator.cpu.step") == 3
    assert shown == ""
    run_cell(shell, f"%%aero_trace -o trace --show none\n{CALLS}")
    assert "emulator.cpu.step" not in span_names(shell.user_ns["trace"]), "the tracing ended with its capture"


def test_functions_go_on_being_recorded_after_a_recursion_error_in_a_cell(shell, emulator):
    run_cell(shell, "%xmode Minimal")  # to show a thousand frames with their sources takes long while IPython is traced
    run_cell(shell, f"%aero_trace start --functions {emulator} --functions __main__")
    run_cell(shell, "def sink(): sink()\nsink()", fails=RecursionError)
    run_cell(shell, CALLS)
    run_cell(shell, "trace = %aero_trace stop")
    assert span_names(shell.user_ns["trace"]).count("emulator.cpu.step") == 3


def test_a_package_of_which_nothing_was_called_is_told(shell):
    shown = run_cell(shell, f"%%aero_trace --show none --functions emulatr\n{WORK}")
    assert "no function of emulatr was called" in shown


def test_records_are_those_of_this_capture_alone(shell):
    before = perf.records
    run_cell(shell, f"%%aero_trace -o small --show none --records 10\n{WORK * 20}")
    assert shell.user_ns["small"].losses["dropped_records"].sum() > 0
    run_cell(shell, f"%%aero_trace -o large --show none\n{WORK * 20}")
    assert perf.records == before
    assert shell.user_ns["large"].losses["dropped_records"].sum() == 0


@pytest.mark.parametrize("wrong", ["0", "-1"])
def test_no_record_at_all_is_refused_and_nothing_records(shell, wrong):
    assert "--records needs at least one" in run_cell(shell, f"%aero_trace start --records {wrong}", fails=UsageError)
    assert not perf.trace_enabled


def test_the_threads_of_this_process_are_sampled(shell):
    run_cell(shell, "%aero_trace start --sample 500")
    run_cell(shell, "total = sum(sum(range(1000)) for _ in range(3000))")
    run_cell(shell, "trace = %aero_trace stop")
    trace = shell.user_ns["trace"]
    assert "Main" in set(trace.samples["thread"])
    assert {"Python", "Python (samples)"} <= set(trace.tracks["process"])
    assert "--sample: expected between 0 and 10,000" in run_cell(
        shell, "%aero_trace start --sample 0", fails=UsageError
    )
    run_cell(shell, "%aero_trace start")
    run_cell(shell, "trace = %aero_trace stop")
    assert shell.user_ns["trace"].samples.empty
