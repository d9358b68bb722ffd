"""What may stand in Aero's thresholds file and summary.json: nothing else passes in silence, and nothing crashes."""

import json

import numpy as np
import pytest

from aero_nb.cli import main
from aero_nb.comparing.verdict import check
from aero_nb.errors import AeroNBError
from tests.comparing.test_verdict import LOWER, run, status, summary_of, thresholds
from tests.support.shared import SHARED, needs_shared

SOME = summary_of(boot_ms=[1])


def summary(**stats):
    """Build a summary.json with exactly these statistics of ``boot_ms``."""
    return {"benchmarks": [{"name": "boot_ms", "stats": stats}]}


def of_suite(suite):
    return {"schemaVersion": 1, "profiles": {"pr-smoke": {"browser": suite}}}


METRIC = "profile 'pr-smoke', suite 'browser', metric 'boot_ms'"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"schemaVersion": 2}, "schemaVersion 1, found 2"),
        ({"schemaVersion": True, "profiles": {}}, "schemaVersion 1, found True"),
        ([], "the thresholds file: expected object, got array"),
        ({"schemaVersion": 1}, "'profiles' of the thresholds file: expected object, got null"),
        ({"schemaVersion": 1, "profiles": None}, "'profiles' of the thresholds file: expected object, got null"),
        ({"schemaVersion": 1, "profiles": {"pr-smoke": []}}, "profile 'pr-smoke' of the thresholds file"),
        (of_suite(None), "suite 'browser': expected object, got null"),
        (of_suite({}), "expected an object 'metrics' \\(or one maxRegressionPct for all\\), found neither"),
        (of_suite({"metrics": 3}), "suite 'browser', 'metrics': expected object, got int"),
        (of_suite({"metrics": {}, "metric": {}}), "unknown field metric.*keys are metrics, maxRegressionPct"),
        (thresholds(boot_ms=None), f"{METRIC}: expected object, got null"),
        (thresholds(boot_ms={"better": "smaller"}), f"{METRIC}: better: invalid enum value 'smaller'"),
        (thresholds(boot_ms={}), f"{METRIC}: object missing required field better"),
        (thresholds(boot_ms={**LOWER, "maxRegresionPct": 0.1}), f"{METRIC}: object contains unknown.*maxRegresionPct"),
        (thresholds(boot_ms={**LOWER, "informational": "no"}), f"{METRIC}: informational: expected bool, got str"),
        (thresholds(boot_ms={**LOWER, "maxRegressionPct": "15%"}), f"{METRIC}: maxRegressionPct: expected float"),
        (thresholds(boot_ms={**LOWER, "maxRegressionPct": True}), f"{METRIC}: maxRegressionPct: expected float"),
        (thresholds(boot_ms={**LOWER, "maxRegressionPct": -0.1}), f"{METRIC}: maxRegressionPct: expected.*>= 0"),
        (thresholds(boot_ms={**LOWER, "extremeCvThreshold": []}), f"{METRIC}: extremeCvThreshold: expected float"),
        (thresholds(boot_ms={**LOWER, "maxValue": "1"}), f"{METRIC}: maxValue: expected float"),
    ],
)
def test_what_the_schema_does_not_have_is_named(wrong, said):
    with pytest.raises(AeroNBError, match=said):
        check(SOME, SOME, wrong)


def test_a_mistake_in_another_suite_than_the_one_used_is_found_too():
    rules = thresholds(boot_ms=LOWER)
    rules["profiles"]["nightly"] = {"gpu": {"metrics": {"fps": {**LOWER, "beter": "lower"}}}}
    with pytest.raises(AeroNBError, match=r"profile 'nightly', suite 'gpu', metric 'fps'.*beter"):
        check(SOME, SOME, rules)


def test_profiles_and_suites_that_are_not_there_are_told_with_those_that_are():
    with pytest.raises(AeroNBError, match=r"profiles \['pr-smoke'\], found 'weekly'"):
        check(SOME, SOME, thresholds(boot_ms=LOWER), profile="weekly")
    with pytest.raises(AeroNBError, match=r"suites \['browser'\], not 'gpu'"):
        check(SOME, SOME, thresholds(boot_ms=LOWER), suite="gpu")


def test_sides_that_cannot_be_compared_are_told():
    with pytest.raises(AeroNBError, match="found one of each"):
        check(SOME, run(), thresholds(boot_ms=LOWER))
    with pytest.raises(AeroNBError, match="'benchmarks' list"):
        check({}, SOME, thresholds(boot_ms=LOWER), suite="browser")
    with pytest.raises(AeroNBError, match="at least one trace or perf capture"):
        check([], [], thresholds("trace", fps=LOWER))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"benchmarks": [3]}, r"benchmarks\[0\]: expected object, got int"),
        ({"benchmarks": [{"stats": {}}]}, r"'name' of benchmarks\[0\]: expected str, got null"),
        (summary(median="12"), "'stats' of benchmark 'boot_ms': median: expected float | null, got str"),
        ({"benchmarks": SOME["benchmarks"] * 2}, "each benchmark once, found 'boot_ms' twice"),
    ],
)
def test_a_summary_of_other_types_is_named(wrong, said):
    with pytest.raises(AeroNBError, match=said):
        check(SOME, wrong, thresholds(boot_ms=LOWER))


def test_a_median_that_is_null_or_absent_is_missing_on_either_side():
    whole = summary(median=100, cv=0.01)
    for lacking in (summary(median=None, cv=None), summary(cv=0.1), summary(median=float("nan")), {"benchmarks": []}):
        for sides in ((lacking, whole), (whole, lacking)):
            verdict = check(*sides, thresholds(boot_ms=LOWER))
            assert (status(verdict), verdict.exit_code) == ("missing", 2)
            name = "base" if sides[0] is lacking else "candidate"
            assert verdict.metrics.loc["boot_ms", "reason"] == f"the {name} has no median of this metric"


def test_a_cv_that_is_null_or_absent_is_not_tested_and_said_to_be_unknown():
    rules = thresholds(boot_ms={**LOWER, "extremeCvThreshold": 0.5})
    for stats in ({"median": 0, "cv": None}, {"median": 0}):
        verdict = check(summary(**stats), summary(**stats), rules)
        assert verdict.metrics.loc["boot_ms", ["status", "reason"]].tolist() == ["pass", "cv unknown, not tested"]
    noisy = check(summary(median=1, mean=1, stdev=0.6), summary(median=1, cv=0.1), rules)
    assert status(noisy) == "unstable"
    assert noisy.metrics.loc["boot_ms", "base_cv"] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ({**LOWER, "maxRegressionPct": 15}, "maxRegressionPct 15 is 1,500%"),
        ({**LOWER, "extremeCvThreshold": 50}, "extremeCvThreshold 50 is 5,000%"),
        ({**LOWER, "maxRegressionPct": 0}, "maxRegressionPct 0 makes every result a regression"),
        ({"better": "lower"}, "no value can be a regression"),
    ],
)
def test_what_is_legal_and_hardly_meant_is_a_warning(metric, said):
    verdict = check(SOME, SOME, thresholds(boot_ms=metric))
    assert len(verdict.warnings) == 1
    assert said in verdict.warnings[0]
    assert said in repr(verdict)
    assert said in verdict._repr_html_()
    assert check(SOME, SOME, thresholds(boot_ms=LOWER)).warnings == ()
    assert "nothing was judged" in check(SOME, SOME, thresholds()).warnings[0]


def test_the_command_line_shows_the_warnings(tmp_path, capsys):
    (tmp_path / "run.json").write_text(json.dumps(SOME))
    (tmp_path / "rules.json").write_text(json.dumps(thresholds(boot_ms={**LOWER, "maxRegressionPct": 15})))
    files = [str(tmp_path / "run.json")] * 2
    for form in [], ["--json"]:
        assert main(["compare", *files, "--thresholds", str(tmp_path / "rules.json"), "--suite", "browser", *form]) == 0
        assert "maxRegressionPct 15 is 1,500%" in capsys.readouterr().out


def test_numbers_of_numpy_are_numbers():
    metric = {**LOWER, "maxRegressionPct": np.float64(0.15), "maxValue": np.int64(3)}
    assert check(SOME, SOME, thresholds(boot_ms=metric)).outcome == "pass"


def test_a_suite_with_one_limit_judges_every_benchmark_of_the_base():
    rules = of_suite({"maxRegressionPct": 0.1})
    base = summary_of(decode_ns=[100], encode_ns=[100])
    slower = check(base, summary_of(decode_ns=[105], encode_ns=[112], new_ns=[1]), rules)
    assert slower.metrics["status"].to_dict() == {
        "decode_ns": "pass",
        "encode_ns": "regression",
        "new_ns": "informational",
    }
    assert slower.exit_code == 1
    assert check(base, summary_of(decode_ns=[100]), rules).exit_code == 2
    with pytest.raises(AeroNBError, match="for traces pass a suite that has metrics"):
        check(run(), run(), rules, suite="browser")


@needs_shared
def test_every_suite_of_aeros_own_file_is_accepted():
    rules = json.loads((SHARED / "traces/aero/perf_thresholds.json").read_text())
    for profile, suites in rules["profiles"].items():
        for suite, told in suites.items():
            metrics = told.get("metrics", ["any_ms"])
            found = summary_of(**{metric: [1.0, 2.0] for metric in metrics})
            verdict = check(found, found, rules, profile, suite)
            assert (verdict.outcome, verdict.warnings) == ("pass", ())
            assert sorted(verdict.metrics.index) == sorted(metrics)
