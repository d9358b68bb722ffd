"""What a store survives: killed workers and clients, a full disk, torn files, two clients at once, corrupt input."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pandas as pd
import pytest

from aero_nb.errors import AeroNBError
from tests.support.store_files import labels_of, write_trace

distributed = pytest.importorskip("distributed", reason="the store needs the extra fleet")

from aero_nb.store import TraceStore  # noqa: E402

pytestmark = [
    pytest.mark.slow,
    # What a killed worker leaves behind in the client is distributed's own affair.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]

FILES, SPANS = 16, 300


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("traces")
    return [write_trace(folder / f"run-{i}.json", i, spans=SPANS) for i in range(FILES)]


@pytest.fixture(scope="module")
def client():
    with (
        # Any free port: its HTTP server takes 8787 even without a dashboard, and warns where another has it.
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def assert_whole(store, count=FILES):
    """Every run is there once, with all its rows."""
    assert (store.runs["status"] == "ok").sum() == count
    assert len(store.spans().compute(scheduler="sync")) == count * 2 * SPANS


def test_a_schedulers_address_is_enough_and_the_store_shows_its_dashboard(tmp_path, files, client):
    store = TraceStore(tmp_path / "store", client.scheduler.address)
    try:
        store.add(files[:2], labels=labels_of)
        assert_whole(store, count=2)
        assert (store.client.dashboard_link or "0 files failed") in store._repr_html_()
    finally:
        store.client.close()


def kill_a_worker(client):
    pid = next(iter(client.run(os.getpid).values()))
    os.kill(pid, signal.SIGKILL)


def test_a_worker_killed_in_mid_add_loses_and_doubles_nothing(tmp_path, files, client):
    store = TraceStore(tmp_path / "store", client)
    killed = []

    def labels(path):
        return labels_of(path)

    from aero_nb.store.adding import Adding, add_files

    rows = []
    for record in add_files(Adding(store.folder), [(str(file), labels(file)) for file in files], client):
        rows.append(record)
        if not killed:
            kill_a_worker(client)
            killed.append(True)
    # An add that had finished when its worker died is tried again and finds its own run there.
    assert {record["status"] for record in rows} <= {"ok", "already"}
    assert len(rows) == FILES
    assert_whole(store)


def test_a_worker_killed_in_mid_query_changes_no_answer(tmp_path, files, client):
    store = TraceStore(tmp_path / "store", client)
    store.add(files, labels=labels_of)
    expected = store.summary()
    future = client.compute(store.spans().groupby("name")["dur_us"].sum())
    kill_a_worker(client)
    assert future.result()["frame"] == pytest.approx(expected.loc["frame", "total_us"])
    assert store.summary().equals(expected)


def test_a_worker_killed_in_mid_compaction_loses_and_doubles_nothing(tmp_path, files, client):
    store = TraceStore(tmp_path / "store", client)
    store.add(files, labels=labels_of)
    expected = store.summary()
    with ThreadPoolExecutor(1) as pool:
        packing = pool.submit(store.compact, spans_a_pack=200)
        kill_a_worker(client)
        assert packing.result() == FILES
    assert_whole(store)
    assert store.compact() == 0
    pd.testing.assert_frame_equal(store.summary(), expected)


def add_in_another_process(store, files, limit=""):
    code = f"""
        import resource, sys
        {limit}
        from tests.support.store_files import labels_of
        from aero_nb.store import TraceStore
        done = TraceStore(sys.argv[1]).add(sys.argv[2:], labels=labels_of, workers=1)
        print(done.to_json(orient="records"))
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(store), *map(str, files)]
    here = str(Path(__file__).resolve().parents[2])
    return subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": here}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_a_client_killed_in_mid_add_is_resumed_by_the_same_call(tmp_path, files):
    root = tmp_path / "store"
    adding = add_in_another_process(root, files)
    while len(list(root.glob("runs/*.json"))) < 4:
        if adding.poll() is not None:  # it was quicker than this process had a look
            break
        time.sleep(0.01)
    adding.kill()
    _, errors = adding.communicate()
    store = TraceStore(root)
    there = len(store.runs)
    assert 4 <= there <= FILES, errors.decode()
    done = store.add(files, labels=labels_of, workers=1)
    assert (done["status"] == "already").sum() == there
    assert_whole(store)
    assert store.verify(clean=True)["problem"].str.startswith("unfinished").all()
    assert store.verify().empty


def test_a_full_disk_fails_the_file_and_leaves_no_half_run(tmp_path, files):
    root = tmp_path / "store"
    TraceStore(root).add(files[:2], labels=labels_of)
    # No file may grow beyond 4 kB from now on: every table of spans fails as on a full disk.
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))"
    adding = add_in_another_process(root, files[2:4], limit)
    out, err = adding.communicate(timeout=300)
    assert adding.returncode == 0, err.decode()
    rows = orjson.loads(out)
    assert [row["status"] for row in rows] == ["failed", "failed"]
    assert all("OSError" in row["error"] for row in rows)
    store = TraceStore(root)
    assert len(store.spans().compute(scheduler="sync")) == 2 * 2 * SPANS
    assert store.verify().empty
    store.add(files[:4], labels=labels_of, workers=1)
    assert_whole(store, count=4)


def test_a_truncated_file_is_named_by_queries_and_by_verify(tmp_path, files):
    store = TraceStore(tmp_path / "store")
    store.add(files[:3], labels=labels_of, workers=1)
    torn = sorted(Path(store.folder.url).glob("data/*/spans.parquet"))[1]
    torn.write_bytes(torn.read_bytes()[:-100])
    with pytest.raises(AeroNBError, match=torn.parent.name):
        store.summary()
    problem = store.verify().iloc[0]
    assert problem["problem"].startswith("torn")
    source = store.runs.loc[problem["run"], "source"]
    store.remove([problem["run"]])
    store.add(source, labels=labels_of)
    assert_whole(store, count=3)


def test_a_clock_that_jumps_changes_no_answer(tmp_path, files):
    store = TraceStore(tmp_path / "store")
    store.add(files[:3], labels=labels_of, workers=1)
    before = store.trend("frame").table["value"]
    for record, moment in zip(Path(store.folder.url).glob("runs/*.json"), ("1970-01-01", "2199-01-01"), strict=False):
        told = orjson.loads(record.read_bytes())
        record.write_bytes(orjson.dumps({**told, "added": f"{moment}T00:00:00+00:00"}))
    store.compact()
    assert store.trend("frame").table["value"].equals(before)


def test_two_clients_that_add_the_same_files_at_once_make_each_run_once(tmp_path, files):
    root = tmp_path / "store"
    TraceStore(root)
    both = [add_in_another_process(root, order) for order in (files, files)]
    for adding in both:
        _, err = adding.communicate(timeout=300)
        assert adding.returncode == 0, err.decode()
    store = TraceStore(root)
    assert_whole(store)
    problems = store.verify(clean=True)
    assert problems["problem"].str.startswith("unfinished").all()
    assert_whole(store)
    assert store.verify().empty


def test_corrupt_input_among_good_is_named_and_costs_nothing_else(tmp_path, files):
    bad = tmp_path / "run-99.json"
    bad.write_bytes(os.urandom(5000))
    store = TraceStore(tmp_path / "store")
    done = store.add([*files[:8], bad, *files[8:]], labels=labels_of, workers=2)
    assert list(done.loc[done["status"] == "failed", "source"]) == [str(bad)]
    assert_whole(store)


def test_two_writers_and_compactions_beside_them_leave_nothing_behind(tmp_path, files):
    root = tmp_path / "store"
    store = TraceStore(root)
    adding = [add_in_another_process(root, order) for order in (files, files[::-1])]
    while any(process.poll() is None for process in adding):
        store.compact(spans_a_pack=2_000)
    for process in adding:
        _, err = process.communicate()
        assert process.returncode == 0, err.decode()
    store.compact()
    assert_whole(store)
    assert store.verify().empty
    assert not [*root.glob("data/*"), *root.glob("runs/*"), *root.glob("removed/*"), *root.glob("compacting/*")]
