"""The events of a trace as columns: msgspec decodes pieces of the text, NumPy holds what they say.

``EventSink`` collects; ``read_array`` feeds it piece by piece. A piece is proven to end between two events by decoding:
read from the start of an event it is an array of whole objects, or it does not decode.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np
from msgspec import Raw

from aero_nb.events import PHASES
from aero_nb.reader.columns import NO_TIME, Codes, Id, Ints, RawJson
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.salvage import Fields, Salvager, value_end
from aero_nb.reader.times import ns_of_column, ns_of_values

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in all) as the reader goes; what it raises ends the load."""

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


_EXTRA_FIELDS = tuple(name for name in _AnyEvent.__struct_fields__ if name not in _Event.__struct_fields__)
_events = msgspec.json.Decoder(list[_Event])
_any_events = msgspec.json.Decoder(list[_AnyEvent])
_elements = msgspec.json.Decoder(list[Raw])
_fields = msgspec.json.Decoder(Fields)
_times = msgspec.json.Decoder(list[_Times], float_hook=Decimal)
_value = msgspec.json.Decoder(Any, float_hook=Decimal)


class Strings(dict[str | None, int]):
    """Codes of texts in order of their first use; the code of None is -1."""

    def __init__(self) -> None:
        super().__init__({None: -1})

    def __missing__(self, text: str | None) -> int:
        code = self[text] = len(self) - 1
        return code

    def texts(self) -> tuple[str, ...]:
        """Return the texts by code."""
        return tuple(text for text in self if text is not None)


_DECIMAL = re.compile(r"(?:0|-?[1-9][0-9]{0,300})\Z")


def canonical_id(value: Any) -> Id:
    """Return a pid or tid so that equal ids compare equal: 1, "1" and 1.0 are the integer 1; other texts are text."""
    if isinstance(value, float | Decimal):
        if not value == value or abs(value) > 2**200:
            return str(value)
        return int(value) if value == int(value) else str(value)
    if isinstance(value, str) and _DECIMAL.match(value):
        return int(value)
    return value if value is None or isinstance(value, int | str) else str(value)


class _Shapes(dict[tuple[Any, ...], int]):
    """Codes of distinct (ph, cat, pid, tid, s): few in any file, so their parts are looked at once each."""

    def __init__(self, strings: Strings) -> None:
        super().__init__()
        self._strings = strings
        self._codes: dict[tuple[Id, Id], int] = {}
        self.rows: list[tuple[int, int, int, int, int]] = []  # phase, ph text, cat, thread, scope

    def __missing__(self, shape: tuple[Any, ...]) -> int:
        ph, cat, pid, tid, scope = shape
        thread = (canonical_id(pid), canonical_id(tid))
        phase = ord(ph) if ph in PHASES else 0
        strings = self._strings
        self.rows.append(
            (phase, strings[ph], strings[cat], self._codes.setdefault(thread, len(self._codes)), strings[scope])
        )
        code = self[shape] = len(self.rows) - 1
        return code

    @property
    def threads(self) -> list[tuple[Id, Id]]:
        return list(self._codes)


@dataclass(frozen=True)
class Events:
    """Every event object of a file, in file order."""

    event: Ints  # index in the file
    phase: Codes  # ord of a known phase, else 0
    ts: Ints  # ns; NO_TIME where it cannot be placed
    dur: Ints  # ns; 0 where there is none
    name: Codes
    ph: Codes
    cat: Codes
    thread: Codes
    scope: Codes
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
        self._shapes = _Shapes(self._strings)
        self._parts: list[tuple[Ints, Codes, Ints, Ints, Codes]] = []
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
        if b'"dur"' in text:
            columns = [[event.ts for event in events], [event.dur for event in events]]
        else:
            columns = [[event.ts for event in events]]
        found = [_ns_of_floats(column) for column in columns]
        if any(times is None for times in found):
            exact = _times.decode(text)
            found = [ns_of_values([event.ts for event in exact])[0]]
            if len(columns) == 2:
                found.append(ns_of_values([event.dur for event in exact])[0])
        ts, dur = found[0], found[1] if len(found) == 2 else np.full(len(events), NO_TIME)
        assert ts is not None and dur is not None
        return None if ((dur < 0) & (dur != NO_TIME)).any() else (ts, dur)

    def add_fields(self, found: list[tuple[int, Fields]]) -> None:
        """Take objects with their index in the file, whatever types their fields have."""
        rows, kept = [], []
        for index, fields in found:
            if not fields:
                self.diagnostics.add("empty_event", index, "{}")
                continue
            rows.append((index, *self._loose_event(fields)))
            kept.append(index)
        if not rows:
            return
        self.objects += len(rows)
        index = np.array(kept, np.int64)
        ts, dur = ns_of_values([row[2] for row in rows])[0], ns_of_values([row[3] for row in rows])[0]
        extras = [row[4] for row in rows]
        for row in np.flatnonzero((dur < 0) & (dur != NO_TIME)).tolist():
            extras[row]["dur"] = _field(found, kept[row], "dur")
            self.diagnostics.add("negative_dur", kept[row], extras[row]["dur"])
            dur[row] = 0
        self._extras.add(index, [_object(fields) for fields in extras])
        self._add([row[1] for row in rows], index, ts, dur)

    def _loose_event(self, fields: Fields) -> tuple[_Event, Any, Any, dict[str, bytes]]:
        fields = dict(fields)
        event = _Event(
            name=_text(fields.pop("name", None)),
            cat=_text(fields.pop("cat", None)),
            ph=_text(fields.pop("ph", None)),  # type: ignore[arg-type]  # None here only
            pid=_id(fields.pop("pid", None)),
            tid=_id(fields.pop("tid", None)),
            s=_text(fields.pop("s", None)),
            args=fields.pop("args", _NOTHING),
        )
        ts, dur = _decoded(fields.pop("ts", None)), _decoded(fields.pop("dur", None))
        return event, ts, dur, {name: bytes(raw) for name, raw in fields.items()}

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
        shapes = [(event.ph, event.cat, event.pid, event.tid, event.s) for event in events]
        shape = np.fromiter(map(shape_of, shapes), np.int32, n)
        name = np.fromiter(map(code_of, [event.name for event in events]), np.int32, n)
        self._args.add(index, [event.args for event in events])
        self._parts.append((index, shape, ts, dur, name))

    def finish(self) -> Events:
        """Return everything taken."""
        empty = np.empty(0, np.int64), np.empty(0, np.int32)
        parts = self._parts or [(empty[0], empty[1], empty[0], empty[0], empty[1])]
        index, shape, ts, dur, name = (np.concatenate(column) for column in zip(*parts, strict=True))
        self._parts = []
        rows = np.array(self._shapes.rows, np.int32).reshape(-1, 5).T
        phase, ph, cat, thread, scope = (np.ascontiguousarray(part)[shape] for part in rows)
        return Events(
            index, phase, ts, dur, name, ph, cat, thread, scope,
            self._args.join(), self._extras.join(), self._shapes.threads, self._strings, self.count,
        )  # fmt: skip


def _ns_of_floats(values: list[Any]) -> Ints | None:
    found = ns_of_column(values)
    if found is None:
        return None
    ns = found[0]
    if _ABSENT in values:
        ns[np.array(values) == _ABSENT] = NO_TIME
    return ns


def _extra_fields(events: list[Any], text: bytes) -> list[bytes]:
    """Return the fields that have no column of their own as one raw JSON object an event, empty where there are none."""
    present = [name for name in _EXTRA_FIELDS if b'"%b"' % name.encode() in text]
    columns = [[getattr(event, name) for event in events] for name in present]
    heads = [b'"%b":' % name.encode() for name in present]
    texts = []
    for raws in zip(*columns, strict=True) if columns else ((),) * len(events):
        parts = [head + raw for head, raw in zip(heads, map(bytes, raws), strict=True) if raw]
        texts.append(b"{%b}" % b",".join(parts) if parts else b"")
    return texts


def _object(fields: dict[str, bytes]) -> bytes:
    if not fields:
        return b""
    return b"{%b}" % b",".join(msgspec.json.encode(name) + b":" + raw for name, raw in fields.items())


def _field(found: list[tuple[int, Fields]], index: int, name: str) -> bytes:
    return next(bytes(fields[name]) for at, fields in found if at == index)


def _decoded(raw: Raw | None) -> Any:
    if raw is None:
        return None
    try:
        return _value.decode(raw)
    except (msgspec.DecodeError, RecursionError):
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


_PIECE = 1 << 19
_BOUNDARY = re.compile(rb"\}\s*,\s*(?=\{)")
_FIRST_KEY = re.compile(rb'\s*,\s*\{\s*"[^"\\]*"')
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")
_SPACE = re.compile(rb"\s*")
_COMMA = re.compile(rb"\s*,\s*(?=\{)")
_TRIES = 4  # of places to end a piece, before it is read element by element


def read_array(text: bytes, start: int, sink: EventSink, progress: Progress | None = None) -> int:
    """Feed the sink the elements of the array whose first element is at ``start`` or later.

    Returns where the array's closing bracket ends, or the end of the text where it has none.
    """
    salvager = Salvager(text, sink.diagnostics)
    separator = _separator(text, start)
    position = start
    while True:
        if progress is not None:
            progress(position, len(text))
        ahead = None if sink.strict else _read_piece(text, position, separator, sink)
        if ahead is None:
            found = salvager.read(position, sink.count, position + _PIECE)
            _salvage(salvager, found, sink)
            ahead = salvager.position, salvager.closed or salvager.at_end
            if not ahead[1]:
                ahead = _after_comma(text, salvager.position), False
        position, ended = ahead
        if ended:
            return position


def read_sequence(text: bytes, start: int, sink: EventSink, progress: Progress | None = None) -> None:
    """Feed the sink a bare sequence of objects: one a line, comma separated, or arrays one after another."""
    salvager = Salvager(text, sink.diagnostics, flat=True)
    salvager.position = start
    while not salvager.at_end:
        if progress is not None:
            progress(salvager.position, len(text))
        _salvage(salvager, salvager.read(salvager.position, sink.count, salvager.position + _PIECE), sink)


def _salvage(salvager: Salvager, found: Iterator[tuple[int, Fields]], sink: EventSink) -> None:
    sink.add_fields(list(found))
    sink.count = salvager.index


def _after_comma(text: bytes, position: int) -> int:
    """Step over the comma behind a salvaged element, so that the next piece begins at an element."""
    comma = _COMMA.match(text, position)
    return comma.end() if comma else position


def _separator(text: bytes, start: int) -> bytes:
    """Return what stands between the first two events, first key included, to find more such places."""
    begin = _SPACE.match(text, start)
    end = value_end(text, begin.end()) if begin and text[begin.end() : begin.end() + 1] == b"{" else -1
    between = _FIRST_KEY.match(text, end) if end > 0 else None
    return b"}" + between[0] if between else b"},{"


def _read_piece(text: bytes, position: int, separator: bytes, sink: EventSink) -> tuple[int, bool] | None:
    """Feed one piece of valid JSON; returns (where the next begins, whether the array ended), None if there is none."""
    for end, following in _ends(text, position, separator):
        piece = b"[" + text[position:end] + (b"]" if following else b"")
        try:
            try:
                sink.add_text(piece)
            except msgspec.DecodeError as error:
                trailing = _TRAILING.search(str(error))
                if trailing is None:
                    continue
                closed = piece.rindex(b"]", 0, int(trailing[1])) + 1
                sink.add_text(piece[:closed])
                return position + closed - 1, True
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        return (following, False) if following else (end, True)
    return None


def _ends(text: bytes, position: int, separator: bytes) -> Iterator[tuple[int, int]]:
    """Yield places where a piece may end: (its end, where the next one begins; 0 for the end of the text)."""
    target = position + _PIECE
    for _ in range(_TRIES):
        if target >= len(text):
            break
        at = text.find(separator, target, target + _PIECE)
        likely = _BOUNDARY.search(text, at if at >= 0 else target)
        if likely is None:
            break
        yield likely.start() + 1, likely.end()
        target = likely.end()
    else:
        return
    yield len(text), 0
