"""What a screen can show: compared with brute force, pixel by pixel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aero_nb import viewport

PIXELS = 16
ROWS = 3
# Whole numbers and windows of 16 * 2^k µs, so that pixel edges are exact and the model can be naive.
spans = st.lists(
    st.tuples(st.integers(-20, 90), st.integers(0, 70), st.integers(0, ROWS - 1), st.integers(0, 3)), max_size=25
)
windows = st.tuples(st.integers(-10, 40), st.sampled_from([1, 2, 4])).map(lambda w: (w[0], w[0] + PIXELS * w[1]))


def columns(rows):
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return table[:, 0], table[:, 1], table[:, 2].astype(np.int64), table[:, 3].astype(np.int64)


def touches(span, pixel, window):
    """Say whether a span shows in a pixel, straight from the definition."""
    width = (window[1] - window[0]) / PIXELS
    left = window[0] + pixel * width
    start, end = span[0], span[0] + span[1]
    if start == end:
        return left <= start < left + width or (start == window[1] and pixel == PIXELS - 1)
    return start < left + width and end > left


@given(spans, windows)
def test_pixels_are_filled_exactly_where_spans_are(rows, window):
    ts, dur, row, _ = columns(rows)
    picture = viewport.raster(ts, dur, row, rows=ROWS, window=window, pixels=PIXELS)
    for line in range(ROWS):
        for pixel in range(PIXELS):
            here = [span for span in rows if span[2] == line and touches(span, pixel, window)]
            assert picture.count[line, pixel] == len(here)
            best = picture.longest[line, pixel]
            if not here:
                assert best == viewport.EMPTY
            else:
                assert rows[best][2] == line
                assert rows[best][1] == max(span[1] for span in here)


@given(spans, windows, st.integers(1, 40))
def test_runs_cover_every_filled_pixel_and_count_each_span_in_them(rows, window, limit):
    ts, dur, row, name = columns(rows)
    found = viewport.runs(ts, dur, row, name, window=window, pixels=PIXELS, limit=limit)
    picture = viewport.raster(ts, dur, row, rows=ROWS, window=window, pixels=PIXELS)
    covered = np.zeros((ROWS, PIXELS), dtype=bool)
    for line, first, end, count in zip(found.row, found.first_pixel, found.end_pixel, found.count, strict=True):
        covered[line, first:end] = True
        assert picture.count[line, first] > 0
        assert picture.count[line, end - 1] > 0
        inside = [s for s in rows if s[2] == line and any(touches(s, p, window) for p in range(first, end))]
        assert count == len(inside)
    assert (covered >= (picture.count > 0)).all()
    assert len(found) <= max(limit, ROWS)


@given(spans, windows)
def test_the_name_told_of_a_run_has_the_largest_time_in_it(rows, window):
    ts, dur, row, name = columns(rows)
    found = viewport.runs(ts, dur, row, name, window=window, pixels=PIXELS, limit=1_000)
    width = (window[1] - window[0]) / PIXELS
    told = zip(found.row, found.first_pixel, found.name, found.share, strict=True)
    for line, first, code, share in told:
        piece = first // 4 * 4
        left, right = window[0] + piece * width, window[0] + (piece + 4) * width
        here = [s for s in rows if s[2] == line and any(touches(s, p, window) for p in range(piece, piece + 4))]
        times = [max(0, min(s[0] + s[1], right) - max(s[0], left)) for s in here]
        weights = times if sum(times) else [1] * len(here)
        totals = {k: sum(w for s, w in zip(here, weights, strict=True) if s[3] == k) for k in range(4)}
        assert totals[code] == max(totals.values())
        assert share == pytest.approx(totals[code] / sum(totals.values()))


@given(spans, windows, st.integers(1, 12), st.integers(1, 6))
def test_bars_go_to_the_widest_of_those_wide_enough(rows, window, limit, least):
    ts, dur, _, _ = columns(rows)
    chosen = viewport.widest(ts, dur, window=window, pixels=PIXELS, min_width_px=least, limit=limit)
    pixel = (window[1] - window[0]) / PIXELS
    shown = [min(s[0] + s[1], window[1]) - max(s[0], window[0]) for s in rows]
    wide = sorted((w for w in shown if w >= least * pixel), reverse=True)
    assert sorted((shown[i] for i in chosen), reverse=True) == wide[:limit]
    assert list(chosen) == sorted(chosen)


@given(st.lists(st.tuples(st.integers(0, 63), st.integers(-5, 5)), max_size=400), st.sampled_from([1, 4, 16]))
def test_a_thinned_step_line_keeps_each_columns_ends_and_extremes(samples, buckets):
    samples.sort(key=lambda sample: sample[0])
    ts, value = np.array(samples, dtype=np.float64).reshape(-1, 2).T
    kept = viewport.thin_steps(ts, value, window=(0.0, 64.0), buckets=buckets)
    assert list(kept) == sorted(set(kept))
    width = 64 / buckets
    for column in range(buckets):
        here = value[(ts >= column * width) & (ts < (column + 1) * width)]
        drawn = value[kept][(ts[kept] >= column * width) & (ts[kept] < (column + 1) * width)]
        assert len(drawn) <= 4 or len(samples) <= 4 * buckets
        if len(here):
            assert (drawn[0], drawn[-1], drawn.min(), drawn.max()) == (here[0], here[-1], here.min(), here.max())


def test_the_value_that_holds_at_the_windows_start_is_kept():
    ts, value = np.array([0.0, 10.0, 20.0]), np.array([1.0, 2.0, 3.0])
    assert list(viewport.thin_steps(ts, value, window=(15.0, 30.0), buckets=4)) == [1, 2]


def test_a_million_narrow_spans_leave_no_pixel_empty():
    ts = np.arange(1_000_000) * 1.0
    picture = viewport.raster(
        ts, np.full(len(ts), 0.25), np.zeros(len(ts), dtype=np.int64), rows=1, window=(0.0, 1e6), pixels=1_000
    )
    assert (picture.count == 1_000).all()
    assert (picture.longest != viewport.EMPTY).all()


@pytest.mark.parametrize("at", [0.0, 1.0, 2.0])
def test_a_span_without_length_shows_even_at_the_windows_edges(at):
    one = (np.array([at]), np.array([0.0]), np.array([0]))
    picture = viewport.raster(*one, rows=1, window=(0.0, 2.0), pixels=8)
    assert picture.count.sum() == 1
    assert picture.count[0, min(int(at * 4), 7)] == 1


def test_a_window_without_length_is_one_pixel():
    first, last = viewport.pixel_range(np.array([5.0, 3.0]), np.array([0.0, 4.0]), (5.0, 5.0), PIXELS)
    assert (first.tolist(), last.tolist()) == ([0, 0], [0, 0])


@given(spans, windows)
def test_coverage_is_the_share_of_each_pixels_time_that_spans_cover(rows, window):
    ts, dur, row, _ = columns(rows)
    found = viewport.coverage(ts, dur, row, rows=ROWS, window=window, pixels=PIXELS)
    width = (window[1] - window[0]) / PIXELS
    for (at_row, pixel), share in np.ndenumerate(found):
        left = window[0] + pixel * width
        own = [(t, t + d) for t, d, r in zip(ts, dur, row, strict=True) if r == at_row]
        overlaps = [max(0.0, min(end, left + width) - max(start, left)) for start, end in own]
        assert share == pytest.approx(min(sum(overlaps) / width, 1.0))
