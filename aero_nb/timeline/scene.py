"""What a timeline shows of a Trace: rows of spans, and bands of rows, instants, counters and losses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from aero_nb.analysis.lane_names import called_by_id, told_apart
from aero_nb.figures.units import format_count, unit_of
from aero_nb.tables.chrome_threads import CHROME_SUFFIX
from aero_nb.tables.columns import NO_TIME, Codes, Columns, Counters, Floats, Instants, Ints
from aero_nb.tables.trace_tables import TraceTables
from aero_nb.timeline.rows import MOST_ROWS, Names, SpanRows, by_key_and_start, nanoseconds, span_rows

_NO_PID = "none"  # in the key of a process
MOST_SPANS = 20_000_000  # what a browser's tab can hold and still draw quickly


@dataclass
class Band:
    """One labelled lane: a thread with its rows and instants, an async track, or a counter series.

    ``first_row``/``rows`` and ``first_item``/``items`` are slices of the scene's rows, and of its instants or
    counter samples; ``folded`` is how many spans lie deeper than its rows; ``lost`` are ``[from_ns, to_ns, why]``;
    ``part`` is which map of an axis is its own.
    """

    kind: str
    track: int
    title: str  # the label, with the thread where several lanes share one
    label: str
    process: int
    first_row: int = 0
    rows: int = 0
    folded: int = 0
    first_item: int = 0
    items: int = 0
    unit: str = ""
    part: int = 0
    lost: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Points:
    """Instants or counter samples, sorted by (band, time); times in ns since the timeline's zero."""

    time: Ints
    name: Codes
    value: Floats
    scope: npt.NDArray[np.uint8]
    index: Ints


class Scene:
    """Everything a timeline draws of ``trace``; times in ns since ``zero_us``, the first time in the trace.

    What was sampled of a thread is drawn as spans on a lane under the thread's own, called after it.

    Raises:
        ValueError: the trace has more spans than a browser can hold.
    """

    def __init__(self, trace: TraceTables, part_of: Callable[[int], int] = lambda _source: 0) -> None:
        _check_size(trace)
        self._part_of = part_of
        self.trace = trace = trace.with_sample_lanes() if len(trace.columns.samples) else trace
        self.names, self.cats = Names(), Names()
        self._zero_ns, end_ns = _bounds(trace.columns)
        self.zero_us = (self._zero_ns - trace.columns.origin_ns) / 1000
        self.duration_ns = max(end_ns - self._zero_ns, 0)
        self._told = _told_of_processes(trace)
        self.tracks = _ordered_tracks(
            trace.tracks, _labels(trace.columns), {pid: order for pid, (order, _) in self._told.items()}
        )
        closed = _closed_processes(self.tracks)
        last = [key in closed for key in _process_keys(self.tracks)]
        self.tracks = self.tracks.iloc[np.argsort(last, kind="stable")]
        self.processes = list(dict.fromkeys(_process_keys(self.tracks)))
        self.closed = [key in closed for key in self.processes]

    axis_zero = 0.0  # what the first place is of a count; time begins at 0
    axis_unit = ""
    axis_base = ""  # of a still picture of a part: the moment its axis counts from
    foot = ""  # of a still picture: what is not in it

    @property
    def process_titles(self) -> list[str]:
        """What each of ``processes`` is called: its name, and the label that sets it apart (``GPU 0``)."""
        labels = [self._told.get(pid, (0, ""))[1] for pid, _ in self.processes]
        names = [name or called_by_id("process", None if pid == _NO_PID else pid) for pid, name in self.processes]
        return [(f"{name} · {label}" if label else name)[:300] for name, label in zip(names, labels, strict=True)]

    @cached_property
    def spans(self) -> SpanRows:
        """The rows of spans and async spans."""
        return span_rows(self.trace.columns, self._zero_ns, self.names, self.cats)

    @cached_property
    def instants(self) -> Points:
        """Instants by (track, time)."""
        table, strings = self.trace.columns.instants, self.trace.columns.strings
        scope = np.array([*({"p": 1, "g": 2}.get(text, 0) for text in strings), 0], np.uint8)[table.scope]
        return self._points(table, self.names.codes(table.name, strings), np.zeros(len(table)), scope)

    @cached_property
    def samples(self) -> Points:
        """Counter samples by (track, time)."""
        table = self.trace.columns.counters
        return self._points(table, np.zeros(len(table), np.int32), table.value, np.zeros(len(table), np.uint8))

    def _points(self, table: Instants | Counters, name: Codes, value: Floats, scope: npt.NDArray[np.uint8]) -> Points:
        order, time = by_key_and_start(table.track.astype(np.int64), nanoseconds(table.ts, self._zero_ns))
        return Points(time, name[order], value[order], scope[order], order)

    @cached_property
    def bands(self) -> list[Band]:
        """The lanes, top to bottom: process by process its threads, async tracks and counters."""
        rows = _runs(self.spans.row_track)
        instants = _runs(self.trace.columns.instants.track[self.instants.index])
        samples = _runs(self.trace.columns.counters.track[self.samples.index])
        lost = _losses(self.trace, self.zero_us, self.duration_ns)
        number_of = {key: number for number, key in enumerate(self.processes)}
        processes = [number_of[key] for key in _process_keys(self.tracks)]
        bands = []
        numbers = self.tracks.index.to_numpy(np.int64).tolist()
        columns = [self.tracks[name].astype(object).tolist() for name in ("kind", "title", "label", "source")]
        for number, place, of_kind, title, label, source in zip(numbers, processes, *columns, strict=True):
            counter = number in samples
            first_row, row_count = rows.get(number, (0, 0))
            first_item, items = (samples if counter else instants).get(number, (0, 0))
            if not (row_count or items or number in lost):
                continue  # an empty lane (Aero's process lane) would only take room
            kind = "counter" if counter else "async" if of_kind == "async" else "thread"
            title, label = str(title)[:300], str(label)
            band = Band(kind, number, title, label[:300], place, first_row, row_count)
            band.first_item, band.items = first_item, items
            band.folded = self.spans.folded.get(number, 0)
            band.unit = unit_of(label) if counter else ""
            band.part = self._part_of(source)
            band.lost = lost.get(number, [])
            bands.append(band)
        shown = _folded(bands, set(self.trace.losses.index[self.trace.losses["export_timed_out"]].tolist()))
        _name_threads_apart(shown, self.tracks["tid"].astype(object))
        return shown

    @property
    def span_count(self) -> int:
        """How many spans and async spans there are, drawn or folded."""
        return len(self.spans.place)

    @cached_property
    def note(self) -> str:
        """What is folded away, as a part of a sentence, or ``""``."""
        folded = sum(self.spans.folded.values())
        return f"; {format_count(folded)} spans deeper than row {MOST_ROWS} of their track are folded" if folded else ""


def _folded(bands: list[Band], silent: set[int]) -> list[Band]:
    """Show the threads of a process that never answered, most often those of earlier runs, as one lane."""
    of_process: dict[int, list[Band]] = {}
    for band in bands:
        if band.track in silent:
            of_process.setdefault(band.process, []).append(band)
    many = {process: silent_bands for process, silent_bands in of_process.items() if len(silent_bands) > 1}
    kept = []
    for band in bands:
        silent_bands = many.get(band.process, [])
        if not silent_bands or band.track not in silent:
            kept.append(band)
        elif band is silent_bands[-1]:
            names = ", ".join(one.title for one in silent_bands)
            band.title = band.label = f"{len(silent_bands)} silent threads: {names}"[:300]
            kept.append(band)
    return kept


def _check_size(trace: TraceTables) -> None:
    count = len(trace.columns.spans) + len(trace.columns.async_spans)
    if count <= MOST_SPANS:
        return
    starts = trace.spans["ts_us"] if len(trace.spans) else trace.async_spans["ts_us"]  # both in time order
    first, after = float(starts.iloc[0]), float(starts.iloc[min(MOST_SPANS // 2, len(starts) - 1)])
    raise ValueError(
        f"expected at most {MOST_SPANS:,} spans in a timeline, found {count:,}: take a part first, for instance "
        f"trace.window({first!r}, {after!r}).timeline(), or trace.filter(thread=...).timeline(); "
        "trace.flame_chart() draws the whole of it"
    )


def _bounds(columns: Columns) -> tuple[int, int]:
    """Return the first and the last moment (ns, on the columns' clock), both its origin where there is none."""
    tables = columns.spans, columns.async_spans, columns.instants, columns.counters
    bounds = [(columns.tracks.first, columns.tracks.last), *(table.bounds() for table in tables)]
    placed = [(first[first != NO_TIME], last[first != NO_TIME]) for first, last in bounds]
    known = [(int(first.min()), int(last.max())) for first, last in placed if len(first)]
    if not known:
        return columns.origin_ns, columns.origin_ns
    return min(first for first, _ in known), max(last for _, last in known)


def _labels(columns: Columns) -> dict[int, str]:
    """Return what the lanes are called that no thread names: the series of a counter, the name of async work."""
    labels: dict[int, str] = {}
    for tracks, names in (
        (columns.async_spans.track, columns.async_spans.name),
        (columns.counters.track, columns.counters.series),
    ):
        numbers, first = np.unique(tracks, return_index=True)
        told = zip(numbers.tolist(), names[first].tolist(), strict=True)
        labels |= {track: columns.strings[name] for track, name in told if name >= 0}
    return labels


def _ordered_tracks(tracks: pd.DataFrame, labels: dict[int, str], process_order: dict[str, int]) -> pd.DataFrame:
    """Sort the tracks as the picture shows them (``process_order``: sort index by pid) and give each its ``title``."""
    table = tracks.copy()
    numbers = tracks.index.to_numpy(np.int64).tolist()
    lanes = zip(numbers, tracks["thread"].astype(object), tracks["tid"].astype(object), strict=True)
    table["label"] = [labels.get(number) or _thread_title(thread, tid) for number, thread, tid in lanes]
    table["title"] = _told_apart(table)
    keys = _process_keys(table)
    seen = sorted(dict.fromkeys(keys), key=lambda key: process_order.get(key[0], 0))
    place = {key: number for number, key in enumerate(seen)}
    process = [place[key] for key in keys]
    rank = table["kind"].astype(object).map({"counter": 2, "async": 1}).fillna(0)
    sort_index = pd.to_numeric(table["sort_index"], errors="coerce").fillna(0)
    order = np.lexsort((sort_index.to_numpy(), rank.to_numpy(), np.array(process, np.int64)))
    return table.iloc[order]


def _told_of_processes(trace: TraceTables) -> dict[str, tuple[int, str]]:
    """Return by pid what metadata events say of processes besides their names: sort index and label."""
    threads = trace.columns.threads
    told = zip(threads.pid, threads.process_sort_index, threads.process_labels, strict=True)
    return {_NO_PID if pid is None else str(pid): (order or 0, label or "") for pid, order, label in told}


def _closed_processes(tracks: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the processes of a browser that are not the page's, where its threads lie under the page's own lanes."""
    of_page = tracks["thread"].astype(object).astype(str).str.endswith(CHROME_SUFFIX)
    browsers = set(tracks.loc[of_page, "source"])
    sources: dict[tuple[str, str], set[int]] = {}
    for key, source in zip(_process_keys(tracks), tracks["source"].tolist(), strict=True):
        sources.setdefault(key, set()).add(source)
    return {key for key, found in sources.items() if found <= browsers}


def _process_keys(tracks: pd.DataFrame) -> list[tuple[str, str]]:
    """Return (pid, process name) of each track as texts: <NA> is no key, for it equals nothing."""
    pids, names = (tracks[column].astype(object) for column in ("pid", "process"))
    return [
        (_NO_PID if pd.isna(pid) else str(pid), "" if pd.isna(name) else str(name))
        for pid, name in zip(pids, names, strict=True)
    ]


def _told_apart(table: pd.DataFrame) -> list[str]:
    """Return the titles; lanes of a process that share one (a counter on many threads) get their thread."""
    same = table.assign(process=table["process"].astype(object)).duplicated(["process", "kind", "label"], keep=False)
    columns = [table[name].astype(object).tolist() for name in ("label", "kind", "thread", "tid")]
    return [
        f"{label} · {thread if isinstance(thread, str) else tid}" if double and kind != "thread" else label
        for double, label, kind, thread, tid in zip(same.tolist(), *columns, strict=True)
    ]


def _name_threads_apart(bands: list[Band], tids: "pd.Series[Any]") -> None:
    """Give threads of a process that are shown under one title their tid, too."""
    threads = [band for band in bands if band.kind == "thread"]
    for process in {band.process for band in threads}:
        own = [band for band in threads if band.process == process]
        titles = told_apart([band.title for band in own], [str(tids[band.track]) for band in own])
        for band, title in zip(own, titles, strict=True):
            band.title = title


def _thread_title(name: Any, tid: Any) -> str:
    return name if isinstance(name, str) and name else called_by_id("thread", tid)


def _runs(track: Ints | Codes) -> dict[int, tuple[int, int]]:
    """Return where each track's run begins in a sorted column, and its length."""
    numbers, first, count = np.unique(track, return_index=True, return_counts=True)
    return {int(n): (int(f), int(c)) for n, f, c in zip(numbers.tolist(), first.tolist(), count.tolist(), strict=True)}


def _losses(trace: TraceTables, zero_us: float, end_ns: int) -> dict[int, list[tuple[int, int, str]]]:
    """Return the stretches of each track that are known to lack records, in ns, with the reason."""
    lost: dict[int, list[tuple[int, int, str]]] = {}

    def add(track: int, start_us: float, end_us: float, why: str) -> None:
        left = max(round((start_us - zero_us) * 1000), 0)
        right = min(round((end_us - zero_us) * 1000), end_ns)
        if right > left:
            lost.setdefault(track, []).append((left, right, why))

    end_us = zero_us + end_ns / 1000
    columns = [trace.gaps[name].tolist() for name in ("track", "start_us", "end_us", "dropped_records")]
    for track, start, end, count in zip(*columns, strict=True):
        why = "nothing is known of this stretch: the recording had been stopped, or a count is missing"
        if not pd.isna(count):
            why = f"{int(count):,} records lost: the ring overwrote them"
        add(int(track), start, end, why)
    tracks = trace.losses.index.to_numpy(np.int64).tolist()
    columns = [trace.losses[name].tolist() for name in ("export_timed_out", "complete_from_us")]
    for number, timed_out, complete_from in zip(tracks, *columns, strict=True):
        if timed_out:
            add(number, zero_us, end_us, "nothing came: it did not answer the export")
        elif number not in lost and complete_from > zero_us:
            add(number, zero_us, complete_from, "incomplete: older records were overwritten")
    return lost
