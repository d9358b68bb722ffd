"""Counts of decoded trace events under the conventions of the corpus' manifest, and under ours, rule by rule."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from functools import cache
from typing import Any

from tests.support import model

Event = dict[str, Any]

# A rule of ours that the manifest's conventions do not have, by the name that explanations use.
RULES = {
    "ids": '1 and "1" are one id, null is missing, an id2.local belongs to its process',
    "nanoseconds": "times are rounded to whole nanoseconds before they are ordered",
    "missing dur": "an X without a usable dur is a span of 0",
    "by name": "an end with a name closes the innermost begin of that name",
    "any open": "a span crosses if any open span ends before it, not only the innermost",
    "all spans": "B/E spans cross as X do",
    "numeric strings": "a counter value that is a numeric string is a number",
}

Rules = Iterable[str]


def count(events: list[Any], rules: Rules) -> dict[str, int]:
    """All counts that the manifest has too, by ``table.count``."""
    objects = [(index, event) for index, event in enumerate(events) if isinstance(event, dict)]
    rules = set(rules)
    found = {f"ph {phase}": number for phase, number in phases(objects).items()}
    return found | spans(objects, rules) | async_pairs(objects, rules) | counters(objects, rules) | flows(objects)


def phases(objects: list[tuple[int, Event]]) -> Counter[str]:
    return Counter(event["ph"] if isinstance(event.get("ph"), str) else "missing" for _, event in objects if event)


def key(value: Any, rules: set[str]) -> Hashable:
    if "ids" in rules:
        return model.thread_id(value)
    return "missing" if value is None else json.dumps(value, default=str)


parsed = cache(model.number)


def time(value: Any, rules: set[str]) -> Any:
    exact = None if isinstance(value, bool | dict | list) else parsed(value)
    return exact if exact is None or "nanoseconds" not in rules else round(exact * 1000)


def lanes(objects: list[tuple[int, Event]], rules: set[str], kept: str) -> dict[Hashable, list[Any]]:
    found = defaultdict(list)
    for index, event in objects:
        ts = time(event.get("ts"), rules)
        if isinstance(event.get("ph"), str) and event["ph"] in kept and ts is not None and event["ph"]:
            found[key(event.get("pid"), rules), key(event.get("tid"), rules)].append((ts, index, event))
    return found


def pairs(members: list[Any], begin: str, end: str, *, by_name: bool) -> tuple[int, int, int]:
    """Matched, orphan ends and unclosed begins of one stack."""
    matched = orphans = 0
    open_: list[str | None] = []
    for _, _, event in sorted(members, key=lambda one: one[:2]):
        name = model.text(event.get("name"))
        if event["ph"] == begin:
            open_.append(name)
        elif event["ph"] == end:
            if by_name and name in open_ and name is not None:
                open_.reverse()
                open_.remove(name)
                open_.reverse()
                matched += 1
            elif open_ and (not by_name or name in (None, "")):
                open_.pop()
                matched += 1
            else:
                orphans += 1
    return matched, orphans, len(open_)


def spans(objects: list[tuple[int, Event]], rules: set[str]) -> dict[str, int]:
    found = Counter({"BE matched": 0, "BE orphan ends": 0, "BE unclosed": 0, "crossing spans": 0})
    for members in lanes(objects, rules, "BE").values():
        counts = pairs(members, "B", "E", by_name="by name" in rules)
        found.update(dict(zip(("BE matched", "BE orphan ends", "BE unclosed"), counts, strict=True)))
    if "all spans" in rules:
        found["crossing spans"] = model.read([event for _, event in objects]).crossings
        return dict(found)
    for members in lanes(objects, rules, "X").values():
        whole = []
        for ts, index, event in members:
            dur = time(event.get("dur"), rules)
            if dur is None or dur < 0:
                dur = 0 if "missing dur" in rules else None
            if dur is not None:
                whole.append((ts, ts + dur, index))
        found["crossing spans"] += crossings(whole, innermost="any open" not in rules)
    return dict(found)


def crossings(whole: list[Any], *, innermost: bool) -> int:
    """X events that cross an earlier one that is open at their begin."""
    found = 0
    open_: list[Any] = []
    for ts, end, _ in sorted(whole, key=lambda one: (one[0], -one[1], one[2])):
        if innermost:
            while open_ and open_[-1] <= ts:
                open_.pop()
            found += bool(open_) and open_[-1] < end
        else:
            open_ = [other for other in open_ if other > ts]
            found += any(other < end for other in open_)
        open_.append(end)
    return found


def async_id(event: Event, rules: set[str]) -> Hashable:
    if "ids" in rules:
        return model.identity(event)
    id2 = event.get("id2")
    scope = key(event.get("scope"), rules)
    if "id" in event:
        return scope, "id", json.dumps(event["id"])
    if isinstance(id2, dict) and "global" in id2:
        return scope, "global", json.dumps(id2["global"])
    if isinstance(id2, dict) and "local" in id2:
        return scope, "local", key(event.get("pid"), rules), json.dumps(id2["local"])
    return scope, "missing"


def async_pairs(objects: list[tuple[int, Event]], rules: set[str]) -> dict[str, int]:
    groups = defaultdict(list)
    for index, event in objects:
        ts = time(event.get("ts"), rules)
        if event.get("ph") in ("b", "e") and ts is not None:
            groups[key(event.get("cat"), rules), async_id(event, rules)].append((ts, index, event))
    found = Counter({"async matched": 0, "async orphan ends": 0, "async unclosed": 0})
    for members in groups.values():
        counts = pairs(members, "b", "e", by_name="by name" in rules)
        found.update(dict(zip(("async matched", "async orphan ends", "async unclosed"), counts, strict=True)))
    return dict(found)


def counters(objects: list[tuple[int, Event]], rules: set[str]) -> dict[str, int]:
    series, odd = set(), 0
    for _, event in objects:
        args = event.get("args")
        if event.get("ph") != "C" or not isinstance(args, dict):
            continue
        identity = (key(event.get("pid"), rules), model.text(event.get("name")), key(event.get("id"), rules))
        for name, value in args.items():
            series.add((*identity, name))
            is_text = isinstance(value, str)
            odd += model.number(value) is None or (is_text and "numeric strings" not in rules)
    return {"counter series": len(series), "counter values that are no numbers": odd}


def flows(objects: list[tuple[int, Event]]) -> dict[str, int]:
    """Chains, and those with both ends: the same under the manifest's conventions and ours in every file so far."""
    groups: dict[Hashable, set[str]] = defaultdict(set)
    for _, event in objects:
        if event.get("ph") in ("s", "t", "f"):
            name, cat = model.text(event.get("name")), model.text(event.get("cat"))
            groups[cat, name, async_id(event, {"ids"})].add(event["ph"])
    return {
        "flow chains": len(groups),
        "flow chains with both ends": sum({"s", "f"} <= seen for seen in groups.values()),
        "flow chains without a start": sum("s" not in seen for seen in groups.values()),
    }


def manifest_counts(reference: dict[str, Any]) -> dict[str, int]:
    """The same counts out of a manifest entry."""
    be, tied, flow = reference["BE"], reference["async"], reference["flows"]
    empty = reference["empty_object_entries"]
    counted = {f"ph {phase}": number for phase, number in reference["ph"].items()}
    if empty:
        counted["ph missing"] -= empty
    return {name: number for name, number in counted.items() if number} | {
        "BE matched": be["matched"],
        "BE orphan ends": be["orphan_E"],
        "BE unclosed": be["unclosed_B"],
        "crossing spans": reference["X"]["overlaps"],
        "async matched": tied["matched"],
        "async orphan ends": tied["orphan_e"],
        "async unclosed": tied["unclosed_b"],
        "counter series": reference["counters"]["series"],
        "counter values that are no numbers": reference["counters"]["non_number_values"],
        "flow chains": flow["groups"],
        "flow chains with both ends": flow["complete"],
        "flow chains without a start": flow["no_start"],
    }
