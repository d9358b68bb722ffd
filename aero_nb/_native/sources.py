"""The C sources of the native core, and what tells one state of them from another. Used by the build too."""

from __future__ import annotations

import hashlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def source_hash() -> str:
    """Return a hash of the sources that are here, empty in an installation, which has none."""
    sources = sorted(FOLDER.glob("*.[ch]"))
    parts = [part for source in sources for part in (source.name.encode(), source.read_bytes())]
    return hashlib.sha256(b"\0".join(parts)).hexdigest() if parts else ""
