"""``load``: whatever the user has becomes a Trace."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from aero_nb.errors import TraceFormatError
from aero_nb.reader.containers import DEFAULT_MAX_BYTES
from aero_nb.trace.trace import ShowProgress, Trace

Loadable = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | dict[str, Any] | list[Any]


def load(
    source: Loadable,
    *,
    strict: bool = False,
    max_bytes: int = DEFAULT_MAX_BYTES,
    progress: ShowProgress = None,
) -> Trace:
    """Load a Chrome Trace Event JSON recording, or a profile.

    Profiles are told by their content: V8's ``.cpuprofile``, Firefox profiles (samply), speedscope, collapsed stacks,
    the text of ``perf script``; ``metadata["profile_format"]`` says which.

    Args:
        source: a path, the bytes of a file, an open binary file, a decoded object (``{"traceEvents": [...]}`` or a
            list of events), or a list of those, which are merged on one clock. A folder is one that
            ``Trace.to_parquet`` wrote.
        strict: look at every event one by one, which also counts duplicate keys in valid JSON (much slower).
        max_bytes: refuse more JSON than this once unpacked; the default is 8 GiB.
        progress: a callback (bytes done, bytes in all), or False for none; by default a bar shows in a notebook or
            terminal when a load takes longer than about two seconds.

    Raises:
        FileNotFoundError: there is no such file.
        TraceFormatError: it is not a trace; says what was found and what to do.
    """
    if isinstance(source, list | tuple) and not _is_events(source):
        traces = [load(part, strict=strict, max_bytes=max_bytes, progress=progress) for part in source]
        if not traces:
            raise TraceFormatError("expected at least one trace, found an empty list; pass paths, or bytes")
        return traces[0] if len(traces) == 1 else traces[0].merge(*traces[1:])
    if isinstance(source, Trace):
        return source
    if isinstance(source, str | os.PathLike):
        path = _path_of(source)
        if path.is_dir():
            return _load_folder(path)
        data = _read(path)
    else:
        data = _bytes_of(source)
    try:
        return Trace.from_bytes(data, strict=strict, max_bytes=max_bytes, progress=progress)
    except TraceFormatError as error:
        if isinstance(source, str | os.PathLike):
            raise TraceFormatError(f"{os.fspath(source)}: {error}") from error
        raise


def _path_of(source: str | os.PathLike[str]) -> Path:
    if isinstance(source, str) and source.lstrip()[:1] in ("{", "[") and not os.path.lexists(source):
        raise TypeError(f"expected the path of a file, found JSON text {source[:40]!r}; load(text.encode()) reads it")
    return Path(source).expanduser()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        found = f"expected a trace file, found nothing there (relative names begin in {Path.cwd()}); check the name"
        raise FileNotFoundError(error.errno, found, os.fspath(path)) from error


def _is_events(source: Sequence[Any]) -> bool:
    return bool(source) and all(isinstance(part, dict) and "traceEvents" not in part for part in source)


def _bytes_of(source: Any) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, dict | list | tuple):
        import json

        return json.dumps(source).encode()
    if hasattr(source, "read"):
        data = source.read()
        if isinstance(data, bytes):
            return data
        raise TypeError("expected a file opened in binary mode ('rb'), found one in text mode")
    raise TypeError(
        f"expected a path, bytes, a binary file, a decoded trace or a list of those, found {type(source).__name__}"
    )


def _load_folder(path: Path) -> Trace:
    from aero_nb.formats.parquet import read_folder

    return Trace(read_folder(path))
