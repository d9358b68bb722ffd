"""Several runs of one program lane by lane: each lane of the first run with those of the others under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeAlias

import numpy as np

from aero_nb.tables.columns import NO_TIME, Columns, Ints, Threads
from aero_nb.tables.merging import merge_columns
from aero_nb.tables.walking import take_rows

_Lane: TypeAlias = tuple[str | int, str, int]
"""A thread as all runs call it: its process (its number where it has no name), its name, which one of that name."""
_KINDS = ("thread", "async", "counter")


@dataclass(frozen=True, eq=False)
class SideBySide:
    """The runs in one.

    Attributes:
        columns: all of it, one run after the other, on the first one's clock; the others begin when it does. Threads
            are called after their run (``cpu · base``), processes that runs share have one pid, and ``tracks`` are in
            the order in which they are to be seen.
        run_of_source: of each source of ``tracks`` the number of its run.
        shifts_us: what was added to the times of each run's own tables.
        lane_of_track: of each track a number that the tracks of the same lane in all runs share.
        spans_from: at which row of ``columns.spans`` those of each run begin, and how many rows there are.
    """

    columns: Columns
    run_of_source: tuple[int, ...]
    shifts_us: tuple[float, ...]
    lane_of_track: Ints

    spans_from: tuple[int, ...]

    def spans_of(self, run: int) -> slice:
        """Return which rows of ``columns.spans`` are those of a run, in the order in which it has them."""
        return slice(self.spans_from[run], self.spans_from[run + 1])


def side_by_side(runs: Sequence[Columns], names: Sequence[str]) -> SideBySide:
    """Put runs beside each other, lanes of the same process and name together."""
    begin, origin = _first_moment(runs[0]), runs[0].origin_ns
    offsets_us = [(begin - _first_moment(run)) / 1000 for run in runs]
    offsets = [round(offset * 1000) for offset in offsets_us]  # as merging rounds them
    plain = [
        replace(run, start_ns=None, origin_ns=origin and origin - offset)
        for run, offset in zip(runs, offsets, strict=True)
    ]
    merged = merge_columns(plain, offsets_us, threads_together=False, in_time_order=False)
    merged = replace(merged, problems=tuple(one for one in merged.problems if one.code != "clock_unknown"))
    sources = [int(run.tracks.source.max(initial=0)) + 1 for run in runs]
    run_of_source = tuple(number for number, count in enumerate(sources) for _ in range(count))
    shifts = tuple((offset + run.origin_ns - origin) / 1000 for offset, run in zip(offsets, runs, strict=True))
    threads, lanes = _named(runs, merged.threads, names)
    merged = replace(merged, threads=threads)
    seen, lane_of_track = _order_of_tracks(merged, lanes, run_of_source)
    spans_from = (0, *accumulate(len(run.spans) for run in runs))  # merging puts one run after the other
    return SideBySide(take_rows(merged, {"tracks": seen}), run_of_source, shifts, lane_of_track, spans_from)


def _first_moment(run: Columns) -> int:
    placed = run.tracks.first[run.tracks.first != NO_TIME]
    return int(placed.min()) if len(placed) else 0


def _named(runs: Sequence[Columns], merged: Threads, names: Sequence[str]) -> tuple[Threads, list[_Lane]]:
    """Call each thread after its run, and give it the process that the first run has of that name."""
    pid, process, thread = list(merged.pid), list(merged.process), list(merged.thread)
    own_pids = dict(zip((lane[0] for lane in _lanes(runs[0].threads)), runs[0].threads.pid, strict=True))
    sort_index: list[int | None] = []
    place_of: dict[_Lane, int] = {}
    lanes: list[_Lane] = []
    row = 0
    for run, name in zip(runs, names, strict=True):
        own_lanes = _lanes(run.threads)
        for lane in [own_lanes[at] for at in _order_of_threads(run)]:
            place_of.setdefault(lane, len(place_of))
        for lane, tid in zip(own_lanes, run.threads.tid, strict=True):
            if lane[0] in own_pids:
                pid[row] = own_pids[lane[0]]
            elif process[row] is not None:
                process[row] = f"{process[row]} · {name}"
            own = lane[1] or ("" if tid is None else f"thread {tid}")  # a counter may belong to no thread
            thread[row] = f"{own} · {name}" if own else name
            sort_index.append(place_of[lane])
            row += 1
        lanes += own_lanes
    named = replace(merged, pid=tuple(pid), process=tuple(process), thread=tuple(thread), sort_index=tuple(sort_index))
    return named, lanes


def _lanes(threads: Threads) -> list[_Lane]:
    """Return what each thread is in all runs; ids differ from run to run, so what has no name is told by its order."""
    unnamed = {pid: number for number, pid in enumerate(dict.fromkeys(threads.pid))}
    seen: dict[tuple[str | int, str], int] = {}
    lanes: list[_Lane] = []
    for pid, process, thread in zip(threads.pid, threads.process, threads.thread, strict=True):
        key = process or unnamed[pid], thread or ""
        seen[key] = seen.get(key, -1) + 1
        lanes.append((*key, seen[key]))
    return lanes


def _order_of_threads(run: Columns) -> list[int]:
    """Return the rows of the threads as they are to be seen: by sort index, then as their tracks lie."""
    first_track = np.full(len(run.threads), len(run.tracks))
    np.minimum.at(first_track, run.tracks.thread, np.arange(len(run.tracks)))
    order = run.threads.sort_index
    return sorted(range(len(run.threads)), key=lambda row: (order[row] or 0, first_track[row]))


def _order_of_tracks(merged: Columns, lanes: list[_Lane], run_of_source: tuple[int, ...]) -> tuple[Ints, Ints]:
    """Return the tracks lane by lane, in each the runs in order; then of each of those the number of its lane."""
    tracks = merged.tracks
    keys = [
        (merged.strings[kind], merged.threads.sort_index[thread] or 0, lanes[thread], name)
        for kind, thread, name in zip(tracks.kind.tolist(), tracks.thread.tolist(), tracks.name.tolist(), strict=True)
    ]
    runs = [run_of_source[source] for source in tracks.source.tolist()]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    seen = sorted(
        range(len(keys)), key=lambda row: (_KINDS.index(keys[row][0]), keys[row][1], numbers[keys[row]], runs[row])
    )
    order = np.array(seen, np.int64)
    return order, np.array([numbers[key] for key in keys], np.int64)[order]
