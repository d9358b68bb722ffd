"""Collapsed stacks (Brendan Gregg's flamegraph.pl): ``main;run;draw 42``, a line per stack.

They have no times: a count of 1 is shown as 1 µs, one stack after another.
"""

from __future__ import annotations

import re

from aero_nb.reader.profiles.events import Call, Profiles

_COUNT = re.compile(r"\d{1,15}(?:\.\d+)?\Z")
_PLACED = re.compile(r"(?P<name>.+) \((?P<file>[^()]+):(?P<line>\d{1,9})\)\Z")  # as py-spy writes it
_KINDS = {"_[j]": "js", "_[k]": "native", "_[i]": "native", "_[w]": "wasm"}
_LOOKED_AT = 20


def is_one(head: str) -> bool:
    """Whether all of the first lines are stacks, and one has a caller."""
    lines = [line for line in head.splitlines()[: _LOOKED_AT + 1] if line.strip()][:_LOOKED_AT]
    whole = lines[:-1] if len(lines) > 1 else lines  # the last one may be cut
    return bool(whole) and all(map(_stack_and_count, whole)) and any(";" in line for line in whole)


def read(text: str, profiles: Profiles) -> None:
    """Add the stacks to one thread."""
    thread = profiles.thread(1, 1, "stacks")
    profiles.diagnostics.add(
        "sample_without_clock", -1, "collapsed stacks have counts and no times: 1 is shown as 1 µs"
    )
    now = 0.0
    for line in text.splitlines():
        if not line.strip():
            continue
        told = _stack_and_count(line)
        if told is None:
            profiles.lost(line)
            continue
        stack, count = told
        thread.add(now, thread.stack([_call(name) for name in stack.split(";")]), count)
        now += count


def _stack_and_count(line: str) -> tuple[str, float] | None:
    parts = line.rsplit(None, 1)  # a pattern would try each blank of a long run
    if len(parts) < 2 or line[0].isspace() or not _COUNT.match(parts[1]):
        return None
    return parts[0], float(parts[1])


def _call(name: str) -> Call:
    mark = name[-4:]
    if mark in _KINDS and name[:-4]:
        return Call(name[:-4], kind=_KINDS[mark])
    placed = _PLACED.match(name)
    if placed is None:
        return Call(name)
    kind = "python" if ".py" in placed["file"] or placed["file"].startswith("<frozen") else "native"
    return Call(placed["name"], placed["file"], int(placed["line"]), kind=kind)
