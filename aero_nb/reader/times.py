"""Microseconds of a file, as JSON wrote them, to whole nanoseconds, exactly (nearest, half to even)."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import numpy as np

from aero_nb.reader.columns import NO_TIME, Bools, Ints

_NUMBER = re.compile(r"[ \t\r\n]*(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,9})?)[ \t\r\n]*\Z")
_LIMIT = np.iinfo(np.int64).max
_MAX_EXACT_MS = 2.0**52  # of float ns: above it a float64 has no fraction left to round
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN, Emax=10**9, Emin=-(10**9))


def exact_ns(value: Any) -> int | None:
    """Return a decoded JSON value (int, Decimal, float or numeric string, in µs) in ns; None: no usable time."""
    if isinstance(value, str):
        matched = _NUMBER.match(value)
        if matched is None:
            return None
        value = Decimal(matched[1])
    elif isinstance(value, float):
        value = Decimal(value) if value == value and abs(value) < 1e19 else None
    if value is None or isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, int):
        ns = value * 1000
    else:
        ns = _round(value)
    return ns if -_LIMIT <= ns <= _LIMIT else None


def _round(value: Decimal) -> int:
    if not value.is_finite() or value.adjusted() > 18:
        return _LIMIT + 1
    if value.adjusted() < -6:
        return 0
    # Digits far below a ns only matter in that they are there: keep enough of them to break a tie the right way.
    exact = _CONTEXT if len(value.as_tuple().digits) <= 60 else Context(prec=len(value.as_tuple().digits) + 3)
    return int(value.scaleb(3, exact).quantize(Decimal(1), ROUND_HALF_EVEN, exact))


def ns_of_column(values: list[Any]) -> tuple[Ints, Bools] | None:
    """Return a column of ints and floats (µs) as (ns, usable); None where only the text of the numbers can tell.

    A float64 of µs tells the nearest ns unless its fraction of a ns is within the rounding error of one half.
    """
    column = np.array(values)
    if column.dtype.kind == "i":
        if len(column) and max(int(column.max()), -int(column.min())) > _LIMIT // 1000:
            return None
        return column * 1000, np.ones(len(column), np.bool_)
    if column.dtype.kind != "f":
        return None
    ns = column * 1000.0
    nearest = np.rint(ns)
    size = np.abs(ns)
    doubtful = np.abs(np.abs(ns - nearest) - 0.5) <= size * 2.0**-52
    if not (size < _MAX_EXACT_MS).all() or doubtful.any():
        return None
    return nearest.astype(np.int64), np.ones(len(column), np.bool_)


def ns_of_values(values: list[Any]) -> tuple[Ints, Bools]:
    """Return any decoded JSON values (floats as Decimal) as (ns, usable); unusable ones are NO_TIME."""
    exact = [exact_ns(value) for value in values]
    usable = np.fromiter((ns is not None for ns in exact), np.bool_, len(exact))
    return np.fromiter((NO_TIME if ns is None else ns for ns in exact), np.int64, len(exact)), usable


def number(value: Any) -> float:
    """Return the nearest float64 of a decoded JSON value; numeric strings are numbers, anything else is NaN."""
    if isinstance(value, str):
        matched = _NUMBER.match(value)
        return float(matched[1]) if matched else float("nan")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return float("nan")
    try:
        return float(value)
    except OverflowError:
        return float("nan")
