"""The ``io`` lane: the floppy disk behind the BIOS disk call."""

from pathlib import Path

from aero_nb.recorder import Recorder

SECTOR_BYTES = 512
SECTORS_PER_TRACK = 18
HEADS = 2


class Disk:
    """Reads sectors of a disk image file; only the ``io`` thread uses it."""

    def __init__(self, image: Path, recorder: Recorder) -> None:
        self._recorder = recorder
        self._bytes_read = 0
        with recorder.span("worker:init"):
            self._file = image.open("rb", buffering=0)

    def read(self, cylinder: int, head: int, sector: int, count: int) -> bytes:
        """Return up to ``count`` sectors from a cylinder, head and sector (from 1) on; fewer at the image's end."""
        first = (cylinder * HEADS + head) * SECTORS_PER_TRACK + sector - 1
        with self._recorder.span("io:read"):
            self._file.seek(first * SECTOR_BYTES)
            data = self._file.read(count * SECTOR_BYTES)
        self._bytes_read += len(data)
        self._recorder.counter("bytes", self._bytes_read)
        return data

    def close(self) -> None:
        """Close the image file."""
        self._file.close()
