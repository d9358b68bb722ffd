"""``perf``, the recorder of this process, and how it crosses over to another one."""
# ruff: noqa: SLF001 (its folder)

from __future__ import annotations

import copyreg
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aero_nb.recorder.boot import open_perf
from aero_nb.recorder.process_recorder import ProcessRecorder
from aero_nb.recorder.shared_recorder import SharedRecorder, become_worker

perf = open_perf()
"""The recorder of this process; in a worker process, of the process that started it."""


def join(path: str) -> ProcessRecorder:
    """Return this process's ``perf`` as a worker of the folder at ``path``; itself in the process that owns it."""
    folder = perf._folder
    is_ours = folder is not None and folder.path == Path(path)
    if not is_ours and not isinstance(perf, SharedRecorder) and not perf.trace_enabled:
        become_worker(perf, Path(path))
    return perf


def _pickled(recorder: ProcessRecorder) -> tuple[Callable[[str], Any], tuple[str]]:
    """Pickle as "the ``perf`` of the process that unpickles me, joined to my folder": for pool initializers."""
    return join, (str(recorder._open_folder().path),)


copyreg.pickle(ProcessRecorder, _pickled)
copyreg.pickle(SharedRecorder, _pickled)
