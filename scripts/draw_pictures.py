"""Draw the pictures of README and docs: real captures of the page in ``tests/support/page`` and of the bundled PC.

``scripts/pictures`` runs this; it needs Chromium and the extras ``browser`` and ``demo``.
"""

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import aero_nb  # noqa: E402
from aero_nb import perf  # noqa: E402
from aero_nb.browser.find import find_browser  # noqa: E402
from aero_nb.demo import Machine  # noqa: E402
from tests.support.aero_site import CHROMIUM_ARGS, AeroSite  # noqa: E402

WIDTH, HEIGHT = 1180, 690
TITLE = "One recording: the page's threads, what Chrome says of them, and the notebook's"
CHOSEN = {
    "Aero": ["Main", "Main (Chrome)", "cpu"],
    "Python": ["Main", "cpu", "gpu", "jit"],
}
PICTURES = ROOT / "docs"


def merged_capture() -> aero_nb.Trace:
    """Record an Aero page, Chrome and this process, which runs the bundled PC, on one clock."""
    site = AeroSite()
    page = aero_nb.connect(site.url, args=CHROMIUM_ARGS)
    with Machine() as machine:
        with aero_nb.capture(page.chrome_trace(), page, perf) as run, perf.span("cell [3]"):
            time.sleep(0.1)
            machine.run(frames=30)
        trace = run.trace
    page.close()
    site.close()
    return trace


def chosen(trace: aero_nb.Trace) -> list[int]:
    """Return the tracks of both processes that a small picture has room for."""
    named = trace.tracks.astype({"process": "str", "thread": "str"})
    series = trace.counters.drop_duplicates("track").set_index("track")["series"].astype("str")
    names = named["thread"].where(~named.index.isin(series.index), named.index.map(series))
    wanted = [name in CHOSEN.get(process, ()) for process, name in zip(named["process"], names, strict=True)]
    lanes = (
        named[wanted]
        .query("kind != 'async'")
        .assign(order=lambda table: table["sort_index"].fillna(0))
        .sort_values("order", kind="stable")
    )
    return [int(track) for track in lanes.index]


def window(trace: aero_nb.Trace) -> tuple[float, float]:
    """Return some frames of the notebook's machine (µs)."""
    frames = trace.filter(process="Python", name="frame").spans["ts_us"]
    return float(frames.iloc[2]) - 1000, float(frames.iloc[7])


def screenshot(trace: aero_nb.Trace, target: Path) -> None:
    """Write what the timeline of ``trace`` looks like in Chromium."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        trace.to_html(Path(folder, "page.html"), title=TITLE, shown=chosen(trace), window=window(trace))
        browser = driver.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1.5)
        view.goto(Path(folder, "page.html").as_uri())
        view.wait_for_selector("canvas")
        view.wait_for_timeout(1500)  # a picture for eyes: the last frame of its drawing
        view.screenshot(path=str(target))
        browser.close()


if __name__ == "__main__":
    screenshot(merged_capture(), PICTURES / "merged.png")
