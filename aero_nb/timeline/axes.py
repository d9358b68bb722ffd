"""What a timeline can be drawn by besides host time: the guest's progress, or the clock of another run."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter

import numpy as np

from aero_nb.tables.columns import Floats, Ints
from aero_nb.tables.time_map import TimeMap
from aero_nb.timeline.first_sight import opening_of, seen_at_first
from aero_nb.timeline.scene import Band, Points, Scene

_NO_SPANS = np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Axis:
    """One axis: where the times of each part of the timeline lie on it.

    Attributes:
        name: what the control calls it.
        maps: of each part, host time (µs, as in the tables) -> places on the axis; what lies beyond is at its ends.
        unit: what the axis counts (``instructions``); empty: time in µs.
    """

    name: str
    maps: Sequence[TimeMap]
    unit: str = ""

    @property
    def zero(self) -> float:
        """The first place that is drawn."""
        return min(float(each.to[0]) for each in self.maps)

    @property
    def last(self) -> float:
        """The last place that is drawn."""
        return max(float(each.to[-1]) for each in self.maps)

    @property
    def scale(self) -> float:
        """How many steps of the page's whole numbers one place is: time is drawn in ns, counts as they are."""
        return 1.0 if self.unit else 1000.0

    def steps(self, places: Floats) -> Floats:
        """Return the places as the page has them, counted from ``zero``."""
        return np.rint((places - self.zero) * self.scale)

    @property
    def length(self) -> int:
        """How long the axis is, as the page has it."""
        return int(self.steps(np.array([self.last]))[0])


@dataclass(frozen=True, eq=False)
class Axes:
    """The axes that a timeline offers.

    Attributes:
        axes: the axes.
        parts: of each source of the trace (``tracks.source``), which map of an axis is its own; all the first one, if
            empty.
        counterparts: of each row of ``trace.spans`` the row that does the same in another run, -1 without; may be
            empty.
    """

    axes: Sequence[Axis] = ()
    parts: Sequence[int] = ()
    counterparts: Ints = field(default_factory=lambda: _NO_SPANS)

    def named(self, name: str) -> Axis | None:
        """Return the axis of that name, None for host time (``""``).

        Raises:
            ValueError: no axis is called so.
        """
        found = next((axis for axis in self.axes if axis.name == name), None)
        if name and found is None:
            known = ", ".join(repr(axis.name) for axis in self.axes) or "none but host time ('')"
            raise ValueError(f"expected one of this timeline's axes, found {name!r}; it has {known}")
        return found

    def part_of(self, source: int) -> int:
        """Return which map is the one of a source."""
        return self.parts[source] if self.parts else 0


def drawn_by(scene: Scene, axis: Axis | None) -> Scene:
    """Return the scene as a still picture has it: all its times where an axis has them, or what it opens on."""
    if axis is None:
        return seen_at_first(scene, opening_of(scene))
    drawn = copy(scene)
    rows, bands = scene.spans, scene.bands
    part_of_track = {band.track: band.part for band in bands}
    place = _placer(scene, axis)

    def placed(times: Ints, stretches: Sequence[tuple[int, int, int]]) -> Ints:
        places = np.zeros(len(times), np.int64)
        for first, after, part in stretches:
            places[first:after] = place(times[first:after], part)
        return places

    row_parts = [part_of_track.get(track, 0) for track in rows.row_track.tolist()]
    of_rows = _together(zip(rows.row_start[:-1].tolist(), rows.row_start[1:].tolist(), row_parts, strict=True))
    start = placed(rows.start, of_rows)
    end = placed(rows.start + rows.duration, of_rows)
    drawn.spans = replace(rows, start=start, duration=end - start)
    drawn.instants = _points(scene.instants, [b for b in bands if b.kind != "counter"], placed)
    drawn.samples = _points(scene.samples, [b for b in bands if b.kind == "counter"], placed)
    drawn.bands = [
        replace(band, lost=[(*place(np.array(b), band.part).tolist(), why) for *b, why in band.lost]) for band in bands
    ]
    drawn.duration_ns = axis.length
    drawn.axis_zero, drawn.axis_unit = (axis.zero, axis.unit) if axis.unit else (0.0, "")
    return drawn


def _points(
    points: Points, bands: Sequence[Band], placed: Callable[[Ints, Sequence[tuple[int, int, int]]], Ints]
) -> Points:
    """Place points; those of no band are not drawn."""
    stretches = [(band.first_item, band.first_item + band.items, band.part) for band in bands]
    return replace(points, time=placed(points.time, stretches))


def _together(stretches: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return stretches (first, after, part) in order, neighbours of one part as one."""
    found: list[tuple[int, int, int]] = []
    for part, group in groupby(stretches, key=itemgetter(2)):
        members = list(group)
        found.append((members[0][0], members[-1][1], part))
    return found


def _placer(scene: Scene, axis: Axis) -> Callable[[Ints, int], Ints]:
    def place(times: Ints, part: int) -> Ints:
        known = axis.maps[part]
        moments = np.clip(scene.zero_us + times / 1000, known.at[0], known.at[-1])
        return axis.steps(known(moments)).astype(np.int64)

    return place
