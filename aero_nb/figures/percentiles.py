"""Lines at the 50th, 95th and 99th percentile."""

from typing import Any, Final

from aero_nb.analysis.percentiles import percentiles
from aero_nb.figures.figure import Figure
from aero_nb.figures.theme import LINE_COLOR, text_font
from aero_nb.figures.units import format_duration
from aero_nb.tables.columns import Floats

PERCENTILES: Final = (50, 95, 99)


def percentiles_us(durations_us: Floats) -> dict[str, float]:
    """Return ``p50``, ``p95`` and ``p99`` (µs, linear interpolation)."""
    values = percentiles(durations_us, [percent / 100 for percent in PERCENTILES])
    return {f"p{percent}": value for percent, value in zip(PERCENTILES, values, strict=True)}


def in_words(values: dict[str, float]) -> str:
    """Return the percentiles in words: ``"p50 1.20 ms, p95 ..."``."""
    return ", ".join(f"{name} {format_duration(us)}" for name, us in values.items())


def add_lines(figure: Figure, at: dict[str, float], *, across: str, least_apart: float) -> None:
    """Draw a dotted line at each place, labelled; ``across``: ``"x"`` for level lines, ``"y"`` for upright ones.

    Lines closer than ``least_apart`` (room for one label, in axis units) to a labelled one share its label: p95-p99.
    """
    upright = across == "y"
    labels: list[tuple[float, list[str]]] = []
    for name, place in sorted(at.items(), key=lambda item: item[1]):
        line: dict[str, Any] = {"x0": place, "x1": place, "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
        if not upright:
            line = {"x0": 0, "x1": 1, "y0": place, "y1": place, "xref": "paper", "yref": "y"}
        figure.add_shape(type="line", line={"color": LINE_COLOR, "width": 1, "dash": "dot"}, **line)
        # A shared label is twice as long, which matters where labels stand side by side.
        if labels and place - labels[-1][0] < least_apart * min(len(labels[-1][1]), 2 if upright else 1):
            labels[-1][1].append(name)
        else:
            labels.append((place, [name]))
    for place, names in labels:
        text = names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"
        where = {"x": place, "xref": "x", "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "left"}
        if not upright:
            where = {"x": 1, "xref": "paper", "y": place, "yref": "y", "yanchor": "middle", "xanchor": "left"}
        figure.add_annotation(text=text, font=text_font(10), showarrow=False, **where)
