"""A live view in a notebook's kernel, and where there is none: the capture is never harmed by it."""

import pytest

import aero_nb
from aero_nb import LiveView, capture, perf
from aero_nb.sources import ReplaySource
from tests.support.shells import WORK, a_shell, run_cell, span_names

nbclient = pytest.importorskip("nbclient", reason="needs pip install 'aero-nb[lab]'")
nbconvert = pytest.importorskip("nbconvert", reason="needs pip install 'aero-nb[lab]'")


def test_outside_a_notebook_the_recording_goes_on_without_it(capsys):
    with capture(live=True) as run, perf.span("work"):
        pass
    assert "a live view needs a notebook" in capsys.readouterr().err
    assert span_names(run.trace) == ["work"]


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"rate": 21}, {"seconds": 0}, {"seconds": float("nan")}])
def test_a_rate_or_length_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        LiveView(**wrong)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--rate 5", "--rate is for a live view"),
        ("--live --rate 500", "expected a rate"),
        ("--live --seconds 0", "0.1"),
    ],
)
def test_a_wrong_line_starts_nothing(tmp_path, line, said):
    with a_shell(tmp_path) as shell:
        from IPython.core.error import UsageError

        result = shell.run_cell(f"%aero_trace start {line}")
        assert isinstance(result.error_in_exec, UsageError)
        assert said in str(result.error_in_exec)
        assert not perf.trace_enabled


def test_in_a_terminal_a_cell_is_recorded_all_the_same(tmp_path):
    with a_shell(tmp_path) as shell:
        shown = run_cell(shell, f"%%aero_trace --live -o trace\n{WORK}")
        assert "a live view needs a notebook" in shown
        assert "work" in span_names(shell.user_ns["trace"])


def executed(*cells):
    """Run cells in a kernel of their own; return their outputs."""
    return [cell.outputs for cell in executed_notebook(*cells).cells]


def executed_notebook(*cells):
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbclient.NotebookClient(notebook, timeout=300, allow_errors=True).execute()
    return notebook


SETUP = "%load_ext aero_nb\nimport time, threading, aero_nb\nfrom aero_nb import perf"
STILL = "def views(): return [t.name for t in threading.enumerate() if t.name.startswith('aero_nb live')]"
SPIN = "end = time.monotonic() + 0.6\nwhile time.monotonic() < end:\n    with perf.span('frame'): time.sleep(0.01)"


def data_of(outputs):
    return [output["data"] for output in outputs if output["output_type"] in ("display_data", "execute_result")]


@pytest.mark.lab
@pytest.mark.slow
def test_a_kernel_is_left_with_the_still_picture_and_without_a_thread():
    notebook = executed_notebook(
        SETUP,
        STILL,
        f"%%aero_trace --live --rate 20 -o trace\n{SPIN}",
        "print(views(), len(trace.spans) > 10)",
        f"%aero_trace start --live\nprint(views())\n{SPIN}",
        "t = %aero_trace stop",
        f"with aero_nb.capture(live=True) as run:\n    {WORK.splitlines()[1]}",
        "%%aero_trace --live\nwith perf.span('before it'): pass\n1 / 0",
        "print(views(), perf.trace_enabled)",
    )
    _, _, cell, after, started, stopped, block, failed, left = (cell.outputs for cell in notebook.cells)
    for outputs in (cell, started, block, failed):
        (shown,) = data_of(outputs)
        assert shown["text/plain"].startswith("<timeline of")
        assert shown["image/png"]
    assert after[0]["text"] == "[] True\n"
    assert started[-1]["text"] == "['aero_nb live']\n" or started[0]["text"] == "['aero_nb live']\n"
    assert stopped == []
    assert [output["ename"] for output in failed if output["output_type"] == "error"] == ["ZeroDivisionError"]
    assert left[0]["text"] == "[] False\n"
    notebook.metadata.pop("widgets")  # as --ExecutePreprocessor.store_widget_state=False leaves it
    page, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
    assert page.count("data:image/png;base64,") >= 4
    assert "live view of a recording" not in page


@pytest.mark.lab
@pytest.mark.slow
def test_what_was_marked_is_in_the_trace():
    *_, told = executed(
        SETUP,
        "%aero_trace start --live --rate 20 --mark-when 'level > 5'",
        "for level in 1, 9, 3, 7: perf.counter('level', level)",
        "t = %aero_trace stop",
        "notes = t.metadata['otherData']['aero_nb']['notes']\n"
        "at = t.counters['ts_us'].tolist()\n"
        "print([note['text'] for note in notes], [note['ts_us'] for note in notes] == [at[1], at[3]])",
    )
    assert told[0]["text"] == "['level 9', 'level 7'] True\n"


FAULTY = """
class Faulty(aero_nb.Recorder):
    def live(self):
        reader = super().live()
        reads = iter(range(3))
        class Reader:
            def read(self, most):
                if next(reads, None) is None: raise OSError("no more")
                return reader.read(most)
            def close(self): reader.close()
        return Reader()
faulty = Faulty()
"""


@pytest.mark.lab
@pytest.mark.slow
def test_a_view_that_fails_says_so_and_the_recording_is_whole():
    _, _, _, cell, after = executed(
        SETUP,
        STILL,
        FAULTY,
        "with aero_nb.capture(faulty, live=aero_nb.LiveView(rate=20)) as run:\n    for _ in range(300):\n"
        "        with faulty.span('work'): pass\n    end = time.monotonic() + 60\n"
        "    while views() and time.monotonic() < end: time.sleep(0.01)\n    with faulty.span('late'): pass",
        "print(views(), run.trace.spans['name'].value_counts().to_dict())",
    )
    said = "".join(output.get("text", "") for output in cell)
    assert "the live view ended (OSError: no more)" in said
    assert after[0]["text"] == "[] {'work': 300, 'late': 1}\n"
    assert data_of(cell)[0]["image/png"]


def test_a_source_that_cannot_be_watched_is_recorded_all_the_same(capsys):
    empty = ReplaySource(b'{"traceEvents":[{"ph":"X","name":"a","ts":0,"dur":1,"pid":1,"tid":1}]}')
    with aero_nb.capture(empty, live=True) as run:
        pass
    assert len(run.trace.spans) == 1
