"""JSON documents that may be cut off anywhere: what was whole before the cut."""

from __future__ import annotations

import re
from typing import Any

from aero_nb.tables.json_values import json_value

# What opens, closes or separates, and a quote that nothing closes; the strings between are passed over.
_MARK = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{},"]', re.DOTALL)
_CLOSERS = {b"[": b"]", b"{": b"}"}


def decoded(data: bytes) -> tuple[Any, bool]:
    """Return the document and whether it is cut; of a cut one all that ends before the last comma."""
    found = json_value(data)
    if not isinstance(found, str):
        return found, False
    return json_value(_closed(data)), True


def _closed(data: bytes) -> bytes:
    """Return the text up to its last comma, with what is open there closed."""
    open_ones: list[bytes] = []
    end = 0
    for mark in _MARK.finditer(data):
        letter = mark[0]
        if letter == b'"':  # a string that is cut
            break
        if letter in _CLOSERS:
            open_ones.append(_CLOSERS[letter])
            end = mark.end()
        elif letter in (b"]", b"}"):
            if not open_ones or open_ones[-1] != letter:
                break
            open_ones.pop()
            end = mark.end()
        elif letter == b",":
            end = mark.start()
    return data[:end] + b"".join(reversed(open_ones))
