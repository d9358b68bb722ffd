"""The arguments of spans for a page that has no kernel to ask."""

import json

import numpy as np

from aero_nb.tables.columns import Ints
from aero_nb.timeline.scene import Scene

MOST_BYTES = 20_000_000


def arguments_text(scene: Scene, place: int) -> str:
    """Return the args of the span at ``place`` as indented JSON, or ``""``."""
    rows = scene.spans
    if rows.asynchronous[place]:
        return ""
    args = scene.trace.args(int(rows.index[place]))
    # ASCII: a lone surrogate must reach the page as its escape.
    return json.dumps(args, indent=1, default=str) if args else ""


def packed_arguments(scene: Scene) -> tuple[Ints, bytes] | None:
    """Return the places of the spans that have args, and a line of JSON for each; None beyond ``MOST_BYTES``."""
    columns = scene.trace.columns
    if len(columns.args.blob) + len(columns.extras.blob) > MOST_BYTES:
        return None
    with_args = np.union1d(columns.args.events, columns.extras.events)
    has = np.isin(columns.spans.event, with_args) | np.isin(columns.spans.end_event, with_args)
    places = np.flatnonzero(~scene.spans.asynchronous)
    places = places[has[scene.spans.index[places]]]
    lines, kept = [], []
    for place in places.tolist():
        args = scene.trace.args(int(scene.spans.index[place]))
        if args:
            kept.append(place)
            lines.append(json.dumps(args, separators=(",", ":"), default=str).encode())
    return np.array(kept, np.int64), b"\n".join(lines)
