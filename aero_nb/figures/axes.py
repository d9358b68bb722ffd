"""Plotly axes as a still picture needs them: values to pixels, and ticks at round numbers."""

import math
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from aero_nb.tables.columns import Floats

_SI_PREFIXES: Final = {-12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}
_TICK_PX: Final = {"x": 90, "y": 24}  # room for one tick
_REFERENCE: Final = re.compile(r"([xy])axis(\d*)")


@dataclass(frozen=True)
class Axis:
    """One axis: ``start`` .. ``end`` (exponents of ten when ``log``) lies at ``low_px`` .. ``high_px``."""

    letter: str
    start: float
    end: float
    low_px: float
    high_px: float
    log: bool
    visible: bool
    grid: bool
    title: str
    given: tuple[tuple[float, str], ...] | None
    number: str  # a d3 format
    suffix: str

    def px(self, values: Any) -> Floats:
        """Return the pixels of ``values``."""
        numbers = np.asarray(values, dtype=np.float64)
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                numbers = np.log10(numbers)
        share = (numbers - self.start) / ((self.end - self.start) or 1.0)
        return np.asarray(self.low_px + share * (self.high_px - self.low_px), dtype=np.float64)

    def ticks(self) -> list[tuple[float, str]]:
        """Return the values that get a label, with it."""
        if self.given is not None:
            return list(self.given)
        low, high = sorted((self.start, self.end))
        if self.log:
            decades = range(math.ceil(low), math.floor(high) + 1)
            return [(10.0**decade, self._label(10.0**decade)) for decade in decades]
        step = _round_step((high - low) / max(1.0, abs(self.high_px - self.low_px) / _TICK_PX[self.letter]))
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        return [(i * step, self._label(i * step)) for i in range(first, last + 1)]

    def _label(self, value: float) -> str:
        number = round(value, 15 - math.ceil(math.log10(abs(value)))) if value else 0.0
        if self.number.endswith("%"):
            return f"{100 * number:.6g}%"
        if not self.number.endswith("s"):
            return f"{number:,.12g}{self.suffix}"
        exponent = min(12, max(-12, 3 * math.floor(math.log10(abs(number)) / 3))) if number else 0
        return f"{number / 10.0**exponent:.6g}{_SI_PREFIXES[exponent]}{self.suffix}"


def axes_of(layout: Any, plot: tuple[float, float, float, float]) -> dict[str, Axis]:
    """Return the axes of a plotly layout by their references (``x``, ``y2``), laid out in ``plot`` (px)."""
    names = [name for name in layout.to_plotly_json() if _REFERENCE.fullmatch(name)]
    pairs = [(_REFERENCE.fullmatch(name), layout[name]) for name in names]
    return {match[1] + match[2]: _axis(match[1], axis, plot) for match, axis in pairs if match}


def _axis(letter: str, axis: Any, plot: tuple[float, float, float, float]) -> Axis:
    left, top, right, bottom = plot
    low, high = (left, right) if letter == "x" else (bottom, top)
    domain = axis.domain or (0.0, 1.0)
    start, end = axis.range or (0.0, 1.0)
    given = None
    if axis.tickvals is not None:
        labels = axis.ticktext if axis.ticktext is not None else map(str, axis.tickvals)
        given = tuple(zip(map(float, axis.tickvals), labels, strict=True))
    return Axis(
        letter=letter,
        start=float(start),
        end=float(end),
        low_px=low + domain[0] * (high - low),
        high_px=low + domain[1] * (high - low),
        log=axis.type == "log",
        visible=axis.visible is not False and axis.showticklabels is not False,
        grid=axis.showgrid is not False,
        title=axis.title.text or "",
        given=given,
        number=axis.tickformat or "",
        suffix=axis.ticksuffix or "",
    )


def _round_step(least: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at least ``least``."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9)))
