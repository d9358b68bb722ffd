"""The spans of one lane, told from its begins and ends as they come."""

from dataclasses import dataclass, field

from aero_nb.live.wire import Batch
from aero_nb.sources.conditions import FRAME
from aero_nb.sources.live import LaneNews

MOST_OPEN = 1024  # spans open in each other; a lane that has more is one that forgets to end them


class Names(dict[str, int]):
    """The numbers of names, in the order in which they are first asked for; ``texts`` are the names by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __missing__(self, name: str) -> int:
        code = self[name] = len(self.texts)
        self.texts.append(name)
        return code


@dataclass
class LiveLane:
    """One lane as far as it was read."""

    number: int
    name: str = ""
    open: list[tuple[str, int]] = field(default_factory=list)  # name and begin (ns), outermost first
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
        open_spans = self.open
        for ph, name, at, value in news.events:
            if ph == "B":
                if name == FRAME and all(outer != FRAME for outer, _ in open_spans):
                    frames.append(at)
                if len(open_spans) == MOST_OPEN:
                    open_spans.clear()
                open_spans.append((name or "", at))
            elif ph == "E":
                depth = self._depth_of(name)
                if depth >= 0:
                    label, began = open_spans.pop(depth)
                    batch.spans.append((self.number, names[label], depth, began, at))
                    if not open_spans:
                        self.busy_ns += at - max(began, since_ns)
            elif ph == "i":
                batch.instants.append((self.number, names[name or ""], at))
            elif value is not None:
                batch.samples.append((self.number, names[name or ""], at, float(value)))
        return frames

    def _depth_of(self, name: str | None) -> int:
        """Return the place of the innermost open span of this name (of any, without one); -1: its begin is lost."""
        depth = len(self.open) - 1
        if name is not None:
            while depth >= 0 and self.open[depth][0] != name:
                depth -= 1
        return depth

    def busy_until(self, now_ns: int, since_ns: int) -> int:
        """Return how many ns since ``since_ns`` the lane was in a span, an open one included."""
        return self.busy_ns + (max(now_ns - max(self.open[0][1], since_ns), 0) if self.open else 0)
