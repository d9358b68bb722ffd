"""Tables of a Trace made by hand, for tests of what is drawn and counted from them."""

import random
from collections.abc import Sequence

import pandas as pd

Span = tuple[int, str, float, float]  # track, name, ts_us, dur_us


def nested_spans(rows: Sequence[Span], threads: Sequence[str] = ("Main", "cpu", "io", "gpu")) -> pd.DataFrame:
    """Return a ``spans`` table; rows of a track must nest. Depth, parent and self time follow from the nesting."""
    ordered = sorted(rows, key=lambda row: (row[2], -row[3]))
    depth, parent, own = [], [], [row[3] for row in ordered]
    open_: dict[int, list[int]] = {}
    for i, (track, _, ts, _dur) in enumerate(ordered):
        stack = open_.setdefault(track, [])
        while stack and ordered[stack[-1]][2] + ordered[stack[-1]][3] <= ts:
            stack.pop()
        depth.append(len(stack))
        parent.append(stack[-1] if stack else -1)
        if stack:
            own[stack[-1]] -= ordered[i][3]
        stack.append(i)
    frame = pd.DataFrame(ordered, columns=["track", "name", "ts_us", "dur_us"])
    frame = frame.assign(
        name=frame["name"].astype("category"),
        cat=pd.Categorical([""] * len(frame)),
        ts_us=frame["ts_us"].astype("float64"),
        dur_us=frame["dur_us"].astype("float64"),
        self_us=pd.Series(own, dtype="float64"),
        depth=pd.Series(depth, dtype="int32"),
        parent=pd.Series(parent, dtype="int64"),
        track=frame["track"].astype("int32"),
        pid=1,
        tid=frame["track"].astype("int64") + 1,
        process=pd.Categorical(["Aero"] * len(frame)),
        thread=pd.Categorical([threads[track % len(threads)] for track in frame["track"]]),
        unfinished=False,
    )
    columns = ["name", "cat", "ts_us", "dur_us", "self_us", "depth", "parent"]
    order = [*columns, "track", "pid", "tid", "process", "thread", "unfinished"]
    return frame[order].rename_axis("span")


def tracks_of(spans: pd.DataFrame) -> pd.DataFrame:
    """Return the ``tracks`` table of the threads that these spans lie on."""
    rows = []
    for track, part in spans.groupby("track"):
        first = part.iloc[0]
        rows.append(
            {
                "track": track,
                "kind": "thread",
                "pid": first["pid"],
                "tid": first["tid"],
                "process": first["process"],
                "thread": first["thread"],
                "sort_index": track,
                "first_ts_us": part["ts_us"].min(),
                "last_ts_us": (part["ts_us"] + part["dur_us"]).max(),
                "spans": len(part),
                "events": len(part),
                "source": 0,
                "source_pid": first["pid"],
            }
        )
    columns = "track kind pid tid process thread sort_index first_ts_us last_ts_us spans events source source_pid"
    return pd.DataFrame(rows, columns=columns.split()).set_index("track")


def emulator_run(frames: int = 60, seed: int = 1) -> pd.DataFrame:
    """Return spans like an emulator's: frames on Main, slices with port reads on cpu, reads on io, uploads on gpu."""
    rng = random.Random(seed)
    rows: list[Span] = []
    now = 0.0
    for number in range(frames):
        frame = rng.uniform(12e3, 18e3) * (3 if number % 23 == 22 else 1)
        rows += [
            (0, "frame", now, frame),
            (0, "render", now + 200, frame * 0.6),
            (0, "present", now + frame * 0.7, 900),
        ]
        at = now
        while at + 1_500 < now + frame:
            length = rng.uniform(900, 1_400)
            rows.append((1, "cpu:slice", at, length))
            rows += [(1, "cpu:io:portRead 0x64", at + 3 * k, 2.0) for k in range(rng.randrange(12))]
            at += length + rng.uniform(0, 120)
        if number % 3 == 0:
            rows += [(2, "io:read", now + k * 90, 60.0) for k in range(40)]
        rows.append((3, "gpu:submit", now + frame * 0.5, frame * 0.2))
        now += frame + 150
    return nested_spans(rows)


def counter_tracks(series: dict[str, list[tuple[float, float]]]) -> pd.DataFrame:
    """Return a ``counters`` table of these (ts_us, value) samples, a track each."""
    rows = [
        (name, ts, value, name, 10 + k, 1, 1, "Aero", "Main")
        for k, (name, samples) in enumerate(series.items())
        for ts, value in samples
    ]
    columns = ["series", "ts_us", "value", "name", "track", "pid", "tid", "process", "thread"]
    frame = pd.DataFrame(rows, columns=columns).sort_values("ts_us", kind="stable", ignore_index=True)
    categories = dict.fromkeys(["series", "name", "process", "thread"], "category")
    return frame.astype({**categories, "ts_us": "float64", "value": "float64", "track": "int32"})
