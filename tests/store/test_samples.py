"""Samples in a store, beside runs that were added before there were any."""

import orjson
import pytest

from aero_nb.trace import Trace
from tests.support.profiles import ROOT, chunk, node, profile, stacks_of, trace_of
from tests.support.store_files import write_trace

pytest.importorskip("dask", reason="the store needs the extra fleet")

from aero_nb.store import TraceStore


@pytest.fixture
def sampled():
    nodes = [ROOT, node(2, "main"), node(3, "draw", 2)]
    return trace_of(profile(), chunk([2, 3, 3], [5, 5, 5], nodes, endTime=20))


@pytest.fixture
def store(tmp_path, sampled):
    """A run as an older version wrote it, one of today without samples, one with them."""
    made = TraceStore(tmp_path / "store")
    made.add(write_trace(tmp_path / "old.json", 1), labels={"age": "old"})
    (record,) = (tmp_path / "store" / "runs").glob("*.json")
    told = orjson.loads(record.read_bytes())
    del told["description"]["samples"]
    for name in ("samples.parquet", "stacks.parquet"):
        del told["files"][name]
        (tmp_path / "store" / told["folder"] / name).unlink()
    record.write_bytes(orjson.dumps(told))
    made.add(write_trace(tmp_path / "new.json", 2), labels={"age": "new"})
    (tmp_path / "sampled.json").write_bytes(sampled.to_bytes())
    made.add(tmp_path / "sampled.json", labels={"age": "sampled", "file": "x"})
    return made


@pytest.mark.parametrize("packed", [False, True])
def test_runs_with_and_without_samples_lie_beside_each_other(store, sampled, packed):
    pytest.importorskip("duckdb")
    for _ in range(2):
        if packed:
            store.compact()
        samples = store.table("samples").compute()
        assert samples["weight_us"].tolist() == [5.0, 5.0, 5.0]
        assert set(samples["age"]) == {"sampled"}
        found = store.query("select sum(weight_us) as us, count(*) as n from samples")
        assert found.values.tolist() == [[15.0, 3.0]]
        assert len(store.query("select function from stacks")) == 2
        back = {store.runs.loc[run, "age"]: store.trace(run) for run in store.runs.index}
        assert stacks_of(back["sampled"]) == stacks_of(sampled)
        assert back["old"].samples.empty
        assert back["new"].samples.empty
        assert len(store.spans().compute()) > 0
        assert store.verify().empty


def test_a_label_called_as_a_column_of_stacks_is_refused_there_alone(store):
    assert "file" in store.table("spans").columns
    with pytest.raises(ValueError, match=r"stacks: expected labels of other names than its columns, found \['file'\]"):
        store.table("stacks")


def test_missing_samples_of_a_run_that_has_some_are_an_error(store, tmp_path):
    for path in (tmp_path / "store" / "data").glob("*/samples.parquet"):
        path.unlink()
    assert set(store.verify()["problem"]) == {"missing"}
    (run,) = store.runs.index[store.runs["age"] == "sampled"]
    with pytest.raises(OSError, match="samples"):
        store.trace(run)


def test_a_folder_of_parquet_without_them_loads(tmp_path, sampled):
    plain = Trace.from_bytes(write_trace(tmp_path / "plain.json", 1).read_bytes())
    for trace in (plain, sampled):
        folder = trace.to_parquet(tmp_path / f"{len(trace.samples)}")
        assert stacks_of(Trace(_read(folder))) == stacks_of(trace)
    for folder in (tmp_path / "0", tmp_path / "3"):  # as an older version wrote them
        for name in ("samples", "stacks"):
            (folder / f"{name}.parquet").unlink()
        told = orjson.loads((folder / "trace.json").read_bytes())
        del told["samples"], told["profile_events"]
        (folder / "trace.json").write_bytes(orjson.dumps(told))
        assert Trace(_read(folder)).samples.empty
    again = Trace.from_bytes(Trace(_read(tmp_path / "3")).to_bytes())
    assert stacks_of(again) == stacks_of(sampled), "the events that tell them are still there"


def _read(folder):
    from aero_nb.formats.parquet import read_folder

    return read_folder(folder)
