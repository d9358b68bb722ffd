"""Hold an Aero page in a real browser and call its profiler, ``aero.perf``.

- :func:`connect` starts a browser (or joins one) and returns an :class:`AeroPage`, a Source.
- :func:`recovered_captures` returns the autosaved captures that crashed processes left.
"""

from aero_nb.browser.aero_page import AeroPage, PerfRun
from aero_nb.browser.chrome_trace import ChromeTrace
from aero_nb.browser.connecting import connect
from aero_nb.browser.connection import ConsoleLine
from aero_nb.browser.page import Page, Screenshot
from aero_nb.browser.status import PageStatus
from aero_nb.sources.counts import ExportCounts
from aero_nb.sources.recovery import recovered_captures

__all__ = [
    "AeroPage",
    "ChromeTrace",
    "ConsoleLine",
    "ExportCounts",
    "Page",
    "PageStatus",
    "PerfRun",
    "Screenshot",
    "connect",
    "recovered_captures",
]
