"""The args of an event, and the fields that have no column of their own."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import numpy as np

from aero_nb.tables.columns import Columns, Floats, Ints, RawJson
from aero_nb.tables.json_values import finite_or_text, json_value, number

_TIES = frozenset({"id", "id2", "scope", "bp", "tts", "tdur", "use_async_tts"})
_FLOW_FIELDS = frozenset({"bind_id", "flow_in", "flow_out"})


class _ThreadTimes(msgspec.Struct, gc=False):
    tts: Any = None
    tdur: Any = None


_NEGATIVE_TDUR = re.compile(rb'"tdur":\s*+"?\s*+-')
_thread_times = msgspec.json.Decoder(list[_ThreadTimes], float_hook=finite_or_text)


def numbers_of(extras: RawJson, events: Ints, field: str) -> Floats | None:
    """Return a numeric field of the given events as float64, NaN where there is none; None: no event has it."""
    if b'"%b":' % field.encode() not in extras.blob:
        return None
    raws = [raw if raw != b"null" else b"{}" for raw in extras.select(events)]
    values = [getattr(found, field) for found in _times_of(raws)]
    found = np.fromiter(map(number, values), np.float64, len(values))
    return None if np.isnan(found).all() else found


def _times_of(raws: list[bytes]) -> list[_ThreadTimes]:
    try:
        return _thread_times.decode(b"[%b]" % b",".join(raws))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [_times_of_one(raw) for raw in raws]


def _times_of_one(raw: bytes) -> _ThreadTimes:
    try:
        return _thread_times.decode(b"[%b]" % raw)[0]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _ThreadTimes()  # nested deeper than a decoder follows


def negative_thread_times(extras: RawJson) -> Ints:
    """Return the events (indices in the file) whose ``tdur`` is negative, in order."""
    if not _NEGATIVE_TDUR.search(extras.blob):
        return extras.events[:0]
    lengths = numbers_of(extras, extras.events, "tdur")
    return extras.events[:0] if lengths is None else extras.events[lengths < 0]


def args_of(columns: Columns, event: int, end_event: int = -1, *, is_async: bool = False) -> Any:
    """Return the decoded args of an event; the end's join the begin's and win.

    Fields without a column (``cname``, ``sf``, ``stack``, a negative ``dur`` ...) stand beside them.
    """
    args = json_value(columns.args.get(event))
    if end_event >= 0:
        args = _joined(args, json_value(columns.args.get(end_event)))
    beside: dict[str, Any] = {}
    for index in (event, end_event):
        extra = json_value(columns.extras.get(index)) if index >= 0 else None
        fields = extra if isinstance(extra, dict) else {}
        # A flow that was not drawn as an arrow, for lack of a direction or on an async event, is shown here.
        drawn = not is_async and (fields.get("flow_in") is True or fields.get("flow_out") is True)
        hidden = _TIES | _FLOW_FIELDS if drawn else _TIES
        beside.update({name: value for name, value in fields.items() if name not in hidden})
    if not beside:
        return {} if args is None else args
    return {**beside, **args} if isinstance(args, dict) else beside if args is None else {**beside, "args": args}


def _joined(begin: Any, end: Any) -> Any:
    if isinstance(begin, dict) and isinstance(end, dict):
        return {**begin, **end}
    return begin if end is None else end
