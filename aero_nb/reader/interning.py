"""Texts, ids and event shapes that repeat, each looked at once and known by a small code afterwards."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from aero_nb.events import PHASES
from aero_nb.reader.columns import Id


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
        value = Decimal(value)
    if isinstance(value, Decimal):
        if value != value or abs(value) > 2**200:
            return str(value)
        return int(value) if value == int(value) else str(value)
    if isinstance(value, str) and _DECIMAL.match(value):
        return int(value)
    return value if value is None or isinstance(value, int | str) else str(value)


class Shapes(dict[tuple[Any, ...], int]):
    """Codes of distinct (ph, cat, pid, tid, s): few in any file, so their parts are looked at once each."""

    def __init__(self, strings: Strings) -> None:
        super().__init__()
        self._strings = strings
        self._codes: dict[tuple[Id, Id], int] = {}
        self.rows: list[tuple[int, int, int, int, int]] = []  # phase, ph text, cat, thread, scope

    def __missing__(self, shape: tuple[Any, ...]) -> int:
        ph, cat, pid, tid, scope = shape
        thread = (canonical_id(pid), canonical_id(tid))
        phase = ord(ph) if ph in PHASES else 0
        strings = self._strings
        self.rows.append(
            (phase, strings[ph], strings[cat], self._codes.setdefault(thread, len(self._codes)), strings[scope])
        )
        code = self[shape] = len(self.rows) - 1
        return code

    @property
    def threads(self) -> list[tuple[Id, Id]]:
        """The distinct (pid, tid), by code."""
        return list(self._codes)
