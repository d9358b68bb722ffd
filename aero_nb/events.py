"""The vocabulary of the Trace Event Format: phases and what becomes of each.

Source: the public description "Trace Event Format", and Perfetto's JSON importer.
"""

INSTANTS = ("i", "I", "R")  # R is a navigation mark

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
"""Spans B E X, instants i I R, counters C, metadata M, async b n e (older: S T p F), flows s t f; and the leftovers."""

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
