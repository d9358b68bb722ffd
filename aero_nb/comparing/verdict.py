"""Aero's own verdict on two runs: its thresholds file, its statistics, its exit codes.

The rules are those of Aero's comparison tool: medians are compared, a change in the worse direction of at least
``maxRegressionPct`` of the base is a regression, a coefficient of variation of at least ``extremeCvThreshold`` on
either side (or a required metric that is missing, or whose median is null) makes the result unstable, and unstable
outranks regression. A base of 0 gives no ratio.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import orjson
import pandas as pd

from aero_nb.analysis.cadence import FrameNames, note_on_lanes
from aero_nb.analysis.percentiles import percentiles
from aero_nb.comparing.perf_capture import PerfCapture
from aero_nb.comparing.run_metrics import frame_lane, of_frames, run_metrics
from aero_nb.comparing.thresholds import Metric, Suite, oddities, read_suite, read_summary
from aero_nb.comparing.thresholds import Statistics as SummaryStatistics
from aero_nb.errors import AeroNBError
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
        metrics: one row per metric (index ``metric``): ``better`` ("lower" or "higher"), ``base`` and ``candidate``
            (medians, in the metric's unit), ``delta`` and ``regression`` (fractions of the base; NaN where the base is
            0 or missing), ``limit`` (``maxRegressionPct``, a fraction), ``base_cv`` and ``candidate_cv``, ``status``
            (pass, regression, unstable, missing, informational) and ``reason``.
        profile: the profile of the thresholds file that was used.
        suite: the suite of that profile.
        warnings: what the thresholds file allows and yet is hardly meant (a limit of 1,500%), and which lane's frames
            were taken where several lanes have frames; a sentence each.
    """

    metrics: pd.DataFrame
    profile: str
    suite: str
    warnings: tuple[str, ...] = ()

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
        headline = f"{self.outcome} (profile {self.profile}, suite {self.suite})"
        return "\n".join([headline, *self.warnings, self.metrics.to_string()])

    def _repr_html_(self) -> str:
        headline = f"<p><b>{self.outcome}</b> (profile {escape(self.profile)}, suite {escape(self.suite)})</p>"
        told = "".join(f"<p>{escape(warning)}</p>" for warning in self.warnings)
        return f"{headline}{told}{self.metrics.to_html()}"


Run: TypeAlias = Trace | PerfCapture | Mapping[str, Any] | str | Path


def check(
    base: Run | Sequence[Run],
    candidate: Run | Sequence[Run],
    thresholds: str | Path | Mapping[str, Any],
    profile: str = "pr-smoke",
    suite: str | None = None,
    *,
    frame: FrameNames = "frame",
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
        frame: what the frames of traces are called (a name, several, or a compiled pattern).

    Returns:
        A :class:`Verdict`. Metrics of traces are ``span.<name>.<p50|p95|p99|mean|min|max|total|self>_ms``,
        ``async.<name>.<the same but self>_ms``, ``frame_time.<mean|p50|p95|p99|max>_ms``, ``fps``, ``mips`` and
        ``milestone.<name>_ms``; one that the data lacks is reported as missing, never guessed. Frame times are the
        intervals from each frame's start to the next one's. A suite with one
        ``maxRegressionPct`` and no metrics (Aero's ``criterion``) judges every benchmark of the base's
        ``summary.json``; lower is better.

    Raises:
        AeroNBError: the thresholds file or ``summary.json`` is not as its schema has it (names the key), lacks the
            profile or suite, or a side has no runs.

    """
    base_is_summary, candidate_is_summary = _is_summary(base), _is_summary(candidate)
    if base_is_summary != candidate_is_summary:
        raise AeroNBError(
            "expected both sides to be traces (or perf captures), or both Aero's summary.json; found one of each"
        )
    suite = suite or ("browser" if base_is_summary else "trace")
    rule = read_suite(_decoded(thresholds), profile, suite)
    rules = _rules_of(rule, suite, (base, candidate))
    base_statistics, candidate_statistics = _statistics_of(base, rules, frame), _statistics_of(candidate, rules, frame)
    rows = [_judge(how, base_statistics.get(metric), candidate_statistics.get(metric)) for metric, how in rules.items()]
    table = pd.DataFrame(rows, columns=_COLUMNS, index=pd.Index(list(rules), name="metric"))
    return Verdict(table, profile, suite, (*oddities(rule), *_note_on_frames(rules, (base, candidate), frame)))


def _note_on_frames(metrics: Iterable[str], sides: Iterable[Any], frame: FrameNames) -> list[str]:
    """Say which lane the frames were taken of, where a metric is of frames and a trace has them on several lanes."""
    if not any(of_frames(metric) for metric in metrics):
        return []
    runs = [run for side in sides for run in _listed(side)]
    return note_on_lanes(frame_lane(run, frame) for run in runs if isinstance(run, Trace))


def sample_statistics(samples: Iterable[float]) -> dict[str, float]:
    """Aero's statistics of one metric: ``n min max mean median stdev p05 p95 cv``.

    ``stdev`` is the population's, percentiles interpolate linearly, ``cv`` is stdev / mean (NaN where the mean is 0).
    """
    values = np.asarray(list(samples), dtype=float)
    mean, stdev = float(values.mean()), float(values.std())
    p05, p95 = percentiles(values, (0.05, 0.95))
    return {
        "n": len(values),
        "min": float(values.min()),
        "max": float(values.max()),
        "mean": mean,
        "median": float(np.median(values)),
        "stdev": stdev,
        "p05": p05,
        "p95": p95,
        "cv": stdev / mean if mean else float("nan"),
    }


def _judge(rule: Metric, base: Statistics | None, candidate: Statistics | None) -> list[Any]:
    base_median, median = (side["median"] if side else np.nan for side in (base, candidate))
    delta = (median - base_median) / base_median if base_median else np.nan
    worse = delta if rule.better == "lower" else -delta
    regression = max(0.0, worse) if np.isfinite(worse) else np.nan
    cvs = [side["cv"] if side else np.nan for side in (base, candidate)]
    lacking = [name for name, value in (("base", base_median), ("candidate", median)) if np.isnan(value)]
    status, reason = _status(rule, lacking, median, regression, cvs)
    return [rule.better, base_median, median, delta, regression, rule.max_regression_pct, *cvs, status, reason]


def _status(
    rule: Metric, lacking: Sequence[str], median: float, regression: float, cvs: Sequence[float]
) -> tuple[str, str]:
    """Name the first thing that is wrong, in the order in which Aero's outcomes outrank each other."""
    if rule.informational:
        return "informational", "shown, never judged"
    if lacking:
        return "missing", f"the {' and the '.join(lacking)} has no median of this metric"
    extreme, limit = rule.extreme_cv_threshold, rule.max_regression_pct
    if extreme is not None and any(cv >= extreme for cv in cvs):
        return "unstable", f"cv is at least {extreme:g}"
    if limit is not None and regression >= limit:
        return "regression", f"worse by {regression:.1%}, the limit is {limit:.1%}"
    if rule.max_value is not None and median > rule.max_value:
        return "regression", f"above maxValue {rule.max_value:g}"
    if rule.min_value is not None and median < rule.min_value:
        return "regression", f"below minValue {rule.min_value:g}"
    return "pass", "cv unknown, not tested" if extreme is not None and np.isnan(cvs).any() else ""


def _decoded(document: Any) -> Any:
    if not isinstance(document, str | Path):
        return document
    try:
        return orjson.loads(Path(document).read_bytes())
    except orjson.JSONDecodeError as error:
        raise AeroNBError(f"expected JSON in {document}, found something else ({error}); check the path") from error


def _rules_of(suite: Suite, name: str, sides: Sequence[Any]) -> dict[str, Metric]:
    """Return how each metric is judged; where the suite has one limit for all, of the benchmarks that there are."""
    if suite.metrics is not None:
        return suite.metrics
    if not _is_summary(sides[0]):
        raise AeroNBError(
            f"suite {name!r} has one maxRegressionPct for all benchmarks of a summary.json and no 'metrics'; "
            "for traces pass a suite that has metrics"
        )
    base, candidate = (_summary_statistics(_decoded(side)) for side in sides)
    limit = suite.max_regression_pct
    rules = {metric: Metric(better="lower", max_regression_pct=limit) for metric in base}
    new = {metric: Metric(better="lower", max_regression_pct=limit, informational=True) for metric in candidate}
    return {**new, **rules}


def _is_summary(runs: Any) -> bool:
    return isinstance(runs, str | Path | Mapping)


def _statistics_of(runs: Any, metrics: Iterable[str], frame: FrameNames) -> Mapping[str, Statistics]:
    if _is_summary(runs):
        return _summary_statistics(_decoded(runs))
    listed = _listed(runs)
    if not listed:
        raise AeroNBError("expected at least one trace or perf capture on each side, found none")
    samples = pd.DataFrame([run_metrics(run, metrics, frame=frame) for run in listed], columns=list(metrics))
    # A metric that any run lacks is missing: a median over fewer runs than asked for would be a guess.
    return {str(metric): sample_statistics(samples[metric]) for metric in samples if not samples[metric].isna().any()}


def _listed(runs: Any) -> list[Any]:
    return [runs] if isinstance(runs, Trace | PerfCapture) or _is_summary(runs) else list(runs)


def _summary_statistics(summary: Any) -> Mapping[str, Statistics]:
    return {name: {"median": _number(stats.median), "cv": _cv(stats)} for name, stats in read_summary(summary).items()}


def _cv(stats: SummaryStatistics) -> float:
    """Return stdev / mean; NaN where JavaScript had NaN (a mean of 0), or where it was not told."""
    if stats.cv is None and stats.mean and stats.stdev is not None:
        return stats.stdev / stats.mean
    return _number(stats.cv)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
