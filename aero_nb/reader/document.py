"""The text of a trace file: where its events are, and what else it says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Raw

from aero_nb.errors import TraceFormatError
from aero_nb.reader.containers import refuse
from aero_nb.reader.decode import EventSink
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.pieces import Progress, read_array, read_sequence
from aero_nb.reader.salvage import value_end

_BOM = b"\xef\xbb\xbf"
_KEY = re.compile(rb'"traceEvents"\s*:\s*')
_SPACE = re.compile(rb"\s*")
_MEMBER = re.compile(rb'"((?:[^"\\]|\\.)*+)"\s*+:\s*+([\[{]|"(?:[^"\\]|\\.)*+"|[^\s,{}\[\]"]+)', re.DOTALL)
_AGAIN = re.compile(rb"[\s,]*\[")
_keys = msgspec.json.Decoder(dict[str, Raw])


@dataclass
class Document:
    """The events array of a text and the members around it."""

    text: bytes
    start: int  # of the first element
    head: bytes  # the text up to and with the array's "["; empty for the bare array


def read_document(text: bytes, sink: EventSink, progress: Progress | None = None) -> dict[str, Any]:
    """Feed the sink every event of the text; returns the file's other members.

    Raises:
        TraceFormatError: the text is not a trace.
    """
    diagnostics = sink.diagnostics
    if text.startswith(_BOM):
        diagnostics.add("bom", -1, "UTF-8 byte order mark")
        text = text[len(_BOM) :]
    begin = _start(text)
    first = text[begin : begin + 1]
    if first == b"[":
        metadata: dict[str, Any] = {}
        _read_arrays(text, begin + 1, sink, progress)
    elif first == b"{":
        metadata = _read_object(text, begin, sink, progress)
    else:
        raise refuse(text)
    if not sink.objects and sink.count and set(diagnostics.found) >= {"not_an_event"}:
        raise refuse(text)
    return metadata


def _start(text: bytes) -> int:
    match = _SPACE.match(text)
    return match.end() if match else 0


def _read_arrays(text: bytes, start: int, sink: EventSink, progress: Progress | None) -> None:
    """Read a bare array and any that follow it."""
    end = read_array(text, start, sink, progress)
    while again := _AGAIN.match(text, end):
        end = read_array(text, again.end(), sink, progress)
    rest = text[end:].strip(b" \t\r\n,\0")
    if not rest:
        return
    if rest.startswith(b"{"):
        read_sequence(text, end, sink, progress)
    else:
        sink.diagnostics.add("trailing_data", -1, f"{len(rest)} bytes after the array: {rest[:60]!r}")


def _read_object(text: bytes, begin: int, sink: EventSink, progress: Progress | None) -> dict[str, Any]:
    found = _locate(text, begin)
    if found is None:
        return _read_other_object(text, begin, sink, progress)
    end = read_array(found.text, found.start, sink, progress)
    return _members(found, end, sink.diagnostics)


def _locate(text: bytes, begin: int) -> Document | None:
    """Find the top-level traceEvents array."""
    key = _KEY.search(text, begin)
    if key is None:
        return None
    if text[key.end() : key.end() + 1] == b"[":
        head = text[: key.end() + 1]
        if _is_top_level(head):
            return Document(text, key.end() + 1, head)
    try:
        members = _keys.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # Damaged somewhere: the first array of that name is the best there is.
        array = re.compile(_KEY.pattern + rb"\[").search(text, begin)
        return Document(text, array.end(), text[: array.end()]) if array else None
    if "traceEvents" not in members:
        return None
    events = bytes(members.pop("traceEvents")).strip()
    if events[:1] == b'"':
        events = msgspec.json.decode(events, type=str).strip().encode()  # an array within a string
    if events[:1] != b"[":
        raise TraceFormatError(f"expected an array under 'traceEvents', found {events[:40]!r}; export the trace again")
    head = b"{%b" % b"".join(msgspec.json.encode(name) + b":" + raw + b"," for name, raw in members.items())
    return Document(events, 1, head + b'"traceEvents":[')


def _is_top_level(head: bytes) -> bool:
    try:
        members = _keys.decode(head + b"]}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return bytes(members.get("traceEvents", b"")).strip() == b"[]"


def _members(found: Document, end: int, diagnostics: Diagnostics) -> dict[str, Any]:
    """Return the members around the array; ``end`` is where the array closed (or where the text was cut)."""
    tail = found.text[end:]
    if found.text[end - 1 : end] != b"]" or (not tail.strip() and found.start > 1):
        if "truncated" not in diagnostics.found and found.start > 1:
            diagnostics.add("truncated", -1, f"cut at byte {len(found.text)}, after a whole event")
        tail = b"}"
    elif found.start == 1:
        tail = b"}"  # the array was given by itself, its neighbours are all in the head
    whole = found.head + b"]" + tail
    try:
        document = msgspec.json.decode(whole)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        document = _damaged_members(whole, found, diagnostics)
    document.pop("traceEvents", None)
    return dict(document)


def _damaged_members(whole: bytes, found: Document, diagnostics: Diagnostics) -> dict[str, Any]:
    """Read what can be read of a head or tail that is not strict JSON."""
    try:
        document = json.loads(whole.decode(errors="replace"), strict=False)
        diagnostics.add("non_finite_literal", -1, "in the file's metadata")
    except (ValueError, RecursionError):
        pass
    else:
        return document if isinstance(document, dict) else {}
    members, at = {}, 1
    while member := _MEMBER.search(whole, at):
        value, end = member[2], member.end()
        if value in (b"[", b"{"):
            end = value_end(whole, member.start(2))
            if end < 0:
                break
            value = whole[member.start(2) : end]
        try:
            members[member[1].decode(errors="replace")] = json.loads(value.decode(errors="replace"), strict=False)
        except (ValueError, RecursionError):
            diagnostics.add("unreadable_metadata", -1, value[:60])
        at = end
    if "truncated" not in diagnostics.found:
        diagnostics.add(
            "truncated" if value_end(whole, 0) == -1 else "unreadable_metadata", -1, f"cut at byte {len(found.text)}"
        )
    return members


def _read_other_object(text: bytes, begin: int, sink: EventSink, progress: Progress | None) -> dict[str, Any]:
    """Read an object without traceEvents: one event, or the first of a bare sequence of events."""
    end = value_end(text, begin)
    first = text[begin:end] if end > 0 else text[begin:]
    if b'"ph"' not in first:
        raise _not_events(text, begin, cut=end == -1)
    read_sequence(text, begin, sink, progress)
    return {}


def _not_events(text: bytes, begin: int, *, cut: bool) -> TraceFormatError:
    keys = [member[1].decode(errors="replace") for member in _MEMBER.finditer(text, begin, begin + 2000)][:8]
    found = (
        f"an object that is cut off before its events, with keys {keys!r}" if cut else f"an object with keys {keys!r}"
    )
    return TraceFormatError(
        f"expected Chrome Trace Event JSON (an object with 'traceEvents', or an array of events), found {found}; "
        "pass the file that holds the events"
    )
