"""The ten queries of ``docs/queries.md``: each SQL block and its pandas block give the same rows."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from aero_nb import Trace

pytest.importorskip("duckdb")

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "queries.md"
PAIR = re.compile(r"^## (\d+)\. ([^\n]+)$.*?```sql\n(.*?)```\n```python\n(.*?)```", re.MULTILINE | re.DOTALL)
PAIRS = PAIR.findall(DOCUMENT.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def trace() -> Trace:
    """Frames that load and render, arrows to the GPU, a counter: made up, the same each time."""
    dice = random.Random(4)
    events: list[dict[str, Any]] = [
        {"ph": "M", "name": "process_name", "pid": 1, "args": {"name": "Aero"}},
        {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "cpu"}},
        {"ph": "M", "name": "thread_name", "pid": 1, "tid": 2, "args": {"name": "gpu"}},
    ]
    ts = 0.0
    for number in range(40):
        lane = {"pid": 1, "tid": 1}
        load, render = dice.randint(500, 6_000), dice.randint(2_000, 14_000)
        flow = {"name": "submit", "cat": "gpu", "id": number}
        events += [
            {"ph": "B", "name": "frame", "ts": ts, **lane},
            {
                "ph": "X",
                "name": "load",
                "ts": ts + 10,
                "dur": load,
                "args": {"file": f"{dice.randint(1, 3)}.bin"},
                **lane,
            },
            {"ph": "X", "name": "render", "ts": ts + 20 + load, "dur": render, **lane},
            {"ph": "s", "ts": ts + (15 if number % 3 else 25 + load), **flow, **lane},
            {"ph": "E", "name": "frame", "ts": ts + 50 + load + render, **lane},
            {"ph": "X", "name": "draw", "pid": 1, "tid": 2, "ts": ts + 1_000 + load, "dur": render / 4},
            {"ph": "f", "bp": "e", "pid": 1, "tid": 2, "ts": ts + 1_001 + load, **flow},
            {
                "ph": "C",
                "name": "memory",
                "pid": 1,
                "tid": 1,
                "ts": ts,
                "args": {"used": number * 3, "free": 200 - number},
            },
        ]
        ts += load + render + dice.randint(60, 4_000)
    return Trace.from_bytes(json.dumps(events).encode())


def test_there_are_ten():
    assert [int(number) for number, *_ in PAIRS] == list(range(1, 11))


@pytest.mark.parametrize(("title", "sql", "code"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_sql_and_pandas_give_the_same_rows(trace, title, sql, code):
    by_sql = trace.query(sql)
    scope: dict[str, Any] = {"trace": trace, "pd": pd}
    exec(compile(code, f"{DOCUMENT.name}: {title}", "exec"), scope)
    by_pandas = scope["answer"]
    assert len(by_sql) > 1
    assert list(by_sql.columns) == list(by_pandas.columns)
    pd.testing.assert_frame_equal(plain(by_sql), plain(by_pandas), check_dtype=False, rtol=1e-12)


def plain(table: pd.DataFrame) -> pd.DataFrame:
    texts = {str(name): column.astype(object) for name, column in table.items() if not is_number(column)}
    return table.assign(**texts).reset_index(drop=True)


def is_number(column: "pd.Series[Any]") -> bool:
    return pd.api.types.is_numeric_dtype(column.dtype)
