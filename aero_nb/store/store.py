"""Many traces on disk: add files, ask across them, compare; on one machine or on a Dask cluster."""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import pandas as pd

from aero_nb.comparing.change_points import LEAST_SEGMENT, LEVEL
from aero_nb.comparing.comparison import MIN_CHANGE, Comparison, compare_measured
from aero_nb.comparing.run_metrics import MeasuredRun
from aero_nb.errors import AeroNBError
from aero_nb.progress import counted
from aero_nb.store.adding import Adding, Job, add_files, drop_second_copies, labels_of, options_for
from aero_nb.store.answers import STATISTICS, durations_by_run, joined_runs, joined_sums, measured, span_sums
from aero_nb.store.changes import Better, changes_of, moved_names
from aero_nb.store.choosing import (
    check_table,
    chosen_records,
    no_such_name,
    none_found,
    not_empty,
    refuse_our_names,
    refuse_overlap,
    warn_of_damage,
)
from aero_nb.store.folder import Folder, is_path
from aero_nb.store.ledger import (
    Record,
    begin_change,
    labels_table,
    open_ledger,
    origin_of,
    put_labels,
    read_ledger,
    remove_runs,
    runs_table,
)
from aero_nb.store.packing import SPANS_A_PACK, compact, verify
from aero_nb.store.reading import Answer, Part, answers_of, asked_again, dask_table, parts_of
from aero_nb.store.selection import Where, run_of
from aero_nb.store.tables import read_trace, schema_of
from aero_nb.store.trend import Trend, in_order
from aero_nb.trace import Trace

if TYPE_CHECKING:
    from distributed import Client

Joined = TypeVar("Joined")
Labels = Mapping[str, Any] | Callable[[str], Mapping[str, Any]] | None


class TraceStore:
    """A folder of traces as Parquet files, readable by DuckDB, Polars and Spark too.

    Args:
        path_or_url: a local folder, taken literally whatever characters its name has, or any fsspec URL.
        client: a Dask client, or a scheduler's address; what is asked then runs on that cluster. None: this machine.
        storage_options: what the filesystem of a URL wants to know, as pandas and Dask take it: address, credentials
            (``{"key": ..., "secret": ..., "endpoint_url": ...}`` for ``s3://``). Workers get it too.
        create: make the store where there is nothing yet. A bucket is never made.

    Raises:
        AeroNBError: the folder holds something else, or a store of a newer version, or nothing with ``create=False``;
            the bucket does not exist, or the object store does not let us in.
        ImportError: the extra ``fleet`` is missing, or the filesystem of the URL.

    """

    def __init__(
        self,
        path_or_url: str | Path,
        client: "Client | str | None" = None,
        *,
        storage_options: Mapping[str, Any] | None = None,
        create: bool = True,
    ) -> None:
        place = str(path_or_url)
        # Workers may have another working directory.
        url = str(Path(place).expanduser().absolute()) if is_path(place) else place
        self.folder = Folder(url, dict(storage_options or {}))
        self.client = _connected(client) if isinstance(client, str) else client
        open_ledger(self.folder, create=create)

    def __repr__(self) -> str:
        counts = self.runs["status"].value_counts()
        damaged = f", {counts['damaged']:,} records damaged" if "damaged" in counts else ""
        return (
            f"<TraceStore {self.folder.url}: {counts.get('ok', 0):,} runs, "
            f"{counts.get('failed', 0):,} files failed{damaged}>"
        )

    def _repr_html_(self) -> str:
        text = html.escape(repr(self))
        link = html.escape(self.client.dashboard_link) if self.client is not None else ""
        return f'{text}<br>Dask: <a href="{link}" target="_blank">{link}</a>' if link else text

    # Runs

    @property
    def runs(self) -> pd.DataFrame:
        """The runs: one row per run by id (the SHA-256 of its file, shortened), failed files and damaged records too.

        ``status`` (ok, failed, damaged: its record cannot be read), ``source``, ``bytes`` (of the file), ``events``,
        ``spans``, ``start`` (UTC), ``duration_us``, ``added`` (UTC), ``error``, then the labels as they were given.
        """
        return runs_table(read_ledger(self.folder).records.values())

    def add(
        self,
        files: str | Path | Sequence[str | Path],
        labels: Labels = None,
        client: "Client | None" = None,
        *,
        workers: int | None = None,
        progress: bool | None = None,
        storage_options: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Add trace files, each once, in parallel; a bad file is recorded and stops nothing.

        A file that is in the store already (by its content) is left alone. An add that was cut off is resumed by the
        same call; two clients may add at once.

        Args:
            files: paths or URLs; the workers of a cluster must be able to read them.
            labels: what is known of the runs (commit, browser, machine, date ...): the same for all, or a function
                of a file's path. Values are text, numbers, bools, dates, times or paths, and come back as such.
            client: a Dask client; None: the store's, else a pool of processes on this machine.
            workers: processes of that pool; None: one a core.
            progress: show a bar; None: in a notebook or terminal, when it takes long.
            storage_options: what the filesystem of the files' URLs wants to know; None: the store's, where files and
                store are of one kind (``s3://``).

        Returns:
            One row per file: ``source``, ``run`` (failed files too), ``status`` (ok, already, failed), ``error``.

        Raises:
            AeroNBError: a label's value is of a type that would not come back as it was.
            ValueError: a label bears the name of a column of ours, which it would hide.

        """
        listed = [files] if isinstance(files, str | Path) else list(files)
        jobs: list[Job] = [(str(file), labels_of(str(file), labels)) for file in listed]
        refuse_our_names(name for _, labels in jobs for name in labels)
        begin_change(self.folder)
        options = options_for(self.folder, listed) if storage_options is None else storage_options
        adding = Adding.to(self.folder, read_ledger(self.folder), options)
        done = add_files(adding, jobs, client or self.client, workers)
        place = {source: at for at, (source, _) in enumerate(jobs)}
        shown = counted(done, len(jobs), "Adding", " files", progress)
        rows = sorted(shown, key=lambda record: place[record["source"]])
        drop_second_copies(adding, rows)
        return pd.DataFrame(rows, columns=["source", "run", "status", "error"])

    def remove(self, where: Where) -> int:
        """Remove runs, failed ones and damaged records too; return how many.

        Args:
            where: labels and their values, a query of ``runs``, or ids: each all of an id, or the beginning of a single
                one, written ``"4f2a*"``.

        Raises:
            AeroNBError: nothing matches, one of the ids is none, or a beginning is not of one run only; nothing is
                removed then.
            ValueError: ``where`` is empty, or names a label that there is not.

        """
        ledger = read_ledger(self.folder)
        chosen = chosen_records(ledger, not_empty(where))
        begin_change(self.folder)
        remove_runs(self.folder, ledger, [record["run"] for record in chosen])
        return len(chosen)

    def relabel(self, where: Where, labels: Labels) -> int:
        """Change labels of runs; return of how many.

        Args:
            where: which runs, as :meth:`remove` takes it.
            labels: labels and their new values, or a function of a run's ``source``. None takes a label away; labels
                that are not named stay.

        Raises:
            AeroNBError: nothing matches, or a value is of a type that would not come back as it was.
            ValueError: ``where`` is empty, or a label bears the name of a column of ours.

        """
        chosen = [record for record in chosen_records(read_ledger(self.folder), not_empty(where)) if origin_of(record)]
        changes = {str(origin_of(record)): labels_of(str(record["source"]), labels) for record in chosen}
        refuse_our_names(name for labels in changes.values() for name in labels)
        begin_change(self.folder)
        put_labels(self.folder, changes)
        return len(chosen)

    def compact(self, spans_a_pack: int = SPANS_A_PACK) -> int:
        """Pack runs into large files (thousands of small ones are slow everywhere); return how many.

        Readers, adds and removals may go on meanwhile. A run that cannot be read stays as it is; a warning names it.
        """
        begin_change(self.folder)
        return compact(self.folder, spans_a_pack, self.client)

    def verify(self, *, clean: bool = False) -> pd.DataFrame:
        """Look for torn, missing, unfinished and foreign files: one row per problem, ``path run problem``.

        ``clean`` removes what adds and compactions left unfinished when they died: only while nobody adds or compacts.
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
        records = self._records(None)
        labels = labels_table(records)
        return dask_table(parts_of(self.folder, records, labels), name, [str(label) for label in labels])

    def trace(self, run: str) -> Trace:
        """Return a run as the Trace that was added.

        Args:
            run: its id, or the beginning of it where no other run begins so.

        Raises:
            AeroNBError: there is no such run, or more than one.

        """

        def answer() -> Trace:
            runs = runs_table(read_ledger(self.folder).records.values())
            wanted = run if run in runs.index else f"{run.removesuffix('*')}*"
            (record,) = self._records([run_of(runs, wanted)])
            return read_trace(self.folder, record)

        return asked_again(answer)

    # Questions

    def summary(
        self,
        by: str | Sequence[str] = "name",
        where: Where | None = None,
        *,
        table: Literal["spans", "async_spans"] = "spans",
    ) -> pd.DataFrame:
        """Sum up the spans of all runs by columns and labels, the largest self time first.

        Args:
            by: a column of ``table``, a label, or several of them.
            where: only these runs (see ``compare``); None: all.
            table: ``spans``, or ``async_spans`` (which have no self time: the largest total first).

        Returns:
            One row per group (index ``by``): ``count`` (int64), ``total_us self_us mean_us min_us p50_us p95_us p99_us
            max_us`` (float64; no ``self_us`` of async spans). Percentiles are interpolated as those of
            ``trace.summary()``; they come from a histogram, and are off by at most 0.5%.

        Raises:
            AeroNBError: there are no such runs.
            ValueError: no such table, or ``by`` names neither a column of it nor a label.

        """
        check_table(table)
        columns = [by] if isinstance(by, str) else list(by)
        records = self._records(where)
        if not records:
            raise AeroNBError("expected runs to sum up, found none; add() some, or ask for others")
        known = ["run", *schema_of(table).names, *labels_table(records)]
        if unknown := [name for name in columns if name not in known]:
            raise ValueError(f"by: expected columns of {table} or labels among {known}, found {unknown}")
        return self._ask_parts(where, partial(span_sums, by=columns, table=table), joined_sums)

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
            over: the label, or column of ``runs``, to order by: as numbers or dates where all its values are such, also
                as text (builds 9, 10, 100); text that is not how one writes a number (``0012345``) is ordered as text.
            where: only these runs; None: all.
            table: ``spans``, or ``async_spans`` (which have no self time).

        Returns:
            A :class:`Trend`: ``table`` has one row per run that has such spans; it draws itself.

        Raises:
            AeroNBError: there are no such runs, or none of them has such spans.
            ValueError: no such statistic or table, or ``over`` names neither a label nor a column of ``runs``.

        """
        if statistic not in STATISTICS:
            raise ValueError(f"statistic: expected one of {', '.join(STATISTICS)}, found {statistic!r}")
        check_table(table)
        if table == "async_spans" and statistic == "self":
            raise ValueError("statistic: async spans overlap each other and have no self time; ask for 'total'")
        runs = runs_table(self._records(where))
        if over not in runs:
            raise ValueError(f"over: expected a label or one of {sorted(map(str, runs))}, found {over!r}")
        ask = partial(durations_by_run, name=name, statistic=statistic, table=table)
        values = self._ask_parts(where, ask, joined_runs)
        if values.empty:
            raise no_such_name(name, table, self.table(table)["name"].dropna().unique().compute())
        joined = in_order(runs.drop(columns="spans").join(values, how="inner"), over)
        return Trend(joined, name, statistic, over)

    def changes(
        self,
        name: str,
        statistic: str = "p95",
        over: str = "date",
        *,
        by: str | Sequence[str] = (),
        where: Where | None = None,
        table: Literal["spans", "async_spans"] = "spans",
        better: Better = "lower",
        level: float = LEVEL,
        least_runs: int = LEAST_SEGMENT,
        min_change: float = MIN_CHANGE,
        explain: bool = True,
    ) -> pd.DataFrame:
        """Find since when a statistic of the spans of one name is another, and which names moved with it.

        Args:
            name: the spans' name.
            statistic: as :meth:`trend` has it.
            over: the label or column that the runs are ordered by; runs of one value (a commit) are never separated.
            by: labels (``"machine"``) whose values are series of their own.
            where: only these runs; None: all.
            table: ``spans``, or ``async_spans``.
            better: whether ``lower`` values are better, or ``higher`` ones.
            level: the chance that a series without a change has one.
            least_runs: how many runs lie between two changes at the least.
            min_change: a smaller change (share of the median before) is none.
            explain: whether to compare the runs of both sides, up to 20 nearest each, name by name.

        Returns:
            One row per change, series by series in the order of ``over``: the labels ``by``; ``at`` (the first value of
            ``over`` that is of the new kind) with its 95% interval ``earliest`` to ``latest``, ``after`` (the last one
            before); ``before_us after_us`` (medians; of ``count`` a number), ``change`` (share of the value before),
            ``p_value``, ``kind`` (``regression`` or ``improvement``), ``runs_before`` and ``runs_after`` (lists of run
            ids: what :meth:`compare` takes); with ``explain`` also ``moved``: the names whose self time changed. See
            :mod:`aero_nb.comparing.change_points` for the method.

        Raises:
            AeroNBError: there are no such runs, or none of them has such spans.
            ValueError: no such statistic or table, or ``over`` or ``by`` is neither a label nor a column of ``runs``.

        """
        series = self.trend(name, statistic, over, where, table=table).table
        labels = [by] if isinstance(by, str) else list(by)
        if unknown := [label for label in labels if label not in series]:
            raise ValueError(f"by: expected labels or columns among {sorted(map(str, series))}, found {unknown}")
        found = changes_of(
            series, over, labels, better=better, level=level, least_runs=least_runs, min_change=min_change
        )
        if explain:
            pairs = zip(found["runs_before"], found["runs_after"], strict=True)
            found["moved"] = [moved_names(self.compare(before, after)) for before, after in pairs]
        return found

    def compare(self, where_a: Where, where_b: Where, *, min_change: float = MIN_CHANGE) -> Comparison:
        """Compare two sets of runs, with the statistics of :func:`aero_nb.compare`.

        Args:
            where_a: which runs: labels and their values (``{"commit": "4f2a"}``), a query of ``runs`` as pandas has it
                (``"date >= '2026-11-01'"``), or run ids (``["4f2a*"]``: the one that begins so).
            where_b: the runs to compare with them.
            min_change: as :func:`aero_nb.compare` has it.

        Returns:
            A :class:`aero_nb.Comparison`, ``where_a`` as its base.

        Raises:
            AeroNBError: a side has no run, or a run is on both sides: they would not be independent.

        """
        sides = [self._records(where) for where in (where_a, where_b)]
        refuse_overlap(sides, where_a, where_b)
        tables = self._measured([record["run"] for side in sides for record in side])
        base, candidate = ([tables[record["run"]] for record in side] for side in sides)
        return compare_measured(base, candidate, min_change=min_change)

    def _measured(self, runs: Sequence[str]) -> dict[str, MeasuredRun]:
        def answer() -> dict[str, MeasuredRun]:
            ask = partial(measured, folder=self.folder)
            return dict(answers_of(self._records(runs), ask, self.client))

        return asked_again(answer)

    def query(self, sql: str) -> pd.DataFrame:
        """Answer a DuckDB query over all runs, on this machine (extra ``sql``).

        The tables are ``runs`` and those of a Trace, each with a column ``run``. No file can be read or written. Of a
        store that lies elsewhere (``s3://...``) the files of the tables that the query names are fetched first, into a
        temporary folder.
        """
        from aero_nb.store.querying import run_query

        def answer() -> pd.DataFrame:
            ledger = read_ledger(self.folder)
            warn_of_damage(ledger)
            records = list(ledger.records.values())
            return run_query(self.folder, records, runs_table(records), sql)

        try:
            return asked_again(answer)
        except FileNotFoundError as error:
            raise AeroNBError(f"expected the files of all runs, found one gone: {error}; see verify()") from error

    def _ask_parts(
        self, where: Where | None, ask: Callable[[Part], Answer], join: Callable[[Iterator[Answer]], Joined]
    ) -> Joined:
        """Ask every part; where a compaction took a file away meanwhile, look again where the runs lie."""

        def answer() -> Joined:
            records = self._records(where)
            return join(answers_of(parts_of(self.folder, records, labels_table(records)), ask, self.client))

        return asked_again(answer)

    def _records(self, where: Where | None) -> list[Record]:
        """Return the records of the runs that are meant and can be asked."""
        ledger = read_ledger(self.folder)
        warn_of_damage(ledger)
        chosen = [record for record in chosen_records(ledger, where) if record["status"] == "ok"]
        if where is not None and not chosen:
            raise none_found(ledger, where)
        return chosen


def _connected(address: str) -> "Client":
    from distributed import Client

    return Client(address)


__all__ = ["Part", "TraceStore"]
