"""Counters over time: one row per series, in steps."""

from collections.abc import Sequence
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd

from aero_nb import viewport
from aero_nb.analysis.counter_values import counter_intervals
from aero_nb.analysis.lane_names import lane_names
from aero_nb.figures.empty import empty_figure
from aero_nb.figures.figure import Figure
from aero_nb.figures.step_rows import Scale, StepRow, step_figure
from aero_nb.figures.units import format_count, plain_text, unit_of
from aero_nb.figures.windows import extent, padded

Mode = Literal["level", "rate", "delta"]
Series = Sequence[str | Sequence[str]] | str | None

MAX_ROWS: Final = 40
_MAX_POINTS: Final = 6_000  # of all rows together: 128 kB of base64
_COLUMNS: Final = {"level": "value", "delta": "delta", "rate": "rate_per_s"}
_SECONDS: Final = {"ms": 1e-3, "µs": 1e-6, "ns": 1e-9}  # an axis in s, with SI prefixes


def counter_timeline(
    counters: pd.DataFrame,
    *,
    series: Series = None,
    mode: Mode = "level",
    scale: Scale = "zero",
    window: tuple[float, float] | None = None,
    start_us: float | None = None,
) -> Figure:
    """Draw counters over time, one row per series (and thread, where several count it), in steps.

    A series of more samples than the picture has columns keeps each column's first, last, least and greatest one.
    Units stand on the axis where the series' name says them (``bytes``, ``frameTimeMs`` ...).

    Args:
        counters: a Trace's ``counters``.
        series: the names to draw, in this order; names in a list of their own share a row; None: all, up to 40 rows.
        mode: ``"level"``: the values; ``"delta"``: how far the next sample is; ``"rate"``: that, per second.
        scale: of each row: ``"zero"``: from zero on; ``"fit"``: from the least to the greatest value in the window;
            ``"log"``: logarithmic, where what is not above zero has no place.
        window: (from, to) in µs as in ``ts_us``; None: everything.
        start_us: the ``ts_us`` that the axis calls 0; None: the first sample of all.

    Returns:
        A plotly figure; the x axis is in seconds since ``start_us``.

    Raises:
        ValueError: an unknown ``mode`` or ``scale``, a ``series`` that is not there, or a ``window`` that ends before
            it begins.

    """
    if mode not in _COLUMNS:
        raise ValueError(f"expected mode 'level', 'rate' or 'delta', found {mode!r}")
    if scale not in get_args(Scale):
        raise ValueError(f"expected scale 'zero', 'fit' or 'log', found {scale!r}")
    if counters.empty:
        return empty_figure("no counters in this trace")
    whole = extent(counters["ts_us"], None)
    window = padded(whole if window is None else window)
    zero = whole[0] if start_us is None else start_us
    asked = _together(counters, series)
    table = counter_intervals(_chosen(counters, [name for row in asked for name in row]), end_us=window[1])
    lanes = list(table.groupby("track", sort=True))
    if not lanes:
        return empty_figure("no counter has a number for a value")
    place = {name: i for i, row in reversed(list(enumerate(asked))) for name in row}
    lanes.sort(key=lambda lane: place[str(lane[1]["series"].iloc[0])])
    kept = lanes[:MAX_ROWS]
    buckets = min(1_200, max(40, _MAX_POINTS // 4 // len(kept)))
    labels = _labels([lane for _, lane in kept])
    lines = [_row(label, lane, mode, window, zero, buckets) for label, (_, lane) in zip(labels, kept, strict=True)]
    rows = _rows(lines, [asked[place[str(lane["series"].iloc[0])]] for _, lane in kept])
    left_out = (
        f"{format_count(len(lanes) - MAX_ROWS)} more series left out: choose with series=" if lanes[MAX_ROWS:] else ""
    )
    what = {"level": "Counters", "delta": "Changes of counters", "rate": "Rates of counters"}[mode]
    window_s = ((window[0] - zero) / 1e6, (window[1] - zero) / 1e6)
    alt = f"{what} over time: {', '.join(labels[:12])}"
    return step_figure(rows, window_s, title=left_out, alt=alt, scale=scale)


def _together(counters: pd.DataFrame, series: Series) -> list[tuple[str, ...]]:
    """Return the names of each row: as asked for, else by track, but a series of several threads stays together."""
    if isinstance(series, str):
        return [(series,)]
    if series:
        return [(names,) if isinstance(names, str) else tuple(names) for names in series]
    first = counters.drop_duplicates("track").sort_values("track", kind="stable")
    return [(str(name),) for name in first["series"].unique()]


def _rows(lines: list[StepRow], names: list[tuple[str, ...]]) -> list[list[StepRow]]:
    """Return the lines row by row: those of several names asked for together share one."""
    rows: list[list[StepRow]] = []
    for i, line in enumerate(lines):
        if i and len(names[i]) > 1 and names[i] == names[i - 1]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _chosen(counters: pd.DataFrame, wanted: list[str]) -> pd.DataFrame:
    known = counters["series"].astype("object").unique().tolist()
    if missing := [name for name in wanted if name not in known]:
        shown = ", ".join(repr(plain_text(name, 40)) for name in known[:20])
        raise ValueError(f"expected series of this trace ({shown}), found {missing[0]!r}")
    return counters[counters["series"].isin(wanted)]


def _row(label: str, lane: pd.DataFrame, mode: Mode, window: tuple[float, float], zero: float, buckets: int) -> StepRow:
    name = str(lane["series"].iloc[0])
    unit = unit_of(name)
    scale = _SECONDS.get(unit, 1.0)
    ts_us = lane["ts_us"].to_numpy(np.float64)
    value = lane[_COLUMNS[mode]].to_numpy(np.float64) * scale
    kept = viewport.thin_steps(ts_us, value, window=window, buckets=buckets)
    time_us, shown = np.maximum(ts_us[kept], window[0]), value[kept]
    if len(kept):  # the last value holds on: to the end, or to the sample after which nothing is known
        until = min(window[1], float((lane["ts_us"] + lane["dur_us"]).iloc[kept[-1]]))
        time_us, shown = np.append(time_us, max(until, time_us[-1])), np.append(shown, shown[-1])
    unit = "s" if unit in _SECONDS else unit
    return StepRow(label, (time_us - zero) / 1e6, shown, unit + ("/s" if mode == "rate" else ""), colored_by=name)


def _labels(lanes: list[pd.DataFrame]) -> list[str]:
    """Return the series' names, with the lane's where several tracks are of one series."""
    names = [plain_text(lane["series"].iloc[0]) for lane in lanes]
    labels = list(names)
    for name in {name for name in names if names.count(name) > 1}:
        rows = [place for place, other in enumerate(names) if other == name]
        own = lane_names(pd.concat([lanes[place].iloc[:1] for place in rows]))
        for place, lane in zip(rows, own, strict=True):
            labels[place] = f"{name} · {plain_text(lane, 32)}"
    return labels
