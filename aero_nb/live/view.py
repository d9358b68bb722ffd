"""A live view: displayed when a capture starts, pushed to while it runs, a timeline when it has ended."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from aero_nb.live.feed import Feed
from aero_nb.live.places import Place, present_place
from aero_nb.live.wire import Push
from aero_nb.sources.base import label_of
from aero_nb.sources.conditions import Condition
from aero_nb.sources.live import Live
from aero_nb.sources.repeating import Repeated

SENDING_S = 0.02  # for the kernel's own thread to send a push, while threads still take quick turns (Repeated)
RATES = (0.2, 20.0)  # pushes a second: fewer are no live view, more slow the recording down


class LivePage(Protocol):
    """What shows a live view: a notebook's widget, or a page of our own."""

    @property
    def window(self) -> list[float] | None:
        """``[t0, t1]``, ns since the start of the recording, where it was paused, or None."""

    @property
    def marks(self) -> list[Any]:
        """``[ns, text]`` of what was marked in it."""

    def push(self, push: Push, data: bytes) -> None:
        """Send a push; no answer is waited for."""

    def tell_end(self, why: str) -> None:
        """Say that no more will come."""


class Drawable(Protocol):
    """A finished recording (a Trace)."""

    @property
    def start(self) -> Any:
        """The wall-clock time of its ``ts_us`` 0, a pandas.Timestamp, or None."""

    def timeline(self, **options: Any) -> Any:
        """Return its timeline, a widget."""

    def to_html(self, path: Any, **options: Any) -> Any:
        """Write its timeline as a page."""


class LiveView:
    """Shows in a notebook what a capture records, while it records: ``aero_nb.capture(live=LiveView(seconds=30))``.

    ``live=True`` means one of these with its defaults. The view is pushed to from a thread of its own, so that it moves
    while a cell keeps the kernel busy; when the capture stops, the timeline of its Trace takes its place. A view that
    fails says so on stderr and harms no recording. Outside a notebook there is nothing to see: one line says that.

    Args:
        rate: how many times a second it is brought up to date (0.2 to 20).
        seconds: how long its rolling timeline is.
        mark_when: mark where this begins to hold, ``NAME OP NUMBER`` as in ``"frame_ms > 33"``: ``frame_ms`` is the
            interval between frames, every other name a counter's.

    Raises ValueError for a ``rate`` or ``seconds`` that is out of range, or a ``mark_when`` that cannot be read.
    """

    def __init__(self, *, rate: float = 4.0, seconds: float = 10.0, mark_when: str | None = None) -> None:
        if not RATES[0] <= rate <= RATES[1]:
            raise ValueError(f"expected a rate from {RATES[0]} to {RATES[1]:g} a second, found {rate!r}")
        if not 0.1 <= seconds <= 3600:
            raise ValueError(f"expected 0.1 to 3,600 seconds, found {seconds!r}")
        self.rate = rate
        self.seconds = seconds
        self._mark_when = None if mark_when is None else Condition.of(mark_when)
        self._feed: Feed | None = None
        self._page: LivePage | None = None
        self._place: Place | None = None
        self._over = False
        self._pushing: Repeated | None = None
        self._spent_s = 0.0  # of processor time, on the last push

    def begin(self, sources: Sequence[object]) -> None:
        """Show what those of ``sources``, which record by now, are recording that are Live (``sources.live``)."""
        try:
            self._begin(sources)
        except Exception as error:
            self._fail(error)

    def pause(self) -> None:
        """Bring it up to date a last time and push no more: the recording is about to stop."""
        pushing, self._pushing = self._pushing, None
        if pushing is not None:
            pushing.join()
            self._push_or_fail()

    def end(self, trace: Callable[[], Drawable]) -> None:
        """Put the timeline of ``trace()`` in its place; where there is no trace, the last picture stays."""
        self.pause()
        if self._over or self._feed is None or self._page is None:
            return
        self._over = True
        self._feed.close()
        try:
            self._show_end(self._page, trace())
        except Exception as error:
            self._fail(error)
            with suppress(Exception):  # the page may be what failed
                self._page.tell_end(str(error))

    def notes(self, start: Any) -> list[dict[str, Any]]:
        """Return the marks so far as notes of a timeline; ``start``: a Timestamp, the wall clock at its ``ts_us`` 0."""
        if self._feed is None or self._page is None:
            return []
        marks = sorted([*self._feed.marks, *(tuple(mark) for mark in self._page.marks)])
        return [{"ts_us": self._to_us(at_ns, start), "dur_us": 0.0, "text": text} for at_ns, text in marks]

    def _to_us(self, at_ns: float, start: Any) -> float:
        zero_us = 0.0 if start is None or self._feed is None else (self._feed.start_ns - start.value) / 1000
        return float(zero_us + at_ns / 1000)

    def _begin(self, sources: Sequence[object]) -> None:
        live = [source for source in sources if isinstance(source, Live)]
        self._page = self._open() if live else None
        if self._page is None:
            why = "a live view needs a notebook" if live else "none of these sources can be watched"
            print(f"{why}; the recording goes on without it", file=sys.stderr)
            return
        self._feed = Feed([(label_of(source), source.live()) for source in live], self._mark_when)
        push = self._push_or_fail if self._place is None else self._place.sending(self._push_or_fail)
        thread = threading.Thread if self._place is None else self._place.thread
        self._pushing = Repeated("aero_nb live", 1 / self.rate, push, thread, steady=True)

    def _open(self) -> LivePage | None:
        """Display the view; None where it cannot be."""
        self._place = present_place()
        if self._place is None:
            return None
        from aero_nb.live.widget import LiveWidget

        widget: LivePage = LiveWidget(seconds=self.seconds)
        self._place.show(widget)
        return widget

    def _show_end(self, page: LivePage, trace: Drawable) -> None:
        """Put the timeline of ``trace`` where the page is."""
        if self._place is not None:
            self._place.replace(page, self._timeline(trace, page))

    def _timeline(self, trace: Drawable, widget: Any) -> Any:
        """Return the timeline, at the window where the page looks; of a busy kernel that comes later, as marks do."""
        timeline = trace.timeline()
        known, given = len(widget.marks), list(timeline.notes)

        def take(_change: Any = None) -> None:
            late = [{"ts_us": self._to_us(at_ns, trace.start), "text": text} for at_ns, text in widget.marks[known:]]
            timeline.notes = given + late
            if widget.window:
                timeline.window = [self._to_us(at_ns, trace.start) for at_ns in widget.window]

        take()
        widget.observe(take, ["marks", "window"])
        return timeline

    def _push_or_fail(self) -> None:
        if self._feed is None or self._page is None:
            return
        began_s = time.thread_time()
        try:
            self._page.push(*self._feed.push(self._spent_s))
            self._spent_s = time.thread_time() - began_s
            time.sleep(SENDING_S)
        except Exception as error:
            if self._pushing is not None:
                self._pushing.end()
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        print(f"the live view ended ({type(error).__name__}: {error}); the recording is not harmed", file=sys.stderr)
