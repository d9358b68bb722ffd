"""A part of a Trace: a window of time, or some of its processes, threads and names. Columns in, columns out."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from aero_nb.tables.columns import NO_TIME, Bools, Columns, Id, Ints
from aero_nb.tables.derived import recounted, self_times
from aero_nb.tables.walking import tables_of, tables_of_events, take_rows

Choice = str | int | re.Pattern[str] | Collection[str | int]
"""One value, several, or a pattern that is searched in the text."""


def cut_window(columns: Columns, start_ns: int, end_ns: int, clip: bool = False) -> Columns:
    """Keep what overlaps ``[start_ns, end_ns)``; spans stay whole unless ``clip``.

    An empty window holds what is open at that moment. Parents outside become -1; depth is not recomputed, nor is the
    self time of whole spans. What has no time (metadata, unplaced events) stays.

    Raises ValueError for a window that ends before it starts.
    """
    if end_ns < start_ns:
        raise ValueError(f"expected a window that ends after it starts, found {start_ns / 1000} to {end_ns / 1000} µs")

    def touches(begin: Ints, end: Ints) -> Bools:
        return (begin < end_ns) & ((end > start_ns) | (begin >= start_ns))

    masks = {name: touches(*table.bounds()) for name, table in tables_of(columns).items() if table.begins}
    masks["leftovers"] |= (columns.leftovers.ts == NO_TIME) | _of_arrows(columns, masks["flows"])
    part = _kept(columns, masks)
    return _clipped(part, start_ns, end_ns) if clip else part


def _of_arrows(columns: Columns, arrows: Bools) -> Bools:
    """Return which leftovers are the ends of the given arrows."""
    flows = columns.flows
    return np.isin(columns.leftovers.event, np.r_[flows.from_event[arrows], flows.to_event[arrows]])


def time_ns(columns: Columns, us: float) -> int:
    """A moment of the tables (µs since the origin) on the columns' clock; infinities are the ends of time."""
    if us != us:
        raise ValueError("expected a time in µs, found NaN")
    limit = np.iinfo(np.int64).max
    return (
        max(NO_TIME + 1, min(limit, round(us * 1000) + columns.origin_ns))
        if abs(us) < 1e16
        else int(np.sign(us)) * limit
    )


def filter_names(
    columns: Columns, process: Choice | None = None, thread: Choice | None = None, name: Choice | None = None
) -> Columns:
    """Keep the rows of the given processes (names or pids), threads (names or tids) and names.

    A counter matches by its series or its name, a sample by the function that ran. Arrows stay where one of their spans
    does; parents that were not kept become -1.
    """
    lanes = columns.threads
    wanted = matching(process, lanes.process, lanes.pid) & matching(thread, lanes.thread, lanes.tid)
    everywhere = process is None and thread is None
    named = matching(name, columns.strings)
    nameless = name is None

    def chosen(table: Any) -> Bools:
        on_lane = np.append(wanted, everywhere)[table.thread]
        texts = [getattr(table, column) for column in table.named_by]
        by_name = np.logical_or.reduce([np.append(named, nameless)[text] for text in texts])
        return np.asarray(on_lane & by_name, dtype=np.bool_)

    masks = {name: chosen(table) for name, table in tables_of(columns).items() if table.named_by}
    ends = np.append(masks["spans"], False)
    masks["flows"] = ends[columns.flows.from_span] | ends[columns.flows.to_span]
    is_metadata = columns.leftovers.kind == columns.code("metadata")
    on_lane = np.append(wanted, True)[columns.leftovers.thread]
    masks["leftovers"] |= _of_arrows(columns, masks["flows"]) | (is_metadata & on_lane)
    masks["gaps"] = np.append(wanted, everywhere)[np.append(columns.tracks.thread, -1)[columns.gaps.track]]
    on_top = np.append(columns.stacks.function, -1)[columns.samples.stack]
    masks["samples"] = np.append(wanted, everywhere)[columns.samples.thread] & np.append(named, nameless)[on_top]
    part = _kept(columns, masks)
    return part if everywhere else take_rows(part, {"tracks": np.append(wanted, False)[part.tracks.thread]})


def _kept(columns: Columns, masks: dict[str, Bools]) -> Columns:
    """Keep the rows that the masks mark; spans are renumbered, parents and ends of arrows that went become -1."""
    part = take_rows(columns, masks)
    return replace(part, tracks=recounted(part))


def _clipped(columns: Columns, start_ns: int, end_ns: int) -> Columns:
    """Cut spans to the window; self time is what is left of it there."""

    def cut(table: Any) -> Any:
        begin, end = (np.clip(moments, start_ns, end_ns) for moments in table.bounds())
        return replace(table, ts=begin, dur=end - begin)

    lasting = {name: table for name, table in tables_of_events(columns).items() if "dur" in table.meanings}
    part = replace(columns, **{name: cut(table) for name, table in lasting.items()})
    begin, end = (np.clip(moments, start_ns, end_ns) for moments in part.samples.bounds())
    part = replace(part, samples=replace(part.samples, ts=begin, weight=end - begin), profile_events=(-1, -1))
    whole, spans = columns.spans, part.spans
    uncut = (spans.ts == whole.ts) & (spans.dur == whole.dur)
    carry = np.where(uncut, whole.carry, 0).astype(np.int8)
    self_time = self_times(spans.ts, spans.dur, spans.parent)
    return replace(part, spans=replace(spans, carry=carry, self_time=self_time))


def matching(choice: Choice | None, *texts: Collection[Id]) -> npt.NDArray[np.bool_]:
    """Return which entries the choice means, in any of the parallel ``texts``."""
    if choice is None:
        return np.ones(len(texts[0]), dtype=np.bool_)
    if isinstance(choice, re.Pattern):
        search = choice.search
        found = (any(t is not None and search(str(t)) for t in row) for row in zip(*texts, strict=True))
    else:
        wanted = {choice} if isinstance(choice, str | int) else set(choice)
        found = (any(t in wanted for t in row) for row in zip(*texts, strict=True))
    return np.fromiter(found, np.bool_, len(texts[0]))
