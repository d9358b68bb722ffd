"""A store lies in any folder and on any object store, and asks for nothing of the script that fills it."""

import errno
import itertools
import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import orjson
import pytest

from aero_nb.errors import AeroNBError
from tests.support.store_files import write_trace

pytest.importorskip("dask", reason="the store needs the extra fleet")

from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from aero_nb.store import TraceStore
from aero_nb.store.tables import row_groups


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("traces [a] *?")
    return [write_trace(folder / f"run-{i}.json", i, spans=3) for i in range(3)]


def use(store, files):
    """Everything that touches files."""
    assert store.add(files, labels={"n": 1}, workers=1)["status"].tolist() == ["ok"] * 3
    for runs in (3, 2):
        assert store.runs["status"].tolist() == ["ok"] * runs
        assert store.summary()["count"].sum() == runs * 6
        assert len(store.spans().compute(scheduler="sync")) == runs * 6
        assert store.query("select count(*) as n from spans")["n"].tolist() == [runs * 6]
        assert store.trace(store.runs.index[0]).spans["name"].nunique() == 2
        assert store.verify().empty
        store.compact()
        assert store.verify().empty
        assert store.summary()["count"].sum() == runs * 6
        assert store.relabel({"n": 1}, {"m": 2}) == runs
        assert store.remove(store.runs.index[:1]) == 1


@pytest.mark.parametrize("name", ["results [nightly]", "a*b?::{c}", "50% #1 'x' \"größe 😀\"", "~x"])
def test_a_folder_may_have_any_name(tmp_path, files, name):
    use(TraceStore(tmp_path / name), files)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_memory_filesystem_with_a_special_name(files):
    use(TraceStore("memory://aero-nb [special]*/store"), files)


@pytest.mark.parametrize("url", ["{folder}/store", "memory://aero-nb-sql/store"])
def test_no_thread_of_arrow_reads_through_python_while_sql_is_answered(url, files, tmp_path, monkeypatch):
    """One that did would wait for the GIL, which a scan holds while it waits for that thread: sometimes for ever."""
    pytest.importorskip("duckdb")
    store = TraceStore(url.format(folder=tmp_path))
    store.add(files[:3], workers=1)
    of_arrow = []
    for filesystem in (LocalFileSystem, MemoryFileSystem):
        asked = filesystem._open

        def open_(self, path, *args, asked=asked, **options):
            of_arrow.extend([path] * isinstance(threading.current_thread(), threading._DummyThread))
            return asked(self, path, *args, **options)

        monkeypatch.setattr(filesystem, "_open", open_)
    rows = store.query("select run, count(*) as n, max(dur_us) as longest from Spans group by run")
    assert rows["n"].sum() == len(store.spans().compute())
    assert store.query("select count(distinct a.run) as n from spans a join tracks b using (run)")["n"][0] == 3
    assert of_arrow == []


def test_a_filesystem_without_hard_links_keeps_the_first_record(tmp_path, files, monkeypatch):
    def link(*_):
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr("os.link", link)
    folder = TraceStore(tmp_path / "store").folder
    assert folder.put_new(b"first", "runs", "x")
    assert not folder.put_new(b"second", "runs", "x")
    assert folder.get("runs", "x") == b"first"
    assert folder.names("runs") == ["x"]


def test_a_relative_folder_stays_where_it_was(tmp_path, files, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = TraceStore("store")
    monkeypatch.chdir("/")
    store.add(files[0])
    assert len(store.runs) == 1
    assert (tmp_path / "store" / "runs").exists()


def test_a_store_that_is_not_there_is_not_made_where_that_is_not_asked_for(tmp_path):
    with pytest.raises(AeroNBError, match="found nothing; adding runs makes one"):
        TraceStore(tmp_path / "store", create=False)
    assert not list(tmp_path.iterdir())


def test_an_unknown_kind_of_url_is_a_sentence():
    with pytest.raises(AeroNBError, match="expected nothing://x to answer, found ValueError: Protocol not known"):
        TraceStore("nothing://x")


def test_a_script_without_a_main_guard_adds_in_processes(tmp_path, files):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(f"""
            print("once")
            from aero_nb.store import TraceStore
            done = TraceStore({str(tmp_path / "store")!r}).add({[str(file) for file in files]!r}, workers=2)
            print(done["status"].tolist())
        """)
    )
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=240)
    assert (ran.stdout, ran.stderr) == ("once\n['ok', 'ok', 'ok']\n", "")


@pytest.mark.parametrize("seed", range(4))
def test_percentiles_of_a_summary_are_interpolated_and_within_half_a_percent(tmp_path, seed):
    rng = np.random.default_rng(seed)
    durations = np.round(10 ** rng.uniform(-3, 6, rng.integers(1, 40)), 3) * rng.integers(0, 2 + seed)
    check_percentiles(tmp_path, durations)


@pytest.mark.parametrize("durations", [[1, 1000], [0, 1000], [0, 0, 5], [7], [3, 3, 3], [1, 1, 1, 10**9]], ids=str)
def test_percentiles_of_a_few_durations(tmp_path, durations):
    check_percentiles(tmp_path, np.array(durations, float))


def check_percentiles(folder, durations):
    """Compare a store of two runs with numpy."""
    store = TraceStore(folder / "store")
    for half in (0, 1):
        events = [
            {"ph": "X", "name": "a", "ts": 0, "dur": duration, "pid": 1, "tid": tid}
            for tid, duration in enumerate(durations[half::2].tolist())
        ]
        (folder / f"{half}.json").write_bytes(orjson.dumps([*events, {"ph": "i", "name": f"i{half}", "ts": 0}]))
    store.add([folder / "0.json", folder / "1.json"], workers=1)
    row = store.summary().loc["a"]
    assert row["count"] == len(durations)
    for column, share in (("p50_us", 0.5), ("p95_us", 0.95), ("p99_us", 0.99)):
        assert row[column] == pytest.approx(np.quantile(durations, share), rel=0.005)


def test_many_small_runs_share_row_groups_and_a_run_is_read_with_few_of_them(tmp_path, monkeypatch):
    import pyarrow as pa
    import pyarrow.parquet as pq

    monkeypatch.setattr("aero_nb.store.tables._ROWS_A_GROUP", 30)
    store = TraceStore(tmp_path / "store")
    small = [write_trace(tmp_path / f"run-{i}.json", i, spans=2) for i in range(30)]
    store.add(small, workers=1)
    store.compact()
    (spans,) = (tmp_path / "store" / "packs").glob("*/spans.parquet")
    file = pq.ParquetFile(spans)
    assert file.num_row_groups == 4  # 30 runs of 4 spans
    (at,) = (i for i, name in enumerate(file.schema_arrow.names) if name == "run")
    ends = [file.metadata.row_group(i).column(at).statistics for i in range(4)]
    assert all(one.max < next_one.min for one, next_one in itertools.pairwise(ends))
    monkeypatch.setattr("aero_nb.store.tables._ROWS_A_GROUP", 25_000)
    assert len(list(row_groups([pa.table({"a": [1]})] * 5000))) == 1


def test_packing_again_reads_each_file_once(tmp_path, monkeypatch):
    from aero_nb.store import packing
    from aero_nb.store.tables import read_table, table_names

    store = TraceStore(tmp_path / "store")
    store.add([write_trace(tmp_path / f"run-{i}.json", i, spans=2) for i in range(12)], workers=1)
    store.compact()
    store.remove(store.runs.index[:1])
    read = []
    monkeypatch.setattr(packing, "read_table", lambda folder, path: read.append(path) or read_table(folder, path))
    store.compact()
    assert len(read) == len(set(read)) == len(table_names()) - 2  # no run has samples, and so no stacks
    assert len(store.runs) == 11


@pytest.fixture(scope="module")
def s3():
    pytest.importorskip("s3fs", reason="needs s3fs")
    server_of = pytest.importorskip("moto.server", reason="needs moto[s3]")
    server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield {"key": "key", "secret": "top secret", "endpoint_url": f"http://{host}:{port}"}
    server.stop()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_store_on_an_s3_server(s3, files, monkeypatch):
    import s3fs

    fs = s3fs.S3FileSystem(**s3)
    with pytest.raises(AeroNBError, match="expected the bucket 'no-bucket' of s3://no-bucket/x, found none"):
        TraceStore("s3://no-bucket/x", storage_options=s3)
    assert not fs.exists("no-bucket")
    fs.mkdir("a-bucket")
    fs.pipe_file("a-bucket/in/run-0.json", Path(files[0]).read_bytes())
    store = TraceStore("s3://a-bucket/results [nightly]/store", storage_options=s3)
    use(store, files)
    assert store.add("s3://a-bucket/in/run-0.json")["status"].tolist() in (["already"], ["ok"])
    assert "top secret" not in repr(store) + repr(store.folder)
    for variable in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", "/nowhere")
    with pytest.raises(
        AeroNBError, match="NoCredentialsError: Unable to locate credentials; an object store's address"
    ):
        TraceStore("s3://a-bucket/y", storage_options={"endpoint_url": s3["endpoint_url"]})


def test_a_put_that_fails_half_way_leaves_what_was_there(tmp_path, monkeypatch):
    from aero_nb.store.folder import Folder

    folder = Folder(str(tmp_path / "store"))
    folder.put(b"the old one", "a", "file")
    whole = folder.fs.pipe_file

    def full(path, data, **options):
        whole(path, data[:3], **options)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folder.fs, "pipe_file", full)
    with pytest.raises(OSError, match="No space"):
        folder.put(b"the new one", "a", "file")
    monkeypatch.undo()
    assert folder.get("a", "file") == b"the old one"
    assert folder.names("a") == ["file"]
    folder.put(b"the new one", "a", "file")
    assert folder.get("a", "file") == b"the new one"


def test_sql_names_a_file_that_is_gone(tmp_path, files):
    pytest.importorskip("duckdb", reason="SQL needs the extra sql")
    store = TraceStore(tmp_path / "store")
    store.add(files, workers=1)
    assert store.query("select count(*) n from spans")["n"].tolist() == [18]
    next((tmp_path / "store").rglob("spans.parquet")).unlink()
    with pytest.raises(AeroNBError, match=r"found one gone: .*spans\.parquet"):
        store.query("select count(*) n from spans")
