"""The stretch of time that a picture shows."""

import math

import numpy as np
import pandas as pd

_LEAST_US = 1e-3  # a nanosecond: what is shorter has no width to draw


def extent(ts_us: pd.Series, dur_us: pd.Series | None, tracks: pd.DataFrame | None = None) -> tuple[float, float]:
    """Return the first and last moment (µs) of these events and of ``tracks``."""
    ends = ts_us if dur_us is None else ts_us + dur_us.fillna(0)
    moments = [ts_us.min(), ends.max()]
    if tracks is not None:
        moments += [tracks["first_ts_us"].min(), tracks["last_ts_us"].max()]
    known = np.array(moments, dtype=np.float64)
    if np.isnan(known).all():
        return (0.0, 0.0)
    return float(np.nanmin(known)), float(np.nanmax(known))


def padded(window: tuple[float, float]) -> tuple[float, float]:
    """Return ``window`` with a width: a single moment gets a nanosecond to each side.

    Raises:
        ValueError: it ends before it begins, or is not finite.

    """
    start, end = (float(moment) for moment in window)
    if not (math.isfinite(start) and math.isfinite(end) and start <= end):
        raise ValueError(f"expected a window (from, to) in µs with from <= to, found {window!r}")
    least = max(_LEAST_US, 4 * math.ulp(max(abs(start), abs(end))))
    return (start, end) if end - start >= least else (start - least, end + least)
