"""The figure that every picture is: plotly's own, which also shows where plotly's does not.

A plain plotly figure in a saved notebook is plotly's mimetype alone: nbconvert drops it, GitHub shows nothing. This
one adds two forms beside it. The front end takes the richest one it knows:

- ``application/vnd.plotly.v1+json``: JupyterLab, Notebook 7, VS Code, Colab draw it alive;
- ``text/html``: nbconvert and every page. A still picture that comes alive where the page has plotly.js;
- ``image/png``: the still picture, drawn without a browser, for viewers that show nothing else (GitHub). Left out
  under a Jupyter server: its plotly extension would show it in place of the live figure until the mouse comes, and
  saves a PNG of its own.
"""

import base64
import html
import json
import os
import uuid
import zlib
from pathlib import Path
from typing import Any, Final

import plotly.graph_objects as go
import plotly.io as pio

from aero_nb.figures.still import draw_png

PLOTLY_MIMETYPE: Final = "application/vnd.plotly.v1+json"
_OF_JUPYTER_SERVER: Final = "JPY_SESSION_NAME"  # Jupyter servers name the notebook to its kernel; nbclient does not
# Not "responsive": JupyterLab resizes figures itself, and the two together lose the height when the theme changes.
_CONFIG: Final = {"displaylogo": False}
_AWAKEN: Final = Path(__file__).with_name("awaken.js").read_text(encoding="utf-8")  # of timeline/front


class Figure(go.Figure):  # type: ignore[misc]
    """A plotly figure with a still form; ``write_image``, ``FigureWidget(fig)`` and all else are plotly's."""

    # IPython asks for this first; plotly's would show its mimetype alone, through the user's renderer.
    _ipython_display_ = None

    @property
    def alt(self) -> str:
        """What the picture shows, in words, for screen readers."""
        meta = self.layout.meta
        return str(meta["alt"]) if isinstance(meta, dict) and "alt" in meta else "a plotly figure"

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, Any]:
        document = self._document()
        png = self._still()
        bundle = {
            PLOTLY_MIMETYPE: document,
            "text/html": _page_part(document, png, self.alt),
            "text/plain": f"<{self.alt}>",
        }
        if png and _OF_JUPYTER_SERVER not in os.environ:
            bundle["image/png"] = base64.b64encode(png).decode()
        return bundle

    def _still(self) -> bytes:
        """Return the still picture; none of what a user added and the still cannot draw must cost the live form."""
        try:
            return draw_png(self)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            return b""

    def _document(self) -> dict[str, Any]:
        return {**json.loads(pio.to_json(self, validate=False)), "config": _CONFIG}


def _page_part(document: dict[str, Any], png: bytes, alt: str) -> str:
    """Return the still picture with the figure beside it, packed, and the script that draws it where plotly.js is."""
    packed = base64.b64encode(zlib.compress(json.dumps(document).encode(), 9)).decode()
    picture = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    still = f'<img alt="{html.escape(alt)}" style="max-width:100%" src="{picture}">' if png else html.escape(alt)
    height = document["layout"].get("height", 450)
    identity = f"aero-nb-{uuid.uuid4().hex[:12]}"
    return (
        f'<div id="{identity}" class="aero-nb-figure" role="img" aria-label="{html.escape(alt)}" '
        f'data-height="{height}" data-figure="{packed}">'
        f"{still}</div>"
        f'<script>(()=>{{{_AWAKEN}aeroNbAwaken.awaken("{identity}")}})()</script>'
    )
