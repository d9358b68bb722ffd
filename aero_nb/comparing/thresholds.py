"""Aero's thresholds file and its ``summary.json``: what may stand in them, checked by msgspec, key by key."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
import orjson

from aero_nb.errors import AeroNBError

Fraction = Annotated[float, msgspec.Meta(ge=0)]
"""0.15 stands for 15%."""


class Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How one metric is judged."""

    better: Literal["lower", "higher"]
    max_regression_pct: Fraction | None = None
    extreme_cv_threshold: Fraction | None = None
    informational: bool = False
    max_value: float | None = None
    min_value: float | None = None


class Suite(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The metrics of one suite; or, as Aero's ``criterion`` has it, one limit for whatever benchmarks there are."""

    metrics: dict[str, Metric] | None = None
    max_regression_pct: Fraction | None = None


class Statistics(msgspec.Struct, frozen=True):
    """What is read of a benchmark's statistics; null is what JavaScript writes for NaN."""

    median: float | None = None
    mean: float | None = None
    stdev: float | None = None
    cv: float | None = None


_Object = dict[str, Any]
_KEYS = {kind: ", ".join(field.encode_name for field in msgspec.structs.fields(kind)) for kind in (Metric, Suite)}


def read_suite(document: Any, profile: str, suite: str) -> Suite:
    """Return one suite of a thresholds file; every part of the file is checked.

    Args:
        document: the decoded file (``schemaVersion`` 1).
        profile: the profile.
        suite: the suite in that profile.

    Raises:
        AeroNBError: something in the file is not as the schema has it (names the key), or there is no such profile or
            suite.

    """
    top = _checked(_plain(document), _Object, "the thresholds file")
    if type(top.get("schemaVersion")) is not int or top["schemaVersion"] != 1:
        raise AeroNBError(f"expected a thresholds file of schemaVersion 1, found {top.get('schemaVersion')!r}")
    profiles = {
        name: {key: _suite(value, f"profile {name!r}, suite {key!r}") for key, value in _suites(found, name).items()}
        for name, found in _checked(top.get("profiles"), _Object, "'profiles' of the thresholds file").items()
    }
    if profile not in profiles:
        raise AeroNBError(f"expected one of the profiles {sorted(profiles)}, found {profile!r}")
    suites = profiles[profile]
    if suite not in suites:
        raise AeroNBError(f"profile {profile!r} has the suites {sorted(suites)}, not {suite!r}; pass suite=")
    return suites[suite]


def read_summary(document: Any) -> dict[str, Statistics]:
    """Return the statistics of each benchmark of an Aero ``summary.json`` that has some.

    Raises:
        AeroNBError: it is none, a value is of another type than Aero writes (names it), or a name stands there twice.

    """
    benchmarks = document.get("benchmarks") if isinstance(document, Mapping) else None
    if not isinstance(benchmarks, list):
        raise AeroNBError("expected an Aero summary.json with a 'benchmarks' list; for traces pass Trace objects")
    found: dict[str, Statistics] = {}
    for number, entry in enumerate(_plain(benchmarks)):
        benchmark = _checked(entry, _Object, f"summary.json, benchmarks[{number}]")
        name = _checked(benchmark.get("name"), str, f"summary.json, 'name' of benchmarks[{number}]")
        stats = _checked(benchmark.get("stats"), Statistics | None, f"summary.json, 'stats' of benchmark {name!r}")
        if name in found:
            raise AeroNBError(f"summary.json: expected each benchmark once, found {name!r} twice")
        if stats is not None:
            found[name] = stats
    return found


def oddities(suite: Suite) -> list[str]:
    """Return what the schema allows and yet is hardly meant, a sentence each."""
    if suite.metrics is None:
        return _odd_limit("every benchmark", suite.max_regression_pct)
    found = [] if suite.metrics else ["The suite has no metrics: nothing was judged."]
    for name, metric in suite.metrics.items():
        if metric.informational:
            continue
        found += _odd_limit(repr(name), metric.max_regression_pct)
        if metric.extreme_cv_threshold is not None and metric.extreme_cv_threshold > 1:
            found.append(f"{name!r}: extremeCvThreshold {_as_percent(metric.extreme_cv_threshold)}.")
        if metric.max_regression_pct is None and metric.max_value is None and metric.min_value is None:
            found.append(f"{name!r}: no maxRegressionPct, maxValue or minValue, so no value can be a regression.")
    return found


def _odd_limit(name: str, limit: float | None) -> list[str]:
    if limit == 0:
        return [f"{name}: maxRegressionPct 0 makes every result a regression, an equal one too."]
    return [f"{name}: maxRegressionPct {_as_percent(limit)}."] if limit is not None and limit > 1 else []


def _as_percent(value: float) -> str:
    return f"{value:g} is {value:,.0%}: limits are fractions (0.15 is 15%)"


def _suites(value: Any, profile: str) -> _Object:
    suites: _Object = _checked(value, _Object, f"profile {profile!r} of the thresholds file")
    return suites


def _suite(value: Any, where: str) -> Suite:
    """Return a suite; metric by metric, so that an error can name the metric."""
    given = _checked(value, _Object, where)
    rules = given.get("metrics")
    if rules is not None:
        rules = _checked(rules, _Object, f"{where}, 'metrics'")
        rules = {name: _checked(rule, Metric, f"{where}, metric {name!r}") for name, rule in rules.items()}
    suite: Suite = _checked({**given, "metrics": None}, Suite, where)
    if rules is None and suite.max_regression_pct is None:
        raise AeroNBError(f"{where}: expected an object 'metrics' (or one maxRegressionPct for all), found neither")
    return msgspec.structs.replace(suite, metrics=rules)


def _checked(value: Any, kind: Any, where: str) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        known = f"; its keys are {_KEYS[kind]}" if kind in _KEYS else ""
        raise AeroNBError(f"{where}: {_in_our_words(str(error))}, found {_brief(value)}{known}") from None


def _in_our_words(error: str) -> str:
    """Return msgspec's message with its path as the name of a key: ``informational: expected bool, got str``."""
    what, _, path = error.partition(" - at ")
    key = path.strip("`").removeprefix("$").removeprefix(".")
    what = what.replace("`", "")
    return f"{key}: {what[0].lower()}{what[1:]}" if key else what[0].lower() + what[1:]


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _plain(document: Any) -> Any:
    """Return a decoded object as JSON would carry it: NumPy's numbers are numbers, NaN is null."""
    try:
        return orjson.loads(orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY, default=_as_dict))
    except orjson.JSONEncodeError as error:
        raise AeroNBError(f"expected what JSON can hold, found something else ({error})") from None


def _as_dict(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} {value!r}")
