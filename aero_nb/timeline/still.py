"""The timeline as a small PNG: what a viewer without widgets shows, and what the page shows first."""

import io
import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from aero_nb.figures.palette import PALETTE, color_of, label_color
from aero_nb.figures.units import format_count, format_duration, format_value, plain_text
from aero_nb.tables.columns import Ints
from aero_nb.timeline.first_sight import lack_of
from aero_nb.timeline.scene import Band, Scene
from aero_nb.viewport import EMPTY, raster

WIDTH, GUTTER, AXIS = 960, 150, 24
PLOT = WIDTH - GUTTER - 4
ROW, TITLE, COUNTER, LOWEST = 14, 16, 34, 18
MOST_HEIGHT = 900  # a saved notebook holds this picture three times
INK, FAINT, LINE, PAPER, LOST, HEADING = "#1f2328", "#59636e", "#d8dee4", "#ffffff", "#b0b7be", "#eef1f4"


def still_png(scene: Scene) -> bytes:
    """Return what there is to see of the trace as a PNG of few colours."""
    headed = _first_of_processes(scene)
    bands = [(band, _band_height(band) + TITLE * (band.track in headed)) for band in scene.bands]
    foot = TITLE if scene.foot else 0
    wanted = AXIS + sum(height for _, height in bands) + 8 + foot
    height = min(max(wanted, AXIS + 60), MOST_HEIGHT)
    image = Image.new("RGB", (WIDTH, height), PAPER)
    draw = ImageDraw.Draw(image)
    font: Any = ImageFont.load_default(11)
    if bands:
        _draw_axis(draw, font, scene, height)
    longest = _longest(scene, _rows_in_sight(bands))
    y = AXIS
    for number, (band, band_height) in enumerate(bands):
        room = height - (18 if wanted > height else 0) - foot - y
        heading = headed.get(band.track)
        if heading and room >= TITLE + LOWEST:
            draw.rectangle((0, y, WIDTH, y + TITLE - 1), HEADING)
            draw.text((8, y + 2), heading, INK, font)
            y, room, band_height = y + TITLE, room - TITLE, band_height - TITLE
        if band_height > room:
            fitting = (room - _rows_top(band)) // ROW if band.kind != "counter" else 0
            if fitting > 0:
                _draw_band(draw, font, scene, longest, replace(band, rows=fitting), y)
            left_out = _left_out(band, fitting, len(bands) - number - (fitting > 0))
            draw.text((8, height - 16 - foot), left_out, INK, font)
            break
        _draw_band(draw, font, scene, longest, band, y)
        y += band_height
    lack = lack_of(scene)
    if lack is not None and not bands:
        draw.text((GUTTER + 8, AXIS + 10), lack.what, INK, font)
        draw.text((GUTTER + 8, AXIS + 28), _drawable(lack.advice), FAINT, font)
    elif scene.foot:
        draw.text((8, height - 16), f"Not in this picture: {scene.foot}.", FAINT, font)
    target = io.BytesIO()
    image.quantize(palette=_few_colors(), dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
    return target.getvalue()


def _first_of_processes(scene: Scene) -> dict[int, str]:
    """Return the heading above each process by its first track; nothing where there is one process only."""
    first: dict[int, int] = {}
    for band in scene.bands:
        first.setdefault(band.process, band.track)
    if len(first) < 2:
        return {}
    titles = scene.process_titles
    return {track: plain_text(titles[process], 60) for process, track in first.items()}


def _left_out(band: Band, fitting: int, lanes: int) -> str:
    rows = f"… and {format_count(band.rows - fitting)} more rows" if fitting > 0 else "…"
    return f"{rows} and {format_count(lanes)} more lanes" if lanes else rows


@cache
def _few_colors() -> Image.Image:
    """Return a palette of what is drawn: every colour of ours exactly, and the shades between text and its ground."""
    pairs = [(PAPER, INK), (PAPER, LOST), (HEADING, INK), *((color, label_color(color)) for color in PALETTE)]
    colors = [PAPER, INK, FAINT, LINE, LOST, HEADING, *PALETTE]
    shades = [_mixed(ground, text, n / 5) for ground, text in pairs for n in range(1, 6)]
    image = Image.new("P", (1, 1))
    image.putpalette([channel for color in [*map(_channels, colors), *shades] for channel in color])
    return image


def _channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))


def _mixed(one: str, other: str, share: float) -> tuple[int, ...]:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return tuple(round(a * (1 - share) + b * share) for a, b in pairs)


def _band_height(band: Band) -> int:
    return COUNTER + 4 if band.kind == "counter" else max(_rows_top(band) + max(band.rows, 0) * ROW + 4, LOWEST)


def _rows_top(band: Band) -> int:
    """Return where the rows begin: on the line of the track's name, below its instants if it has any."""
    return TITLE if band.items else 2


def _drawable(text: str) -> str:
    return text.replace("µ", "u")  # which Pillow's own font has not


def _scale(scene: Scene) -> float:
    return PLOT / max(scene.duration_ns, 1)


def _draw_axis(draw: ImageDraw.ImageDraw, font: Any, scene: Scene, height: int) -> None:
    span = max(scene.duration_ns, 1)
    step = 10 ** math.floor(math.log10(span / 4))
    step = next(step * m for m in (1, 2, 5, 10) if span / (step * m) <= 8)
    draw.text((8, 5), f"{scene.axis_base} +" if scene.axis_base else plain_text(scene.axis_unit, 24), FAINT, font)
    zero = scene.axis_zero
    for number in range(math.ceil(zero / step), int((zero + span) / step) + 1):
        x = GUTTER + (number * step - zero) * _scale(scene)
        draw.line((x, AXIS - 4, x, height), LINE)
        places = number * step
        label = "0" if not places else format_value(places) if scene.axis_unit else format_duration(places / 1000)
        if x + draw.textlength(label, font) < WIDTH - 4:
            draw.text((x + 3, 5), _drawable(label), FAINT, font)


def _draw_band(
    draw: ImageDraw.ImageDraw, font: Any, scene: Scene, longest: dict[int, Ints], band: Band, y: int
) -> None:
    draw.line((0, y, WIDTH, y), LINE)
    title = plain_text(band.title, 24)
    while title and draw.textlength(title, font) > GUTTER - 14:
        title = title[:-2] + "…"
    draw.text((8, y + 2), title, INK, font)
    for left, right, _ in band.lost:
        _hatch(draw, GUTTER + left * _scale(scene), GUTTER + right * _scale(scene), y, _band_height(band))
    if band.kind == "counter":
        _draw_counter(draw, font, scene, band, y + 2)
        return
    items = slice(band.first_item, band.first_item + band.items)
    time = scene.instants.time[items]
    time = time[(time >= 0) & (time <= scene.duration_ns)]
    for x in np.unique((GUTTER + time * _scale(scene)).astype(int)).tolist():
        draw.line((x, y + 3, x, y + TITLE - 3), INK)
    for row in range(band.rows):
        _draw_row(draw, font, scene, longest[band.first_row + row], y + _rows_top(band) + row * ROW)


def _rows_in_sight(bands: list[tuple[Band, int]]) -> Ints:
    """Return the rows of spans that the picture has room for."""
    seen, y = [np.empty(0, np.int64)], AXIS
    for band, height in bands:
        if y > MOST_HEIGHT:
            break
        room = max(MOST_HEIGHT - y, 0) // ROW + 1
        seen.append(np.arange(band.first_row, band.first_row + min(band.rows, room)))
        y += height
    return np.concatenate(seen)


def _longest(scene: Scene, rows: Ints) -> dict[int, Ints]:
    """Return for each of ``rows`` and each pixel the place of the longest span there, -1 where there is none."""
    spans = scene.spans
    first, count = spans.row_start[rows], np.diff(spans.row_start)[rows]
    place = np.repeat(first - np.append(0, count.cumsum()[:-1])[: len(rows)], count) + np.arange(count.sum())
    window = 0.0, max(scene.duration_ns, 1) / 1000
    cells = raster(
        spans.start[place] / 1000,
        spans.duration[place] / 1000,
        np.repeat(np.arange(len(rows)), count),
        rows=len(rows),
        window=window,
        pixels=PLOT,
    )
    places = np.append(place, EMPTY)[cells.longest]  # EMPTY is the last one
    return dict(zip(rows.tolist(), places, strict=True))


def _draw_row(draw: ImageDraw.ImageDraw, font: Any, scene: Scene, longest: Ints, y: int) -> None:
    edges = np.flatnonzero(np.diff(longest, prepend=EMPTY - 1, append=EMPTY - 1) != 0)
    for left, right in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        place = int(longest[left])
        if place != EMPTY:
            # A pixel of paper between neighbours, where there is room for it.
            gap = 2 if right - left > 3 else 1
            _draw_span(draw, font, scene.names.texts[scene.spans.name[place]], left, right - gap, y)


def _draw_span(draw: ImageDraw.ImageDraw, font: Any, name: str, left: int, last: int, y: int) -> None:
    color = color_of(name)
    draw.rectangle((GUTTER + left, y, GUTTER + last, y + ROW - 2), color)
    if last - left < 16:
        return
    label = plain_text(name, 60)
    if draw.textlength(label, font) < last - left - 4:
        draw.text((GUTTER + left + 3, y), label, label_color(color), font)


def _draw_counter(draw: ImageDraw.ImageDraw, font: Any, scene: Scene, band: Band, y: int) -> None:
    part = slice(band.first_item, band.first_item + band.items)
    time, value = scene.samples.time[part], scene.samples.value[part]
    known = np.isfinite(value) & (time >= 0) & (time <= scene.duration_ns)
    if not known.any():
        draw.text((GUTTER + 4, y + 8), "no finite values", FAINT, font)
        return
    x = (GUTTER + time[known] * _scale(scene)).astype(np.int64)
    low, high = min(float(value[known].min()), 0.0), max(float(value[known].max()), 0.0)
    bottom = y + COUNTER - 4
    level = bottom - ((value[known] - low) / ((high - low) or 1.0) * (COUNTER - 8)).astype(np.int64)
    columns, first = np.unique(x, return_index=True)
    top, base = np.minimum.reduceat(level, first), np.maximum.reduceat(level, first)
    last = level[np.append(first[1:], len(level)) - 1]
    _draw_steps(draw, columns, top, base, last, color_of(band.label))


def _draw_steps(
    draw: ImageDraw.ImageDraw,
    columns: Ints,
    top: Ints,
    base: Ints,
    last: Ints,
    color: str,
) -> None:
    """Draw a step line: in each pixel column its whole range, then its last level up to the next column."""
    until = np.append(columns[1:], WIDTH - 4)
    previous = np.append(last[:1], last[:-1])
    for x, high, low, level, before, end in zip(
        columns.tolist(), top.tolist(), base.tolist(), last.tolist(), previous.tolist(), until.tolist(), strict=True
    ):
        draw.line((x, min(high, before), x, max(low, before)), color)
        draw.line((x, level, end, level), color)


def _hatch(draw: ImageDraw.ImageDraw, left: float, right: float, y: int, height: int) -> None:
    for x in range(int(left) - height, int(right), 6):
        low, high = max(x, left), min(x + height, right)
        if high > low:
            draw.line((low, y + height - (low - x), high, y + height - (high - x)), LOST)
