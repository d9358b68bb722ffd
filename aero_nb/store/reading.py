"""The tables of all runs as Dask DataFrames: a partition is some runs of a pack, or some that lie on their own."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from aero_nb.formats.arrow import YOUNGER_TABLES, has_table, named_series
from aero_nb.progress import counted
from aero_nb.store.folder import Folder
from aero_nb.store.ledger import Record
from aero_nb.store.tables import read_table, schema_of

if TYPE_CHECKING:
    from distributed import Client

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_SPANS_A_PART = 200_000


@dataclass(frozen=True)
class Part:
    """What one task reads: files of one table's folders, and which runs of them."""

    folder: Folder
    places: tuple[tuple[str, str | None], ...]  # a folder, and its run (None: a pack, with a column `run`)
    sampled: frozenset[str]  # the folders of runs that have samples
    labels: pd.DataFrame  # of its runs, by run

    def read(self, table: str, columns: Sequence[str] | None = None, *, name: str | None = None) -> pd.DataFrame:
        """Return the rows of one table, with the column ``run``; ``name``: only those of this name."""
        schema = schema_of(table)
        wanted = [name for name in (columns if columns is not None else schema.names) if name != "run"]
        read = [self._read_place(*place, table, wanted, name) for place in self.places_of(table)]
        rows = pa.concat_tables(read or [_with_run(table, wanted).empty_table()])
        frame: pd.DataFrame = rows.to_pandas(strings_to_categorical=True)
        return frame

    def places_of(self, table: str) -> list[tuple[str, str | None]]:
        """Return the places that have this table."""
        return [place for place in self.places if table not in YOUNGER_TABLES or place[0] in self.sampled]

    def _read_place(self, place: str, run: str | None, table: str, wanted: list[str], name: str | None) -> pa.Table:
        path = self.folder.path(place, f"{table}.parquet")
        schema = pa.schema([schema_of(table).field(name) for name in wanted])
        with_run = _with_run(table, wanted)
        only = [] if name is None else [("name", "=", name)]
        read = wanted or schema_of(table).names[:1]
        if table == "counters" and "series" in wanted and "name" not in wanted:
            read = [*wanted, "name"]  # which says what a series of an older store is called
        if run is None:
            runs = list(self.labels.index)
            # The runs of a pack are in order, so that the range spares the row groups of others.
            own_rows = [("run", ">=", min(runs)), ("run", "<=", max(runs)), ("run", "in", runs), *only]
            rows = read_table(self.folder, path, columns=["run", *read], filters=own_rows)
            return named_series(table, rows).select(with_run.names).cast(with_run)
        rows = named_series(table, read_table(self.folder, path, columns=read, filters=only or None))
        column = pa.array([run], pa.string()).take(pa.array(np.zeros(len(rows), np.int32)))
        return rows.select(wanted).cast(schema).add_column(0, "run", column)


def _with_run(table: str, columns: Sequence[str]) -> pa.Schema:
    return pa.schema([pa.field("run", pa.string()), *(schema_of(table).field(name) for name in columns)])


def parts_of(folder: Folder, records: Iterable[Record], labels: pd.DataFrame) -> list[Part]:
    """Return the parts that hold these runs, each of a size that a small worker can bear; labels as of all runs."""
    by_pack: dict[str | None, list[Record]] = {}
    for record in records:
        if record["status"] == "ok":
            by_pack.setdefault(record.get("pack"), []).append(record)
    parts = []
    for pack, listed in by_pack.items():
        for bundle in bundles(sorted(listed, key=lambda record: str(record["run"])), _SPANS_A_PART):
            # The runs of a pack are in order, so that a part of it reads only the row groups of its own runs.
            places = [(record["folder"], record["run"]) for record in bundle]
            if pack:
                places = [(bundle[0]["folder"], None)]
            sampled = frozenset(record["folder"] for record in bundle if has_table(record["description"], "samples"))
            parts.append(Part(folder, tuple(places), sampled, labels.loc[[record["run"] for record in bundle]]))
    return parts


def bundles(listed: Iterable[Record], least_spans: int) -> Iterator[list[Record]]:
    """Yield the records in groups, each ended by the run that brings it to so many spans."""
    bundle: list[Record] = []
    spans = 0
    for record in listed:
        bundle.append(record)
        spans += record["spans"]
        if spans >= least_spans:
            yield bundle
            bundle, spans = [], 0
    if bundle:
        yield bundle


def dask_table(parts: Sequence[Part], table: str, labels: Sequence[str]) -> Any:
    """Return one table of all parts as a Dask DataFrame, with ``run`` and the labels as columns of text.

    Raises ValueError where a label has the name of one of the table's columns.
    """
    import dask.dataframe as dd

    empty = _empty(table)
    if clash := sorted({*labels} & {*empty.columns}):
        raise ValueError(
            f"{table}: expected labels of other names than its columns, found {clash}; relabel() renames them"
        )
    meta = empty.assign(**{name: pd.Series([], dtype="string[pyarrow]") for name in labels})
    if not parts:
        return dd.from_pandas(meta, npartitions=1)
    return dd.from_map(_read_labelled, parts, table=table, meta=meta, label=f"aero_nb-{table}")


def _read_labelled(part: Part, *, table: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a part; Dask passes ``columns`` when it knows that no others are needed."""
    ours = None if columns is None else [name for name in columns if name not in part.labels]
    frame = _texts(part.read(table, ours))
    row = part.labels.index.get_indexer(pd.Index(frame["run"]))
    texts = {str(name): "string[pyarrow]" for name in part.labels}
    frame = frame.assign(**{str(name): part.labels[name].to_numpy()[row] for name in part.labels}).astype(texts)
    return frame if columns is None else frame[list(columns)]


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Categories differ from part to part, which Dask cannot have: texts it is."""
    texts = {name: "string[pyarrow]" for name, dtype in frame.dtypes.items() if dtype == "category"}
    return frame.astype(texts)


def _empty(table: str) -> pd.DataFrame:
    schema = pa.schema([pa.field("run", pa.string()), *schema_of(table)])
    frame: pd.DataFrame = schema.empty_table().to_pandas(strings_to_categorical=True)
    return _texts(frame)


def answers_of(
    parts: Iterable[Asked], ask: Callable[[Asked], Answer], client: "Client | None" = None, *, label: str = "Asking"
) -> Iterator[Answer]:
    """Ask every part, on the cluster where there is one, else on this machine's threads; answer in their order."""
    asked = list(parts)
    answers = _on_cluster(asked, ask, client) if client is not None else _on_threads(asked, ask)
    return counted(answers, len(asked), label, " parts")


def _on_threads(parts: Sequence[Asked], ask: Callable[[Asked], Answer]) -> Iterator[Answer]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(ask, parts)


def _on_cluster(parts: Sequence[Asked], ask: Callable[[Asked], Answer], client: "Client") -> Iterator[Answer]:
    """Keep no answer on a worker once it is here: many parts would fill the workers' memory."""
    futures = deque(client.map(ask, parts, pure=False))
    while futures:
        yield futures.popleft().result()


def asked_again(answer: Callable[[], Answer]) -> Answer:
    """Return the answer; where a compaction took a file away meanwhile, look again where the runs lie."""
    try:
        return answer()
    except FileNotFoundError:
        return answer()
