"""Counters as step functions: levels and cumulative counts, intervals, rates, regular grids."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from aero_nb.tables.arrays import whole_ns

Kind = Literal["level", "cumulative"]
Kinds = Mapping[str, Kind]
_KIND = pd.CategoricalDtype(["level", "cumulative"])


def counter_kinds(counters: pd.DataFrame, kinds: Kinds | None = None) -> "pd.Series[str]":
    """Guess of each series whether it is a level (bytes in a buffer) or cumulative (bytes read so far).

    A series that never falls and rises at least twice is taken for cumulative, every other one for a level.

    Args:
        counters: a Trace's ``counters``.
        kinds: what is known (series -> ``"level"`` or ``"cumulative"``); it overrides the guess.

    Returns:
        A Series ``kind``, indexed by ``series``.

    """
    return _kinds_of(_Lanes.of(counters), kinds)


def counter_intervals(
    counters: pd.DataFrame, kinds: Kinds | None = None, *, end_us: float | None = None
) -> pd.DataFrame:
    """Return of each sample how long it held, how far the next one is, and how fast that is.

    Args:
        counters: a Trace's ``counters`` (or a selection of its rows).
        kinds: which series are levels and which are cumulative; guessed where not given (``counter_kinds``).
        end_us: the moment at which the last samples stop holding (µs); None: the last sample of all.

    Returns:
        The rows of ``counters`` that have a value, by series, track and time, with ``kind``, ``dur_us`` (until the
        series' next sample), ``delta`` (the next value less this one; NaN for the last) and ``rate_per_s``
        (delta / dur; NaN for the last and where no time passes).

    """
    lanes = _Lanes.of(counters)
    end = counters["ts_us"].to_numpy().max(initial=-np.inf) if end_us is None else end_us
    dur_us = np.diff(lanes.ts, append=end)
    dur_us[lanes.last] = end - lanes.ts[lanes.last]
    rate_per_s = np.full(len(dur_us), np.nan)
    np.divide(lanes.delta * 1e6, dur_us, out=rate_per_s, where=dur_us > 0)
    cumulative = (_kinds_of(lanes, kinds) == "cumulative").to_numpy(np.int8)[lanes.series]
    columns = {
        **{str(name): column.array.take(lanes.rows) for name, column in counters.items()},
        "kind": pd.Categorical.from_codes(np.repeat(cumulative, lanes.sizes), dtype=_KIND),
        "dur_us": dur_us,
        "delta": lanes.delta,
        "rate_per_s": rate_per_s,
    }
    return pd.DataFrame(columns, counters.index.take(lanes.rows), copy=False)  # all these arrays are new


@dataclass(frozen=True)
class _Lanes:
    """The samples that have a value, by series, track and time, as arrays; a lane is a series on one track."""

    rows: np.ndarray  # of each sample its position in the table of counters
    ts: np.ndarray
    delta: np.ndarray  # to the lane's next value, NaN at its last one
    last: np.ndarray  # of each lane the position of its last sample in the arrays above
    series: np.ndarray  # of each lane the position of its series in `names`
    names: pd.Index  # in the order in which they first appear

    @classmethod
    def of(cls, counters: pd.DataFrame) -> "_Lanes":
        categories = counters["series"].astype("category").array
        series, names = pd.factorize(categories.codes)
        track = counters["track"].to_numpy(np.int64)
        ts, value = counters["ts_us"].to_numpy(np.float64), counters["value"].to_numpy(np.float64)
        tracks = track.max(initial=0) - track.min(initial=0) + 1
        lane = series * tracks + track - track.min(initial=0)
        lane = lane.astype(np.min_scalar_type(lane.max(initial=0)))  # few lanes fit a byte, which is quick to sort
        rows = _by_lane(lane, ts)
        if (unknown := np.isnan(value)).any():
            rows = rows[~unknown[rows]]
        lane = lane[rows]
        ends_lane = np.append(lane[1:] != lane[:-1], True)[: len(lane)]
        last = np.flatnonzero(ends_lane)
        delta = np.diff(value[rows], append=np.nan)
        delta[last] = np.nan
        return cls(rows, ts[rows], delta, last, lane[last] // tracks, categories.categories[names].rename("series"))

    @property
    def sizes(self) -> np.ndarray:
        """Return how many samples each lane has."""
        return np.diff(self.last, prepend=-1)


def _by_lane(lane: np.ndarray, ts: np.ndarray) -> np.ndarray:
    """Return the order by lane and time; a Trace's samples are in time order already."""
    if (ts[1:] >= ts[:-1]).all():
        return np.argsort(lane, kind="stable")
    return np.lexsort((ts, lane))


def _kinds_of(lanes: _Lanes, kinds: Kinds | None) -> "pd.Series[str]":
    first = lanes.last - lanes.sizes + 1
    falls, rises = (
        np.bincount(lanes.series, np.add.reduceat(chosen, first, dtype=np.int64), len(lanes.names))
        for chosen in (lanes.delta < 0, lanes.delta > 0)
    )
    guessed = pd.Series(
        np.where((falls == 0) & (rises >= 2), "cumulative", "level"), lanes.names, dtype="object", name="kind"
    )
    for name, kind in (kinds or {}).items():
        if kind not in ("level", "cumulative"):
            raise ValueError(f"the kind of series {name!r}: expected 'level' or 'cumulative', found {kind!r}")
        if name in guessed.index:
            guessed[name] = kind
    return guessed


def rate(counters: pd.DataFrame, series: str, window_us: float, *, total: bool = False) -> pd.DataFrame:
    """Rate of a cumulative series over a sliding window: its increase in the last ``window_us``, a second.

    Before the first sample nothing is known, so the first rates are over the time that is known.

    Args:
        counters: a Trace's ``counters``.
        series: the name of the series.
        window_us: width of the window (µs, positive).
        total: add up the tracks of the series (several threads or processes may count under one name).

    Returns:
        One row per track and sample: ``track`` (not with ``total``), ``ts_us``, ``value``, ``rate_per_s`` (NaN at the
        first moment).

    """
    if not window_us > 0:
        raise ValueError(f"window_us: expected a positive number of µs, found {window_us!r}")
    window_ns = max(round(window_us * 1000), 1)
    parts = []
    for label, lane in _each_lane(counters[counters["series"] == series], total=total):
        ts_us, value = _summed(lane)
        ts = whole_ns(ts_us)  # in whole ns: floats would miss the first sample by a rounding
        span = np.minimum(ts - ts[:1], window_ns)
        before = value[np.searchsorted(ts, ts - span, side="right") - 1]
        per_s = np.divide((value - before) * 1e9, span, out=np.full(len(ts), np.nan), where=span > 0)
        parts.append(pd.DataFrame({**label, "ts_us": ts_us, "value": value, "rate_per_s": per_s}))
    return _joined(parts, {"ts_us": "float64", "value": "float64", "rate_per_s": "float64"}, total=total)


def resample(
    counters: pd.DataFrame, every_us: float, kinds: Kinds | None = None, *, total: bool = False
) -> pd.DataFrame:
    """Put every series on one regular grid, so that they can be set beside each other.

    Args:
        counters: a Trace's ``counters``.
        every_us: width of a bin (µs, positive).
        kinds: as in :func:`counter_intervals`.
        total: add up the tracks of each series (several threads or processes may count under one name).

    Returns:
        One row per series, track and bin: ``track`` (not with ``total``), ``ts_us`` (the bin's begin), ``series``,
        ``value`` (of a level its mean over the bin, weighted by time; of a cumulative series its value at the bin's
        end) and ``rate_per_s`` (change of a cumulative series over the bin; NaN for levels). NaN before the first
        sample.

    """
    if not every_us > 0:
        raise ValueError(f"every_us: expected a positive number of µs, found {every_us!r}")
    first = np.floor(counters["ts_us"].min() / every_us) if len(counters) else 0
    bins = int(np.floor(counters["ts_us"].max() / every_us) - first) + 1 if len(counters) else 0
    edges = (first + np.arange(bins + 1)) * every_us
    parts = []
    for series, kind in counter_kinds(counters, kinds).items():
        for label, lane in _each_lane(counters[counters["series"] == series], total=total):
            ts, value = _summed(lane)
            binned = _means(ts, value, edges) if kind == "level" else _at(ts, value, edges[1:])
            change = np.diff(_at(ts, value, edges)) / (every_us / 1e6) if kind == "cumulative" else np.nan
            row = {**label, "ts_us": edges[:-1], "series": series, "value": binned, "rate_per_s": change}
            parts.append(pd.DataFrame(row))
    columns = {"ts_us": "float64", "series": "object", "value": "float64", "rate_per_s": "float64"}
    return _joined(parts, columns, total=total)


def _each_lane(samples: pd.DataFrame, *, total: bool) -> Iterator[tuple[dict[str, int], pd.DataFrame]]:
    """Yield the samples of each track, with its number as a column; all together where a total is asked for."""
    known = samples.dropna(subset=["value"])
    if total:
        yield {}, known
    else:
        yield from (({"track": int(lane["track"].iloc[0])}, lane) for _, lane in known.groupby("track"))


def _joined(parts: list[pd.DataFrame], columns: dict[str, str], *, total: bool) -> pd.DataFrame:
    if parts:
        return pd.concat(parts, ignore_index=True)
    dtypes = columns if total else {"track": "int64", **columns}
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in dtypes.items()})


def _summed(samples: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the moments and values of the sum of the tracks of these samples; one value per moment, the last."""
    ordered = samples.sort_values("ts_us", kind="stable")
    step = ordered.groupby("track", observed=True)["value"].diff().fillna(ordered["value"])
    moments = ordered["ts_us"].to_numpy()
    values = ordered["value"].to_numpy() if ordered["track"].nunique() == 1 else np.cumsum(step.to_numpy())
    last = np.append(moments[1:] != moments[:-1], True)[: len(moments)]  # sample of its moment
    return moments[last], values[last]


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
