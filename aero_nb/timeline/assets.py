"""The page side of the timeline: a few JavaScript files joined into one ES module, and its style."""

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
# Later files use what earlier ones define; `mount` is the only one with exports.
PARTS = (
    "format",
    "palette",
    "dom",
    "store",
    "raster",
    "layout",
    "paint",
    "counters",
    "axis",
    "overview",
    "overlay",
    "names",
    "ranges",
    "details",
    "search",
    "gestures",
    "perfetto",
    "controls",
    "timeline",
    "selecting",
    "spoken",
    "linking",
    "mount",
)


@cache
def module_source() -> str:
    """Return the whole ES module (exports ``mount``, ``mountModel``, ``mountStatic``)."""
    style = (_HERE / "style.css").read_text(encoding="utf-8")
    sources = [(_HERE / "js" / f"{name}.js").read_text(encoding="utf-8") for name in PARTS]
    return "\n".join((f"const STYLE = {json.dumps(style)};", *sources))


@cache
def module_gzip() -> bytes:
    """Return the module, gzipped."""
    return gzip.compress(module_source().encode(), 9, mtime=0)


@cache
def module_version() -> str:
    """Return a name for this very module, so that a page loads it once."""
    return hashlib.sha256(module_source().encode()).hexdigest()[:16]


@cache
def widget_source(name: str) -> str:
    """Return the small module that a widget carries: it asks the kernel for the rest."""
    return "".join((_HERE / part).read_text(encoding="utf-8") for part in ("ask.js", f"{name}.js"))


@cache
def plotly_gzip() -> bytes:
    """Return plotly.js as plotly's Python package ships it, gzipped."""
    from plotly.offline import get_plotlyjs

    return gzip.compress(get_plotlyjs().encode(), 9, mtime=0)
