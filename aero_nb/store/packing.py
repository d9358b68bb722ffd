"""Many small runs into few large files, and a look at whether every file is whole."""

import hashlib
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from aero_nb.errors import AeroNBError
from aero_nb.formats.arrow import has_table
from aero_nb.store.folder import Folder
from aero_nb.store.ledger import (
    Ledger,
    Record,
    change_files,
    compacting,
    drop_own,
    join_changes,
    origin_of,
    read_ledger,
    record_of,
)
from aero_nb.store.reading import answers_of, bundles
from aero_nb.store.tables import merged, parquet_bytes, read_table, row_groups, schema_of, split_by_run, table_names

if TYPE_CHECKING:
    from distributed import Client

SPANS_A_PACK = 1_000_000  # about 100 MB as a DataFrame: what one worker holds at a time


@dataclass(frozen=True)
class _Packed:
    """What became of a group: how many of its runs are in a pack now, and why the others stay where they are."""

    runs: int
    unreadable: dict[str, str]  # a folder -> what is wrong with it


def compact(folder: Folder, spans_a_pack: int = SPANS_A_PACK, client: "Client | None" = None) -> int:
    """Pack runs that lie on their own, and repack packs that removed runs left holes in; return how many were packed.

    Packs are written side by side, on the cluster where there is one. Safe beside readers, adders, removals and other
    compactions: a pack is listed before the runs' own records go, and what was removed stays so. Two compactions at
    once may pack a run twice; readers see it once, and the next compaction drops the second copy. A run whose files
    cannot be read stays where it is, and a warning names it.
    """
    with compacting(folder) as announcement:
        relabelled = change_files(folder)
        ledger = read_ledger(folder)
        for record in [*ledger.gone, *ledger.copies]:  # what adds and removals that were cut off left behind
            drop_own(folder, record)
        holed = _holed_packs(ledger)
        loose = [
            record
            for record in ledger.records.values()
            if record["status"] == "ok" and record.get("pack") in (None, *holed)
        ]
        groups = bundles(sorted(loose, key=lambda record: (record.get("pack") or "", record["run"])), spans_a_pack)
        done = list(answers_of(groups, partial(_write_pack, folder), client, label="Packing"))
        unreadable = {place: problem for packed in done for place, problem in packed.unreadable.items()}
        for pack in holed:
            if f"packs/{pack}" not in unreadable:
                folder.remove("packs", pack, "pack.json")
                folder.remove("packs", pack)
        _forget(folder, ledger, announcement, relabelled)
    if problems := [problem for problem in unreadable.values() if problem]:
        warnings.warn(f"{len(problems)} runs or packs were left as they are: {'; '.join(problems)}", stacklevel=3)
    return sum(packed.runs for packed in done)


def _holed_packs(ledger: Ledger) -> list[str]:
    return [
        pack
        for pack, listed in ledger.packs.items()
        if any(ledger.records.get(record["run"], {}).get("pack") != pack for record in listed)
    ]


def _forget(folder: Folder, before: Ledger, announcement: str, relabelled: list[str]) -> None:
    """Drop what was said of removed adds of which nothing is left.

    Not while another compaction is under way: it may have read a record before the removal, and write it yet.
    """
    if not (before.removed or relabelled) or folder.names("compacting") != [announcement]:
        return
    now = read_ledger(folder)
    listed = [*now.records.values(), *now.copies, *now.gone]
    alive = {origin for record in listed if (origin := origin_of(record)) is not None}
    for origin in before.removed - alive:
        folder.remove("removed", f"{origin}.json")
    join_changes(folder, relabelled, alive)


def _write_pack(folder: Folder, group: list[Record]) -> _Packed:
    """Write the pack of some runs and remove what lay on its own. Harmless when done twice."""
    unreadable: dict[str, str] = {}
    while group:
        pack = hashlib.sha256("".join(record["run"] + record["folder"] for record in group).encode()).hexdigest()[:32]
        place = f"packs/{pack}"
        if folder.exists(place, "pack.json"):  # a worker died after writing it
            break
        try:
            _write_tables(folder, place, pack, group)
            break
        except _UnreadableError as error:
            if folder.exists(place, "pack.json"):  # a worker that was taken for dead has gone on, and removed them
                break
            unreadable[error.place] = str(error) if _is_there(folder, error.place, group) else ""
            group = [record for record in group if record["folder"] != error.place]
    for record in group:
        if not record.get("pack"):
            drop_own(folder, record)
    return _Packed(len(group), unreadable)


class _UnreadableError(Exception):
    """A table of a run or of a pack could not be read."""

    def __init__(self, place: str, error: Exception) -> None:
        super().__init__(f"{place}: {error}")
        self.place = place


def _is_there(folder: Folder, place: str, group: list[Record]) -> bool:
    """Whether a run or pack is still where its record said: a removal or another compaction may have passed."""
    (record, *_) = (record for record in group if record["folder"] == place)
    if record.get("pack"):
        return folder.exists(place, "pack.json")
    now = record_of(folder, record["run"])
    return now is not None and now.get("folder") == place


def _write_tables(folder: Folder, place: str, pack: str, group: list[Record]) -> None:
    """Write the tables of a pack, runs in the order of their ids: the statistics of a row group then bound its runs."""
    # Nothing is written before all is read, so that what cannot be read leaves nothing behind.
    files = {f"{name}.parquet": parquet_bytes(*_pack_table(folder, name, group)) for name in table_names()}
    for name, data in files.items():
        folder.put(data, place, name)
    sizes = {name: len(data) for name, data in files.items()}
    moved = [
        {**record, "folder": place, "pack": pack, "files": sizes, "origin": origin_of(record)}
        for record in sorted(group, key=lambda record: str(record["run"]))
    ]
    folder.put(orjson.dumps({"runs": moved}), place, "pack.json")


def _pack_table(folder: Folder, name: str, group: list[Record]) -> tuple[list[pa.Table], pa.Schema]:
    runs_of: dict[str, list[str]] = {}
    for record in (record for record in group if has_table(record["description"], name)):
        runs_of.setdefault(record["folder"], []).append(record["run"])
    packed = {record["folder"] for record in group if record.get("pack")}
    tables = [] if runs_of else [schema_of(name).empty_table().add_column(0, "run", pa.array([], pa.string()))]
    for place, runs in runs_of.items():  # each file is read once, however many runs it has
        try:
            table = read_table(folder, folder.path(place, f"{name}.parquet"))
        except (OSError, AeroNBError) as error:
            raise _UnreadableError(place, error) from error
        if place not in packed:
            table = table.add_column(0, "run", pa.array(runs * len(table), pa.string()))
        tables.append(table.filter(pc.is_in(table["run"], pa.array(runs, pa.string()))))
    unified, schema = merged(tables)
    by_run = {run: rows for table in unified for run, rows in split_by_run(table)}
    return list(row_groups(by_run[run] for run in sorted(by_run))) or [schema.empty_table()], schema


def verify(folder: Folder) -> pd.DataFrame:
    """Look at every file: is it there, as long as its record says, and a whole Parquet file? Is any file foreign?

    Returns:
        One row per problem: ``path`` (in the store), ``run`` ("" where no run is concerned), ``problem``. Folders of
        adds and compactions that died, or that are under way at this moment, are reported as unfinished; they harm
        nobody.

    """
    ledger = read_ledger(folder)
    places: dict[str, Record] = {}
    for record in [*ledger.records.values(), *ledger.copies, *(r for listed in ledger.packs.values() for r in listed)]:
        if record["status"] == "ok":
            places.setdefault(record["folder"], record)
    damaged = [*ledger.damaged, *(record for record in ledger.copies if record["status"] == "damaged")]
    problems = [(str(r["path"]), str(r["run"]), f"damaged: {r['error']}") for r in damaged]
    problems += [problem for place, record in places.items() for problem in _problems_of(folder, place, record)]
    problems += [
        (f"runs/{record['run']}.json", str(record["run"]), "a second copy: the next compact() drops it")
        for record in ledger.copies
        if record["status"] == "ok" and not record.get("pack")
    ]
    damaged_runs = {record["run"] for record in damaged}
    named_for_them = {f"data/{name}" for name in folder.names("data") if name.partition("-")[0] in damaged_runs}
    named_by_them = {record["folder"] for record in damaged if record.get("folder")}
    problems += _foreign(folder, {*places, *named_for_them, *named_by_them}, ledger)
    return pd.DataFrame(problems, columns=["path", "run", "problem"])


def _problems_of(folder: Folder, place: str, record: Record) -> Iterator[tuple[str, str, str]]:
    run = "" if record.get("pack") else str(record["run"])
    there = set(folder.names(*place.split("/")))
    for name, size in record["files"].items():
        path = f"{place}/{name}"
        if name not in there:
            yield path, run, "missing"
            continue
        length = folder.size(place, name)
        if length != size:
            yield path, run, f"torn: {length} bytes, its record says {size}"
            continue
        try:
            with folder.answering(), folder.open(folder.path(place, name)) as file:
                pq.ParquetFile(file).read()
        except (OSError, ValueError, AeroNBError) as error:  # pyarrow's ArrowInvalid is a ValueError
            yield path, run, f"damaged: {error}"
    for name in sorted(there - set(record["files"]) - {"pack.json"}):
        yield f"{place}/{name}", run, "foreign"


def _foreign(folder: Folder, places: Iterable[str], ledger: Ledger) -> Iterator[tuple[str, str, str]]:
    known = set(places)
    gone = {record["folder"] for record in ledger.gone if record.get("folder")}
    for name in folder.names():
        if name not in ("store.json", "runs", "data", "packs", "removed", "relabelled", "compacting"):
            yield name, "", "foreign"
    for parent in ("data", "packs"):
        for name in folder.names(parent):
            if f"{parent}/{name}" not in {*known, *gone}:
                yield f"{parent}/{name}", "", "unfinished: no record names it"
    for name in folder.names("compacting"):
        yield f"compacting/{name}", "", "unfinished: a compaction that died, or is under way"
    for parent in ("runs", "removed", "relabelled"):
        for name in folder.names(parent):
            if not name.endswith(".json"):
                yield f"{parent}/{name}", "", "foreign"
