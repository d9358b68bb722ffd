"""``aero-nb``: the library from a shell. Tables as text or ``--json`` on stdout, errors on stderr.

Exit codes (1 and 2 are verdicts of a comparison; nothing else exits with them, but a recorded script's own code):

    0    done
    64   the command line is wrong
    65   the input is no trace, or is not what the command needs
    66   the input cannot be opened
    70   unexpected: a bug of aero_nb, with its traceback
    73   the output cannot be written
    130  interrupted
"""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from aero_nb.errors import AeroNBError

if TYPE_CHECKING:
    import pandas as pd

    from aero_nb.trace import Trace

USAGE, BAD_INPUT, NO_INPUT, UNEXPECTED, NO_OUTPUT, INTERRUPTED = 64, 65, 66, 70, 73, 130


class _Parser(argparse.ArgumentParser):
    """argparse exits with 2 on a usage error, which would pass for a verdict."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.format_usage()}{self.prog}: {message}\n")


class _InputError(Exception):
    """The input cannot be opened."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except _InputError as error:
        code = _complain(NO_INPUT, error)
    except (AeroNBError, ImportError) as error:
        code = _complain(BAD_INPUT, error)
    except OSError as error:
        code = _complain(NO_OUTPUT, error)
    except KeyboardInterrupt:
        code = _complain(INTERRUPTED, "interrupted")
    except Exception:
        code = _complain(UNEXPECTED, traceback.format_exc())
    return code


def _complain(code: int, error: object) -> int:
    print(f"aero-nb: {error}", file=sys.stderr)
    return code


def _parser() -> _Parser:
    parser = _Parser(prog="aero-nb", description="See why an emulator is slow: traces from a shell.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    summary = commands.add_parser("summary", help="where the time went, and what the file lacks")
    summary.set_defaults(run=_summary)
    _add_input(summary)
    summary.add_argument("-n", "--rows", type=int, default=20, help="how many names (default: 20)")
    summary.add_argument("--json", action="store_true", help="every row, for machines")

    convert = commands.add_parser("convert", help="write a trace in another format, told by the suffix")
    convert.set_defaults(run=_convert)
    _add_input(convert)
    convert.add_argument("output", metavar="OUT", help=".json, .json.gz, or a folder of Parquet files: .parquet")

    report = commands.add_parser("report", help="write a page that shows a trace, offline too")
    report.set_defaults(run=_report)
    _add_input(report)
    report.add_argument("-o", "--output", metavar="REPORT.html", required=True, help="the page to write")

    record = commands.add_parser("record", help="run a Python script, recorded from its first line")
    record.set_defaults(run=_record)
    record.add_argument("-o", "--output", metavar="OUT", default="trace.json", help="(default: trace.json)")
    record.add_argument("script", metavar="SCRIPT", help="the script, as python would run it")
    record.add_argument("arguments", metavar="ARGS", nargs=argparse.REMAINDER, help="the script's own arguments")
    return parser


def _add_input(command: argparse.ArgumentParser) -> None:
    command.add_argument("input", metavar="FILE", help="a trace: .json, .json.gz, a folder of Parquet files")


def _load(path: str) -> "Trace":
    from aero_nb.trace import load

    try:
        return load(path)
    except OSError as error:
        raise _InputError(error) from error


def _summary(options: argparse.Namespace) -> int:
    trace = _load(options.input)
    tables = {
        "spans": trace.summary().reset_index(),
        "losses": _lossy(trace),
        "diagnostics": trace.diagnostics,
    }
    if options.json:
        print(_json({"file": options.input, **{title: _rows(table) for title, table in tables.items()}}))
        return 0
    print(repr(trace))
    for title, table in tables.items():
        if not table.empty:
            print(f"\n{title}\n{_text(table, options.rows)}")
    return 0


def _convert(options: argparse.Namespace) -> int:
    trace = _load(options.input)
    if options.output.rstrip("/").endswith(".parquet"):
        trace.to_parquet(options.output)
    else:
        trace.save(options.output)
    return 0


def _report(options: argparse.Namespace) -> int:
    _load(options.input).to_html(options.output)
    return 0


def _record(options: argparse.Namespace) -> int:
    from aero_nb.recorder import record_script

    if not Path(options.script).is_file():
        raise _InputError(f"no script at {options.script}")
    try:
        return record_script(options.script, options.arguments, options.output)
    except Exception:  # the script's own: told as Python tells it
        traceback.print_exc()
        return 1


def _lossy(trace: "Trace") -> "pd.DataFrame":
    """The tracks that are known to lack something, or of which nothing is known."""
    losses = trace.losses
    counts = losses[["dropped_records", "dropped_strings", "orphan_ends", "unfinished_spans"]]
    lacking = (counts.fillna(0) > 0).any(axis="columns") | losses["export_timed_out"]
    lanes = trace.tracks.loc[losses.index, ["process", "thread"]]
    return lanes.join(losses)[lacking].reset_index()


def _text(table: "pd.DataFrame", rows: int) -> str:
    """The first ``rows`` as text; names of a trace cannot play tricks on the terminal."""
    from aero_nb.figures.units import plain_text

    shown = table.head(rows)
    texts = shown.select_dtypes(exclude=["number", "bool"]).columns
    safe = shown.assign(**{name: shown[name].astype(object).map(plain_text, na_action="ignore") for name in texts})
    more = f"\n... {len(table) - rows} more (--rows)" if len(table) > rows else ""
    return safe.to_string(index=False, float_format="{:,.2f}".format, na_rep="-") + more


def _rows(table: "pd.DataFrame") -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _json(document: dict[str, Any]) -> str:
    import orjson

    # What pandas says of a missing value (NA) JSON says with null; orjson does so for NaN by itself.
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY
    return orjson.dumps(document, default=lambda _: None, option=options).decode()
