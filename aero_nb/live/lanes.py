"""The spans of one lane, told from its begins and ends as they come."""

from dataclasses import dataclass, field
from typing import NamedTuple

from aero_nb.live.wire import Batch
from aero_nb.sources.live import LaneNews

FRAME = "frame"  # what a display frame's span is called, as in Trace.frames()
MOST_OPEN = 1024  # spans open in each other; a lane that has more is one that forgets to end them


class OpenSpan(NamedTuple):
    """A span that has begun."""

    name: int  # its code
    began_ns: int


class Names:
    """Numbers names in the order in which they are seen."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, name: str) -> int:
        """Return the number of ``name``."""
        code = self._codes.get(name)
        if code is None:
            code = self._codes[name] = len(self.texts)
            self.texts.append(name)
        return code


@dataclass
class LiveLane:
    """One lane as far as it was read."""

    number: int
    name: str = ""
    open: list[OpenSpan] = field(default_factory=list)  # outermost first
    missed: int = 0
    overwritten: int = 0
    busy_ns: int = 0  # since the last push, in spans

    def add(self, news: LaneNews, names: Names, since_ns: int, batch: Batch) -> list[int]:
        """Put what is new into ``batch``; return when its frames began.

        ``since_ns``: until when :attr:`busy_ns` was counted.
        """
        self.name, self.overwritten = news.name, news.overwritten
        self.busy_ns = 0
        if news.missed:
            self.missed += news.missed
            self.open.clear()  # whether they ended, the missed records would say
        frames: list[int] = []
        frame = names.code(FRAME)
        for ph, name, at, value in news.events:
            if ph == "B":
                code = names.code(name or "")
                if code == frame and all(span.name != frame for span in self.open):
                    frames.append(at)
                if len(self.open) == MOST_OPEN:
                    self.open.clear()
                self.open.append(OpenSpan(code, at))
            elif ph == "E":
                self._end(None if name is None else names.code(name), at, since_ns, batch)
            elif ph == "i":
                batch.instants.append((self.number, names.code(name or ""), at))
            elif value is not None:
                batch.samples.append((self.number, names.code(name or ""), at, float(value)))
        return frames

    def busy_until(self, now_ns: int, since_ns: int) -> int:
        """Return how many ns since ``since_ns`` the lane was in a span, an open one included."""
        return self.busy_ns + (max(now_ns - max(self.open[0].began_ns, since_ns), 0) if self.open else 0)

    def _end(self, code: int | None, at: int, since_ns: int, batch: Batch) -> None:
        """End the innermost open span of this name, without a name the innermost; one whose begin was lost is none."""
        for depth in range(len(self.open) - 1, -1, -1):
            span = self.open[depth]
            if code is None or span.name == code:
                del self.open[depth]
                batch.spans.append((self.number, span.name, depth, span.began_ns, at))
                if not self.open:
                    self.busy_ns += at - max(span.began_ns, since_ns)
                return
