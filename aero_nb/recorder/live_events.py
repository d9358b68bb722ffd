"""What a lane recorded, as events for who watches it: one by one, or many at once as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np

from aero_nb.recorder.lanes.records import COUNTER, INSTANT, KINDS, Record, SlotRecords
from aero_nb.sources.live import UNKNOWN, EventColumns, LiveEvent

_PHASES = "BEiCC"  # of BEGIN, END, INSTANT, COUNTER, INTEGER
_SLOTS = np.dtype([("lap", "<u4"), ("code", "<i4"), ("ns", "<i8"), ("value", "<i8"), ("end", "<u4"), ("rest", "<u4")])


class RecordedEvents(Sequence[LiveEvent]):
    """The records of a lane as events, made where they are looked at.

    Args:
        records: of the lane's ring.
        names: its interned names, those of all these records among them.
        shift_ns: from the recorder's clock to the wall's.
    """

    def __init__(self, records: Sequence[Record], names: Sequence[str], shift_ns: int) -> None:
        self._records = records
        self._names = names
        self._shift_ns = shift_ns

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[LiveEvent]:
        meaning = _Meanings([*self._names, None, UNKNOWN])
        for record in self._records:
            yield (*meaning[record[0]], record[1] + self._shift_ns, None if len(record) == 2 else _value(record))

    @overload
    def __getitem__(self, index: int) -> LiveEvent: ...
    @overload
    def __getitem__(self, index: slice) -> RecordedEvents: ...
    def __getitem__(self, index: int | slice) -> LiveEvent | RecordedEvents:
        """Return one event, or those of a slice, which are consecutive."""
        if isinstance(index, slice):
            return RecordedEvents(self._records[index], self._names, self._shift_ns)
        return next(iter(RecordedEvents([self._records[index]], self._names, self._shift_ns)))

    def columns(self) -> EventColumns | None:
        """Return them as columns, where the ring has slots of bytes."""
        if not isinstance(self._records, SlotRecords):
            return None
        slots = np.frombuffer(self._records.slots, _SLOTS)
        names, kinds = np.divmod(slots["code"].astype(np.int64), KINDS)
        values = np.where(kinds == COUNTER, slots["value"].copy().view(np.float64), slots["value"])
        kinds = np.minimum(kinds, COUNTER).astype(np.uint8)
        return EventColumns(kinds, names, slots["ns"] + self._shift_ns, values, self._names)


class _Meanings(dict[int, tuple[str, str | None]]):
    """Phase letter and name of each code; found once, as most records of a lane have few."""

    def __init__(self, names: list[str | None]) -> None:
        self._names = names  # the last two are those of the negative codes, as in export.py

    def __missing__(self, code: int) -> tuple[str, str | None]:
        meaning = self[code] = _PHASES[code % KINDS], self._names[code // KINDS]
        return meaning


def _value(record: Record) -> Any:
    """Return a counter's value, or an instant's scope and args."""
    return record[2:] if record[0] % KINDS == INSTANT else record[2]
