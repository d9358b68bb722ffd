"""What follows from the rows of the tables: self times of spans, counts and times of lanes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from aero_nb.events import END
from aero_nb.tables.columns import NO_TIME, Columns, Ints, Tracks
from aero_nb.tables.walking import tables_of_events


def self_times(ts: Ints, dur: Ints, parent: Ints) -> Ints:
    """Return ``dur`` less the union of the direct children within it, for spans in time order."""
    children = np.flatnonzero(parent >= 0)
    children = children[np.argsort(parent[children], kind="stable")]
    group, start = parent[children], ts[children]
    # Rounded apart, a child may seem to end a nanosecond after its parent.
    end = np.minimum((ts + dur)[children], (ts + dur)[group])
    # The furthest end among the siblings before: ranks, lifted by group, let one running maximum serve all groups.
    levels, rank = np.unique(end, return_inverse=True)
    lifted = np.maximum.accumulate(group * len(levels) + rank)
    first = np.diff(group, prepend=-1) != 0
    before = np.where(first, start, levels[np.roll(lifted, 1) % len(levels)]) if len(levels) else end
    covered = np.zeros(len(ts), np.int64)
    np.add.at(covered, group, np.maximum(end - np.maximum(start, before), 0))
    return dur - covered


def recounted(columns: Columns) -> Tracks:
    """Return the lanes with their counts and times by the rows that are there."""
    size = len(columns.tracks)
    spans, events, orphans = (np.zeros(size, np.int64) for _ in range(3))
    first, last = np.full(size, np.iinfo(np.int64).max), np.full(size, NO_TIME)
    for table in [*tables_of_events(columns).values(), columns.samples]:
        begin, end = table.bounds()
        np.minimum.at(first, table.track, begin)
        np.maximum.at(last, table.track, end)
    for table in tables_of_events(columns).values():
        count = np.bincount(table.track, minlength=size)
        events += count
        spans += count if "dur" in table.meanings else 0
    leftovers = columns.leftovers
    is_orphan = (leftovers.kind == columns.code("orphan_end")) & (leftovers.ph == columns.code(END))
    orphans += np.bincount(leftovers.track[is_orphan & (leftovers.track >= 0)], minlength=size)
    first[last == NO_TIME] = NO_TIME
    return replace(columns.tracks, spans=spans, events=events, first=first, last=last, orphan_ends=orphans)
