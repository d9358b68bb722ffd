"""By which moments two runs are aligned: their starts, milestones, frames, the guest's progress, or given pairs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import pandas as pd

from aero_nb.analysis.guest_time import Progress, progress
from aero_nb.analysis.milestone_times import milestones
from aero_nb.tables.columns import Bools, Floats
from aero_nb.tables.time_map import TimeMap
from aero_nb.tables.trace_tables import TraceTables

Pairs: TypeAlias = Sequence[tuple[float, float]]
By: TypeAlias = str | Pairs | Sequence[Pairs]
"""What to align by; see :func:`aero_nb.align`."""

_WAYS = "'start', 'milestones', 'counter:NAME', 'span:NAME' or pairs of (base's µs, other's µs)"

_TIE = 1e-6  # how little of a place time is


@dataclass(frozen=True, eq=False)
class Anchored:
    """By which moments one run is aligned with the base.

    Attributes:
        map: the run's time (µs) -> the base's.
        anchors: how many moments are known to be the same.
        times: when these are in the base (µs).
        unmatched: ``side`` (base or run), ``what``, ``count`` of what has no counterpart.
        tracks: the lanes of the run that the anchors come from.
        base_tracks: those of the base.
        progress: the run's progress, where a counter aligns them.
        base_progress: that of the base.
    """

    map: TimeMap
    anchors: int
    times: Floats
    unmatched: pd.DataFrame
    tracks: tuple[int, ...] = ()
    base_tracks: tuple[int, ...] = ()
    progress: Progress | None = field(default=None, repr=False)
    base_progress: Progress | None = field(default=None, repr=False)

    def measured(self, moments_us: Floats) -> Floats:
        """Return where moments of the base lie as its guest counts, which no host can stretch; in µs without a counter.

        Beyond what is known, and where the guest stands still, time tells earlier from later.
        """
        if self.base_progress is None or len(self.base_progress.map) < 2:
            return moments_us
        known = self.base_progress.map
        first, last = known.at[[0, -1]]
        rate = (known.to[-1] - known.to[0]) / max(last - first, 1e-3) or 1.0
        inside = np.clip(moments_us, first, last)
        return np.asarray(known(inside) + rate * (moments_us - inside + _TIE * (moments_us - first)), np.float64)

    def in_reach(self, starts_us: Floats, ends_us: Floats, apart: Floats) -> Bools:
        """Return which spans of the base have their counterpart, so far ``apart`` (as measured), in reach.

        That is no further than the anchors around its start are apart, or than it is long; all where only one is known.
        """
        if self.anchors < 2:
            return np.ones(len(starts_us), np.bool_)
        after = np.clip(np.searchsorted(self.times, starts_us, side="right"), 1, len(self.times) - 1)
        near = apart <= np.diff(self.measured(self.times))[after - 1]
        far = np.flatnonzero(~near)
        near[far] = apart[far] <= self.measured(ends_us[far]) - self.measured(starts_us[far])
        return np.asarray(near)


def anchored(base: TraceTables, others: Sequence[TraceTables], by: By) -> list[Anchored]:
    """Return by which moments each of the others is aligned with the base; see :func:`aero_nb.align`."""
    if not isinstance(by, str):
        return [_by_pairs(pairs) for pairs in _pairs_of_each(by, len(others))]
    way, _, name = by.partition(":")
    if by == "start":
        return [_by_start(base, other) for other in others]
    if by == "milestones":
        return [_by_milestones(base, other) for other in others]
    if way == "counter" and name:
        of_base = progress(base.counters, name)
        return [_by_counter(base, of_base, other, name) for other in others]
    if way == "span" and name:
        return [_by_moments(base, other, name) for other in others]
    raise ValueError(f"by: expected {_WAYS}, found {by!r}")


def _by_start(base: TraceTables, other: TraceTables) -> Anchored:
    firsts = [float(trace.tracks["first_ts_us"].min()) for trace in (base, other)]
    if not np.isfinite(firsts).all():
        raise ValueError("expected events in both traces to align their starts, found a trace without any")
    return _shifted(firsts[0], firsts[1])


def _shifted(base_us: float, other_us: float) -> Anchored:
    """Align by one moment: both are taken to be equally fast."""
    at = np.array([other_us, other_us])
    return Anchored(TimeMap(at, np.array([base_us, base_us])), 1, np.array([base_us]), _unmatched([]))


def _by_pairs(pairs: Pairs) -> Anchored:
    if len(pairs) == 1:
        return _shifted(*map(float, pairs[0]))
    found = TimeMap.of((other, base) for base, other in pairs)
    return Anchored(found, len(found), found.to, _unmatched([]))


def _pairs_of_each(by: Pairs | Sequence[Pairs], count: int) -> list[Pairs]:
    """Tell one list of pairs from a list of those for each run."""
    given = [list(one) if isinstance(one, Iterable) else one for one in by]
    deep = bool(given) and all(isinstance(one, list) and one and isinstance(one[0], Iterable) for one in given)
    lists: list[Pairs] = [[tuple(pair) for pair in one] for one in given] if deep else [[tuple(one) for one in given]]  # type: ignore[arg-type, misc]
    if not given or len(lists) != count or any(len(pair) != 2 for pairs in lists for pair in pairs):
        raise ValueError(f"by: expected {_WAYS}, a list of pairs for each of {count} runs, found {by!r:.200}")
    return lists


def _by_milestones(base: TraceTables, other: TraceTables) -> Anchored:
    tables = [milestones(trace.instants).set_index("name")["ts_us"].to_dict() for trace in (base, other)]
    shared = sorted((tables[0][name], tables[1][name]) for name in tables[0] if name in tables[1])
    if not shared:
        known = ", ".join(map(repr, list(tables[0])[:10])) or "none"
        raise ValueError(f"expected instants of the same name in both traces, found no such name; the base has {known}")
    # In another order in the other run: then neither is a milestone of the other.
    kept = _rising(np.array(shared, np.float64))
    rows = [
        ("base", "milestones", sum(name not in tables[1] for name in tables[0])),
        ("run", "milestones", sum(name not in tables[0] for name in tables[1])),
        ("run", "milestones in another order", len(shared) - len(kept)),
    ]
    return _of_pairs(kept, rows, _lanes_of(other.instants), _lanes_of(base.instants))


def _by_moments(base: TraceTables, other: TraceTables, name: str) -> Anchored:
    found = [_moments_called(trace, name) for trace in (base, other)]
    count = min(len(moments) for moments in found)
    pairs = np.column_stack([moments["ts_us"].to_numpy()[:count] for moments in found])
    rows = [(side, name, len(moments) - count) for side, moments in zip(("base", "run"), found, strict=True)]
    return _of_pairs(pairs, rows, _lanes_of(found[1]), _lanes_of(found[0]))


def _moments_called(trace: TraceTables, name: str) -> pd.DataFrame:
    """Return the begins of the spans of that name on the lane that has most of them; instants where no span is."""
    for table in (trace.spans, trace.instants, trace.async_spans):
        called = table[table["name"] == name]
        if len(called):
            lane = called["track"].value_counts(sort=False).idxmax()
            return called[called["track"] == lane].sort_values("ts_us", kind="stable")
    known = ", ".join(map(repr, trace.spans["name"].value_counts().index[:10].tolist())) or "none"
    raise ValueError(f"expected spans or instants named {name!r} in both traces, found none in one; it has {known}")


def _by_counter(base: TraceTables, of_base: Progress, other: TraceTables, name: str) -> Anchored:
    of_other = progress(other.counters, name)
    first = max(of_base.map.to[0], of_other.map.to[0])
    last = min(of_base.map.to[-1], of_other.map.to[-1])
    if not first < last:
        spans = [f"{one.map.to[0]:,.10g} to {one.map.to[-1]:,.10g}" for one in (of_base, of_other)]
        raise ValueError(f"expected a stretch of {name!r} that both traces have, found {spans[0]} and {spans[1]}")
    places = np.unique(np.r_[of_base.map.to, of_other.map.to, first, last])
    places = places[(places >= first) & (places <= last)]
    # Where either stands still, the map has two anchors: when it was reached and when it was left.
    ends = [[one.map.back(places, first=reached) for reached in (True, False)] for one in (of_other, of_base)]
    at, to = (np.column_stack(pair).ravel() for pair in ends)
    outside = [int(((one.map.to < first) | (one.map.to > last)).sum()) for one in (of_base, of_other)]
    rows = [(side, f"samples of {name}", count) for side, count in zip(("base", "run"), outside, strict=True)]
    own, of_base_lanes = (_lanes_of_counter(trace, name) for trace in (other, base))
    return Anchored(TimeMap(at, to), len(places), to[::2], _unmatched(rows), own, of_base_lanes, of_other, of_base)


def _lanes_of_counter(trace: TraceTables, name: str) -> tuple[int, ...]:
    """Return the lanes of the processes that count: the format does not say which of their threads did."""
    tracks = trace.tracks
    own = tracks["pid"][list(_lanes_of(trace.counters[trace.counters["series"] == name]))]
    return tuple(tracks.index[tracks["pid"].isin(own)].tolist())


def _of_pairs(
    pairs: Floats, rows: list[tuple[str, str, int]], tracks: tuple[int, ...], base_tracks: tuple[int, ...]
) -> Anchored:
    base_us, other_us = pairs[:, 0], pairs[:, 1]
    if len(pairs) == 1:
        pairs = np.repeat(pairs, 2, axis=0)
    found = TimeMap(pairs[:, 1], pairs[:, 0])
    return Anchored(found, len(other_us), base_us, _unmatched(rows), tracks, base_tracks)


def _rising(pairs: Floats) -> Floats:
    """Return those of the pairs (by the first) whose second is not below any before."""
    highest = np.maximum.accumulate(pairs[:, 1])
    return pairs[pairs[:, 1] >= highest]


def _lanes_of(table: pd.DataFrame) -> tuple[int, ...]:
    return tuple(int(track) for track in table["track"].unique())


def _unmatched(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["side", "what", "count"])
    return table[table["count"] > 0].reset_index(drop=True)
