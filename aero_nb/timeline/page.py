"""One self-contained page with the interactive timeline of a trace: works offline, without a kernel."""

import html
import json
import os
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aero_nb.analysis.affected import tells_losses
from aero_nb.figures.units import format_count, format_duration
from aero_nb.tables.trace_tables import TraceTables
from aero_nb.timeline import assets
from aero_nb.timeline.arguments import MOST_BYTES, packed_arguments
from aero_nb.timeline.axes import Axes, drawn_by
from aero_nb.timeline.first_sight import strays_of
from aero_nb.timeline.notes import valid_notes
from aero_nb.timeline.packing import pack
from aero_nb.timeline.scene import Scene
from aero_nb.timeline.static import encoded
from aero_nb.timeline.still import still_png
from aero_nb.timeline.view_state import opened
from aero_nb.whole_file import write_whole

if TYPE_CHECKING:
    import pandas as pd

_OPTIONS = {
    *("window", "selection_range", "search", "color_by", "counter_mode", "shown", "pinned", "collapsed"),
    *("notes", "wheel", "axis", "selection_tracks", "scale_fit", "scale_log"),
}
_PAGE = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")


def to_html(
    trace: TraceTables,
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    tables: Mapping[str, "pd.DataFrame"] | None = None,
    axes: Axes | None = None,
    state: Mapping[str, Any] | None = None,
    **options: Any,
) -> Path:
    """Write the interactive timeline of ``trace`` to ``path`` as one HTML file and return its path.

    The page carries the trace, the timeline's code and plotly.js once, all gzipped; it fetches nothing.
    The arguments of spans are in it where they are less than 20 MB; else the page says that they are not. Written to a
    temporary file first, then renamed.

    Args:
        trace: a Trace.
        path: the file to write.
        title: the page's title; by default it says what the trace holds.
        tables: tables to show beneath the timeline, by heading; beneath one with an ``affected_share`` the largest.
        axes: what it can be drawn by besides time.
        state: how it is looked at, as :attr:`aero_nb.timeline.Timeline.state` tells it; by default as it was saved.
        options: how it opens: ``window`` and ``selection_range`` (``[t0_us, t1_us]``), ``search``, ``color_by``,
            ``counter_mode``, ``shown``, ``pinned``, ``collapsed``, ``scale_fit``, ``scale_log``,
            ``selection_tracks`` (track numbers), ``notes``, ``wheel``, ``axis``, as the attributes of
            :class:`aero_nb.timeline.Timeline`.

    Raises:
        TypeError: an option that is none of these.
        ValueError: there is no such axis, or the state is wrong.
        OSError: the file cannot be written.

    Warns:
        UserWarning: ``state`` names what the trace lacks.

    """
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise TypeError(f"to_html(): expected options of a timeline, found {', '.join(unknown)}")
    offered = axes or Axes()
    scene = Scene(trace, offered.part_of)
    values, problem = opened(scene, offered, state, options)
    values["notes"] = valid_notes(values["notes"])
    if problem:
        warnings.warn(problem, stacklevel=3)  # Trace.to_html is between
    drawn = drawn_by(scene, offered.named(values.get("axis", "")))
    heading = title or _heading(scene)
    arguments = packed_arguments(scene)
    parts = {
        "%TITLE%": html.escape(heading),
        "%TABLES%": _left_out(trace, arguments is None) + _sections(trace, tables or {}),
        "%STILL%": encoded(still_png(drawn)),
        "%VALUES%": html.escape(json.dumps({key: value for key, value in values.items() if value is not None})),
        "%MODULE%": encoded(assets.module_gzip()),
        "%TRACE%": encoded(pack(scene, arguments, offered)),
        "%PLOTLY%": encoded(assets.plotly_gzip()),
    }
    # In one pass: a mark within a name stays a name.
    return write_whole(path, re.sub("%[A-Z]+%", lambda mark: parts[mark[0]], _PAGE).encode())


def _left_out(trace: TraceTables, without_arguments: bool) -> str:
    """Say what the page cannot show because it would be too large."""
    if not without_arguments:
        return ""
    size = (len(trace.columns.args.blob) + len(trace.columns.extras.blob)) / 1e6
    most = MOST_BYTES / 1e6
    return f"<p>The arguments of spans ({size:,.0f} MB) are not in this page, which takes {most:,.0f} MB of them.</p>"


def _sections(trace: TraceTables, tables: Mapping[str, "pd.DataFrame"]) -> str:
    """Return the tables, and once what no ``affected_share`` can tell: that the format says nothing of losses."""
    sections = [_section(heading, table) for heading, table in tables.items()]
    if any("affected_share" in table for table in tables.values()) and not tells_losses(trace.losses):
        sections.append("<p>The file does not say whether records were lost.</p>")
    return "".join(sections)


def _section(heading: str, table: "pd.DataFrame") -> str:
    if table.index.name is not None:  # into the row of the columns' names, not one of its own
        table = table.rename_axis(columns=str(table.index.name)).rename_axis(index=None)
    rows = table.to_html(float_format=_four_digits, border=0, na_rep="", max_rows=200)
    return f"<section><h2>{html.escape(heading)}</h2>{rows}{_affected_line(table)}</section>"


def _affected_line(table: "pd.DataFrame") -> str:
    """Say beneath a table that lost or repaired data can affect it, where it can."""
    share = float(table["affected_share"].max()) if "affected_share" in table else 0.0
    if not share > 0:
        return ""
    return f"<p>Up to {share:.1%} of a row's time is affected by lost or repaired data (affected_share).</p>"


def _four_digits(value: float) -> str:
    """Return four significant digits without an exponent: 224,400."""
    return f"{float(f'{value:.4g}'):,.10g}"


def _heading(scene: Scene) -> str:
    spans, length = format_count(scene.span_count), format_duration(scene.duration_ns / 1000)
    return f"Timeline: {spans} spans in {length}{scene.note}{strays_of(scene)}"
