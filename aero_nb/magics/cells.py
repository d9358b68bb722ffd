"""How a cell is traced while IPython itself runs it, and which cell is running."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from IPython.core.inputtransformer2 import cell_magic, leading_empty_lines, leading_indent

_HEADER = re.compile(r"%%aero_trace(?=\s)")


def trace_this_cell(lines: list[str]) -> list[str]:
    """Turn the header ``%%aero_trace ...`` into the statement ``%aero_trace cell ...``, and leave the body to IPython.

    So the body runs natively: its last value is shown, top-level ``await`` works, an exception fails the cell once.
    Pure: IPython transforms a cell several times.
    """
    if not lines or not _HEADER.match(lines[0]) or not "".join(lines[1:]).strip():
        return lines
    body = leading_indent(lines[1:])  # empty lines stay: line numbers in tracebacks stay right
    if leading_empty_lines(body)[0].startswith("%%"):
        body = cell_magic(leading_empty_lines(body))
    return [_HEADER.sub("%aero_trace cell", lines[0]), *body]


# check_complete() skips transformers marked so: a terminal then still waits for the blank line that ends a %% cell.
trace_this_cell.has_side_effects = True  # type: ignore[attr-defined]


class SilentCell:
    """A cell that IPython runs without saying which one, as ``%run notebook.ipynb`` does; also a widget's message."""

    store_history = False
    raw_cell = None


class RunningCells:
    """The cells being executed, outermost first, as IPython's events report them.

    ``%%capture``, ``%run`` and others execute a cell within a cell. Every execution begins with ``pre_execute`` and
    ends with ``post_execute``; ``pre_run_cell`` and ``post_run_cell`` report more, but not of silent cells.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._cells: list[Any] = []

    @property
    def innermost(self) -> Any:
        """What stands for the cell that is running this line; None where its start was not seen."""
        return self._cells[-1] if self._cells else None

    @property
    def label(self) -> str:
        """The name of the outermost cell: ``In [12]``."""
        numbered = bool(self._cells) and self._cells[0].store_history
        return f"In [{self._shell.displayhook.prompt_count if numbered else '-'}]"

    def enter_silent(self) -> None:
        """Note that a cell began; it is silent unless ``enter`` follows."""
        self._cells.append(SilentCell())

    def enter(self, info: Any) -> bool:
        """Note which cell has just begun; return whether it is the outermost."""
        if isinstance(self.innermost, SilentCell):
            self._cells.pop()
        if info.store_history:  # nothing silent runs around it: a widget's message that failed is never ended
            self._cells = [cell for cell in self._cells if not isinstance(cell, SilentCell)]
        self._cells.append(info)
        return len(self._cells) == 1

    def leave_silent(self) -> tuple[bool, Any, bool]:
        """Note an end of which IPython may report more; return whether it need not, the cell, whether none runs now."""
        if not self._cells:
            return True, None, True  # its start was not seen
        if not isinstance(self.innermost, SilentCell):
            return False, None, False
        return True, self._cells.pop(), not self._cells

    def leave(self, result: Any) -> tuple[Any, bool]:
        """Note that a cell ended; return it (None where its start was not seen), and whether none runs now."""
        info = self._ended(result)
        if info is not None:
            del self._cells[next(i for i, cell in enumerate(self._cells) if cell is info) :]
        return info, not self._cells

    def _ended(self, result: Any) -> Any:
        ended = getattr(result, "info", None)
        if any(cell is ended for cell in self._cells):
            return ended
        # After a KeyboardInterrupt IPython reports no result, or a new one; an empty cell only ever ends.
        innermost = self.innermost
        if innermost is not None and (ended is None or ended.raw_cell == innermost.raw_cell):
            return innermost
        return None


@contextmanager
def outside_tasks() -> Iterator[None]:
    """Run a block as plain code of this thread, so that what it records goes to the thread's own lane.

    A kernel runs a cell that awaits in a task of its own, and its beginning and end perhaps in two.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        loop = None
    task = None if loop is None else asyncio.current_task(loop)
    if loop is None or task is None:
        yield
        return
    asyncio.tasks._leave_task(loop, task)  # noqa: SLF001 (documented for those who run tasks themselves)
    try:
        yield
    finally:
        asyncio.tasks._enter_task(loop, task)  # noqa: SLF001
