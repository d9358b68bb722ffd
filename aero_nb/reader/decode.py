"""The events of a trace as columns: msgspec decodes pieces of the text, NumPy holds what they say.

Three decoders, the quickest first: the fields that nearly every event has, all fields that producers write, and any
object at all, field by field.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Raw

from aero_nb.reader.columns import NO_TIME, Codes, Id, Ints, RawJson
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.interning import Shapes, Strings
from aero_nb.reader.salvage import Fields
from aero_nb.reader.times import ns_of_column, ns_of_values

_ABSENT = 5e-324  # the default of a time: a number that no clock writes
_NOTHING = Raw()


class _Event(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """The fields that nearly every event has; anything else makes the decoder fall back to _AnyEvent."""

    ph: str
    name: str | None = None
    cat: str | None = None
    ts: int | float | str | None = _ABSENT
    dur: int | float | str | None = _ABSENT
    pid: int | float | str | None = None
    tid: int | float | str | None = None
    s: str | None = None
    args: Raw = _NOTHING


class _AnyEvent(_Event, gc=False, forbid_unknown_fields=True):
    """With every other field that producers write, kept raw."""

    id: Raw = _NOTHING
    id2: Raw = _NOTHING
    scope: Raw = _NOTHING
    bp: Raw = _NOTHING
    bind_id: Raw = _NOTHING
    flow_in: Raw = _NOTHING
    flow_out: Raw = _NOTHING
    tts: Raw = _NOTHING
    tdur: Raw = _NOTHING
    cname: Raw = _NOTHING
    sf: Raw = _NOTHING
    stack: Raw = _NOTHING
    esf: Raw = _NOTHING
    estack: Raw = _NOTHING
    use_async_tts: Raw = _NOTHING


class _Times(msgspec.Struct, gc=False):
    ts: Any = None
    dur: Any = None


_shape = attrgetter("ph", "cat", "pid", "tid", "s")
_EXTRA_FIELDS = tuple(name for name in _AnyEvent.__struct_fields__ if name not in _Event.__struct_fields__)
_events = msgspec.json.Decoder(list[_Event])
_any_events = msgspec.json.Decoder(list[_AnyEvent])
_elements = msgspec.json.Decoder(list[Raw])
_fields = msgspec.json.Decoder(Fields)
_times = msgspec.json.Decoder(list[_Times], float_hook=Decimal)
_value = msgspec.json.Decoder(Any, float_hook=Decimal)


class PerShape:
    """A column of codes that is looked up where it is asked for: few rows need it, and shapes are few."""

    def __init__(self, shape: Codes, code_of_shape: Codes) -> None:
        self._shape = shape
        self._code_of_shape = code_of_shape

    def __getitem__(self, rows: Any) -> Any:
        return self._code_of_shape[self._shape[rows]]


@dataclass(frozen=True)
class Events:
    """Every event object of a file, in file order."""

    event: Ints  # index in the file
    phase: npt.NDArray[np.uint8]  # ord of a known phase, else 0
    ts: Ints  # ns; NO_TIME where it cannot be placed
    dur: Ints  # ns; NO_TIME where there is none
    name: Codes
    thread: Codes
    ph: PerShape
    cat: PerShape
    scope: PerShape
    args: RawJson
    extras: RawJson
    threads: list[tuple[Id, Id]]
    strings: Strings
    count: int  # elements of the array, whatever they were


class _RawJsonParts:
    def __init__(self) -> None:
        self._events: list[Ints] = []
        self._lengths: list[Ints] = []
        self._blobs: list[bytes] = []

    def add(self, events: Ints, texts: list[Any]) -> None:
        """Keep the texts that are not empty."""
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        if lengths.any():
            self._events.append(events[lengths > 0])
            self._lengths.append(lengths[lengths > 0])
            self._blobs.append(b"".join(texts))

    def join(self) -> RawJson:
        if not self._events:
            return RawJson()
        offsets = np.concatenate([np.zeros(1, np.int64), *self._lengths])
        return RawJson(np.concatenate(self._events), offsets.cumsum(), b"".join(self._blobs))


class EventSink:
    """Takes events piece by piece and ends as ``Events``."""

    def __init__(self, diagnostics: Diagnostics, *, strict: bool = False) -> None:
        self.diagnostics = diagnostics
        self.strict = strict
        self.count = 0  # elements seen
        self.objects = 0  # of them objects with something in them
        self._strings = Strings()
        self._shapes = Shapes(self._strings)
        # Pieces of: index in the file, shape, ts, dur, name.
        self._columns: list[list[Any]] = [[np.empty(0, dtype)] for dtype in ("i8", "i4", "i8", "i8", "i4")]
        self._args = _RawJsonParts()
        self._extras = _RawJsonParts()
        self._decoders: list[Any] = [_events, _any_events]

    def add_text(self, text: bytes) -> None:
        """Take a whole JSON array of events. Raises msgspec.DecodeError and takes nothing when it is not valid JSON."""
        if not text.isascii():
            text.decode()
        for decoder in self._decoders:
            try:
                events = decoder.decode(text)
            except msgspec.ValidationError:
                continue
            if decoder is _any_events:
                self._decoders = [_any_events]  # one producer wrote it: the rest will have such fields too
            self._add_typed(events, text)
            return
        self._add_elements(_elements.decode(text))

    def _add_typed(self, events: list[Any], text: bytes) -> None:
        times = self._typed_times(events, text)
        if times is None:
            self._add_elements(_elements.decode(text))
            return
        index = np.arange(self.count, self.count + len(events))
        self.count += len(events)
        self.objects += len(events)
        if self._decoders[0] is _any_events:
            self._extras.add(index, _extra_fields(events, text))
        self._add(events, index, *times)

    def _typed_times(self, events: list[Any], text: bytes) -> tuple[Ints, Ints] | None:
        """Return (ts, dur) of the events in ns, or None where an event needs a closer look."""
        ts = ns_of_column([event.ts for event in events], _ABSENT)
        dur = ns_of_column([event.dur for event in events], _ABSENT) if b'"dur"' in text else _no_times(len(events))
        if ts is None or dur is None:
            exact = _times.decode(text)
            ts = ns_of_values([event.ts for event in exact])
            dur = ns_of_values([event.dur for event in exact])
        return None if ((dur < 0) & (dur != NO_TIME)).any() else (ts, dur)

    def add_fields(self, found: list[tuple[int, Fields]]) -> None:
        """Take objects with their index in the file, whatever types their fields have."""
        kept = [(index, fields) for index, fields in found if fields]
        if len(kept) < len(found):
            empty = [index for index, fields in found if not fields]
            self.diagnostics.add("empty_event", empty[0], "{}", len(empty))
        if not kept:
            return
        self.objects += len(kept)
        indices = np.array([index for index, _ in kept], np.int64)
        loose = [_loose_event(fields) for _, fields in kept]
        ts, dur = ns_of_values([event.ts for event, _ in loose]), ns_of_values([event.dur for event, _ in loose])
        for row in np.flatnonzero((dur < 0) & (dur != NO_TIME)).tolist():
            index, fields = kept[row]
            loose[row][1]["dur"] = bytes(fields["dur"])
            self.diagnostics.add("negative_dur", index, loose[row][1]["dur"])
            dur[row] = 0
        self._extras.add(indices, [_object(extra) for _, extra in loose])
        self._add([event for event, _ in loose], indices, ts, dur)

    def _add_elements(self, elements: list[Raw]) -> None:
        found = []
        for index, element in enumerate(elements, self.count):
            raw = bytes(element).strip()
            if raw[:1] == b"{":
                found.append((index, _fields.decode(element)))
            elif raw == b"null":
                self.diagnostics.add("empty_event", index, "null")
            else:
                self.diagnostics.add("not_an_event", index, raw[:80])
        self.count += len(elements)
        self.add_fields(found)

    def _add(self, events: list[Any], index: Ints, ts: Ints, dur: Ints) -> None:
        n = len(events)
        shape_of, code_of = self._shapes.__getitem__, self._strings.__getitem__
        shape = np.fromiter(map(shape_of, map(_shape, events)), np.int32, n)
        name = np.fromiter(map(code_of, [event.name for event in events]), np.int32, n)
        nothing = _NOTHING
        rows = [row for row, event in enumerate(events) if event.args is not nothing]
        self._args.add(index[rows], [events[row].args for row in rows])
        for column, piece in zip(self._columns, (index, shape, ts, dur, name), strict=True):
            column.append(piece)

    def finish(self) -> Events:
        """Return everything taken."""
        index, shape, ts, dur, name = map(_joined, self._columns)
        rows = np.array(self._shapes.rows, np.int32).reshape(-1, 5).T
        phase, ph, cat, thread, scope = map(np.ascontiguousarray, rows)
        return Events(
            event=index,
            phase=phase.astype(np.uint8)[shape],
            ts=ts,
            dur=dur,
            name=name,
            thread=thread[shape],
            ph=PerShape(shape, ph),
            cat=PerShape(shape, cat),
            scope=PerShape(shape, scope),
            args=self._args.join(),
            extras=self._extras.join(),
            threads=self._shapes.threads,
            strings=self._strings,
            count=self.count,
        )


def _joined(pieces: list[Any]) -> Any:
    """Join the pieces of a column and let go of them: both at once would be the peak of a load."""
    column = np.concatenate(pieces)
    pieces.clear()
    return column


def _no_times(count: int) -> Ints:
    return np.full(count, NO_TIME, np.int64)


def _extra_fields(events: list[Any], text: bytes) -> list[bytes]:
    """Return the fields that have no column of their own: a raw JSON object an event, empty where there are none."""
    present = [name for name in _EXTRA_FIELDS if b'"%b"' % name.encode() in text]
    columns = [[getattr(event, name) for event in events] for name in present]
    heads = [b'"%b":' % name.encode() for name in present]
    texts = []
    for raws in zip(*columns, strict=True) if columns else ((),) * len(events):
        parts = [head + raw for head, raw in zip(heads, map(bytes, raws), strict=True) if raw]
        texts.append(b"{%b}" % b",".join(parts) if parts else b"")
    return texts


def _loose_event(fields: Fields) -> tuple[_Event, dict[str, bytes]]:
    """Return one event of any types, its times exact, and the fields that have no column."""
    rest = dict(fields)
    event = _Event(
        ph=_text(rest.pop("ph", None)),  # type: ignore[arg-type]  # None in events that lack it: here only
        name=_text(rest.pop("name", None)),
        cat=_text(rest.pop("cat", None)),
        ts=_decoded(rest.pop("ts", None)),
        dur=_decoded(rest.pop("dur", None)),
        pid=_id(rest.pop("pid", None)),
        tid=_id(rest.pop("tid", None)),
        s=_text(rest.pop("s", None)),
        args=rest.pop("args", _NOTHING),
    )
    return event, {name: bytes(raw) for name, raw in rest.items()}


def _object(fields: dict[str, bytes]) -> bytes:
    if not fields:
        return b""
    return b"{%b}" % b",".join(msgspec.json.encode(name) + b":" + raw for name, raw in fields.items())


def _decoded(raw: Raw | None) -> Any:
    if raw is None:
        return None
    try:
        return _value.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return bytes(raw).decode(errors="replace")


def _text(raw: Raw | None) -> str | None:
    value = _decoded(raw)
    if value is None or isinstance(value, str):
        return value
    return bytes(raw).strip().decode(errors="replace") if raw is not None else None


def _id(raw: Raw | None) -> Any:
    value = _decoded(raw)
    if value is None or isinstance(value, str | Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    return _text(raw)
