"""What a page is doing, in counts."""

import re
import time
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


@dataclass(frozen=True)
class PageStatus:
    """The answer of ``AeroPage.status()``; its text is for people.

    ``tracing`` is None where the page cannot be asked (``gone`` tells why) or has no profiler. ``exported_at`` is in
    seconds since the epoch, ``last_export`` counts the last export, or while streaming what is joined so far;
    ``keeping_error`` is what ended streaming or autosaving early.
    """

    url: str
    tracing: bool | None
    gone: str | None
    exported_at: float | None
    last_export: ExportCounts | None
    keeping_error: str | None

    def __str__(self) -> str:
        state = {True: "tracing", False: "not tracing", None: "no aero.perf in this page"}[self.tracing]
        if self.gone is not None:
            state = f"gone ({self.gone})"
        lines = [f"{self.url}: {state}"]
        if self.last_export is not None and self.exported_at is not None:
            when = time.strftime("%H:%M:%S", time.localtime(self.exported_at))
            lines.append(f"last export at {when}: {self.last_export}")
        if self.keeping_error is not None:
            lines.append(f"streaming or autosaving ended early: {self.keeping_error}")
        return "\n".join(lines)
