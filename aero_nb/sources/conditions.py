"""When something is worth marking or keeping: a frame time or a counter beyond a number."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

FRAME_MS = "frame_ms"
FRAME = "frame"  # what a display frame's span is called, as in Trace.frames()
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_FORM = re.compile(r"\s*(\S.*?)\s*(>=|<=|==|!=|>|<)\s*(\S+)\s*")


@dataclass(frozen=True)
class Condition:
    """``name`` compared with a number: the interval between frames in ms (``frame_ms``), else a counter's samples."""

    name: str
    comparison: str
    number: float

    @classmethod
    def of(cls, text: str) -> Condition:
        """Read ``NAME OP NUMBER``, as in ``frame_ms > 33``.

        Raises ValueError for anything else.
        """
        found = _FORM.fullmatch(text)
        try:
            if found is not None:
                return cls(found[1], found[2], float(found[3]))
        except ValueError:
            pass  # no number
        operators = " ".join(_OPERATORS)
        raise ValueError(
            f"expected NAME OP NUMBER (OP one of {operators}; NAME frame_ms or a counter) as in 'frame_ms > 33', "
            f"found {text!r}"
        )

    def __str__(self) -> str:
        return f"{self.name} {self.comparison} {self.number:g}"

    @property
    def is_of_frames(self) -> bool:
        """Whether it asks for the time of frames."""
        return self.name == FRAME_MS

    def holds(self, value: float) -> bool:
        """Whether it is so of this value."""
        return _OPERATORS[self.comparison](value, self.number)
