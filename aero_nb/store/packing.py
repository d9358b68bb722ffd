"""Many small runs into few large files, and a look at whether every file is whole."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
import pandas as pd
import pyarrow.parquet as pq

from aero_nb.store.folder import Folder
from aero_nb.store.ledger import Record, pack_records, records
from aero_nb.store.reading import answers_of, bundles
from aero_nb.store.tables import merged, parquet_bytes, read_table, table_names

if TYPE_CHECKING:
    from distributed import Client

SPANS_A_PACK = 1_000_000  # about 100 MB as a DataFrame: what one worker holds at a time


def compact(folder: Folder, spans_a_pack: int = SPANS_A_PACK, client: "Client | None" = None) -> int:
    """Pack runs that lie on their own, and repack packs that removed runs left holes in; return how many were packed.

    Packs are written side by side, on the cluster where there is one. Safe beside readers and adders: a pack is listed
    before the runs' own records go. Two compactions at once may pack a run twice; readers see it once, and the next
    compaction drops the second copy.
    """
    found = records(folder)
    holed = _holed_packs(folder, found)
    loose = [record for record in found.values() if record["status"] == "ok" and record.get("pack") in (None, *holed)]
    groups = bundles(sorted(loose, key=lambda record: str(record["run"])), spans_a_pack)
    packed = sum(answers_of(groups, partial(_write_pack, folder), client, label="Packing"))
    for pack in holed:
        folder.remove("packs", pack, "pack.json")
        folder.remove("packs", pack)
        for name in folder.names("removed"):
            if name.startswith(f"{pack}."):
                folder.remove("removed", name)
    return packed


def _holed_packs(folder: Folder, found: dict[str, Record]) -> list[str]:
    return [
        pack
        for pack in folder.names("packs")
        if any(found.get(record["run"], {}).get("pack") != pack for record in pack_records(folder, pack))
    ]


def _write_pack(folder: Folder, group: list[Record]) -> int:
    """Write the pack of some runs and remove what lay on its own; return how many runs. Harmless when done twice."""
    pack = hashlib.sha256("".join(record["run"] + record["folder"] for record in group).encode()).hexdigest()[:32]
    place = f"packs/{pack}"
    if not folder.exists(place, "pack.json"):  # else a worker died after writing it
        _write_tables(folder, place, pack, group)
    for record in group:
        if not record.get("pack"):
            folder.remove("runs", f"{record['run']}.json")
            folder.remove(record["folder"])
    return len(group)


def _write_tables(folder: Folder, place: str, pack: str, group: list[Record]) -> None:
    sizes = {}
    for name in table_names():
        tables, schema = merged(_rows_of(folder, record, name) for record in group)
        data = parquet_bytes(tables, schema)
        folder.put(data, place, f"{name}.parquet")
        sizes[f"{name}.parquet"] = len(data)
    moved = [{**record, "folder": place, "pack": pack, "files": sizes} for record in group]
    folder.put(orjson.dumps({"runs": moved}), place, "pack.json")


def _rows_of(folder: Folder, record: Record, name: str) -> tuple[str, Any]:
    path = folder.path(record["folder"], f"{name}.parquet")
    if not record.get("pack"):
        return record["run"], read_table(folder, path)
    return record["run"], read_table(folder, path, filters=[("run", "=", record["run"])]).drop_columns(["run"])


def verify(folder: Folder) -> pd.DataFrame:
    """Look at every file: is it there, as long as its record says, and a whole Parquet file? Is any file foreign?

    Returns:
        One row a problem: ``path`` (in the store), ``run`` ("" where no run is concerned), ``problem``. Folders of adds
        that died, or that are under way at this moment, are told as unfinished; they harm nobody.

    """
    found = records(folder)
    places: dict[str, Record] = {r["folder"]: r for r in found.values() if r["status"] == "ok"}
    for pack in folder.names("packs"):
        for record in pack_records(folder, pack):
            places.setdefault(f"packs/{pack}", record)
    problems = [problem for place, record in places.items() for problem in _problems_of(folder, place, record)]
    problems += _foreign(folder, set(places))
    return pd.DataFrame(problems, columns=["path", "run", "problem"])


def _problems_of(folder: Folder, place: str, record: Record) -> Iterator[tuple[str, str, str]]:
    run = "" if record.get("pack") else str(record["run"])
    there = set(folder.names(*place.split("/")))
    for name, size in record["files"].items():
        path = f"{place}/{name}"
        if name not in there:
            yield path, run, "missing"
            continue
        length = folder.fs.size(folder.path(place, name))
        if length != size:
            yield path, run, f"torn: {length} bytes, its record says {size}"
            continue
        try:
            with folder.fs.open(folder.path(place, name), "rb") as file:
                pq.ParquetFile(file).read()
        except (OSError, ValueError) as error:  # pyarrow's ArrowInvalid is a ValueError
            yield path, run, f"damaged: {error}"
    for name in sorted(there - set(record["files"]) - {"pack.json"}):
        yield f"{place}/{name}", run, "foreign"


def _foreign(folder: Folder, places: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for name in folder.names():
        if name not in ("store.json", "runs", "data", "packs", "removed"):
            yield name, "", "foreign"
    for parent in ("data", "packs"):
        for name in folder.names(parent):
            if f"{parent}/{name}" not in places:
                yield f"{parent}/{name}", "", "unfinished: no record names it"
    for parent in ("runs", "removed"):
        for name in folder.names(parent):
            if not name.endswith(".json"):
                yield f"{parent}/{name}", "", "foreign"
