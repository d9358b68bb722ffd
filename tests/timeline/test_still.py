"""The still picture of a timeline, pixel by pixel where it matters."""

import io
from typing import Any

import numpy as np
from PIL import Image

from aero_nb import Trace
from aero_nb.figures.palette import color_of
from aero_nb.timeline.scene import Scene
from aero_nb.timeline.still import AXIS, GUTTER, INK, PLOT, ROW, TITLE, still_png
from tests.support.timeline_page import span, trace_of


def drawn(trace: Trace) -> np.ndarray:
    """The picture as rows of (red, green, blue)."""
    return np.asarray(Image.open(io.BytesIO(still_png(Scene(trace)))).convert("RGB"))


def where(line: np.ndarray, color: str) -> np.ndarray:
    """The pixels of one line of the picture that have a colour."""
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return np.flatnonzero((line == wanted).all(axis=1))


def test_spans_lie_where_their_times_are() -> None:
    image = drawn(trace_of(span("a", 0, 100), span("b", 300, 100), span("c", 990, 10)))
    line = image[AXIS + 2 + ROW // 2]
    for name, first, last in (("a", 0.0, 0.1), ("b", 0.3, 0.4), ("c", 0.99, 1.0)):
        pixels = where(line, color_of(name))
        assert abs(pixels[0] - (GUTTER + first * PLOT)) <= 2, name
        assert abs(pixels[-1] - (GUTTER + last * PLOT)) <= 2, name


def test_instants_are_lines_at_their_moments() -> None:
    marks = [{"ph": "i", "name": "mark", "ts": ts, "s": "t"} for ts in (250, 750)]
    image = drawn(trace_of(span("a", 0, 1000), *marks))
    pixels = where(image[AXIS + TITLE // 2, GUTTER:], INK)
    assert pixels.tolist() == [int(GUTTER + share * PLOT) - GUTTER for share in (0.25, 0.75)]


def test_a_trace_without_any_length_is_drawn() -> None:
    assert drawn(trace_of(span("a", 5, 0))).shape[0] >= AXIS + 60


def test_each_of_several_processes_has_a_heading() -> None:
    def headings(*events: dict[str, Any]) -> int:
        picture = drawn(trace_of(*events))
        of_heading = (picture[:, 900:950] == (0xEE, 0xF1, 0xF4)).all(axis=(1, 2))
        return int((np.diff(of_heading.astype(int), prepend=0) == 1).sum())

    assert headings(span("a", 0, 1, pid=1), span("b", 0, 1, pid=2)) == 2
    assert headings(span("a", 0, 1, pid=1), span("b", 0, 1, pid=1, tid=2)) == 0
