"""The honest picture of nothing."""

from aero_nb.figures.figure import Figure
from aero_nb.figures.theme import base_layout, text_font
from aero_nb.figures.units import markup_text


def empty_figure(reason: str) -> Figure:
    """Return a low figure that says why there is nothing to draw (``reason``: plain text)."""
    layout = base_layout(title="", height=120, left=24, alt=f"An empty picture: {reason}")
    figure = Figure(layout=layout)
    figure.update_layout(xaxis={"visible": False, "fixedrange": True}, yaxis={"visible": False, "fixedrange": True})
    figure.add_annotation(
        text=markup_text(reason, 200), x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font=text_font(13)
    )
    return figure
