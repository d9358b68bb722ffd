"""The bytes a timeline sends to its page: one gzip stream of a JSON header and the columns it lists.

Layout: u32 (little-endian) length of the header, the header (UTF-8 JSON), then each section at the offset the
header gives. Integers are split into byte planes, which gzip packs well. A value that does not fit its column's
width is stored as its largest number and listed, whole, in the header (``exceptions``).
"""

import gzip
import json
import struct
from dataclasses import asdict, is_dataclass
from typing import Any, cast

import numpy as np

from aero_nb.tables.columns import Codes, Floats, Ints
from aero_nb.timeline import wire
from aero_nb.timeline.axes import Axes
from aero_nb.timeline.first_sight import lack_of, opening_of
from aero_nb.timeline.rows import SpanRows
from aero_nb.timeline.scene import Points, Scene
from aero_nb.timeline.wire import FloatKey, Header, IntegerKey, Sections, TextKey

GZIP_LEVEL = 1  # measured on 1 M spans: 5.1 MB in 0.17 s; level 6 saves a tenth and takes six times as long


class SectionWriter:
    """Columns on their way into one block of bytes."""

    def __init__(self) -> None:
        self.directory: dict[str, dict[str, Any]] = {}
        self.parts: list[bytes] = []
        self.size = 0

    def integers(self, key: IntegerKey, values: Ints, width: int) -> None:
        """Add integers of ``width`` bytes each; negative and too large ones as exceptions."""
        if width == 4 and np.count_nonzero(values >= _limit(4)) > len(values) / 100:
            width = 6  # a trace of days: few large numbers are exceptions, many are not
        limit = _limit(width)
        over = np.flatnonzero((values >= limit) | (values < 0))
        size = width if width in (1, 2, 4) else 8  # bytes of the integers that are cut
        fitting = values.astype(f"<u{size}")
        fitting[over] = limit
        planes = fitting.view(np.uint8).reshape(-1, size)[:, :width].T
        pairs = [over.tolist(), values[over].tolist()]
        self._add(key, planes.tobytes(), len(values), width=width, exceptions=pairs)

    def floats(self, key: FloatKey, values: Floats) -> None:
        """Add float64 values."""
        planes = values.astype("<f8").view(np.uint8).reshape(-1, 8).T
        self._add(key, planes.tobytes(), len(values), width=8)

    def text(self, key: TextKey, data: bytes) -> None:
        """Add bytes as they are."""
        self._add(key, data, len(data), width=1)

    def _add(self, key: str, data: bytes, count: int, **more: Any) -> None:
        self.directory[key] = {"offset": self.size, "count": count, **more}
        self.parts.append(data)
        self.size += len(data)


def pack(scene: Scene, arguments: tuple[Ints, bytes] | None = None, axes: Axes = Axes()) -> bytes:  # noqa: B008 (frozen)
    """Return the scene as one gzip stream; ``arguments`` are of spans: their places, and a line of JSON for each."""
    sections = SectionWriter()
    _pack_spans(sections, scene.spans)
    _pack_instants(sections, scene.instants)
    _pack_samples(sections, scene.samples)
    _pack_flows(sections, scene)
    _pack_counterparts(sections, scene.spans, axes)
    told_axes = _pack_axes(sections, scene, axes)
    if arguments is not None:
        sections.integers("args_at", _steps(arguments[0]), 4)
        sections.text("args_text", arguments[1])
    header = _header(scene, sections, told_axes)
    # ASCII: a lone surrogate in a name is no valid UTF-8, but its escape is valid JSON.
    encoded = json.dumps(header, separators=(",", ":"), default=_plain, allow_nan=False).encode()
    data = b"".join((struct.pack("<I", len(encoded)), encoded, *sections.parts))
    return gzip.compress(data, GZIP_LEVEL, mtime=0)


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def _header(scene: Scene, sections: SectionWriter, axes: list[wire.Axis]) -> Header:
    spans = scene.spans
    header: Header = {
        "version": 1,
        "zero_us": scene.zero_us,
        "duration_ns": scene.duration_ns,
        "names": scene.names.texts,
        "cats": scene.cats.texts,
        "processes": [
            {"pid": pid, "title": title, "closed": closed}
            for (pid, _), title, closed in zip(scene.processes, scene.process_titles, scene.closed, strict=True)
        ],
        "bands": scene.bands,
        "axes": axes,
        "row_start": spans.row_start.tolist(),
        "row_depth": spans.row_depth.tolist(),
        "row_lane": spans.row_lane.tolist(),
        "unfinished": np.flatnonzero(spans.unfinished).tolist(),
        "sections": cast("Sections", sections.directory),
    }
    opening, lack = opening_of(scene), lack_of(scene)
    if opening is not None:
        header["opening"] = opening
    if lack is not None:
        header["lack"] = lack
    return header


def _pack_spans(sections: SectionWriter, spans: SpanRows) -> None:
    sections.integers("start", _steps(spans.start), 4)
    sections.integers("duration", spans.duration, 4)
    sections.integers("name", spans.name.astype(np.int64), _width(spans.name))
    sections.integers("cat", spans.cat.astype(np.int64), _width(spans.cat))
    sections.integers("parent", _steps(spans.parent + 1), 1)  # 0: a root
    # The page derives self time from parents; only what it cannot know is sent.
    differ = np.flatnonzero(spans.self_time != _derived_self_time(spans))
    sections.integers("self_at", _steps(differ), 4)
    sections.integers("self_ns", spans.self_time[differ], 4)


def _derived_self_time(spans: SpanRows) -> Ints:
    inner = spans.parent >= 0
    covered = np.bincount(spans.parent[inner], weights=spans.duration[inner].astype(np.float64), minlength=len(spans))
    return spans.duration - covered.astype(np.int64)


def _pack_instants(sections: SectionWriter, instants: Points) -> None:
    sections.integers("instant_time", _steps(instants.time), 4)
    sections.integers("instant_name", instants.name.astype(np.int64), _width(instants.name))
    sections.integers("instant_scope", instants.scope.astype(np.int64), 1)


def _pack_samples(sections: SectionWriter, samples: Points) -> None:
    sections.integers("sample_time", _steps(samples.time), 4)
    sections.floats("sample_value", samples.value)


def _pack_flows(sections: SectionWriter, scene: Scene) -> None:
    flows, spans = scene.trace.flows, scene.spans
    place = np.append(spans.place[: len(scene.trace.columns.spans)], -1)
    ends: list[tuple[str, IntegerKey, FloatKey]] = [
        ("from", "flow_from", "flow_from_time"),
        ("to", "flow_to", "flow_to_time"),
    ]
    for end, span_key, time_key in ends:
        span = flows[f"{end}_span"].to_numpy(np.int64, na_value=-1)
        sections.integers(span_key, place[span] + 1, 4)
        time = flows[f"{end}_ts_us"].to_numpy(np.float64, na_value=np.nan)
        sections.floats(time_key, np.rint((time - scene.zero_us) * 1000))


def _pack_counterparts(sections: SectionWriter, spans: SpanRows, axes: Axes) -> None:
    """Write of each drawn span which other one does the same in another run."""
    here = there = np.empty(0, np.int64)
    if len(axes.counterparts):
        # Behind these come lanes that only the picture has: of samples, and what was added.
        here = np.flatnonzero(~spans.asynchronous & (spans.index < len(axes.counterparts)))
        rows = axes.counterparts[spans.index[here]]
        there = np.append(spans.place, -1)[rows]  # -1: the last one
        here, there = here[there >= 0], there[there >= 0]
    sections.integers("pair_at", _steps(here), 4)
    sections.integers("pair_to", there, 4)


def _pack_axes(sections: SectionWriter, scene: Scene, axes: Axes) -> list[wire.Axis]:
    told: list[wire.Axis] = []
    at, to, size = [np.empty(0)], [np.empty(0)], 0
    for axis in axes.axes:
        bounds = [size]
        for each in axis.maps:
            at.append(np.rint((each.at - scene.zero_us) * 1000))
            to.append(axis.steps(each.to))
            size += len(each)
            bounds.append(size)
        zero = axis.zero if axis.unit else 0.0
        told.append({"name": axis.name, "unit": axis.unit, "zero": zero, "length": axis.length, "bounds": bounds})
    sections.floats("axis_at", np.concatenate(at))
    sections.floats("axis_to", np.concatenate(to))
    return told


def _limit(width: int) -> int:
    return int((1 << 8 * width) - 1)


def _steps(values: Ints) -> Ints:
    """Return the step from one value to the next; it is negative only where a new row or band begins."""
    return np.diff(values, prepend=0)


def _width(codes: Codes) -> int:
    largest = int(codes.max(initial=0))
    return 1 if largest < _limit(1) else 2 if largest < _limit(2) else 4
