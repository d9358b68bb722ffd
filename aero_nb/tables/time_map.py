"""A monotone map of times: from host time to the guest's progress, or from one run's clock to another's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from aero_nb.tables.columns import Floats

Anchors = Iterable[tuple[float, float]]
"""Pairs of (where, what that is on the other axis)."""


@dataclass(frozen=True, eq=False)
class TimeMap:
    """A piecewise-linear map: ``at[i]`` becomes ``to[i]``, and between two anchors all goes on evenly.

    Neither ever falls. Where ``to`` stands still, time passes without progress; where ``at`` does, the map steps.
    Outside of its anchors nothing is known.
    """

    at: Floats
    to: Floats

    @classmethod
    def of(cls, anchors: Anchors) -> Self:
        """Make a map of pairs ``(at, to)``.

        Raises:
            ValueError: there are fewer than two pairs, one is not finite, or they do not rise together.
        """
        pairs = np.array([tuple(pair) for pair in anchors], np.float64)
        if pairs.ndim != 2 or pairs.shape[1] != 2 or len(pairs) < 2:
            raise ValueError(f"expected two anchors or more, each a pair of numbers, found {pairs.tolist()!r:.200}")
        if not np.isfinite(pairs).all():
            raise ValueError(f"expected finite anchors, found {pairs[~np.isfinite(pairs).all(axis=1)][0].tolist()}")
        falls = np.flatnonzero((np.diff(pairs, axis=0) < 0).any(axis=1))
        if len(falls):
            one, other = pairs[falls[0]].tolist(), pairs[falls[0] + 1].tolist()
            raise ValueError(f"expected anchors that rise together, found {one} before {other}")
        return cls(pairs[:, 0], pairs[:, 1])

    def __len__(self) -> int:
        return len(self.at)

    def __call__(self, moments: npt.ArrayLike) -> Floats:
        """Return where the moments lie on the other axis, NaN outside of the anchors; of a step its end."""
        return _between(np.asarray(moments, np.float64), self.at, self.to)

    def back(self, places: npt.ArrayLike, *, first: bool = True) -> Floats:
        """Return when the places are reached, or with ``first=False`` left; NaN outside of the anchors."""
        wanted = np.asarray(places, np.float64)
        if not first:
            return _between(wanted, self.to, self.at)
        return -_between(-wanted, -self.to[::-1], -self.at[::-1])

    def inverse(self) -> TimeMap:
        """Return the map the other way round."""
        return TimeMap(self.to, self.at)

    def standstills(self) -> tuple[Floats, Floats, Floats]:
        """Return when ``to`` began to stand still, until when it did, and where; neighbours are one."""
        flat = (np.diff(self.to) == 0) & (np.diff(self.at) > 0)
        edges = np.diff(np.r_[False, flat, False].astype(np.int8))
        begin, end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        return self.at[begin], self.at[end], self.to[begin]


def _between(wanted: Floats, at: Floats, to: Floats) -> Floats:
    """Interpolate; of several anchors at one place the last counts, as ``np.interp`` has it."""
    if not len(at):
        return np.full(wanted.shape, np.nan)
    return np.asarray(np.interp(wanted, at, to, left=np.nan, right=np.nan))
