"""One name, one colour, in every picture and every trace.

The twelve colours were found by search: among the sRGB colours whose contrast is at least 3:1 on white *and*
on JupyterLab's dark ``#111``, those that stay farthest apart for normal sight and for the three kinds of
dichromacy (Machado, Oliveira and Fernandes 2009). A label on any of them is black or white, whichever reaches
4.5:1.
"""

from functools import lru_cache
from typing import Final

PALETTE: Final = (
    "#546c3c",
    "#849c54",
    "#a83c78",
    "#b46c0c",
    "#246c90",
    "#189060",
    "#c0300c",
    "#6c78a8",
    "#9c48c0",
    "#e46c90",
    "#a884c0",
    "#3084f0",
)
NEUTRAL: Final = "#7c7c7c"  # what has no name of its own: "other", a loss, a limit
_DIGITS: Final = b"0123456789"
HASHED_BYTES: Final = 256  # of a name; a 300 kB name must not cost 300 kB of hashing

_FNV_OFFSET: Final = 0x811C9DC5
_FNV_PRIME: Final = 0x01000193
# FNV's low bits are weak for short names. Of the odd multipliers this is the first that gives the eleven span
# names of Aero's exports eleven colours.
_SPREAD: Final = 3273


@lru_cache(maxsize=65_536)
def color_index(name: str) -> int:
    """Return the place of ``name``'s colour in :data:`PALETTE`.

    Digits do not count: ``ProfilerStep#5`` and ``ProfilerStep#6`` are one thing done twice. 32-bit FNV-1a over the
    others of the first 256 UTF-8 bytes (lone surrogates count as U+FFFD, as ``TextEncoder`` has it), times 3273
    modulo 2^32, upper 16 bits, modulo 12. In JavaScript::

        let h = 0x811c9dc5;
        for (const b of new TextEncoder().encode(name).subarray(0, 256))
          if (b < 0x30 || b > 0x39) h = Math.imul(h ^ b, 0x01000193);
        return (Math.imul(h, 3273) >>> 16) % 12;
    """
    text = name[:HASHED_BYTES].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    value = _FNV_OFFSET
    for byte in text.encode()[:HASHED_BYTES].translate(None, _DIGITS):
        value = ((value ^ byte) * _FNV_PRIME) & 0xFFFFFFFF
    return ((value * _SPREAD & 0xFFFFFFFF) >> 16) % len(PALETTE)


def color_of(name: str) -> str:
    """Return the colour of ``name`` as ``#rrggbb``: the same in every picture, process and version."""
    return PALETTE[color_index(name)]


def label_color(background: str) -> str:
    """Return black or white (``#rrggbb``), whichever reads better on ``background`` (``#rrggbb``)."""
    return "#ffffff" if contrast("#ffffff", background) >= contrast("#000000", background) else "#000000"


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast ratio (1 to 21) of two ``#rrggbb`` colours."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    """Return WCAG 2 relative luminance, 0 to 1."""
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
