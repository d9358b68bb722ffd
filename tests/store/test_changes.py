"""Since when is it slower: planted in one machine's runs, found with its commit, its size and the name that moved."""

import json
from pathlib import Path

import numpy as np
import pytest

import aero_nb
from aero_nb.cli import main

pytest.importorskip("dask", reason="needs pip install 'aero-nb[fleet]'")
pytest.importorskip("scipy", reason="needs pip install 'aero-nb[stats]'")

COMMITS, SLOW_FROM = 24, 14


def write_run(path, commit, machine):
    """Frames of about 10 ms; on one machine `draw` takes a tenth longer from a commit on."""
    chance = np.random.default_rng([commit, len(machine)])
    factor = 1.1 if machine == "fast" and commit >= SLOW_FROM else 1.0
    events = []
    for number in range(20):
        draw = round(6_000 * factor * float(np.exp(chance.normal(0, 0.005))), 3)
        common = {"ph": "X", "pid": 1, "tid": 1}
        events.append({**common, "name": "frame", "ts": 20_000 * number, "dur": draw + 3_000})
        events.append({**common, "name": "draw", "ts": 20_000 * number + 10, "dur": draw})
    path.write_text(json.dumps(events))
    return path


def labels_of(path):
    machine, commit = Path(path).stem.split("-")
    return {"machine": machine, "commit": commit}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("changes")
    files = [
        write_run(folder / f"{machine}-{commit:02d}.json", commit, machine)
        for commit in range(COMMITS)
        for machine in ("fast", "slowly")
    ]
    store = aero_nb.TraceStore(folder / "store")
    store.add(files, labels=labels_of)
    return store, str(folder / "store")


@pytest.fixture(name="store")
def fixture_store(made):
    return made[0]


def test_a_change_is_found_on_the_machine_that_has_it_with_its_commit_and_the_name_that_moved(store):
    found = store.changes("frame", "mean", "commit", by="machine")
    assert found[["machine", "at", "after", "kind"]].values.tolist() == [["fast", "14", "13", "regression"]]
    (change,) = found.to_dict("records")
    assert change["earliest"] <= "14" <= change["latest"]
    assert change["change"] == pytest.approx(600 / 9_000, abs=0.01)
    assert change["p_value"] < 0.01
    assert (len(change["runs_before"]), len(change["runs_after"])) == (14, 10)
    assert change["moved"].startswith("draw +")
    assert "frame" not in change["moved"]


def test_what_is_better_decides_what_a_change_is_called(store):
    asked = {"over": "commit", "by": ["machine"], "explain": False}
    assert store.changes("frame", "mean", better="higher", **asked)["kind"].tolist() == ["improvement"]
    assert "moved" not in store.changes("frame", "mean", **asked)
    assert store.changes("frame", "count", **asked).empty


def test_labels_that_are_none_are_refused(store):
    with pytest.raises(ValueError, match=r"by: expected labels or columns among .*'machine'.* found \['host'\]"):
        store.changes("frame", over="commit", by="host")


def test_the_command_line_fails_where_a_series_ends_in_a_new_regression(made, capsys):
    asked = [
        "store",
        "changes",
        made[1],
        "frame",
        "--statistic",
        "mean",
        "--over",
        "commit",
        "--by",
        "machine",
    ]
    assert main([*asked, "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["result"] == "1 changes of mean of frame over commit; 1 series end in a regression"
    assert document["rows"][0]["at"] == "14"
    assert main([*asked, "--since", "14"]) == 1
    assert main([*asked, "--since", "15"]) == 0
    assert main([*asked, "--better", "higher"]) == 0
    assert "0 series end in a regression" in capsys.readouterr().out
