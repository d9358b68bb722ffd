"""When the runs of a comparison were made: a machine that drifts looks like a change unless the sides took turns."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from aero_nb.comparing.inference import Vector

LEVEL = 0.05

Starts = Sequence[pd.Timestamp | None]


def warnings_on_order(base: Starts, candidate: Starts, base_load: Vector, candidate_load: Vector) -> list[str]:
    """Tell what the order of the runs lets one doubt.

    Args:
        base: when each run of the base started; None where its file does not say.
        candidate: when each run of the candidate started.
        base_load: a number that tells how slow each run of the base was, for example its total self time.
        candidate_load: the same of the candidate.

    Returns:
        A sentence each: the order is unknown, a run stands there twice, the sides did not take turns, the runs drift.
        None with fewer than 2 runs a side.

    """
    if min(len(base), len(candidate)) < 2:
        return []
    if any(start is None for start in [*base, *candidate]):
        return ["Not every run says when it was made, so a drift of the machine cannot be told from a change."]
    times = [np.array([pd.Timestamp(start).value for start in side]) for side in (base, candidate)]  # type: ignore[arg-type]
    found = []
    if len(np.unique(np.concatenate(times))) < len(base) + len(candidate):
        found.append("Runs started at the same moment: one run that is listed twice is one run, not two.")
    if not interleaved(*times):
        found.append(
            "The runs were not interleaved: a machine that drifts looks like a change. "
            "Make them in turn: base, candidate, base, ..."
        )
    p_value = drift(times, [base_load, candidate_load])
    if p_value < LEVEL:
        found.append(
            f"The runs drift: those of one side get slower or faster with time (total self time, p = {p_value:.2g})."
        )
    return found


def interleaved(base: npt.ArrayLike, candidate: npt.ArrayLike) -> bool:
    """Tell whether the sides took turns often enough: in the order of time, at least once in four runs.

    Strictly alternating runs change sides after each run, shuffled ones after every second; base first and candidate
    then is one change only.
    """
    first, second = np.asarray(base), np.asarray(candidate)
    order = np.argsort(np.concatenate([first, second]), kind="stable")
    side = np.repeat([0, 1], [len(first), len(second)])[order]
    changes = int((np.diff(side) != 0).sum())
    return changes >= max(2, min(len(first), len(second)) / 2)


def drift(times: Sequence[Vector], values: Sequence[Vector]) -> float:
    """Return the two-sided p-value of a trend with time that several groups have in common.

    Mann's test within each group, joined as Hirsch and Slack (1984) join seasons: a difference between the groups is
    no trend. 1.0 where it cannot be told.
    """
    score, variance = 0.0, 0.0
    for moments, of_group in zip(times, values, strict=True):
        ordered = np.asarray(of_group, np.float64)[np.argsort(moments, kind="stable")]
        if not np.isfinite(ordered).all():
            return 1.0
        count = len(ordered)
        score += float(np.triu(np.sign(ordered[None, :] - ordered[:, None])).sum())
        variance += count * (count - 1) * (2 * count + 5) / 18
    if not variance:
        return 1.0
    z = max(abs(score) - 1, 0) / variance**0.5
    return 2 * (1 - NormalDist().cdf(z))
