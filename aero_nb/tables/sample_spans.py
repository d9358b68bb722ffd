"""Samples as spans: a function is open for as long as it is on the stack of each sample. Columns in, columns out.

What is asked of spans (call trees, flame graphs, sandwich, comparison, the timeline) is so asked of samples, without
being written twice. As in other profilers (DevTools, speedscope) a call shorter than the distance of two samples is not
seen, and two calls in a row are one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from aero_nb.tables.chrome_threads import CHROME_SUFFIX
from aero_nb.tables.columns import Bools, Codes, Columns, Ints, Samples, Spans, Threads, Tracks
from aero_nb.tables.derived import recounted
from aero_nb.tables.walking import joined, tables_of_events


def columns_of_sample_spans(columns: Columns) -> Columns:
    """Return the columns with the samples' functions as their spans, and no other events.

    A span is as long as its samples count without a break: idle ones and gaps end it. Its category is the kind of
    its function; its self time is that of the samples on whose top it was.
    """
    none = {name: type(table).none() for name, table in tables_of_events(columns).items()}
    metadata_events = columns.leftovers.kind == columns.code("metadata")
    part = replace(
        columns,
        **{**none, "spans": spans_of_samples(columns)},
        flows=type(columns.flows).none(),
        leftovers=columns.leftovers.take(metadata_events),
        stacks=type(columns.stacks).none(),
        samples=type(columns.samples).none(),  # else they would be drawn and told twice
        profile_events=(0, 0),
    )
    return replace(part, tracks=recounted(part))


def spans_of_samples(columns: Columns) -> Spans:
    """Return the spans that the samples show, by time, a parent before its children."""
    busy = columns.samples.stack >= 0
    busy[busy] = columns.stacks.kind[columns.samples.stack[busy]] != columns.code("idle")
    samples = columns.samples.take(busy)
    samples = samples.take(np.lexsort((samples.ts, samples.track)))
    levels = _levels(columns.stacks.parent, samples.stack)
    found = _Found(samples, _breaks(samples))
    for depth, (rows, stacks) in enumerate(levels):
        found.add_level(depth, rows, stacks)
    return found.spans(columns)


def _breaks(samples: Samples) -> Bools:
    """Return which samples do not go on where the one before ended."""
    ends = samples.bounds()[1]
    breaks = np.ones(len(samples), np.bool_)
    breaks[1:] = (samples.track[1:] != samples.track[:-1]) | (samples.ts[1:] > ends[:-1])
    return breaks


def _levels(parent: Ints, stack: Ints) -> list[tuple[Ints, Ints]]:
    """Return for each depth the samples that reach it (rows, in order) and which stack they have there.

    ``stack`` is the innermost function of each sample; one walks outwards from the deepest, level by level::

        main > run > draw     depth 2: draw       depth 1: run, run      depth 0: main, main, main
        main > run
        main
    """
    depth_of = np.zeros(len(parent), np.int64)
    for row, above in enumerate(parent.tolist()):  # a parent stands before its children
        depth_of[row] = depth_of[above] + 1 if above >= 0 else 0
    depth = depth_of[stack]
    order = np.argsort(-depth, kind="stable")
    reaching = np.searchsorted(-depth[order], -np.arange(depth.max(initial=-1) + 1), side="right")
    levels = []
    current = stack.copy()
    for level in range(len(reaching) - 1, -1, -1):
        rows = np.sort(order[: reaching[level]])
        levels.append((rows, current[rows]))
        current[rows] = parent[current[rows]]
    return levels[::-1]


class _Found:
    """The spans of one level after another, from the outermost in."""

    def __init__(self, samples: Samples, breaks: Bools) -> None:
        self._samples = samples
        self._breaks = breaks  # where a level above began anew, too
        self._span_of = np.full(len(samples), -1, np.int64)  # the innermost span of each sample so far
        self._count = 0
        self._columns: list[tuple[Ints, ...]] = []

    def add_level(self, depth: int, rows: Ints, stacks: Ints) -> None:
        """Add the spans of a depth: runs of samples that follow one another with one function there."""
        ts, ends = self._samples.bounds()
        begins = np.ones(len(rows), np.bool_)
        begins[1:] = (np.diff(rows) != 1) | self._breaks[rows[1:]] | (np.diff(stacks) != 0)
        self._breaks[rows[begins]] = True
        first = np.flatnonzero(begins)
        last = np.append(first[1:], len(rows)) - 1
        self._columns.append(
            (ts[rows[first]], ends[rows[last]], np.full(len(first), depth), self._span_of[rows[first]], stacks[first],
             rows[first])
        )  # fmt: skip
        self._span_of[rows] = self._count + np.cumsum(begins) - 1
        self._count += len(first)

    def spans(self, columns: Columns) -> Spans:
        """Return all of them in time order."""
        joined = [np.concatenate(each) for each in zip(*self._columns, strict=True)] or [np.empty(0, np.int64)] * 6
        begin, end, depth, parent, stack, row = joined
        on_top = np.bincount(self._span_of, self._samples.weight, self._count).astype(np.int64)
        order = np.lexsort((depth, begin))
        place = np.empty(len(order) + 1, np.int64)
        place[order], place[-1] = np.arange(len(order)), -1
        numbers = columns.events + np.arange(len(order))  # which no other event has
        return Spans(
            ts=begin[order],
            dur=(end - begin)[order],
            self_time=on_top[order],
            depth=depth[order].astype(np.int32),
            parent=place[parent[order]],
            name=columns.stacks.function[stack[order]],
            cat=columns.stacks.kind[stack[order]],
            track=self._samples.track[row[order]],
            thread=self._samples.thread[row[order]],
            unfinished=np.zeros(len(order), np.bool_),
            crossing=np.zeros(len(order), np.bool_),
            event=numbers,
            end_event=np.full(len(order), -1, np.int64),
            carry=np.zeros(len(order), np.int8),
        )


SAMPLES_SUFFIX: Final = " (samples)"
"""Behind a lane's name, what a profiler sampled of the same thread is called: ``Main``, ``Main (samples)``."""


def columns_with_sample_lanes(columns: Columns) -> Columns:
    """Return the columns with a lane more for each sampled thread, under the thread's own, for a picture of both.

    The rows of ``tracks`` and ``spans`` keep their numbers; those of samples come after them.
    """
    spans = spans_of_samples(columns)
    lanes, threads = _lanes_of(columns.tracks, columns.threads, np.unique(spans.track))
    moved = np.full(len(columns.tracks) + 1, -1, np.int32)
    moved[lanes.of] = len(columns.tracks) + np.arange(len(lanes.of))
    own = columns.tracks.take(lanes.of)
    none = np.zeros(len(own), np.int64)
    own = replace(own, thread=lanes.threads, spans=none, events=none, orphan_ends=none, dropped_records=none - 1)
    parent = np.where(spans.parent >= 0, spans.parent + len(columns.spans), -1)
    thread = lanes.threads[np.searchsorted(lanes.of, spans.track)]
    spans = replace(spans, track=moved[spans.track], thread=thread, parent=parent)
    return replace(
        columns,
        threads=threads,
        tracks=joined([columns.tracks, own]),
        spans=joined([columns.spans, spans]),
    )


@dataclass(frozen=True)
class _Lanes:
    """Of which tracks there are lanes of samples, and the threads of these."""

    of: Codes
    threads: Codes


def _lanes_of(tracks: Tracks, threads: Threads, sampled: Codes) -> tuple[_Lanes, Threads]:
    """Add a thread for each sampled track, called after it, and sort each right behind its own."""
    columns = {column.name: list(getattr(threads, column.name)) for column in fields(Threads)}
    order = sorted(range(len(threads)), key=lambda row: threads.sort_index[row] or 0)
    for place, row in enumerate(order):
        columns["sort_index"][row] = 2 * place
    added = []
    for track in sampled.tolist():
        row = int(tracks.thread[track])
        added.append(len(columns["tid"]))
        for values in columns.values():
            values.append(values[row])
        name = threads.thread[row] or f"thread {threads.tid[row]}"
        columns["thread"][-1] = name.removesuffix(CHROME_SUFFIX) + SAMPLES_SUFFIX
        columns["sort_index"][-1] += 1
    return _Lanes(sampled, np.array(added, np.int32)), Threads(**{key: tuple(all_) for key, all_ in columns.items()})
