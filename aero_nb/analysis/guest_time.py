"""The guest's progress: a cumulative counter (instructions) as an axis beside host time.

Two runs of one guest do the same work at the same count, however fast their hosts are; where the count stands still,
the guest waits.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from aero_nb.tables.columns import Floats
from aero_nb.tables.time_map import Anchors, TimeMap

_WRAPS = (2.0**32, 2.0**31, 2.0**16)  # of unsigned and signed 32-bit counts, and of 16-bit ones
_NEAR_WRAP = 1 / 16  # a fall from the last sixteenth of a width to its first is taken for a wrap


@dataclass(frozen=True, eq=False)
class Progress:
    """How far the guest was at which host time.

    Attributes:
        name: of the counter, or what the anchors were called.
        map: host time (µs) -> progress (in units of the counter).
        lanes: how many lanes count under that name; their counts are added.
        restarts: how often it fell to less than half: it counts on from there, as Prometheus' ``rate()`` has it.
        wraps: how often it fell from the end of a 32- or 16-bit count to its beginning.
        steps_back: how often it fell a little; the progress stands still until it is reached again.
    """

    name: str
    map: TimeMap
    lanes: int = 1
    restarts: int = 0
    wraps: int = 0
    steps_back: int = 0

    @property
    def stalls(self) -> pd.DataFrame:
        """Where host time passes and the guest makes no progress, the longest first: ``start_us end_us dur_us x``."""
        start, end, x = self.map.standstills()
        table = pd.DataFrame({"start_us": start, "end_us": end, "dur_us": end - start, "x": x})
        return table.sort_values("dur_us", ascending=False, kind="stable", ignore_index=True)

    @property
    def waited(self) -> pd.DataFrame:
        """How long the guest had stood still by then: ``ts_us waited_ms``, a row where each stall begins and ends."""
        start, end, _ = self.map.standstills()
        total = np.append(0.0, np.cumsum(end - start)) / 1000
        moments, waited = np.column_stack([start, end]).ravel(), np.column_stack([total[:-1], total[1:]]).ravel()
        first = pd.DataFrame({"ts_us": self.map.at[:1], "waited_ms": 0.0})
        return pd.concat([first, pd.DataFrame({"ts_us": moments, "waited_ms": waited})], ignore_index=True)

    @property
    def note(self) -> str:
        """Say what lets one doubt the axis, in sentences; empty for nothing."""
        told = [
            (self.lanes - 1, f"{self.name} is the sum of {self.lanes} lanes."),
            (self.restarts, f"{self.name} began anew {self.restarts} times; it counts on from there."),
            (self.wraps, f"{self.name} wrapped around {self.wraps} times; it counts on."),
            (self.steps_back, f"{self.name} went backwards {self.steps_back} times; it stands still meanwhile."),
        ]
        return " ".join(sentence for count, sentence in told if count)


def progress(counters: pd.DataFrame, series: str) -> Progress:
    """Return the guest's progress by a cumulative counter.

    Args:
        counters: a Trace's ``counters``.
        series: the name of the counter's series.

    Raises:
        ValueError: no series is called so, or it has fewer than two moments with a value, or never rises.
    """
    samples = counters[(counters["series"] == series) & np.isfinite(counters["value"])]
    if samples.empty:
        known = ", ".join(map(repr, sorted(map(str, counters["series"].unique()))[:20])) or "none"
        raise ValueError(f"expected the name of a counter, found {series!r}; this trace has {known}")
    lanes = [_Count.of(lane) for _, lane in samples.groupby("track", sort=True)]
    moments = np.unique(np.concatenate([lane.ts for lane in lanes]))
    total = np.sum([_held(lane, moments) for lane in lanes], axis=0)
    if len(moments) < 2 or total[-1] == total[0]:
        raise ValueError(
            f"expected a counter that grows, found {series!r} with {len(moments)} moments, all at "
            f"{total[0]:,.10g}: an axis needs two values"
        )
    sums = {name: sum(getattr(lane, name) for lane in lanes) for name in ("restarts", "wraps", "steps_back")}
    return Progress(series, TimeMap(moments, total), len(lanes), **sums)


def progress_of_anchors(anchors: Anchors, name: str = "progress") -> Progress:
    """Return the progress by pairs of (host time in µs, progress).

    Raises:
        ValueError: there are fewer than two pairs, or they do not rise together.
    """
    return Progress(name, TimeMap.of(anchors))


@dataclass(frozen=True, eq=False)
class _Count:
    """The count of one lane, made to never fall."""

    ts: Floats
    value: Floats
    restarts: int
    wraps: int
    steps_back: int

    @classmethod
    def of(cls, samples: pd.DataFrame) -> "_Count":
        ordered = samples.sort_values("ts_us", kind="stable")
        last_of_moment = ordered["ts_us"].to_numpy()
        last_of_moment = np.append(np.diff(last_of_moment) > 0, True)
        ts, raw = (ordered[name].to_numpy(np.float64)[last_of_moment] for name in ("ts_us", "value"))
        added = np.zeros(len(raw))
        falls = np.flatnonzero(np.diff(raw) < 0) + 1
        kinds = [_kind_of_fall(raw[at - 1], raw[at]) for at in falls.tolist()]
        for at, (_, lost) in zip(falls.tolist(), kinds, strict=True):
            added[at] = lost
        counted = [sum(kind == wanted for kind, _ in kinds) for wanted in ("restart", "wrap", "step back")]
        return cls(ts, np.maximum.accumulate(raw + np.cumsum(added)), *counted)


def _kind_of_fall(before: float, after: float) -> tuple[str, float]:
    """Say what a fall of a count is, and what is to be added to all that comes after it."""
    for width in _WRAPS:
        if width * (1 - _NEAR_WRAP) <= before < width and 0 <= after < width * _NEAR_WRAP:
            return "wrap", width
    if after < before / 2:
        return "restart", before
    return "step back", 0.0


def _held(lane: _Count, moments: Floats) -> Floats:
    """Return the count of a lane at the moments, in between its samples in proportion, beyond them as they are."""
    values: Floats = np.interp(moments, lane.ts, lane.value)
    return values
