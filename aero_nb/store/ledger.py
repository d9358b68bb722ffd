"""Which runs a store has: one small record a run, and the rules that make a run visible, or gone, all at once.

::

    store.json                  what this folder is, and its schema version
    runs/<run>.json             the record of a run: readers see a run because this file is there
    data/<run>-<random>/        the tables of one run
    packs/<pack>/pack.json      the records of many runs, whose tables lie in this pack
    removed/<origin>.json       one add that was removed, wherever its rows lie by now
    relabelled/<number>-*.json  labels that changed since; the next compact() makes one file of them
    compacting/<random>.json    a compaction is under way

Tables are written first and the record last, so an add that dies leaves a folder that no record names. Every add has an
origin, the name of the folder that it wrote, which its record keeps through every packing: what is removed or
relabelled is said of the origin, so that a compaction which read the record before cannot bring it back. A run that
moves into a pack is listed there before its own record goes, and readers list records before packs, so they never miss
it.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import pandas as pd

from aero_nb.errors import AeroNBError
from aero_nb.store.folder import Folder
from aero_nb.store.labels import label_columns

FORMAT = "aero_nb.store"
VERSION = 2
_READABLE = (1, 2)  # 1 knows neither origins nor labels with a type

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
_RUN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Ledger:
    """What the records of a store say at one moment.

    Attributes:
        records: the record of each run that is there (or failed, or cannot be read), by its id.
        copies: further records of these runs, which two adds or two compactions at once left behind.
        gone: records of removed adds that are still listed somewhere.
        packs: the runs that each whole pack lists, whether they are visible or not.
        removed: the origins that were removed.

    """

    records: dict[str, Record] = field(default_factory=dict)
    copies: list[Record] = field(default_factory=list)
    gone: list[Record] = field(default_factory=list)
    packs: dict[str, list[Record]] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()

    @property
    def damaged(self) -> list[Record]:
        """The records that cannot be read."""
        return [record for record in self.records.values() if record["status"] == "damaged"]


def open_ledger(folder: Folder, *, create: bool) -> None:
    """Check that the folder is a store that this version reads, or make it one.

    Raises:
        AeroNBError: it holds something else, or a store of a newer version, or nothing and ``create`` is False.

    """
    try:
        version = _version(folder)
    except FileNotFoundError:
        if strange := folder.names():
            raise AeroNBError(
                f"expected {folder.url} to be a TraceStore or an empty folder, found {strange[:5]} in it; "
                "name another folder"
            ) from None
        if not create:
            raise AeroNBError(f"expected a store at {folder.url}, found nothing; adding runs makes one") from None
        folder.put(_store_json(), "store.json")
        return
    if version not in _READABLE:
        raise AeroNBError(
            f"expected {folder.url}/store.json to say {FORMAT!r} version {VERSION}, "
            f"found {_start(folder.get('store.json'))}; update aero-nb, or name another folder"
        )


def begin_change(folder: Folder) -> None:
    """Before anything is written: versions that do not know what is written now refuse the store from here on."""
    if _version(folder) != VERSION:
        folder.put(_store_json(), "store.json")


def _store_json() -> bytes:
    return orjson.dumps({"format": FORMAT, "version": VERSION})


def _version(folder: Folder) -> Any:
    try:
        description = orjson.loads(folder.get("store.json"))
    except orjson.JSONDecodeError:
        return None
    return description.get("version") if isinstance(description, dict) and description.get("format") == FORMAT else None


def _start(data: bytes) -> str:
    return repr(data[:100].decode(errors="replace")) if data else "an empty file"


# Reading


def read_ledger(folder: Folder) -> Ledger:
    """Read every record."""
    own = {name.removesuffix(".json"): ("runs", name) for name in folder.names("runs") if name.endswith(".json")}
    contents = folder.get_many(own.values())
    loose = [_own_record(run, data) for run, path in own.items() if (data := contents[path]) is not None]
    removed = frozenset(name.removesuffix(".json") for name in folder.names("removed"))
    packs, damaged = _packs(folder)
    listed = [*loose, *damaged, *(record for records in packs.values() for record in records)]
    changed = dict(relabelled(folder))
    ledger = Ledger(packs=packs, removed=removed)
    for record in listed:
        origin = origin_of(record)
        if origin in removed:
            ledger.gone.append(record)
            continue
        if changes := changed.get(origin or ""):
            record = {**record, "labels": _merged(record.get("labels") or {}, changes)}
        if (before := ledger.records.get(record["run"])) is not None:
            ledger.copies.append(before)  # what is in a pack wins over a record of its own
        ledger.records[record["run"]] = record
    return ledger


def record_of(folder: Folder, run: str) -> Record | None:
    """Return the record of a run that lies on its own, None where there is none (a removed one is none)."""
    try:
        record = _own_record(run, folder.get("runs", f"{run}.json"))
    except FileNotFoundError:
        return None
    origin = origin_of(record)
    return None if origin and folder.exists("removed", f"{origin}.json") else record


def origin_of(record: Record) -> str | None:
    """Return the name of the one add that a record comes from; None where it wrote nothing, or cannot be read."""
    if record["status"] == "damaged":
        return None
    if record.get("origin"):
        return str(record["origin"])
    if record.get("pack"):  # packed by version 1, which named removed runs so
        return f"{record['pack']}.{record['run']}"
    return str(record["folder"]).rpartition("/")[2] if record.get("folder") else None


def _own_record(run: str, data: bytes) -> Record:
    try:
        record = orjson.loads(data)
        _check(record, run, rf"data/{run}-\w+")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        content = f"{error} in {_start(data)}" if data else "an empty file"
        return _damaged(run, f"runs/{run}.json", content, "remove() this run and add its file again")
    return dict(record)


def _packs(folder: Folder) -> tuple[dict[str, list[Record]], list[Record]]:
    """Return the records of every whole pack, and a record of what each damaged pack is.

    While packs are repacked, a pack may go before it is read, and the one that its runs moved to be finished only after
    it was looked at: then look again, until two looks see the same.
    """
    seen = None
    while True:
        names = folder.names("packs")
        contents = folder.get_many(("packs", pack, "pack.json") for pack in names)
        whole = {path[1]: data for path, data in contents.items() if data is not None}
        if len(whole) == len(names) or (names, set(whole)) == seen:
            break
        seen = (names, set(whole))
    packs, damaged = {}, []
    for pack, data in whole.items():
        try:
            listed = orjson.loads(data)["runs"]
            for record in listed:
                _check(record, record["run"], rf"packs/{pack}")
                if record["pack"] != pack:
                    raise ValueError(f"a record of pack {record['pack']!r}")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            what = f"{error} in {_start(data)}" if data else "an empty file"
            advice = "bring it back from a copy, or remove() it by the id that this row has and add its files again"
            damaged.append({**_damaged(pack, f"packs/{pack}/pack.json", what, advice), "folder": f"packs/{pack}"})
        else:
            packs[pack] = listed
    return packs, damaged


def _check(record: Any, run: str, folder: str) -> None:
    """Raise ValueError where a record is not what it must be: its folder goes with the run, so it must be its own."""
    if record["run"] != run or not _RUN.fullmatch(run):
        raise ValueError(f"the run {str(record['run'])[:40]!r}")
    if record["status"] not in ("ok", "failed"):
        raise ValueError(f"the status {record['status']!r}")
    if not isinstance(record.get("labels") or {}, dict):
        raise ValueError("labels that are no object")
    if record["status"] == "failed" and record.get("folder"):
        raise ValueError("a folder of a run that failed")
    if record["status"] == "ok":
        if not re.fullmatch(folder, record["folder"]):
            raise ValueError(f"the folder {record['folder'][:60]!r}")
        if not isinstance(record["files"], dict) or not isinstance(record["description"], dict):
            raise ValueError("no list of its files")
        if not isinstance(record["spans"], int) or not isinstance(record.get("origin", ""), str):
            raise ValueError("no count of its spans")
        if "/" in record.get("origin", ""):
            raise ValueError(f"the origin {record['origin']!r}")


def _damaged(run: str, path: str, found: str, advice: str) -> Record:
    error = f"{path}: expected a record, found {found}; {advice}"
    return {"run": run, "status": "damaged", "source": None, "labels": {}, "path": path, "error": error}


# Changing


def put_record(folder: Folder, record: Record) -> bool:
    """Make a run visible; return False, and change nothing, where another add has been quicker."""
    data, path = orjson.dumps(record), ("runs", f"{record['run']}.json")
    if folder.put_new(data, *path):
        return True
    before = record_of(folder, record["run"])
    if before is not None and before["status"] == "ok":
        return False
    folder.put(data, *path)  # of a removed, failed or damaged one
    return True


def remove_runs(folder: Folder, ledger: Ledger, runs: Iterable[str]) -> None:
    """Make runs invisible, every copy of them, then remove what can be removed now."""
    chosen = set(runs)
    for record in [*ledger.records.values(), *ledger.copies]:
        if record["run"] in chosen:
            if origin := origin_of(record):
                folder.put(b"{}", "removed", f"{origin}.json")
            drop_own(folder, record)


def drop_own(folder: Folder, record: Record) -> None:
    """Remove what a run has of its own: its record (unless that is another add's by now) and its tables."""
    run = record["run"]
    if record["status"] == "damaged":
        folder.remove(*record["path"].split("/"))
        if record.get("folder"):
            folder.remove(record["folder"])
        for name in folder.names("data"):
            if name.startswith(f"{run}-"):
                folder.remove("data", name)
    elif not record.get("pack"):
        try:
            now = _own_record(run, folder.get("runs", f"{run}.json"))
        except FileNotFoundError:
            now = record
        if now.get("folder") == record.get("folder"):
            folder.remove("runs", f"{run}.json")
        if record.get("folder"):
            folder.remove(record["folder"])


Changes = Mapping[str, Any]


def put_labels(folder: Folder, changes: Mapping[str, Changes]) -> None:
    """Change labels of adds by origin; a value of None takes a label away."""
    numbers = [int(name.partition("-")[0]) for name in change_files(folder)]
    name = f"{max(numbers, default=0) + 1:012d}-{uuid.uuid4().hex[:8]}.json"
    folder.put(orjson.dumps({"labels": changes}), "relabelled", name)


def relabelled(folder: Folder, names: list[str] | None = None) -> Iterator[tuple[str, Changes]]:
    """Yield all changes of labels by origin."""
    merged: dict[str, Changes] = {}
    for _, changes in _change_sets(folder, names):
        for origin, labels in changes.items():
            merged[origin] = {**merged.get(origin, {}), **labels}
    yield from merged.items()


def join_changes(folder: Folder, names: list[str], alive: set[str]) -> None:
    """Make one of these files of changed labels, without what adds that are gone had; harmless beside new files."""
    if not names:
        return
    kept = {origin: labels for origin, labels in relabelled(folder, names) if origin in alive}
    joined = f"{names[-1].partition('-')[0]}-~{uuid.uuid4().hex[:8]}.json"  # "~": after those that it is made of
    if kept:
        folder.put(orjson.dumps({"labels": kept}), "relabelled", joined)
    for name in names:
        folder.remove("relabelled", name)


def change_files(folder: Folder) -> list[str]:
    """Return the names of the files of changed labels, in the order in which they were made."""
    return [name for name in folder.names("relabelled") if re.fullmatch(r"\d{12}-~?[0-9a-f]{8}\.json", name)]


def _change_sets(folder: Folder, names: list[str] | None) -> Iterator[tuple[str, dict[str, Changes]]]:
    while True:
        listed = change_files(folder) if names is None else names
        contents = folder.get_many(("relabelled", name) for name in listed)
        if names is not None or None not in contents.values():
            break  # else a compaction joined them meanwhile
    for (_, name), data in contents.items():
        if data is None:
            continue
        try:
            changes = orjson.loads(data)["labels"]
            changes = {str(origin): dict(changed) for origin, changed in changes.items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise AeroNBError(
                f"expected changes of labels in {folder.url}/relabelled/{name}, found {_start(data)}; "
                "bring it back from a copy, or remove that file and relabel() again"
            ) from error
        yield name, changes


def _merged(labels: Changes, changes: Changes) -> dict[str, Any]:
    return {name: value for name, value in {**labels, **changes}.items() if value is not None}


@contextmanager
def compacting(folder: Folder) -> Iterator[str]:
    """Say that a compaction is under way, so that no other forgets a removal that this one has not seen."""
    name = f"{uuid.uuid4().hex}.json"
    folder.put(b"{}", "compacting", name)
    try:
        yield name
    finally:
        folder.remove("compacting", name)


def runs_table(records: Iterable[Record]) -> pd.DataFrame:
    """Return the records as a table: one row per run, its labels as columns after our own."""
    listed = list(records)
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
    labels = labels_table(listed)
    return table.join(labels.rename(columns={name: f"label:{name}" for name in labels if name in table}))


def labels_table(records: Iterable[Record]) -> pd.DataFrame:
    """Return the labels of runs: one row per run by id."""
    listed = list(records)
    index = pd.Index([record["run"] for record in listed], name="run", dtype="object")
    return label_columns([record.get("labels") or {} for record in listed], index)
