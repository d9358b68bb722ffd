"""Events as V8's sampling profiler writes them into a trace."""

import json
from collections.abc import Sequence
from typing import Any

from aero_nb.trace import Trace

CATEGORY = "disabled-by-default-v8.cpu_profiler"
IDLE, PROGRAM, COLLECTOR = "(idle)", "(program)", "(garbage collector)"


def node(number: int, name: str, parent: int | None = 1, **call: Any) -> dict[str, Any]:
    """Return a node of a call tree; node 1 is the root."""
    found: dict[str, Any] = {"id": number, "callFrame": {"functionName": name, "scriptId": 1, "codeType": "JS", **call}}
    return found if parent is None else {**found, "parent": parent}


ROOT = node(1, "(root)", None, codeType="other")


def profile(tid: int = 1, start: float = 0, id_: str = "0x1", **event: Any) -> dict[str, Any]:
    """Return the beginning of a profile."""
    data = {"source": "Internal", "startTime": start}
    return {"ph": "P", "name": "Profile", "cat": CATEGORY, "id": id_, "pid": 7, "tid": tid, "ts": start + 3,
            "args": {"data": data}, **event}  # fmt: skip


def chunk(
    samples: Sequence[Any] = (),
    deltas: Sequence[Any] = (),
    nodes: Sequence[Any] = (),
    *,
    ts: float = 1_000_000,
    id_: str = "0x1",
    **data: Any,
) -> dict[str, Any]:
    """Return a chunk of a profile, from the thread that writes them."""
    told = {"cpuProfile": {"nodes": list(nodes), "samples": list(samples)}, "timeDeltas": list(deltas), **data}
    return {"ph": "P", "name": "ProfileChunk", "cat": CATEGORY, "id": id_, "pid": 7, "tid": 99, "ts": ts,
            "args": {"data": told}}  # fmt: skip


def trace_of(*events: Any, **members: Any) -> Trace:
    """Return the trace of some events."""
    return Trace.from_bytes(json.dumps({"traceEvents": list(events), **members}).encode())


def stacks_of(trace: Trace) -> list[tuple[float, float, str]]:
    """Return each sample with its functions from the outermost in: ``(10.0, 5.0, "main > draw")``."""
    stacks, samples = trace.columns.stacks, trace.samples
    names = [trace.columns.strings[code] for code in stacks.function.tolist()]

    def path(row: int) -> list[str]:
        return [*path(int(stacks.parent[row])), names[row]] if row >= 0 else []

    rows = zip(samples["ts_us"], samples["weight_us"], samples["stack"].tolist(), strict=True)
    return [(ts, weight, " > ".join(path(row))) for ts, weight, row in rows]
