"""Numbers and times as people read them, and names from traces as text that is safe to draw."""

import math
import re
import unicodedata
from typing import Final

_TIME_STEPS: Final = (  # below this many µs, in units of this many µs
    (1.0, 1e-3, "ns"),
    (1e3, 1.0, "µs"),
    (1e6, 1e3, "ms"),
    (120e6, 1e6, "s"),
    (7_200e6, 60e6, "min"),
    (172_800e6, 3_600e6, "h"),
    (math.inf, 86_400e6, "d"),
)
_SI: Final = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_LABEL_LENGTH: Final = 80
# The format says nothing of units: these are the habits of names (`textureUploadBytes`, `frameTimeMs` ...).
_UNIT_HABITS: Final = (
    (re.compile(r"(?:^|_|\b)bytes\b|Bytes$", re.ASCII), "B"),
    (re.compile(r"Ms$|_ms$", re.ASCII), "ms"),
    (re.compile(r"Us$|_us$", re.ASCII), "µs"),
    (re.compile(r"Ns$|_ns$", re.ASCII), "ns"),
    (re.compile(r"Percent$|_percent$|%$", re.ASCII), "%"),
)


def format_duration(us: float) -> str:
    """Return ``us`` microseconds to three digits, in ns to days: ``"1.23 ms"``; NaN is ``"?"``."""
    if math.isnan(us) or math.isinf(us):
        return "?"
    rounded = _three_digits(abs(us))
    scale, unit = next((scale, unit) for below, scale, unit in _TIME_STEPS if rounded < below)
    sign = "-" if us < 0 and rounded else ""
    return f"{sign}{_plain(abs(us) / scale)} {unit}"


def format_count(count: int) -> str:
    """Return a whole number with thousands apart: ``"1,234,567"``."""
    return f"{count:,}"


def format_value(value: float, unit: str = "") -> str:
    """Return ``value`` to three digits with an SI prefix: ``"1.23 M"``, ``"12.5 kB"``; NaN is ``"?"``."""
    if math.isnan(value):
        return "?"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    rounded = _three_digits(abs(value))
    scale, prefix = next(((scale, prefix) for scale, prefix in _SI if rounded >= scale), (1.0, ""))
    sign = "-" if value < 0 and rounded else ""
    return f"{sign}{_plain(abs(value) / scale)} {prefix}{unit}".rstrip()


def unit_of(series: str) -> str:
    """Return the unit that a counter's name tells (B, ms, µs, ns or %), or ``""``."""
    return next((unit for habit, unit in _UNIT_HABITS if habit.search(series)), "")


def plain_text(name: object, length: int = _LABEL_LENGTH) -> str:
    """Return a name from a trace as one short visible line.

    Line breaks and control characters become spaces, marks that reorder or hide text (U+202E, zero width ...)
    and lone surrogates become U+FFFD, and what is longer than ``length`` characters ends in an ellipsis.
    """
    text = str(name)
    cut = "".join(map(_visible, text[: length + 1]))
    return cut if len(text) <= length else cut[: length - 1] + "…"


def markup_text(name: object, length: int = _LABEL_LENGTH) -> str:
    """Return :func:`plain_text` safe for a plotly text attribute: no tags, entities, MathJax or templates."""
    text = plain_text(name, length)
    for character in "&<>$%{}":  # `&` first; the others are written as numeric entities
        text = text.replace(character, f"&#{ord(character)};" if character != "&" else "&amp;")
    return text or "(empty name)"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "\ufffd" if category in ("Cf", "Cs") and character != "\u200d" else character


def _three_digits(value: float) -> float:
    return float(f"{value:.3g}")


def _plain(value: float) -> str:
    """Write three significant digits without an exponent (``1.20`` keeps its zero, ``120`` has no point)."""
    rounded = _three_digits(value)
    if rounded == 0:
        return "0"
    decimals = max(0, 2 - math.floor(math.log10(rounded)))
    return f"{rounded:.{decimals}f}"
