"""A Trace in a few lines: what stands in a notebook cell or at a prompt."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import numpy as np

from aero_nb.tables.columns import NO_TIME, Problem
from aero_nb.tables.trace_tables import TraceTables


def duration_text(ns: int) -> str:
    """Return a length of time as a person would say it."""
    for unit, size in (("s", 10**9), ("ms", 10**6), ("µs", 10**3)):
        if ns >= size:
            return f"{ns / size:.4g} {unit}" if ns < 1000 * size else f"{ns / size:,.0f} {unit}"
    return f"{ns} ns"


def facts(trace: TraceTables) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of what a reader wants to know first."""
    columns = trace.columns
    tracks = columns.tracks
    timed = tracks.first != NO_TIME
    if timed.any():
        length = duration_text(int(tracks.last[timed].max()) - int(tracks.first[timed].min()))
        start = "" if trace.start is None else f", from {trace.start:%Y-%m-%d %H:%M:%S} UTC"
        yield "time", length + start
    kinds = [columns.strings[kind] for kind in tracks.kind.tolist()]
    yield (
        "tracks",
        _counted({"threads": kinds.count("thread"), "async": kinds.count("async"), "counters": kinds.count("counter")}),
    )
    yield (
        "events",
        _counted(
            {
                "spans": len(columns.spans),
                "instants": len(columns.instants),
                "counter samples": len(columns.counters),
                "async spans": len(columns.async_spans),
                "flows": len(columns.flows),
                "profiler samples": len(columns.samples),
            }
        ),
    )
    yield "losses", _losses(trace)
    notes = [problem for problem in columns.problems if problem.code not in _IN_LOSSES]
    if notes:
        yield "notes", ", ".join(map(_note, notes[:6])) + (", ..." if len(notes) > 6 else "")


_IN_LOSSES = {"dropped_records", "dropped_strings", "export_timed_out"}


def _counted(counts: dict[str, int]) -> str:
    """Return counts of things, whose names are plural, as a person would list them."""
    named = ((count, what.removesuffix("s") if count == 1 else what) for what, count in counts.items() if count)
    return ", ".join(f"{count:,} {what}" for count, what in named) or "none"


def _losses(trace: TraceTables) -> str:
    tracks = trace.columns.tracks
    dropped = tracks.dropped_records
    threads = np.array([trace.columns.strings[kind] == "thread" for kind in tracks.kind.tolist()], np.bool_)
    parts = []
    if (dropped > 0).any():
        parts.append(f"{int(dropped[dropped > 0].sum()):,} records dropped on {int((dropped > 0).sum())} threads")
    strings = tracks.dropped_strings
    if (strings > 0).any():
        parts.append(f"{int(strings[strings > 0].sum()):,} names dropped")
    if tracks.export_timed_out.any():
        parts.append(f"{int(tracks.export_timed_out.sum())} threads did not answer")
    if len(trace.columns.gaps):
        parts.append(f"{len(trace.columns.gaps)} gaps")
    if parts:
        return ", ".join(parts)
    told = (dropped[threads] >= 0).sum()
    if not told:
        return "not told by the file: its format does not say whether records were lost"
    return "none reported" if told == threads.sum() else "not told for all threads"


def _note(problem: Problem) -> str:
    return f"{problem.count:,} {problem.code.replace('_', ' ')}"


def as_text(trace: TraceTables) -> str:
    """Return the summary for a prompt."""
    rows = list(facts(trace))
    width = max(len(label) for label, _ in rows)
    return "\n".join(["Trace", *(f"  {label:<{width}}  {text}" for label, text in rows)])


def as_html(trace: TraceTables) -> str:
    """Return the summary for a notebook cell."""
    rows = "".join(
        f'<tr><th style="text-align:left;padding:2px 12px 2px 0;vertical-align:top">{escape(label)}</th>'
        f'<td style="text-align:left;padding:2px 0">{escape(text)}</td></tr>'
        for label, text in facts(trace)
    )
    return f'<div><strong>Trace</strong><table style="border:none;margin:4px 0 0">{rows}</table></div>'
