"""Aero's verdicts: its statistics, its thresholds, its exit codes."""

import json
import math

import pytest

from aero_nb.comparing.perf_capture import load_perf_capture
from aero_nb.comparing.verdict import check, sample_statistics
from aero_nb.trace import Trace
from tests.support.shared import SHARED, needs_shared


def summary_of(**metrics):
    """Build an Aero summary.json in which each metric has these samples."""
    return {"benchmarks": [{"name": name, "stats": sample_statistics(samples)} for name, samples in metrics.items()]}


def thresholds(suite="browser", **metrics):
    return {"schemaVersion": 1, "profiles": {"pr-smoke": {suite: {"metrics": metrics}}}}


LOWER = {"better": "lower", "maxRegressionPct": 0.15}


def status(verdict, metric="boot_ms"):
    return verdict.metrics.loc[metric, "status"]


def test_statistics_are_population_statistics_with_linear_percentiles():
    found = sample_statistics([1, 2, 3, 4])
    assert found == pytest.approx(
        {
            "n": 4,
            "min": 1,
            "max": 4,
            "mean": 2.5,
            "median": 2.5,
            "stdev": math.sqrt(1.25),
            "p05": 1.15,
            "p95": 3.85,
            "cv": math.sqrt(1.25) / 2.5,
        }
    )


@needs_shared
def test_statistics_agree_with_those_that_aero_wrote():
    summary = json.loads((SHARED / "traces/aero/run_summary.json").read_text())
    for entry in summary["benchmarks"]:
        stats = entry["stats"]
        # Three samples are known from their minimum, median and maximum.
        assert sample_statistics([stats["min"], stats["median"], stats["max"]]) == pytest.approx(stats)


@needs_shared
def test_a_real_run_passes_against_itself_and_its_slower_copy_is_a_regression():
    summary = json.loads((SHARED / "traces/aero/run_summary.json").read_text())
    rules = SHARED / "traces/aero/perf_thresholds.json"
    same = check(summary, summary, rules)
    assert (same.outcome, same.exit_code, same.suite) == ("pass", 0, "browser")
    slower = json.loads(json.dumps(summary))
    slower["benchmarks"][0]["stats"]["median"] *= 1.2
    assert check(summary, slower, rules).exit_code == 1


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [(114, "pass"), (115, "regression"), (80, "pass")],
    ids=["within", "at the limit", "faster"],
)
def test_a_regression_is_a_median_worse_by_at_least_the_limit(candidate, expected):
    verdict = check(summary_of(boot_ms=[100]), summary_of(boot_ms=[candidate]), thresholds(boot_ms=LOWER))
    assert status(verdict) == expected


def test_where_higher_is_better_less_is_worse():
    rule = {"better": "higher", "maxRegressionPct": 0.15}
    verdict = check(summary_of(fps=[100]), summary_of(fps=[80]), thresholds(fps=rule))
    assert status(verdict, "fps") == "regression"
    assert verdict.metrics.loc["fps", "regression"] == pytest.approx(0.2)
    assert verdict.exit_code == 1


def test_an_extreme_cv_of_either_side_is_unstable_and_outranks_a_regression():
    rule = {**LOWER, "extremeCvThreshold": 0.5}
    noisy, calm = summary_of(boot_ms=[1, 400], x_ms=[1]), summary_of(boot_ms=[100], x_ms=[9])
    rules = thresholds(boot_ms=rule, x_ms=LOWER)
    for base, candidate in ((noisy, calm), (calm, noisy)):
        verdict = check(base, candidate, rules)
        assert status(verdict) == "unstable"
        assert verdict.exit_code == 2
    assert status(check(noisy, calm, rules), "x_ms") == "regression"


def test_without_a_cv_threshold_the_cv_is_not_tested():
    verdict = check(summary_of(boot_ms=[1, 200]), summary_of(boot_ms=[100]), thresholds(boot_ms=LOWER))
    assert status(verdict) == "pass"


def test_a_missing_metric_is_unstable_unless_informational():
    base, candidate = summary_of(boot_ms=[1]), summary_of(other_ms=[1])
    assert check(base, candidate, thresholds(boot_ms=LOWER)).exit_code == 2
    informational = check(base, candidate, thresholds(boot_ms={**LOWER, "informational": True}))
    assert (status(informational), informational.exit_code) == ("informational", 0)


def test_a_zero_baseline_gives_no_ratio():
    verdict = check(summary_of(boot_ms=[0]), summary_of(boot_ms=[5]), thresholds(boot_ms=LOWER))
    assert verdict.metrics.loc["boot_ms", ["delta", "regression"]].isna().all()
    assert verdict.exit_code == 0


def test_absolute_limits_hold_for_the_candidate():
    base, candidate = summary_of(boot_ms=[100]), summary_of(boot_ms=[110])
    assert check(base, candidate, thresholds(boot_ms={**LOWER, "maxValue": 105})).exit_code == 1
    assert check(base, candidate, thresholds(boot_ms={"better": "higher", "minValue": 120})).exit_code == 1
    assert check(base, candidate, thresholds(boot_ms={**LOWER, "maxValue": 110})).exit_code == 0


def run(frame_us=10_000.0, io_us=500.0):
    """Build a run of 5 frames, one every ``frame_us``, whose spans last but 1 ms: frame time is the interval."""
    events = [{"ph": "i", "name": "traceStart", "ts": 0, "pid": 1, "tid": 1, "s": "p"}]
    events.append({"ph": "i", "name": "boot:done", "ts": 700, "pid": 1, "tid": 1, "s": "p"})
    for i in range(5):
        start = 1000 + i * frame_us
        events.append({"ph": "X", "name": "frame", "ts": start, "dur": 1000, "pid": 1, "tid": 1})
        events.append({"ph": "X", "name": "io.read", "ts": start, "dur": io_us, "pid": 1, "tid": 2})
    return Trace.from_bytes(json.dumps(events).encode())


def test_traces_have_metrics_of_their_own_under_the_suite_trace():
    metrics = ["span.io.read.p95_ms", "span.frame.total_ms", "frame_time.p95_ms", "fps", "milestone.boot:done_ms"]
    rules = thresholds("trace", **{metric: {**LOWER, "informational": True} for metric in metrics})
    table = check(run(), run(frame_us=20_000.0), rules).metrics
    assert table["base"].tolist() == pytest.approx([0.5, 5, 10, 100, 0.7])
    assert table["candidate"].tolist() == pytest.approx([0.5, 5, 20, 50, 0.7])


def test_lists_of_runs_are_samples():
    rules = thresholds("trace", **{"span.io.read.p95_ms": {**LOWER, "extremeCvThreshold": 0.4}})
    base = [run(io_us=us) for us in (500, 510, 520)]
    assert check(base, [run(io_us=us) for us in (500, 505, 590)], rules).outcome == "pass"
    assert check(base, [run(io_us=us) for us in (600, 605, 610)], rules).outcome == "regression"
    assert check(base, [run(io_us=us) for us in (500, 505, 5000)], rules).outcome == "unstable"


def test_what_a_trace_lacks_is_missing_never_guessed():
    rules = thresholds("trace", mips={"better": "higher", "maxRegressionPct": 0.1})
    verdict = check(run(), run(), rules)
    assert (status(verdict, "mips"), verdict.exit_code) == ("missing", 2)


def test_perf_captures_have_frame_metrics():
    def capture(frame_ms):
        records = [{"tMs": i * 20, "frameTimeMs": frame_ms, "instructions": 50_000 * frame_ms} for i in range(5)]
        return load_perf_capture({"kind": "aero-perf-capture", "version": 2, "records": records})

    rules = thresholds(
        "trace",
        **{"frame_time.p95_ms": LOWER, "mips": {**LOWER, "better": "higher"}, "fps": {**LOWER, "better": "higher"}},
    )
    verdict = check(capture(10), capture(20), rules)
    assert verdict.metrics["candidate"].tolist() == pytest.approx([20, 50, 50])
    assert verdict.metrics["status"].tolist() == ["regression", "pass", "regression"]
