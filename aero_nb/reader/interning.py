"""Texts, ids and event shapes that repeat, each looked at once and known by a small code afterwards."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import numpy as np

from aero_nb.events import INSTANTS, PHASES
from aero_nb.tables.columns import Codes, Id


class Strings(dict[str | None, int]):
    """Codes of texts in order of their first use; the code of None is -1."""

    def __init__(self) -> None:
        super().__init__({None: -1})

    def __missing__(self, text: str | None) -> int:
        code = self[text] = len(self) - 1
        return code

    def texts(self) -> tuple[str, ...]:
        """Return the texts by code."""
        return tuple(text for text in self if text is not None)


_DECIMAL = re.compile(r"(?:0|-?[1-9][0-9]{0,300})\Z")


def canonical_id(value: Any) -> Id:
    """Return a pid or tid so that equal ids compare equal: 1, "1" and 1.0 are the integer 1; other texts are text."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        if value != value or abs(value) > 2**200:
            return str(value)
        return int(value) if value == int(value) else str(value)
    if isinstance(value, str) and _DECIMAL.match(value):
        return int(value)
    return value if value is None or isinstance(value, int | str) else str(value)


class Shapes(dict[tuple[Any, ...], int]):
    """Codes of distinct (ph, cat, pid, tid, s, name): few in most files, so their parts are looked at once each."""

    FEW = 1 << 14

    def __init__(self, strings: Strings) -> None:
        super().__init__()
        self._strings = strings
        self._codes: dict[tuple[Id, Id], int] = {}
        self._names: Codes = np.empty(0, np.int32)
        self._name_list: list[int] = []
        self.with_s: set[int] = set()  # codes of shapes that have an s and are no instants
        self.rows: list[tuple[int, int, int, int, int]] = []  # phase, ph text, cat, thread, scope

    def __missing__(self, shape: tuple[Any, ...]) -> int:
        ph, cat, pid, tid, scope, name = shape
        thread = (canonical_id(pid), canonical_id(tid))
        phase = ord(ph) if ph in PHASES else 0
        if scope is not None and ph not in INSTANTS:
            self.with_s.add(len(self.rows))
        strings = self._strings
        self.rows.append(
            (phase, strings[ph], strings[cat], self._codes.setdefault(thread, len(self._codes)), strings[scope])
        )
        self._name_list.append(strings[name])
        code = self[shape] = len(self.rows) - 1
        return code

    def add(self, shape: tuple[Any, ...]) -> tuple[int, int]:
        """Return the code of a shape and of its name, as they are looked up where shapes are many."""
        *most, name = shape
        return self[*most, None], self._strings[name]

    @property
    def few(self) -> bool:
        """Whether names are better looked up with the rest: not in a file whose names are all different."""
        return len(self) < self.FEW

    def names(self) -> Codes:
        """Return the code of each shape's name."""
        if len(self._names) < len(self._name_list):
            self._names = np.array(self._name_list, np.int32)
        return self._names

    @property
    def threads(self) -> list[tuple[Id, Id]]:
        """The distinct (pid, tid), by code."""
        return list(self._codes)
