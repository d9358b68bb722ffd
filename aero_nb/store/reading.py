"""The tables of all runs as Dask DataFrames: a partition is some runs of a pack, or some that lie on their own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from aero_nb.store.folder import Folder
from aero_nb.store.ledger import Record
from aero_nb.store.tables import read_table, schema_of

_SPANS_A_PART = 200_000


@dataclass(frozen=True)
class Part:
    """What one task reads: files of one table's folders, and which runs of them."""

    folder: Folder
    places: tuple[tuple[str, str | None], ...]  # a folder, and its run (None: a pack, with a column `run`)
    runs: frozenset[str]

    def read(self, table: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the rows of one table, with the column ``run``."""
        schema = schema_of(table)
        wanted = [name for name in (columns if columns is not None else schema.names) if name != "run"]
        found = pa.concat_tables(self._read_place(place, run, table, wanted) for place, run in self.places)
        frame: pd.DataFrame = found.to_pandas(strings_to_categorical=True)
        return frame

    def _read_place(self, place: str, run: str | None, table: str, wanted: list[str]) -> pa.Table:
        path = self.folder.path(place, f"{table}.parquet")
        schema = pa.schema([schema_of(table).field(name) for name in wanted])
        with_run = pa.schema([pa.field("run", pa.string()), *schema])
        if run is None:
            rows = read_table(self.folder, path, columns=["run", *wanted], filters=[("run", "in", self.runs)])
            return rows.select(with_run.names).cast(with_run)
        rows = read_table(self.folder, path, columns=wanted or schema_of(table).names[:1])
        column = pa.array([run], pa.string()).take(pa.array(np.zeros(len(rows), np.int32)))
        return rows.select(wanted).cast(schema).add_column(0, "run", column)


def parts_of(folder: Folder, found: Iterable[Record]) -> list[Part]:
    """Return the parts that hold these runs, each of a size that a small worker can bear."""
    by_pack: dict[str | None, list[Record]] = {}
    for record in found:
        if record["status"] == "ok":
            by_pack.setdefault(record.get("pack"), []).append(record)
    parts = []
    for pack, listed in by_pack.items():
        for bundle in bundles(listed, _SPANS_A_PART):
            # A run is a row group of its pack, so that a part of a pack reads only its own rows.
            places = [(r["folder"], None) for r in bundle[:1]] if pack else [(r["folder"], r["run"]) for r in bundle]
            parts.append(Part(folder, tuple(places), frozenset(record["run"] for record in bundle)))
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


def dask_table(parts: Sequence[Part], table: str, labels: pd.DataFrame) -> Any:
    """Return one table of all parts as a Dask DataFrame, with ``run`` and the labels as columns of text."""
    import dask.dataframe as dd

    meta = _labelled(_empty(table), labels)
    if not parts:
        return dd.from_pandas(meta, npartitions=1)
    return dd.from_map(_read_labelled, parts, table=table, labels=labels, meta=meta, label=f"aero_nb-{table}")


def _read_labelled(
    part: Part, *, table: str, labels: pd.DataFrame, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read a part; Dask passes ``columns`` when it knows that no others are needed."""
    ours = None if columns is None else [name for name in columns if name not in labels.columns]
    frame = _labelled(_texts(part.read(table, ours)), labels)
    return frame if columns is None else frame[list(columns)]


def _labelled(frame: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    row = labels.index.get_indexer(pd.Index(frame["run"]))
    return frame.assign(**{str(name): labels[name].to_numpy()[row] for name in labels}).astype(
        {str(name): "string[pyarrow]" for name in labels}
    )


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Categories differ from part to part, which Dask cannot have: texts it is."""
    texts = {name: "string[pyarrow]" for name, dtype in frame.dtypes.items() if dtype == "category"}
    return frame.astype(texts)


def _empty(table: str) -> pd.DataFrame:
    schema = pa.schema([pa.field("run", pa.string()), *schema_of(table)])
    frame: pd.DataFrame = schema.empty_table().to_pandas(strings_to_categorical=True)
    return _texts(frame)


def of_parts(parts: Sequence[Any], ask: Callable[[Any], Any], client: Any = None) -> list[Any]:
    """Ask every part, on the cluster where there is one, else on this machine's threads."""
    if client is not None:
        answers: list[Any] = client.gather(client.map(ask, parts, pure=False))
        return answers
    import dask

    return list(dask.compute(*(dask.delayed(ask, pure=False)(part) for part in parts)))
