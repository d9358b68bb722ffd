"""``live``: a recording is watched in a browser's tab while it runs, and saved when it ends."""

import argparse
import signal
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from aero_nb.cli.commands import FORMATS, trace_format
from aero_nb.cli.inputs import InputError
from aero_nb.cli.printing import as_json, as_printed
from aero_nb.errors import AeroNBError

if TYPE_CHECKING:
    from aero_nb.live.server import LiveServer
    from aero_nb.live.web import WebView
    from aero_nb.recorder.watched_folder import FolderWatch
    from aero_nb.trace import Trace

LOOK_S = 0.2  # between two looks at whether it has ended
_KEPT_SAFE = 5.0  # seconds between two copies of a page's recording on disk


def add_to(subparsers: Any) -> None:
    """Add this command to the command line."""
    live = subparsers.add_parser(
        "live",
        help="watch a page, or programs that record into a folder, in a browser's tab while they run",
        description="Shows what is recorded in a browser's tab while it is. Ctrl-C saves the trace and ends.",
    )
    live.set_defaults(run=_live, error=live.error)
    live.add_argument(
        "source",
        metavar="URL|FOLDER",
        help="an Aero page; or what programs have as AERO_TRACE_FOLDER, started with AERO_TRACE=1 too",
    )
    live.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        type=trace_format,
        default="trace.json",
        help=f"(default: trace.json) {FORMATS}",
    )
    live.add_argument("--rate", type=float, default=4.0, metavar="N", help="updates a second (default: 4)")
    live.add_argument("--seconds", type=float, default=10.0, metavar="N", help="of the rolling timeline (default: 10)")
    live.add_argument("--mark-when", metavar="'NAME OP NUMBER'", help="mark where this begins to hold: 'frame_ms > 33'")
    live.add_argument("--port", type=_port, default=0, metavar="N", help="of the view's page (default: a free one)")
    live.add_argument("--no-open", action="store_true", help="open no tab, only say where the view is")
    live.add_argument("--once", action="store_true", help="FOLDER: end when the programs that were seen have ended")
    live.add_argument("--stream", type=float, metavar="SECONDS", help="URL: show its spans, asked for so often")
    live.add_argument("--cdp", metavar="ENDPOINT", help="URL: open it in this running browser (http://127.0.0.1:9222)")
    live.add_argument("--headless", action="store_true", help="URL: show no window of it")
    live.add_argument("--json", action="store_true", help="say what was saved, for machines")


def _port(text: str) -> int:
    """Return the value of ``--port``."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"expected the number of a port, 0 to 65535, found {text!r}")
    return int(text)


def _live(options: argparse.Namespace) -> int:
    from aero_nb.live.server import LiveServer
    from aero_nb.live.web import WebView
    from aero_nb.recorder.boot import check_writable

    watch = _watch_page if "://" in options.source else _watch_folder
    if watch is _watch_folder and not Path(options.source).is_dir():
        raise InputError(f"expected an address (http://...) or a folder, found no folder at {options.source}")
    if not options.output.endswith(".parquet"):
        check_writable(Path(options.output))
    with LiveServer(options.source, seconds=options.seconds, port=options.port) as server:
        try:
            view = WebView(server, rate=options.rate, seconds=options.seconds, mark_when=options.mark_when)
        except ValueError as error:
            options.error(str(error))
        return watch(options, server, view)


def _watch_folder(options: argparse.Namespace, server: "LiveServer", view: "WebView") -> int:
    """Watch programs that record into a folder."""
    from aero_nb.recorder.watched_folder import FolderWatch

    watch = FolderWatch(options.source)
    with _until_stopped() as stopped:
        try:
            view.begin([watch])
            _say(options, server, watch)
            why = _wait(stopped, lambda: _end_of(watch, once=options.once))
            view.pause()
        finally:
            exports = watch.stop()
        if not exports:
            _nothing(options, view)
        return _save(options, view, _merged(exports, view), why)


def _end_of(watch: "FolderWatch", *, once: bool) -> str | None:
    return "the programs have ended" if once and watch.are_over else watch.ended


def _merged(exports: list[bytes], view: "WebView") -> "Trace":
    """Return the trace of all programs, with the marks."""
    from aero_nb.timeline.notes import with_notes
    from aero_nb.trace import Trace

    first, *others = [Trace.from_bytes(data) for data in exports]
    trace = first.merge(*others) if others else first
    notes = view.notes(trace.start)
    return cast("Trace", with_notes(trace, notes)) if notes else trace


def _watch_page(options: argparse.Namespace, server: "LiveServer", view: "WebView") -> int:
    """Watch an Aero page."""
    import aero_nb

    headed = not options.headless and options.cdp is None and _has_screen()
    with aero_nb.connect(options.source, headed=headed, cdp=options.cdp) as page:
        run = aero_nb.capture(page, live=view, stream=options.stream, autosave=None if options.stream else _KEPT_SAFE)
        run.start()
        with _until_stopped() as stopped:
            try:
                _say(options, server, None)
                why = _wait(stopped, lambda: page.gone)
            finally:
                run.stop()
            try:
                trace = run.partial_trace()
            except AeroNBError:
                _nothing(options, view)
            return _save(options, view, trace, why)


def _has_screen() -> bool:
    from aero_nb.browser.find import check_display

    with suppress(AeroNBError):
        check_display()
        return True
    return False


@contextmanager
def _until_stopped() -> "Iterator[threading.Event]":
    """Yield what is set by the first Ctrl-C, or by the end of the terminal; the second Ctrl-C interrupts."""
    stopped = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    names: list[Literal["SIGINT", "SIGTERM", "SIGHUP"]] = ["SIGINT", "SIGTERM", "SIGHUP"]
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait(stopped: threading.Event, end_of: Callable[[], str | None]) -> str:
    """Wait for the end; return why it came."""
    while not stopped.wait(LOOK_S):
        if why := end_of():
            return why
    return "stopped"


def _say(options: argparse.Namespace, server: "LiveServer", watch: "FolderWatch | None") -> None:
    """Say where the view is, and open it."""
    where = f"live at {server.url}"
    if watch is not None and not watch.programs:
        where += f"\nnothing records there yet; start AERO_TRACE=1 AERO_TRACE_FOLDER={watch.folder} python SCRIPT"
    if not options.json:
        print(f"{where}\nCtrl-C saves {options.output} and ends", flush=True)
    if not options.no_open:
        _open(server.url)


def _open(url: str) -> None:
    """Open a tab, where that shows one and takes no terminal."""
    with suppress(webbrowser.Error):
        browser = webbrowser.get()
        if type(browser) is not webbrowser.GenericBrowser:
            browser.open_new_tab(url)


def _nothing(options: argparse.Namespace, view: "WebView") -> None:
    """End where nothing was recorded."""
    view.finish("nothing was recorded, and nothing is saved", None)
    raise AeroNBError(
        f"expected a recording of {options.source}, found that nothing was recorded; nothing is saved. Programs record "
        "there that have AERO_TRACE=1 and AERO_TRACE_FOLDER, and use aero_nb.perf or aero-nb record --functions"
    )


def _save(options: argparse.Namespace, view: "WebView", trace: "Trace", why: str) -> int:
    """Save the trace, say so, and show its timeline where the view was."""
    output = Path(options.output)
    if options.output.endswith(".parquet"):
        trace.to_parquet(output)
    else:
        trace.save(output)
    saved = {
        "file": str(output),
        "end": why,
        "spans": len(trace.columns.spans),
        "processes": int(trace.tracks["pid"].nunique()),
        "lost": int(trace.losses["dropped_records"].fillna(0).sum()),
    }
    lost = f", {saved['lost']:,} records lost" if saved["lost"] else ""
    told = f"{why}; saved {output}: {saved['spans']:,} spans, {len(trace.instants):,} instants, "
    told += (
        f"{len(trace.counters):,} counter samples of {saved['processes']} process"
        + "es" * (saved["processes"] != 1)
        + lost
    )
    print(as_printed(as_json(saved)) if options.json else told, flush=True)
    view.finish(told, trace)
    return 0
