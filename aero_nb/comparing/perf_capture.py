"""Aero's per-frame perf capture (``aero.perf.export()``) as a table and its headline figures."""

from __future__ import annotations

import gzip
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson
import pandas as pd

from aero_nb.analysis.percentiles import percentiles
from aero_nb.errors import TraceFormatError

if TYPE_CHECKING:
    import plotly.graph_objects as go

KIND = "aero-perf-capture"
VERSION = 2

# Aero's field -> our column; all but the last three are milliseconds.
_MILLISECONDS = {
    "tMs": "t_ms",
    "frameTimeMs": "frame_ms",
    "cpuMs": "cpu_ms",
    "gpuMs": "gpu_ms",
    "ioMs": "io_ms",
    "jitMs": "jit_ms",
}
_COUNTS = {"instructions": "instructions", "drawCalls": "draw_calls", "ioBytes": "io_bytes"}
_BUCKETS = ("cpu", "gpu", "io", "jit")
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, eq=False)
class PerfCapture:
    """One perf capture of an Aero page.

    ``records``: one row per frame. ``t_ms`` (since the capture began), ``frame_ms``, ``cpu_ms``, ``gpu_ms``,
    ``io_ms``, ``jit_ms`` are float64 milliseconds; ``instructions``, ``draw_calls``, ``io_bytes`` are UInt64,
    exact, ``<NA>`` where Aero did not measure; ``mips`` is float64.
    ``metadata``: everything else the capture says, as Aero wrote it (``build``, ``env``, ``capture``,
    ``memory``, ``jit``, and ``summary``: Aero's own figures, whose percentiles come from a histogram).
    ``unreadable_values``: how many values of the records had a type that Aero's contract does not allow; they
    are missing.
    """

    records: pd.DataFrame
    metadata: dict[str, Any]
    unreadable_values: int = 0

    @property
    def summary(self) -> pd.Series[float]:
        """The headline figures by Aero's formulas, NaN where nothing was measured (units in the names).

        FPS is 1000 / mean frame time, the 1% and 0.1% lows are 1000 / p99 and 1000 / p99.9 of the frame time
        (linear interpolation); MIPS is instructions over the frame time they took; ``<bucket>_share`` is the
        part of the frame time (of the frames that have both) spent in that bucket.
        """
        records = self.records
        frame_ms = records["frame_ms"].dropna()
        p50, p95, p99, p999 = percentiles(frame_ms, (0.5, 0.95, 0.99, 0.999))
        figures = {
            "frames": float(len(records)),
            "dropped_records": _number(_section(self.metadata, "capture_control").get("droppedRecords")),
            "duration_ms": _number(_section(self.metadata, "capture").get("durationMs")),
            "fps_mean": _rate(frame_ms.mean()),
            "fps_1pct_low": _rate(p99),
            "fps_01pct_low": _rate(p999),
            "frame_ms_mean": float(frame_ms.mean()),
            "frame_ms_p50": p50,
            "frame_ms_p95": p95,
            "frame_ms_p99": p99,
            "mips_mean": _per_frame_ms(records, "instructions") / 1000,
        }
        for bucket in _BUCKETS:
            figures[f"{bucket}_ms_mean"] = float(records[f"{bucket}_ms"].mean())
            figures[f"{bucket}_share"] = _per_frame_ms(records, f"{bucket}_ms")
        figures["io_bytes_per_s"] = _per_frame_ms(records, "io_bytes") * 1000
        return pd.Series(figures, name="value", dtype="float64")

    def frames_chart(self, **options: Any) -> go.Figure:
        """Frame times as a plotly figure; see :func:`aero_nb.figures.perf_frames_chart`."""
        from aero_nb.figures import perf_frames_chart

        return perf_frames_chart(self.records, **options)

    def __repr__(self) -> str:
        mean, low = self.summary["fps_mean"], self.summary["fps_1pct_low"]
        rates = "no frame times" if math.isnan(mean) else f"{mean:.1f} FPS, 1% low {low:.1f}"
        return f"<PerfCapture: {len(self.records):,} frames, {rates}>"


def load_perf_capture(source: str | Path | bytes | BinaryIO | Mapping[str, Any]) -> PerfCapture:
    """Load an Aero perf capture (kind ``aero-perf-capture``, version 2).

    ``source``: a path, JSON bytes (gzip too), a binary file, or the decoded object. A capture without
    cross-origin isolation (no ``buffers``, null frame ids) and one without any record load as well.

    Raises :class:`TraceFormatError` when it is something else.
    """
    document = dict(source) if isinstance(source, Mapping) else _decode(_read(source))
    if document.get("kind") != KIND:
        raise TraceFormatError(
            f"expected a perf capture with kind {KIND!r}, found kind {document.get('kind')!r} and keys "
            f"{sorted(map(str, document))[:8]}; a trace is loaded with aero_nb.load()"
        )
    if document.get("version") != VERSION:
        raise TraceFormatError(
            f"expected version {VERSION} of {KIND!r}, found {document.get('version')!r}; "
            "export it again from an Aero page that writes this version, or update aero-nb"
        )
    rows = document.get("records")
    if rows is None:
        rows = []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise TraceFormatError(f"expected 'records' to be a list of objects, found {type(rows).__name__}")
    records, unreadable = _table(rows)
    metadata = {key: value for key, value in document.items() if key != "records"}
    return PerfCapture(records, metadata, unreadable)


def _read(source: str | Path | bytes | BinaryIO) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
    elif isinstance(source, str | Path):
        data = Path(source).read_bytes()
    else:
        data = source.read()
    return gzip.decompress(data) if data.startswith(_GZIP) else data


def _decode(data: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise TraceFormatError(
            f"expected the JSON of a perf capture, found {data[:40]!r} ({error}); export it again"
        ) from None
    if not isinstance(document, dict):
        raise TraceFormatError(f"expected a perf capture (a JSON object), found a {type(document).__name__}")
    return document


def _table(rows: list[Mapping[str, Any]]) -> tuple[pd.DataFrame, int]:
    """The records as columns, and how many values were unreadable."""
    columns: dict[str, Any] = {}
    unreadable = 0
    for field, column in _MILLISECONDS.items():
        values = [_number(row.get(field)) for row in rows]
        unreadable += sum(
            math.isnan(value) and row.get(field) is not None for value, row in zip(values, rows, strict=True)
        )
        columns[column] = pd.Series(values, dtype="float64")
    for field, column in _COUNTS.items():
        counts = [_count(row.get(field)) for row in rows]
        unreadable += sum(count is None and row.get(field) is not None for count, row in zip(counts, rows, strict=True))
        columns[column] = pd.Series(counts, dtype="UInt64")
    table = pd.DataFrame(columns)
    table["mips"] = table["instructions"].astype("Float64").to_numpy("float64", na_value=math.nan) / (
        table["frame_ms"].where(table["frame_ms"] > 0) * 1000
    )
    table.index.name = "frame"
    return table, unreadable


def _count(value: Any) -> int | None:
    """A count that fits 64 bits; Aero writes it as a decimal string beyond 2^53."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**64
    return value if is_count else None


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else math.nan


def _section(metadata: dict[str, Any], key: str) -> Mapping[str, Any]:
    section = metadata.get(key)
    return section if isinstance(section, Mapping) else {}


def _rate(frame_ms: float) -> float:
    return 1000 / frame_ms if frame_ms > 0 else math.nan


def _per_frame_ms(records: pd.DataFrame, column: str) -> float:
    """Sum of ``column`` over the frame time of the frames that have it; NaN without any."""
    known = records[["frame_ms", column]].dropna()
    frame_ms = float(known["frame_ms"].sum())
    return float(known[column].sum()) / frame_ms if frame_ms > 0 else math.nan
