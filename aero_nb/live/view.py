"""A live view: displayed when a capture starts, pushed to while it runs, a timeline when it has ended."""

import contextvars
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from aero_nb.live.feed import Feed
from aero_nb.sources.base import Source, label_of
from aero_nb.sources.conditions import Condition
from aero_nb.sources.live import Live
from aero_nb.sources.repeating import Repeated

if TYPE_CHECKING:
    from aero_nb.live.widget import LiveWidget

RATES = (0.2, 20.0)  # pushes a second: fewer are no live view, more slow the recording down


class Drawable(Protocol):
    """A finished recording (a Trace)."""

    @property
    def start(self) -> Any:
        """The wall-clock time of its ``ts_us`` 0, a pandas.Timestamp, or None."""

    def timeline(self, **options: Any) -> Any:
        """Return its timeline, a widget."""


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
        self._widget: LiveWidget | None = None
        self._place: Any = None  # the display that the timeline takes over
        self._pushing: Repeated | None = None
        self._spent_s = 0.0  # of processor time, on the last push

    def begin(self, sources: Sequence[Source]) -> None:
        """Show what ``sources``, which record by now, are recording."""
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
        place, self._place = self._place, None
        if place is None or self._feed is None or self._widget is None:
            return
        self._feed.close()
        try:
            place.update(self._timeline(trace(), self._widget))
        except Exception as error:
            self._fail(error)
            with suppress(Exception):  # the page may be what failed
                self._widget.tell_end(str(error))

    def notes(self, start: Any) -> list[dict[str, Any]]:
        """Return the marks so far as notes of a timeline; ``start``: a Timestamp, the wall clock at its ``ts_us`` 0."""
        if self._feed is None or self._widget is None:
            return []
        marks = sorted([*self._feed.marks, *(tuple(mark) for mark in self._widget.marks)])
        return [{"ts_us": self._to_us(at_ns, start), "dur_us": 0.0, "text": text} for at_ns, text in marks]

    def _to_us(self, at_ns: float, start: Any) -> float:
        zero_us = 0.0 if start is None or self._feed is None else (self._feed.start_ns - start.value) / 1000
        return float(zero_us + at_ns / 1000)

    def _begin(self, sources: Sequence[Source]) -> None:
        where = _kernel()
        live = [source for source in sources if isinstance(source, Live)]
        if where is None or not live:
            why = "a live view needs a notebook" if where is None else "none of these sources can be watched"
            print(f"{why}; the recording goes on without it", file=sys.stderr)
            return
        from IPython.display import display

        from aero_nb.live.widget import LiveWidget

        self._feed = Feed([(label_of(source), source.live()) for source in live], self._mark_when)
        self._widget = LiveWidget(seconds=self.seconds)
        self._place = display(self._widget, display_id=True)
        # Sending from a thread needs to know which cell it is for.
        push = contextvars.copy_context().run
        self._pushing = Repeated("aero_nb live", 1 / self.rate, lambda: push(self._push_or_fail))

    def _timeline(self, trace: Drawable, widget: "LiveWidget") -> Any:
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
        if self._feed is None or self._widget is None:
            return
        began_s = time.thread_time()
        try:
            self._widget.push(*self._feed.push(self._spent_s))
            self._spent_s = time.thread_time() - began_s
        except Exception as error:
            if self._pushing is not None:
                self._pushing.end()
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        print(f"the live view ended ({type(error).__name__}: {error}); the recording is not harmed", file=sys.stderr)


def _kernel() -> Any:
    """Return the kernel of the notebook that this process works for, if it does."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None)
