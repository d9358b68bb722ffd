"""What a page is doing, in counts."""

import time
from dataclasses import dataclass

from aero_nb.sources.counts import ExportCounts


@dataclass(frozen=True)
class PageStatus:
    """The answer of ``AeroPage.status()``; its text is for people.

    ``tracing`` is None where the page cannot be asked (``gone`` says why) or has no profiler. ``exported_at`` is in
    seconds since the epoch, ``last_export`` counts the last export, or while streaming what is joined so far;
    ``keeping_error`` is what ended streaming or autosaving early.
    """

    url: str
    tracing: bool | None
    gone: str | None
    exported_at: float | None
    last_export: ExportCounts | None
    keeping_error: str | None

    def __str__(self) -> str:
        state = {True: "tracing", False: "not tracing", None: "no aero.perf in this page"}[self.tracing]
        if self.gone is not None:
            state = f"gone ({self.gone})"
        lines = [f"{self.url}: {state}"]
        if self.last_export is not None and self.exported_at is not None:
            when = time.strftime("%H:%M:%S", time.localtime(self.exported_at))
            lines.append(f"last export at {when}: {self.last_export}")
        if self.keeping_error is not None:
            lines.append(f"streaming or autosaving ended early: {self.keeping_error}")
        return "\n".join(lines)
