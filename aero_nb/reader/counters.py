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

_samples = msgspec.json.Decoder(list[dict[str, float]])
_objects = msgspec.json.Decoder(list[Any])


def read_counters(
    events: Events, rows: Ints, tracks: TrackTable, diagnostics: Diagnostics, *, by_thread: bool
) -> Counters:
    """Return the samples of the C events ``rows`` (in time order); ``by_thread``: the tid tells series apart too."""
    samples = _sample_objects(events.args.select(events.event[rows]))
    counts = np.fromiter(map(len, samples), np.int64, len(rows))
    diagnostics.add_events("counter_without_args", events.event[rows[counts == 0]])
    source = np.repeat(rows, counts)
    series_of = events.strings.__getitem__
    series = np.fromiter((series_of(key) for sample in samples for key in sample), np.int32, len(source))
    value = _values([value for sample in samples for value in sample.values()], events.event[source], diagnostics)
    thread, name = events.thread[source], events.name[source]
    return Counters(
        ts=events.ts[source],
        series=series,
        value=value,
        name=name,
        cat=events.cat[source],
        track=_tracks(events, source, series, tracks, by_thread=by_thread),
        thread=thread,
        event=events.event[source],
    )


def _sample_objects(raws: list[bytes]) -> list[dict[str, Any]]:
    text = b"[%b]" % b",".join(raws)
    try:
        return _samples.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return [sample if isinstance(sample, dict) else {} for sample in map(_decoded, raws)]


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return None


def _values(values: list[Any], events: Ints, diagnostics: Diagnostics) -> Floats:
    """Return the nearest float64 of each value; what is no number is NaN, counted."""
    try:
        found = np.fromiter(
            (value if type(value) is float else number(value) for value in values), np.float64, len(values)
        )
    except OverflowError:
        found = np.fromiter(map(number, values), np.float64, len(values))
    odd = np.flatnonzero(~np.isfinite(found))
    found[odd] = np.nan
    if len(odd):
        diagnostics.add_events("counter_value", events[odd], repr(values[odd[0]]))
    return found


def _tracks(events: Events, source: Ints, series: Codes, tracks: TrackTable, *, by_thread: bool) -> Codes:
    threads = events.threads
    owner = [thread if by_thread else (pid, None) for thread, (pid, _) in enumerate(threads)]
    ids = [
        None if link.id is None else integer_or_text(link.id) for link in links_of(events.extras, events.event[source])
    ]
    track_of: dict[Any, int] = {}
    codes = np.empty(len(source), np.int32)
    keys = zip(events.thread[source].tolist(), events.name[source].tolist(), ids, series.tolist(), strict=True)
    for row, (thread, name, id_, key) in enumerate(keys):
        identity = (owner[thread], name, id_, key)
        track = track_of.get(identity)
        if track is None:
            pid, tid = threads[thread]
            track = track_of[identity] = tracks.add("counter", pid, tid if by_thread else None, key)
        codes[row] = track
    return codes
