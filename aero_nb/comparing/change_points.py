"""Since when? The points of a series after which its values are others.

A split is a change where the ranks on both sides differ by more than the best split of noise would (maximally selected
rank statistics: Lausen and Schumacher 1992, with the bound of Miller and Siegmund 1982); the series is cut at its best
split, and both parts are asked again. As in Apache Otava, changes that do not hold between their neighbours are then
dropped, the weakest first. Nothing is drawn at random: the same series has the same changes.
"""

from dataclasses import dataclass, replace
from math import isfinite, log, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from aero_nb.tables.columns import Bools, Floats, Ints

LEVEL: Final = 0.01
LEAST_SEGMENT: Final = 4
# Twice the difference of log-likelihoods that holds 95% of change points (Hansen 2000, table 1).
_IN_INTERVAL: Final = 7.35
_NORMAL: Final = NormalDist()


@dataclass(frozen=True)
class ChangePoint:
    """A change: values from ``at`` on are others than those before; positions are those in the series."""

    at: int
    earliest: int  # 95% interval of `at`
    latest: int
    start: int  # of the values before, which reach to `at`
    end: int  # of the values from `at` on (exclusive)
    before: float  # medians
    after: float
    p_value: float  # of this split among all splits of its part

    @property
    def change(self) -> float:
        """The change as a share of the value before."""
        return (self.after - self.before) / self.before if self.before else float("nan")


def change_points(
    values: Floats,
    groups: Ints | None = None,
    *,
    level: float = LEVEL,
    least_segment: int = LEAST_SEGMENT,
    min_change: float = 0.0,
) -> list[ChangePoint]:
    """Return the changes of a series, in its order.

    Args:
        values: float64, in order; values that are not finite are left out.
        groups: values of one group (runs of one commit) are never separated; None: each is its own.
        level: the chance that a series without any change has one.
        least_segment: values between two changes at the least.
        min_change: a smaller change (share of the median before) is none.

    """
    known = np.flatnonzero(np.isfinite(values))
    series = values[known]
    own = np.arange(len(known)) if groups is None else groups[known]
    may_split = np.append(False, own[1:] != own[:-1]) if len(own) else np.empty(0, bool)
    cuts = sorted(_cuts(series, may_split, 0, len(series), level, least_segment))
    found = _that_hold(series, may_split, cuts, level, least_segment, min_change)
    return [_in_whole(point, known) for point in found]


def _cuts(series: Floats, may_split: Bools, start: int, end: int, level: float, least: int) -> list[int]:
    parts, found = [(start, end)], []
    while parts:
        begin, stop = parts.pop()
        best, p_value, _ = _best_split(series[begin:stop], may_split[begin:stop], least)
        if p_value < level:
            found.append(begin + best)
            parts += [(begin, begin + best), (begin + best, stop)]
    return found


def _that_hold(
    series: Floats, may_split: Bools, cuts: list[int], level: float, least: int, min_change: float
) -> list[ChangePoint]:
    """Ask each cut again between its neighbours, and drop the weakest that does not hold, until all do."""
    while True:
        edges = [0, *cuts, len(series)]
        found = [
            _point(series, may_split, edges[place], edges[place + 2], edges[place + 1], least)
            for place in range(len(cuts))
        ]
        failing = [one for one in found if not one.p_value < level or not abs(one.change) >= min_change]
        if not failing:
            return found
        weakest = max(range(len(found)), key=lambda place: (found[place] in failing, found[place].p_value))
        cuts = [cut for place, cut in enumerate(cuts) if place != weakest]


def _point(series: Floats, may_split: Bools, start: int, end: int, at: int, least: int) -> ChangePoint:
    """Describe the cut ``at`` between its neighbours: it stays where it was found, its interval is read off here."""
    _, p_value, squares = _best_split(series[start:end], may_split[start:end], least)
    near = np.flatnonzero(squares >= np.nanmax(squares, initial=0.0) - _IN_INTERVAL)
    low, high = (int(near[0]), int(near[-1])) if len(near) else (at - start, at - start)
    before, after = float(np.median(series[start:at])), float(np.median(series[at:end]))
    return ChangePoint(
        at, start + min(low, at - start), start + max(high, at - start), start, end, before, after, p_value
    )


def _best_split(series: Floats, may_split: Bools, least: int) -> tuple[int, float, Floats]:
    """Return the split whose sides' ranks differ most, its p-value, and the squared statistic of every split."""
    count = len(series)
    squares = np.full(count, np.nan)
    if count < 2 * least:
        return 0, 1.0, squares
    ranks = _ranks(series)
    centred = ranks - ranks.mean()
    variance = float((centred**2).sum() / (count - 1))
    left = np.arange(1, count)
    allowed = may_split[1:] & (left >= least) & (left <= count - least)
    if not variance or not allowed.any():
        return 0, 1.0, squares
    sums = np.cumsum(centred)[:-1]
    squares[1:] = np.where(allowed, sums**2 / (variance * left * (count - left) / count), np.nan)
    best = int(np.nanargmax(squares))
    return best, _p_of_largest(sqrt(squares[best]), least / count), squares


def _p_of_largest(largest: float, share: float) -> float:
    """Return the chance that the largest statistic of all splits between ``share`` and 1 - ``share`` is this large."""
    if largest <= 1:
        return 1.0
    density = _NORMAL.pdf(largest)
    tail = 4 * density / largest + density * (largest - 1 / largest) * log(((1 - share) / share) ** 2)
    return min(1.0, tail) if isfinite(tail) else 1.0


def _ranks(series: Floats) -> Floats:
    """Return the ranks of the values, equal ones with the mean of theirs."""
    _, inverse, counts = np.unique(series, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def _in_whole(point: ChangePoint, known: Ints) -> ChangePoint:
    """Return the change with the positions of the series as it was given."""
    whole = np.append(known, known[-1] + 1)
    moved = {name: int(whole[getattr(point, name)]) for name in ("at", "earliest", "latest", "start", "end")}
    return replace(point, **moved)
