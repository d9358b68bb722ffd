"""What a timeline opens on: the bulk of a trace that has a few stray events, and words where there is little to see."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from aero_nb.figures.units import format_count, format_duration
from aero_nb.tables.columns import Ints
from aero_nb.timeline.scene import Band, Points, Scene

MOST_STRAYS = 10
OTHERS = 100  # events for each stray one; but for one, or one at each end, TENFOLD is enough
TENFOLD = 10  # how much shorter the rest has to be, too
_MARGIN = 0.02  # of the bulk, on both sides


@dataclass(frozen=True)
class Opening:
    """The stretch that holds all but a few events, in ns since the timeline's zero, and what lies outside of it."""

    start_ns: int
    end_ns: int
    note: str


@dataclass(frozen=True)
class Lack:
    """What a trace has nothing of, and what to do about it."""

    what: str
    advice: str


def opening_of(scene: Scene) -> Opening | None:
    """Return what a timeline opens on where that is not the whole trace.

    That is so where a few events at the ends lie so far off that without them the trace is at most a tenth as long, and
    so on with what is left. A few: one of ten, two of twenty, else one of a hundred and never more than ten. Far off:
    no other event reaches to them; a span that is still open at the end of the trace reaches there.
    """
    events = len(scene.spans) + len(scene.instants.time) + len(scene.samples.time)
    allowed = min(MOST_STRAYS, max(events // OTHERS, min(events // TENFOLD, 2)))
    start, end = _outermost(scene, allowed + 1)
    before, after = _strays(start, end, allowed)
    if not before + after:
        return None
    last = len(start) - after
    first, until = int(start[before]), int(end[before:last].max())
    margin = int((until - first) * _MARGIN)
    note = _note(before, first - int(start[0]), after, int(end[last:].max(initial=until)) - until)
    return Opening(max(first - margin, 0), min(until + margin, scene.duration_ns), note)


def strays_of(scene: Scene) -> str:
    """Return what lies far off the others, as a part of a sentence, or ``""``."""
    opening = opening_of(scene)
    return f"; {opening.note}" if opening else ""


def _outermost(scene: Scene, count: int) -> tuple[Ints, Ints]:
    """Return starts and ends of the first and last few events of each row and lane, sorted by start."""
    spans = scene.spans
    chosen = _ends_of_runs(spans.row_start[:-1], spans.row_start[1:], count)
    starts, ends = [spans.start[chosen]], [spans.start[chosen] + spans.duration[chosen]]
    for points, bands in _points(scene):
        first = np.array([band.first_item for band in bands], np.int64)
        items = np.array([band.items for band in bands], np.int64)
        time = points.time[_ends_of_runs(first, first + items, count)]
        starts.append(time)
        ends.append(time)
    start, end = np.concatenate(starts), np.concatenate(ends)
    order = np.argsort(start, kind="stable")
    return start[order], end[order]


def _points(scene: Scene) -> list[tuple[Points, list[Band]]]:
    counters = [band for band in scene.bands if band.kind == "counter"]
    others = [band for band in scene.bands if band.kind != "counter"]
    return [(scene.instants, others), (scene.samples, counters)]


def _ends_of_runs(first: Ints, after: Ints, count: int) -> Ints:
    """Return the first and the last ``count`` places of each run [first, after)."""
    steps = np.arange(count)
    there = after > first
    first, after = first[there, None], after[there, None]
    places = np.concatenate([np.minimum(first + steps, after - 1), np.maximum(after - 1 - steps, first)], axis=None)
    return np.unique(places)


def _strays(start: Ints, end: Ints, allowed: int) -> tuple[int, int]:
    """Return how many events at the beginning and at the end lie far off the others."""
    before = after = 0
    while before + after < allowed:
        length = _length(start, end, before, after)
        found = None
        for more in range(1, allowed - before - after + 1):
            cuts = [(before + n, after + more - n) for n in range(more + 1)]
            lengths = {cut: _length(start, end, *cut) for cut in cuts}
            found = min(cuts, key=lengths.__getitem__)
            if 0 < lengths[found] <= length / TENFOLD:
                break
            found = None
        if found is None:
            break
        before, after = found
    return before, after


def _length(start: Ints, end: Ints, before: int, after: int) -> float:
    """Return how long the rest is, infinite where it is not apart from what is left out."""
    last = len(start) - after
    if last <= before:
        return np.inf
    first, until = start[before], end[before:last].max()
    apart = (not before or end[:before].max() < first) and (not after or start[last] > until)
    return float(until - first) if apart else np.inf


def _note(before: int, before_ns: int, after: int, after_ns: int) -> str:
    told: list[str] = []
    for count, length, where in ((before, before_ns, "before"), (after, after_ns, "after")):
        if count:
            noun = ("1 event" if count == 1 else f"{count} events") if not told else str(count)
            verb = "lies" if count == 1 else "lie up to"
            told.append(f"{noun} {verb} {format_duration(length / 1000)} {where}")
    return f"{' and '.join(told)} the others"


def seen_at_first(scene: Scene, opening: Opening | None) -> Scene:
    """Return the scene with just what a timeline opens on, for a still picture."""
    if opening is None:
        return scene
    zero, length = opening.start_ns, opening.end_ns - opening.start_ns
    drawn = copy(scene)
    drawn.spans = replace(scene.spans, start=scene.spans.start - zero)
    drawn.instants = replace(scene.instants, time=scene.instants.time - zero)
    drawn.samples = replace(scene.samples, time=scene.samples.time - zero)
    drawn.bands = [replace(band, lost=_shifted(band.lost, zero, length)) for band in scene.bands]
    drawn.duration_ns = length
    drawn.axis_base = format_duration(zero / 1000)
    drawn.foot = opening.note
    return drawn


def _shifted(lost: Sequence[tuple[int, int, str]], zero: int, length: int) -> list[tuple[int, int, str]]:
    moved = [(max(left - zero, 0), min(right - zero, length), why) for left, right, why in lost]
    return [one for one in moved if one[1] > one[0]]


def lack_of(scene: Scene) -> Lack | None:
    """Return what a trace without spans lacks and what to do; None where it has some."""
    if len(scene.spans):
        return None
    if scene.bands:
        return Lack(f"No spans in this trace, only {_counted(scene)}", _SPANS)
    trace = scene.trace
    if trace.cut_us is not None:
        start, end = (f"{moment:,.10g}" for moment in trace.cut_us)
        return Lack(_NOTHING, f"It was cut to {start} µs to {end} µs (window), where nothing is: take a wider one.")
    others = _other_kinds(scene)
    if others:
        return Lack(_NOTHING, f"It has events that a timeline does not draw ({others}): see trace.to_dataframe().")
    if len(trace.tracks):
        named = "1 track" if len(trace.tracks) == 1 else f"{format_count(len(trace.tracks))} tracks"
        return Lack(_NOTHING, f"It only names {named}: nothing was recorded on them, or filter() left nothing.")
    if len(trace.diagnostics):
        return Lack(_NOTHING, "What was in the file and could not be read is in trace.diagnostics.")
    return Lack(_NOTHING, "Record while something runs (%%aero_trace, aero_nb.capture()), or load another file.")


_NOTHING = "No spans, instants or counters in this trace"
_SPANS = "Spans come from perf.span(...), aero-nb record, or B, E and X events."


def _other_kinds(scene: Scene) -> str:
    """Return how many events of which kinds only ``to_dataframe()`` has, metadata aside."""
    columns = scene.trace.columns
    kinds, counts = np.unique(columns.leftovers.kind, return_counts=True)
    told = [(columns.strings[kind], count) for kind, count in zip(kinds.tolist(), counts.tolist(), strict=True)]
    return ", ".join(f"{format_count(count)} {kind}" for kind, count in told if kind != "metadata")


def _counted(scene: Scene) -> str:
    counted = [(len(scene.instants.time), "instant"), (len(scene.samples.time), "counter sample")]
    told = [f"{format_count(count)} {noun}{'s' * (count != 1)}" for count, noun in counted if count]
    return " and ".join(told) or "what is known to be lost"
