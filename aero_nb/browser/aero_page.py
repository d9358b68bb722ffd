"""``AeroPage``: an emulator in a browser page as a Source."""

import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from aero_nb.browser import clock
from aero_nb.browser.addresses import has_trace, with_trace, without_trace
from aero_nb.browser.brief import brief
from aero_nb.browser.chrome_trace import BUFFER_MB, ChromeTrace, categories_of
from aero_nb.browser.connection import Connection, timed_out
from aero_nb.browser.live import PageReader
from aero_nb.browser.moving import STREAM_ANSWER_S, call_text, move
from aero_nb.browser.opening import go, wait_for_address
from aero_nb.browser.page import Page
from aero_nb.browser.status import PageStatus
from aero_nb.errors import BrowserError
from aero_nb.progress import Progress
from aero_nb.sources.base import Source
from aero_nb.sources.counts import ExportCounts, unanswered_workers
from aero_nb.sources.joining import ended_early
from aero_nb.sources.keeping import Keeper, check_seconds
from aero_nb.sources.live import LiveReader

EPOCH = re.compile(rb'"startTimeEpochUs"\s*:\s*([-+.0-9eE]+)')
SLACK_US = 2000.0  # a page's clock is rounded to 0.1 ms unless it is cross-origin isolated


@dataclass
class PerfRun:
    """What :meth:`AeroPage.perf_capture` yields; ``data`` holds the capture's JSON bytes once the block has ended."""

    data: bytes = b""


class _LostError(BrowserError):
    """The recording of ours is not in the page any more."""


class AeroPage(Page):
    """An Aero page: a Source, and the hands of a :class:`Page`.

    The bytes of the last export stay in ``last_export`` whatever happens to the page.
    """

    label = "the page"
    start_options = ("stream", "autosave", "boot")

    def __init__(self, connection: Connection, *, timeout: float, progress: Progress | None = None) -> None:
        super().__init__(connection, timeout=timeout)
        self.progress = progress
        self.chrome: str | Sequence[str] | None = None  # categories of Chrome's own trace that captures record too
        self.exported_at: float | None = None  # seconds since the epoch
        self._last_export: bytes | None = None
        self._counts: ExportCounts | None = None  # of _last_export, once asked for
        self._clock: clock.ClockOffset | None = None
        self._our_start: dict[str, Any] | None = None  # what the page said when the recording of ours began
        self._recordings = 0  # recordings of ours that began
        self._lost: str | None = None  # why the recording of ours is lost, until stop() or start()
        self._stopped_us: float | None = None  # the page's clock when it was found stopped, but not by us
        self._keeper: Keeper | None = None
        self._reported_cost = False

    @property
    def last_export(self) -> bytes | None:
        """The bytes of the last export; while streaming what is joined so far. None before the first."""
        keeper = self._keeper
        joined = keeper.data() if keeper is not None and keeper.counts() is not None else None
        return self._last_export if joined is None else joined

    @property
    def recording(self) -> int | None:
        """The number of the running recording, counted from 1 on this connection; None while none of ours runs."""
        return None if self._our_start is None else self._recordings

    @brief
    def start(self, *, stream: float | None = None, autosave: float | None = None, boot: bool = False) -> None:
        """Forget what was recorded and record from now on, on the page and in all of its workers.

        ``stream``: export every so many seconds and join the pieces, so that the recording outgrows the page's
        rings. ``autosave``: keep an export on disk, renewed every so many seconds. ``boot``: :meth:`boot` the page.
        """
        if boot:
            self.boot(stream=stream, autosave=autosave)
            return
        check_seconds(stream, autosave)
        self._abandon_keeping()
        run = self._ask("start", "starting the trace")
        if not isinstance(run, dict) or run.get("enabled") is not True:
            raise BrowserError(
                f"expected aero.perf.traceEnabled to be true after traceStart(), found {run!r}: "
                "this page's profiler does not work"
            )
        self._began(run, stream, autosave)

    @brief
    def boot(self, *, stream: float | None = None, autosave: float | None = None) -> None:
        """Load the page again with ``?trace``, so that its startup is recorded; instead of :meth:`start`.

        Afterwards the page has its address back, so that a later reload does not record.
        """
        check_seconds(stream, autosave)
        self._abandon_keeping()
        self._our_start = None
        self._reported_cost = False
        address = self.url
        go(self._connection, with_trace(address), self._timeout)
        state = self._ask("state", "asking for its state")
        if state.get("enabled") is not True:
            raise BrowserError(
                f"expected the page to record from its start with ?trace, found traceEnabled {state.get('enabled')!r}"
            )
        if not has_trace(address):
            plain = without_trace(state["url"])
            self._connection.evaluate(call_text("readdress", plain), "restoring its address", self._timeout)
            wait_for_address(self._connection, plain, self._timeout)
        document = state["document"]
        self._began({"document": document, "before": document * 1000, "after": state["now"]}, stream, autosave)

    def _began(self, run: dict[str, Any], stream: float | None, autosave: float | None) -> None:
        self._our_start, self._lost, self._stopped_us = run, None, None
        self._recordings += 1
        self.clock_offset_us()
        if stream is not None or autosave is not None:
            function = "holdTrace" if stream is None else "holdTracePiece"
            take = partial(self._export_ours, function, patience_s=STREAM_ANSWER_S)
            self._keeper = Keeper(take, stream=stream, autosave=autosave)

    def chrome_trace(self, categories: str | Sequence[str] = "timeline", *, buffer_mb: int = BUFFER_MB) -> ChromeTrace:
        """Return Chrome's own trace of this page as a Source: ``aero_nb.capture(page.chrome_trace(), page)``.

        ``categories``: ``"timeline"`` (tasks, script, layout, paint, collector, compilers), ``"samples"`` (with CPU
        samples), ``"full"``, or Chrome's own names. ``buffer_mb``: what Chrome may hold; when that is full the end is
        missing, and said to be.

        Raises BrowserError for categories that are none.
        """
        return ChromeTrace(self, categories_of(categories), buffer_mb)

    def beside(self) -> Sequence[Source]:
        """Return the Sources that a capture of this page records too: Chrome's own trace where connect() was told."""
        return () if self.chrome is None else (self.chrome_trace(self.chrome),)

    @brief
    def reload(self) -> None:
        """Load the page again and wait until it can export; what it had recorded is lost.

        In mid-recording, :meth:`stop` will say so; what was exported before is in ``last_export``.
        """
        if self._our_start is not None:
            self._lose("reload() was called in mid-recording, and what the page had recorded is lost: start again")
        self._reported_cost, self._stopped_us = False, None
        go(self._connection, self.url, self._timeout)

    @brief
    def export(self) -> bytes:
        """Return what is recorded so far as Chrome Trace JSON, also while recording; repeatable.

        Verbatim from the page, except that a streamed recording is joined from its pieces, that a page that cannot
        write JSON for an instant's args is written for it (``otherData.aero_nb.bigint_args``: BigInts, in full;
        ``unwritable_args``: what refers to itself, replaced by a note), and that a recording that somebody else
        stopped has a gap from there on.
        """
        if self._lost is not None:
            raise BrowserError(self._lost)
        try:
            return self._whole(self._export_ours(progress=self.progress) if self._keeper is None else self._kept())
        except _LostError as error:
            self._lose(str(error))
            raise BrowserError(self._lost) from error

    @brief
    def stop(self) -> bytes:
        """Stop recording and return everything that was recorded; harmless when stopped.

        Raises BrowserError when the recording is not the one that :meth:`start` began any more (a reload, another
        client's start) or the page is gone; what was exported until then is in ``last_export``. If somebody else
        stopped it (the page itself, another client), the rest is a gap of every lane, and that is said.
        """
        if self._lost is not None:
            why, self._lost = self._lost, None
            raise BrowserError(why)
        keeper = self._keeper
        try:
            if keeper is None:
                self._ask_to_stop()
                data = self._export_ours(progress=self.progress)
            else:
                keeper.end()
                data = self._kept(before=self._ask_to_stop)
        except _LostError as error:
            self._our_start = None
            raise BrowserError(str(error)) from error
        except BrowserError:
            if keeper is not None:
                self._lost = None  # it is reported
            raise
        data = self._whole(data, report=True)
        if keeper is not None:
            keeper.discard()
        self._keeper = self._our_start = None
        return data

    def _whole(self, data: bytes, *, report: bool = False) -> bytes:
        """Return ``data`` with a gap where the page did not record though it was asked to."""
        if self._stopped_us is None:
            return data
        if report:
            print(
                "aero_nb: the page's recording had been stopped by somebody else (the page itself, another client): "
                "from there on every lane has a gap, see trace.gaps",
                file=sys.stderr,
            )
        return self._remember(ended_early(data, self._stopped_us))

    def _ask_to_stop(self) -> None:
        with self._same_document():
            if self._our_start is not None:
                self._our_start["stopping"] = True
            self._ask("stop", "stopping the trace")

    def _kept(self, before: Any = None) -> bytes:
        """Take one more export and return all that is kept; on a failure keep what there is, and say where."""
        keeper = self._keeper
        assert keeper is not None
        try:
            if isinstance(keeper.error, BrowserError):
                raise keeper.error
            if before is not None:
                before()
            keeper.take(lambda: self._export_ours(progress=self.progress))  # the last one need not be gentle
        except BrowserError as error:
            self._lose(str(error))
            raise BrowserError(self._lost) from error
        if keeper.error is not None:  # the disk's fault, not the page's: the capture itself is whole
            print(f"aero_nb: autosaving ended early: {keeper.error}", file=sys.stderr)
        return self._remember(keeper.data() or b"")

    def _lose(self, why: str) -> None:
        """Note that our recording is over before its stop(), which will say so, and keep what was exported of it."""
        keeper, self._keeper, self._our_start = self._keeper, None, None
        if keeper is not None:
            keeper.end()
            if (data := keeper.data()) is not None:
                self._remember(data)
                why += f". What was exported until then ({len(data):,} bytes) is in the page's last_export"
            keeper.leave()
            why += f" and in {keeper.path}" if keeper.path is not None else ""
        self._lost = why

    def _export_ours(
        self, function: str = "holdTrace", *, progress: Progress | None = None, patience_s: float | None = None
    ) -> bytes:
        """Export, and make sure that it is the recording that we began."""
        with self._same_document():
            data = self._remember(move(self._connection, function, progress, patience_s))
        self._check_epoch(data)
        self._report_cost(data)
        return data

    def _report_cost(self, data: bytes) -> None:
        """Say once what workers that do not answer cost."""
        if self._reported_cost or not (silent := unanswered_workers(data)):
            return
        self._reported_cost = True
        print(
            f"aero_nb: {len(silent)} of the page's workers did not answer ({', '.join(silent)}): each export of this "
            "page waits 2 s for them. Those that ended with an earlier run of the machine never will: reload() the "
            "page before start() to be rid of them",
            file=sys.stderr,
        )

    @contextmanager
    def _same_document(self) -> Iterator[None]:
        """Say that the page was reloaded, where that is why the block failed (or would mislead)."""
        self._check_document()
        try:
            yield
        except BrowserError as error:
            if self.gone is None and not timed_out(error):
                self._check_document()
            raise

    def _check_document(self) -> None:
        our_start = self._our_start
        if our_start is None:
            return
        state = self._ask("state", "asking for its state")
        if state.get("document") != our_start["document"]:
            raise _LostError(
                "the page was reloaded or left since the recording began, and what it had recorded is lost: start again"
            )
        if state.get("enabled") is False and "stopping" not in our_start:
            self._stopped_us = state["now"]

    def _check_epoch(self, data: bytes) -> None:
        our_start = self._our_start
        if our_start is None:
            return
        epoch = EPOCH.search(data, 0, 4096)
        if epoch is None or our_start["before"] - SLACK_US <= float(epoch[1]) <= our_start["after"] + SLACK_US:
            return
        late_s = (float(epoch[1]) - our_start["after"]) / 1e6
        raise _LostError(
            f"another client of the page (its own button, a second notebook) started the trace again {late_s:.3f} s "
            "after us, which erased what was recorded; what it recorded since is in the page's last_export"
        )

    def _remember(self, data: bytes) -> bytes:
        if not data.lstrip()[:1] == b"{":
            raise BrowserError(f"expected a trace as a JSON object from the page, found {data[:60]!r}")
        self._last_export, self.exported_at, self._counts = data, time.time(), None
        return data

    def _abandon_keeping(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.end()
            keeper.leave()

    def live(self) -> LiveReader:
        """Return a reader of this page while it records: of its frames, and of what ``stream`` brings."""
        start = self._our_start or {"before": time.time() * 1e6}
        return PageReader(
            lambda expression: self._connection.submit(self._connection.evaluating(expression)),
            lambda chunks: None if self._keeper is None else self._keeper.since(chunks),
            0.0 if self._clock is None else self._clock.offset_us,
            start["before"],
        )

    @property
    @brief
    def trace_enabled(self) -> bool:
        """Whether the page records now."""
        enabled = self._ask("state", "asking for its state").get("enabled")
        if not isinstance(enabled, bool):
            raise BrowserError(f"expected aero.perf.traceEnabled to be true or false, found {enabled!r}")
        return enabled

    def _ask(self, function: str, doing: str) -> Any:
        return self._connection.evaluate(call_text(function), doing, self._timeout)

    @contextmanager
    def perf_capture(self) -> Iterator[PerfRun]:
        """Record Aero's per-frame figures during the block; ``run.data`` is for ``aero_nb.load_perf_capture``."""
        run = PerfRun()
        self._ask("captureStart", "starting the perf capture")
        try:
            yield run
        finally:
            self._ask("captureStop", "stopping the perf capture")
            run.data = move(self._connection, "holdCapture", self.progress)

    @brief
    def clock_offset_us(self) -> float:
        """Measure the page's wall clock minus this process's ``time.time()``, in µs (subtract it from page times).

        As NTP does, the best of several round trips; ``clock_uncertainty_us`` is how far it can be off. A page
        that is gone answers with the last measurement.
        """
        if self._clock is None or self.gone is None:
            measuring = clock.measure(lambda: self._connection.evaluating(clock.PAGE_NOW_US))
            self._clock = self._do(measuring, "comparing clocks")
        return self._clock.offset_us

    @property
    def clock_uncertainty_us(self) -> float:
        """The most that the last measured clock offset can be wrong by (half its round trip), in µs."""
        return float("nan") if self._clock is None else self._clock.uncertainty_us

    @brief
    def status(self) -> PageStatus:
        """Tell the address, whether the page records, and the counts as of the last export."""
        keeper = self._keeper
        joined = None if keeper is None else keeper.counts()
        if joined is None and self._last_export is not None and self._counts is None:
            self._counts = ExportCounts.of(self._last_export)
        error = None if keeper is None else keeper.error
        enabled = self._ask("state", "asking for its state").get("enabled") if self.gone is None else None
        return PageStatus(
            url=self.url,
            tracing=enabled if isinstance(enabled, bool) else None,
            gone=self.gone,
            exported_at=self.exported_at,
            last_export=joined or self._counts,
            keeping_error=None if error is None else str(error),
        )

    def close(self) -> None:
        """End the connection, and the browser if it is ours, with its profile; harmless when repeated."""
        super().close()  # first: it ends an export that is under way
        self._abandon_keeping()
