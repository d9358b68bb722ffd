"""Counters over time: one row per series, in steps."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import pandas as pd

from aero_nb import viewport
from aero_nb.analysis.counter_values import counter_intervals
from aero_nb.analysis.lane_names import lane_names
from aero_nb.figures.empty import empty_figure
from aero_nb.figures.figure import Figure
from aero_nb.figures.step_rows import StepRow, step_figure
from aero_nb.figures.units import format_count, plain_text, unit_of
from aero_nb.figures.windows import extent, padded

Mode = Literal["level", "rate", "delta"]

MAX_ROWS: Final = 40
_MAX_POINTS: Final = 6_000  # of all rows together: 128 kB of base64
_COLUMNS: Final = {"level": "value", "delta": "delta", "rate": "rate_per_s"}
_SECONDS: Final = {"ms": 1e-3, "µs": 1e-6, "ns": 1e-9}  # an axis in s, with SI prefixes


def counter_timeline(
    counters: pd.DataFrame,
    *,
    series: Sequence[str] | str | None = None,
    mode: Mode = "level",
    window: tuple[float, float] | None = None,
    start_us: float | None = None,
) -> Figure:
    """Draw counters over time, one row per series (and thread, where several count it), in steps.

    A series of more samples than the picture has columns keeps each column's first, last, least and greatest one.
    Units stand on the axis where the series' name says them (``bytes``, ``frameTimeMs`` ...).

    Args:
        counters: a Trace's ``counters``.
        series: the names to draw, in this order; None: all, up to 40 rows.
        mode: ``"level"``: the values; ``"delta"``: how far the next sample is; ``"rate"``: that, per second.
        window: (from, to) in µs as in ``ts_us``; None: everything.
        start_us: the ``ts_us`` that the axis calls 0; None: the first sample of all.

    Returns:
        A plotly figure; the x axis is in seconds since ``start_us``.

    Raises:
        ValueError: an unknown ``mode``, a ``series`` that is not there, or a ``window`` that ends before it begins.

    """
    if mode not in _COLUMNS:
        raise ValueError(f"expected mode 'level', 'rate' or 'delta', found {mode!r}")
    if counters.empty:
        return empty_figure("no counters in this trace")
    whole = extent(counters["ts_us"], None)
    window = padded(whole if window is None else window)
    zero = whole[0] if start_us is None else start_us
    table = counter_intervals(_chosen(counters, series), end_us=window[1])
    lanes = list(table.groupby("track", sort=True))
    if not lanes:
        return empty_figure("no counter has a number for a value")
    # As asked for; else by track, but a series of several threads stays together.
    asked = [series] if isinstance(series, str) else series or [str(lane["series"].iloc[0]) for _, lane in lanes]
    order = {name: i for i, name in reversed(list(enumerate(asked)))}
    lanes.sort(key=lambda lane: order[str(lane[1]["series"].iloc[0])])
    kept = lanes[:MAX_ROWS]
    buckets = min(1_200, max(40, _MAX_POINTS // 4 // len(kept)))
    labels = _labels([lane for _, lane in kept])
    rows = [_row(label, lane, mode, window, zero, buckets) for label, (_, lane) in zip(labels, kept, strict=True)]
    left_out = (
        f"{format_count(len(lanes) - MAX_ROWS)} more series left out: choose with series=" if lanes[MAX_ROWS:] else ""
    )
    what = {"level": "Counters", "delta": "Changes of counters", "rate": "Rates of counters"}[mode]
    window_s = ((window[0] - zero) / 1e6, (window[1] - zero) / 1e6)
    return step_figure(rows, window_s, title=left_out, alt=f"{what} over time: {', '.join(labels[:12])}")


def _chosen(counters: pd.DataFrame, series: Sequence[str] | str | None) -> pd.DataFrame:
    if series is None:
        return counters
    wanted = [series] if isinstance(series, str) else list(series)
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
