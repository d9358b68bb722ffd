"""Small tables of spans and counters, built by the rules' own words, for tests of analysis."""

import pandas as pd
from hypothesis import strategies as st

THREADS = {0: "cpu", 1: "io"}

span_rows = st.tuples(st.integers(0, 12), st.integers(0, 8), st.sampled_from("abc"), st.sampled_from([0, 1]))
"""(start, duration, name, track) on a small integer clock: nested, crossing, empty, equal."""


def spans_by_rules(rows):
    """Build ``spans`` from (start, duration, name, track).

    Depth is one above every span open at the begin, the parent the innermost of them that contains the span, self time
    what no child covers, counted tick by tick.
    """
    rows = sorted(rows, key=lambda row: (row[0], -row[1]))
    depth, parent = [], []
    for i, (start, length, _, track) in enumerate(rows):
        is_open = [
            j
            for j, (s, n, _, t) in enumerate(rows[:i])
            if t == track and (s + n > start or (n == 0 and length == 0 and s == start))
        ]
        depth.append(1 + max((depth[j] for j in is_open), default=-1))
        holds = [j for j in is_open if rows[j][0] + rows[j][1] >= start + length]
        parent.append(max(holds, key=lambda j: depth[j], default=-1))
    covered = [
        {tick for j, row in enumerate(rows) if parent[j] == i for tick in range(row[0], row[0] + row[1])}
        for i in range(len(rows))
    ]
    self_us = [float(len(set(range(s, s + n)) - covered[i])) for i, (s, n, *_) in enumerate(rows)]
    frame = pd.DataFrame(rows, columns=["ts_us", "dur_us", "name", "track"])
    frame = frame.astype({"ts_us": float, "dur_us": float, "track": "int64"})
    frame["name"] = frame["name"].astype("category")
    frame["thread"] = frame["track"].map(THREADS).astype("category")
    frame["process"] = pd.Categorical(["p"] * len(frame))
    frame["unfinished"] = False
    return frame.assign(depth=depth, parent=parent, self_us=self_us).rename_axis("span")


def counter_samples(*samples):
    """Build ``counters`` from (series, moment, value[, track])."""
    rows = [(*sample, 0)[:4] for sample in samples]
    frame = pd.DataFrame(rows, columns=["series", "ts_us", "value", "track"])
    return frame.astype({"ts_us": float, "value": float, "series": "category"})
