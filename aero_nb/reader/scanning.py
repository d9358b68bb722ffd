"""Where JSON values end and what an object is, found without decoding what is in them."""

from __future__ import annotations

import re
import sys
from typing import Literal

import msgspec

from aero_nb.tables.json_strings import STRING

EVENTS_KEYS = (b"traceEvents", b"trace_events")
"""Of the array of events: as the format has it, and as some others write it."""
EVENTS_ARRAY = re.compile(rb'"(?:traceEvents|trace_events)"\s*+:\s*+\[')
BETWEEN = re.compile(rb"(?:[\s,\0\x1e]++|\xef\xbb\xbf)*+")
"""What may stand between values: space, commas, NULs, record separators (JSON text sequences), byte order marks."""
MEMBER = re.compile(rb"[\s,\0]*+(?:(?P<text>%s)|(?P<bare>[A-Za-z_$][\w$]*+))\s*+:\s*+" % STRING, re.DOTALL)
"""A key and the colon behind it, quoted or not, with what stands before it."""

_TOKEN = re.compile(rb'%s|[\[\]{}"]' % STRING, re.DOTALL)
_SCALAR = re.compile(rb'%s|[^\s,\[\]{}"]+' % STRING, re.DOTALL)
_OPENS = {b"}": b"{", b"]": b"["}
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")
_raw = msgspec.json.Decoder(msgspec.Raw)

_MENTIONS = re.compile(rb'%s|(?P<ph>"ph"\s*+:)' % EVENTS_ARRAY.pattern)

Kind = Literal["event", "document", "other"]


def value_end(text: bytes, start: int, stop: int = sys.maxsize) -> int:
    """Return where the object or array that begins at ``start`` ends.

    -1: it does not end before ``stop`` (or the end of the text), -2: its brackets do not match.
    """
    open_brackets: list[bytes] = []
    for token in _TOKEN.finditer(text, start, stop):
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


def trailing_place(error: msgspec.DecodeError) -> int | None:
    """Return where a decoder found something behind a whole value, the only thing wrong with its input."""
    trailing = _TRAILING.search(str(error))
    return int(trailing[1]) - 1 if trailing else None


def valid_end(text: bytes, start: int, stop: int) -> int | None:
    """Return where the valid JSON value that begins at ``start`` ends, None unless it does so before ``stop``."""
    try:
        _raw.decode(memoryview(text)[start:stop])
    except msgspec.DecodeError as error:
        behind = trailing_place(error)
        if behind is None:
            return None
        stop = start + behind
    except RecursionError:
        return None
    return start + len(text[start:stop].rstrip())


def any_end(text: bytes, start: int) -> int:
    """Return where the value that begins at ``start`` ends, valid JSON or not; -1 and -2 as ``value_end``."""
    end = valid_end(text, start, len(text))
    if end is not None:
        return end
    if text[start : start + 1] in (b"{", b"["):
        return value_end(text, start)
    scalar = _SCALAR.match(text, start)
    return scalar.end() if scalar else -1


def end_of(pattern: re.Pattern[bytes], text: bytes, start: int) -> int:
    """Return where what the pattern matches at ``start`` ends; ``start`` if it matches nothing."""
    matched = pattern.match(text, start)
    return matched.end() if matched else start


def after_space(text: bytes, start: int) -> int:
    """Return where the next value begins, or whatever else is neither space, comma nor NUL."""
    return end_of(BETWEEN, text, start)


def key_of(member: re.Match[bytes]) -> bytes:
    """Return the key as it stands in the file, without its quotes."""
    return member["bare"] or member["text"][1:-1]


def kind_of(text: bytes, start: int) -> Kind:
    """Return what the object at ``start`` is, by the first of its own keys that says it.

    A damaged value hides the keys behind it: then what is found first in the text is the best there is.
    """
    at = start + 1
    while member := MEMBER.match(text, at):
        key, begin = key_of(member), member.end()
        if key == b"ph":
            return "event"
        head = text[begin : begin + 1]
        if (key in EVENTS_KEYS and head == b"[") or (key == EVENTS_KEYS[0] and head == b'"'):
            return "document"
        at = any_end(text, begin)
        if at < 0:
            return kind_mentioned_first(text, begin, len(text))
    return "other"


def kind_mentioned_first(text: bytes, start: int, stop: int) -> Kind:
    """Return what the text between ``start`` and ``stop`` is of by what it mentions first: a phase, or an array."""
    found = _MENTIONS.search(text, start, stop)
    return "other" if found is None else "event" if found["ph"] else "document"


def is_list_of_events(text: bytes, start: int) -> bool:
    """Return whether an array of which the first element is an event or a document begins at ``start``."""
    begin = after_space(text, start + 1)
    is_list_of_objects = text[start : start + 1] == b"[" and text[begin : begin + 1] == b"{"
    return is_list_of_objects and kind_of(text, begin) != "other"


def holds_events(text: bytes, start: int, depth: int = 4) -> bool:
    """Return whether there is a list of events somewhere in the object at ``start``."""
    at = start + 1
    while member := MEMBER.match(text, at):
        begin = member.end()
        if is_list_of_events(text, begin) or (key_of(member) in EVENTS_KEYS and text[begin : begin + 1] == b"["):
            return True
        if depth and text[begin : begin + 1] == b"{" and holds_events(text, begin, depth - 1):
            return True
        at = any_end(text, begin)
        if at < 0:
            return False
    return False
