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
    keys, places = np.r_[key, other_key], np.r_[place, other_place]
    nearest = _nearest_of_other(keys, places, np.arange(len(keys)) >= len(key))
    theirs = nearest[: len(key)]
    paired = np.flatnonzero(theirs >= 0)
    paired = paired[nearest[theirs[paired]] == paired]
    counterparts = theirs[paired] - len(key)
    near = np.abs(place[paired] - other_place[counterparts]) <= reach[paired]
    return paired[near], counterparts[near]


def _nearest_of_other(keys: Ints, places: Floats, of_other: Bools) -> Ints:
    """Return for each row the nearest one of the other run with its key, -1 without; of two as near the earlier."""
    order = _by_key_and_place(keys, places)
    at, key, side = places[order], keys[order], of_other[order]
    number = np.arange(len(order))
    best, best_far = np.full(len(order), -1, np.int64), np.full(len(order), np.inf)
    for found in (_last_of_other(side, number), len(order) - 1 - _last_of_other(side[::-1], number)[::-1]):
        row = np.clip(found, 0, max(len(order) - 1, 0))
        same = (found >= 0) & (found < len(order)) & (key[row] == key)
        far = np.where(same, np.abs(at[row] - at), np.inf)
        nearer = far < best_far
        best[nearer], best_far[nearer] = row[nearer], far[nearer]
    nearest = np.full(len(order), -1, np.int64)
    nearest[order] = np.where(best >= 0, order[best], -1)
    return nearest


def _by_key_and_place(keys: Ints, places: Floats) -> Ints:
    """Sort by key, then place: two runs in time order are merged in one pass, and few keys fit NumPy's radix sort."""
    order = np.argsort(places, kind="stable")
    small = keys.astype(np.uint16) if int(keys.max(initial=0)) < 1 << 16 else keys
    return order[np.argsort(small[order], kind="stable")]


def _last_of_other(side: Bools, number: Ints) -> Ints:
    """Return for each place the last one before it of the other side, -1 without."""
    last = [np.maximum.accumulate(np.where(side == one, number, -1)) for one in (False, True)]
    return np.where(side, last[0], last[1])
