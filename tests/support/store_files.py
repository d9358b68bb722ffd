"""Trace files to fill a store with, and their labels."""

import json
from pathlib import Path

import numpy as np


def write_trace(path, seed, spans=40, slow=1.0, ids=int):
    rng = np.random.default_rng(seed)
    events = [{"ph": "M", "name": "thread_name", "pid": ids(1), "tid": ids(1), "args": {"name": "Main"}}]
    now = 0.0
    for _ in range(spans):
        duration = float(np.round(rng.exponential(100) * slow, 3)) + 0.001
        events.append(
            {
                "ph": "X",
                "name": "frame",
                "ts": now,
                "dur": duration,
                "pid": ids(1),
                "tid": ids(1),
                "args": {"seed": seed},
            }
        )
        events.append({"ph": "X", "name": "render", "ts": now, "dur": duration / 2, "pid": ids(1), "tid": ids(1)})
        events.append({"ph": "C", "name": "reads", "ts": now, "pid": ids(1), "args": {"reads": now}})
        now = round(now + duration + 1, 3)
    path.write_text(json.dumps(events))
    return path


def labels_of(path):
    number = int(Path(path).stem.split("-")[1])
    return {"commit": f"c{number // 3}", "date": f"2026-11-{number + 1:02d}"}
