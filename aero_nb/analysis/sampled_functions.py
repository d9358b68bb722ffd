"""Which sampled functions a frame spent more time in than the median frame did."""

from typing import Final

import numpy as np
import pandas as pd

from aero_nb.analysis.cadence import usable
from aero_nb.tables.columns import Floats, Ints

_NOT_FUNCTIONS: Final = ("gc", "idle")
_UNKNOWN: Final = "(program)"  # native code that V8 cannot name


def functions_in_frame(
    samples: pd.DataFrame, stacks: pd.DataFrame, intervals: pd.DataFrame, frame: int
) -> pd.DataFrame:
    """Compare the self time of sampled functions in one frame with the median frame of its lane.

    A sample counts until the thread's next one, and in each frame for as much as lies in it. The collector, idle time
    and code without a name are left out: the activities of Chrome's own trace tell them better.

    Args:
        samples: a Trace's ``samples``.
        stacks: its ``stacks``.
        intervals: frames as :func:`aero_nb.analysis.cadence.cadence` returns them.
        frame: the row of ``intervals`` that is asked about.

    Returns:
        One row per function and thread that ran in the frame, the largest difference first: ``function`` ``file``
        ``line`` ``kind`` ``track`` ``thread`` ``process``, ``frame_us`` ``median_us`` ``difference_us`` (float64 µs).

    """
    lane = intervals[intervals["track"] == intervals["track"].iloc[frame]]
    lane = lane[usable(lane) | (np.asarray(lane.index) == intervals.index[frame])].sort_values("ts_us")
    starts, ends = lane["ts_us"].to_numpy(), (lane["ts_us"] + lane["interval_us"]).to_numpy()
    (place,) = np.flatnonzero(lane.index == intervals.index[frame])
    running = samples[samples["stack"] >= 0]
    told = stacks.loc[running["stack"], ["function", "file", "line", "kind"]].set_axis(running.index)
    running = pd.concat([running, told], axis=1)
    running = running[~running["kind"].isin(_NOT_FUNCTIONS) & (running["function"] != _UNKNOWN)]
    begin = running["ts_us"].to_numpy()
    end = begin + running["weight_us"].to_numpy()
    here = (begin < ends[place]) & (end > starts[place])
    keys = ["track", "function"]
    wanted = running.loc[here, keys].drop_duplicates()
    running = running.merge(wanted, on=keys)
    number = np.asarray(running.groupby(keys, observed=True, sort=False).ngroup(), np.int64)
    first = running.drop_duplicates(keys)
    times = _times(running, number, len(first), starts, ends)
    medians = np.median(times, axis=0) if len(lane) else np.zeros(len(first))
    table = first[["function", "file", "line", "kind", "track", "thread", "process"]].assign(
        frame_us=times[place], median_us=medians, difference_us=times[place] - medians
    )
    return table.sort_values("difference_us", ascending=False, kind="stable", ignore_index=True)


def _times(running: pd.DataFrame, number: Ints, functions: int, starts: Floats, ends: Floats) -> Floats:
    """Return the time (µs) of each function (columns) in each frame (rows); frames in order, none over another."""
    begin = running["ts_us"].to_numpy()
    end = begin + running["weight_us"].to_numpy()
    first = np.searchsorted(ends, begin, side="right")
    last = np.searchsorted(starts, end, side="left")  # exclusive
    pieces = np.maximum(last - first, 0)
    row = np.repeat(np.arange(len(begin)), pieces)
    of_frame = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    inside = np.minimum(end[row], ends[of_frame]) - np.maximum(begin[row], starts[of_frame])
    times = np.zeros((len(starts), functions))
    np.add.at(times, (of_frame, number[row]), np.maximum(inside, 0.0))
    return times
