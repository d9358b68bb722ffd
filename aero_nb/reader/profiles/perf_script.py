"""The text of Linux' ``perf script``: a line that says who and when, then the stack from the innermost function out.

Names of jitted code are those of perf's map files: V8's ``JS:*draw app.js:10:5``, Python's ``py::draw:/app.py``.
"""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

from aero_nb.reader.profiles.events import Call, Profiles, ThreadProfile

# Names, gaps and numbers are bounded: without that, a long run of blanks takes time by its square.
_HEAD = re.compile(
    r"(?P<comm>\S.{0,63}?)\s{1,64}(?:(?P<pid>\d{1,10})/)?(?P<tid>\d{1,10})\s{1,64}(?:\[\d{1,10}\]\s{1,64})?"
    r"(?P<s>\d{1,12})\.(?P<part>\d{1,9}):\s{1,64}\S"
)
_FRAME = re.compile(r"\s+[0-9a-f]+\s+(?P<told>\S.*)")
_JITTED = re.compile(r"(?P<kind>JS|LazyCompile|Function|Script|Eval|Builtin|RegExp|Wasm):[~*^+']*\s*(?P<rest>\S.*)\Z")
_PLACED = re.compile(r"(?:(?P<name>\S+)\s+)?(?P<file>\S+?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?\Z")
_PYTHON = re.compile(r"py::(?P<name>[^:]+):(?P<file>.+)\Z")
_OFFSET = re.compile(r"\+0x[0-9a-f]+\Z")
_LOOKED_AT = 50
_OFF_CPU = 2.0  # a distance of so many usual ones: the thread did not run in between


def is_one(head: str) -> bool:
    """Whether one of the first lines says who was sampled when."""
    lines = [line for line in head.splitlines()[:_LOOKED_AT] if line.strip() and not line.startswith("#")]
    return bool(lines) and _HEAD.match(lines[0]) is not None


def read(text: str, profiles: Profiles) -> None:
    """Add the samples of each thread; one counts for the usual distance where its thread then did not run."""
    thread: ThreadProfile | None = None
    ts, calls = 0.0, list[Call]()
    seen: dict[int, ThreadProfile] = {}
    for line in [*text.splitlines(), ""]:
        if not line.strip():
            if thread is not None:
                thread.add(ts, thread.stack(calls[::-1]))
            thread = None
        elif thread is None and (head := _HEAD.match(line)):
            tid = int(head["tid"])
            thread = profiles.thread(int(head["pid"] or tid), tid, head["comm"])
            seen[id(thread)] = thread
            ts, calls = int(head["s"]) * 1e6 + int(head["part"].ljust(9, "0")[:9]) / 1000, []
        elif thread is not None and (frame := _FRAME.match(line)):
            calls.append(_call(*_symbol_and_file(frame["told"].rstrip())))
        elif not line.startswith("#"):
            profiles.lost(line)
    for thread in seen.values():
        _weigh(thread)


def _weigh(thread: ThreadProfile) -> None:
    rows = sorted(thread.rows, key=lambda row: row[0])
    distances = [b[0] - a[0] for a, b in pairwise(rows)]
    usual = median(distances) if distances else 0.0
    told = [*distances, usual]
    thread.rows = [
        (ts, distance if distance <= _OFF_CPU * usual else usual, node)
        for (ts, _, node), distance in zip(rows, told, strict=True)
    ]


def _symbol_and_file(told: str) -> tuple[str, str]:
    """Split ``draw(int) (/usr/lib/a.so (deleted))`` before the last parenthesis that closes at its end."""
    begin = told.rfind(" (") if told.endswith(")") else -1
    if begin >= 0 and told.count("(", begin) < told.count(")", begin):
        begin = told.rfind(" (", 0, begin)
    return (told, "") if begin < 0 else (told[:begin].rstrip(), told[begin + 2 : -1])


def _call(symbol: str, file: str) -> Call:
    if python := _PYTHON.match(symbol):
        return Call(python["name"], python["file"], kind="python")
    name = _OFFSET.sub("", symbol)
    jitted = _JITTED.match(name)
    if jitted is None:
        return Call(name, file)
    kind = "wasm" if jitted["kind"] == "Wasm" else "js"
    placed = _PLACED.match(jitted["rest"])
    if placed is None:
        return Call(jitted["rest"], kind=kind)
    line, column = (None if placed[key] is None else int(placed[key]) for key in ("line", "column"))
    return Call(placed["name"] or "(anonymous)", placed["file"], line, column, kind)
