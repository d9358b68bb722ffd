"""The names of a lane: each is kept once, and a record says which."""

from __future__ import annotations

from collections.abc import MutableSequence

from aero_nb.recorder.lanes.records import END, KINDS, NAMELESS_END, UNKNOWN_CODE
from aero_nb.recorder.lanes.values import unprintable

STRINGS_KEPT, STRINGS_DROPPED, REPRS, ARGS_RESERVED, ARGS_LOST, FINISHED, WRITER = range(7)
"""What a lane counts, in this order."""


class NameTable:
    """The interned strings of one lane: name -> index, at most ``capacity`` of them, ``<unknown>`` beyond."""

    def __init__(self, capacity: int, counts: MutableSequence[int] | memoryview[int] | None = None) -> None:
        self.capacity = capacity
        self.strings: list[str] = []
        self.begins: dict[str, int] = {}  # name -> code of its begin: the lookup is the interning
        self.counts = [0] * (WRITER + 1) if counts is None else counts

    @property
    def dropped(self) -> int:
        """How many occurrences were recorded as ``<unknown>``."""
        return self.counts[STRINGS_DROPPED]

    @property
    def reprs(self) -> int:
        """How many values were recorded as their repr."""
        return self.counts[REPRS]

    def code(self, kind: int, name: object) -> int:
        """Return the code that a record of ``kind`` named ``name`` carries; -8 + kind is ``<unknown>``."""
        if name is None and kind == END:
            return NAMELESS_END
        text = self._text(name)
        begin = self.begins.get(text)
        if begin is None:
            if len(self.strings) >= self.capacity or not self._keep(text):
                self.counts[STRINGS_DROPPED] += 1
                return UNKNOWN_CODE + kind
            begin = KINDS * len(self.strings)
            self.strings.append(text)
            self.begins[text] = begin
        return begin + kind

    def _keep(self, text: str) -> bool:  # noqa: ARG002 (for the names of a file)
        """Make room for one more string; False when there is none."""
        return True

    def _text(self, name: object) -> str:
        if type(name) is str and name in self.begins:
            return name
        text, changed = as_text(name)
        self.counts[REPRS] += changed
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
