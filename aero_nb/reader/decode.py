"""The events of a trace as columns: msgspec decodes pieces of the text, NumPy holds what they say.

Events of the usual types are decoded whole, with whatever further fields the file turns out to have; any other object
is looked at field by field.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Raw

from aero_nb.events import PHASES
from aero_nb.reader.batches import Batch, Batches, merged, texts_of
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.interning import Shapes, Strings
from aero_nb.reader.raw_values import id_of, object_of, text_of, value_of
from aero_nb.reader.salvage import Fields
from aero_nb.reader.scanning import holds_events, is_list_of_events
from aero_nb.reader.times import Carries, carries_of_values, ns_of_columns, ns_of_values
from aero_nb.reader.usual import Shape, UsualEvents, usual_events
from aero_nb.tables.columns import NO_TIME, Codes, Id, Ints, RawJson

_ABSENT = 5e-324  # the default of a time: a number that no clock writes
_NOTHING = Raw()


class _Event(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """The fields that nearly every event has, each of the types that producers write."""

    ph: Literal[tuple(PHASES)]  # type: ignore[valid-type]  # decodes to one str object a phase: its hash is known
    name: str | None = None
    cat: str | None = None
    ts: int | float | str | None = _ABSENT
    dur: int | float | str | None = _ABSENT
    pid: int | str | None = None  # what a fraction is as an id, its digits say
    tid: int | str | None = None
    s: str | None = None
    args: Raw = _NOTHING


class _Times(msgspec.Struct, gc=False):
    ts: Any = None
    dur: Any = None


_elements = msgspec.json.Decoder(list[Raw])
_fields = msgspec.json.Decoder(Fields)
_all_fields = msgspec.json.Decoder(list[Fields])
_times = msgspec.json.Decoder(list[_Times], float_hook=Decimal)


class _Layout:
    """Decoders of events with the fields of _Event and some further ones, which are kept raw."""

    MOST = 100  # further fields; a file with more names its fields after its data

    def __init__(self, further: frozenset[str] = frozenset()) -> None:
        self.further = further
        names = {f"further_{number}": name for number, name in enumerate(sorted(further))}
        raw = [(name, Raw, _NOTHING) for name in names]
        event = msgspec.defstruct(
            "_Event", raw, bases=(_Event,), rename=names, gc=False, forbid_unknown_fields=True, kw_only=True
        )
        rest = msgspec.defstruct("_Rest", raw, rename=names, gc=False, omit_defaults=True)
        self.events = msgspec.json.Decoder(list[event])  # type: ignore[valid-type]  # made above
        self._rests = msgspec.json.Decoder(list[rest])  # type: ignore[valid-type]

    def further_texts(self, text: bytes) -> list[bytes]:
        """Return the further fields as a raw JSON object an event, empty where there are none."""
        return [b"" if rest == b"{}" else rest for rest in map(msgspec.json.encode, self._rests.decode(text))]

    def learned(self, text: bytes) -> _Layout | None:
        """Return the layout that has all fields of this text too, or None where that would not help."""
        further = self.further.union(*_all_fields.decode(text)).difference(_Event.__struct_fields__)
        if further == self.further or len(further) > self.MOST:
            return None
        try:
            return _Layout(further)
        except ValueError:  # msgspec bears no names that JSON has to escape
            return None


@cache
def _usual_layout() -> _Layout:
    """Return the one without further fields; making a decoder takes as long as reading hundreds of events."""
    return _Layout()


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
    carry: Carries  # ns; what ts + dur lacks of their end rounded as a whole
    name: Codes
    thread: Codes
    ph: PerShape
    cat: PerShape
    scope: PerShape
    args: RawJson
    extras: RawJson
    shapes: tuple[Codes, Codes]  # phase and thread of each combination of them that occurs
    threads: list[tuple[Id, Id]]
    strings: Strings
    count: int  # elements of the array, whatever they were


@dataclass(frozen=True)
class _Decoded:
    """Events of which only the codes are not known yet."""

    events: list[Any]
    index: Ints
    ts: Ints
    dur: Ints
    carry: Carries
    extras: list[bytes] | None


class EventSink:
    """Takes events piece by piece and ends as ``Events``."""

    def __init__(self, diagnostics: Diagnostics, *, strict: bool = False) -> None:
        self.diagnostics = diagnostics
        self.strict = strict
        self.count = 0  # elements seen
        self.objects = 0  # of them objects with something in them
        self.phases = 0  # of them events: objects with a ph
        self._strings = Strings()
        self._shapes = Shapes(self._strings)
        self._batches = Batches()
        self._layout = _usual_layout()
        self._usual = usual_events()
        self._documents: list[bytes] = []

    def add_text(self, text: bytes) -> None:
        """Take a whole JSON array of events. Raises msgspec.DecodeError and takes nothing when it is not valid JSON.

        What becomes of an event does not depend on those beside it, so it is the same whoever reads it.
        """
        if not text.isascii():
            text.decode()
        if self._usual is None or not self._add_scanned(text, self._usual):
            self._add_decoded(text)

    def _add_scanned(self, text: bytes, usual: UsualEvents) -> bool:
        """Take an array as the native core reads it; returns whether it was taken."""
        found = usual.scan(text)
        odd = None if found is None else _elements_at(text, found.odd)
        if found is None or odd is None:
            return False
        before = self.count
        self.count += found.elements
        loose = self._loose(self._objects(odd, [before + element for element, _, _ in found.odd]))
        others = (
            [] if loose is None else list(zip((loose.index - before).tolist(), map(_shape, loose.events), strict=True))
        )
        usual.intern(found, others, self._shapes, self._strings)
        batch = usual.batch(found, before)
        self.objects += len(batch.index)
        self.phases += len(batch.index)
        self._batches.add(batch if loose is None else merged(batch, self._batch(loose)))
        return True

    def _add_decoded(self, text: bytes) -> None:
        events = self._decoded(text)
        times = None if events is None else self._typed_times(events, text)
        if events is None or times is None:
            elements = _elements.decode(text)
            indices = range(self.count, self.count + len(elements))
            self.count += len(elements)
            self.add_fields(self._objects(elements, indices))
            return
        index = np.arange(self.count, self.count + len(events))
        extras = self._layout.further_texts(text) if self._layout.further else None
        self.count += len(events)
        self.objects += len(events)
        self.phases += len(events)
        self._batches.add(self._batch(_Decoded(events, index, *times, extras)))

    def _decoded(self, text: bytes) -> list[Any] | None:
        """Return the events of a text, or None where one needs a closer look."""
        try:
            return self._layout.events.decode(text)
        except msgspec.ValidationError:
            pass
        try:
            layout = self._layout.learned(text)
            events = layout.events.decode(text) if layout else None
        except msgspec.ValidationError:
            return None
        self._layout = layout or self._layout  # one producer wrote it: the rest will have such fields too
        return events

    def _typed_times(self, events: list[Any], text: bytes) -> tuple[Ints, Ints, Carries] | None:
        """Return (ts, dur, carry) of the events in ns, or None where an event needs a closer look."""
        times = ns_of_columns([event.ts for event in events], [event.dur for event in events], _ABSENT)
        if times is None:
            exact = _times.decode(text)
            times = _exact_times([event.ts for event in exact], [event.dur for event in exact])
        dur = times[1]
        return None if ((dur < 0) & (dur != NO_TIME)).any() else times

    def add_fields(self, found: list[tuple[int, Fields]]) -> None:
        """Take objects with their index in the file, whatever types their fields have."""
        loose = self._loose(found)
        if loose is not None:
            self._batches.add(self._batch(loose))

    def _loose(self, found: list[tuple[int, Fields]]) -> _Decoded | None:
        """Return the events among the objects, counting what is odd; None where there are none."""
        kept = [(index, fields) for index, fields in found if fields and not self._is_document(fields)]
        empty = [index for index, fields in found if not fields]
        if empty:
            self.diagnostics.add("empty_event", empty[0], "{}", len(empty))
        if not kept:
            return None
        self.objects += len(kept)
        self.phases += sum("ph" in fields for _, fields in kept)
        indices = np.array([index for index, _ in kept], np.int64)
        loose = [_loose_event(fields) for _, fields in kept]
        ts, dur, carry = _exact_times([event.ts for event, _ in loose], [event.dur for event, _ in loose])
        for row in np.flatnonzero((dur < 0) & (dur != NO_TIME)).tolist():
            index, fields = kept[row]
            loose[row][1]["dur"] = bytes(fields["dur"])
            self.diagnostics.add("negative_dur", index, loose[row][1]["dur"])
            dur[row] = carry[row] = 0
        extras = [object_of(dict(sorted(extra.items()))) for _, extra in loose]
        return _Decoded([event for event, _ in loose], indices, ts, dur, carry, extras)

    def _is_document(self, fields: Fields) -> bool:
        """Set an object apart that is no event but holds some; ``take_documents`` gives it."""
        if "ph" in fields or not any(b'"ph"' in raw or raw[:1] == b"[" for raw in map(bytes, fields.values())):
            return False
        raw = object_of({name: bytes(value) for name, value in fields.items()})
        if not holds_events(raw, 0):
            return False
        self._documents.append(raw)
        return True

    def take_documents(self) -> list[bytes]:
        """Return the objects and arrays among the elements that are no events but hold some, each once."""
        documents, self._documents = self._documents, []
        return documents

    def _objects(self, elements: list[Raw], indices: Iterable[int]) -> list[tuple[int, Fields]]:
        """Return the objects among the elements, counting the others."""
        found = []
        for index, element in zip(indices, elements, strict=True):
            raw = bytes(element).strip()
            if raw[:1] == b"{":
                found.append((index, _fields.decode(element)))
            elif raw == b"null":
                self.diagnostics.add("empty_event", index, "null")
            elif is_list_of_events(raw, 0):
                self.diagnostics.add("further_document", index, "an array of events among the events")
                self._documents.append(raw)
            else:
                self.diagnostics.add("not_an_event", index, raw[:80])
        return found

    def _batch(self, decoded: _Decoded) -> Batch:
        events, index = decoded.events, decoded.index
        shape, name = self._shapes_and_names(events)
        extras = self._with_s(events, shape, decoded.ts, decoded.extras)
        nothing = _NOTHING
        rows = [row for row, event in enumerate(events) if event.args is not nothing]
        return Batch(
            index=index,
            shape=shape,
            ts=decoded.ts,
            dur=decoded.dur,
            carry=decoded.carry,
            name=name,
            args=texts_of(index[rows], [events[row].args for row in rows]),
            extras=texts_of(index, extras) if extras else texts_of(index[:0], []),
        )

    def _with_s(self, events: list[Any], shape: Codes, ts: Ints, extras: list[bytes] | None) -> list[bytes] | None:
        """Return the further fields, with the ``s`` of events that no table of instants will have."""
        unplaced = np.flatnonzero(ts == NO_TIME).tolist()
        odd = np.flatnonzero(np.isin(shape, list(self._shapes.with_s))).tolist() if self._shapes.with_s else []
        rows = {row for row in (*odd, *unplaced) if events[row].s is not None}
        if not rows:
            return extras
        whole = list(extras or [b""] * len(events))
        for row in rows:
            rest = whole[row][1:-1]
            whole[row] = b"{%b}" % b",".join(filter(None, (rest, b'"s":' + msgspec.json.encode(events[row].s))))
        return whole

    def _shapes_and_names(self, events: list[Any]) -> tuple[Codes, Codes]:
        shapes = self._shapes
        if shapes.few:  # one lookup answers both
            codes = [shapes[event.ph, event.cat, event.pid, event.tid, event.s, event.name] for event in events]
            shape = np.array(codes, np.int32)
            return shape, shapes.names()[shape]
        both = np.array([shapes.add(_shape(event)) for event in events], np.int32).reshape(-1, 2)
        return both[:, 0].copy(), both[:, 1].copy()

    def finish(self) -> Events:
        """Return everything taken."""
        self._usual = None
        index, shape, ts, dur, carry, name = map(self._batches.column, ("index", "shape", "ts", "dur", "carry", "name"))
        rows = np.array(self._shapes.rows, np.int32).reshape(-1, 5).T
        phase, ph, cat, thread, scope = map(np.ascontiguousarray, rows)
        return Events(
            event=index,
            phase=phase.astype(np.uint8)[shape],
            ts=ts,
            dur=dur,
            carry=carry,
            name=name,
            thread=thread[shape],
            ph=PerShape(shape, ph),
            cat=PerShape(shape, cat),
            scope=PerShape(shape, scope),
            args=self._batches.args(),
            extras=self._batches.extras(),
            shapes=(phase, thread),
            threads=self._shapes.threads,
            strings=self._strings,
            count=self.count,
        )


def _exact_times(ts: list[Any], dur: list[Any]) -> tuple[Ints, Ints, Carries]:
    """Return (ts, dur, carry) of any decoded values in ns."""
    begin, length = ns_of_values(ts), ns_of_values(dur)
    return begin, length, carries_of_values(ts, dur, begin, length)


def _shape(event: _Event) -> Shape:
    return event.ph, event.cat, event.pid, event.tid, event.s, event.name


def _elements_at(text: bytes, places: list[tuple[int, int, int]]) -> list[Raw] | None:
    """Return the elements of an array at some places (number, start, end); None where one is no valid JSON."""
    try:
        found = _elements.decode(b"[%b]" % b",".join([text[start:end] for _, start, end in places]))
    except (msgspec.DecodeError, RecursionError):
        return None
    return found if len(found) == len(places) else None


def _loose_event(fields: Fields) -> tuple[_Event, dict[str, bytes]]:
    """Return one event of any types, its times exact, and the fields that have no column."""
    rest = dict(fields)
    event = _Event(
        ph=text_of(rest.pop("ph", None)),  # None in events that lack it: here only
        name=text_of(rest.pop("name", None)),
        cat=text_of(rest.pop("cat", None)),
        ts=value_of(rest.pop("ts", None)),
        dur=value_of(rest.pop("dur", None)),
        pid=id_of(rest.pop("pid", None)),
        tid=id_of(rest.pop("tid", None)),
        s=text_of(rest.pop("s", None)),
        args=rest.pop("args", _NOTHING),
    )
    return event, {name: bytes(raw) for name, raw in rest.items()}
