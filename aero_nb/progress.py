"""A progress bar for what takes long: in a notebook or a terminal, and nothing where output is redirected."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Item = TypeVar("Item")
Progress = Callable[[int, int], None]
"""Called with (done, in all), bytes or whatever is counted; in all is 0 where that is not known yet."""

_LONG_S = 2.0  # what takes longer in all gets a bar
_LOOK_S = 0.3  # how long to watch before guessing that


@contextmanager
def shown(progress: bool | Progress | None, label: str, unit: str = "B") -> Iterator[Progress | None]:
    """Give a callback (done, total) for the work inside: the caller's own, or a bar that shows when it is worth it."""
    if callable(progress):
        yield progress
    elif progress is False or (progress is None and not _watched()):
        yield None
    else:
        bar = _Bar(label, unit, at_once=progress is True)
        try:
            yield bar
            bar.finish()
        except GeneratorExit:  # whoever took the items has enough
            bar.finish()
            raise
        finally:
            bar.close()


def counted(items: Iterable[Item], total: int, label: str, unit: str, progress: bool | None = None) -> Iterator[Item]:
    """Yield the items, with a bar (see :func:`shown`) that counts them."""
    with shown(progress, label, unit) as report:
        for done, item in enumerate(items, 1):
            if report is not None:
                report(done, total)
            yield item


def _watched() -> bool:
    return sys.stderr.isatty() or _in_notebook()


def _in_notebook() -> bool:
    kernel = sys.modules.get("ipykernel.kernelapp")
    return kernel is not None and bool(kernel.IPKernelApp.initialized())


class _Bar:
    def __init__(self, label: str, unit: str, *, at_once: bool) -> None:
        self._label = label
        self._unit = unit
        self._at_once = at_once
        self._began = time.monotonic()
        self._bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self._bar is None:
            spent = time.monotonic() - self._began
            if not self._at_once and (spent < _LOOK_S or spent * total < _LONG_S * max(done, 1)):
                return
            from tqdm.auto import tqdm

            self._bar = tqdm(total=total, desc=self._label, unit=self._unit, unit_scale=self._unit == "B", leave=False)
        self._bar.update(done - self._bar.n)

    def finish(self) -> None:
        """Be full, whatever was estimated: in a notebook a bar that is closed earlier stays, and red."""
        if self._bar is not None:
            self._bar.update((self._bar.total or self._bar.n) - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
