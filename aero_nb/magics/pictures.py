"""What ``--show`` can show."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.display import display

if TYPE_CHECKING:
    from aero_nb.trace import Trace

_VIEWS: dict[str, Callable[["Trace"], Any]] = {
    "timeline": lambda trace: trace.timeline(),
    "flame": lambda trace: trace.flame_chart(),
    "counters": lambda trace: trace.counter_timeline(),
    "summary": lambda trace: trace.summary(),
}
PICTURES = (*_VIEWS, "none")


def show(trace: "Trace", picture: str, *, in_terminal: bool) -> None:
    """Display ``picture`` of ``trace``; a terminal, which can show none, gets the summary in words."""
    if picture == "none":
        return
    if in_terminal and picture != "summary":
        print(repr(trace))
    else:
        display(_VIEWS[picture](trace))
