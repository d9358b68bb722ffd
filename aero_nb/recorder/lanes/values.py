"""Values that the user hands to the recorder, as JSON: whatever it is, it never fails the user's code."""

from __future__ import annotations

import math
from typing import Any

DEEPEST = 64  # nesting beyond this becomes a repr; it also ends reference cycles


def encode_args(args: object) -> tuple[bytes | None, int]:
    """Return ``args`` as a JSON object (None if empty) and how many of its values had to become their repr.

    NaN and infinities become ``null``, as in the page. What is not a dict is kept under the key ``"args"``.
    """
    if args is None:
        return None, 0
    import orjson

    if not issubclass(type(args), dict):  # what isinstance asks may be the object's own code
        args = {"args": args}
    try:
        encoded, reprs = (
            orjson.dumps(args, option=orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME),
            0,
        )
    except Exception:
        values = _Values()
        encoded = orjson.dumps(values.jsonable(args, DEEPEST))
        reprs = values.reprs
    return (None if encoded == b"{}" else encoded), reprs


def as_number(value: object) -> tuple[int | float | None, bool]:
    """Return a counter's value as JSON can carry it, and whether it was no number at all.

    NaN and infinities become None (``null``, as in the page); integers beyond 64 bits the nearest float.
    """
    try:
        if issubclass(type(value), int):
            integer = int.__index__(value)  # type: ignore[arg-type]
            if -(2**63) <= integer < 2**63:
                return integer, False
        number = float(value)  # type: ignore[arg-type]
        return (number if math.isfinite(number) else None), False
    except OverflowError:
        return None, False
    except Exception:
        return None, True


class _Values:
    """Turns values into what JSON carries, by their type's own methods: a subclass may have made its own fail."""

    def __init__(self) -> None:
        self.reprs = 0
        self._around: set[int] = set()  # the containers around the present value: it may hold itself

    def jsonable(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if value is None or kind is bool:
            return value
        if issubclass(kind, float):
            return float.__float__(value)
        if issubclass(kind, int) and -(2**63) <= (integer := int.__index__(value)) < 2**64:
            return integer
        if issubclass(kind, str) and _is_utf8(text := str.__str__(value)):
            return text
        if depth and issubclass(kind, dict | list | tuple) and id(value) not in self._around:
            self._around.add(id(value))
            try:
                return self._container(value, kind, depth - 1)
            finally:
                self._around.discard(id(value))
        return self._repr(value)

    def _container(self, value: Any, kind: type, depth: int) -> Any:
        if issubclass(kind, dict):
            return {self._key(key): self.jsonable(item, depth) for key, item in list(dict.items(value))}
        base = list if issubclass(kind, list) else tuple
        return [self.jsonable(item, depth) for item in base.__iter__(value)]

    def _key(self, key: object) -> str:
        if issubclass(type(key), str) and _is_utf8(text := str.__str__(key)):
            return text
        return self._repr(key)

    def _repr(self, value: object) -> str:
        self.reprs += 1
        try:
            return str.__str__(repr(value)).encode(errors="backslashreplace").decode()
        except Exception:
            return unprintable(value)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def unprintable(value: object) -> str:
    """Return what stands for a value whose repr fails; its type's own ``__name__`` may fail as well."""
    name = type.__dict__["__name__"].__get__(type(value))
    return f"<unprintable {name}>"
