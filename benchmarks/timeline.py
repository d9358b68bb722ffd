"""How fast the timeline is: real gestures in JupyterLab in headless Chromium, beside plotly's own widgets.

    python benchmarks/timeline.py                 # 1 M spans and the peers
    python benchmarks/timeline.py --spans 10000000 --no-peers

Each gesture is made with real mouse events. The page watches itself in every animation frame: the pixels of the
canvas (a checksum) and every change of the plot's elements. A gesture's figure is the time from its last event
(when the browser made it, so time in a queue counts) to the last frame in which anything changed. Frames are those
between its first and last event.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.support.lab import chromium_browser, jupyter_server, open_notebook, run_cells

WATCH = """(selector) => {
    const root = document.querySelector(selector);
    const canvas = root.querySelector("canvas.aero-rows");
    const watch = window.watch = { frames: [], changes: [], fresh: 0, input: [], stop: false };
    let touched = false;
    new MutationObserver(() => { touched = true; }).observe(root, {
        subtree: true, childList: true, attributes: true, characterData: true });
    for (const type of ["wheel", "mousemove", "pointermove"]) {
        root.addEventListener(type, (event) => watch.input.push(event.timeStamp), { capture: true, passive: true });
    }
    const probe = document.createElement("canvas");
    const pen = probe.getContext("2d", { willReadFrequently: true });
    Object.assign(probe, { width: 220, height: 40 });
    let last = -1;
    const sum = () => {
        if (!canvas) return 0;
        pen.drawImage(canvas, 0, 0, 220, 40);
        const data = new Uint32Array(pen.getImageData(0, 0, 220, 40).data.buffer);
        let value = 0;
        for (let i = 0; i < data.length; i += 1) value = (Math.imul(value, 31) + data[i]) | 0;
        return value;
    };
    const step = () => {
        const now = performance.now();
        watch.frames.push(now);
        const pixels = sum();
        if (pixels !== last) watch.fresh += 1;
        if (touched || pixels !== last) watch.changes.push(now);
        touched = false;
        last = pixels;
        if (!watch.stop) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
}"""


def synthetic(count: int, threads: int = 5, samples: int = 44_000, seed: int = 1) -> Any:
    """Tables of a trace: ``count`` spans on ``threads`` threads in 8 depths (40 rows), three counters."""
    rng = np.random.default_rng(seed)
    total_ns, depths = 20_000_000_000, 8
    shares = 2.0 ** np.arange(depths)
    parts = []
    for track in range(threads):
        for depth, share in enumerate(shares / shares.sum()):
            edges = np.sort(rng.integers(0, total_ns, 2 * round(count / threads * share)))
            start, end = edges[0::2], edges[1::2]
            parts.append(pd.DataFrame({"ts_us": start / 1000, "dur_us": (end - start) / 1000, "depth": depth,
                                       "track": track}))  # fmt: skip
    spans = pd.concat(parts, ignore_index=True).sort_values("ts_us", kind="stable", ignore_index=True)
    names = [f"{where}:{what}" for where in ("cpu", "gpu", "io", "jit") for what in ("step", "irq", "read", "wait")]
    weights = rng.dirichlet(np.ones(len(names)))
    spans["name"] = pd.Categorical.from_codes(rng.choice(len(names), len(spans), p=weights), names)
    spans["cat"] = pd.Categorical.from_codes(np.zeros(len(spans), int), ["aero"])
    spans = spans.assign(self_us=spans["dur_us"], parent=-1, unfinished=False)
    counters = pd.DataFrame({"series": pd.Categorical(np.repeat(["bytes", "instructions", "drawCalls"], samples)),
                             "ts_us": np.tile(np.linspace(0, total_ns / 1000, samples), 3),
                             "value": rng.normal(size=3 * samples).cumsum(),
                             "track": np.repeat(np.arange(3) + threads, samples)})  # fmt: skip
    return _Tables(spans, counters, threads)


class _Tables:
    """Just the tables that a timeline reads of a Trace."""

    def __init__(self, spans: pd.DataFrame, counters: pd.DataFrame, threads: int) -> None:
        import aero_nb

        empty = aero_nb.Trace.from_bytes(b'{"traceEvents": []}')
        for table in ("async_spans", "instants", "flows", "gaps"):
            setattr(self, table, getattr(empty, table))
        self.spans, self.counters, self.metadata, self.columns = spans, counters, {}, empty.columns
        lanes = threads + 3
        self.tracks = pd.DataFrame({"kind": ["thread"] * threads + ["counter"] * 3, "pid": 1, "tid": range(lanes),
                                    "process": "Aero", "thread": [f"thread {n}" for n in range(lanes)],
                                    "sort_index": 0, "source": 0, "first_ts_us": 0.0, "last_ts_us": 20e6})  # fmt: skip
        self.losses = pd.DataFrame({"dropped_records": pd.array([0] * threads, dtype="Int64"),
                                    "export_timed_out": False, "complete_from_us": 0.0})  # fmt: skip


def gestures(page: Any, box: dict[str, float]) -> "dict[str, Any]":
    """Ten fixed gestures: six of the wheel, at several zoom levels, four drags."""
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def wheel(steps: int, delta: float) -> Any:
        def act() -> None:
            page.mouse.move(*middle)
            page.keyboard.down("Control")
            for _ in range(steps):
                page.mouse.wheel(0, delta)
            page.keyboard.up("Control")

        return act  # fmt: skip

    def drag(pixels: float) -> Any:
        def act() -> None:
            page.mouse.move(*middle)
            page.mouse.down()
            page.mouse.move(middle[0] + pixels, middle[1], steps=25)
            page.mouse.up()

        return act  # fmt: skip

    return {
        "zoom in, from all": wheel(8, -120),
        "pan": drag(200),
        "zoom in, closer": wheel(8, -200),
        "pan closer": drag(-250),
        "zoom in, to single spans": wheel(12, -300),
        "pan single spans": drag(200),
        "zoom out, from single spans": wheel(12, 300),
        "pan again": drag(-150),
        "zoom out, to all": wheel(20, 300),
        "zoom in, from all again": wheel(6, -150),
    }


def measure(page: Any, selector: str, plot: str) -> pd.DataFrame:
    """Make every gesture on the element and return what the page saw of it, in ms."""
    page.evaluate(WATCH, selector)
    box = page.locator(selector).locator(plot).first.bounding_box()
    rows = []
    for name, act in gestures(page, box).items():
        page.wait_for_timeout(700)
        page.evaluate("() => { Object.assign(window.watch, { frames: [], changes: [], input: [], fresh: 0 }); }")
        act()
        page.wait_for_timeout(200)
        wait_for_rest(page)
        seen = page.evaluate("() => window.watch")
        first, last = seen["input"][0], seen["input"][-1]
        after = [change for change in seen["changes"] if change > first]
        frames = np.diff([frame for frame in seen["frames"] if first <= frame <= last])
        rows.append({
            "gesture": name,
            "last_change_ms": max(after[-1] - last, 0.0) if after else float("nan"),
            "frame_p95_ms": float(np.percentile(frames, 95)) if len(frames) else float("nan"),
            "fresh_frames": seen["fresh"],
        })  # fmt: skip
    page.evaluate("() => { window.watch.stop = true; }")
    return pd.DataFrame(rows)


def wait_for_rest(page: Any, quiet_ms: float = 400) -> None:
    """Wait until the page has not changed for a while."""
    page.wait_for_function(
        "(quiet) => performance.now() - (window.watch.changes.at(-1) ?? 0) > quiet", arg=quiet_ms, timeout=120_000
    )


PREPARE = """
import sys, time; sys.path.insert(0, {here!r})
from timeline import synthetic
from aero_nb.timeline import Timeline
trace = synthetic({count})
"""
SHOW = "start = time.perf_counter(); w = Timeline(trace); made = time.perf_counter() - start; w"
BARS = """
import plotly.graph_objects as go
part = trace.spans.iloc[:3000]
go.FigureWidget(go.Bar(base=part.ts_us, x=part.dur_us, y=part.track * 8 + part.depth, orientation="h",
    text=part["name"].astype(str)), layout=dict(width=900, height=500, dragmode="pan"))
"""
EXPRESS = """
import pandas as pd, plotly.express as px
part = trace.spans.iloc[:10000]
start = pd.to_datetime(part.ts_us, unit="us")
figure = px.timeline(pd.DataFrame(dict(start=start, end=start + pd.to_timedelta(part.dur_us, unit="us"),
    row=part.track * 8 + part.depth, name=part["name"].astype(str))), x_start="start", x_end="end", y="row",
    color="name")
figure.update_layout(width=900, height=500, dragmode="pan")
figure.show(config=dict(scrollZoom=True))
"""


def timeline_run(server: Any, browser: Any, count: int) -> tuple[pd.DataFrame, dict[str, float]]:
    """Show ``count`` spans in JupyterLab and make the gestures; also first display, wire and notebook size."""
    here = str(Path(__file__).resolve().parent)
    server.write("bench.ipynb", PREPARE.format(here=here, count=count), "", "")
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    received = {"bytes": 0}
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: _count(received, data)))
    open_notebook(page, server, "bench.ipynb")
    run_cells(page, timeout_s=300)
    size = (server.folder / "bench.ipynb").stat().st_size
    received["bytes"] = 0
    first = _first_display(page)
    facts = {"wire_MB": received["bytes"] / 1e6, **first}
    page.evaluate("() => globalThis.jupyterapp.commands.execute('docmanager:save').then(() => null)")
    page.wait_for_timeout(1500)
    facts["notebook_grows_kB"] = ((server.folder / "bench.ipynb").stat().st_size - size) / 1e3
    table = measure(page, ".aero-timeline", ".aero-rows")
    page.close()
    return table, facts


def _count(received: dict[str, int], data: Any) -> None:
    received["bytes"] += len(data)


def _first_display(page: Any) -> dict[str, float]:
    """Run the showing cell; times from its end to the still picture, the live rows and plotly's toolbar, in s."""
    seen: dict[str, float] = page.evaluate(
        """async (code) => {
            const panel = globalThis.jupyterapp.shell.currentWidget;
            const cell = panel.content.widgets[1];
            cell.model.sharedModel.setSource(code);
            panel.content.activeCellIndex = 1;
            const seen = {};
            let ended = 0;
            panel.context.sessionContext.session.kernel.iopubMessage.connect((_, message) => {
                if (message.header.msg_type === "execute_result") ended = performance.now();
            });
            globalThis.jupyterapp.commands.execute("notebook:run-cell");
            const begin = performance.now();
            while (!seen.toolbar_s && performance.now() - begin < 120000) {
                const now = performance.now();
                const frames = document.querySelector(".aero-timeline")?.aeroTimeline?.frames;
                if (ended && !seen.still_s && document.querySelector("img[alt^='timeline of']")?.complete) {
                    seen.still_s = (now - ended) / 1000;
                }
                if (ended && !seen.live_s && frames) seen.live_s = (now - ended) / 1000;
                const toolbar = document.querySelector(".aero-plot .modebar-btn");
                if (seen.live_s && toolbar) seen.toolbar_s = (now - ended) / 1000;
                await new Promise((next) => setTimeout(next, 4));
            }
            return seen;
        }""",
        SHOW,
    )
    return seen


def peer_run(server: Any, browser: Any, code: str) -> pd.DataFrame:
    """Show one of plotly's own pictures in JupyterLab and make the same gestures."""
    here = str(Path(__file__).resolve().parent)
    server.write("peer.ipynb", PREPARE.format(here=here, count=100_000), code, "")
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    open_notebook(page, server, "peer.ipynb")
    run_cells(page, timeout_s=300)
    page.wait_for_selector(".js-plotly-plot .nsewdrag", timeout=120_000)
    page.wait_for_timeout(3000)
    # FigureWidget's scroll zoom is off by default: the same gestures need it on.
    page.evaluate("() => { document.querySelector('.js-plotly-plot')._context._scrollZoom.cartesian = true; }")
    table = measure(page, ".js-plotly-plot", ".nsewdrag")
    page.close()
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=int, default=1_000_000)
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    results: dict[str, pd.DataFrame] = {}
    with tempfile.TemporaryDirectory() as folder, jupyter_server(Path(folder) / "server") as server:
        with chromium_browser() as browser:
            results["timeline"], facts = timeline_run(server, browser, options.spans)
        if not options.no_peers:
            for name, code in {"FigureWidget, 3,000 bars": BARS, "px.timeline, 10,000": EXPRESS}.items():
                with chromium_browser() as browser:
                    results[name] = peer_run(server, browser, code)
    print(f"\n{options.spans:,} spans\n")
    print(results["timeline"].round(1).to_string(index=False))
    print("\n" + json.dumps({key: round(value, 2) for key, value in facts.items()}))
    print("\nfrom the last event of a gesture to the last change, and frames while it lasts (ms)\n")
    mine = statistics.median(results["timeline"]["last_change_ms"])
    rows = [
        {
            "what": name,
            "median": table["last_change_ms"].median(),
            "worst": table["last_change_ms"].max(),
            "frame p95 (median)": table["frame_p95_ms"].median(),
            "times the timeline": table["last_change_ms"].median() / mine,
        }
        for name, table in results.items()
    ]
    print(pd.DataFrame(rows).round(1).to_string(index=False))
    print(f"\n{time.strftime('%Y-%m-%d %H:%M')}")


if __name__ == "__main__":
    main()
