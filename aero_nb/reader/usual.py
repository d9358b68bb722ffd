"""The usual events of a piece of text as the native core finds them; anything odd is named, for ``decode`` to read."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import msgspec
import numpy as np

from aero_nb import _native
from aero_nb.events import INSTANTS, PHASES
from aero_nb.reader.batches import Batch, Texts
from aero_nb.reader.interning import Shapes, Strings
from aero_nb.tables.columns import Id, Ints

# As scan.h has them.
_KEPT = np.dtype([("element", "i4"), ("length", "i4")])
_ODD = np.dtype([("element", "i4"), ("start", "i4"), ("end", "i4")])

_shape_list = msgspec.json.Decoder(list[tuple[str, str | None, int | str | None, int | str | None, str | None]])
_name_list = msgspec.json.Decoder(list[str])

Shape = tuple[str | None, str | None, Id, Id, str | None, str | None]
"""What ``Shapes`` knows by a code: ph, cat, pid, tid, s, name."""


@dataclass(frozen=True)
class Scanned:
    """What the core found in a piece. Elements are counted from the start of the piece."""

    elements: int
    columns: tuple[bytearray, ...]  # of the usual events: ts, dur, element, carry, shape, name + 1
    new_shapes: list[tuple[int, Any]]  # the element that has it first, and ph, cat, pid, tid, s
    new_names: list[tuple[int, str]]
    args: Texts
    extras: Texts
    odd: list[tuple[int, int, int]]  # element, and where it begins and ends in the piece


class UsualEvents:
    """The core's scanner, and what its codes of shapes and names are among ours."""

    def __init__(self, scanner: Any) -> None:
        self._scanner = scanner
        self._shapes = array("i")
        self._names = array("i", [-1])  # of no name, then by code

    def scan(self, text: bytes) -> Scanned | None:
        """Return what is in a JSON array of events, None where most of it is odd or it is not plainly valid."""
        found = self._scanner.scan(text)
        if found is None:
            return None
        elements, columns, shapes, shape_firsts, names, name_firsts, args, args_text, extras, extras_text, odd = found
        if 2 * (len(odd) // _ODD.itemsize) > elements:
            return None
        return Scanned(
            elements,
            columns,
            _with_firsts(shape_firsts, _shape_list.decode(shapes)),
            _with_firsts(name_firsts, _name_list.decode(names)),
            _texts(args, args_text),
            _texts(extras, extras_text),
            np.frombuffer(odd, _ODD).tolist(),
        )

    def intern(self, found: Scanned, others: Iterable[tuple[int, Shape]], shapes: Shapes, strings: Strings) -> None:
        """Give what is new in a piece its codes, in the order of the events.

        ``others``: the shape of each event that was odd, with its element.
        """
        self._scanner.keep()
        if not found.new_shapes and not found.new_names:
            return
        new: list[tuple[int, int, Any]] = [(element, 0, shape) for element, shape in found.new_shapes]
        new += [(element, 1, name) for element, name in found.new_names]
        new += [(element, 2, shape) for element, shape in others]
        for _, kind, value in sorted(new, key=itemgetter(0, 1)):
            if kind == 0:
                self._shapes.append(shapes[(*value, None)])
            elif kind == 1:
                self._names.append(strings[value])
            else:
                shapes.add(value)

    def batch(self, found: Scanned, before: int) -> Batch:
        """Return the usual events of a piece whose new codes are known; ``before``: elements of the file before it."""
        ts, dur, index = (np.frombuffer(column, np.int64) for column in found.columns[:3])
        index += before
        shape, name = (np.frombuffer(column, np.int32) for column in found.columns[4:])
        return Batch(
            index=index,
            shape=np.frombuffer(self._shapes, np.int32)[shape],
            ts=ts,
            dur=dur,
            carry=np.frombuffer(found.columns[3], np.int8),
            name=np.frombuffer(self._names, np.int32)[name],
            args=_moved(found.args, before),
            extras=_moved(found.extras, before),
        )


def usual_events() -> UsualEvents | None:
    """Return a scanner for one file, None where pure Python reads it."""
    core = _native.core()
    return None if core is None else UsualEvents(core.Scanner("".join(sorted(PHASES)), "".join(INSTANTS)))


def _with_firsts(firsts: bytes, values: list[Any]) -> list[tuple[int, Any]]:
    return list(zip(np.frombuffer(firsts, np.int32).tolist(), values, strict=True))


def _texts(kept: bytes, blob: bytes) -> Texts:
    columns = np.frombuffer(kept, _KEPT)
    return Texts(columns["element"].astype(np.int64), columns["length"].astype(np.int64), blob)


def _moved(texts: Texts, by: int) -> Texts:
    events: Ints = texts.events + by
    return Texts(events, texts.lengths, texts.blob)
