"""Values that the user hands to the recorder, as JSON: whatever it is, it never fails the user's code."""

from __future__ import annotations

import math
from typing import Any

DEEPEST = 64  # nesting beyond this becomes a repr; it also ends reference cycles


def encode_args(args: object) -> tuple[bytes | None, int]:
    """Return ``args`` as a JSON object (None if empty) and how many of its values had to become their repr.

    NaN and infinities become ``null``, as in the page. What is not a mapping is kept under the key ``"args"``.
    """
    if args is None or args == {}:
        return None, 0
    import orjson

    if not isinstance(args, dict):
        args = {"args": args}
    try:
        return orjson.dumps(args, option=orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME), 0
    except Exception:
        counted = [0]
        return orjson.dumps(_jsonable(args, DEEPEST, counted)), counted[0]


def as_number(value: object) -> tuple[int | float | None, bool]:
    """Return a counter's value as JSON can carry it, and whether it was no number at all.

    NaN and infinities become None (``null``, as in the page); integers beyond 64 bits the nearest float.
    """
    try:
        if isinstance(value, int) and -(2**63) <= value < 2**63:
            return int(value), False
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        return None, False
    except Exception:
        return None, True
    return (number if math.isfinite(number) else None), False


def _jsonable(value: Any, depth: int, counted: list[int]) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and -(2**63) <= value < 2**64:
        return int(value)
    if isinstance(value, str) and _is_utf8(value):
        return str(value)
    if depth and isinstance(value, dict):
        return {_key(key, counted): _jsonable(item, depth - 1, counted) for key, item in list(value.items())}
    if depth and isinstance(value, list | tuple):
        return [_jsonable(item, depth - 1, counted) for item in list(value)]
    counted[0] += 1
    return _repr(value)


def _key(key: object, counted: list[int]) -> str:
    if isinstance(key, str) and _is_utf8(key):
        return str(key)
    counted[0] += 1
    return _repr(key)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _repr(value: object) -> str:
    try:
        return repr(value).encode(errors="backslashreplace").decode()
    except Exception:
        return f"<unprintable {type(value).__name__}>"
