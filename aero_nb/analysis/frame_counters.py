"""What counters did in each frame: from its start to the next one's, of its own lane or process first."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from aero_nb.analysis.counter_values import Kind, counter_kinds

_Samples = tuple[np.ndarray, np.ndarray]


def counters_in_frames(
    table: pd.DataFrame, counters: pd.DataFrame, kinds: Mapping[str, Kind] | None
) -> dict[str, np.ndarray]:
    """Return one column per counter: its increase over the frame (cumulative), or its value at the frame's end (level).

    Args:
        table: the frames, as of :func:`aero_nb.analysis.cadence.cadence`.
        counters: a Trace's ``counters``.
        kinds: what is known of the series.

    Returns:
        Values a frame, by name. A series takes the counter of the frame's own thread, else of its process, else of any
        other. Where several are equally near, each has a column ``<series>@<track>``.

    """
    kind_of = counter_kinds(counters, kinds)
    samples = _by_track(counters)
    lanes = counters.drop_duplicates(["series", "track"])
    sampled = [lane in samples for lane in zip(lanes["series"], lanes["track"], strict=True)]
    lanes = lanes[np.array(sampled, np.bool_)]
    # The order of the columns: as the series first appear, whatever lane of frames has them.
    columns_of: dict[str, dict[str, np.ndarray]] = {str(series): {} for series in kind_of.index}
    for _, frames in table.groupby("track", sort=False):
        rows = table.index.get_indexer(frames.index)
        for name, series, track in _nearest(lanes, frames.iloc[0]):
            column = columns_of[series].setdefault(name, np.full(len(table), np.nan))
            column[rows] = _values(frames, *samples[series, track], cumulative=kind_of[series] == "cumulative")
    for series, columns in columns_of.items():
        if not columns:  # no frames, or no sample with a value
            columns[series] = np.full(len(table), np.nan)
    return {name: values for columns in columns_of.values() for name, values in columns.items()}


def _by_track(counters: pd.DataFrame) -> dict[tuple[str, int], _Samples]:
    """Return the moments and values of each series and track that has any, in time order."""
    known = counters.dropna(subset=["value"]).sort_values("ts_us", kind="stable")
    return {
        (str(series), int(lane["track"].iloc[0])): (lane["ts_us"].to_numpy(), lane["value"].to_numpy())
        for (series, _), lane in known.groupby(["series", "track"], observed=True)
    }


def _nearest(lanes: pd.DataFrame, frame: pd.Series) -> list[tuple[str, str, int]]:
    """Return (name of the column, series, track) of the counters that are nearest to a lane of frames."""
    same_process = _equals(lanes, "pid", frame)
    distance = 2 - same_process - (same_process & _equals(lanes, "tid", frame))
    series = lanes["series"].astype("object")
    nearest = distance == pd.Series(distance, lanes.index).groupby(series).transform("min").to_numpy()
    chosen = pd.DataFrame({"series": series, "track": lanes["track"]})[nearest]
    alone = ~chosen["series"].duplicated(keep=False)
    return [
        (str(name) if only else f"{name}@{track}", str(name), int(track))
        for name, track, only in zip(chosen["series"], chosen["track"], alone, strict=True)
    ]


def _equals(lanes: pd.DataFrame, column: str, frame: pd.Series) -> np.ndarray:
    """Return which lanes have the frame's pid or tid; a missing one is no thread's."""
    if column not in lanes or column not in frame or pd.isna(frame[column]):
        return np.zeros(len(lanes), np.int64)
    equal: np.ndarray = (lanes[column] == frame[column]).fillna(False).to_numpy(np.int64)
    return equal


def _values(frames: pd.DataFrame, moments: np.ndarray, values: np.ndarray, *, cumulative: bool) -> np.ndarray:
    """Return of each frame the increase to the next frame's start, or the value there.

    A sample at the very moment at which a frame starts is that frame's own. Where a lane's last frame ends is not
    known: it has no increase, and the value is that at the end of its work.
    """
    start = frames["ts_us"].to_numpy()
    length = frames["interval_us"].fillna(frames["work_us"]).fillna(0.0).to_numpy()
    end = np.append(start[1:], start[-1:] + length[-1:])  # a lane's frames are in time order
    row = np.searchsorted(moments, end, side="left") - 1
    if not cumulative:
        at_end: np.ndarray = np.where(row >= 0, values[np.maximum(row, 0)], np.nan)
        return at_end
    before = np.searchsorted(moments, start, side="left") - 1
    increase: np.ndarray = values[np.maximum(row, 0)] - values[np.maximum(before, 0)]
    increase[frames["interval_us"].isna().to_numpy()] = np.nan
    return increase
