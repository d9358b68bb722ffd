"""Which runs a store has: one small record a run, and the rule that makes a run visible all at once or not at all.

::

    store.json                  what this folder is, and its schema version
    runs/<run>.json             the record of a run: readers see a run because this file is there
    runs/<run>/...              no such thing: tables lie in the folder that the record names
    data/<run>-<random>/        the tables of one run
    packs/<pack>/pack.json      the records of many runs, whose tables lie in this pack
    removed/<pack>.<run>.json   a run of a pack that was removed; the next compact() drops its rows

Tables are written first and the record last, so an add that dies leaves a folder that no record names; two adds of the
same file at once leave two folders and one record. A run that moves into a pack is listed there before its own record
goes, and readers list records before packs, so they never miss it.
"""

from collections.abc import Iterable
from typing import Any

import orjson
import pandas as pd

from aero_nb.errors import AeroNBError
from aero_nb.store.folder import Folder

FORMAT = "aero_nb.store"
VERSION = 1

Record = dict[str, Any]

_COLUMNS = {
    "status": "object",
    "source": "object",
    "bytes": "Int64",
    "events": "Int64",
    "spans": "Int64",
    "start": "datetime64[ns, UTC]",
    "duration_us": "float64",
    "added": "datetime64[ns, UTC]",
    "error": "object",
}


def open_ledger(folder: Folder) -> None:
    """Make the folder a store, or check that it is one that this version reads.

    Raises:
        AeroNBError: it holds something else, or a store of a newer version.

    """
    try:
        found = orjson.loads(folder.get("store.json"))
    except FileNotFoundError:
        if strange := folder.names():
            raise AeroNBError(
                f"expected {folder.url} to be a TraceStore or an empty folder, found {strange[:5]} in it; "
                "name another folder"
            ) from None
        folder.put(orjson.dumps({"format": FORMAT, "version": VERSION}), "store.json")
        return
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT or found.get("version") != VERSION:
        raise AeroNBError(
            f"expected {folder.url}/store.json to say {FORMAT!r} version {VERSION}, found {str(found)[:100]}; "
            "update aero-nb, or name another folder"
        )


def record_of(folder: Folder, run: str) -> Record | None:
    """Return the record of a run that lies on its own, None where there is none."""
    try:
        record: Record = orjson.loads(folder.get("runs", f"{run}.json"))
    except FileNotFoundError:
        return None
    return record


def put_record(folder: Folder, record: Record) -> None:
    """Make a run visible."""
    folder.put(orjson.dumps(record), "runs", f"{record['run']}.json")


def records(folder: Folder) -> dict[str, Record]:
    """Return the record of every run by its id: those on their own, then those in packs, which win."""
    loose = {run: orjson.loads(data) for run, data in folder.get_all("runs", suffix=".json").items()}
    packed = {}
    removed = set(folder.names("removed"))
    for pack in folder.names("packs"):
        for record in pack_records(folder, pack):
            if f"{pack}.{record['run']}.json" not in removed:
                packed[record["run"]] = record
    # A record of its own that is newer than the pack's says that the run was removed and added again.
    return {**loose, **packed}


def pack_records(folder: Folder, pack: str) -> list[Record]:
    """Return the records of a pack's runs, removed ones too; none where it is not finished."""
    try:
        found: list[Record] = orjson.loads(folder.get("packs", pack, "pack.json"))["runs"]
    except FileNotFoundError:
        return []
    return found


def remove_run(folder: Folder, record: Record) -> None:
    """Make a run invisible, then remove what can be removed now."""
    if pack := record.get("pack"):
        folder.put(b"{}", "removed", f"{pack}.{record['run']}.json")
    folder.remove("runs", f"{record['run']}.json")
    if not record.get("pack") and record.get("folder"):
        folder.remove(record["folder"])


def runs_table(found: Iterable[Record]) -> pd.DataFrame:
    """Return the records as a table: a row a run, its labels as columns after our own."""
    listed = list(found)
    index = pd.Index([record["run"] for record in listed], name="run", dtype="object")
    ours = {
        name: pd.Series([record.get(name) for record in listed], index, dtype=dtype)
        for name, dtype in _COLUMNS.items()
        if not dtype.startswith("datetime")
    }
    for name in ("start", "added"):
        stamps = pd.Series([record.get(name) for record in listed], index, dtype="object")
        ours[name] = pd.to_datetime(stamps, utc=True, format="ISO8601").astype("datetime64[ns, UTC]")
    table = pd.DataFrame({name: ours[name] for name in _COLUMNS}, index=index)
    labels = pd.DataFrame([record.get("labels") or {} for record in listed], index=index)
    return table.join(labels.rename(columns={name: f"label:{name}" for name in labels if name in table}))
