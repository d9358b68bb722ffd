"""Frame times: one bar per frame from its start to the next one's, the long ones marked."""

from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aero_nb.analysis.cadence import FrameNames, cadence, frames_called, frames_note, main_lane, usable
from aero_nb.figures.empty import empty_figure
from aero_nb.figures.figure import Figure
from aero_nb.figures.palette import color_of
from aero_nb.figures.percentiles import add_lines, in_words, percentiles_us
from aero_nb.figures.theme import LINE_COLOR, base_layout, time_axis, value_axis
from aero_nb.figures.units import format_count, format_duration, markup_text, plain_text

MAX_BARS: Final = 1_500
_LONG: Final = "#c0300c"
_HEIGHT_PX: Final = 280


def frames_chart(
    spans: pd.DataFrame,
    *,
    span: FrameNames = "frame",
    instants: pd.DataFrame | None = None,
    gaps: pd.DataFrame | None = None,
    budget_us: float | None = None,
    start_us: float | None = None,
) -> Figure:
    """Draw the time of each display frame over the run, with lines at p50, p95 and p99.

    The time of a frame is the interval to the next frame of its lane; where several lanes have frames, those of the
    lane with most are drawn, which the title says, as it does for intervals left out (:func:`aero_nb.analysis.frames`).
    Frames longer than ``budget_us`` (than p95, where no budget is given) are marked. Each mark carries its span's
    number, so that a click on it can be answered: ``figure.data[1].customdata``. Of more than 1,500 frames the
    longest of each stretch is drawn.

    Args:
        spans: a Trace's ``spans``.
        span: what the frames are called: a name, several, or a compiled pattern.
        instants: a Trace's ``instants``: frames that are instants, and where recording stopped.
        gaps: its ``gaps``.
        budget_us: the time that a frame may take (µs), drawn as a line.
        start_us: the ``ts_us`` that the axis calls 0; None: the first frame's.

    Returns:
        A plotly figure; both axes are in seconds.

    """
    frames = cadence(spans, instants, gaps, span)
    if frames.empty:
        looked_for = "spans" if instants is None else "spans or instants"
        return empty_figure(f"no {looked_for} called {plain_text(frames_called(span), 60)} in this trace")
    zero = float(frames["ts_us"].min()) if start_us is None else start_us
    lane = main_lane(frames)
    table = lane[usable(lane)]
    if table.empty:
        return empty_figure(f"{plain_text(frames_note(frames), 200)}: no interval between two frames is known")
    return _chart(table, str(lane["name"].iloc[0]), budget_us, zero, plain_text(frames_note(frames), 200))


def perf_frames_chart(records: pd.DataFrame, *, budget_us: float | None = None) -> Figure:
    """Draw the frame times of a perf capture as :func:`frames_chart` draws those of a trace.

    Args:
        records: a PerfCapture's ``records`` (``t_ms``, when the frame ended, and ``frame_ms``); frames that were
            not measured are left out.
        budget_us: the time that a frame may take (µs), drawn as a line.

    Returns:
        A plotly figure; both axes are in seconds, 0 is where the capture began.

    """
    measured = records.dropna(subset=["t_ms", "frame_ms"])
    if measured.empty:
        return empty_figure("no frame times in this capture")
    took_us = measured["frame_ms"] * 1000
    table = pd.DataFrame({"ts_us": measured["t_ms"] * 1000 - took_us, "interval_us": took_us, "span": measured.index})
    return _chart(table, "frame", budget_us, 0.0, f"{format_count(len(table))} frames")


def _chart(table: pd.DataFrame, name: str, budget_us: float | None, zero: float, what: str) -> Figure:
    time_us = table["interval_us"].to_numpy(np.float64)
    percentiles = percentiles_us(time_us)
    limit_us = percentiles["p95"] if budget_us is None else budget_us
    end_us = float((table["ts_us"] + table["interval_us"]).max())
    drawn = _thinned(table)
    long = drawn[drawn["interval_us"] > limit_us]
    title = f"{what}, {in_words(percentiles)}"
    than = "p95" if budget_us is None else f"the budget of {format_duration(budget_us)}"
    alt = f"Frame times: {title}; {int((time_us > limit_us).sum())} frames longer than {than}"
    layout = base_layout(title=markup_text(title, 200), height=_HEIGHT_PX, left=56, alt=alt)
    figure = Figure([_bars(drawn, zero, name), _marks(long, zero, than)], layout)
    top_s = max(float(time_us.max()), budget_us or 0.0) / 1e6 * 1.08 or 1e-9
    figure.update_layout(margin_r=64)  # the names of the lines
    figure.update_xaxes(time_axis(((float(table["ts_us"].min()) - zero) / 1e6, max(end_us - zero, 1e-3) / 1e6)))
    figure.update_yaxes(value_axis(range=[0, top_s], tickformat="~s", ticksuffix="s", fixedrange=True))
    add_lines(figure, {name: us / 1e6 for name, us in percentiles.items()}, across="x", least_apart=top_s / 13)
    if budget_us is not None:
        line = {"color": _LONG, "width": 1}
        figure.add_shape(type="line", xref="paper", x0=0, x1=1, y0=budget_us / 1e6, y1=budget_us / 1e6, line=line)
    return figure


def _thinned(table: pd.DataFrame) -> pd.DataFrame:
    """Return the longest frame of each of at most MAX_BARS equal stretches of frames."""
    if len(table) <= MAX_BARS:
        return table
    stretch = np.arange(len(table)) * MAX_BARS // len(table)
    return table.loc[table["interval_us"].groupby(stretch).idxmax()]


def _bars(table: pd.DataFrame, zero: float, name: str) -> Any:
    start = (table["ts_us"].to_numpy(np.float64) - zero) / 1e6
    seconds = table["interval_us"].to_numpy(np.float64) / 1e6
    return go.Bar(
        x=start + seconds / 2,
        y=seconds,
        width=seconds,
        marker={"color": color_of(name), "line": {"color": LINE_COLOR, "width": 0.5}},
        customdata=_hover(table, zero),
        hovertemplate="%{customdata}<extra></extra>",
    )


def _marks(table: pd.DataFrame, zero: float, than: str) -> Any:
    seconds = table["interval_us"].to_numpy(np.float64) / 1e6
    return go.Scatter(
        x=(table["ts_us"].to_numpy(np.float64) - zero) / 1e6 + seconds / 2,
        y=seconds,
        mode="markers",
        marker={"color": _LONG, "size": 8, "line": {"color": "#ffffff", "width": 1}},
        customdata=table["span"].to_numpy(),
        text=_hover(table, zero),
        hovertemplate=f"%{{text}}<br>longer than {markup_text(than)}<br>span %{{customdata}}<extra></extra>",
        cliponaxis=False,
    )


def _hover(table: pd.DataFrame, zero: float) -> list[str]:
    rows = zip(table.index.tolist(), table["ts_us"].tolist(), table["interval_us"].tolist(), strict=True)
    return [f"<b>frame {n}</b> {format_duration(us)}<br>at {format_duration(ts - zero)}" for n, ts, us in rows]
