"""Which recorder a process begins with, and what happens to it at a fork, at exit and after a crash."""
# ruff: noqa: SLF001 (the life of `perf` from outside of it)

from __future__ import annotations

import atexit
import contextlib
import errno
import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from aero_nb.errors import CaptureError
from aero_nb.recorder.abandoned import SAVE_TO, recover_and_report
from aero_nb.recorder.process_recorder import ProcessRecorder
from aero_nb.recorder.shared_folder import JOIN_VARIABLE, SharedFolder
from aero_nb.recorder.shared_recorder import become_shared_owner, become_worker
from aero_nb.sources.saving import encoded
from aero_nb.whole_file import write_whole

TRACE_VARIABLE = "AERO_TRACE"  # "1": record from the first import; anything else: and save there at exit
RESUME_VARIABLE = "AERO_TRACE_RESUME"  # folder of the program that this process was before os.exec*


def open_perf() -> ProcessRecorder:
    """Return the recorder of this process: a worker's if its parent traces, recording already if the user asked.

    Raises CaptureError when the user asked for a trace and there is no room for it, OSError where it cannot be saved.
    """
    perf = ProcessRecorder()
    atexit.register(lambda: perf._close_folder())  # first, so that it runs last
    owner = os.environ.get(JOIN_VARIABLE)
    wish = os.environ.get(TRACE_VARIABLE, "0")
    before = os.environ.pop(RESUME_VARIABLE, None)
    if before and _resume(perf, Path(before)):
        pass
    elif wish not in ("", "0"):
        del os.environ[TRACE_VARIABLE]  # our children join us rather
        trace_from_boot(perf, None if wish == "1" else Path(wish))
    elif owner and Path(owner, "control").exists():
        become_worker(perf, Path(owner))
    os.register_at_fork(before=lambda: _before_fork(perf), after_in_child=lambda: _after_fork(perf))
    return perf


def trace_from_boot(perf: ProcessRecorder, save_to: Path | None, records: int | None = None) -> None:
    """Record from now on into files that survive a crash; save the trace at exit, or at the next start after a crash.

    Raises CaptureError when there is no room for the rings, OSError when ``save_to`` cannot be written.
    """
    if save_to is not None:
        save_to = save_to.absolute()
        check_writable(save_to)
    recover_and_report()
    become_shared_owner(perf)
    perf.trace_start(records=records)
    if save_to is not None:
        (perf._open_folder().path / SAVE_TO).write_text(str(save_to))
        _save_at_the_end(perf, save_to)


def check_writable(target: Path) -> None:
    """Raise OSError (of the system's kind) where a trace cannot be saved: sooner than after the run."""
    target = target.absolute()
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "expected the name of a file for the trace, found a folder", str(target))
    if target.exists() and not target.is_file():
        return  # a device or a pipe
    if not target.parent.is_dir():
        found = f"the trace cannot be saved: there is no folder {target.parent}; make it first"
        raise FileNotFoundError(errno.ENOENT, found, str(target))
    if not os.access(target.parent, os.W_OK | os.X_OK):
        found = f"the trace cannot be saved: the folder {target.parent} cannot be written to"
        raise PermissionError(errno.EACCES, found, str(target))


def _save_at_the_end(perf: ProcessRecorder, target: Path) -> None:
    folder = perf._open_folder()
    atexit.register(_save, perf, target, folder)
    _save_before_exec(perf, target, folder)


def _resume(perf: ProcessRecorder, path: Path) -> bool:
    """Go on with the recording of the program that this process was before ``os.exec*``; False if there is none."""
    try:
        target = Path((path / SAVE_TO).read_text())
        folder = SharedFolder(path)
        folder.own()
    except OSError:
        return False
    become_shared_owner(perf, folder)
    perf.trace_enabled  # noqa: B018 (follows what the control file says)
    _save_at_the_end(perf, target)
    return True


def _save(perf: ProcessRecorder, target: Path, folder: SharedFolder) -> None:
    """Save at the exit; what cannot be saved stays, and the next start tries again."""
    if perf._folder is not folder:  # a child that inherited this at a fork
        return
    try:
        write_whole(target, encoded(target, perf.stop()))
        (folder.path / SAVE_TO).unlink(missing_ok=True)
    except (OSError, CaptureError) as error:
        folder.is_kept = True
        stays = f"it stays in {folder.path} until the next start"
        sys.stderr.write(f"aero_nb: the trace could not be saved to {target}: {error}; {stays}\n")


def _save_before_exec(perf: ProcessRecorder, target: Path, folder: SharedFolder) -> None:
    """Let ``os.exec*`` save first, as nothing runs at such an exit; a new program that records goes on from there."""

    def saving(call: Callable[..., NoReturn]) -> Callable[..., NoReturn]:
        @functools.wraps(call)
        def save_and_call(path: Any, args: Any, *env: Any) -> NoReturn:
            if perf._folder is not folder:
                call(path, args, *env)
            with contextlib.suppress(OSError, CaptureError):  # then it is there for the next start
                write_whole(target, encoded(target, perf.export()))
            os.environ[RESUME_VARIABLE] = str(folder.path)
            if env:
                env = ({**env[0], RESUME_VARIABLE: str(folder.path)},)
            try:
                call(path, args, *env)
            finally:  # it failed
                os.environ.pop(RESUME_VARIABLE, None)

        return save_and_call

    os.execv, os.execve = saving(os.execv), saving(os.execve)


def _before_fork(perf: ProcessRecorder) -> None:
    with contextlib.suppress(CaptureError, OSError):
        perf._open_folder()  # the child must know where to look, should recording start later


def _after_fork(perf: ProcessRecorder) -> None:
    if perf._folder is not None:
        become_worker(perf, perf._folder.path)
