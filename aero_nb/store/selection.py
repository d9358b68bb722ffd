"""Which runs are meant: by their labels, by a query of ``runs``, or by their ids."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from aero_nb.errors import AeroNBError
from aero_nb.store.labels import comparable, same

Where = Mapping[str, Any] | Sequence[str] | str


def matching(runs: pd.DataFrame, labels: Sequence[str], where: Where | None) -> list[str]:
    """Return the ids of the runs that are meant.

    Args:
        runs: the table of runs.
        labels: which of its columns are labels.
        where: labels and their values, a query of ``runs``, or ids (``"4f2a*"``: the one id that begins so); None: all.

    Raises:
        AeroNBError: an id is none or a beginning is not of one run only, or the query cannot be answered.
        ValueError: there is no such label.

    """
    if where is None:
        return list(runs.index)
    if isinstance(where, Mapping):
        return _labelled(runs, where)
    if not isinstance(where, str):
        return list(dict.fromkeys(run_of(runs, wanted) for wanted in where))
    if where in runs.index or where.endswith("*"):
        return [run_of(runs, where)]
    return _queried(comparable(runs, labels), where)


def run_of(runs: pd.DataFrame, wanted: str) -> str:
    """Return the id of one run, given as the whole of it or as ``beginning*``."""
    if wanted in runs.index:
        return wanted
    beginning = str(wanted).removesuffix("*")
    if str(wanted).endswith("*") and beginning:
        matching_runs = [run for run in runs.index if run.startswith(beginning)]
        if len(matching_runs) == 1:
            return str(matching_runs[0])
        matching = "none" if not matching_runs else f"{len(matching_runs)}: {', '.join(matching_runs[:5])}"
        raise AeroNBError(f"expected one run whose id begins with {beginning!r}, found {matching}")
    raise AeroNBError(
        f"expected the id of a run, found {wanted!r} which is none; see TraceStore.runs (the beginning of an id ends "
        "with *: '4f2a*')"
    )


def _labelled(runs: pd.DataFrame, where: Mapping[str, Any]) -> list[str]:
    if unknown := [name for name in where if name not in runs]:
        raise ValueError(f"expected labels among {sorted(map(str, runs))}, found {unknown}")
    chosen = list(runs.index)
    for name, wanted in where.items():
        fits = dict(zip(runs.index, (same(label, wanted) for label in runs[name]), strict=True))
        chosen = [run for run in chosen if fits[run]]
    return chosen


def _queried(runs: pd.DataFrame, where: str) -> list[str]:
    if not where.strip():
        return []
    try:
        return list(runs.query(where, engine="python").index)
    except Exception as error:  # pandas raises whatever its operators and its parser do
        raise AeroNBError(
            f"expected a query of the runs as pandas has it, found {where!r}: {type(error).__name__}: {error}"
        ) from error
