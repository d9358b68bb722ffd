"""Runs of one made-up guest on hosts of different speed: the same work at the same instruction count."""

import json
from collections.abc import Callable
from typing import Any

from aero_nb import Trace

Speed = Callable[[int], float]
"""µs that a slice takes, by its number."""


def guest_run(
    us_of_slice: Speed,
    *,
    slices: int = 100,
    per_frame: int = 5,
    stall_us: dict[int, float] | None = None,
    first: int = 0,
    without: Callable[[str, int], bool] = lambda _name, _at: False,
    lost: tuple[int, int] | None = None,
    pid: int = 1,
    start_us: float = 1000.0,
) -> Trace:
    """Build a run of ``slices`` slices of 1,000 instructions, a frame of several each with a span ``draw``.

    ``stall_us``: how long the guest waits before a slice; ``first``: the first slice that was recorded; ``without``
    leaves events out (by name and slice); ``lost``: between which slices all records of the thread were overwritten.
    """
    events: list[dict[str, Any]] = [{"ph": "M", "name": "thread_name", "pid": pid, "tid": 7, "args": {"name": "cpu"}}]
    now = start_us
    frame_from = now
    lost_us = []

    def add(ph: str, name: str, ts: float, at: int, **more: Any) -> None:
        inside = lost is not None and lost[0] <= at < lost[1]
        if at >= first and not without(name, at) and not inside:
            events.append({"ph": ph, "name": name, "ts": ts, "pid": pid, "tid": 7, **more})

    for at in range(slices):
        if lost is not None and at in lost:
            lost_us.append(now)
        add("C", "instructions", now, at, args={"value": 1000 * at})
        if at % per_frame == 0:
            frame_from = now
            add("i", f"milestone:{at // per_frame}", now, at, s="t")
        if stall_us and at in stall_us:
            now += stall_us[at]
            add("C", "instructions", now, at, args={"value": 1000 * at})
        add("X", "slice", now, at, dur=us_of_slice(at))
        now += us_of_slice(at)
        if at % per_frame == per_frame - 1:
            add("X", "draw", now - us_of_slice(at) / 2, at, dur=us_of_slice(at) / 4)
            add("X", "frame", frame_from, at, dur=now - frame_from)
    add("C", "instructions", now, slices, args={"value": 1000 * slices})
    gaps = (
        [{"pid": pid, "tid": 7, "start_us": lost_us[0], "end_us": lost_us[1], "dropped_records": 12}] if lost_us else []
    )
    document = {"traceEvents": events, "otherData": {"aero_nb": {"gaps": gaps}}}
    return Trace.from_bytes(json.dumps(document).encode())
