"""A store of many traces: each once, all or nothing, and the same answers as from the traces themselves."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import aero_nb
from aero_nb.errors import AeroNBError
from tests.support.store_files import labels_of, write_trace

pytest.importorskip("dask", reason="the store needs the extra fleet")
pytest.importorskip("distributed", reason="the store needs the extra fleet")

from aero_nb.store import TraceStore


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("traces")
    return [
        write_trace(folder / f"run-{i}.json", i, slow=2.0 if i >= 6 else 1.0, ids=str if i == 4 else int)
        for i in range(9)
    ]


@pytest.fixture
def store(tmp_path, files):
    made = TraceStore(tmp_path / "store")
    made.add(files, labels=labels_of, workers=1)
    return made


def traces(files):
    return [aero_nb.load(file) for file in files]


@pytest.fixture(params=["single", "packed", "both"])
def any_store(request, store):
    if request.param != "single":
        store.compact(spans_a_pack=250)
    if request.param == "both":
        removed = store.runs.index[2]
        source = store.runs.loc[removed, "source"]
        store.remove([removed])
        store.add(source, labels=labels_of)
    return store


def test_every_file_is_a_run_with_its_labels(store, files):
    runs = store.runs
    assert len(runs) == 9
    assert set(runs["source"]) == set(map(str, files))
    assert (runs["status"] == "ok").all()
    assert sorted(runs["commit"].unique()) == ["c0", "c1", "c2"]
    assert (runs["spans"] == 80).all()


def test_the_same_content_is_one_run_whatever_its_name(store, files, tmp_path):
    copy = shutil.copy(files[0], tmp_path / "another-0.json")
    done = store.add([copy, files[1]])
    assert list(done["status"]) == ["already", "already"]
    assert len(store.runs) == 9
    store.compact()
    assert list(store.add([copy])["status"]) == ["already"]


def test_a_bad_file_is_recorded_and_stops_nothing(tmp_path, files):
    bad = tmp_path / "bad.json"
    bad.write_text("no trace at all")
    store = TraceStore(tmp_path / "store")
    done = store.add([files[0], bad, tmp_path / "missing.json", files[1]])
    assert dict(zip(done["source"].map(lambda path: Path(path).name), done["status"], strict=True)) == {
        "run-0.json": "ok",
        "bad.json": "failed",
        "missing.json": "failed",
        "run-1.json": "ok",
    }
    failed = store.runs[store.runs["status"] == "failed"]
    assert failed.set_index("source").loc[str(bad), "error"].startswith("TraceFormatError")
    assert set(failed.index) == set(done.loc[done["status"] == "failed", "run"])
    assert "FileNotFoundError" in done.set_index("source").loc[str(tmp_path / "missing.json"), "error"]
    assert len(store.spans().compute()) == 160


def test_the_spans_of_all_runs_are_those_of_the_traces(any_store, files):
    spans = any_store.spans().compute()
    expected = pd.concat([trace.spans for trace in traces(files)])
    assert len(spans) == len(expected)
    assert spans["dur_us"].sum() == pytest.approx(expected["dur_us"].sum())
    assert set(spans["commit"]) == {"c0", "c1", "c2"}
    assert spans.groupby("run").size().tolist() == [80] * 9
    assert set(spans["pid"]) == {"1"}


def test_a_run_comes_back_as_the_trace_that_was_added(any_store, files):
    by_source = {source: run for run, source in any_store.runs["source"].items()}
    for file in files:
        back, trace = any_store.trace(by_source[str(file)]), aero_nb.load(file)
        pd.testing.assert_frame_equal(
            back.to_dataframe(args=["seed"]), trace.to_dataframe(args=["seed"]), check_categorical=False
        )
        assert back.metadata == trace.metadata


def test_a_summary_over_labels_adds_up_and_its_percentiles_are_within_half_a_percent(any_store, files):
    table = any_store.summary(by=["commit", "name"])
    everything = pd.concat(
        [trace.spans.assign(commit=labels_of(file)["commit"]) for trace, file in zip(traces(files), files, strict=True)]
    )
    for key, group in everything.groupby(["commit", "name"], observed=True):
        row = table.loc[key]
        assert row["count"] == len(group)
        assert row["total_us"] == pytest.approx(group["dur_us"].sum())
        assert row["self_us"] == pytest.approx(group["self_us"].sum())
        for column, q in (("p50_us", 0.5), ("p95_us", 0.95)):
            assert row[column] == pytest.approx(np.quantile(group["dur_us"], q), rel=0.005)


@pytest.mark.parametrize("packed", [False, True])
def test_runs_without_a_label_are_a_group_of_their_own(tmp_path, files, packed):
    store = TraceStore(tmp_path / "store")
    store.add(files[:2], labels={"browser": "chromium"}, workers=1)
    store.add(files[2], labels={"browser": "firefox"})
    store.add(files[3:5], workers=1)
    if packed:
        store.compact(spans_a_pack=100)
    counts = store.summary(by="browser")["count"]
    assert counts["chromium"] == 160
    assert counts["firefox"] == 80
    assert counts[counts.index.isna()].tolist() == [160]
    spans = store.spans().compute()
    assert spans["browser"].isna().sum() == 160


def test_a_summary_of_many_parts_is_that_of_one(store, monkeypatch):
    whole = store.summary(by=["commit", "name"])
    monkeypatch.setattr("aero_nb.store.reading._SPANS_A_PART", 80)
    assert len(list(store.spans().partitions)) == 9
    pd.testing.assert_frame_equal(store.summary(by=["commit", "name"]), whole)


def test_a_label_cannot_hide_a_column(store, files):
    for name in ("name", "thread", "status", "run"):
        with pytest.raises(ValueError, match=rf"\['{name}'\] are columns of our own"):
            store.add(files, labels=lambda path, name=name: {name: "x"} if path.endswith("8.json") else {})


def test_added_files_are_told_in_the_order_given(tmp_path, files):
    added = TraceStore(tmp_path / "store").add(files[::-1], workers=2)
    assert added["source"].tolist() == [str(file) for file in files[::-1]]


def test_a_compaction_that_was_cut_off_after_its_pack_is_finished_by_the_next(store, files, monkeypatch):
    from aero_nb.store.folder import Folder

    def die(self, *parts):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Folder, "remove", die)
        with pytest.raises(KeyboardInterrupt):
            store.compact()
    assert len(store.runs) == 9
    assert store.summary()["count"].sum() == 9 * 80
    store.compact()
    assert store.summary()["count"].sum() == 9 * 80
    store.verify(clean=True)
    assert store.verify().empty


def test_a_trend_has_a_point_a_run(any_store, files):
    trend = any_store.trend("frame", statistic="p95", over="date")
    expected = [trace.spans.query("name == 'frame'")["dur_us"].quantile(0.95) for trace in traces(files)]
    assert trend.table["value"].tolist() == pytest.approx(expected)
    assert trend.table["date"].is_monotonic_increasing
    assert len(trend.chart().data[1].y) == 9


def test_sets_of_runs_are_compared_as_traces_are(any_store, files):
    found = any_store.compare({"commit": "c0"}, "commit == 'c2'")
    direct = aero_nb.compare(traces(files[:3]), traces(files[6:]))
    pd.testing.assert_frame_equal(found.table, direct.table)


def test_sql_sees_all_runs(any_store):
    answer = any_store.query(
        "select commit, count(*) as n from spans join runs using (run) group by commit order by commit"
    )
    assert answer["n"].tolist() == [240, 240, 240]
    with pytest.raises(AeroNBError, match="DuckDB could not"):
        any_store.query("select * from read_csv('/etc/passwd')")


def test_removed_runs_are_gone_everywhere(any_store):
    assert any_store.remove({"commit": "c1"}) == 3
    assert len(any_store.runs) == 6
    assert len(any_store.spans().compute()) == 6 * 80
    assert any_store.query("select count(*) as n from spans")["n"][0] == 6 * 80
    any_store.compact()
    assert len(any_store.spans().compute()) == 6 * 80
    assert any_store.verify().empty


def test_what_does_not_match_is_said(store):
    with pytest.raises(AeroNBError, match="expected one run whose id begins with 'ffff', found none"):
        store.trace("ffff")
    with pytest.raises(AeroNBError, match="found none among 9"):
        store.trend("frame", where="commit == 'c9'")
    with pytest.raises(ValueError, match="expected labels among"):
        store.compare({"branch": "x"}, {"commit": "c1"})
    with pytest.raises(ValueError, match="statistic: expected one of"):
        store.trend("frame", statistic="p42")
    with pytest.raises(ValueError, match="over: expected a label"):
        store.trend("frame", over="branch")
    with pytest.raises(ValueError, match="columns of our own"):
        store.add("x.json", labels={"status": "fine"})
    with pytest.raises(ValueError, match=r"by: expected columns of spans or labels .*'commit'.*, found \['nope'\]"):
        store.summary(by=["name", "nope"])
    with pytest.raises(AeroNBError, match="found 3 of 3 and 9 on both sides"):
        store.compare({"commit": "c0"}, "date >= '2026'")


def test_an_empty_store_answers_with_empty_tables(tmp_path):
    store = TraceStore(tmp_path / "store")
    assert store.runs.empty
    assert len(store.spans().compute()) == 0
    assert "name" in store.spans().columns
    assert store.compact() == 0
    assert store.verify().empty
    assert store.query("select count(*) as n from spans")["n"][0] == 0


def test_a_folder_that_is_no_store_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(AeroNBError, match="TraceStore or an empty folder"):
        TraceStore(tmp_path)
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "store.json").write_text('{"format": "aero_nb.store", "version": 99}')
    with pytest.raises(AeroNBError, match="version 2"):
        TraceStore(tmp_path / "s")


def test_torn_missing_unfinished_and_foreign_files_are_found(store):
    root = Path(store.folder.url)
    folders = sorted((root / "data").iterdir())
    (folders[0] / "spans.parquet").write_bytes((folders[0] / "spans.parquet").read_bytes()[:-40])
    (folders[1] / "counters.parquet").unlink()
    whole = bytearray((folders[2] / "spans.parquet").read_bytes())
    whole[len(whole) // 3 : len(whole) // 2] = bytes(len(whole) // 2 - len(whole) // 3)
    (folders[2] / "spans.parquet").write_bytes(whole)
    (folders[3] / "notes.txt").write_text("mine")
    (root / "data" / "0123-dead").mkdir()
    problems = store.verify().set_index("path")["problem"]
    assert problems[f"data/{folders[0].name}/spans.parquet"].startswith("torn")
    assert problems[f"data/{folders[1].name}/counters.parquet"] == "missing"
    assert problems[f"data/{folders[2].name}/spans.parquet"].startswith("damaged")
    assert problems[f"data/{folders[3].name}/notes.txt"] == "foreign"
    assert problems["data/0123-dead"].startswith("unfinished")
    assert len(problems) == 5


def test_a_store_lies_on_any_fsspec_filesystem(files):
    store = TraceStore("memory://aero-nb-test-store")
    store.add(files[:3], labels=labels_of, workers=1)
    assert len(store.spans().compute(scheduler="sync")) == 240
    store.compact()
    assert len(store.spans().compute(scheduler="sync")) == 240
    assert store.verify().empty
    assert len(store.trend("frame", over="date").table) == 3


def test_processes_share_the_work(tmp_path, files):
    store = TraceStore(tmp_path / "store")
    done = store.add(files[:3], labels=labels_of, workers=2)
    assert (done["status"] == "ok").all()
    assert len(store.runs) == 3


def test_without_the_extra_the_error_says_how_to_install_it():
    code = "import sys; sys.modules['dask'] = None; import aero_nb; aero_nb.TraceStore"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "pip install 'aero-nb[fleet]'" in ran.stderr
