"""Comparison of runs: what changed is found, noise is not, and too few runs are said to be too few."""

import json

import numpy as np
import pandas as pd
import pytest

from aero_nb.analysis.trees import call_tree, difference_tree
from aero_nb.comparing.comparison import compare, judge
from aero_nb.trace import Trace
from tests.support.analysis_tables import spans_by_rules

NAMES = [f"work{i:02d}" for i in range(30)]


def run(rng=None, noise=0.0, milestone=50.0, **scaled):
    """Build a run: 30 names one after another inside a frame, each with noise; ``scaled`` makes single names slower."""
    events, now = [{"ph": "i", "name": "traceStart", "ts": 0, "pid": 1, "tid": 1}], 100.0
    events.append({"ph": "i", "name": "boot:done", "ts": milestone, "pid": 1, "tid": 1})
    start = now
    for i, name in enumerate(NAMES):
        factor = 1 + noise * rng.standard_normal() if rng is not None else 1
        duration = (100 + 10 * i) * factor * scaled.get(name, 1)
        if duration:
            events.append({"ph": "X", "name": name, "ts": now, "dur": duration, "pid": 1, "tid": 1})
        now += duration
        events.append({"ph": "C", "name": "reads", "ts": now, "pid": 1, "args": {"value": 256 * i}})
    events.append({"ph": "X", "name": "frame", "ts": start, "dur": now - start, "pid": 1, "tid": 1})
    events.append({"ph": "X", "name": "frame", "ts": now, "dur": 1, "pid": 1, "tid": 1})
    return Trace.from_bytes(json.dumps(events).encode())


def row(comparison, name, statistic=None):
    rows = comparison.table[comparison.table["name"] == name]
    return (rows if statistic is None else rows[rows["statistic"] == statistic]).iloc[0]


def test_two_traces_differ_by_what_differs():
    found = compare(run(), run(work07=2.0, milestone=60.0))
    span = row(found, "work07")
    assert (span["base"], span["candidate"], span["ratio"]) == pytest.approx((0.17, 0.34, 2))
    assert found.table[found.table["kind"] == "span"]["name"].iloc[0] == "work07"
    assert row(found, "frame", "p95")["difference"] == pytest.approx(0.17)
    assert row(found, "boot:done")["difference"] == pytest.approx(0.01)
    assert row(found, "reads", "increase")["ratio"] == 1
    assert row(found, "reads", "rate")["ratio"] < 1


def test_one_run_a_side_has_no_interval_and_no_verdict_but_says_how_many_would_do():
    found = compare(run(), run(work07=2.0))
    assert found.table[["low", "high", "p_value"]].isna().all(axis=None)
    assert found.table["changed"].isna().all()
    assert "Too few for a test" in found.note
    assert "runs a side" in found.note
    assert "no difference" not in found.note


def test_below_four_runs_a_side_there_is_the_spread_and_no_interval():
    found = compare([run(), run()], [run(work07=2.0), run(work07=2.2)])
    span = row(found, "work07")
    assert span["base_spread"] == 0
    assert span["candidate_spread"] == pytest.approx(0.034)
    assert span["difference"] == pytest.approx(0.187)
    assert found.table[["low", "high", "cliffs_delta", "p_value"]].isna().all(axis=None)
    assert np.isnan(row(compare(run(), run()), "work07")["base_spread"])


def test_four_runs_a_side_have_intervals():
    found = compare([run()] * 4, [run(work07=factor) for factor in (2.0, 2.1, 2.2, 2.3)])
    span = row(found, "work07")
    assert (span["low"], span["high"], span["cliffs_delta"]) == (pytest.approx(0.17), pytest.approx(0.221), 1)
    assert row(found, "work08")[["low", "high", "cliffs_delta"]].tolist() == [0, 0, 0]


def judged(base, candidate, **options):
    """Judge one span name by the values of its runs."""
    table = pd.DataFrame({"kind": ["span"], "name": "a", "statistic": "self", "share": 1.0, "base": np.median(base)})
    return judge(table, *(np.array([side], float) for side in (base, candidate)), **options).iloc[0]


def test_a_sure_change_of_less_than_the_least_one_is_none():
    base, candidate = np.linspace(100, 100.1, 10), np.linspace(100.5, 100.6, 10)
    assert judged(base, candidate)["p_value"] < 0.05
    assert not judged(base, candidate)["changed"]
    assert judged(base, candidate, min_change=0.004)["changed"]
    assert judged(base, candidate, min_change=0)["changed"]
    with pytest.raises(ValueError, match="min_change: expected a share"):
        compare(run(), run(), min_change=-0.1)


def test_a_name_that_appears_has_an_infinite_change_and_no_change_is_zero():
    found = compare(run(work07=0), run())
    assert row(found, "work07")["relative_change"] == np.inf
    assert row(found, "work08")["relative_change"] == 0


def test_fps_and_the_mean_frame_time_are_one_question():
    rng = np.random.default_rng(1)
    found = compare([run(rng, 0.015) for _ in range(6)], [run(rng, 0.015, work07=2.0) for _ in range(6)])
    frame = found.table[found.table["kind"] == "frame"].set_index("statistic")
    assert frame.loc["fps", "p_value"] == frame.loc["mean", "p_value"]
    asked = int(found.table["p_value"].notna().sum()) - 1
    assert f"among {asked}:" in found.note or f"of {asked} rows" in found.note
    # Holm's factor of the smallest p-value is the number of questions.
    assert found.table["p_value"].min() == pytest.approx(min(1, asked * 2 / 924))


def test_names_that_appear_or_vanish_are_told():
    found = compare(run(work07=0), run(work08=0))
    assert row(found, "work07")["presence"] == "appeared"
    assert row(found, "work08")["presence"] == "vanished"
    assert row(found, "work09")["presence"] == "both"


def test_five_runs_cannot_convict_one_of_many_rows_and_the_note_says_how_many_would():
    rng = np.random.default_rng(1)
    found = compare([run(rng, 0.015) for _ in range(5)], [run(rng, 0.015, work07=2.0) for _ in range(5)])
    assert not found.table["changed"].fillna(False).any()
    assert "No row could reach p < 0.05" in found.note


@pytest.mark.slow
def test_a_planted_slowdown_of_a_twentieth_is_found_in_nine_of_ten_tries():
    hits = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        base = [run(rng, 0.015) for _ in range(10)]
        candidate = [run(rng, 0.015, work17=1.05) for _ in range(10)]
        hits += bool(row(compare(base, candidate), "work17")["changed"])
    assert hits >= 9


def test_comparisons_of_equals_flag_something_in_at_most_the_promised_share():
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"share": np.full(30, 1 / 30), "kind": "span", "statistic": "self", "base": 100.0})
    flagged = 0
    for _ in range(200):
        base, candidate = (100 * (1 + 0.015 * rng.standard_normal((30, 10))) for _ in range(2))
        flagged += bool(judge(table, base, candidate, min_change=0)["changed"].any())
    assert flagged <= 18


def test_spans_with_next_to_no_time_are_listed_but_not_tested():
    table = pd.DataFrame({"share": [0.5, 0.0005], "kind": "span", "statistic": "self", "base": 100.0})
    base = np.arange(20.0).reshape(2, 10)
    judged = judge(table, base, base + 100)
    assert judged["p_value"].notna().tolist() == [True, False]
    assert judged["changed"].isna().tolist() == [False, True]


def test_lost_data_is_told_beside_the_numbers():
    events = [{"ph": "B", "name": "never ends", "ts": 1, "pid": 1, "tid": 1}]
    events.append({"ph": "X", "name": "work", "ts": 1, "dur": 9, "pid": 1, "tid": 2})
    affected = Trace.from_bytes(json.dumps(events).encode())
    found = compare(affected, affected)
    assert row(found, "never ends")["affected_share"] == 1
    assert "lost or repaired data" in found.note


def test_a_side_without_runs_is_refused():
    with pytest.raises(ValueError, match="at least one trace"):
        compare([], run())


def test_trees_are_laid_over_each_other_by_path():
    before = call_tree(spans_by_rules([(0, 10, "a", 0), (1, 4, "b", 0)]))
    after = call_tree(spans_by_rules([(0, 12, "a", 0), (1, 2, "b", 0), (4, 4, "c", 0)]))
    tree = difference_tree([before, before], [after])
    found = tree.set_index("name")[["base_us", "candidate_us", "difference_us"]]
    assert found.loc["a"].tolist() == [10, 12, 2]
    assert found.loc["b"].tolist() == [4, 2, -2]
    assert found.loc["c"].tolist() == [0, 4, 4]


def test_a_comparison_draws_itself():
    rng = np.random.default_rng(5)
    found = compare([run(rng, 0.015) for _ in range(2)], [run(rng, 0.015, work07=2.0) for _ in range(2)])
    bars = found.chart().data[0]
    assert bars.x[0] == pytest.approx(row(found, "work07")["difference"] / 1000)
    assert "frame" in list(found.flame_graph().data[0].text)
    assert "work07" in found._repr_html_()


def test_a_tree_of_two_sides_holds_the_means_of_each_sides_runs():
    before = [call_tree(spans_by_rules([(0, 10, "a", 0), (1, length, "b", 0)])) for length in (4, 6)]
    after = [call_tree(spans_by_rules([(0, 12, "a", 0), *more])) for more in ([], [], [(2, 3, "b", 0), (6, 3, "b", 0)])]
    tree = difference_tree(before, after).set_index("name")
    columns = ["base_us", "candidate_us", "total_us", "difference_us", "self_us", "count"]
    # self: a has 10 - 5 and 12 - 2 on average, b has 5 and 2
    assert tree.loc["a", columns].tolist() == pytest.approx([10, 12, 11, 2, (5 + 10) / 2, 1])
    assert tree.loc["b", columns].tolist() == pytest.approx([5, 2, 3.5, -3, 3.5, (1 + 2 / 3) / 2])
