"""The live view in JupyterLab and Notebook 7 with kernels of other ipykernel releases than the environment's.

    python scripts/live_kernels.py 6.31.0 7.0.1     # needs the test extra, a Chromium and the package registry

Prints one line for each release and front end: how long it took until pixels moved while the cell was busy, and that
the timeline followed. Too slow for the tests, which have the environment's own release.
"""

import json
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.lab import JupyterServer, chromium_browser, jupyter_server, open_notebook  # noqa: E402

BUSY = """%%aero_trace --live --rate 10 -o trace
from pathlib import Path
from aero_nb import perf
number = 0
while not Path("stop").exists():
    with perf.span("frame"), perf.span("step"):
        sum(range(20_000))
    perf.counter("frames", number)
    number += 1
"""
LIVE = "document.querySelector('.aero-live')"
PIXELS = f"(() => {LIVE}.querySelector('.aero-live-scroller canvas').toDataURL())()"


def environment(folder: Path, release: str) -> Path:
    """Make an environment that is this one but for its ipykernel; return its Python."""
    venv.create(folder, with_pip=False)
    packages = next((folder / "lib").glob("python*/site-packages"))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(packages)]
    subprocess.run([*command, f"ipykernel=={release}"], check=True)
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "ours.pth").write_text("\n".join([str(ROOT), *ours]) + "\n")
    return folder / "bin" / "python"


def kernel(server: JupyterServer, name: str, python: Path) -> None:
    """Let the server know a kernel."""
    place = server.folder.parent / "jupyter_data_dir" / "kernels" / name
    place.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (place / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": name, "language": "python"}))


def watch(page: Any, server: JupyterServer, name: str, app: str) -> str:
    """Run the busy cell with the kernel ``name``; return what was seen."""
    stop = server.folder / "stop"
    stop.unlink(missing_ok=True)
    path = server.write(
        f"{name}-{app}.ipynb", "%load_ext aero_nb", "import ipykernel; print(ipykernel.__version__)", BUSY
    )
    notebook = json.loads(path.read_text())
    notebook["metadata"]["kernelspec"] = {"name": name, "display_name": name, "language": "python"}
    path.write_text(json.dumps(notebook))
    open_notebook(page, server, path.name, app)
    page.evaluate("() => { globalThis.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.wait_for_function(f"() => {LIVE}?.aeroLiveStore?.numbers?.fps > 0")
    began = time.monotonic()
    before = page.evaluate(PIXELS)
    page.wait_for_function(f"(before) => {PIXELS} !== before", arg=before)
    moved = time.monotonic() - began
    page.locator(".aero-live").focus()
    page.keyboard.press("m")
    page.wait_for_function(f"() => {LIVE}.aeroLive.marked === 1")
    stop.touch()
    page.wait_for_function("() => document.querySelector('.aero-timeline')?.aeroTimeline?.axis.ready")
    release = page.locator(".jp-OutputArea-output pre").first.inner_text().strip()
    left = page.locator(".aero-live").count()
    return f"ipykernel {release}: moved after {moved:.2f} s while busy, timeline followed, {left} live views left"


def main(releases: list[str]) -> None:
    """Watch with each release, in both front ends."""
    with (
        tempfile.TemporaryDirectory() as folder,
        jupyter_server(Path(folder, "server")) as server,
        chromium_browser() as browser,
    ):
        for release in releases:
            name = f"ipykernel-{release}"
            kernel(server, name, environment(Path(folder, name), release))
            for app in ("lab", "notebook"):
                page = browser.new_page(viewport={"width": 1300, "height": 900})
                page.set_default_timeout(120_000)
                try:
                    print(f"{app}: {watch(page, server, name, app)}", flush=True)
                except Exception as error:
                    print(f"{app}: ipykernel {release}: {error}", flush=True)
                page.close()


if __name__ == "__main__":
    main(sys.argv[1:] or ["6.31.0", "7.0.1"])
