"""What the series of a counter are called, and the way back to the key of its args."""

from __future__ import annotations

AERO_NAME = "counters"
"""The name of every counter event of an Aero export: the key alone says which counter it is, of the event's thread."""


def series_of(name: str | None, key: str, *, alone: bool) -> str:
    """Return what a series is called outside Aero: as its event if ``value`` is its only key, else ``name.key``.

    Args:
        name: the event's name.
        key: the key of the sample in its args.
        alone: whether the args have no other key.

    """
    if not name:
        return key
    return name if alone and key == "value" else f"{name}.{key}"


def args_key(name: str | None, series: str) -> str:
    """Return the key of the args that a series was called after."""
    if not name or name == AERO_NAME:
        return series
    return "value" if series == name else series.removeprefix(f"{name}.")


def series_by_name(name: str | None, series: str, *, alone: bool = True) -> str:
    """Return the series of a table of an earlier version, which had the args key alone; one of today stays as it is.

    Args:
        name: the event's name.
        series: what the table has as the series.
        alone: whether the table has no other series of events of this name.

    """
    if not name or name == AERO_NAME or series == name or series.startswith(f"{name}."):
        return series
    return series_of(name, series, alone=alone)
