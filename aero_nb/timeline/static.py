"""The timeline without a kernel: HTML that shows a still picture and comes alive where the page has plotly.js."""

import base64
import html
import json
import uuid
from typing import Any

from aero_nb.timeline.assets import bundle_source, module_gzip

# A saved notebook may grow by 150 kB for one timeline. It holds the still picture three times (PNG, HTML, widget
# state) and the module once; what is left is for the trace.
NOTEBOOK_BUDGET = 140_000


def encoded(data: bytes) -> str:
    """Return base64 text."""
    return base64.b64encode(data).decode()


def still_html(png: bytes, alt: str) -> str:
    """Return the still picture alone."""
    text = html.escape(alt)
    return f'<img alt="{text}" style="max-width:100%" src="data:image/png;base64,{encoded(png)}">'


def alive_html(png: bytes, alt: str, packed: bytes, values: dict[str, Any]) -> str:
    """Return the still picture with the packed trace and the code that draws it where the page has plotly.js.

    It comes alive at once, or when the page dispatches ``aero-nb:plotly`` on ``window``, as our figures do.
    """
    identity = f"aero-nb-{uuid.uuid4().hex[:12]}"
    settings = html.escape(json.dumps(values))
    return (
        f'<div id="{identity}" class="aero-nb-timeline" data-trace="{encoded(packed)}" '
        f'data-module="{encoded(module_gzip())}" data-values="{settings}">{still_html(png, alt)}</div>'
        f'<script>(()=>{{{bundle_source("awaken")}aeroNbAwaken.awaken("{identity}")}})()</script>'
    )


def notebook_html(png: bytes, alt: str, packed: bytes | None, values: dict[str, Any]) -> str:
    """Return the richest HTML that keeps a saved notebook small: alive, or the still picture with a hint."""
    if packed is not None:
        whole = alive_html(png, alt, packed, values)
        if len(whole) + 2 * len(encoded(png)) <= NOTEBOOK_BUDGET:
            return whole
    hint = "A still picture: the trace is too large to live in a notebook. Trace.to_html(path) writes a live page."
    return f"<div>{still_html(png, alt)}<br><small>{html.escape(hint)}</small></div>"
