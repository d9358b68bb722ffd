"""The text of an events array, piece by piece, into an ``EventSink``.

A piece is proven to end between two events by decoding it: read from the start of an event it is an array of whole
objects, or it does not decode. Only what does not decode goes through ``salvage``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from aero_nb.progress import Progress
from aero_nb.reader.decode import EventSink
from aero_nb.reader.salvage import Fields, Salvager
from aero_nb.reader.scanning import end_of, trailing_place, valid_end, value_end

"""Called with (bytes done, bytes in all) as the reader goes; what it raises ends the load."""

PIECE = 1 << 17  # bytes: the objects of a piece fit a processor's cache
_SHORT = 1 << 12  # bytes: a damaged array that ends within is read element by element at once
_REACH = 1 << 20  # bytes behind a piece in which its end is looked for
_BOUNDARY = re.compile(rb"\}\s*,\s*(?=\{)")
_FIRST_KEY = re.compile(rb'\s*,\s*\{\s*"[^"\\]*"')
_SPACE = re.compile(rb"\s*")
_COMMA = re.compile(rb"\s*,\s*(?=\{)")
_TRIES = 4  # of places to end a piece, before it is read element by element


def read_array(text: bytes, start: int, sink: EventSink, salvager: Salvager, progress: Progress | None = None) -> int:
    """Feed the sink the elements of the array whose first element is at ``start`` or later.

    ``salvager`` is the one of this text: what its failed attempts may cost is limited over all arrays of it. Returns
    where the array's closing bracket ends; where it has none, the end of the text or the next such array.
    """
    whole = None if sink.strict else valid_end(text, start - 1, start - 1 + PIECE)
    if whole is not None and _taken(text[start - 1 : whole], sink):
        return whole
    salvager.begin_array()
    separator = _separator(text, start)
    position = start
    is_short = value_end(text, start - 1, start - 1 + _SHORT) > 0
    while True:
        if progress is not None:
            progress(position, len(text))
        ahead = None if sink.strict or is_short else _read_piece(text, position, separator, sink)
        is_short = False
        if ahead and ahead[1] and ahead[0] < len(text) and salvager.leave_inner():
            ahead = ahead[0], False
        if ahead is None:
            found = salvager.read(position, sink.count, position + PIECE)
            _salvage(salvager, found, sink)
            ahead = salvager.position, salvager.closed or salvager.at_end
            if not ahead[1]:
                ahead = _after_comma(text, salvager.position), False
        position, ended = ahead
        if ended:
            return position


class Sequence:
    """Objects one after another (one a line, in arrays one after another), fed to the sink piece by piece."""

    def __init__(self, text: bytes, sink: EventSink) -> None:
        self._text = text
        self._sink = sink
        self._salvager = Salvager(text, sink.diagnostics, flat=True)
        self._objects: list[bytes] = []
        self._size = 0
        self._start = self._end = 0

    def add(self, start: int, end: int) -> None:
        """Take the valid JSON object between ``start`` and ``end``."""
        if not self._objects:
            self._start = start
        self._objects.append(self._text[start:end])
        self._size += end - start
        self._end = end
        if self._size >= PIECE:
            self.flush()

    def flush(self) -> None:
        """Feed the sink what was taken; call it before anything else does."""
        objects, self._objects, self._size = self._objects, [], 0
        if not objects:
            return
        if self._sink.strict or not _taken(b"[%b]" % b",".join(objects), self._sink):
            self._one_by_one(self._start, self._end)

    def add_damaged(self, start: int) -> int:
        """Feed the sink what can be read of the value at ``start``, which is not valid JSON; returns where to go on."""
        self.flush()
        self._one_by_one(start, start + 1)
        return self._salvager.position

    def _one_by_one(self, start: int, stop: int) -> None:
        _salvage(self._salvager, self._salvager.read(start, self._sink.count, stop), self._sink)


def _taken(array: bytes, sink: EventSink) -> bool:
    """Feed the sink a whole array; returns whether it took it."""
    try:
        sink.add_text(array)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _salvage(salvager: Salvager, found: Iterator[tuple[int, Fields]], sink: EventSink) -> None:
    sink.add_fields(list(found))
    sink.count = salvager.index


def _after_comma(text: bytes, position: int) -> int:
    """Step over the comma behind a salvaged element, so that the next piece begins at an element."""
    comma = _COMMA.match(text, position)
    return comma.end() if comma else position


def _separator(text: bytes, start: int) -> bytes:
    """Return what stands between the first two events, first key included, to find more such places."""
    begin = end_of(_SPACE, text, start)
    end = valid_end(text, begin, len(text)) if text[begin : begin + 1] == b"{" else None
    between = _FIRST_KEY.match(text, end) if end else None
    return b"}" + between[0] if between else b"},{"


def _read_piece(text: bytes, position: int, separator: bytes, sink: EventSink) -> tuple[int, bool] | None:
    """Feed one piece of valid JSON; returns (where the next begins, whether the array ended), None if there is none."""
    whole = memoryview(text)
    for end, following in _ends(text, position, separator):
        piece = b"".join((b"[", whole[position:end], b"]" if following else b""))
        try:
            try:
                sink.add_text(piece)
            except msgspec.DecodeError as error:
                behind = trailing_place(error)
                if behind is None:
                    continue
                closed = piece.rindex(b"]", 0, behind) + 1
                sink.add_text(piece[:closed])
                return position + closed - 1, True
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        return (following, False) if following else (end, True)
    return None


def _ends(text: bytes, position: int, separator: bytes) -> Iterator[tuple[int, int]]:
    """Yield places where a piece may end: (its end, where the next one begins; 0 for the end of the text)."""
    target = position + PIECE
    for _ in range(_TRIES):
        if target >= len(text):
            break
        at = text.find(separator, target, target + PIECE)
        reach = target + _REACH
        likely = _BOUNDARY.search(text, at if at >= 0 else target, reach)
        if likely is None and reach < len(text):
            return  # one very long event, or none
        if likely is None:
            break
        yield likely.start() + 1, likely.end()
        target = likely.end()
    else:
        return
    yield len(text), 0
