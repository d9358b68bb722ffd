"""Files into a store: each parsed once, in parallel, on a Dask cluster or in a pool of processes."""

import hashlib
import multiprocessing
import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from functools import partial
from typing import Any

import fsspec

from aero_nb.store.folder import Folder
from aero_nb.store.ledger import Record, put_record, record_of
from aero_nb.store.tables import write_tables
from aero_nb.trace import Trace

Job = tuple[str, dict[str, Any]]  # the file's path or URL, its labels


def add_file(folder: Folder, packed: frozenset[str], job: Job) -> Record:
    """Add one file and return its record; what is wrong with the file is in the record, never raised.

    Args:
        folder: the store's folder.
        packed: the runs that lie in packs already.
        job: the file, and the labels of its run.

    """
    source, labels = job
    record: Record = {"run": "", "source": source, "labels": labels, "added": datetime.now(UTC).isoformat()}
    try:
        with fsspec.open(source, "rb") as file:
            data = file.read()
    except OSError as error:  # nothing is known of the file, so no run can be named after it
        return {**record, "status": "failed", "error": f"{type(error).__name__}: {error}"}
    run = hashlib.sha256(data).hexdigest()[:32]
    before = record_of(folder, run)
    if run in packed or (before and before["status"] == "ok"):
        return {**record, "run": run, "status": "already"}
    record |= {"run": run, "bytes": len(data)}
    try:
        record |= _written(folder, run, data)
    except Exception as error:  # one bad file stops nothing, whatever it hits
        record |= {"status": "failed", "error": f"{type(error).__name__}: {error}"}
    try:
        put_record(folder, record)
    except OSError as error:  # the disk is full: the run stays invisible, and the caller is told
        record |= {"status": "failed", "error": f"{type(error).__name__}: {error}"}
    return record


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


def add_files(
    folder: Folder, jobs: Sequence[Job], packed: frozenset[str], client: Any = None, workers: int | None = None
) -> Iterator[Record]:
    """Add files in parallel and yield each one's record as it is done."""
    add = partial(add_file, folder, packed)
    if client is not None:
        yield from _on_cluster(client, add, jobs)
    elif len(jobs) < 2 or workers == 1:
        yield from map(add, jobs)
    else:
        yield from _in_pool(add, jobs, workers or os.cpu_count() or 1)


def _on_cluster(client: Any, add: Callable[[Job], Record], jobs: Sequence[Job]) -> Iterator[Record]:
    from distributed import as_completed as completed

    # Not pure: the same file may be added again after a failure.
    futures = dict(zip(client.map(add, jobs, pure=False), jobs, strict=True))
    for future in completed(futures):
        error = future.exception()
        yield _died(futures[future], error) if error is not None else future.result()
        future.release()


def _in_pool(add: Callable[[Job], Record], jobs: Sequence[Job], workers: int) -> Iterator[Record]:
    """Run the jobs in fresh processes.

    When a process dies, the pool takes every waiting job with it: those are tried again, one by one where nothing else
    helps, so that only the file that kills is reported.
    """
    waiting = list(jobs)
    while waiting:
        died: list[tuple[Job, BaseException]] = []
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            futures = {pool.submit(add, job): job for job in (waiting if workers > 1 else waiting[:1])}
            for future in as_completed(futures):
                error = future.exception()
                if error is None:
                    yield future.result()
                else:
                    died.append((futures[future], error))
        rest = waiting[len(futures) :]
        if workers == 1 and died:
            yield _died(*died[0])
            died = []
        elif len(died) == len(waiting):
            workers = 1
        waiting = [job for job, _ in died] + rest


def _died(job: Job, error: BaseException) -> Record:
    return {
        "run": "",
        "source": job[0],
        "labels": job[1],
        "status": "failed",
        "error": f"the process that read it died ({type(error).__name__}: {error}); add it again, with more memory",
    }


def labels_of(source: str, labels: Mapping[str, Any] | Callable[[str], Mapping[str, Any]] | None) -> dict[str, Any]:
    """Return the labels of one file: the same for all, or what a function of its path says."""
    return dict(labels(source) if callable(labels) else labels or {})
