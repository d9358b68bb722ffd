"""Counter events to samples of series."""

from __future__ import annotations

from itertools import chain
from typing import Any

import msgspec
import numpy as np

from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.tracks import TrackTable
from aero_nb.tables.columns import Bools, Codes, Counters, Floats, Ints
from aero_nb.tables.identity import integer_or_text, links_of
from aero_nb.tables.json_values import json_value, number
from aero_nb.tables.series_names import AERO_NAME, series_of

_PIECE = 20_000  # events decoded at once: a dict each is large
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_samples = msgspec.json.Decoder(list[dict[str, float]])
_flat = msgspec.json.Decoder(list[str | float])
_COLON_TO_COMMA = bytes.maketrans(b":", b",")


def read_counters(events: Events, rows: Ints, tracks: TrackTable, diagnostics: Diagnostics, *, aero: bool) -> Counters:
    """Return the samples of the C events ``rows`` (in time order); ``aero``: the file follows Aero's conventions."""
    pieces = [_samples_of(events, rows[at : at + _PIECE], diagnostics) for at in range(0, len(rows), _PIECE)]
    nothing = np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.float64)
    source, key, value = (np.concatenate(column) for column in zip(nothing, *pieces, strict=True))
    by_thread = (events.name[source] == events.strings[AERO_NAME]) if aero else np.zeros(len(source), np.bool_)
    series = np.where(by_thread, key, _named_series(events, source, key)).astype(np.int32)
    return Counters(
        ts=events.ts[source],
        series=series,
        value=value,
        name=events.name[source],
        cat=events.cat[source],
        track=_tracks(events, source, series, tracks, by_thread),
        thread=events.thread[source],
        event=events.event[source],
    )


def _named_series(events: Events, source: Ints, key: Codes) -> Codes:
    """Return the series of each sample by its event's name and its key."""
    first = np.append(True, source[1:] != source[:-1])[: len(source)]  # sample of its event
    last = np.append(first[1:], True)[: len(source)]
    alone = first & last
    texts = events.strings.texts()
    packed = ((events.name[source].astype(np.int64) + 1) * len(texts) + key) * 2 + alone
    kinds, kind = np.unique(packed, return_inverse=True)
    names = []
    for one in kinds.tolist():
        (name, coded), only = divmod(one // 2, len(texts)), one % 2
        names.append(series_of(texts[name - 1] if name else None, texts[coded], alone=bool(only)))
    codes: Codes = np.array([events.strings[name] for name in names], np.int32)[kind]
    return codes


def _samples_of(events: Events, rows: Ints, diagnostics: Diagnostics) -> tuple[Ints, Codes, Floats]:
    """Return (row of the event, args key, value) of every sample of a few events."""
    raws = events.args.select(events.event[rows])
    code_of = events.strings.__getitem__
    alone = _single_samples(raws)
    if alone is not None:
        names, values = alone
        return rows, np.fromiter(map(code_of, names), np.int32, len(rows)), np.array(values, np.float64)
    samples, plain = _sample_objects(raws)
    counts = np.fromiter(map(len, samples), np.int64, len(rows))
    diagnostics.add_events("counter_without_args", events.event[rows[counts == 0]])
    source = np.repeat(rows, counts)
    keys = np.fromiter(map(code_of, chain.from_iterable(samples)), np.int32, len(source))
    values = list(chain.from_iterable(map(dict.values, samples)))
    numbers = np.array(values if plain else list(map(number, values)), np.float64)
    odd = np.flatnonzero(~np.isfinite(numbers))
    if len(odd):
        numbers[odd] = np.nan
        diagnostics.add_events("counter_value", events.event[source[odd]], repr(values[odd[0]]))
    return source, keys, numbers


def _single_samples(raws: list[bytes]) -> tuple[list[str], list[float]] | None:
    """Return keys and values where each event has one number under a plain key, as most do; None where one has not.

    Without their braces they are one list, which is decoded without an object for each: as many braces, colons and
    quotes as such events have leave nothing else that alternates between texts and numbers.
    """
    text, count = b",".join(raws), len(raws)
    if text.count(b"{") != count or text.count(b":") != count or text.count(b'"') != 2 * count:
        return None
    try:
        flat: list[Any] = _flat.decode(b"[%b]" % text.translate(_COLON_TO_COMMA, b"{}"))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    keys, values = flat[0::2], flat[1::2]
    return (keys, values) if set(map(type, keys)) == {str} and set(map(type, values)) == {float} else None


def _sample_objects(raws: list[bytes]) -> tuple[list[dict[str, Any]], bool]:
    """Return the args of each event, ``{}`` where they are no object, and whether all their values are numbers."""
    try:
        return _samples.decode(b"[%b]" % b",".join(raws)), True
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [sample if isinstance(sample, dict) else {} for sample in map(_decoded, raws)], False


def _decoded(raw: bytes) -> Any:
    """Return the args of one event; a value beyond all decoders costs itself only."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return {key: json_value(bytes(value)) for key, value in _fields.decode(raw).items()}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _tracks(events: Events, source: Ints, series: Codes, tracks: TrackTable, by_thread: Bools) -> Codes:
    """Return the track of each sample, added in the order of their first samples; ``by_thread``: the tid counts too."""
    owner_of: dict[Any, int] = {}
    of_processes, of_threads = (
        np.array([owner_of.setdefault(one, len(owner_of)) for one in owners], np.int64)[events.thread[source]]
        for owners in ([(pid, None) for pid, _ in events.threads], events.threads)
    )
    owner = np.where(by_thread, of_threads, of_processes)
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
        track_of[place] = tracks.add("counter", pid, tid if by_thread[at] else None, int(series[at]))
    return track_of[inverse]


def _ids(events: Events, source: Ints) -> Codes:
    """Return the code of each sample's id as text, -1: it has none."""
    links = links_of(events.extras, events.event[source]) if len(events.extras) else []
    if not any(link.id is not None for link in links):
        return np.full(len(source), -1, np.int32)
    code_of = events.strings.__getitem__
    return np.array([-1 if link.id is None else code_of(integer_or_text(link.id)) for link in links], np.int32)
