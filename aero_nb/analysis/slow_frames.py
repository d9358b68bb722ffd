"""Why was this frame slow? What every thread did until the next one, beside the median frame."""

import numpy as np
import pandas as pd

from aero_nb.analysis.activities import ACTIVITIES
from aero_nb.analysis.cadence import FrameNames, cadence, frames_called, usable
from aero_nb.analysis.intervals import Intervals, bounds_ns
from aero_nb.analysis.thread_times import thread_times

IDLE = "(idle)"
"""What :func:`explain` calls the time in which a frame's own thread has no span open."""


def explain(
    spans: pd.DataFrame,
    frame: int,
    *,
    span: FrameNames = "frame",
    instants: pd.DataFrame | None = None,
    gaps: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Show how one frame differs from the median frame of its lane, the largest contributors first.

    From a frame's start to the next one's, every thread works: what each thread did is compared, name by name, with
    the median over all frames of the lane. That is its innermost span; where Chrome's own trace of the thread is in
    the Trace too, what Chrome did comes first where it says more (collecting garbage, compiling, layout, painting,
    committing, waiting), and each moment counts once. A lane's last frame, of which nothing says how long it was, is
    compared by the time of its work with the work of the others.

    Args:
        spans: a Trace's ``spans``.
        frame: the frame's number: its row in :func:`aero_nb.analysis.frames`.
        span: what the frames are called, as there.
        instants: a Trace's ``instants``, as there.
        gaps: its ``gaps``, as there.

    Returns:
        One row per thread and name: ``track process thread``, ``name``, ``activity`` (a category, of Chrome's spans:
        :func:`~aero_nb.analysis.activities`), ``frame_us`` (in this frame), ``median_us`` (over the lane's frames, but
        those ``left_out``), ``difference_us``; largest difference (in size) first. The name ``(idle)`` is the time in
        which the frame's own thread had no span open.

    Raises:
        IndexError: there is no such frame.
        ValueError: the frame is its lane's last instant: it has neither an interval nor work.

    """
    table = cadence(spans, instants, gaps, span)
    if not 0 <= frame < len(table):
        called = frames_called(span)
        raise IndexError(f"frame {frame}: expected 0 to {len(table) - 1}, the trace has {len(table)} {called!r} frames")
    windows, compared = _windows(table, frame)
    slices = thread_times(spans)
    times = _times_in(windows, slices, int(table["track"].iloc[frame]))
    compared_times = pd.DataFrame({"frame_us": times[frame], "median_us": times[compared].median(axis=1)})
    compared_times["difference_us"] = compared_times["frame_us"] - compared_times["median_us"]
    order = compared_times["difference_us"].abs().sort_values(ascending=False, kind="stable").index
    compared_times = compared_times.loc[order].reset_index()
    lanes = pd.concat([slices[_LANE], table[_LANE]]).drop_duplicates("track").set_index("track")
    for place, column in enumerate(("process", "thread"), start=1):
        compared_times.insert(place, column, compared_times["track"].map(lanes[column].astype("object")))
    compared_times["activity"] = pd.Categorical(compared_times["activity"].replace("", None), list(ACTIVITIES))
    return compared_times


_LANE = ["track", "process", "thread"]
_KEY = ["track", "name", "activity"]


def _windows(table: pd.DataFrame, frame: int) -> tuple[pd.DataFrame, pd.Index]:
    """Return when the frames of the lane were (``ts_us dur_us``), and which of them make the median."""
    lane = table[table["track"] == table["track"].iloc[frame]]
    ends = "work_us" if np.isnan(table["interval_us"].iloc[frame]) else "interval_us"
    lane = lane[lane[ends].notna()]
    if frame not in lane.index:
        raise ValueError(
            f"frame {frame}: expected a frame that another one follows on its lane, found an instant that is the last"
        )
    compared = lane.index[usable(lane)] if ends == "interval_us" else lane.index
    return lane[["ts_us", ends]].set_axis(["ts_us", "dur_us"], axis=1), compared if len(compared) else pd.Index([frame])


def _times_in(windows: pd.DataFrame, slices: pd.DataFrame, own: int) -> pd.DataFrame:
    """Return the time (µs) of each track, name and activity, one column per window; idle time of ``own`` comes last."""
    start, end = bounds_ns(windows)
    parts = []
    for track, lane in slices.groupby("track", observed=True):
        pieces = Intervals(*bounds_ns(lane))
        window, piece = Intervals(start, end).pairs(pieces)
        shared = np.minimum(end[window], pieces.end[piece]) - np.maximum(start[window], pieces.start[piece])
        names = lane["name"].astype("str").to_numpy()[piece]
        kinds = lane["activity"].astype("object").fillna("").to_numpy()[piece]
        table = {"track": track, "name": names, "activity": kinds, "frame": windows.index[window], "us": shared / 1000}
        parts.append(pd.DataFrame(table))
    nothing = {"track": pd.Series(dtype="int64"), **dict.fromkeys(_KEY[1:], pd.Series(dtype="str"))}
    nothing |= {"frame": pd.Series(dtype="int64"), "us": pd.Series(dtype="float64")}
    spent = pd.concat(parts) if parts else pd.DataFrame(nothing)
    sums = spent.groupby([*_KEY, "frame"])["us"].sum().unstack("frame")
    times = sums.reindex(columns=windows.index).fillna(0.0)
    idle = (end - start) / 1000 - times[times.index.get_level_values("track") == own].sum()
    if (idle.round(3) > 0).any():
        times.loc[(own, IDLE, ""), :] = idle
    return times
