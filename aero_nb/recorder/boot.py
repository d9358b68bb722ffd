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
from typing import Any, NoReturn, cast

from aero_nb.errors import CaptureError
from aero_nb.recorder.abandoned import SAVE_TO, recover_and_report
from aero_nb.recorder.folders.shared_folder import JOIN_VARIABLE, SharedFolder
from aero_nb.recorder.recorder import Recorder
from aero_nb.recorder.workers import Workers
from aero_nb.sources.saving import encoded
from aero_nb.whole_file import write_whole

TRACE_VARIABLE = "AERO_TRACE"  # "1": record from the first import; anything else: and save there at exit
RESUME_VARIABLE = "AERO_TRACE_RESUME"  # folder of the program that this process was before os.exec*


def open_perf() -> Recorder:
    """Return the recorder of this process: a worker's if its parent traces, recording already if the user asked.

    Raises CaptureError when the user asked for a trace and there is no room for it, OSError where it cannot be saved.
    """
    perf = Recorder()
    perf._begin_anew(Workers())
    atexit.register(lambda: workers_of(perf).close_folder())  # first, so that it runs last
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


def become_worker(perf: Recorder, path: Path) -> None:
    """Let ``perf`` record for the owner of the folder at ``path``: when, and for how long, that wants."""
    try:
        perf._begin_anew(Workers(SharedFolder(path), joined=True), in_files=True)
    except OSError:  # the owner is gone
        perf._begin_anew(Workers())


def become_owner_in_files(perf: Recorder, folder: SharedFolder | None = None) -> None:
    """Let the records of ``perf`` outlive a crash of this process, in ``folder`` if that is given.

    Raises CaptureError when there is no room on disk.
    """
    before = workers_of(perf)
    # A worker's folder is its owner's: who records for itself makes one of its own, and removes that alone at exit.
    workers = Workers(folder or (None if before.joined else before.folder))
    os.environ[JOIN_VARIABLE] = str(workers.open_folder().path)
    perf._begin_anew(workers, in_files=True)


def workers_of(perf: Recorder) -> Workers:
    """Return the workers of ``perf``, which always has some."""
    return cast("Workers", perf._workers)


def trace_from_boot(perf: Recorder, save_to: Path | None, records: int | None = None) -> None:
    """Record from now on into files that survive a crash; save the trace at exit, or at the next start after a crash.

    Raises CaptureError when there is no room for the rings, OSError when ``save_to`` cannot be written.
    """
    if save_to is not None:
        save_to = save_to.absolute()
        check_writable(save_to)
    recover_and_report()
    become_owner_in_files(perf)
    perf.trace_start(records=records)
    if save_to is not None:
        (workers_of(perf).open_folder().path / SAVE_TO).write_text(str(save_to))
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


def _save_at_the_end(perf: Recorder, target: Path) -> None:
    folder = workers_of(perf).open_folder()
    atexit.register(_save, perf, target, folder)
    _save_before_exec(perf, target, folder)


def _resume(perf: Recorder, path: Path) -> bool:
    """Go on with the recording of the program that this process was before ``os.exec*``; False if there is none."""
    try:
        target = Path((path / SAVE_TO).read_text())
        folder = SharedFolder(path)
        folder.own()
    except OSError:
        return False
    become_owner_in_files(perf, folder)
    perf.trace_enabled  # noqa: B018 (follows what the control file says)
    _save_at_the_end(perf, target)
    return True


def _save(perf: Recorder, target: Path, folder: SharedFolder) -> None:
    """Save at the exit; what cannot be saved stays, and the next start tries again."""
    if workers_of(perf).folder is not folder:  # a child that inherited this at a fork
        return
    try:
        write_whole(target, encoded(target, perf.stop()))
        (folder.path / SAVE_TO).unlink(missing_ok=True)
    except (OSError, CaptureError) as error:
        folder.is_kept = True
        stays = f"it stays in {folder.path} until the next start"
        sys.stderr.write(f"aero_nb: the trace could not be saved to {target}: {error}; {stays}\n")


def _save_before_exec(perf: Recorder, target: Path, folder: SharedFolder) -> None:
    """Let ``os.exec*`` save first, as nothing runs at such an exit; a new program that records goes on from there."""

    def saving(call: Callable[..., NoReturn]) -> Callable[..., NoReturn]:
        @functools.wraps(call)
        def save_and_call(path: Any, args: Any, *env: Any) -> NoReturn:
            if workers_of(perf).folder is not folder:
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


def _before_fork(perf: Recorder) -> None:
    with contextlib.suppress(CaptureError, OSError):
        workers_of(perf).open_folder()  # the child must know where to look, should recording start later


def _after_fork(perf: Recorder) -> None:
    folder = workers_of(perf).folder
    if folder is not None:
        become_worker(perf, folder.path)
