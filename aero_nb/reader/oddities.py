"""What is odd in a trace though every event of it was read: said as diagnostics, changed in nothing.

Such events stretch the picture or distort sums: a reader of the numbers has to know of them.
"""

from __future__ import annotations

import numpy as np

from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.tables.columns import Bools, Ints, Spans

DAY = 86_400 * 10**9  # ns
_YEAR = 365.25 * DAY
_FAR = 100  # times the length of the rest of the trace
_ONE_AT_A_TIME = ("kernel", "gpu_memcpy", "gpu_memset")  # categories of what a GPU's stream does (PyTorch's profiler)


def count_distant(events: Events, placed: Bools, end: Ints, diagnostics: Diagnostics) -> None:
    """Count events that begin or end far from all others: a clock that was not set, or another one.

    Where most of the events lie together, those are far that are more than a day, and more than 100 times as long as
    that part of the trace lasts, away from it. ``end`` of all events.
    """
    rows = np.flatnonzero(placed)
    begin = events.ts[rows].astype(np.float64)
    order = np.sort(begin)
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(order) > DAY) + 1, [len(order)]])
    largest = int(np.argmax(np.diff(bounds)))
    main = order[bounds[largest] : bounds[largest + 1]]
    if 2 * len(main) <= len(rows):
        return
    reach = max(DAY, _FAR * (main[-1] - main[0]))
    distance = np.maximum(main[0] - begin, end[rows] - main[-1])
    far = rows[distance > reach]
    if len(far):
        years = distance.max() / _YEAR
        away = f"{years:.0f} years" if years >= 1 else f"{distance.max() / DAY:.0f} days"
        diagnostics.add_events("distant_time", events.event[far], f"up to {away} from the other {len(rows) - len(far)}")


def count_covering(events: Events, spans: Spans, diagnostics: Diagnostics) -> None:
    """Count the spans of a GPU's stream that lie over others of it: a stream does one thing at a time.

    The time of such a span is that of what lies under it, once more.
    """
    codes = [events.strings[cat] for cat in _ONE_AT_A_TIME if cat in events.strings]
    if not codes:
        return
    on_stream = np.isin(spans.cat, codes)
    parent = spans.parent[on_stream & (spans.parent >= 0)]
    outer, under = np.unique(parent[on_stream[parent]], return_counts=True)
    if len(outer):
        most = int(outer[np.argmax(under)])
        same_stream = on_stream & (spans.track == spans.track[most])
        share = spans.dur[most] / max(int(spans.dur[same_stream].sum()), 1)
        name = events.strings.texts()[spans.name[most]] if spans.name[most] >= 0 else ""
        example = f"{name[:60]!r} over {int(under.max())} spans, {share:.0%} of the durations of its stream"
        diagnostics.add_events("covering_span", spans.event[outer], example)
