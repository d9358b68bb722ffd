"""Which thread of Chrome's own trace is which lane of the page's: two records of one thread, put beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np

from aero_nb.tables.columns import Codes, Columns, Id, Threads
from aero_nb.tables.json_values import json_value
from aero_nb.tables.walking import tables_of

CHROME_SUFFIX: Final = " (Chrome)"
"""Behind a lane's name, what Chrome recorded of the same thread is called: ``cpu``, ``cpu (Chrome)``."""

_PAGE_THREAD: Final = "CrRendererMain"
_PAGE_LANE: Final = "Main"  # what Aero calls the page's own thread
_WORKER: Final = "TracingSessionIdForWorker"  # an instant on each worker: its script's address


@dataclass(frozen=True)
class _Page:
    """The page that a trace of Chrome's is about: its process, and the role of its threads by tid."""

    pid: Id
    roles: dict[Id, str]  # "Main", or the script of a worker up to the first dot: "cpu" of cpu.worker-CIq1JJAg.js
    scripts: dict[Id, str]


def with_threads_together(merged: Columns, parts: Sequence[Columns], first_rows: Sequence[int]) -> Columns:
    """Move what Chrome recorded of the threads of an Aero page into the page's process, under the lane of the thread.

    ``merged`` holds the threads of each of ``parts`` from its ``first_rows`` on. Where there is one trace of Chrome's
    and one export that has lanes of the same names, the threads get the lane's process (``tracks.source_pid`` keeps
    Chrome's), its name with ``CHROME_SUFFIX`` and the next sort index; the page's other workers are called by their
    scripts. All else is as it was.
    """
    pages = [(number, page) for number, part in enumerate(parts) if (page := _page_of(part))]
    if len(pages) != 1:
        return merged
    number, page = pages[0]
    lanes = _lanes_of_page([part.threads for part in parts], page)
    if lanes is None:
        return merged
    rows, owner = lanes
    chrome = range(first_rows[number], first_rows[number] + len(parts[number].threads))
    return _Moving(merged, {name: row + first_rows[owner] for name, row in rows.items()}, chrome, page).moved()


@dataclass(frozen=True)
class _Moving:
    """The merged columns, the rows of the page's lanes among its threads, those of Chrome's, and whose they are."""

    merged: Columns
    lanes: dict[str, int]
    chrome: range
    page: _Page

    def moved(self) -> Columns:
        threads = self.merged.threads
        columns = {column.name: list(getattr(threads, column.name)) for column in fields(Threads)}
        pids = {threads.pid[row] for row in self.lanes.values()}
        own = [row for row, pid in enumerate(threads.pid) if pid in pids]
        for place, row in enumerate(own):
            columns["sort_index"][row] = 2 * place  # between two of the page's lanes is room for Chrome's
        taken = set(zip(threads.pid, threads.tid, strict=True))
        now = np.arange(len(threads), dtype=np.int32)
        for row in self._of_page():
            tid = threads.tid[row]
            lane = self.lanes.get(self.page.roles[tid])
            if lane is None or (threads.pid[lane], tid) in taken:
                columns["thread"][row] = self.page.scripts.get(tid, threads.thread[row])
                continue
            taken.add((threads.pid[lane], tid))
            now[row] = len(columns["tid"])
            for name, values in columns.items():
                values.append(values[row if name == "tid" else lane])
            columns["thread"][-1] = f"{threads.thread[lane]}{CHROME_SUFFIX}"
            columns["sort_index"][-1] = columns["sort_index"][lane] + 1
        return self._pointing_to(Threads(**{name: tuple(values) for name, values in columns.items()}), now)

    def _of_page(self) -> list[int]:
        """Return the rows of the page's threads: merging may have given its process another pid."""
        threads = self.merged.threads
        known = [row for row in self.chrome if threads.tid[row] in self.page.roles]
        pids = {threads.pid[row] for row in known if threads.thread[row] == _PAGE_THREAD}
        return [row for row in known if threads.pid[row] in pids]

    def _pointing_to(self, threads: Threads, now: Codes) -> Columns:
        """Return all with the threads as they are ``now``; metadata events stay with those of which they tell."""
        tables: dict[str, Any] = {}
        for name, table in tables_of(self.merged).items():
            of_threads = [key for key, meaning in table.meanings.items() if meaning.table == "threads"]
            rows = {key: getattr(table, key) for key in of_threads}
            tables[name] = replace(table, **{key: np.append(now, np.int32(-1))[row] for key, row in rows.items()})
        left = self.merged.leftovers
        told = left.kind == self.merged.code("metadata")
        tables["leftovers"] = replace(
            tables["leftovers"], thread=np.where(told, left.thread, tables["leftovers"].thread).astype(np.int32)
        )
        return replace(self.merged, threads=threads, **tables)


def _page_of(part: Columns) -> _Page | None:
    """Return the page of which the trace names the workers, None where it is no trace of Chrome's or names none."""
    instants = part.instants
    told = np.flatnonzero(instants.name == part.code(_WORKER))
    scripts: dict[Id, dict[Id, str]] = {}
    for row in told.tolist():
        data = _data(part, int(instants.event[row]))
        url, tid = data.get("url"), data.get("workerThreadId")
        pid = part.threads.pid[instants.thread[row]]
        if isinstance(url, str) and isinstance(tid, int | str):
            scripts.setdefault(pid, {})[tid] = url.rpartition("/")[2].partition("?")[0].partition("#")[0]
    pages = {pid for pid, thread in zip(part.threads.pid, part.threads.thread, strict=True) if thread == _PAGE_THREAD}
    pages &= scripts.keys() | _marked(part)
    if not pages:
        return None
    pid = max(pages, key=lambda page: (page in _marked(part), len(scripts.get(page, ())), str(page)))
    of_page = scripts.get(pid, {})
    roles = {tid: script.partition(".")[0] for tid, script in of_page.items()}
    mains = [
        tid
        for tid, own, thread in zip(part.threads.tid, part.threads.pid, part.threads.thread, strict=True)
        if own == pid and thread == _PAGE_THREAD
    ]
    return _Page(pid, roles | dict.fromkeys(mains, _PAGE_LANE), of_page)


def _marked(part: Columns) -> set[Id]:
    """Return the processes with marks of ours (``performance.mark``)."""
    names = [code for code, text in enumerate(part.strings) if text.startswith("aero_nb:")]
    of_marks = np.isin(part.instants.name, names) & (part.instants.cat == part.code("blink.user_timing"))
    return {part.threads.pid[thread] for thread in part.instants.thread[of_marks].tolist()}


def _data(part: Columns, event: int) -> dict[str, Any]:
    args = json_value(part.args.get(event))
    data = args.get("data") if isinstance(args, dict) else None
    return data if isinstance(data, dict) else {}


def _lanes_of_page(threads: Sequence[Threads], page: _Page) -> tuple[dict[str, int], int] | None:
    """Return the lanes that bear the names of the page's threads, and of which part: of the one that has most."""
    wanted = set(page.roles.values())
    best: tuple[dict[str, int], int] | None = None
    for number, one in enumerate(threads):
        if _PAGE_THREAD in one.thread:
            continue  # Chrome's own
        lanes = {name: row for row, name in enumerate(one.thread) if name in wanted}
        if lanes and (best is None or len(lanes) > len(best[0])):
            best = lanes, number
    return best
