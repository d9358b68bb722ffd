"""How durations of one name spread."""

import numpy as np
import pandas as pd

from aero_nb.tables.columns import Floats

_LINEAR_UP_TO = 20  # longest / shortest; beyond, equal bins would put nearly everything into the first one


def duration_bins(spans: pd.DataFrame, name: str, *, bins: int = 60) -> pd.DataFrame:
    """Count the spans of one name by duration.

    The bins are equally wide where the longest span takes less than 20 times the shortest one that has a length,
    else equally wide on a logarithmic scale. Spans without length get a row of their own, from 0 to 0.

    Args:
        spans: a Trace's ``spans``.
        name: the spans' name.
        bins: how many bins (at least 1).

    Returns:
        One row per bin, from the shortest: ``from_us to_us`` (float64 µs, ``from <= duration < to``; the last bin holds
        its end, too; one bin where all are equally long), ``count`` (int64). No rows where no span has the name.

    Raises:
        ValueError: ``bins`` is less than 1.

    """
    if bins < 1:
        raise ValueError(f"expected at least 1 bin, found {bins}")
    duration = spans.loc[spans["name"] == name, "dur_us"].dropna().to_numpy(np.float64)
    long = duration[duration > 0]
    rows = [(0.0, 0.0, len(duration) - len(long))] if len(long) < len(duration) else []
    if len(long):
        edges = _edges(float(long.min()), float(long.max()), bins)
        count = np.histogram(long, edges)[0] if edges[0] < edges[-1] else [len(long)]
        rows += list(zip(edges[:-1].tolist(), edges[1:].tolist(), count, strict=True))
    table = pd.DataFrame(rows, columns=["from_us", "to_us", "count"])
    return table.astype({"from_us": "float64", "to_us": "float64", "count": "int64"})


def _edges(low: float, high: float, bins: int) -> Floats:
    if low == high:
        return np.array([low, high])
    if high < _LINEAR_UP_TO * low:
        return np.linspace(low, high, bins + 1)
    edges = np.geomspace(low, high, bins + 1)
    edges[0], edges[-1] = low, high  # rounding must not push the extremes out
    return np.asarray(edges, dtype=np.float64)
