"""JSON strings with what JSON forbids in them repaired: control characters, odd escapes, lone surrogates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import orjson

Report = Callable[[str, bytes], None]
"""Called with the code of a problem (as in ``diagnostics``) and the string that has it."""

STRING = rb'"(?:[^"\\]++|\\.)*+"'
"""The pattern of a JSON string, whatever is in it (needs ``re.DOTALL``)."""

_STRING = re.compile(STRING, re.DOTALL)
_ESCAPE = re.compile(rb'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})|\\')
_CONTROL = re.compile(rb"[\x00-\x1f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def repaired_strings(raw: bytes, report: Report | None = None) -> bytes:
    """Return the JSON with its strings repaired and nothing else."""
    return _STRING.sub(lambda literal: repaired_string(literal[0], report), raw)


def repaired_string(literal: bytes, report: Report | None = None) -> bytes:
    """Return one JSON string, its quotes included, repaired."""
    report = report or _nobody
    if b"\\" not in literal and not _CONTROL.search(literal):
        return literal
    if _CONTROL.search(literal):
        report("control_character", literal)
    escaped = _ESCAPE.sub(lambda escape: escape[0] if escape[1] else rb"\\", literal)
    if escaped != literal:
        report("invalid_escape", literal)
    value = json.loads(escaped.decode(), strict=False)
    sound = _SURROGATE.sub("\ufffd", value)
    if sound != value:
        report("lone_surrogate", literal)
    return orjson.dumps(sound)


def _nobody(_code: str, _literal: bytes) -> None:
    """Report to nobody."""
