"""Values that are nested deeper than Python's own functions follow."""

from __future__ import annotations

import json
from typing import Any

import msgspec

DEEPEST = 100
"""Levels of a file's metadata: copying, comparing and writing it all recurse, in a notebook's deep stack too."""


def shallow(value: Any, deepest: int = DEEPEST) -> tuple[Any, bool]:
    """Return the decoded JSON with whatever lies deeper than ``deepest`` levels as JSON text, and whether any did.

    The containers of ``value`` are changed in place.
    """
    level = [value]
    for _ in range(deepest):
        level = [child for parent in level for child in _children(parent) if isinstance(child, dict | list)]
        if not level:
            return value, False
    changed = False
    for parent in level:
        for key, child in list(parent.items() if isinstance(parent, dict) else enumerate(parent)):
            if isinstance(child, dict | list):
                parent[key] = _text(child)
                changed = True
    return value, changed


def _children(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _text(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except (msgspec.EncodeError, RecursionError, OverflowError):
        pass
    try:
        return json.dumps(value)
    except (RecursionError, ValueError):
        return "..."
