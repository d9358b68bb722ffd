"""One push to the page: JSON for what is little, columns of numbers for what is much.

``front/src/data/live.ts`` reads it. Times are float64 ns since the start of the recording.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypedDict

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
"""A table, a row for each event."""


@dataclass
class Batch:
    """What the lanes gave since the last push, in blocks of rows; ns as the Sources tell them."""

    spans: list[Rows] = field(default_factory=list)  # lane, name, depth, began, ended
    instants: list[Rows] = field(default_factory=list)  # lane, name, ns
    samples: list[Rows] = field(default_factory=list)  # lane, name, ns
    values: list[npt.NDArray[np.float64]] = field(default_factory=list)  # of the samples
    frames: list[Rows] = field(default_factory=list)  # when a frame began, ns until the next one

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """How many spans, instants, samples and frames there are."""
        blocks = self.spans, self.instants, self.samples, self.frames
        spans, instants, samples, frames = (sum(map(len, each)) for each in blocks)
        return spans, instants, samples, frames


class LaneHead(TypedDict):
    """A lane; ``busy`` is the share of the time since the last push, ``missed`` is since the start."""

    name: str
    source: str
    busy: float
    missed: int


class CounterHead(TypedDict):
    """A counter's last value, or how fast it rises where it only ever rises."""

    name: str
    value: float
    rate: bool


class Numbers(TypedDict):
    """The row of numbers; NaN cannot be said in JSON, so what is not known is None."""

    fps: float | None
    frame_ms: float | None
    low: float | None  # frames a second of the slowest hundredth of the last minute
    late: int  # of the frames of the last minute
    frames: int
    counters: list[CounterHead]
    overwritten: int
    missed: int
    cpu: float  # share of one core that the view's own thread took
    bytes_per_s: float


class Push(TypedDict):
    """The JSON of a push."""

    number: int  # counted from 0: a gap tells of lost pushes
    recording: int  # another number: forget all
    now: float
    first: int  # the place of ``names`` in the list of all
    names: list[str]
    lanes: list[LaneHead]
    open: list[tuple[int, int, int, float]]  # lane, name, depth, began
    numbers: Numbers
    counts: tuple[int, int, int, int]  # spans, instants, samples, frames
    marks: list[tuple[int, str]]  # the last ones that were set here; the page has its own


def columns(batch: Batch, start_ns: int) -> bytes:
    """Return the columns of a batch, the widest first, so that each is aligned.

    float64: span start, span duration, instant time, sample time, sample value, frame time, frame interval (ns);
    uint32: span, instant, sample name; uint16: span, instant, sample lane; uint8: span depth (255 at most).
    """
    spans, instants, named = _joined(batch.spans, 5), _joined(batch.instants, 3), _joined(batch.samples, 3)
    frames = _joined(batch.frames, 2)
    values = np.concatenate([*batch.values, np.empty(0)])
    wide = [spans[:, 3] - start_ns, spans[:, 4] - spans[:, 3], instants[:, 2] - start_ns, named[:, 2] - start_ns]
    parts = [column.astype("<f8") for column in (*wide, values, frames[:, 0] - start_ns, frames[:, 1])]
    parts += [table[:, 1].astype("<u4") for table in (spans, instants, named)]
    parts += [table[:, 0].astype("<u2") for table in (spans, instants, named)]
    parts.append(np.minimum(spans[:, 2], 255).astype("<u1"))
    return b"".join(part.tobytes() for part in parts)


def rows(of: Sequence[tuple[int, ...]], width: int) -> Rows:
    """Return tuples as a table of so many columns."""
    return np.array(of, np.int64).reshape(len(of), width)


def _joined(blocks: list[Rows], width: int) -> Rows:
    return np.concatenate([*blocks, np.empty((0, width), np.int64)])
