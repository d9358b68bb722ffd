"""The live view in marimo, in a real Chromium; where marimo is installed, which no extra of ours does."""

import signal
import subprocess
import sys
import urllib.request
from typing import Any

import pytest

from tests.support.browsers import eventually
from tests.support.lab import free_port

pytest.importorskip("marimo", reason="needs pip install marimo")
pytestmark = [pytest.mark.browser, pytest.mark.slow]

APP = """
import marimo

app = marimo.App()


@app.cell
def _():
    from pathlib import Path
    import aero_nb
    from aero_nb import perf
    with aero_nb.capture(live=True) as run:
        while not Path("stop").exists():
            with perf.span("frame"):
                sum(range(20_000))
    None
    return
"""
# Its widgets lie in shadow roots, which Playwright's locators see through.
FRAMES = "(root) => root.aeroLive.frames"


def test_pixels_move_while_the_cell_runs_and_the_timeline_follows(page: Any, tmp_path: Any) -> None:
    (tmp_path / "app.py").write_text(APP)
    port = free_port()
    command = [sys.executable, "-m", "marimo", "run", "app.py", "--headless", "--no-token", "-p", str(port)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            url = f"http://127.0.0.1:{port}/"
            assert eventually(lambda: answers(url))
            page.goto(url)
            live = page.locator(".aero-live")
            live.wait_for()
            before = live.evaluate(FRAMES)
            assert eventually(lambda: live.evaluate(FRAMES) > before + 3)
            assert page.locator(".aero-timeline").count() == 0
            (tmp_path / "stop").touch()
            page.locator(".aero-timeline").wait_for()
            assert "its timeline follows" in live.inner_text()
        finally:
            (tmp_path / "stop").touch()
            server.send_signal(signal.SIGINT)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False
