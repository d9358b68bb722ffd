"""The exit codes of every command, in one table (``sysexits.h`` where it has one)."""

from typing import Final

DONE, REGRESSION, UNSTABLE = 0, 1, 2
USAGE, BAD_INPUT, NO_INPUT, MISSING, UNEXPECTED, NO_OUTPUT = 64, 65, 66, 69, 70, 73
NOT_SAVED, INTERRUPTED = 120, 130

MEANINGS: Final = {
    DONE: "done; compare --thresholds: pass",
    REGRESSION: "compare --thresholds: a regression; store changes: the last change is one",
    UNSTABLE: "compare --thresholds: unstable, or a required metric is missing",
    USAGE: "the command line is wrong",
    BAD_INPUT: "the input is no trace, or is not what the command needs; store add, store verify: some of it",
    NO_INPUT: "the input, or the store, cannot be opened",
    MISSING: "doctor: something that every use needs is missing or broken",
    UNEXPECTED: "unexpected: a bug of aero_nb, with its traceback",
    NO_OUTPUT: "the output cannot be written",
    NOT_SAVED: "record: the trace could not be saved at the exit of a program that succeeded",
    INTERRUPTED: "interrupted",
}
"""Meaning of each code; ``record`` otherwise exits as the recorded program does."""


def as_help() -> str:
    """Return the table as text for ``--help``."""
    return "\n".join(["exit codes:", *(f"  {code:<5}{meaning}" for code, meaning in MEANINGS.items())])
