"""What the options of ``%aero_trace start`` record with, and what shows it meanwhile."""

from argparse import Namespace
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from aero_nb.recorder import perf
from aero_nb.recorder.sampler import Sampler
from aero_nb.sources.base import Source

if TYPE_CHECKING:
    from aero_nb.browser import AeroPage
    from aero_nb.live import LiveView


def sources_of(options: Namespace, page: "AeroPage | None") -> list[Source]:
    """Return what is to record: the page if there is one, Chrome beside it, this process, its samples.

    Raises UsageError for options that do not go together.
    """
    process = _this_process(options)
    if page is None:
        for option in ("boot", "chrome"):
            if getattr(options, option):
                raise UsageError(f"--{option} is for a page: %aero_trace connect URL first")
        if process is not perf and (options.stream or options.autosave):
            raise UsageError("--keep-when keeps little and in memory: leave --stream and --autosave out")
    sources: list[Source] = [process] if page is None else [page, process]
    if page is not None and options.chrome and page.chrome is None:
        sources.insert(0, page.chrome_trace(options.chrome))
    if options.sample is not None:
        sources.append(_sampler(options.sample))
    return sources


def live_view_of(options: Namespace) -> "LiveView | bool":
    """Return the live view that is asked for, False for none.

    Raises UsageError for options that do not go together.
    """
    asked = {"rate": options.rate, "seconds": options.seconds, "mark_when": options.mark_when}
    how = {name: value for name, value in asked.items() if value is not None}
    if not options.live:
        if how:
            raise UsageError(f"--{min(how).replace('_', '-')} is for a live view: give --live as well")
        return False
    from aero_nb.live import LiveView

    try:
        return LiveView(**how)
    except ValueError as error:
        raise UsageError(f"--live: {error}") from error


def _this_process(options: Namespace) -> Source:
    """Return what records this process."""
    if options.keep_when is None:
        if options.around is not None:
            raise UsageError("--around is for what is kept of a recording: give --keep-when as well")
        return perf
    from aero_nb.recorder.flight import FlightRecorder

    try:
        return FlightRecorder(options.keep_when, 2.0 if options.around is None else options.around)
    except ValueError as error:
        raise UsageError(f"--keep-when: {error}") from error


def _sampler(hz: float) -> Sampler:
    try:
        return Sampler(hz)
    except ValueError as error:
        raise UsageError(f"--sample: {error}") from error
