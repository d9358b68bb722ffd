"""What a saved trace keeps of a timeline: notes on moments and ranges, and the view, in ``otherData.aero_nb``."""

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from aero_nb.tables.trace_tables import TraceTables

_LARGEST = sys.float_info.max


def saved_notes(trace: TraceTables) -> list[dict[str, Any]]:
    """Return the notes a trace was saved with; entries of another shape are left out."""
    notes = kept_of(trace).get("notes")
    return [_plain(note) for note in notes if is_note(note)] if isinstance(notes, list) else []


def kept_of(trace: TraceTables) -> Mapping[str, Any]:
    """Return ``otherData.aero_nb`` of a trace, empty where there is none."""
    value: Any = trace.metadata
    for key in ("otherData", "aero_nb"):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def with_kept(trace: TraceTables, **values: Any) -> TraceTables:
    """Return ``trace`` as it is where it keeps just these values already, else one that does; empty ones go."""
    before = kept_of(trace)
    kept = {key: value for key, value in {**before, **values}.items() if value or key not in values}
    if kept == before:
        return trace
    metadata = trace.metadata
    other = metadata["otherData"] if isinstance(metadata.get("otherData"), dict) else {}
    return trace.with_metadata({**metadata, "otherData": {**other, "aero_nb": kept}})


def with_notes(trace: TraceTables, notes: list[dict[str, Any]]) -> TraceTables:
    """Return ``trace`` as it is where it holds just these notes already, else one that does."""
    return trace if notes == saved_notes(trace) else with_kept(trace, notes=notes)


def valid_notes(notes: Iterable[Any]) -> list[dict[str, Any]]:
    """Return notes as plain dicts; ValueError names the first that is none."""
    checked = []
    for note in notes:
        if not is_note(note):
            raise ValueError(f"expected a note {{'ts_us': number, 'dur_us': number, 'text': str}}, found {note!r}")
        checked.append(_plain(note))
    return checked


def is_note(note: Any) -> bool:
    """Whether something has the shape of a note."""
    return (
        isinstance(note, Mapping)
        and isinstance(note.get("text"), str)
        and is_number(note.get("ts_us"))
        and is_number(note.get("dur_us", 0))
    )


def is_number(value: Any) -> bool:
    """Whether something is a number that a float can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST <= value <= _LARGEST


def _plain(note: Mapping[str, Any]) -> dict[str, Any]:
    return {"ts_us": float(note["ts_us"]), "dur_us": float(note.get("dur_us", 0)), "text": note["text"]}
