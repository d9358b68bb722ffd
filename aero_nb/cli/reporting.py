"""``report``, ``explain``: a trace in words, for people and for machines."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aero_nb.cli.comparing import row_count
from aero_nb.cli.inputs import load_runs, load_trace
from aero_nb.cli.printing import as_json, as_printed
from aero_nb.errors import AeroNBError
from aero_nb.whole_file import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from aero_nb.reports import Report
    from aero_nb.trace import Trace

FORMATS = {"md": "Markdown", "json": "JSON with a schema", "html": "a page"}
_SUFFIXES = {".md": "md", ".json": "json", ".html": "page", ".htm": "page"}


def add_to(subparsers: Any) -> None:
    """Add this command to the command line."""
    report = subparsers.add_parser("report", help="one page about a trace: for a person, a pull request or a program")
    report.set_defaults(run=_report)
    report.add_argument("input", metavar="FILE", help="a trace, a folder of Parquet files; - for standard input")
    report.add_argument("--base", metavar="BASE", help="what to compare with: a trace, or a folder of runs")
    report.add_argument("--frame", metavar="NAME", default="frame", help="what frames are called (default: frame)")
    form = report.add_mutually_exclusive_group()
    form.add_argument("--format", choices=list(FORMATS), help="(default: by the suffix of OUT, else md)")
    form.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    report.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        type=_named,
        help="write .md, .json or .html; .html without --format is the page with the interactive timeline",
    )

    explain = subparsers.add_parser("explain", help="why frames were slow, in words")
    explain.set_defaults(run=_explain)
    explain.add_argument("input", metavar="FILE", help="a trace, a folder of Parquet files; - for standard input")
    explain.add_argument("--chrome", metavar="FILE", help="Chrome's own trace of the same run, to merge with it")
    which = explain.add_mutually_exclusive_group()
    which.add_argument("--frame", type=int, metavar="N", help="the frame of this number")
    which.add_argument("--worst", type=row_count, default=3, metavar="N", help="the N longest frames (default: 3)")
    explain.add_argument("--span", metavar="NAME", default="frame", help="what frames are called (default: frame)")
    explain.add_argument("--json", action="store_true", help="with every cause, for machines")


def _named(path: str) -> Path:
    if Path(path).suffix not in _SUFFIXES:
        raise argparse.ArgumentTypeError(f"expected a name that ends in .html, .md or .json, found {path!r}")
    return Path(path)


def _report(options: argparse.Namespace) -> int:
    trace = load_trace(options.input)
    form = options.format or (_SUFFIXES[options.output.suffix] if options.output else "md")
    if form == "page" and options.base is None:
        trace.to_html(options.output, tables=page_tables(trace, options.frame))
        return 0
    text = _written(_told(trace, options), form)
    if options.output:
        write_whole(options.output, text.encode())
    else:
        print(as_printed(text) if form == "json" else text, end="\n" if form == "json" else "")
    return 0


def _explain(options: argparse.Namespace) -> int:
    trace = load_trace(options.input)
    if options.chrome is not None:
        trace = trace.merge(load_trace(options.chrome))
    try:
        told = [trace.why(frame, options.span) for frame in _chosen(trace, options)]
    except (IndexError, ValueError) as error:
        raise AeroNBError(error) from error
    if options.json:
        print(as_printed(as_json({"file": options.input, "frames": [one.as_dict() for one in told]})))
    else:
        print("\n\n".join(map(str, told)))
    return 0


def _chosen(trace: "Trace", options: argparse.Namespace) -> "list[int | None]":
    """Return the numbers of the frames to explain; where there are none, one that says so."""
    from aero_nb.analysis.cadence import main_lane, usable

    if options.frame is not None:
        return [options.frame]
    lane = main_lane(trace.frames(options.span))
    known = lane[usable(lane)]
    return known["interval_us"].nlargest(options.worst).index.tolist() or [None]


def _told(trace: "Trace", options: argparse.Namespace) -> "Report":
    title = "Trace report" if options.input == "-" else f"Report on {Path(options.input).name}"
    if options.base is None:
        return trace.report(frame=options.frame, title=title)
    from aero_nb.comparing.comparison import compare

    against = compare(load_runs(options.base), trace, frame=options.frame)
    return trace.report(against=against, frame=options.frame, title=title)


def _written(report: "Report", form: str) -> str:
    forms = {"md": report.to_markdown, "json": report.to_json, "html": report.to_html, "page": report.to_html}
    return forms[form]()


def _in_words(statistics: "pd.Series[float]") -> "pd.DataFrame":
    """Return the statistics of frames as people call them, with their units."""
    from aero_nb.reports.frames import STATISTICS

    named = {key: f"{label} ({unit})" if unit != "fps" else label for key, (label, unit) in STATISTICS.items()}
    return statistics[list(named)].rename(named).to_frame("value")


def page_tables(trace: "Trace", frame: str = "frame") -> dict[str, "pd.DataFrame"]:
    """Return what the page with the timeline shows beneath it; nothing where there is nothing to show."""
    from aero_nb.analysis import frame_statistics
    from aero_nb.analysis.cadence import frames_note
    from aero_nb.cli.commands import lossy

    frames = trace.frames(frame)
    tables = {
        "Where the time went": trace.summary().head(30),
        frames_note(frames): _in_words(frame_statistics(frames)) if len(frames) else frames,
        "Lost": lossy(trace).set_index("track"),
        "Repaired, lost or left out while reading": trace.diagnostics.set_index("code"),
    }
    return {heading: table for heading, table in tables.items() if not table.empty}
