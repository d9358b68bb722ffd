"""Counters as step functions: levels and cumulative counts, intervals, rates, regular grids."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

Kind = Literal["level", "cumulative"]
Kinds = Mapping[str, Kind]


def counter_kinds(counters: pd.DataFrame, kinds: Kinds | None = None) -> "pd.Series[str]":
    """Guess of each series whether it is a level (bytes in a buffer) or cumulative (bytes read so far).

    A series that never falls and rises at least twice is taken for cumulative, every other one for a level.

    Args:
        counters: a Trace's ``counters``.
        kinds: what is known (series -> ``"level"`` or ``"cumulative"``); it overrides the guess.

    Returns:
        A Series ``kind``, indexed by ``series``.

    """
    ordered = counters.dropna(subset=["value"]).sort_values("ts_us", kind="stable")
    step = ordered.groupby(["series", "track"], observed=True)["value"].diff()
    by_series = step.groupby(ordered["series"], observed=True)
    cumulative = (by_series.min() >= 0) & ((step > 0).groupby(ordered["series"], observed=True).sum() >= 2)
    series = pd.Index(counters["series"].unique().astype("str"), name="series")
    guessed = pd.Series("level", index=series, name="kind", dtype="object")
    guessed[cumulative.index[cumulative].astype("str")] = "cumulative"
    for name, kind in (kinds or {}).items():
        if kind not in ("level", "cumulative"):
            raise ValueError(f"the kind of series {name!r}: expected 'level' or 'cumulative', found {kind!r}")
        if name in guessed.index:
            guessed[name] = kind
    return guessed


def counter_intervals(
    counters: pd.DataFrame, kinds: Kinds | None = None, *, end_us: float | None = None
) -> pd.DataFrame:
    """Tell of each sample how long it held, how far the next one is, and how fast that is.

    Args:
        counters: a Trace's ``counters`` (or a selection of its rows).
        kinds: which series are levels and which are cumulative; guessed where not told (``counter_kinds``).
        end_us: the moment at which the last samples stop holding (µs); None: the last sample of all.

    Returns:
        The rows of ``counters`` that have a value, by series, track and time, with ``kind``, ``dur_us`` (until the
        series' next sample), ``delta`` (the next value less this one; NaN for the last) and ``rate_per_s``
        (delta / dur; NaN for the last and where no time passes).

    """
    ordered = counters.dropna(subset=["value"]).sort_values(["series", "track", "ts_us"], kind="stable")
    lane = ordered.groupby(["series", "track"], observed=True, sort=False)
    end = float(counters["ts_us"].max()) if end_us is None else end_us
    next_ts = lane["ts_us"].shift(-1).fillna(end)
    table = ordered.assign(
        kind=ordered["series"].astype("str").map(counter_kinds(counters, kinds)),
        dur_us=next_ts - ordered["ts_us"],
        delta=lane["value"].shift(-1) - ordered["value"],
    )
    seconds = table["dur_us"].where(table["dur_us"] > 0) / 1e6
    return table.assign(rate_per_s=table["delta"] / seconds)


def rate(counters: pd.DataFrame, series: str, window_us: float) -> pd.DataFrame:
    """Rate of a cumulative series over a sliding window: its increase in the last ``window_us``, a second.

    Before the first sample nothing is known, so the first rates are over the time that is known.

    Args:
        counters: a Trace's ``counters``.
        series: the name of the series (its tracks are added up).
        window_us: width of the window (µs, positive).

    Returns:
        One row a sample: ``ts_us``, ``value`` (the sum over the tracks), ``rate_per_s`` (NaN at the first moment).

    """
    if not window_us > 0:
        raise ValueError(f"window_us: expected a positive number of µs, found {window_us!r}")
    ts, value = _summed(counters[counters["series"] == series])
    known = ts - ts[0] if len(ts) else ts
    span_us = np.minimum(known, window_us)
    before = value[np.searchsorted(ts, ts - span_us, side="right") - 1] if len(ts) else value
    with np.errstate(invalid="ignore", divide="ignore"):
        per_s = np.where(span_us > 0, (value - before) / span_us * 1e6, np.nan)
    return pd.DataFrame({"ts_us": ts, "value": value, "rate_per_s": per_s})


def resample(counters: pd.DataFrame, every_us: float, kinds: Kinds | None = None) -> pd.DataFrame:
    """Put every series on one regular grid, so that they can be set beside each other.

    Args:
        counters: a Trace's ``counters``.
        every_us: width of a bin (µs, positive).
        kinds: as in :func:`counter_intervals`.

    Returns:
        One row a bin and series: ``ts_us`` (the bin's begin), ``series``, ``value`` (of a level its mean over the
        bin, weighted by time; of a cumulative series its value at the bin's end; the tracks of a series are added up)
        and ``rate_per_s`` (change of a cumulative series over the bin; NaN for levels). NaN before the first sample.

    """
    if not every_us > 0:
        raise ValueError(f"every_us: expected a positive number of µs, found {every_us!r}")
    columns = {"ts_us": "float64", "series": "object", "value": "float64", "rate_per_s": "float64"}
    if counters.empty:
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
    first = np.floor(counters["ts_us"].min() / every_us)
    bins = int(np.floor(counters["ts_us"].max() / every_us) - first) + 1
    edges = (first + np.arange(bins + 1)) * every_us
    parts = []
    for series, kind in counter_kinds(counters, kinds).items():
        ts, value = _summed(counters[counters["series"] == series])
        binned = _means(ts, value, edges) if kind == "level" else _at(ts, value, edges[1:])
        change = np.diff(_at(ts, value, edges)) / (every_us / 1e6) if kind == "cumulative" else np.nan
        parts.append(pd.DataFrame({"ts_us": edges[:-1], "series": series, "value": binned, "rate_per_s": change}))
    return pd.concat(parts, ignore_index=True)


def _summed(samples: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the moments and values of the sum of a series' tracks; one value a moment, the last."""
    ordered = samples.dropna(subset=["value"]).sort_values("ts_us", kind="stable")
    step = ordered.groupby("track", observed=True)["value"].diff().fillna(ordered["value"])
    moments = ordered["ts_us"].to_numpy()
    last = np.append(moments[1:] != moments[:-1], True) if len(moments) else np.zeros(0, bool)
    return moments[last], np.cumsum(step.to_numpy())[last]


def _at(ts: np.ndarray, value: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Value of a step function at the given moments, NaN before its first sample."""
    values: np.ndarray = np.append(np.nan, value)
    return values[np.searchsorted(ts, moments, side="right")]


def _means(ts: np.ndarray, value: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Mean of a step function over each bin, over the part of the bin in which it is known."""
    if not len(ts):
        return np.full(len(edges) - 1, np.nan)
    end = max(edges[-1], ts[-1])
    area = np.concatenate([[0.0], np.cumsum(value * np.diff(ts, append=end))])
    knots = np.append(ts, end)
    covered = np.interp(edges, knots, area), np.clip(edges, ts[0], None)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: np.ndarray = np.diff(covered[0]) / np.diff(covered[1])
    return means
