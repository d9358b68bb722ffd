"""Reading JSON that is not quite JSON: whole objects of a damaged or cut text, repaired and counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import orjson

from aero_nb.reader.diagnostics import Diagnostics

Fields = dict[str, msgspec.Raw]

_STRING = rb'"(?:[^"\\]++|\\.)*+"'
_TOKEN = re.compile(rb'%s|[\[\]{}"]' % _STRING, re.DOTALL)
_SPACE_AND_COMMAS = re.compile(rb"[\s,\0]*")
_SCALAR = re.compile(rb'%s|[^\s,\[\]{}"]+' % _STRING, re.DOTALL)
_NEXT_OBJECT = re.compile(rb",\s*(?=\{)")
_ODD_TOKEN = re.compile(
    rb"(?P<string>%s)|(?P<literal>-?Infinity\b|-?NaN\b)|(?P<comma>,(?=\s*[,\]}]))" % _STRING, re.DOTALL
)
_ESCAPE = re.compile(rb'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})|\\')
_CONTROL = re.compile(rb"[\x00-\x1f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_fields = msgspec.json.Decoder(Fields)
_OPENS = {b"}": b"{", b"]": b"["}


def value_end(text: bytes, start: int) -> int:
    """Return where the object or array that begins at ``start`` ends; -1: cut off, -2: brackets that do not match."""
    open_brackets: list[bytes] = []
    for token in _TOKEN.finditer(text, start):
        mark = token[0]
        if mark == b'"':
            return -1
        if mark in (b"{", b"["):
            open_brackets.append(mark)
        elif mark in (b"}", b"]"):
            if open_brackets.pop() != _OPENS[mark]:
                return -2
            if not open_brackets:
                return token.end()
    return -1


def event_fields(raw: bytes, event: int, diagnostics: Diagnostics) -> Fields | None:
    """Return the fields of one object, repaired and counted where it must be; None: it cannot be read."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        diagnostics.add("invalid_utf8", event, raw[:80])
        raw = raw.decode(errors="replace").encode()
    fields = _decoded(raw)
    if fields is None:
        raw = _repaired(raw, event, diagnostics)
        fields = _decoded(raw)
    if fields is not None:
        _count_duplicate_keys(raw, event, diagnostics)
    return fields


def _decoded(raw: bytes) -> Fields | None:
    try:
        return _fields.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _repaired(raw: bytes, event: int, diagnostics: Diagnostics) -> bytes:
    def mend(token: re.Match[bytes]) -> bytes:
        if token["comma"]:
            diagnostics.add("extra_comma", event, raw[:80])
            return b""
        if token["literal"]:
            diagnostics.add("non_finite_literal", event, token[0])
            return b"null"
        return _repaired_string(token[0], event, diagnostics)

    return _ODD_TOKEN.sub(mend, raw)


def _repaired_string(literal: bytes, event: int, diagnostics: Diagnostics) -> bytes:
    if b"\\" not in literal and not _CONTROL.search(literal):
        return literal
    if _CONTROL.search(literal):
        diagnostics.add("control_character", event, literal[:80])
    escaped = _ESCAPE.sub(lambda escape: escape[0] if escape[1] else rb"\\", literal)
    if escaped != literal:
        diagnostics.add("invalid_escape", event, literal[:80])
    value = json.loads(escaped.decode(), strict=False)
    mended = _SURROGATE.sub("\ufffd", value)
    if mended != value:
        diagnostics.add("lone_surrogate", event, literal[:80])
    return orjson.dumps(mended)


def _count_duplicate_keys(text: bytes, event: int, diagnostics: Diagnostics) -> None:
    def note(pairs: list[tuple[str, Any]]) -> None:
        if len({key for key, _ in pairs}) < len(pairs):
            diagnostics.add("duplicate_key", event, text[:80])

    json.loads(text.decode(), object_pairs_hook=note, parse_int=len, parse_float=len)


class Salvager:
    """Walks the elements of a damaged array one by one.

    ``read`` yields ``(index, fields)`` for every object it can read; afterwards ``position`` is where it stopped and
    ``closed`` whether the array ended there. ``flat`` reads a bare sequence of objects (one a line, comma separated,
    arrays one after another), in which brackets at the top only separate.
    """

    def __init__(self, text: bytes, diagnostics: Diagnostics, *, flat: bool = False) -> None:
        self.text = text
        self.diagnostics = diagnostics
        self.flat = flat
        self.position = 0
        self.closed = False
        self.at_end = False
        self.index = 0
        self._effort = 4 * len(text) + (1 << 20)  # bytes that failed attempts may scan: never quadratic

    def read(self, position: int, index: int, stop: int) -> Iterator[tuple[int, Fields]]:
        """Yield the objects from ``position`` up to the first element that begins at or after ``stop``."""
        self.position, self.index, self.closed, self.at_end = position, index, False, False
        first = True
        while not (self.closed or self.at_end) and (first or self.position < stop):
            yield from self._element(first)
            first = False

    def _element(self, first: bool) -> Iterator[tuple[int, Fields]]:
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
            self.position, self.closed = start + 1, True
        elif self.flat and head in b"[]":
            self.position = start + 1
        elif head == b"{":
            yield from self._object(start)
        else:
            self._other(start, head)

    def _count_commas(self, commas: int, first: bool, closing: bool) -> None:
        if self.flat:
            return
        wanted = 0 if first or closing else 1
        if commas > wanted and not (first and commas == 1):
            self.diagnostics.add("extra_comma", self.index, count=commas - wanted)
        elif commas < wanted:
            self.diagnostics.add("missing_comma", self.index)

    def _object(self, start: int) -> Iterator[tuple[int, Fields]]:
        end = value_end(self.text, start)
        fields = event_fields(self.text[start:end], self.index, self.diagnostics) if end > 0 else None
        if fields is None:
            self._resume_after(start, cut=end == -1)
            return
        self.position = end
        self.index += 1
        yield self.index - 1, fields

    def _other(self, start: int, head: bytes) -> None:
        if head == b"[":
            end = value_end(self.text, start)
        else:
            scalar = _SCALAR.match(self.text, start)
            end = scalar.end() if scalar else -1
        if end <= 0:
            self._resume_after(start, cut=end == -1)
            return
        value = self.text[start:end]
        if end == len(self.text) and head not in b'["':
            self._truncated(start)  # "nul" or "12": nothing tells whether it went on
            return
        if value == b"null":
            self.diagnostics.add("empty_event", self.index, "null")
        else:
            self.diagnostics.add("not_an_event", self.index, value[:80])
        self.index += 1
        self.position = end

    def _resume_after(self, start: int, cut: bool) -> None:
        """Go on at the next whole object after a comma that looks like an event; without one, the rest is lost."""
        for candidate in _NEXT_OBJECT.finditer(self.text, start + 1):
            end = value_end(self.text, candidate.end())
            raw = self.text[candidate.end() : end] if end > 0 else b""
            if b'"ph"' in raw and event_fields(raw, self.index, Diagnostics()) is not None:
                skipped = candidate.end() - start
                self.diagnostics.add(
                    "unreadable", self.index, f"{skipped} bytes from byte {start}: {self.text[start : start + 40]!r}"
                )
                self.position = candidate.start()
                return
            self._effort -= len(raw) or len(self.text) - candidate.end()
            if self._effort < 0:
                break
        if cut:
            self._truncated(start)
        else:
            rest = len(self.text) - start
            self.diagnostics.add(
                "unreadable", self.index, f"{rest} bytes from byte {start}: {self.text[start : start + 40]!r}"
            )
            self.position, self.at_end = len(self.text), True

    def _truncated(self, start: int) -> None:
        self.diagnostics.add(
            "truncated", self.index, f"cut at byte {len(self.text)}, within the element that begins at byte {start}"
        )
        self.position, self.at_end = len(self.text), True
