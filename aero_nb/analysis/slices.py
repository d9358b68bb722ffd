"""Exclusive slices: at each moment of a track, the innermost open span.

    spans     [a               ]
                [b    ]  [b ]
                  [c]
    slices    a b  c  b a  b  a

Where spans nest properly, what is innermost after an end is the parent of what ended: no walk is needed.
"""

import numpy as np
import pandas as pd

from aero_nb.analysis.affected import affected_rows, crossing
from aero_nb.analysis.intervals import bounds_ns
from aero_nb.analysis.parents import NO_PARENT, parent_rows
from aero_nb.tables.columns import Bools, Ints

_IDLE = NO_PARENT
"""What is innermost after a root's end: nothing."""


def flatten(spans: pd.DataFrame, affected: "pd.Series[bool] | None" = None) -> pd.DataFrame:
    """Cut spans into slices that never overlap on a track: at each moment only the innermost (deepest) open span.

    The sum of a name's slices is its self time, where spans nest properly. Perfetto calls this flattening slices.

    Args:
        spans: a Trace's ``spans`` (or a selection of its rows).
        affected: which spans are affected (``affected()``); None leaves ``affected_share`` out.

    Returns:
        One row per slice, by track and time: ``ts_us dur_us`` (float64 µs), ``span`` (index of the span), ``name``,
        ``depth``, ``track``, ``process``, ``thread``, ``affected_share`` (1.0 in an affected span, else 0.0).

    """
    start, end = bounds_ns(spans)
    rows = np.flatnonzero(end > start)  # a span without length is never the innermost for any time
    time, top = _boundaries(spans, rows, start, end)
    # A slice runs from one boundary to the next one; the last of a track always leaves it idle, so that no slice
    # reaches into the next track.
    length = np.diff(time, append=time[-1:])
    keep = (top != _IDLE) & (length > 0)
    picked = spans.iloc[top[keep]]
    slices = pd.DataFrame(
        {
            "ts_us": time[keep] / 1000,
            "dur_us": length[keep] / 1000,
            "span": picked.index.to_numpy(),
            **{column: picked[column].array for column in ("name", "depth", "track", "process", "thread")},
        }
    )
    return (
        slices if affected is None else slices.assign(affected_share=affected_rows(picked, affected).astype("float64"))
    )


def _boundaries(spans: pd.DataFrame, rows: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return every begin and end, by track and time: when, and the row of the innermost span after it."""
    depth, track = spans["depth"].to_numpy(np.int64), spans["track"].to_numpy(np.int64)
    row = np.concatenate([rows, rows])
    time = np.concatenate([start[rows], end[rows]])
    begins = np.arange(len(row)) < len(rows)
    # At one moment: first the ends, the deepest first; then the begins, the shallowest first.
    level = np.where(begins, depth[row] + 1, -depth[row] - 1)
    order = np.lexsort((level, time, track[row]))
    row, time, begins = row[order], time[order], begins[order]
    top = np.where(begins, row, parent_rows(spans)[row])
    for one in np.unique(track[_needs_walk(spans)]):
        here = np.flatnonzero(track[row] == one)
        top[here] = _innermost(row[here].tolist(), begins[here].tolist())
    return time, top


def _needs_walk(spans: pd.DataFrame) -> Bools:
    """Return of which spans the parent is not what is innermost after their end.

    Crossing ones, and those of a selection of rows that lacks their parent.
    """
    parent = spans["parent"]
    orphaned = (parent >= 0) & ~parent.isin(spans.index)
    return (crossing(spans) | orphaned).to_numpy(bool)


def _innermost(rows: list[int], begins: list[bool]) -> list[int]:
    """Walk one track: the span that ends need not be the last that began; the last that began is the deepest."""
    open_rows: list[int] = []
    tops = []
    for row, begin in zip(rows, begins, strict=True):
        if begin:
            open_rows.append(row)
        elif open_rows[-1] == row:
            open_rows.pop()
        else:
            open_rows.remove(row)
        tops.append(open_rows[-1] if open_rows else _IDLE)
    return tops
