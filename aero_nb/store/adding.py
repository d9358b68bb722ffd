"""Files into a store: each parsed once, in parallel, on a Dask cluster or in a pool of processes."""

import hashlib
import multiprocessing
import os
import sys
import types
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import fsspec

from aero_nb.store.folder import Folder, is_path
from aero_nb.store.labels import encoded
from aero_nb.store.ledger import Ledger, Record, drop_own, put_record, read_ledger, record_of
from aero_nb.store.tables import write_tables
from aero_nb.trace import Trace

Job = tuple[str, dict[str, Any]]  # the file's path or URL, the labels of its run as its record has them


@dataclass(frozen=True)
class Adding:
    """What is the same for all files of one call.

    Attributes:
        folder: the store's folder.
        packed: the runs that lie in packs already.
        failed: the runs that failed before.
        options: what the filesystem of the files' URLs wants to know: may be secret, never shown.

    """

    folder: Folder
    packed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def to(cls, folder: Folder, ledger: Ledger, options: Mapping[str, Any]) -> "Adding":
        """Return it for a store as its records are now."""
        packed = frozenset(run for run, record in ledger.records.items() if record.get("pack"))
        failed = frozenset(run for run, record in ledger.records.items() if record["status"] == "failed")
        return cls(folder, packed, failed, options)


def add_file(adding: Adding, job: Job) -> Record:
    """Add one file and return its record; what is wrong with the file is in the record, never raised."""
    folder, (source, _) = adding.folder, job
    try:
        with _opened(source, adding.options) as file:
            data = file.read()
    except Exception as error:  # whatever a filesystem's library raises
        return failed(folder, job, f"{type(error).__name__}: {error}")
    run = hashlib.sha256(data).hexdigest()[:32]
    record = {**_record(job), "run": run, "bytes": len(data)}
    try:
        before = record_of(folder, run)
        if run in adding.packed or (before and before["status"] == "ok"):
            return {**record, "status": "already"}
        if before and before["status"] == "damaged":
            drop_own(folder, before)
        record |= _written(folder, run, data)
    except Exception as error:  # one bad file stops nothing, whatever it hits
        record |= {"status": "failed", "error": f"{type(error).__name__}: {error}"}
    try:
        if not put_record(folder, record):
            drop_tables(folder, record)
            return {**record, "status": "already"}
        if (could_not_be_opened := _id_of(source)) in adding.failed:
            folder.remove("runs", f"{could_not_be_opened}.json")
    except Exception as error:  # the disk is full: the run stays invisible, and the caller gets the error
        drop_tables(folder, record)
        record |= {"status": "failed", "error": f"{type(error).__name__}: {error}"}
    return record


def drop_tables(folder: Folder, record: Record) -> None:
    """Remove the tables of a record that was not put."""
    if record.get("folder"):
        folder.remove(record["folder"])


def failed(folder: Folder, job: Job, error: str) -> Record:
    """Record a file of which nothing is known but its name, from which its id is made."""
    record = {**_record(job), "run": _id_of(job[0]), "status": "failed", "error": error}
    try:
        put_record(folder, record)
    except Exception as also:  # the caller hears of the file in any case
        record["error"] += f" (and not recorded: {type(also).__name__}: {also})"
    return record


def _record(job: Job) -> Record:
    return {"run": "", "source": job[0], "labels": job[1], "added": datetime.now(UTC).isoformat()}


def _id_of(source: str) -> str:
    return hashlib.sha256(f"a file that could not be read: {source}".encode(errors="surrogateescape")).hexdigest()[:32]


def _opened(source: str, options: Mapping[str, Any]) -> Any:
    """Open a file; a path of this machine is taken literally, but for "-", which is standard input."""
    if source == "-":
        return nullcontext(sys.stdin.buffer)
    if (is_path(source) and "::" not in source) or Path(source).exists():
        return Path(source).expanduser().open("rb")
    return fsspec.open(source, "rb", **options)


def _written(folder: Folder, run: str, data: bytes) -> Record:
    """Write the tables and return what the record says of them."""
    trace = Trace.from_bytes(data, progress=False)
    place = f"data/{run}-{uuid.uuid4().hex[:8]}"
    try:
        files, description = write_tables(folder, place, trace.columns)
    except BaseException:
        folder.remove(place)
        raise
    tracks = trace.tracks
    return {
        "status": "ok",
        "folder": place,
        "files": files,
        "description": description,
        "events": trace.columns.events,
        "spans": len(trace.columns.spans),
        "start": None if trace.start is None else trace.start.isoformat(),
        "duration_us": float((tracks["last_ts_us"].max() - tracks["first_ts_us"].min()) if len(tracks) else 0.0),
    }


def add_files(adding: Adding, jobs: Sequence[Job], client: Any = None, workers: int | None = None) -> Iterator[Record]:
    """Add files in parallel and yield each one's record as it is done."""
    add = partial(add_file, adding)
    if client is not None:
        yield from _on_cluster(client, add, jobs, adding.folder)
    elif len(jobs) < 2 or workers == 1:
        yield from map(add, jobs)
    else:
        yield from _in_pool(add, jobs, workers or os.cpu_count() or 1, adding.folder)


def drop_second_copies(adding: Adding, added: Sequence[Record]) -> None:
    """Remove runs of ours that were packed meanwhile from another add of the same file."""
    folder = adding.folder
    ours = {record["run"]: record for record in added if record["status"] == "ok"}
    if not ours or not folder.names("packs"):
        return
    for record in read_ledger(folder).copies:
        mine = ours.get(record["run"])
        if mine is not None and not record.get("pack") and record.get("folder") == mine["folder"]:
            drop_own(folder, record)


def _on_cluster(client: Any, add: Callable[[Job], Record], jobs: Sequence[Job], folder: Folder) -> Iterator[Record]:
    from distributed import as_completed as completed

    # Not pure: the same file may be added again after a failure.
    futures = dict(zip(client.map(add, jobs, pure=False), jobs, strict=True))
    for future in completed(futures):
        error = future.exception()
        yield _died(folder, futures[future], error) if error is not None else future.result()
        future.release()


def _in_pool(add: Callable[[Job], Record], jobs: Sequence[Job], workers: int, folder: Folder) -> Iterator[Record]:
    """Run the jobs in fresh processes.

    When a process dies, the pool takes every waiting job with it: those are tried again, one by one where nothing else
    helps, so that only the file that kills is reported.
    """
    waiting = list(jobs)
    while waiting:
        died: list[tuple[Job, BaseException]] = []
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            with _main_left_alone():
                futures = {pool.submit(add, job): job for job in (waiting if workers > 1 else waiting[:1])}
            for future in as_completed(futures):
                error = future.exception()
                if error is None:
                    yield future.result()
                else:
                    died.append((futures[future], error))
        rest = waiting[len(futures) :]
        if workers == 1 and died:
            yield _died(folder, *died[0])
            died = []
        elif len(died) == len(waiting):
            workers = 1
        waiting = [job for job, _ in died] + rest


@contextmanager
def _main_left_alone() -> Iterator[None]:
    """Start processes that do not run the caller's script again: nothing of it is needed there.

    A new process imports the main module to find what was defined in it. A script without a ``__main__`` guard would
    begin to add again there, and die of it.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _died(folder: Folder, job: Job, error: BaseException) -> Record:
    why = f"the process that read it died ({type(error).__name__}: {error}), most likely for lack of memory"
    return failed(folder, job, f"{why}; add it again, with more memory or fewer workers")


def options_for(folder: Folder, files: Sequence[str | Path]) -> Mapping[str, Any]:
    """Return what the filesystem of the files' URLs wants to know: the store's own, where they are of its kind."""
    kind = folder.url.partition("://")[0]
    return folder.options if all(str(file).startswith(f"{kind}://") for file in files) else {}


def labels_of(source: str, labels: Mapping[str, Any] | Callable[[str], Mapping[str, Any]] | None) -> dict[str, Any]:
    """Return the labels of one file as its record has them: the same for all, or what a function of its path says."""
    return encoded(labels(source) if callable(labels) else labels or {})
