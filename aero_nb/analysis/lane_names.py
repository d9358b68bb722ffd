"""What lanes are called, for eyes: tables tell them apart by ``track``."""

from collections import Counter
from typing import Any

import pandas as pd


def lane_names(lanes: pd.DataFrame) -> list[str]:
    """Return a different name for each lane.

    Args:
        lanes: one row a lane, with what is known of ``thread``, ``tid``, ``process`` and ``pid``.

    Returns:
        The thread's name, else its tid, else the process's name, else its pid. Equal ones have their process before
        them, then a number behind.

    """
    own = [
        _first(row, ("thread", ""), ("tid", "thread "), ("process", ""), ("pid", "process ")) for row in _rows(lanes)
    ]
    processes = [_first(row, ("process", ""), ("pid", "process ")) for row in _rows(lanes)]
    several = Counter(own)
    names = [
        f"{process} / {name}" if several[name] > 1 and process != name and process else name
        for name, process in zip(own, processes, strict=True)
    ]
    again, met = Counter(names), Counter[str]()
    numbered = []
    for name in names:
        met[name] += 1
        numbered.append(f"{name} #{met[name]}" if again[name] > 1 else name)
    return numbered


def _rows(lanes: pd.DataFrame) -> list[dict[Any, Any]]:
    columns = [name for name in ("thread", "tid", "process", "pid") if name in lanes]
    return lanes[columns].astype("object").to_dict("records")


def _first(row: dict[Any, Any], *wanted: tuple[str, str]) -> str:
    for column, prefix in wanted:
        value = row.get(column)
        if value is not None and not pd.isna(value) and value != "":
            return f"{prefix}{value}"
    return ""
