"""What one export holds, in counts."""

import re
from collections import Counter
from dataclasses import dataclass, field

import msgspec

LONE_SURROGATE = re.compile(rb"(?<!\\)((?:\\\\)*)\\u(d[89a-f][0-9a-f]{2})", re.IGNORECASE)


class _Event(msgspec.Struct, gc=False):
    ph: str = ""


class _Aero(msgspec.Struct):
    droppedRecordsByThread: dict[str, int] = {}  # noqa: N815 - the page's own name; msgspec copies it
    workerExportTimeouts: list[str] = []  # noqa: N815


class _Other(msgspec.Struct):
    aero: _Aero = msgspec.field(default_factory=_Aero)


class _OtherOnly(msgspec.Struct):
    otherData: _Other = msgspec.field(default_factory=_Other)  # noqa: N815


class _Export(msgspec.Struct):
    traceEvents: list[_Event] = []  # noqa: N815
    otherData: _Other = msgspec.field(default_factory=_Other)  # noqa: N815


def _decoded(data: bytes) -> _Export | None:
    try:
        return msgspec.json.decode(data, type=_Export)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def unanswered_workers(data: bytes) -> list[str]:
    """Return the names of the workers that did not answer an export; none where it cannot be read so."""
    try:
        return msgspec.json.decode(data, type=_OtherOnly).otherData.aero.workerExportTimeouts
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []


@dataclass(frozen=True)
class ExportCounts:
    """What one export holds: its size, events by phase, records overwritten by lane, workers that did not answer.

    ``events`` is None where it cannot be counted.
    """

    size_bytes: int
    events: int | None = None
    by_phase: dict[str, int] = field(default_factory=dict)
    dropped_records: dict[str, int] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, data: bytes) -> "ExportCounts":
        """Count ``data``; an export that cannot be read so has a size only."""
        export = _decoded(data) or _decoded(LONE_SURROGATE.sub(rb"\1?", data))  # which are JSON, but msgspec refuses
        if export is None:
            return cls(len(data))
        phases = Counter(event.ph for event in export.traceEvents)
        aero = export.otherData.aero
        dropped = {name: count for name, count in aero.droppedRecordsByThread.items() if count}
        return cls(len(data), len(export.traceEvents), dict(phases), dropped, aero.workerExportTimeouts)

    def __str__(self) -> str:
        events = "events that cannot be counted" if self.events is None else f"{self.events:,} events"
        text = f"{events}, {self.size_bytes:,} bytes"
        if self.dropped_records:
            lanes = ", ".join(f"{name} {count:,}" for name, count in self.dropped_records.items())
            text += f", overwritten records: {lanes}"
        if self.unanswered:
            text += f", did not answer: {', '.join(self.unanswered)}"
        return text
