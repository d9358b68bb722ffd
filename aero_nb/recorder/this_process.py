"""``perf``, the recorder of this process, and how it crosses over to another one."""
# ruff: noqa: SLF001 (its folder)

from __future__ import annotations

import copyreg
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aero_nb.recorder.boot import become_worker, open_perf, workers_of
from aero_nb.recorder.recorder import Recorder

perf = open_perf()
"""The recorder of this process; in a worker process, of the process that started it."""


def join(path: str) -> Recorder:
    """Return this process's ``perf`` as a worker of the folder at ``path``; itself in the process that owns it."""
    folder = workers_of(perf).folder
    is_ours = folder is not None and folder.path == Path(path)
    if not is_ours and perf._own.state is None and not perf.trace_enabled:
        become_worker(perf, Path(path))
    return perf


def _pickled(recorder: Recorder) -> tuple[Callable[[str], Any], tuple[str]]:
    """Pickle as "the ``perf`` of the process that unpickles me, joined to my folder": for pool initializers."""
    if recorder._workers is None:
        raise TypeError("expected aero_nb.perf, which other processes join, found a recorder of this process alone")
    return join, (str(recorder._workers.open_folder().path),)


copyreg.pickle(Recorder, _pickled)
