"""The live view in JupyterLab and Notebook 7, in a real Chromium, while the kernel is busy."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.lab import JupyterServer, command, open_notebook

pytestmark = [pytest.mark.lab, pytest.mark.browser, pytest.mark.slow]

# The cell goes on until a file is there: the kernel hears no message from the page meanwhile.
BUSY = """%%aero_trace --live --rate 10 -o trace
from pathlib import Path
from aero_nb import perf
number = 0
while number % 100 or not Path("STOP").exists():
    with perf.span("frame"):
        with perf.span("step"):
            sum(range(20_000))
        perf.counter("frames", number)
    number += 1
"""
LIVE = "document.querySelector('.aero-live')"
PIXELS = f"(() => {LIVE}.querySelector('.aero-live-scroller canvas').toDataURL())()"
# Of the notebook, which after a reload need not be the current one of what is open.
KERNEL = """[...(globalThis.jupyterapp?.shell?.widgets?.("main") ?? [])]
    .map((widget) => widget.context?.sessionContext?.session?.kernel).find(Boolean)"""
NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "live.ipynb"
RUNS = "globalThis.jupyterapp.shell.currentWidget.content.widgets[1].model.executionCount === null"


@pytest.fixture(name="new_stop")
def fixture_new_stop(jupyter: JupyterServer) -> Iterator[Callable[[], Path]]:
    """What names a file that ends a busy cell; all cells end with the test, also with one that failed."""
    named: list[Path] = []

    def new_stop() -> Path:
        named.append(jupyter.folder / f"stop-{uuid.uuid4().hex[:8]}")
        return named[-1]

    yield new_stop
    for path in named:
        path.touch()


def busy(stop: Path) -> str:
    return BUSY.replace("STOP", stop.name)


def run_all(page: Any) -> None:
    page.evaluate("() => { globalThis.jupyterapp.commands.execute('notebook:run-all-cells'); }")


def wait_for_news(page: Any) -> None:
    """Wait until the view has taken ten more pushes in."""
    now = page.evaluate(f"() => {LIVE}.aeroLiveStore.now")
    page.wait_for_function(f"(now) => {LIVE}.aeroLiveStore.now > now + 1e9", arg=now)


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_pixels_change_while_the_cell_runs_and_the_timeline_follows(
    page: Any, jupyter: JupyterServer, new_stop: Callable[[], Path], app: str
) -> None:
    stop = new_stop()
    name = f"live-{app}.ipynb"
    jupyter.write(name, "%load_ext aero_nb", busy(stop))
    open_notebook(page, jupyter, name, app)
    run_all(page)
    page.wait_for_function(f"() => {LIVE}?.aeroLiveStore?.numbers?.fps > 0")
    before = page.evaluate(PIXELS)
    page.wait_for_function(f"(before) => {PIXELS} !== before", arg=before)
    assert page.evaluate(f"() => {RUNS}")
    wait_for_news(page)
    numbers = page.evaluate(f"() => {LIVE}.aeroLiveStore.numbers")
    assert numbers["missed"] == 0, numbers
    assert [(counter["name"], counter["rate"]) for counter in numbers["counters"]] == [("frames", True)]
    assert page.locator("[data-number=fps] b").inner_text() not in ("", "0")

    page.locator(".aero-live").focus()
    page.keyboard.press(" ")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => {LIVE}.querySelector('.aero-live-state').textContent.startsWith('paused')")
    wait_for_news(page)
    window = f"{LIVE}.aeroLive.inSight"
    first = page.evaluate(f"() => {window}")
    frame = page.evaluate(
        f"""() => {{
            const {{ frames }} = {LIVE}.aeroLiveStore, [t0, t1] = {window}, found = [];
            for (let row = frames.first; row < frames.added; row += 1) {{
                const at = frames.at(row), [start, length] = [frames.columns.time[at], frames.columns.value[at]];
                if (start >= t0 && start + length <= t1) found.push(start);
            }}
            return found;
        }}"""
    )
    assert len(frame) == 1, "one frame is in sight"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(f"() => {window}")[0] < first[0]
    page.keyboard.press("m")
    page.wait_for_function(f"() => {LIVE}.aeroLive.marked === 1")
    canvas = page.locator(".aero-live-scroller canvas").bounding_box()
    page.mouse.move(canvas["x"] + 150 + (canvas["width"] - 150) / 2, canvas["y"] + 20 + 9 + 17 + 8)
    page.wait_for_function(f"() => {LIVE}.querySelector('.aero-live-tip b')?.textContent === 'frame'")
    wanted = page.evaluate(f"() => {window}")
    assert page.evaluate(f"() => {RUNS}"), "nothing of this needed the kernel"

    stop.touch()
    page.wait_for_function("() => document.querySelector('.aero-timeline')?.aeroTimeline?.axis.ready")
    state = "document.querySelector('.aero-timeline').aeroTimeline.state"
    page.wait_for_function(f"(t0) => Math.abs({state}.toUs({state}.view.t0) - t0 / 1000) < 1", arg=wanted[0])
    assert page.locator(".aero-live").count() == 0
    command(page, "docmanager:save")
    text = (jupyter.folder / name).read_text()
    assert "image/png" in text
    assert "<timeline of" in text


def test_a_paused_view_goes_on_zooms_and_survives_another_start(
    page: Any, jupyter: JupyterServer, new_stop: Callable[[], Path]
) -> None:
    stop = new_stop()
    start = "%load_ext aero_nb\n%aero_trace start --live --rate 10"
    loop = busy(stop).partition("\n")[2].replace("number = 0", "number = 0\nperf.trace_start()")
    jupyter.write("again.ipynb", start, loop)
    open_notebook(page, jupyter, "again.ipynb")
    run_all(page)
    page.wait_for_function(f"() => {LIVE}?.aeroLiveStore?.numbers?.fps > 0")
    assert page.evaluate(f"() => {LIVE}.aeroLiveStore.names.includes('frame')")
    page.locator(".aero-live button").first.click()
    before = page.evaluate(f"() => {LIVE}.aeroLive.inSight")
    canvas = page.locator(".aero-live-scroller canvas").bounding_box()
    page.mouse.move(canvas["x"] + 400, canvas["y"] + 50)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    page.wait_for_function(
        f"([t0, t1]) => {{ const [a, b] = {LIVE}.aeroLive.inSight; return b - a < 0.7 * (t1 - t0); }}", arg=before
    )
    page.locator(".aero-live button").first.click()
    page.wait_for_function(f"() => {LIVE}.querySelector('.aero-live-state').textContent.startsWith('recording')")
    stop.touch()


def test_the_notebook_about_it_moves_and_ends_as_a_timeline(page: Any, jupyter: JupyterServer) -> None:
    pytest.importorskip("unicorn", reason="needs pip install 'aero-nb[demo]'")
    shutil.copy(NOTEBOOK, jupyter.folder / "shown.ipynb")
    open_notebook(page, jupyter, "shown.ipynb")
    run_all(page)
    page.wait_for_function(f"() => {LIVE}?.aeroLiveStore?.numbers?.fps > 0")
    before = page.evaluate(PIXELS)
    page.wait_for_function(f"(before) => {PIXELS} !== before", arg=before)
    page.wait_for_function("() => document.querySelector('.aero-timeline')?.aeroTimeline?.axis.ready")
    assert page.locator(".aero-live").count() == 0


def test_two_views_a_reload_a_second_start_and_a_restart_of_the_kernel(
    page: Any, jupyter: JupyterServer, new_stop: Callable[[], Path]
) -> None:
    magic = "get_ipython().run_line_magic('aero_trace', 'start --live')"
    again = f"try:\n    {magic}\nexcept Exception as error:\n    print(error)\n"
    loop = busy(new_stop()).partition("\n")[2]
    jupyter.write("hard.ipynb", "%load_ext aero_nb\n%aero_trace start --live --rate 10", again + loop)
    open_notebook(page, jupyter, "hard.ipynb")
    run_all(page)
    page.wait_for_function(f"() => {LIVE}?.aeroLiveStore?.numbers?.fps > 0")
    page.evaluate(
        """() => {
            const { content } = globalThis.jupyterapp.shell.currentWidget;
            content.activeCellIndex = 0;
            globalThis.jupyterapp.commands.execute("notebook:create-output-view");
        }"""
    )
    page.wait_for_function("() => document.querySelectorAll('.aero-live').length === 2")
    for at in range(2):
        one = f"document.querySelectorAll('.aero-live')[{at}]"
        before = page.evaluate(f"() => {{ {one}.scrollIntoView(); return {one}.aeroLive.frames; }}")
        page.wait_for_function(f"(before) => {one}.aeroLive.frames > before + 3", arg=before)
    page.wait_for_function("() => document.body.innerText.includes('already recording since')")

    page.reload()
    page.wait_for_function(f"() => {KERNEL}")
    page.evaluate(f"() => {KERNEL}.restart()")
    stop = new_stop()
    jupyter.write("after.ipynb", "%load_ext aero_nb", busy(stop))
    open_notebook(page, jupyter, "after.ipynb")
    run_all(page)
    page.wait_for_function(f"() => {LIVE}?.aeroLiveStore?.numbers?.fps > 0")
    stop.touch()
    page.wait_for_function("() => document.querySelector('.aero-timeline')?.aeroTimeline?.axis.ready")
