"""Raw JSON values as Python's, with what a decoder refuses: numbers in quotes or beyond a float64, odd text."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from aero_nb.tables.json_strings import repaired_strings

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NUMBER = re.compile(r"[ \t\r\n]*(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,9})?)[ \t\r\n]*\Z")


def json_value(raw: bytes | None) -> Any:
    """Decode a raw JSON value as Python's own json would; None for nothing."""
    if raw is None:
        return None
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        # Numbers out of range, lone surrogates.
        return json.loads(repaired_strings(raw.decode(errors="replace").encode()), strict=False)
    except (ValueError, RecursionError):
        pass
    try:  # thousands of digits, or nested too deep: that value alone stays text
        return {key: json_value(bytes(value)) for key, value in _fields.decode(raw).items()}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return raw.decode(errors="replace")


def number_text(text: str) -> str | None:
    """Return the JSON number that a text is, without the space around it; None: it is none."""
    matched = _NUMBER.match(text)
    return matched[1] if matched else None


def number(value: Any) -> float:
    """Return the nearest float64 of a decoded JSON value; numeric strings are numbers, anything else is NaN."""
    if isinstance(value, str):
        digits = number_text(value)
        return float("nan") if digits is None else float(digits)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return float("nan")
    try:
        return float(value)
    except OverflowError:
        return float("nan")


def finite_or_text(text: str) -> float | str:
    """Return a JSON number with a fraction or exponent; one beyond a float64 stays the text it is."""
    value = float(text)
    return value if abs(value) < float("inf") else text
