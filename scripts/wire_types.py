"""Write the page's description of the wire, aero_nb/timeline/front/src/data/wire.ts, from aero_nb/timeline/wire.py."""

import dataclasses
import types
from pathlib import Path
from typing import Any, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

from aero_nb.timeline.first_sight import Lack, Opening
from aero_nb.timeline.scene import Band
from aero_nb.timeline.wire import (
    Axis,
    FloatKey,
    FloatSection,
    Header,
    IntegerKey,
    IntegerSection,
    Process,
    Sections,
    TextKey,
    TextSection,
)

WIRE_TS = Path(__file__).parents[1] / "aero_nb" / "timeline" / "front" / "src" / "data" / "wire.ts"


def typescript() -> str:
    """Return the description in TypeScript."""
    keys = {"IntegerKey": IntegerKey, "FloatKey": FloatKey, "TextKey": TextKey}
    parts = [
        "// What a timeline sends to its page. Written from aero_nb/timeline/wire.py by scripts/wire_types.py.",
        *(_union(name, get_args(literal)) for name, literal in keys.items()),
        "/** A stretch without records: from and to in ns, and why. */\nexport type Lost = [number, number, string];",
        *map(
            _interface,
            (IntegerSection, FloatSection, TextSection, Sections, Process, Band, Axis, Opening, Lack, Header),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _union(name: str, words: tuple[str, ...]) -> str:
    choices = [f'"{word}"' for word in words]
    line = f"export type {name} = {' | '.join(choices)};"
    if len(line) <= 120:
        return line
    return f"export type {name} =\n" + "\n".join(f"  | {choice}" for choice in choices) + ";"


def _interface(described: type) -> str:
    fields = get_type_hints(described, include_extras=True)
    lines = [f"  {field}{'?' if _optional(kind) else ''}: {_type(kind)};" for field, kind in fields.items()]
    summary = (described.__doc__ or "").strip().splitlines()[0].replace("``", "`")
    return f"/** {summary} */\nexport interface {described.__name__} {{\n" + "\n".join(lines) + "\n}"


def _optional(kind: Any) -> bool:
    return get_origin(kind) is NotRequired


def _type(kind: Any) -> str:
    if _optional(kind):
        return _type(get_args(kind)[0])
    if isinstance(kind, types.GenericAlias) and get_origin(kind) is list:
        return f"{_type(get_args(kind)[0])}[]"
    if isinstance(kind, types.GenericAlias):
        members = get_args(kind)
        return "Lost" if members == (int, int, str) else f"[{', '.join(map(_type, members))}]"
    if is_typeddict(kind) or dataclasses.is_dataclass(kind):
        return str(kind.__name__)
    return {int: "number", float: "number", str: "string", bool: "boolean"}[kind]


if __name__ == "__main__":
    WIRE_TS.write_text(typescript(), encoding="utf-8")
