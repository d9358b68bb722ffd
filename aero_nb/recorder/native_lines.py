"""Records that the native core writes into a stream as JSON: in Python one does not keep up with traced functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aero_nb import _native
from aero_nb.recorder.export import Place
from aero_nb.recorder.lanes.records import Record, SlotRecords
from aero_nb.recorder.lanes.snapshot import LaneSnapshot

_ODD = 256  # records from one that is not usual on: for Python


def parts_of(
    lane: LaneSnapshot, records: Sequence[Record], start_ns: int, place: Place, data: list[bytes]
) -> Iterator[tuple[Sequence[Record], int]]:
    """Add to ``data`` what the core can write; yield, in between, (records, number of the first) of what it cannot.

    ``place`` is where the lane is: it moves on, and is to be moved on over each part that is yielded.
    """
    core = _native.core()
    if core is None or not isinstance(records, SlotRecords) or len(lane.users) > 1:
        yield records, 0
        return
    import orjson

    names = [orjson.dumps(name) for name in lane.names]
    number_of = {name: number for number, name in enumerate(lane.names)}
    user = lane.users[0] if lane.users else (0, lane.name)
    first = 0
    while first < len(records):
        is_known = all(name in number_of for name in place.open_names)  # <unknown> is none of the lane's
        if is_known:
            opened = [number_of[name] for name in place.open_names]
            text, count, latest_ns, opened = core.lines(records[first:].slots, names, lane.tid, start_ns, opened)
            if count:
                data.append(text)
                place.user, place.last_us = user, (latest_ns - start_ns) / 1000
                place.open_names[:] = [lane.names[number] for number in opened]
                first += count
        if first < len(records):
            yield records[first : first + _ODD], first
            first += _ODD
