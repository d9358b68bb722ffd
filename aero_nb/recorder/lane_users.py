"""The threads that use one lane, one after another: whose record is whose, and what the lane is called then."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

FINISHED_THREADS = "finished threads"
"""The name of a lane whose threads have nothing in their names in common."""

LaneUser = tuple[int, str]
"""Number of the first record that a thread wrote into the lane, and the thread's name."""


def common_part(name: str) -> str:
    """Return ``name`` without its numbers, which tell threads of one kind apart: "io" of "io_7"."""
    return re.sub(r"[-_ #]?\d+", "", name)


def lane_name(names: Iterable[str]) -> str:
    """Return what a lane is called that was used by threads of these names."""
    different = set(names)
    if len(different) == 1:
        return different.pop()
    common = {common_part(name) for name in different}
    return (common.pop() if len(common) == 1 else "") or FINISHED_THREADS


def add_user(users: list[LaneUser], first: int, name: str, oldest: int) -> None:
    """Note that records from number ``first`` on are of the thread ``name``; it may also be its new name.

    ``oldest`` is the number of the oldest record that survives: users whose records are gone are forgotten in time.
    """
    if users and users[-1][0] == first:
        users.pop()  # it recorded nothing, or has a new name
    users.append((first, name))
    if len(users) > 64 and users[len(users) // 2][0] <= oldest:  # half of them at once, so that it costs little
        del users[: max(0, bisect_right(users, oldest, key=_first) - 1)]


def user_at(users: Sequence[LaneUser], record: int) -> LaneUser:
    """Return whose the record of that number is."""
    return users[max(0, bisect_right(users, record, key=_first) - 1)]


def stretches(users: Sequence[LaneUser], start: int, stop: int) -> Iterator[tuple[LaneUser, int, int]]:
    """Yield each user of the records ``start`` to ``stop`` (not with it), and the numbers of its own among them."""
    for user, following in pairwise([*users, (stop, "")]):
        first, end = max(user[0], start), min(following[0], stop)
        if first < end:
            yield user, first, end


def _first(user: LaneUser) -> int:
    return user[0]
