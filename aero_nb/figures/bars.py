"""Labelled horizontal bars: what flame charts and icicles are made of."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from aero_nb.figures.palette import label_color
from aero_nb.figures.theme import CLEAR, FONT_FAMILY, LABEL_PX, SEPARATOR
from aero_nb.tables.columns import Floats

THICKNESS: Final = 0.9  # of a row; the rest is the gap to the next one
ROW_PX: Final = 22  # plotly pads a label by 3 px and hides one that is higher than its bar


@dataclass(frozen=True)
class Bars:
    """Parallel lists, one entry per bar: ``left`` and ``length`` along x, ``top`` of its row, its texts (markup)."""

    left: npt.NDArray[np.floating]
    length: npt.NDArray[np.floating]
    top: Floats
    color: list[str]
    label: list[str]
    hover: list[str]

    def series(self) -> go.Bar:
        """Return visible bars whose labels show where they fit."""
        inks = {color: label_color(color) for color in set(self.color)}
        return self._bar(
            marker={"color": self.color, "line": {"color": SEPARATOR, "width": 0.5}},
            text=self.label,
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            constraintext="inside",
            insidetextfont={
                "family": FONT_FAMILY,
                "size": LABEL_PX,
                "color": [inks[color] for color in self.color],
                "shadow": "none",
            },
            hovertemplate="<b>%{text}</b><br>%{customdata}<extra></extra>",
        )

    def hover_only(self) -> go.Bar:
        """Return invisible bars that answer the mouse, over something drawn otherwise."""
        return self._bar(marker={"color": CLEAR, "line": {"width": 0}}, hovertemplate="%{customdata}<extra></extra>")

    def _bar(self, **options: Any) -> go.Bar:
        return go.Bar(
            orientation="h",
            base=self.left,
            x=self.length,
            y=self.top + THICKNESS / 2,
            width=THICKNESS,
            customdata=self.hover,
            **options,
        )
