"""speedscope's file format: profiles of one thread each, sampled or evented (``file-format-spec`` 0.0.1)."""

from __future__ import annotations

from typing import Any

from aero_nb.reader.profiles.events import Call, Profiles, ThreadProfile, index, items, members, number, place, text

_UNITS = {"nanoseconds": 1e-3, "microseconds": 1.0, "milliseconds": 1e3, "seconds": 1e6}


def is_one(document: Any) -> bool:
    """Whether a document is of this format."""
    found = members(document)
    return isinstance(found.get("profiles"), list) and isinstance(members(found.get("shared")).get("frames"), list)


def read(document: Any, profiles: Profiles) -> None:
    """Add each profile as a thread: sampled ones as samples, evented ones as spans."""
    calls = [_call(members(frame)) for frame in document["shared"]["frames"]]
    of_file = text(document.get("name"))
    for tid, profile in enumerate(map(members, document["profiles"]), start=1):
        thread = profiles.thread(1, tid, text(profile.get("name")) or f"profile {tid}", of_file)
        unit = text(profile.get("unit"))
        scale = _UNITS.get(unit, 1.0)
        if unit not in _UNITS:
            profiles.diagnostics.add("sample_without_clock", -1, f"unit {unit or None}: 1 is shown as 1 µs")
        if profile.get("type") == "evented":
            _add_events(profiles, thread, calls, items(profile.get("events")), scale)
        else:
            _add_samples(profiles, thread, calls, profile, scale)


def _call(frame: dict[str, Any]) -> Call:
    file = text(frame.get("file"))
    kind = "python" if file.endswith(".py") else "js" if file.endswith((".js", ".mjs", ".ts")) else "native"
    return Call(text(frame.get("name")) or "(anonymous)", file, place(frame.get("line")), place(frame.get("col")), kind)


def _add_samples(
    profiles: Profiles, thread: ThreadProfile, calls: list[Call], profile: dict[str, Any], scale: float
) -> None:
    stacks, weights = items(profile.get("samples")), items(profile.get("weights"))
    if len(stacks) != len(weights):
        profiles.lost(f"{len(stacks)} samples, {len(weights)} weights", abs(len(stacks) - len(weights)))
    now = number(profile.get("startValue"), 0.0) or 0.0
    for stack, told in zip(stacks, weights, strict=False):
        weight = number(told)
        places = [index(one, len(calls)) for one in items(stack)]
        if weight is None or weight < 0 or None in places:
            profiles.lost(f"sample {stack} of weight {told}")
            continue
        node = thread.stack([calls[one] for one in places if one is not None])
        thread.add(now * scale, node, weight * scale)
        now += weight


def _add_events(profiles: Profiles, thread: ThreadProfile, calls: list[Call], events: list[Any], scale: float) -> None:
    for event in map(members, events):
        at, frame = number(event.get("at")), index(event.get("frame"), len(calls))
        letter = {"O": "B", "C": "E"}.get(text(event.get("type")))
        if at is None or frame is None or letter is None:
            profiles.lost(event)
            continue
        ts = round(at * scale, 3)
        profiles.events.append(
            {"ph": letter, "name": calls[frame].name, "ts": ts, "pid": thread.pid, "tid": thread.tid}
        )
