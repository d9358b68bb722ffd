"""``store``: many traces in one folder, and questions across them."""

import argparse
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aero_nb.cli.comparing import Finding, add_output, differences
from aero_nb.cli.exit_codes import BAD_INPUT, REGRESSION
from aero_nb.cli.inputs import InputError
from aero_nb.errors import AeroNBError

if TYPE_CHECKING:
    import pandas as pd

    from aero_nb.store import TraceStore

_ID = re.compile(r"[0-9a-f]+\*?")
_WHERE = "NAME=VALUE, a pandas query of the runs, an id, or the beginning of one as 4f2a*"


def add_to(subparsers: Any) -> None:
    """Add these commands to the command line."""
    store = subparsers.add_parser("store", help="many traces in one folder, and questions across them")
    commands = store.add_subparsers(required=True, metavar="COMMAND")

    add = _command(commands, "add", _add, "add trace files, each once; exits with 65 if one is bad")
    add.add_argument("files", metavar="FILE", nargs="+", help="traces")
    add.add_argument("-l", "--label", metavar="NAME=VALUE", action="append", default=[], help="what is known of them")

    _command(commands, "runs", _runs, "list the runs")

    summary = _command(commands, "summary", _summary, "where the time went, over all runs")
    summary.add_argument("--by", metavar="NAME", action="append", help="a column of spans, or a label; may be repeated")
    summary.add_argument("--where", metavar="WHERE", help=f"only these runs: {_WHERE}")

    summary.add_argument("--async", dest="of_async", action="store_true", help="of async spans")

    trend = _command(commands, "trend", _trend, "follow a statistic of one name's spans from run to run")
    trend.add_argument("name", metavar="NAME", help="the spans' name")
    trend.add_argument("--statistic", default="p95", help="p50 p95 p99 mean min max total self count (default: p95)")
    trend.add_argument("--async", dest="of_async", action="store_true", help="NAME is that of async spans")
    trend.add_argument("--over", metavar="LABEL", default="date", help="the label to order by (default: date)")
    trend.add_argument("--where", metavar="WHERE", help=f"only these runs: {_WHERE}")

    changes = _command(commands, "changes", _changes, "since when it is slower; 1 if the last change is a regression")
    changes.add_argument("name", metavar="NAME", help="the spans' name")
    changes.add_argument("--statistic", default="p95", help="as trend has it (default: p95)")
    changes.add_argument("--async", dest="of_async", action="store_true", help="NAME is that of async spans")
    changes.add_argument("--over", metavar="LABEL", default="date", help="the label to order by (default: date)")
    changes.add_argument("--by", metavar="LABEL", action="append", default=[], help="a series for each of its values")
    changes.add_argument("--where", metavar="WHERE", help=f"only these runs: {_WHERE}")
    changes.add_argument("--better", choices=["lower", "higher"], default="lower", help="(default: lower)")
    changes.add_argument(
        "--since", metavar="VALUE", help="exit with 1 only for regressions from this value of --over on"
    )

    compare = _command(commands, "compare", _compare, "compare two sets of runs")
    compare.add_argument("base", metavar="WHERE", help=_WHERE)
    compare.add_argument("candidate", metavar="WHERE", help="the runs to compare with them")

    _command(commands, "compact", _compact, "pack small runs into large files, and drop the rows of removed ones")

    remove = _command(commands, "remove", _remove, "remove runs")
    remove.add_argument("where", metavar="WHERE", nargs="+", help=_WHERE)

    relabel = _command(commands, "relabel", _relabel, "change labels of runs")
    relabel.add_argument("where", metavar="WHERE", help=_WHERE)
    relabel.add_argument("-l", "--label", metavar="NAME=VALUE", action="append", default=[], help="a new value")
    relabel.add_argument("--drop", metavar="NAME", action="append", default=[], help="take this label away")

    verify = _command(commands, "verify", _verify, "look for torn, missing and foreign files; 65 if there are any")
    verify.add_argument("--clean", action="store_true", help="remove what adds left unfinished (while nobody adds)")


def _command(
    commands: Any, name: str, ask: "Callable[[TraceStore, argparse.Namespace], Finding]", help_text: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=help_text)
    command.add_argument("store", metavar="STORE", help="the store: a folder, or any fsspec URL")
    command.add_argument(
        "--storage-options",
        metavar="JSON",
        type=_options,
        help='what the filesystem of a URL wants to know, such as \'{"endpoint_url": "http://..."}\'; keys and secrets '
        "are better left to its own variables and files",
    )
    add_output(command)
    command.set_defaults(run=lambda options: _run(ask, options))
    return command


def _run(ask: "Callable[[TraceStore, argparse.Namespace], Finding]", options: argparse.Namespace) -> int:
    if ask is not _add and "://" not in options.store and not Path(options.store).is_dir():
        raise InputError(f"no store at {options.store}: aero-nb store add makes one")
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_, **__: print(f"aero-nb: {message}", file=sys.stderr)
        store = _opened(options, create=ask is _add)
        try:
            return ask(store, options).tell(options)
        except ValueError as error:  # a label, statistic or selection that is none
            raise AeroNBError(str(error)) from error


def _opened(options: argparse.Namespace, *, create: bool) -> "TraceStore":
    from aero_nb.store import TraceStore

    try:
        return TraceStore(options.store, storage_options=options.storage_options, create=create)
    except AeroNBError as error:
        raise InputError(error) from error
    except OSError as error:
        if create:
            raise  # it could not be written
        raise InputError(error) from error


def _options(text: str) -> dict[str, Any]:
    """Return the value of ``--storage-options``."""
    import orjson

    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise argparse.ArgumentTypeError(f"expected a JSON object: {error}") from error
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError("expected a JSON object, found other JSON")
    return found


def _add(store: "TraceStore", options: argparse.Namespace) -> Finding:
    if "-" in options.files and len(options.files) > 1:
        raise AeroNBError("expected - (standard input) as the only file, found others beside it")
    added = store.add(options.files, labels=dict(_label(text) for text in options.label))
    counts = ", ".join(f"{count} {status}" for status, count in added["status"].value_counts().items())
    added = added.sort_values("status", key=lambda status: status != "failed", kind="stable")  # what failed first
    return Finding(options.store, counts, added, BAD_INPUT if (added["status"] == "failed").any() else 0)


def _runs(store: "TraceStore", options: argparse.Namespace) -> Finding:
    runs = store.runs
    return Finding(options.store, f"{len(runs)} runs", runs.reset_index())


def _trend(store: "TraceStore", options: argparse.Namespace) -> Finding:
    trend = store.trend(
        options.name, options.statistic, over=options.over, where=_where(options.where), table=_table(options)
    )
    headline = f"{trend.statistic} of {trend.name} over {trend.over}"
    table = trend.table[[trend.over, "value", "spans"]].reset_index()

    def picture() -> str:
        return str(trend.chart().to_html(full_html=False, include_plotlyjs=True))

    return Finding(options.store, headline, table, picture=picture)


def _changes(store: "TraceStore", options: argparse.Namespace) -> Finding:
    asked = {"by": options.by, "where": _where(options.where), "table": _table(options), "better": options.better}
    found = store.changes(options.name, options.statistic, options.over, **asked)
    last = found.groupby(options.by, dropna=False, sort=False).tail(1) if options.by else found.tail(1)
    newest = last if options.since is None else last[_from(store, last["at"], options.over, options.since)]
    slower = int((newest["kind"] == "regression").sum())
    headline = f"{len(found)} changes of {options.statistic} of {options.name} over {options.over}"
    told = found.drop(columns=["runs_before", "runs_after"]) if not options.json else found
    return Finding(options.store, f"{headline}; {slower} series end in a regression", told, REGRESSION if slower else 0)


def _from(store: "TraceStore", values: "pd.Series[Any]", over: str, since: str) -> "pd.Series[bool]":
    """Return which of the values are not before ``since``, in the order that the store has them."""
    from aero_nb.store.labels import order_keys

    known = store.runs[over].astype("object")
    asked = known.iloc[:1].set_axis(["since"]).map(lambda _: since)
    keys = order_keys(known.combine_first(asked))
    reached = dict(zip(known.tolist(), (keys.loc[known.index] >= keys["since"]).tolist(), strict=True))
    return values.map(reached).astype(bool)


def _table(options: argparse.Namespace) -> Literal["spans", "async_spans"]:
    return "async_spans" if options.of_async else "spans"


def _summary(store: "TraceStore", options: argparse.Namespace) -> Finding:
    by = options.by or ["name"]
    table = store.summary(by, where=_where(options.where), table=_table(options))
    return Finding(options.store, f"{len(table)} groups by {', '.join(by)}", table.reset_index())


def _compact(store: "TraceStore", options: argparse.Namespace) -> Finding:
    return _done(options, f"{store.compact()} runs packed")


def _remove(store: "TraceStore", options: argparse.Namespace) -> Finding:
    wanted = options.where
    if all(_ID.fullmatch(where) for where in wanted):
        return _done(options, f"{store.remove(wanted)} runs removed")
    if len(wanted) > 1:
        raise AeroNBError(f"expected ids of runs only, or one WHERE of another kind, found {', '.join(wanted)}")
    return _done(options, f"{store.remove(_where(wanted[0]))} runs removed")


def _relabel(store: "TraceStore", options: argparse.Namespace) -> Finding:
    labels: dict[str, str | None] = {**dict(map(_label, options.label)), **dict.fromkeys(options.drop)}
    if not labels:
        raise AeroNBError("expected labels to change: --label NAME=VALUE or --drop NAME")
    return _done(options, f"{store.relabel(_where(options.where), labels)} runs relabelled")


def _done(options: argparse.Namespace, headline: str) -> Finding:
    import pandas as pd

    return Finding(options.store, headline, pd.DataFrame())


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
