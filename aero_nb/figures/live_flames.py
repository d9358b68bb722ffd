"""The flame graph to work with: zoom, search and hover in every page, by a script of its own instead of plotly.js.

plotly's own icicle takes a minute for a thousand nodes, and searches nothing. So the live form of a flame graph is one
canvas (``timeline/front/src/page/flame.ts``); the plotly figure is what the still picture is drawn from, and what
``write_image``, ``FigureWidget`` and ``update_layout`` know.
"""

import base64
import html
import json
import uuid
import zlib
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.io as pio

from aero_nb.figures.figure import PLOTLY_MIMETYPE, Figure
from aero_nb.figures.palette import color_index
from aero_nb.figures.units import plain_text

MAX_NODES: Final = 10_000  # of the live form: 100 kB packed
_SCRIPT: Final = Path(__file__).with_name("flames_awaken.js").read_text(encoding="utf-8")  # of timeline/front
_DIGITS: Final = 5  # of a time: three are shown


class FlameFigure(Figure):
    """A plotly figure of bars whose page form is a flame graph to work with."""

    @classmethod
    def of(cls, figure: Figure, flames: dict[str, Any]) -> "FlameFigure":
        """Return ``figure`` with what its live form is made of (:func:`packed_tree`), in its ``layout.meta``."""
        packed = base64.b64encode(zlib.compress(json.dumps(flames, separators=(",", ":")).encode(), 9)).decode()
        own = cls(figure.data, figure.layout)
        own.layout.meta = {**own.layout.meta, "flames": packed, "bars": len(figure.data)}
        return own

    @property
    def _flames(self) -> str | None:
        """What the live form is made of; None where a user added what only plotly draws."""
        meta = self.layout.meta
        if not isinstance(meta, dict) or len(self.data) != meta.get("bars") or "flames" not in meta:
            return None
        return str(meta["flames"])

    def _repr_mimebundle_(self, *args: Any, **options: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(*args, **options)
        flames = self._flames
        if flames is None:
            return bundle
        # JupyterLab would prefer plotly's form, which runs no script and so neither zooms nor searches.
        del bundle[PLOTLY_MIMETYPE]
        return {**bundle, "text/html": self._page_part(flames)}

    def _page_part(self, flames: str) -> str:
        alt = html.escape(self.alt)
        identity = f"aero-nb-{uuid.uuid4().hex[:12]}"
        width = f"{self.layout.width}px" if self.layout.width else "100%"
        title = html.escape(plain_text(self.layout.title.text or "", 200))
        return (
            f'<div id="{identity}" class="aero-nb-figure" role="img" aria-label="{alt}" data-title="{title}" '
            f'style="max-width:{width}" data-figure="{flames}">{self._still_image(alt)}</div>'
            f'<script>(()=>{{{_SCRIPT}aeroNbAwaken.awaken("{identity}")}})()</script>'
        )

    def _still_image(self, alt: str) -> str:
        png = base64.b64encode(self._still()).decode()
        return f'<img alt="{alt}" style="max-width:100%" src="data:image/png;base64,{png}">' if png else alt

    def to_html(self, *args: Any, post_script: str | list[str] | None = None, **options: Any) -> str:
        """Return plotly's page with the flame graph in the place of its bars; the arguments are plotly's."""
        page: str = pio.to_html(self, *args, post_script=self._scripts(post_script), **options)
        return page

    def write_html(self, *args: Any, post_script: str | list[str] | None = None, **options: Any) -> None:
        """Write the page of :meth:`to_html`; the arguments are plotly's."""
        pio.write_html(self, *args, post_script=self._scripts(post_script), **options)

    def _scripts(self, given: str | list[str] | None) -> list[str]:
        """Return the script that draws the flame graph, and those of the user."""
        users = [given] if isinstance(given, str) else list(given or [])
        if (flames := self._flames) is None:
            return users
        draw = f'aeroNbAwaken.mount(document.getElementById("{{plot_id}}"),"{flames}")'
        return [f"(()=>{{{_SCRIPT}{draw}}})()", *users]


def packed_flames(
    title: str, parts: list[dict[str, Any]], names: pd.Index, *, weight: Literal["total", "self"] = "total"
) -> dict[str, Any]:
    """Return what the page side's ``PackedFlames`` describes; ``title`` is plain text."""
    texts = [str(name) for name in names]
    return {
        "title": title,
        "weight": weight,
        "names": [plain_text(name) or "(empty name)" for name in texts],
        "colors": [color_index(name) for name in texts],
        "parts": parts,
    }


def packed_tree(
    nodes: pd.DataFrame,
    names: pd.Index,
    *,
    towards: Literal["down", "up"] = "down",
    groups: bool = False,
    weight: Literal["total", "self"] = "total",
) -> dict[str, Any]:
    """Return the columns of the page side's ``PackedTree``.

    Args:
        nodes: as :func:`aero_nb.figures.icicles.place_nodes` returns them.
        names: those that the numbers of names count.
        towards: "up" for the callers of a sandwich.
        groups: the roots are threads or processes.
        weight: "self" where the widths are self times, which are not told twice.

    """
    ordered = nodes.sort_values(["depth", "left_us"], kind="stable")
    merged = ordered["merged"].to_numpy(np.int64)
    place = pd.Series(np.arange(len(ordered)), index=ordered.index)
    place = place[merged == 0]  # what was merged has no number of its own
    parent = ordered["parent"].map(place).fillna(-1).to_numpy(np.int64)
    code = np.where(merged > 0, -1, names.get_indexer(pd.Index(ordered["name"].astype("object"))))
    columns: dict[str, Any] = {
        "towards": towards,
        "groups": groups,
        "parent": np.diff(parent, prepend=-1).tolist(),
        "name": code.tolist(),
        "total": short_times(ordered["weight_us"].to_numpy(np.float64)),
        "count": ordered["count"].round().to_numpy(np.int64).tolist(),
        "merged": merged.tolist(),
    }
    if weight == "total":
        columns["self"] = short_times(ordered["self_us"].to_numpy(np.float64))
    return columns


def short_times(times_us: npt.NDArray[np.floating]) -> list[float]:
    """Return times rounded to five significant digits."""
    return [float(f"{value:.{_DIGITS}g}") for value in times_us.tolist()]
