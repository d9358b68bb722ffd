"""The magics through a real kernel: what JupyterLab, VS Code and nbclient see."""

import ast

import pytest
from jupyter_client.manager import start_new_kernel

from tests.support.browsers import eventually

PATIENCE_S = 180
WORK = 'from aero_nb import perf\nwith perf.span("work"): pass\n'


class Kernel:
    """A running kernel; ``run`` executes a cell and returns what a front end gets."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="python3")

    def run(self, code, *, interrupt_at=None):
        """Return the reply's status, and the cell's outputs; interrupt the kernel once stdout says ``interrupt_at``."""
        request = self.client.execute(code)
        outputs = []
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE_S)
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                break
            outputs.append((kind, content))
            if interrupt_at and interrupt_at in content.get("text", ""):
                interrupt_at = None
                self.manager.interrupt_kernel()
        reply = self.client.get_shell_msg(timeout=PATIENCE_S)
        while reply["parent_header"].get("msg_id") != request:
            reply = self.client.get_shell_msg(timeout=PATIENCE_S)
        return Cell(reply["content"], outputs)

    def value(self, expression):
        """Evaluate ``expression`` in the kernel; return its repr."""
        reply = self.run(f"print(repr({expression}), end='')")
        assert reply.status == "ok", reply.outputs
        return reply.text

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


class Cell:
    def __init__(self, reply, outputs):
        self.status = reply["status"]
        self.error = reply.get("ename")
        self.outputs = outputs

    @property
    def text(self):
        return "".join(content["text"] for kind, content in self.outputs if kind == "stream")

    def of(self, kind):
        return [content for name, content in self.outputs if name == kind]

    @property
    def shown(self):
        return [content["data"] for content in self.of("display_data")]


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AERO_NB_RECOVERY", str(tmp_path_factory.mktemp("recovery")))
        kernel = Kernel()
    assert kernel.run("%load_ext aero_nb").status == "ok"
    yield kernel
    kernel.close()


def spans(kernel, name="trace"):
    return kernel.value(f"sorted({name}.spans['name'])")


def test_the_cell_magic_shows_the_value_then_the_timeline(kernel):
    cell = kernel.run(f"%%aero_trace -o trace\n{WORK}6 * 7")
    assert cell.status == "ok"
    assert [kind for kind, _ in cell.outputs if kind in ("execute_result", "display_data")] == [
        "execute_result",
        "display_data",
    ]
    assert cell.of("execute_result")[0]["data"]["text/plain"] == "42"
    assert "application/vnd.jupyter.widget-view+json" in cell.shown[0]
    assert "work" in spans(kernel)


@pytest.mark.parametrize(
    ("picture", "mimetype"),
    [
        ("flame", "application/vnd.plotly.v1+json"),
        ("counters", "application/vnd.plotly.v1+json"),
        ("summary", "text/html"),
    ],
)
def test_show_chooses_the_picture(kernel, picture, mimetype):
    cell = kernel.run(f"%%aero_trace --show {picture}\n{WORK}perf.counter('bytes', 3)")
    assert cell.status == "ok"
    assert [mimetype in data for data in cell.shown] == [True]


def test_stop_returns_the_trace_and_shows_nothing_else(kernel):
    kernel.run("%aero_trace start")
    kernel.run(WORK)
    cell = kernel.run("trace = %aero_trace stop")
    assert (cell.status, cell.text, cell.shown) == ("ok", "", [])
    assert "work" in spans(kernel)


def test_cells_are_spans_on_main_named_as_the_notebook_numbers_them(kernel):
    kernel.run("%aero_trace start")
    request = kernel.run(WORK + "1")
    kernel.run("import asyncio\nawait asyncio.sleep(0.01)")
    kernel.run("trace = %aero_trace stop")
    number = request.of("execute_result")[0]["execution_count"]
    assert kernel.value("trace.spans.query('depth == 0')['name'].tolist()") == repr(
        [f"In [{number + shift}]" for shift in (-1, 0, 1, 2)]
    )
    assert kernel.value("trace.spans.query('depth == 0')['thread'].unique().tolist()") == "['Main']"
    assert kernel.value("trace.spans['unfinished'].any()") in ("False", "np.False_")


def test_cells_stay_on_main_while_a_task_of_the_users_runs(kernel, tmp_path):
    beats = tmp_path / "beats"
    beats.touch()
    kernel.run(
        """import asyncio
from aero_nb import perf
async def beat():
    while True:
        with perf.span("beat"):
            await asyncio.sleep(0.005)
        with open(PATH, "a") as file:
            file.write(".")
task = asyncio.create_task(beat())""".replace("PATH", repr(str(beats)))
    )
    kernel.run("%aero_trace start")
    before = len(beats.read_text())
    assert eventually(lambda: len(beats.read_text()) > before + 5)  # between the cells nobody holds Main's lane
    kernel.run("await asyncio.sleep(0.03)")
    kernel.run("await asyncio.sleep(0.03)")
    kernel.run("task.cancel()")
    kernel.run("trace = %aero_trace stop")
    cells = "trace.spans[trace.spans['name'].str.startswith('In [')]"
    assert kernel.value(f"(len({cells}), {cells}['thread'].unique().tolist())") == "(5, ['Main'])"
    assert kernel.value(f"int({cells}['unfinished'].sum())") == "0"
    assert kernel.value("int((trace.spans['name'] == 'beat').sum()) > 5") == "True"


def test_a_background_task_begun_in_a_cell_has_a_lane_of_its_own_and_the_cells_keep_main(kernel):
    kernel.run("%aero_trace start")
    kernel.run(
        """import asyncio
from aero_nb import perf
async def emulate():
    while True:
        with perf.span("frame"):
            await asyncio.sleep(0.001)
task = asyncio.create_task(emulate())"""
    )
    for _ in range(2):
        kernel.run("with perf.span('plain'): pass")
        kernel.run("with perf.span('awaiting'): await asyncio.sleep(0.01)")
    kernel.run("task.cancel()")
    kernel.run("trace = %aero_trace stop")
    lanes = "{t: sorted(set(names)) for t, names in trace.spans.groupby('thread', observed=True)['name']}"
    names = ast.literal_eval(kernel.value(lanes))
    assert names.pop("Main task 1") == ["frame"]
    assert [name for name in names.pop("Main") if not name.startswith("In [")] == ["awaiting", "plain"]
    assert names == {}
    crossing = "trace.diagnostics['code'].isin(['orphan_end', 'crossing_span']).any()"
    assert kernel.value(crossing) in ("False", "np.False_")


def test_top_level_await_is_recorded(kernel):
    cell = kernel.run(f"%%aero_trace -o trace --show none\nimport asyncio\n{WORK}await asyncio.sleep(0.01, 'slept')")
    assert cell.of("execute_result")[0]["data"]["text/plain"] == "'slept'"
    assert "work" in spans(kernel)


@pytest.mark.parametrize("last", ["1 / 0", "import asyncio; await asyncio.sleep(0); 1 / 0"])
def test_an_exception_fails_the_cell_once_and_keeps_the_capture(kernel, last):
    cell = kernel.run(f"%%aero_trace -o trace\n{WORK}{last}")
    assert (cell.status, cell.error) == ("error", "ZeroDivisionError")
    assert len(cell.of("error")) == 1
    assert len(cell.shown) == 1
    assert "work" in spans(kernel)


@pytest.mark.parametrize(
    "wait",
    [
        "import time\nfor _ in range(600): time.sleep(0.1)",
        # In one long sleep ipykernel often does not see an interrupt before the loop wakes, with or without us.
        "import asyncio\nfor _ in range(600): await asyncio.sleep(0.1)",
    ],
)
def test_an_interrupted_kernel_keeps_what_was_recorded(kernel, wait):
    cell = kernel.run(f"%%aero_trace -o trace\n{WORK}print('recorded', flush=True)\n{wait}", interrupt_at="recorded")
    assert cell.status == "error"  # which waited out it is not
    assert "work" in spans(kernel)
    assert kernel.run("%aero_trace status").text.count("not recording") == 1


def test_an_interrupted_cell_in_a_longer_capture_does_not_end_it(kernel):
    kernel.run("%aero_trace start")
    cell = kernel.run(
        f"{WORK}print('recorded', flush=True)\nimport time\nfor _ in range(600): time.sleep(0.1)",
        interrupt_at="recorded",
    )
    assert cell.error == "KeyboardInterrupt"
    kernel.run("with perf.span('later'): pass")
    assert kernel.run("trace = %aero_trace stop").status == "ok"
    assert kernel.value("trace.spans['unfinished'].any()") in ("False", "np.False_")
    assert {"'work'", "'later'"} <= set(spans(kernel).strip("[]").split(", "))


@pytest.mark.parametrize("inner", ["%%time", "%%capture out", "%%bash\necho hello"])
def test_a_cell_magic_inside_of_ours(kernel, inner):
    body = "" if "bash" in inner else WORK
    cell = kernel.run(f"%%aero_trace -o trace --show flame\n{inner}\n{body}")
    assert (cell.status, len(cell.shown)) == ("ok", 1)
    assert kernel.value("len(trace.spans) > 0") == "True"


@pytest.mark.parametrize("outer", ["%%time", "%%capture out"])
def test_ours_inside_of_another_cell_magic(kernel, outer):
    cell = kernel.run(f"{outer}\n%%aero_trace -o trace --show flame\n{WORK}")
    assert (cell.status, len(cell.shown)) == ("ok", 0 if "capture" in outer else 1)
    assert "work" in spans(kernel)


def test_usage_errors_fail_the_cell_in_one_sentence(kernel):
    cell = kernel.run("%aero_trace stop")
    assert (cell.status, cell.error) == ("error", "UsageError")
    assert cell.text == "UsageError: nothing is being recorded: %aero_trace start begins a capture\n"


def test_a_missing_folder_is_one_sentence(kernel):
    kernel.run(f"%%aero_trace --show none\n{WORK}")
    cell = kernel.run("%aero_trace save nowhere/at/all.json")
    assert (cell.status, cell.error) == ("error", "FileNotFoundError")
    assert len(cell.of("error")[0]["traceback"]) == 1


def test_unloading_ends_everything(kernel):
    kernel.run("%aero_trace start")
    assert "kept" in kernel.run("%unload_ext aero_nb").text
    assert kernel.run("%aero_trace status").error == "UsageError"
    assert kernel.run("%%aero_trace\n1").error == "UsageError"
    assert kernel.run("%load_ext aero_nb\n%aero_trace status").status == "ok"


@pytest.mark.slow
def test_a_notebook_runs_through_nbclient(tmp_path):
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    cells = ["%load_ext aero_nb", f"%%aero_trace -o trace --save saved.json\n{WORK}6 * 7", "%%aero_trace\n1 / 0"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}})
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        client.execute()
    assert (tmp_path / "saved.json").exists()
    assert [output.output_type for output in notebook.cells[1].outputs] == [
        "execute_result",
        "stream",
        "display_data",
    ]
