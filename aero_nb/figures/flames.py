"""The flame chart: time to the right, one band per track, one row per depth, colour by name."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go
from PIL import Image

from aero_nb import viewport
from aero_nb.figures.bars import ROW_PX, THICKNESS, Bars
from aero_nb.figures.empty import empty_figure
from aero_nb.figures.figure import Figure
from aero_nb.figures.lanes import Lanes
from aero_nb.figures.palette import PALETTE, color_index
from aero_nb.figures.theme import GRID_COLOR, base_layout, label_margin, row_axis, time_axis
from aero_nb.figures.units import format_count, format_duration, markup_text, plain_text
from aero_nb.figures.windows import extent, padded
from aero_nb.tables.columns import Bools, Floats, Ints

MAX_BARS: Final = 1_000  # a label each costs plotly 0.2 ms, a notebook 100 bytes
MAX_RUNS: Final = 400
_PLOT_PX: Final = 800  # what `min_width_px` is meant on
# Columns of the raster: fewer than a screen gives it, since a browser that shrinks a picture drops columns.
_RASTER_PX: Final = 700
_IMAGE_ROW_PX: Final = 10  # so that THICKNESS of a row is a whole number of pixels
_SHADES: Final = (110, 130, 155, 185, 220, 255)  # opacity of a pixel by how much of its time is covered
_CLEAR: Final = len(PALETTE) * len(_SHADES)  # the cell that nothing is in


def flame_chart(
    spans: pd.DataFrame,
    tracks: pd.DataFrame,
    *,
    window: tuple[float, float] | None = None,
    only: Sequence[int | str] | None = None,
    min_width_px: float = 2.0,
    max_depth: int = 24,
    start_us: float | None = None,
) -> Figure:
    """Draw spans over time, one band per track, rows by depth, colour by name.

    At most 1,000 spans get a bar with a label where it fits: the widest of those at least ``min_width_px`` wide.
    The others are filled in pixel by pixel in the colour of the longest span there, so that none vanishes, the paler
    the less of the pixel's time is covered. The hover text says how many they are and which name dominates. A live
    figure zooms into what is drawn; ask again with a narrower ``window`` for more detail.

    Args:
        spans: a Trace's ``spans``.
        tracks: its ``tracks``.
        window: (from, to) in µs as in ``ts_us``; None: everything.
        only: thread names or track numbers to draw, in this order; None: every track that has spans.
        min_width_px: narrower spans (on a plot of 800 px) get no bar.
        max_depth: rows per track; deeper spans share one more row.
        start_us: the ``ts_us`` that the axis calls 0; None: the first event of the tracks.

    Returns:
        A plotly figure; the x axis is in seconds since ``start_us``.

    Raises:
        ValueError: ``window`` ends before it begins, or ``only`` names a track that has no spans.

    """
    if spans.empty:
        return empty_figure("no spans in this trace")
    lanes = Lanes.of(spans, tracks, only=only, max_depth=max_depth)
    whole = extent(spans["ts_us"], spans["dur_us"], tracks)
    chart = _Chart.of(spans, lanes, padded(whole if window is None else window))
    zero = whole[0] if start_us is None else start_us
    plural = "" if chart.shown == 1 else "s"
    title = f"{format_count(chart.shown)} span{plural} in {format_duration(chart.window[1] - chart.window[0])}"
    window_s = ((chart.window[0] - zero) / 1e6, (chart.window[1] - zero) / 1e6)
    layout = base_layout(
        title=title + lanes.note,
        height=round(72 + lanes.height * ROW_PX),
        left=label_margin(list(lanes.labels.values())),
        alt=f"Flame chart of {title}, on {', '.join(lanes.names[:8])}. {_mostly(spans, chart.positions)}",
    )
    figure = Figure(chart.series(min_width_px, zero), layout)
    figure.update_xaxes(time_axis(window_s))
    figure.update_yaxes(row_axis(lanes.height, {top + 0.45: markup_text(s) for top, s in lanes.labels.items()}))
    for y in lanes.borders:
        figure.add_shape(type="line", xref="paper", x0=0, x1=1, y0=y, y1=y, line={"color": GRID_COLOR, "width": 1})
    return figure


@dataclass(frozen=True)
class _Chart:
    """The spans of one window as arrays; ``row`` counts from the top."""

    spans: pd.DataFrame
    lanes: Lanes
    window: tuple[float, float]
    positions: Ints  # of the spans in the window, in the table
    ts_us: Floats
    dur_us: Floats
    row: Ints
    code: Ints
    names: list[str]

    @classmethod
    def of(cls, spans: pd.DataFrame, lanes: Lanes, window: tuple[float, float]) -> "_Chart":
        ts_us = spans["ts_us"].to_numpy(np.float64)
        dur_us = np.nan_to_num(spans["dur_us"].to_numpy(np.float64))
        here = np.flatnonzero(viewport.in_window(ts_us, dur_us, window) & (lanes.row >= 0))
        names = spans["name"].iloc[here].astype("category").cat.remove_unused_categories()
        return cls(
            spans=spans,
            lanes=lanes,
            window=window,
            positions=here,
            ts_us=ts_us[here],
            dur_us=dur_us[here],
            row=lanes.row[here],
            code=names.cat.codes.to_numpy().astype(np.int64),
            names=[str(name) for name in names.cat.categories],
        )

    @property
    def shown(self) -> int:
        return len(self.positions)

    def series(self, min_width_px: float, zero: float) -> list[Any]:
        """Return what plotly draws: the raster of the narrow spans, its hover, the bars."""
        barred = viewport.widest(
            self.ts_us,
            self.dur_us,
            window=self.window,
            pixels=_PLOT_PX,
            min_width_px=min_width_px,
            limit=MAX_BARS,
        )
        barred = barred[~self.lanes.folded[self.row[barred]]]
        dense = np.ones(self.shown, dtype=bool)
        dense[barred] = False
        drawn = [self._bars(barred, zero).series()]
        if dense.any():
            drawn = [self._image(dense, zero), self._runs(dense, zero).hover_only(), *drawn]
        return drawn

    def _bars(self, at: Ints, zero: float) -> Bars:
        left = np.maximum(self.ts_us[at], self.window[0])
        right = np.minimum(self.ts_us[at] + self.dur_us[at], self.window[1])
        labels = [markup_text(name) for name in self.names]
        colors = [PALETTE[color_index(name)] for name in self.names]
        code = self.code[at]
        return Bars(
            left=(left - zero) / 1e6,
            length=(right - left) / 1e6,
            top=self.lanes.tops[self.row[at]],
            color=[colors[i] for i in code],
            label=[labels[i] for i in code],
            hover=_hover(self.spans.iloc[self.positions[at]], zero),
        )

    def _image(self, dense: Bools, zero: float) -> go.Image:
        at = np.flatnonzero(dense)
        picture = viewport.raster(
            self.ts_us[at],
            self.dur_us[at],
            self.row[at],
            rows=len(self.lanes.tops),
            window=self.window,
            pixels=_RASTER_PX,
        )
        covered = viewport.coverage(
            self.ts_us[at],
            self.dur_us[at],
            self.row[at],
            rows=len(self.lanes.tops),
            window=self.window,
            pixels=_RASTER_PX,
        )
        paint = np.array([color_index(name) for name in self.names])[self.code[at]]
        filled = picture.longest != viewport.EMPTY
        shade = np.ceil(covered[filled] * len(_SHADES)).clip(1).astype(np.uint8) - 1
        cells = np.full(picture.longest.shape, _CLEAR, dtype=np.uint8)
        cells[filled] = paint[picture.longest[filled]] * len(_SHADES) + shade
        step = (self.window[1] - self.window[0]) / _RASTER_PX / 1e6
        return go.Image(
            source=_png(cells, self.lanes),
            x0=(self.window[0] - zero) / 1e6 + step / 2,
            dx=step,
            y0=0.5 / _IMAGE_ROW_PX,
            dy=1 / _IMAGE_ROW_PX,
            hoverinfo="skip",
        )

    def _runs(self, dense: Bools, zero: float) -> Bars:
        at = np.flatnonzero(dense)
        runs = viewport.runs(
            self.ts_us[at],
            self.dur_us[at],
            self.row[at],
            self.code[at],
            window=self.window,
            pixels=_RASTER_PX,
            limit=MAX_RUNS,
        )
        step = (self.window[1] - self.window[0]) / _RASTER_PX
        names = [markup_text(name) for name in self.names]
        contents = zip(runs.count, runs.name, runs.share, strict=True)
        return Bars(
            left=(self.window[0] - zero + runs.first_pixel * step) / 1e6,
            length=(runs.end_pixel - runs.first_pixel) * step / 1e6,
            top=self.lanes.tops[runs.row],
            color=[],
            label=[],
            hover=[
                f"<b>{names[name]}</b>" if count == 1 else f"{count:,} spans, mostly <b>{names[name]}</b> ({share:.0%})"
                for count, name, share in contents
            ],
        )


def _hover(spans: pd.DataFrame, zero: float) -> list[str]:
    """Return the hover text of each span, under its name."""
    threads = {thread: markup_text(thread, 40) for thread in spans["thread"].unique()}
    columns = (spans[column].tolist() for column in ("ts_us", "dur_us", "self_us", "thread", "unfinished"))
    return [
        f"{format_duration(dur)} · self {format_duration(own)}<br>{threads[thread]} · at {format_duration(ts - zero)}"
        + ("<br>unfinished: the trace has no end of it" if unfinished else "")
        for ts, dur, own, thread, unfinished in zip(*columns, strict=True)
    ]


def _png(cells: npt.NDArray[np.uint8], lanes: Lanes) -> str:
    """Return palette cells (rows, pixels) as a data URI, each row at its place and THICKNESS high."""
    canvas = np.full((round(lanes.height * _IMAGE_ROW_PX), cells.shape[1]), _CLEAR, dtype=np.uint8)
    for top, line in zip(lanes.tops, cells, strict=True):
        y = round(top * _IMAGE_ROW_PX)
        canvas[y : y + round(THICKNESS * _IMAGE_ROW_PX)] = line
    image = Image.fromarray(canvas)
    image.putpalette(bytes.fromhex("".join(color[1:] * len(_SHADES) for color in PALETTE) + "000000"))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True, transparency=bytes([*_SHADES] * len(PALETTE) + [0]))
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def _mostly(spans: pd.DataFrame, positions: Ints) -> str:
    """Return the three names with the most self time, in words."""
    shown = spans.iloc[positions]
    top = shown.groupby("name", observed=True)["self_us"].sum().nlargest(3)
    longest = [f"{plain_text(name, 40)} {format_duration(us)}" for name, us in top.items()]
    return f"Most self time: {', '.join(longest)}." if longest else "No span lies in this window."
