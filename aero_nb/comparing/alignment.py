"""Several runs on one axis: the same work at the same place, however fast each host was."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aero_nb.analysis.guest_time import Progress
from aero_nb.analysis.intervals import Intervals
from aero_nb.comparing.anchors import Anchored, By, anchored
from aero_nb.comparing.counterparts import mutual_nearest
from aero_nb.reports.about_comparison import LongestFrame
from aero_nb.tables.adding import NewCounter, with_counter
from aero_nb.tables.columns import Bools, Columns, Floats, Ints
from aero_nb.tables.side_by_side import SideBySide, side_by_side
from aero_nb.tables.time_map import TimeMap
from aero_nb.trace import Trace

if TYPE_CHECKING:
    from aero_nb.timeline import Timeline
    from aero_nb.timeline.axes import Axes

_DRAWN = 1000
"""At how many moments between its anchors the difference of two runs is drawn."""


@dataclass(frozen=True, eq=False)
class Alignment:
    """Which moment of one run is which of another (:func:`align`).

    Attributes:
        runs: the traces, the base first.
        names: what they are called.
        by: what they are aligned by.
        found: for each run but the base, by which moments.
    """

    runs: tuple[Trace, ...]
    names: tuple[str, ...]
    by: str
    found: tuple[Anchored, ...] = field(repr=False)

    # Times

    def to_base(self, ts_us: Any, run: int = 1) -> Floats:
        """Return which moments of the base (µs) are the moments ``ts_us`` of a run; NaN outside of its anchors."""
        return self._map(run)(ts_us)

    def from_base(self, ts_us: Any, run: int = 1) -> Floats:
        """Return which moments of a run (µs) are the moments ``ts_us`` of the base; NaN outside of its anchors."""
        return self._map(run).inverse()(ts_us)

    def behind(self, run: int = 1) -> pd.DataFrame:
        """Return how far a run is behind the base as the work goes on.

        Returns:
            One row per anchor: ``base_us run_us`` (float64, µs of each), ``behind_us`` (how much longer the run took
            since the first anchor; negative: it is ahead; NaN where records are missing on either side) and ``x``
            (the counter, where that aligns them).

        Raises:
            IndexError: there is no such run.
        """
        anchors = self._found(run).map
        table = pd.DataFrame({"base_us": anchors.to, "run_us": anchors.at})
        table["behind_us"] = _behind(anchors.at, anchors.to)
        table.loc[_inside(table["base_us"].to_numpy(), self._unknown(run)), "behind_us"] = np.nan
        progress = self._progress(0)
        if progress is not None:
            table["x"] = progress.map(anchors.to)
        return table

    # How good it is

    @property
    def quality(self) -> pd.DataFrame:
        """How well each run is aligned.

        Returns:
            One row per run but the base: ``run`` (its name), ``anchors`` (moments that are known to be the same),
            ``unmatched`` (moments that are not), ``covered`` (share of the base's time between the first and the last
            anchor), ``resolution_us`` (median time between two anchors: how far a moment between can be off) and
            ``unknown`` (share of the aligned time in which records are missing on either side).
        """
        extent = _extent(self.runs[0])
        rows = []
        for number, found in enumerate(self.found, start=1):
            to = found.map.to
            aligned = np.rint(to[[0]] * 1000).astype(np.int64), np.rint(to[[-1]] * 1000).astype(np.int64)
            lacking = int(self._unknown(number).within(*aligned)[0]) / 1000
            rows.append(
                {
                    "run": self.names[number],
                    "anchors": found.anchors,
                    "unmatched": int(found.unmatched["count"].sum()),
                    "covered": (to[-1] - to[0]) / max(extent[1] - extent[0], 1e-3),
                    "resolution_us": float(np.median(np.diff(found.times))) if found.anchors > 1 else np.nan,
                    "unknown": lacking / max(to[-1] - to[0], 1e-3),
                }
            )
        return pd.DataFrame(rows)

    @property
    def unmatched(self) -> pd.DataFrame:
        """What could not be matched: ``run``, ``side`` (base or run), ``what``, ``count``."""
        tables = [found.unmatched.assign(run=name) for found, name in zip(self.found, self.names[1:], strict=True)]
        return pd.concat(tables, ignore_index=True)[["run", "side", "what", "count"]]

    @property
    def note(self) -> str:
        """Say in sentences how good the alignment is."""
        told = []
        for row in self.quality.to_dict("records"):
            fine = f", one each {row['resolution_us'] / 1000:,.3g} ms" if row["anchors"] > 1 else ""
            lacking = f"; {row['unmatched']:,} unmatched" if row["unmatched"] else ""
            told.append(f"{row['run']}: {row['anchors']:,} anchors{fine}, {row['covered']:.0%} of the base{lacking}.")
            if row["unknown"] > 0:
                told.append(f"In {row['unknown']:.1%} of it records are missing: the difference there is not known.")
        doubts = [found.progress.note for found in self.found if found.progress is not None]
        base = self._progress(0)
        return " ".join([*told, *filter(None, [base.note if base else "", *doubts])])

    # Spans

    def matches(self, run: int = 1) -> pd.DataFrame:
        """Return which span of a run does what a span of the base does.

        Two spans match that are of one name, lane and depth and each other's nearest by their aligned starts (by what
        the guest counts, where a counter aligns them), and no further apart than two anchors there, or than the span is
        long.

        Returns:
            One row per pair, by the base's time: ``base_span run_span`` (rows of each trace's ``spans``), ``name``,
            ``base_dur_us run_dur_us difference_us`` (float64 µs) and ``start_difference_us`` (how far the run's start
            lies from the base's, once aligned).

        Raises:
            IndexError: there is no such run.
        """
        ours, theirs = self._pairs(run)
        base, other = self.runs[0].spans, self.runs[run].spans
        left, right = base.iloc[ours], other.iloc[theirs]
        durations = left["dur_us"].to_numpy(), right["dur_us"].to_numpy()
        return pd.DataFrame(
            {
                "base_span": ours,
                "run_span": theirs,
                "name": left["name"].array,
                "base_dur_us": durations[0],
                "run_dur_us": durations[1],
                "difference_us": durations[1] - durations[0],
                "start_difference_us": self._extended(run)(right["ts_us"].to_numpy()) - left["ts_us"].to_numpy(),
            }
        )

    # Pictures

    def timeline(self, *, lanes: str | Sequence[str] | None = None, **options: Any) -> "Timeline":
        """Return the runs under each other, lane by lane, on one axis.

        Above them stands how far each run is behind the base. Its control switches the axis: the counter that aligns
        them, the base's time, or each run's own time from the base's start on.

        Args:
            lanes: names of threads, counters or async tracks: just these, one run under the other.
            options: those of a timeline; ``window`` is in µs of the base.

        Raises:
            KeyError: no run has a lane of that name.
        """
        from aero_nb.timeline import Timeline

        return Timeline(self._trace, axes=self._axes, **self._opened(lanes, options))

    def to_html(
        self, path: str | os.PathLike[str], *, lanes: str | Sequence[str] | None = None, **options: Any
    ) -> Path:
        """Write the aligned timelines as one page that needs no kernel; see :meth:`timeline` and ``Trace.to_html``."""
        from aero_nb.timeline.page import to_html

        return to_html(self._trace, path, axes=self._axes, **self._opened(lanes, options))

    def still(self) -> bytes:
        """Return the whole of it as PNG: what a viewer without widgets shows."""
        from aero_nb.timeline.axes import drawn_by
        from aero_nb.timeline.scene import Scene
        from aero_nb.timeline.still import still_png

        return still_png(drawn_by(Scene(self._trace, self._axes.part_of), self._axes.axes[0]))

    def _opened(self, lanes: str | Sequence[str] | None, options: dict[str, Any]) -> dict[str, Any]:
        from aero_nb.timeline.view_state import with_axis

        options = with_axis(options, self._axes.axes[0].name)
        if lanes is None:
            return options
        wanted = [lanes] if isinstance(lanes, str) else list(lanes)
        names = self._trace.columns.strings
        tracks = self._trace.columns.tracks
        threads = [str(self._trace.columns.threads.thread[row]).rpartition(" · ")[0] for row in tracks.thread.tolist()]
        called = [names[name] if name >= 0 else thread for name, thread in zip(tracks.name, threads, strict=True)]
        missing = [name for name in wanted if name not in called]
        if missing:
            raise KeyError(f"expected names of lanes, found {missing[0]!r}; there are {sorted(set(called))}")
        added = sum(found.anchors > 1 for found in self.found)
        behind = range(len(called) - added, len(called))
        return {**options, "shown": [*behind, *(n for n, name in enumerate(called) if name in wanted)]}

    @cached_property
    def _together(self) -> SideBySide:
        return side_by_side([run.columns for run in self.runs], self.names)

    @cached_property
    def _trace(self) -> Trace:
        columns, thread = self._together.columns, -1
        for run, found in enumerate(self.found, start=1):
            if found.anchors < 2:
                continue  # nothing is known of how far it is behind
            at = np.unique(np.r_[found.map.at, np.linspace(found.map.at[0], found.map.at[-1], _DRAWN)])
            to = found.map(at)
            behind = np.where(_inside(to, self._unknown(run)), np.nan, _behind(at, to)) / 1000
            moments = np.rint((at + self._together.shifts_us[run]) * 1000)
            ts = moments.astype(np.int64) + columns.origin_ns
            source = self._together.run_of_source.index(run)
            new = NewCounter(f"{self.names[run]} behind_ms", ts, behind, thread, "difference", source)
            columns = with_counter(columns, new)
            thread = len(columns.threads) - 1
        return Trace(columns, sources=self.runs)

    @cached_property
    def _axes(self) -> "Axes":
        from aero_nb.timeline.axes import Axes, Axis

        axes = []
        progress = [self._progress(run) for run in range(len(self.runs))]
        known = [one for one in progress if one is not None]
        if len(known) == len(self.runs):
            maps = [self._shifted(one.map, run) for run, one in enumerate(known)]
            axes.append(Axis(known[0].name, maps, unit=known[0].name))
        maps = [self._shifted(self._extended(run), run) for run in range(len(self.runs))]
        axes.append(Axis(f"time of {self.names[0]}", maps))
        counterparts = np.full(len(self._trace.columns.spans), -1, np.int64)
        for run in range(len(self.runs) - 1, 0, -1):  # the base's spans show those of the first run
            ours, theirs = self._pairs(run)
            here, there = (self._together.spans_from[number] + rows for number, rows in ((0, ours), (run, theirs)))
            counterparts[here], counterparts[there] = there, here
        return Axes(axes, self._together.run_of_source, counterparts)

    def _shifted(self, known: TimeMap, run: int) -> TimeMap:
        once = np.append(True, (np.diff(known.at) != 0) | (np.diff(known.to) != 0))  # the page is sent no anchor twice
        return TimeMap(known.at[once] + self._together.shifts_us[run], known.to[once])

    def _pairs(self, run: int) -> tuple[Ints, Ints]:
        """Return the rows of the base's spans that have a counterpart in a run, and those of the counterparts."""
        found = self._found(run)
        keys = [self._keys(self._together.spans_of(number)) for number in (0, run)]
        starts, other_starts = (_starts_us(self.runs[number].columns) for number in (0, run))
        places = found.measured(starts), found.measured(self._extended(run)(other_starts))
        ours, theirs = mutual_nearest(keys[0], places[0], keys[1], places[1])
        ends = starts[ours] + self.runs[0].columns.spans.dur[ours] / 1000
        near = found.in_reach(starts[ours], ends, np.abs(places[0][ours] - places[1][theirs]))
        return ours[near], theirs[near]

    def _keys(self, rows: slice) -> Ints:
        """Return for these spans of all a number of lane, name and depth."""
        columns, spans = self._together.columns, self._together.columns.spans
        lanes = self._together.lane_of_track * len(columns.strings)
        keys: Ints = (lanes[spans.track[rows]] + spans.name[rows]) * (int(spans.depth.max(initial=0)) + 1)
        keys += spans.depth[rows]
        return keys

    # Inside

    def _found(self, run: int) -> Anchored:
        if not 1 <= run <= len(self.found):
            raise IndexError(f"expected a run from 1 to {len(self.found)} (0 is the base), found {run}")
        return self.found[run - 1]

    def _map(self, run: int) -> TimeMap:
        return self._found(run).map

    def _progress(self, run: int) -> Progress | None:
        return self.found[0].base_progress if run == 0 else self.found[run - 1].progress

    def _extended(self, run: int) -> TimeMap:
        """Return the map of a run to the base's time; beyond the anchors both are taken to be equally fast."""
        first, last = _extent(self.runs[run])
        if run == 0:
            return TimeMap(np.array([first, last]), np.array([first, last]))
        known = self._map(run)
        before, after = max(known.at[0] - first, 0.0), max(last - known.at[-1], 0.0)
        at = np.r_[known.at[0] - before, known.at, known.at[-1] + after]
        return TimeMap(at, np.r_[known.to[0] - before, known.to, known.to[-1] + after])

    def _unknown(self, run: int) -> Intervals:
        """Return when (ns of the base) records of the anchors' lanes are missing on either side."""
        found = self._found(run)
        ours = _gaps(self.runs[0], found.base_tracks, self._progress(0))
        theirs = self._extended(run)(_gaps(self.runs[run], found.tracks, self._progress(run)))
        start, end = np.rint(np.concatenate([ours, theirs]).T * 1000).astype(np.int64)
        return Intervals.union(start, end)

    def __repr__(self) -> str:
        return f"<{len(self.runs)} runs aligned by {self.by}. {self.note}>"


def align(base: Trace, *others: Trace, by: By = "start", names: Sequence[str] | None = None) -> Alignment:
    """Say which moment of one run is which of another, so that they can be seen and compared at the same work.

    Args:
        base: the run whose time the others are put on.
        others: one or more other runs.
        by: ``"start"`` (their first events are one moment), ``"milestones"`` (the first instant of each name that both
            have), ``"counter:instructions"`` (the guest's progress: the same count is the same work, however fast the
            host), ``"span:frame"`` (the n-th begin of a span, or the n-th instant, of that name), or pairs of
            (base's µs, other's µs); with several others a list of those for each.
        names: what the runs are called; ``base``, ``candidate``, or ``run 1``, ``run 2`` ...

    Raises:
        ValueError: there is no other run, one name is missing, ``by`` is none of these, or the runs have nothing in
            common to be aligned by.
    """
    if not others:
        raise ValueError("expected a second trace to align with the first, found none: align(base, candidate)")
    usual = ["base", "candidate"] if len(others) == 1 else ["base", *(f"run {n}" for n in range(1, len(others) + 1))]
    called = tuple(names or usual)
    if len(called) != len(others) + 1 or len(set(called)) != len(called):
        raise ValueError(f"expected a name for each of the {len(others) + 1} runs, all different, found {called}")
    found = anchored(base, others, by)
    return Alignment((base, *others), called, by if isinstance(by, str) else "pairs", tuple(found))


def frames_drawn(frames: Sequence[LongestFrame]) -> bytes:
    """Draw the threads in a frame of each side, both from their begin on, as PNG."""
    base, candidate = (Trace(_threads_in(one)) for one in frames)
    return align(base, candidate, by=[(frames[0].start_us, frames[1].start_us)]).still()


def _threads_in(frame: LongestFrame) -> Columns:
    columns = frame.trace.window(frame.start_us, frame.start_us + frame.length_us, clip=True).columns
    return replace(columns, counters=type(columns.counters).none())


def _starts_us(columns: Columns) -> Floats:
    """Return when its spans begin, as its table says."""
    starts: Floats = (columns.spans.ts - columns.origin_ns) / 1000
    return starts


def _behind(run: Floats, base: Floats) -> Floats:
    longer: Floats = (run - run[0]) - (base - base[0])
    return longer


def _gaps(trace: Trace, tracks: Sequence[int], progress: Progress | None) -> Floats:
    """Return when (µs) records of these lanes are missing: a row (start, end) for each gap.

    Where the counter has samples inside a gap, it is another thread's.
    """
    gaps = trace.gaps[trace.gaps["track"].isin(tracks)]
    times: Floats = gaps[["start_us", "end_us"]].to_numpy(np.float64).clip(*_extent(trace))
    if progress is None:
        return times
    first_inside = np.searchsorted(progress.map.at, times[:, 0], side="right")
    none: Bools = np.searchsorted(progress.map.at, times[:, 1], side="left") <= first_inside
    return times[none]


def _inside(moments_us: Floats, intervals: Intervals) -> Bools:
    """Return which moments lie within the intervals; at their ends all is known."""
    ns = np.rint(moments_us * 1000).astype(np.int64)
    at = np.searchsorted(intervals.start, ns, side="left") - 1
    inside: Bools = (at >= 0) & (np.append(intervals.end, 0)[at] > ns)
    return inside


def _extent(trace: Trace) -> tuple[float, float]:
    tracks = trace.tracks
    first, last = float(tracks["first_ts_us"].min()), float(tracks["last_ts_us"].max())
    return (first, last) if first <= last else (0.0, 0.0)
