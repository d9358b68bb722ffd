"""A button that opens a trace in the Perfetto UI."""

from typing import Any

import anywidget
import traitlets

from aero_nb.tables.trace_tables import TraceTables
from aero_nb.timeline import assets
from aero_nb.timeline.answers import answer


class PerfettoButton(anywidget.AnyWidget):  # type: ignore[misc]
    """Opens ui.perfetto.dev in a new tab and hands it the trace by its postMessage handshake; nothing is uploaded.

    https://perfetto.dev/docs/visualization/deep-linking-to-perfetto-ui
    """

    _esm = assets.bundle_source("opener")
    _version = traitlets.Unicode().tag(sync=True)

    def __init__(self, trace: TraceTables, title: str = "trace") -> None:
        super().__init__(_version=assets.module_version())
        self.trace = trace
        self.title = title
        self.on_msg(self._answer)

    def _answer(self, _widget: Any, request: Any, _buffers: Any) -> None:
        answer(self, request, {"trace": lambda: ({"title": self.title}, [self.trace.to_bytes()])})
