"""Raw JSON of any type as what a field of an event holds: damaged and odd events give texts, never an error."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Raw

_value = msgspec.json.Decoder(Any, float_hook=Decimal)


def object_of(fields: dict[str, bytes]) -> bytes:
    """Return the fields as one JSON object, nothing where there are none."""
    if not fields:
        return b""
    members = [msgspec.json.encode(name) + b":" + raw for name, raw in fields.items()]
    return b"{%b}" % b",".join(members)


def value_of(raw: Raw | None) -> Any:
    """Return the decoded value, numbers with a fraction as Decimal; the text of what cannot be decoded."""
    if raw is None:
        return None
    try:
        return _value.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return bytes(raw).decode(errors="replace")


def text_of(raw: Raw | None) -> str | None:
    """Return a string as it is, and any other value as the text of the file."""
    value = value_of(raw)
    if value is None or isinstance(value, str):
        return value
    return bytes(raw).strip().decode(errors="replace") if raw is not None else None


def id_of(raw: Raw | None) -> Any:
    """Return a number or a string as it is, and any other value as the text of the file."""
    value = value_of(raw)
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    if value is None or is_integer or isinstance(value, str | Decimal):
        return value
    return text_of(raw)
