"""Where a live view's widget is displayed, and what replaces it: a Jupyter front end, or marimo."""

import contextvars
import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol


class Place(Protocol):
    """A notebook that shows widgets."""

    thread: type[threading.Thread]
    """Of the threads that may send to it."""

    def show(self, widget: Any) -> None:
        """Display the view."""

    def replace(self, widget: Any, timeline: Any) -> None:
        """Put a timeline where the view is."""

    def sending(self, send: Callable[[], None]) -> Callable[[], object]:
        """Return ``send`` as a thread has to call it."""


class JupyterPlace:
    """The cell that runs, in whatever talks to an IPython kernel."""

    thread = threading.Thread

    def show(self, widget: Any) -> None:
        """Display the view."""
        from IPython.display import display

        self._display = display(widget, display_id=True)

    def replace(self, _widget: Any, timeline: Any) -> None:
        """Put a timeline where the view is, whichever cell runs by now."""
        self._display.update(timeline)

    def sending(self, send: Callable[[], None]) -> Callable[[], object]:
        """Return ``send`` as a thread has to call it: it must know which cell it is for."""
        run = contextvars.copy_context().run
        return lambda: run(send)


class MarimoPlace:
    """The cell that runs in marimo."""

    def __init__(self, marimo: Any) -> None:
        self._marimo = marimo
        self.thread: type[threading.Thread] = marimo.Thread  # others may not send

    def show(self, widget: Any) -> None:
        """Display the view below what the cell has shown."""
        self._marimo.output.append(self._marimo.ui.anywidget(widget))

    def replace(self, widget: Any, timeline: Any) -> None:
        """Put a timeline below: marimo has no way to replace what another cell may have shown."""
        widget.tell_end("its timeline follows")
        self._marimo.output.append(self._marimo.ui.anywidget(timeline))

    def sending(self, send: Callable[[], None]) -> Callable[[], object]:
        """Return ``send``."""
        return send


def present_place() -> Place | None:
    """Return the notebook that this process works for, if it does."""
    marimo = sys.modules.get("marimo")
    if marimo is not None and marimo.running_in_notebook():
        return MarimoPlace(marimo)
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return None if getattr(shell, "kernel", None) is None else JupyterPlace()
