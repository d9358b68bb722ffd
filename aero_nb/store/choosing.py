"""Which runs and tables a call of the store means, and what is said where it means none."""

import warnings
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from aero_nb.errors import AeroNBError
from aero_nb.store.ledger import Ledger, Record, labels_table, runs_table
from aero_nb.store.selection import Where, matching
from aero_nb.store.tables import schema_of, table_names


def chosen_records(ledger: Ledger, where: Where | None) -> list[Record]:
    """Return the records that ``where`` selects, all of them if it is None; AeroNBError where it selects none."""
    records = list(ledger.records.values())
    chosen = matching(runs_table(records), [str(name) for name in labels_table(records)], where)
    if where is not None and not chosen:
        raise none_found(ledger, where)
    return [ledger.records[run] for run in chosen]


def none_found(ledger: Ledger, where: Where) -> AeroNBError:
    """Return the error that says that no run is meant."""
    return AeroNBError(
        f"expected runs that match {where!r}, found none among {len(ledger.records)}; see TraceStore.runs"
    )


def no_such_name(name: str, table: str, known: Iterable[Any]) -> AeroNBError:
    """Return the error that says that no span has the name, with those of the ``known`` ones that are like it."""
    names = sorted(map(str, known))
    near = ", ".join(get_close_matches(name, names) or names[:5])
    there = f"there are {near}" if names else "there are none at all"
    return AeroNBError(f"expected the name of {table}, found {name!r}, which none of the runs has; {there}")


def not_empty(where: Where) -> Where:
    """Refuse what selects nothing on purpose: it must not come to mean everything."""
    if where is None or len(where) == 0 or (isinstance(where, str) and not where.strip()):
        raise ValueError(f"expected labels, a query of runs or ids, found {where!r}; to mean all of them: runs.index")
    return where


def refuse_overlap(sides: Sequence[list[Record]], where_a: Where, where_b: Where) -> None:
    """Raise AeroNBError where a run is on both sides: they would not be independent."""
    base, candidate = sides
    if both := {record["run"] for record in base} & {record["run"] for record in candidate}:
        raise AeroNBError(
            f"expected two sets of runs, found {len(both)} of {len(base)} and {len(candidate)} on both sides; "
            f"narrow one of {where_a!r} and {where_b!r}"
        )


def check_table(table: str) -> None:
    """Raise ValueError unless it is a table of spans."""
    if table not in ("spans", "async_spans"):
        raise ValueError(f"table: expected 'spans' or 'async_spans', found {table!r}")


def refuse_our_names(names: Iterable[str]) -> None:
    """Raise ValueError where a label has the name of a column of ``runs`` or of a table: it would hide that.

    The columns of ``stacks`` came when there were labels called so already; :func:`dask_table` refuses them there.
    """
    tables = {column for table in table_names() if table != "stacks" for column in schema_of(table).names}
    if clash := {"run", *runs_table([]).columns, *tables} & set(names):
        raise ValueError(f"labels: {sorted(clash)} are columns of our own; expected other names")


def warn_of_damage(ledger: Ledger) -> None:
    """Warn of records that cannot be read, as of the line that called the store's method."""
    if damaged := ledger.damaged:
        errors = "; ".join(str(record["error"]) for record in damaged[:3])
        more = f" and {len(damaged) - 3} more (verify() lists them)" if len(damaged) > 3 else ""
        warnings.warn(f"{len(damaged)} damaged records, their runs are left out: {errors}{more}", stacklevel=4)
