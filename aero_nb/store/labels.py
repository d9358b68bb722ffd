"""Labels of runs: values of many types in records of JSON, given back as they were, and in the order that they mean."""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from aero_nb.errors import AeroNBError

_TYPE = "$type"


# In a record


def encoded(labels: Mapping[str, Any]) -> dict[str, Any]:
    """Return labels as JSON holds them: text, numbers and bools plain, all else with its type.

    Raises:
        AeroNBError: a name is no text, or a value is of a type that does not come back as it was.

    """
    if wrong := [name for name in labels if not isinstance(name, str) or not name]:
        raise AeroNBError(f"labels: expected names that are text, found {wrong[0]!r}")
    return {str(name): _encoded(name, value) for name, value in labels.items()}


def _encoded(name: str, value: Any) -> Any:
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    elif isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if -(2**63) <= value < 2**63 else {_TYPE: "int", "value": str(int(value))}
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {_TYPE: "float", "value": str(float(value))}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, pd.Timestamp | dt.datetime):
        kind = "timestamp" if isinstance(value, pd.Timestamp) else "datetime"
        zone = getattr(value.tzinfo, "key", None)
        return {_TYPE: kind, "value": value.isoformat()} | ({"zone": zone} if zone else {})
    if isinstance(value, dt.date):
        return {_TYPE: "date", "value": value.isoformat()}
    if isinstance(value, PurePath):
        return {_TYPE: "path", "value": str(value)}
    raise AeroNBError(
        f"labels: expected {name!r} to be text, a number, a bool, a date, a time or a path, "
        f"found {type(value).__name__} {str(value)[:60]!r}; say it as text"
    )


def decoded(labels: Mapping[str, Any]) -> dict[str, Any]:
    """Return labels as they were given."""
    return {name: _decoded(value) for name, value in labels.items()}


_READ: dict[str, Callable[[str], Any]] = {
    "int": int,
    "float": float,
    "timestamp": pd.Timestamp,
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "path": Path,
}


def _decoded(value: Any) -> Any:
    if not (isinstance(value, dict) and value.get(_TYPE) in _READ):
        return value
    value_of_type = _READ[value[_TYPE]](value["value"])
    return value_of_type.astimezone(ZoneInfo(value["zone"])) if value.get("zone") else value_of_type


def label_columns(labels: Iterable[Mapping[str, Any]], index: pd.Index) -> pd.DataFrame:
    """Return the labels of runs, one row per run; whole numbers stay whole where some runs have none."""
    listed = [decoded(texts) for texts in labels]
    names = dict.fromkeys(name for own in listed for name in own)
    columns = {name: _column([own.get(name) for own in listed], index) for name in names}
    return pd.DataFrame(columns, index=index)


def _column(values: list[Any], index: pd.Index) -> "pd.Series[Any]":
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int} and None in values and all(-(2**63) <= value < 2**63 for value in values if value is not None):
        return pd.Series(values, index, dtype="Int64")
    # Moments of one zone (or of none) are a column of moments; others stay each as it is.
    zones = {str(value.tzinfo) for value in values if isinstance(value, dt.datetime)}
    if kinds <= {str} or kinds in ({int}, {float}, {bool}) or (len(zones) == 1 and kinds <= _MOMENTS):
        return pd.Series(values, index, dtype="object" if not kinds else None)
    return pd.Series(values, index, dtype="object")


_MOMENTS = {dt.datetime, pd.Timestamp}


# Equal, and in order


def text_of(value: Any) -> str:
    """Return a label as text: what JSON or a shell would say."""
    return str(value.isoformat()) if isinstance(value, dt.date) else str(value)


def same(label: Any, wanted: Any) -> bool:
    """Whether a label is the one that is wanted; where only one of the two is text, their texts decide."""
    if label is None or label is pd.NA or label is pd.NaT:
        return False
    if isinstance(wanted, np.generic):
        wanted = wanted.item()
    if isinstance(label, str) != isinstance(wanted, str):
        return text_of(label) == text_of(wanted)
    return bool(label == wanted)


def order_keys(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return what to order a column by: numbers or moments where all its values are such (as text too), else text.

    Text is a number or a date only if it is written as one would write it: ``10`` is, ``0012345`` and ``4e10`` are not.
    """
    if column.dtype.kind in "biufmM" or pd.api.types.is_numeric_dtype(column.dtype):
        return column
    known = column.dropna()
    for read in (_number, _moment):
        keys = known.map(read)
        if keys.notna().all():
            return pd.Series(list(keys), known.index, dtype=None if read is _number else "object").reindex(column.index)
    return known.map(text_of).astype("object").reindex(column.index)


def _number(value: Any) -> float | int | None:
    if isinstance(value, bool | int | float):
        return value
    if not isinstance(value, str):
        return None
    for kind in (int, float):
        try:
            if str(kind(value)) == value and math.isfinite(kind(value)):
                return kind(value)
        except (ValueError, OverflowError):
            continue
    return None


def _moment(value: Any) -> dt.datetime | None:
    """Return a date or time as a moment; one without a zone is taken for UTC."""
    if isinstance(value, str):
        for kind in (dt.date, dt.datetime):
            try:
                read = kind.fromisoformat(value)
            except ValueError:
                continue
            if value in (read.isoformat(), read.isoformat().replace("T", " ")):
                return _moment(read)
        return None
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime(warn=False)
    elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day)
    if not isinstance(value, dt.datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=dt.UTC)


class OrderedText(str):
    """Text that is equal as text, and in order as the number or moment that it says: in queries of ``runs`` only."""

    __slots__ = ("read",)
    read: Callable[[Any], Any]

    def __hash__(self) -> int:
        return str.__hash__(self)

    def __eq__(self, other: object) -> bool:
        return str(self) == text_of(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: Any) -> bool:
        mine, others = self._keys(other)
        return bool(mine < others)

    def __le__(self, other: Any) -> bool:
        mine, others = self._keys(other)
        return bool(mine <= others)

    def __gt__(self, other: Any) -> bool:
        mine, others = self._keys(other)
        return bool(mine > others)

    def __ge__(self, other: Any) -> bool:
        mine, others = self._keys(other)
        return bool(mine >= others)

    def _keys(self, other: Any) -> tuple[Any, Any]:
        others = self.read(other)
        return (str(self), text_of(other)) if others is None else (self.read(self), others)


def comparable(runs: pd.DataFrame, labels: Iterable[str]) -> pd.DataFrame:
    """Return ``runs`` with the labels of text that say numbers or moments in their order."""
    in_order = {}
    for name in labels:
        known = runs[name].dropna()
        if known.empty or not known.map(lambda value: isinstance(value, str)).all():
            continue
        for read in (_number, _moment):
            if known.map(read).notna().all():
                texts = [_ordered(value, read) for value in runs[name]]
                in_order[name] = pd.Series(texts, runs.index, dtype="object")  # map() would infer plain text
                break
    return runs.assign(**in_order)


def _ordered(value: Any, read: Callable[[Any], Any]) -> Any:
    if not isinstance(value, str):
        return value
    text = OrderedText(value)
    text.read = read
    return text
