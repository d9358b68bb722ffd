"""Why a frame was slow, in words: the largest differences from the median frame, each moment counted once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from aero_nb.analysis.cadence import FrameNames, cadence, frames_called, main_lane, usable
from aero_nb.analysis.sampled_functions import functions_in_frame
from aero_nb.analysis.slow_frames import IDLE, explain
from aero_nb.figures.units import format_duration
from aero_nb.reports.markdown import named, sentence
from aero_nb.tables.chrome_threads import CHROME_SUFFIX
from aero_nb.tables.trace_tables import TraceTables

_CAUSES: Final = 4
_NAMES: Final = 3  # of one cause
_WORTH_TELLING: Final = 0.05  # of what the frame took beyond the median
_ACTIVITY_WORDS: Final = {
    "gc": "garbage collection",
    "compile": "compiling",
    "script": "script",
    "style_layout": "style and layout",
    "paint": "painting",
    "commit": "commit",
    "wait": "waiting",
    "idle": "idle",
    "other": "other tasks",
}


@dataclass(frozen=True)
class Explanation:
    """Why one frame took as long as it did; ``print()`` it, or end a cell with it."""

    frame: int
    ts_us: float  # when it began
    interval_us: float  # to the next frame's start
    median_us: float  # of its lane's frames
    text: str  # one paragraph, names in backticks
    causes: pd.DataFrame  # what `explain` says, the largest first
    functions: pd.DataFrame  # what a profiler sampled, as `analysis.functions_in_frame` says

    def __str__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return sentence(self.text)

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON: the fields, ``causes`` and ``functions`` as rows."""
        own = {name: getattr(self, name) for name in ("frame", "ts_us", "interval_us", "median_us", "text")}
        return {**own, "causes": _rows(self.causes), "functions": _rows(self.functions)}


def _rows(table: pd.DataFrame) -> list[dict[Any, Any]]:
    plain = table.astype("object")
    return plain.where(plain.notna(), None).to_dict("records")


def why(trace: TraceTables, frame: int | None = None, span: FrameNames = "frame") -> Explanation:
    """Say why a frame took longer than the median frame of its lane.

    Args:
        trace: a Trace; merged with Chrome's own trace of the page it tells of the collector, layout, painting ... too,
            and where that has CPU samples of the functions that ran longer than usual.
        frame: the frame's number, as in ``trace.frames()``; None: the longest one.
        span: what the frames are called.

    Returns:
        An :class:`Explanation`. Causes on the frame's own thread, by activity (what Chrome did) or the emulator's
        span, then, where that thread had nothing to do, what other threads did meanwhile.

    Raises:
        IndexError: there is no such frame.
        ValueError: the trace has no frames of that name with an interval, or nothing is known of this one.

    """
    table = cadence(trace.spans, trace.instants, trace.gaps, span)
    lane = main_lane(table)
    known = lane[usable(lane)]
    if frame is None:
        if known.empty:
            raise ValueError(f"expected frames called {frames_called(span)!r} with a next one, found none: span=NAME")
        frame = known.index.tolist()[int(known["interval_us"].argmax())]
    causes = explain(trace.spans, frame, span=span, instants=trace.instants, gaps=trace.gaps)
    ts_us, took, track = (table[column].tolist()[frame] for column in ("ts_us", "interval_us", "track"))
    own_lane = table[table["track"] == track]
    median = float(own_lane.loc[usable(own_lane), "interval_us"].median())
    functions = functions_in_frame(trace.samples, trace.stacks, table, frame)
    text = _told(frame, ts_us, took, median, causes, functions, track)
    return Explanation(frame, ts_us, took, median, text, causes, functions)


def _told(
    frame: int, ts_us: float, took: float, median: float, causes: pd.DataFrame, functions: pd.DataFrame, track: int
) -> str:
    if took != took:
        return f"Frame {frame} (at {format_duration(ts_us)}) is the last of its lane: nothing says how long it took."
    beyond = took - median
    head = f"Frame {frame} (at {format_duration(ts_us)}) took {format_duration(took)}"
    if beyond <= median * _WORTH_TELLING:
        return f"{head}, as the median frame does ({format_duration(median)})."
    least = beyond * _WORTH_TELLING
    own = causes[causes["track"] == track]
    parts = [*_grouped(own[own["name"] != IDLE], least), *_elsewhere(causes, track, least), *_sampled(functions, least)]
    told = "; ".join(parts) or "nothing that was recorded tells why"
    return f"{head}, {format_duration(beyond)} beyond the median: {told}."


def _grouped(causes: pd.DataFrame, least: float) -> list[str]:
    """Return a clause for each activity, and each span of the emulator, that took ``least`` more than usual."""
    if causes.empty:
        return []
    key = causes["activity"].astype("object").where(causes["activity"].notna(), causes["name"])
    sums = causes["difference_us"].groupby([causes["track"], key], sort=False).sum()
    clauses = []
    largest = sums[sums >= least].nlargest(_CAUSES).rename("us").reset_index()
    for track, what, more in largest.itertuples(index=False, name=None):
        clauses.append(_clause(what, more, causes[(causes["track"] == track) & (key == what)]))
    return clauses


def _clause(what: str, more: float, rows: pd.DataFrame) -> str:
    thread = _thread(rows["thread"].iloc[0])
    if rows["activity"].isna().all():
        return f"{named(what)} on {thread} +{format_duration(more)}"
    largest = rows[rows["difference_us"] > more * _WORTH_TELLING].head(_NAMES)
    single = len(largest) == 1
    details = ", ".join(
        named(row["name"]) + ("" if single else f" +{format_duration(row['difference_us'])}")
        for row in largest.to_dict("records")
    )
    return f"{_ACTIVITY_WORDS[what]} on {thread} +{format_duration(more)}" + (f" ({details})" if details else "")


def _sampled(functions: pd.DataFrame, least: float) -> list[str]:
    """Name the sampled functions that ran ``least`` longer than usual, on whatever thread."""
    more = functions[functions["difference_us"] >= least].head(_NAMES)
    columns = more[["function", "file", "line", "thread", "difference_us"]].astype("object")
    found = [
        f"{named(function)}{_place(file, line)} on {_thread(thread)} +{format_duration(us)}"
        for function, file, line, thread, us in columns.itertuples(index=False, name=None)
    ]
    return [f"sampled meanwhile: {', '.join(found)}"] if found else []


def _thread(name: Any) -> str:
    """Name a thread: what Chrome knows of it, too, under the emulator's name."""
    return named(name.removesuffix(CHROME_SUFFIX) if isinstance(name, str) else name)


def _place(file: Any, line: Any) -> str:
    """Say where a function stands: its file's last part and the line."""
    name = file.rpartition("/")[2] if isinstance(file, str) else ""
    where = name if line is pd.NA else f"{name}:{line}"
    return f" ({named(where)})" if name else ""


def _elsewhere(causes: pd.DataFrame, track: int, least: float) -> list[str]:
    """Say what other threads of the process did while the frame's own had nothing to do."""
    idle = causes[(causes["track"] == track) & (causes["name"] == IDLE)]["difference_us"].sum()
    if idle < least:
        return []
    waited = f"its thread had nothing to do +{format_duration(float(idle))}"
    process = causes.loc[causes["track"] == track, "process"].iloc[0]
    others = causes[(causes["track"] != track) & (causes["process"].astype("object") == process)]
    meanwhile = _grouped(others[others["activity"].astype("object") != "idle"], least)[:2]
    return [f"{waited}, while there was {' and '.join(meanwhile)}" if meanwhile else waited]
