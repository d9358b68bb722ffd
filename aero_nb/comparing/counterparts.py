"""Which row of one run is which of another: of one kind, and each other's nearest."""

import numpy as np

from aero_nb.tables.columns import Bools, Floats, Ints


def mutual_nearest(key: Ints, place: Floats, other_key: Ints, other_place: Floats) -> tuple[Ints, Ints]:
    """Pair rows of equal key, each of which is the other's nearest by place.

    Args:
        key: what each row is.
        place: where it lies.
        other_key: what the rows of the other run are.
        other_place: where they lie.

    Returns:
        The rows that have a counterpart, in order, and the counterparts.

    """
    keys, places = np.r_[key, other_key], np.r_[place, other_place]
    order, keys = _by_key_and_place(keys, places)
    neighbours = [order[rows] for rows in _each_others_nearest(keys, places[order], order >= len(key))]
    ours, theirs = np.minimum(*neighbours), np.maximum(*neighbours)
    counterpart = np.full(len(key), -1, np.int64)
    counterpart[ours] = theirs - len(key)
    paired = np.flatnonzero(counterpart >= 0)
    return paired, counterpart[paired]


def _each_others_nearest(key: Ints, place: Floats, of_other: Bools) -> tuple[Ints, Ints]:
    """Return which rows, sorted by key and place, are each other's nearest of two runs, the earlier of two as near.

    Only neighbours can be: what lies between two rows is nearer to one of them. Of each stretch of one run, its last
    row can be the counterpart of the next stretch's first::

        ours     a b     c   d
        theirs       x         y z       b or c of x, d of y
    """
    last = np.flatnonzero((key[1:] != key[:-1]) | (of_other[1:] != of_other[:-1]))  # of a stretch
    first = last + 1  # of the next one
    keys, places = (key[last], key[first]), (place[last], place[first])
    apart = np.where(keys[0] == keys[1], places[1] - places[0], np.inf)
    # What else the two may be near to: the last row of the stretch before, and the first one of that behind.
    back, ahead = np.full(len(last), np.inf), np.full(len(last), np.inf)
    np.subtract(places[0][1:], places[0][:-1], out=back[1:], where=keys[0][1:] == keys[0][:-1])
    np.subtract(places[1][1:], places[1][:-1], out=ahead[:-1], where=keys[1][1:] == keys[1][:-1])
    nearest = (apart < back) & ~(ahead < apart)  # NaN is near to nothing
    return last[nearest], first[nearest]


def _by_key_and_place(keys: Ints, places: Floats) -> tuple[Ints, Ints]:
    """Sort by key, then place: two runs in time order are merged in one pass, and few keys fit NumPy's radix sort.

    Returns:
        The order, and the keys in it.

    """
    order = np.argsort(places, kind="stable")
    small = (keys.astype(np.uint16) if int(keys.max(initial=0)) < 1 << 16 else keys)[order]
    by_key = np.argsort(small, kind="stable")
    return order[by_key], small[by_key].astype(np.int64)
