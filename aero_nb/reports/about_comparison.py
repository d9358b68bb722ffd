"""What a performance engineer would write about two builds: a verdict, what moved and where, what lets one doubt it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from aero_nb.analysis.cadence import FrameNames, cadence, main_lane, usable
from aero_nb.analysis.trees import call_tree, difference_tree, moved_paths
from aero_nb.figures.units import format_duration
from aero_nb.reports.changes import Differences, changes_section
from aero_nb.reports.markdown import named
from aero_nb.reports.parts import Picture, ReportTable, Section, filled, present
from aero_nb.reports.report import Report
from aero_nb.reports.why import why
from aero_nb.tables.facts import facts
from aero_nb.tables.trace_tables import TraceTables

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LongestFrame:
    """The longest frame of a side: its trace, its number there, when it began and how long it was (µs)."""

    trace: TraceTables
    number: int
    start_us: float
    length_us: float


DrawFrames: TypeAlias = Callable[[Sequence[LongestFrame]], bytes]

_PATHS = 8
_PATHS_IN_WORDS = 4
_DOUBTFUL = ("lost", "repaired")


def comparison_report(
    differences: Differences,
    base: Sequence[TraceTables] = (),
    candidate: Sequence[TraceTables] = (),
    *,
    doubts: Sequence[str] = (),
    frame: FrameNames = "frame",
    title: str = "Comparison report",
    draw: DrawFrames | None = None,
) -> Report:
    """Write the report about a comparison; :meth:`aero_nb.Comparison.report` is the same.

    Args:
        differences: what ``aero_nb.compare`` found.
        base: the traces of the base; none, where they are not at hand.
        candidate: those of the candidate.
        doubts: what else lets one doubt the numbers, a sentence each.
        frame: what the frames are called.
        title: its title.
        draw: draws the longest frame of each side beside each other, as PNG.

    Returns:
        A Report with the sections ``changes``, ``paths`` (where in the call tree time moved), ``frames`` (the longest
        frame of each side, and why) and ``doubts``; without the traces the first and the last.

    """
    sides = {"Base": base, "Candidate": candidate}
    at_hand = bool(base) and bool(candidate)
    changes = replace(changes_section(differences), heading="What changed")
    paths = _paths(base, candidate) if at_hand else None
    frames = _frames(sides, frame, draw) if at_hand else None
    sections = present(changes, paths, frames, _doubts(sides, doubts))
    return Report("comparison", title, _verdict(differences.table), sections)


def _verdict(table: "pd.DataFrame") -> str:
    """Say in a sentence or two what changed most, or that nothing is known to have."""
    differing = table[table["difference"].fillna(0) != 0]
    changed = differing[differing["changed"].fillna(False).astype(bool)]
    tested = int(table["changed"].notna().sum())
    if not changed.empty:
        more = f" {len(changed) - 1:,} more of {tested:,} tested quantities changed." if len(changed) > 1 else ""
        return f"{_quantity(changed.iloc[0])}.{more}"
    if tested:
        return f"None of the {tested:,} tested quantities changed."
    if differing.empty:
        return "No quantity differs between the two sides."
    return f"Too few runs to tell a change from noise. The largest difference: {_quantity(differing.iloc[0])}."


def _quantity(row: "pd.Series[Any]") -> str:
    """Say one row: what, by how much, from what to what, how sure."""
    what = f"{named(row['name'])} ({row['kind']}, {row['statistic']})"
    if row["presence"] != "both":
        return f"{what} {row['presence']}"
    grew = "grew" if row["difference"] > 0 else "shrank"
    unit = f" {row['unit']}" if row["unit"] else ""
    change = abs(row["relative_change"])
    share = f" by {change:.1%}" if change == change and change != float("inf") else ""
    known = row["low"] == row["low"]
    interval = f", 95% interval of the difference {row['low']:+.4g} to {row['high']:+.4g}{unit}" if known else ""
    return f"{what} {grew}{share}, from {row['base']:.4g} to {row['candidate']:.4g}{unit}{interval}"


def _paths(base: Sequence[TraceTables], candidate: Sequence[TraceTables]) -> Section | None:
    """Say where in the call tree self time moved, and which calls came or went."""
    trees = [[call_tree(trace.spans) for trace in side] for side in (base, candidate)]
    moved = moved_paths(difference_tree(*trees))
    if moved.empty:
        return None
    sentences = [
        f"{' > '.join(map(named, row['path'].split(' > ')[-3:]))}: {_moved(row)}."
        for row in moved.head(_PATHS_IN_WORDS).to_dict("records")
    ]
    units = {"path": "", "change": "", "base_self_us": "µs", "candidate_self_us": "µs", "difference_us": "µs"}
    units |= {"base_count": "", "candidate_count": ""}
    tables = filled([ReportTable.of("Paths whose self time moved, per run, the most first", moved, units, _PATHS)])
    return Section("paths", "Where it moved", tuple(sentences), (), tables)


def _moved(row: dict[Any, Any]) -> str:
    us = row["difference_us"]
    time = f"{'+' if us > 0 else '-'}{format_duration(abs(us))} of self time a run"
    calls = row["candidate_count"] - row["base_count"]
    match row["change"]:
        case "appeared":
            return f"appeared, {time}, {row['candidate_count']:,.4g} calls"
        case "vanished":
            return f"vanished, {time}, {row['base_count']:,.4g} calls"
    return time + (f", {calls:+,.4g} calls" if abs(calls) > 0.01 * max(row["base_count"], 1) else "")


def _frames(sides: dict[str, Sequence[TraceTables]], frame: FrameNames, draw: DrawFrames | None) -> Section | None:
    """Say why the longest frame of each side was slow."""
    longest = {side: _longest(traces, frame) for side, traces in sides.items()}
    known = {side: found for side, found in longest.items() if found is not None}
    told = [f"{side}: {why(found.trace, found.number, frame)}" for side, found in known.items()]
    pictures = []
    if draw is not None and len(known) == len(sides):
        alt = "The longest frame of each side, lane by lane, both from their begin on"
        pictures.append(Picture(alt, draw(list(known.values()))))
    return Section("frames", "The longest frame of each side", tuple(told), pictures=tuple(pictures)) if told else None


def _longest(traces: Sequence[TraceTables], frame: FrameNames) -> LongestFrame | None:
    """Return the longest frame of a side; None where none has a length."""
    found: LongestFrame | None = None
    for trace in traces:
        lane = main_lane(cadence(trace.spans, trace.instants, trace.gaps, frame))
        known = lane[usable(lane)]
        if known.empty:
            continue
        row = known.loc[[known["interval_us"].idxmax()]]
        length = float(row["interval_us"].iloc[0])
        if found is None or length > found.length_us:
            found = LongestFrame(trace, row.index.tolist()[0], float(row["ts_us"].iloc[0]), length)
    return found


def _doubts(sides: dict[str, Sequence[TraceTables]], doubts: Sequence[str]) -> Section | None:
    """Say what lets one doubt the numbers: of the comparison, and of each side's traces."""
    sentences = list(doubts)
    for side, traces in sides.items():
        losses = list(dict.fromkeys(dict(facts(trace))["losses"] for trace in traces))
        codes: dict[str, int] = {}
        for problem in (problem for trace in traces for problem in trace.columns.problems):
            if problem.severity in _DOUBTFUL:
                codes[problem.code] = codes.get(problem.code, 0) + problem.count
        if losses:
            counted = ", ".join(f"{count:,} {code.replace('_', ' ')}" for code, count in codes.items())
            reading = f" While reading: {counted}." if counted else ""
            sentences.append(f"{side}: losses: {'; '.join(losses[:3])}.{reading}")
    return Section("doubts", "What lets one doubt it", tuple(sentences)) if sentences else None
