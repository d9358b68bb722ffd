"""How every picture looks: transparent paper, and text in the colour of the page that it lies on."""

from typing import Any, Final

# plotly takes no CSS variable for a colour, and no single grey reaches 4.5:1 both on white and on JupyterLab's
# #111. So the fill is a translucent grey, and a shadow without offset or blur paints the same glyphs beneath it in
# the page's own text colour. The first variable is set by the page script of `Figure`, the others by their front
# ends; in a picture that a browser exports none is there, and the grey reaches 4.3:1 on either.
_PAGE_TEXT: Final = "var(--aero-nb-text, var(--jp-content-font-color1, var(--vscode-editor-foreground, #7e7e7e)))"
TEXT_COLOR: Final = "rgba(118,118,118,0.5)"
TEXT_SHADOW: Final = f"0 0 0 {_PAGE_TEXT}"
GRID_COLOR: Final = "rgba(128,128,128,0.25)"
LINE_COLOR: Final = "rgba(128,128,128,0.6)"
SEPARATOR: Final = "rgba(0,0,0,0.45)"  # between neighbouring bars of one colour, on light and on dark
CLEAR: Final = "rgba(0,0,0,0)"
FONT_FAMILY: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', Arial, sans-serif"

WIDTH_PX: Final = 860  # of a still picture: fits a notebook; a live one takes the width that it is given
LABEL_PX: Final = 11


def text_font(size: int = 12) -> dict[str, Any]:
    """Return plotly's font for text on the paper. Titles and annotations do not inherit the shadow."""
    return {"family": FONT_FAMILY, "size": size, "color": TEXT_COLOR, "shadow": TEXT_SHADOW}


def base_layout(*, title: str, height: int, left: int, alt: str) -> dict[str, Any]:
    """Return the layout that every picture starts from.

    ``title`` is markup text, ``left`` the margin in px that the row labels need, ``alt`` plain text for screen
    readers: it travels in ``layout.meta``.
    """
    return {
        "template": {},  # neither plotly's (7 kB in each figure) nor the user's, which expects opaque paper
        "height": height,
        "margin": {"l": left, "r": 24, "t": 38 if title else 12, "b": 34},
        "font": text_font(),
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": "#262626",
            "bordercolor": "#8c8c8c",
            "align": "left",
            "font": {"family": FONT_FAMILY, "size": 12, "color": "#ffffff", "shadow": "none"},
        },
        "modebar": {"bgcolor": CLEAR, "color": "#8c8c8c", "activecolor": "#3084f0"},
        "uniformtext": {"minsize": LABEL_PX, "mode": "hide"},
        "barmode": "overlay",  # or two bar series would halve their rows
        "bargap": 0,
        "showlegend": False,
        "dragmode": "zoom",
        "meta": {"alt": alt},
        "annotations": [_heading(title)] if title else [],  # a plotly title would drop the shadow
    }


def _heading(text: str) -> dict[str, Any]:
    return {
        "text": text,
        "font": text_font(13),
        "showarrow": False,
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "yshift": 6,
    }


def time_axis(window_s: tuple[float, float], **options: Any) -> dict[str, Any]:
    """Return an x axis in seconds whose labels read in ns, µs, ms or s however far one zooms in."""
    long = max(abs(window_s[0]), abs(window_s[1])) >= 1000  # d3 would write "3.6ks"
    return value_axis(
        range=list(window_s), tickformat=",.12~f" if long else ".12~s", ticksuffix=" s" if long else "s", **options
    )


def value_axis(**options: Any) -> dict[str, Any]:
    """Return an axis of numbers with a faint grid."""
    return {"gridcolor": GRID_COLOR, "zeroline": False, "ticks": "", "tickfont": text_font(11), **options}


def row_axis(rows: float, labels: dict[float, str], **options: Any) -> dict[str, Any]:
    """Return a y axis from 0 at the top down to ``rows``, with ``labels`` (markup text) at the given places."""
    return {
        "range": [rows, 0],
        "tickmode": "array",
        "tickvals": list(labels),
        "ticktext": list(labels.values()),
        "tickfont": text_font(),
        "ticks": "",
        "ticklabelstandoff": 4,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "scaleanchor": False,  # an image on an axis would tie it to the other one
        **options,
    }


def label_margin(labels: list[str], least: int = 24, most: int = 190) -> int:
    """Return the left margin in px that leaves room for row labels (plain text) of the usual width."""
    return min(most, max([least, *(round(6.8 * len(label)) + 16 for label in labels)]))
