"""From what the user has (a file, compressed or not) to the text of a trace, or a clear refusal."""

from __future__ import annotations

import io
import sys
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, Protocol

from aero_nb.errors import TraceFormatError
from aero_nb.reader.diagnostics import Diagnostics

DEFAULT_MAX_BYTES = 8 << 30
"""A trace larger than this once unpacked is refused unless the caller allows more (a guard against bombs)."""

EXPECTED = (
    "expected Chrome Trace Event JSON (an object with 'traceEvents', or an array of events), or a profile "
    "(V8, Firefox, speedscope, collapsed stacks, perf script)"
)
_PIECE = 1 << 20
_PACKED_PIECE = 1 << 12
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


def unwrap(data: bytes, max_bytes: int = DEFAULT_MAX_BYTES, diagnostics: Diagnostics | None = None) -> bytes:
    """Return the text inside gzip, zip (its one member) or zstd, recognised by magic bytes; other bytes as they are.

    Packed data that is cut off or damaged gives what can be unpacked before that place, counted in ``diagnostics``.

    Raises:
        TraceFormatError: nothing can be unpacked, several members, or more than ``max_bytes`` once unpacked.
    """
    if data[: len(_GZIP)] == _GZIP:
        return _unpack(data, max_bytes, _gzip_unpacker, _GZIP, "gzip", diagnostics or Diagnostics())
    if data[:4] == b"PK\x03\x04":
        return _unzip(data, max_bytes)
    if data[: len(_ZSTD)] == _ZSTD:
        return _unpack(data, max_bytes, _zstd_unpacker, _ZSTD, "zstd", diagnostics or Diagnostics())
    if len(data) > max_bytes:
        raise _too_large(max_bytes)
    return data


def _too_large(max_bytes: int) -> TraceFormatError:
    return TraceFormatError(
        f"expected at most max_bytes = {max_bytes:,} bytes of JSON, found more; load(..., max_bytes=...) allows more"
    )


class _Unpacker(Protocol):
    """What zlib's and zstd's decompressors share."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def _gzip_unpacker() -> _Unpacker:
    return zlib.decompressobj(wbits=31)


def _zstd_unpacker() -> _Unpacker:
    if sys.version_info >= (3, 14):
        from compression import zstd

        return zstd.ZstdDecompressor()
    import zstandard

    return zstandard.ZstdDecompressor().decompressobj()


def _unpack(
    data: bytes,
    max_bytes: int,
    new_unpacker: Callable[[], _Unpacker],
    magic: bytes,
    name: str,
    diagnostics: Diagnostics,
) -> bytes:
    """Unpack all members of gzip or zstd data, one small piece after another, so that a bomb is noticed in time."""
    pieces: list[bytes] = []
    total = position = 0
    failure: Exception | None = None
    unpacker = new_unpacker()
    while position < len(data):
        piece = data[position : position + _PACKED_PIECE]
        try:
            pieces.append(unpacker.decompress(piece))
        except Exception as error:  # the libraries share no exception but this base
            failure = error
            break
        total += len(pieces[-1])
        if total > max_bytes:
            raise _too_large(max_bytes)
        position += len(piece) - len(unpacker.unused_data)
        if unpacker.eof:
            if data[position : position + len(magic)] != magic:
                break
            unpacker = new_unpacker()
    if not total and not unpacker.eof:
        found = (
            f"damaged {name} data: {failure}" if failure else f"{name} data that is truncated within its first block"
        )
        raise TraceFormatError(f"{EXPECTED} in {name}, found {found}; fetch the file again")
    if failure:
        diagnostics.add("unreadable", -1, f"damaged {name} data at byte {position} of {len(data)}: {failure}")
    elif not unpacker.eof:
        diagnostics.add("truncated", -1, f"{name} data cut off at byte {len(data)}")
    elif data[position:].strip(b"\0"):
        diagnostics.add("trailing_data", -1, f"{len(data) - position} bytes after the {name} data")
    return b"".join(pieces)


def _unzip(data: bytes, max_bytes: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                names = [member.filename for member in members[:5]]
                raise TraceFormatError(
                    f"{EXPECTED} as the one member of a zip, found {len(members)} members {names!r}; unpack it first"
                )
            with archive.open(members[0]) as file:
                return _read_all(file, max_bytes)
    except TraceFormatError:
        raise
    except Exception as error:  # zipfile raises many kinds for damaged archives: ValueError, struct.error ...
        raise TraceFormatError(f"{EXPECTED} in a zip, found a zip that cannot be unpacked: {error}") from error


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
        return TraceFormatError(f"{EXPECTED}, found {nothing}; record or export the trace again")
    if head[:1] == b"<":
        return TraceFormatError(f"{EXPECTED}, found HTML or XML {head!r}; export the trace as JSON instead")
    if _is_protobuf(text):
        return TraceFormatError(
            f"{EXPECTED}, found what looks like a Perfetto protobuf trace; convert it: "
            "traceconv json trace.pftrace trace.json (traceconv: https://get.perfetto.dev/traceconv)"
        )
    if head[:1] in b'[{"-0123456789tfn':
        return TraceFormatError(f"{EXPECTED}, found other JSON {head!r}; pass the file that holds the events")
    return TraceFormatError(
        f"{EXPECTED}, found bytes that are not JSON, beginning with {text[:16]!r}; pass a JSON trace"
    )


def _is_protobuf(text: bytes) -> bool:
    """A Perfetto trace is a run of length-delimited packets, field 1: its first byte is also a line feed."""
    begins_with_a_packet = text[:1] == b"\n"
    return begins_with_a_packet and any(byte > 126 or byte < 9 or 13 < byte < 32 for byte in text[:64])
