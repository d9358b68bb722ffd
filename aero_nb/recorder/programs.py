"""A Python program run as ``python`` would run it, recorded from its first line: ``aero-nb record``."""
# ruff: noqa: SLF001 (the life of `perf` from outside of it)

from __future__ import annotations

import atexit
import linecache
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, TypedDict, Unpack

from aero_nb.recorder.boot import trace_from_boot, workers_of
from aero_nb.recorder.functions.tracing import Modules
from aero_nb.recorder.recorder import Recorder
from aero_nb.recorder.this_process import perf

INTERRUPTED = 130  # as a shell reports that SIGINT ended a program


class RecordOptions(TypedDict, total=False):
    """How a program is recorded.

    ``functions``: modules whose functions to record, as for ``perf.trace_functions``. ``records``: how many each lane
    keeps. ``show_errors``: show what ends the program as Python does, rather than raise it; the status is then 1, after
    a KeyboardInterrupt 130.
    """

    functions: Modules
    records: int | None
    show_errors: bool


def record_script(
    path: str | Path, args: Sequence[str] = (), output: str | Path = "trace.json", **options: Unpack[RecordOptions]
) -> int:
    """Run a Python script as ``python script.py args...`` would, recording from its first line; save at exit.

    The twin of ``AERO_TRACE=output`` for a shell (``python -m aero_nb record``).

    Args:
        path: the script.
        args: its own arguments.
        output: the file to save to.
        options: see :class:`RecordOptions`.

    Returns the script's exit status; its exceptions pass through, unless they are shown. Raises FileNotFoundError
    without a script, OSError where ``output`` cannot be written, CaptureError without room for the rings.
    """
    import runpy

    script = Path(path)
    if not script.is_file():
        raise FileNotFoundError(f"expected a Python script to record, found no file at {script}")
    return _record(
        lambda: runpy.run_path(str(script), run_name="__main__"),
        [str(script), *args],
        str(script.resolve().parent),
        output,
        **options,
    )


def record_module(
    name: str, args: Sequence[str] = (), output: str | Path = "trace.json", **options: Unpack[RecordOptions]
) -> int:
    """Run a module as ``python -m name args...`` would; all else as :func:`record_script`.

    Raises ModuleNotFoundError, and records nothing, where there is no such module or package.
    """
    import runpy
    from importlib.util import find_spec

    here = str(Path.cwd())
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)  # Python does so for -m
    package = name.partition(".")[0]
    if not package or (package not in sys.modules and find_spec(package) is None):
        raise ModuleNotFoundError(f"expected a module to record, found no {name!r}", name=name)
    return _record(
        lambda: runpy.run_module(name, run_name="__main__", alter_sys=True), ["-m", *args], here, output, **options
    )


def record_code(
    code: str, args: Sequence[str] = (), output: str | Path = "trace.json", **options: Unpack[RecordOptions]
) -> int:
    """Run a piece of Python as ``python -c code args...`` would; all else as :func:`record_script`."""
    return _record(lambda: _run_code(code), ["-c", *args], "", output, **options)


def _run_code(code: str) -> None:
    compiled = compile(code, "<string>", "exec", dont_inherit=True)
    if sys.version_info >= (3, 13):  # from here on tracebacks show the lines of -c, too
        lines = [f"{line}\n" for line in code.splitlines()]
        linecache.cache["<string>"] = (len(code), None, lines, "<string>")
    main = sys.modules["__main__"] = ModuleType("__main__")
    exec(compiled, vars(main))


def _record(
    run: Callable[[], object],
    argv: list[str],
    folder: str,
    output: str | Path,
    *,
    functions: Modules = (),
    records: int | None = None,
    show_errors: bool = False,
) -> int:
    ending = _Ending(perf, hint=not functions)
    atexit.register(ending.close)  # before the saving is, so that it runs after it
    trace_from_boot(perf, Path(output), records)
    ending.folder = workers_of(perf).folder
    sys.argv = argv
    sys.path.insert(0, folder)
    tracing = perf.trace_functions(include=functions) if functions else None
    try:
        run()
        ending.is_good = True
    except SystemExit as stop:
        ending.is_good = stop.code in (None, 0)
        if stop.code is not None and not isinstance(stop.code, int):
            print(stop.code, file=sys.stderr)  # as Python itself ends
            return 1
        return stop.code or 0
    except BaseException as error:
        if not show_errors:
            raise
        return _show(error)
    finally:
        if tracing is not None:
            tracing.stop()
            if tracing.unseen:
                unseen = ", ".join(tracing.unseen)
                sys.stderr.write(
                    f"aero_nb: no function of {unseen} was called in the program's own process: is this the name of "
                    "its module?\n"
                )
    return 0


@dataclass
class _Ending:
    """What a recorded program's end is told of, once its trace is saved or could not be."""

    perf: Recorder
    hint: bool  # how functions are recorded
    folder: object = None  # of the recording; a child that inherited this at a fork has another one
    is_good: bool = False  # its status says success

    def close(self) -> None:
        folder = workers_of(self.perf).folder
        if folder is None or folder is not self.folder:
            return
        if self.hint and all(lane.recorded <= 1 for lane in self.perf._lane_snapshots()):  # that the recording began
            sys.stderr.write(
                "aero_nb: nothing was recorded, as the program does not use aero_nb.perf: --functions PACKAGE records "
                "calls of a package's functions, --functions __main__ those of the program itself\n"
            )
        if folder.is_kept and self.is_good:
            _fail_at_exit()


class _NotSavedError(OSError):
    """The trace could not be saved, which was said already."""


def _fail_at_exit() -> None:
    """Let Python end with status 120, which it has for a failed end: the program's own end is not cut short by it."""
    out, complain = sys.stdout, sys.unraisablehook

    class Failing:
        """Standard output whose last flush fails."""

        closed = False

        def flush(self) -> None:
            out.flush()
            raise _NotSavedError("the trace could not be saved")  # which was said

        def __getattr__(self, name: str) -> Any:
            return getattr(out, name)

    sys.stdout = Failing()
    sys.unraisablehook = lambda found: None if isinstance(found.exc_value, _NotSavedError) else complain(found)


def _show(error: BaseException) -> int:
    """Show what ended a program as Python would, from the program's own first line on; return the exit status."""
    error.__traceback__ = _of_the_program(error.__traceback__)
    sys.excepthook(type(error), error, error.__traceback__)
    return INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1


def _of_the_program(traceback: TracebackType | None) -> TracebackType | None:
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file != __file__ and not file.startswith(("<frozen runpy", "<frozen importlib")):
            break
        traceback = traceback.tb_next
    return traceback
