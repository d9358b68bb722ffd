"""What the timeline paints is what the tables say, pixel by pixel."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from aero_nb import Trace
from aero_nb.figures.palette import PALETTE, color_of
from tests.support.timeline_page import TimelinePage, random_trace, span, trace_of

pytestmark = pytest.mark.browser
PAPER = {(255, 255, 255), (236, 239, 242)}  # the paper and the grid of the light theme


def brute_force_row(trace: Trace, track: int, depth: int, window: tuple[float, float], width: int) -> np.ndarray:
    """1 where a span touches a pixel's interval, 0 where none does, -1 where rounding decides."""
    t0, t1 = window
    rows = trace.spans[(trace.spans["track"] == track) & (trace.spans["depth"] == depth)]
    left = (rows["ts_us"].to_numpy()[:, None] - t0) * (width / (t1 - t0))
    right = left + rows["dur_us"].to_numpy()[:, None] * (width / (t1 - t0))
    pixel = np.arange(width)
    touches = (left < pixel + 1) & ((right > pixel) | ((right == left) & (left >= pixel)))
    pixels = touches.any(axis=0).astype(int)
    for edges in (left, right):
        near = (np.abs(edges - pixel) < 1e-4) | (np.abs(edges - pixel - 1) < 1e-4)
        pixels[near.any(axis=0)] = -1
    return pixels


def picture(shown: TimelinePage) -> np.ndarray:
    data = shown.page.locator(".aero-rows").screenshot(animations="disabled")
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def painted_row(image: np.ndarray, y: int) -> np.ndarray:
    return np.array([tuple(pixel) not in PAPER for pixel in image[y].tolist()], int)


@pytest.mark.parametrize("seed", range(4))
def test_pixels_are_filled_exactly_where_spans_are(page: Any, seed: int) -> None:
    shown = TimelinePage(page, random_trace(seed))
    rng = np.random.default_rng(seed)
    for _ in range(3):
        end = shown.get("t.state.store.end")
        length = end * rng.choice([1.0, 0.2, 0.01])
        start = rng.uniform(0, end - length) if length < end else 0
        page.evaluate("([a, b]) => window.timeline.state.view.show(a, b)", [start, start + length])
        shown.rest()
        image = picture(shown)
        compared = 0
        for strip in shown.get("t.state.layout.strips.filter(s => s.band).map(s => [s.y, s.band, s.rows])"):
            y, band, rows = strip
            for place in rows:
                row = place["row"]
                depth = int(shown.scene.spans.row_depth[row])
                painted = painted_row(image, int(y + place["top"] + place["height"] - 1))
                wanted = brute_force_row(shown.trace, band["track"], depth, shown.window_us, image.shape[1])
                wrong = np.flatnonzero((wanted >= 0) & (wanted != painted))
                assert not len(wrong), f"track {band['track']}, depth {depth}: pixels {wrong[:10]} differ"
                compared += np.count_nonzero(wanted >= 0)
        assert compared > 1000
    assert not shown.errors


def test_overlapping_spans_lie_in_lanes_of_their_own_and_all_show(page: Any) -> None:
    events = [
        {"ph": ph, "cat": "io", "id": n, "name": f"read{n}", "ts": ts}
        for n in range(4)
        for ph, ts in (("b", n * 10), ("e", n * 10 + 100))
    ]
    shown = TimelinePage(page, trace_of(*events))
    rows = shown.scene.spans
    assert len(rows.row_start) - 1 == 4
    image = picture(shown)
    for place in shown.get("t.state.layout.strips.flatMap(s => (s.rows ?? []).map(r => s.y + r.top + r.height - 1))"):
        assert sum(painted_row(image, int(place))) > image.shape[1] / 2


def test_a_name_has_the_colour_that_every_other_picture_gives_it(page: Any) -> None:
    names = ["frame", "render", "présent", "漢字", "", "a" * 5000, "\ud800 lone", "jit:compile", "😀"]
    shown = TimelinePage(page, trace_of(*(span(name, n * 10, 10) for n, name in enumerate(names))))
    image = picture(shown)
    spans = shown.trace.spans
    for n in range(len(names)):
        x, y = shown.at(float(spans["ts_us"][n]) + 7, shown.row_of(n))
        color = image[int(y - shown.plot["y"]) + 6, int(x - shown.plot["x"])]
        assert "#{:02x}{:02x}{:02x}".format(*color.tolist()) == color_of(str(spans["name"][n]))


def test_a_dense_run_shows_the_longest_span_of_each_pixel(page: Any) -> None:
    events = [span("long" if n % 50 == 7 else "short", n, 0.9 if n % 50 == 7 else 0.4) for n in range(20_000)]
    shown = TimelinePage(page, trace_of(*events))
    image = picture(shown)
    y = int(shown.at(0, 0)[1] - shown.plot["y"])
    inside = image[y, :-3].tolist()  # the view ends a little after the trace
    colors = {"#{:02x}{:02x}{:02x}".format(*pixel) for pixel in inside}
    assert color_of("long") in colors
    assert colors <= {color_of("long"), color_of("short")}, "a dense run leaves no pixel empty"


def test_hatching_covers_just_what_is_lost(page: Any) -> None:
    events = [
        {"ph": "M", "name": "thread_name", "ts": 0, "args": {"name": "cpu"}},
        *(span("work", 500 + n, 0.5) for n in range(0, 500, 100)),
        span("other", 0, 1000, tid=2),
    ]
    aero = {"droppedRecordsByThread": {"cpu": 77}, "droppedStringsByThread": {}, "workerExportTimeouts": []}
    shown = TimelinePage(page, trace_of(*events, otherData={"aero": aero}))
    band = next(band for band in shown.scene.bands if band.title == "cpu")
    assert band.lost, "the ring overwrote what was before the first surviving record"
    assert band.lost[0][:2] == (0, 500_000)
    image = picture(shown)
    y = int(shown.at(0, track=band.track)[1] - shown.plot["y"]) - 8  # above its spans
    half = image.shape[1] // 2
    hatched = [tuple(pixel.tolist()) not in PAPER for pixel in image[y]]
    assert sum(hatched[: half - 6]) > 20
    assert not any(hatched[half + 8 :])


def test_the_still_picture_is_filled_where_spans_are() -> None:
    from aero_nb.timeline.scene import Scene
    from aero_nb.timeline.still import AXIS, GUTTER, WIDTH, still_png

    trace = trace_of(span("a", 0, 100), span("b", 300, 0), span("c", 600, 400))
    image = np.asarray(Image.open(io.BytesIO(still_png(Scene(trace)))).convert("RGB"))
    row = image[AXIS + 11, GUTTER : WIDTH - 4]
    scale = (WIDTH - GUTTER - 4) / 1000
    filled = ["#{:02x}{:02x}{:02x}".format(*pixel) in PALETTE for pixel in row.tolist()]
    for us, wanted in ((50, True), (200, False), (300, True), (450, False), (601, True), (990, True)):
        assert filled[int(us * scale)] is wanted, f"at {us} µs"
