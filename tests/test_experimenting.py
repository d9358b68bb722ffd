"""Experiments: runs in rounds, in an order drawn by a seed, of functions and commands; what fails says why."""

import json
import shlex

import pytest

import aero_nb
from aero_nb import CaptureError, perf
from aero_nb.cli import main

pytest.importorskip("scipy", reason="needs pip install 'aero-nb[stats]'")


def command(folder, name, pace_us):
    """A command that writes a trace of frames of this pace."""
    events = [
        {"ph": "X", "name": "frame", "ts": pace_us * n, "dur": pace_us / 2, "pid": 1, "tid": 1} for n in range(20)
    ]
    (folder / f"{name}.json").write_text(json.dumps(events))
    return f"cp {shlex.quote(str(folder / f'{name}.json'))} {{trace}}"


def test_functions_run_in_rounds_in_an_order_that_the_seed_draws(tmp_path):
    calls = []

    def variant(name):
        def run():
            calls.append(name)
            with perf.span("frame"):
                pass
            with perf.span("frame"), perf.span(name):
                pass

        return run

    variants = {"old": variant("old"), "new": variant("new")}
    found = aero_nb.experiment(variants, runs=5, warmup=2, seed=7, folder=tmp_path / "kept")
    assert [sorted(calls[at : at + 2]) for at in range(0, 14, 2)] == [["new", "old"]] * 7
    assert found.order["variant"].tolist() == calls[4:]
    assert found.order["round"].tolist() == [n for n in range(5) for _ in range(2)]
    assert (found.base_runs, found.candidate_runs) == (5, 5)
    assert "old" in set(found.base[0].spans["name"])
    assert "new" in set(found.candidate[4].spans["name"])
    assert len(list((tmp_path / "kept").glob("*.json.gz"))) == 10
    assert len({tuple(calls[at : at + 2]) for at in range(0, 14, 2)}) == 2  # not always the same one first
    first = list(calls)
    calls.clear()
    aero_nb.experiment(variants, runs=5, warmup=2, seed=7)
    assert calls == first


def test_a_planted_slowdown_of_a_command_is_found_and_an_experiment_may_stop_early(tmp_path):
    variants = {"base": command(tmp_path, "base", 1000), "slow": command(tmp_path, "slow", 1050)}
    found = aero_nb.experiment(variants, runs=8, warmup=0)
    assert found.measure == "frame_ms"
    assert found.paired.change == pytest.approx(0.05)
    assert found.paired.p_value < 0.05
    assert "In 8 rounds the frame time changed by +5.0% (95%: +5.0% to +5.0%), p = 0." in found.note
    early = aero_nb.experiment(variants, runs=16, warmup=0, early_stop=True)
    assert early.paired.rounds == 8
    assert "In 8 rounds, stopped early of 16 the frame time" in early.note


def test_without_frames_all_self_time_is_compared(tmp_path):
    lines = {name: command(tmp_path, name, pace) for name, pace in (("base", 1000), ("candidate", 1200))}
    found = aero_nb.experiment(lines, runs=4, warmup=0, frame="vsync")
    assert found.measure == "busy_ms"
    assert "all self time changed by +20.0%" in found.note


@pytest.mark.parametrize(
    ("variants", "says"),
    [
        ({}, "expected two variants, the base first, found 0: none"),
        ({"a": print, "b": print, "c": print}, "found 3: a, b, c"),
        ({"a": print, "b": "./b --trace out.json"}, r"expected the command of 'b' to write its trace to \{trace\}"),
    ],
)
def test_variants_that_cannot_be_run_are_refused(variants, says):
    with pytest.raises(ValueError, match=says):
        aero_nb.experiment(variants)


def test_a_command_that_fails_or_writes_nothing_says_so(tmp_path):
    good = command(tmp_path, "base", 1000)
    with pytest.raises(CaptureError, match=r"it ended with 3: echo no such guest.*\nno such guest"):
        aero_nb.experiment({"a": good, "b": "echo no such guest >&2; exit 3 # {trace}"}, runs=1)
    with pytest.raises(CaptureError, match=r"expected a trace in \{trace\}, the command wrote none: true # \{trace\}"):
        aero_nb.experiment({"a": good, "b": "true # {trace}"}, runs=1)
    with pytest.raises(ValueError, match="expected at least one run and no negative warmup, found 0 and 1"):
        aero_nb.experiment({"a": good, "b": good}, runs=0)


def test_the_command_line_runs_an_experiment(tmp_path, capsys):
    sides = ["--base", command(tmp_path, "base", 1000), "--candidate", command(tmp_path, "new", 1100)]
    assert main(["experiment", *sides, "--runs", "5", "--warmup", "0", "--json"]) == 0
    assert "In 5 rounds the frame time changed by +10.0%" in json.loads(capsys.readouterr().out)["result"]
    assert main(["experiment", "--base", "true", "--candidate", "true"]) == 65
    assert "to write its trace to {trace}" in capsys.readouterr().err
