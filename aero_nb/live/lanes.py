"""The spans of one lane, told from its begins and ends as they come."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from aero_nb.live.pairing import paired
from aero_nb.live.wire import Batch, rows
from aero_nb.sources.conditions import FRAME
from aero_nb.sources.live import UNKNOWN, Columnar, EventColumns, LaneNews, LiveEvent

MOST_OPEN = 1024  # spans open in each other; a lane that has more is one that forgets to end them
FEW = 48  # events that are quicker looked at one by one
_INSTANT, _COUNTER = 2, 3


class Names(dict[str, int]):
    """The numbers of names, in the order in which they are first asked for; ``texts`` are the names by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __missing__(self, name: str) -> int:
        code = self[name] = len(self.texts)
        self.texts.append(name)
        return code


class _Times(NamedTuple):
    """What the numbers need of a lane's new events."""

    frames: list[int]  # when its frames began
    busy_ns: int  # in spans that have ended


@dataclass
class LiveLane:
    """One lane as far as it was read."""

    number: int
    name: str = ""
    open: list[tuple[int, int]] = field(default_factory=list)  # name's number and begin (ns), outermost first
    missed: int = 0
    overwritten: int = 0
    busy_ns: int = 0  # since the last push, in spans
    _codes: list[int] = field(default_factory=list)  # number of each name of its texts

    def add(self, news: LaneNews, names: Names, since_ns: int, batch: Batch) -> list[int]:
        """Put what is new into ``batch``; return when its frames began.

        ``since_ns``: until when :attr:`busy_ns` was counted.
        """
        self.name, self.overwritten = news.name, news.overwritten
        if news.missed:
            self.missed += news.missed
            self.open.clear()  # whether they ended, the missed records would say
        many = len(news.events) >= FEW and isinstance(news.events, Columnar)
        columns = news.events.columns() if many and isinstance(news.events, Columnar) else None
        times = None if columns is None else self._add_columns(columns, names, since_ns, batch)
        if times is None:
            times = self._add_each(list(news.events), names, since_ns, batch)
        self.busy_ns = times.busy_ns
        return times.frames

    def _add_columns(self, events: EventColumns, names: Names, since_ns: int, batch: Batch) -> _Times | None:
        """Add events all at once; None, and nothing is added, where their ends do not close the innermost span."""
        kinds = events.kinds
        codes = self._numbers_of(events, names)
        is_of_span = kinds < _INSTANT
        pairs = paired(kinds[is_of_span], codes[is_of_span], events.ns[is_of_span], self.open, MOST_OPEN)
        if pairs is None:
            return None
        self.open = pairs.open
        self._put(batch.spans, [pairs.names, pairs.depths, pairs.began, pairs.ended])
        is_instant = kinds == _INSTANT
        self._put(batch.instants, [codes[is_instant], events.ns[is_instant]])
        is_sample = (kinds == _COUNTER) & ~np.isnan(events.values)
        if is_sample.any():
            self._put(batch.samples, [codes[is_sample], events.ns[is_sample]])
            batch.values.append(events.values[is_sample])
        return _Times(pairs.outermost(names.get(FRAME, -1)), pairs.busy_ns(since_ns))

    def _put(self, blocks: list[npt.NDArray[np.int64]], columns: list[npt.NDArray[np.int64]]) -> None:
        if len(columns[0]):
            blocks.append(np.column_stack([np.full(len(columns[0]), self.number), *columns]))

    def _numbers_of(self, events: EventColumns, names: Names) -> npt.NDArray[np.int64]:
        """Return the number of each event's name; below 0: it has none."""
        self._codes += [names[text] for text in events.texts[len(self._codes) :]]
        unknown = names[UNKNOWN] if (events.names == -1).any() else -1
        return np.array([*self._codes, -1, unknown])[events.names]

    def _add_each(self, events: list[LiveEvent], names: Names, since_ns: int, batch: Batch) -> _Times:
        """Add events one by one."""
        frames, busy_ns, open_spans = [], 0, self.open
        frame = names[FRAME] if any(event[1] == FRAME for event in events) else names.get(FRAME, -1)
        spans, instants, samples, values = [], [], [], []
        for ph, name, at, value in events:
            if ph == "B":
                code = names[name or ""]
                if code == frame and all(outer != frame for outer, _ in open_spans):
                    frames.append(at)
                if len(open_spans) == MOST_OPEN:
                    open_spans.clear()
                open_spans.append((code, at))
            elif ph == "E":
                depth = self._depth_of(None if name is None else names.get(name, -1))
                if depth >= 0:
                    code, began = open_spans.pop(depth)
                    spans.append((self.number, code, depth, began, max(at, began)))
                    if not open_spans:
                        busy_ns += max(at - max(began, since_ns), 0)
            elif ph == "i":
                instants.append((self.number, names[name or ""], at))
            elif value is not None:
                samples.append((self.number, names[name or ""], at))
                values.append(float(value))
        for blocks, found, width in (
            (batch.spans, spans, 5),
            (batch.instants, instants, 3),
            (batch.samples, samples, 3),
        ):
            if found:
                blocks.append(rows(found, width))
        if values:
            batch.values.append(np.array(values))
        return _Times(frames, busy_ns)

    def _depth_of(self, code: int | None) -> int:
        """Return the place of the innermost open span of this name (of any, without one); -1: its begin is lost."""
        depth = len(self.open) - 1
        if code is not None:
            while depth >= 0 and self.open[depth][0] != code:
                depth -= 1
        return depth

    def busy_until(self, now_ns: int, since_ns: int) -> int:
        """Return how many ns since ``since_ns`` the lane was in a span, an open one included."""
        return self.busy_ns + (max(now_ns - max(self.open[0][1], since_ns), 0) if self.open else 0)
