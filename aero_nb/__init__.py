"""See why an emulator is slow: capture, load, draw and compare traces in a notebook.

The nouns, one meaning each:

- *event*: one raw record of a Chrome Trace Event JSON file.
- *span*: a named interval on a track; *instant*: a named moment; *counter*: one sampled value of a series.
- *track*: one lane (a thread, an async track, or one counter series).
- :class:`Trace`: a finished, immutable recording as pandas tables.
- :class:`Recorder` (``aero_nb.perf``): writes events inside this process, into bounded per-thread rings.
- *Source*: whatever can ``start()``, ``export()`` and ``stop()``; a *capture* is one such run.

Every name below is loaded on first use, so that ``import aero_nb`` costs nothing in a worker process.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from aero_nb.errors import AeroNBError, BrowserError, CaptureError, TraceFormatError

if TYPE_CHECKING:
    from aero_nb import analysis as analysis
    from aero_nb import browser as browser
    from aero_nb import cli as cli
    from aero_nb import comparing as comparing
    from aero_nb import demo as demo
    from aero_nb import figures as figures
    from aero_nb import formats as formats
    from aero_nb import live as live
    from aero_nb import reader as reader
    from aero_nb import recorder as recorder
    from aero_nb import reports as reports
    from aero_nb import sources as sources
    from aero_nb import store as store
    from aero_nb import tables as tables
    from aero_nb import timeline as timeline
    from aero_nb import trace as trace
    from aero_nb.browser import AeroPage, connect
    from aero_nb.capturing import Capture, capture
    from aero_nb.comparing.alignment import Alignment, align
    from aero_nb.comparing.comparison import Comparison, compare
    from aero_nb.comparing.perf_capture import PerfCapture, load_perf_capture
    from aero_nb.comparing.verdict import Verdict, check
    from aero_nb.experimenting import Experiment, experiment
    from aero_nb.live import LiveView
    from aero_nb.recorder import Recorder, perf
    from aero_nb.recorder.flight import FlightRecorder
    from aero_nb.recorder.sampler import Sampler
    from aero_nb.reports import Report
    from aero_nb.store import TraceStore
    from aero_nb.trace import Trace, load

__version__ = "0.1.0"

_HOME = {
    "AeroPage": "aero_nb.browser",
    "Alignment": "aero_nb.comparing.alignment",
    "Capture": "aero_nb.capturing",
    "Comparison": "aero_nb.comparing.comparison",
    "Experiment": "aero_nb.experimenting",
    "FlightRecorder": "aero_nb.recorder.flight",
    "LiveView": "aero_nb.live",
    "PerfCapture": "aero_nb.comparing.perf_capture",
    "Recorder": "aero_nb.recorder",
    "Report": "aero_nb.reports",
    "Sampler": "aero_nb.recorder.sampler",
    "Trace": "aero_nb.trace",
    "TraceStore": "aero_nb.store",
    "Verdict": "aero_nb.comparing.verdict",
    "align": "aero_nb.comparing.alignment",
    "capture": "aero_nb.capturing",
    "check": "aero_nb.comparing.verdict",
    "compare": "aero_nb.comparing.comparison",
    "connect": "aero_nb.browser",
    "experiment": "aero_nb.experimenting",
    "load": "aero_nb.trace",
    "load_perf_capture": "aero_nb.comparing.perf_capture",
    "perf": "aero_nb.recorder",
}

# Folders that are used by their own names (aero_nb.browser.recovered_captures()); they too are loaded on first use.
_FAMILIES = (
    "analysis",
    "browser",
    "cli",
    "comparing",
    "demo",
    "figures",
    "formats",
    "live",
    "reader",
    "recorder",
    "reports",
    "sources",
    "store",
    "tables",
    "timeline",
    "trace",
)

__all__ = [
    "AeroNBError",
    "AeroPage",
    "Alignment",
    "BrowserError",
    "Capture",
    "CaptureError",
    "Comparison",
    "Experiment",
    "FlightRecorder",
    "LiveView",
    "PerfCapture",
    "Recorder",
    "Report",
    "Sampler",
    "Trace",
    "TraceFormatError",
    "TraceStore",
    "Verdict",
    "align",
    "capture",
    "check",
    "compare",
    "connect",
    "experiment",
    "load",
    "load_ipython_extension",
    "load_perf_capture",
    "perf",
    "unload_ipython_extension",
]


def __getattr__(name: str) -> Any:
    if name in _FAMILIES:
        return import_module(f"aero_nb.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'aero_nb' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(ipython: Any) -> None:
    """Register ``%aero_trace`` and its cell magics (``%load_ext aero_nb``)."""
    from aero_nb.magics import load

    load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """Take the magics away again, ending a running capture without losing it (``%unload_ext aero_nb``)."""
    from aero_nb.magics import unload

    unload(ipython)


if os.environ.get("AERO_TRACE", "0") not in ("", "0"):
    import_module("aero_nb.recorder")  # starts recording: the twin of the page's ?trace
