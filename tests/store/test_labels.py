"""Labels come back as they were given, match what they mean, and are ordered by it."""

import datetime as dt
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import orjson
import pandas as pd
import pytest

from aero_nb.errors import AeroNBError
from tests.support.store_files import write_trace

pytest.importorskip("dask", reason="the store needs the extra fleet")

from aero_nb.store import TraceStore
from aero_nb.store.labels import _column, decoded, encoded, order_keys

BUILDS = ("9", "10", "100")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    files = [write_trace(folder / f"run-{build}.json", int(build), spans=3) for build in BUILDS]
    TraceStore(folder / "store").add(files, labels=lambda path: {"build": Path(path).stem[4:]}, workers=1)
    return folder / "store"


@pytest.fixture
def store(tmp_path, filled):
    return TraceStore(shutil.copytree(filled, tmp_path / "store"))


@pytest.mark.parametrize(
    "value",
    [
        pd.Timestamp("2026-11-03 10:00:00.123456789"),
        pd.Timestamp("2026-11-03 10:00", tz="Europe/Berlin"),
        dt.datetime(2026, 11, 3, 10, 0, 0, 5),
        dt.datetime(2026, 11, 3, tzinfo=dt.UTC),
        dt.datetime(2026, 7, 3, 12, tzinfo=ZoneInfo("America/New_York")),
        dt.date(2026, 11, 3),
        np.int64(7),
        np.float32(0.5),
        np.bool_(True),
        np.str_("x"),
        Path("/data/run"),
        2**70,
        2**53 + 1,
        float("inf"),
        "0012345",
        "4e10",
        "",
        True,
        0.1,
    ],
    ids=repr,
)
def test_a_label_comes_back_as_it_was_and_matches_itself(store, value):
    run = store.runs.index[0]
    store.relabel([run], {"mark": value})
    for _ in range(2):
        back = store.runs.loc[run, "mark"]
        assert back == value
        assert isinstance(back, str) is isinstance(value, str)
        assert str(getattr(back, "tzinfo", None)) == str(getattr(value, "tzinfo", None))
        assert len(store.summary(where={"mark": value})) == 2
        assert store.runs["mark"].isna().sum() == 2
        store.compact()


@pytest.mark.parametrize("value", [None, float("nan"), pd.NA, pd.NaT, np.float64("nan")], ids=repr)
def test_a_missing_label_is_none(value):
    assert decoded(encoded({"mark": value})) == {"mark": None}


@pytest.mark.parametrize("value", [[1], {"a": 1}, object(), b"x", 1j], ids=lambda value: type(value).__name__)
def test_a_label_that_would_not_come_back_is_refused_before_anything_is_read(store, value):
    with pytest.raises(AeroNBError, match="labels: expected 'mark' to be text, a number, a bool, a date"):
        store.add("missing.json", labels={"mark": value})
    assert len(store.runs) == 3


def test_labels_of_all_types_pass_the_pool_of_processes(tmp_path, filled):
    files = sorted(filled.parent.glob("run-*.json"))
    store = TraceStore(tmp_path / "store")
    labels = {"at": pd.Timestamp("2026-11-03"), "n": np.int64(3), "where": Path("/x")}
    assert store.add(files, labels=labels, workers=2)["status"].tolist() == ["ok"] * 3
    assert store.runs["at"].tolist() == [labels["at"]] * 3
    assert store.summary(by="n").index.tolist() == [3]
    assert set(store.spans().compute(scheduler="sync")["n"]) == {"3"}
    store.query("select * from runs")


def test_labels_of_a_store_of_the_first_version_keep_matching(store):
    """It wrote a date as text, which did not match the date that was given."""
    (run,) = store.runs.index[store.runs["build"] == "9"]
    record = Path(store.folder.url) / "runs" / f"{run}.json"
    told = orjson.loads(record.read_bytes())
    record.write_bytes(orjson.dumps({**told, "labels": {"at": dt.datetime(2026, 11, 3), "build": 9}}))
    for wanted in (dt.datetime(2026, 11, 3), "2026-11-03T00:00:00", pd.Timestamp("2026-11-03")):
        assert len(store.summary(where={"at": wanted})) == 2
    for wanted in (9, "9"):
        assert store.trend("frame", over="build", where={"build": wanted}).table.index.tolist() == [run]


def test_builds_as_text_are_ordered_as_numbers_and_stay_text(store):
    assert store.trend("frame", over="build").table["build"].tolist() == list(BUILDS)
    assert store.runs.dtypes["build"] in ("str", "object")
    for where in ("build > 9", "build > '9'", "9 < build", "build in ['10', '100']", "build.str.startswith('1')"):
        assert sorted(store.trend("frame", over="build", where=where).table["build"]) == ["10", "100"], where
    store.relabel("build == '9'", {"build": "0009"})
    assert store.trend("frame", over="build").table["build"].tolist() == ["0009", "10", "100"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["100", "9", "10"], ["9", "10", "100"]),
        (["1.5", "10", "-2"], ["-2", "1.5", "10"]),
        (["4e10", "9", "10"], ["10", "4e10", "9"]),
        (["2026-11-03", "2025-12-01"], ["2025-12-01", "2026-11-03"]),
        (["2026-11-03T10:00:00+02:00", "2026-11-03T09:00:00"], ["2026-11-03T10:00:00+02:00", "2026-11-03T09:00:00"]),
        ([dt.date(2026, 2, 1), pd.Timestamp("2026-01-31"), "2026-01-01"], [2, 1, 0]),
        ([10, "9", 100.5], [1, 0, 2]),
        ([Path("/b"), "/a", 3], [1, 0, 2]),
    ],
    ids=str,
)
def test_what_a_label_is_ordered_by(values, expected):
    order = order_keys(pd.Series(values, dtype="object")).sort_values(kind="stable").index.tolist()
    assert order == [values.index(value) if not isinstance(value, int) else value for value in expected]


def test_a_query_of_mixed_types_is_a_sentence(store):
    store.relabel("build == '9'", {"mark": 1})
    store.relabel("build == '10'", {"mark": "text"})
    for where in ("mark > 0", "mark >", "nothing == 1", "build == @secret"):
        with pytest.raises(AeroNBError, match="expected a query of the runs as pandas has it"):
            store.summary(where=where)


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_relabelling_changes_only_what_is_named(store, packed):
    if packed:
        store.compact()
    assert store.relabel({"build": "10"}, {"build": "11", "host": "a"}) == 1
    assert store.relabel("build != '11'", {"host": "b"}) == 2
    assert store.relabel({"host": "a"}, lambda source: {"file": Path(source).name, "host": None}) == 1
    expected = [{"build": "9", "host": "b"}, {"build": "100", "host": "b"}, {"build": "11", "file": "run-10.json"}]
    for _ in range(2):
        told = [row.dropna().to_dict() for _, row in store.runs[["build", "host", "file"]].iterrows()]
        assert sorted(told, key=str) == sorted(expected, key=str)
        assert store.summary(by="host")["count"].tolist() == [12, 6]
        store.compact()
    assert len(list(Path(store.folder.url, "relabelled").iterdir())) == 1
    with pytest.raises(ValueError, match="columns of our own"):
        store.relabel({"build": "9"}, {"status": "x"})
    with pytest.raises(AeroNBError, match="found none among 3"):
        store.relabel({"build": "12"}, {"host": "x"})


BERLIN, UTC = ZoneInfo("Europe/Berlin"), dt.UTC


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([dt.datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2)], "datetime64"),
        ([dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 2)], "datetime64"),
        ([dt.datetime(2026, 1, 1, tzinfo=zone) for zone in (UTC, BERLIN)], "object"),
        ([dt.datetime(2026, 1, 1, tzinfo=zone) for zone in (UTC, None)], "object"),
        ([1, 2], "int64"),
        ([1, None], "Int64"),
        ([1, 2.5], "object"),
        ([True, 1], "object"),
        ([None, None], "object"),
    ],
)
def test_labels_of_one_type_are_a_column_of_it_and_others_stay_as_they_are(values, dtype):
    column = _column(values, pd.RangeIndex(len(values)))
    assert str(column.dtype).startswith(dtype)
    assert [None if pd.isna(value) else value for value in column] == values
