"""Columns of events while they are read, a batch a piece of the text."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from aero_nb.reader.times import Carries
from aero_nb.tables.columns import Codes, Ints, RawJson


@dataclass(frozen=True)
class Texts:
    """Raw JSON texts of some events, one after another in ``blob``."""

    events: Ints  # index in the file
    lengths: Ints
    blob: bytes


@dataclass(frozen=True)
class Batch:
    """Some events, in file order."""

    index: Ints  # in the file
    shape: Codes
    ts: Ints
    dur: Ints
    carry: Carries
    name: Codes
    args: Texts
    extras: Texts


def texts_of(events: Ints, texts: list[Any]) -> Texts:
    """Return the texts (bytes or Raw) of the events without the empty ones."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    return Texts(events[lengths > 0], lengths[lengths > 0], b"".join(texts))


def merged(left: Batch, right: Batch) -> Batch:
    """Return the events of two batches in file order."""
    order = np.argsort(np.concatenate([left.index, right.index]), kind="stable")
    texts = {name: _merged_texts(getattr(left, name), getattr(right, name)) for name in ("args", "extras")}
    names = (column.name for column in fields(Batch) if column.name not in texts)
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(left, name), getattr(right, name)])[order] for name in names
    }
    columns |= texts
    return Batch(**columns)


def _merged_texts(left: Texts, right: Texts) -> Texts:
    if not len(left.events) or not len(right.events):
        return left if len(left.events) else right
    texts = []
    for part in (left, right):
        ends = part.lengths.cumsum().tolist()
        texts += [part.blob[end - length : end] for end, length in zip(ends, part.lengths.tolist(), strict=True)]
    events = np.concatenate([left.events, right.events])
    order = np.argsort(events, kind="stable")
    lengths = np.concatenate([left.lengths, right.lengths])[order]
    return Texts(events[order], lengths, b"".join(texts[row] for row in order.tolist()))


class _Growing:
    """A column that grows by halves: pieces to be joined in the end would be there twice then."""

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self._room = np.empty(0, dtype)
        self._size = 0

    def extend(self, values: npt.NDArray[Any]) -> None:
        size = self._size + len(values)
        if size > len(self._room):
            before, self._room = self._room[: self._size], np.empty(size + size // 2, self._room.dtype)
            self._room[: self._size] = before
        self._room[self._size : size] = values
        self._size = size

    @property
    def values(self) -> Any:
        return self._room[: self._size]


class Batches:
    """All batches of a file, in file order."""

    def __init__(self) -> None:
        self._columns = {
            "index": _Growing(np.int64),
            "shape": _Growing(np.int32),
            "ts": _Growing(np.int64),
            "dur": _Growing(np.int64),
            "carry": _Growing(np.int8),
            "name": _Growing(np.int32),
        }
        self._args: list[Texts] = []
        self._extras: list[Texts] = []

    def add(self, batch: Batch) -> None:
        """Take the next batch."""
        for name, column in self._columns.items():
            column.extend(getattr(batch, name))
        self._args.append(batch.args)
        self._extras.append(batch.extras)

    def column(self, name: str) -> Any:
        """Return a whole column."""
        return self._columns[name].values

    def args(self) -> RawJson:
        """Return the args of all events that have any, and let go of the pieces."""
        return _joined(self._args)

    def extras(self) -> RawJson:
        """Return the further fields of all events that have any, and let go of the pieces."""
        return _joined(self._extras)


def _joined(parts: list[Texts]) -> RawJson:
    kept = [part for part in parts if len(part.events)]
    parts.clear()
    if not kept:
        return RawJson()
    offsets = np.concatenate([np.zeros(1, np.int64), *(part.lengths for part in kept)])
    events = np.concatenate([part.events for part in kept])
    return RawJson(events, offsets.cumsum(), b"".join(part.blob for part in kept))
