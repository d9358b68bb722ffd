"""The ids of async events, flows, objects and counters: ``id``, ``id2``, ``scope``, ``bind_id``."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from aero_nb.tables.columns import Ints, RawJson
from aero_nb.tables.json_values import finite_or_text


class Links(msgspec.Struct, gc=False):
    """The fields of one event that tie it to others; any type, as files have any."""

    id: Any = None
    id2: Any = None
    scope: Any = None
    bp: Any = None
    bind_id: Any = None
    flow_in: Any = None
    flow_out: Any = None


_links = msgspec.json.Decoder(list[Links], float_hook=finite_or_text)
_any = msgspec.json.Decoder(Any, float_hook=finite_or_text)
_INTEGER = re.compile(r"(?:0[xX]([0-9a-fA-F]{1,64})|(-?(?:0|[1-9][0-9]{0,100})))\Z")


def links_of(extras: RawJson, events: Ints) -> list[Links]:
    """Return the link fields of each of the given events (indices in the file)."""
    if not len(extras):
        return [Links()] * len(events)
    raws = [raw if raw != b"null" else b"{}" for raw in extras.select(events)]
    try:
        return _links.decode(b"[%b]" % b",".join(raws))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [_links_of_one(raw) for raw in raws]


def _links_of_one(raw: bytes) -> Links:
    try:
        return _links.decode(b"[%b]" % raw)[0]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Links()  # nested deeper than a decoder follows


def with_field(extras: RawJson, field: bytes) -> Ints:
    """Return the events whose extras have the text of a field anywhere (a quick look, not a decode)."""
    if field not in extras.blob:
        return extras.events[:0]
    return extras.events[[field in raw for raw in extras.select(extras.events)]]


def integer_or_text(value: Any) -> str:
    """Return an id so that equal ids are equal texts: 1, "1" and "0x1" are "1", other texts are themselves."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    integer = _INTEGER.match(text)
    if integer is None:
        return text
    return str(int(integer[1], 16)) if integer[1] else integer[2]


def text_of_id(raw: bytes) -> str:
    """Return a raw JSON id as ``integer_or_text`` does a decoded one."""
    try:
        return integer_or_text(_any.decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return raw.decode(errors="replace")


def link_id(links: Links, pid: object) -> tuple[str, ...] | None:
    """Return what distinguishes one id from another, the id's text last; None: the event has no id."""
    scope = () if links.scope is None else (integer_or_text(links.scope),)
    if links.id is not None:
        return (*scope, "id", integer_or_text(links.id))
    if isinstance(links.id2, dict):
        if links.id2.get("global") is not None:
            return (*scope, "id", integer_or_text(links.id2["global"]))
        if links.id2.get("local") is not None:
            return (*scope, "local", repr(pid), integer_or_text(links.id2["local"]))
    return None
