"""Where a line lives: no import circle, no exemption, and a new phase letter is one row of one table."""

import ast
import graphlib
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import aero_nb

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
