"""Where a line lives: no import circle, no exemption, and a new phase letter is one row of one table."""

import ast
import graphlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

import aero_nb
from aero_nb.formats.arrow import arrow_tables
from aero_nb.tables.columns import Columns, EventNumbers, Moments, SpanRows, Table, Texts, ThreadRows, TrackRows
from aero_nb.tables.merging import merge_columns
from aero_nb.tables.selecting import cut_window, filter_names

PACKAGE = Path(aero_nb.__file__).parent
ROOT = PACKAGE.parent


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = {module_of(path): path for path in PACKAGE.rglob("*.py")}


def is_for_types_only(node):
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def imports_of(node, *, types=True):
    """The modules of ours that a file imports anywhere: at its top, when called and, with ``types``, for types only."""
    found = set()
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ImportFrom) and (child.module or "").split(".")[0] == "aero_nb":
            names = [f"{child.module}.{name.name}" for name in child.names]
            found |= {name if name in FILES else child.module for name in names}
        elif types or not is_for_types_only(child):
            found |= imports_of(child, types=types)
    return found


def test_no_module_imports_itself_back_by_others_not_even_when_called_or_for_types():
    imports = {name: imports_of(ast.parse(path.read_text())) - {name} for name, path in FILES.items()}
    del imports["aero_nb"]  # the public names: everything, on first use
    graphlib.TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def test_the_layers_have_no_exemption():
    project = ROOT / "pyproject.toml"
    contracts = tomllib.loads(project.read_text())["tool"]["importlinter"]["contracts"]
    assert contracts[0]["type"] == "layers"
    assert contracts[0]["exhaustive"]
    assert [contract["name"] for contract in contracts if "ignore_imports" in contract] == []


NEW_LETTERS = """
    Phase("Z", "instant", has_lane=True),
    Phase("Q", "async", "begin", ended_by="q"),
    Phase("q", "async", "end"),
    Phase("k", "flow", "begin"),
    Phase("K", "kept", kind="sample"),
"""
WITH_NEW_LETTERS = """
import json, sys
from aero_nb import Trace, events

def event(ph, ts, **more):
    return {"ph": ph, "name": "a", "cat": "c", "ts": ts, "pid": 1, "tid": 1, **more}

file = [
    event("X", 0, dur=10), event("Z", 1), event("Q", 2, id=7), event("q", 5, id=7), event("k", 6, id=8),
    event("X", 20, dur=10), event("f", 21, id=8, bp="e"), event("K", 9), event("Z", 12, tid=2),
]
trace = Trace.from_bytes(json.dumps(file).encode())
again = Trace.from_bytes(trace.window(-1, 100).to_bytes())
for one in (trace, again):
    print(one.instants["ts_us"].tolist(), one.async_spans[["ts_us", "dur_us"]].values.tolist(),
          one.flows[["from_span", "to_span"]].values.tolist(), sorted(one.tracks["kind"]),
          *(one.to_dataframe([kind])["ph"].tolist() for kind in ("sample", "instant")),
          one.diagnostics["code"].tolist())
"""


def test_a_new_phase_letter_is_one_row_of_one_table(tmp_path):
    copy = tmp_path / "aero_nb"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("front", "__pycache__"))
    table = (copy / "events.py").read_text()
    assert table.count("TABLE = (\n") == 1
    (copy / "events.py").write_text(table.replace("TABLE = (\n", "TABLE = (" + NEW_LETTERS))
    command = [sys.executable, "-c", WITH_NEW_LETTERS]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    known = "[1.0, 12.0] [[2.0, 3.0]] [[0, 1]] ['async', 'thread', 'thread'] ['K'] ['Z', 'Z'] ['sample']\n"
    assert ran.stdout == known * 2, ran.stderr


@dataclass(frozen=True, eq=False)
class Marks(Table):
    """A table that no file of the package names."""

    row_kind: ClassVar[str] = "mark"
    named_by: ClassVar[tuple[str, ...]] = ("name",)

    ts: Moments
    name: Texts
    span: SpanRows
    track: TrackRows
    thread: ThreadRows
    event: EventNumbers


@dataclass(frozen=True, eq=False)
class MoreColumns(Columns):
    """The columns of a Trace with that table."""

    marks: Marks | None = None


def with_marks():
    """Spans a (0 to 4 µs), b (10 to 14) and c (20 to 24), each on a thread of its own and with a mark in its middle."""
    spans = [
        {"ph": "X", "name": name, "ts": 10 * tid, "dur": 4, "pid": 1, "tid": tid} for tid, name in enumerate("abc")
    ]
    columns = aero_nb.Trace.from_bytes(json.dumps(spans).encode()).columns
    rows = columns.spans
    marks = Marks(rows.ts + 2000, rows.name, np.arange(3), rows.track, rows.thread, rows.event)
    return MoreColumns(**{column.name: getattr(columns, column.name) for column in fields(Columns)}, marks=marks)


def told(columns):
    """The marks as (ns, name, name of their span, name of the span of their track, event)."""
    marks, spans = columns.marks, columns.spans
    named = [*(columns.strings[name] for name in spans.name.tolist()), None]  # by row, None for -1
    named_by_track = dict(zip(spans.track.tolist(), named[:-1], strict=True))
    texts = [columns.strings[name] for name in marks.name.tolist()]
    return list(
        zip(
            marks.ts.tolist(),
            texts,
            [named[span] for span in marks.span.tolist()],
            [named_by_track[track] for track in marks.track.tolist()],
            marks.event.tolist(),
            strict=True,
        )
    )


def test_a_new_table_of_columns_is_cut_filtered_merged_and_written_without_being_named():
    columns = with_marks()
    assert told(columns) == [(2000, "a", "a", "a", 0), (12000, "b", "b", "b", 1), (22000, "c", "c", "c", 2)]
    assert told(cut_window(columns, 11_000, 23_000)) == [(12000, "b", "b", "b", 1), (22000, "c", "c", "c", 2)]
    assert told(filter_names(columns, name="b")) == [(12000, "b", "b", "b", 1)]
    assert told(filter_names(columns, thread=2)) == [(22000, "c", "c", "c", 2)]
    merged = merge_columns([filter_names(columns, name="c"), columns], [0, -15])
    assert [row[:4] for row in told(merged)] == [
        (-13000, "a", "a", "a"),
        (-3000, "b", "b", "b"),
        (7000, "c", "c", "c"),
        (22000, "c", "c", "c"),
    ]
    assert [row[4] for row in told(merged)] == [3, 4, 5, 2]
    assert filter_names(columns, name="b").tracks.events.tolist() == [0, 2, 0]  # the span and the mark
    pytest.importorskip("pyarrow", reason="needs pip install 'aero-nb[parquet]'")
    written = arrow_tables(columns)["marks"]
    assert written["ts_us"].to_pylist() == [2.0, 12.0, 22.0]
    assert written["name"].to_pylist() == ["a", "b", "c"]
    assert written["thread_row"].to_pylist() == [0, 1, 2]


def names_in(path):
    """Every name that a file binds, uses or imports, and every text in it that is nothing but a name."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name) | ast.keyword(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.Constant(value=str(name)):
                yield name


CHECKLISTS = re.findall(
    r"^\| an? (.*?) \| (`.*) \|$",
    (ROOT / "docs" / "architecture.md").read_text().partition("| to add |")[2],
    re.MULTILINE,
)


def test_there_is_a_checklist_for_each_thing_that_is_often_added():
    things = [re.sub(r" \(.*", "", thing) for thing, _ in CHECKLISTS]
    assert things == ["phase letter", "analysis", "picture", "option of a magic", "table inside a Trace"]


@pytest.mark.parametrize(("thing", "places"), CHECKLISTS)
def test_a_checklist_has_at_most_three_places_and_its_example_is_in_these_and_no_others(thing, places):
    listed = re.findall(r"`(.*?)`", places)
    assert 1 <= len(listed) <= 3
    assert [place for place in listed if not any((root / place).is_file() for root in (PACKAGE, ROOT))] == []
    example = re.search(r"\(as `(.*)`\)", thing)
    if example:
        found = {str(path.relative_to(PACKAGE)) for path in FILES.values() if example[1] in names_in(path)}
        assert found == set(listed)
