"""Notes on moments and ranges of a trace, kept in ``otherData.aero_nb.notes`` of a saved one."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from aero_nb.tables.trace_tables import TraceTables


def saved_notes(trace: TraceTables) -> list[dict[str, Any]]:
    """Return the notes a trace was saved with; entries of another shape are left out."""
    value: Any = trace.metadata
    for key in ("otherData", "aero_nb", "notes"):
        value = value.get(key, {}) if isinstance(value, Mapping) else {}
    return [_plain(note) for note in value if _is_note(note)] if isinstance(value, list) else []


def with_notes(trace: TraceTables, notes: list[dict[str, Any]]) -> TraceTables:
    """Return ``trace`` as it is where it holds just these notes already, else one that does."""
    if notes == saved_notes(trace):
        return trace
    metadata = trace.metadata
    other = metadata["otherData"] if isinstance(metadata.get("otherData"), dict) else {}
    mine = other["aero_nb"] if isinstance(other.get("aero_nb"), dict) else {}
    kept = {key: value for key, value in mine.items() if key != "notes"} | ({"notes": notes} if notes else {})
    return trace.with_metadata({**metadata, "otherData": {**other, "aero_nb": kept}})


def valid_notes(notes: Iterable[Any]) -> list[dict[str, Any]]:
    """Return notes as plain dicts; ValueError names the first that is none."""
    checked = []
    for note in notes:
        if not _is_note(note):
            raise ValueError(f"expected a note {{'ts_us': number, 'dur_us': number, 'text': str}}, found {note!r}")
        checked.append(_plain(note))
    return checked


def _is_note(note: Any) -> bool:
    return (
        isinstance(note, Mapping)
        and isinstance(note.get("text"), str)
        and _is_number(note.get("ts_us"))
        and _is_number(note.get("dur_us", 0))
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _plain(note: Mapping[str, Any]) -> dict[str, Any]:
    return {"ts_us": float(note["ts_us"]), "dur_us": float(note.get("dur_us", 0)), "text": note["text"]}
