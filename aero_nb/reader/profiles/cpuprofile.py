"""V8's ``.cpuprofile`` (Node ``--cpu-prof``, DevTools): ``Profiler.Profile`` of the DevTools protocol."""

from __future__ import annotations

from typing import Any

from aero_nb.events import PROFILE, PROFILE_CHUNK
from aero_nb.reader.profiles.events import Profiles, items, members, number


def is_one(document: Any) -> bool:
    """Whether a document is of this format."""
    found = members(document)
    first = next(iter(items(found.get("nodes"))), None)
    return isinstance(found.get("nodes"), list) and ("samples" in found or "callFrame" in members(first))


def read(document: Any, profiles: Profiles) -> None:
    """Tell the profile as one chunk, its nodes with their parents."""
    parent_of: dict[Any, Any] = {}
    nodes = [node for node in items(document["nodes"]) if isinstance(node, dict) and isinstance(node.get("id"), int)]
    profiles.lost("a node", len(items(document["nodes"])) - len(nodes))
    for node in nodes:
        parent_of |= dict.fromkeys(
            (child for child in items(node.get("children")) if isinstance(child, int)), node["id"]
        )
    told = []
    for node in nodes:
        parent = node.get("parent", parent_of.get(node["id"]))
        told.append({"id": node["id"], "callFrame": members(node.get("callFrame")), "parent": parent})
    start = number(document.get("startTime"), 0.0)
    profiles.thread(1, 1, "CPU profile")
    data = {
        "cpuProfile": {"nodes": told, "samples": items(document.get("samples"))},
        "timeDeltas": items(document.get("timeDeltas")),
        "endTime": number(document.get("endTime")),
    }
    common = {"ph": "P", "id": "0x1", "pid": 1, "tid": 1, "cat": "samples", "ts": start}
    profiles.events += [
        {**common, "name": PROFILE, "args": {"data": {"startTime": start}}},
        {**common, "name": PROFILE_CHUNK, "args": {"data": data}},
    ]
