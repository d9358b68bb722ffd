"""What is removed stays removed, nothing else goes, and damaged records are named."""

import random
import shutil
from pathlib import Path

import orjson
import pytest

from aero_nb.errors import AeroNBError
from tests.support.store_files import write_trace

pytest.importorskip("dask", reason="the store needs the extra fleet")

from aero_nb.store import TraceStore, packing
from aero_nb.store.ledger import compacting

RUNS, SPANS = 4, 3


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    files = [write_trace(folder / f"run-{i}.json", i, spans=SPANS) for i in range(RUNS)]
    TraceStore(folder / "store").add(files, labels=lambda path: {"number": Path(path).stem[4:]}, workers=1)
    return folder / "store"


@pytest.fixture
def store(tmp_path, filled):
    return TraceStore(shutil.copytree(filled, tmp_path / "store"))


def tree(store):
    root = Path(store.folder.url)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


@pytest.mark.parametrize("empty", ["", " ", {}, [], ()])
def test_an_empty_selector_removes_and_relabels_nothing(store, empty):
    with pytest.raises(ValueError, match="expected labels, a query of runs or ids, found"):
        store.remove(empty)
    with pytest.raises(ValueError, match="expected labels, a query of runs or ids, found"):
        store.relabel(empty, {"commit": "x"})
    assert len(store.runs) == RUNS


@pytest.mark.parametrize("wanted", [[""], ["*"], "*", ["0"], ["nothing"], ["nothing*"]])
def test_what_is_no_id_removes_nothing(store, wanted):
    before = tree(store)
    with pytest.raises(AeroNBError, match=r"expected (the id of a|one) run"):
        store.remove(wanted)
    with pytest.raises(AeroNBError, match=r"expected (the id of a|one) run"):
        store.remove([store.runs.index[0], *wanted])  # not even the one that there is
    assert tree(store) == before


def test_the_beginning_of_an_id_is_asked_for_and_unique(store, tmp_path):
    first, second = store.runs.index[:2]
    with pytest.raises(AeroNBError, match="which is none"):
        store.remove([first[:10]])
    assert store.remove([first[:10] + "*"]) == 1
    assert store.remove(second[:10] + "*") == 1
    shared = "ab" * 14
    for name in (f"{shared}0001", f"{shared}0002"):
        (Path(store.folder.url) / "runs" / f"{name}.json").write_bytes(
            orjson.dumps({"run": name, "status": "failed", "source": "x", "error": "y"})
        )
    with pytest.raises(AeroNBError, match=f"begins with '{shared}', found 2: "):
        store.remove([f"{shared}*"])
    with pytest.raises(AeroNBError, match="found 2: "):
        store.trace(shared)
    assert len(store.runs) == RUNS


def test_a_file_that_cannot_be_opened_has_an_id_and_is_gone_once_it_was_read(store, tmp_path):
    missing = tmp_path / "run-9.json"
    (row,) = store.add(missing).to_dict("records")
    assert (row["status"], store.runs.loc[row["run"], "status"]) == ("failed", "failed")
    assert len(row["run"]) == 32
    write_trace(missing, 9)
    store.add(missing)
    assert row["run"] not in store.runs.index
    assert (store.runs["status"] == "ok").all()
    missing.unlink()
    again = store.add(missing)["run"].tolist()
    assert store.remove(again) == 1
    assert len(store.runs) == RUNS + 1


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
@pytest.mark.parametrize("moment", ["before it reads", "after it has read"])
def test_runs_that_are_removed_while_they_are_packed_stay_removed(store, monkeypatch, packed, moment):
    if packed:
        store.compact()
        store.remove([store.runs.index[-1]])  # so that the pack is packed again
    removed, *kept = store.runs.index
    write, done = packing._write_tables, []

    def removing(*arguments):
        if moment == "after it has read":
            write(*arguments)
        if not done:
            done.append(store.remove([removed]))
        if moment == "before it reads":
            write(*arguments)

    monkeypatch.setattr(packing, "_write_tables", removing)
    store.compact()
    assert done == [1]
    assert sorted(store.runs.index) == sorted(kept)
    monkeypatch.undo()
    store.compact()
    assert sorted(store.runs.index) == sorted(kept)
    assert set(store.spans().compute(scheduler="sync")["run"]) == set(kept)
    assert store.verify().empty
    assert not [path for path in tree(store) if path.startswith(("removed/", "compacting/", "runs/", "data/"))]


def test_a_removal_is_remembered_while_another_compaction_may_not_know_of_it(store):
    store.compact()
    removed = store.runs.index[0]
    with compacting(store.folder):  # another client's, which read the records before
        store.remove([removed])
        store.compact()
        assert any(path.startswith("removed/") for path in tree(store))
    store.compact()
    assert not any(path.startswith("removed/") for path in tree(store))
    assert removed not in store.runs.index


def test_a_run_that_was_removed_can_be_added_again_packed_or_not(store):
    store.compact()
    run = store.runs.index[0]
    source = store.runs.loc[run, "source"]
    for _ in range(2):
        store.remove([run])
        assert store.add(source, workers=1)["status"].tolist() == ["ok"]
        assert run in store.runs.index
        store.compact()
        assert run in store.runs.index
    assert store.verify().empty


def test_two_adds_and_two_compactions_at_once_leave_no_copies(store, monkeypatch):
    """A second add sees neither the first one's record nor its pack, as when both run at the same moment."""
    run = store.runs.index[0]
    source = store.runs.loc[run, "source"]
    from aero_nb.store import adding

    with monkeypatch.context() as patched:
        patched.setattr(adding, "record_of", lambda folder, run: None)
        assert store.add(source)["status"].tolist() == ["already"]
        assert store.verify().empty
        write = adding._written

        def packing_meanwhile(*arguments):
            written = write(*arguments)
            store.compact()
            return written

        store.remove([run])
        store.add(source)
        patched.setattr(adding, "_written", packing_meanwhile)
        assert store.add(source)["status"].tolist() in (["already"], ["ok"])
    write_tables = packing._write_tables
    with monkeypatch.context() as patched:

        def compacting_meanwhile(*arguments):
            patched.setattr(packing, "_write_tables", write_tables)
            store.compact(spans_a_pack=SPANS)
            write_tables(*arguments)

        store.remove([store.runs.index[-1]])
        patched.setattr(packing, "_write_tables", compacting_meanwhile)
        store.compact()
    store.compact()
    assert len(store.runs) == RUNS - 1
    assert len(store.spans().compute(scheduler="sync")) == (RUNS - 1) * 2 * SPANS
    assert store.verify().empty


def test_a_run_that_cannot_be_read_is_left_alone_and_named_by_compact(store):
    torn = min(Path(store.folder.url).glob("data/*/spans.parquet"))
    torn.write_bytes(torn.read_bytes()[:-20])
    with pytest.warns(UserWarning, match=f"1 runs or packs were left as they are: data/{torn.parent.name}"):
        assert store.compact() == RUNS - 1
    assert len(store.runs) == RUNS
    assert store.verify()["path"].tolist() == [f"data/{torn.parent.name}/spans.parquet"]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b'{"run": "x"}', b'"text"', random.Random(1).randbytes(50)]
)
def test_a_damaged_record_is_named_by_every_question_and_can_be_removed(store, data):
    run = store.runs.index[0]
    source = store.runs.loc[run, "source"]
    (Path(store.folder.url) / "runs" / f"{run}.json").write_bytes(data)
    with pytest.warns(UserWarning, match=f"1 damaged records.*runs/{run}.json: expected a record"):
        assert store.summary()["count"].sum() == (RUNS - 1) * 2 * SPANS
    assert store.runs.loc[run, "status"] == "damaged"
    assert "1 records damaged" in repr(store)
    (problem,) = store.verify(clean=True).to_dict("records")
    assert problem["path"] == f"runs/{run}.json"
    assert store.remove([run]) == 1
    assert store.verify().empty
    store.add(source)
    assert len(store.summary()) == 2
    assert (store.runs["status"] == "ok").sum() == RUNS


def test_adding_the_file_again_mends_a_damaged_record(store):
    run = store.runs.index[0]
    source = store.runs.loc[run, "source"]
    (Path(store.folder.url) / "runs" / f"{run}.json").write_bytes(b"")
    assert store.add(source)["status"].tolist() == ["ok"]
    assert store.verify().empty
    assert (store.runs["status"] == "ok").all()


def test_a_damaged_pack_is_named_and_never_cleaned_away(store):
    store.compact()
    (pack,) = (Path(store.folder.url) / "packs").iterdir()
    (pack / "pack.json").write_bytes(b"")
    with pytest.warns(UserWarning, match=f"packs/{pack.name}/pack.json: expected a record, found an empty file"):
        assert len(store.spans().compute(scheduler="sync")) == 0
    assert store.verify(clean=True)["path"].tolist() == [f"packs/{pack.name}/pack.json"]
    store.compact()
    assert (pack / "spans.parquet").exists()
    assert store.remove([pack.name]) == 1
    assert store.verify().empty


@pytest.mark.parametrize("folder", ["../x", "data/../../x", "/x", "", ".", "data", "packs/x", "data/other-12345678"])
def test_a_record_that_names_a_folder_which_is_not_its_own_cannot_remove_it(store, folder):
    outside = Path(store.folder.url).parent / "x"
    outside.mkdir()
    (outside / "precious").write_text("mine")
    run, other = store.runs.index[:2]
    root = Path(store.folder.url)
    if folder.endswith("other-12345678"):
        folder = orjson.loads((root / "runs" / f"{other}.json").read_bytes())["folder"]
    record = root / "runs" / f"{run}.json"
    record.write_bytes(orjson.dumps({**orjson.loads(record.read_bytes()), "folder": folder}))
    assert store.runs.loc[run, "status"] == "damaged"
    assert store.remove([run]) == 1
    assert (outside / "precious").exists()
    assert store.runs.index.tolist() == [name for name in store.runs.index if name != run]
    assert len(store.spans().compute(scheduler="sync")) == (RUNS - 1) * 2 * SPANS


def test_a_store_of_the_first_version_is_read_changed_and_closed_to_it(store):
    """It had no origins, and named removed runs after their pack."""
    store.compact()
    root = Path(store.folder.url)
    (pack,) = (root / "packs").iterdir()
    runs = [
        {name: value for name, value in record.items() if name != "origin"}
        for record in orjson.loads((pack / "pack.json").read_bytes())["runs"]
    ]
    (pack / "pack.json").write_bytes(orjson.dumps({"runs": runs}))
    (root / "store.json").write_bytes(b'{"format": "aero_nb.store", "version": 1}')
    (root / "removed").mkdir(exist_ok=True)
    (root / "removed" / f"{pack.name}.{runs[0]['run']}.json").write_bytes(b"{}")
    old = TraceStore(root)
    assert len(old.runs) == RUNS - 1
    assert b'"version": 1' in (root / "store.json").read_bytes()
    old.remove([runs[1]["run"]])
    old.relabel([runs[2]["run"]], {"commit": "c9"})
    old.compact()
    assert orjson.loads((root / "store.json").read_bytes())["version"] == 2
    assert set(old.runs.index) == {record["run"] for record in runs[2:]}
    assert old.runs["commit"].dropna().to_dict() == {runs[2]["run"]: "c9"}
    assert old.verify().empty


@pytest.mark.parametrize(
    "sql",
    [
        "copy (select 1) to '{root}/x.csv'",
        "copy runs to '{root}/data/x.parquet'",
        "select * from read_text('{root}/store.json')",
        "attach '{root}/x.db'",
        "export database '{root}/x'",
        "set enable_external_access = true",
        "install httpfs",
    ],
)
def test_a_query_reads_and_writes_no_file(store, sql):
    pytest.importorskip("duckdb", reason="needs pip install 'aero-nb[sql]'")
    before = tree(store)
    with pytest.raises(AeroNBError, match="DuckDB could not answer"):
        store.query(sql.format(root=store.folder.url))
    assert tree(store) == before
