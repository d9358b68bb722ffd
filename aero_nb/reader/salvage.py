"""Reading JSON that is not quite JSON: whole objects of a damaged or cut text, repaired and counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec

from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.scanning import EVENTS_ARRAY, kind_mentioned_first, valid_end, value_end
from aero_nb.tables.json_strings import STRING, Report, repaired_string, repaired_strings

Fields = dict[str, msgspec.Raw]

_NEAR = 1 << 14  # bytes: how far the end of a damaged object is looked for, as long as events follow within
_ENDS_TRIED = 4
_LEAST_EFFORT = 64  # bytes that a look at a very short object is worth
_SPACE_AND_COMMAS = re.compile(rb"[\s,\0]*")
_JUNK = re.compile(rb'(?:%s|[^,\[\]{}"])++' % STRING, re.DOTALL)  # one scalar, or what stands where one should
_NEXT_OBJECT = re.compile(rb",\s*(?=\{)")
_NEXT_OF_SEQUENCE = re.compile(rb"[,\n\]]\s*+(?=\{)")
_LIST_OF_OBJECTS = re.compile(rb"\[\s*+\{")
_OBJECT_END = re.compile(rb"\}(?=\s*+(?:,\s*+\{|\]|\{|\Z))")
_ODD_TOKEN = re.compile(
    rb"""
      (?P<unended>:\s*+"[^",{}\[\]\\]*+(?=,\s*+"\w++"\s*+:))    # "name":"k,"ph":
    | (?P<string>%s)
    | (?P<key>[A-Za-z_$][\w$.-]*+"?+(?=\s*+:))                   # name:  or  name":
    | (?P<unbegun>[A-Za-z_$][\w$.-]*+"(?=\s*+[,\]}]))             # :k",
    | (?P<literal>(?<![\w.+-])[-+]?
        (?:(?i:infinity|inf|nan)(?:\(\w*+\))?|1\.\#(?:INF|IND|QNAN|SNAN)\w*+)(?=\s*+[,\]}]))
    | (?P<comma>,(?=\s*+[,\]}]))
    """
    % STRING,
    re.DOTALL | re.VERBOSE,
)
_UNENDED_KEY = re.compile(rb'([{,]\s*+)"(\w++)(?=\s*+:)')  # ,"tid:0
_fields = msgspec.json.Decoder(Fields)


def event_fields(raw: bytes, event: int, diagnostics: Diagnostics) -> Fields | None:
    """Return the fields of one object, repaired and counted where it must be; None: it cannot be read."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        diagnostics.add("invalid_utf8", event, raw[:80])
        raw = raw.decode(errors="replace").encode()
    fields = _decoded(raw)
    if fields is None:
        whole = mended(raw, event, diagnostics)
        fields = _decoded(whole)
        if fields is None and _UNENDED_KEY.search(raw):
            diagnostics.add("lost_quote", event, raw[:80])
            whole = mended(_UNENDED_KEY.sub(rb'\1"\2"', raw), event, diagnostics)
            fields = _decoded(whole)
        raw = whole
    if fields is not None:
        _count_duplicate_keys(raw, event, diagnostics)
    return fields


def _decoded(raw: bytes) -> Fields | None:
    try:
        return _fields.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def mended(raw: bytes, event: int, diagnostics: Diagnostics) -> bytes:
    """Return the JSON with whatever of its tokens can be repaired repaired, and counted."""

    def mend(token: re.Match[bytes]) -> bytes:
        found = token[0]
        if token["comma"]:
            diagnostics.add("extra_comma", event, raw[:80])
            return b""
        if token["literal"]:
            diagnostics.add("non_finite_literal", event, found)
            return b"null"
        if token["string"]:
            return repaired_string(found, _counted(event, diagnostics))
        bare = not found.endswith(b'"') and not token["unended"]
        diagnostics.add("unquoted_key" if bare else "lost_quote", event, raw[:80])
        return found + b'"' if token["unended"] else b'"%b"' % found.removesuffix(b'"')

    return _ODD_TOKEN.sub(mend, raw)


def sound_strings(raw: bytes, event: int, diagnostics: Diagnostics) -> bytes:
    """Return the JSON with its strings repaired, and counted, and nothing else."""
    return repaired_strings(raw, _counted(event, diagnostics))


def _counted(event: int, diagnostics: Diagnostics) -> Report:
    return lambda code, literal: diagnostics.add(code, event, literal[:80])


def _count_duplicate_keys(text: bytes, event: int, diagnostics: Diagnostics) -> None:
    def note(pairs: list[tuple[str, Any]]) -> None:
        if len({key for key, _ in pairs}) < len(pairs):
            diagnostics.add("duplicate_key", event, text[:80])

    with suppress(RecursionError):  # Python's decoder follows less deep than the one that read the fields
        json.loads(text.decode(), object_pairs_hook=note, parse_int=len, parse_float=len)


def _is_readable(raw: bytes) -> bool:
    return event_fields(raw, 0, Diagnostics()) is not None


class Salvager:
    """Walks the elements of the damaged arrays of a text one by one.

    ``read`` yields ``(index, fields)`` for every object it can read; afterwards ``position`` is where it stopped and
    ``closed`` whether the array ended there. ``flat`` reads a bare sequence of objects (one a line, comma separated,
    arrays one after another), in which brackets at the top only separate. An array of events among the elements (a
    recording that was appended to one without a closing bracket) is read as if its events stood there themselves.
    """

    def __init__(self, text: bytes, diagnostics: Diagnostics, *, flat: bool = False) -> None:
        self.text = text
        self.diagnostics = diagnostics
        self.flat = flat
        self.position = 0
        self.closed = False
        self.at_end = False
        self.index = 0
        self._inner = 0  # arrays of events open within the array
        self._first = True  # nothing stands before the next element: it needs no comma
        self._next_object = _NEXT_OF_SEQUENCE if flat else _NEXT_OBJECT
        self._array = -1  # where the next one of events begins, as far as was looked
        self._effort = 4 * len(text) + (1 << 20)  # bytes that failed attempts may scan: never quadratic

    def read(self, position: int, index: int, stop: int) -> Iterator[tuple[int, Fields]]:
        """Yield the objects from ``position`` up to the first element that begins at or after ``stop``."""
        self.position, self.index, self.closed, self.at_end = position, index, False, False
        self._first = True
        while not (self.closed or self.at_end) and (self._first or self.position < stop):
            yield from self._element()

    def begin_array(self) -> None:
        """Forget what was open in an earlier array of the text; what its failed attempts cost stays counted."""
        self._inner = 0

    def leave_inner(self) -> bool:
        """Note a closing bracket that somebody else read; return whether it closed an inner array of events."""
        inner = self._inner > 0
        self._inner -= inner
        return inner

    def _element(self) -> Iterator[tuple[int, Fields]]:
        first, self._first = self._first, False
        between = _SPACE_AND_COMMAS.match(self.text, self.position)
        assert between is not None  # the pattern matches nothing too
        commas, start = between[0].count(b","), between.end()
        head = self.text[start : start + 1]
        closing = head == b"]" and not self.flat
        self.position = start
        if not head:  # the closing bracket is optional, and so is what stands before it
            self.at_end = True
            return
        self._count_commas(commas, first, closing)
        if closing:
            self.position, self.closed = start + 1, not self.leave_inner()
        elif self.flat and head in b"[]":
            self.position = start + 1
        elif head == b"[" and self._is_list_of_events(start):
            self.diagnostics.add("further_document", self.index, "an array of events among the events")
            self.position, self._inner, self._first = start + 1, self._inner + 1, True
        elif head == b"{":
            yield from self._object(start)
        else:
            self._other(start, head)

    def _is_list_of_events(self, start: int) -> bool:
        if self._effort < 0 or not _LIST_OF_OBJECTS.match(self.text, start):
            return False
        self._effort -= _LEAST_EFFORT
        return kind_mentioned_first(self.text, start, start + _NEAR) == "event"

    def _count_commas(self, commas: int, first: bool, closing: bool) -> None:
        if self.flat:
            return
        wanted = 0 if first or closing else 1
        if commas > wanted and not (first and commas == 1):
            self.diagnostics.add("extra_comma", self.index, count=commas - wanted)
        elif commas < wanted:
            self.diagnostics.add("missing_comma", self.index)

    def _object(self, start: int) -> Iterator[tuple[int, Fields]]:
        end = self._object_end(start)
        fields = event_fields(self.text[start:end], self.index, self.diagnostics) if end > 0 else None
        if fields is None:
            self._resume_after(start, cut=end == -1)
            return
        self.position = end
        self.index += 1
        yield self.index - 1, fields

    def _object_end(self, start: int) -> int:
        """Return where the object ends, by what can be read rather than by its brackets: a lost quote hides those."""
        text = self.text
        end = valid_end(text, start, len(text))
        if end is not None:
            return end
        for tried, place in enumerate(_OBJECT_END.finditer(text, start, start + _NEAR)):
            if tried == _ENDS_TRIED:
                break
            if _is_readable(text[start : place.end()]):
                return place.end()
        end = value_end(text, start, start + _NEAR)
        if end != -1 or start + _NEAR >= len(text) or self._effort < 0 or self._next_event(start, start + _NEAR):
            return end
        end = value_end(text, start)  # a long one
        self._effort -= (end if end > 0 else len(text)) - start
        return end

    def _next_event(self, start: int, stop: int) -> re.Match[bytes] | None:
        """Return the comma, and the space behind it, before a readable object that looks like an event."""
        text = self.text
        for candidate in self._next_object.finditer(text, start + 1, stop):
            begin = candidate.end()
            end = valid_end(text, begin, len(text)) or value_end(text, begin, begin + _NEAR)
            raw = text[begin:end] if end > 0 else b""
            if b'"ph"' in raw and _is_readable(raw):
                return candidate
            self._effort -= max(len(raw), _LEAST_EFFORT) if raw else _NEAR
            if self._effort < 0:
                break
        return None

    def _other(self, start: int, head: bytes) -> None:
        if head == b"[":
            end = value_end(self.text, start)
        else:
            junk = _JUNK.match(self.text, start)
            end = junk.end() if junk else -1
        if end <= 0:
            self._resume_after(start, cut=end == -1)
            return
        value = self.text[start:end].rstrip()
        if end == len(self.text) and head not in b'["':
            self._truncated(start)  # "nul" or "12": nothing says whether it went on
            return
        if value == b"null":
            self.diagnostics.add("empty_event", self.index, "null")
        else:
            self.diagnostics.add("not_an_event", self.index, value[:80])
        self.index += 1
        self.position = end

    def _resume_after(self, start: int, cut: bool) -> None:
        """Go on at the next whole object after a comma that looks like an event, or at the next array of events.

        Without either, the rest is lost.
        """
        array = self._next_array(start)
        following = self._next_event(start, array)
        if following is None and cut and array == len(self.text):
            self._truncated(start)
            return
        end = array if following is None else following.end()
        self.diagnostics.add(
            "unreadable", self.index, f"{end - start} bytes from byte {start}: {self.text[start : start + 40]!r}"
        )
        self.position, self.at_end = (end, True) if following is None else (following.start(), False)

    def _next_array(self, start: int) -> int:
        """Return where the next document's array of events begins, with its key; the end of the text: nowhere."""
        if self._array < start:
            found = EVENTS_ARRAY.search(self.text, start)
            self._array = found.start() if found else len(self.text)
        return self._array

    def _truncated(self, start: int) -> None:
        self.diagnostics.add(
            "truncated", self.index, f"cut at byte {len(self.text)}, within the element that begins at byte {start}"
        )
        self.position, self.at_end = len(self.text), True
