"""The utilisation of each thread: one row per thread."""

from typing import Final

import numpy as np
import pandas as pd

from aero_nb.analysis.busy import utilisation
from aero_nb.analysis.lane_names import lane_names
from aero_nb.figures.empty import empty_figure
from aero_nb.figures.figure import Figure
from aero_nb.figures.lanes import MAX_TRACKS
from aero_nb.figures.step_rows import StepRow, step_figure
from aero_nb.figures.units import format_count, format_duration, markup_text, plain_text
from aero_nb.figures.windows import extent, padded

_MAX_POINTS: Final = 12_000


def utilisation_chart(
    spans: pd.DataFrame,
    *,
    bins: int = 200,
    window: tuple[float, float] | None = None,
    start_us: float | None = None,
) -> Figure:
    """Draw the share of time in which each thread has a span open, bin by bin.

    Args:
        spans: a Trace's ``spans``.
        bins: how many equal bins the window is cut into; fewer where many threads would make the picture large.
        window: (from, to) in µs as in ``ts_us``; None: everything.
        start_us: the ``ts_us`` that the axis calls 0; None: the first span's.

    Returns:
        A plotly figure, its values are those of :func:`aero_nb.analysis.utilisation`.

    Raises:
        ValueError: ``bins`` is less than 1, or ``window`` ends before it begins.

    """
    if bins < 1:
        raise ValueError(f"expected at least 1 bin, found {bins}")
    if spans.empty:
        return empty_figure("no spans in this trace")
    whole = extent(spans["ts_us"], spans["dur_us"])
    window = padded(whole if window is None else window)
    zero = whole[0] if start_us is None else start_us
    tracks = spans["track"].unique()
    kept = spans[spans["track"].isin(tracks[:MAX_TRACKS])]
    table = utilisation(kept, min(bins, _MAX_POINTS // len(tracks[:MAX_TRACKS])), window)
    rows, labels = [], []
    lanes = kept.drop_duplicates("track")
    names = dict(zip(lanes["track"], lane_names(lanes), strict=True))
    for track, lane in table.groupby("track", sort=False):
        share = lane["utilisation"].to_numpy(np.float64)
        mean = lane["busy_us"].sum() / lane["dur_us"].sum()
        name = names[track]
        edges = np.append(lane["ts_us"], window[1])
        label = f"{plain_text(name, 40)}  {mean:.0%} busy"
        time_s = (edges - zero) / 1e6
        rows.append(StepRow(label, time_s, np.append(share, share[-1]), limits=(0.0, 1.0), colored_by=name))
        labels.append(label)
    left_out = len(tracks) - MAX_TRACKS
    title = f"{format_count(left_out)} more threads left out" if left_out > 0 else ""
    alt = f"Utilisation of each thread over {format_duration(window[1] - window[0])}: {', '.join(labels[:12])}"
    window_s = ((window[0] - zero) / 1e6, (window[1] - zero) / 1e6)
    return step_figure(
        [[row] for row in rows], window_s, title=markup_text(title) if title else "", alt=alt, number=".0%"
    )
