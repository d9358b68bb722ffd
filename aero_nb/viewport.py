"""What a screen can show of a time window: (spans, window, pixels) -> a raster, and which spans earn a bar.

A pixel column ``p`` of a window ``(t0, t1)`` shows the half-open interval ``[t0 + p*w, t0 + (p+1)*w)``. A span
fills every pixel it touches and at least one, so nothing vanishes however far one zooms out.

    window     t0                  t1
    pixels     |  0 |  1 |  2 |  3 |
    spans    [a        ][b][c]          a touches 0 and 1, b 1 and 2, c 2
    longest    |  a |  a |  b |  - |
    count      |  1 |  2 |  2 |  0 |

Cells of a raster are numbered row by row (``row * pixels + pixel``), so that a span is a range of neighbouring cells.
"""

from dataclasses import dataclass

import numpy as np

from aero_nb.tables.arrays import ranges
from aero_nb.tables.columns import Bools, Floats, Ints

EMPTY = -1  # in a raster: no span touches this pixel
NARROWEST_PIECE = 4  # pixels: what a run of narrow spans is cut into at the finest
_RANK_BITS = 32  # of a raster's sort key: below the duration stands which span it is
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


def in_window(ts_us: Floats, dur_us: Floats, window: tuple[float, float]) -> Bools:
    """Return which spans show in ``window`` (µs): all that overlap it, and those without length at its ends."""
    start, end = window
    stop = ts_us + dur_us
    overlaps = (ts_us < end) & (stop > start)
    at_an_end = (stop == ts_us) & (ts_us >= start) & (ts_us <= end)
    shown: Bools = overlaps | at_an_end
    return shown


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
    first_pixel, last_pixel = pixel_range(ts_us[shown], dur_us[shown], window, pixels)
    first_cell = row[shown] * pixels + first_pixel
    touched = last_pixel - first_pixel + 1
    cells = rows * pixels
    best = _largest(first_cell, touched, _by_length(dur_us[shown]), cells)
    filled = best != EMPTY
    longest = np.full(cells, EMPTY, dtype=np.int64)
    longest[filled] = shown[_rank_of(best[filled])]
    count = _counts(first_cell, touched, cells)
    return Raster(longest.reshape(rows, pixels), count.reshape(rows, pixels))


def coverage(
    ts_us: Floats, dur_us: Floats, row: Ints, *, rows: int, window: tuple[float, float], pixels: int
) -> Floats:
    """Return which share (0 to 1) of each pixel's time spans cover, float64 (rows, pixels).

    Spans of a row are taken not to overlap; where they do (a row that holds several depths) the sum is cut to 1.
    """
    shown = np.flatnonzero(in_window(ts_us, dur_us, window))
    first, last = pixel_range(ts_us[shown], dur_us[shown], window, pixels)
    scale = pixels / (window[1] - window[0]) if window[1] > window[0] else 0.0
    left = np.clip((ts_us[shown] - window[0]) * scale, 0, pixels)
    right = np.clip((ts_us[shown] + dur_us[shown] - window[0]) * scale, 0, pixels)
    base, size = row[shown] * pixels, rows * pixels
    single = first == last
    part = np.where(single, right - left, first + 1 - left)
    covered = np.bincount(base + first, part, size) + np.bincount((base + last)[~single], (right - last)[~single], size)
    step = np.bincount((base + first + 1)[~single], minlength=size + 1).astype(np.float64)
    step -= np.bincount((base + last)[~single], minlength=size + 1)
    return np.clip(covered + np.cumsum(step)[:size], 0, 1).reshape(rows, pixels)


def _by_length(dur_us: Floats) -> Ints:
    """Return one number per span that sorts by (duration, rank): the longest wins a pixel, of equals the later one.

    The bits of floats that are not negative sort as the floats do, so that 32 of them fit above the rank:
    ``| 0 | 31 bits of float32 | 32 bits of rank |``.
    """
    bits = dur_us.astype(np.float32).view(np.uint32).astype(np.int64)
    return bits << _RANK_BITS | np.arange(len(dur_us))


def _rank_of(key: Ints) -> Ints:
    return key & ((1 << _RANK_BITS) - 1)


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
    """Return at most about ``limit`` runs that show what the dense parts of a raster hold.

    Each row is cut into equal pieces, as narrow as ``limit`` and memory allow (4 pixels at best); a run is what is
    filled of a piece. ``name`` holds category codes::

        pixels   0       4       8       12
        spans      [a][b][c            ]
        runs     |  ---- | ----- | ---   |     three, of 3, 1 and 1 spans
    """
    shown = np.flatnonzero(in_window(ts_us, dur_us, window))
    first, last = pixel_range(ts_us[shown], dur_us[shown], window, pixels)
    width = _piece_width(row[shown], first, last, pixels, limit)
    per_row = _pieces_of_a_row(pixels, width)
    touched = last // width - first // width + 1
    of, place = ranges(row[shown] * per_row + first // width, touched)  # each piece (place) that a span (of) touches
    filled = np.zeros((int(row.max(initial=0)) + 1) * per_row, dtype=bool)
    filled[place] = True
    run_place = np.flatnonzero(filled)
    count = len(run_place)
    run = (np.cumsum(filled) - 1)[place]  # the run of each pair
    in_row, piece = np.divmod(run_place, per_row)
    piece_first, piece_end = piece[run] * width, (piece[run] + 1) * width
    first_pixel = np.full(count, pixels, dtype=np.int64)
    end_pixel = np.zeros(count, dtype=np.int64)
    np.minimum.at(first_pixel, run, np.maximum(first[of], piece_first))
    np.maximum.at(end_pixel, run, np.minimum(last[of] + 1, piece_end))
    pixel_us = (window[1] - window[0]) / pixels
    piece_start_us, piece_end_us = window[0] + piece_first * pixel_us, window[0] + piece_end * pixel_us
    span = shown[of]
    time_inside = np.minimum(ts_us[span] + dur_us[span], piece_end_us) - np.maximum(ts_us[span], piece_start_us)
    top, share = _dominant(run, name[span], time_inside.clip(min=0), count)
    return Run(in_row, first_pixel, end_pixel, np.bincount(run, minlength=count), top, share)


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


def _counts(first: Ints, length: Ints, cells: int) -> Ints:
    """Return how many of the ranges hold each cell: those that have begun by then, less those that have ended."""
    begins = np.bincount(first, minlength=cells + 1)
    ends = np.bincount(first + length, minlength=cells + 1)
    return np.cumsum(begins - ends)[:cells]


def _largest(first: Ints, length: Ints, value: Ints, cells: int) -> Ints:
    """Return the largest value of the ranges that hold each cell, EMPTY where none does.

    A range is two blocks of 2^k cells that may overlap. Blocks are taken apart from the longest down, so that the work
    does not grow with what the ranges cover: a million nested spans cover every pixel a million times::

        a range of 7 cells     . # # # # # # # .
        its two blocks of 4    . 1 1 1 1 . . . .      while blocks have 4 cells, only their first cell holds the value
                               . . . . 2 2 2 2 .
        split into 2, into 1   each block hands its value to the block that is its second half
    """
    largest_power = np.frexp(length)[1] - 1  # the k of 2^k <= length
    best = np.full(cells, EMPTY, dtype=np.int64)
    top = int(largest_power.max(initial=0))
    for power in range(top, -1, -1):
        size = 1 << power
        if power < top:
            blocks = best.copy()
            np.maximum(best[size:], blocks[:-size], out=best[size:])
        here = largest_power == power
        np.maximum.at(best, first[here], value[here])
        if power:  # of one cell both blocks are the same
            np.maximum.at(best, (first + length - size)[here], value[here])
    return best


def _pieces_of_a_row(pixels: int, width: int) -> int:
    return -(-pixels // width)  # rounded up


def _piece_width(row: Ints, first: Ints, last: Ints, pixels: int, limit: int) -> int:
    """Return the narrowest piece: 4 pixels, doubled while there are more than ``limit`` runs or too many cells."""
    width = NARROWEST_PIECE
    per_row = _pieces_of_a_row(pixels, width)
    rows = int(row.max(initial=0)) + 1
    touched = last // width - first // width + 1
    filled = (_counts(row * per_row + first // width, touched, rows * per_row) > 0).reshape(rows, per_row)
    most_cells = max(_MOST_CELLS, 2 * len(row))
    while width < pixels and (np.count_nonzero(filled) > limit or int(touched.sum()) > most_cells):
        # Two neighbouring pieces become one, filled where either was.
        filled = np.pad(filled, ((0, 0), (0, filled.shape[1] % 2)))
        filled = filled[:, ::2] | filled[:, 1::2]
        width *= 2
        touched = last // width - first // width + 1
    return min(width, pixels)


def _dominant(run: Ints, name: Ints, time: Floats, runs: int) -> tuple[Ints, Floats]:
    """Return for each run the name with the largest share of its time (of its spans where it has no time)."""
    timeless = np.bincount(run, time, minlength=runs) == 0
    weight = np.where(timeless[run], 1.0, time)
    names = int(name.max(initial=-1)) + 2  # codes start at -1 (missing)
    pairs, pair = np.unique(run * names + name + 1, return_inverse=True)  # (run, name) as one number
    pair_run, pair_name = np.divmod(pairs, names)
    total = np.bincount(pair, weight, minlength=len(pairs))
    by_run_and_total = np.lexsort((total, pair_run))
    last_of_run = np.flatnonzero(np.diff(pair_run[by_run_and_total], append=runs))
    best = by_run_and_total[last_of_run]
    whole = np.bincount(run, weight, minlength=runs)
    return pair_name[best] - 1, total[best] / whole
