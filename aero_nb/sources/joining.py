"""Join exports of one recording, taken while it ran, into one trace that is longer than the page's rings.

Every lane counts its records from the start of the recording: an export holds the positions ``dropped`` to
``dropped + kept``. So pieces are aligned by counting, never by content: in a busy recording 98% of the timestamps
repeat, and equal records are no sign of the same record. What was overwritten between two exports is a gap.
"""

import json
import re
import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec

from aero_nb.errors import BrowserError
from aero_nb.sources.counts import LONE_SURROGATE, ExportCounts

HEAD, MIDDLE = b'{"traceEvents":[', b'],"otherData":'
RING = 32_768  # records that a thread of the page keeps

Id = int | str | None
LaneKey = tuple[Id, Id]


class _Head(msgspec.Struct, gc=False):
    """What places one event."""

    ph: str = ""
    pid: Id = None
    tid: Id = None
    ts: float | None = None


class _Counts(msgspec.Struct):
    """What the page says of its lanes, as far as pieces are aligned by it."""

    droppedRecordsByThread: dict[str, Annotated[int, msgspec.Meta(ge=0)] | None] = {}  # noqa: N815
    workerExportTimeouts: list[str] = []  # noqa: N815


class _Heads(msgspec.Struct):
    traceEvents: list[_Head]  # noqa: N815 - the format's own name


class _Texts(msgspec.Struct):
    traceEvents: list[msgspec.Raw]  # noqa: N815
    otherData: msgspec.Raw = msgspec.Raw(b"{}")  # noqa: N815


@dataclass
class _LaneTaken:
    """How far one lane has been taken."""

    pid: Id
    tid: Id
    thread: str = ""
    taken: int = 0  # the position after the last record taken or known to be lost
    last_ts: float = 0.0
    records: int = 0
    dropped: int = 0
    answered: bool = True  # in the last piece
    unanswered: int = 0  # pieces in which its worker did not answer
    unaligned: int = 0  # pieces whose records could not be placed, for want of a count
    gaps: list[dict[str, Any]] = field(default_factory=list)

    def take(self, kept: list[int], dropped: int, heads: list[_Head]) -> list[int]:
        """Return those of the ``kept`` events that are new, and note what was overwritten before them."""
        total = dropped + len(kept)
        if total < self.taken:
            self.unaligned += 1
            return []
        fresh = kept[max(0, self.taken - dropped) :]
        if not fresh:
            return []
        if dropped > self.taken:
            self._lose(dropped - self.taken, heads[fresh[0]].ts)
        self.taken = total
        self.records += len(fresh)
        self.last_ts = next((ts for i in reversed(fresh) if (ts := heads[i].ts) is not None), self.last_ts)
        return fresh

    def _lose(self, count: int, until: float | None) -> None:
        self.dropped += count
        self.gaps.append(
            {
                "pid": self.pid,
                "tid": self.tid,
                "start_us": self.last_ts,
                "end_us": self.last_ts if until is None else until,
                "dropped_records": count,
            }
        )

    def account(self) -> dict[str, Any]:
        """Return the lane's account, as ``otherData.aero_nb.stream.lanes`` has it."""
        return {
            "pid": self.pid,
            "tid": self.tid,
            "thread": self.thread,
            "records": self.records,
            "dropped_records": self.dropped,
            "unanswered_pieces": self.unanswered,
            "unaligned_pieces": self.unaligned,
        }


@dataclass(frozen=True)
class JoinedNews:
    """What was joined since an earlier look."""

    texts: list[bytes]  # of events, with commas between
    chunks: int  # how many texts there were in all
    names: dict[LaneKey, str]  # of the lanes
    start_us: float  # since the Unix epoch, by the page's clock


class Joiner:
    """Takes pieces in the order they were exported; :meth:`data` is the trace joined so far."""

    def __init__(self) -> None:
        self.pieces = 0
        self._lanes: dict[LaneKey, _LaneTaken] = {}
        self._texts: list[bytes] = []
        self._size = 0  # of them
        self._phases: Counter[str] = Counter()
        self._metadata = b""
        self._names = 0  # events in it
        self._other: dict[str, Any] = {}

    def add(self, piece: bytes) -> None:
        """Take what is new in ``piece``; BrowserError when it is no export, or one of another recording."""
        cut = _Piece(piece)
        heads, other = cut.heads, cut.other
        self._check_same_recording(other)
        by_lane: dict[LaneKey, list[int]] = {}
        metadata = []
        for index, head in enumerate(heads):
            if head.ph == "M":
                metadata.append(index)
            else:
                by_lane.setdefault((head.pid, head.tid), []).append(index)
        self._metadata = cut.text(metadata)
        self._name_lanes(self._metadata)
        for key in by_lane:
            self._lanes.setdefault(key, _LaneTaken(*key))
        fresh: list[int] = []
        counts = self._dropped_counts(other)
        for key, lane in self._lanes.items():
            fresh += self._take(lane, by_lane.get(key, []), counts.get(key), heads, other)
        fresh.sort()
        if fresh:
            self._texts.append(cut.text(fresh))
            self._size += len(self._texts[-1])
            self._phases.update(heads[index].ph for index in fresh)
        self._names = len(metadata)
        self._other = other
        self.pieces += 1

    def _take(
        self, lane: _LaneTaken, kept: list[int], dropped: int | None, heads: list[_Head], other: dict[str, Any]
    ) -> list[int]:
        lane.answered = bool(kept) or lane.thread not in _aero(other).get("workerExportTimeouts", [])
        if not lane.answered:
            lane.unanswered += 1
            return []
        if dropped is None and len(kept) < RING:
            dropped = 0  # its ring never filled
        if dropped is None:
            lane.unaligned += 1
            return []
        return lane.take(kept, dropped, heads)

    def _check_same_recording(self, other: dict[str, Any]) -> None:
        now, first = _aero(other).get("startTimeEpochUs"), _aero(self._other).get("startTimeEpochUs")
        if self.pieces and now != first:
            raise BrowserError(
                f"expected the recording that began at {first} µs, found one that began at {now} µs: another client "
                "of the page (its own button, a second notebook) started the trace again"
            )

    def _name_lanes(self, metadata: bytes) -> None:
        for event in json.loads(b"[" + metadata + b"]"):
            if event.get("name") == "thread_name":
                key = (event.get("pid"), event.get("tid"))
                lane = self._lanes.setdefault(key, _LaneTaken(*key))
                args = event.get("args")
                lane.thread = str(args.get("name", "")) if isinstance(args, dict) else ""

    def _dropped_counts(self, other: dict[str, Any]) -> dict[LaneKey, int]:
        """Return the dropped records of each lane for which the export has a count.

        The map is keyed by name, and of several lanes of one name (a worker was started anew) the last has the word.
        """
        by_name = {lane.thread: key for key, lane in self._lanes.items()}
        counts = _aero(other).get("droppedRecordsByThread", {})
        return {by_name[name]: count for name, count in counts.items() if name in by_name and isinstance(count, int)}

    def counts(self) -> ExportCounts:
        """Count what :meth:`data` holds, without joining it."""
        other = self._joined_other()
        parts = [self._metadata, *self._texts] if self._metadata else self._texts
        around = HEAD + MIDDLE + json.dumps(other).encode() + b"}"
        size = len(around) + len(self._metadata) + self._size
        phases = self._phases + Counter({"M": self._names})
        dropped: Counter[str] = Counter()
        for lane in self._lanes.values():
            dropped[lane.thread] += lane.dropped
        return ExportCounts(
            size + max(0, len(parts) - 1),
            phases.total(),
            dict(phases),
            dict(+dropped),
            _aero(other).get("workerExportTimeouts", []),
        )

    def since(self, chunks: int) -> JoinedNews:
        """Return what was joined after the first ``chunks`` texts."""
        names = {key: lane.thread for key, lane in self._lanes.items()}
        start_us = float(_aero(self._other).get("startTimeEpochUs") or 0)
        return JoinedNews(self._texts[chunks:], len(self._texts), names, start_us)

    def data(self) -> bytes:
        """Return the joined trace as Chrome Trace JSON; every event's text is the page's own."""
        events = b",".join([self._metadata, *self._texts] if self._metadata else self._texts)
        return HEAD + events + MIDDLE + json.dumps(self._joined_other()).encode() + b"}"

    def _joined_other(self) -> dict[str, Any]:
        aero, ours = dict(_aero(self._other)), dict(self._other.get("aero_nb") or {})
        by_name = {lane.thread: lane for lane in self._lanes.values()}
        # A lane that did not answer last may have lost more than is known: unknown is left out.
        known = {name: lane.dropped for name, lane in by_name.items() if lane.answered and not lane.unaligned}
        reported = aero.get("droppedRecordsByThread", {})
        aero["droppedRecordsByThread"] = {name: known[name] for name in reported if name in known}
        ours["gaps"] = [gap for lane in self._lanes.values() for gap in lane.gaps]
        ours["stream"] = {"pieces": self.pieces, "lanes": [lane.account() for lane in self._lanes.values()]}
        return {**self._other, "aero": aero, "aero_nb": ours}


def _aero(other: dict[str, Any]) -> dict[str, Any]:
    aero = other.get("aero")
    return aero if isinstance(aero, dict) else {}


def ended_early(data: bytes, now_us: float) -> bytes:
    """Return an export whose recording somebody else stopped with the rest, up to ``now_us``, as a gap of each lane.

    ``now_us`` is the page's clock, since the epoch. Every event's text stays as it is.
    """
    cut = _Piece(data)
    last: dict[LaneKey, float] = {}
    for head in cut.heads:
        if head.ph != "M" and head.ts is not None:
            last[head.pid, head.tid] = max(head.ts, last.get((head.pid, head.tid), head.ts))
    end_us = now_us - float(_aero(cut.other).get("startTimeEpochUs") or 0)
    ours = dict(cut.other.get("aero_nb") or {})
    ours["gaps"] = [
        *ours.get("gaps", []),
        *(
            {"pid": pid, "tid": tid, "start_us": start_us, "end_us": max(start_us, end_us), "dropped_records": None}
            for (pid, tid), start_us in last.items()
        ),
    ]
    events = cut.text(list(range(len(cut.heads))))
    return HEAD + events + MIDDLE + json.dumps({**cut.other, "aero_nb": ours}).encode() + b"}"


class _Piece:
    """One export, cut into the texts of its events."""

    def __init__(self, data: bytes) -> None:
        self._mark = b""
        try:
            self._decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            # Lone surrogates are JSON, but msgspec refuses them: they pass as a mark that is nowhere else.
            self._mark = secrets.token_hex(16).encode()
            try:
                self._decode(LONE_SURROGATE.sub(rb"\g<1>" + self._mark + rb"\g<2>", data))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise BrowserError(f"expected an export in Chrome Trace JSON, found {data[:60]!r}: {error}") from error

    def _decode(self, data: bytes) -> None:
        texts = msgspec.json.decode(data, type=_Texts)
        self.heads = msgspec.json.decode(data, type=_Heads).traceEvents
        other = json.loads(self._restored(bytes(texts.otherData)))
        self.other: dict[str, Any] = other if isinstance(other, dict) else {}
        msgspec.convert(self.other.get("aero") or {}, _Counts)
        self._texts = texts.traceEvents

    def text(self, indices: list[int]) -> bytes:
        """Return the texts of these events as they were written, with commas between."""
        return self._restored(b",".join([self._texts[index] for index in indices]))

    def _restored(self, text: bytes) -> bytes:
        return re.sub(self._mark + rb"(.{4})", rb"\\u\1", text) if self._mark else text
