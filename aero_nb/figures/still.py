"""A still picture of a figure, drawn with Pillow: quick, without a browser, the same content.

It reads the figure itself, so what a user changed shows too. It knows what our pictures are made of: bars, lines,
markers, images, straight shapes, annotations, linear and logarithmic axes. Anything else is left out.
"""

import base64
import io
import math
import re
from functools import lru_cache
from html import unescape
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from PIL import Image, ImageColor, ImageDraw, ImageFont

from aero_nb.figures.axes import Axis, axes_of
from aero_nb.figures.theme import LABEL_PX, WIDTH_PX

# Opaque on purpose: a PNG cannot know the colour of the page behind it.
PAPER: Final = "#ffffff"
INK: Final = "#383838"
GRID: Final = "#e2e2e2"
_FONTS: Final = ("DejaVuSans.ttf", "segoeui.ttf", "Arial.ttf", "Helvetica.ttc", "LiberationSans-Regular.ttf")
_RGBA: Final = re.compile(r"rgba\((\d+),\s*(\d+),\s*(\d+),\s*([\d.]+)\)")
_TAG: Final = re.compile(r"<[^>]*>")
_ANCHORS: Final = {"left": "l", "center": "m", "right": "r", "top": "a", "middle": "m", "bottom": "d"}
_MARKER_PX: Final = 4


def draw_png(figure: go.Figure) -> bytes:
    """Return ``figure`` as a PNG on white paper, 860 px wide unless its layout says otherwise."""
    canvas = _Canvas(figure)
    for axis in canvas.axes.values():
        canvas.axis(axis)
    for series in figure.data:
        draw = {"bar": canvas.bars, "scatter": canvas.line, "image": canvas.image}.get(series.type)
        if draw and series.visible is not False and (series.opacity is None or series.opacity > 0):
            draw(series)
    for shape in figure.layout.shapes:
        canvas.shape(shape)
    for note in figure.layout.annotations:
        canvas.note(note)
    return canvas.png()


class _Canvas:
    """A sheet of paper with the figure's axes laid out on it."""

    def __init__(self, figure: go.Figure) -> None:
        layout = figure.layout
        self.width = int(layout.width or WIDTH_PX)
        self.height = int(layout.height or 450)
        margin = [layout.margin[side] for side in ("l", "t", "r", "b")]
        left, top, right, bottom = (80 if size is None else size for size in margin)
        self.plot = (left, top, self.width - right, self.height - bottom)
        self.axes = axes_of(layout, self.plot)
        self.paper = Image.new("RGB", (self.width, self.height), PAPER)
        self.pen = ImageDraw.Draw(self.paper, "RGBA")

    def png(self) -> bytes:
        """Return the sheet, in at most 128 colours: a third of the size, no difference to the eye."""
        out = io.BytesIO()
        self.paper.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()

    def axis(self, axis: Axis) -> None:
        """Draw the grid lines and the labels of one axis."""
        if not axis.visible:
            return
        left, top, right, bottom = self.plot
        for value, label in axis.ticks():
            at = float(axis.px(value))
            if axis.letter == "x":
                if axis.grid:
                    self.pen.line([(at, top), (at, bottom)], GRID)
                self._write(label, (at, bottom + 6), "ma")
            else:
                if axis.grid:
                    self.pen.line([(left, at), (right, at)], GRID)
                self._write(label, (left - 6, at), "rm")
        if axis.title and axis.letter == "x":
            self._write(axis.title, ((left + right) / 2, self.height - 2), "md")

    def bars(self, series: Any) -> None:
        """Draw horizontal or vertical bars, with the labels that fit."""
        x, y = self._axes(series)
        flat = series.orientation == "h"
        along, across = (x, y) if flat else (y, x)
        length = _numbers(series.x if flat else series.y)
        middle = _numbers(series.y if flat else series.x)
        base = _numbers(series.base) if series.base is not None else np.zeros(len(length))
        thick = _numbers(series.width) if series.width is not None else np.full(len(length), 0.8)
        thick, base = np.broadcast_to(thick, length.shape), np.broadcast_to(base, length.shape)
        ends = np.sort(np.stack([along.px(base), along.px(base + length)]), axis=0)
        sides = np.sort(np.stack([across.px(middle - thick / 2), across.px(middle + thick / 2)]), axis=0)
        colors = _each(series.marker.color, len(length))
        texts, inks = _each(series.text, len(length)), _each(series.insidetextfont.color, len(length))
        for i in np.flatnonzero(length):
            box = (*ends[:, i], *sides[:, i]) if flat else (*sides[:, i], *ends[:, i])
            self._bar(box, colors[i], texts[i], inks[i])

    def line(self, series: Any) -> None:
        """Draw a line (straight or in steps, broken at NaN, filled down to zero when asked) and markers."""
        x_axis, y_axis = self._axes(series)
        x, y = x_axis.px(_numbers(series.x)), y_axis.px(_numbers(series.y))
        mode = series.mode or "lines"
        color = _color((series.line.color or INK) if "lines" in mode else (series.marker.color or INK))
        if "lines" in mode:
            for piece in _pieces(x, y):
                points = _steps(*piece) if series.line.shape == "hv" else np.stack(piece, axis=1)
                self._stroke(points, color, float(y_axis.px(0.0)) if series.fill == "tozeroy" else None)
        if "markers" in mode:
            for at, up in zip(x, y, strict=True):
                if not (math.isnan(at) or math.isnan(up)):
                    self.pen.ellipse((at - _MARKER_PX, up - _MARKER_PX, at + _MARKER_PX, up + _MARKER_PX), color)

    def image(self, series: Any) -> None:
        """Paste a PNG that lies in data coordinates, without smoothing and without losing a column."""
        x_axis, y_axis = self._axes(series)
        picture = Image.open(io.BytesIO(base64.b64decode(series.source.partition(",")[2]))).convert("RGBA")
        x = x_axis.px(np.array([series.x0 - series.dx / 2, series.x0 + (picture.width - 0.5) * series.dx]))
        y = y_axis.px(np.array([series.y0 - series.dy / 2, series.y0 + (picture.height - 0.5) * series.dy]))
        size = (max(1, round(x[1] - x[0])), max(1, round(y[1] - y[0])))
        scaled = _narrowed(picture, size[0]).resize(size, Image.Resampling.NEAREST)
        self.paper.paste(scaled, (round(x[0]), round(y[0])), scaled)

    def shape(self, shape: Any) -> None:
        """Draw a straight line or a rectangle."""
        (x0, x1), (y0, y1) = (
            [self._place(ref, letter, shape[f"{letter}{end}"]) for end in (0, 1)]
            for letter, ref in (("x", shape.xref), ("y", shape.yref))
        )
        if shape.type == "line":
            self.pen.line([(x0, y0), (x1, y1)], _color(shape.line.color or INK), 1)
        elif shape.type == "rect":
            box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            self.pen.rectangle(box, _color(shape.fillcolor or "rgba(0,0,0,0)"))

    def note(self, note: Any) -> None:
        """Write an annotation; its arrow is left out."""
        x = self._place(note.xref, "x", note.x) + (note.xshift or 0)
        y = self._place(note.yref, "y", note.y) - (note.yshift or 0)
        anchor = _ANCHORS[_or(note.xanchor, "center")] + _ANCHORS[_or(note.yanchor, "middle")]
        self._write(note.text, (x, y), anchor, note.font.size or 12)

    def _axes(self, series: Any) -> tuple[Axis, Axis]:
        return self.axes[series.xaxis or "x"], self.axes[series.yaxis or "y"]

    def _place(self, ref: str | None, letter: str, value: float) -> float:
        """Return the pixel of a coordinate on an axis, on an axis' domain, or on the whole plot (``paper``)."""
        ref = ref or letter
        if ref in self.axes:
            return float(self.axes[ref].px(value))
        if ref.endswith("domain"):
            low, high = self.axes[ref.split()[0]].low_px, self.axes[ref.split()[0]].high_px
        else:
            left, top, right, bottom = self.plot
            low, high = (left, right) if letter == "x" else (bottom, top)
        return low + value * (high - low)

    def _bar(self, box: tuple[float, ...], color: str, text: str | None, ink: str | None) -> None:
        x0, x1 = (float(x) for x in np.clip(box[:2], self.plot[0], self.plot[2]))
        y0, y1 = box[2:]
        fill = _color(color)
        if not fill[3] or x1 < self.plot[0] or x0 > self.plot[2]:
            return
        right, bottom = max(x1 - 1 - (x1 - x0 > 4), x0), max(y1 - 1, y0)  # a hair of paper between wider ones
        self.pen.rectangle((round(x0), round(y0), round(right), round(bottom)), fill)
        if text and y1 - y0 >= LABEL_PX and x1 - x0 > 12 and _length(text, LABEL_PX) + 6 <= x1 - x0:
            self._write(text, ((x0 + x1) / 2, (y0 + y1) / 2), "mm", LABEL_PX, ink or "#ffffff")

    def _stroke(self, points: Any, color: tuple[int, ...], zero: float | None) -> None:
        path = [(float(x), float(y)) for x, y in points]
        if zero is not None:
            self.pen.polygon([(path[0][0], zero), *path, (path[-1][0], zero)], (*color[:3], 60))
        if len(path) == 1:  # a single sample is a dot, not nothing
            path.append((path[0][0] + 2, path[0][1]))
        self.pen.line(path, color, 1)

    def _write(self, text: str, at: tuple[float, float], anchor: str, size: int = 11, ink: str = INK) -> None:
        if plain := _plain(text):
            self.pen.text(at, plain, fill=ink, font=_font(size), anchor=anchor)


@lru_cache(maxsize=16)
def _font(size: int) -> Any:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


@lru_cache(maxsize=4096)
def _length(text: str, size: int) -> float:
    return float(_font(size).getlength(_plain(text)))


def _plain(text: object) -> str:
    """Return plotly's pseudo-HTML as the text that it shows; Pillow's own font is ASCII."""
    plain = unescape(_TAG.sub(" ", str(text))).strip()
    if isinstance(_font(LABEL_PX), ImageFont.FreeTypeFont) and _font(LABEL_PX).getname()[0] != "Aileron":
        return plain
    return plain.replace("µ", "u").replace("…", "...").replace("·", "-").encode("ascii", "replace").decode()


def _narrowed(picture: Image.Image, width: int) -> Image.Image:
    """Return an RGBA picture at most ``width`` wide; of columns that fall together, one that is filled stays."""
    if picture.width <= width:
        return picture
    pixels = np.asarray(picture)
    column = np.where(pixels[:, :, 3] > 0, np.arange(picture.width), -1)
    kept = np.maximum.reduceat(column, np.arange(width) * picture.width // width, axis=1)
    return Image.fromarray(
        np.take_along_axis(pixels, np.maximum(kept, 0)[:, :, None], axis=1) * (kept >= 0)[:, :, None]
    )


def _color(color: str) -> tuple[int, ...]:
    """Return RGBA, 0 to 255."""
    if match := _RGBA.fullmatch(color):
        red, green, blue, alpha = match.groups()
        return int(red), int(green), int(blue), round(255 * float(alpha))
    return ImageColor.getcolor(color, "RGBA")  # type: ignore[return-value]


def _numbers(values: Any) -> Any:
    return np.asarray([] if values is None else values, dtype=np.float64)


def _each(value: Any, count: int) -> list[Any]:
    """Return one value for each bar, whether the figure has one or a list."""
    return [value] * count if value is None or isinstance(value, str) else list(value)


def _pieces(x: Any, y: Any) -> list[tuple[Any, Any]]:
    """Cut a line where a value is missing."""
    known = ~(np.isnan(x) | np.isnan(y))
    cuts = np.flatnonzero(np.diff(known.astype(np.int8))) + 1
    parts = np.split(np.arange(len(x)), cuts)
    return [(x[part], y[part]) for part in parts if len(part) and known[part[0]]]


def _steps(x: Any, y: Any) -> Any:
    """Return the corners of a line that holds each value until the next."""
    return np.stack([np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]], axis=1)


def _or(value: str | None, default: str) -> str:
    return default if value in (None, "auto") else str(value)
