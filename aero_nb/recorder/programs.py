"""A Python program run as ``python`` would run it, recorded from its first line: ``aero-nb record``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TypedDict, Unpack

from aero_nb.recorder.boot import trace_from_boot
from aero_nb.recorder.functions import Modules
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
    trace_from_boot(perf, Path(output), records)
    sys.argv = argv
    sys.path.insert(0, folder)
    tracing = perf.trace_functions(include=functions) if functions else None
    try:
        run()
    except SystemExit as stop:
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
                sys.stderr.write(f"aero_nb: no function of {unseen} was called: is this the name of its module?\n")
    return 0


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
