"""The timeline in JupyterLab and Notebook 7, in a real Chromium."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.lab import JupyterServer, command, open_notebook, run_cells

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.slow]

MAKE = """
import json, aero_nb
events = [{"ph": "X", "name": name, "cat": "c", "ts": n * 100 + at, "dur": dur, "pid": 1, "tid": tid}
          for n in range(300) for name, at, dur, tid in
          (("frame", 0, 80, 1), ("render", 10, 40, 1), ("step", 5, 90, 2))]
events += [{"ph": "C", "name": "bytes", "ts": n * 50, "pid": 1, "tid": 1, "args": {"value": n % 17}}
           for n in range(600)]
trace = aero_nb.Trace.from_bytes(json.dumps({"traceEvents": events}).encode())
w = trace.timeline()
asked = []
w.on_msg(lambda widget, content, buffers: asked.append(content.get("ask")))
w
"""
STATE = (
    "(() => { const t = document.querySelector('.aero-timeline').aeroTimeline;"
    " const { state } = t;"
    " return { window: [state.toUs(state.view.t0), state.toUs(state.view.t1)], selected: state.selected,"
    " range: state.range, query: state.search.query, frames: t.frames, plotly: t.axis.ready }; })()"
)


def open_timeline(page: Any, server: JupyterServer, name: str, app: str = "lab", cells: tuple[str, ...] = ()) -> None:
    server.write(name, MAKE, *cells, "")
    open_notebook(page, server, name, app)
    run_cells(page)
    page.wait_for_function("() => document.querySelector('.aero-timeline')?.aeroTimeline?.axis.ready")


def ask_kernel(page: Any, expression: str) -> Any:
    """Evaluate Python in the notebook's kernel; the result comes back through JSON."""
    code = f"import json as _json\n_json.dumps({expression}, default=str)"
    text = page.evaluate(
        """(code) => new Promise((resolve, reject) => {
            const kernel = globalThis.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
            const future = kernel.requestExecute({ code, store_history: false });
            let result = null;
            future.onIOPub = (message) => {
                if (message.header.msg_type === "execute_result") result = message.content.data["text/plain"];
                if (message.header.msg_type === "error") reject(new Error(message.content.evalue));
            };
            future.done.then(() => resolve(result));
        })""",
        code,
    )
    return json.loads(text[1:-1].encode().decode("unicode_escape"))


def wait_for_python(page: Any, expression: str, wanted: Any, seconds: float = 180) -> Any:
    """Wait until a Python expression in the kernel has a value, or one for which ``wanted`` is true; return it."""
    deadline = time.monotonic() + seconds
    while True:
        value = ask_kernel(page, expression)
        if wanted(value) if callable(wanted) else value == wanted:
            return value
        assert time.monotonic() < deadline, f"{expression} is still {value}"
        page.wait_for_timeout(50)


LENGTH = f"(() => {{ const [t0, t1] = {STATE}.window; return t1 - t0; }})()"


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_a_timeline_zooms_selects_and_is_linked_with_python(page: Any, jupyter: JupyterServer, app: str) -> None:
    open_timeline(page, jupyter, f"linked-{app}.ipynb", app)
    asked = ask_kernel(page, "asked")
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    box = page.locator(".aero-rows").bounding_box()
    before = page.evaluate(STATE)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 50)
    page.keyboard.down("Control")
    for _ in range(3):
        page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_function(f"(before) => {LENGTH} < 0.5 * before", arg=before["window"][1] - before["window"][0])
    page.mouse.click(box["x"] + 3, box["y"] + 8)  # on a heading; the rows take the keys, the notebook does not
    for key in ("w", "a", "d", "d", "s", "b", "x"):
        page.keyboard.press(key)
    shown = page.evaluate(STATE)["window"]
    wait_for_python(page, "w.window", lambda window: window == pytest.approx(shown))
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells, "no notebook shortcut ran"
    assert ask_kernel(page, "asked") == asked, "zooming and panning ask the kernel nothing"

    ask_kernel(page, "w.zoom_to(4)")
    page.wait_for_function(f"() => {STATE}.selected >= 0")
    name = ask_kernel(page, "w.selected_span['name']")
    page.wait_for_function("(name) => document.querySelector('.aero-facts h2')?.textContent === name", arg=name)
    ask_kernel(page, "setattr(w, 'search', 'step')")
    page.wait_for_function("() => document.querySelector('.aero-status').textContent === '300 found'")
    ask_kernel(page, "setattr(w, 'selection_range', [1000, 1500])")
    page.wait_for_selector(".aero-panel table")
    counts = page.locator(".aero-panel tbody tr td:nth-child(2)").all_text_contents()[:3]
    assert sum(map(int, counts)) == ask_kernel(page, "len(w.selection.spans)")
    ask_kernel(page, "w.show_tracks(['bytes'])")
    page.wait_for_function("() => document.querySelectorAll('.aero-line.aero-band').length === 1")


def test_tracks_that_are_added_appear_and_the_view_stays(page: Any, jupyter: JupyterServer) -> None:
    open_timeline(page, jupyter, "added.ipynb")
    ask_kernel(page, "w.set_trait('window', [1000.0, 2000.0])")
    page.wait_for_function(f"() => Math.abs({STATE}.window[0] - 1000) < 1")
    frame = "__import__('pandas').DataFrame({'ts_us': [1200.0], 'dur_us': [300.0], 'who': ['a log']})"
    ask_kernel(page, f"w.add_spans({frame}, name='gpu')")
    first = page.locator(".aero-line.aero-band").first
    page.wait_for_function("() => document.querySelector('.aero-line.aero-band').textContent.includes('gpu')")
    assert first.is_visible()
    assert page.evaluate(STATE)["window"] == pytest.approx([1000, 2000])
    page.wait_for_function(f"() => {STATE}.plotly")
    box = page.locator(".aero-rows").bounding_box()
    page.mouse.click(box["x"] + 0.35 * box["width"], box["y"] + 32)
    assert wait_for_python(page, "w.selected_span is not None and w.selected_span['who']", bool) == "a log"
    page.wait_for_function("() => document.querySelector('.aero-args')?.textContent.includes('a log')")
    page.click("[aria-label='Collapse gpu']")
    assert wait_for_python(page, "w.state.get('collapsed')", bool) == [["added", "gpu"]]
    ask_kernel(page, f"w.add_spans({frame}, name='more')")
    page.wait_for_selector("[aria-label='Collapse more']")
    assert page.locator("[aria-label='Expand gpu']").is_visible(), "a fold outlives another track"


def test_timelines_in_two_cells_ranges_and_a_restarted_kernel(page: Any, jupyter: JupyterServer) -> None:
    open_timeline(page, jupyter, "two.ipynb", cells=("v = trace.timeline(); v",))
    page.wait_for_function("() => document.querySelectorAll('.aero-timeline .modebar-btn').length >= 8")
    assert page.evaluate("() => globalThis.aeroNbTimelines.size") == 1, "the code was loaded once"
    ask_kernel(page, "setattr(v, 'window', [1000, 2000])")
    moved = """() => [...document.querySelectorAll(".aero-timeline")].map((node) => {
        const t = node.aeroTimeline;
        return Math.abs(t.state.toUs(t.state.view.t0) - 1000) < 1;
    })"""
    page.wait_for_function(f"() => ({moved})().includes(true)")
    assert page.evaluate(moved) == [False, True], "each has a window of its own"

    box = page.locator(".aero-rows").first.bounding_box()
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + 200, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 50, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    low, high = wait_for_python(page, "w.selection_range", bool)
    assert high > low
    inside = ask_kernel(page, "trace.window(*w.selection_range).spans['name'].tolist()")
    assert ask_kernel(page, "w.selection.spans['name'].tolist()") == inside
    rows = page.locator(".aero-panel table").first.locator("tbody tr").count()
    assert rows == len(set(inside))
    command(page, "docmanager:save")

    session = "globalThis.jupyterapp.shell.currentWidget.context.sessionContext.session"
    page.evaluate(f"() => {session}.kernel.restart()")
    before = page.evaluate(LENGTH)
    page.mouse.move(box["x"] + 300, box["y"] + 50)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    page.wait_for_function(f"(before) => {LENGTH} < 0.9 * before", arg=before)  # the spans are in the browser
    assert (jupyter.folder / "two.ipynb").stat().st_size < 2 * 150_000


STILL = ".jp-OutputArea img[alt^='timeline of']"


def test_jupyterlab_keeps_the_still_picture_where_it_saves_the_state_of_widgets(
    page: Any, jupyter: JupyterServer
) -> None:
    toggle = "@jupyter-widgets/jupyterlab-manager:saveWidgetState"  # Settings > Save Widget State Automatically
    open_timeline(page, jupyter, "kept.ipynb")
    command(page, toggle)
    try:
        command(page, "docmanager:save")
    finally:
        command(page, toggle)
    assert (jupyter.folder / "kept.ipynb").stat().st_size < 150_000
    page.evaluate("() => globalThis.jupyterapp.shell.currentWidget.context.sessionContext.shutdown()")
    page.goto("about:blank")
    open_notebook(page, jupyter, "kept.ipynb")
    page.locator(STILL).wait_for()
    assert page.locator(STILL).evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 960


def test_nbconvert_executes_a_timeline_into_a_still_picture(page: Any, jupyter: JupyterServer, tmp_path: Path) -> None:
    path = jupyter.write("executed.ipynb", MAKE)
    command_line = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", f"--output-dir={tmp_path}"]
    command_line += ["--ExecutePreprocessor.store_widget_state=False", str(path)]
    done = subprocess.run(command_line, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    page.goto((tmp_path / "executed.html").as_uri())  # offline
    picture = page.locator("img[alt^='timeline of']")
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 960


def test_a_saved_notebook_shows_the_still_picture_when_it_is_opened_again(page: Any, jupyter: JupyterServer) -> None:
    import nbclient
    import nbformat

    path = jupyter.write("saved.ipynb", MAKE)
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300).execute()
    nbformat.write(notebook, path)
    assert path.stat().st_size < 150_000, "with the widget's state"
    open_notebook(page, jupyter, "saved.ipynb")
    still = page.locator(STILL)
    still.wait_for()
    assert still.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 960
