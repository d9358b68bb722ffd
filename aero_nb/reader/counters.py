"""Counter events to samples of series."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from aero_nb.reader.columns import Codes, Counters, Floats, Ints
from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.identity import integer_or_text, links_of
from aero_nb.reader.times import number
from aero_nb.reader.tracks import TrackTable

_PIECE = 20_000  # events decoded at once: a dict each is large
_samples = msgspec.json.Decoder(list[dict[str, float]])


def read_counters(
    events: Events, rows: Ints, tracks: TrackTable, diagnostics: Diagnostics, *, by_thread: bool
) -> Counters:
    """Return the samples of the C events ``rows`` (in time order); ``by_thread``: the tid tells series apart too."""
    pieces = [_samples_of(events, rows[at : at + _PIECE], diagnostics) for at in range(0, len(rows), _PIECE)]
    nothing = np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.float64)
    source, series, value = (np.concatenate(column) for column in zip(nothing, *pieces, strict=True))
    return Counters(
        ts=events.ts[source],
        series=series,
        value=value,
        name=events.name[source],
        cat=events.cat[source],
        track=_tracks(events, source, series, tracks, by_thread=by_thread),
        thread=events.thread[source],
        event=events.event[source],
    )


def _samples_of(events: Events, rows: Ints, diagnostics: Diagnostics) -> tuple[Ints, Codes, Floats]:
    """Return (row of the event, series, value) of every sample of a few events."""
    samples, plain = _sample_objects(events.args.select(events.event[rows]))
    counts = np.fromiter(map(len, samples), np.int64, len(rows))
    diagnostics.add_events("counter_without_args", events.event[rows[counts == 0]])
    source = np.repeat(rows, counts)
    series_of = events.strings.__getitem__
    series = np.fromiter([series_of(key) for sample in samples for key in sample], np.int32, len(source))
    values = [value for sample in samples for value in sample.values()]
    numbers = np.array(values if plain else list(map(number, values)), np.float64)
    odd = np.flatnonzero(~np.isfinite(numbers))
    if len(odd):
        numbers[odd] = np.nan
        diagnostics.add_events("counter_value", events.event[source[odd]], repr(values[odd[0]]))
    return source, series, numbers


def _sample_objects(raws: list[bytes]) -> tuple[list[dict[str, Any]], bool]:
    """Return the args of each event, ``{}`` where they are no object, and whether all their values are numbers."""
    try:
        return _samples.decode(b"[%b]" % b",".join(raws)), True
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [sample if isinstance(sample, dict) else {} for sample in map(_decoded, raws)], False


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _tracks(events: Events, source: Ints, series: Codes, tracks: TrackTable, *, by_thread: bool) -> Codes:
    """Return the track of each sample; tracks are added in the order of their first samples."""
    owner_of: dict[Any, int] = {}
    owners = [thread if by_thread else (thread[0], None) for thread in events.threads]
    owner = np.array([owner_of.setdefault(one, len(owner_of)) for one in owners], np.int64)[events.thread[source]]
    identity, size = np.zeros(len(source), np.int64), 1
    for part in (owner, events.name[source], _ids(events, source), series):
        width = int(part.max(initial=0)) + 2
        if size * width >= 2**62:
            values, identity = np.unique(identity, return_inverse=True)
            size = len(values)
        identity, size = identity * width + part + 1, size * width
    _, first, inverse = np.unique(identity, return_index=True, return_inverse=True)
    track_of = np.empty(len(first), np.int32)
    for place in np.argsort(first, kind="stable").tolist():
        at = first[place]
        pid, tid = events.threads[events.thread[source[at]]]
        track_of[place] = tracks.add("counter", pid, tid if by_thread else None, int(series[at]))
    return track_of[inverse]


def _ids(events: Events, source: Ints) -> Codes:
    """Return the code of each sample's id as text, -1: it has none."""
    links = links_of(events.extras, events.event[source]) if len(events.extras) else []
    if not any(link.id is not None for link in links):
        return np.full(len(source), -1, np.int32)
    code_of = events.strings.__getitem__
    return np.array([-1 if link.id is None else code_of(integer_or_text(link.id)) for link in links], np.int32)
