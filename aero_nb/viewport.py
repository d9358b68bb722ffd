"""What a screen can show of a time window: (spans, window, pixels) -> a raster, and which spans earn a bar.

A pixel column ``p`` of a window ``(t0, t1)`` shows the half-open interval ``[t0 + p*w, t0 + (p+1)*w)``. A span
fills every pixel it touches and at least one, so nothing vanishes however far one zooms out.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EMPTY = -1  # in a raster: no span touches this pixel
_MOST_CELLS = 500_000  # (span, piece) pairs that runs are worked out from


@dataclass(frozen=True)
class Raster:
    """What each pixel of each row holds.

    ``longest``: int64 (rows, pixels), the position (in the arrays given) of the longest span that touches the
    pixel, the later one of two equal ones, or -1. ``count``: int64 (rows, pixels), how many spans touch it.
    """

    longest: Ints
    count: Ints


@dataclass(frozen=True)
class Run:
    """Runs of neighbouring spans that are too narrow for bars of their own, as parallel arrays.

    ``row``; ``first_pixel`` and ``end_pixel`` (exclusive) of what they fill; ``count`` of spans in it; ``name``
    code with the largest total time in it, and that name's ``share`` (0 to 1) of the spans' time in it (of their
    number, where none has a duration).
    """

    row: Ints
    first_pixel: Ints
    end_pixel: Ints
    count: Ints
    name: Ints
    share: Floats

    def __len__(self) -> int:
        return len(self.row)


def in_window(ts_us: Floats, dur_us: Floats, window: tuple[float, float]) -> npt.NDArray[np.bool_]:
    """Return which spans show in ``window`` (µs): all that overlap it, and those without length at its ends."""
    start, end = window
    stop = ts_us + dur_us
    return np.asarray(
        ((ts_us < end) & (stop > start)) | ((stop == ts_us) & (ts_us >= start) & (ts_us <= end)), dtype=np.bool_
    )


def pixel_range(ts_us: Floats, dur_us: Floats, window: tuple[float, float], pixels: int) -> tuple[Ints, Ints]:
    """Return the first and last pixel (int64) that each span touches, clipped to ``0 .. pixels - 1``.

    A span that lies beside the window would be clipped onto its edge: choose with :func:`in_window` first.
    """
    start, end = window
    scale = pixels / (end - start) if end > start else 0.0
    first = np.floor((ts_us - start) * scale)
    last = np.ceil((ts_us + dur_us - start) * scale) - 1
    first = np.clip(first, 0, pixels - 1).astype(np.int64)
    return first, np.clip(last, first, pixels - 1).astype(np.int64)


def raster(ts_us: Floats, dur_us: Floats, row: Ints, *, rows: int, window: tuple[float, float], pixels: int) -> Raster:
    """Return what ``pixels`` columns can show of the spans in ``window`` (µs), for each of ``rows`` rows.

    Durations are compared as float32: of two that differ by less than one part in 2^23 either may count as the
    longest.
    """
    shown = np.flatnonzero(in_window(ts_us, dur_us, window))
    first, last = pixel_range(ts_us[shown], dur_us[shown], window, pixels)
    cell, length = first + row[shown] * pixels, last - first + 1
    bits = dur_us[shown].astype(np.float32).view(np.uint32).astype(np.int64)
    best = _largest(cell, length, bits << 32 | np.arange(len(shown)), rows * pixels)
    filled = best != EMPTY
    longest = np.full(rows * pixels, EMPTY, dtype=np.int64)
    longest[filled] = shown[best[filled] & 0xFFFFFFFF]
    count = _counts(cell, length, rows * pixels)
    return Raster(longest.reshape(rows, pixels), count.reshape(rows, pixels))


def widest(
    ts_us: Floats,
    dur_us: Floats,
    *,
    window: tuple[float, float],
    pixels: int,
    min_width_px: float,
    limit: int,
) -> Ints:
    """Return the positions (ascending) of at most ``limit`` spans that earn a bar of their own.

    They are the widest of those whose visible part takes at least ``min_width_px`` of ``pixels``.
    """
    start, end = window
    width = np.minimum(ts_us + dur_us, end) - np.maximum(ts_us, start)
    wide = np.flatnonzero(width * pixels >= min_width_px * (end - start))
    if len(wide) > limit:
        wide = wide[np.argsort(-width[wide], kind="stable")[:limit]]
    return np.sort(wide)


def runs(
    ts_us: Floats,
    dur_us: Floats,
    row: Ints,
    name: Ints,
    *,
    window: tuple[float, float],
    pixels: int,
    limit: int,
) -> Run:
    """Return at most about ``limit`` runs that tell what the dense parts of a raster hold.

    Each row is cut into equal pieces, as narrow as ``limit`` and memory allow (4 pixels at best); a run is what is
    filled of a piece. ``name`` holds category codes.
    """
    shown = np.flatnonzero(in_window(ts_us, dur_us, window))
    first, last = pixel_range(ts_us[shown], dur_us[shown], window, pixels)
    width = _piece_width(row[shown], first, last, pixels, limit)
    per_row = -(-pixels // width)
    pieces, owners = _cells(row[shown] * per_row + first // width, last // width - first // width + 1)
    filled = np.zeros((int(row.max(initial=0)) + 1) * per_row, dtype=bool)
    filled[pieces] = True
    found, run = np.flatnonzero(filled), (np.cumsum(filled) - 1)[pieces]
    in_row, piece = np.divmod(found, per_row)
    first_pixel = np.full(len(found), pixels, dtype=np.int64)
    end_pixel = np.zeros(len(found), dtype=np.int64)
    np.minimum.at(first_pixel, run, np.maximum(first[owners], piece[run] * width))
    np.maximum.at(end_pixel, run, np.minimum(last[owners] + 1, (piece[run] + 1) * width))
    step = (window[1] - window[0]) / pixels
    left, right = window[0] + piece[run] * width * step, window[0] + (piece[run] + 1) * width * step
    owner = shown[owners]
    inside = np.clip(np.minimum(ts_us[owner] + dur_us[owner], right) - np.maximum(ts_us[owner], left), 0, None)
    top, share = _dominant(run, name[owner], inside, len(found))
    return Run(in_row, first_pixel, end_pixel, np.bincount(run, minlength=len(found)), top, share)


def thin_steps(ts_us: Floats, value: Floats, *, window: tuple[float, float], buckets: int) -> Ints:
    """Return the positions (ascending) of the samples that a step line of ``buckets`` columns needs.

    The first, last, least and greatest sample of each column (M4: Jugel and others, VLDB 2014), besides the last
    one before the window, whose value still holds at its start. Samples are in time order; NaN is left out.
    """
    known = np.flatnonzero(~np.isnan(value))
    before = known[ts_us[known] < window[0]][-1:]
    shown = known[(ts_us[known] >= window[0]) & (ts_us[known] <= window[1])]
    if len(shown) <= 4 * buckets:
        return np.concatenate([before, shown])
    column, _ = pixel_range(ts_us[shown], np.zeros(len(shown)), window, buckets)
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    ends = np.append(starts[1:], len(shown)) - 1
    by_value = np.lexsort((value[shown], column))
    kept = np.unique(np.concatenate([starts, ends, by_value[starts], by_value[ends]]))
    return np.concatenate([before, shown[kept]])


def _cells(first: Ints, length: Ints) -> tuple[Ints, Ints]:
    """Spell out ranges: every cell of each range, and the range it belongs to."""
    owners = np.repeat(np.arange(len(first)), length)
    offset = np.arange(len(owners)) - np.repeat(np.cumsum(length) - length, length)
    return first[owners] + offset, owners


def _counts(first: Ints, length: Ints, cells: int) -> Ints:
    """Return how many of the ranges hold each cell."""
    begins = np.bincount(first, minlength=cells + 1)
    return np.cumsum(begins - np.bincount(first + length, minlength=cells + 1))[:cells]


def _largest(first: Ints, length: Ints, value: Ints, cells: int) -> Ints:
    """Return the largest value of the ranges that hold each cell, EMPTY where none does.

    A range is two blocks of 2^k cells that may overlap. Blocks are taken apart from the longest down, so that the work
    does not grow with what the ranges cover: a million nested spans cover every pixel a million times.
    """
    level = np.frexp(length)[1] - 1
    best = np.full(cells, EMPTY, dtype=np.int64)
    top = int(level.max(initial=0))
    for k in range(top, -1, -1):
        size = 1 << k
        if k < top:
            blocks = best.copy()
            np.maximum(best[size:], blocks[:-size], out=best[size:])
        here = level == k
        np.maximum.at(best, first[here], value[here])
        if k:
            np.maximum.at(best, (first + length - size)[here], value[here])
    return best


def _piece_width(row: Ints, first: Ints, last: Ints, pixels: int, limit: int) -> int:
    """Return the narrowest piece: 4 pixels, doubled while there are more than ``limit`` runs or too many cells."""
    width = 4
    per_row = -(-pixels // width)
    rows = int(row.max(initial=0)) + 1
    length = last // width - first // width + 1
    filled = (_counts(row * per_row + first // width, length, rows * per_row) > 0).reshape(rows, per_row)
    most_cells = max(_MOST_CELLS, 2 * len(row))
    while width < pixels and (
        np.count_nonzero(filled) > limit or int((last // width - first // width + 1).sum()) > most_cells
    ):
        filled = np.pad(filled, ((0, 0), (0, filled.shape[1] % 2)))
        filled = filled[:, ::2] | filled[:, 1::2]
        width *= 2
    return min(width, pixels)


def _dominant(run: Ints, name: Ints, time: Floats, runs: int) -> tuple[Ints, Floats]:
    """Return for each run the name with the largest share of its time (of its spans where it has no time)."""
    timeless = np.bincount(run, time, minlength=runs) == 0
    weight = np.where(timeless[run], 1.0, time)
    names = int(name.max(initial=-1)) + 2  # codes start at -1 (missing)
    pairs, pair = np.unique(run * names + name + 1, return_inverse=True)
    total = np.bincount(pair, weight, minlength=len(pairs))
    of_run = pairs // names
    order = np.lexsort((total, of_run))
    last = np.append(np.flatnonzero(np.diff(of_run[order])), len(order) - 1) if len(order) else order
    best = order[last]
    whole = np.bincount(run, weight, minlength=runs)
    return pairs[best] % names - 1, total[best] / whole
