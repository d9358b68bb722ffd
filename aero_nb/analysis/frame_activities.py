"""What Chrome did on the thread of a frame, beside what the emulator's own spans say."""

from typing import Final

import numpy as np
import pandas as pd

from aero_nb.analysis.activities import ACTIVITIES, activities, has_activities
from aero_nb.analysis.intervals import Intervals, bounds_ns
from aero_nb.analysis.slices import flatten
from aero_nb.tables.chrome_threads import CHROME_SUFFIX

_IDLE: Final = "idle"


def activities_in_frames(intervals: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Return the time of each activity in each frame, on the thread that the frame is of.

    Args:
        intervals: frames as :func:`aero_nb.analysis.cadence.cadence` returns them.
        spans: a Trace's ``spans``.

    Returns:
        A column ``<activity>_us`` (float64 µs) for each of ``ACTIVITIES``, indexed as ``intervals``: time of the
        innermost span of Chrome, from the frame's start to the next one's; ``idle_us`` includes the time in which
        Chrome had no span open. NaN where the interval is unknown or nothing of Chrome is known of the thread. No
        columns where that holds for all.

    """
    nothing = pd.DataFrame(index=intervals.index)
    if not has_activities(spans) or intervals.empty:
        return nothing
    known = spans.assign(activity=activities(spans))
    known = known[known["activity"].notna()]
    parts = []
    for track in intervals["track"].unique().tolist():
        frames = intervals[intervals["track"] == track]
        of_thread = known[known["track"].isin(same_thread(spans, track))]
        if not of_thread.empty:
            parts.append(_times(frames[frames["interval_us"].notna()], of_thread))
    return pd.concat(parts).reindex(intervals.index) if parts else nothing


def same_thread(spans: pd.DataFrame, track: int) -> list[int]:
    """Return the tracks that show this thread: itself, and of a merged Trace what Chrome recorded of it."""
    lane = spans.loc[spans["track"] == track, ["pid", "thread"]].head(1)
    if lane.empty:
        return [track]
    pid, thread = lane.iloc[0]
    twin = (spans["pid"] == pid) & (spans["thread"] == f"{thread}{CHROME_SUFFIX}")
    return [track, *spans.loc[twin, "track"].unique().tolist()]


def _times(frames: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    slices = flatten(spans)
    of_slice = spans["activity"].reindex(slices["span"]).to_numpy()
    start = bounds_ns(frames.assign(dur_us=frames["interval_us"]))
    times = {}
    for activity in ACTIVITIES:
        times[f"{activity}_us"] = Intervals.covered_by(slices[of_slice == activity]).within(*start) / 1000
    idle = Intervals.covered_by(slices).within(*start) / 1000
    times[f"{_IDLE}_us"] += np.maximum(frames["interval_us"].to_numpy() - idle, 0.0)
    return pd.DataFrame(times, index=frames.index)
