"""What only a real page tells of the live view: from a record to its pixel, memory over minutes, what a page pays.

    python benchmarks/live_page.py latency slow-down     # some 3 minutes; needs the test extra and Chromium
    python benchmarks/live_page.py memory 10             # so many minutes

The first and the last are JupyterLab with a kernel that a cell keeps busy; the other is the page of tests/support.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402

import aero_nb  # noqa: E402
from aero_nb.live.feed import Feed  # noqa: E402
from aero_nb.sources.repeating import Repeated  # noqa: E402
from tests.support.aero_site import CHROMIUM_ARGS, AeroSite  # noqa: E402
from tests.support.lab import chromium_browser, jupyter_server, open_notebook  # noqa: E402

SECONDS = 20  # of each measurement
ROUNDS = 10
TIGHT = """%%aero_trace --live
import os, time
from pathlib import Path
from aero_nb import perf
print(os.getpid(), flush=True)
while not Path("stop").exists():
    for _ in range(100):
        with perf.span("frame"):
            sum(range(5000))
        perf.counter("wall", time.time() * 1000)
"""
STEADY = """%%aero_trace --live
import os, time
from pathlib import Path
from aero_nb import perf
print(os.getpid(), flush=True)
began, done = time.perf_counter(), 0
while done % 1000 or not Path("stop").exists():
    while done < (time.perf_counter() - began) * 20_000:
        with perf.span("a"):
            pass
        done += 2
    time.sleep(0.002)
"""
LIVE = "document.querySelector('.aero-live')"
MISSED = f"() => {LIVE}.aeroLiveStore.numbers.missed"
COLLECT = f"""() => {{
    const root = {LIVE}, store = root.aeroLiveStore, found = window.latencies = [];
    const isWall = ([name]) => store.names[name] === "wall";
    const rowsOf = () => store.lanes.flatMap((lane) => [...lane.series]).find(isWall)[1];
    let seen = rowsOf().added, painted = root.aeroLive.frames;
    const look = () => {{
        requestAnimationFrame(look);
        if (root.aeroLive.frames === painted) return;
        painted = root.aeroLive.frames;
        const rows = rowsOf(), now = performance.timeOrigin + performance.now();
        for (; seen < rows.added; seen += 1) found.push(now - rows.columns.value[rows.at(seen)]);
    }};
    requestAnimationFrame(look);
}}"""
WORK = """(() => new Promise((done) => {
    let chunks = 0;
    const end = performance.now() + %d;
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => {
        for (let i = 0, x = 0; i < 200000; i += 1) x += Math.sqrt(i);
        chunks += 1;
        if (performance.now() < end) port1.postMessage(0);
        else done(chunks);
    };
    port1.postMessage(0);
}))()"""


@contextmanager
def busy_notebook(cell: str) -> Iterator[tuple[Any, psutil.Process]]:
    """A page of JupyterLab whose kernel runs ``cell``, and the kernel's process."""
    with (
        tempfile.TemporaryDirectory() as folder,
        jupyter_server(Path(folder, "server")) as server,
        chromium_browser() as browser,
    ):
        server.write("busy.ipynb", "%load_ext aero_nb", cell)
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        page.set_default_timeout(120_000)
        open_notebook(page, server, "busy.ipynb")
        page.evaluate("() => { globalThis.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        page.wait_for_function(f"() => {LIVE}?.aeroLiveStore?.numbers")
        pid = int(page.locator(".jp-OutputArea-output pre").last.inner_text())
        yield page, psutil.Process(pid)
        (server.folder / "stop").touch()


def latency() -> None:
    """From a record to the frame that paints it, four pushes a second, while a tight loop runs."""
    with busy_notebook(TIGHT) as (page, _):
        page.wait_for_function(f"() => {LIVE}.aeroLiveStore.numbers.fps > 0")
        page.evaluate(COLLECT)
        page.wait_for_timeout(SECONDS * 1000)
        found = sorted(page.evaluate("() => window.latencies"))
    places = [found[int(len(found) * share)] for share in (0.5, 0.95, 0.99)]
    told = ", ".join(f"{place:.0f}" for place in (*places, found[-1]))
    print(f"record to pixel, {len(found):,} records, ms (median, p95, p99, most): {told}", flush=True)


def memory(minutes: float) -> None:
    """Memory of the kernel and of the page at 20,000 records a second."""
    with busy_notebook(STEADY) as (page, kernel):
        session = page.context.new_cdp_session(page)
        end = time.monotonic() + minutes * 60
        while True:
            session.send("HeapProfiler.collectGarbage")
            heap = session.send("Runtime.getHeapUsage")
            buffers = heap.get("backingStorageSize", 0)
            print(
                f"{minutes * 60 - (end - time.monotonic()):.0f} s: kernel {kernel.memory_info().rss / 1e6:.1f} MB, "
                f"page heap {heap['usedSize'] / 1e6:.1f} MB, buffers {buffers / 1e6:.1f} MB, "
                f"missed {page.evaluate(MISSED):,}, load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
            if time.monotonic() > end:
                return
            page.wait_for_timeout(min(minutes * 6000, 60_000))


@contextmanager
def watched(page: aero_nb.AeroPage, rate: float) -> Iterator[None]:
    """The page is watched so many times a second; 0: not at all."""
    if not rate:
        yield
        return
    feed = Feed([("the page", page.live())])
    timer = Repeated("benchmark live", 1 / rate, feed.push)
    try:
        yield
    finally:
        timer.join()
        feed.close()


def slow_down() -> None:
    """How much work a page with full rings gets done while it is recorded and watched."""
    ways = {
        "recorded": (0, None),
        "4 a second": (4, None),
        "10 a second": (10, None),
        "--stream 1, not watched": (0, 1.0),
        "4 a second, --stream 1": (4, 1.0),
    }
    done: dict[str, list[int]] = {name: [] for name in ways}
    with AeroSite() as site, aero_nb.connect(site.url, args=CHROMIUM_ARGS) as page:
        for number in range(ROUNDS):
            for name in list(ways) if number % 2 else list(ways)[::-1]:
                rate, stream = ways[name]
                page.start(stream=stream)
                page.evaluate("await testing.everyone('fill', { count: 40000 })")
                with watched(page, rate):
                    done[name].append(int(page.evaluate(WORK % 2000)))
                page.stop()
    for name, chunks in done.items():
        ratio = median(base / one for base, one in zip(done["recorded"], chunks, strict=True))
        print(f"page, {name}: {median(chunks):.0f} chunks of work in 2 s, slowed {ratio:.3f} times", flush=True)


if __name__ == "__main__":
    print(f"load {os.getloadavg()[0]:.1f}")
    wanted = sys.argv[1:] or ["latency", "slow-down"]
    if "latency" in wanted:
        latency()
    if "slow-down" in wanted:
        slow_down()
    if "memory" in wanted:
        memory(float(wanted[-1]))
