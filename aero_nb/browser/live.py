"""What a page can show of itself while it records: its frames, and, while it is streamed, what the pieces bring."""

import json
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

from aero_nb.sources.conditions import FRAME
from aero_nb.sources.joining import JoinedNews
from aero_nb.sources.live import LaneNews, LiveEvent, News

FRAMES_JS = (Path(__file__).with_name("live_frames.js")).read_text(encoding="utf-8")
FRAMES_LANE = "page: frames"  # by requestAnimationFrame
_PHASES = {"B", "E", "i", "C"}


class PageReader:
    """The :class:`~aero_nb.sources.live.LiveReader` of a page.

    The page is asked for its frames, and the answer taken at the next read: nobody waits for a page that is busy. A
    question that fails (the page is gone, is loaded again) brings nothing; the recording itself will say why.

    Args:
        ask: start evaluating an expression in the page.
        joined: what a stream has joined since a chunk; None where nothing is streamed.
        offset_us: the page's clock minus this process's.
        start_us: the page's clock when its recording began.
    """

    def __init__(
        self,
        ask: Callable[[str], "Future[Any]"],
        joined: Callable[[int], JoinedNews | None],
        offset_us: float,
        start_us: float,
    ) -> None:
        self._ask = ask
        self._joined = joined
        self._offset_us = offset_us
        self._start_ns = self._ns(start_us)
        self._asked: Future[Any] | None = None
        self._in_frame = False
        self._chunks = 0
        self._lanes: dict[Any, int] = {}

    def read(self, most: int) -> News:
        """Return the page's new frames, and what its stream brought; ``most`` events at most."""
        frames = LaneNews(0, FRAMES_LANE, self._frame_events())
        lanes = [frames, *self._piece_lanes(most)]
        now_ns = max(time.time_ns(), *(lane.events[-1][2] for lane in lanes if lane.events), self._start_ns)
        return News(self._start_ns, now_ns, lanes)

    def close(self) -> None:
        """Ask no more: the page's callbacks end by themselves."""
        if self._asked is not None:
            self._asked.cancel()

    def _ns(self, page_us: float) -> int:
        return round((page_us - self._offset_us) * 1000)

    def _frame_events(self) -> list[LiveEvent]:
        """Each frame as a span up to the next one, as the page's own clock has them."""
        events: list[LiveEvent] = []
        for began_us in self._new_frames():
            at_ns = self._ns(began_us)
            if self._in_frame:
                events.append(("E", FRAME, at_ns, None))
            events.append(("B", FRAME, at_ns, None))
            self._in_frame = True
        return events

    def _new_frames(self) -> list[float]:
        found: list[float] = []
        if self._asked is not None and not self._asked.done():
            return found  # the page is busy
        try:
            if self._asked is not None:
                found = self._asked.result()
            self._asked = self._ask(FRAMES_JS)
        except (Exception, CancelledError):  # whatever Playwright says of a page that is gone or on its way
            self._asked = None
        return found

    def _piece_lanes(self, most: int) -> list[LaneNews]:
        news = self._joined(self._chunks)
        if news is None:
            return []
        self._chunks = news.chunks
        events: dict[Any, list[LiveEvent]] = {}
        for event in json.loads(b"[" + b",".join(news.texts) + b"]"):
            key = event.get("pid"), event.get("tid")
            if event.get("ph") in _PHASES and isinstance(event.get("ts"), int | float):
                events.setdefault(key, []).append(self._event(event, news.start_us))
        share = min(most / max(sum(map(len, events.values())), 1), 1)
        lanes = []
        for key, found in events.items():
            number = self._lanes.setdefault(key, len(self._lanes) + 1)
            kept = found[len(found) - int(len(found) * share) :]
            lanes.append(LaneNews(number, f"page: {news.names.get(key, key)}", kept, len(found) - len(kept)))
        return lanes

    def _event(self, event: dict[str, Any], start_us: float) -> LiveEvent:
        ph, name, at_ns = event["ph"], event.get("name"), self._ns(start_us + event["ts"])
        if ph != "C":
            return ph, None if name is None else str(name), at_ns, None
        args = event.get("args")
        series, value = next(iter(args.items()), (name, None)) if isinstance(args, dict) else (name, None)
        return ph, str(series), at_ns, value if isinstance(value, int | float) else None
