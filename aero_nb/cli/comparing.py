"""``compare``: what differs between two traces, and Aero's verdict on it."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aero_nb.cli.inputs import load_measured, load_runs, load_thresholds
from aero_nb.cli.printing import as_json, as_markdown, as_page, as_printed, as_rows, as_text
from aero_nb.errors import AeroNBError
from aero_nb.whole_file import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from aero_nb.comparing.comparison import Comparison


def add_to(subparsers: Any) -> None:
    """Add this command to the command line."""
    compare = subparsers.add_parser("compare", help="what differs; with thresholds: pass 0, regression 1, unstable 2")
    compare.set_defaults(run=_compare, usage_error=compare.error)
    runs = "a trace, a folder of them (one run each), or - for standard input"
    compare.add_argument("base", metavar="BASE", help=runs)
    compare.add_argument(
        "candidate", metavar="CANDIDATE", help="likewise (with thresholds also perf captures, or Aero's summary.json)"
    )
    compare.add_argument("--thresholds", metavar="FILE", help="Aero's thresholds file: judge the candidate by it")
    compare.add_argument("--profile", help="its profile (default: pr-smoke)")
    compare.add_argument("--suite", help="its suite (default: trace, or browser for a summary.json)")
    compare.add_argument(
        "--min-change", metavar="SHARE", type=_share, help="a smaller change of the base is none (default: 0.01, 1%%)"
    )
    compare.add_argument(
        "--report", metavar="FILE", type=_written, help="write one page about it: .html, .md (a pull request) or .json"
    )
    add_output(compare)

    experiment = subparsers.add_parser("experiment", help="run two commands in turn, and tell what differs")
    experiment.set_defaults(run=_experiment)
    for side in ("base", "candidate"):
        text = f"the {side}: a command that writes its trace to {{trace}}, or the address of an Aero page"
        experiment.add_argument(f"--{side}", metavar="CMD", required=True, help=text)
    experiment.add_argument("--runs", type=row_count, default=10, metavar="N", help="runs of each (default: 10)")
    experiment.add_argument("--warmup", type=row_count, default=1, metavar="N", help="not counted before (default: 1)")
    experiment.add_argument("--seed", type=int, default=0, metavar="N", help="of the order (default: 0)")
    experiment.add_argument("--detect", type=_share, default=0.05, metavar="SHARE", help="(default: 0.05, 5%%)")
    experiment.add_argument("--early-stop", action="store_true", help="stop where the change is sure before")
    experiment.add_argument("--folder", metavar="FOLDER", help="keep every trace there")
    add_output(experiment)


@dataclass(frozen=True, eq=False)
class Finding:
    """What is printed, written and exited with."""

    title: str
    headline: str
    table: "pd.DataFrame"
    code: int = 0
    picture: Callable[[], str] = str
    warnings: tuple[str, ...] = ()

    def tell(self, options: argparse.Namespace) -> int:
        """Print it, and write it where ``--output`` says; return the exit code."""
        told = {"warnings": list(self.warnings)} if self.warnings else {}
        document = as_json({"result": self.headline, "exit_code": self.code, **told, "rows": as_rows(self.table)})
        headline = "\n".join([self.headline, *self.warnings])
        print(as_printed(document) if options.json else f"{headline}\n{as_text(self.table, options.rows)}")
        if options.output is not None:
            if options.output.suffix == ".html":
                text = as_page(self.title, headline, self.picture(), self.table)
            elif options.output.suffix == ".md":
                text = f"{headline}\n\n{as_markdown(self.table)}\n"
            else:
                text = document + "\n"
            write_whole(options.output, text.encode())
        return self.code


def differences(title: str, comparison: "Comparison") -> Finding:
    """What a Comparison says."""

    def picture() -> str:
        return str(comparison.chart().to_html(full_html=False, include_plotlyjs=True))

    return Finding(title, comparison.note, comparison.table, picture=picture)


def _experiment(options: argparse.Namespace) -> int:
    from aero_nb.experimenting import experiment

    chosen = {name: getattr(options, name) for name in ("runs", "warmup", "seed", "detect", "early_stop", "folder")}
    try:
        found = experiment({"base": options.base, "candidate": options.candidate}, **chosen)
    except ValueError as error:
        raise AeroNBError(error) from error
    return differences("Experiment", found).tell(options)


def add_output(command: argparse.ArgumentParser) -> None:
    """Add the options that tell how a Finding is shown."""
    command.add_argument("-n", "--rows", type=row_count, default=30, help="how many rows to print (default: 30)")
    command.add_argument("-o", "--output", metavar="FILE", type=_written, help="write it: .html, .md or .json")
    command.add_argument("--json", action="store_true", help="print JSON, for machines")


def row_count(text: str) -> int:
    """Return the value of ``--rows``."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a number of rows, found {text!r}")
    return int(text)


def _share(text: str) -> float:
    """Return the value of ``--min-change``."""
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a share of the base, 0 or more (0.01 is 1%), found {text!r}")
    return share


def _written(path: str) -> Path:
    if Path(path).suffix not in (".html", ".md", ".json"):
        raise argparse.ArgumentTypeError(f"expected a .html, .md or .json file, found {path!r}")
    return Path(path)


def _compare(options: argparse.Namespace) -> int:
    if options.base == options.candidate == "-":
        options.usage_error("standard input (-) can be only one of BASE and CANDIDATE")
    title = f"{Path(options.candidate).name} against {Path(options.base).name}"
    if options.thresholds:
        if options.min_change is not None:
            options.usage_error("--min-change is of a comparison without --thresholds, whose file has its own limits")
        if options.report is not None:
            options.usage_error("--report is of a comparison without --thresholds; -o FILE writes the verdict")
        return _judge(title, options).tell(options)
    if options.profile or options.suite:
        options.usage_error("--profile and --suite are parts of a thresholds file: tell it with --thresholds FILE")
    from aero_nb.comparing.comparison import MIN_CHANGE, compare

    min_change = MIN_CHANGE if options.min_change is None else options.min_change
    found = compare(load_runs(options.base), load_runs(options.candidate), min_change=min_change)
    if options.report is not None:
        found.report(title=title).save(options.report)
    return differences(title, found).tell(options)


def _judge(title: str, options: argparse.Namespace) -> Finding:
    from aero_nb.comparing.verdict import check

    verdict = check(
        load_measured(options.base),
        load_measured(options.candidate),
        load_thresholds(options.thresholds),
        profile=options.profile or "pr-smoke",
        suite=options.suite,
    )
    headline = f"{verdict.outcome} (profile {verdict.profile}, suite {verdict.suite})"
    return Finding(title, headline, verdict.metrics.reset_index(), verdict.exit_code, warnings=verdict.warnings)
