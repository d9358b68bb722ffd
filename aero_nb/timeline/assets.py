"""The page side of the timeline: modules that esbuild bundled from ``front/`` (see docs/front-end.md)."""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Literal

_BUNDLE = Path(__file__).parent / "bundle"


@cache
def bundle_source(name: Literal["timeline", "loader", "opener", "awaken"]) -> str:
    """Return a bundle: the timeline's module, a widget's small module, or the script that wakes a still picture."""
    return (_BUNDLE / f"{name}.js").read_text(encoding="utf-8")


@cache
def module_gzip() -> bytes:
    """Return the timeline's module (exports ``mountModel``, ``mountStatic``, ``openInPerfetto``), gzipped."""
    return gzip.compress(bundle_source("timeline").encode(), 9, mtime=0)


@cache
def module_version() -> str:
    """Return a name for this very module, so that a page loads it once."""
    return hashlib.sha256(bundle_source("timeline").encode()).hexdigest()[:16]


@cache
def plotly_gzip() -> bytes:
    """Return plotly.js as plotly's Python package ships it, gzipped."""
    from plotly.offline import get_plotlyjs

    return gzip.compress(get_plotlyjs().encode(), 9, mtime=0)
