"""The ring of one thread of this process: fixed in size, overwrites the oldest record, counts exactly."""

from __future__ import annotations

from functools import cache
from operator import length_hint
from typing import Any

BEGIN, END, INSTANT, COUNTER, INTEGER = range(5)  # INTEGER: a counter's sample that is an int
KINDS = 8
UNKNOWN = "<unknown>"
UNKNOWN_CODE = -KINDS  # + kind
NAMELESS_END = END - 2 * KINDS

Record = tuple[Any, ...]
"""``(code, time_ns)`` of a span's begin or end, with payload behind it for the other kinds.

``code`` is ``KINDS * name index + kind``; the payload of an instant is its scope and its args as JSON (or None), of a
counter its value.
"""


class Names:
    """The interned strings of one lane: name -> index, at most ``capacity`` of them, ``<unknown>`` beyond."""

    __slots__ = ("begins", "capacity", "dropped", "ends", "reprs", "strings")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.strings: list[str] = []
        self.begins: dict[str, int] = {}  # name -> code of its begin: the lookup is the interning
        self.ends: dict[str, int] = {}
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
            self.ends[text] = begin + END
            self.begins[text] = begin
        return begin + kind

    def _keep(self, text: str) -> bool:  # noqa: ARG002 (for SharedNames)
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
        text = str.__str__(name) if isinstance(name, str) else str(name)
        text.encode()
    except UnicodeEncodeError:
        return repr(text), True  # lone surrogates
    except Exception:
        return f"<unprintable {type(name).__name__}>", True
    return text, False


@cache
def _positions(capacity: int) -> list[int]:
    return list(range(capacity))  # a list: its iterator hands out ready-made ints, which is 15 ns cheaper


class Ring:
    """The last ``capacity`` records of one thread, in memory of this process.

    Only its thread writes; any thread may take a :meth:`snapshot`. The hot path of :class:`Recorder` writes
    ``slots[step()] = record`` itself: ``step`` counts through the slots in C and raises StopIteration at the end of
    each lap, so that counting what was overwritten costs nothing per record.
    """

    __slots__ = ("_every_position", "_lap", "_positions", "capacity", "names", "slots", "step")

    def __init__(self, capacity: int, names: Names) -> None:
        self.capacity = capacity
        self.names = names
        self.slots: list[Record | None] = [None] * capacity
        self._lap = 0
        self._every_position = _positions(capacity)
        self._positions = iter(self._every_position)
        self.step = self._positions.__next__

    def record(self, kind: int, name: object, now: int, payload: Record = (), reprs: int = 0) -> None:
        """Store one record, over the oldest if the ring is full. It is in the ring when this returns."""
        record = (self.names.code(kind, name), now, *payload)
        self.names.reprs += reprs
        while True:
            step = self.step
            try:
                self.slots[step()] = record
                return
            except StopIteration:
                self.next_lap(step)

    def next_lap(self, exhausted: Any) -> None:
        """Begin again at the first slot, unless a signal handler that recorded meanwhile already did."""
        positions = iter(self._every_position)
        step = positions.__next__
        # No call between test and stores: CPython runs signal handlers at calls and loops only.
        if self.step is exhausted:
            self._lap += 1
            self._positions = positions
            self.step = step

    @property
    def recorded(self) -> int:
        """How many records were ever written."""
        while True:
            lap = self._lap
            position = self.capacity - length_hint(self._positions)
            if self._lap == lap:
                return lap * self.capacity + position

    def snapshot(self) -> tuple[int, list[Record]]:
        """Return how many records were ever written, and those that survive, oldest first."""
        while True:
            before = self.recorded
            slots = self.slots.copy()  # one step under the GIL
            if self.recorded == before:
                break
        lap, position = divmod(before, self.capacity)
        records = slots[position:] + slots[:position] if lap else slots[:position]
        if lap and records[-1] is not None and records[0] is not None and records[-1][1] < records[0][1]:
            # Its writer took the slot and has not filled it yet: what is there is the oldest survivor.
            records.insert(0, records.pop())
            before -= 1
        whole = [record for record in records if record is not None]  # None: taken, never filled
        return before - (len(records) - len(whole)), whole
