"""Aero's own verdict on two runs: its thresholds file, its statistics, its exit codes.

The rules are those of Aero's comparison tool: medians are compared, a change in the worse direction of at least
``maxRegressionPct`` of the base is a regression, a coefficient of variation of at least ``extremeCvThreshold`` on
either side (or a required metric that is missing) makes the result unstable, and unstable outranks regression.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import orjson
import pandas as pd

from aero_nb.analysis.run_metrics import run_metrics
from aero_nb.errors import AeroNBError
from aero_nb.perf_capture import PerfCapture
from aero_nb.trace import Trace

Outcome = Literal["pass", "regression", "unstable"]
Statistics = Mapping[str, float]

EXIT_CODES: dict[Outcome, int] = {"pass": 0, "regression": 1, "unstable": 2}

_COLUMNS = [
    "better",
    "base",
    "candidate",
    "delta",
    "regression",
    "limit",
    "base_cv",
    "candidate_cv",
    "status",
    "reason",
]


@dataclass(frozen=True, eq=False)
class Verdict:
    """What Aero's thresholds say of a candidate.

    Attributes:
        metrics: one row a metric (index ``metric``): ``better`` ("lower" or "higher"), ``base`` and ``candidate``
            (medians, in the metric's unit), ``delta`` and ``regression`` (fractions of the base; NaN where the base is
            0 or missing), ``limit`` (``maxRegressionPct``, a fraction), ``base_cv`` and ``candidate_cv``, ``status``
            (pass, regression, unstable, missing, informational) and ``reason``.
        profile: the profile of the thresholds file that was used.
        suite: the suite of that profile.
    """

    metrics: pd.DataFrame
    profile: str
    suite: str

    @property
    def outcome(self) -> Outcome:
        """The worst of the metrics: unstable outranks regression outranks pass."""
        statuses = set(self.metrics["status"])
        if statuses & {"unstable", "missing"}:
            return "unstable"
        return "regression" if "regression" in statuses else "pass"

    @property
    def exit_code(self) -> int:
        """0 pass, 1 regression, 2 unstable."""
        return EXIT_CODES[self.outcome]

    def __repr__(self) -> str:
        return f"{self.outcome} (profile {self.profile}, suite {self.suite})\n{self.metrics.to_string()}"

    def _repr_html_(self) -> str:
        return f"<p><b>{self.outcome}</b> (profile {self.profile}, suite {self.suite})</p>{self.metrics.to_html()}"


Run: TypeAlias = Trace | PerfCapture | Mapping[str, Any] | str | Path


def check(
    base: Run | Sequence[Run],
    candidate: Run | Sequence[Run],
    thresholds: str | Path | Mapping[str, Any],
    profile: str = "pr-smoke",
    suite: str | None = None,
) -> Verdict:
    """Judge ``candidate`` against ``base`` by a thresholds file, as Aero's own tool does.

    Args:
        base: a Trace or a PerfCapture, a list of them (one sample of each metric a run), or one Aero ``summary.json``
            (its path or its decoded object).
        candidate: the same kind of thing.
        thresholds: the thresholds file, or its decoded object (``schemaVersion`` 1).
        profile: the profile in it.
        suite: the suite in that profile; None: ``trace`` for traces and perf captures, ``browser`` for a
            ``summary.json``.

    Returns:
        A :class:`Verdict`. Metrics of traces are ``span.<name>.<p50|p95|p99|mean|max|total|self>_ms``,
        ``frame_time.<mean|p50|p95|p99>_ms``, ``fps``, ``mips`` and ``milestone.<name>_ms``; one that the data lacks is
        reported as missing, never guessed.

    Raises:
        AeroNBError: the thresholds file or the profile or suite in it is not what was expected.

    """
    base_is_summary, candidate_is_summary = _is_summary(base), _is_summary(candidate)
    if base_is_summary != candidate_is_summary:
        raise AeroNBError(
            "expected both sides to be traces (or perf captures), or both Aero's summary.json; found one of each"
        )
    suite = suite or ("browser" if base_is_summary else "trace")
    rules = _rules(_decoded(thresholds), profile, suite)
    base_statistics, candidate_statistics = _statistics_of(base, rules), _statistics_of(candidate, rules)
    rows = [
        _judge(rule, base_statistics.get(metric), candidate_statistics.get(metric)) for metric, rule in rules.items()
    ]
    table = pd.DataFrame(rows, columns=_COLUMNS, index=pd.Index(list(rules), name="metric"))
    return Verdict(table, profile, suite)


def sample_statistics(samples: Iterable[float]) -> dict[str, float]:
    """Aero's statistics of one metric: ``n min max mean median stdev p05 p95 cv``.

    ``stdev`` is the population's, percentiles interpolate linearly, ``cv`` is stdev / mean (NaN where the mean is 0).
    """
    values = np.asarray(list(samples), dtype=float)
    mean, stdev = float(values.mean()), float(values.std())
    return {
        "n": len(values),
        "min": float(values.min()),
        "max": float(values.max()),
        "mean": mean,
        "median": float(np.median(values)),
        "stdev": stdev,
        "p05": float(np.percentile(values, 5)),
        "p95": float(np.percentile(values, 95)),
        "cv": stdev / mean if mean else float("nan"),
    }


def _judge(rule: Mapping[str, Any], base: Statistics | None, candidate: Statistics | None) -> list[Any]:
    better, limit = rule["better"], rule.get("maxRegressionPct")
    base_median = base["median"] if base else np.nan
    median = candidate["median"] if candidate else np.nan
    delta = (median - base_median) / base_median if base_median else np.nan
    worse = delta if better == "lower" else -delta
    regression = max(0.0, worse) if np.isfinite(worse) else np.nan
    cvs = [side["cv"] if side else np.nan for side in (base, candidate)]
    status, reason = _status(rule, base is None or candidate is None, median, regression, cvs)
    return [better, base_median, median, delta, regression, limit, *cvs, status, reason]


def _status(
    rule: Mapping[str, Any], missing: bool, median: float, regression: float, cvs: Sequence[float]
) -> tuple[str, str]:
    """Name the first thing that is wrong, in the order in which Aero's outcomes outrank each other."""
    if rule.get("informational"):
        return "informational", "shown, never judged"
    if missing:
        return "missing", "the data of one side lacks this metric"
    extreme = rule.get("extremeCvThreshold")
    if extreme is not None and any(cv >= extreme for cv in cvs):
        return "unstable", f"cv is at least {extreme:g}"
    limit = rule.get("maxRegressionPct")
    if limit is not None and regression >= limit:
        return "regression", f"worse by {regression:.1%}, the limit is {limit:.1%}"
    if median > rule.get("maxValue", np.inf):
        return "regression", f"above maxValue {rule['maxValue']:g}"
    if median < rule.get("minValue", -np.inf):
        return "regression", f"below minValue {rule['minValue']:g}"
    return "pass", ""


def _decoded(document: Any) -> Any:
    if not isinstance(document, str | Path):
        return document
    try:
        return orjson.loads(Path(document).read_bytes())
    except orjson.JSONDecodeError as error:
        raise AeroNBError(f"expected JSON in {document}, found something else ({error}); check the path") from error


def _rules(document: Any, profile: str, suite: str) -> dict[str, Mapping[str, Any]]:
    if not isinstance(document, Mapping) or document.get("schemaVersion") != 1:
        found = document.get("schemaVersion") if isinstance(document, Mapping) else type(document).__name__
        raise AeroNBError(f"expected a thresholds file of schemaVersion 1, found {found!r}")
    profiles = document.get("profiles", {})
    if profile not in profiles:
        raise AeroNBError(f"expected one of the profiles {sorted(profiles)}, found {profile!r}")
    suites = profiles[profile]
    if suite not in suites:
        raise AeroNBError(f"profile {profile!r} has the suites {sorted(suites)}, not {suite!r}; pass suite=")
    rules = suites[suite].get("metrics") if isinstance(suites[suite], Mapping) else None
    if not isinstance(rules, Mapping):
        raise AeroNBError(f"suite {suite!r} of profile {profile!r}: expected an object 'metrics', found none")
    for metric, rule in rules.items():
        _validate(metric, rule)
    return dict(rules)


def _validate(metric: str, rule: Any) -> None:
    if not isinstance(rule, Mapping):
        raise AeroNBError(f"metric {metric!r}: expected an object, found {rule!r}")
    if rule.get("better") not in ("lower", "higher"):
        raise AeroNBError(f"metric {metric!r}: expected better to be 'lower' or 'higher', found {rule.get('better')!r}")
    for limit in ("maxRegressionPct", "extremeCvThreshold", "maxValue", "minValue"):
        value = rule.get(limit)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise AeroNBError(f"metric {metric!r}: expected {limit} to be a number, found {value!r}")


def _is_summary(runs: Any) -> bool:
    return isinstance(runs, str | Path | Mapping)


def _statistics_of(runs: Any, metrics: Iterable[str]) -> Mapping[str, Statistics]:
    if _is_summary(runs):
        return _summary_statistics(_decoded(runs))
    listed = [runs] if isinstance(runs, Trace | PerfCapture) else list(runs)
    samples = pd.DataFrame([run_metrics(run, metrics) for run in listed], columns=list(metrics))
    # A metric that any run lacks is missing: a median over fewer runs than asked for would be a guess.
    return {str(metric): sample_statistics(samples[metric]) for metric in samples if not samples[metric].isna().any()}


def _summary_statistics(summary: Any) -> Mapping[str, Statistics]:
    benchmarks = summary.get("benchmarks") if isinstance(summary, Mapping) else None
    if not isinstance(benchmarks, list):
        raise AeroNBError("expected an Aero summary.json with a 'benchmarks' list; for traces pass Trace objects")
    return {entry["name"]: entry["stats"] for entry in benchmarks if entry.get("stats")}
