"""What each thread did at each moment, by all that was recorded of it: the emulator's spans and Chrome's own.

emulator  [frame                  ]         Main
            [render]
Chrome    [FireAnimationFrame     ][Commit] Main (Chrome)
               [gc ]
together  f r  gc  f               Commit   Main
"""

from typing import Final

import numpy as np
import pandas as pd

from aero_nb.analysis.activities import activities, has_activities
from aero_nb.analysis.frame_activities import same_thread
from aero_nb.analysis.intervals import Intervals, bounds_ns
from aero_nb.analysis.parents import parent_rows
from aero_nb.analysis.slices import flatten
from aero_nb.tables.columns import Ints

_VAGUE: Final = ("script", "other", "idle")
"""Of these activities the emulator's own spans say more, where one is open."""


def thread_times(spans: pd.DataFrame) -> pd.DataFrame:
    """Cut all threads into slices that say what the thread did, each moment counted once.

    Without a trace of Chrome's own these are the innermost spans (:func:`~aero_nb.analysis.flatten`). Of a merged
    Trace, a thread that both recorded has one row of slices: where Chrome collected garbage, compiled, laid out,
    painted, committed or waited it is that, else the emulator's innermost span, else what Chrome says.

    Args:
        spans: a Trace's ``spans``.

    Returns:
        One row per slice: ``ts_us dur_us`` (float64 µs), ``name`` (of Chrome: the outermost span of that activity),
        ``activity`` (category; missing: a span that is not Chrome's), ``track`` (of the emulator's lane where there is
        one), ``process``, ``thread``.

    """
    slices = flatten(spans)
    if not has_activities(spans):
        return slices.assign(activity=activities(slices.assign(cat="", parent=-1)))[_COLUMNS]
    activity = activities(spans)
    titles = (
        spans["name"]
        .astype("object")
        .to_numpy()[_outermost_alike(spans, activity.cat.codes.to_numpy().astype(np.int64))]
    )
    rows = spans.index.get_indexer(pd.Index(slices["span"]))
    named = slices.assign(activity=activity.array[rows], name=titles[rows])[_COLUMNS]
    parts, done = [], set()
    for track in named["track"].unique().tolist():
        alike = same_thread(spans, track)
        if len(alike) > 1:
            lane = named[named["track"] == track]
            chrome = named[named["track"].isin(alike[1:])]
            whose = {column: lane[column].iloc[0] for column in ("track", "process", "thread")}
            parts.append(_together(lane, chrome).assign(**whose))
            done.update(alike)
    rest = named[~named["track"].isin(done)]
    return pd.concat([*parts, rest], ignore_index=True)


_COLUMNS = ["ts_us", "dur_us", "name", "activity", "track", "process", "thread"]


def _outermost_alike(spans: pd.DataFrame, codes: Ints) -> Ints:
    """Return of each span the row of the outermost ancestor that it reaches through spans of its own activity."""
    parent = parent_rows(spans)
    above = np.where((parent >= 0) & (codes >= 0) & (codes[parent] == codes), parent, np.arange(len(spans)))
    while not np.array_equal(further := above[above], above):
        above = further
    return above


def _together(lane: pd.DataFrame, chrome: pd.DataFrame) -> pd.DataFrame:
    vague = chrome["activity"].isin(_VAGUE)
    telling = chrome[~vague]
    rest = [_outside(lane, telling), _outside(chrome[vague], pd.concat([telling, lane]))]
    return pd.concat([telling, *rest]).sort_values("ts_us", kind="stable")


def _outside(slices: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return what of the slices lies outside the others."""
    start, end = bounds_ns(slices)
    if not len(start):
        return slices
    free = Intervals.covered_by(others).complement(int(start.min()), int(end.max()))
    row, piece = Intervals(start, end).pairs(free)
    begin = np.maximum(start[row], free.start[piece])
    length = np.minimum(end[row], free.end[piece]) - begin
    return slices.iloc[row].assign(ts_us=begin / 1000, dur_us=length / 1000)
