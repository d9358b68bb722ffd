"""``store``: many traces in one folder, and questions across them."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aero_nb.cli.comparing import Finding, add_output, differences
from aero_nb.cli.inputs import InputError
from aero_nb.errors import AeroNBError

if TYPE_CHECKING:
    from aero_nb.store import TraceStore

BAD_INPUT = 65


def add_to(subparsers: Any) -> None:
    """Add these commands to the command line."""
    store = subparsers.add_parser("store", help="many traces in one folder, and questions across them")
    commands = store.add_subparsers(required=True, metavar="COMMAND")

    add = _command(commands, "add", _add, "add trace files, each once; exits with 65 if one is bad")
    add.add_argument("files", metavar="FILE", nargs="+", help="traces")
    add.add_argument("-l", "--label", metavar="NAME=VALUE", action="append", default=[], help="what is known of them")

    _command(commands, "runs", _runs, "list the runs")

    trend = _command(commands, "trend", _trend, "follow a statistic of one name's spans from run to run")
    trend.add_argument("name", metavar="NAME", help="the spans' name")
    trend.add_argument("--statistic", default="p95", help="p50 p95 p99 mean min max total self count (default: p95)")
    trend.add_argument("--async", dest="of_async", action="store_true", help="NAME is that of async spans")
    trend.add_argument("--over", metavar="LABEL", default="date", help="the label to order by (default: date)")
    trend.add_argument("--where", metavar="WHERE", help="only these runs: NAME=VALUE, or a pandas query of the runs")

    compare = _command(commands, "compare", _compare, "compare two sets of runs")
    compare.add_argument("base", metavar="WHERE", help="NAME=VALUE, or a pandas query of the runs")
    compare.add_argument("candidate", metavar="WHERE", help="the runs to compare with them")

    verify = _command(commands, "verify", _verify, "look for torn, missing and foreign files; 65 if there are any")
    verify.add_argument("--clean", action="store_true", help="remove what adds left unfinished (while nobody adds)")


def _command(
    commands: Any, name: str, ask: "Callable[[TraceStore, argparse.Namespace], Finding]", help_text: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=help_text)
    command.add_argument("store", metavar="STORE", help="the store: a folder, or any fsspec URL")
    add_output(command)
    command.set_defaults(run=lambda options: _run(ask, options))
    return command


def _run(ask: "Callable[[TraceStore, argparse.Namespace], Finding]", options: argparse.Namespace) -> int:
    from pandas.errors import UndefinedVariableError

    from aero_nb.store import TraceStore

    if ask is not _add and "://" not in options.store and not Path(options.store).is_dir():
        raise InputError(f"no store at {options.store}: aero-nb store add makes one")
    try:
        return ask(TraceStore(options.store), options).tell(options)
    except (ValueError, SyntaxError, UndefinedVariableError) as error:  # a label, statistic or query that is none
        raise AeroNBError(str(error)) from error


def _add(store: "TraceStore", options: argparse.Namespace) -> Finding:
    added = store.add(options.files, labels=dict(_label(text) for text in options.label))
    counts = ", ".join(f"{count} {status}" for status, count in added["status"].value_counts().items())
    added = added.sort_values("status", key=lambda status: status != "failed", kind="stable")  # what failed first
    return Finding(options.store, counts, added, BAD_INPUT if (added["status"] == "failed").any() else 0)


def _runs(store: "TraceStore", options: argparse.Namespace) -> Finding:
    runs = store.runs
    return Finding(options.store, f"{len(runs)} runs", runs.reset_index())


def _trend(store: "TraceStore", options: argparse.Namespace) -> Finding:
    of: Literal["spans", "async_spans"] = "async_spans" if options.of_async else "spans"
    trend = store.trend(options.name, options.statistic, over=options.over, where=_where(options.where), table=of)
    headline = f"{trend.statistic} of {trend.name} over {trend.over}"
    table = trend.table[[trend.over, "value", "spans"]].reset_index()

    def picture() -> str:
        return str(trend.chart().to_html(full_html=False, include_plotlyjs=True))

    return Finding(options.store, headline, table, picture=picture)


def _compare(store: "TraceStore", options: argparse.Namespace) -> Finding:
    title = f"{options.candidate} against {options.base}"
    return differences(title, store.compare(_where(options.base), _where(options.candidate)))


def _verify(store: "TraceStore", options: argparse.Namespace) -> Finding:
    problems = store.verify(clean=options.clean)
    return Finding(options.store, f"{len(problems)} problems", problems, BAD_INPUT if len(problems) else 0)


def _label(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise AeroNBError(f"expected a label as NAME=VALUE, found {text!r}")
    return name, value


def _where(text: str | None) -> Any:
    """A label's value as a mapping, anything else as a query."""
    if text is None:
        return None
    name, equals, value = text.partition("=")
    return {name: value} if equals and name.isidentifier() and value[:1] != "=" else text
