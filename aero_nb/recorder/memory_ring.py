"""The ring of one thread of this process: fixed in size, overwrites the oldest record, counts exactly."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Sequence
from itertools import compress, repeat, starmap
from operator import length_hint
from typing import Any

from aero_nb.recorder.values import unprintable
from aero_nb.sources.live import UNKNOWN as UNKNOWN

BEGIN, END, INSTANT, COUNTER, INTEGER = range(5)  # INTEGER: a counter's sample that is an int
KINDS = 8
UNKNOWN_CODE = -KINDS  # + kind
NAMELESS_END = END - 2 * KINDS

Record = tuple[Any, ...]
"""``(code, time_ns)`` of a span's begin or end, with payload behind it for the other kinds.

``code`` is ``KINDS * name index + kind``; the payload of an instant is its scope and its args as JSON (or None), of a
counter its value.
"""


class NameTable:
    """The interned strings of one lane: name -> index, at most ``capacity`` of them, ``<unknown>`` beyond."""

    __slots__ = ("begins", "capacity", "dropped", "reprs", "strings")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.strings: list[str] = []
        self.begins: dict[str, int] = {}  # name -> code of its begin: the lookup is the interning
        self.dropped = 0  # occurrences recorded as <unknown>
        self.reprs = 0

    def code(self, kind: int, name: object) -> int:
        """Return the code that a record of ``kind`` named ``name`` carries; -4 + kind is ``<unknown>``."""
        if name is None and kind == END:
            return NAMELESS_END
        text = self._text(name)
        begin = self.begins.get(text)
        if begin is None:
            if len(self.strings) >= self.capacity or not self._keep(text):
                self.dropped += 1
                return UNKNOWN_CODE + kind
            begin = KINDS * len(self.strings)
            self.strings.append(text)
            self.begins[text] = begin
        return begin + kind

    def _keep(self, text: str) -> bool:  # noqa: ARG002 (for SharedNameTable)
        """Make room for one more string; False when there is none."""
        return True

    def _text(self, name: object) -> str:
        if type(name) is str and name in self.begins:
            return name
        text, changed = as_text(name)
        self.reprs += changed
        return text


def as_text(name: object) -> tuple[str, bool]:
    """Return ``name`` as a plain string that UTF-8 can carry, and whether it had to be replaced by its repr."""
    try:
        text = str.__str__(name if issubclass(type(name), str) else str(name))
        text.encode()
    except UnicodeEncodeError:
        return repr(text), True  # lone surrogates
    except Exception:
        return unprintable(name), True
    return text, False


class Ring:
    """The last ``capacity`` records of one thread, in memory of this process.

    Only its thread writes; any thread may take a :meth:`snapshot`.
    """

    __slots__ = ("_ahead", "_push", "_records", "_store", "capacity", "names")

    def __init__(self, capacity: int, names: NameTable) -> None:
        self.names = names
        self.capacity = capacity
        self._records: deque[Record] = deque(maxlen=capacity)
        self._ahead = repeat(True, sys.maxsize)  # each record takes one: what is left says how many there were
        pushed: list[Record] = []  # a stack: a signal handler that records between push and next takes its own
        self._push = pushed.append
        self._store = map(self._records.append, compress(starmap(pushed.pop, repeat(())), self._ahead))

    def record(self, kind: int, name: object, now: int, payload: Record = (), reprs: int = 0) -> None:
        """Store one record, over the oldest if the ring is full. It is in the ring when this returns."""
        code = self.names.code(kind, name)
        self._count(reprs)
        self._store_record(code, now, payload)

    def _count(self, reprs: int) -> None:
        self.names.reprs += reprs

    def _store_record(self, code: int, now: int, payload: Record) -> None:
        self._push((code, now, *payload))
        next(self._store)  # one step: nobody sees a record counted that is missing

    @property
    def recorded(self) -> int:
        """How many records were ever written."""
        return sys.maxsize - length_hint(self._ahead)

    def snapshot(self) -> tuple[int, Sequence[Record]]:
        """Return how many records were ever written, and those that survive, oldest first."""
        while True:
            recorded = self.recorded
            records = list(self._records)  # one step under the GIL
            if self.recorded == recorded:
                return recorded, records
