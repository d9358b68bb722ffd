"""Pictures of a large trace: time to make one with its still form, and its size in a notebook, beside plotly's own way.

usage: python benchmarks/pictures.py [SPANS]

Each figure is the median of 5 after one run to warm up. The peers draw 10,000 spans only: `px.timeline` and one
`go.Bar` of all of them, each with the JSON that a notebook stores. No file is needed: the trace is made here.
"""

import json
import statistics
import sys
import time

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from aero_nb.figures import counter_timeline, flame_chart, flame_graph, frames_chart, utilisation_chart

PEER_SPANS = 10_000


def tables(count):
    """Return spans, tracks and counters: 5 threads, each with frames of 100 spans, every fifth of those a parent."""
    number = np.arange(count)
    track, place = number % 5, number // 5
    frame, within = place // 100, place % 100
    ts = frame * 1_000.0 + within * 10.0
    outer = within == 0
    spans = pd.DataFrame(
        {
            "name": pd.Categorical.from_codes(np.where(outer, 0, 1 + within % 12), ["frame", *"abcdefghijkl"]),
            "ts_us": ts,
            "dur_us": np.where(outer, 999.0, 8.0),
            "self_us": np.where(outer, 999.0 - 99 * 8, 8.0),
            "depth": np.where(outer, 0, 1),
            "parent": np.where(outer, -1, track + 5 * frame * 100),
            "track": track,
            "process": pd.Categorical.from_codes(np.zeros(count, dtype=int), ["bench"]),
            "thread": pd.Categorical.from_codes(track, ["Main", "cpu", "gpu", "io", "jit"]),
            "unfinished": False,
        }
    ).rename_axis("span")
    lanes = spans.groupby("track").agg(
        first_ts_us=("ts_us", "min"), last_ts_us=("ts_us", "max"), thread=("thread", "first")
    )
    tracks = lanes.assign(kind="thread", pid=1, tid=lanes.index + 1, process="bench", sort_index=lanes.index)
    rng = np.random.default_rng(1)
    samples = count // 8
    counters = pd.DataFrame(
        {
            "series": pd.Categorical.from_codes(np.arange(samples) % 3, ["instructions", "bytes", "drawCalls"]),
            "ts_us": np.sort(rng.uniform(0, ts.max(), samples)),
            "value": rng.normal(size=samples).cumsum(),
            "track": 5 + np.arange(samples) % 3,
            "process": "bench",
            "thread": "cpu",
        }
    )
    return spans, tracks, counters


def peers(spans):
    """Return the usual ways to draw spans with plotly, of the first 10,000."""
    few = spans.head(PEER_SPANS)
    begin = pd.to_datetime(few["ts_us"], unit="us")
    dated = few.assign(
        begin=begin, end=begin + pd.to_timedelta(few["dur_us"], unit="us"), row=few["thread"].astype("str")
    )
    dated["name"] = dated["name"].astype("str")
    text = few["name"].astype("str")
    return {
        "px.timeline, 10,000 spans": lambda: px.timeline(dated, x_start="begin", x_end="end", y="row", color="name"),
        "go.Bar, 10,000 spans": lambda: go.Figure(
            go.Bar(base=few["ts_us"], x=few["dur_us"], y=few["track"] + few["depth"] / 4, orientation="h", text=text)
        ),
    }


def stored(figure):
    """Return the bytes that a notebook stores of a figure."""
    if not hasattr(figure, "alt"):
        return len(figure.to_json())
    bundle = figure._repr_mimebundle_()
    return sum(len(part if isinstance(part, str) else json.dumps(part)) for part in bundle.values())


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    spans, tracks, counters = tables(count)
    ours = {
        "flame_chart": lambda: flame_chart(spans, tracks),
        "flame_graph": lambda: flame_graph(spans),
        "counter_timeline": lambda: counter_timeline(counters),
        "frames_chart": lambda: frames_chart(spans),
        "utilisation_chart": lambda: utilisation_chart(spans),
    }
    print(f"{count:,} spans, {len(counters):,} counter samples; seconds (figure and what a notebook stores) and kB")
    for name, draw in {**ours, **peers(spans)}.items():
        seconds, size = [], 0
        for _ in range(6):
            start = time.perf_counter()
            size = stored(draw())
            seconds.append(time.perf_counter() - start)
        print(f"{name:28} {statistics.median(seconds[1:]):6.2f} s {size / 1000:8.0f} kB")


if __name__ == "__main__":
    main()
