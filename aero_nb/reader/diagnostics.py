"""What was repaired or lost while reading, counted by kind."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from aero_nb.events import LEFTOVER_KINDS
from aero_nb.tables.columns import Problem

SEVERITY = {
    # of the file as a whole
    "bom": "info",
    "further_document": "info",
    "odd_container": "info",
    "invalid_utf16": "repaired",
    "truncated": "lost",
    "unreadable": "lost",
    "unreadable_metadata": "lost",
    "deep_nesting": "info",
    "trailing_data": "lost",
    # of JSON
    "extra_comma": "repaired",
    "non_finite_literal": "repaired",
    "control_character": "repaired",
    "invalid_utf8": "repaired",
    "invalid_escape": "repaired",
    "lone_surrogate": "repaired",
    "duplicate_key": "repaired",
    "missing_comma": "repaired",
    "unquoted_key": "repaired",
    "lost_quote": "repaired",
    # of elements and their fields
    "empty_event": "info",
    "not_an_event": "lost",
    "missing_phase": "repaired",
    "unknown_phase": "info",
    "unplaced": "lost",
    "missing_dur": "repaired",
    "negative_dur": "repaired",
    "negative_tdur": "info",
    "missing_id": "repaired",
    # of matching
    "orphan_end": "lost",
    "unfinished_span": "info",
    "crossing_span": "info",
    "orphan_async_end": "lost",
    "unfinished_async_span": "info",
    "counter_without_args": "lost",
    "counter_value": "lost",
    "flow_unbound": "info",
    "flow_without_start": "info",
    "flow_restarted": "info",
    "flow_without_direction": "info",
    # of samples
    "sample_chunk": "lost",
    "sample_profile_cut": "info",
    "sample_parent": "repaired",
    "sample_node": "lost",
    "sample_time": "lost",
    "sample_without_clock": "info",
    # odd, though nothing is missing
    "async_overlap": "info",
    "covering_span": "info",
    "distant_time": "info",
    "process_renamed": "info",
    "thread_renamed": "info",
    # of the recording
    "start_out_of_range": "lost",
    "dropped_records": "lost",
    "dropped_strings": "lost",
    "export_timed_out": "lost",
    "unwritable_args": "lost",
    "dropped_args": "lost",
    "failed_calls": "lost",
    "dropped_samples": "lost",
    "stream_error": "lost",
    "chrome_buffer_full": "lost",
    "unaligned_pieces": "lost",
    # kept as rows of their kind, but not interpreted
    **dict.fromkeys(LEFTOVER_KINDS.values(), "info"),
}
"""Severity of every code: "info": nothing is missing; "repaired": read after a repair; "lost": something is missing."""


@dataclass
class Diagnostics:
    """Counts problems; the first of each kind keeps its event and an example."""

    found: dict[str, Problem] = field(default_factory=dict)

    def add(self, code: str, event: int = -1, example: object = "", count: int = 1) -> None:
        """Count ``count`` problems of a kind; ``event`` is the index in the file of the first of them."""
        if count <= 0:
            return
        known = self.found.get(code)
        if known is None:
            self.found[code] = Problem(code, SEVERITY[code], count, event, str(example)[:120])
        elif 0 <= event < known.first_event:
            self.found[code] = Problem(code, known.severity, known.count + count, event, str(example)[:120])
        else:
            self.found[code] = Problem(code, known.severity, known.count + count, known.first_event, known.example)

    def add_events(self, code: str, events: npt.NDArray[np.int64], example: object = "") -> None:
        """Count one problem for each of the given events (indices in the file)."""
        if len(events):
            self.add(code, int(events.min()), example, len(events))

    def problems(self) -> tuple[Problem, ...]:
        """Return what was found, the worst first, then by code."""
        rank = {"lost": 0, "repaired": 1, "info": 2}
        return tuple(sorted(self.found.values(), key=lambda problem: (rank[problem.severity], problem.code)))
