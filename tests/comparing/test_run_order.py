"""A machine that drifts looks like a change, unless the runs took turns: measured here, and said to the user."""

import json

import numpy as np
import pandas as pd
import pytest

from aero_nb import compare
from aero_nb.comparing.comparison import judge
from aero_nb.comparing.run_order import drift, interleaved
from aero_nb.trace import Trace

ROWS = 5


def positions(order):
    """Return the moments of base (b) and candidate (c) in an order of runs."""
    return tuple([at for at, side in enumerate(order) if side == one] for one in "bc")


@pytest.mark.parametrize(
    ("order", "turns"),
    [
        ("bcbcbcbc", True),
        ("bccbbccb", True),
        ("bbccbbcc", True),
        ("bcbc", True),
        ("bccb", True),
        ("bbcc", False),
        ("bbbbcccc", False),
        ("bbbbbbbbbbcccccccccc", False),
        ("bbbbbbcccccccccccbbbbb", False),
        ("ccccbbbb", False),
    ],
)
def test_sides_that_took_turns_are_told_from_those_that_did_not(order, turns):
    assert interleaved(*positions(order)) == turns


def test_shuffled_runs_hardly_ever_count_as_not_interleaved():
    rng = np.random.default_rng(2)
    orders = [positions(rng.permutation(list("b" * 10 + "c" * 10))) for _ in range(500)]
    assert np.mean([interleaved(*order) for order in orders]) > 0.95


def test_a_trend_within_the_sides_is_a_drift_and_a_step_between_them_is_none():
    times = [np.arange(0, 20, 2), np.arange(1, 20, 2)]
    assert drift(times, times) < 0.001
    assert drift(times, [-times[0], -times[1]]) < 0.001
    noise = np.random.default_rng(3).normal(size=(2, 10))
    assert drift(times, [noise[0], noise[1] + 100]) > 0.05
    assert drift([np.arange(3), np.arange(3)], [np.arange(3), np.arange(3)]) > 0.05  # too few to tell


def test_the_p_value_of_a_drift_is_small_as_often_as_it_says():
    rng = np.random.default_rng(4)
    times = [np.arange(0, 20, 2), np.arange(1, 20, 2)]
    found = [drift(times, list(rng.normal(size=(2, 10)))) for _ in range(1000)]
    assert np.mean(np.array(found) < 0.05) <= 0.07


def flagged(order, rng, tries=60):
    """Return in which share of comparisons of equals something changed, on a machine whose speed is AR(1)."""
    base, candidate = positions(order)
    table = pd.DataFrame({"share": np.full(ROWS, 1 / ROWS), "kind": "span", "statistic": "self", "base": 100.0})
    hits = 0
    for _ in range(tries):
        speed = np.zeros(len(order))
        for at in range(1, len(order)):
            speed[at] = 0.95 * speed[at - 1] + rng.normal(0, 0.02)
        runs = 100 * (1 + speed + 0.002 * rng.standard_normal((ROWS, len(order))))
        hits += bool(judge(table, runs[:, base], runs[:, candidate], min_change=0)["changed"].any())
    return hits / tries


def test_on_a_drifting_machine_only_interleaved_runs_give_no_false_alarms():
    rng = np.random.default_rng(5)
    assert flagged("b" * 10 + "c" * 10, rng) > 0.3  # 0.05 is promised
    assert flagged("bc" * 10, rng) <= 0.05


def run(at_s, work_us=100.0):
    """A run that started so many seconds after another moment, as an Aero export says it."""
    events = [{"ph": "X", "name": "work", "ts": 0, "dur": work_us, "pid": 1, "tid": 1}]
    aero = {"startTimeEpochUs": 1.7e15 + at_s * 1e6, "droppedRecordsByThread": {}}
    return Trace.from_bytes(json.dumps({"traceEvents": events, "otherData": {"aero": aero}}).encode())


def sides(order, work_us=lambda at: 100.0):
    return [[run(at, work_us(at)) for at in moments] for moments in positions(order)]


def test_a_comparison_warns_of_runs_that_did_not_take_turns_and_of_those_that_drift():
    assert "interleaved" not in compare(*sides("bcbcbcbc")).note
    assert "The runs were not interleaved" in compare(*sides("bbbbcccc")).note
    drifting = compare(*sides("bcbcbcbcbc", lambda at: 100.0 + at))
    assert any("drift" in warning for warning in drifting.warnings)
    assert "not interleaved" not in drifting.note
    assert "drift" not in compare(run(0), run(1)).note


def test_a_run_that_is_listed_twice_is_told():
    base, candidate = sides("bcbc")
    assert "listed twice" not in compare(base, candidate).note
    assert "listed twice" in compare([base[0], base[0]], candidate).note


def test_runs_that_do_not_say_when_they_were_made_are_told():
    plain = Trace.from_bytes(json.dumps([{"ph": "X", "name": "work", "ts": 0, "dur": 9, "pid": 1, "tid": 1}]).encode())
    found = compare([plain, plain], [plain, plain])
    assert "Not every run says when it was made" in found.note
    assert found.note.count("Not every run says whether records were lost") == 1
