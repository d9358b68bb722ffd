"""What a trace of Chrome's own says of the wall clock: marks of ours that name the page's time origin."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from statistics import median_low
from typing import Any, Final

import numpy as np

from aero_nb.tables.columns import NO_TIME, Instants, RawJson
from aero_nb.tables.json_values import json_value

CLOCK_MARK: Final = "aero_nb:clock:"
"""``performance.mark(CLOCK_MARK + performance.timeOrigin)``: its event has the page's time beside Chrome's."""

_MARKS: Final = "blink.user_timing"
_LATEST: Final = Decimal(2**63 - 1)


@dataclass(frozen=True)
class ClockMarks:
    """The wall clock (ns since the epoch) of time 0 by the median mark, and by how much others differ (µs)."""

    start_ns: int
    marks: int
    uncertainty_us: float

    def as_metadata(self) -> dict[str, Any]:
        """Return it as ``Trace.metadata`` has it, under ``clock``."""
        return {"aligned_by": "marks", "marks": self.marks, "uncertainty_us": self.uncertainty_us}


def read_clock_marks(
    instants: Instants, strings: tuple[str, ...], args: RawJson, time_origin_ms: float | None = None
) -> ClockMarks | None:
    """Return what the marks ``CLOCK_MARK`` say, or all marks of a page with this time origin; None without any."""
    prefix = CLOCK_MARK if time_origin_ms is None else ""
    origins = {
        code: text.removeprefix(prefix) if prefix else repr(time_origin_ms)
        for code, text in enumerate(strings)
        if text.startswith(prefix)
    }
    if not origins:
        return None
    marks = [code for code, text in enumerate(strings) if _MARKS in text.split(",")]
    of_marks = np.isin(instants.name, list(origins)) & np.isin(instants.cat, marks) & (instants.ts != NO_TIME)
    rows = np.flatnonzero(of_marks).tolist()
    told = (
        _start_ns(origins[int(instants.name[row])], args.get(int(instants.event[row])), int(instants.ts[row]))
        for row in rows
    )
    found = [start for start in told if start is not None]
    if not found:
        return None
    start = median_low(found)
    return ClockMarks(start, len(found), max(abs(one - start) for one in found) / 1000)


def _start_ns(time_origin: str, raw: bytes | None, ts_ns: int) -> int | None:
    args = json_value(raw)
    data = args.get("data") if isinstance(args, dict) else None
    moment = data.get("startTime") if isinstance(data, dict) else None
    if isinstance(moment, bool) or not isinstance(moment, int | float):
        return None
    try:
        page_ns = (Decimal(time_origin) + Decimal(repr(moment))) * 10**6
        return int(page_ns) - ts_ns if 0 < page_ns < _LATEST and int(page_ns) > ts_ns else None
    except (InvalidOperation, OverflowError, ValueError):
        return None
