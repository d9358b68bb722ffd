"""Many traces on disk: add files, ask across them, compare; on one machine or on a Dask cluster."""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import pandas as pd

from aero_nb.comparison import Comparison, compare_measured
from aero_nb.errors import AeroNBError
from aero_nb.progress import counted
from aero_nb.store.adding import Job, add_files, labels_of
from aero_nb.store.answers import STATISTICS, durations_by_run, joined_runs, joined_sums, measured, span_sums
from aero_nb.store.folder import Folder
from aero_nb.store.ledger import Record, open_ledger, records, remove_run, runs_table
from aero_nb.store.packing import SPANS_A_PACK, compact, verify
from aero_nb.store.reading import Answer, Part, answers_of, dask_table, parts_of
from aero_nb.store.tables import read_trace, schema_of, table_names
from aero_nb.store.trend import Trend
from aero_nb.trace import Trace

if TYPE_CHECKING:
    from distributed import Client

Joined = TypeVar("Joined")
Labels = Mapping[str, Any] | Callable[[str], Mapping[str, Any]] | None
Where = Mapping[str, Any] | Sequence[str] | str


class TraceStore:
    """A folder of traces as Parquet files, readable by DuckDB, Polars and Spark too.

    Args:
        path_or_url: a local folder, or any fsspec URL; made when missing.
        client: a Dask client, or a scheduler's address; what is asked then runs on that cluster. None: this machine.

    Raises:
        AeroNBError: the folder holds something else, or a store of a newer version.
        ImportError: the extra ``fleet`` is missing.

    """

    def __init__(self, path_or_url: str | Path, client: "Client | str | None" = None) -> None:
        self.folder = Folder(str(path_or_url))
        self.client = _connected(client) if isinstance(client, str) else client
        open_ledger(self.folder)

    def __repr__(self) -> str:
        counts = self.runs["status"].value_counts()
        return f"<TraceStore {self.folder.url}: {counts.get('ok', 0):,} runs, {counts.get('failed', 0):,} files failed>"

    def _repr_html_(self) -> str:
        told = html.escape(repr(self))
        link = html.escape(self.client.dashboard_link) if self.client is not None else ""
        return f'{told}<br>Dask: <a href="{link}" target="_blank">{link}</a>' if link else told

    # Runs

    @property
    def runs(self) -> pd.DataFrame:
        """The runs: a row a run by id (the SHA-256 of its file, shortened), failed files too.

        ``status`` (ok, failed), ``source``, ``bytes`` (of the file), ``events``, ``spans``, ``start`` (UTC),
        ``duration_us``, ``added`` (UTC), ``error``, then the labels.
        """
        return runs_table(records(self.folder).values())

    def add(
        self,
        files: str | Path | Sequence[str | Path],
        labels: Labels = None,
        client: "Client | None" = None,
        *,
        workers: int | None = None,
        progress: bool | None = None,
    ) -> pd.DataFrame:
        """Add trace files, each once, in parallel; a bad file is recorded and stops nothing.

        A file that is in the store already (by its content) is left alone. An add that was cut off is resumed by the
        same call; two clients may add at once.

        Args:
            files: paths or URLs; the workers of a cluster must be able to read them.
            labels: what is known of the runs (commit, browser, machine, date ...): the same for all, or a function
                of a file's path.
            client: a Dask client; None: the store's, else a pool of processes on this machine.
            workers: processes of that pool; None: one a core.
            progress: show a bar; None: in a notebook or terminal, when it takes long.

        Returns:
            One row a file: ``source``, ``run``, ``status`` (ok, already, failed), ``error``.

        Raises:
            ValueError: a label bears the name of a column of ours, which it would hide.

        """
        listed = [files] if isinstance(files, str | Path) else list(files)
        jobs: list[Job] = [(str(file), labels_of(str(file), labels)) for file in listed]
        if clash := _columns_of_ours() & {name for _, told in jobs for name in told}:
            raise ValueError(f"labels: {sorted(clash)} are columns of our own; expected other names")
        packed = frozenset(run for run, record in records(self.folder).items() if record.get("pack"))
        done = add_files(self.folder, jobs, packed, client or self.client, workers)
        place = {source: at for at, (source, _) in enumerate(jobs)}
        shown = counted(done, len(jobs), "Adding", " files", progress)
        rows = sorted(shown, key=lambda record: place[record["source"]])
        return pd.DataFrame(rows, columns=["source", "run", "status", "error"])

    def remove(self, where: Where) -> int:
        """Remove runs (see ``compare`` for ``where``); return how many."""
        chosen = self._records(where, failed=True)
        for record in chosen:
            remove_run(self.folder, record)
        return len(chosen)

    def compact(self, spans_a_pack: int = SPANS_A_PACK) -> int:
        """Pack runs into large files (thousands of small ones are slow everywhere); return how many."""
        return compact(self.folder, spans_a_pack, self.client)

    def verify(self, *, clean: bool = False) -> pd.DataFrame:
        """Look for torn, missing, unfinished and foreign files: a row a problem, ``path run problem``.

        ``clean`` removes the unfinished folders that adds left when they died: only while nobody adds.
        """
        problems = verify(self.folder)
        if clean:
            for path in problems.loc[problems["problem"].str.startswith("unfinished"), "path"]:
                self.folder.remove(path)
        return problems

    # Tables of all runs

    def spans(self) -> Any:
        """Spans of all runs: a Dask DataFrame with ``run`` and the labels as columns."""
        return self.table("spans")

    def counters(self) -> Any:
        """Counter samples of all runs, as :meth:`spans`."""
        return self.table("counters")

    def instants(self) -> Any:
        """Instants of all runs, as :meth:`spans`."""
        return self.table("instants")

    def table(self, name: str) -> Any:
        """Any table of all runs by name (``spans instants counters async_spans flows tracks gaps ...``)."""
        found = self._records(None)
        labels = _labels(found)
        return dask_table(parts_of(self.folder, found, labels), name, [str(label) for label in labels])

    def trace(self, run: str) -> Trace:
        """Return a run as the Trace that was added (``run``: its id, or the beginning of it)."""
        chosen = self._records([run])
        return read_trace(self.folder, chosen[0])

    # Questions

    def summary(self, by: str | Sequence[str] = "name", where: Where | None = None) -> pd.DataFrame:
        """Sum up the spans of all runs by columns and labels, the largest self time first.

        Args:
            by: a column of ``spans``, a label, or several of them.
            where: only these runs (see ``compare``); None: all.

        Returns:
            One row a group (index ``by``): ``count`` (int64), ``total_us self_us mean_us min_us p50_us p95_us p99_us
            max_us`` (float64). Percentiles are those of a histogram with bins of 1%: off by at most 0.5%.

        Raises:
            AeroNBError: there are no such runs.
            ValueError: ``by`` names neither a column of ``spans`` nor a label.

        """
        columns = [by] if isinstance(by, str) else list(by)
        found = self._records(where)
        if not found:
            raise AeroNBError("expected runs to sum up, found none; add() some, or ask for others")
        known = ["run", *schema_of("spans").names, *_labels(found)]
        if unknown := [name for name in columns if name not in known]:
            raise ValueError(f"by: expected columns of spans or labels among {known}, found {unknown}")
        return self._ask_parts(where, partial(span_sums, by=columns), joined_sums)

    def trend(
        self,
        name: str,
        statistic: str = "p95",
        over: str = "date",
        where: Where | None = None,
        *,
        table: Literal["spans", "async_spans"] = "spans",
    ) -> Trend:
        """Follow one statistic of the spans of one name from run to run.

        Args:
            name: the spans' name.
            statistic: ``p50 p95 p99 mean min max total self`` (µs) or ``count``.
            over: the label, or column of ``runs``, to order by.
            where: only these runs; None: all.
            table: ``spans``, or ``async_spans`` (which have no self time).

        Returns:
            A :class:`Trend`: ``table`` has a row a run that has such spans; it draws itself.

        Raises:
            AeroNBError: there are no such runs.
            ValueError: no such statistic or table, or ``over`` names neither a label nor a column of ``runs``.

        """
        if statistic not in STATISTICS:
            raise ValueError(f"statistic: expected one of {', '.join(STATISTICS)}, found {statistic!r}")
        if table not in ("spans", "async_spans"):
            raise ValueError(f"table: expected 'spans' or 'async_spans', found {table!r}")
        if table == "async_spans" and statistic == "self":
            raise ValueError("statistic: async spans overlap each other and have no self time; ask for 'total'")
        runs = runs_table(self._records(where))
        if over not in runs:
            raise ValueError(f"over: expected a label or one of {sorted(map(str, runs))}, found {over!r}")
        ask = partial(durations_by_run, name=name, statistic=statistic, table=table)
        values = self._ask_parts(where, ask, joined_runs)
        joined = runs.drop(columns="spans").join(values, how="inner").sort_values(over, kind="stable")
        return Trend(joined, name, statistic, over)

    def compare(self, where_a: Where, where_b: Where) -> Comparison:
        """Compare two sets of runs, with the statistics of :func:`aero_nb.compare`.

        Args:
            where_a: which runs: labels and their values (``{"commit": "4f2a"}``), a query of ``runs`` as pandas has it
                (``"date >= '2026-11-01'"``), or run ids.
            where_b: the runs to compare with them.

        Returns:
            A :class:`aero_nb.Comparison`, ``where_a`` as its base.

        Raises:
            AeroNBError: a side has no run, or a run is on both sides: they would not be independent.

        """
        sides = [self._records(where) for where in (where_a, where_b)]
        if both := {record["run"] for record in sides[0]} & {record["run"] for record in sides[1]}:
            raise AeroNBError(
                f"expected two sets of runs, found {len(both)} of {len(sides[0])} and {len(sides[1])} on both sides; "
                f"narrow one of {where_a!r} and {where_b!r}"
            )
        tables = dict(answers_of([*sides[0], *sides[1]], partial(measured, folder=self.folder), self.client))
        base, candidate = ([tables[record["run"]] for record in side] for side in sides)
        return compare_measured(base, candidate)

    def query(self, sql: str) -> pd.DataFrame:
        """Answer a DuckDB query over all runs on this machine (extra ``sql``; local stores).

        The tables are ``runs`` and those of a Trace, each with a column ``run``; no other file can be read.
        """
        from aero_nb.store.querying import run_query

        found = records(self.folder)
        return run_query(self.folder, list(found.values()), runs_table(found.values()), sql)

    def _ask_parts(
        self, where: Where | None, ask: Callable[[Part], Answer], join: Callable[[Iterator[Answer]], Joined]
    ) -> Joined:
        """Ask every part; where a compaction took a file away meanwhile, look again where the runs lie."""

        def answer() -> Joined:
            found = self._records(where)
            return join(answers_of(parts_of(self.folder, found, _labels(found)), ask, self.client))

        try:
            return answer()
        except FileNotFoundError:
            return answer()

    def _records(self, where: Where | None, *, failed: bool = False) -> list[Record]:
        found = records(self.folder)
        chosen = [found[run] for run in _matching(runs_table(found.values()), where)]
        chosen = [record for record in chosen if failed or record["status"] == "ok"]
        if where is not None and not chosen:
            raise AeroNBError(f"expected runs that match {where!r}, found none among {len(found)}; see TraceStore.runs")
        return chosen


def _columns_of_ours() -> set[str]:
    """Return the names that a label may not have: it would hide a column of ``runs`` or of a table."""
    tables = {column for table in table_names() for column in schema_of(table).names}
    return {"run", *runs_table([]).columns, *tables}


def _labels(found: Sequence[Record]) -> pd.DataFrame:
    """Return the labels of runs: a row a run by id."""
    index = pd.Index([record["run"] for record in found], name="run", dtype="object")
    return pd.DataFrame([record.get("labels") or {} for record in found], index=index)


def _connected(address: str) -> "Client":
    from distributed import Client

    return Client(address)


def _matching(runs: pd.DataFrame, where: Where | None) -> list[str]:
    if where is None:
        return list(runs.index)
    if isinstance(where, Mapping):
        if unknown := [name for name in where if name not in runs]:
            raise ValueError(f"expected labels among {sorted(map(str, runs))}, found {unknown}")
        mask = pd.Series(True, index=runs.index)
        for name, value in where.items():
            mask &= runs[name] == value
        return list(runs.index[mask])
    if isinstance(where, str):
        return list(runs.query(where).index)
    return [run for run in runs.index if any(run.startswith(wanted) for wanted in where)]


__all__ = ["Part", "TraceStore"]
