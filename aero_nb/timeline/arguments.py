"""The arguments of spans: told to a page one by one, packed for one that has no kernel to ask, and searched."""

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from aero_nb.tables.columns import Ints, RawJson
from aero_nb.timeline.scene import Scene

MOST_BYTES = 20_000_000


def arguments_text(scene: Scene, place: int) -> str:
    """Return the args of the span at ``place`` as indented JSON, or ``""``."""
    rows = scene.spans
    if rows.asynchronous[place]:
        return ""
    args = scene.trace.args(int(rows.index[place]))
    # ASCII: a lone surrogate must reach the page as its escape.
    return json.dumps(args, indent=1, default=str) if args else ""


def packed_arguments(scene: Scene) -> tuple[Ints, bytes] | None:
    """Return the places of the spans that have args, and a line of JSON for each; None beyond ``MOST_BYTES``."""
    columns = scene.trace.columns
    if len(columns.args.blob) + len(columns.extras.blob) > MOST_BYTES:
        return None
    places = _places_of(scene, np.union1d(columns.args.events, columns.extras.events))
    lines, kept = [], []
    for place in places.tolist():
        args = scene.trace.args(int(scene.spans.index[place]))
        if args:
            kept.append(place)
            lines.append(json.dumps(args, separators=(",", ":"), default=str).encode())
    return np.array(kept, np.int64), b"\n".join(lines)


def places_with(scene: Scene, key: str, text: str) -> Ints:
    """Return the places of the spans with an argument ``key`` that is ``text``, at any depth; whatever their case.

    Numbers are compared as numbers. Without a ``key`` of those whose arguments, as compact JSON, have the text in them.
    """
    columns = scene.trace.columns
    events = np.union1d(*(_events_with(raw, key, text) for raw in (columns.args, columns.extras)))
    wanted = text.lower()
    found = []
    for place in _places_of(scene, events).tolist():
        args = scene.trace.args(int(scene.spans.index[place]))
        if key:
            fits = any(_is(value, wanted) for name, value in _named(args) if name.lower() == key.lower())
        else:
            fits = wanted in json.dumps(args, separators=(",", ":"), ensure_ascii=False, default=str).lower()
        if fits:
            found.append(place)
    return np.array(found, np.int64)


def _places_of(scene: Scene, events: Ints) -> Ints:
    """Return the places of the spans, not the asynchronous ones, that begin or end by one of the events."""
    spans = scene.trace.columns.spans
    has = np.isin(spans.event, events) | np.isin(spans.end_event, events)
    places: Ints = np.flatnonzero(~scene.spans.asynchronous)
    return places[has[scene.spans.index[places]]]


_PLAIN = re.compile(r"[\w.-]+", re.ASCII)  # what JSON writes as it is, unless by escapes


def _events_with(raw: RawJson, key: str, text: str) -> Ints:
    """Return the events whose raw JSON can have an argument, or without a key the text."""
    if not key:
        return _events_written(raw, text, rb"\\u")
    if _number(text) is None:
        values = _events_written(raw, text, rb"\\u")
    else:  # in another form, too: 10 is 10.0 and 1e1
        values = _events_written(raw, _shortest(text), rb"\\u|\d[eE][+-]?\d")
    return np.intersect1d(_events_written(raw, key, rb"\\u"), values)


def _events_written(raw: RawJson, text: str, otherwise: bytes) -> Ints:
    """Return the events in whose bytes a text stands, or what can stand for it; all where it has more than one form."""
    if not _PLAIN.fullmatch(text):
        return raw.events
    pattern = re.compile(re.escape(text.encode()) + b"|" + otherwise, re.IGNORECASE)
    at = np.fromiter((match.start() for match in pattern.finditer(raw.blob)), np.int64)
    return raw.events[np.unique(np.searchsorted(raw.offsets, at, side="right") - 1)]


def _named(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name and the value of each member, from the outside in."""
    inside = list(value.items()) if isinstance(value, dict) else []
    yield from inside
    for one in (
        [member for _, member in inside] if isinstance(value, dict) else value if isinstance(value, list) else []
    ):
        yield from _named(one)


def _is(value: Any, wanted: str) -> bool:
    if isinstance(value, str):
        return value.lower() == wanted
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value) == wanted or _number(wanted) == value
    return not isinstance(value, dict | list) and json.dumps(value) == wanted


def _shortest(text: str) -> str:
    """Return a number without zeros behind the point; empty where it has an exponent, and so no form to look for."""
    if text.removeprefix("-").isdecimal():
        return str(int(text))
    shortest = repr(float(text)).removesuffix(".0")
    return "" if "e" in shortest else shortest


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
