"""The vocabulary of the Trace Event Format: phases and what becomes of each.

Source: the public description "Trace Event Format", and Perfetto's JSON importer.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Phase:
    """One phase (``ph``) of the format.

    Attributes:
        letter: as it stands in a file.
        family: who reads it. ``kept`` events are rows of their kind, with their args, and nothing else.
        part: of what its family makes of several events, which one it is.
        ended_by: of a begin: the letter of the end that goes with it.
        kind: of a ``kept`` one: the kind of its rows in ``Trace.to_dataframe``.
        has_lane: whether its thread is a lane even if nothing else happens on it.
        is_legacy: whether it is of the older form of its family.

    """

    letter: str
    family: Literal["span", "instant", "counter", "async", "flow", "metadata", "kept"]
    part: Literal["begin", "step", "end", "whole"] = "whole"
    ended_by: str = ""
    kind: str = ""
    has_lane: bool = False
    is_legacy: bool = False


BEGIN, END, COMPLETE, COUNTER, METADATA = "B", "E", "X", "C", "M"

TABLE = (
    Phase(BEGIN, "span", "begin", ended_by=END, has_lane=True),
    Phase(END, "span", "end", has_lane=True),
    Phase(COMPLETE, "span", has_lane=True),
    Phase("i", "instant", has_lane=True),
    Phase("I", "instant", has_lane=True),
    Phase("R", "instant", has_lane=True),  # a navigation mark
    Phase(COUNTER, "counter"),
    Phase(METADATA, "metadata"),
    Phase("b", "async", "begin", ended_by="e"),
    Phase("n", "async", "step"),
    Phase("e", "async", "end"),
    Phase("S", "async", "begin", ended_by="F", is_legacy=True),
    Phase("T", "async", "step", is_legacy=True),
    Phase("p", "async", "step", is_legacy=True),
    Phase("F", "async", "end", is_legacy=True),
    Phase("s", "flow", "begin"),
    Phase("t", "flow", "step"),
    Phase("f", "flow", "end"),
    Phase("N", "kept", kind="object"),
    Phase("O", "kept", kind="object"),
    Phase("D", "kept", kind="object"),
    Phase("P", "kept", kind="sample", has_lane=True),
    Phase("v", "kept", kind="memory_dump"),
    Phase("V", "kept", kind="memory_dump"),
    Phase("c", "kept", kind="clock_sync"),
    Phase("(", "kept", kind="context"),
    Phase(")", "kept", kind="context"),
    Phase("a", "kept", kind="link"),
    Phase("=", "kept", kind="link"),
    Phase(",", "kept", kind="link"),
)
"""Every phase: a new letter is a row here, and nothing else where its family and part are those of another."""


def letters(family: str, *parts: str) -> tuple[str, ...]:
    """Return the letters of a family, of all its parts or of some."""
    return tuple(phase.letter for phase in TABLE if phase.family == family and (not parts or phase.part in parts))


PHASES = frozenset(phase.letter for phase in TABLE)
"""Every letter that is read."""

INSTANTS = letters("instant")

WITH_LANE = tuple(phase.letter for phase in TABLE if phase.has_lane)
"""Phases whose thread is a lane."""

LEGACY = frozenset(phase.letter for phase in TABLE if phase.is_legacy)
"""Phases of an older form of their family."""

ASYNC_ENDS = {phase.letter: phase.ended_by for phase in TABLE if phase.family == "async" and phase.ended_by}
"""The letter of the end by that of an async begin."""

LEFTOVER_KINDS = {phase.letter: phase.kind for phase in TABLE if phase.family == "kept"}
"""The kind of row by phase, of those that are rows of their kind and nothing else."""

PROFILE, PROFILE_CHUNK = "Profile", "ProfileChunk"
"""The names of the events (phase P) in which V8's sampling profiler tells its samples."""

KINDS = (
    "span",
    "instant",
    "counter",
    "async_span",
    "async_instant",
    "flow",
    "orphan_end",
    "metadata",
    *dict.fromkeys(LEFTOVER_KINDS.values()),
    "unknown",
    "unplaced",
)
"""The kinds of row of ``Trace.to_dataframe``."""
