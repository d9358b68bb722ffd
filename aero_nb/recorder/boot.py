"""Which recorder a process begins with, and what happens to it at a fork, at exit and after a crash."""
# ruff: noqa: SLF001 (the life of `perf` from outside of it)

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from aero_nb.errors import CaptureError
from aero_nb.recorder.folder import JOIN_VARIABLE, Folder, abandoned, remove_tree
from aero_nb.recorder.shared import SharedRecorder, become_shared_owner, become_worker
from aero_nb.recorder.workers import ProcessRecorder
from aero_nb.whole_file import write_whole

TRACE_VARIABLE = "AERO_TRACE"  # "1": record from the first import; anything else: and save there at exit
_SAVE_TO = "save-to"  # file of the folder that names where a crashed process wanted its trace


def open_perf() -> ProcessRecorder:
    """Return the recorder of this process: a worker's if its parent traces, recording already if the user asked.

    Raises CaptureError when the user asked for a trace and there is no room for it.
    """
    perf = ProcessRecorder()
    atexit.register(lambda: perf._close_folder())  # first, so that it runs last
    owner = os.environ.get(JOIN_VARIABLE)
    wish = os.environ.get(TRACE_VARIABLE, "0")
    if wish not in ("", "0"):
        del os.environ[TRACE_VARIABLE]  # our children join us rather
        trace_from_boot(perf, None if wish == "1" else Path(wish))
    elif owner and Path(owner, "control").exists():
        become_worker(perf, Path(owner))
    os.register_at_fork(before=lambda: _before_fork(perf), after_in_child=lambda: _after_fork(perf))
    return perf


def trace_from_boot(perf: ProcessRecorder, save_to: Path | None) -> None:
    """Record from now on into files that survive a crash; save the trace at exit, or at the next start after a crash.

    Raises CaptureError when there is no room for the rings.
    """
    become_shared_owner(perf)
    perf.trace_start()
    if save_to is not None:
        target = save_to.absolute()
        (perf._open_folder().path / _SAVE_TO).write_text(str(target))
        atexit.register(_save, perf, target, os.getpid())


def record_script(path: str | Path, args: Sequence[str] = (), output: str | Path = "trace.json") -> int:
    """Run a Python script as ``python script.py args...`` would, recording from its first line; save at exit.

    The twin of ``AERO_TRACE=output`` for a shell (``python -m aero_nb record``). Returns the script's exit status; its
    exceptions pass through. Raises FileNotFoundError without a script, CaptureError without room for the rings.
    """
    import runpy

    from aero_nb.recorder import perf

    script = Path(path)
    if not script.is_file():
        raise FileNotFoundError(f"expected a Python script to record, found no file at {script}")
    trace_from_boot(perf, Path(output))
    sys.argv = [str(script), *args]
    sys.path.insert(0, str(script.resolve().parent))
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as stop:
        if stop.code is not None and not isinstance(stop.code, int):
            print(stop.code, file=sys.stderr)  # as Python itself ends
            return 1
        return stop.code or 0
    return 0


def recover_abandoned() -> list[Path]:
    """Save what crashed processes were asked to save (``AERO_TRACE=file``), remove what they left; return the files.

    Runs by itself when a recorder makes its folder.
    """
    saved = []
    for path in abandoned():
        claimed = path.with_name(f"recovering-{path.name}-{os.getpid()}")
        with contextlib.suppress(OSError):
            path.rename(claimed)  # one process alone does it
            with contextlib.suppress(FileNotFoundError):
                target = Path((claimed / _SAVE_TO).read_text())
                write_whole(target, _export_of(claimed, int(path.name)))
                saved.append(target)
        remove_tree(claimed)
    return saved


def _export_of(path: Path, pid: int) -> bytes:
    """Return the trace of a dead process from its folder."""
    reader = SharedRecorder(Folder(path), is_worker=False)
    reader._owner_pid = pid
    reader._follow()
    return reader.export()


def _save(perf: ProcessRecorder, target: Path, pid: int) -> None:
    if os.getpid() != pid:  # a child that inherited this at a fork
        return
    try:
        write_whole(target, perf.stop())
    except (OSError, CaptureError) as error:
        sys.stderr.write(f"aero_nb: the trace could not be saved to {target}: {error}\n")


def _before_fork(perf: ProcessRecorder) -> None:
    with contextlib.suppress(CaptureError, OSError):
        perf._open_folder()  # the child must know where to look, should recording start later


def _after_fork(perf: ProcessRecorder) -> None:
    if perf._folder is not None:
        become_worker(perf, perf._folder.path)
