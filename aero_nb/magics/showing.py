"""What the magics show: the pictures of ``--show``, and how far a long move is."""

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


class MovingBar:
    """Tell how much of a trace has left the page; a page calls this from the first second of a move on."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, moved: int, total: int) -> None:
        """Show ``moved`` of ``total`` bytes; a total of 0: the page is still writing its trace."""
        from tqdm.auto import tqdm

        if self._bar is None:
            self._bar = tqdm(desc="trace", unit="B", unit_scale=True, leave=False)
        self._bar.total = total or None
        self._bar.update(moved - self._bar.n)
        if total and moved >= total:
            self._bar.close()
            self._bar = None
