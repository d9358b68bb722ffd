"""The text of a trace file: where its events are, and what else it says."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from aero_nb.errors import TraceFormatError
from aero_nb.progress import Progress
from aero_nb.reader.containers import EXPECTED, refuse
from aero_nb.reader.decode import EventSink
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.nesting import shallow
from aero_nb.reader.pieces import PIECE, Sequence, read_array
from aero_nb.reader.salvage import Salvager, mended, sound_strings
from aero_nb.reader.scanning import (
    BETWEEN,
    EVENTS_ARRAY,
    EVENTS_KEYS,
    MEMBER,
    after_space,
    any_end,
    end_of,
    holds_events,
    is_list_of_events,
    key_of,
    kind_mentioned_first,
    kind_of,
    valid_end,
)

_UTF8_BOM = codecs.BOM_UTF8
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_BETWEEN_VALUES = re.compile(rb"(?:[\s,\0\x1e\[\]]++|\xef\xbb\xbf)*+")
_CLOSED = re.compile(rb"[\s,\0\]}]*+")
_DEEPEST = 8  # documents within documents


def read_document(text: bytes, sink: EventSink, progress: Progress | None = None) -> dict[str, Any]:
    """Feed the sink every event of the text; returns the file's other members.

    Raises:
        TraceFormatError: the text is not a trace.
    """
    text = _as_utf8(text, sink.diagnostics)
    begin = after_space(text, 0)
    if text[begin : begin + 1] not in (b"[", b"{"):
        raise refuse(text)
    found = _Found()
    _Reader(text, sink, progress, found).read(begin)
    for _ in range(_DEEPEST):
        for raw in sink.take_documents():
            _Reader(raw, sink, None, found).read(0)
    for raw in sink.take_documents():
        sink.diagnostics.add("not_an_event", sink.count, raw[:80])
    if not found.documents and not sink.phases:
        _check_empty(text, begin, sink)
    return found.metadata


def _as_utf8(text: bytes, diagnostics: Diagnostics) -> bytes:
    if text.startswith(_UTF8_BOM):
        diagnostics.add("bom", -1, "UTF-8 byte order mark")
        return text[len(_UTF8_BOM) :]
    encoding = _UTF16.get(text[:2])
    if encoding is None:
        return text
    diagnostics.add("bom", -1, "UTF-16 byte order mark")
    try:
        return text[2:].decode(encoding).encode()
    except UnicodeDecodeError as error:
        diagnostics.add("invalid_utf16", -1, str(error))
        return text[2:].decode(encoding, errors="replace").encode()


def _check_empty(text: bytes, begin: int, sink: EventSink) -> None:
    """Distinguish a list without a single event from what is no trace at all."""
    if text[begin : begin + 1] == b"{":
        raise _not_events(text, begin)
    if sink.objects:
        element = text.find(b"{", begin)
        raise TraceFormatError(
            f"{EXPECTED}, found a list of objects none of which has a 'ph' (a phase), the first with keys "
            f"{_keys(text, element)!r}; pass the file that holds the events"
        )
    if "not_an_event" in sink.diagnostics.found:
        raise refuse(text)


def _not_events(text: bytes, begin: int) -> TraceFormatError:
    at = begin + 1
    while member := MEMBER.match(text, at):
        at = any_end(text, member.end())
        if key_of(member) == b"traceEvents":
            return _no_array(text[member.end() :])
        if at < 0:
            break
    cut = any_end(text, begin) == -1
    what = "an object that is cut off before its events, with keys" if cut else "an object with keys"
    return TraceFormatError(f"{EXPECTED}, found {what} {_keys(text, begin)!r}; pass the file that holds the events")


def _no_array(found: bytes) -> TraceFormatError:
    return TraceFormatError(f"expected an array under 'traceEvents', found {found[:40]!r}; export the trace again")


def _keys(text: bytes, begin: int) -> list[str]:
    """Return the first keys of the object at ``begin``."""
    keys: list[str] = []
    at = begin + 1
    while len(keys) < 8 and at > 0 and (member := MEMBER.match(text, at)):
        keys.append(key_of(member)[:40].decode(errors="replace"))
        at = any_end(text, member.end())
    return keys


@dataclass
class _Found:
    """What the documents of a file say besides events."""

    metadata: dict[str, Any] = field(default_factory=dict)
    documents: int = 0

    def keep(self, members: dict[str, Any]) -> None:
        """Keep the members of one more document; where an earlier one says something else, it stands."""
        other = {key: value for key, value in members.items() if self.metadata.setdefault(key, value) != value}
        if other:
            further = self.metadata.setdefault("further_documents", [])
            if not isinstance(further, list):
                self.metadata["further_documents"] = further = [further]
            further.append(other)


class _Reader:
    """Reads the values of a text one after another: a document, a list of events or of documents, events themselves."""

    def __init__(self, text: bytes, sink: EventSink, progress: Progress | None, found: _Found) -> None:
        self._text = text
        self._sink = sink
        self._progress = progress
        self._found = found
        self._note = sink.diagnostics.add
        self._salvager = Salvager(text, sink.diagnostics)

    def read(self, begin: int) -> None:
        """Read everything from the value at ``begin`` on."""
        text = self._text
        if text[begin : begin + 1] == b"[":
            if self._is_list_of_documents(begin):
                self._note("odd_container", -1, "a list of documents")
                self._read_sequence(begin)
            else:
                self._read_rest(self._events_at(begin + 1))
            return
        kind = kind_of(text, begin)
        if kind == "document":
            self._read_rest(self._document(begin))
        elif kind == "other" and holds_events(text, begin):
            self._read_rest(self._wrapper(begin))
        else:
            self._read_sequence(begin)

    def _events_at(self, start: int) -> int:
        """Read the array of events whose first element is at ``start`` or later; returns where it ends."""
        return read_array(self._text, start, self._sink, self._salvager, self._progress)

    def _is_list_of_documents(self, begin: int) -> bool:
        first = after_space(self._text, begin + 1)
        head = self._text[first : first + 1]
        if head == b"[":
            return is_list_of_events(self._text, first)
        return head == b"{" and kind_of(self._text, first) == "document"

    def _read_rest(self, end: int) -> None:
        """Read what follows the first value of a text."""
        text, sink, found = self._text, self._sink, self._found
        begin = after_space(text, end)
        head = text[begin : begin + 1]
        if head in (b"{", b"["):
            count, documents = sink.count, found.documents
            self._read_sequence(begin)
            if documents == found.documents > 0 and sink.count > count:
                self._note("further_document", count, "events after the document")
        elif head:
            self._note("trailing_data", -1, f"{len(text) - begin} bytes after the events: {text[begin:][:60]!r}")

    def _read_sequence(self, position: int) -> None:
        """Read objects one after another, in lists or not; documents may be among them."""
        text = self._text
        sequence = Sequence(text, self._sink)
        reported = position
        while (position := end_of(_BETWEEN_VALUES, text, position)) < len(text):
            if self._progress is not None and position - reported > PIECE:
                self._progress(position, len(text))
                reported = position
            end = valid_end(text, position, position + PIECE) if text[position : position + 1] == b"{" else None
            if self._is_document(position, end):
                sequence.flush()
                position = self._document(position)
            elif end is not None:
                sequence.add(position, end)
                position = end
            else:
                position = sequence.add_damaged(position)
        sequence.flush()

    def _is_document(self, start: int, end: int | None) -> bool:
        text = self._text
        if text[start : start + 1] != b"{" or kind_mentioned_first(text, start, end or start + PIECE) != "document":
            return False
        return end is None or kind_of(text, start) == "document"

    def _wrapper(self, begin: int) -> int:
        """Read an object that holds lists of events or documents under keys of its own; returns where it ends."""
        text = self._text
        members: dict[str, Any] = {}
        at = begin + 1
        while member := MEMBER.match(text, at):
            start = member.end()
            at = any_end(text, start)
            if at < 0:
                self._note("truncated" if at == -1 else "unreadable_metadata", -1, f"from byte {start}")
                return len(text)
            if is_list_of_events(text, start) or (text[start : start + 1] == b"{" and holds_events(text, start)):
                if text[start : start + 1] == b"[" or kind_of(text, start) == "document":
                    self._note("odd_container", self._sink.count, f"events in {member[0].strip()!r}")
                _Reader(text[start:at], self._sink, None, self._found).read(0)
            else:
                put_member(members, member, text[start:at], self._sink.diagnostics)
        self._found.keep(members)
        end = after_space(text, at)
        if end == len(text):
            self._truncated("after the events")
        return end + 1

    # A document: members of which one is the array of events

    def _document(self, begin: int) -> int:
        """Read an object with an array of events; returns where it ends."""
        self._found.documents += 1
        if self._found.documents > 1 or self._sink.count:
            self._note("further_document", self._sink.count, f"at byte {begin}")
        members: dict[str, Any] = {}
        end = self._read_members(begin + 1, members)
        self._found.keep(members)
        return end

    def _read_members(self, position: int, members: dict[str, Any]) -> int:
        text = self._text
        arrays = 0
        separators = BETWEEN  # once something is damaged nobody knows how many objects are open: _CLOSED
        while True:
            behind = end_of(separators, text, position)
            member = MEMBER.match(text, behind)
            if member is None:
                found = self._close(position, behind)
                if isinstance(found, int):
                    return found
                arrays += 1
                position, separators = self._array(found.end(), arrays), _CLOSED
                continue
            self._count_commas(text[position:behind], first=not members and not arrays)
            start = member.end()
            if key_of(member) in EVENTS_KEYS and text[start : start + 1] == b"[":
                arrays += 1
                if key_of(member) != b"traceEvents":
                    self._note("odd_container", self._sink.count, f"events in {member[0].strip()!r}")
                position = self._array(start + 1, arrays)
                continue
            position = any_end(text, start)
            if position >= 0:
                self._put(members, member, text[start:position])
                continue
            array = EVENTS_ARRAY.search(text, start)
            self._note_damage(start, array, cut=position == -1)
            if array is None:
                return len(text)
            arrays += 1
            position, separators = self._array(array.end(), arrays), _CLOSED

    def _array(self, start: int, number: int) -> int:
        if number > 1:
            self._note("further_document", self._sink.count, "one more array of events in a document")
        return self._events_at(start)

    def _put(self, members: dict[str, Any], member: re.Match[bytes], raw: bytes) -> None:
        if key_of(member) != b"traceEvents":
            put_member(members, member, raw, self._sink.diagnostics)
            return
        inner = json.loads(raw.decode(errors="replace"), strict=False) if raw[:1] == b'"' else ""
        inner = inner.strip().encode(errors="replace")  # a lone surrogate is no UTF-8
        if inner[:1] in (b"[", b"{"):  # an array within a string
            _Reader(inner, self._sink, None, self._found).read(0)
        elif self._found.documents == 1 and not EVENTS_ARRAY.search(self._text):
            raise _no_array(raw)
        else:
            self._note("unreadable_metadata", -1, member[0].strip() + raw[:60])

    def _close(self, position: int, behind: int) -> int | re.Match[bytes]:
        """Return where the document ends, or the array of events behind something that is no member."""
        text = self._text
        if text[behind : behind + 1] == b"}":
            self._count_commas(text[position:behind], first=True)
            return behind + 1
        if behind == len(text):
            self._truncated("after a whole event")
            return behind
        array = EVENTS_ARRAY.search(text, behind)
        closing = text.find(b"}", behind)
        self._note_damage(behind, array, cut=closing < 0)
        return array or (closing + 1 or len(text))

    def _note_damage(self, start: int, following: re.Match[bytes] | None, *, cut: bool) -> None:
        if following is None and cut:
            self._truncated("within the metadata")
            return
        size = (following.start() if following else len(self._text)) - start
        self._note("unreadable_metadata", -1, f"{size} bytes from byte {start}: {self._text[start : start + 40]!r}")

    def _truncated(self, where: str) -> None:
        if "truncated" not in self._sink.diagnostics.found:
            self._note("truncated", -1, f"cut at byte {len(self._text)}, {where}")

    def _count_commas(self, between: bytes, *, first: bool) -> None:
        commas, wanted = between.count(b","), 0 if first else 1
        if commas != wanted:
            self._note("extra_comma" if commas > wanted else "missing_comma", -1, "in the file's metadata")


def put_member(members: dict[str, Any], member: re.Match[bytes], raw: bytes, diagnostics: Diagnostics) -> None:
    """Decode one member of the metadata, repaired and counted where it must be."""
    if member["bare"]:
        diagnostics.add("unquoted_key", -1, member[0].strip())
    text = b'"%b"' % key_of(member).decode(errors="replace").encode()
    try:
        key = json.loads(text, strict=False)
    except ValueError:  # an escape that there is not
        key = json.loads(sound_strings(text, -1, diagnostics), strict=False)
    try:
        value = _decoded(raw, diagnostics)
    except RecursionError:
        value, deep = raw.decode(errors="replace"), True
    except ValueError:
        diagnostics.add("unreadable_metadata", -1, member[0].strip() + raw[:60])
        return
    else:
        value, deep = shallow(value)
    if deep:
        diagnostics.add("deep_nesting", -1, member[0].strip())
    members[key] = value


def _decoded(raw: bytes, diagnostics: Diagnostics) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    text = sound_strings(raw.decode(errors="replace").encode(), -1, diagnostics)
    try:
        value = json.loads(text, strict=False)
    except ValueError:
        return json.loads(mended(text, -1, diagnostics), strict=False)
    if text == raw:
        diagnostics.add("non_finite_literal", -1, "in the file's metadata")
    return value
