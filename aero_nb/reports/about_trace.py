"""What a performance engineer would write about one trace."""

from typing import TYPE_CHECKING

from aero_nb.analysis.affected import affected, tells_losses
from aero_nb.analysis.affected_lanes import affected_times
from aero_nb.analysis.busy import busy_times
from aero_nb.analysis.cadence import FrameNames
from aero_nb.analysis.lane_names import lane_names, named_by_lane
from aero_nb.analysis.self_time import summary
from aero_nb.reports.changes import Differences, changes_section
from aero_nb.reports.frames import frames_section
from aero_nb.reports.markdown import named
from aero_nb.reports.parts import Quantity, ReportTable, Section, filled, present
from aero_nb.reports.report import Report
from aero_nb.tables.facts import facts
from aero_nb.tables.trace_tables import TraceTables

if TYPE_CHECKING:
    import pandas as pd

_NAMES, _THREADS, _LOST, _CODES, _ASYNC = 8, 5, 5, 6, 3
_LOSSES = ["dropped_records", "dropped_strings", "orphan_ends", "unfinished_spans"]

# What a kind of loss does to the numbers; the first that applies comes first.
_BENDS = {
    "dropped_records": "Threads that dropped records show too little time and too few spans before the loss ended.",
    "export_timed_out": "Threads that did not answer at the export are missing or end early.",
    "orphan_end": "Ends without a begin: those spans are missing, and their time seems to be their parents' own.",
    "unfinished_span": "Spans that never ended are drawn to the end of their thread: their times are upper bounds.",
    "crossing_span": "Spans that cross others cannot be nested exactly: their self times are estimates.",
    "truncated": "The file was cut: what came after is missing.",
    "unreadable": "Parts of the file could not be read: their events are missing.",
    "unplaced": "Events without a usable time are counted, and are in no sum of times.",
}


def trace_report(
    trace: TraceTables,
    *,
    against: Differences | None = None,
    frame: FrameNames = "frame",
    title: str = "Trace report",
) -> Report:
    """Write the report about a trace; :meth:`aero_nb.Trace.report` is the same.

    Args:
        trace: a Trace.
        against: what ``aero_nb.compare(base, trace)`` found: adds what changed.
        frame: what the frames are called (a name, several, or a compiled pattern).
        title: its title.

    Returns:
        A Report with the sections ``what``, ``lost``, ``time``, ``frames`` and, with ``against``, ``changes``.

    """
    is_affected = affected(trace.spans, trace.losses, trace.gaps)
    names = summary(trace.spans, affected=is_affected)
    times = affected_times(trace.spans, trace.losses, trace.gaps)
    frames, on_frames = frames_section(trace, times, frame)
    changes = None if against is None else changes_section(against)
    sections = present(_what(trace), _lost(trace, names), _time(trace, names), frames, changes)
    return Report("trace", title, _headline(trace, names, on_frames), sections)


def _headline(trace: TraceTables, names: "pd.DataFrame", on_frames: str) -> str:
    if names.empty:
        first = "The trace holds no spans on threads, so it does not say where time went"
    else:
        share = float(names["busy_share"].iloc[0])
        first = f"The most self time is in {named(names.index[0])}: {share:.1%} of the time that threads were busy"
    parts = [first, on_frames, _affected_words(trace, names)]
    return "; ".join(filter(None, parts)) + "."


def _affected_words(trace: TraceTables, names: "pd.DataFrame") -> str:
    share = _affected_share(names)
    if share > 0:
        return f"{share:.1%} of self time is affected by lost or repaired data"
    return "" if tells_losses(trace.losses) else "the file does not say whether records were lost"


def _affected_share(names: "pd.DataFrame") -> float:
    return float((names["affected_share"] * names["self_us"]).sum() / (names["self_us"].sum() or 1.0))


def _what(trace: TraceTables) -> Section:
    """What it is: how long, since when, of whom, and how much."""
    tracks = trace.tracks
    first, last = tracks["first_ts_us"].min(), tracks["last_ts_us"].max()
    length = float(last - first) / 1e6 if first <= last else None
    started = None if trace.start is None else trace.start.isoformat()
    threads = tracks[tracks["kind"] == "thread"]
    processes = named_by_lane(threads, "process").drop_duplicates().tolist()
    listed = ", ".join(map(named, processes[:5])) + (f" and {len(processes) - 5} more" if len(processes) > 5 else "")
    told = {label: text for label, text in facts(trace) if label in ("tracks", "events")}
    sentences = [f"{told['events']} on {told['tracks']}.", f"Processes: {listed}." if processes else ""]
    quantities = [
        Quantity(
            "Time from the first event to the last", length, "s", "" if length is not None else "no event has a time"
        ),
        Quantity("Started (UTC)", started, "", "" if started else "the file does not say when"),
    ]
    return Section("what", "What it is", tuple(filter(None, sentences)), tuple(quantities))


def _lost(trace: TraceTables, names: "pd.DataFrame") -> Section:
    """What is lost or repaired, and how that bends the rest."""
    losses, diagnostics = trace.losses, trace.diagnostics
    told = dict(facts(trace))
    sentences = [f"Losses: {told['losses']}."]
    bent = [sentence for code, sentence in _BENDS.items() if code in set(diagnostics["code"].astype("str"))]
    lacking = losses[(losses[_LOSSES].fillna(0) > 0).any(axis=1) | losses["export_timed_out"]]
    lanes = lacking[_LOSSES].assign(thread=lane_names(trace.tracks.loc[lacking.index]))
    lanes = lanes.sort_values("dropped_records", ascending=False, kind="stable", na_position="last")
    codes = diagnostics.astype({"code": "str", "severity": "str"})
    tables = filled(
        [
            ReportTable.of("Threads that lack something", lanes, dict.fromkeys(["thread", *_LOSSES], ""), _LOST),
            ReportTable.of(
                "Repaired, lost or odd while reading", codes, dict.fromkeys(["code", "severity", "count"], ""), _CODES
            ),
        ]
    )
    unknown = "" if tells_losses(losses) else "the file does not say whether records were lost"
    share = Quantity("Self time affected by lost or repaired data", _affected_share(names), "share", unknown)
    return Section("lost", "What is lost, and what that bends", (*sentences, *bent), (share,), tables)


def _time(trace: TraceTables, names: "pd.DataFrame") -> Section:
    """Where the time went: by thread, by name, and in async spans."""
    busy = busy_times(trace.spans)
    tracks = trace.tracks
    length = float(tracks["last_ts_us"].max() - tracks["first_ts_us"].min())
    busy = busy.assign(
        thread=lane_names(tracks.loc[busy.index]), busy_share=busy["busy_us"] / (length if length > 0 else float("nan"))
    )
    tables = [
        ReportTable.of(
            "Threads, the busiest first (alone: no other thread was busy)",
            _in_ms(busy, "busy_us", "alone_us"),
            {"thread": "", "busy": "ms", "busy_share": "share", "alone": "ms"},
            _THREADS,
        ),
        ReportTable.of(
            "Names of spans by self time",
            _in_ms(names.rename_axis("name").reset_index(), "self_us", "p50_us", "p95_us"),
            {"name": "", "count": "", "self": "ms", "busy_share": "share", "p50": "ms", "p95": "ms"}
            | {"affected_share": "share"},
            _NAMES,
        ),
        _async_table(trace),
    ]
    caveat = "busy_share of a name is its self time by the busy time of all threads; of a thread, by the whole time."
    return Section("time", "Where the time went", (), (), filled(tables), (caveat,))


def _async_table(trace: TraceTables) -> ReportTable:
    table = summary(trace.async_spans).rename_axis("name").reset_index()
    units = {"name": "", "count": "", "busy": "ms", "p50": "ms", "p95": "ms"}
    heading = "Async spans (they overlap: busy is when at least one is open)"
    return ReportTable.of(heading, _in_ms(table, "busy_us", "p50_us", "p95_us"), units, _ASYNC)


def _in_ms(table: "pd.DataFrame", *columns: str) -> "pd.DataFrame":
    """Return the table with these columns in ms, without the end of their names."""
    ms = (table[list(columns)] / 1000).rename(columns=lambda column: column.removesuffix("_us"))
    return ms.join(table.drop(columns=ms.columns.intersection(table.columns)))
