"""Which row of one run is which of another: of one kind, and each other's nearest."""

import numpy as np

from aero_nb.tables.columns import Bools, Floats, Ints


def mutual_nearest(key: Ints, place: Floats, other_key: Ints, other_place: Floats, reach: Floats) -> tuple[Ints, Ints]:
    """Pair rows of equal key, each of which is the other's nearest by place, no further apart than ``reach``.

    Args:
        key: what each row is.
        place: where it lies.
        other_key: what the rows of the other run are.
        other_place: where they lie.
        reach: how far the counterpart of each row may be.

    Returns:
        The rows that have a counterpart, in order, and the counterparts.

    """
    theirs = _nearest(key, place, other_key, other_place)
    ours = _nearest(other_key, other_place, key, place)
    paired = np.flatnonzero(theirs >= 0)
    paired = paired[ours[theirs[paired]] == paired]
    paired = paired[np.abs(place[paired] - other_place[theirs[paired]]) <= reach[paired]]
    return paired, theirs[paired]


def _nearest(key: Ints, place: Floats, other_key: Ints, other_place: Floats) -> Ints:
    """Return for each row the nearest other row of its key, -1 without; of two equally near ones the earlier."""
    keys, places = np.r_[key, other_key], np.r_[place, other_place]
    of_other = np.arange(len(keys)) >= len(key)
    order = np.lexsort((~of_other, places, keys))  # of those at one place the other run's come first
    before = _last_marked(of_other[order])
    after = len(order) - 1 - _last_marked(of_other[order][::-1])[::-1]
    candidates = []
    for marked in (before, after):
        inside = (marked >= 0) & (marked < len(order))
        row = np.where(inside, order[np.clip(marked, 0, max(len(order) - 1, 0))], -1) if len(order) else marked
        same = (row >= 0) & (keys[row] == keys[order])
        candidates.append((row, np.where(same, np.abs(places[row] - places[order]), np.inf)))
    (left, left_far), (right, right_far) = candidates
    best = np.where(left_far <= right_far, left, right)
    best[np.minimum(left_far, right_far) == np.inf] = -1
    found = np.full(len(keys), -1, np.int64)
    found[order] = np.where(best >= 0, best - len(key), -1)
    return found[: len(key)]


def _last_marked(marks: Bools) -> Ints:
    """Return for each place the last marked one up to it, -1 without."""
    return np.maximum.accumulate(np.where(marks, np.arange(len(marks)), -1))
