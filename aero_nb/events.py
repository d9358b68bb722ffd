"""The vocabulary of the Trace Event Format: phases and what becomes of each.

Source: the public description "Trace Event Format", and Perfetto's JSON importer.
"""

BEGIN, END, COMPLETE = "B", "E", "X"
INSTANTS = ("i", "I", "R")  # R is a navigation mark
COUNTER = "C"
METADATA = "M"
ASYNC_BEGIN, ASYNC_INSTANT, ASYNC_END = "b", "n", "e"
LEGACY_BEGIN, LEGACY_STEPS, LEGACY_END = "S", ("T", "p"), "F"
FLOW_START, FLOW_STEP, FLOW_END = "s", "t", "f"

LEFTOVER_KINDS = {
    "N": "object",
    "O": "object",
    "D": "object",
    "P": "sample",
    "v": "memory_dump",
    "V": "memory_dump",
    "c": "clock_sync",
    "(": "context",
    ")": "context",
    "a": "link",
    "=": "link",
    ",": "link",
}
"""Phases that are kept as rows of their kind, with their args, and nothing else."""

PHASES = frozenset("BEXiIRCMbneSTpFstf") | frozenset(LEFTOVER_KINDS)

KINDS = (
    "span",
    "instant",
    "counter",
    "async_span",
    "async_instant",
    "flow",
    "orphan_end",
    "metadata",
    "object",
    "sample",
    "memory_dump",
    "clock_sync",
    "context",
    "link",
    "unknown",
    "unplaced",
)
"""The kinds of row of ``Trace.to_dataframe``."""
