"""The rules of matching and nesting, as slowly and plainly as they can be written.

Every question ("what is open here?", "which begin does this end close?") is answered by looking at all
candidates, so that nothing clever can be wrong. Takes events as JSON decoded them; times are whole ns.
Knows nothing of the reader.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

INFINITY = float("inf")
CANONICAL = re.compile(r"0|-?[1-9][0-9]*")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")

Event = dict[str, Any]
Place = tuple[float, float]  # (ts in ns, index in the file): where an event stands on its thread


@dataclass(eq=False)
class Interval:
    """A span of a thread or of an async key."""

    event: int
    name: str | None
    ts: int
    place: Place
    thread: Hashable = None
    is_x: bool = False
    end: int | None = None  # ns, rounded as a whole
    given: int | None = None  # ns, the dur of an X, rounded by itself
    closed: Place | None = None  # where its end event stands; None for an X and for a begin that nothing ended
    unfinished: bool = False
    depth: int = 0
    parent: Interval | None = None
    crossing: bool = False
    self_ns: int = 0

    @property
    def dur(self) -> int:
        assert self.end is not None
        return self.end - self.ts if self.given is None else self.given


@dataclass
class Model:
    """What a file says, by the rules."""

    spans: list[Interval] = field(default_factory=list)
    orphan_ends: Counter[Hashable] = field(default_factory=Counter)
    async_spans: list[Interval] = field(default_factory=list)
    async_orphans: int = 0
    async_instants: int = 0
    flows: list[tuple[int, int, int, int]] = field(default_factory=list)  # from event, to event, from ns, to ns
    counters: list[tuple[int, str, str, float | None]] = field(default_factory=list)  # ns, name, series, value
    crossings: int = 0


# Fields -----------------------------------------------------------------------------------------------------


def number(value: Any) -> Fraction | None:
    """The number a ts, dur or counter value is, else None."""
    if isinstance(value, str):
        value = value.strip(" \t\r\n")
        return Fraction(value) if NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)) or value != value:
        return None
    return None if abs(value) == INFINITY else Fraction(str(value))


def nanoseconds(value: Any) -> int | None:
    """µs as whole ns, halves to the even one; None when it is no number or beyond int64."""
    exact = number(value)
    if exact is None:
        return None
    rounded = round(exact * 1000)
    return rounded if abs(rounded) < 2**63 else None


def thread_id(value: Any) -> str | None:
    """A pid or tid: 1, "1" and 1.0 are one; missing and null are one; other strings are text."""
    if value is None:
        return None
    if isinstance(value, (float, Decimal)) and value == int(value):
        value = int(value)
    return text(value)


def thread(event: Event) -> tuple[str | None, str | None]:
    return thread_id(event.get("pid")), thread_id(event.get("tid"))


def text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, default=str)


def one_id(value: Any) -> Hashable:
    """1, "1" and "0x1" are one id; others are text."""
    if isinstance(value, str) and re.fullmatch("0x[0-9a-fA-F]+", value):
        return int(value, 16)
    if isinstance(value, str) and CANONICAL.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) else text(value)


def identity(event: Event) -> Hashable:
    scope, id2 = event.get("scope"), event.get("id2")
    if event.get("id") is not None:
        return scope, "global", one_id(event["id"])
    if isinstance(id2, dict) and "global" in id2:
        return scope, "global", one_id(id2["global"])
    if isinstance(id2, dict) and "local" in id2:
        return scope, "local", thread_id(event.get("pid")), one_id(id2["local"])
    return scope, "none", thread(event)


def duration(event: Event) -> int:
    return max(0, nanoseconds(event.get("dur")) or 0)


def whole_end(event: Event) -> int:
    """The end of an X, rounded as a whole: rounding alone makes no crossing."""
    ts, dur = number(event["ts"]), number(event.get("dur"))
    assert ts is not None
    length = dur if dur is not None and nanoseconds(event.get("dur")) is not None else Fraction(0)
    return round((ts + max(Fraction(0), length)) * 1000)


# Matching ---------------------------------------------------------------------------------------------------


def close(open_: list[Interval], name: str | None) -> Interval | None:
    """The begin that an end closes: the innermost of its name; a nameless end closes the innermost."""
    named = [b for b in open_ if name is not None and b.name == name]
    if named:
        return named[-1]
    return open_[-1] if open_ and (name is None or name == "") else None


def boundary(gap: Event) -> Place:
    """Where a gap cuts its lane: behind the records at its start, unless those are at its end as well."""
    start, end = nanoseconds(gap["start_us"]), nanoseconds(gap["end_us"])
    assert start is not None
    return (start, INFINITY) if start != end else (start, -1)


def match(
    events: list[tuple[int, int, Event]], begin: str, end: str, gaps: Iterable[Event] = ()
) -> tuple[list[Interval], int]:
    """Begins with their ends, and the number of ends that match nothing. ``events``: (ns, index, event)."""
    gaps = sorted(gaps, key=lambda gap: boundary(gap))
    waiting = list(gaps)
    found: list[Interval] = []
    open_: list[Interval] = []
    orphans = 0
    for ts, index, event in sorted(events, key=lambda one: one[:2]):
        while waiting and boundary(waiting[0]) < (ts, index):
            cut(open_, waiting.pop(0))
        if event["ph"] == begin:
            open_.append(Interval(index, text(event.get("name")), ts, (ts, index)))
            found.append(open_[-1])
        elif event["ph"] == end:
            past = [nanoseconds(gap["end_us"]) for gap in gaps]
            floor = max((t for t in past if t is not None and t <= ts), default=-INFINITY)
            begun = close([b for b in open_ if b.ts >= floor], text(event.get("name")))
            if begun is None:
                orphans += 1
            else:
                begun.end, begun.closed = ts, (ts, index)
                open_.remove(begun)
    for gap in waiting:
        cut(open_, gap)
    return found, orphans


def cut(open_: list[Interval], gap: Event) -> None:
    for begun in open_:
        begun.end, begun.closed, begun.unfinished = nanoseconds(gap["start_us"]), boundary(gap), True
    open_.clear()


def finish(spans: list[Interval], last: int) -> None:
    """Begins that nothing ended end with the innermost enclosing span that did end, else at ``last``."""
    ended = [span for span in spans if span.end is not None]
    for span in [span for span in spans if span.end is None]:
        around = [other for other in ended if is_open(other, span.place) and other.place < span.place]
        span.unfinished = True
        if around:
            innermost = max(around, key=lambda other: other.place)
            span.end = innermost.end
            span.closed = innermost.closed or (innermost.end, -1)
        else:
            span.end, span.closed = last, (INFINITY, 0)


# Nesting ----------------------------------------------------------------------------------------------------


def is_open(span: Interval, place: Place) -> bool:
    """Is ``span``, begun before, still open at ``place``? An X is half open; a B waits for its end."""
    if span.is_x:
        assert span.end is not None
        return span.end > place[0]
    return span.closed is None or span.closed > place


def nest(spans: list[Interval]) -> None:
    """Depth, parent, crossings and self time of the spans of one thread or async key."""
    spans.sort(key=lambda span: span.place)
    candidates: list[Interval] = []
    for span in spans:
        candidates = [other for other in candidates if is_open(other, span.place) or other.ts == span.ts]
        around = [other for other in candidates if is_open(other, span.place) or same_moment(other, span)]
        candidates.append(span)
        span.depth = max((other.depth + 1 for other in around), default=0)
        span.crossing = any(other.end < span.end for other in around)
        holders = [other for other in around if other.end >= span.end]
        span.parent = holders[-1] if holders else None
    children = defaultdict(list)
    for span in spans:
        if span.parent is not None:
            last = span.parent.ts + span.parent.dur
            children[span.parent].append((span.ts, min(span.ts + span.dur, last)))
    for span in spans:
        span.self_ns = span.dur - union(children[span])


def same_moment(other: Interval, span: Interval) -> bool:
    """A zero-length X is open to zero-length spans at its own ts."""
    return other.is_x and other.ts == other.end == span.end == span.ts


def union(intervals: list[tuple[int, int]]) -> int:
    """The length that the intervals cover together."""
    covered, reached = 0, -INFINITY
    for start, end in sorted(intervals):
        covered += max(0, end - max(start, reached))
        reached = max(reached, end)
    return covered


def longer_first(events: list[tuple[int, int, Event]]) -> dict[int, Place]:
    """The place of each B, E and X of a thread: (ts, index), but of a run of X at one ts the last to end first."""
    order = sorted(events, key=lambda one: one[:2])
    places: dict[int, Place] = {}
    run: list[tuple[int, int, Event]] = []
    for one in [*order, None]:
        if run and (one is None or one[2]["ph"] != "X" or one[0] != run[0][0]):
            slots = sorted(index for _, index, _ in run)
            last_first = sorted(run, key=lambda x: (-whole_end(x[2]), x[1]))
            places.update({x[1]: (x[0], slot) for x, slot in zip(last_first, slots, strict=True)})
            run = []
        if one is not None and one[2]["ph"] == "X":
            run.append(one)
        elif one is not None:
            places[one[1]] = one[:2]
    return places


def thread_spans(events: list[tuple[int, int, Event]], gaps: list[Event], last: int) -> tuple[list[Interval], int]:
    spans, orphans = match([one for one in events if one[2]["ph"] in "BE"], "B", "E", gaps)
    places = longer_first(events)
    for ts, index, event in events:
        if event["ph"] == "X":
            spans.append(Interval(index, text(event.get("name")), ts, places[index], is_x=True, end=whole_end(event)))
            spans[-1].given = duration(event)
    spans.sort(key=lambda span: span.place)
    finish(spans, last)
    nest(spans)
    return spans, orphans


# Flows ------------------------------------------------------------------------------------------------------


class Lane:
    """The spans of a thread, asked in the order of events which of them an arrow's end binds to."""

    def __init__(self, spans: list[Interval]) -> None:
        self.spans = spans
        self.waiting = sorted(spans, key=lambda span: (span.ts, span.event), reverse=True)
        self.open: list[Interval] = []
        self.beginning = {span.ts: span for span in spans}
        self.ending = {span.end: span for span in spans}

    def enclosing(self, ts: int, index: int) -> int:
        """The event of the span begun at ts and written last before that place; else of the innermost span open
        there; else of one beginning, else of one ending at ts; else -1.
        """
        begun = [span.event for span in self.spans if span.ts == ts and span.event < index]
        if begun:
            return max(begun)
        while self.waiting and (self.waiting[-1].ts, self.waiting[-1].event) < (ts, index):
            self.open.append(self.waiting.pop())
        self.open = [span for span in self.open if is_open(span, (ts, index))]
        if self.open:
            return max(self.open, key=lambda span: span.place).event
        found = self.beginning.get(ts) or self.ending.get(ts)
        return found.event if found else -1

    def closed_by(self, index: int) -> int:
        """The event of the span that an E closes, -1: none."""
        found = [span.event for span in self.spans if span.closed == (span.end, index) and not span.unfinished]
        return found[0] if found else -1

    def following(self, ts: int) -> int:
        later = bisect_left(self.spans, ts, key=lambda span: span.ts)
        return self.spans[later].event if later < len(self.spans) else -1


def flow_arrows(placed: list[tuple[int, int, Event]], by_thread: dict[Hashable, list[Interval]]) -> list:
    arrows = []
    lanes = {key: Lane(spans) for key, spans in by_thread.items()}
    tails: dict[Hashable, tuple[int, int]] = {}
    for ts, index, event in sorted(placed, key=lambda one: one[:2]):
        lane = lanes.get(thread(event)) or Lane([])
        phase = event["ph"]
        if phase in ("s", "t", "f"):
            key = (text(event.get("cat")), text(event.get("name")), identity(event))
            is_next = phase == "f" and event.get("bp") != "e"
            here = (lane.following(ts) if is_next else lane.enclosing(ts, index), ts)
            if phase != "s" and key in tails:
                arrows.append((tails[key][0], here[0], tails[key][1], ts))
            tails[key] = here
            if phase == "f":
                del tails[key]
        elif phase in ("B", "E", "X") and event.get("bind_id") is not None:
            key = ("bind_id", one_id(event["bind_id"]))
            span = index if phase != "E" else lane.closed_by(index)
            if event.get("flow_in") is True and key in tails:
                arrows.append((tails[key][0], span, tails[key][1], ts))
            if event.get("flow_out") is True:
                tails[key] = (span, ts)
    return sorted(arrows)


# The whole file ---------------------------------------------------------------------------------------------


def read(events: list[Any], gaps: list[Event] | None = None) -> Model:
    """Everything the rules say of a list of decoded events."""
    model = Model()
    placed = [
        (nanoseconds(event.get("ts")), index, event)
        for index, event in enumerate(events)
        if isinstance(event, dict) and event.get("ph") != "M" and nanoseconds(event.get("ts")) is not None
    ]
    last = max((whole_end(event) if event["ph"] == "X" else ts for ts, _, event in placed), default=0)
    lanes, keys, legacy = defaultdict(list), defaultdict(list), defaultdict(list)
    for one in placed:
        event = one[2]
        if event["ph"] in ("B", "E", "X"):
            lanes[thread(event)].append(one)
        elif event["ph"] in ("b", "e"):
            keys[text(event.get("cat")), identity(event)].append(one)
        elif event["ph"] in ("S", "F"):
            legacy[text(event.get("cat")), identity(event), text(event.get("name"))].append(one)
        elif event["ph"] in ("n", "T", "p"):
            model.async_instants += 1
        elif event["ph"] == "C":
            model.counters += samples(*one)
    by_thread: dict[Hashable, list[Interval]] = {}
    for lane, members in lanes.items():
        of_lane = [gap for gap in gaps or [] if (thread_id(gap["pid"]), thread_id(gap["tid"])) == lane]
        by_thread[lane], orphans = thread_spans(members, of_lane, last)
        model.orphan_ends[lane] += orphans
        model.spans += by_thread[lane]
        for span in by_thread[lane]:
            span.thread = lane
    for groups, begin, end in ((keys, "b", "e"), (legacy, "S", "F")):
        for members in groups.values():
            spans, orphans = match(members, begin, end)
            finish(spans, last)
            nest(spans)
            model.async_spans += spans
            model.async_orphans += orphans
    model.flows = flow_arrows(placed, by_thread)
    model.crossings = sum(span.crossing for span in model.spans)
    return model


def samples(ts: int, index: int, event: Event) -> list[tuple[int, str, str, float | None]]:
    args = event.get("args")
    if not isinstance(args, dict):
        return []
    values = {key: number(value) for key, value in args.items()}
    name = text(event.get("name")) or ""
    of_aero = name == "counters" and event.get("cat") == "aero"

    def series(key: str) -> str:
        if of_aero or not name:
            return key
        return name if list(values) == ["value"] else f"{name}.{key}"

    return [(ts, name, series(key), None if value is None else float(value)) for key, value in values.items()]
