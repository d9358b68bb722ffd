"""Notes on moments and ranges of a trace, kept in ``otherData.aero_nb.notes`` of a saved one."""

import math
from collections.abc import Iterable, Mapping
from typing import Any


def saved_notes(trace: Any) -> list[dict[str, Any]]:
    """Return the notes a trace was saved with; entries of another shape are left out."""
    found: Any = getattr(trace, "metadata", None) or {}
    for key in ("otherData", "aero_nb", "notes"):
        found = found.get(key, {}) if isinstance(found, Mapping) else {}
    return [_plain(note) for note in found if _is_note(note)] if isinstance(found, list) else []


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
