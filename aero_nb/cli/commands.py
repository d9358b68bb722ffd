"""``summary``, ``convert``: one trace in, something to read out."""

import argparse
from typing import TYPE_CHECKING, Any

from aero_nb.cli.comparing import row_count
from aero_nb.cli.inputs import load_trace
from aero_nb.cli.printing import as_json, as_printed, as_rows, as_text

if TYPE_CHECKING:
    import pandas as pd

    from aero_nb.trace import Trace

_LOSSES = ["dropped_records", "dropped_strings", "orphan_ends", "unfinished_spans"]


def add_to(subparsers: Any) -> None:
    """Add these commands to the command line."""
    summary = subparsers.add_parser("summary", help="where the time went, and what the file lacks")
    summary.set_defaults(run=_summary)
    _add_input(summary)
    summary.add_argument("-n", "--rows", type=row_count, default=20, help="how many rows a table (default: 20)")
    summary.add_argument("--json", action="store_true", help="every row, for machines")

    convert = subparsers.add_parser("convert", help="write a trace in another format, told by the suffix")
    convert.set_defaults(run=_convert)
    _add_input(convert)
    convert.add_argument("output", metavar="OUT", type=trace_format, help=FORMATS)
    convert.add_argument("--json", action="store_true", help="say what was written, for machines")


FORMATS = ".json, .json.gz, a folder of files: .parquet; for flame graphs: .speedscope.json, .collapsed"
"""What ``convert`` writes, told by the suffix."""


def _add_input(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "input",
        metavar="FILE",
        help="a trace: .json, .json.gz, a folder of Parquet files, a profile (.cpuprofile, speedscope, Firefox, "
        "collapsed stacks, perf script); - for standard input",
    )


def trace_format(path: str) -> str:
    """Return the name of a file to write, whose suffix tells the format."""
    path = path.rstrip("/")
    if not path.endswith((".json", ".json.gz", ".parquet", ".collapsed")):
        raise argparse.ArgumentTypeError(
            f"expected a name that ends in .json, .json.gz, .parquet, .speedscope.json or .collapsed, found {path!r}"
        )
    return path


def _summary(options: argparse.Namespace) -> int:
    trace = load_trace(options.input)
    tables = {
        "spans": trace.summary().reset_index(),
        "losses": lossy(trace),
        "diagnostics": trace.diagnostics,
    }
    if options.json:
        document = {"file": options.input, **{title: as_rows(table) for title, table in tables.items()}}
        print(as_printed(as_json(document)))
        return 0
    print(repr(trace))
    for title, table in tables.items():
        if not table.empty:
            print(f"\n{title}\n{as_text(table, options.rows)}")
        if title == "spans" and (share := _affected_share(table)):
            print(f"{share:.1%} of this time is affected by lost or repaired data (affected_share)")
    return 0


def _affected_share(spans: "pd.DataFrame") -> float:
    """Return the share of all self time that lost or repaired data can affect."""
    return float((spans["affected_share"] * spans["self_us"]).sum() / (spans["self_us"].sum() or 1.0))


def lossy(trace: "Trace") -> "pd.DataFrame":
    """Return the tracks that are known to lack something."""
    losses = trace.losses
    lacking = (losses[_LOSSES].fillna(0) > 0).any(axis="columns") | losses["export_timed_out"]
    return trace.tracks.loc[losses.index, ["process", "thread"]].join(losses)[lacking].reset_index()


def _convert(options: argparse.Namespace) -> int:
    trace = load_trace(options.input)
    if options.output.endswith(".parquet"):
        trace.to_parquet(options.output)
    else:
        trace.save(options.output)
    if options.json:
        print(as_printed(as_json({"file": options.output, "spans": len(trace.columns.spans)})))
    return 0
