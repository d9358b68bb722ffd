"""Instants as an account of a boot: when each milestone was reached, how often the tier switched."""

import numpy as np
import pandas as pd


def milestones(instants: pd.DataFrame, *, start_us: float | None = None, first_only: bool = True) -> pd.DataFrame:
    """List instants with the time since the start and since the one before.

    Args:
        instants: a Trace's ``instants``.
        start_us: the moment to count from (µs); None: the first instant named ``traceStart``, else the first instant.
        first_only: keep only the first instant of each name (a milestone is reached once); False keeps all.

    Returns:
        One row per instant, by time: ``name ts_us since_start_us since_last_us`` (float64 µs; the first row's
        ``since_last_us`` counts from the start), ``process``, ``thread``, ``count`` (instants of that name).

    """
    ordered = instants.sort_values("ts_us", kind="stable")
    count = ordered.groupby("name", observed=True, dropna=False)["ts_us"].transform("size")
    if start_us is None:
        starts = ordered.loc[ordered["name"] == "traceStart", "ts_us"]
        start_us = float((starts if len(starts) else ordered["ts_us"]).min())
    table = ordered[["name", "ts_us", "process", "thread"]].assign(count=count)
    if first_only:
        table = table.drop_duplicates("name")
    table.insert(2, "since_start_us", table["ts_us"] - start_us)
    table.insert(3, "since_last_us", table["since_start_us"].diff().fillna(table["since_start_us"]))
    return table.reset_index(drop=True)


def tier_switches(instants: pd.DataFrame, *, pattern: str = r"^tier", bin_us: float = 1e6) -> pd.DataFrame:
    """Count tier switches over time.

    Args:
        instants: a Trace's ``instants``.
        pattern: a regular expression that the names of tier switches match.
        bin_us: width of a bin (µs).

    Returns:
        One row per bin from the first to the last switch: ``ts_us`` (its begin, float64 µs), ``count``, and
        ``per_second``.

    """
    times = instants.loc[instants["name"].astype("str").str.contains(pattern, regex=True), "ts_us"].to_numpy()
    bins = np.floor(times / bin_us).astype(np.int64)
    first = bins.min() if len(bins) else 0
    count = np.bincount(bins - first) if len(bins) else np.zeros(0, np.int64)
    return pd.DataFrame(
        {
            "ts_us": (np.arange(len(count)) + first) * float(bin_us),
            "count": count,
            "per_second": count / (bin_us / 1e6),
        }
    )


def milestone_at(instants: pd.DataFrame, name: str, *, after_us: float = -np.inf) -> float:
    """Return when (µs) the first instant of that name came, not before ``after_us``.

    Raises:
        ValueError: there is none; says which names there are.

    """
    ts = instants.loc[(instants["name"] == name) & (instants["ts_us"] >= after_us), "ts_us"]
    if ts.empty:
        known = sorted(map(str, instants["name"].unique()))[:20]
        later = f" at or after {after_us:g} µs" if np.isfinite(after_us) else ""
        raise ValueError(f"expected an instant named {name!r}{later}, found none; the trace has {known}")
    return float(ts.min())
