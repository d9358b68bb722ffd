"""Microseconds of a file, as JSON wrote them, to whole nanoseconds, exactly (nearest, half to even).

A ``ts`` and a ``dur`` are rounded each by itself. The end of a span is rounded as a whole, round(ts + dur), so that
rounding alone makes no crossing; ``carry`` (-1, 0 or 1 ns) is what that differs from the sum of the rounded ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_05UP, ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from aero_nb.tables.columns import NO_TIME, Floats, Ints
from aero_nb.tables.json_values import number_text

_LIMIT = np.iinfo(np.int64).max
_MAX_EXACT_NS = 2.0**52  # above it a float64 has no fraction left to round
# Digits far below a ns only matter in that they are there: ROUND_05UP keeps them from making a tie.
_CONTEXT = Context(prec=60, rounding=ROUND_05UP, Emax=10**10, Emin=-(10**10))
Carries = npt.NDArray[np.int8]


def exact_ns(value: Any) -> int | None:
    """Return a decoded JSON value (int, Decimal, float or numeric string, in µs) in ns; None: no usable time."""
    us = _microseconds(value)
    if us is None:
        return None
    ns = us * 1000 if isinstance(us, int) else _round(us)
    return ns if -_LIMIT <= ns <= _LIMIT else None


def _microseconds(value: Any) -> int | Decimal | None:
    if isinstance(value, str):
        digits = number_text(value)
        if digits is None:
            return None
        value = Decimal(digits)
    elif isinstance(value, float):
        value = Decimal(value) if value == value and abs(value) < 1e19 else None
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _round(value: Decimal) -> int:
    if not value.is_finite() or value.adjusted() > 18:
        return _LIMIT + 1
    if value.adjusted() < -6:
        return 0
    return int(_CONTEXT.scaleb(value, 3).to_integral_value(ROUND_HALF_EVEN))


@dataclass(frozen=True)
class _Column:
    """Times in ns; where they were floats, also the part of a ns that rounding took off, and how exact that is."""

    ns: Ints
    fraction: Floats | None = None
    error: Floats | None = None


def ns_of_columns(ts: list[Any], dur: list[Any], absent: float) -> tuple[Ints, Ints, Carries] | None:
    """Return (ts, dur, carry) of columns of ints and floats (µs); None where only the numbers' texts can say.

    Values equal to ``absent`` become NO_TIME.
    """
    begin = _ns_of_column(ts, absent)
    if begin is None:
        return None
    no_carry = np.zeros(len(ts), np.int8)
    if all(value is absent for value in dur):
        return begin.ns, np.full(len(dur), NO_TIME), no_carry
    length = _ns_of_column(dur, absent)
    if length is None:
        return None
    if begin.fraction is None or length.fraction is None or begin.error is None or length.error is None:
        return begin.ns, length.ns, no_carry  # whole µs on one side: the other is rounded as it is
    fraction, error = begin.fraction + length.fraction, begin.error + length.error
    known = (begin.ns != NO_TIME) & (length.ns != NO_TIME)
    if (known & (np.abs(np.abs(fraction) - 0.5) <= error)).any():
        return None
    return begin.ns, length.ns, np.where(known, np.rint(fraction), 0).astype(np.int8)


def _ns_of_column(values: list[Any], absent: float) -> _Column | None:
    """Return a column of ints and floats (µs); None where only the text of the numbers can say.

    A float64 of µs gives the nearest ns unless its fraction of a ns is within the rounding error of one half.
    """
    column = np.array(values)
    if column.dtype.kind == "i":
        largest = max(int(column.max()), -int(column.min()))
        return _Column(column * 1000) if largest <= _LIMIT // 1000 else None
    if column.dtype.kind != "f":
        return None
    ns = column * 1000.0
    nearest = np.rint(ns)
    size = np.abs(ns)
    fraction, error = ns - nearest, size * 2.0**-52
    doubtful = np.abs(np.abs(fraction) - 0.5) <= error
    doubtful |= ~(size < _MAX_EXACT_NS)
    missing = column == absent
    if (doubtful & ~missing).any():
        return None
    exact = nearest.astype(np.int64)
    exact[missing] = NO_TIME
    return _Column(exact, fraction, error)


def ns_of_values(values: list[Any]) -> Ints:
    """Return any decoded JSON values (floats as Decimal) in ns; unusable ones are NO_TIME."""
    return np.fromiter((NO_TIME if ns is None else ns for ns in map(exact_ns, values)), np.int64, len(values))


def carries_of_values(ts: list[Any], dur: list[Any], ts_ns: Ints, dur_ns: Ints) -> Carries:
    """Return the carry of each pair of decoded JSON values (floats as Decimal), 0 where one is no usable time."""
    carries = np.zeros(len(ts), np.int8)
    for row in np.flatnonzero((ts_ns != NO_TIME) & (dur_ns != NO_TIME)).tolist():
        begin, length = _microseconds(ts[row]), _microseconds(dur[row])
        if isinstance(begin, Decimal) and isinstance(length, Decimal):
            carries[row] = _round(_CONTEXT.add(begin, length)) - int(ts_ns[row]) - int(dur_ns[row])
    return carries
