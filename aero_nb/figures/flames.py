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
from aero_nb.figures.theme import GRID_COLOR, base_layout, label_margin, row_axis, time_axis, value_axis
from aero_nb.figures.units import format_count, format_duration, format_value, markup_text, plain_text
from aero_nb.figures.windows import extent, padded
from aero_nb.tables.columns import Bools, Floats, Ints

MAX_BARS: Final = 1_000  # a label each costs plotly 0.2 ms, a notebook 100 bytes
MAX_RUNS: Final = 400
_PLOT_PX: Final = 800  # what `min_width_px` is meant on
# Columns of the raster: fewer than a screen gives it, since a browser that shrinks a picture drops columns.
_RASTER_PX: Final = 700
_IMAGE_ROW_PX: Final = 10  # so that THICKNESS of a row is a whole number of pixels
_MANY: Final = 10  # narrow spans; a few are where they are drawn, whatever the zoom
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
    axis: str | None = None,
) -> Figure:
    """Draw spans over time, one band per track, rows by depth, colour by name.

    At most 1,000 spans get a bar with a label where it fits: the widest of those at least ``min_width_px`` wide.
    The others are filled in pixel by pixel in the colour of the longest span there, so that none vanishes, the paler
    the less of the pixel's time is covered. The hover text says how many they are and which name dominates. A live
    figure zooms into what is drawn, and its title says so; ask again with a narrower ``window`` for more detail.

    Args:
        spans: a Trace's ``spans``.
        tracks: its ``tracks``.
        window: (from, to) in µs as in ``ts_us``; None: everything.
        only: thread names or track numbers to draw, in this order; None: every track that has spans.
        min_width_px: narrower spans (on a plot of 800 px) get no bar.
        max_depth: rows per track; deeper spans share one more row.
        start_us: the ``ts_us`` that the axis calls 0; None: the first event of the tracks.
        axis: draw by ``x`` and ``x_end`` of ``spans`` (:meth:`aero_nb.Trace.on_axis`), which count this; ``window`` is
            in it too. What has no place there is not drawn, and counted in the title. None: by time.

    Returns:
        A plotly figure; the x axis is in seconds since ``start_us``, or in what ``axis`` counts.

    Raises:
        ValueError: ``window`` ends before it begins, or ``only`` names a track that has no spans.

    """
    if spans.empty:
        return empty_figure("no spans in this trace")
    lanes = Lanes.of(spans, tracks, only=only, max_depth=max_depth)
    whole = extent(spans["ts_us"], spans["dur_us"], tracks)
    start_us = whole[0] if start_us is None else start_us
    scale = _Scale.of_time(spans, start_us, whole) if axis is None else _Scale.of_places(spans, start_us, axis)
    chart = _Chart.of(spans, lanes, scale, padded(scale.whole if window is None else window))
    plural = "" if chart.shown == 1 else "s"
    title = f"{format_count(chart.shown)} span{plural} in {scale.told(chart.window[1] - chart.window[0])}"
    barred = chart.barred(min_width_px)
    merged = chart.shown - len(barred)
    said = f"; {format_count(merged)} too narrow for a bar: zoom enlarges their shading, window= redraws"
    layout = base_layout(
        title=title + scale.note + lanes.note + (said if merged >= _MANY else ""),
        height=round(72 + lanes.height * ROW_PX),
        left=label_margin(list(lanes.labels.values())),
        alt=f"Flame chart of {title}, on {', '.join(lanes.names[:8])}. {_mostly(spans, chart.positions)}",
    )
    figure = Figure(chart.series(barred), layout)
    figure.update_xaxes(scale.x_axis(chart.window))
    figure.update_yaxes(row_axis(lanes.height, {top + 0.45: markup_text(s) for top, s in lanes.labels.items()}))
    for y in lanes.borders:
        figure.add_shape(type="line", xref="paper", x0=0, x1=1, y0=y, y1=y, line={"color": GRID_COLOR, "width": 1})
    return figure


@dataclass(frozen=True)
class _Scale:
    """What the chart is drawn by: time, or what an axis counts."""

    start: Floats  # of each span; NaN: it has no place
    length: Floats
    whole: tuple[float, float]
    start_us: float  # what hovers call 0
    zero: float  # what the axis calls 0
    unit: float  # how much one of the axis is
    counts: str = ""  # what the axis counts

    @classmethod
    def of_time(cls, spans: pd.DataFrame, start_us: float, whole: tuple[float, float]) -> "_Scale":
        length = np.nan_to_num(spans["dur_us"].to_numpy(np.float64))
        return cls(spans["ts_us"].to_numpy(np.float64), length, whole, start_us, zero=start_us, unit=1e6)

    @classmethod
    def of_places(cls, spans: pd.DataFrame, start_us: float, counts: str) -> "_Scale":
        start, end = spans["x"].to_numpy(np.float64), spans["x_end"].to_numpy(np.float64)
        known = np.r_[start, end][~np.isnan(np.r_[start, end])]
        whole = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
        first = np.where(np.isnan(start) & ~np.isnan(end), whole[0], start)
        last = np.where(np.isnan(end) & ~np.isnan(start), whole[1], end)
        return cls(first, last - first, whole, start_us, zero=0.0, unit=1.0, counts=counts)

    def on_axis(self, places: Any) -> Any:
        return (places - self.zero) / self.unit

    def told(self, length: float) -> str:
        return f"{format_value(length)} {markup_text(self.counts)}" if self.counts else format_duration(length)

    @property
    def note(self) -> str:
        placeless = int(np.isnan(self.start).sum())
        return f" · {format_count(placeless)} without a place on it" if placeless else ""

    def x_axis(self, window: tuple[float, float]) -> dict[str, Any]:
        first, last = self.on_axis(window[0]), self.on_axis(window[1])
        if not self.counts:
            return time_axis((first, last))
        return value_axis(range=[first, last], tickformat=",.12~s", title={"text": markup_text(self.counts)})


@dataclass(frozen=True)
class _Chart:
    """The spans of one window as arrays; ``row`` counts from the top."""

    spans: pd.DataFrame
    lanes: Lanes
    scale: _Scale
    window: tuple[float, float]
    positions: Ints  # of the spans in the window, in the table
    start: Floats
    length: Floats
    row: Ints
    code: Ints
    names: list[str]

    @classmethod
    def of(cls, spans: pd.DataFrame, lanes: Lanes, scale: _Scale, window: tuple[float, float]) -> "_Chart":
        here = np.flatnonzero(viewport.in_window(scale.start, scale.length, window) & (lanes.row >= 0))
        names = spans["name"].iloc[here].astype("category").cat.remove_unused_categories()
        return cls(
            spans=spans,
            lanes=lanes,
            scale=scale,
            window=window,
            positions=here,
            start=scale.start[here],
            length=scale.length[here],
            row=lanes.row[here],
            code=names.cat.codes.to_numpy().astype(np.int64),
            names=[str(name) for name in names.cat.categories],
        )

    @property
    def shown(self) -> int:
        return len(self.positions)

    def barred(self, min_width_px: float) -> Ints:
        """Return which spans get a bar of their own."""
        barred = viewport.widest(
            self.start,
            self.length,
            window=self.window,
            pixels=_PLOT_PX,
            min_width_px=min_width_px,
            limit=MAX_BARS,
        )
        return barred[~self.lanes.folded[self.row[barred]]]

    def series(self, barred: Ints) -> list[Any]:
        """Return what plotly draws: the raster of the narrow spans, its hover, the bars."""
        dense = np.ones(self.shown, dtype=bool)
        dense[barred] = False
        drawn = [self._bars(barred).series()]
        if dense.any():
            drawn = [self._image(dense), self._runs(dense).hover_only(), *drawn]
        return drawn

    def _bars(self, at: Ints) -> Bars:
        left = np.maximum(self.start[at], self.window[0])
        right = np.minimum(self.start[at] + self.length[at], self.window[1])
        labels = [markup_text(name) for name in self.names]
        colors = [PALETTE[color_index(name)] for name in self.names]
        code = self.code[at]
        return Bars(
            left=self.scale.on_axis(left),
            length=(right - left) / self.scale.unit,
            top=self.lanes.tops[self.row[at]],
            color=[colors[i] for i in code],
            label=[labels[i] for i in code],
            hover=_hover(self.spans.iloc[self.positions[at]], self.scale.start_us),
        )

    def _image(self, dense: Bools) -> go.Image:
        at = np.flatnonzero(dense)
        picture = viewport.raster(
            self.start[at],
            self.length[at],
            self.row[at],
            rows=len(self.lanes.tops),
            window=self.window,
            pixels=_RASTER_PX,
        )
        covered = viewport.coverage(
            self.start[at],
            self.length[at],
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
        step = (self.window[1] - self.window[0]) / _RASTER_PX / self.scale.unit
        return go.Image(
            source=_png(cells, self.lanes),
            x0=self.scale.on_axis(self.window[0]) + step / 2,
            dx=step,
            y0=0.5 / _IMAGE_ROW_PX,
            dy=1 / _IMAGE_ROW_PX,
            hoverinfo="skip",
        )

    def _runs(self, dense: Bools) -> Bars:
        at = np.flatnonzero(dense)
        runs = viewport.runs(
            self.start[at],
            self.length[at],
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
            left=self.scale.on_axis(self.window[0] + runs.first_pixel * step),
            length=(runs.end_pixel - runs.first_pixel) * step / self.scale.unit,
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
