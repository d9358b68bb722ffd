"""From what the user has (a file, compressed or not) to the text of a trace, or a clear refusal."""

from __future__ import annotations

import io
import sys
import zipfile
import zlib
from typing import IO

from aero_nb.errors import TraceFormatError

DEFAULT_MAX_BYTES = 8 << 30
"""A trace larger than this once unpacked is refused unless the caller allows more (a guard against bombs)."""

_EXPECTED = "expected Chrome Trace Event JSON (an object with 'traceEvents', or an array of events)"
_PIECE = 1 << 20


def unwrap(data: bytes, max_bytes: int = DEFAULT_MAX_BYTES) -> bytes:
    """Return the text inside gzip, zip (its one member) or zstd, told by magic bytes; other bytes as they are.

    Raises:
        TraceFormatError: broken compression, several members, or more than ``max_bytes`` once unpacked.
    """
    if data[:2] == b"\x1f\x8b":
        return _gunzip(data, max_bytes)
    if data[:4] == b"PK\x03\x04":
        return _unzip(data, max_bytes)
    if data[:4] == b"\x28\xb5\x2f\xfd":
        return _unzstd(data, max_bytes)
    if len(data) > max_bytes:
        raise _too_large(max_bytes)
    return data


def _too_large(max_bytes: int) -> TraceFormatError:
    return TraceFormatError(
        f"expected at most max_bytes = {max_bytes:,} bytes of JSON, found more; load(..., max_bytes=...) allows more"
    )


def _gunzip(data: bytes, max_bytes: int) -> bytes:
    """Unpack all members; a member cut off gives what is there, as a cut JSON text does."""
    pieces, total, rest = [], 0, data
    while rest[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(wbits=31)
        try:
            piece = unpacker.decompress(rest, max_bytes - total + 1)
        except zlib.error as error:
            raise TraceFormatError(
                f"{_EXPECTED} in gzip, found damaged gzip data: {error}; fetch the file again"
            ) from error
        pieces.append(piece)
        total += len(piece)
        if total > max_bytes:
            raise _too_large(max_bytes)
        rest = unpacker.unused_data
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _unzip(data: bytes, max_bytes: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                names = [member.filename for member in members[:5]]
                raise TraceFormatError(
                    f"{_EXPECTED} as the one member of a zip, found {len(members)} members {names!r}; unpack it first"
                )
            with archive.open(members[0]) as file:
                return _read_all(file, max_bytes)
    except TraceFormatError:
        raise
    except Exception as error:  # zipfile raises many kinds for damaged archives: ValueError, struct.error ...
        raise TraceFormatError(f"{_EXPECTED} in a zip, found a zip that cannot be unpacked: {error}") from error


def _unzstd(data: bytes, max_bytes: int) -> bytes:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd

            return _read_all(zstd.ZstdFile(io.BytesIO(data)), max_bytes)
        import zstandard

        reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True)
        return _read_all(reader, max_bytes)
    except TraceFormatError:
        raise
    except Exception as error:  # the two libraries share no exception but this base
        raise TraceFormatError(f"{_EXPECTED} in zstd, found zstd data that cannot be unpacked: {error}") from error


def _read_all(file: IO[bytes], max_bytes: int) -> bytes:
    pieces, total = [], 0
    while piece := file.read(_PIECE):
        pieces.append(piece)
        total += len(piece)
        if total > max_bytes:
            raise _too_large(max_bytes)
    return b"".join(pieces)


def refuse(text: bytes) -> TraceFormatError:
    """Return the error that says what these bytes are instead of a trace, and what to do."""
    head = text.lstrip(b"\xef\xbb\xbf \t\r\n")[:60]
    if not text.strip():
        nothing = "white space only" if text else "an empty file"
        return TraceFormatError(f"{_EXPECTED}, found {nothing}; record or export the trace again")
    if head[:1] == b"<":
        return TraceFormatError(f"{_EXPECTED}, found HTML or XML {head!r}; export the trace as JSON instead")
    if _is_protobuf(text):
        return TraceFormatError(
            f"{_EXPECTED}, found what looks like a Perfetto protobuf trace; convert it: "
            "traceconv json trace.pftrace trace.json (traceconv: https://get.perfetto.dev/traceconv)"
        )
    if head[:1] in b'[{"-0123456789tfn':
        return TraceFormatError(f"{_EXPECTED}, found other JSON {head!r}; pass the file that holds the events")
    return TraceFormatError(
        f"{_EXPECTED}, found bytes that are not JSON, beginning with {text[:16]!r}; pass a JSON trace"
    )


def _is_protobuf(text: bytes) -> bool:
    """A Perfetto trace is a run of length-delimited packets, field 1: its first byte is also a line feed."""
    return text[:1] == b"\n" and any(byte > 126 or byte < 9 or 13 < byte < 32 for byte in text[:64])
