"""A report as JSON, and the schema that it follows."""

from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from aero_nb.reports.parts import Section

SCHEMA_NAME = "aero-nb-report"
SCHEMA_VERSION = 1
"""Rises when a program that reads the JSON would have to change; further sections and members do not raise it."""


def as_document(kind: str, title: str, headline: str, sections: Sequence[Section]) -> dict[str, Any]:
    """Return the objects of the JSON form."""
    return {
        "schema": SCHEMA_NAME,
        "version": SCHEMA_VERSION,
        "kind": kind,
        "title": title,
        "headline": headline,
        "sections": [_section(section) for section in sections],
    }


def _section(section: Section) -> dict[str, Any]:
    """Return the members of a section; of a picture its words."""
    members = asdict(section)
    pictures = [{"alt": picture.alt} for picture in section.pictures]
    return {**members, "pictures": pictures} if pictures else {k: v for k, v in members.items() if k != "pictures"}


def as_json(document: dict[str, Any]) -> str:
    """Return JSON of the document; members keep their order."""
    import orjson

    try:
        return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
    except TypeError:  # lone surrogates in a name, integers beyond 64 bits: only Python's own writer takes them
        from json import dumps

        return dumps(document, indent=2)


def schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) that :meth:`Report.to_json` follows."""
    import orjson

    text = files("aero_nb.reports").joinpath("report.schema.json").read_bytes()
    document: dict[str, Any] = orjson.loads(text)
    return document
