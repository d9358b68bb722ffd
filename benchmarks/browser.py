"""The browser's figures: moving a trace out of the page, clocks, and what streaming costs the page.

usage: python benchmarks/browser.py [move] [clock] [stream] [chrome] [huge]      (default: all but huge)

Runs against our own page (tests/support/page) in a headless Chromium here. `move`: seconds from stop to a Trace, for
full rings of 5 threads and for a text of 200 MB, beside one bare DevTools `Runtime.evaluate` of the same string over a
WebSocket plus the same decoding, taken in turns. `clock`: our offset beside bounds that the page's own requests give.
`stream`: frames a second while tracing with full rings, with and without --stream 1, taken in turns. `huge`: 500 MB,
compared byte for byte. `chrome`: frames a second with and without Chrome's own trace of 10 s (five pairs in turns), its
size, seconds from stop to a merged Trace, and what the marks say of the clocks. Needs websocket-client.
"""

import hashlib
import itertools
import json
import statistics
import sys
import time
import urllib.request
from pathlib import Path

import websocket

import aero_nb
from aero_nb import Trace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.support.aero_site import CHROMIUM_ARGS, AeroSite

FULL_RINGS = """
    testing.quiet(true);
    await testing.everyone("work", { count: 40_000 });
    for (let i = 0; i < 10_000; i += 1) {
      for (const name of ["frame", "render"]) aero.perf.ring.begin(name);
      for (const name of ["render", "frame"]) aero.perf.ring.end(name);
    }
"""
LONG_TEXT = """
    const names = ["frame", "render", "present", "jit:compile"], stacks = Array.from({ length: 5 }, () => []);
    const events = []; let size = 0, seed = 12345;
    for (let i = 0; size < MEGABYTES * 1e6; i += 1) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      const lane = (seed >> 8) % 5, open = stacks[lane];
      const begins = open.length === 0 || (open.length < 4 && (seed >> 16) & 1);
      const name = begins ? names[seed % 4] : open.pop();
      if (begins) open.push(name);
      const text = JSON.stringify({ name, cat: "aero", ph: begins ? "B" : "E", ts: i * 1.25, pid: 1, tid: lane + 1 });
      events.push(text);
      size += text.length + 1;
    }
    globalThis.longText = '{"traceEvents":[' + events.join(",") + '],"otherData":{}}';
    testing.exportText(longText);
    return longText.length;
"""
BARE = "aero.perf.traceStop(); aero.perf.exportTrace({ asString: true })"


class BareConnection:
    """One WebSocket to the tab, and one command: what a program without aero_nb would write."""

    def __init__(self, page):
        told = page._connection.folder / "profile" / "DevToolsActivePort"  # noqa: SLF001 - no user needs the port
        port = told.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            (tab,) = [target for target in json.load(answer) if target["url"] == page.url]
        self.socket = websocket.create_connection(
            tab["webSocketDebuggerUrl"], suppress_origin=True, skip_utf8_validation=True
        )
        self.ids = itertools.count(1)

    def evaluate(self, expression):
        id_ = next(self.ids)
        parameters = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        self.socket.send(json.dumps({"id": id_, "method": "Runtime.evaluate", "params": parameters}))
        while (answer := json.loads(self.socket.recv())).get("id") != id_:
            pass
        return answer["result"]["result"]["value"]


def seconds(action):
    begin = time.perf_counter()
    result = action()
    return time.perf_counter() - begin, result


def decoded(data):
    trace = Trace.from_bytes(data)
    return trace.spans, trace.counters, trace.instants


def in_turns(page, bare, rounds):
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(seconds(lambda: decoded(page.stop()))[0])
        theirs.append(seconds(lambda: decoded(bare.evaluate(BARE).encode()))[0])
    moving = seconds(page.stop)
    bare_moving = seconds(lambda: bare.evaluate(BARE).encode())
    return statistics.median(ours), statistics.median(theirs), moving, bare_moving


def move(page):
    bare = BareConnection(page)
    print(f"{'stop to Trace':34}{'MB':>7}{'ours s':>9}{'bare s':>9}{'ratio':>7}   moving alone: ours, bare, ratio")
    page.start()
    page.evaluate(FULL_RINGS)
    report("5 full rings (163,840 events)", *in_turns(page, bare, 7))
    page.evaluate(LONG_TEXT.replace("MEGABYTES", "200"))
    report("a text of 200 MB", *in_turns(page, bare, 3))
    bare.socket.close()
    page.reload()


def report(what, ours, theirs, moving, bare_moving):
    size = len(moving[1]) / 1e6
    alone = f"{moving[0]:.2f}, {bare_moving[0]:.2f}, {moving[0] / bare_moving[0]:.2f}"
    print(f"{what:34}{size:7.1f}{ours:9.2f}{theirs:9.2f}{ours / theirs:7.2f}   {alone}")


BRACKETS = """
    const now = () => (performance.timeOrigin + performance.now()) * 1000, bounds = [];
    for (let i = 0; i < 200; i += 1) {
      const before = now(), server = await (await fetch("/clock")).text(), after = now();
      bounds.push([before, Number(BigInt(server) / 1000n) + Number(BigInt(server) % 1000n) / 1000, after]);
    }
    return bounds;
"""


def clock(page):
    rows = []
    for _ in range(10):
        offset = page.clock_offset_us()
        bounds = [(before - server, after - server) for before, server, after in page.evaluate(BRACKETS)]
        low, high = max(b[0] for b in bounds), min(b[1] for b in bounds)
        rows.append((offset, page.clock_uncertainty_us, abs(offset - (low + high) / 2), (high - low) / 2))
    told, apart, width = (statistics.median(column) for column in list(zip(*rows, strict=True))[1:])
    print(f"clock offset, 10 measurements: {min(r[0] for r in rows):.0f} to {max(r[0] for r in rows):.0f} µs")
    print(f"  told uncertainty: median {told:.0f} µs, greatest {max(r[1] for r in rows):.0f} µs")
    print(
        f"  from the middle of the page's own bounds (±{width:.0f} µs): median {apart:.0f} µs, "
        f"greatest {max(r[2] for r in rows):.0f} µs"
    )


FRAMES = """
    const frames = testing.frames, begin = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 8000));
    return ((testing.frames - frames) / (performance.now() - begin)) * 1000;
"""


def stream(page):
    plain, streamed = [], []
    for _ in range(4):
        for seconds_, rates in ((None, plain), (1.0, streamed)):
            page.start(stream=seconds_)
            page.evaluate(FULL_RINGS.replace("testing.quiet(true)", "testing.quiet(false)"))
            rates.append(page.evaluate(FRAMES))
            page.stop()
    before, during = statistics.mean(plain), statistics.mean(streamed)
    print(
        f"frames a second while tracing, full rings: {before:.2f}; with --stream 1: {during:.2f}, "
        f"cost {100 * (before - during) / before:.1f}%"
    )
    print(f"  in turns, 8 s each: {[round(x, 1) for x in plain]} {[round(x, 1) for x in streamed]}")


TEN_SECONDS = """
    const times = [];
    await new Promise((done) => {
      const begin = performance.now();
      const next = (now) => { times.push(now); now - begin < 10_000 ? requestAnimationFrame(next) : done(); };
      requestAnimationFrame(next);
    });
    return (times.length - 1) * 1000 / (times.at(-1) - times[0]);
"""


def chrome(page):
    for name in ("timeline", "samples"):
        plain, traced, stops, sizes, clocks = [], [], [], [], []
        for _ in range(5):
            with aero_nb.capture(page):
                plain.append(page.evaluate(TEN_SECONDS))
            run = aero_nb.capture(page.chrome_trace(name), page)
            run.start()
            traced.append(page.evaluate(TEN_SECONDS))
            taken, _ = seconds(lambda run=run: (run.stop(), run.trace))
            stops.append(taken)
            sizes.append(len(run.parts[0].data) / 1e6)
            clocks.append(run.trace.metadata["clocks"][1]["uncertainty_us"])
        before, during = statistics.median(plain), statistics.median(traced)
        print(
            f"Chrome's own trace, {name}: {during:.2f} frames a second, {before:.2f} without "
            f"({during / before - 1:+.1%}); "
            f"{statistics.median(sizes):.1f} MB; stop to a merged Trace {statistics.median(stops):.2f} s; "
            f"clocks within {max(clocks):.0f} µs"
        )


def huge(page):
    size = page.evaluate(LONG_TEXT.replace("MEGABYTES", "500"))
    taken, data = seconds(page.export)
    ours = hashlib.sha256(data).hexdigest()
    theirs = page.evaluate(
        "const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(longText));"
        "return Array.from(new Uint8Array(hash), (b) => b.toString(16).padStart(2, '0')).join('')"
    )
    print(f"a text of {size:,} characters: {len(data):,} bytes in {taken:.1f} s, same bytes: {ours == theirs}")


def main(asked):
    with AeroSite() as site:
        args = (*CHROMIUM_ARGS, "--remote-debugging-port=0")
        with aero_nb.connect(site.url, args=args) as page:
            for part in (move, clock, stream, chrome, huge):
                if part.__name__ in (asked or ("move", "clock", "stream", "chrome")):
                    part(page)


if __name__ == "__main__":
    main(sys.argv[1:])
