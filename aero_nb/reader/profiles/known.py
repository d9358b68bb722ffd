"""Which profile format a file is of."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.profiles import collapsed, cpuprofile, firefox, perf_script, speedscope
from aero_nb.reader.profiles.cut_json import decoded
from aero_nb.reader.profiles.events import Profiles

_OF_TRACES = re.compile(rb"""traceEvents["']?\s{0,64}:""")  # as a key: functions may be called so
_JSON_FORMATS: dict[str, tuple[Callable[[Any], bool], Callable[[Any, Profiles], None]]] = {
    "speedscope": (speedscope.is_one, speedscope.read),
    "Firefox profile": (firefox.is_one, firefox.read),
    "V8 .cpuprofile": (cpuprofile.is_one, cpuprofile.read),
}
_MENTIONED = (b'"profiles"', b'"threads"', b'"nodes"')  # one of these is a key of each
_TEXT_FORMATS: dict[str, tuple[Callable[[str], bool], Callable[[str, Profiles], None]]] = {
    "perf script": (perf_script.is_one, perf_script.read),
    "collapsed stacks": (collapsed.is_one, collapsed.read),
}
_LOOKED_AT = 1 << 16  # bytes at the start of a text


def as_chrome_json(data: bytes, diagnostics: Diagnostics) -> bytes | None:
    """Return a profile as Chrome Trace JSON whose ``profile_format`` says what it was; None for what is none."""
    begin = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if begin == b"{":
        return _of_json(data, diagnostics)
    return None if begin in (b"[", b"") else _of_text(data, diagnostics)


def _of_json(data: bytes, diagnostics: Diagnostics) -> bytes | None:
    if _OF_TRACES.search(data) or not any(mark in data for mark in _MENTIONED):
        return None
    document, is_cut = decoded(data)
    for name, (is_one, read) in _JSON_FORMATS.items():
        if is_one(document):
            if is_cut:
                diagnostics.add("truncated", -1, f"{name}: the file ends early")
            profiles = Profiles(name, diagnostics)
            read(document, profiles)
            return profiles.to_json()
    return None


def _of_text(data: bytes, diagnostics: Diagnostics) -> bytes | None:
    start = data[:_LOOKED_AT]
    if b"\0" in start:
        return None
    head = start.decode("utf-8", errors="replace")
    for name, (is_one, read) in _TEXT_FORMATS.items():
        if is_one(head):
            profiles = Profiles(name, diagnostics)
            read(data.decode("utf-8", errors="replace").removeprefix("\ufeff"), profiles)
            return profiles.to_json()
    return None
