"""Files from the command line."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aero_nb.errors import AeroNBError, TraceFormatError

if TYPE_CHECKING:
    from aero_nb.comparing.perf_capture import PerfCapture
    from aero_nb.trace import Trace


class InputError(Exception):
    """The input cannot be opened."""


def load_trace(path: str) -> "Trace":
    """Load a trace file, ``-`` for standard input; InputError where the system does not let it be opened."""
    from aero_nb.trace import Trace, load

    try:
        return Trace.from_bytes(sys.stdin.buffer.read()) if path == "-" else load(path)
    except OSError as error:
        raise InputError(error) from error


def load_runs(path: str) -> "list[Trace]":
    """Load a trace, or every trace of a folder: one run each."""
    return [load_trace(str(file)) for file in _files(path)]


def load_measured(path: str) -> "list[Trace | PerfCapture] | str":
    """Load what a thresholds file can judge: traces, perf captures, or Aero's own ``summary.json`` (as its path)."""
    from aero_nb.comparing.perf_capture import load_perf_capture

    runs: list[Trace | PerfCapture] = []
    for file in _files(path):
        try:
            runs.append(load_trace(str(file)))
        except TraceFormatError as not_a_trace:
            try:
                runs.append(load_perf_capture(file))
            except TraceFormatError:
                if b'"benchmarks"' in file.read_bytes() and file == Path(path):
                    return path
                raise not_a_trace from None
    return runs


def load_thresholds(path: str) -> Any:
    """Load Aero's thresholds file."""
    import orjson

    try:
        return orjson.loads(Path(path).read_bytes())
    except OSError as error:
        raise InputError(error) from error
    except orjson.JSONDecodeError as error:
        raise AeroNBError(f"expected Aero's thresholds file, found no JSON in {path} ({error})") from error


def _files(path: str) -> list[Path]:
    folder = Path(path)
    if not folder.is_dir() or any(folder.glob("*.parquet")):
        return [folder]
    files = sorted(file for file in folder.iterdir() if file.name.endswith((".json", ".json.gz")))
    if not files:
        raise InputError(f"expected traces (.json, .json.gz) in the folder {path}, found none")
    return files
