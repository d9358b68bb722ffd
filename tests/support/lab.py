"""JupyterLab and Notebook 7 for tests: one server on loopback, driven by the machine's own Chromium.

``jupyter`` (session) is the server, which serves both front ends; ``chromium`` (module) is a browser,
``page`` a fresh page of it. Playwright's blocking API keeps an event loop running in this thread until its module ends:
a module that uses ``chromium`` must not itself run asyncio code.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SWITCHES = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
]
PATIENCE_MS = 180_000
"""A wait of a page gives up after this: a machine with ten others at work may stand still for a minute."""
QUIET_SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": (
        '{"fetchNews": "false", "checkForUpdates": false, "doNotDisturbMode": true}'
    ),
}


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome on this machine, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


needs_chromium = pytest.mark.skipif(find_chromium() is None, reason="needs Chromium or Chrome on the PATH")


@dataclass(frozen=True)
class JupyterServer:
    """A running server: ``url`` without a slash at its end, its ``token``, and the folder it serves."""

    url: str
    token: str
    folder: Path

    def write(self, name: str, *cells: str) -> Path:
        """Write a notebook of code cells into the served folder."""
        import nbformat  # here: the core tests run without the lab extra

        path = self.folder / name
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(notebook, path)
        return path

    def address(self, name: str, app: str = "lab") -> str:
        """Where the notebook opens: in ``lab`` (a fresh workspace each time) or ``notebook`` (version 7)."""
        if app == "lab":
            return f"{self.url}/lab/workspaces/{uuid.uuid4().hex}/tree/{name}?token={self.token}"
        return f"{self.url}/notebooks/{name}?token={self.token}"


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def jupyter_server(folder: Path) -> Iterator[JupyterServer]:
    """Run a Jupyter server with config, workspaces and kernels of its own under ``folder``; stop it after."""
    served, port, token = folder / "notebooks", free_port(), uuid.uuid4().hex
    served.mkdir(parents=True)
    settings = folder / "settings"
    for name, text in QUIET_SETTINGS.items():
        (settings / name).parent.mkdir(parents=True, exist_ok=True)
        (settings / name).write_text(text)
    homes = {
        name: str(folder / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    } | {"JUPYTERLAB_WORKSPACES_DIR": str(folder / "spaces"), "JUPYTERLAB_SETTINGS_DIR": str(settings)}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={served}"]
    command += ["--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"]
    command += ["--JupyterNotebookApp.expose_app_in_browser=True"]
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            env=os.environ | homes | {"JUPYTER_TOKEN": token, "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _await_answer(f"{url}/api/status?token={token}", server, log)
        yield JupyterServer(url, token, served)
    finally:
        _stop(server)


def _await_answer(url: str, server: "subprocess.Popen[bytes]", log: Path, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the Jupyter server did not answer within {seconds} s:\n{log.read_text()[-3000:]}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """End the server politely (it shuts its kernels down), then the whole process group."""
    server.terminate()
    try:
        server.wait(timeout=60)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@contextlib.contextmanager
def chromium_browser() -> Iterator[Any]:
    """A headless browser (Playwright ``Browser``) with a fresh profile."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        raise RuntimeError(f"expected one of {BROWSERS} on the PATH, found none: install Chromium")
    # Chromium refuses to run its sandbox as root.
    switches = [*SWITCHES, "--no-sandbox"] if os.geteuid() == 0 else SWITCHES
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=switches)
        try:
            yield browser
        finally:
            browser.close()


def open_notebook(page: Any, server: JupyterServer, name: str, app: str = "lab") -> None:
    """Open a notebook in ``page`` and wait until its cells are there and its kernel has started."""
    page.goto(server.address(name, app))
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_function("() => globalThis.jupyterapp && !globalThis.jupyterapp.isDisposed")
    page.wait_for_function(
        """async () => {
            const panel = globalThis.jupyterapp.shell.currentWidget;
            const context = panel?.context?.sessionContext;
            if (!context) return false;
            await context.ready;
            return context.session?.kernel?.connectionStatus === "connected";
        }""",
    )


def run_cells(page: Any, timeout_s: float = 300) -> None:
    """Run every cell of the open notebook and wait for the last one to end."""
    page.evaluate("() => { globalThis.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.wait_for_function(
        """() => {
            const cells = globalThis.jupyterapp.shell.currentWidget.content.widgets;
            const code = cells.filter(c => c.model.type === "code" && c.model.sharedModel.source.trim());
            // The models, not what is drawn of them: a cell out of view has no prompt yet.
            return code.every(c => typeof c.model.executionCount === "number");
        }""",
        timeout=timeout_s * 1000,
    )


def command(page: Any, name: str, **arguments: Any) -> None:
    """Execute a front-end command (``docmanager:save``, ``kernelmenu:restart`` ...) and wait for it."""
    page.evaluate(
        "([name, args]) => globalThis.jupyterapp.commands.execute(name, args).then(() => null)",
        [name, arguments],
    )


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """The test session's Jupyter server."""
    with jupyter_server(tmp_path_factory.mktemp("jupyter")) as server:
        yield server


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """This module's browser; without one on the machine the test is skipped."""
    pytest.importorskip("playwright.sync_api", reason="needs pip install 'aero-nb[browser]'")
    if find_chromium() is None:
        pytest.skip("needs Chromium or Chrome on the PATH")
    with chromium_browser() as browser:
        yield browser


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A fresh page, 1,300 x 900, that is offline but for loopback."""
    context = chromium.new_context(viewport={"width": 1300, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    context.route("**/*", _loopback_only)
    try:
        yield context.new_page()
    finally:
        context.close()


def _loopback_only(route: Any) -> None:
    url = route.request.url
    if url.startswith(("http://127.0.0.1", "file:", "data:", "blob:", "about:")):
        route.continue_()
    else:
        route.abort()
