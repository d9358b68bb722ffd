"""A timeline in a bare page, without Jupyter: what most tests of its drawing and its hands need."""

import base64
import json
from typing import Any

import numpy as np
import pandas as pd

from aero_nb import Trace
from aero_nb.timeline import assets
from aero_nb.timeline.arguments import packed_arguments
from aero_nb.timeline.axes import Axes
from aero_nb.timeline.packing import pack
from aero_nb.timeline.scene import Scene

NO_AXES = Axes()

_MOUNT = """async ([code, packed, values, style]) => {
    const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    document.body.innerHTML = `<div id="t" style="${style}"></div>`;
    const blob = new Blob([code], { type: "text/javascript" });
    const { mountStatic } = await import(URL.createObjectURL(blob));
    const root = document.getElementById("t");
    await mountStatic(root, bytes, values);
    // Another axis makes another timeline.
    Object.defineProperty(window, "timeline", { get: () => root.aeroTimeline, configurable: true });
}"""


class TimelinePage:
    """A mounted timeline: ``page`` is Playwright's, coordinates are those of the plot."""

    def __init__(self, page: Any, trace: Trace, width: int = 900, axes: Axes = NO_AXES, **values: Any) -> None:
        self.page, self.trace, self.scene = page, trace, Scene(trace, axes.part_of)
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto("about:blank")
        packed = base64.b64encode(pack(self.scene, packed_arguments(self.scene), axes)).decode()
        page.evaluate(_MOUNT, [assets.bundle_source("timeline"), packed, values, f"width: {width}px"])
        self.rest()

    def get(self, expression: str) -> Any:
        """Evaluate JavaScript in which ``t`` is the timeline."""
        return self.page.evaluate(f"() => {{ const t = window.timeline; return {expression}; }}")

    def zoom(self, *deltas: float) -> None:
        """Turn the wheel with Ctrl."""
        self.page.keyboard.down("Control")
        for delta in deltas:
            self.page.mouse.wheel(0, delta)
        self.page.keyboard.up("Control")

    def rest(self) -> None:
        """Wait until what is due is painted."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
        )

    @property
    def window_us(self) -> tuple[float, float]:
        """What is in sight, in µs of the tables."""
        t0, t1 = self.get("[t.state.view.t0, t.state.view.t1]")
        return self.scene.zero_us + t0 / 1000, self.scene.zero_us + t1 / 1000

    @property
    def plot(self) -> dict[str, float]:
        """The box of the rows on the page."""
        box: dict[str, float] = self.page.locator(".aero-rows").bounding_box()
        return box

    def at(self, us: float, row: int | None = None, track: int | None = None) -> tuple[float, float]:
        """Page coordinates of a time, in the middle of a row (of the store) or on a track's title."""
        box, (t0, t1) = self.plot, self.window_us
        if row is not None:
            y = self.page.evaluate(
                """(row) => {
                    const t = window.timeline;
                    for (const strip of t.state.layout.strips) {
                        const place = strip.rows?.find((each) => each.row === row);
                        if (place) return strip.y + place.top + place.height / 2 - (strip.pinned ? 0 : t.state.scroll);
                    }
                    return null;
                }""",
                row,
            )
            assert y is not None, f"row {row} is not shown"
        else:
            y = 10 + self.get(f"t.state.layout.strips.find(s => s.band?.track === {track}).y - t.state.scroll")
        return box["x"] + (us - t0) / (t1 - t0) * box["width"], box["y"] + y

    def row_of(self, span: int) -> int:
        """The row that shows a span of ``trace.spans``."""
        rows = self.scene.spans
        place = int(np.flatnonzero((rows.index == span) & ~rows.asynchronous)[0])
        return int(np.searchsorted(rows.row_start, place, side="right")) - 1

    def row_named(self, name: str) -> int:
        """The row of the first span of a name."""
        return self.row_of(int(self.trace.spans.index[self.trace.spans["name"] == name][0]))

    def click_span(self, span: int) -> None:
        """Click in the middle of the part of a span that is in sight."""
        row = self.trace.spans.loc[span]
        t0, t1 = self.window_us
        middle = (max(row.ts_us, t0) + min(row.ts_us + row.dur_us, t1)) / 2
        self.page.mouse.click(*self.at(middle, self.row_of(span)))
        self.rest()

    def press(self, *keys: str) -> None:
        """Press keys one after another and wait for the picture."""
        for key in keys:
            self.page.keyboard.press(key)
        self.rest()

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Press the left button, move in steps, let go."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()
        self.rest()

    def table(self, caption: str) -> pd.DataFrame:
        """A table of the panel, as texts, by its caption's beginning."""
        found = self.page.evaluate(
            """(caption) => [...document.querySelectorAll(".aero-panel table")]
                .filter((table) => table.caption.textContent.startsWith(caption))
                .map((table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent)))[0]""",
            caption,
        )
        return pd.DataFrame(found[1:], columns=found[0])

    def facts(self) -> dict[str, str]:
        """The details of the panel."""
        terms = self.page.locator(".aero-facts dt").all_text_contents()
        return dict(zip(terms, self.page.locator(".aero-facts dd").all_text_contents(), strict=True))


def trace_of(*events: dict[str, Any], **more: Any) -> Trace:
    """A Trace of events given as dicts; pid and tid are 1 where not said."""
    full = [{"pid": 1, "tid": 1, "cat": "c", **event} for event in events]
    return Trace.from_bytes(json.dumps({"traceEvents": full, **more}).encode())


def span(name: str, ts: float, dur: float, tid: int = 1, **more: Any) -> dict[str, Any]:
    """A complete event."""
    return {"ph": "X", "name": name, "ts": ts, "dur": dur, "tid": tid, **more}


def random_trace(seed: int, roots: int = 60, threads: int = 2) -> Trace:
    """Nested spans of random lengths, some of them zero, some sub-pixel, with gaps between."""
    rng = np.random.default_rng(seed)
    events = []
    for tid in range(1, threads + 1):
        now = 0
        for _ in range(roots):
            now += int(rng.exponential(3000))
            length = int(rng.choice([0, 1, 20, 900, 9000]) * rng.uniform(0.5, 1.5))
            events.append(span(f"n{rng.integers(9)}", now / 1000, length / 1000, tid))
            at = now
            while length > 20 and at < now + length * 0.8:
                part = int(rng.uniform(0, length / 6))
                events.append(span(f"m{rng.integers(5)}", at / 1000, part / 1000, tid))
                at += part + int(rng.exponential(length / 10))
                if at + part > now + length:
                    break
            now += length
    return trace_of(*events)


def small() -> Trace:
    """Two threads, a counter, an instant, one nested family."""
    return trace_of(
        {"ph": "M", "name": "thread_name", "args": {"name": "Main"}},
        {"ph": "M", "name": "thread_name", "tid": 2, "args": {"name": "cpu"}},
        span("frame", 0, 1000, args={"n": 1, "note": "<b>bold</b>"}),
        span("render", 100, 400),
        span("draw", 150, 100),
        span("draw", 300, 50),
        span("present", 600, 300),
        span("frame", 2000, 800),
        span("step", 0, 2900, tid=2),
        {"ph": "i", "name": "boot", "ts": 1500, "s": "t"},
        *({"ph": "C", "name": "counters", "ts": n * 100, "args": {"bytes": n * n}} for n in range(30)),
    )
