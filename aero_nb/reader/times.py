"""Microseconds of a file, as JSON wrote them, to whole nanoseconds, exactly (nearest, half to even)."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import numpy as np

from aero_nb.reader.columns import NO_TIME, Ints

_NUMBER = re.compile(r"[ \t\r\n]*(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,9})?)[ \t\r\n]*\Z")
_LIMIT = np.iinfo(np.int64).max
_MAX_EXACT_NS = 2.0**52  # above it a float64 has no fraction left to round
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
    ns = value * 1000 if isinstance(value, int) else _round(value)
    return ns if -_LIMIT <= ns <= _LIMIT else None


def _round(value: Decimal) -> int:
    if not value.is_finite() or value.adjusted() > 18:
        return _LIMIT + 1
    if value.adjusted() < -6:
        return 0
    # Digits far below a ns only matter in that they are there: keep enough of them to break a tie the right way.
    exact = _CONTEXT if len(value.as_tuple().digits) <= 60 else Context(prec=len(value.as_tuple().digits) + 3)
    return int(value.scaleb(3, exact).quantize(Decimal(1), ROUND_HALF_EVEN, exact))


def ns_of_column(values: list[Any], absent: float) -> Ints | None:
    """Return a column of ints and floats (µs) in ns; None where only the text of the numbers can tell.

    A float64 of µs tells the nearest ns unless its fraction of a ns is within the rounding error of one half.
    Values equal to ``absent`` become NO_TIME.
    """
    column = np.array(values)
    if column.dtype.kind == "i":
        largest = max(int(column.max()), -int(column.min()))
        return column * 1000 if largest <= _LIMIT // 1000 else None
    if column.dtype.kind != "f":
        return None
    ns = column * 1000.0
    nearest = np.rint(ns)
    size = np.abs(ns)
    doubtful = np.abs(np.abs(ns - nearest) - 0.5) <= size * 2.0**-52
    doubtful |= ~(size < _MAX_EXACT_NS)
    missing = column == absent
    if (doubtful & ~missing).any():
        return None
    exact = nearest.astype(np.int64)
    exact[missing] = NO_TIME
    return exact


def ns_of_values(values: list[Any]) -> Ints:
    """Return any decoded JSON values (floats as Decimal) in ns; unusable ones are NO_TIME."""
    return np.fromiter((NO_TIME if ns is None else ns for ns in map(exact_ns, values)), np.int64, len(values))


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
