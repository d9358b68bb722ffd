"""What lanes and processes are called, for eyes: tables distinguish them by ``track`` and ``pid``.

Two lanes called ``main`` are two lanes, in tables as in pictures. All of them ask here what to call them:

    thread   process   tid        name
    io       web       3          io
    main     web       1          web · main
    main     gpu       2          gpu · main
    (none)   gpu       9          thread 9
    (none)   (none)    Profiler   Profiler
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

Shorten = Callable[[object, int], str]
"""(name, length) -> the name as it is shown."""

_THREAD_LENGTH, _PROCESS_LENGTH = 32, 24


def called_by_id(kind: str, number: Any) -> str:
    """Return what a process or thread (``kind``) without a name is called: ``thread 9``; an id in words is a name.

    ``(no thread)`` where there is no id either, or an empty one, as Kineto's own events have.
    """
    text = "" if number is None or pd.isna(number) else str(number).strip()
    if not text:
        return f"(no {kind})"
    return text if text[0].isalpha() else f"{kind} {text}"


def lane_names(lanes: pd.DataFrame, *, with_process: bool = False, shorten: Shorten | None = None) -> list[str]:
    """Return a different name for each lane.

    Args:
        lanes: one row per lane, with what is known of ``thread``, ``tid``, ``process`` and ``pid``.
        with_process: whether every lane has its process before it where there are several; else only lanes of one
            name have.
        shorten: how a name is shown at a length (for pictures); None: as it is.

    Returns:
        The thread's name, else its tid, else the process's name, else its pid, else ``(no thread)``. Equal ones have
        their process before them; where that does not suffice, their tid or else a number behind.

    """
    rows = _rows(lanes)
    threads, processes = [_shown_name(row, shorten) for row in rows], [_shown_process(row, shorten) for row in rows]
    every = with_process and len({row.get("pid", row.get("process")) for row in rows}) > 1
    processes_of: dict[str, set[str]] = {}
    for process, thread in zip(processes, threads, strict=True):
        processes_of.setdefault(thread, set()).add(process)
    names = [
        f"{process} · {thread}" if process not in ("", thread) and (every or len(processes_of[thread]) > 1) else thread
        for process, thread in zip(processes, threads, strict=True)
    ]
    return told_apart(names, [_known(row, "tid") for row in rows])


def told_apart(names: Sequence[str], details: Sequence[str]) -> list[str]:
    """Return the names, all different: equal ones with their detail in parentheses, then with a number behind."""
    known: dict[str, set[str]] = {}
    for name, detail in zip(names, details, strict=True):
        known.setdefault(name, set()).add(detail)
    detailed = [
        f"{name} ({detail})" if detail and len(known[name]) > 1 else name
        for name, detail in zip(names, details, strict=True)
    ]
    again, taken = Counter(detailed), set(detailed)
    met = Counter[str]()
    numbered = []
    for name in detailed:
        called = name
        while again[name] > 1 and called in taken:  # a lane may really be called "main #2"
            met[name] += 1
            called = f"{name} #{met[name]}".strip()
        taken.add(called)
        numbered.append(called)
    return numbered


def named_by_lane(table: pd.DataFrame, column: str) -> pd.Series:
    """Return a column to group by in which each thread and each process has a name of its own.

    Args:
        table: spans or async spans.
        column: ``thread`` and ``process`` are replaced by different names (:func:`lane_names`) for each thread
            (track; of async spans, pid and tid) and each process (pid); any other column is returned as it is.

    """
    key = _key_of(table, column)
    if key is None:
        return table[column]
    group = table.groupby(key, sort=False, observed=True, dropna=False).ngroup().to_numpy(np.int64)
    _, first = np.unique(group, return_index=True)
    lanes = table.iloc[first]
    if column == "process":
        lanes = lanes[[name for name in ("process", "pid") if name in lanes]]
        called = [_shown_process(row, None) or called_by_id("process", None) for row in _rows(lanes)]
        names = told_apart(called, [_known(row, "pid") for row in _rows(lanes)])
    else:
        names = lane_names(lanes)
    return pd.Series(pd.Categorical.from_codes(group, pd.Index(names)), index=table.index, name=column)


def _key_of(table: pd.DataFrame, column: str) -> list[str] | None:
    """Return the columns that distinguish the threads or the processes of a table, None where it has none."""
    # An async track is one name of work, which many threads may begin.
    of_thread = ["track"] if "self_us" in table else ["pid", "tid"]
    key = {"thread": of_thread, "process": ["pid"]}.get(column)
    return key if key is not None and set(key) <= set(table.columns) else None


def _shown_name(row: dict[Any, Any], shorten: Shorten | None) -> str:
    name = _known(row, "thread") or (called_by_id("thread", row["tid"]) if _known(row, "tid") else "")
    name = name or _shown_process(row, None) or called_by_id("thread", None)
    return shorten(name, _THREAD_LENGTH) if shorten else name


def _shown_process(row: dict[Any, Any], shorten: Shorten | None) -> str:
    name = _known(row, "process") or (called_by_id("process", row["pid"]) if _known(row, "pid") else "")
    return shorten(name, _PROCESS_LENGTH) if shorten else name


def _rows(lanes: pd.DataFrame) -> list[dict[Any, Any]]:
    columns = [name for name in ("thread", "tid", "process", "pid") if name in lanes]
    return lanes[columns].astype("object").to_dict("records")


def _known(row: dict[Any, Any], column: str) -> str:
    """Return what the row has in a column as a text, empty for nothing."""
    value = row.get(column)
    return "" if value is None or pd.isna(value) else str(value)
